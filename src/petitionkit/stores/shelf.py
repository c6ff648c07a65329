"""A shelf: all that a store in memory keeps of one petition, and what follows from it.

Pure: counts, readings, drift and when a petition is due, each worked out from all deltas and
signatures anew, exact and not fast.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from attrs import define, evolve, field

from petitionkit.catalogue import Listed, Order, Search, facets_of
from petitionkit.facts import State
from petitionkit.ledger import Delta, Request, Trace, Watch
from petitionkit.petition import Petition
from petitionkit.signature import Attempt, Signature
from petitionkit.tally import Count, Drift, LevelReading, Tally

__all__ = ["Shelf", "drift_of", "listed_page", "mailed", "ring", "ring_at", "tally_of", "traced"]

T = TypeVar("T")


@define
class Shelf:
    """All that belongs to one petition."""

    petition: Petition
    state: State
    as_of: datetime
    begun_at: datetime
    due_at: datetime | None = None
    watches: dict[Watch, int] = field(factory=dict)
    """Watched levels, each with the number of deltas that came before it was watched anew."""
    signatures: dict[UUID, Signature] = field(factory=dict)
    deltas: list[Delta] = field(factory=list)
    counts: dict[str, int] = field(factory=dict)

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Where it stands in lists."""
        return self.begun_at, self.petition.id

    def holds(self, at: datetime) -> bool:
        """Whether the stored state is that of an instant."""
        return self.as_of <= at and (self.due_at is None or at < self.due_at)

    def wanted(self, search: Search, at: datetime) -> bool:
        """Whether it is, or may be, what is searched for."""
        return (
            (search.office is None or self.petition.office == search.office)
            and facets_of(self.petition).issuperset(search.facets)
            and (not search.states or self.state in search.states or not self.holds(at))
        )

    def copy(self) -> "Shelf":
        """Another one, to write on until all is well."""
        return evolve(
            self,
            watches=dict(self.watches),
            signatures=dict(self.signatures),
            deltas=list(self.deltas),
            counts=dict(self.counts),
        )


def _reading(watch: Watch, skip: int, deltas: Sequence[Delta]) -> LevelReading:
    running = 0
    reached: datetime | None = None
    begins = (watch.since, skip)
    for number, delta in sorted(enumerate(deltas), key=lambda one: (one[1].at, one[0])):
        if watch.counter not in delta.counters:
            continue
        if running >= watch.level and delta.at > watch.since:
            reached = watch.since
            break
        running += delta.amount
        if running >= watch.level and (delta.at, number) >= begins:
            reached = delta.at
            break
    else:
        reached = watch.since if running >= watch.level else None
    return LevelReading(
        counter=watch.counter, level=watch.level, reached_at=reached, since=watch.since
    )


def tally_of(shelf: Shelf) -> Tally:
    """Counts and readings of a petition."""
    counts = sorted(shelf.counts.items())
    return Tally(
        counts=tuple(Count(counter=name, amount=amount) for name, amount in counts),
        levels=tuple(
            _reading(watch, shelf.watches[watch], shelf.deltas)
            for watch in sorted(shelf.watches, key=lambda watch: (watch.counter, watch.level))
        ),
        latest=max((delta.at for delta in shelf.deltas if delta.counters), default=None),
    )


def drift_of(shelf: Shelf) -> list[Drift]:
    """See ``Accountable.drift``."""
    live = (signature for signature in shelf.signatures.values() if signature.live)
    found = Counter(name for signature in live for name in signature.counters)
    entered: Counter[str] = Counter()
    for delta in shelf.deltas:
        for name in delta.counters:
            entered[name] += delta.amount
    drifts = (
        Drift(
            counter=name,
            counted=shelf.counts.get(name, 0),
            entered=entered[name],
            found=found[name],
        )
        for name in sorted({*found, *entered, *shelf.counts})
    )
    return [one for one in drifts if not one.found == one.counted == one.entered]


def ring(before: Shelf, after: Shelf) -> None:
    """Make a petition due as soon as a level was reached that was not reached before."""
    news = set(tally_of(after).levels) - set(tally_of(before).levels)
    ring_at(after, [reading.reached_at for reading in news if reading.reached_at is not None])


def ring_at(after: Shelf, rings: list[datetime]) -> None:
    """Make a petition due at the first of these instants, unless it is due before."""
    if after.due_at is not None:
        rings.append(after.due_at)
    after.due_at = min(rings, default=None)


def listed_page(
    shelves: Iterable[Shelf], search: Search, at: datetime, *, after: Shelf | None, limit: int
) -> list[Listed]:
    """See ``Catalogue.listed``."""
    newest = search.order is Order.NEWEST
    found = sorted(
        (one for one in shelves if one.wanted(search, at)),
        key=lambda one: one.place,
        reverse=newest,
    )
    if after is not None:
        found = [
            one for one in found if (one.place < after.place if newest else one.place > after.place)
        ]
    return [
        Listed(petition_id=one.petition.id, state=one.state, holds=one.holds(at))
        for one in found[:limit]
    ]


def mailed(attempts: Iterable[Attempt], petition_id: UUID, request: Request[T]) -> int:
    """How many mails a request's mailboxes had, see ``Situation.mailed``."""
    since = request.mailed_after
    return sum(
        since is not None
        and attempt.petition_id == petition_id
        and attempt.id != request.attempt_id
        and attempt.mailbox in request.mailboxes
        and attempt.mailed_at is not None
        and attempt.mailed_at > since
        for attempt in attempts
    )


def traced(
    traces: Sequence[tuple[str, UUID, Trace]], petition: Petition, request: Request[T]
) -> tuple[int, ...]:
    """How many traces there are for each of a request's lookbacks; see ``Situation.traced``."""
    return tuple(
        sum(
            (office == petition.office if back.everywhere else of == petition.id)
            and trace.source in request.sources
            and trace.role == back.role
            and trace.at >= back.since
            for office, of, trace in traces
        )
        for back in request.lookbacks
    )
