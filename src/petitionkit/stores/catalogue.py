"""The catalogue in SQL: what petitions are listed under, and pages of those that may be wanted.

One statement finds a page: each part of it by an index that is in the order of the page, so that
few rows are looked at where few are found. A state that does not hold is told as such, never
evaluated.
"""

from collections.abc import Collection, Iterator, Sequence
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


_OFFICE = "office"
"""Listed under as well: the tenant."""


def write_facets(connection: Connection, number: int, petition: Petition) -> None:
    """List a petition, whose own row is written, under what it is now, and nothing else."""
    connection.execute("DELETE FROM petitionkit_facet WHERE petition = ?", (number,))
    facets = {(kind.value, value) for kind, value in facets_of(petition)}
    connection.executemany(
        "INSERT INTO petitionkit_facet (petition, kind, value, state, begun_at, id)"
        " SELECT number, ?, ?, state, begun_at, id FROM petitionkit_petition WHERE number = ?",
        [(*facet, number) for facet in sorted({*facets, (_OFFICE, petition.office)})],
    )


def _begun(connection: Connection, petition_id: UUID) -> datetime:
    row = connection.execute(
        "SELECT begun_at FROM petitionkit_petition WHERE id = ?", (petition_id,)
    ).fetchone()
    if row is None:
        raise NotFoundError(
            f"no petition {petition_id} in this store to go on after; begin at the first page"
        )
    return instant_from_column(row[0])


Condition = tuple[str, tuple[object, ...]]


def _under(facet: tuple[str, str]) -> Condition:
    listed = (
        "EXISTS (SELECT 1 FROM petitionkit_facet e"
        " WHERE e.petition = p.number AND e.kind = ? AND e.value = ?)"
    )
    return listed, facet


def _holding(search: Search, facets: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Condition]]:
    """What finds the wanted by their stored state, by an index in the order of the page.

    Each with the table whose index it is: facets or petitions.
    """
    for state in search.states or (State if facets else ()):
        if facets:
            yield "f", ("f.kind = ? AND f.value = ? AND f.state = ?", (*facets[0], state.value))
        else:
            yield "p", ("p.state = ?", (state.value,))
    if not facets and not search.states:
        yield "p", ("1 = 1", ())


def _doubtful(at: datetime, unsure: Collection[UUID]) -> list[Condition]:
    """What finds those whose stored state does not hold, which are few as long as some job ticks.

    They are sorted once they are found: an index in the order of the page would lead past all
    those that do hold.
    """
    moved = (f"p.id IN ({marks(len(unsure))})", tuple(unsure))
    return [("p.as_of > ?", (at,)), ("p.due_at <= ?", (at,)), *[moved] * bool(unsure)]


_LEADS = ("starter", "addressee", "tag", "place", "language")
_FROM = {
    "f": "petitionkit_facet f JOIN petitionkit_petition p ON p.number = f.petition",
    "p": "petitionkit_petition p",
}
_FOUND = "SELECT p.id, p.state, p.as_of, p.due_at, p.begun_at FROM"


def listed_page(
    connection: Connection, search: Search, at: datetime, *, after: UUID | None, limit: int
) -> list[Listed]:
    """See ``Catalogue.listed``."""
    # Unfolded moves first: what is folded in between is then in both.
    unsure = {uuid_from_column(i) for i, when in reached_unfolded(connection) if when <= at}
    way, beyond = ("DESC", "<") if search.order is Order.NEWEST else ("ASC", ">")
    goes_on = "({0}begun_at, {0}id) " + beyond + " (?, ?)" if after else "1 = 1"
    begins = (_begun(connection, after), after) if after else ()
    facets = [(kind.value, value) for kind, value in search.facets]
    # What fewer petitions are listed under leads; the rest is looked up.
    facets.sort(key=lambda facet: _LEADS.index(facet[0]))
    facets += [] if search.office is None else [(_OFFICE, search.office)]
    parts: list[str] = []
    values: list[object] = [at, at]

    def look(by: str, order: str, *conditions: Condition) -> None:
        where = " AND ".join(text for text, _ in conditions)
        parts.append(f"SELECT * FROM ({_FOUND} {_FROM[by]} WHERE {where}{order}) AS own")
        values.extend(one for _, found in conditions for one in found)

    for by, condition in _holding(search, facets):
        order = f" ORDER BY {by}.begun_at {way}, {by}.id {way} LIMIT ?"
        look(by, order, condition, *map(_under, facets[1:]), (goes_on.format(f"{by}."), begins))
        values.append(limit)
    for condition in _doubtful(at, unsure) if search.states else ():
        look("p", "", condition, *map(_under, facets))
    rows = connection.execute(
        "SELECT id, state, CASE WHEN as_of > ? OR due_at <= ? THEN 1 ELSE 0 END"
        f" FROM ({' UNION '.join(parts)}) AS found WHERE {goes_on.format('')}"
        f" ORDER BY begun_at {way}, id {way} LIMIT ?",
        (*values, *begins, limit),
    ).fetchall()
    return [
        Listed(
            petition_id=uuid_from_column(found),
            state=State(state),
            holds=not over and uuid_from_column(found) not in unsure,
        )
        for found, state, over in rows
    ]
