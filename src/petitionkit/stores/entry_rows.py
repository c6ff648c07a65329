"""Rows of signatures, attempts and claims in SQL: the statements that find and write them.

Decides which rows a lookup locks. Where others write at the same time, what a decision sees is
kept as it is until the transaction ends.
"""

from uuid import UUID

from petitionkit.rows import (
    ATTEMPT_COLUMNS,
    SIGNATURE_COLUMNS,
    attempt_from_row,
    signature_from_row,
    uuid_from_column,
)
from petitionkit.signature import Attempt, Signature
from petitionkit.stores.connection import Connection

__all__ = [
    "HOLDERS",
    "HOLDINGS",
    "INSERT_SIGNATURE",
    "KEPT_HOLDINGS",
    "PER_QUERY",
    "UPDATE_SIGNATURE",
    "UPSERT_ATTEMPT",
    "find_attempt",
    "find_signature",
    "marks",
]

PER_QUERY = 500  # claims asked for at once; SQLite's oldest limit on parameters is 999

_SIGNATURE = ", ".join(f"s.{name}" for name in SIGNATURE_COLUMNS)
# One row at least for every digest, held or not: it costs the same to learn either.
HOLDINGS = (
    "WITH asked (digest) AS (VALUES {rows})"
    " SELECT a.digest, c.slot, c.signature, s.id FROM asked a"
    " LEFT JOIN petitionkit_claim c ON c.realm = ? AND c.digest = a.digest"
    " LEFT JOIN petitionkit_signature s ON s.number = c.signature"
)
# The same where others write at the same time; in this one what is held is locked as well.
KEPT_HOLDINGS = (
    "WITH asked (digest) AS (VALUES {rows}), held AS ("
    " SELECT c.digest, c.slot, c.signature, s.id FROM petitionkit_claim c"
    " JOIN petitionkit_signature s ON s.number = c.signature"
    " WHERE c.digest IN (SELECT digest FROM asked) AND c.realm = ?{share})"
    " SELECT a.digest, h.slot, h.signature, h.id FROM asked a"
    " LEFT JOIN held h ON h.digest = a.digest"
)
HOLDERS = (
    f"SELECT s.number, p.id, {_SIGNATURE} FROM petitionkit_signature s"
    " JOIN petitionkit_petition p ON p.number = s.petition WHERE s.number IN ({marks})"
)
_FIND_SIGNATURE = (
    f"SELECT s.number, p.id, {_SIGNATURE} FROM petitionkit_signature s"
    " JOIN petitionkit_petition p ON p.number = s.petition WHERE s.id = ?"
)
_FIND_ATTEMPT = (
    f"SELECT p.id, {', '.join(f'a.{name}' for name in ATTEMPT_COLUMNS)} FROM petitionkit_attempt a"
    " JOIN petitionkit_petition p ON p.number = a.petition WHERE a.id = ?"
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


def find_signature(
    connection: Connection, signature_id: UUID, *, lock: bool = False
) -> tuple[int, Signature] | None:
    """A signature and its number; ``lock`` keeps the row as it is."""
    sql = _FIND_SIGNATURE + (connection.dialect.for_update.format("s") if lock else "")
    row = connection.execute(sql, (signature_id,)).fetchone()
    return (row[0], signature_from_row(uuid_from_column(row[1]), row[2:])) if row else None


def find_attempt(connection: Connection, attempt_id: UUID, *, lock: bool = False) -> Attempt | None:
    """An attempt by its id; ``lock`` keeps the row as it is."""
    sql = _FIND_ATTEMPT + (connection.dialect.for_update.format("a") if lock else "")
    row = connection.execute(sql, (attempt_id,)).fetchone()
    return attempt_from_row(uuid_from_column(row[0]), row[1:]) if row else None
