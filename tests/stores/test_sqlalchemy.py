"""``SQLAlchemyStore`` keeps every promise of a store: on two databases, owning and joining."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from unittest.mock import Mock

import pytest
from encrypting import encrypted
from places import open_store
from postgres_server import a_database, empty
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from petitionkit.errors import (
    AlreadyExistsError,
    SchemaVersionError,
    StoreContractError,
    StoreUnavailableError,
)
from petitionkit.ledger import Delta, Entry
from petitionkit.store import Store
from petitionkit.stores.sqlalchemy import SQLAlchemyStore, migrate
from petitionkit.testing import (
    CatalogueConformance,
    ErasingConformance,
    KeyedConformance,
    StoreConformance,
    UpkeepConformance,
)
from petitionkit.testing.bench import everything, raises, write
from petitionkit.testing.samples import (
    NOON,
    a_claim,
    a_notice,
    full_attempt,
    full_petition,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)


def of_sqlalchemy(url: str, driver: str = "psycopg") -> str:
    return url.replace("postgresql:", f"postgresql+{driver}:", 1)


def plain_url(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def engine_on(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def sqlite_engine() -> Iterator[Engine]:
    with TemporaryDirectory() as folder, engine_on(f"sqlite:///{folder}/app.db") as engine:
        migrate(engine)
        yield engine


@pytest.fixture(scope="module")
def postgres() -> Iterator[Engine]:
    with a_database(quick=True) as url, engine_on(of_sqlalchemy(url)) as engine:
        migrate(engine)
        yield engine


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Engine]:
    with sqlite_engine() as engine:
        yield engine


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        try:
            yield connection
        finally:
            connection.rollback()


class TestOwningOnPostgreSQL(
    StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance
):
    examples = 10
    lives = 4
    steps = 25

    @pytest.fixture(autouse=True)
    def _engine(self, postgres: Engine) -> None:
        self.engine = postgres

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        empty(plain_url(self.engine))
        yield SQLAlchemyStore(self.engine)

    def reopen(self, store: Store) -> Store:  # noqa: ARG002 (the engine tells enough)
        return SQLAlchemyStore(self.engine)

    def opener(self, store: Store) -> Callable[[], Store]:  # noqa: ARG002 (the URL tells enough)
        return partial(open_store, f"sqlalchemy!{plain_url(self.engine)}")


class TestJoiningOnPostgreSQL(
    StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance
):
    examples = 10
    lives = 4
    steps = 25

    @pytest.fixture(autouse=True)
    def _engine(self, postgres: Engine) -> None:
        empty(plain_url(postgres))
        self.engine = postgres

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with rolled_back(self.engine) as connection:
            yield SQLAlchemyStore.joining(connection)


class Encrypted(
    StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance, KeyedConformance
):
    examples = 5
    lives = 2
    steps = 20
    races = 3


@pytest.mark.long
class TestEncryptedOnPostgreSQL(Encrypted):
    @pytest.fixture(autouse=True)
    def _engine(self, postgres: Engine) -> None:
        self.engine = postgres

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        empty(plain_url(self.engine))
        yield encrypted(SQLAlchemyStore(self.engine))


@pytest.mark.long
class TestEncryptedOnSQLite(Encrypted):
    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with sqlite_engine() as engine:
            yield encrypted(SQLAlchemyStore(engine))


class TestOwningOnSQLite(
    StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance
):
    examples = 10
    lives = 4
    steps = 25

    @pytest.fixture(autouse=True)
    def _engine(self, sqlite: Engine) -> None:
        self.engine = sqlite

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with self.engine.begin() as connection:
            for table in inspect(connection).get_table_names():
                if table != "petitionkit_schema":
                    connection.exec_driver_sql(f"DELETE FROM {table}")
        yield SQLAlchemyStore(self.engine)

    def reopen(self, store: Store) -> Store:  # noqa: ARG002 (the engine tells enough)
        return SQLAlchemyStore(self.engine)

    def opener(self, store: Store) -> Callable[[], Store]:  # noqa: ARG002 (the path tells enough)
        return partial(open_store, f"sqlalchemy!{self.engine.url.database}")


class TestJoiningOnSQLite(
    StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance
):
    examples = 10
    lives = 4
    steps = 25

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        engine = create_engine("sqlite://", connect_args={"check_same_thread": False})
        with rolled_back(engine) as connection:
            migrate(connection)
            yield SQLAlchemyStore.joining(connection)
        engine.dispose()


# One transaction with the app's own rows


@pytest.fixture(params=["postgres", "sqlite"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An app's database, with a table of its own and petitionkit's beside it."""
    with ExitStack() as exits:
        if request.param == "postgres":
            url = exits.enter_context(a_database(quick=True))
            made = exits.enter_context(engine_on(of_sqlalchemy(url)))
            migrate(made)
        else:
            made = exits.enter_context(sqlite_engine())
        METADATA.create_all(made)
        yield made


METADATA = MetaData()
ACCOUNT = Table("account", METADATA, Column("name", Text, unique=True))


def accounts(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.execute(select(ACCOUNT.c.name)).scalars())


def open_account(connection: Connection, name: str) -> None:
    connection.execute(insert(ACCOUNT).values(name=name))


def test_the_apps_rows_and_the_petitions_are_committed_together(engine: Engine) -> None:
    with engine.connect() as connection:
        store = SQLAlchemyStore.joining(connection)
        store.add(revision(plain_petition()))
        open_account(connection, "ada")
        if engine.dialect.name == "postgresql":
            assert (accounts(engine), SQLAlchemyStore(engine).petitions()) == ([], [])
        connection.commit()
    assert accounts(engine) == ["ada"]
    assert SQLAlchemyStore(engine).petitions() == [number_id(1)]


def test_the_apps_rows_and_the_petitions_are_rolled_back_together(engine: Engine) -> None:
    with engine.connect() as connection:
        open_account(connection, "ada")
        store = SQLAlchemyStore.joining(connection)
        store.add(revision(plain_petition()))
        write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
        connection.rollback()
        assert store.petitions() == []
        assert not connection.in_transaction()
    assert accounts(engine) == []


def test_a_call_that_fails_leaves_the_callers_own_writes_and_no_others(engine: Engine) -> None:
    with engine.begin() as connection:
        store = SQLAlchemyStore.joining(connection)
        store.add(revision(plain_petition(1, slugs=("oak",))))
        open_account(connection, "ada")
        raises(AlreadyExistsError, store.add, revision(plain_petition(2, slugs=("elm", "oak"))))
        open_account(connection, "bo")
    assert accounts(engine) == ["ada", "bo"]
    assert SQLAlchemyStore(engine).petitions() == [number_id(1)]


def test_a_call_that_fails_first_leaves_the_callers_block_as_it_was(engine: Engine) -> None:
    with engine.begin() as connection:
        store = SQLAlchemyStore.joining(connection)
        twice = revision(plain_petition(), notices=(a_notice(), a_notice()))
        raises(StoreContractError, store.add, twice)
        open_account(connection, "ada")
    assert accounts(engine) == ["ada"]
    assert SQLAlchemyStore(engine).petitions() == []


def test_a_session_of_the_orm_is_joined_by_its_connection(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(insert(ACCOUNT).values(name="ada"))
        SQLAlchemyStore.joining(session.connection()).add(revision(plain_petition()))
        session.rollback()
        assert accounts(engine) == []
        SQLAlchemyStore.joining(session.connection()).add(revision(plain_petition(2)))
        session.execute(insert(ACCOUNT).values(name="bo"))
        session.commit()
    assert accounts(engine) == ["bo"]
    assert SQLAlchemyStore(engine).petitions() == [number_id(2)]


def test_an_async_session_is_joined_under_run_sync() -> None:
    def sign(session: Session) -> list[str]:
        store = SQLAlchemyStore.joining(session.connection())
        store.add(revision(full_petition()))
        entries = [
            Entry(
                answer=name,
                signature=plain_signature(n),
                attempt=full_attempt(n),
                claims=(a_claim(n),),
                deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
                notices=(a_notice(n),),
            )
            for n, name in enumerate("ab", 1)
        ]
        answers = write(store, *entries)
        before = everything(store)
        raises(StoreContractError, write, store, entries[0], entries[0])
        assert everything(store) == before
        session.execute(insert(ACCOUNT).values(name="ada"))
        return answers

    async def live(url: str) -> None:
        engine = create_async_engine(of_sqlalchemy(url, "asyncpg"))
        try:
            async with engine.begin() as connection:
                await connection.run_sync(migrate)
                await connection.run_sync(METADATA.create_all)
            async with AsyncSession(engine) as session:
                assert await session.run_sync(sign) == ["a", "b"]
                await session.rollback()
                assert await session.run_sync(sign) == ["a", "b"]
                await session.commit()
        finally:
            await engine.dispose()

    with a_database(quick=True) as url:
        asyncio.run(live(url))
        with engine_on(of_sqlalchemy(url)) as engine:
            assert accounts(engine) == ["ada"]
            store = SQLAlchemyStore(engine)
            assert store.petition(number_id(1)) == full_petition()
            assert store.tally(number_id(1)).count("supporters") == 2


def test_an_engine_that_begins_for_itself_is_joined_as_any(tmp_path: Path) -> None:
    """SQLAlchemy's own recipe against the driver's half transactions."""
    with engine_on(f"sqlite:///{tmp_path}/app.db") as engine:

        @event.listens_for(engine, "connect")
        def _leave_it_to_us(driver: Any, _record: object) -> None:  # noqa: ANN401 (any driver)
            driver.isolation_level = None

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

        assert (migrate(engine), migrate(engine)) == (0, 1)
        with engine.connect() as connection:
            store = SQLAlchemyStore.joining(connection)
            store.add(revision(plain_petition()))
            connection.rollback()
            assert store.petitions() == []
            store.add(revision(plain_petition(2)))
            connection.commit()
        assert SQLAlchemyStore(engine).petitions() == [number_id(2)]


def test_what_it_cannot_use_is_refused(tmp_path: Path) -> None:
    with engine_on(f"sqlite:///{tmp_path}/bare.db") as engine:
        raises(SchemaVersionError, SQLAlchemyStore, engine)
    elsewhere = cast("Connection", Mock(dialect=Mock()))
    elsewhere.dialect.name = "oracle"
    raises(StoreContractError, SQLAlchemyStore.joining, elsewhere)


def test_a_schema_that_was_looked_at_before_is_not_looked_at_again(engine: Engine) -> None:
    said: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _note(*told: Any) -> None:  # noqa: ANN401 (as SQLAlchemy has it)
        said.append(told[2])

    with engine.connect() as connection:
        SQLAlchemyStore.joining(connection)
        asked = len(said)
        store = SQLAlchemyStore.joining(connection, checked=True)
        assert (asked > 0, len(said)) == (True, asked)
        store.add(revision(plain_petition()))
        connection.commit()
    assert SQLAlchemyStore(engine).petitions() == [number_id(1)]


def test_a_connection_that_is_closed_is_reported_as_ours(engine: Engine) -> None:
    with engine.connect() as connection:
        store = SQLAlchemyStore.joining(connection)
    raises(StoreUnavailableError, store.petitions)


def test_its_repr_tells_how_it_came_by_its_connection(engine: Engine) -> None:
    assert repr(SQLAlchemyStore(engine)) == "<SQLAlchemyStore owning>"
    with engine.connect() as connection:
        assert repr(SQLAlchemyStore.joining(connection)) == "<SQLAlchemyStore joining>"
