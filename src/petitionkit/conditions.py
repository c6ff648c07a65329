"""Conditions: from which instant a rule holds, on what is known of a petition.

Every rule comes down to an instant, or to None (not yet): a count to the instant at which it
was reached, a deadline to the deadline, a finding to when it was made. Combinations follow by
themselves: *all* is the latest of its parts, *any* the earliest, *k of n* the k-th. An instant
may lie ahead (a deadline does); a rule holds at ``now`` if its instant is not after it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import assert_never

from attrs import evolve, frozen

from petitionkit.counting import (
    counted_from_each,
    declared_as_of,
    needed,
    region_counter,
    watch_for,
    within_counter,
)
from petitionkit.facts import Event
from petitionkit.ledger import Watch
from petitionkit.petition import Edit, Petition
from petitionkit.policy import Policy
from petitionkit.rules import (
    All,
    AnyOf,
    AtLeast,
    AuthorsAccepted,
    Bound,
    Counted,
    Found,
    Happened,
    Inactive,
    Passed,
    Regions,
    Rule,
    Share,
    Which,
    occurrence,
    share_of,
)
from petitionkit.tally import Tally
from petitionkit.windows import after

__all__ = [
    "Known",
    "holds_from",
    "levels_of",
    "opens_at",
    "opens_from",
    "opens_until",
    "watches_for",
]

_BEGUN = (Event.POLICY_PINNED, Event.SPONSORING_BEGUN, Event.OPENED)
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@frozen(kw_only=True)
class Known:
    """What is known of a petition when a rule is evaluated."""

    petition: Petition
    policy: Policy
    tally: Tally

    @property
    def ruling_since(self) -> datetime | None:
        """From when the policy rules; None: from the beginning, as no amendment put it there."""
        pinned = self.petition.pinned
        return pinned.at if pinned and pinned.event is Event.POLICY_AMENDED else None


def _nth(instants: Iterable[datetime | None], n: int) -> datetime | None:
    """The n-th of the instants that there are, in their order."""
    there = sorted(at for at in instants if at is not None)
    return there[n - 1] if len(there) >= n else None


def _latest(instants: Iterable[datetime | None]) -> datetime | None:
    """The last one, if there are all; the first that is not there says enough."""
    found = []
    for at in instants:
        if at is None:
            return None
        found.append(at)
    return max(found)


def holds_from(rule: Rule, known: Known) -> datetime | None:
    """From which instant a rule holds; None: it does not yet, and no instant is known.

    More signatures, findings and acceptances never make a rule fail, nor hold later; time
    alone makes ``Inactive`` hold, and a signature puts it off.
    """
    petition, policy, tally = known.petition, known.policy, known.tally
    match rule:
        case Counted() | Bound() | Share() | Regions():
            stood = counted_from_each(petition, tally, levels_of(rule, petition))
            return _nth(stood, rule.regions if isinstance(rule, Regions) else 1)
        case AuthorsAccepted():
            return _nth(_acceptances(rule, petition), rule.at_least)
        case Found():
            made = (
                fact.at
                for fact in petition.telling
                if fact.event is Event.FOUND
                and fact.subject == rule.finding
                and dict(fact.numbers).get("value", 1) >= rule.value
            )
            return min(made, default=None)
        case Happened():
            return petition.first(*occurrence(rule.event))
        case Passed():
            events = [petition.first(*occurrence(event)) for event in rule.since]
            since = _nth(events, 1 if rule.which is Which.EARLIER else len(events))
            return None if since is None else after(policy, since, rule.passed)
        case Inactive():
            opened = petition.first(Event.OPENED)
            if opened is None:
                return None
            return after(policy, max(opened, tally.latest or opened), rule.inactive_for)
        case All():
            return _latest(holds_from(part, known) for part in rule.all)
        case AnyOf():
            return _nth((holds_from(part, known) for part in rule.any), 1)
        case AtLeast():
            return _nth((holds_from(part, known) for part in rule.of), rule.at_least)
        case _:  # pragma: no cover (a type checker sees that there is no other)
            assert_never(rule)


def _acceptances(rule: AuthorsAccepted, petition: Petition) -> list[datetime]:
    """When each author of the role accepted; a material edit clears what was before it."""
    accepted: dict[str, datetime] = {}
    for fact in sorted(petition.telling, key=lambda fact: fact.at):
        if fact.event is Event.TEXT_CHANGED and fact.rule == Edit.MATERIAL:
            accepted.clear()
        elif fact.event is Event.AUTHOR_ACCEPTED and fact.rule == rule.authors:
            accepted.setdefault(fact.subject, fact.at)
    return list(accepted.values())


def levels_of(rule: Rule, petition: Petition) -> Sequence[tuple[str, int]]:
    """Counters and levels that a rule looks at by itself, rules within it left out."""
    match rule:
        case Counted():
            name = within_counter(rule.count, rule.within) if rule.within else rule.count
            return [(name, rule.level)]
        case Bound():
            name = within_counter(rule.count, rule.within) if rule.within else rule.count
            level = petition.parameter(rule.parameter)
            return [] if level is None else [(name, level)]
        case Share():
            population = petition.parameter(rule.of)
            return [] if population is None else [(rule.count, share_of(rule, population))]
        case Regions():
            return _minima(rule)
        case _:
            return []


@lru_cache(maxsize=256)
def _minima(rule: Regions) -> tuple[tuple[str, int], ...]:
    return tuple((region_counter(rule.count, name), n) for name, n in rule.minima())


def opens_from(petition: Petition, policy: Policy, tally: Tally) -> datetime | None:
    """From which instant a petition whose policy is pinned may open; None: not known yet.

    What the policy needs before must be so by then: acceptances, findings, supporters gathered
    since it was pinned.
    """
    pinned, needs = petition.first(Event.POLICY_PINNED), policy.opening.needs
    known = Known(petition=petition.abridged(), policy=policy, tally=tally)
    ready = pinned if needs is None else holds_from(needs, known)
    return None if pinned is None or ready is None else max(pinned, ready)


def opens_until(petition: Petition, policy: Policy) -> datetime | None:
    """First instant at which it is too late to open; None: no such instant is known (yet)."""
    within = policy.opening.within
    known = Known(petition=petition.abridged(), policy=policy, tally=Tally())
    return None if within is None else holds_from(within, known)


def opens_at(petition: Petition, policy: Policy, tally: Tally) -> datetime | None:
    """The instant at which a petition opens by itself; None: no such instant is known (yet).

    That is when what the policy waits for has happened, and all that it needs is so.
    """
    if policy.opening.at is None:
        return None
    known = Known(petition=petition.abridged(), policy=policy, tally=tally)
    return _nth((opens_from(petition, policy, tally), holds_from(policy.opening.at, known)), 2)


def _watches(petition: Petition, policy: Policy) -> Iterator[tuple[Watch, int]]:
    """Watches with the levels that they serve, declared counts included."""
    # From the beginning on: what was counted before the opening, or in one stage, stands in the
    # next one too.
    begun = min((at for event in _BEGUN if (at := petition.first(event))), default=None)
    if begun is not None:
        for _, rule in policy.rules():
            for counter, level in levels_of(rule, petition):
                watch = watch_for(petition, counter, level, begun)
                if watch is not None:
                    yield watch, level


def watches_for(
    petition: Petition, policy: Policy, tally: Tally, before: Petition | None = None
) -> tuple[Watch, ...]:
    """Compile a policy to the levels that a store must watch, sorted.

    A petition whose policy is not pinned watches nothing. A level that the tally's store has
    been watching anew since a later instant goes on from there: what was lost stays lost, also
    where declared counts have moved the level (``before`` is the petition before they did).
    """
    petition = petition.abridged()
    before = before.abridged() if before else petition
    wanted = (
        evolve(watch, since=max(watch.since, _anew(before, tally, watch.counter, level)))
        for watch, level in _watches(petition, policy)
    )
    return tuple(sorted(set(wanted), key=lambda w: (w.counter, w.level)))


def _anew(petition: Petition, tally: Tally, counter: str, level: int) -> datetime:
    """Since when a level is watched anew, because it was lost; the beginning if it was not."""
    left = needed(petition, counter, level)
    reading = tally.reading(counter, left) if left else None
    since = reading.since if reading else None
    by_count = declared_as_of(petition, counter)
    return _BEGINNING if since is None or since == by_count else since
