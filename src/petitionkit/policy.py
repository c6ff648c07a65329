"""Policies: everything that a jurisdiction decides, as one frozen value.

Says what a signer gives, who may sign, what identifies a person, how signing is proved, how
long a petition runs, which thresholds it has, who may end it early and what is counted. It
evaluates nothing: the decisions on floor 3 read it. A policy is pinned by the petition under
its digest, so a later version never changes a running petition by itself.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from attrs import field, frozen, validators

from petitionkit.agreement import disagreements
from petitionkit.assessment import Vigilance
from petitionkit.civil import Calendar, Duration, MonthEnd, zone
from petitionkit.claims import Identity
from petitionkit.eligibility import Eligibility
from petitionkit.errors import InvalidValueError
from petitionkit.form import Confirmation, Counting, Form
from petitionkit.moderation import ENDS_EARLY, Capacity, Moderation
from petitionkit.problems import Problem, problem
from petitionkit.rules import (
    COUNTING,
    Counted,
    Inactive,
    Passed,
    Regions,
    Rule,
    Share,
    Within,
    walk,
)
from petitionkit.wording import TextLimits

__all__ = [
    "SPONSORS",
    "Checkpoint",
    "ClosedWhen",
    "Closing",
    "FollowUp",
    "Latch",
    "Opening",
    "Otherwise",
    "Pausing",
    "Policy",
    "Sponsoring",
    "Stage",
    "Threshold",
    "Window",
    "WindowEnd",
]

_KEY = r"[a-z0-9][a-z0-9_-]*"

FORMAT = 1
"""Version of the shape of policy files that this petitionkit reads and writes."""


class WindowEnd(StrEnum):
    """Where on its last day a window ends."""

    END_OF_DAY = "end_of_day"
    """The whole last day counts, in the window's zone."""
    SAME_TIME = "same_time"
    """At the local time of day at which it opened."""


@frozen(kw_only=True)
class Window:
    """How long signatures are taken, counted from the opening.

    One of: ``duration``; ``choices`` (the author takes one of them); ``shortest`` and
    ``longest`` (the author takes any between; one of the two alone leaves the other side
    free); ``last_day``, a fixed date; or none of these, and the petition is open until somebody
    ends it. ``zone`` is an IANA name; the calendar is that of the zone, so a petition opened at
    23:30 UTC may begin on the next local day. ``first_day_counts`` makes the day of opening the
    first day of the duration; otherwise the day after it is (Liechtenstein says so expressly).
    """

    duration: Duration | None = None
    choices: tuple[Duration, ...] | None = None
    shortest: Duration | None = None
    longest: Duration | None = None
    last_day: date | None = None
    zone: str = "UTC"
    end: WindowEnd = field(default=WindowEnd.END_OF_DAY, converter=WindowEnd)
    first_day_counts: bool = False
    month_end: MonthEnd = field(default=MonthEnd.CLIPPED, converter=MonthEnd)

    def __attrs_post_init__(self) -> None:
        """Refuse a zone that does not exist, two ways of saying when it ends, and no choice."""
        zone(self.zone)
        said = {
            "duration": self.duration,
            "choices": self.choices,
            "longest": self.longest or self.shortest,
            "last_day": self.last_day,
        }
        given = [name for name, value in said.items() if value]
        found: list[Problem] = []
        if len(given) > 1:
            found.append(problem("one_of_these", given[1], choices=", ".join(said)))
        if self.choices == ():
            found.append(problem("required", "choices"))
        if found:
            raise InvalidValueError(found)

    @property
    def chosen_by_author(self) -> bool:
        """Whether the author takes the duration."""
        return bool(self.choices or self.shortest or self.longest)


class Latch(StrEnum):
    """What becomes of a reached threshold when the count falls below it again."""

    HOLD = "hold"
    """It stays reached, whatever happens."""
    UNTIL_OFFICIAL_ACT = "until_official_act"
    """It is lost again, unless an official act (an answer) came before (UK Parliament)."""


@frozen(kw_only=True)
class Threshold:
    """Something that means something once it is so, and what follows from it.

    Either ``level`` in ``counter``, or any rule in ``needs``. ``effect`` is a code for the
    office (``response``, ``debate`` ...).
    """

    key: str = field(validator=validators.matches_re(_KEY))
    level: int | None = field(default=None, validator=validators.optional(validators.ge(1)))
    counter: str = "supporters"
    needs: Rule | None = None
    effect: str = ""
    latch: Latch = field(default=Latch.HOLD, converter=Latch)

    def __attrs_post_init__(self) -> None:
        """Refuse a threshold that needs nothing, or says it twice."""
        if (self.level is None) is (self.needs is None):
            raise InvalidValueError([problem("one_of_these", "", choices="level, needs")])

    @property
    def rule(self) -> Rule:
        """What it needs, as a rule."""
        return self.needs or Counted(level=self.level or 1, count=self.counter)


class Otherwise(StrEnum):
    """What happens to a petition that fails a checkpoint."""

    SUSPEND = "suspend"
    CLOSE = "close"
    WITHDRAW = "withdraw"


@frozen(kw_only=True)
class Checkpoint:
    """Something that must be so by a day, or else.

    ``by`` counts from the opening, like the window; without it the window's end is meant
    (petities.nl withdraws what has fewer than ten at its due date). ``lifted_later``: a
    suspended petition goes on once it is so after all (Finland's fifty in a month, which a
    paper count declared later may lift).
    """

    key: str = field(validator=validators.matches_re(_KEY))
    by: Duration | None = None
    needs: Rule
    otherwise: Otherwise = field(converter=Otherwise)
    lifted_later: bool = False


@frozen(kw_only=True)
class Stage:
    """A window of its own before the main one.

    Once ``needs`` holds, the next stage opens, or the main window after the last one; a stage
    that ends before that closes the petition (the Korean assembly: a hundred consents in
    thirty days, then fifty thousand in thirty).
    """

    key: str = field(validator=validators.matches_re(_KEY))
    window: Window
    needs: Rule


SPONSORS = "sponsors"
"""Key of the threshold that sponsors reach, and name of the counter of sponsors."""


@frozen(kw_only=True)
class Sponsoring:
    """Signatures that a petition needs before anybody looks at it, or before it opens.

    Once ``needs`` holds, the petition goes to moderation, or opens where the policy has none
    before the opening. ``at_most`` sponsors may sign before it opens; without it any number
    (the UK Parliament: five beside the starter, at most twenty).
    """

    needs: Rule
    at_most: int | None = field(default=None, validator=validators.optional(validators.ge(1)))
    latch: Latch = field(default=Latch.HOLD, converter=Latch)


@frozen(kw_only=True)
class Opening:
    """What must be so before a petition may open."""

    needs: Rule | None = None


@frozen(kw_only=True)
class Pausing:
    """Whether a pause gives its time back: ``stops_clock`` moves the end.

    An end of day moves by as many days as there were nights in the pause (the UK Parliament
    adds a day for each night on which signing is paused), an instant by the pause's length.
    """

    stops_clock: bool = False


@frozen(kw_only=True)
class FollowUp:
    """What somebody owes after something: an answer within so long of an event.

    ``since`` names events, ``which`` of them counts. ``owed_by`` is a code (``government``).
    """

    key: str = field(validator=validators.matches_re(_KEY))
    within: Passed
    owed_by: str = ""


def _early_ends(values: tuple[Capacity, ...]) -> tuple[Capacity, ...]:
    return tuple(Capacity(value) for value in values)


@frozen(kw_only=True)
class ClosedWhen:
    """A rule that closes a petition at the instant from which it holds."""

    key: str = field(validator=validators.matches_re(_KEY))
    needs: Rule


@frozen(kw_only=True)
class Closing:
    """Who may close a petition early, and what closes it by itself.

    Closing at a count closes at the instant at which it was reached: of those who sign at the
    same time the store takes one after the other and none beyond the level; what was signed
    before that instant and is handed in later still counts.
    """

    when: tuple[ClosedWhen, ...] = ()
    early_end_by: tuple[Capacity, ...] = field(
        default=(Capacity.STARTER, Capacity.OFFICE), converter=_early_ends
    )

    def __attrs_post_init__(self) -> None:
        """Refuse an early end by somebody who has no part in the petition."""
        if not set(self.early_end_by) <= set(ENDS_EARLY):
            choices = ", ".join(ENDS_EARLY)
            raise InvalidValueError([problem("unknown_choice", "early_end_by", choices=choices)])


@frozen(kw_only=True, cache_hash=True)
class Policy:
    """All rules of one kind of petition, with the name, version and sources they go by.

    ``in_force_from`` and ``in_force_until`` (days, both included) say for which petitions it
    was the law; policies that followed one another bear the same ``family``. ``parameters`` are
    numbers that must be bound when it is pinned, such as a population. ``confidence`` says how
    sure the numbers are and where they were read.
    """

    name: str = field(validator=validators.matches_re(r"[a-z0-9][a-z0-9-]*"))
    version: str = field(validator=validators.min_len(1))
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

    def __attrs_post_init__(self) -> None:
        """Refuse rules that contradict each other, all of them at once."""
        parts = (self.form, self.eligibility, self.identity, self.confirmation)
        found = [*disagreements(*parts), *_rule_problems(self)]
        if self.format != FORMAT:
            found.append(problem("unknown_choice", "format", choices=str(FORMAT)))
        if found:
            raise InvalidValueError(found)

    def threshold(self, key: str) -> Threshold:
        """The threshold of that key; ``KeyError`` where there is none."""
        return {threshold.key: threshold for threshold in self.thresholds}[key]

    @property
    def latched(self) -> tuple[Threshold, ...]:
        """What is recorded once it is reached: the thresholds, and the sponsors that it needs."""
        if self.sponsoring is None:
            return self.thresholds
        sponsors = Threshold(key=SPONSORS, needs=self.sponsoring.needs, latch=self.sponsoring.latch)
        return (*self.thresholds, sponsors)

    @property
    def moves_on_counts(self) -> bool:
        """Whether counts can close or suspend a petition, or open its next stage."""
        needs: tuple[Rule, ...] = (
            *(checkpoint.needs for checkpoint in self.checkpoints),
            *(closed.needs for closed in self.closing.when),
            *(stage.needs for stage in self.stages),
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
        ]
        if self.opening.needs:
            tops.append(("opening", self.opening.needs))
        if self.sponsoring:
            tops.append(("sponsoring", self.sponsoring.needs))
        for path, top in tops:
            for rule in walk(top):
                yield path, rule


_COUNTERS = ("supporters", "persons", "organisations", SPONSORS)


def _rule_problems(policy: Policy) -> list[Problem]:
    found: list[Problem] = []
    named = {
        "thresholds": [t.key for t in policy.latched],
        "checkpoints": [c.key for c in policy.checkpoints],
        "stages": [s.key for s in policy.stages],
        "follow_ups": [f.key for f in policy.follow_ups],
        "closing.when": [c.key for c in policy.closing.when],
        "calendars": [calendar.name for calendar in policy.calendars],
    }
    found += [
        problem("repeated", name) for name, keys in named.items() if len(set(keys)) < len(keys)
    ]
    calendars = {calendar.name for calendar in policy.calendars}
    plain = {f"thresholds.{t.key}" for t in policy.thresholds if t.level}
    for path, rule in policy.rules():
        match rule:
            case Counted(count=counter) | Share(count=counter) | Regions(count=counter):
                counters = (*_COUNTERS, *(named.name for named in policy.counting.named))
                if counter not in counters:
                    choices = ", ".join(counters)
                    name = "counter" if path in plain else "count"
                    found.append(problem("unknown_choice", f"{path}.{name}", choices=choices))
        if isinstance(rule, Share) and rule.of not in policy.parameters:
            choices = ", ".join(policy.parameters) or "none is declared"
            found.append(problem("unknown_choice", f"{path}.of", choices=choices))
        if isinstance(rule, Inactive) and not path.startswith("closing."):
            # A signature puts it off: what it led to elsewhere would depend on when jobs ran.
            found.append(problem("misplaced", path))
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
    if policy.stages and policy.window.chosen_by_author:
        found.append(problem("misplaced", "window"))
    short, long = policy.window.shortest, policy.window.longest
    if not found and short and long:
        reach = (short.reach(policy.calendars), long.reach(policy.calendars))
        if reach[0] and reach[1] and reach[0] > reach[1]:
            found.append(problem("after_the_end", "window.shortest"))
    if not found and policy.window.duration:
        ends = policy.window.duration.reach(policy.calendars)
        found += [
            problem("after_the_end", f"checkpoints.{checkpoint.key}.by")
            for checkpoint in policy.checkpoints
            if ends and checkpoint.by and (checkpoint.by.reach(policy.calendars) or ends) > ends
        ]
    return found


def _timed(policy: Policy) -> Iterator[tuple[str, Duration]]:
    """Every duration of a policy with the path that names it."""
    windows = [("window", policy.window), *((f"stages.{s.key}", s.window) for s in policy.stages)]
    for path, window in windows:
        given = (window.duration, window.shortest, window.longest, *(window.choices or ()))
        yield from ((path, duration) for duration in given if duration)
    yield from ((f"checkpoints.{c.key}", c.by) for c in policy.checkpoints if c.by)
    for path, rule in policy.rules():
        match rule:
            case Counted(within=Within(first=duration)):
                yield path, duration
            case Passed(passed=duration) | Inactive(inactive_for=duration):
                yield path, duration
