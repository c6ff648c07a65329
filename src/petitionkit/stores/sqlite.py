"""A store in one SQLite file, or on a connection of the caller's.

An *owning* store (``SQLiteStore(path)``) has its own connection in WAL mode, and every write
is on disk when the method returns (synchronous=FULL). A *joining* one
(``SQLiteStore.joining(connection)``) never commits: it begins the transaction if none is open
and takes a savepoint per call. The schema is applied by ``migrate`` and by nothing else.

One store may be used by several threads, which take turns; after a fork, open a new one.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import quote

from petitionkit.errors import (
    ForeignFileError,
    PetitionkitError,
    SchemaVersionError,
    StoreUnavailableError,
)
from petitionkit.stores.schema import MIN_READER, SCHEMA_VERSION, schema_sql
from petitionkit.stores.sql import SQLStore

__all__ = ["SQLiteStore", "migrate"]

_BUSY_SECONDS = 30.0

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
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        if code in _FOREIGN:
            raise ForeignFileError(_FOREIGN[code]) from error
        if code in _REMEDIES:
            retryable = code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            raise StoreUnavailableError(_REMEDIES[code], retryable=retryable) from error
        raise


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(
        uri,
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def _schema_version(connection: sqlite3.Connection) -> tuple[int, int] | None:
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


def _demand_schema(connection: sqlite3.Connection) -> None:
    found = _schema_version(connection)
    if found is None:
        raise SchemaVersionError("no petitionkit schema here yet; run migrate first")
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


def migrate(target: Path | str | sqlite3.Connection) -> int:
    """Bring a file, or the database behind a connection, to the newest schema.

    Returns the version that was there before, 0 for none. Safe when two processes start at
    once, and on a store that is current. A file that holds another program's tables is
    refused with ``ForeignFileError``; on a connection the caller's own tables are welcome, and
    the caller commits.
    """
    if isinstance(target, sqlite3.Connection):
        with _translated():
            return _apply(target)
    with _translated(), closing(_connect(Path(target), "rwc")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        if _schema_version(connection) is None:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables:
                raise ForeignFileError(
                    "the file is another program's database; give the path of a new file"
                )
        before = _apply(connection)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
        return before


def _apply(connection: sqlite3.Connection) -> int:
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

    def __init__(self, path: Path | str) -> None:
        """Open a store that ``migrate`` has made.

        Raises ``SchemaVersionError``, ``ForeignFileError`` or ``StoreUnavailableError``, each
        with what to do; never creates or changes a file.
        """
        with _translated():
            connection = _connect(Path(path), "rw")
            try:
                _demand_schema(connection)
                connection.execute("PRAGMA journal_mode = WAL")
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
            _demand_schema(connection)
        store = cls.__new__(cls)
        store._begin(connection, owns=False)
        return store

    def _begin(self, connection: sqlite3.Connection, *, owns: bool) -> None:
        super().__init__()
        self._connection = connection
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
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _translated():
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _translated():
            connection = self._connection
            began = not connection.in_transaction
            connection.execute("BEGIN IMMEDIATE" if began else "SAVEPOINT petitionkit")
            try:
                yield connection
                if self._owns:
                    connection.execute("COMMIT")
                elif not began:
                    connection.execute("RELEASE petitionkit")
            except BaseException:
                # SQLite itself rolls back on some errors (a full disk); then nothing is open.
                if connection.in_transaction and began:
                    connection.execute("ROLLBACK")
                elif connection.in_transaction:
                    connection.execute("ROLLBACK TO petitionkit")
                    connection.execute("RELEASE petitionkit")
                raise
