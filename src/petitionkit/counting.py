"""Counting: which counters a signature stands in, and what they come to with declared counts.

Compiles a policy's rules to counters, puts a store's tally together with numbers that have no
signatures behind them, and tells from when a level stood. It knows nothing of states.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from attrs import frozen

from petitionkit.facts import Event
from petitionkit.form import NamedCount
from petitionkit.ledger import Watch
from petitionkit.parties import PartyKind
from petitionkit.petition import CountEffect, DeclaredCount, Petition
from petitionkit.policy import SPONSORS, Policy
from petitionkit.rules import Counted, Regions, Within
from petitionkit.signature import Attestation, Particulars, Role
from petitionkit.tally import Tally
from petitionkit.windows import after

__all__ = [
    "ORGANISATIONS",
    "PERSONS",
    "STARTER",
    "SUPPORTERS",
    "counted_from",
    "counters_for",
    "declared_as_of",
    "needed",
    "region_counter",
    "total",
    "watch_for",
    "within_counter",
]

PERSONS = "persons"
ORGANISATIONS = "organisations"
SUPPORTERS = "supporters"
STARTER = "starter"
"""Counts the starter's own signature: 1 while the starter is one of the supporters."""

_BY_ROLE = {Role.STARTER: STARTER, Role.SPONSOR: SPONSORS}
_BY_KIND = {PartyKind.PERSON: PERSONS, PartyKind.ORGANISATION: ORGANISATIONS}


def counters_for(
    policy: Policy,
    petition: Petition,
    who: Particulars,
    *,
    role: Role = Role.SIGNER,
    signed_at: datetime,
    counted_at: datetime,
    attestations: Sequence[Attestation] = (),
) -> tuple[str, ...]:
    """Name the counters that a signature stands in.

    Persons or organisations, supporters where the policy adds them up, the counts that it
    names by attestation, and whatever its rules count besides: the signatures of a region, or
    of the first part of the window.
    """
    counters = [_BY_KIND[who.kind]]
    if who.kind in policy.counting.supporters:
        counters.append(SUPPORTERS)
        if role in _BY_ROLE:
            counters.append(_BY_ROLE[role])
        counters += (n.name for n in policy.counting.named if _attested(n, attestations))
    opened = min((f.at for f in petition.facts if f.event is Event.OPENED), default=None)
    for part in _parts(policy):
        if part.of not in counters or (part.region and part.region != who.region):
            continue
        if part.within is not None:
            ends = after(policy, opened, part.within.first) if opened else None
            at = counted_at if part.within.by_counting else signed_at
            if ends is None or at >= ends:
                continue
        counters.append(part.name)
    return tuple(counters)


def _attested(named: NamedCount, attestations: Sequence[Attestation]) -> bool:
    return any(
        one.kind in named.attested_by and (not named.levels or one.level in named.levels)
        for one in attestations
    )


@frozen(kw_only=True)
class _Part:
    """A counter that counts some of what another one counts."""

    name: str
    of: str
    within: Within | None = None
    region: str = ""


def within_counter(counter: str, within: Within) -> str:
    """Name of the counter of a first part of the window, such as ``supporters.first-3w``."""
    first = within.first
    parts = {"y": first.years, "m": first.months, "w": first.weeks, "d": first.days}
    length = "".join(f"{n}{unit}" for unit, n in parts.items() if n)
    if first.calendar:
        length += f"{first.calendar_days}-{first.calendar}"
    return f"{counter}.{'counted-' if within.by_counting else ''}first-{length}"


def region_counter(counter: str, region: str) -> str:
    """Name of the counter of a region, such as ``supporters.in-BE``."""
    return f"{counter}.in-{region}"


@lru_cache(maxsize=256)
def _parts(policy: Policy) -> tuple[_Part, ...]:
    found: dict[str, _Part] = {}
    for _, rule in policy.rules():
        match rule:
            case Counted(within=Within() as within):
                name = within_counter(rule.count, within)
                found[name] = _Part(name=name, of=rule.count, within=within)
            case Regions():
                for region, _ in rule.weights:
                    name = region_counter(rule.count, region)
                    found[name] = _Part(name=name, of=rule.count, region=region)
    return tuple(found.values())


def _in_force(petition: Petition, counter: str) -> list[DeclaredCount]:
    """Declared counts of a counter, only the latest of each source, in the order of time."""
    latest: dict[str, DeclaredCount] = {}
    for declared in sorted(petition.declared, key=lambda d: (d.as_of, d.recorded_at)):
        if declared.counter == counter:
            latest.pop(declared.source, None)
            latest[declared.source] = declared
    return list(latest.values())


def declared_as_of(petition: Petition, counter: str) -> datetime | None:
    """The instant that the declared counts of a counter speak of; None where there are none."""
    return max((d.as_of for d in _in_force(petition, counter)), default=None)


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


def needed(petition: Petition, counter: str, level: int) -> int | None:
    """Signatures that a level takes beside what is declared; None if they cannot decide it."""
    declared = _in_force(petition, counter)
    if any(d.effect is CountEffect.REPLACES for d in declared):
        return None
    return level - _sum(declared, CountEffect.ADDS)


def watch_for(petition: Petition, counter: str, level: int, since: datetime) -> Watch | None:
    """The level that a store must watch so that this one is noticed; None where none is left.

    It is watched since then, or since the latest declared count of the counter: from there on
    the declared numbers leave that many signatures over.
    """
    left = needed(petition, counter, level)
    if left is None or left <= 0:
        return None
    declared = (d.as_of for d in _in_force(petition, counter))
    return Watch(counter=counter, level=left, since=max(declared, default=since))


def counted_from(petition: Petition, tally: Tally, counter: str, level: int) -> datetime | None:
    """From when a counter, declared counts included, stands at a level; None: it never did.

    The store's reading of what declared counts leave over decides; without signatures, the
    instant that the declared counts speak of.
    """
    left = needed(petition, counter, level)
    reading = tally.reached_at(counter, left) if left and left > 0 else None
    if reading is not None:
        return reading
    if total(petition, Tally(), counter) < level:
        return None
    return declared_as_of(petition, counter)
