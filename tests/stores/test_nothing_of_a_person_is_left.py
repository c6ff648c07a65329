"""A canary in every field of every table, looked for in the raw bytes after erasing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from canaries import SIGNERS, expected, files, fill, found_in, table_files
from postgres_server import a_database

from petitionkit.codec import to_json
from petitionkit.desk import Desk
from petitionkit.errors import StoreContractError, StoreUnavailableError
from petitionkit.signature import Particulars
from petitionkit.store import Store
from petitionkit.stores import postgres
from petitionkit.stores.erasing import purge_sql
from petitionkit.stores.postgres import PostgresStore
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.testing.bench import raises
from samples import DEADLINE, KEYS, PETITION_ID


def test_every_personal_field_has_its_canary_or_a_name_for_it() -> None:
    assert len(expected()) > 20


def erase_all(store: Store) -> None:
    desk = Desk(store, secrets=KEYS, clock=lambda: DEADLINE + timedelta(days=9))
    before = desk.counts(PETITION_ID), desk.daily(PETITION_ID)
    done = list(desk.apply_retention(desk.plan_retention()))
    assert [one.signatures for one in done] == [SIGNERS, 0]
    assert (desk.counts(PETITION_ID), desk.daily(PETITION_ID)) == before
    assert not found_in(" ".join(map(repr, done)).encode())
    assert not found_in("".join(map(to_json, done)).encode())
    facts = store.petition(PETITION_ID).facts
    assert not found_in("".join(map(to_json, facts)).encode())


def test_the_files_of_sqlite_hold_nothing_of_anybody(tmp_path: Path) -> None:
    path = tmp_path / "petitions.db"
    migrate(path)
    with closing(SQLiteStore(path)) as store:
        fill(store)
        assert found_in(files(tmp_path)) == {*expected(), "1901-02-03"}
        erase_all(store)
        store.purge()
        assert found_in(files(tmp_path)) == set()
    assert found_in(files(tmp_path)) == set()


def test_sqlite_says_so_while_a_reader_keeps_its_log(tmp_path: Path) -> None:
    path = tmp_path / "petitions.db"
    migrate(path)
    with (
        closing(SQLiteStore(path, busy_seconds=0.05)) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as reader,
    ):
        fill(store)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM petitionkit_petition").fetchone()
        with pytest.raises(StoreUnavailableError, match="purge again later"):
            store.purge()


def test_sqlite_says_so_while_somebody_reads_what_is_to_be_purged(tmp_path: Path) -> None:
    path = tmp_path / "petitions.db"
    migrate(path)
    with (
        closing(SQLiteStore(path, busy_seconds=0.05)) as store,
        closing(SQLiteStore(path)) as reader,
    ):
        fill(store)
        with reader.together():
            reader.petitions()
            error = raises(StoreUnavailableError, store.purge)
        assert isinstance(error, StoreUnavailableError)
        assert error.retryable
        erase_all(store)
        store.purge()
        assert found_in(files(tmp_path)) == set()


@pytest.fixture
def url() -> Iterator[str]:
    with a_database() as made:
        postgres.migrate(made)
        yield made


def test_the_tables_of_postgresql_hold_nothing_of_anybody(url: str) -> None:
    with (
        closing(PostgresStore(url)) as store,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        fill(store)
        before = found_in(table_files(connection))
        assert {f"canary-{Particulars.__name__}-name", "canary-Claim-digest"} <= before
        erase_all(store)
        store.purge()
        assert found_in(table_files(connection)) == set()


def test_whoever_owns_the_connection_purges_it(url: str) -> None:
    with psycopg.connect(url) as connection:
        raises(StoreContractError, PostgresStore.joining(connection).purge)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in purge_sql("postgresql"):
            connection.execute(statement.encode())
    assert purge_sql()[0] == "VACUUM"
