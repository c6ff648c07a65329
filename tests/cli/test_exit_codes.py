import errno
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli_samples import Town
from click.testing import CliRunner

import petitionkit.cli
from petitionkit import errors
from petitionkit.cli.app import app
from petitionkit.cli.workplace import EXIT_CODES, Commands, StoreFiles
from petitionkit.problems import problem
from petitionkit.version import __version__

EXECUTABLE = Path(sys.executable).with_name("petitionkit")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def ends(error: BaseException) -> tuple[int, str]:
    @click.group(cls=Commands)
    def group() -> None: ...

    @group.command()
    def fail() -> None:
        raise error

    result = CliRunner().invoke(group, ["fail"])
    return result.exit_code, result.stderr


def kinds() -> Iterator[type[errors.PetitionkitError]]:
    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type) and kind is not errors.PetitionkitError:
            yield kind


def an_error(kind: type[errors.PetitionkitError]) -> errors.PetitionkitError:
    if kind is errors.InvalidValueError:
        return errors.InvalidValueError([problem("required", "name"), problem("negative", "n")])
    if kind is errors.UnreadableFileError:
        return errors.UnreadableFileError("roll.empty", "it is empty")
    return kind("this and that")


@pytest.mark.parametrize("kind", list(kinds()))
def test_every_error_has_a_code_of_its_kind_and_a_line_a_problem(
    kind: type[errors.PetitionkitError],
) -> None:
    code, message = ends(an_error(kind))
    assert code == next(code for listed, code, _ in EXIT_CODES if listed is kind)
    assert all(line.startswith("error: ") for line in message.splitlines())
    assert len(message.splitlines()) == (2 if kind is errors.InvalidValueError else 1)


def test_codes_are_those_of_sysexits() -> None:
    assert {(kind.__name__, code) for kind, code, _ in EXIT_CODES} == {
        ("InvalidValueError", 65),
        ("UnreadableFileError", 65),
        ("ForeignFileError", 65),
        ("NotFoundError", 66),
        ("IllegalStepError", 69),
        ("NotPermittedError", 77),
        ("PolicyAmendedError", 75),
        ("StoreContractError", 70),
        ("AlreadyExistsError", 73),
        ("StoreUnavailableError", 74),
        ("KeyFileError", 77),
        ("SchemaVersionError", 78),
    }


def test_a_store_that_is_only_locked_has_a_code_of_its_own() -> None:
    locked = errors.StoreUnavailableError("the store is locked", retryable=True)
    assert ends(locked) == (75, "error: the store is locked\n")


def test_a_failing_disk_is_told_with_the_file_where_it_is_known() -> None:
    assert ends(OSError(5, "Input/output error", "roll.csv")) == (
        74,
        "error: roll.csv: Input/output error\n",
    )
    assert ends(OSError(28, "No space left on device")) == (
        74,
        "error: No space left on device\n",
    )


def test_a_reader_that_has_gone_is_left_to_click() -> None:
    code, message = ends(BrokenPipeError(errno.EPIPE, "Broken pipe"))
    assert code == 1
    assert message == ""


def test_an_interruption_says_how_to_go_on() -> None:
    code, message = ends(KeyboardInterrupt())
    assert (code, message) == (130, "interrupted; run the same command again to go on\n")


def test_all_codes_are_in_the_help() -> None:
    text = " ".join(CliRunner().invoke(app, ["--help"]).stdout.split())
    for _, code, meaning in EXIT_CODES:
        assert meaning in text.split(f" {code} ")[1]


@pytest.mark.parametrize("command", sorted(app.commands))
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.stdout


def test_the_clock_runs_where_no_instant_is_given(town: Town) -> None:
    town.published()
    with StoreFiles.beside(town.store).open() as place:
        earlier = place.now
        assert earlier <= place.now


def run(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (our own program)
        [EXECUTABLE, *map(str, args)], capture_output=True, text=True, timeout=120, check=False
    )


def test_the_installed_program_says_its_version() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.strip().endswith(__version__)


def test_the_installed_program_publishes_imports_and_refuses(town: Town) -> None:
    store = ("--store", town.store)
    assert run("publish", town.folder / "petition.toml", *store).returncode == 0
    done = run("import", town.folder / "roll.csv", *store)
    assert done.returncode == 0, done.stderr
    assert "8/8" in done.stdout
    assert run("show", "--petition", "pond", *store).returncode == 66


def test_without_its_extra_the_program_says_what_to_install() -> None:
    block = "import sys; sys.modules['click'] = None; import petitionkit.cli as c; c.main()"
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", block], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "The command line needs its extra: pip install 'petitionkit[cli]'\n"


def test_another_module_that_is_missing_is_not_blamed_on_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "petitionkit.cli.app", None)
    with pytest.raises(ModuleNotFoundError, match=r"petitionkit\.cli\.app"):
        petitionkit.cli.main()


def test_the_program_without_arguments_shows_its_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["petitionkit"])
    with pytest.raises(SystemExit) as caught:
        petitionkit.cli.main()
    assert caught.value.code == 2


def test_the_help_cuts_no_sentence_and_counts_the_codes_upwards() -> None:
    shown = CliRunner().invoke(app, ["--help"]).stdout
    assert shown.count("...") == 1  # of the usage line
    codes = [int(line.split()[0]) for line in shown.splitlines() if re.match(r" +\d\d ", line)]
    assert len(codes) > 5
    assert codes == sorted(codes)
