"""Petitions in SQL: read whole, written whole, with the names they are found by.

Decides which rows a petition is spread over; what may be written is decided above.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from attrs import evolve

from petitionkit.catalogue import begun_at
from petitionkit.errors import AlreadyExistsError, NotFoundError, StoreContractError
from petitionkit.ledger import Revision
from petitionkit.petition import Petition
from petitionkit.rows import fact_row, petition_body, petition_from_rows
from petitionkit.store import SLUG
from petitionkit.stores import outbox
from petitionkit.stores.catalogue import write_facets
from petitionkit.stores.connection import Connection
from petitionkit.stores.counters import set_watches

__all__ = ["asked", "insert", "keep", "load", "number_of", "ring"]


@lru_cache(maxsize=64)
def _petition(body: str, version: int, facts: tuple[str, ...]) -> Petition:
    """Decoding costs more than reading; the very same text is the very same petition."""
    return petition_from_rows(body, version, facts)


# In one statement, so that petition and facts are of one moment.
_LOAD = (
    "SELECT -1, number, realm, version, body FROM petitionkit_petition WHERE id = ?"
    " UNION ALL SELECT f.position, 0, 0, 0, f.document FROM petitionkit_fact f"
    " JOIN petitionkit_petition p ON p.number = f.petition WHERE p.id = ? ORDER BY 1"
)


def asked(connection: Connection, petition_id: UUID) -> Callable[[], tuple[int, int, Petition]]:
    """Ask for a petition; what comes back waits for it, and answers as ``load`` does."""
    cursor = connection.execute(_LOAD, (petition_id, petition_id))

    def take() -> tuple[int, int, Petition]:
        rows = cursor.fetchall()
        if not rows:
            raise NotFoundError(f"no petition {petition_id} in this store; check the id")
        (_, number, realm, version, body), *facts = rows
        return number, realm, _petition(body, version, tuple(fact[-1] for fact in facts))

    return take


def load(connection: Connection, petition_id: UUID) -> tuple[int, int, Petition]:
    """Its number, its realm's, and the petition; ``NotFoundError`` where there is none."""
    return asked(connection, petition_id)()


def number_of(connection: Connection, petition_id: UUID) -> int:
    """The number under which other tables know it; ``NotFoundError`` where there is none."""
    row = connection.execute(
        "SELECT number FROM petitionkit_petition WHERE id = ?", (petition_id,)
    ).fetchone()
    if row is None:
        raise NotFoundError(f"no petition {petition_id} in this store; check the id")
    return int(row[0])


def _realm(connection: Connection, name: str) -> int:
    connection.execute(
        "INSERT INTO petitionkit_realm (name) VALUES (?) ON CONFLICT (name) DO NOTHING",
        (name,),
    )
    row = connection.execute(
        "SELECT number FROM petitionkit_realm WHERE name = ?", (name,)
    ).fetchone()
    return int(row[0])


def keep(connection: Connection, number: int, before: Petition, revision: Revision) -> Petition:
    """Write the petition anew, which is locked; returns it as it is kept."""
    petition = revision.petition
    if petition.facts[: len(before.facts)] != before.facts:
        raise StoreContractError("facts are only ever added; keep those that are there")
    written = evolve(petition, version=before.version + (petition != before))
    connection.execute(
        "UPDATE petitionkit_petition SET office = ?, realm = ?, body = ?, version = ?,"
        " state = ?, as_of = ?, due_at = ? WHERE number = ?",
        (
            petition.office,
            _realm(connection, petition.realm),
            petition_body(petition),
            written.version,
            revision.state.value,
            revision.as_of,
            revision.due_at,
            number,
        ),
    )
    _write_rest(connection, number, revision, len(before.facts))
    return written


def _write_rest(
    connection: Connection,
    number: int,
    revision: Revision,
    known_facts: int,
) -> None:
    """Write what stands beside the petition's own row."""
    petition = revision.petition
    named = [(i.system, i.value) for i in petition.identifiers]
    names = [(petition.office, *name) for name in named + [(SLUG, s) for s in petition.slugs]]
    connection.execute("DELETE FROM petitionkit_name WHERE petition = ?", (number,))
    for name in dict.fromkeys(names):
        taken = connection.execute(
            "SELECT 1 FROM petitionkit_name WHERE office = ? AND system = ? AND value = ?",
            name,
        ).fetchone()
        if taken:
            raise AlreadyExistsError(
                f"{name[1]} {name[2]} belongs to another petition of the office; give another"
            )
        connection.execute(
            "INSERT INTO petitionkit_name (office, system, value, petition) VALUES (?, ?, ?, ?)",
            (*name, number),
        )
    write_facets(connection, number, petition)
    connection.executemany(
        "INSERT INTO petitionkit_fact (petition, position, document) VALUES (?, ?, ?)",
        [
            (number, position, fact_row(fact))
            for position, fact in enumerate(petition.facts)
            if position >= known_facts
        ],
    )
    ring(connection, number, set_watches(connection, number, revision.watches))
    outbox.write_notices(connection, revision.notices)


def ring(connection: Connection, number: int, at: datetime | None) -> None:
    """Make the petition due, at the latest at an instant; None leaves it alone."""
    if at is not None:
        connection.execute(
            "UPDATE petitionkit_petition SET due_at = ?"
            " WHERE number = ? AND (due_at IS NULL OR due_at > ?)",
            (at, number, at),
        )


def insert(connection: Connection, revision: Revision) -> None:
    """Insert a new petition with all that its revision says, see ``Store.add``."""
    petition = revision.petition
    row = connection.execute(
        "INSERT INTO petitionkit_petition"
        " (id, office, realm, body, version, state, as_of, due_at, begun_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING number",
        (
            petition.id,
            petition.office,
            _realm(connection, petition.realm),
            petition_body(petition),
            petition.version,
            revision.state.value,
            revision.as_of,
            revision.due_at,
            begun_at(revision),
        ),
    ).fetchone()
    if row is None:
        raise AlreadyExistsError(f"petition {petition.id} exists already; change it by update")
    _write_rest(connection, row[0], revision, 0)
