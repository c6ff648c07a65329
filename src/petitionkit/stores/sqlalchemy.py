"""A store on SQLAlchemy 2 Core: an engine of its own to use, or one of the caller's connections.

An *owning* store (``SQLAlchemyStore(engine)``) takes a connection for each call, commits it, and
begins again what others made impossible. A *joining* one
(``SQLAlchemyStore.joining(connection)``) never commits: it begins the transaction if none is open
and takes a savepoint per call. It serves a ``Session`` (``session.connection()``) and, under
``AsyncSession.run_sync``, an async one; flush first what the store's rows depend on. Speaks to
PostgreSQL and SQLite. Needs the extra ``sqlalchemy``; the engine is closed by who made it. After a
fork a store refuses: dispose of the engine and open a new one.
"""

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from petitionkit.errors import StoreContractError
from petitionkit.stores.connection import Connection, Cursor
from petitionkit.stores.dialect import DIALECTS, SQLITE, marked
from petitionkit.stores.failures import translated
from petitionkit.stores.migration import apply_schema, demand_schema
from petitionkit.stores.sql import SQLStore
from petitionkit.stores.transactions import Switch, writing_inside

__all__ = ["SQLAlchemyStore", "migrate"]


class _Rows:
    def __init__(self, connection: sqlalchemy.Connection) -> None:
        name = connection.dialect.name
        if name not in DIALECTS:
            raise StoreContractError(f"no {name} here; use one of {', '.join(DIALECTS)}")
        self._connection = connection
        self._style = connection.dialect.paramstyle
        self.dialect = DIALECTS[name]

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        found = self.dialect.columns(parameters) or None
        return self._connection.exec_driver_sql(marked(sql, self._style), found)

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> None:
        many = [self.dialect.columns(row) for row in parameters]
        if many:
            self._connection.exec_driver_sql(marked(sql, self._style), many)


class _Switch:
    def __init__(self, connection: sqlalchemy.Connection) -> None:
        self._connection = connection
        self._rows = _Rows(connection)
        self._callers = False

    @property
    def rows(self) -> Connection:
        return self._rows

    def is_open(self) -> bool:
        """Where SQLAlchemy says that there is a transaction, SQLite may not have begun it yet."""
        if not self._connection.in_transaction():
            return False
        if self._rows.dialect is not SQLITE:
            return True
        driver: Any = self._connection.connection.driver_connection
        return bool(driver.in_transaction)

    def begin(self, *, writing: bool) -> None:
        self._callers = self._connection.in_transaction()
        if not self._callers:
            self._connection.begin()
        if not self.is_open():
            self._rows.execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    def commit(self) -> None:
        self._connection.commit()

    def rollback(self) -> None:
        if self._callers:  # what SQLAlchemy has begun is the caller's to end
            self._rows.execute("ROLLBACK")
        else:
            self._connection.rollback()


def migrate(target: sqlalchemy.Engine | sqlalchemy.Connection) -> int:
    """Bring the database of an engine, or of a connection, to the newest schema.

    Returns the version that was there before, 0 for none. Safe when two processes start at
    once. On a connection a transaction is begun if none is open, and the caller commits; so it
    can stand in a migration of Alembic's (``migrate(op.get_bind())``).
    """
    with translated(SQLAlchemyError):
        if isinstance(target, sqlalchemy.Engine):
            with (
                target.connect() as connection,
                writing_inside(_Switch(connection), commit=True) as rows,
            ):
                return apply_schema(rows)
        with writing_inside(_Switch(target), commit=False) as rows:
            return apply_schema(rows)


class SQLAlchemyStore(SQLStore):
    """Petitions where SQLAlchemy leads; satisfies ``Store``."""

    _errors = (SQLAlchemyError,)

    def __init__(self, engine: sqlalchemy.Engine) -> None:
        """Open a store that ``migrate`` has made; raises ``SchemaVersionError`` if it has not.

        Threads may share the store, as they may share the engine.
        """
        super().__init__()
        self._begin(engine)

    @classmethod
    def joining(cls, connection: sqlalchemy.Connection, *, checked: bool = False) -> Self:
        """Work on the caller's connection, inside the caller's transaction.

        What the store answers is true when the caller commits; a call that fails leaves
        nothing behind and the caller's own writes as they were. A locked petition stays so
        until then: commit soon. PostgreSQL must be at READ COMMITTED or SERIALIZABLE.

        ``checked`` spares looking at the schema, where a store on this database was opened
        before: for one store a request.
        """
        store = cls.__new__(cls)
        store._begin(connection, checked=checked)  # noqa: SLF001 (its own class)
        return store

    def _begin(
        self, source: sqlalchemy.Engine | sqlalchemy.Connection, *, checked: bool = False
    ) -> None:
        self._source = source
        self._owns = isinstance(source, sqlalchemy.Engine)
        self._process = os.getpid()
        self._turn = threading.RLock()  # savepoints of two threads would cross
        if checked:
            return
        with self._reading() as rows:
            demand_schema(rows)

    def close(self) -> None:
        """See ``Store.close``; engine and connection are the caller's and stay open."""

    @contextmanager
    def _connected(self) -> Iterator[Switch]:
        if isinstance(self._source, sqlalchemy.Engine):
            with self._source.connect() as connection:
                yield _Switch(connection)
        else:
            with self._turn:
                yield _Switch(self._source)
