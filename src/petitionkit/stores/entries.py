"""Entries in SQL: many decisions on signatures in one transaction, each seeing those before it.

What the requests need is read in one go, the entries are gathered over it, and everything is
written at the end in a handful of statements. A decision sees the gathered rows first, so that
the second line of a roll knows of the first.

Where writers may work on one petition at the same time, the rows that a decision sees are
locked, and counts are not read at all unless it looks at them: then it is asked again alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from petitionkit.errors import StoreContractError
from petitionkit.ledger import (
    Delta,
    Entry,
    Holding,
    Lookback,
    Notice,
    Request,
    Situation,
    Trace,
)
from petitionkit.petition import Petition
from petitionkit.rows import (
    amendment_row,
    attempt_row,
    signature_row,
)
from petitionkit.signature import Amendment, Attempt, Signature
from petitionkit.stores.connection import Connection
from petitionkit.stores.counters import (
    APPEND,
    FOLD_EVERY,
    append_deltas,
    fold,
    moves_of,
    read_counts,
    read_tally,
    refresh_levels,
    watch_anew,
)
from petitionkit.stores.dialect import lock_key
from petitionkit.stores.entry_rows import (
    INSERT_SIGNATURE,
    UPDATE_SIGNATURE,
    UPSERT_ATTEMPT,
    insert_all,
    marks,
)
from petitionkit.stores.erasing import erase_beside, reword
from petitionkit.stores.inquiry import NO_NUMBER, Inquiry
from petitionkit.stores.outbox import INSERT_NOTICE, waiting_row
from petitionkit.tally import Tally

__all__ = [
    "CountsUnreadError",
    "EntryBook",
]

T = TypeVar("T")

_NOBODYS = {0: NO_NUMBER}
_KEYS = "SELECT name, number FROM petitionkit_key"


class CountsUnreadError(StoreContractError):
    """A decision looked at counts that were not read for it."""

    def __init__(self) -> None:
        """Say when counts may be looked at."""
        super().__init__("counts can be looked at only while a decision is made")


class _Counters(Mapping[str, int]):
    """A petition's counters as they stand after the entries so far, read when somebody looks.

    Decisions are shown it, so it leads to no book: what a book holds is gone when it is done,
    and does not wait for Python's collector of cycles.
    """

    def __init__(self, connection: Connection, number: int, *, alone: bool) -> None:
        self._connection = connection
        self._number = number
        self._alone = alone
        self._amounts: dict[str, int] | None = None
        self.deltas: list[Delta] = []
        self.rings: list[datetime] = []

    def _read(self) -> dict[str, int]:
        if self._amounts is None:
            if not self._alone:
                raise CountsUnreadError
            self._amounts = read_counts(self._connection, self._number)
            _move(self._amounts, self.deltas)
        return self._amounts

    def __getitem__(self, name: str) -> int:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def move(self, deltas: Sequence[Delta]) -> None:
        """Go on by what an entry moves."""
        if self._amounts is not None:
            _move(self._amounts, deltas)
        self.deltas += deltas

    def ring(self, at: datetime | None) -> None:
        """Note the instant of a level reached, if there is one."""
        self.rings += [] if at is None else [at]

    def fold(self) -> None:
        """Bring counts and readings up to here."""
        if not self._alone:
            raise CountsUnreadError
        append_deltas(self._connection, self._number, self.deltas)
        self.deltas = []
        self.ring(fold(self._connection, self._number))

    def tally(self) -> Tally:
        """Counts and readings as they stand."""
        self.fold()
        refresh_levels(self._connection, self._number)
        return read_tally(self._connection, self._number) or Tally()


class EntryBook:
    """The entries of one transaction on one petition's signatures."""

    def __init__(
        self,
        connection: Connection,
        petition_id: UUID,
        requests: Sequence[Request[T]],
        keys: Mapping[str, int],
        *,
        alone: bool,
    ) -> None:
        """Ask for the rows that the requests need; nothing is waited for.

        ``alone`` if nobody else writes signatures there; ``keys`` are the numbers of claims'
        keys, as far as they are known to be committed.
        """
        self._connection = connection
        self._rows = Inquiry(connection, petition_id, requests)
        self._alone = alone
        self.keys = dict(keys)
        self._attempts: dict[UUID, Attempt] = {}
        self._written: set[int] = set()
        self._claims: dict[tuple[bytes, int], tuple[str, int]] = {}
        self._erased: set[UUID] = set()
        self._rewords: list[tuple[int, Callable[[str], str]]] = []
        self._notices: list[Notice] = []
        self._amendments: list[Amendment] = []
        self._traces: list[Trace] = []

    def begin(self, number: int, realm: int, petition: Petition) -> None:
        """Take what the rows say; ``number`` is the petition's, ``realm`` its realm's."""
        self._number = number
        self._realm = realm
        self._counters = counters = _Counters(self._connection, number, alone=self._alone)
        self._plain = Situation(petition=petition, counts=counters, read_tally=counters.tally)
        self._rows.wait()

    def _own_signature(self, signature_id: UUID | None) -> Signature | None:
        if signature_id is None:
            return None
        found = self._rows.signature(signature_id)
        return found if found and found.petition_id == self._plain.petition.id else None

    def _attempt(self, attempt_id: UUID | None) -> Attempt | None:
        if attempt_id is None:
            return None
        found = self._attempts.get(attempt_id) or self._rows.attempts.get(attempt_id)
        return found if found and found.petition_id == self._plain.petition.id else None

    def _mailed(self, request: Request[T]) -> int:
        if request.mailed_after is None or not request.mailboxes:
            return 0
        found = self._rows.mail[request.mailed_after, request.mailboxes] - self._attempts.keys()
        found |= {
            attempt.id
            for attempt in self._attempts.values()
            if attempt.mailbox in request.mailboxes
            and attempt.mailed_at is not None
            and attempt.mailed_at > request.mailed_after
        }
        return len(found - {request.attempt_id})

    def _traced(self, sources: Sequence[str], back: Lookback) -> int:
        """Traces that are written, and those of the entries so far."""
        place, of = (
            ("office", self._plain.petition.office)
            if back.everywhere
            else ("petition", self._number)
        )
        row = self._connection.execute(
            f"SELECT COUNT(*) FROM petitionkit_trace WHERE source IN ({marks(len(sources))})"
            f" AND at >= ? AND role = ? AND {place} = ?",
            (*sources, back.since, back.role, of),
        ).fetchone()
        return int(row[0]) + sum(
            trace.source in sources and trace.role == back.role and trace.at >= back.since
            for trace in self._traces
        )

    def decide(self, request: Request[T]) -> T:
        """Show one decision its situation and gather what it enters."""
        entry = request.admit(self._situation(request))
        self._gather(entry)
        return entry.answer

    def _situation(self, request: Request[T]) -> Situation:
        """What the rows show to a decision, those gathered so far included."""
        rows, nobodys = self._rows, {} if request.holders else _NOBODYS
        held = [
            (claim.digest, slots)
            for claim in request.claims
            if (slots := rows.held[claim.digest] or nobodys)
        ]
        attempt = self._attempt(request.attempt_id)
        shown_id = request.signature_id or (attempt.signature_id if attempt else None)
        signature = self._own_signature(shown_id)
        if not (held or attempt or signature or request.mailboxes or request.sources):
            return self._plain
        shown = held if request.holders else ()
        numbers = sorted({number for _, slots in shown for number in slots.values()})
        return Situation(
            petition=self._plain.petition,
            counts=self._counters,
            read_tally=self._counters.tally,
            holders=tuple(rows.signatures[number] for number in numbers),
            holdings=tuple(
                Holding(digest=digest, slot=slot, holder=rows.ids[number])
                for digest, slots in held
                for slot, number in slots.items()
            ),
            attempt=attempt,
            signature=signature,
            mailed=self._mailed(request),
            traced=tuple(self._traced(request.sources, back) for back in request.lookbacks),
        )

    def _gather(self, entry: Entry[T]) -> None:
        if entry.signature is not None:
            self._gather_signature(entry.signature, entry)
        if entry.attempt is not None:
            self._attempts[entry.attempt.id] = entry.attempt
        self._counters.move(entry.deltas)
        if entry.watches:
            self._counters.fold()
            self._counters.ring(watch_anew(self._connection, self._number, entry.watches))
        self._notices += entry.notices
        if entry.amendment is not None:
            self._amendments.append(entry.amendment)
        if entry.trace is not None:
            self._traces.append(entry.trace)

    def _gather_signature(self, signature: Signature, entry: Entry[T]) -> None:
        rows, identifier = self._rows, signature.id
        number = rows.numbers.get(identifier)
        if number is None:
            number = rows.numbers[identifier] = rows.next_number()
        rows.signatures[number] = signature
        rows.ids[number] = identifier
        self._written.add(number)
        if entry.erase:
            self._erased.add(identifier)
        if entry.reword:
            self._rewords.append((number, entry.reword))
        if entry.release:
            self._release(number)
        for claim in entry.claims:
            digest, slot = claim.digest, claim.slot
            rows.hold(digest)
            slots = rows.held[digest]
            holder = slots.get(slot)
            if holder is None:
                slots[slot] = number
                self._claims[digest, slot] = (claim.key, number)
            elif holder != number:
                raise StoreContractError("a claim is held already; look at the holders")

    def _release(self, number: int) -> None:
        self._rows.released.add(number)
        for digest, slots in self._rows.held.items():
            for slot in [slot for slot, holder in slots.items() if holder == number]:
                del slots[slot]
                self._claims.pop((digest, slot), None)

    def write(self) -> datetime | None:
        """Write everything gathered; tells the instant of a level reached, see ``fold``."""
        connection = self._connection
        rows = self._rows
        changed = sorted(self._written & rows.stored)
        connection.executemany(
            UPDATE_SIGNATURE, [(*signature_row(rows.signatures[n]), n) for n in changed]
        )
        connection.executemany(
            "DELETE FROM petitionkit_claim WHERE signature = ?",
            [(n,) for n in sorted(rows.released)],
        )
        moves = moves_of(self._number, self._counters.deltas)
        insert_all(connection, [*self._inserts(), (APPEND, moves)])
        erase_beside(connection, [(i, rows.numbers[i]) for i in sorted(self._erased)])
        for signature, was in self._rewords:
            reword(connection, signature, was)
        written = self._written
        if moves and (not written or any(number % FOLD_EVERY == 0 for number in written)):
            self._fold_committed()
        return min(self._counters.rings, default=None)

    def _inserts(self) -> Iterator[tuple[str, list[Sequence[object]]]]:
        number, rows, office = self._number, self._rows, self._plain.petition.office
        new = sorted(self._written - rows.stored)
        yield INSERT_SIGNATURE, [(n, number, *signature_row(rows.signatures[n])) for n in new]
        keys = self._key_numbers({key for key, _ in self._claims.values()})
        yield (
            "INSERT INTO petitionkit_claim (realm, digest, slot, key, signature)"
            " VALUES (?, ?, ?, ?, ?)",
            [
                (self._realm, digest, slot, keys[key], holder)
                # In one order for all writers, so that no two wait for each other.
                for (digest, slot), (key, holder) in sorted(self._claims.items())
            ],
        )
        yield UPSERT_ATTEMPT, [(number, *attempt_row(one)) for one in self._attempts.values()]
        yield (
            "INSERT INTO petitionkit_amendment (signature, document) VALUES (?, ?)",
            [(rows.numbers[one.signature_id], amendment_row(one)) for one in self._amendments],
        )
        yield (
            "INSERT INTO petitionkit_trace (petition, office, source, role, at, until)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(number, office, one.source, one.role, one.at, one.until) for one in self._traces],
        )
        yield INSERT_NOTICE, [waiting_row(notice) for notice in self._notices]

    def _fold_committed(self) -> None:
        """Fold what has been committed so far, unless somebody else is at it."""
        if self._alone:
            self._counters.ring(fold(self._connection, self._number))
            return
        key = lock_key("fold", self._plain.petition.id.bytes)
        (mine,) = self._connection.execute(self._connection.dialect.try_lock, (key,)).fetchone()
        if mine:
            self._counters.ring(fold(self._connection, self._number))

    def _key_numbers(self, names: set[str]) -> dict[str, int]:
        known = self.keys
        if names - known.keys():
            known.update(self._connection.execute(_KEYS).fetchall())
        if names - known.keys():
            self._connection.executemany(
                "INSERT INTO petitionkit_key (name) VALUES (?) ON CONFLICT (name) DO NOTHING",
                [(name,) for name in sorted(names - known.keys())],
            )
            known.update(self._connection.execute(_KEYS).fetchall())
        return known


def _move(amounts: dict[str, int], deltas: Sequence[Delta]) -> None:
    for delta in deltas:
        for counter in delta.counters:
            amounts[counter] = amounts.get(counter, 0) + delta.amount
