"""A store in PostgreSQL by psycopg 3, on connections of its own or on one of the caller's.

An *owning* store (``PostgresStore(conninfo)`` or ``PostgresStore(pool)``) takes a connection
for each call, commits it, and begins again what others made impossible. A *joining* one
(``PostgresStore.joining(connection)``) never commits: it begins the transaction if none is open,
takes a savepoint per call, and reports a serialization failure as a retryable error. Needs the
extra ``postgres``. The schema is applied by ``migrate`` and by nothing else.

Threads may share an owning store; after a fork it refuses: open a new one.
"""

import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, Self
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool

from petitionkit.errors import StoreContractError
from petitionkit.stores.connection import Connection, Cursor
from petitionkit.stores.dialect import POSTGRESQL, Dialect, marked
from petitionkit.stores.erasing import purge_sql
from petitionkit.stores.failures import translated
from petitionkit.stores.migration import apply_schema, demand_schema
from petitionkit.stores.sql import SQLStore
from petitionkit.stores.transactions import Switch, writing_inside
from petitionkit.stores.turns import Turn
from petitionkit.stores.wire import Wire

__all__ = ["PostgresStore", "migrate"]

_RESTED = 1.0
"""Seconds after which a connection is looked at before it is used again."""

AnyConnection = psycopg.Connection[Any]
Pool = ConnectionPool[AnyConnection]


class _Rows:
    """A connection whose rows are plain tuples, whatever row factory its owner has set."""

    dialect: Dialect = POSTGRESQL

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        cursor = self._connection.cursor(row_factory=tuple_row)
        return cursor.execute(_text(sql), parameters or None)

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> None:
        many = list(parameters)
        if len(many) == 1:
            self.execute(sql, many[0])
        elif many:
            self._connection.cursor().executemany(_text(sql), many)


@lru_cache(maxsize=512)
def _text(sql: str) -> bytes:
    return marked(sql, "format").encode()


def _in_transaction(connection: AnyConnection) -> bool:
    status = connection.info.transaction_status
    return status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)


class _Joining:
    """A connection of the caller's, who commits."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection
        self.rows: Connection = _Rows(connection)

    def is_open(self) -> bool:
        return _in_transaction(self._connection)

    def begin(self, *, writing: bool) -> None:  # noqa: ARG002 (both are begun alike)
        # Otherwise the driver begins by itself, and would do so twice.
        if self._connection.autocommit:
            self._connection.execute("BEGIN")

    def commit(self) -> None:
        raise NotImplementedError  # pragma: no cover (others' are not ours to commit)

    def rollback(self) -> None:
        self._connection.rollback()


class _Owning:
    """A connection of a pool, for as long as a call takes."""

    def __init__(self, connection: AnyConnection, turn: Turn) -> None:
        self._connection = connection
        self._wire = Wire(connection, turn)
        self.rows: Connection = self._wire

    def is_open(self) -> bool:
        if self._wire.piped:  # libpq learns only now and then how things stand
            return not self._connection.closed
        return _in_transaction(self._connection)

    def begin(self, *, writing: bool) -> None:
        # What is written goes out without waiting until somebody asks for an answer.
        if writing:
            self._wire.open_pipe()
        self._wire.execute("BEGIN")

    def commit(self) -> None:
        self._wire.execute("COMMIT")
        self._wire.close_pipe()

    def rollback(self) -> None:
        if self._wire.piped:
            with suppress(psycopg.Error):  # of statements that nobody asked for any more
                self._wire.break_pipe()
        self._connection.rollback()


class _Check:
    """A connection that died while the server was away is not handed out.

    Whoever asks takes a round trip, so one that has just been used is taken to be alive.
    """

    def __init__(self) -> None:
        self._used: WeakKeyDictionary[AnyConnection, float] = WeakKeyDictionary()

    def __call__(self, connection: AnyConnection) -> None:
        now = time.monotonic()
        if self._used.get(connection, -_RESTED) + _RESTED <= now:
            ConnectionPool.check_connection(connection)
        self._used[connection] = now


def migrate(target: str | AnyConnection) -> int:
    """Bring the database of a connection string, or of a connection, to the newest schema.

    Returns the version that was there before, 0 for none. Safe when two processes start at
    once. On a connection a transaction is begun if none is open, and the caller commits.
    """
    with translated(psycopg.Error):
        if isinstance(target, str):
            with psycopg.connect(target) as connection:
                return apply_schema(_Rows(connection))
        with writing_inside(_Joining(target), commit=False) as rows:
            return apply_schema(rows)


class PostgresStore(SQLStore):
    """Petitions in a PostgreSQL database; satisfies ``Store``."""

    _errors = (psycopg.Error,)

    def __init__(self, source: str | Pool, *, max_connections: int = 10) -> None:
        """Open a store that ``migrate`` has made.

        ``source`` is a connection string, for which the store keeps up to ``max_connections``
        open, or a pool of the caller's, which stays open when the store is closed. Raises
        ``SchemaVersionError`` or ``StoreUnavailableError``, each with what to do.
        """
        super().__init__()
        self._closes = isinstance(source, str)
        if isinstance(source, str):
            with translated(psycopg.Error):
                psycopg.connect(source).close()  # tells at once what is wrong with it
            source = ConnectionPool(
                source,
                kwargs={"autocommit": True},  # transactions are begun where there is to be one
                min_size=1,
                max_size=max_connections,
                open=True,
                check=_Check(),
            )
        self._begin(source)

    @classmethod
    def joining(cls, connection: AnyConnection) -> Self:
        """Work on the caller's connection, inside the caller's transaction.

        What the store answers is true when the caller commits; a call that fails leaves
        nothing behind and the caller's own writes as they were. A locked petition stays so
        until then: commit soon. Wants READ COMMITTED or SERIALIZABLE.
        """
        store = cls.__new__(cls)
        store._closes = False  # noqa: SLF001 (its own class)
        store._begin(connection)  # noqa: SLF001 (its own class)
        return store

    def _begin(self, source: Pool | AnyConnection) -> None:
        self._source = source
        self._owns = isinstance(source, ConnectionPool)
        self._process = os.getpid()
        self._turn = Turn()
        self._caller = threading.RLock()  # savepoints of two threads would cross
        try:
            with self._reading() as rows:
                demand_schema(rows)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """See ``Store.close``; a connection or pool of the caller's stays open."""
        if self._closes and not self._inherited() and isinstance(self._source, ConnectionPool):
            self._source.close()

    def purge(self) -> None:
        """Leave nothing in the tables' files of what was erased; each is locked meanwhile.

        Rewrites the tables. Raises ``StoreContractError`` on a connection of the caller's, who
        runs ``purge_sql`` outside of any transaction instead. See there for what remains.
        """
        if not isinstance(self._source, ConnectionPool):
            raise StoreContractError("tables are not rewritten in a transaction; run purge_sql")
        with translated(psycopg.Error), self._source.connection() as connection:
            before, connection.autocommit = connection.autocommit, True
            try:
                for statement in purge_sql("postgresql"):
                    connection.execute(statement.encode())
            finally:
                connection.autocommit = before

    @contextmanager
    def _connected(self) -> Iterator[Switch]:
        if isinstance(self._source, ConnectionPool):
            # Who is inside a call already lets others go on: they may have the last connection.
            with (
                self._turn.paused(),
                self._source.connection() as connection,
                self._turn.taken(),
            ):
                yield _Owning(connection, self._turn)
        else:
            with self._caller:
                yield _Joining(self._source)
