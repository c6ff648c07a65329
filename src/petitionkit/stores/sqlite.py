"""A store in one SQLite file, or on a connection of the caller's.

An *owning* store (``SQLiteStore(path)``) has its own connection in WAL mode, and every write
is on disk when the method returns (synchronous=FULL). A *joining* one
(``SQLiteStore.joining(connection)``) never commits: it begins the transaction if none is open
and takes a savepoint per call. The schema is applied by ``migrate`` and by nothing else.

One store may be used by several threads, which take turns; after a fork, open a new one.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from petitionkit.errors import (
    ForeignFileError,
    PetitionkitError,
    SchemaVersionError,
    StoreContractError,
    StoreUnavailableError,
)
from petitionkit.stores.connection import Connection, Cursor
from petitionkit.stores.schema import MIN_READER, SCHEMA_VERSION, schema_sql
from petitionkit.stores.sql import SQLStore

__all__ = ["SQLiteStore", "migrate"]

_BUSY_SECONDS = 30.0
_NO_SCHEMA = "no petitionkit schema here yet; run migrate first"
_ANOTHER_PROGRAM = "the file is another program's database; give the path of a petitionkit store"

_REMEDIES = {
    sqlite3.SQLITE_BUSY: "the store is locked by another process; try again",
    sqlite3.SQLITE_LOCKED: "the store is locked by another process; try again",
    sqlite3.SQLITE_FULL: "the disk is full; free some space and run the same again",
    sqlite3.SQLITE_READONLY: "the store is read-only; make the file and its folder writable",
    sqlite3.SQLITE_CANTOPEN: "the store cannot be opened; check path and permissions",
    sqlite3.SQLITE_PERM: "the store cannot be opened; check its permissions",
    sqlite3.SQLITE_IOERR: "the disk reports an error; check it before going on",
}
_FOREIGN = {
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database; give the path of a petitionkit store",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged; restore it from a backup",
}
_PRIMARY = 0xFF  # extended result codes carry the primary one in their lowest byte


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's errors into ours, in this one place, by SQLite's result code."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise StoreContractError("an id that must be new is there already") from error
    except sqlite3.ProgrammingError as error:
        raise StoreUnavailableError(
            "the connection is closed, or belongs to another thread; open a store of your own"
        ) from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        if code in _FOREIGN:
            raise ForeignFileError(_FOREIGN[code]) from error
        if code in _REMEDIES:
            retryable = code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            raise StoreUnavailableError(_REMEDIES[code], retryable=retryable) from error
        raise


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

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _cursor(self) -> sqlite3.Cursor:
        cursor = self._connection.cursor()
        cursor.row_factory = None
        return cursor

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = (), /) -> Cursor:
        return self._cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> object:
        return self._cursor().executemany(sql, parameters)


@contextmanager
def _whole(connection: sqlite3.Connection, *, commit: bool) -> Iterator[None]:
    """Everything inside happens, or nothing.

    Where no transaction is open one is begun, and at the end committed if ``commit`` says so;
    inside one that is open a savepoint does the same.
    """
    began = not connection.in_transaction
    connection.execute("BEGIN IMMEDIATE" if began else "SAVEPOINT petitionkit")
    try:
        yield
        if not began:
            connection.execute("RELEASE petitionkit")
        elif commit:
            connection.execute("COMMIT")
    except BaseException:
        # SQLite itself rolls back on some errors (a full disk); then nothing is open.
        if connection.in_transaction and began:
            connection.execute("ROLLBACK")
        elif connection.in_transaction:
            connection.execute("ROLLBACK TO petitionkit")
            connection.execute("RELEASE petitionkit")
        raise


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL, or find that it is; waits for others as any write does."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
                raise
            # SQLite does not wait with this statement, but it does with this one.
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        else:
            return


def _schema_version(connection: Connection) -> tuple[int, int] | None:
    """Version and oldest able reader, or None where there is no petitionkit schema."""
    there = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE name = 'petitionkit_schema'"
    ).fetchone()[0]
    if not there:
        return None
    version, reader = connection.execute(
        "SELECT version, min_reader FROM petitionkit_schema"
    ).fetchone()
    return int(version), int(reader)


def _refuse_another_program(connection: Connection) -> None:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and _schema_version(connection) is None:
        raise ForeignFileError(_ANOTHER_PROGRAM)


def _demand_schema(connection: Connection) -> None:
    found = _schema_version(connection)
    if found is None:
        raise SchemaVersionError(_NO_SCHEMA)
    version, reader = found
    if reader > SCHEMA_VERSION:
        raise SchemaVersionError(
            f"the store has schema {version}, newer than the {SCHEMA_VERSION} known here;"
            " install a newer petitionkit"
        )
    if version < SCHEMA_VERSION:
        raise SchemaVersionError(
            f"the store has schema {version}, {SCHEMA_VERSION} is needed; run migrate"
        )


def migrate(target: Path | str | sqlite3.Connection, *, busy_seconds: float = _BUSY_SECONDS) -> int:
    """Bring a file, or the database behind a connection, to the newest schema.

    Returns the version that was there before, 0 for none. Safe when two processes start at
    once, and on a store that is current. A file that holds another program's tables is
    refused with ``ForeignFileError``; on a connection the caller's own tables are welcome, a
    transaction is begun if none is open, and the caller commits. ``busy_seconds`` is how long
    to wait for a file that another process has locked.
    """
    if isinstance(target, sqlite3.Connection):
        with _translated(), _whole(target, commit=False):
            return _apply(_PlainRows(target))
    with _translated(), closing(_connect(Path(target), "rwc", busy_seconds)) as connection:
        with _whole(connection, commit=True):
            _refuse_another_program(connection)
            before = _apply(connection)
        _use_wal(connection)
        return before


def _apply(connection: Connection) -> int:
    before, reader = _schema_version(connection) or (0, 0)
    if reader > SCHEMA_VERSION:
        _demand_schema(connection)
    for statement in schema_sql(before):
        connection.execute(statement)
    if before < SCHEMA_VERSION:
        connection.execute("DELETE FROM petitionkit_schema")
        connection.execute(
            "INSERT INTO petitionkit_schema VALUES (?, ?)", (SCHEMA_VERSION, MIN_READER)
        )
    return before


class SQLiteStore(SQLStore):
    """Petitions in a SQLite database; satisfies ``Store``."""

    def __init__(self, path: Path | str, *, busy_seconds: float = _BUSY_SECONDS) -> None:
        """Open a store that ``migrate`` has made.

        A call that finds the file locked by another process waits ``busy_seconds`` for it.
        Raises ``SchemaVersionError``, ``ForeignFileError`` or ``StoreUnavailableError``, each
        with what to do; never creates a file, and leaves one that it refuses as it was. A
        store written by a newer petitionkit is used as long as its schema says that this one
        can.
        """
        with _translated():
            connection = _connect(Path(path), "rw", busy_seconds)
            try:
                _refuse_another_program(connection)
                _demand_schema(connection)
                _use_wal(connection)
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
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
        with _translated():
            _demand_schema(_PlainRows(connection))
        store = cls.__new__(cls)
        store._begin(connection, owns=False)  # noqa: SLF001 (its own class)
        return store

    def _begin(self, connection: sqlite3.Connection, *, owns: bool) -> None:
        super().__init__()
        self._connection = connection
        self._rows = _PlainRows(connection)
        self._owns = owns
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        """Say how the store came by its connection."""
        return f"<SQLiteStore {'owning' if self._owns else 'joining'}>"

    def close(self) -> None:
        """See ``Store.close``; a connection of the caller's stays open."""
        if self._owns:
            self._connection.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make several calls one: what is written inside is there whole, or not at all."""
        with self._writing():
            yield

    def copy_to(self, path: Path | str) -> None:
        """Copy the store as it stands to a new file, for a rehearsal or a backup."""
        target = Path(path)
        with self._lock, _translated(), closing(_connect(target, "rwc", _BUSY_SECONDS)) as copy:
            self._connection.backup(copy)
            copy.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._lock, _translated():
            connection = self._connection
            # What several statements read must be of one moment, hence one transaction.
            began = not connection.in_transaction
            if began:
                connection.execute("BEGIN")
            try:
                yield self._rows
            finally:
                if began and connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock, _translated(), _whole(self._connection, commit=self._owns):
            yield self._rows
