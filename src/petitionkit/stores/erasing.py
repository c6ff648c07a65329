"""Erasing in SQL: rows beside a signature, and attempts, say nothing of a person any more.

Decides which rows these are, and which statements then remove what is left of them in the
database's own files. Logs, copies and backups are beyond it.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from attrs import evolve

from petitionkit.rows import amendment_from_row, amendment_row
from petitionkit.stores.connection import Connection
from petitionkit.stores.dialect import DIALECTS

__all__ = ["blank_attempts", "count_telling", "erase_beside", "purge_sql", "reword"]

_BLANK = "UPDATE petitionkit_attempt SET particulars = NULL, mailbox = '', due_at = NULL"
_TELLING = (
    "FROM petitionkit_attempt WHERE petition = ?"
    " AND (particulars IS NOT NULL OR mailbox <> '' OR due_at IS NOT NULL)"
)
_BLANK_SOME = (
    f"{_BLANK} WHERE number IN (SELECT number {_TELLING} ORDER BY number LIMIT ?) RETURNING number"
)


def erase_beside(connection: Connection, erased: Sequence[tuple[UUID, int]]) -> None:
    """Erase what is kept beside signatures, which are given with their numbers."""
    connection.executemany(f"{_BLANK} WHERE signature_id = ?", [(i,) for i, _ in erased])
    for _, number in erased:
        reword(connection, number, lambda _: "")


def reword(connection: Connection, signature: int, was: Callable[[str], str]) -> None:
    """Write anew what stood before a signature's amendments; ``signature`` is its number."""
    told = connection.execute(
        "SELECT number, document FROM petitionkit_amendment WHERE signature = ?", (signature,)
    ).fetchall()
    rows = [(number, amendment_from_row(document)) for number, document in told]
    connection.executemany(
        "UPDATE petitionkit_amendment SET document = ? WHERE number = ?",
        [(amendment_row(evolve(one, was=was(one.was))), number) for number, one in rows],
    )


def blank_attempts(connection: Connection, petition: int, limit: int) -> int:
    """See ``ErasingStore.erase_attempts``; ``petition`` is its number."""
    connection.execute("DELETE FROM petitionkit_trace WHERE petition = ?", (petition,))
    return len(connection.execute(_BLANK_SOME, (petition, limit)).fetchall())


def count_telling(connection: Connection, petition: int) -> int:
    """See ``ErasingStore.telling_attempts``; ``petition`` is its number."""
    return int(connection.execute(f"SELECT count(*) {_TELLING}", (petition,)).fetchone()[0])


def purge_sql(dialect: str = "sqlite") -> tuple[str, ...]:
    """Statements after which the database's own files hold nothing more of erased rows.

    ``dialect`` is ``sqlite`` or ``postgresql``. Run each outside of a transaction. Both rewrite
    the tables: they take as long as copying them, and PostgreSQL locks each meanwhile. What
    remains: on PostgreSQL the write-ahead log until its segments are recycled, replicas and
    archives; on both whatever copies and backups there are.
    """
    return DIALECTS[dialect].purge
