"""A store in memory: the contract in plain dictionaries, exact and not fast.

Nothing survives the process. One lock makes each write whole; a write works on a copy of what
it touches and puts it in place at the end.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from attrs import evolve

from petitionkit.catalogue import Listed, Search, begun_at
from petitionkit.erasing import blank
from petitionkit.errors import AlreadyExistsError, NotFoundError, StoreContractError
from petitionkit.ledger import (
    Change,
    Claim,
    Delta,
    Entry,
    Holding,
    Request,
    Revision,
    Situation,
    Trace,
)
from petitionkit.petition import Petition
from petitionkit.signature import Amendment, Attempt, Signature
from petitionkit.store import (
    SLUG,
    DueAttempt,
    DuePetition,
    Health,
    Mending,
    Minute,
    NumberedAttempt,
    NumberedSignature,
    Store,
)
from petitionkit.stores.shelf import (
    Shelf,
    drift_of,
    listed_page,
    mailed,
    ring,
    ring_at,
    tally_of,
    traced,
)
from petitionkit.stores.tray import Tray
from petitionkit.tally import Drift, Tally

__all__ = ["MemoryStore"]

T = TypeVar("T")


class MemoryStore(Tray, Store):
    """Keeps everything in this process; made for tests, demonstrations and documentation."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._policies: dict[str, str] = {}
        self._shelves: dict[UUID, Shelf] = {}
        self._names: dict[tuple[str, str, str], UUID] = {}
        self._claims: dict[tuple[str, bytes], tuple[tuple[int, UUID], ...]] = {}
        self._numbers: dict[UUID, int] = {}
        self._attempts: dict[UUID, Attempt] = {}
        self._keys: set[str] = set()
        self._amendments: dict[UUID, tuple[Amendment, ...]] = {}
        self._traces: list[tuple[str, UUID, Trace]] = []

    def __repr__(self) -> str:
        """Say how much is in it."""
        return f"<MemoryStore of {len(self._shelves)} petitions>"

    def add_policy(self, digest: str, document: str) -> None:
        """See ``Store.add_policy``."""
        with self._lock:
            self._policies.setdefault(digest, document)

    def policy(self, digest: str) -> str:
        """See ``Store.policy``."""
        with self._lock:
            if digest not in self._policies:
                raise NotFoundError(f"no policy with digest {digest}; add it first")
            return self._policies[digest]

    def _shelf(self, petition_id: UUID) -> Shelf:
        shelf = self._shelves.get(petition_id)
        if shelf is None:
            raise NotFoundError(f"no petition {petition_id} in this store; check the id")
        return shelf

    def _put(self, shelf: Shelf, revision: Revision) -> Petition:
        petition = shelf.petition
        named = [(i.system, i.value) for i in petition.identifiers]
        names = {(petition.office, *name) for name in named + [(SLUG, s) for s in petition.slugs]}
        taken = [name for name in names if self._names.get(name, petition.id) != petition.id]
        if taken:
            _, system, value = taken[0]
            raise AlreadyExistsError(
                f"{system} {value} belongs to another petition of the office; give another"
            )
        self._note(revision.notices)
        self._names = {k: v for k, v in self._names.items() if v != petition.id}
        self._names |= dict.fromkeys(names, petition.id)
        self._shelves[petition.id] = shelf
        return petition

    def add(self, revision: Revision) -> Petition:
        """See ``Store.add``."""
        with self._lock:
            if revision.petition.id in self._shelves:
                raise AlreadyExistsError(
                    f"petition {revision.petition.id} exists already; change it by update"
                )
            watches = dict.fromkeys(revision.watches, 0)
            shelf = Shelf(
                petition=revision.petition,
                state=revision.state,
                as_of=revision.as_of,
                begun_at=begun_at(revision),
                due_at=revision.due_at,
                watches=watches,
            )
            return self._put(shelf, revision)

    def petition(self, petition_id: UUID) -> Petition:
        """See ``Store.petition``."""
        with self._lock:
            return self._shelf(petition_id).petition

    def find(self, office: str, system: str, value: str) -> UUID | None:
        """See ``Store.find``."""
        with self._lock:
            return self._names.get((office, system, value))

    def petitions(self, *, after: UUID | None = None, limit: int = 100) -> Sequence[UUID]:
        """See ``Store.petitions``."""
        with self._lock:
            return sorted(p for p in self._shelves if after is None or p > after)[:limit]

    def update(self, petition_id: UUID, change: Change) -> Petition:
        """See ``Store.update``."""
        with self._lock:
            shelf = self._shelf(petition_id)
            return self._keep(shelf, shelf, change(shelf.petition, tally_of(shelf)))

    def _keep(self, before: Shelf, shelf: Shelf, revision: Revision) -> Petition:
        known = before.petition
        if revision.petition.facts[: len(known.facts)] != known.facts:
            raise StoreContractError("facts are only ever added; keep those that are there")
        version = known.version + (revision.petition != known)
        changed = evolve(
            shelf,
            petition=evolve(revision.petition, version=version),
            state=revision.state,
            as_of=revision.as_of,
            due_at=revision.due_at,
            watches={watch: shelf.watches.get(watch, 0) for watch in revision.watches},
        )
        ring(before, changed)
        return self._put(changed, revision)

    def health(self, now: datetime) -> Health:
        """See ``Attended.health``."""
        with self._lock:
            waiting = [one.notice.at for one in self._notices.values() if not one.dead]
            due = [shelf.due_at for shelf in self._shelves.values() if shelf.due_at is not None]
            overdue = [at for at in due if at <= now]
            return Health(
                notices=len(waiting),
                oldest_notice=min(waiting, default=None),
                dead_notices=len(self._notices) - len(waiting),
                overdue=len(overdue),
                overdue_since=min(overdue, default=None),
            )

    def drift(self, petition_id: UUID) -> Sequence[Drift]:
        """See ``Accountable.drift``."""
        with self._lock:
            return drift_of(self._shelf(petition_id))

    def mend(self, petition_id: UUID, change: Mending, *, at: datetime) -> Petition:
        """See ``Accountable.mend``."""
        with self._lock:
            before = self._shelf(petition_id)
            drifts = drift_of(before)
            if not drifts:
                return before.petition
            shelf = before.copy()
            for one in drifts:
                lacking = one.found - one.entered
                shelf.deltas += [Delta(counters=(one.counter,), amount=lacking, at=at)] * bool(
                    lacking
                )
                shelf.counts[one.counter] = one.found
            return self._keep(before, shelf, change(before.petition, tally_of(shelf), drifts))

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        """See ``Store.sign``."""
        with self._lock:
            before = self._shelf(petition_id)
            saved = (
                dict(self._claims),
                dict(self._attempts),
                dict(self._notices),
                dict(self._numbers),
                set(self._keys),
                dict(self._amendments),
                list(self._traces),
            )
            shelf = before.copy()
            try:
                answers = [self._enter(shelf, request) for request in requests]
            except BaseException:
                self._claims, self._attempts, self._notices, self._numbers, self._keys = saved[:5]
                self._amendments, self._traces = saved[5:]
                raise
            ring(before, shelf)
            self._shelves[petition_id] = shelf
            return answers

    def _enter(self, shelf: Shelf, request: Request[T]) -> T:
        realm = shelf.petition.realm
        slots = [self._claims.get((realm, claim.digest), ()) for claim in request.claims]
        holders = sorted({h for held in slots for _, h in held}, key=self._numbers.__getitem__)
        attempt = self._attempts.get(request.attempt_id) if request.attempt_id else None
        if attempt is not None and attempt.petition_id != shelf.petition.id:
            attempt = None
        named = request.signature_id or (attempt.signature_id if attempt else None)
        entry = request.admit(
            Situation(
                petition=shelf.petition,
                counts=MappingProxyType(shelf.counts),
                read_tally=lambda: tally_of(shelf),
                holders=tuple(self._any_signature(shelf, holder) for holder in holders)
                if request.holders
                else (),
                holdings=tuple(
                    Holding(digest=claim.digest, slot=slot, holder=holder)
                    for claim, held in zip(request.claims, slots, strict=True)
                    for slot, holder in held
                ),
                mailed=mailed(self._attempts.values(), shelf.petition.id, request),
                traced=traced(self._traces, shelf.petition, request),
                attempt=attempt,
                signature=shelf.signatures.get(named) if named else None,
            )
        )
        self._write(shelf, entry)
        return entry.answer

    def _any_signature(self, shelf: Shelf, signature_id: UUID) -> Signature:
        """A holder may stand on another petition of the same realm."""
        shelves = [shelf, *self._shelves.values()]
        return next(s.signatures[signature_id] for s in shelves if signature_id in s.signatures)

    def _write(self, shelf: Shelf, entry: Entry[T]) -> None:
        signature = entry.signature
        if signature is not None:
            if entry.release:
                self._claims = {
                    key: tuple(slot for slot in held if slot[1] != signature.id)
                    for key, held in self._claims.items()
                }
            self._claim(shelf, entry.claims, signature.id)
            self._numbers.setdefault(signature.id, len(self._numbers) + 1)
            shelf.signatures[signature.id] = signature
        if entry.amendment is not None:
            known = self._amendments.get(entry.amendment.signature_id, ())
            self._amendments[entry.amendment.signature_id] = (*known, entry.amendment)
        if entry.attempt is not None:
            self._attempts[entry.attempt.id] = entry.attempt
        if signature is not None and entry.erase:
            self._erase_beside(signature.id)
        if signature is not None and entry.reword:
            self._reword(signature.id, entry.reword)
        if entry.trace is not None:
            self._traces.append((shelf.petition.office, shelf.petition.id, entry.trace))
        shelf.deltas += entry.deltas
        for delta in entry.deltas:
            for counter in delta.counters:
                shelf.counts[counter] = shelf.counts.get(counter, 0) + delta.amount
        for watch in entry.watches:
            kept = {
                known: skip
                for known, skip in shelf.watches.items()
                if (known.counter, known.level) != (watch.counter, watch.level)
            }
            if len(kept) < len(shelf.watches):
                shelf.watches = {**kept, watch: len(shelf.deltas)}
                ring_at(shelf, [watch.since])
        self._note(entry.notices)

    def _claim(self, shelf: Shelf, claims: Sequence[Claim], holder: UUID) -> None:
        for claim in claims:
            key = (shelf.petition.realm, claim.digest)
            held = dict(self._claims.get(key, ()))
            if held.setdefault(claim.slot, holder) != holder:
                raise StoreContractError("a claim is held already; look at the holders")
            self._claims[key] = tuple(held.items())
            self._keys.add(claim.key)

    def _erase_beside(self, signature_id: UUID) -> None:
        self._reword(signature_id, lambda _: "")
        self._attempts |= {
            attempt.id: blank(attempt)
            for attempt in self._attempts.values()
            if attempt.signature_id == signature_id
        }

    def _reword(self, signature_id: UUID, was: Callable[[str], str]) -> None:
        known = self._amendments.get(signature_id, ())
        self._amendments[signature_id] = tuple(evolve(one, was=was(one.was)) for one in known)

    def erase_attempts(self, petition_id: UUID, *, limit: int = 1000) -> int:
        """See ``ErasingStore.erase_attempts``."""
        with self._lock:
            self._shelf(petition_id)
            self._traces = [one for one in self._traces if one[1] != petition_id]
            own = (a for a in self._attempts.values() if a.petition_id == petition_id)
            telling = [one for one in own if blank(one) != one][:limit]
            self._attempts |= {one.id: blank(one) for one in telling}
            return len(telling)

    def telling_attempts(self, petition_id: UUID) -> int:
        """See ``ErasingStore.telling_attempts``."""
        with self._lock:
            self._shelf(petition_id)
            attempts = self._attempts.values()
            return sum(a.petition_id == petition_id and blank(a) != a for a in attempts)

    def tally(self, petition_id: UUID) -> Tally:
        """See ``Store.tally``."""
        with self._lock:
            return tally_of(self._shelf(petition_id))

    def signature(self, signature_id: UUID) -> Signature | None:
        """See ``Store.signature``."""
        with self._lock:
            shelves = self._shelves.values()
            found = (s.signatures[signature_id] for s in shelves if signature_id in s.signatures)
            return next(found, None)

    def signatures(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedSignature]:
        """See ``Store.signatures``."""
        with self._lock:
            numbered = sorted(
                (self._numbers[s.id], s) for s in self._shelf(petition_id).signatures.values()
            )
            return [NumberedSignature(number=n, signature=s) for n, s in numbered if n > after][
                :limit
            ]

    def attempt(self, attempt_id: UUID) -> Attempt | None:
        """See ``Store.attempt``."""
        with self._lock:
            return self._attempts.get(attempt_id)

    def pending(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedAttempt]:
        """See ``Store.pending``."""
        with self._lock:
            of, numbered = (
                self._shelf(petition_id).petition.id,
                enumerate(self._attempts.values(), 1),
            )
            found = [(n, one) for n, one in numbered if one.petition_id == of and one.pending]
            return [NumberedAttempt(number=n, attempt=a) for n, a in found if n > after][:limit]

    def due_attempts(self, *, limit: int = 100) -> Sequence[DueAttempt]:
        """See ``Store.due_attempts``."""
        with self._lock:
            found = [
                DueAttempt(attempt_id=one.id, petition_id=one.petition_id, due_at=one.due_at)
                for one in self._attempts.values()
                if one.due_at is not None
            ]
            return sorted(found, key=lambda due: (due.due_at, due.attempt_id))[:limit]

    def amendments(self, signature_id: UUID) -> Sequence[Amendment]:
        """See ``Store.amendments``."""
        with self._lock:
            return self._amendments.get(signature_id, ())

    def minutes(self, petition_id: UUID, counter: str) -> Sequence[Minute]:
        """See ``Store.minutes``."""
        with self._lock:
            shelf = self._shelf(petition_id)
            attempts = [a for a in self._attempts.values() if a.petition_id == petition_id]
            tried = {attempt.signature_id for attempt in attempts}
            received = [attempt.received_at for attempt in attempts]
            received += [s.signed_at for s in shelf.signatures.values() if s.id not in tried]
            came = Counter(at.replace(second=0, microsecond=0) for at in received)
            counted: Counter[datetime] = Counter()
            for delta in shelf.deltas:
                if counter in delta.counters:
                    counted[delta.at.replace(second=0, microsecond=0)] += delta.amount
            return [
                Minute(at=at, received=came[at], counted=counted[at])
                for at in sorted({*came, *counted})
            ]

    def forget_traces(self, before: datetime) -> None:
        """See ``Store.forget_traces``."""
        with self._lock:
            self._traces = [one for one in self._traces if one[2].until > before]

    def claim_keys(self) -> Sequence[str]:
        """See ``Store.claim_keys``."""
        with self._lock:
            return sorted(self._keys)

    def due(self, *, limit: int = 100) -> Sequence[DuePetition]:
        """See ``Store.due``."""
        with self._lock:
            found = sorted((s.due_at, k) for k, s in self._shelves.items() if s.due_at is not None)
            return [DuePetition(petition_id=k, due_at=at) for at, k in found[:limit]]

    def listed(
        self, search: Search, at: datetime, *, after: UUID | None = None, limit: int = 100
    ) -> Sequence[Listed]:
        """See ``Catalogue.listed``."""
        with self._lock:
            begins = None if after is None else self._shelf(after)
            return listed_page(self._shelves.values(), search, at, after=begins, limit=limit)

    def close(self) -> None:
        """See ``Store.close``; what is in memory stays until the store itself goes."""
