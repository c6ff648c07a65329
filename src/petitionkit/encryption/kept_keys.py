"""Where wrapped data keys are kept: in memory, or in a SQLite file of their own.

A file apart from the petitions' database, so that a backup of the one does not hold the other.
It is small (some 200 bytes a petition), and what is destroyed is overwritten in it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import getpid
from pathlib import Path
from threading import Lock
from uuid import UUID

from petitionkit.encryption.wrapping import WrappedKey
from petitionkit.errors import StoreUnavailableError

__all__ = ["MemoryWrappedKeys", "SQLiteWrappedKeys"]


class MemoryWrappedKeys:
    """Keeps wrapped keys in this process, for tests and demonstrations."""

    def __init__(self) -> None:
        """Begin with none."""
        self._keys: dict[UUID, dict[int, WrappedKey] | None] = {}
        self._lock = Lock()

    def __repr__(self) -> str:
        """Say of how many petitions."""
        return f"<MemoryWrappedKeys of {len(self._keys)} petitions>"

    def of(self, petition_id: UUID) -> Sequence[WrappedKey] | None:
        """See ``WrappedKeys``."""
        with self._lock:
            kept = self._keys.get(petition_id, {})
            return None if kept is None else [kept[number] for number in sorted(kept)]

    def add(self, key: WrappedKey) -> None:
        """See ``WrappedKeys``."""
        with self._lock:
            kept = self._keys.setdefault(key.petition_id, {})
            if kept is not None:
                kept.setdefault(key.number, key)

    def replace(self, key: WrappedKey) -> None:
        """See ``WrappedKeys``."""
        with self._lock:
            kept = self._keys.get(key.petition_id)
            if kept and key.number in kept:
                kept[key.number] = key

    def drop(self, petition_id: UUID, number: int) -> None:
        """See ``WrappedKeys``."""
        with self._lock:
            kept = self._keys.get(petition_id)
            if kept:
                kept.pop(number, None)

    def destroy(self, petition_id: UUID) -> None:
        """See ``WrappedKeys``."""
        with self._lock:
            self._keys[petition_id] = None

    def petitions(self) -> Sequence[UUID]:
        """See ``WrappedKeys``."""
        with self._lock:
            return sorted(petition_id for petition_id, kept in self._keys.items() if kept)


_SCHEMA = """
CREATE TABLE IF NOT EXISTS petitionkit_data_key (petition char(32) NOT NULL,
 number integer NOT NULL, key text NOT NULL, wrapped blob NOT NULL,
 PRIMARY KEY (petition, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS petitionkit_destroyed_key (petition char(32) NOT NULL PRIMARY KEY)
 WITHOUT ROWID;
"""
_BUSY_SECONDS = 30.0


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA secure_delete = ON")
    return connection


class SQLiteWrappedKeys:
    """Keeps wrapped keys in a SQLite file, which it makes where there is none.

    Threads and processes may share the file. What is destroyed is overwritten with zeros; what
    remains is the disk's own affair, and that of whoever copied the file.
    """

    def __init__(self, path: Path | str) -> None:
        """Open the file; ``StoreUnavailableError`` where it cannot be used."""
        self._path = str(Path(path).absolute())
        self._lock = Lock()
        self._open: tuple[int, sqlite3.Connection] | None = None
        with self._connected() as connection:
            connection.executescript(_SCHEMA)

    def __repr__(self) -> str:
        """Name nothing but the kind."""
        return "<SQLiteWrappedKeys>"

    def close(self) -> None:
        """Let go of the file; whatever is asked afterwards opens it again."""
        with self._lock:
            if self._open is not None:
                self._open[1].close()
                self._open = None

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """One connection, for one thread at a time; a process that forked opens its own."""
        try:
            with self._lock:
                if self._open is None or self._open[0] != getpid():
                    self._open = getpid(), _connect(self._path)
                yield self._open[1]
        except sqlite3.Error as error:
            raise StoreUnavailableError(
                f"the data keys cannot be read or written ({error.__class__.__name__})"
            ) from error

    def of(self, petition_id: UUID) -> Sequence[WrappedKey] | None:
        """See ``WrappedKeys``."""
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT 1, number, key, wrapped FROM petitionkit_data_key WHERE petition = ?"
                " UNION ALL SELECT 0, 0, '', x'' FROM petitionkit_destroyed_key"
                " WHERE petition = ? ORDER BY 1, 2",
                (petition_id.hex, petition_id.hex),
            ).fetchall()
        if rows and not rows[0][0]:
            return None
        return [
            WrappedKey(petition_id=petition_id, number=number, key=key, wrapped=wrapped)
            for _, number, key, wrapped in rows
        ]

    def add(self, key: WrappedKey) -> None:
        """See ``WrappedKeys``."""
        self._write(
            "INSERT OR IGNORE INTO petitionkit_data_key SELECT ?1, ?2, ?3, ?4"
            " WHERE NOT EXISTS (SELECT 1 FROM petitionkit_destroyed_key WHERE petition = ?1)",
            (key.petition_id.hex, key.number, key.key, key.wrapped),
        )

    def replace(self, key: WrappedKey) -> None:
        """See ``WrappedKeys``."""
        self._write(
            "UPDATE petitionkit_data_key SET key = ?3, wrapped = ?4"
            " WHERE petition = ?1 AND number = ?2",
            (key.petition_id.hex, key.number, key.key, key.wrapped),
        )

    def drop(self, petition_id: UUID, number: int) -> None:
        """See ``WrappedKeys``."""
        self._write(
            "DELETE FROM petitionkit_data_key WHERE petition = ? AND number = ?",
            (petition_id.hex, number),
        )

    def destroy(self, petition_id: UUID) -> None:
        """See ``WrappedKeys``."""
        # In this order none can be made in between, and if the second fails it is done again.
        self._write(
            "INSERT OR IGNORE INTO petitionkit_destroyed_key VALUES (?)", (petition_id.hex,)
        )
        self._write("DELETE FROM petitionkit_data_key WHERE petition = ?", (petition_id.hex,))

    def petitions(self) -> Sequence[UUID]:
        """See ``WrappedKeys``."""
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT DISTINCT petition FROM petitionkit_data_key ORDER BY petition"
            ).fetchall()
        return [UUID(petition) for (petition,) in rows]

    def _write(self, sql: str, parameters: tuple[object, ...]) -> None:
        with self._connected() as connection:
            connection.execute(sql, parameters)
