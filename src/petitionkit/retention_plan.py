"""When a retention rule is due, and what stands against it; the plan as a value to look at.

Pure: what a plan says is evaluated again when it is carried out. A petition that is held is
skipped and named, and stops nobody else's turn.
"""

from datetime import datetime
from uuid import UUID

from attrs import field, frozen

from petitionkit.civil import instant
from petitionkit.facts import Event
from petitionkit.following import as_fact, due_events
from petitionkit.lifecycle import place_at
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.retention import RetentionRule
from petitionkit.rules import Which, occurrence
from petitionkit.tally import Tally
from petitionkit.windows import same_time_after

__all__ = ["HOLD", "PlannedErasure", "RetentionPlan", "due_from", "on_hold"]

HOLD = "retention_hold"
"""The finding that puts a petition on hold; recorded with value 0 it lifts the hold."""


@frozen(kw_only=True)
class PlannedErasure:
    """A rule that is due on a petition: since when, and how many signatures it would change.

    ``held`` is why it is skipped, empty where it is not: ``retention_hold``, or
    ``shared_realm`` while another petition that counts the same people takes signatures.
    """

    petition_id: UUID
    rule: RetentionRule
    due_at: datetime = field(converter=instant)
    signatures: int
    held: str = ""


@frozen(kw_only=True)
class RetentionPlan:
    """What retention would erase at an instant, petition by petition; nothing is done yet."""

    at: datetime = field(converter=instant)
    erasures: tuple[PlannedErasure, ...] = ()


def due_from(
    petition: Petition, policy: Policy, rule: RetentionRule, tally: Tally, now: datetime
) -> datetime | None:
    """From which instant a rule is due, as the petition stands at ``now``; None: it is not known.

    What follows by itself is taken into account, whether or not anybody has recorded it. Of
    events that happened more than once the latest counts, so that a petition which was opened
    again starts anew.
    """
    due = (as_fact(one) for one in due_events(petition, policy, tally) if one.at <= now)
    told = petition.with_facts(*due)
    if place_at(told.telling, now).state not in rule.states:
        return None
    instants = [told.instants(*occurrence(event)) for event in rule.when.since]
    latest = [max(some) for some in instants if some]
    if not latest or (rule.when.which is Which.LATER and not all(instants)):
        return None
    since = min(latest) if rule.when.which is Which.EARLIER else max(latest)
    return same_time_after(policy, since, rule.when.passed)


def on_hold(petition: Petition) -> bool:
    """Whether somebody has put the petition's retention on hold and not lifted it since.

    Of two at one instant the one that was recorded last.
    """
    said = [f for f in petition.telling if f.event is Event.FOUND and f.subject == HOLD]
    return bool(said) and max(reversed(said), key=lambda fact: fact.at).number("value") > 0
