"""How ``PostgresStore`` behaves on connections: the caller's, its own, and those that fail."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from postgres_server import a_database
from psycopg.rows import dict_row

from petitionkit.errors import (
    AlreadyExistsError,
    SchemaVersionError,
    StoreContractError,
    StoreUnavailableError,
)
from petitionkit.ledger import Entry, Revision
from petitionkit.petition import Petition
from petitionkit.stores.postgres import PostgresStore, migrate
from petitionkit.stores.schema import schema_sql
from petitionkit.tally import Tally
from petitionkit.testing.bench import everything, raises, write
from petitionkit.testing.samples import (
    a_claim,
    a_notice,
    full_petition,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)

Connection = psycopg.Connection[Any]


@pytest.fixture
def url() -> Iterator[str]:
    """An app's database with a table of its own and petitionkit's beside it."""
    with a_database(quick=True) as made:
        with psycopg.connect(made) as connection:
            connection.execute("CREATE TABLE account (name text UNIQUE)")
            migrate(connection)
        yield made


@pytest.fixture(params=[False, True], ids=["implicit transactions", "autocommit"])
def connection(url: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    with closing(psycopg.connect(url, autocommit=request.param)) as opened:
        yield opened


def kept(url: str) -> tuple[list[str], list[int]]:
    """The app's rows and petitionkit's, as others see them."""
    with psycopg.connect(url) as other, closing(PostgresStore(url)) as store:
        names = other.execute("SELECT name FROM account ORDER BY name").fetchall()
        return [name for (name,) in names], [found.int for found in store.petitions()]


def in_transaction(connection: Connection) -> bool:
    return connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE


# Joining


def test_a_write_begins_a_transaction_and_leaves_it_open(connection: Connection, url: str) -> None:
    store = PostgresStore.joining(connection)
    assert not in_transaction(connection)
    store.add(revision(plain_petition()))
    assert in_transaction(connection)
    assert kept(url) == ([], [])
    connection.commit()
    assert kept(url) == ([], [1])


def test_the_apps_rows_and_the_petitions_are_committed_together(
    connection: Connection, url: str
) -> None:
    with connection.transaction():
        connection.execute("INSERT INTO account VALUES ('ada')")
        PostgresStore.joining(connection).add(revision(plain_petition()))
        assert kept(url) == ([], [])
    connection.commit()
    assert kept(url) == (["ada"], [1])


def test_the_apps_rows_and_the_petitions_are_rolled_back_together(
    connection: Connection, url: str
) -> None:
    store = PostgresStore.joining(connection)
    store.add(revision(plain_petition()))
    connection.execute("INSERT INTO account VALUES ('ada')")
    write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
    connection.rollback()
    assert kept(url) == ([], [])
    assert store.petitions() == []


def test_a_call_that_fails_leaves_the_callers_own_writes_and_no_others(
    connection: Connection, url: str
) -> None:
    store = PostgresStore.joining(connection)
    store.add(revision(plain_petition(1, slugs=("oak",))))
    connection.execute("INSERT INTO account VALUES ('ada')")
    before = everything(store)
    raises(AlreadyExistsError, store.add, revision(plain_petition(2, slugs=("elm", "oak"))))
    twice = revision(plain_petition(3), notices=(a_notice(), a_notice()))
    raises(StoreContractError, store.add, twice)
    assert everything(store) == before
    connection.execute("INSERT INTO account VALUES ('bo')")
    connection.commit()
    assert kept(url) == (["ada", "bo"], [1])


def test_a_call_that_fails_ends_a_transaction_that_it_began_itself(connection: Connection) -> None:
    store = PostgresStore.joining(connection)
    store.add(revision(plain_petition()))
    connection.commit()
    raises(AlreadyExistsError, store.add, revision(plain_petition()))
    assert not in_transaction(connection)


def test_reading_leaves_no_transaction_behind(connection: Connection) -> None:
    store = PostgresStore.joining(connection)
    store.add(revision(plain_petition()))
    connection.commit()
    everything(store)
    assert not in_transaction(connection)


def test_closing_the_store_leaves_the_callers_connection_open(connection: Connection) -> None:
    store = PostgresStore.joining(connection)
    store.add(revision(plain_petition()))
    store.close()
    assert in_transaction(connection)


def test_the_callers_row_factory_and_time_zone_make_no_difference(url: str) -> None:
    with closing(PostgresStore(url)) as owning:
        owning.add(revision(full_petition()))
        write(owning, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
        before = everything(owning)
    with closing(psycopg.connect(url, row_factory=dict_row)) as connection:
        connection.execute("SET TIME ZONE 'Asia/Kathmandu'")
        assert everything(PostgresStore.joining(connection)) == before


def test_a_serialization_failure_is_reported_as_retryable(url: str) -> None:
    with closing(PostgresStore(url)) as owning:
        owning.add(revision(plain_petition()))
    with psycopg.connect(url) as one, psycopg.connect(url) as two:
        one.isolation_level = two.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        stores = [PostgresStore.joining(connection) for connection in (one, two)]
        one.execute("SELECT 1")  # the transactions begin
        two.execute("SELECT 1")
        assert [store.signature(number_id(1)) for store in stores] == [None, None]
        write(stores[0], Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
        one.commit()
        rival = Entry(answer=None, signature=plain_signature(), claims=(a_claim(),))
        failed = raises(StoreUnavailableError, write, stores[1], rival)
        assert getattr(failed, "retryable", False)
        two.rollback()


def test_an_owning_store_begins_again_what_others_made_impossible(url: str) -> None:
    strict = f"{url}{'&' if '?' in url else '?'}options=-c%20default_transaction_isolation"
    with closing(PostgresStore(f"{strict}%3Dserializable")) as store:
        store.add(revision(plain_petition()))
        asked: list[int] = []

        def change(petition: Petition, _tally: Tally) -> Revision:
            asked.append(petition.version)
            if len(asked) == 1:
                with psycopg.connect(url) as other:
                    other.execute("UPDATE petitionkit_petition SET version = 7")
            return revision(petition, notices=(a_notice(),))

        assert store.update(number_id(1), change).version == 7
        assert asked == [1, 7]
        assert store.notices() == [a_notice()]


def test_a_transaction_that_sees_an_old_state_is_refused(url: str) -> None:
    with closing(psycopg.connect(url)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        store = PostgresStore.joining(connection)
        store.add(revision(plain_petition()))
        with pytest.raises(StoreContractError, match="READ COMMITTED"):
            write(store, Entry(answer=None))
        connection.rollback()


def test_a_transaction_that_failed_before_asks_for_a_rollback(url: str) -> None:
    with closing(psycopg.connect(url)) as connection:
        store = PostgresStore.joining(connection)
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT nonsense")
        with pytest.raises(StoreContractError, match="roll it back"):
            store.petitions()
        connection.rollback()
        assert store.petitions() == []


def test_a_read_only_transaction_says_so(url: str) -> None:
    with closing(psycopg.connect(url)) as connection:
        connection.read_only = True
        store = PostgresStore.joining(connection)
        assert store.petitions() == []
        with pytest.raises(StoreUnavailableError, match="read-only"):
            store.add(revision(plain_petition()))


def test_what_we_do_not_know_comes_out_as_it_is(url: str) -> None:
    with closing(psycopg.connect(url)) as connection:
        store = PostgresStore.joining(connection)
        connection.execute("ALTER TABLE petitionkit_policy RENAME document TO paper")
        with pytest.raises(psycopg.errors.UndefinedColumn):
            store.policy("d1")


# Connections that fail


def test_a_connection_that_is_closed_is_reported_as_ours(url: str) -> None:
    connection = psycopg.connect(url)
    store = PostgresStore.joining(connection)
    connection.close()
    raises(StoreUnavailableError, store.petitions)
    raises(StoreUnavailableError, store.add, revision(plain_petition()))


def test_a_connection_that_the_server_ends_is_reported_and_the_next_one_works(url: str) -> None:
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with closing(PostgresStore(url, max_connections=1)) as store:
        store.add(revision(plain_petition()))

        def change(petition: Petition, _tally: Tally) -> Revision:
            with psycopg.connect(url, autocommit=True) as other:
                other.execute(end)
            return revision(petition, notices=(a_notice(),))

        raises(StoreUnavailableError, store.update, number_id(1), change)
        assert store.petitions() == [number_id(1)]
        assert store.notices() == []


def test_a_server_that_is_not_there_is_reported(url: str) -> None:
    nowhere = "postgresql://postgres@/petitionkit?host=/nowhere"
    for call in (PostgresStore, migrate):
        failed = raises(StoreUnavailableError, call, nowhere)
        assert "cannot be reached" in str(failed)
    store = PostgresStore(url)
    store.close()
    raises(StoreUnavailableError, store.petitions)


def test_its_repr_tells_how_it_came_by_its_connection(url: str) -> None:
    with closing(PostgresStore(url)) as store:
        assert repr(store) == "<PostgresStore owning>"
    with closing(psycopg.connect(url)) as connection:
        assert repr(PostgresStore.joining(connection)) == "<PostgresStore joining>"


# Schema


def test_a_database_without_our_schema_is_refused_and_migrated_once() -> None:
    with a_database(quick=True) as bare:
        raises(SchemaVersionError, PostgresStore, bare)
        assert (migrate(bare), migrate(bare)) == (0, 1)
        with closing(PostgresStore(bare)) as store:
            assert store.petitions() == []


def test_the_schema_may_be_printed_and_run_by_hand() -> None:
    with a_database(quick=True) as bare:
        with psycopg.connect(bare) as connection:
            connection.execute(";".join(schema_sql("postgresql")).encode())
        assert migrate(bare) == 1


def test_tables_that_vanish_ask_for_migrate(url: str) -> None:
    with closing(PostgresStore(url)) as store:
        with psycopg.connect(url) as connection:
            connection.execute("DROP TABLE petitionkit_policy")
        raises(SchemaVersionError, store.policy, "d1")


def test_migrating_a_connection_waits_for_the_callers_commit() -> None:
    with a_database(quick=True) as bare:
        with closing(psycopg.connect(bare)) as connection:
            assert migrate(connection) == 0
            connection.rollback()
            assert migrate(connection) == 0
            connection.commit()
        assert migrate(bare) == 1


def test_a_newer_schema_is_used_as_long_as_it_says_that_we_can(url: str) -> None:
    for reader, usable in ((1, True), (2, False)):
        with psycopg.connect(url) as connection:
            connection.execute(f"UPDATE petitionkit_schema SET version = 9, min_reader = {reader}")
        if usable:
            assert migrate(url) == 9
            PostgresStore(url).close()
        else:
            raises(SchemaVersionError, PostgresStore, url)
            raises(SchemaVersionError, migrate, url)


def test_processes_may_migrate_one_database_at_once() -> None:
    code = (
        "import sys; from petitionkit.stores.postgres import migrate;"
        "print('ready', flush=True); sys.stdin.readline(); print(migrate(sys.argv[1]))"
    )
    with a_database(quick=True) as bare:
        racers = [
            subprocess.Popen(  # noqa: S603 (our own code)
                [sys.executable, "-c", code, bare],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("\n")
            racer.stdin.flush()
        assert sorted(racer.communicate(timeout=60)[0] for racer in racers) == ["0\n", "1\n", "1\n"]
