"""The catalogue in SQL: what petitions are listed under, and pages of those that may be wanted.

One statement finds a page by its indexes; a state that does not hold is told as such, never
evaluated.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from petitionkit.catalogue import Listed, Order, Search, facets_of
from petitionkit.errors import NotFoundError
from petitionkit.facts import State
from petitionkit.petition import Petition
from petitionkit.rows import instant_from_column, uuid_from_column
from petitionkit.stores.connection import Connection
from petitionkit.stores.counters import reached_unfolded
from petitionkit.stores.entry_rows import marks

__all__ = ["listed_page", "write_facets"]


def write_facets(connection: Connection, number: int, petition: Petition) -> None:
    """List a petition under what it is now, and under nothing else."""
    connection.execute("DELETE FROM petitionkit_facet WHERE petition = ?", (number,))
    connection.executemany(
        "INSERT INTO petitionkit_facet (petition, kind, value) VALUES (?, ?, ?)",
        [(number, kind.value, value) for kind, value in sorted(facets_of(petition))],
    )


def _begun(connection: Connection, petition_id: UUID) -> datetime:
    row = connection.execute(
        "SELECT begun_at FROM petitionkit_petition WHERE id = ?", (petition_id,)
    ).fetchone()
    if row is None:
        raise NotFoundError(f"no petition {petition_id} in this store to go on after")
    return instant_from_column(row[0])


def listed_page(
    connection: Connection, search: Search, at: datetime, *, after: UUID | None, limit: int
) -> list[Listed]:
    """See ``Catalogue.listed``."""
    # Unfolded moves first: what is folded in between is then in both.
    unsure = {uuid_from_column(i) for i, when in reached_unfolded(connection) if when <= at}
    newest = search.order is Order.NEWEST
    conditions: list[tuple[str, Sequence[object]]] = [
        (
            "EXISTS (SELECT 1 FROM petitionkit_facet f"
            " WHERE f.petition = p.number AND f.kind = ? AND f.value = ?)",
            (kind.value, value),
        )
        for kind, value in search.facets
    ]
    if search.office is not None:
        conditions.append(("p.office = ?", (search.office,)))
    if after is not None:
        sooner = "<" if newest else ">"
        conditions.append(
            (f"(p.begun_at, p.id) {sooner} (?, ?)", (_begun(connection, after), after))
        )
    if search.states:
        states = [state.value for state in search.states]
        among = f" OR p.id IN ({marks(len(unsure))})" if unsure else ""
        conditions.append(
            (
                f"(p.state IN ({marks(len(states))}) OR p.as_of > ? OR p.due_at <= ?{among})",
                (*states, at, at, *unsure),
            )
        )
    where = " AND ".join(("1 = 1", *(text for text, _ in conditions)))
    way = "DESC" if newest else "ASC"
    rows = connection.execute(
        f"SELECT p.id, p.state, CASE WHEN p.as_of > ? OR p.due_at <= ? THEN 1 ELSE 0 END"
        f" FROM petitionkit_petition p WHERE {where}"
        f" ORDER BY p.begun_at {way}, p.id {way} LIMIT ?",
        (at, at, *(value for _, values in conditions for value in values), limit),
    ).fetchall()
    return [
        Listed(
            petition_id=uuid_from_column(found),
            state=State(state),
            holds=not over and uuid_from_column(found) not in unsure,
        )
        for found, state, over in rows
    ]
