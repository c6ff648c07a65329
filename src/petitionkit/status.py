"""Decisions: what a petition is at an instant, why, and when that could change by itself.

Pure functions of petition, policy, tally and ``now``. They read recorded facts first (a fact
with legal effect is never overridden) and the rules where no fact speaks. They write nothing:
whoever records what follows from time uses ``petitionkit.verbs``.
"""

from datetime import datetime

from attrs import field, frozen

from petitionkit.civil import (
    end_of_day,
    instant,
    instant_text,
    local_date,
    optional_instant,
    same_time,
)
from petitionkit.counting import reached_at, total
from petitionkit.errors import InvalidValueError
from petitionkit.lifecycle import SIGNABLE, TRANSITIONS, fold
from petitionkit.petition import Event, Petition, State
from petitionkit.policy import Policy, WindowEnd
from petitionkit.problems import Problem, problem
from petitionkit.tally import Tally

__all__ = [
    "Decision",
    "Due",
    "Standing",
    "Status",
    "ThresholdStanding",
    "closes_at",
    "deadline",
    "due_events",
    "may_sign",
    "standing",
    "status",
]


WINDOW = "window"
"""The rule, and the reason, where a petition closed because its time was up."""


@frozen(kw_only=True)
class Decision:
    """Yes or no, by which rule, on which instants and numbers, and until when by itself.

    ``problem`` says why not; None where the answer is yes. ``until`` (exclusive) is the next
    instant at which time alone could change the answer; None: never.
    """

    answer: bool
    rule: str
    problem: Problem | None = None
    until: datetime | None = field(default=None, converter=optional_instant)


@frozen(kw_only=True)
class Status:
    """State at an instant: since when, by which rule, and until when it holds by itself.

    ``reason`` says why a closed petition closed: ``window``, or the reason given by who ended
    it. ``until`` is exclusive; None: for ever, as far as time alone goes.
    """

    state: State
    since: datetime | None
    until: datetime | None
    rule: str
    reason: str = ""


@frozen(kw_only=True)
class ThresholdStanding:
    """Where a petition stands at one threshold."""

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
class Due:
    """Something that follows by itself: which event, from which instant, by which rule."""

    event: Event
    at: datetime = field(converter=instant)
    rule: str
    subject: str = ""
    numbers: tuple[tuple[str, int], ...] = ()


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


def deadline(policy: Policy, opened_at: datetime) -> datetime | None:
    """First instant (UTC) at which a petition opened then takes no signature; None: none.

    The window's days are counted in its zone. Source of ``end_of_day``: UK Parliament, whose
    last instant is 23:59:59.999999 of the last local day, one microsecond before this one.
    """
    window = policy.window
    if window.duration is None:
        return None
    try:
        last = window.duration.after(local_date(opened_at, window.zone))
        if window.end is WindowEnd.END_OF_DAY:
            return end_of_day(last, window.zone)
        return same_time(opened_at, last, window.zone)
    except (OverflowError, ValueError):  # the calendar ends with the year 9999
        raise InvalidValueError([problem("out_of_range", "opened_at")]) from None


def closes_at(petition: Petition) -> datetime | None:
    """The deadline that the petition was opened with; None where it has none, or is not open."""
    opened = petition.last(Event.OPENED)
    return opened.until if opened else None


_MOVING = frozenset({Event.OPENED, Event.CLOSED, Event.WITHDRAWN})


def status(petition: Petition, now: datetime) -> Status:
    """Tell the state at ``now``, from facts and, where none speaks, from the deadline."""
    state = fold(petition.facts, now)
    moving = sorted((f for f in petition.facts if f.event in _MOVING), key=lambda fact: fact.at)
    past = [fact for fact in moving if fact.at <= now]
    ahead = [fact.at for fact in moving if fact.at > now]
    ends = closes_at(petition)
    if state in SIGNABLE and ends is not None:
        if now >= ends:
            return Status(state=State.CLOSED, since=ends, until=None, rule=WINDOW, reason=WINDOW)
        ahead.append(ends)
    latest = past[-1] if past else None
    return Status(
        state=state,
        since=latest.at if latest else None,
        until=min(ahead, default=None),
        rule=latest.rule if latest else "draft",
        reason=latest.subject if latest and state not in SIGNABLE else "",
    )


def may_sign(petition: Petition, now: datetime, *, signed_at: datetime | None = None) -> Decision:
    """Decide whether the petition takes a signature at ``now``, and say why not.

    ``signed_at`` is when it was signed, for a line of a roll that comes in later: that instant
    must lie in the window, and the petition must not have been withdrawn since.
    """
    at = now if signed_at is None else signed_at
    found = status(petition, at)
    opened = petition.last(Event.OPENED)
    refusal: Problem | None = None
    if found.state is State.WITHDRAWN or status(petition, now).state is State.WITHDRAWN:
        refusal = problem("petition.withdrawn", "petition")
    elif found.state is State.CLOSED and found.since is not None:
        refusal = problem(
            "petition.closed",
            "petition",
            closed_at=instant_text(found.since),
            rule=found.reason or found.rule,
        )
    elif found.state is State.DRAFT and opened is not None:
        refusal = problem("petition.before_opening", "petition", opened_at=instant_text(opened.at))
    elif found.state is State.DRAFT:
        refusal = problem("petition.not_open", "petition")
    return Decision(answer=refusal is None, rule=found.rule, problem=refusal, until=found.until)


def due_events(petition: Petition, policy: Policy | None, tally: Tally) -> tuple[Due, ...]:
    """List what follows from rules and counts and is not recorded yet, in the order it happens.

    What lies ahead is in it too: the first one's instant is when a timer should ring.
    """
    found = [
        Due(
            event=Event.THRESHOLD_REACHED,
            at=at,
            rule=f"thresholds.{threshold.key}",
            subject=threshold.key,
            numbers=(("level", threshold.level),),
        )
        for threshold in (policy.thresholds if policy else ())
        if (at := reached_at(petition, tally, threshold)) is not None
        and not any(
            f.event is Event.THRESHOLD_REACHED and f.subject == threshold.key
            for f in petition.facts
        )
        and Event.THRESHOLD_REACHED in TRANSITIONS[fold(petition.facts, at)]
    ]
    ends = closes_at(petition)
    if ends is not None and fold(petition.facts, ends) in SIGNABLE:
        found.append(Due(event=Event.CLOSED, at=ends, rule=WINDOW, subject=WINDOW))
    return tuple(sorted(found, key=lambda due: (due.at, dict(due.numbers).get("level", 0))))


def standing(petition: Petition, policy: Policy | None, tally: Tally, now: datetime) -> Standing:
    """Put together everything that a page, a clerk or a log line wants to know at ``now``."""
    opened = petition.last(Event.OPENED)
    rules = policy.thresholds if policy else ()
    ahead = due_events(petition, policy, tally)
    return Standing(
        at=instant(now),
        title=petition.title,
        status=status(petition, now),
        signing=may_sign(petition, now),
        supporters=total(petition, tally, "supporters"),
        persons=total(petition, tally, "persons"),
        organisations=total(petition, tally, "organisations"),
        starter_included=total(petition, tally, "starter") > 0,
        opened_at=opened.at if opened else None,
        deadline=closes_at(petition),
        thresholds=tuple(
            ThresholdStanding(
                key=threshold.key,
                level=threshold.level,
                counter=threshold.counter,
                count=total(petition, tally, threshold.counter),
                reached_at=reached_at(petition, tally, threshold),
            )
            for threshold in rules
        ),
        next=next((due for due in ahead if due.at > now), None),
    )
