"""All there is to say about a petition at an instant, as one value to show.

Puts together what ``status``, ``following`` and ``counting`` decide, and decides nothing.
"""

from datetime import datetime

from attrs import frozen

from petitionkit.civil import instant
from petitionkit.conditions import Known, holds_from, levels_of
from petitionkit.counters import SPONSORS
from petitionkit.counting import total
from petitionkit.following import Due, due_events, lived, reached
from petitionkit.petition import Petition
from petitionkit.phrases import in_words
from petitionkit.policy import Policy
from petitionkit.rules import Rule, walk
from petitionkit.status import Decision, Status, may_sign, status
from petitionkit.tally import Tally
from petitionkit.windows import closes_at

__all__ = ["LevelStanding", "Owed", "Standing", "ThresholdStanding", "owed", "standing"]


@frozen(kw_only=True)
class LevelStanding:
    """Where a petition stands at one level of one counter."""

    counter: str
    level: int
    count: int

    @property
    def missing(self) -> int:
        """How many are missing now."""
        return max(0, self.level - self.count)


@frozen(kw_only=True)
class ThresholdStanding:
    """Where a petition stands at one threshold.

    ``level``, ``counter`` and ``count`` are those of a threshold that is one number. One that
    is more (a combination, minima in regions) has level 0 there; ``rule`` says it as a value,
    ``needs`` in English, and ``levels`` has every number in it.
    """

    key: str
    level: int
    counter: str
    count: int
    reached_at: datetime | None
    needs: str = ""
    rule: Rule | None = None
    levels: tuple[LevelStanding, ...] = ()

    @property
    def missing(self) -> int:
        """How many are missing; 0 once it is reached, even if the count has fallen since."""
        return 0 if self.reached_at else max(0, self.level - self.count)


@frozen(kw_only=True)
class Owed:
    """What somebody owes: the ``key`` of the follow-up, ``by`` whom (a code), and ``until`` when.

    ``until`` is UTC and exclusive.
    """

    key: str
    by: str
    until: datetime


@frozen(kw_only=True)
class Standing:
    """All there is to say about a petition at an instant (``at``, UTC), as one value to show.

    ``supporters`` is what the policy adds up, declared counts and the starter included where it
    says so; ``persons`` and ``organisations`` are signatures. ``signing`` says whether one may
    sign, and why not. ``deadline`` is exclusive; None where there is none, or none yet. ``next``
    is what will follow by itself, ``owed`` what somebody owes, the first due first.
    """

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
    sponsoring: ThresholdStanding | None = None
    """Where it stands with the sponsors that it needs; None where it needs none."""


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
    petition = petition.abridged()
    due = due_events(petition, policy, tally)
    # What nobody has recorded yet is as true as what somebody has.
    told = lived(petition, policy, tally, now)
    then = told.until(now)
    opened = told.opening
    # Of an opening that lies ahead: the deadline that it is to have.
    ahead = told.until(opened.at) if opened and not then.opening else then
    found = _threshold_standings(told, policy, tally, now) if policy else {}
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
        deadline=closes_at(ahead, policy),
        thresholds=tuple(found[one.key] for one in policy.thresholds) if policy else (),
        next=next((one for one in due if one.at > now), None),
        owed=owed(then, policy, tally) if policy else (),
        sponsoring=found.get(SPONSORS),
    )


def _threshold_standings(
    petition: Petition, policy: Policy, tally: Tally, now: datetime
) -> dict[str, ThresholdStanding]:
    known = Known(petition=petition, policy=policy, tally=tally)
    found: dict[str, ThresholdStanding] = {}
    for threshold in policy.latched:
        levels = tuple(
            LevelStanding(counter=counter, level=level, count=total(petition, tally, counter))
            for rule in walk(threshold.rule)
            for counter, level in levels_of(rule, petition)
        )
        alone = levels[0] if len(levels) == 1 else None
        counter = alone.counter if alone else threshold.counter
        at = reached(known, threshold)
        found[threshold.key] = ThresholdStanding(
            key=threshold.key,
            level=alone.level if alone else 0,
            counter=counter,
            count=total(petition, tally, counter),
            reached_at=at if at is not None and at <= now else None,
            needs=in_words(threshold.rule),
            rule=threshold.rule,
            levels=levels,
        )
    return found
