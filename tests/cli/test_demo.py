import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli_samples import files_in
from click.testing import CliRunner, Result

from petitionkit.cli.app import app
from petitionkit.cli.claremont import PERSONS_IN_ROLL, petition_toml, policy_toml, roll_csv
from petitionkit.cli.demo import _called, _say_headline, _say_names
from petitionkit.headlines import Headline

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "claremont"


def demo(folder: Path) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["demo", "--folder", str(folder)])


def call(*args: object) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("demo") / "claremont"
    result = demo(folder)
    assert result.exit_code == 0, result.output
    return folder, result.stdout


def test_the_petition_closes_with_923_supporters_of_whom_the_starter_is_one(
    lived: tuple[Path, str],
) -> None:
    folder, said = lived
    assert "Join Damage Control Action Network (DCAN) and 922 others" in said
    assert "This petition had 923 supporters" in said
    assert said.count("Damage Control Action Network (DCAN) and 922 others") == 2
    shown = call("show", "--store", folder / "petitions.db").stdout
    assert "923 (persons 922, organisations 1)" in shown
    assert "closed since 2017-06-23T18:00:00Z, by closing.starter: delivered" in shown


def test_the_form_says_the_same_to_new_and_known_signers(lived: tuple[Path, str]) -> None:
    said = [line.partition(": ")[2] for line in lived[1].splitlines() if "@" in line]
    assert said.count("received") == 7
    assert "Maria Lopez <MariaLopez+council@googlemail.com>: received" in lived[1]
    assert "link opened twice: AlreadySigned" in lived[1]


def test_who_signs_a_draft_a_closed_petition_or_with_rubbish_is_refused_with_every_reason(
    lived: tuple[Path, str],
) -> None:
    said = lived[1]
    for code in ("petition.not_open", "petition.closed", "formula_start", "email.no_at"):
        assert f"[{code}]" in said


def test_the_roll_is_reported(lived: tuple[Path, str]) -> None:
    rows = [" ".join(line.split()) for line in lived[1].splitlines()]
    assert f"{PERSONS_IN_ROLL} accepted" in rows
    total = len(list(csv.reader(roll_csv().splitlines()))) - 1
    assert f"importing {'━' * 40} {total}/{total} 0:00:00" in rows


def test_the_store_keeps_the_delivery_the_answer_and_no_notice_of_mails(
    lived: tuple[Path, str],
) -> None:
    with closing(sqlite3.connect(lived[0] / "petitions.db")) as connection:
        (body,) = connection.execute("SELECT body FROM petitionkit_petition").fetchone()
        kinds = connection.execute("SELECT kind FROM petitionkit_notice").fetchall()
    assert '"count":923' in body
    assert "Taken up in the next session." in body
    assert {kind for (kind,) in kinds} == {"threshold_reached", "closed"}


def test_the_other_commands_go_on_with_what_it_leaves(lived: tuple[Path, str]) -> None:
    store = lived[0] / "petitions.db"
    exported = call("export", "-", "--store", store)
    assert len(exported.stdout.splitlines()) == 924
    again = call("import", lived[0] / "roll.csv", "--store", store)
    assert again.exit_code == 0
    assert "923 (persons 922, organisations 1)" in again.stdout


def test_a_second_run_begins_anew(tmp_path: Path) -> None:
    assert demo(tmp_path).exit_code == 0
    before = files_in(tmp_path)
    assert demo(tmp_path).exit_code == 0
    after = files_in(tmp_path)
    assert after.keys() == before.keys()
    assert after["roll.csv"] == before["roll.csv"]
    assert after["petitions.db.keys"] != before["petitions.db.keys"]


@pytest.mark.parametrize(
    "names", [["mine.txt"], ["petitions.db"], ["petition.toml", "policy.toml", "roll.csv", "x"]]
)
def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("mine")
    before = files_in(tmp_path)
    result = demo(tmp_path)
    assert result.exit_code == 73
    assert result.stderr == f"error: {tmp_path} holds other files; name another with --folder\n"
    assert files_in(tmp_path) == before


def test_a_place_where_no_folder_can_be_made_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert demo(file).exit_code == 2
    result = demo(file / "folder")
    assert result.exit_code == 74
    assert result.stderr == f"error: {file / 'folder'}: Not a directory\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("petition.toml", petition_toml()),
        ("policy.toml", policy_toml()),
        ("roll.csv", roll_csv()),
    ],
)
def test_the_example_in_the_docs_is_that_of_the_demonstration(name: str, text: str) -> None:
    assert (EXAMPLE / name).read_bytes() == text.encode()


def test_the_roll_has_the_dirt_of_real_ones() -> None:
    rows = list(csv.reader(roll_csv().splitlines()))[1:]
    names = [row[0] for row in rows]
    assert roll_csv() == roll_csv()
    assert len(rows) > PERSONS_IN_ROLL
    assert any(rows.count(row) > 1 for row in rows)
    assert any(name.startswith("=") for name in names)
    assert any("googlemail" in row[1] for row in rows)
    assert any(not name.isascii() for name in names)
    assert any(name != name.strip() for name in names)


def found(supporters: int, *, named: str = "DCAN", over: bool = False) -> Headline:
    others = supporters - bool(named)
    return Headline(
        supporters=supporters,
        category="one" if supporters == 1 else "other",
        named=named,
        others=others,
        others_category="one" if others == 1 else "other",
        over=over,
    )


def test_the_sentence_is_right_for_every_number() -> None:
    assert _say_names(found(1)) == "DCAN"
    assert _say_names(found(2)) == "DCAN and 1 other"
    assert _say_names(found(1235)) == "DCAN and 1,234 others"
    assert _say_names(found(2, named="")) == "2 others"
    assert _say_names(found(0, named="")) == "nobody yet"
    assert _say_headline(found(2)) == "Join DCAN and 1 other"
    assert _say_headline(found(1, over=True)) == "This petition had 1 supporter"


@pytest.mark.parametrize(
    ("on_path", "called"),
    [("/usr/bin/petitionkit", "petitionkit"), (None, ".venv/bin/petitionkit")],
)
def test_what_to_try_next_is_said_as_the_shell_takes_it(
    monkeypatch: pytest.MonkeyPatch, on_path: str | None, called: str
) -> None:
    monkeypatch.setattr("petitionkit.cli.demo.which", {"petitionkit": on_path}.get)
    monkeypatch.setattr("sys.argv", [".venv/bin/petitionkit", "demo"])
    assert _called() == called
