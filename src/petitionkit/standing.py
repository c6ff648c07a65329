"""All there is to say about a petition at an instant, as one value to show.

Puts together what ``status``, ``following`` and ``counting`` decide, and decides nothing.
"""

from datetime import datetime

from attrs import frozen

from petitionkit.civil import instant
from petitionkit.conditions import Known, holds_from, levels_of
from petitionkit.counting import total
from petitionkit.following import Due, as_fact, due_events, reached
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.status import Decision, Status, may_sign, status
from petitionkit.tally import Tally
from petitionkit.windows import closes_at

__all__ = ["Owed", "Standing", "ThresholdStanding", "owed", "standing"]


@frozen(kw_only=True)
class ThresholdStanding:
    """Where a petition stands at one threshold.

    ``level`` is 0 where it is more than one number (a combination, or minima in regions).
    """

    key: str
    level: int
    counter: str
    count: int
    reached_at: datetime | None

    @property
    def missing(self) -> int:
        """How many are missing; 0 once it is reached, even if the count has fallen since."""
        return 0 if self.reached_at else max(0, self.level - self.count)


@frozen(kw_only=True)
class Owed:
    """What somebody owes: which follow-up, who (a code), and until when (exclusive)."""

    key: str
    by: str
    until: datetime


@frozen(kw_only=True)
class Standing:
    """All there is to say about a petition at an instant, as one value to show."""

    at: datetime
    title: str
    status: Status
    signing: Decision
    supporters: int
    persons: int
    organisations: int
    starter_included: bool
    opened_at: datetime | None
    deadline: datetime | None
    thresholds: tuple[ThresholdStanding, ...]
    next: Due | None
    owed: tuple[Owed, ...] = ()


def owed(petition: Petition, policy: Policy, tally: Tally) -> tuple[Owed, ...]:
    """What somebody owes after something that has happened, in the order it is due."""
    known = Known(petition=petition, policy=policy, tally=tally)
    found = [
        Owed(key=follow_up.key, by=follow_up.owed_by, until=until)
        for follow_up in policy.follow_ups
        if (until := holds_from(follow_up.within, known)) is not None
    ]
    return tuple(sorted(found, key=lambda one: one.until))


def standing(petition: Petition, policy: Policy | None, tally: Tally, now: datetime) -> Standing:
    """Put together everything that a page, a clerk or a log line wants to know at ``now``."""
    due = due_events(petition, policy, tally)
    # What nobody has recorded yet is as true as what somebody has.
    lived = petition.with_facts(*(as_fact(one) for one in due if one.at <= now))
    opened = lived.opening
    return Standing(
        at=instant(now),
        title=petition.title,
        status=status(petition, policy, tally, now),
        signing=may_sign(petition, policy, tally, now),
        supporters=total(petition, tally, "supporters"),
        persons=total(petition, tally, "persons"),
        organisations=total(petition, tally, "organisations"),
        starter_included=total(petition, tally, "starter") > 0,
        opened_at=opened.at if opened else None,
        deadline=closes_at(lived, policy),
        thresholds=_threshold_standings(lived, policy, tally) if policy else (),
        next=next((one for one in due if one.at > now), None),
        owed=owed(lived, policy, tally) if policy else (),
    )


def _threshold_standings(
    petition: Petition, policy: Policy, tally: Tally
) -> tuple[ThresholdStanding, ...]:
    known = Known(petition=petition, policy=policy, tally=tally)
    found: list[ThresholdStanding] = []
    for threshold in policy.thresholds:
        levels = levels_of(threshold.rule, petition)
        counter, level = levels[0] if len(levels) == 1 else (threshold.counter, 0)
        found.append(
            ThresholdStanding(
                key=threshold.key,
                level=level,
                counter=counter,
                count=total(petition, tally, counter),
                reached_at=reached(known, threshold),
            )
        )
    return tuple(found)
