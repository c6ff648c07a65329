"""Notices in SQL: written with their cause, leased by one worker at a time, tried again or dead.

Decides who gets which notice: where writers work side by side, rows that another worker is
about to take are passed over, so that nobody waits. Knows neither mail nor when to give up.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from petitionkit.dispatch import Dispatch
from petitionkit.ledger import Notice
from petitionkit.rows import DISPATCH_COLUMNS, dispatch_from_row, notice_row
from petitionkit.stores.connection import Connection

__all__ = [
    "INSERT_NOTICE",
    "dead_notices",
    "lease",
    "put_off",
    "revive",
    "waiting_notices",
    "waiting_row",
    "write_notices",
]

_COLUMNS = ", ".join(DISPATCH_COLUMNS)
INSERT_NOTICE = (
    f"INSERT INTO petitionkit_notice ({_COLUMNS}) VALUES ({', '.join('?' * len(DISPATCH_COLUMNS))})"
)
_LEASE = (
    "WITH due AS (SELECT number FROM petitionkit_notice WHERE due_at <= ?"
    " ORDER BY due_at, number LIMIT ?{skip_locked})"
    " UPDATE petitionkit_notice SET due_at = ?, tries = tries + 1"
    f" WHERE number IN (SELECT number FROM due) RETURNING number, {_COLUMNS}"
)
_PUT_OFF = (
    "UPDATE petitionkit_notice SET due_at = ?, reason = ?"
    " WHERE id = ? AND tries = ? AND due_at = ? RETURNING number"
)
_REVIVE = (
    "UPDATE petitionkit_notice SET due_at = ?, tries = 0"
    " WHERE id = ? AND due_at IS NULL RETURNING number"
)


def write_notices(connection: Connection, notices: Sequence[Notice]) -> None:
    """Insert notices in their order, each due at its own instant."""
    connection.executemany(INSERT_NOTICE, map(waiting_row, notices))


def waiting_row(notice: Notice) -> tuple[object, ...]:
    """A row of a notice that nobody has taken yet, see ``INSERT_NOTICE``."""
    return (*notice_row(notice), notice.at, 0, "")


def waiting_notices(connection: Connection, limit: int) -> list[Notice]:
    """See ``Store.notices``."""
    return [one.notice for one in _dispatches(connection, "due_at IS NOT NULL", limit)]


def dead_notices(connection: Connection, limit: int) -> list[Dispatch]:
    """See ``Store.dead_notices``."""
    return _dispatches(connection, "due_at IS NULL", limit)


def _dispatches(connection: Connection, condition: str, limit: int) -> list[Dispatch]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM petitionkit_notice WHERE {condition} ORDER BY number LIMIT ?",
        (limit,),
    ).fetchall()
    return [dispatch_from_row(row) for row in rows]


def lease(connection: Connection, now: datetime, until: datetime, limit: int) -> list[Dispatch]:
    """See ``Store.lease``."""
    sql = _LEASE.format(skip_locked=connection.dialect.skip_locked)
    rows = connection.execute(sql, (now, limit, until)).fetchall()
    return [dispatch_from_row(row[1:]) for row in sorted(rows, key=lambda row: int(row[0]))]


def put_off(
    connection: Connection, dispatch: Dispatch, until: datetime | None, reason: str
) -> bool:
    """See ``Store.put_off``."""
    found = connection.execute(
        _PUT_OFF, (until, reason, dispatch.notice.id, dispatch.tries, dispatch.due_at)
    ).fetchone()
    return found is not None


def revive(connection: Connection, notice_id: UUID, at: datetime) -> bool:
    """See ``Store.revive``."""
    return connection.execute(_REVIVE, (at, notice_id)).fetchone() is not None
