"""Counting: which counters a signature stands in, and what they come to with declared counts.

Compiles a policy's rules to counters, puts a store's tally together with numbers that have no
signatures behind them, and tells from when a level stood. It knows nothing of states.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from attrs import frozen

from petitionkit.counters import (
    ORGANISATIONS,
    PERSONS,
    SPONSORS,
    STARTER,
    SUPPORTERS,
    USUAL,
    Counter,
)
from petitionkit.facts import Event
from petitionkit.ledger import Watch
from petitionkit.moderation import MaterialEdits
from petitionkit.parties import PartyKind
from petitionkit.petition import CountEffect, DeclaredCount, Petition
from petitionkit.policy import Policy
from petitionkit.rules import Bound, Counted, Regions, Within
from petitionkit.signature import Attestation, Channel, Particulars, Role, Signature
from petitionkit.tally import Tally
from petitionkit.windows import after

__all__ = [
    "ORGANISATIONS",
    "PERSONS",
    "STARTER",
    "SUPPORTERS",
    "agrees",
    "counted_from",
    "counted_from_each",
    "counter_names",
    "counters_for",
    "counters_of",
    "counts_alike",
    "declared_as_of",
    "needed",
    "recounted",
    "region_counter",
    "total",
    "watch_for",
    "within_counter",
]

_BY_ROLE = {Role.STARTER: STARTER, Role.SPONSOR: SPONSORS}
_BY_KIND = {PartyKind.PERSON: PERSONS, PartyKind.ORGANISATION: ORGANISATIONS}


def counters_for(
    petition: Petition,
    policy: Policy,
    who: Particulars,
    *,
    role: Role = Role.SIGNER,
    channel: Channel = Channel.WEB,
    attestations: Iterable[Attestation] = (),
    signed_at: datetime,
    counted_at: datetime,
    agreed: bool = True,
) -> tuple[str, ...]:
    """Name, in order, the counters a signature stands in; none if its signer has not ``agreed``.

    Persons or organisations, supporters where the policy adds them up, and whatever it counts
    besides: the counters that it names, the signatures of a region, or of the first part of
    the window.
    """
    if not agreed:
        return ()
    usual, parts = _usual(policy, who.kind, role), _parts(policy)
    if not parts:
        return usual
    counters = [*usual]
    for part in parts:
        asked = (
            not part.declared,
            part.of in counters,
            not part.regions or who.region in part.regions,
            not part.channels or channel in part.channels,
            not part.attested or any(part.proved_by(one) for one in attestations),
        )
        if not all(asked):
            continue
        if part.within is not None:
            opened = petition.first(Event.OPENED)
            ends = after(policy, opened, part.within.first) if opened else None
            at = counted_at if part.within.by_counting else signed_at
            if ends is None or at >= ends:
                continue
        counters.append(part.key)
    return tuple(sorted(counters))


@lru_cache(maxsize=256)
def _usual(policy: Policy, kind: PartyKind, role: Role) -> tuple[str, ...]:
    """In order, the counters that every policy has."""
    counters = [_BY_KIND[kind]]
    if kind in policy.counting.supporters:
        counters.append(SUPPORTERS)
        if role in _BY_ROLE:
            counters.append(_BY_ROLE[role])
    return tuple(sorted(counters))


def counters_of(petition: Petition, policy: Policy, signature: Signature) -> tuple[str, ...]:
    """Name the counters that a signature stands in as it is."""
    return counters_for(
        petition,
        policy,
        signature.particulars,
        role=signature.role,
        channel=signature.provenance.channel,
        attestations=signature.attestations,
        signed_at=signature.signed_at,
        counted_at=signature.counted_at,
        agreed=agrees(petition, policy, signature.text_digest, signature.language),
    )


def agrees(petition: Petition, policy: Policy, digest: str, language: str) -> bool:
    """Whether who signed the text of that digest consents to the text as it is.

    As far as the policy asks for that.
    """
    asks = policy.moderation.material_edits is MaterialEdits.COUNT_AGREED
    return not asks or petition.agreed(digest, language)


def recounted(petition: Petition, policy: Policy, signature: Signature) -> tuple[str, ...]:
    """Name the counters that a signature stands in once the policy has been amended.

    Those of the amended policy, and those that it stood in before: an amendment never takes
    away what was admitted, unless it is in force from the beginning (retroactive). Whose signer
    has not agreed to a changed text stands in none, where the policy asks for that.
    """
    found = counters_of(petition, policy, signature)
    if not agrees(petition, policy, signature.text_digest, signature.language):
        return found
    amended, begun = petition.pinned, petition.first(Event.POLICY_PINNED)
    if amended is None or begun is None or amended.at <= begun:
        return found
    return tuple(sorted({*found, *signature.counters}))


def counts_alike(old: Policy, new: Policy) -> bool:
    """Whether every signature stands in the same counters under both policies."""
    same = old.counting.supporters == new.counting.supporters and _parts(old) == _parts(new)
    timed = any(part.within for part in _parts(new))
    return same and (not timed or (old.window, old.calendars) == (new.window, new.calendars))


def counter_names(policy: Policy) -> tuple[str, ...]:
    """Every counter of a policy that a number may be declared for."""
    return (*USUAL, *(part.key for part in _parts(policy)))


@frozen(kw_only=True)
class _Part(Counter):
    """A counter that a rule asks for; its name is made of that of the one it is of."""

    key: str


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
def _parts(policy: Policy) -> tuple[Counter, ...]:
    """Counters that count some of what another one counts, each after the one that it is of."""
    found: dict[str, Counter] = {}
    for _, rule in policy.rules():
        match rule:
            case Counted(within=Within() as within) | Bound(within=Within() as within):
                name = within_counter(rule.count, within)
                found[name] = _Part(key=name, of=rule.count, within=within)
            case Regions():
                for region, _ in rule.weights:
                    name = region_counter(rule.count, region)
                    found[name] = _Part(key=name, of=rule.count, regions=(region,))
    return (*policy.counting.counters, *found.values())


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
    if not petition.declared:
        return max(tally.count(counter), 0)
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


def counted_from_each(
    petition: Petition, tally: Tally, levels: Iterable[tuple[str, int]]
) -> list[datetime | None]:
    """From when each counter stands at its level, see ``counted_from``."""
    if not petition.declared:
        return tally.reached_each(levels)
    return [counted_from(petition, tally, counter, level) for counter, level in levels]


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
