"""A store in one SQLite file, or on a connection of the caller's.

An *owning* store (``SQLiteStore(path)``) has its own connection in WAL mode, and every write
is on disk when the method returns (synchronous=FULL). A *joining* one
(``SQLiteStore.joining(connection)``) never commits: it begins the transaction if none is open
and takes a savepoint per call. The schema is applied by ``migrate`` and by nothing else.

One store may be used by several threads, which take turns; after a fork it refuses: open a new one.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import quote

from petitionkit.errors import ForeignFileError, PetitionkitError, StoreUnavailableError
from petitionkit.stores.connection import Connection, Cursor
from petitionkit.stores.dialect import SQLITE, Dialect
from petitionkit.stores.erasing import purge_sql
from petitionkit.stores.failures import sqlite_code, translated
from petitionkit.stores.migration import apply_schema, demand_schema, schema_version
from petitionkit.stores.sql import SQLStore
from petitionkit.stores.transactions import Switch, writing_inside

__all__ = ["SQLiteStore", "migrate"]

_BUSY_SECONDS = 30.0
_ANOTHER_PROGRAM = "the file is another program's database; give the path of a petitionkit store"


def _connect(path: Path, mode: str, busy_seconds: float) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(
        uri,
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
    )


class _PlainRows:
    """A connection whose rows are plain tuples, whatever row factory its owner has set."""

    dialect: Dialect = SQLITE

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _cursor(self) -> sqlite3.Cursor:
        cursor = self._connection.cursor()
        cursor.row_factory = None
        return cursor

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        return self._cursor().execute(sql, SQLITE.columns(parameters))

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> None:
        many = list(parameters)
        if len(many) == 1:  # as whoever signs alone has
            self.execute(sql, many[0])
        elif many:
            self._cursor().executemany(sql, SQLITE.rows(many))


class _Switch:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.rows: Connection = _PlainRows(connection)

    def is_open(self) -> bool:
        return self._connection.in_transaction

    def begin(self, *, writing: bool) -> None:
        self._connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        self._connection.execute("ROLLBACK")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL, or find that it is; waits for others as any write does."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if sqlite_code(error) != sqlite3.SQLITE_BUSY:
                raise
            # SQLite does not wait with this statement, but it does with this one.
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        else:
            return


def _refuse_another_program(connection: Connection) -> None:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and schema_version(connection) is None:
        raise ForeignFileError(_ANOTHER_PROGRAM)


def migrate(target: Path | str | sqlite3.Connection, *, busy_seconds: float = _BUSY_SECONDS) -> int:
    """Bring a file, or the database behind a connection, to the newest schema.

    Returns the version that was there before, 0 for none. Safe when two processes start at
    once, and on a store that is current. A file that holds another program's tables is
    refused with ``ForeignFileError``; on a connection the caller's own tables are welcome, a
    transaction is begun if none is open, and the caller commits. ``busy_seconds`` is how long
    to wait for a file that another process has locked.
    """
    if isinstance(target, sqlite3.Connection):
        with translated(sqlite3.Error), writing_inside(_Switch(target), commit=False) as rows:
            return apply_schema(rows)
    with (
        translated(sqlite3.Error),
        closing(_connect(Path(target), "rwc", busy_seconds)) as connection,
    ):
        with writing_inside(_Switch(connection), commit=True) as rows:
            _refuse_another_program(rows)
            before = apply_schema(rows)
        _use_wal(connection)
        return before


class SQLiteStore(SQLStore):
    """Petitions in a SQLite database; satisfies ``Store``."""

    _errors = (sqlite3.Error,)
    _tries = 1  # nobody writes meanwhile, and waiting for a lock is SQLite's own affair

    def __init__(self, path: Path | str, *, busy_seconds: float = _BUSY_SECONDS) -> None:
        """Open a store that ``migrate`` has made.

        A call that finds the file locked by another process waits ``busy_seconds`` for it.
        Raises ``SchemaVersionError``, ``ForeignFileError`` or ``StoreUnavailableError``, each
        with what to do; never creates a file, and leaves one that it refuses as it was. A
        store written by a newer petitionkit is used as long as its schema says that this one
        can.
        """
        with translated(sqlite3.Error):
            connection = _connect(Path(path), "rw", busy_seconds)
            try:
                rows = _PlainRows(connection)
                _refuse_another_program(rows)
                demand_schema(rows)
                _use_wal(connection)
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA secure_delete = ON")
            except (sqlite3.Error, PetitionkitError):
                connection.close()
                raise
        self._begin(connection, owns=True)

    @classmethod
    def joining(cls, connection: sqlite3.Connection) -> Self:
        """Work on the caller's connection, inside the caller's transaction.

        What the store answers is true when the caller commits; a call that fails leaves
        nothing behind and the caller's own writes as they were.
        """
        with translated(sqlite3.Error):
            demand_schema(_PlainRows(connection))
        store = cls.__new__(cls)
        store._begin(connection, owns=False)  # noqa: SLF001 (its own class)
        return store

    def _begin(self, connection: sqlite3.Connection, *, owns: bool) -> None:
        super().__init__()
        self._connection = connection
        self._switch = _Switch(connection)
        self._owns = owns
        self._process = os.getpid()
        self._lock = threading.RLock()

    def close(self) -> None:
        """See ``Store.close``; a connection of the caller's stays open."""
        if self._owns and not self._inherited():
            self._connection.close()

    def purge(self) -> None:
        """Leave nothing in the file, nor in its log, of what was erased.

        Rewrites the file, and takes as long as copying it. Raises ``StoreUnavailableError``,
        to be tried again, while somebody else reads the file. Copies and backups are beyond it.
        """
        with self._lock, translated(sqlite3.Error):
            for statement in purge_sql("sqlite"):
                row = self._connection.execute(statement).fetchone()
        if row and row[0]:
            raise StoreUnavailableError(
                "another process reads the file, so its log cannot be emptied; purge again later",
                retryable=True,
            )

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make several calls one: what is written inside is there whole, or not at all."""
        with self._writing():
            yield

    def copy_to(self, path: Path | str) -> None:
        """Copy the store as it stands to a new file, for a rehearsal or a backup."""
        target = Path(path)
        with (
            self._lock,
            translated(sqlite3.Error),
            closing(_connect(target, "rwc", _BUSY_SECONDS)) as copy,
        ):
            self._connection.backup(copy)
            copy.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def _connected(self) -> Iterator[Switch]:
        with self._lock:
            yield self._switch
