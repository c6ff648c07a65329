"""A joining store works inside the caller's transaction and never ends it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from petitionkit.errors import (
    AlreadyExistsError,
    SchemaVersionError,
    StoreUnavailableError,
)
from petitionkit.ledger import Delta, Entry, Watch
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.testing.bench import everything, raises, watch_from_now_on, write
from petitionkit.testing.samples import (
    DAY_ZERO,
    NOON,
    a_claim,
    a_notice,
    full_attempt,
    full_petition,
    full_signature,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An app's database with a table of its own and petitionkit's beside it."""
    path = tmp_path / "app.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE account (name text UNIQUE)")
        migrate(connection)
        connection.commit()
    return path


@pytest.fixture(params=["", None], ids=["implicit transactions", "autocommit"])
def connection(path: Path, request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    isolation: None = request.param  # both of sqlite3's ways to begin transactions
    with closing(sqlite3.connect(path, isolation_level=isolation, timeout=0)) as opened:
        yield opened


def accounts(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM account ORDER BY name")]


def petitions(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT count(*) FROM petitionkit_petition").fetchone()
        return int(found[0])


def test_a_write_begins_a_transaction_and_leaves_it_open(
    connection: sqlite3.Connection, path: Path
) -> None:
    store = SQLiteStore.joining(connection)
    assert not connection.in_transaction
    store.add(revision(plain_petition()))
    assert connection.in_transaction
    assert petitions(path) == 0
    connection.commit()
    assert petitions(path) == 1


def test_the_apps_rows_and_the_petitions_are_committed_together(
    connection: sqlite3.Connection, path: Path
) -> None:
    connection.execute("BEGIN")
    connection.execute("INSERT INTO account VALUES ('ada')")
    SQLiteStore.joining(connection).add(revision(plain_petition()))
    assert (accounts(path), petitions(path)) == ([], 0)
    connection.commit()
    assert (accounts(path), petitions(path)) == (["ada"], 1)


def test_the_apps_rows_and_the_petitions_are_rolled_back_together(
    connection: sqlite3.Connection, path: Path
) -> None:
    store = SQLiteStore.joining(connection)
    store.add(revision(plain_petition()))
    connection.execute("INSERT INTO account VALUES ('ada')")
    write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
    connection.rollback()
    assert (accounts(path), petitions(path)) == ([], 0)
    assert store.petitions() == []


def test_a_call_that_fails_leaves_the_callers_own_writes_and_no_others(
    connection: sqlite3.Connection, path: Path
) -> None:
    store = SQLiteStore.joining(connection)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO account VALUES ('ada')")
    store.add(revision(plain_petition(1, slugs=("oak",))))
    before = everything(store)
    raises(AlreadyExistsError, store.add, revision(plain_petition(2, slugs=("elm", "oak"))))
    assert everything(store) == before
    connection.execute("INSERT INTO account VALUES ('bo')")
    connection.commit()
    assert (accounts(path), petitions(path)) == (["ada", "bo"], 1)


def test_a_call_that_fails_ends_a_transaction_that_it_began_itself(
    connection: sqlite3.Connection,
) -> None:
    store = SQLiteStore.joining(connection)
    store.add(revision(plain_petition()))
    connection.commit()
    raises(AlreadyExistsError, store.add, revision(plain_petition()))
    assert not connection.in_transaction


def test_reading_leaves_no_transaction_behind(connection: sqlite3.Connection) -> None:
    store = SQLiteStore.joining(connection)
    store.add(revision(plain_petition()))
    connection.commit()
    everything(store)
    assert not connection.in_transaction


def test_closing_the_store_leaves_the_callers_connection_open(
    connection: sqlite3.Connection,
) -> None:
    store = SQLiteStore.joining(connection)
    store.add(revision(plain_petition()))
    store.close()
    assert connection.in_transaction
    assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_callers_row_factory_makes_no_difference(connection: sqlite3.Connection) -> None:
    store = SQLiteStore.joining(connection)
    store.add(revision(full_petition()))
    write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
    before = everything(store)
    for factory in (
        sqlite3.Row,
        lambda cursor, row: dict(zip(cursor.description, row, strict=True)),
    ):
        connection.row_factory = factory
        assert everything(SQLiteStore.joining(connection)) == before


def test_the_callers_converters_make_no_difference(path: Path) -> None:
    def instant(column: bytes) -> datetime:
        return datetime.fromisoformat(column.decode())

    with closing(SQLiteStore(path)) as store:
        store.add(revision(full_petition(), due_at=NOON))
        entry = Entry(
            answer=None,
            signature=full_signature(),
            claims=(a_claim(),),
            attempt=full_attempt(),
            deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
            notices=(a_notice(),),
        )
        write(store, entry)
        watch_from_now_on(store, Watch(counter="supporters", level=1, since=DAY_ZERO))
        before = everything(store)
    converters = sqlite3.converters.copy()
    sqlite3.register_converter("datetime", instant)
    sqlite3.register_converter("bool", lambda column: column == b"1")
    sqlite3.register_converter("char", lambda column: UUID(column.decode()))
    try:
        kinds = sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES
        with closing(sqlite3.connect(path, detect_types=kinds)) as connection:
            joined = SQLiteStore.joining(connection)
            assert everything(joined) == before
            write(joined, Entry(answer=None, signature=plain_signature(2), deltas=entry.deltas))
            assert joined.tally(full_petition().id).count("supporters") == 2
    finally:
        sqlite3.converters.clear()
        sqlite3.converters.update(converters)


def test_someone_elses_write_meanwhile_is_reported_as_retryable(
    connection: sqlite3.Connection, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = WAL")
    store = SQLiteStore.joining(connection)
    connection.execute("BEGIN")
    assert store.petitions() == []
    with closing(SQLiteStore(path)) as other_store:
        other_store.add(revision(plain_petition()))
    with pytest.raises(StoreUnavailableError, match="try again") as caught:
        store.add(revision(plain_petition(2)))
    assert caught.value.retryable
    connection.rollback()
    store.add(revision(plain_petition(2)))
    assert store.petitions() == [number_id(1), number_id(2)]


def test_a_connection_that_is_closed_is_reported_as_ours(path: Path) -> None:
    connection = sqlite3.connect(path)
    store = SQLiteStore.joining(connection)
    connection.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        store.petitions()
    with pytest.raises(StoreUnavailableError, match="closed"):
        store.add(revision(plain_petition()))


def test_a_connection_without_our_schema_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "app.db")) as connection:
        connection.execute("CREATE TABLE account (name text)")
        with pytest.raises(SchemaVersionError, match="run migrate"):
            SQLiteStore.joining(connection)


def test_migrating_a_connection_waits_for_the_callers_commit(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "app.db")) as connection:
        connection.execute("CREATE TABLE account (name text)")
        connection.execute("INSERT INTO account VALUES ('ada')")
        assert migrate(connection) == 0
        assert connection.in_transaction
        connection.rollback()
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
        assert tables == [("account",)]
        assert migrate(connection) == 0
        connection.commit()
        assert migrate(connection) == 1
        connection.rollback()
        assert SQLiteStore.joining(connection).petitions() == []


def test_its_repr_tells_how_it_came_by_its_connection(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert repr(SQLiteStore.joining(connection)) == "<SQLiteStore joining>"
    with closing(SQLiteStore(path)) as store:
        assert repr(store) == "<SQLiteStore owning>"
