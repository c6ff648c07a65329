"""Sheets in SQLite, on a connection of the caller's and in tables of their own.

Beside a ``SQLiteStore`` that joins the same connection, paper and petitions are one
transaction. The store begins a transaction if none is open, takes a savepoint per call, so that a
failed call leaves nothing, and never commits. ``migrate_sheets`` makes the tables; nothing else
does.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from attrs import evolve

from petitionkit.codec import from_json, to_json
from petitionkit.errors import AlreadyExistsError, NotFoundError, StoreUnavailableError
from petitionkit.paper.keying import Batch
from petitionkit.paper.reasons import SheetReason
from petitionkit.paper.sheets import Circulator, Sheet
from petitionkit.sampling.verdicts import Verdict

__all__ = ["SHEET_SCHEMA", "SQLiteSheetStore", "migrate_sheets"]

T = TypeVar("T")

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


def migrate_sheets(connection: sqlite3.Connection) -> None:
    """Make the tables where they are not there; begins no transaction and commits none."""
    with _translated():
        for statement in SHEET_SCHEMA:
            connection.execute(statement)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError:
        raise AlreadyExistsError("it is there already") from None
    except sqlite3.Error as error:
        raise StoreUnavailableError(
            f"the sheets cannot be read or written ({error.__class__.__name__});"
            " run migrate_sheets on an open connection"
        ) from error


class SQLiteSheetStore:
    """Keeps the promises of ``SheetStore`` on a connection that its caller commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Join a connection; the tables must be there when the first method is called."""
        self._connection = connection

    def __repr__(self) -> str:
        """Name what it is."""
        return "<SQLiteSheetStore>"

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
            row = self._connection.execute(
                f"SELECT document FROM {table} WHERE petition = ? AND name = ?", key
            ).fetchone()
            if row is None:
                raise NotFoundError(f"there is no sheet {serial}")
            kept = evolve(from_json(Sheet, row[0]), void=reason)
            self._connection.execute(
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

    def erase(self, petition_id: UUID) -> None:
        """See ``SheetStore``."""
        with self._whole():
            for table in _TABLES.values():
                self._connection.execute(
                    f"DELETE FROM {table} WHERE petition = ?", (petition_id.hex,)
                )

    def _add(self, kind: type[T], petition_id: UUID, named: Iterable[tuple[str, T]]) -> None:
        rows = [(petition_id.hex, name, to_json(one)) for name, one in named]
        with self._whole():
            self._connection.executemany(f"INSERT INTO {_TABLES[kind]} VALUES (?, ?, ?)", rows)

    def _all(self, kind: type[T], petition_id: UUID) -> list[T]:
        with _translated():
            rows = self._connection.execute(
                f"SELECT document FROM {_TABLES[kind]} WHERE petition = ? ORDER BY name",
                (petition_id.hex,),
            ).fetchall()
        return [from_json(kind, row[0]) for row in rows]

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Everything inside happens, or nothing."""
        with _translated():
            began = not self._connection.in_transaction
            self._connection.execute("BEGIN IMMEDIATE" if began else "SAVEPOINT petitionkit_paper")
            try:
                yield
            except BaseException:
                if began:
                    self._connection.execute("ROLLBACK")
                else:
                    self._connection.execute("ROLLBACK TO petitionkit_paper")
                    self._connection.execute("RELEASE petitionkit_paper")
                raise
            if not began:
                self._connection.execute("RELEASE petitionkit_paper")
