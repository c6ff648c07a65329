"""``SQLAlchemyStore`` keeps every promise of a store: on two databases, owning and joining."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from contract import StoreContract
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from machine import store_machine
from postgres_server import a_database, empty
from sqlalchemy import Connection, Engine, create_engine

from petitionkit.store import Store
from petitionkit.stores.sqlalchemy import SQLAlchemyStore, migrate


def of_sqlalchemy(url: str, driver: str = "psycopg") -> str:
    return url.replace("postgresql:", f"postgresql+{driver}:", 1)


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


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        try:
            yield connection
        finally:
            connection.rollback()


class TestOwningOnPostgreSQL(StoreContract):
    @pytest.fixture(autouse=True)
    def _engine(self, postgres: Engine) -> None:
        self.engine = postgres

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        empty(self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False))
        yield SQLAlchemyStore(self.engine)


class TestJoiningOnPostgreSQL(StoreContract):
    @pytest.fixture(autouse=True)
    def _engine(self, postgres: Engine) -> None:
        self.engine = postgres

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with rolled_back(self.engine) as connection:
            yield SQLAlchemyStore.joining(connection)


class TestOwningOnSQLite(StoreContract):
    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with sqlite_engine() as engine:
            yield SQLAlchemyStore(engine)


class TestJoiningOnSQLite(StoreContract):
    @contextmanager
    def open_store(self) -> Iterator[Store]:
        engine = create_engine("sqlite://", connect_args={"check_same_thread": False})
        with rolled_back(engine) as connection:
            migrate(connection)
            yield SQLAlchemyStore.joining(connection)
        engine.dispose()
