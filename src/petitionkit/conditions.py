"""Conditions: from which instant a rule holds, on what is known of a petition.

Every rule comes down to an instant, or to None (not yet): a count to the instant at which it
was reached, a deadline to the deadline, a finding to when it was made. Combinations follow by
themselves: *all* is the latest of its parts, *any* the earliest, *k of n* the k-th. An instant
may lie ahead (a deadline does); a rule holds at ``now`` if its instant is not after it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import assert_never

from attrs import evolve, frozen

from petitionkit.counting import counted_from, region_counter, watch_for, within_counter
from petitionkit.facts import Event
from petitionkit.ledger import Watch
from petitionkit.petition import Edit, Petition
from petitionkit.policy import Policy
from petitionkit.rules import (
    All,
    AnyOf,
    AtLeast,
    AuthorsAccepted,
    Counted,
    Found,
    Happened,
    Inactive,
    Passed,
    Regions,
    Rule,
    Share,
    Which,
    share_of,
)
from petitionkit.tally import Tally
from petitionkit.windows import after

__all__ = ["Known", "holds_from", "levels_of", "watches_for"]


@frozen(kw_only=True)
class Known:
    """What is known of a petition when a rule is evaluated."""

    petition: Petition
    policy: Policy
    tally: Tally

    def first(self, event: Event) -> datetime | None:
        """When something happened first."""
        return min((f.at for f in self.petition.facts if f.event is event), default=None)


def _nth(instants: Iterable[datetime | None], n: int) -> datetime | None:
    """The n-th of the instants that there are, in their order."""
    there = sorted(at for at in instants if at is not None)
    return there[n - 1] if len(there) >= n else None


def holds_from(rule: Rule, known: Known) -> datetime | None:
    """From which instant a rule holds; None: it does not yet, and no instant is known.

    More signatures, findings and acceptances never make a rule fail, nor hold later; time
    alone makes ``Inactive`` hold, and a signature puts it off.
    """
    petition, policy, tally = known.petition, known.policy, known.tally
    match rule:
        case Counted() | Share() | Regions():
            levels = levels_of(rule, petition)
            instants = [counted_from(petition, tally, counter, n) for counter, n in levels]
            return _nth(instants, rule.regions if isinstance(rule, Regions) else 1)
        case AuthorsAccepted():
            return _nth(_acceptances(rule, petition), rule.at_least)
        case Found():
            made = (
                fact.at
                for fact in petition.facts
                if fact.event is Event.FOUND
                and fact.subject == rule.finding
                and dict(fact.numbers).get("value", 1) >= rule.value
            )
            return min(made, default=None)
        case Happened():
            return known.first(rule.event)
        case Passed():
            events = [known.first(event) for event in rule.since]
            since = _nth(events, 1 if rule.which is Which.EARLIER else len(events))
            return None if since is None else after(policy, since, rule.passed)
        case Inactive():
            opened = known.first(Event.OPENED)
            if opened is None:
                return None
            return after(policy, max(opened, tally.latest or opened), rule.inactive_for)
        case All():
            return _nth((holds_from(part, known) for part in rule.all), len(rule.all))
        case AnyOf():
            return _nth((holds_from(part, known) for part in rule.any), 1)
        case AtLeast():
            return _nth((holds_from(part, known) for part in rule.of), rule.at_least)
        case _:  # pragma: no cover (a type checker sees that there is no other)
            assert_never(rule)


def _acceptances(rule: AuthorsAccepted, petition: Petition) -> list[datetime]:
    """When each author of the role accepted; a material edit clears what was before it."""
    accepted: dict[str, datetime] = {}
    for fact in sorted(petition.facts, key=lambda fact: fact.at):
        if fact.event is Event.TEXT_CHANGED and fact.rule == Edit.MATERIAL:
            accepted.clear()
        elif fact.event is Event.AUTHOR_ACCEPTED and fact.rule == rule.authors:
            accepted.setdefault(fact.subject, fact.at)
    return list(accepted.values())


def levels_of(rule: Rule, petition: Petition) -> list[tuple[str, int]]:
    """Counters and levels that a rule looks at by itself, rules within it left out."""
    match rule:
        case Counted():
            name = within_counter(rule.count, rule.within) if rule.within else rule.count
            return [(name, rule.level)]
        case Share():
            population = petition.parameter(rule.of)
            return [] if population is None else [(rule.count, share_of(rule, population))]
        case Regions():
            return [(region_counter(rule.count, name), n) for name, n in rule.minima()]
        case _:
            return []


def _watches(petition: Petition, policy: Policy) -> Iterator[Watch]:
    # From the first day on: what was counted in one stage stands in the next one too.
    begun = (Event.SPONSORING_BEGUN, Event.OPENED)
    opened = min((f.at for f in petition.facts if f.event in begun), default=None)
    if opened is not None:
        for _, rule in policy.rules():
            for counter, level in levels_of(rule, petition):
                watch = watch_for(petition, counter, level, opened)
                if watch is not None:
                    yield watch


def watches_for(petition: Petition, policy: Policy, tally: Tally) -> tuple[Watch, ...]:
    """Compile a policy to the levels that a store must watch, sorted.

    A petition that was never opened watches nothing. A level that the tally's store has been
    watching anew since a later instant goes on from there: what was lost stays lost.
    """
    wanted = (_anew(watch, tally) for watch in _watches(petition, policy))
    return tuple(sorted(set(wanted), key=lambda w: (w.counter, w.level)))


def _anew(watch: Watch, tally: Tally) -> Watch:
    reading = tally.reading(watch.counter, watch.level)
    since = reading.since if reading else None
    return evolve(watch, since=max(watch.since, since or watch.since))
