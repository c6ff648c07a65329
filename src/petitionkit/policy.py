"""Policies: everything that a jurisdiction decides, as one frozen value.

Says what a signer gives, who may sign, what identifies a person, how signing is proved, how
long a petition runs, which thresholds it has, who may end it early and what is counted. It
evaluates nothing: the decisions on floor 3 read it. A policy is pinned by the petition under
its digest, so a later version never changes a running petition by itself.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property

from attrs import field, frozen

from petitionkit.agreement import disagreements
from petitionkit.assessment import Vigilance
from petitionkit.civil import Calendar, Duration
from petitionkit.claims import Identity
from petitionkit.clauses import (
    Checkpoint,
    Closing,
    FollowUp,
    Opening,
    Pausing,
    Sponsoring,
    Stage,
    Threshold,
    Window,
)
from petitionkit.counters import ORGANISATIONS, PERSONS, SPONSORS, STARTER, SUPPORTERS, USUAL
from petitionkit.disclosure import Disclosure
from petitionkit.eligibility import Eligibility
from petitionkit.errors import InvalidValueError
from petitionkit.facts import Event
from petitionkit.form import Confirmation, Counting, Form
from petitionkit.limits import filled, matching
from petitionkit.moderation import Moderation
from petitionkit.parties import PartyKind
from petitionkit.problems import Problem, problem
from petitionkit.retention import Retention
from petitionkit.rules import (
    COUNTING,
    Bound,
    Counted,
    Happened,
    Inactive,
    Passed,
    Regions,
    Rule,
    Share,
    Within,
    occurrence,
    walk,
)
from petitionkit.wording import TextLimits

__all__ = ["Policy"]

FORMAT = 1
"""Version of the shape of policy files that this petitionkit reads and writes."""


@frozen(kw_only=True, cache_hash=True)
class Policy:
    """All rules of one kind of petition, with the name, version and sources they go by.

    ``in_force_from`` and ``in_force_until`` (days, both included) say for which petitions it
    was the law; policies that followed one another bear the same ``family``. ``parameters`` are
    numbers that must be bound when it is pinned, such as a population. ``confidence`` says how
    sure the numbers are and where they were read.
    """

    name: str = field(validator=matching(r"[a-z0-9][a-z0-9-]*", "not_a_name"))
    version: str = field(validator=filled)
    format: int = FORMAT
    title: str = ""
    jurisdiction: str = ""
    sources: tuple[str, ...] = ()
    read_on: date | None = None
    confidence: str = ""
    family: str = ""
    in_force_from: date | None = None
    in_force_until: date | None = None
    parameters: tuple[str, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    form: Form = Form()
    eligibility: Eligibility = Eligibility()
    identity: Identity = Identity()
    confirmation: Confirmation = Confirmation()
    vigilance: Vigilance = Vigilance()
    texts: TextLimits = TextLimits()
    sponsoring: Sponsoring | None = None
    moderation: Moderation = Moderation()
    opening: Opening = Opening()
    stages: tuple[Stage, ...] = ()
    window: Window = Window()
    checkpoints: tuple[Checkpoint, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    closing: Closing = Closing()
    pausing: Pausing = Pausing()
    follow_ups: tuple[FollowUp, ...] = ()
    counting: Counting = Counting()
    disclosure: Disclosure = Disclosure()
    retention: Retention = Retention()

    def __attrs_post_init__(self) -> None:
        """Refuse rules that contradict each other, all of them at once."""
        signers = (self.form, self.eligibility, self.identity, self.confirmation)
        found = [*disagreements(*signers, self.disclosure), *_rule_problems(self)]
        if not found:  # lengths can only be compared in calendars that there are
            found += _length_problems(self)
        if self.format != FORMAT:
            found.append(problem("unknown_choice", "format", choices=str(FORMAT)))
        if found:
            raise InvalidValueError(found)

    def threshold(self, key: str) -> Threshold:
        """The threshold of that key; ``KeyError`` where there is none."""
        return {threshold.key: threshold for threshold in self.thresholds}[key]

    def bind(self, parameters: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
        """The numbers that its parameters are bound to, sorted, as a fact keeps them.

        ``InvalidValueError`` where one is missing, unknown, or not above zero.
        """
        found = [
            *(
                problem("unbound_parameter", name)
                for name in self.parameters
                if name not in parameters
            ),
            *(problem("unknown_key", name) for name in parameters if name not in self.parameters),
            *(problem("not_positive", name) for name, number in parameters.items() if number < 1),
        ]
        if found:
            raise InvalidValueError(found)
        return tuple(sorted(parameters.items()))

    @cached_property
    def latched(self) -> tuple[Threshold, ...]:
        """What is recorded once it is reached: the thresholds, and the sponsors that it needs."""
        if self.sponsoring is None:
            return self.thresholds
        sponsors = Threshold(key=SPONSORS, needs=self.sponsoring.needs, latch=self.sponsoring.latch)
        return (*self.thresholds, sponsors)

    @cached_property
    def stage_keys(self) -> tuple[str, ...]:
        """Keys of the stages before the main window, in their order."""
        return tuple(stage.key for stage in self.stages)

    @cached_property
    def moves_on_counts(self) -> bool:
        """Whether counts can close or suspend a petition, or open its next stage."""
        needs: tuple[Rule, ...] = (
            *(checkpoint.needs for checkpoint in self.checkpoints),
            *(closed.needs for closed in self.closing.when),
            *(stage.needs for stage in self.stages),
            *(threshold.rule for threshold in self.thresholds if threshold.open_until),
            *((self.sponsoring.needs,) if self.sponsoring else ()),
        )
        return any(isinstance(rule, COUNTING) for one in needs for rule in walk(one))

    def rules(self) -> Iterator[tuple[str, Rule]]:
        """Every rule with the path of its key, rules within rules included."""
        tops: list[tuple[str, Rule]] = [
            *((f"checkpoints.{c.key}", c.needs) for c in self.checkpoints),
            *((f"stages.{s.key}", s.needs) for s in self.stages),
            *((f"thresholds.{t.key}", t.rule) for t in self.thresholds),
            *((f"closing.{c.key}", c.needs) for c in self.closing.when),
            *((f"follow_ups.{f.key}", f.within) for f in self.follow_ups),
            *((f"retention.rules.{r.key}", r.when) for r in self.retention.rules),
        ]
        opening = (self.opening.needs, self.opening.within, self.opening.at)
        tops += [("opening", rule) for rule in opening if rule]
        if self.sponsoring:
            tops.append(("sponsoring", self.sponsoring.needs))
        for path, top in tops:
            for rule in walk(top):
                yield path, rule


def _rule_problems(policy: Policy) -> list[Problem]:
    found: list[Problem] = []
    named = {
        "thresholds": [t.key for t in policy.latched],
        "checkpoints": [c.key for c in policy.checkpoints],
        "stages": [s.key for s in policy.stages],
        "follow_ups": [f.key for f in policy.follow_ups],
        "retention.rules": [r.key for r in policy.retention.rules],
        "closing.when": [c.key for c in policy.closing.when],
        "calendars": [calendar.name for calendar in policy.calendars],
        "counting.counters": [*USUAL, STARTER, *(c.key for c in policy.counting.counters)],
    }
    found += [
        problem("repeated", name) for name, keys in named.items() if len(set(keys)) < len(keys)
    ]
    begun, over = policy.in_force_from, policy.in_force_until
    if begun and over and over < begun:
        found.append(problem("before_the_beginning", "in_force_until"))
    plain = {f"thresholds.{t.key}" for t in policy.thresholds if t.level}
    for path, rule in policy.rules():
        found += _rule_own_problems(policy, path, rule, plain=path in plain)
    found += [*_counter_problems(policy), *_opening_problems(policy)]
    calendars = {calendar.name for calendar in policy.calendars}
    found += [
        problem("unknown_calendar", path)
        for path, duration in _timed(policy)
        if duration.calendar and duration.calendar not in calendars
    ]
    # Nobody is there to choose when a stage opens by itself.
    found += [
        problem("misplaced", f"stages.{stage.key}")
        for stage in policy.stages
        if stage.window.chosen_by_author
    ]
    found += [
        problem("misplaced", f"thresholds.{threshold.key}.open_until")
        for threshold in policy.thresholds
        if threshold.open_until and policy.window.endless
    ]
    return found


def _rule_own_problems(policy: Policy, path: str, rule: Rule, *, plain: bool) -> Iterator[Problem]:
    names = (*USUAL, *(counter.key for counter in policy.counting.counters))
    parameter = ""
    match rule:
        case Share(of=parameter):
            key = "of"
        case Bound(parameter=parameter):
            key = "parameter"
    if parameter and parameter not in policy.parameters:
        choices = ", ".join(policy.parameters) or "none is declared"
        yield problem("unknown_choice", f"{path}.{key}", choices=choices)
    if isinstance(rule, Inactive) and not path.startswith("closing."):
        # A signature puts it off: what it led to elsewhere would depend on when jobs ran.
        yield problem("misplaced", path)
    if not isinstance(rule, Counted | Bound | Share | Regions):
        return
    name = f"{path}.{'counter' if plain else 'count'}"
    if rule.count not in names:
        yield problem("unknown_choice", name, choices=", ".join(names))
    elif path.startswith("checkpoints.") and rule.count not in _movable(policy):
        yield problem("nobody_counts", name)


def _movable(policy: Policy) -> set[str]:
    """Counters that somebody can move: by signing, or by declaring what only an office knows."""
    kinds = {PartyKind.PERSON: PERSONS}
    if policy.eligibility.organisations:
        kinds[PartyKind.ORGANISATION] = ORGANISATIONS
    movable = set(kinds.values())
    if movable and set(policy.counting.supporters) & set(kinds):
        movable |= {SUPPORTERS} | ({SPONSORS} if policy.sponsoring else set())
    for counter in policy.counting.counters:
        if counter.declared or counter.of in movable:
            movable.add(counter.key)
    return movable


def _counter_problems(policy: Policy) -> Iterator[Problem]:
    known = list(USUAL)
    for counter in policy.counting.counters:
        path = f"counting.counters.{counter.key}"
        if counter.of not in known:
            yield problem("unknown_choice", f"{path}.of", choices=", ".join(known))
        asks = counter.channels or counter.attested or counter.regions or counter.within
        if counter.declared and asks:
            yield problem("misplaced", f"{path}.declared")
        known.append(counter.key)


_ONCE_OPEN = frozenset(
    {
        Event.OPENED,
        Event.EXTENDED,
        Event.THRESHOLD_REACHED,
        Event.THRESHOLD_LOST,
        Event.SUSPENDED,
        Event.RESUMED,
        Event.PAUSED,
        Event.UNPAUSED,
        Event.CLOSED,
        Event.REOPENED,
        Event.DEADLINE_MOVED,
        Event.DELIVERED,
        Event.ANSWERED,
    }
)
"""What cannot have happened to a petition that has not been open."""


def _opening_problems(policy: Policy) -> Iterator[Problem]:
    opening = policy.opening
    for path, rule in policy.rules():
        match rule:
            case Happened(event=event):
                events: tuple[str, ...] = (event,)
            case Passed(since=events):
                pass
            case _:
                continue
        if path == "opening" and _ONCE_OPEN & {occurrence(event)[0] for event in events}:
            yield problem("misplaced", path)
    others = opening.within or policy.sponsoring or policy.moderation.before_opening
    if opening.at is not None and others:
        yield problem("misplaced", "opening.at")
    sponsoring = policy.sponsoring
    if sponsoring and sponsoring.at_most and isinstance(sponsoring.needs, Counted):
        level = sponsoring.needs.level
        if level > sponsoring.at_most:
            most = sponsoring.at_most
            yield problem("too_many_needed", "sponsoring.at_most", needed=level, of=most)


def _length_problems(policy: Policy) -> Iterator[Problem]:
    """What lies after the end: of the main window, or of a stage."""

    def reach(duration: Duration | None) -> date | None:
        return duration.reach(policy.calendars) if duration else None

    window = policy.window
    short, long = reach(window.shortest), reach(window.longest)
    if short and long and short > long:
        yield problem("after_the_end", "window.shortest")
    ends = {f"stages.{stage.key}": _plain(stage.window.duration) for stage in policy.stages}
    lengths = [_plain(one) for one in (window.duration, window.longest, *(window.choices or ()))]
    # How long the stages before it take is not known, nor how long days of a calendar.
    known = lengths if all(lengths[2:]) and not policy.stages else []
    ends[""] = max((length for length in known if length), default=None)
    for path, duration in _bounded(policy):
        end = ends.get(path.rpartition(".")[0], ends[""])
        length = _plain(duration)
        if end and length and length > end:
            yield problem("after_the_end", path)


def _plain(duration: Duration | None) -> date | None:
    """A day to compare lengths by; None for days of a calendar, which no other length is like."""
    return duration.reach() if duration and not duration.calendar else None


def _bounded(policy: Policy) -> Iterator[tuple[str, Duration]]:
    """Durations since the opening that mean nothing once the petition is over."""
    yield from ((f"checkpoints.{c.key}.by", c.by) for c in policy.checkpoints if c.by)
    for path, rule in policy.rules():
        match rule:
            case Counted(within=Within(first=first)) | Bound(within=Within(first=first)):
                yield f"{path}.within", first
            case Passed(passed=passed, since=since) if set(since) == {"opened"}:
                if not path.startswith(("follow_ups.", "opening", "retention.")):
                    yield f"{path}.passed", passed
    for counter in policy.counting.counters:
        if counter.within:
            yield f"counting.counters.{counter.key}.within", counter.within.first


def _timed(policy: Policy) -> Iterator[tuple[str, Duration]]:
    """Every duration of a policy with the path that names it."""
    windows = [("window", policy.window), *((f"stages.{s.key}", s.window) for s in policy.stages)]
    for path, window in windows:
        given = (window.duration, window.shortest, window.longest, *(window.choices or ()))
        yield from ((path, duration) for duration in given if duration)
    yield from ((f"checkpoints.{c.key}", c.by) for c in policy.checkpoints if c.by)
    for counter in policy.counting.counters:
        if counter.within:
            yield f"counting.counters.{counter.key}", counter.within.first
    for path, rule in policy.rules():
        match rule:
            case Counted(within=Within(first=duration)) | Bound(within=Within(first=duration)):
                yield path, duration
            case Passed(passed=duration) | Inactive(inactive_for=duration):
                yield path, duration
