"""Counting: which counters a signature stands in, and what they come to with declared counts.

Compiles a policy to counters and watched levels, puts a store's tally together with numbers
that have no signatures behind them, and tells when a threshold was reached. It knows nothing
of windows or states.
"""

from datetime import datetime

from petitionkit.ledger import Watch
from petitionkit.petition import CountEffect, DeclaredCount, Event, PartyKind, Petition
from petitionkit.policy import Policy, Threshold
from petitionkit.signature import Role
from petitionkit.tally import Tally

__all__ = [
    "ORGANISATIONS",
    "PERSONS",
    "STARTER",
    "SUPPORTERS",
    "counters_for",
    "reached_at",
    "total",
    "watches_for",
]

PERSONS = "persons"
ORGANISATIONS = "organisations"
SUPPORTERS = "supporters"
STARTER = "starter"
"""Counts the starter's own signature: 1 while the starter is one of the supporters."""

_BY_KIND = {PartyKind.PERSON: PERSONS, PartyKind.ORGANISATION: ORGANISATIONS}


def counters_for(policy: Policy, kind: PartyKind, role: Role = Role.SIGNER) -> tuple[str, ...]:
    """Name the counters that a signature of this kind and role stands in."""
    counters = [_BY_KIND[kind]]
    if kind in policy.counting.supporters:
        counters += [STARTER, SUPPORTERS] if role is Role.STARTER else [SUPPORTERS]
    return tuple(counters)


def _in_force(petition: Petition, counter: str) -> list[DeclaredCount]:
    """Declared counts of a counter, only the latest of each source, in the order of time."""
    latest: dict[str, DeclaredCount] = {}
    for declared in sorted(petition.declared, key=lambda d: (d.as_of, d.recorded_at)):
        if declared.counter == counter:
            latest.pop(declared.source, None)
            latest[declared.source] = declared
    return list(latest.values())


def _sum(declared: list[DeclaredCount], effect: CountEffect) -> int:
    return sum(d.amount for d in declared if d.effect is effect)


def total(petition: Petition, tally: Tally, counter: str = SUPPORTERS) -> int:
    """What a counter comes to: signatures and declared counts together.

    A replacing count takes the place of the signatures, adding ones are added, and the result
    is never below the largest ``larger_of`` (Finland's rule: what an authority verified cannot
    be lowered by what organisers say later).
    """
    declared = _in_force(petition, counter)
    replacing = [d.amount for d in declared if d.effect is CountEffect.REPLACES]
    base = replacing[-1] if replacing else tally.count(counter)
    floor = max((d.amount for d in declared if d.effect is CountEffect.LARGER_OF), default=0)
    return max(base + _sum(declared, CountEffect.ADDS), floor)


def _needed(petition: Petition, threshold: Threshold) -> int | None:
    """Signatures that a threshold takes beside what is declared; None if they cannot decide it."""
    declared = _in_force(petition, threshold.counter)
    if any(d.effect is CountEffect.REPLACES for d in declared):
        return None
    return threshold.level - _sum(declared, CountEffect.ADDS)


def watches_for(petition: Petition, policy: Policy) -> tuple[Watch, ...]:
    """Compile a policy to the levels that a store must watch, sorted.

    Each is watched since the opening, or since the latest declared count of its counter: from
    then on the declared numbers leave that many signatures over. A petition that was never
    opened watches nothing.
    """
    opened = petition.last(Event.OPENED)
    if opened is None:
        return ()
    found = {
        Watch(
            counter=threshold.counter,
            level=needed,
            since=max(
                (d.as_of for d in _in_force(petition, threshold.counter)),
                default=opened.at,
            ),
        )
        for threshold in policy.thresholds
        if (needed := _needed(petition, threshold)) is not None and needed > 0
    }
    return tuple(sorted(found, key=lambda watch: (watch.counter, watch.level)))


def reached_at(petition: Petition, tally: Tally, threshold: Threshold) -> datetime | None:
    """When a threshold was reached, or None.

    A recorded fact decides; without one, the store's reading of the level that declared counts
    leave over; without signatures, the instant that the declared counts speak of.
    """
    recorded = [
        fact.at
        for fact in petition.facts
        if fact.event is Event.THRESHOLD_REACHED and fact.subject == threshold.key
    ]
    if recorded:
        return min(recorded)
    needed = _needed(petition, threshold)
    reading = tally.reached_at(threshold.counter, needed) if needed and needed > 0 else None
    if reading is not None:
        return reading
    if total(petition, Tally(), threshold.counter) < threshold.level:
        return None
    return max((d.as_of for d in _in_force(petition, threshold.counter)), default=None)
