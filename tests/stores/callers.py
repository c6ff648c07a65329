"""Apps with a table of their own on the connection that a store joins, one for each driver.

What they have committed is seen through a connection of a driver's own.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from uuid import UUID

import psycopg
import sqlalchemy
from attrs import define, field, frozen
from django.db import connections, transaction
from places import is_postgres

from petitionkit.store import Store
from petitionkit.stores import postgres
from petitionkit.stores.postgres import PostgresStore
from petitionkit.stores.sqlalchemy import SQLAlchemyStore
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.testing import Caller

ACCOUNTS = "CREATE TABLE account (name text)"
NAMES = "SELECT name FROM account ORDER BY name"


def committed(where: str) -> tuple[list[str], list[UUID]]:
    """The app's rows and the ids of petitions in a file, or behind a URL."""
    if is_postgres(where):
        with psycopg.connect(where) as other:
            names = [name for (name,) in other.execute(NAMES)]
            return names, [*PostgresStore.joining(other).petitions()]
    with closing(sqlite3.connect(where)) as file:
        names = [name for (name,) in file.execute(NAMES)]
        return names, [*SQLiteStore.joining(file).petitions()]


@contextmanager
def sqlite_place() -> Iterator[str]:
    """A fresh file with both schemas."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "app.db"
        migrate(path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(ACCOUNTS)
            connection.commit()
        yield str(path)


def with_accounts(url: str) -> str:
    """A database of PostgreSQL, with both schemas made."""
    with psycopg.connect(url) as connection:
        postgres.migrate(connection)
        connection.execute(ACCOUNTS)
    return url


class _Driver(Protocol):
    def execute(self, sql: Any, /) -> object: ...  # noqa: ANN401 (each driver has its own)

    def commit(self) -> None: ...

    def rollback(self) -> None: ...


@frozen
class App:
    """An app on a connection that is its driver's, or SQLAlchemy's."""

    where: str
    connection: _Driver
    statement: Callable[[str], object]

    def write(self, row: str) -> None:
        self.connection.execute(self.statement(f"INSERT INTO account VALUES ('{row}')"))

    def commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        self.connection.rollback()

    def committed(self) -> tuple[list[str], list[UUID]]:
        return committed(self.where)


@contextmanager
def joined(join: Callable[[sqlite3.Connection], Store]) -> Iterator[tuple[Store, Caller]]:
    """A store on a connection of sqlite3."""
    with sqlite_place() as where, closing(sqlite3.connect(where)) as connection:
        yield join(connection), App(where, connection, str)


@contextmanager
def joined_by_psycopg(where: str) -> Iterator[tuple[Store, Caller]]:
    with closing(psycopg.connect(where)) as connection:
        yield PostgresStore.joining(connection), App(where, connection, str.encode)


@contextmanager
def joined_by_sqlalchemy(where: str) -> Iterator[tuple[Store, Caller]]:
    url = where.replace("postgresql:", "postgresql+psycopg:") if is_postgres(where) else ""
    engine = sqlalchemy.create_engine(url or f"sqlite:///{where}")
    with engine.connect() as connection:
        yield SQLAlchemyStore.joining(connection), App(where, connection, sqlalchemy.text)
    engine.dispose()


@define
class InAtomicBlocks:
    """A Django app that always is in a block; the next one begins where one ends."""

    where: str
    using: str
    block: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.block = transaction.atomic(using=self.using)
        self.block.__enter__()

    def write(self, row: str) -> None:
        connections[self.using].cursor().execute("INSERT INTO account VALUES (%s)", (row,))

    def end(self) -> None:
        self.block.__exit__(None, None, None)

    def commit(self) -> None:
        self.end()
        self.begin()

    def rollback(self) -> None:
        transaction.set_rollback(True, using=self.using)
        self.commit()

    def committed(self) -> tuple[list[str], list[UUID]]:
        return committed(self.where)


class WithoutAutocommit(InAtomicBlocks):
    """A Django app that begins and ends its transactions by itself."""

    def begin(self) -> None:
        transaction.set_autocommit(False, using=self.using)

    def end(self) -> None:
        transaction.rollback(using=self.using)
        transaction.set_autocommit(True, using=self.using)

    def commit(self) -> None:
        transaction.commit(using=self.using)

    def rollback(self) -> None:
        transaction.rollback(using=self.using)
