"""Sheets in SQLite, in tables of their own: in a file, or on a connection of the caller's.

An *owning* store (``SQLiteSheetStore(path)``) commits every call. A *joining* one
(``SQLiteSheetStore.joining(connection)``) never does: it begins a transaction if none is open and
takes a savepoint per call, so that a failed call leaves nothing; beside a ``SQLiteStore`` that
joins the same connection, paper and petitions are one transaction. ``migrate_sheets`` makes the
tables; nothing else does.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import quote
from uuid import UUID

from attrs import evolve

from petitionkit.codec import from_json, to_json
from petitionkit.errors import AlreadyExistsError, NotFoundError, StoreUnavailableError
from petitionkit.paper.forgetting import Forgetting, batch_without, circulator_without
from petitionkit.paper.keying import Batch
from petitionkit.paper.reasons import SheetReason
from petitionkit.paper.sheets import Circulator, Line, Sheet
from petitionkit.sampling.verdicts import Verdict

__all__ = ["SHEET_SCHEMA", "SQLiteSheetStore", "holds_sheets", "migrate_sheets"]

T = TypeVar("T")

_BUSY_SECONDS = 30.0

_TABLES = {
    Circulator: "petitionkit_paper_circulator",
    Sheet: "petitionkit_paper_sheet",
    Batch: "petitionkit_paper_batch",
    Verdict: "petitionkit_paper_verdict",
}

SHEET_SCHEMA = tuple(
    f"CREATE TABLE IF NOT EXISTS {table} (petition char(32) NOT NULL, name text NOT NULL,"
    " document text NOT NULL, PRIMARY KEY (petition, name)) WITHOUT ROWID"
    for table in _TABLES.values()
)
"""The statements that make the tables, for who applies SQL by other means."""


def migrate_sheets(target: Path | str | sqlite3.Connection) -> None:
    """Make the tables where they are not there, in a file or on the caller's connection.

    On a connection it begins no transaction and commits none.
    """
    with _translated():
        if isinstance(target, sqlite3.Connection):
            for statement in SHEET_SCHEMA:
                target.execute(statement)
            return
        with closing(_connect(target, "rwc")) as connection:
            migrate_sheets(connection)


def holds_sheets(path: Path | str) -> bool:
    """Whether the tables are in a file; ``StoreUnavailableError`` where there is no such file."""
    with _translated(), closing(_connect(path, "rw")) as connection:
        row = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = ?", (_TABLES[Batch],)
        ).fetchone()
    return bool(row[0])


def _connect(path: Path | str, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(Path(path).absolute()))}?mode={mode}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA secure_delete = ON")  # what is blanked is gone from the file
    return connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError:
        raise AlreadyExistsError(
            "a sheet or line of that name is there already; give another"
        ) from None
    except sqlite3.Error as error:
        raise StoreUnavailableError(
            f"the sheets cannot be read or written ({error.__class__.__name__});"
            " run migrate_sheets, and keep the connection open"
        ) from error


class SQLiteSheetStore(Forgetting):
    """Keeps the promises of ``SheetStore``; for one thread at a time."""

    def __init__(self, path: Path | str) -> None:
        """Open a file in which ``migrate_sheets`` has made the tables; never creates one.

        Raises ``StoreUnavailableError`` where there is no such file.
        """
        with _translated():
            self._begin(_connect(path, "rw"), owns=True)

    @classmethod
    def joining(cls, connection: sqlite3.Connection) -> Self:
        """Work inside the caller's transaction; what is written is true when it commits."""
        store = cls.__new__(cls)
        store._begin(connection, owns=False)  # noqa: SLF001 (its own class)
        return store

    def _begin(self, connection: sqlite3.Connection, *, owns: bool) -> None:
        self._connection = connection
        self._owns = owns

    def __repr__(self) -> str:
        """Say how the store came by its connection."""
        return f"<SQLiteSheetStore {'owning' if self._owns else 'joining'}>"

    def close(self) -> None:
        """Let go of the file; a connection of the caller's stays open."""
        if self._owns:
            self._connection.close()

    def _cursor(self) -> sqlite3.Cursor:
        """Rows as plain tuples, whatever row factory the connection's owner has set."""
        cursor = self._connection.cursor()
        cursor.row_factory = None
        return cursor

    def add_circulators(self, petition_id: UUID, circulators: Sequence[Circulator]) -> None:
        """See ``SheetStore``."""
        self._add(Circulator, petition_id, ((one.reference, one) for one in circulators))

    def circulators(self, petition_id: UUID) -> Sequence[Circulator]:
        """See ``SheetStore``."""
        return self._all(Circulator, petition_id)

    def add_sheets(self, petition_id: UUID, sheets: Sequence[Sheet]) -> None:
        """See ``SheetStore``."""
        self._add(Sheet, petition_id, ((one.serial, one) for one in sheets))

    def sheets(self, petition_id: UUID) -> Sequence[Sheet]:
        """See ``SheetStore``."""
        return self._all(Sheet, petition_id)

    def void_sheet(self, petition_id: UUID, serial: str, reason: SheetReason | None) -> Sheet:
        """See ``SheetStore``."""
        key = (petition_id.hex, serial)
        table = _TABLES[Sheet]
        with self._whole():
            row = (
                self._cursor()
                .execute(f"SELECT document FROM {table} WHERE petition = ? AND name = ?", key)
                .fetchone()
            )
            if row is None:
                raise NotFoundError(f"there is no sheet {serial}; check the serial")
            kept = evolve(from_json(Sheet, row[0]), void=reason)
            self._cursor().execute(
                f"UPDATE {table} SET document = ? WHERE petition = ? AND name = ?",
                (to_json(kept), *key),
            )
        return kept

    def add_batch(self, petition_id: UUID, batch: Batch) -> None:
        """See ``SheetStore``."""
        self._add(Batch, petition_id, [(batch.id, batch)])

    def batches(self, petition_id: UUID) -> Sequence[Batch]:
        """See ``SheetStore``."""
        return self._all(Batch, petition_id)

    def add_verdicts(self, petition_id: UUID, verdicts: Sequence[Verdict]) -> None:
        """See ``SheetStore``."""
        self._add(Verdict, petition_id, ((one.line, one) for one in verdicts))

    def verdicts(self, petition_id: UUID) -> Sequence[Verdict]:
        """See ``SheetStore``."""
        return self._all(Verdict, petition_id)

    def telling(self, petition_id: UUID) -> int:
        """See ``SheetStore``."""
        people = (one != circulator_without(one) for one in self.circulators(petition_id))
        return sum(people) + sum(one != batch_without(one) for one in self.batches(petition_id))

    def forget(self, petition_id: UUID) -> int:
        """See ``SheetStore``."""
        with self._whole():
            return self._blank(Circulator, petition_id, circulator_without) + self._blank(
                Batch, petition_id, batch_without
            )

    def _forget_lines(self, petition_id: UUID, concerns: Callable[[Line], bool]) -> None:
        with self._whole():
            self._blank(Batch, petition_id, lambda batch: batch_without(batch, concerns))

    def _blank(self, kind: type[T], petition_id: UUID, without: Callable[[T], T]) -> int:
        """Write again what says less without; tells of how many."""
        table, cursor = _TABLES[kind], self._cursor()
        rows = cursor.execute(
            f"SELECT name, document FROM {table} WHERE petition = ?", (petition_id.hex,)
        ).fetchall()
        kept = ((name, from_json(kind, document)) for name, document in rows)
        blanked = [(to_json(without(one)), name) for name, one in kept if without(one) != one]
        cursor.executemany(
            f"UPDATE {table} SET document = ? WHERE petition = ? AND name = ?",
            [(document, petition_id.hex, name) for document, name in blanked],
        )
        return len(blanked)

    def erase(self, petition_id: UUID) -> None:
        """See ``SheetStore``."""
        with self._whole():
            for table in _TABLES.values():
                self._cursor().execute(
                    f"DELETE FROM {table} WHERE petition = ?", (petition_id.hex,)
                )

    def _add(self, kind: type[T], petition_id: UUID, named: Iterable[tuple[str, T]]) -> None:
        rows = [(petition_id.hex, name, to_json(one)) for name, one in named]
        with self._whole():
            self._cursor().executemany(f"INSERT INTO {_TABLES[kind]} VALUES (?, ?, ?)", rows)

    def _all(self, kind: type[T], petition_id: UUID) -> list[T]:
        with _translated():
            rows = (
                self._cursor()
                .execute(
                    f"SELECT document FROM {_TABLES[kind]} WHERE petition = ? ORDER BY name",
                    (petition_id.hex,),
                )
                .fetchall()
            )
        return [from_json(kind, row[0]) for row in rows]

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Everything inside happens, or nothing."""
        connection = self._connection
        with _translated():
            began = not connection.in_transaction
            connection.execute("BEGIN IMMEDIATE" if began else "SAVEPOINT petitionkit_paper")
            try:
                yield
                if not began:
                    connection.execute("RELEASE petitionkit_paper")
                elif self._owns:
                    connection.execute("COMMIT")
            except BaseException:
                # SQLite itself rolls back on some errors (a full disk); then nothing is open.
                if connection.in_transaction and began:
                    connection.execute("ROLLBACK")
                elif connection.in_transaction:
                    connection.execute("ROLLBACK TO petitionkit_paper")
                    connection.execute("RELEASE petitionkit_paper")
                raise
