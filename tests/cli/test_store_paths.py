import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli_samples import Town, files_in, store_rows
from pytest import MonkeyPatch  # noqa: PT013 (a type, not the module)

from petitionkit.stores import sqlite

EVERY = ("publish", "import", "show", "close", "tick", "export", "migrate")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def call(town: Town, command: str, store: Path) -> tuple[int, str]:
    files = {"publish": "petition.toml", "import": "roll.csv", "export": "out.csv"}
    args = [town.folder / files[command]] if command in files else []
    code, message = town.refused(command, *args, "--store", store)
    assert message.startswith("error: ")
    assert message.count("\n") == 1
    return code, message


@pytest.mark.parametrize("command", EVERY)
def test_a_folder_is_no_store(town: Town, command: str) -> None:
    (town.folder / "folder.db").mkdir()
    code, message = call(town, command, town.folder / "folder.db")
    assert code == 74
    assert "cannot be opened" in message


@pytest.mark.parametrize("command", ["publish", "migrate"])
def test_a_store_in_a_folder_that_is_not_there_cannot_be_made(town: Town, command: str) -> None:
    code, message = call(town, command, town.folder / "nowhere" / "petitions.db")
    assert code == 74
    assert "check path and permissions" in message


@pytest.mark.parametrize("command", ["import", "show", "close", "tick", "export"])
def test_a_store_that_is_not_there_is_named(town: Town, command: str) -> None:
    missing = town.folder / "missing.db"
    code, message = call(town, command, missing)
    assert code == 66
    assert message == (
        f"error: no store at {missing}; publish a petition there, or name it with --store\n"
    )


@pytest.mark.parametrize("command", EVERY)
def test_another_program_s_database_is_left_as_it_is(town: Town, command: str) -> None:
    other = town.folder / "other.db"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE recipe (name text)")
    code, message = call(town, command, other)
    assert code == 65
    assert "another program's database" in message


@pytest.mark.parametrize("command", EVERY)
@pytest.mark.parametrize("content", [b"Name,E-mail\n" * 100, b"SQLite format 3\0" + b"x" * 5000])
def test_what_is_no_database_is_left_as_it_is(town: Town, command: str, content: bytes) -> None:
    other = town.folder / "other.db"
    other.write_bytes(content)
    code, message = call(town, command, other)
    assert code == 65
    assert "no SQLite database" in message


@pytest.mark.parametrize("command", sorted(set(EVERY) - {"migrate"}))
def test_an_empty_file_is_no_store_yet(town: Town, command: str) -> None:
    empty = town.folder / "empty.db"
    empty.touch()
    code, message = call(town, command, empty)
    assert code == 78
    assert "run migrate" in message


@pytest.mark.parametrize("command", ["publish", "import", "close"])
def test_a_read_only_store_is_refused_with_what_to_do(
    town: Town, command: str, monkeypatch: MonkeyPatch
) -> None:
    town.published()
    connect = sqlite._connect  # noqa: SLF001 (a mode of the file cannot stop root)

    def read_only(path: Path, _: str, busy_seconds: float) -> sqlite3.Connection:
        return connect(path, "ro", busy_seconds)

    town.write("petition.toml", (town.folder / "petition.toml").read_text().replace("park", "pond"))
    rows, before = store_rows(town.store), files_in(town.folder)
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "_connect", read_only)
        args = {"publish": ["petition.toml"], "import": ["roll.csv"], "close": []}[command]
        result = town.run(command, *(town.folder / arg for arg in args))
    assert result.exit_code == 74
    assert result.stderr == (
        "error: the store is read-only; make the file and its folder writable\n"
    )
    assert store_rows(town.store) == rows
    assert files_in(town.folder) == before


def test_a_path_that_no_file_system_takes_is_refused(town: Town) -> None:
    code, message = town.refused("show", "--store", town.folder / ("x" * 5000))
    assert code == 74
    assert message.endswith(": File name too long\n")
