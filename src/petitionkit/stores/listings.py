"""Lists read from SQL: pages of signatures and attempts, what is due, minutes, amendments.

Decides in which order rows come and where a page ends; writes nothing. Each list is of one
moment: what a concurrent fold moves is read in one statement.
"""

from datetime import datetime
from uuid import UUID

from petitionkit.rows import (
    ATTEMPT_COLUMNS,
    SIGNATURE_COLUMNS,
    amendment_from_row,
    attempt_from_row,
    instant_from_column,
    signature_from_row,
    uuid_from_column,
)
from petitionkit.signature import Amendment
from petitionkit.store import (
    DueAttempt,
    DuePetition,
    Health,
    Minute,
    NumberedAttempt,
    NumberedSignature,
)
from petitionkit.stores.connection import Connection
from petitionkit.stores.counters import reached_unfolded
from petitionkit.stores.dialect import lock_key

__all__ = [
    "amendments_of",
    "due_attempts",
    "due_petitions",
    "health_at",
    "minutes_of",
    "pending_page",
    "signature_page",
]

_NO_END = 2**63 - 1  # the greatest number that a column can hold

# In one statement: a move is either unfolded or folded, and never both.
_MINUTES = """
WITH moved (at, counters, amount) AS (
  SELECT at, counters, amount FROM petitionkit_delta WHERE petition = ?
  UNION ALL SELECT at, counters, amount FROM petitionkit_unfolded WHERE petition = ?
), came (at, received, counted) AS (
  SELECT received_at, 1, 0 FROM petitionkit_attempt WHERE petition = ?
  UNION ALL
  SELECT signed_at, 1, 0 FROM petitionkit_signature WHERE petition = ? AND id NOT IN
    (SELECT signature_id FROM petitionkit_attempt
     WHERE petition = ? AND signature_id IS NOT NULL)
  UNION ALL
  SELECT at, 0, amount FROM moved
  WHERE replace(',' || counters || ',', ?, '') <> ',' || counters || ','
)
SELECT {minute}, CAST(SUM(received) AS bigint), CAST(SUM(counted) AS bigint)
FROM came GROUP BY 1 ORDER BY 1
"""


_HEALTH = (
    "SELECT count(due_at), min(CASE WHEN due_at IS NULL THEN NULL ELSE at END),"
    " count(*) - count(due_at), (SELECT count(*) FROM petitionkit_unfolded),"
    " (SELECT count(*) FROM petitionkit_petition WHERE due_at <= ?),"
    " (SELECT min(due_at) FROM petitionkit_petition WHERE due_at <= ?) FROM petitionkit_notice"
)


def signature_page(
    connection: Connection, petition_id: UUID, number: int, *, after: int, limit: int
) -> list[NumberedSignature]:
    """See ``Store.signatures``; ``number`` is the petition's."""
    end = _end_of_pages(connection, petition_id)
    rows = connection.execute(
        f"SELECT number, {', '.join(SIGNATURE_COLUMNS)} FROM petitionkit_signature"
        " WHERE petition = ? AND number > ? AND number < ? ORDER BY number LIMIT ?",
        (number, after, end, limit),
    ).fetchall()
    return [
        NumberedSignature(number=row[0], signature=signature_from_row(petition_id, row[1:]))
        for row in rows
    ]


def _end_of_pages(connection: Connection, petition_id: UUID) -> int:
    """A number below which no signature can appear any more that is not there now.

    Numbers are given before the commit. So those who sign at this moment are waited for,
    and the lock goes with the savepoint: those who come later are not kept waiting.
    """
    dialect = connection.dialect
    if not dialect.concurrent:
        return _NO_END
    connection.execute("SAVEPOINT petitionkit_page")
    try:
        key = lock_key("petition", petition_id.bytes)
        connection.execute(dialect.lock_alone, (key,))
        (end,) = connection.execute(dialect.reserve_numbers, (1,)).fetchone()
    finally:
        connection.execute("ROLLBACK TO SAVEPOINT petitionkit_page")
        connection.execute("RELEASE SAVEPOINT petitionkit_page")
    return int(end)


def pending_page(
    connection: Connection, petition_id: UUID, number: int, *, after: int, limit: int
) -> list[NumberedAttempt]:
    """See ``Store.pending``; ``number`` is the petition's."""
    rows = connection.execute(
        f"SELECT number, {', '.join(ATTEMPT_COLUMNS)} FROM petitionkit_attempt"
        " WHERE petition = ? AND number > ? AND signature_id IS NULL"
        " AND particulars IS NOT NULL ORDER BY number LIMIT ?",
        (number, after, limit),
    ).fetchall()
    return [
        NumberedAttempt(number=row[0], attempt=attempt_from_row(petition_id, row[1:]))
        for row in rows
    ]


def due_petitions(connection: Connection, limit: int) -> list[DuePetition]:
    """See ``Store.due``."""
    due: dict[UUID, datetime] = {}
    # Unfolded moves first: what is folded in between is then in both.
    for petition_id, at in [
        *reached_unfolded(connection),
        *connection.execute(
            "SELECT id, due_at FROM petitionkit_petition WHERE due_at IS NOT NULL"
            " ORDER BY due_at, id LIMIT ?",
            (limit,),
        ).fetchall(),
    ]:
        found, instant = uuid_from_column(petition_id), instant_from_column(at)
        due[found] = min(instant, due.get(found, instant))
    first = sorted((at, found) for found, at in due.items())[:limit]
    return [DuePetition(petition_id=found, due_at=at) for at, found in first]


def due_attempts(connection: Connection, limit: int) -> list[DueAttempt]:
    """See ``Store.due_attempts``."""
    rows = connection.execute(
        "SELECT a.id, p.id, a.due_at FROM petitionkit_attempt a"
        " JOIN petitionkit_petition p ON p.number = a.petition"
        " WHERE a.due_at IS NOT NULL ORDER BY a.due_at, a.id LIMIT ?",
        (limit,),
    ).fetchall()
    return [
        DueAttempt(
            attempt_id=uuid_from_column(found),
            petition_id=uuid_from_column(of),
            due_at=instant_from_column(at),
        )
        for found, of, at in rows
    ]


def amendments_of(connection: Connection, signature_id: UUID) -> list[Amendment]:
    """See ``Store.amendments``."""
    rows = connection.execute(
        "SELECT a.document FROM petitionkit_amendment a"
        " JOIN petitionkit_signature s ON s.number = a.signature"
        " WHERE s.id = ? ORDER BY a.number",
        (signature_id,),
    ).fetchall()
    return [amendment_from_row(document) for (document,) in rows]


def minutes_of(connection: Connection, number: int, counter: str) -> list[Minute]:
    """See ``Store.minutes``; ``number`` is the petition's."""
    sql = _MINUTES.format(minute=connection.dialect.minute.format("at"))
    rows = connection.execute(sql, (*[number] * 5, f",{counter},")).fetchall()
    return [
        Minute(at=instant_from_column(at), received=received, counted=counted)
        for at, received, counted in rows
    ]


def health_at(connection: Connection, now: datetime) -> Health:
    """See ``Attended.health``."""
    waiting, oldest, dead, unfolded, overdue, since = connection.execute(
        _HEALTH, (now, now)
    ).fetchone()
    return Health(
        notices=waiting,
        oldest_notice=None if oldest is None else instant_from_column(oldest),
        dead_notices=dead,
        unfolded=unfolded,
        overdue=overdue,
        overdue_since=None if since is None else instant_from_column(since),
    )
