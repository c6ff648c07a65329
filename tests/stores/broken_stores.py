"""Stores that break one promise each, as somebody might in good faith. The suite must see it."""

import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from threading import Condition
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define, evolve, field

from petitionkit.catalogue import Listed, Search, begun_at
from petitionkit.dispatch import Dispatch
from petitionkit.errors import StoreContractError
from petitionkit.ledger import (
    Admit,
    Change,
    Claim,
    Delta,
    Entry,
    Notice,
    Request,
    Revision,
    Situation,
)
from petitionkit.petition import Petition
from petitionkit.signature import Amendment
from petitionkit.store import DuePetition, NumberedSignature, Store
from petitionkit.stores.memory import MemoryStore
from petitionkit.stores.shelf import Shelf, tally_of
from petitionkit.stores.sqlite import SQLiteStore
from petitionkit.tally import LevelReading, Tally

T = TypeVar("T")


class Altering(MemoryStore):
    """Writes something else than the decision said, or shows it something else."""

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        altered = [evolve(request, admit=self._altered(request)) for request in requests]
        return super().sign(petition_id, altered)

    def _altered(self, request: Request[T]) -> Admit[T]:
        return lambda seen: self.entered(request.admit(self.shown(seen, request)))

    def shown(self, seen: Situation, _request: Request[T]) -> Situation:
        return seen

    def entered(self, entry: Entry[T]) -> Entry[T]:
        return entry


class _Meanwhile:
    """Waits until another thread has come as far, so that races meet what they must find.

    However busy the machine is; a thread that is alone goes on after a moment.
    """

    def __init__(self) -> None:
        self._came = Condition()
        self._count = 0

    def pause(self) -> None:
        with self._came:
            self._count += 1
            mine = self._count
            self._came.notify_all()
            self._came.wait_for(lambda: self._count > mine, timeout=0.002)


_MEANWHILE = _Meanwhile()


def _just(entry: Entry[T], _seen: Situation) -> Entry[T]:
    return entry


def _looks_then_takes(store: Any, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:  # noqa: ANN401 (a store's super)
    """Look whether a claim is free, and take it a moment later."""
    entries: list[Entry[T]] = []

    def looking(request: Request[T]) -> Request[T]:
        def admit(seen: Situation) -> Entry[T]:
            entries.append(request.admit(seen))
            return Entry(answer=entries[-1].answer)

        return evolve(request, admit=admit)

    store.sign(petition_id, [looking(request) for request in requests])
    _MEANWHILE.pause()
    found: list[T] = []
    for entry in entries:
        try:
            found += store.sign(petition_id, [Request(admit=partial(_just, entry))])
        except StoreContractError:
            found.append(entry.answer)
    return found


class ForgetsUniquenessUnderThreads(MemoryStore):
    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        return _looks_then_takes(super(), petition_id, requests)


class ForgetsUniquenessOfProcesses(SQLiteStore):
    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        return _looks_then_takes(super(), petition_id, requests)


class CountsAWithdrawalTwice(Altering):
    def entered(self, entry: Entry[T]) -> Entry[T]:
        lost = tuple(delta for delta in entry.deltas if delta.amount < 0)
        return evolve(entry, deltas=entry.deltas + lost)


class ForgetsThatALevelWasReached(MemoryStore):
    """Asks the counter whether the level stands, instead of when it first did."""

    def tally(self, petition_id: UUID) -> Tally:
        found = super().tally(petition_id)
        levels = tuple(
            one if found.count(one.counter) >= one.level else evolve(one, reached_at=None)
            for one in found.levels
        )
        return evolve(found, levels=levels)


class ReadsLevelsInTheOrderOfArrival(MemoryStore):
    def tally(self, petition_id: UUID) -> Tally:
        found = super().tally(petition_id)
        deltas = self._shelves[petition_id].deltas

        def arrived(one: LevelReading) -> datetime | None:
            running = 0
            for delta in deltas:
                running += delta.amount if one.counter in delta.counters else 0
                if running >= one.level:
                    return delta.at
            return one.reached_at

        levels = tuple(evolve(one, reached_at=arrived(one)) for one in found.levels)
        return evolve(found, levels=levels)


class LosesMicroseconds(Altering):
    def entered(self, entry: Entry[T]) -> Entry[T]:
        row = entry.signature
        if row is None or row.counted_at is None:
            return entry
        return evolve(
            entry, signature=evolve(row, counted_at=row.counted_at.replace(microsecond=0))
        )


class NormalisesNames(Altering):
    def entered(self, entry: Entry[T]) -> Entry[T]:
        row = entry.signature
        if row is None or row.particulars is None:
            return entry
        name = unicodedata.normalize("NFC", row.particulars.name)
        kept = evolve(row, particulars=evolve(row.particulars, name=name))
        return evolve(entry, signature=kept)


def _claims(requests: Sequence[Request[T]], alter: Callable[[Claim], Claim]) -> list[Request[T]]:
    def altered(request: Request[T]) -> Request[T]:
        def admit(seen: Situation) -> Entry[T]:
            entry = request.admit(seen)
            return evolve(entry, claims=tuple(alter(claim) for claim in entry.claims))

        return evolve(request, admit=admit, claims=tuple(alter(claim) for claim in request.claims))

    return [altered(request) for request in requests]


class FoldsTheCaseOfClaims(MemoryStore):
    """Keeps digests in a column that compares without case."""

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        folded = _claims(requests, lambda claim: evolve(claim, digest=claim.digest.lower()))
        return super().sign(petition_id, folded)


class MixesSlots(MemoryStore):
    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        return super().sign(petition_id, _claims(requests, lambda claim: evolve(claim, slot=0)))


class KeepsClaimsByPetition(MemoryStore):
    """Takes the petition for the realm."""

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        def own(claim: Claim) -> Claim:
            mixed = petition_id.bytes + claim.digest[16:]
            return evolve(claim, digest=mixed)

        return super().sign(petition_id, _claims(requests, own))


class ReleasesTooLittle(Altering):
    """Gives up claims only where the signature takes no new ones."""

    def entered(self, entry: Entry[T]) -> Entry[T]:
        return evolve(entry, release=entry.release and not entry.claims)


class TearsABatch(MemoryStore):
    """Commits decision by decision."""

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        self.petition(petition_id)
        answers: list[T] = []
        for one in requests:
            answers += super().sign(petition_id, [one])
            _MEANWHILE.pause()
        return answers


class ShowsEachDecisionTheBeginning(MemoryStore):
    """Reads once for the whole batch."""

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        first: list[Situation] = []

        def showing(request: Request[T]) -> Request[T]:
            def admit(seen: Situation) -> Entry[T]:
                first.append(evolve(seen, counts=dict(seen.counts)))
                return request.admit(evolve(seen, counts=first[0].counts))

            return evolve(request, admit=admit)

        return super().sign(petition_id, [showing(request) for request in requests])


class WrapsWhatDecisionsRaise(MemoryStore):
    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        try:
            return super().sign(petition_id, requests)
        except Exception as error:
            raise RuntimeError("signing failed") from error


class PagesByOffset(MemoryStore):
    def signatures(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedSignature]:
        every = super().signatures(petition_id, limit=1_000_000)
        return every[after : after + limit]


class GivesAChangedRowANewNumber(MemoryStore):
    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        before = dict(self._shelf(petition_id).signatures)
        answers = super().sign(petition_id, requests)
        for key, row in self._shelf(petition_id).signatures.items():
            if before.get(key, row) != row:
                self._numbers[key] = max(self._numbers.values()) + 1
        return answers


class DropsNoticesOnRollback(MemoryStore):
    """Keeps what is to be sent in a list that a failure empties."""

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        try:
            return super().sign(petition_id, requests)
        except BaseException:
            self._notices.clear()
            raise


class SendsWhatWasNotCommitted(MemoryStore):
    """Notes what is due before it is known that the batch is written."""

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        noted: dict[UUID, Dispatch] = {}

        def noting(request: Request[T]) -> Request[T]:
            def admit(seen: Situation) -> Entry[T]:
                entry = request.admit(seen)
                noted.update({n.id: Dispatch(notice=n, due_at=n.at) for n in entry.notices})
                return entry

            return evolve(request, admit=admit)

        try:
            return super().sign(petition_id, [noting(request) for request in requests])
        finally:
            self._notices = {**noted, **self._notices}


class ListsNoticesById(MemoryStore):
    def notices(self, *, limit: int = 100) -> Sequence[Notice]:
        every = super().notices(limit=1_000_000)
        return sorted(every, key=lambda notice: notice.id)[:limit]


class LeasesForNobody(MemoryStore):
    """Hands out what is due, and does not note to whom."""

    def lease(self, *, now: datetime, until: datetime, limit: int = 100) -> Sequence[Dispatch]:
        before = dict(self._notices)
        leased = super().lease(now=now, until=until, limit=limit)
        self._notices = before
        return leased


class LetsAnybodyPutOff(MemoryStore):
    """Asks not whether the lease is still theirs."""

    def put_off(self, dispatch: Dispatch, *, until: datetime | None, reason: str) -> bool:
        there = self._notices.get(dispatch.notice.id)
        return there is not None and super().put_off(there, until=until, reason=reason)


class DropsTheDead(MemoryStore):
    """Gives up what cannot be sent, and forgets it."""

    def put_off(self, dispatch: Dispatch, *, until: datetime | None, reason: str) -> bool:
        done = super().put_off(dispatch, until=until, reason=reason)
        if until is None:
            self._notices.pop(dispatch.notice.id, None)
        return done


class KeepsPersonalDataOfUsedAttempts(Altering):
    """Writes only the columns that have a value."""

    def entered(self, entry: Entry[T]) -> Entry[T]:
        new = entry.attempt
        old = self.attempt(new.id) if new is not None else None
        if new is None or old is None or new.particulars is not None:
            return entry
        return evolve(entry, attempt=evolve(new, particulars=old.particulars))


class LosesItsTemper(SQLiteStore):
    """Fails wherever a petition is to be changed."""

    def update(self, petition_id: UUID, change: Change) -> Petition:  # noqa: ARG002 (never looks)
        raise RuntimeError("not again")


class KeepsTracesOfErasedAttempts(MemoryStore):
    """Erases what it thinks of."""

    def erase_attempts(self, petition_id: UUID, *, limit: int = 1000) -> int:
        kept = list(self._traces)
        erased = super().erase_attempts(petition_id, limit=limit)
        self._traces = kept
        return erased


class KeepsPersonalDataAfterErasure(MemoryStore):
    """Counts what it was to erase, and leaves it for later."""

    def erase_attempts(self, petition_id: UUID, *, limit: int = 1000) -> int:
        return min(limit, self.telling_attempts(petition_id))


class ReleasesTheClaimsOfWhoeverIsErased(Altering):
    """Takes erasing for giving everything up, on whatever ground claims were to be kept."""

    def entered(self, entry: Entry[T]) -> Entry[T]:
        return evolve(entry, release=entry.release or entry.erase)


class KeepsTheClaimsOfWhoeverIsErased(Altering):
    def entered(self, entry: Entry[T]) -> Entry[T]:
        return evolve(entry, release=entry.release and not entry.erase)


class ForgetsToCountWhoeverIsErased(Altering):
    """Takes whoever is erased out of the counts, as if they had never signed."""

    def entered(self, entry: Entry[T]) -> Entry[T]:
        if not (entry.erase and entry.signature and not entry.deltas and entry.signature.live):
            return entry
        delta = Delta(counters=entry.signature.counters, amount=-1, at=entry.signature.counted_at)
        return evolve(entry, deltas=(delta,))


class KeepsWhatStoodBeforeErasing(Altering):
    """Erases the signature, and leaves what lies beside it."""

    def entered(self, entry: Entry[T]) -> Entry[T]:
        return evolve(entry, erase=False)


class LeavesWhatStoodBefore(Altering):
    """Takes an amendment for something that nobody writes twice."""

    def entered(self, entry: Entry[T]) -> Entry[T]:
        return evolve(entry, reword=None)


class CountsTheAttemptsOwnMail(Altering):
    def shown(self, seen: Situation, request: Request[T]) -> Situation:
        own = seen.attempt is not None and seen.attempt.mailbox in request.mailboxes
        return evolve(seen, mailed=seen.mailed + own)


class RemembersTheLastAmendmentOnly(MemoryStore):
    def amendments(self, signature_id: UUID) -> Sequence[Amendment]:
        return super().amendments(signature_id)[-1:]


class WatchesNothingAnew(Altering):
    def entered(self, entry: Entry[T]) -> Entry[T]:
        return evolve(entry, watches=())


class ForgetsKeysOfReleasedClaims(Altering):
    def entered(self, entry: Entry[T]) -> Entry[T]:
        if entry.release:
            self._keys.clear()
        return entry


class RingsForNobody(MemoryStore):
    """Calls a petition due when its clock says so, and never because a level was reached."""

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        before = self._shelf(petition_id).due_at
        answers = super().sign(petition_id, requests)
        self._shelves[petition_id].due_at = before
        return answers


class ListsDuePetitionsById(MemoryStore):
    def due(self, *, limit: int = 100) -> Sequence[DuePetition]:
        every = super().due(limit=1_000_000)
        return sorted(every, key=lambda due: due.petition_id)[:limit]


class OverwritesOnAdd(MemoryStore):
    def add(self, revision: Revision) -> Petition:
        self._shelves.pop(revision.petition.id, None)
        return super().add(revision)


class TakesTheVersionFromTheChange(MemoryStore):
    def update(self, petition_id: UUID, change: Change) -> Petition:
        told: list[int] = []

        def noting(petition: Petition, tally: Tally) -> Revision:
            made = change(petition, tally)
            told.append(made.petition.version)
            return made

        super().update(petition_id, noting)
        shelf = self._shelves[petition_id]
        shelf.petition = evolve(shelf.petition, version=told[-1])
        return shelf.petition


class LosesUpdatesUnderThreads(MemoryStore):
    """Reads, decides, and writes what was decided on whatever is there by then."""

    def update(self, petition_id: UUID, change: Change) -> Petition:
        made = change(self.petition(petition_id), self.tally(petition_id))
        _MEANWHILE.pause()
        with self._lock:
            facts = self.petition(petition_id).facts
            kept = evolve(made.petition, facts=(*facts, *made.petition.facts[len(facts) :]))
            return super().update(petition_id, lambda _p, _t: evolve(made, petition=kept))


class AsksForNothingThatIsNotThere(MemoryStore):
    """Calls the decision for a petition that it does not have."""

    def update(self, petition_id: UUID, change: Change) -> Petition:
        change(cast("Petition", self._shelves.get(petition_id)), Tally())
        return super().update(petition_id, change)


@define
class Disk:
    """What is left of a store when its process has gone."""

    kept: dict[str, Any] = field(factory=dict)


class WritesItsFileWhenItIsClosed(MemoryStore):
    def __init__(self, disk: Disk) -> None:
        super().__init__()
        self._disk = disk
        for name, value in disk.kept.items():
            setattr(self, name, value)

    def close(self) -> None:
        names = [name for name in vars(self) if name not in ("_lock", "_disk")]
        copies = ((name, getattr(self, name)) for name in names)
        self._disk.kept = {name: value.copy() for name, value in copies}


class _Joined:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.store = SQLiteStore.joining(connection)

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def add(self, revision: Revision) -> Petition:
        with self.around():
            return self.store.add(revision)

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        with self.around():
            return self.store.sign(petition_id, requests)

    def around(self) -> AbstractContextManager[None]:
        raise NotImplementedError


class CommitsTheCallersTransaction(_Joined):
    @contextmanager
    def around(self) -> Iterator[None]:
        yield
        self.connection.commit()


class JoinsOnlyAfterTheCallersFirstStatement(_Joined):
    """Leaves each call to commit itself unless somebody began a transaction."""

    @contextmanager
    def around(self) -> Iterator[None]:
        was_open = self.connection.in_transaction
        yield
        if not was_open:
            self.connection.commit()


class RollsBackTheCallersTransaction(_Joined):
    @contextmanager
    def around(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise


class CommitsWhenItIsClosed(_Joined):
    @contextmanager
    def around(self) -> Iterator[None]:
        yield

    def close(self) -> None:
        self.connection.commit()


class PagesTheCatalogueByOffset(MemoryStore):
    """Goes on after as many as it has shown, and not after the last one."""

    shown = 0

    def listed(
        self, search: Search, at: datetime, *, after: UUID | None = None, limit: int = 100
    ) -> Sequence[Listed]:
        if after is None:
            self.shown = 0
        else:
            self.petition(after)
        page = super().listed(search, at, limit=self.shown + limit)[self.shown :]
        self.shown += len(page)
        return page


class AlteringLists(MemoryStore):
    """Shows something else in a list than what is so."""

    def listed(
        self, search: Search, at: datetime, *, after: UUID | None = None, limit: int = 100
    ) -> Sequence[Listed]:
        every = super().listed(evolve(search, states=()), at, after=after, limit=1000)
        shown = [self.altered(one, self._shelves[one.petition_id], at) for one in every]
        wanted = search.states
        return [one for one in shown if not (one.holds and wanted and one.state not in wanted)][
            :limit
        ]

    def altered(self, one: Listed, shelf: Shelf, at: datetime) -> Listed:
        raise NotImplementedError


class TrustsStatesForEver(AlteringLists):
    def altered(self, one: Listed, shelf: Shelf, at: datetime) -> Listed:
        return evolve(one, holds=shelf.as_of <= at)


class TrustsStatesBeforeTheyWereStored(AlteringLists):
    def altered(self, one: Listed, shelf: Shelf, at: datetime) -> Listed:
        return evolve(one, holds=shelf.due_at is None or at < shelf.due_at)


class TrustsStatesAfterALevelWasReached(AlteringLists):
    def altered(self, one: Listed, shelf: Shelf, at: datetime) -> Listed:
        reached = {reading.reached_at for reading in tally_of(shelf).levels}
        return evolve(one, holds=one.holds or (shelf.as_of <= at and shelf.due_at in reached))


class LeavesOutWhatDoesNotHold(AlteringLists):
    """Looks for the stored state only, and leaves who is past it to chance."""

    def listed(
        self, search: Search, at: datetime, *, after: UUID | None = None, limit: int = 100
    ) -> Sequence[Listed]:
        page = super().listed(search, at, after=after, limit=limit)
        return [one for one in page if not search.states or one.state in search.states]

    def altered(self, one: Listed, shelf: Shelf, at: datetime) -> Listed:  # noqa: ARG002 (nothing)
        return one


class ListsUnderWhatItWas(MemoryStore):
    """Writes down once what a petition is listed under."""

    def update(self, petition_id: UUID, change: Change) -> Petition:
        first = self.petition(petition_id)

        def keeping(petition: Petition, tally: Tally) -> Revision:
            made = change(petition, tally)
            listed = evolve(made.petition, tags=first.tags, addressees=first.addressees)
            return evolve(made, petition=listed)

        return super().update(petition_id, keeping)


class MixesOffices(MemoryStore):
    def listed(
        self, search: Search, at: datetime, *, after: UUID | None = None, limit: int = 100
    ) -> Sequence[Listed]:
        return super().listed(evolve(search, office=None), at, after=after, limit=limit)


class ListsPetitionsById(MemoryStore):
    def listed(
        self, search: Search, at: datetime, *, after: UUID | None = None, limit: int = 100
    ) -> Sequence[Listed]:
        page = super().listed(search, at, after=after, limit=limit)
        return sorted(page, key=lambda one: one.petition_id)


class ListsByTheLatestChange(MemoryStore):
    def _keep(self, before: Shelf, shelf: Shelf, revision: Revision) -> Petition:
        return super()._keep(before, evolve(shelf, begun_at=begun_at(revision)), revision)


def joining(kind: type[_Joined]) -> Callable[[sqlite3.Connection], Store]:
    return lambda connection: cast("Store", kind(connection))
