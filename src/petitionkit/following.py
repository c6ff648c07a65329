"""What follows of itself: from time, counts and findings, and is not recorded yet.

A fixpoint: each event is taken into account before the next one is looked for. Recorded facts
are never overridden. Nothing is written here: whoever records uses ``petitionkit.verbs``.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from attrs import evolve, field, frozen

from petitionkit.civil import Duration, instant, optional_instant
from petitionkit.conditions import Known, holds_from, levels_of
from petitionkit.counting import declared_as_of, needed, total
from petitionkit.errors import IllegalStepError
from petitionkit.facts import Event, Fact, State
from petitionkit.lifecycle import fold, place_at
from petitionkit.petition import Petition
from petitionkit.policy import SPONSORS, Latch, Otherwise, Policy, Threshold
from petitionkit.tally import Tally
from petitionkit.windows import after, chosen_of, closes_at, deadline

__all__ = ["WINDOW", "Due", "as_fact", "due_events", "opening_of", "reached"]

WINDOW = "window"
"""The rule, and the reason, where a petition closed because its time was up."""


@frozen(kw_only=True)
class Due:
    """Something that follows by itself: which event, from which instant, by which rule."""

    event: Event
    at: datetime = field(converter=instant)
    rule: str
    subject: str = ""
    until: datetime | None = field(default=None, converter=optional_instant)
    numbers: tuple[tuple[str, int], ...] = ()


_BEGUN = (Event.SPONSORING_BEGUN, Event.SUBMITTED, Event.OPENED)


@lru_cache(maxsize=1024)
def due_events(petition: Petition, policy: Policy | None, tally: Tally) -> tuple[Due, ...]:
    """List what follows from rules and counts and is not recorded yet, in the order it happens.

    What lies ahead is in it too, as far as it is known now: the first one's instant is when a
    timer should ring. Each event is taken into account before the next one is looked for, so
    that a batch which passes several thresholds, or a stage and its checkpoint, reports all.
    """
    found: list[Due] = []
    if policy is None or not any(fact.event in _BEGUN for fact in petition.facts):
        return ()
    while True:
        following = min(_candidates(petition, policy, tally), key=_order, default=None)
        if following is None:
            return tuple(found)
        found.append(following)
        petition = petition.with_facts(as_fact(following))


def _order(due: Due) -> tuple[datetime, int, str]:
    return due.at, dict(due.numbers).get("level", 0), due.rule


def as_fact(due: Due) -> Fact:
    """Read what follows as if somebody had recorded it in time."""
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
    if not place_at(facts, due.at).allows(due.event):
        return None
    later = sorted({fact.at for fact in facts if fact.at > due.at})
    for at in (due.at, *later):
        placed = evolve(due, at=at)
        try:
            fold((*facts, as_fact(placed)), later[-1] if later else at)
        except IllegalStepError:
            continue
        return placed
    return None


@frozen(kw_only=True)
class _Milestone:
    """A threshold, and by which events it is recorded as reached and as lost.

    ``begins`` starts it anew, and it is reached by itself only ``while_`` the petition is in
    that state; None: whenever the lifecycle has the step.
    """

    threshold: Threshold
    rule: str
    reaching: Event
    losing: Event
    begins: Event | None = None
    while_: State | None = None


def _milestone(threshold: Threshold, policy: Policy) -> _Milestone:
    if threshold.key != SPONSORS:
        return _Milestone(
            threshold=threshold,
            rule=f"thresholds.{threshold.key}",
            reaching=Event.THRESHOLD_REACHED,
            losing=Event.THRESHOLD_LOST,
        )
    # What a moderator has set aside or sent back is not for its sponsors to move.
    return _Milestone(
        threshold=threshold,
        rule="sponsoring",
        reaching=Event.SUBMITTED if policy.moderation.before_opening else Event.OPENED,
        losing=Event.SPONSORS_LOST,
        begins=Event.SPONSORING_BEGUN,
        while_=State.GATHERING,
    )


def _thresholds(known: Known) -> Iterator[Due]:
    for threshold in known.policy.latched:
        milestone = _milestone(threshold, known.policy)
        recorded = _standing_fact(known, milestone)
        lost = _lost(known, threshold, recorded)
        if lost is not None:
            yield Due(event=milestone.losing, at=lost, rule=milestone.rule, subject=threshold.key)
        elif recorded is None:
            yield from _reaching(known, milestone)


def _reaching(known: Known, milestone: _Milestone) -> Iterator[Due]:
    threshold, petition = milestone.threshold, known.petition
    begun = petition.last(milestone.begins) if milestone.begins else None
    at = holds_from(threshold.rule, known)
    if at is None:
        return
    at = max(at, begun.at) if begun else at  # what was reached before it began anew counts then
    if milestone.while_ and place_at(petition.facts, at).beneath is not milestone.while_:
        return
    if milestone.reaching is Event.OPENED:
        yield opening_of(known.policy, 0, at, chosen_of(petition))
        return
    yield Due(
        event=milestone.reaching,
        at=at,
        rule=milestone.rule,
        subject=threshold.key,
        numbers=tuple([("level", n) for _, n in levels_of(threshold.rule, petition)[:1]]),
    )


def _standing_fact(known: Known, milestone: _Milestone) -> Fact | None:
    """The fact by which a threshold is recorded as reached; None if it is not, or was lost."""
    standing: Fact | None = None
    key, opens = milestone.threshold.key, milestone.reaching is Event.OPENED
    for fact in sorted(known.petition.facts, key=lambda fact: fact.at):
        if fact.event is milestone.reaching and (opens or fact.subject == key):
            standing = standing or fact
        elif fact.event is milestone.begins or (
            fact.event is milestone.losing and fact.subject == key
        ):
            standing = None
    return standing


def reached(known: Known, threshold: Threshold) -> datetime | None:
    """When a threshold was reached, by its fact or else by the counts; None while it is not."""
    recorded = _standing_fact(known, _milestone(threshold, known.policy))
    return recorded.at if recorded else holds_from(threshold.rule, known)


def _lost(known: Known, threshold: Threshold, recorded: Fact | None) -> datetime | None:
    """When a recorded threshold was lost again: watched anew since, and not standing then."""
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
    opened = known.petition.opening
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
    told = {fact.rule for fact in known.petition.facts}
    for closed in known.policy.closing.when:
        at, rule = holds_from(closed.needs, known), f"closing.{closed.key}"
        if at is not None and rule not in told:  # what was reopened stays open
            for event in (Event.CLOSED, Event.LAPSED):
                yield Due(event=event, at=at, rule=rule, subject=closed.key)


def _window_end(known: Known) -> datetime | None:
    """The end of the main window; None in a stage before it."""
    opened = known.petition.opening
    stages = [stage.key for stage in known.policy.stages]
    in_window = opened is not None and opened.subject not in stages
    return closes_at(known.petition, known.policy) if in_window else None


def _window(known: Known) -> Iterator[Due]:
    ends = _window_end(known)
    if ends is not None:
        yield Due(event=Event.CLOSED, at=ends, rule=WINDOW, subject=WINDOW)
