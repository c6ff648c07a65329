"""What all SQL stores share: the statements, and the order in which they run.

A dialect brings connections and transactions; the rest is here, in ``entries`` (signatures)
and in ``counters``. Knows rows and transactions, and no rule: levels are numbers to it, and
claims are bytes.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from attrs import evolve

from petitionkit.errors import AlreadyExistsError, NotFoundError, StoreContractError
from petitionkit.ledger import Change, Notice, Request, Revision
from petitionkit.petition import Petition
from petitionkit.rows import (
    NOTICE_COLUMNS,
    SIGNATURE_COLUMNS,
    amendment_from_row,
    fact_row,
    instant_column,
    instant_from_column,
    notice_from_row,
    petition_body,
    petition_from_rows,
    signature_from_row,
)
from petitionkit.signature import Amendment, Attempt, Signature
from petitionkit.store import SLUG, DueAttempt, DuePetition, Minute, NumberedSignature, Store
from petitionkit.stores.connection import Connection
from petitionkit.stores.counters import (
    has_stale_levels,
    read_tally,
    refresh_levels,
    set_watches,
)
from petitionkit.stores.entries import (
    EntryBook,
    find_attempt,
    find_signature,
    write_notices,
)
from petitionkit.tally import Tally

__all__ = ["SQLStore"]

T = TypeVar("T")


@lru_cache(maxsize=64)
def _petition(body: str, version: int, facts: tuple[str, ...]) -> Petition:
    """Decoding costs more than reading; the very same text is the very same petition."""
    return petition_from_rows(body, version, facts)


def _due_column(at: datetime | None) -> str | None:
    return None if at is None else instant_column(at)


# The first sixteen characters of an instant column name its minute.
_MINUTES = """
WITH came (at, received, counted) AS (
  SELECT received_at, 1, 0 FROM petitionkit_attempt WHERE petition = :petition
  UNION ALL
  SELECT signed_at, 1, 0 FROM petitionkit_signature WHERE petition = :petition AND id NOT IN
    (SELECT signature_id FROM petitionkit_attempt
     WHERE petition = :petition AND signature_id IS NOT NULL)
  UNION ALL
  SELECT at, 0, amount FROM petitionkit_delta
  WHERE petition = :petition AND instr(',' || counters || ',', ',' || :counter || ',')
)
SELECT substr(at, 1, 16), SUM(received), SUM(counted) FROM came GROUP BY 1 ORDER BY 1
"""


class SQLStore(Store, ABC):
    """A store on SQL; a subclass says how transactions are made."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """A connection to read from."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]:
        """A connection on which everything that follows is written, or nothing."""

    def add_policy(self, digest: str, document: str) -> None:
        """See ``Store.add_policy``."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO petitionkit_policy VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
                (digest, document),
            )

    def policy(self, digest: str) -> str:
        """See ``Store.policy``."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT document FROM petitionkit_policy WHERE digest = ?", (digest,)
            ).fetchone()
        if row is None:
            raise NotFoundError(f"no policy with digest {digest}; add it first")
        return str(row[0])

    def _load(self, connection: Connection, petition_id: UUID) -> tuple[int, int, Petition]:
        row = connection.execute(
            "SELECT number, realm, body, version FROM petitionkit_petition WHERE id = ?",
            (petition_id.hex,),
        ).fetchone()
        if row is None:
            raise NotFoundError(f"no petition {petition_id} in this store")
        number, realm, body, version = row
        facts = connection.execute(
            "SELECT document FROM petitionkit_fact WHERE petition = ? ORDER BY position",
            (number,),
        ).fetchall()
        return number, realm, _petition(body, version, tuple(fact for (fact,) in facts))

    def _tally(self, connection: Connection, number: int) -> Tally:
        refresh_levels(connection, number)
        return read_tally(connection, number)

    def _realm(self, connection: Connection, name: str) -> int:
        connection.execute(
            "INSERT INTO petitionkit_realm (name) VALUES (?) ON CONFLICT (name) DO NOTHING",
            (name,),
        )
        row = connection.execute(
            "SELECT number FROM petitionkit_realm WHERE name = ?", (name,)
        ).fetchone()
        return int(row[0])

    def _write_rest(
        self,
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
                    f"{name[1]} {name[2]} belongs to another petition of the office"
                )
            connection.execute("INSERT INTO petitionkit_name VALUES (?, ?, ?, ?)", (*name, number))
        connection.executemany(
            "INSERT INTO petitionkit_fact VALUES (?, ?, ?)",
            [
                (number, position, fact_row(fact))
                for position, fact in enumerate(petition.facts)
                if position >= known_facts
            ],
        )
        self._ring(connection, number, set_watches(connection, number, revision.watches))
        write_notices(connection, revision.notices)

    def _ring(self, connection: Connection, number: int, at: str | None) -> None:
        """Make the petition due, at the latest at an instant column; None leaves it alone."""
        if at is not None:
            connection.execute(
                "UPDATE petitionkit_petition SET due_at = min(coalesce(due_at, ?), ?)"
                " WHERE number = ?",
                (at, at, number),
            )

    def add(self, revision: Revision) -> Petition:
        """See ``Store.add``."""
        petition = revision.petition
        with self._writing() as connection:
            realm = self._realm(connection, petition.realm)
            row = connection.execute(
                "INSERT INTO petitionkit_petition (id, office, realm, body, version, state, due_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING number",
                (
                    petition.id.hex,
                    petition.office,
                    realm,
                    petition_body(petition),
                    petition.version,
                    revision.state.value,
                    _due_column(revision.due_at),
                ),
            ).fetchone()
            if row is None:
                raise AlreadyExistsError(f"petition {petition.id} exists already")
            self._write_rest(connection, row[0], revision, 0)
        return petition

    def petition(self, petition_id: UUID) -> Petition:
        """See ``Store.petition``."""
        with self._reading() as connection:
            return self._load(connection, petition_id)[2]

    def find(self, office: str, system: str, value: str) -> UUID | None:
        """See ``Store.find``."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT p.id FROM petitionkit_name n JOIN petitionkit_petition p"
                " ON p.number = n.petition WHERE n.office = ? AND n.system = ? AND n.value = ?",
                (office, system, value),
            ).fetchone()
        return UUID(row[0]) if row else None

    def petitions(self, *, after: UUID | None = None, limit: int = 100) -> Sequence[UUID]:
        """See ``Store.petitions``."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id FROM petitionkit_petition WHERE id > ? ORDER BY id LIMIT ?",
                (after.hex if after else "", limit),
            ).fetchall()
        return [UUID(petition_id) for (petition_id,) in rows]

    def update(self, petition_id: UUID, change: Change) -> Petition:
        """See ``Store.update``."""
        with self._writing() as connection:
            number, _, before = self._load(connection, petition_id)
            revision = change(before, self._tally(connection, number))
            petition = revision.petition
            if petition.facts[: len(before.facts)] != before.facts:
                raise StoreContractError("facts are only ever added; keep those that are there")
            written = evolve(petition, version=before.version + (petition != before))
            connection.execute(
                "UPDATE petitionkit_petition SET office = ?, realm = ?, body = ?, version = ?,"
                " state = ?, due_at = ? WHERE number = ?",
                (
                    petition.office,
                    self._realm(connection, petition.realm),
                    petition_body(petition),
                    written.version,
                    revision.state.value,
                    _due_column(revision.due_at),
                    number,
                ),
            )
            self._write_rest(connection, number, revision, len(before.facts))
        return written

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        """See ``Store.sign``."""
        with self._writing() as connection:
            number, realm, petition = self._load(connection, petition_id)
            book = EntryBook(connection, number, realm, petition)
            book.look_up(requests)
            answers = [book.decide(request) for request in requests]
            self._ring(connection, number, book.write())
        return answers

    def tally(self, petition_id: UUID) -> Tally:
        """See ``Store.tally``."""
        with self._reading() as connection:
            number, _, _ = self._load(connection, petition_id)
            if not has_stale_levels(connection, number):
                return read_tally(connection, number)
        with self._writing() as connection:
            return self._tally(connection, number)

    def signature(self, signature_id: UUID) -> Signature | None:
        """See ``Store.signature``."""
        with self._reading() as connection:
            found = find_signature(connection, signature_id)
        return found[1] if found else None

    def signatures(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedSignature]:
        """See ``Store.signatures``."""
        with self._reading() as connection:
            number, _, _ = self._load(connection, petition_id)
            rows = connection.execute(
                f"SELECT number, {', '.join(SIGNATURE_COLUMNS)} FROM petitionkit_signature"
                " WHERE petition = ? AND number > ? ORDER BY number LIMIT ?",
                (number, after, limit),
            ).fetchall()
        return [
            NumberedSignature(number=row[0], signature=signature_from_row(petition_id, row[1:]))
            for row in rows
        ]

    def attempt(self, attempt_id: UUID) -> Attempt | None:
        """See ``Store.attempt``."""
        with self._reading() as connection:
            return find_attempt(connection, attempt_id)

    def due_attempts(self, *, limit: int = 100) -> Sequence[DueAttempt]:
        """See ``Store.due_attempts``."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT a.id, p.id, a.due_at FROM petitionkit_attempt a"
                " JOIN petitionkit_petition p ON p.number = a.petition"
                " WHERE a.due_at IS NOT NULL ORDER BY a.due_at, a.id LIMIT ?",
                (limit,),
            ).fetchall()
        return [
            DueAttempt(attempt_id=UUID(found), petition_id=UUID(of), due_at=instant_from_column(at))
            for found, of, at in rows
        ]

    def amendments(self, signature_id: UUID) -> Sequence[Amendment]:
        """See ``Store.amendments``."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT a.document FROM petitionkit_amendment a"
                " JOIN petitionkit_signature s ON s.number = a.signature"
                " WHERE s.id = ? ORDER BY a.number",
                (signature_id.hex,),
            ).fetchall()
        return [amendment_from_row(document) for (document,) in rows]

    def minutes(self, petition_id: UUID, counter: str) -> Sequence[Minute]:
        """See ``Store.minutes``."""
        with self._reading() as connection:
            number, _, _ = self._load(connection, petition_id)
            rows = connection.execute(_MINUTES, {"petition": number, "counter": counter}).fetchall()
        return [
            Minute(at=instant_from_column(at), received=received, counted=counted)
            for at, received, counted in rows
        ]

    def forget_traces(self, before: datetime) -> None:
        """See ``Store.forget_traces``."""
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM petitionkit_trace WHERE until <= ?", (instant_column(before),)
            )

    def claim_keys(self) -> Sequence[str]:
        """See ``Store.claim_keys``."""
        with self._reading() as connection:
            rows = connection.execute("SELECT name FROM petitionkit_key ORDER BY name").fetchall()
        return [str(name) for (name,) in rows]

    def due(self, *, limit: int = 100) -> Sequence[DuePetition]:
        """See ``Store.due``."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, due_at FROM petitionkit_petition WHERE due_at IS NOT NULL"
                " ORDER BY due_at, id LIMIT ?",
                (limit,),
            ).fetchall()
        return [
            DuePetition(petition_id=UUID(found), due_at=instant_from_column(at))
            for found, at in rows
        ]

    def notices(self, *, limit: int = 100) -> Sequence[Notice]:
        """See ``Store.notices``."""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {', '.join(NOTICE_COLUMNS)} FROM petitionkit_notice"
                " ORDER BY number LIMIT ?",
                (limit,),
            ).fetchall()
        return [notice_from_row(row) for row in rows]

    def acknowledge(self, notice_id: UUID) -> None:
        """See ``Store.acknowledge``."""
        with self._writing() as connection:
            connection.execute("DELETE FROM petitionkit_notice WHERE id = ?", (notice_id.hex,))
