"""Rows of signatures, attempts and claims in SQL: the statements that find and write them.

Decides which rows a lookup locks. Where others write at the same time, what a decision sees is
kept as it is until the transaction ends.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from petitionkit.rows import (
    ATTEMPT_COLUMNS,
    SIGNATURE_COLUMNS,
    attempt_from_row,
    signature_from_row,
    uuid_from_column,
)
from petitionkit.signature import Attempt, Signature
from petitionkit.stores.connection import Connection, Cursor

__all__ = [
    "HOLDERS",
    "HOLDINGS",
    "INSERT_SIGNATURE",
    "KEPT_HOLDINGS",
    "PER_QUERY",
    "UPDATE_SIGNATURE",
    "UPSERT_ATTEMPT",
    "asked_attempts",
    "asked_signatures",
    "fetched",
    "insert_all",
    "marks",
]

PER_QUERY = 512  # claims asked for at once; SQLite's oldest limit on parameters is 999

_REALM = "(SELECT realm FROM petitionkit_petition WHERE id = ?)"
_SIGNATURE = ", ".join(f"s.{name}" for name in SIGNATURE_COLUMNS)
# One row at least for every digest, held or not: it costs the same to learn either.
HOLDINGS = (
    "WITH asked (digest) AS (VALUES {rows})"
    " SELECT a.digest, c.slot, c.signature, s.id FROM asked a"
    f" LEFT JOIN petitionkit_claim c ON c.realm = {_REALM} AND c.digest = a.digest"
    " LEFT JOIN petitionkit_signature s ON s.number = c.signature"
)
# The same where others write at the same time; in this one what is held is locked as well. Holders
# in the order of their numbers, each before its claims, as whoever takes a signature back locks
# them: of two that see the same holders one waits for the other, and never each for the other.
# Shared locks would not do, as neither of two that share one lets the other write.
KEPT_HOLDINGS = (
    "WITH asked (digest) AS (VALUES {rows}), held AS ("
    " SELECT c.digest, c.slot, c.signature, s.id FROM petitionkit_claim c"
    " JOIN petitionkit_signature s ON s.number = c.signature"
    f" WHERE c.digest IN (SELECT digest FROM asked) AND c.realm = {_REALM}"
    " ORDER BY s.number{lock})"
    " SELECT a.digest, h.slot, h.signature, h.id FROM asked a"
    " LEFT JOIN held h ON h.digest = a.digest"
)
HOLDERS = (
    f"SELECT s.number, p.id, {_SIGNATURE} FROM petitionkit_signature s"
    " JOIN petitionkit_petition p ON p.number = s.petition WHERE s.number IN ({marks})"
)
_FIND_SIGNATURES = (
    f"SELECT s.number, p.id, {_SIGNATURE} FROM petitionkit_signature s"
    " JOIN petitionkit_petition p ON p.number = s.petition WHERE s.id IN ({marks})"
    " ORDER BY s.number"
)
_FIND_ATTEMPTS = (
    f"SELECT p.id, {', '.join(f'a.{name}' for name in ATTEMPT_COLUMNS)} FROM petitionkit_attempt a"
    " JOIN petitionkit_petition p ON p.number = a.petition WHERE a.id IN ({marks})"
    " ORDER BY a.number"
)


def marks(count: int) -> str:
    """So many parameters, to stand in a row."""
    return ", ".join("?" * count)


INSERT_SIGNATURE = (
    f"INSERT INTO petitionkit_signature (number, petition, {', '.join(SIGNATURE_COLUMNS)})"
    f" VALUES ({marks(2 + len(SIGNATURE_COLUMNS))})"
)
UPDATE_SIGNATURE = (
    f"UPDATE petitionkit_signature SET {', '.join(f'{name} = ?' for name in SIGNATURE_COLUMNS)}"
    " WHERE number = ?"
)
UPSERT_ATTEMPT = (
    f"INSERT INTO petitionkit_attempt (petition, {', '.join(ATTEMPT_COLUMNS)})"
    f" VALUES ({marks(1 + len(ATTEMPT_COLUMNS))}) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in ATTEMPT_COLUMNS)
)


def asked_signatures(
    connection: Connection, ids: Sequence[UUID], *, lock: bool = False
) -> Iterator[tuple[int, Signature]]:
    """Ask for signatures, at most ``PER_QUERY``; they come with their numbers once iterated.

    ``lock`` keeps the rows as they are.
    """
    sql = _FIND_SIGNATURES + (connection.dialect.for_update.format("s") if lock else "")
    cursor = connection.execute(sql.format(marks=marks(len(ids))), ids)
    return (
        (row[0], signature_from_row(uuid_from_column(row[1]), row[2:])) for row in fetched(cursor)
    )


def asked_attempts(
    connection: Connection, ids: Sequence[UUID], *, lock: bool = False
) -> Iterator[Attempt]:
    """Ask for attempts in the same way."""
    sql = _FIND_ATTEMPTS + (connection.dialect.for_update.format("a") if lock else "")
    cursor = connection.execute(sql.format(marks=marks(len(ids))), ids)
    return (attempt_from_row(uuid_from_column(row[0]), row[1:]) for row in fetched(cursor))


def fetched(cursor: Cursor) -> Iterator[Any]:
    """Rows of a statement that is on its way; they are waited for when the first is asked for."""
    yield from cursor.fetchall()


def insert_all(
    connection: Connection, inserts: Iterable[tuple[str, Sequence[Sequence[object]]]]
) -> None:
    """Insert rows into several tables, each by its statement.

    One row each, as whoever signs alone has, goes in one statement where the database takes it.
    """
    there = [(sql, rows) for sql, rows in inserts if rows]
    if connection.dialect.chains and len(there) > 1 and all(len(rows) == 1 for _, rows in there):
        *before, last = [sql for sql, _ in there]
        chain = ", ".join(f"w{place} AS ({sql})" for place, sql in enumerate(before))
        connection.execute(f"WITH {chain} {last}", [cell for _, (row,) in there for cell in row])
        return
    for sql, rows in there:
        connection.executemany(sql, rows)
