"""Decisions: what a petition is at an instant, why, and when that could change by itself.

Pure functions of petition, policy, tally and ``now``. They read recorded facts first (a fact
with legal effect is never overridden) and the rules where no fact speaks. They write nothing:
whoever records what follows from time uses ``petitionkit.verbs``.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from attrs import evolve, field, frozen

from petitionkit.civil import Duration, instant, instant_text, optional_instant
from petitionkit.conditions import Known, holds_from, levels_of
from petitionkit.counting import declared_as_of, needed, total
from petitionkit.errors import IllegalStepError
from petitionkit.lifecycle import SIGNABLE, TRANSITIONS, fold, states
from petitionkit.petition import Event, Fact, Petition, State
from petitionkit.policy import Latch, Otherwise, Policy, Threshold
from petitionkit.problems import Problem, problem
from petitionkit.tally import Tally
from petitionkit.windows import after, closes_at, deadline

__all__ = [
    "WINDOW",
    "Decision",
    "Due",
    "Owed",
    "Standing",
    "Status",
    "ThresholdStanding",
    "course",
    "due_events",
    "may_sign",
    "opening_of",
    "owed",
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
class Due:
    """Something that follows by itself: which event, from which instant, by which rule."""

    event: Event
    at: datetime = field(converter=instant)
    rule: str
    subject: str = ""
    until: datetime | None = field(default=None, converter=optional_instant)
    numbers: tuple[tuple[str, int], ...] = ()


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


@lru_cache(maxsize=1024)
def course(petition: Petition, policy: Policy | None, tally: Tally) -> tuple[Status, ...]:
    """The statuses that a petition goes through, one after the other, as far as is known now.

    They follow from facts and, where none speaks, from what follows of itself; the first one
    is a draft's, and each holds until the next begins.
    """
    followed = (_as_fact(due) for due in due_events(petition, policy, tally))
    found = [Status(state=State.DRAFT, since=None, until=None, rule="draft")]
    for fact, state in states((*petition.facts, *followed)):
        again = fact.event is Event.OPENED and state is State.OPEN  # the next stage
        if state is not found[-1].state or again:
            found[-1] = evolve(found[-1], until=fact.at)
            reason = "" if state in SIGNABLE else fact.subject
            found.append(
                Status(state=state, since=fact.at, until=None, rule=fact.rule, reason=reason)
            )
    return tuple(found)


def status(petition: Petition, policy: Policy | None, tally: Tally, now: datetime) -> Status:
    """Tell the state at ``now``, since when, and until when it holds by itself."""
    begun = (s for s in course(petition, policy, tally) if s.since is None or s.since <= now)
    return list(begun)[-1]


def may_sign(
    petition: Petition,
    policy: Policy | None,
    tally: Tally,
    now: datetime,
    *,
    signed_at: datetime | None = None,
) -> Decision:
    """Decide whether the petition takes a signature at ``now``, and say why not.

    ``signed_at`` is when it was signed, for a line of a roll that comes in later: at that
    instant the petition must have taken signatures, and it must not have been withdrawn since.
    """
    found = status(petition, policy, tally, now if signed_at is None else signed_at)
    if signed_at is not None and found.state in SIGNABLE:
        today = status(petition, policy, tally, now)
        found = today if today.state is State.WITHDRAWN else found
    refusal = None if found.state in SIGNABLE else _refusal(petition, found)
    return Decision(answer=refusal is None, rule=found.rule, problem=refusal, until=found.until)


def _refusal(petition: Petition, found: Status) -> Problem:
    since = instant_text(found.since) if found.since else ""
    rule = found.reason or found.rule
    match found.state:
        case State.CLOSED:
            return problem("petition.closed", "petition", closed_at=since, rule=rule)
        case State.SUSPENDED:
            return problem("petition.suspended", "petition", since=since, rule=rule)
        case State.PAUSED:
            return problem("petition.paused", "petition", since=since)
        case State.WITHDRAWN:
            return problem("petition.withdrawn", "petition")
        case _:
            opened = petition.last(Event.OPENED)
            if opened is None:
                return problem("petition.not_open", "petition")
            at = instant_text(opened.at)
            return problem("petition.before_opening", "petition", opened_at=at)


@lru_cache(maxsize=1024)
def due_events(petition: Petition, policy: Policy | None, tally: Tally) -> tuple[Due, ...]:
    """List what follows from rules and counts and is not recorded yet, in the order it happens.

    What lies ahead is in it too, as far as it is known now: the first one's instant is when a
    timer should ring. Each event is taken into account before the next one is looked for, so
    that a batch which passes several thresholds, or a stage and its checkpoint, reports all.
    """
    found: list[Due] = []
    if policy is None or petition.last(Event.OPENED) is None:
        return ()
    while True:
        following = min(_candidates(petition, policy, tally), key=_order, default=None)
        if following is None:
            return tuple(found)
        found.append(following)
        petition = petition.with_facts(_as_fact(following))


def _order(due: Due) -> tuple[datetime, int, str]:
    return due.at, dict(due.numbers).get("level", 0), due.rule


def _as_fact(due: Due) -> Fact:
    return Fact(
        event=due.event,
        at=due.at,
        recorded_at=due.at,
        rule=due.rule,
        subject=due.subject,
        until=due.until,
        numbers=due.numbers,
    )


def _candidates(petition: Petition, policy: Policy, tally: Tally) -> Iterator[Due]:
    """What could happen next by itself, each where the lifecycle has such a step then."""
    known = Known(petition=petition, policy=policy, tally=tally)
    told = {(fact.event, fact.at, fact.rule, fact.subject) for fact in petition.facts}
    every = (_thresholds, _pause_over, _stage, _checkpoints, _closures, _window)
    for rule in every:
        for due in rule(known):
            placed = _placed(petition, due)
            if placed and (placed.event, placed.at, placed.rule, placed.subject) not in told:
                yield placed


def _placed(petition: Petition, due: Due) -> Due | None:
    """The event at the first instant from its own on at which the facts leave room for it.

    Facts stand. What becomes known late (a dissolution of last week) cannot undo the steps that
    were taken since, and follows them. None: the lifecycle has no such step.
    """
    facts = petition.facts
    if due.event not in TRANSITIONS[fold(facts, due.at)]:
        return None
    later = sorted({fact.at for fact in facts if fact.at > due.at})
    for at in (due.at, *later):
        placed = evolve(due, at=at)
        try:
            fold((*facts, _as_fact(placed)), later[-1] if later else at)
        except IllegalStepError:
            continue
        return placed
    return None


def _thresholds(known: Known) -> Iterator[Due]:
    for threshold in known.policy.thresholds:
        rule = f"thresholds.{threshold.key}"
        at = _reached(known, threshold)
        lost = _lost(known, threshold)
        levels = [("level", n) for _, n in levels_of(threshold.rule, known.petition)[:1]]
        if lost is not None:
            yield Due(event=Event.THRESHOLD_LOST, at=lost, rule=rule, subject=threshold.key)
        elif at is not None and _standing_fact(known.petition, threshold) is None:
            yield Due(
                event=Event.THRESHOLD_REACHED,
                at=at,
                rule=rule,
                subject=threshold.key,
                numbers=tuple(levels),
            )


def _standing_fact(petition: Petition, threshold: Threshold) -> Fact | None:
    """The fact by which a threshold is recorded as reached; None if it is not, or was lost."""
    standing: Fact | None = None
    told = [fact for fact in petition.facts if fact.subject == threshold.key]
    for fact in sorted(told, key=lambda fact: fact.at):
        if fact.event is Event.THRESHOLD_REACHED:
            standing = standing or fact
        elif fact.event is Event.THRESHOLD_LOST:
            standing = None
    return standing


def _reached(known: Known, threshold: Threshold) -> datetime | None:
    recorded = _standing_fact(known.petition, threshold)
    return recorded.at if recorded else holds_from(threshold.rule, known)


def _lost(known: Known, threshold: Threshold) -> datetime | None:
    """When a recorded threshold was lost again: watched anew since, and not standing then."""
    recorded = _standing_fact(known.petition, threshold)
    if recorded is None or threshold.latch is Latch.HOLD:
        return None
    for counter, level in levels_of(threshold.rule, known.petition):
        if total(known.petition, Tally(), counter) >= level:
            continue  # declared numbers alone hold it, however few have signed here
        left = needed(known.petition, counter, level)
        if left is None:  # a declared number stands for the signatures, and is too low
            return declared_as_of(known.petition, counter)
        reading = known.tally.reading(counter, left)
        if reading is None or reading.since is None:
            continue
        if reading.since >= recorded.at and reading.reached_at != reading.since:
            return reading.since
    return None


def _pause_over(known: Known) -> Iterator[Due]:
    paused = known.petition.last(Event.PAUSED)
    if paused is not None and paused.until is not None:
        yield Due(event=Event.UNPAUSED, at=paused.until, rule="pause")


def _stage(known: Known) -> Iterator[Due]:
    opened = known.petition.last(Event.OPENED)
    keys = [stage.key for stage in known.policy.stages]
    if opened is None or opened.subject not in keys:
        return
    place = keys.index(opened.subject)
    stage = known.policy.stages[place]
    at = holds_from(stage.needs, known)
    if at is not None and (opened.until is None or at < opened.until):
        yield opening_of(known.policy, place + 1, max(at, opened.at))
    elif opened.until is not None:
        rule = f"stages.{stage.key}"
        yield Due(event=Event.CLOSED, at=opened.until, rule=rule, subject=stage.key)


def opening_of(policy: Policy, place: int, at: datetime, chosen: Duration | None = None) -> Due:
    """The opening of a stage (0: the first), or of the main window after the last one."""
    stage = policy.stages[place] if place < len(policy.stages) else None
    return Due(
        event=Event.OPENED,
        at=at,
        rule=f"stages.{stage.key}" if stage else WINDOW,
        subject=stage.key if stage else "",
        until=deadline(policy, at, window=stage.window)
        if stage
        else deadline(policy, at, chosen=chosen),
    )


_FAILED = {
    Otherwise.SUSPEND: Event.SUSPENDED,
    Otherwise.CLOSE: Event.CLOSED,
    Otherwise.WITHDRAW: Event.WITHDRAWN,
}


def _checkpoints(known: Known) -> Iterator[Due]:
    opened = known.first(Event.OPENED)
    for checkpoint in known.policy.checkpoints:
        rule = f"checkpoints.{checkpoint.key}"
        by = _window_end(known)
        if checkpoint.by is not None:
            by = after(known.policy, opened, checkpoint.by) if opened else None
        told = [fact for fact in known.petition.facts if fact.rule == rule]
        at = holds_from(checkpoint.needs, known)
        if by is not None and not told and (at is None or at >= by):
            yield Due(event=_FAILED[checkpoint.otherwise], at=by, rule=rule, subject=checkpoint.key)
        if at is not None and checkpoint.lifted_later and len(told) == 1 and at > told[0].at:
            yield Due(event=Event.RESUMED, at=at, rule=rule, subject=checkpoint.key)


def _closures(known: Known) -> Iterator[Due]:
    for closed in known.policy.closing.when:
        at = holds_from(closed.needs, known)
        if at is not None:
            rule = f"closing.{closed.key}"
            yield Due(event=Event.CLOSED, at=at, rule=rule, subject=closed.key)


def _window_end(known: Known) -> datetime | None:
    """The end of the main window; None in a stage before it."""
    opened = known.petition.last(Event.OPENED)
    stages = [stage.key for stage in known.policy.stages]
    in_window = opened is not None and opened.subject not in stages
    return closes_at(known.petition, known.policy) if in_window else None


def _window(known: Known) -> Iterator[Due]:
    ends = _window_end(known)
    if ends is not None:
        yield Due(event=Event.CLOSED, at=ends, rule=WINDOW, subject=WINDOW)


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
    lived = petition.with_facts(*(_as_fact(one) for one in due if one.at <= now))
    opened = lived.last(Event.OPENED)
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
                reached_at=_reached(known, threshold),
            )
        )
    return tuple(found)
