"""What follows of itself: from time, counts and findings, and is not recorded yet.

A fixpoint: each event is taken into account before the next one is looked for. Recorded facts
are never overridden. Nothing is written here: whoever records uses ``petitionkit.verbs``.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from operator import attrgetter

from attrs import evolve, field, frozen

from petitionkit.civil import Duration, instant, optional_instant
from petitionkit.clauses import Checkpoint, Latch, Otherwise, Threshold
from petitionkit.conditions import Known, holds_from, levels_of, opens_at
from petitionkit.counters import SPONSORS
from petitionkit.counting import declared_as_of, needed, total
from petitionkit.errors import IllegalStepError
from petitionkit.facts import Event, Fact, State
from petitionkit.lifecycle import fold, place_at
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.tally import Tally
from petitionkit.windows import after, closes_at, deadline

__all__ = ["WINDOW", "Due", "as_fact", "due_events", "lived", "opening_of", "reached"]

WINDOW = "window"
"""The rule, and the reason, where a petition closed because its time was up."""


@frozen(kw_only=True)
class Due:
    """Something that follows by itself: which event, ``at`` which instant (UTC), by which rule.

    ``subject``, ``until`` and ``numbers`` are those of the fact that it becomes once a tick or a
    verb records it.
    """

    event: Event
    at: datetime = field(converter=instant)
    rule: str
    subject: str = ""
    until: datetime | None = field(default=None, converter=optional_instant)
    numbers: tuple[tuple[str, int], ...] = ()


_AT = attrgetter("at")
_BEGUN = (Event.POLICY_PINNED, Event.SPONSORING_BEGUN, Event.SUBMITTED, Event.OPENED)


def due_events(petition: Petition, policy: Policy | None, tally: Tally) -> tuple[Due, ...]:
    """List what follows from rules and counts and is not recorded yet, in the order it happens.

    What lies ahead is in it too, as far as it is known now: the first one's instant is when a
    timer should ring. Each event is taken into account before the next one is looked for, so
    that a batch which passes several thresholds, or a stage and its checkpoint, reports all.
    """
    begun = any(fact.event in _BEGUN for fact in petition.telling)
    return _due_events(petition.abridged(), policy, tally) if policy and begun else ()


@lru_cache(maxsize=1024)
def _due_events(petition: Petition, policy: Policy, tally: Tally) -> tuple[Due, ...]:
    found: list[Due] = []
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


def lived(petition: Petition, policy: Policy | None, tally: Tally, now: datetime) -> Petition:
    """The petition as if everything that followed by itself up to ``now`` had been recorded."""
    due = due_events(petition, policy, tally)
    return petition.with_facts(*(as_fact(one) for one in due if one.at <= now))


def _candidates(petition: Petition, policy: Policy, tally: Tally) -> Iterator[Due]:
    """What could happen next by itself, each where the lifecycle has such a step then.

    What amended rules lead to, they lead to from their day on, never before it.
    """
    known = Known(petition=petition, policy=policy, tally=tally)
    since = known.ruling_since
    shut = frozenset({State.DRAFT, State.HELD}) if policy.sponsoring else frozenset()
    for rule in _RULES:
        for due in rule(known):
            placed = _placed(petition, _moved(due, max(due.at, since)) if since else due)
            if placed and placed.event is Event.OPENED:
                # What was set aside or sent back meanwhile is not for its sponsors to open.
                if place_at(petition.telling, placed.at).beneath in shut:
                    continue
                placed = _with_deadline(placed, policy, petition.chosen)  # counts from there
            if placed and not _told(petition, placed):
                yield placed


def _told(petition: Petition, due: Due) -> bool:
    same = (fact for fact in petition.telling if fact.event is due.event and fact.at == due.at)
    return any((fact.rule, fact.subject) == (due.rule, due.subject) for fact in same)


_WAITING = (Event.SUSPENDED, Event.OPENED)
"""What happens later where it finds no room: after the pause, or the suspension."""


def _moved(due: Due, at: datetime) -> Due:
    return due if due.at == at else evolve(due, at=at)


def _placed(petition: Petition, due: Due) -> Due | None:
    """The event at the first instant from its own on at which the facts leave room for it.

    Facts stand. What becomes known late (a dissolution of last week) cannot undo the steps that
    were taken since, and follows them. None: the lifecycle has no such step.
    """
    facts = petition.telling
    later = sorted({fact.at for fact in facts if fact.at > due.at})
    for at in (due.at, *later):
        if place_at(facts, at).allows(due.event):
            placed = _moved(due, at)
            try:
                if later:  # else it is the last one, and has its step
                    fold((*facts, as_fact(placed)), later[-1])
            except IllegalStepError:
                continue
            return placed
        if due.event not in _WAITING:
            return None
    return None


def _start(known: Known) -> Iterator[Due]:
    at = opens_at(known.petition, known.policy, known.tally)
    if at is not None and known.petition.last(Event.OPENED) is None:
        yield opening_of(known.policy, 0, at, known.petition.chosen)


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


@lru_cache(maxsize=256)
def _milestones(policy: Policy) -> Mapping[str, _Milestone]:
    """What a policy has recorded once it is reached, by its key."""
    return {threshold.key: _milestone(threshold, policy) for threshold in policy.latched}


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
    for key, milestone in _milestones(known.policy).items():
        recorded = _standing_fact(known, milestone)
        lost = _lost(known, milestone.threshold, recorded)
        if lost is not None:
            yield Due(event=milestone.losing, at=lost, rule=milestone.rule, subject=key)
        elif recorded is None:
            yield from _reaching(known, milestone)


def _reaching(known: Known, milestone: _Milestone) -> Iterator[Due]:
    threshold, petition = milestone.threshold, known.petition
    begun = petition.last(milestone.begins) if milestone.begins else None
    at = _counted(known, milestone)
    if at is None:
        return
    at = max(at, begun.at) if begun else at  # what was reached before it began anew counts then
    if milestone.while_ and place_at(petition.telling, at).beneath is not milestone.while_:
        return
    if milestone.reaching is Event.OPENED:
        yield opening_of(known.policy, 0, at, petition.chosen)
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
    for fact in sorted(known.petition.telling, key=_AT):
        if fact.event is milestone.reaching and (opens or fact.subject == key):
            standing = standing or fact
        elif fact.event is milestone.begins or (
            fact.event is milestone.losing and fact.subject == key
        ):
            standing = None
    return standing


def reached(known: Known, threshold: Threshold) -> datetime | None:
    """When a threshold was reached, by its fact or else by the counts; None while it is not.

    One that was lost is reached anew from then on, and what must be so before the end is not
    reached after it.
    """
    milestone = _milestones(known.policy)[threshold.key]
    recorded = _standing_fact(known, milestone)
    return recorded.at if recorded else _counted(known, milestone)


def _counted(known: Known, milestone: _Milestone) -> datetime | None:
    """When a threshold that no fact tells of was reached by the counts."""
    petition, threshold = known.petition, milestone.threshold
    at = holds_from(threshold.rule, known)
    lost = petition.instants(milestone.losing, threshold.key)
    if at is None or (threshold.before_end and not _in_time(known, at)):
        return None
    return max(at, known.ruling_since or at, *lost)


def _in_time(known: Known, at: datetime) -> bool:
    closed = known.petition.last(Event.CLOSED)
    ends = closed.at if closed else closes_at(known.petition, known.policy)
    return ends is None or at < ends


def _lost(known: Known, threshold: Threshold, recorded: Fact | None) -> datetime | None:
    """When a recorded threshold was lost again: watched anew since, and not standing then."""
    if recorded is None or threshold.latch is Latch.HOLD:
        return None
    for counter, level in levels_of(threshold.rule, known.petition):
        at = _fallen(known, recorded, counter, level)
        # An amendment that asks for more takes nothing away: only what fell since it was told.
        amended = known.petition.pinned if known.ruling_since else None
        if at is not None and (amended is None or at >= amended.recorded_at):
            return at
    return None


def _fallen(known: Known, recorded: Fact, counter: str, level: int) -> datetime | None:
    """From when a counter that stood at a level by a fact stands there no longer."""
    if total(known.petition, Tally(), counter) >= level:
        return None  # declared numbers alone hold it, however few have signed here
    declared, left = declared_as_of(known.petition, counter), needed(known.petition, counter, level)
    if left is None:  # a declared number stands for the signatures, and is too low
        return declared
    reading = known.tally.reading(counter, left)
    if reading is None or reading.since is None or reading.since < recorded.at:
        return None
    # A withdrawal that took the level away had it watched anew from then on, and so has a
    # declared count: that one may have left it standing.
    withdrawn = recorded.at < reading.since != declared
    stands = reading.reached_at == reading.since
    return reading.since if withdrawn or not stands else None


def _pause_over(known: Known) -> Iterator[Due]:
    paused = known.petition.last(Event.PAUSED)
    if paused is not None and paused.until is not None:
        yield Due(event=Event.UNPAUSED, at=paused.until, rule="pause")


def _stage(known: Known) -> Iterator[Due]:
    opened = known.petition.opening
    keys = known.policy.stage_keys
    if opened is None or opened.subject not in keys:
        return
    place = keys.index(opened.subject)
    stage = known.policy.stages[place]
    at = holds_from(stage.needs, known)
    ends = closes_at(known.petition, known.policy)
    if at is not None and (ends is None or at < ends):
        yield opening_of(known.policy, place + 1, max(at, opened.at), known.petition.chosen)
    elif ends is not None:
        rule = f"stages.{stage.key}"
        yield Due(event=Event.CLOSED, at=ends, rule=rule, subject=stage.key)


def opening_of(policy: Policy, place: int, at: datetime, chosen: Duration | None = None) -> Due:
    """The opening of a stage (0: the first), or of the main window after the last one."""
    subject = policy.stages[place].key if place < len(policy.stages) else ""
    rule = f"stages.{subject}" if subject else WINDOW
    opening = Due(event=Event.OPENED, at=at, rule=rule, subject=subject)
    return _with_deadline(opening, policy, chosen)


def _with_deadline(opening: Due, policy: Policy, chosen: Duration | None) -> Due:
    windows = {stage.key: stage.window for stage in policy.stages}
    stage = windows.get(opening.subject)
    until = deadline(policy, opening.at, window=stage, chosen=None if stage else chosen)
    return evolve(opening, until=until)


_FAILED = {Otherwise.CLOSE: Event.CLOSED, Otherwise.WITHDRAW: Event.WITHDRAWN}


@frozen
class _Failure:
    """A checkpoint that was failed, from when, and from when that is mended (None: not)."""

    checkpoint: Checkpoint
    since: datetime
    mended: datetime | None

    @property
    def rule(self) -> str:
        return f"checkpoints.{self.checkpoint.key}"

    def due(self, event: Event, at: datetime) -> Due:
        return Due(event=event, at=at, rule=self.rule, subject=self.checkpoint.key)


def _failures(known: Known) -> Iterator[_Failure]:
    opened = known.petition.first(Event.OPENED)
    for checkpoint in known.policy.checkpoints:
        by = _window_end(known)
        if checkpoint.by is not None:
            by = after(known.policy, opened, checkpoint.by) if opened else None
        told = [
            fact.at
            for fact in known.petition.telling
            if fact.rule == f"checkpoints.{checkpoint.key}" and fact.event is not Event.RESUMED
        ]
        since = min(told) if told else by
        at = holds_from(checkpoint.needs, known)
        if since is not None and (told or at is None or at >= since):
            lifted = checkpoint.lifted_later and at is not None
            mended = max(at, since) if lifted and at is not None else None
            yield _Failure(checkpoint, since, mended)


def _checkpoints(known: Known) -> Iterator[Due]:
    failures = list(_failures(known))
    for failure in failures:
        event = _FAILED.get(failure.checkpoint.otherwise)
        if event is not None:
            yield failure.due(event, failure.since)
    yield from _suspensions(
        known, [one for one in failures if one.checkpoint.otherwise is Otherwise.SUSPEND]
    )


def _suspensions(known: Known, failures: list[_Failure]) -> Iterator[Due]:
    """Failed checkpoints suspend a petition until the last of them is mended."""
    if not failures:
        return
    rules = {one.rule for one in failures}
    told = [f for f in known.petition.telling if f.rule in rules and f.event is Event.SUSPENDED]
    resumed = known.petition.last(Event.RESUMED)
    last = max(told, key=lambda fact: fact.at, default=None)
    if last is not None and (resumed is None or resumed.at < last.at):
        over, by = last.at, next(one for one in failures if one.rule == last.rule)
        holding = sorted(failures, key=lambda one: one.since)
        for one in holding:
            if one.since > over:
                break
            if one.mended is None:
                return
            over, by = max((over, by), (one.mended, one), key=lambda pair: pair[0])
        yield by.due(Event.RESUMED, over)
        return
    recorded = {fact.rule for fact in told}
    for one in failures:
        heeded = resumed is not None and one.mended is not None and one.mended <= resumed.at
        if one.rule not in recorded and not heeded:
            yield one.due(Event.SUSPENDED, max(one.since, resumed.at if resumed else one.since))


def _closures(known: Known) -> Iterator[Due]:
    told = {fact.rule for fact in known.petition.telling}
    for closed in known.policy.closing.when:
        at, rule = holds_from(closed.needs, known), f"closing.{closed.key}"
        if at is not None and rule not in told:  # what was reopened stays open
            for event in (Event.CLOSED, Event.LAPSED):
                yield Due(event=event, at=at, rule=rule, subject=closed.key)


def _window_end(known: Known) -> datetime | None:
    """The end of the main window; None in a stage before it."""
    opened = known.petition.opening
    in_window = opened is not None and opened.subject not in known.policy.stage_keys
    return closes_at(known.petition, known.policy) if in_window else None


def _window(known: Known) -> Iterator[Due]:
    ends = _window_end(known)
    if ends is not None:
        yield Due(event=Event.CLOSED, at=ends, rule=WINDOW, subject=WINDOW)


_RULES = (_start, _thresholds, _pause_over, _stage, _checkpoints, _closures, _window)
