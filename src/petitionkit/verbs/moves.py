"""How counts move when a signature changes, and which levels are then watched anew."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from petitionkit.clauses import Latch
from petitionkit.conditions import levels_of
from petitionkit.counting import needed
from petitionkit.ledger import Delta, Situation, Watch
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.proceedings import answered
from petitionkit.signature import Signature

__all__ = ["deltas", "fallen", "watched_anew"]


def _standing(signature: Signature) -> tuple[str, ...]:
    return signature.counters if signature.live else ()


def deltas(before: Signature, after: Signature, now: datetime) -> tuple[Delta, ...]:
    """Take away what a signature no longer counts as, and add what it counts as now."""
    old, new = _standing(before), _standing(after)
    lost = tuple(counter for counter in old if counter not in new)
    gained = tuple(counter for counter in new if counter not in old)
    return tuple(
        Delta(counters=counters, amount=amount, at=now)
        for counters, amount in ((lost, -1), (gained, 1))
        if counters
    )


def watched_anew(
    situation: Situation, policy: Policy, before: Signature, after: Signature, now: datetime
) -> Iterator[Watch]:
    """Levels that a count falls below with this change, where their policy lets them go."""
    lost = set(_standing(before)) - set(_standing(after))
    return fallen(situation.petition, policy, situation.counts, dict.fromkeys(lost, 1), now)


def fallen(
    petition: Petition,
    policy: Policy,
    counts: Mapping[str, int],
    fewer: Mapping[str, int],
    now: datetime,
) -> Iterator[Watch]:
    """Levels that counters fall below once so many are taken away, if a policy lets them go.

    Once the office has acted officially (an answer) a reached threshold is never lost.
    """
    if not fewer or answered(petition, now):
        return
    for threshold in policy.latched:
        if threshold.latch is Latch.UNTIL_OFFICIAL_ACT:
            for counter, level in levels_of(threshold.rule, petition):
                left = needed(petition, counter, level)
                if (
                    left is not None
                    and counter in fewer
                    and counts.get(counter, 0) in range(left, left + fewer[counter])
                ):
                    yield Watch(counter=counter, level=left, since=now)
