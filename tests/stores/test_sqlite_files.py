"""What an owning SQLite store does with its file, and with files that are not one."""

import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from petitionkit.errors import (
    AlreadyExistsError,
    ForeignFileError,
    PetitionkitError,
    SchemaVersionError,
    StoreUnavailableError,
)
from petitionkit.ledger import Entry, Revision
from petitionkit.petition import Petition
from petitionkit.stores import migration, schema, sqlite
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.tally import Tally
from petitionkit.testing.bench import everything, raises, write
from petitionkit.testing.samples import (
    a_claim,
    full_petition,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with one petition, closed."""
    path = tmp_path / "petitions.db"
    migrate(path)
    with closing(SQLiteStore(path)) as store:
        store.add(revision(full_petition()))
    return path


def statement(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(sql).fetchall()


def contents(folder: Path) -> dict[str, str]:
    """Every file of a folder with its digest; WAL files say nothing of their own."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.is_file() and not file.name.endswith(("-wal", "-shm"))
    }


def run(code: str, path: Path) -> str:
    """What a process of its own prints, doing this with a file."""
    command = [sys.executable, "-c", code, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 (our own code)


def refused(
    kind: type[PetitionkitError], advice: str, folder: Path, *calls: Callable[[], object]
) -> None:
    """Each call raises this error with this advice and leaves the folder as it was."""
    before = contents(folder)
    for call in calls:
        with pytest.raises(kind, match=advice):
            call()
        assert contents(folder) == before


# Durability


def test_writes_are_on_disk_when_a_method_returns(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        seen: list[tuple[object, ...]] = []

        def look(petition: Petition, _tally: Tally) -> Revision:
            # The store's own connection, at work.
            for pragma in ("journal_mode", "synchronous", "foreign_keys"):
                seen.extend(store._connection.execute(f"PRAGMA {pragma}"))  # noqa: SLF001 (nothing else tells)
            return revision(petition)

        store.update(number_id(1), look)
        assert seen == [("wal",), (2,), (1,)]


def test_everything_is_there_when_the_store_is_opened_again(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
        before = everything(store)
    with closing(SQLiteStore(path)) as store:
        assert everything(store) == before


def test_calls_made_together_are_seen_by_others_all_at_once(path: Path) -> None:
    with closing(SQLiteStore(path)) as store, closing(SQLiteStore(path)) as other:
        with store.together():
            store.add(revision(plain_petition(2)))
            raises(AlreadyExistsError, store.add, revision(plain_petition(2)))
            store.add(revision(plain_petition(3)))
            assert other.petitions() == [number_id(1)]
        assert other.petitions() == [number_id(n) for n in (1, 2, 3)]


def test_of_calls_made_together_none_remains_if_one_goes_wrong(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        before = everything(store)

        def fail() -> None:
            with store.together():
                store.add(revision(plain_petition(2)))
                store.add(revision(plain_petition(2)))

        raises(AlreadyExistsError, fail)
        assert everything(store) == before


def test_a_copy_is_a_store_of_its_own(path: Path) -> None:
    copied = path.with_name("copy.db")
    with closing(SQLiteStore(path)) as store:
        write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
        before = everything(store)
        store.copy_to(copied)
        with closing(SQLiteStore(copied)) as copy:
            assert everything(copy) == before
            copy.add(revision(plain_petition(2)))
        assert everything(store) == before


def test_a_store_used_after_it_was_closed_says_so(path: Path) -> None:
    store = SQLiteStore(path)
    store.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        store.petition(number_id(1))


# Schema


def test_a_file_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    refused(StoreUnavailableError, "check path", tmp_path, lambda: SQLiteStore(tmp_path / "new.db"))


def test_migrating_makes_a_store_once(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    assert migrate(path) == 0
    with closing(SQLiteStore(path)) as store:
        store.add(revision(full_petition()))
    assert [migrate(path), migrate(str(path))] == [1, 1]
    with closing(SQLiteStore(str(path))) as store:
        assert store.petition(number_id(1)) == full_petition()


def test_an_odd_path_is_the_path_of_its_file(tmp_path: Path) -> None:
    odd = tmp_path / "100% ü?mode=ro#x;.db"
    migrate(odd)
    with closing(SQLiteStore(odd)) as store:
        store.add(revision(plain_petition()))
    assert odd.is_file()


def test_an_empty_file_asks_for_migrate(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    refused(SchemaVersionError, "run migrate", tmp_path, lambda: SQLiteStore(empty))
    assert migrate(empty) == 0


def test_an_older_schema_asks_for_migrate_which_brings_it_up(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = ("CREATE TABLE petitionkit_later (number integer)",)
    monkeypatch.setattr(schema, "_VERSIONS", (*schema._VERSIONS, later))  # noqa: SLF001 (a version to come)
    monkeypatch.setattr(migration, "SCHEMA_VERSION", 2)
    refused(SchemaVersionError, "run migrate", path.parent, lambda: SQLiteStore(path))
    assert [migrate(path), migrate(path)] == [1, 2]
    with closing(SQLiteStore(path)) as store:
        assert store.petition(number_id(1)) == full_petition()
    assert statement(path, "SELECT count(*) FROM petitionkit_later") == [(0,)]
    assert statement(path, "SELECT version, min_reader FROM petitionkit_schema") == [(2, 1)]


def test_a_migration_that_fails_leaves_the_older_schema(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ("CREATE TABLE petitionkit_later (number integer)", "CREATE NONSENSE")
    monkeypatch.setattr(schema, "_VERSIONS", (*schema._VERSIONS, broken))  # noqa: SLF001 (a version to come)
    monkeypatch.setattr(migration, "SCHEMA_VERSION", 2)
    before = statement(path, "SELECT name FROM sqlite_master ORDER BY name")
    with pytest.raises(sqlite3.OperationalError, match="NONSENSE"):
        migrate(path)
    assert statement(path, "SELECT name FROM sqlite_master ORDER BY name") == before
    assert statement(path, "SELECT version FROM petitionkit_schema") == [(1,)]


def test_a_newer_schema_that_we_cannot_read_is_left_alone(path: Path) -> None:
    statement(path, "UPDATE petitionkit_schema SET version = 9, min_reader = 2")
    refused(
        SchemaVersionError,
        "install a newer petitionkit",
        path.parent,
        lambda: SQLiteStore(path),
        lambda: migrate(path),
    )


def test_a_newer_schema_that_we_can_read_is_used_and_not_turned_back(path: Path) -> None:
    statement(path, "UPDATE petitionkit_schema SET version = 9, min_reader = 1")
    assert migrate(path) == 9
    with closing(SQLiteStore(path)) as store:
        assert store.petition(number_id(1)) == full_petition()
        store.add(revision(plain_petition(2)))
    assert statement(path, "SELECT version, min_reader FROM petitionkit_schema") == [(9, 1)]


# Files that are no store


def test_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    refused(
        StoreUnavailableError,
        "check path and permissions",
        tmp_path,
        lambda: SQLiteStore(tmp_path / "folder"),
        lambda: migrate(tmp_path / "folder"),
    )
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    refused(
        StoreUnavailableError,
        "check path",
        tmp_path,
        lambda: migrate(tmp_path / "nowhere" / "petitions.db"),
    )


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "browser.db"
    statement(other, "CREATE TABLE bookmark (url text)")
    refused(
        ForeignFileError,
        "another program",
        tmp_path,
        lambda: SQLiteStore(other),
        lambda: migrate(other),
    )


@pytest.mark.parametrize("content", [b"name,email\nAda,ada@example.org\n" * 40, b"\x00" * 4096])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "roll.csv"
    other.write_bytes(content)
    refused(
        ForeignFileError,
        "no SQLite database",
        tmp_path,
        lambda: SQLiteStore(other),
        lambda: migrate(other),
    )


def test_a_damaged_store_asks_for_a_backup(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with (
        pytest.raises(ForeignFileError, match="backup"),
        closing(SQLiteStore(path)) as store,
    ):
        store.petition(number_id(1))


# A store that cannot be written


READ_ONLY = "False the store is read-only; make the file and its folder writable"
CLOSED_UP = (
    "False the store cannot be opened; check path and permissions, or run migrate to make it"
)

# Root may write everything, so root's rights are dropped once all modules are loaded.
_AS_NOBODY = """
import os, sys
from uuid import UUID
from petitionkit.errors import StoreUnavailableError
from petitionkit.stores.sqlite import SQLiteStore, migrate
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
assert os.geteuid() != 0
def attempt(call):
    try:
        call()
    except StoreUnavailableError as error:
        print(error.retryable, error)
    else:
        print("done")
path = sys.argv[1]
attempt(lambda: migrate(path))
attempt(lambda: SQLiteStore(path).acknowledge(UUID(int=1)))
"""


@pytest.mark.parametrize(
    ("folder_mode", "said"),
    [
        # SQLite may or may not be able to read without the files that it keeps beside a store.
        (0o555, [(READ_ONLY,), (READ_ONLY, CLOSED_UP)]),
        # A current schema needs no migration; writing is what is refused.
        (0o777, [("done",), (READ_ONLY,)]),
    ],
    ids=["the folder, too", "the file alone"],
)
def test_a_store_that_may_not_be_written_says_so(
    folder_mode: int, said: list[tuple[str, ...]]
) -> None:
    with TemporaryDirectory() as name:
        folder, path = Path(name), Path(name) / "petitions.db"
        migrate(path)
        with closing(SQLiteStore(path)) as store:
            store.add(revision(full_petition()))
        path.chmod(0o444)
        folder.chmod(folder_mode)
        before = contents(folder)
        try:
            lines = run(_AS_NOBODY, path).splitlines()
        finally:
            folder.chmod(0o755)
        assert len(lines) == len(said)
        assert all(line in possible for line, possible in zip(lines, said, strict=True)), lines
        assert contents(folder) == before


def test_opening_waits_for_others_before_it_switches_to_wal(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement(path, "PRAGMA journal_mode = DELETE")
    connect = sqlite._connect  # noqa: SLF001 (to stand between two statements)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM petitionkit_schema").fetchone()
        with pytest.raises(StoreUnavailableError, match="try again") as caught:
            SQLiteStore(path, busy_seconds=0)
        assert caught.value.retryable

        def leave(sql: str) -> None:
            if sql == "BEGIN EXCLUSIVE":
                other.rollback()

        def watched(path: Path, mode: str, busy_seconds: float) -> sqlite3.Connection:
            connection = connect(path, mode, busy_seconds)
            connection.set_trace_callback(leave)
            return connection

        monkeypatch.setattr(sqlite, "_connect", watched)
        SQLiteStore(path, busy_seconds=0).close()
    assert statement(path, "PRAGMA journal_mode") == [("wal",)]


def test_a_file_on_a_read_only_disk_is_left_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement(path, "PRAGMA journal_mode = DELETE")
    connect = sqlite._connect  # noqa: SLF001 (opens as SQLite does on a read-only disk)
    monkeypatch.setattr(sqlite, "_connect", lambda path, _mode, busy: connect(path, "ro", busy))
    refused(
        StoreUnavailableError, "make the file .* writable", path.parent, lambda: SQLiteStore(path)
    )


def test_a_store_locked_by_another_process_is_retryable_and_left_alone(path: Path) -> None:
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        closing(SQLiteStore(path, busy_seconds=0)) as store,
    ):
        other.execute("BEGIN EXCLUSIVE")
        before = everything(store)
        calls: list[Callable[[], object]] = [
            lambda: store.add(revision(plain_petition(2))),
            lambda: migrate(path, busy_seconds=0),
        ]
        for call in calls:
            with pytest.raises(StoreUnavailableError, match="try again") as caught:
                call()
            assert caught.value.retryable
        assert everything(store) == before
        other.execute("ROLLBACK")
        store.add(revision(plain_petition(2)))


def test_a_full_disk_is_reported_and_nothing_is_half_written(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]  # noqa: SLF001 (stands for a small disk)
        store._connection.execute(f"PRAGMA max_page_count = {pages}")  # noqa: SLF001 (the same)
        before = everything(store)
        many = [
            Entry(answer=None, signature=plain_signature(n), claims=(a_claim(n),))
            for n in range(1, 2000)
        ]
        failed = raises(StoreUnavailableError, write, store, *many)
        assert "free some space" in str(failed)
        assert not getattr(failed, "retryable", True)
        assert everything(store) == before
        store._connection.execute("PRAGMA max_page_count = 1000000")  # noqa: SLF001 (space again)
        write(store, *many)
        assert len(store.signatures(number_id(1), limit=5000)) == len(many)


def test_two_processes_may_migrate_one_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "petitions.db"
    code = (
        "import sys; from petitionkit.stores.sqlite import migrate;"
        "print('ready', flush=True); sys.stdin.readline(); print(migrate(sys.argv[1]))"
    )
    racers = [
        subprocess.Popen(  # noqa: S603 (our own code)
            [sys.executable, "-c", code, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    said = []
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("\n")
        racer.stdin.flush()
    for racer in racers:
        out, _ = racer.communicate(timeout=60)
        said.append(out)
    assert sorted(said) == ["0\n", "1\n", "1\n", "1\n"]
    with closing(SQLiteStore(path)) as store:
        assert store.petitions() == []
