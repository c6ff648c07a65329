"""Clauses: the parts of a policy, each a value.

How long signatures are taken, what must be so before, by a day or at all, what follows from it,
and who may end it early. ``policy`` puts them together and refuses what contradicts itself.
"""

from datetime import date

from attrs import field, frozen

from petitionkit.civil import Duration, MonthEnd, zone
from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice, at_least, if_given, is_key
from petitionkit.moderation import ENDS_EARLY, Capacity
from petitionkit.problems import Problem, problem
from petitionkit.rules import Counted, Passed, Rule, happens

__all__ = [
    "Checkpoint",
    "ClosedWhen",
    "Closing",
    "EarlyEndAt",
    "FollowUp",
    "Latch",
    "Opening",
    "Otherwise",
    "Pausing",
    "Sponsoring",
    "Stage",
    "Threshold",
    "Window",
    "WindowEnd",
]


class WindowEnd(Choice):
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
        if self.choices and len(set(self.choices)) < len(self.choices):
            found.append(problem("repeated", "choices"))
        if found:
            raise InvalidValueError(found)

    @property
    def endless(self) -> bool:
        """Whether it runs until somebody ends it."""
        return not (self.duration or self.last_day or self.chosen_by_author)

    @property
    def chosen_by_author(self) -> bool:
        """Whether the author takes the duration."""
        return bool(self.choices or self.shortest or self.longest)


class Latch(Choice):
    """What becomes of a reached threshold when the count falls below it again."""

    HOLD = "hold"
    """It stays reached, whatever happens."""
    UNTIL_OFFICIAL_ACT = "until_official_act"
    """It is lost again, unless an official act (an answer) came before (UK Parliament)."""


@frozen(kw_only=True)
class Threshold:
    """Something that means something once it is so, and what follows from it.

    Either ``level`` in ``counter``, or any rule in ``needs``. ``effect`` is a code for the
    office (``response``, ``debate`` ...). ``before_end``: it must be so before the petition
    ends, as the certificates of a Swiss initiative must be there by then. ``open_until`` holds
    a petition that reached it in time open until an event, such as ``answered`` (We the
    People took signatures past the deadline until there was an answer).
    """

    key: str = field(validator=is_key)
    level: int | None = field(default=None, validator=if_given(at_least(1)))
    counter: str = "supporters"
    needs: Rule | None = None
    effect: str = ""
    latch: Latch = field(default=Latch.HOLD, converter=Latch)
    before_end: bool = False
    open_until: str | None = field(default=None, validator=if_given(happens))

    def __attrs_post_init__(self) -> None:
        """Refuse a threshold that needs nothing, or says it twice."""
        if (self.level is None) is (self.needs is None):
            raise InvalidValueError([problem("one_of_these", "", choices="level, needs")])

    @property
    def rule(self) -> Rule:
        """What it needs, as a rule."""
        return self.needs or Counted(level=self.level or 1, count=self.counter)


class Otherwise(Choice):
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

    key: str = field(validator=is_key)
    by: Duration | None = None
    needs: Rule
    otherwise: Otherwise = field(converter=Otherwise)
    lifted_later: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse to lift what is no suspension."""
        if self.lifted_later and self.otherwise is not Otherwise.SUSPEND:
            raise InvalidValueError([problem("misplaced", "lifted_later")])


@frozen(kw_only=True)
class Stage:
    """A window of its own before the main one.

    Once ``needs`` holds, the next stage opens, or the main window after the last one; a stage
    that ends before that closes the petition (the Korean assembly: a hundred consents in
    thirty days, then fifty thousand in thirty).
    """

    key: str = field(validator=is_key)
    window: Window
    needs: Rule


@frozen(kw_only=True)
class Sponsoring:
    """Signatures that a petition needs before anybody looks at it, or before it opens.

    Once ``needs`` holds, the petition goes to moderation, or opens where the policy has none
    before the opening. ``at_most`` sponsors may sign before it opens; without it any number
    (the UK Parliament: five beside the starter, at most twenty).
    """

    needs: Rule
    at_most: int | None = field(default=None, validator=if_given(at_least(1)))
    latch: Latch = field(default=Latch.HOLD, converter=Latch)


@frozen(kw_only=True)
class Opening:
    """What must be so before a petition may open, and when it does.

    ``needs`` must be so by then; counts in it are those of supporters who sign before, once the
    policy is pinned. ``within``: the author picks the day, but no later than this (six months
    from the registration of a European Citizens' Initiative). ``at``: it opens by itself once
    this is so, without a day of anybody's choice (the Swiss Federal Gazette prints it).
    """

    needs: Rule | None = None
    within: Passed | None = None
    at: Rule | None = None


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

    key: str = field(validator=is_key)
    within: Passed
    owed_by: str = ""


class EarlyEndAt(Choice):
    """From which instant a petition that is ended early has ended."""

    NOW = "now"
    DAY_BEFORE = "day_before"
    """The end of the local day before, or what was last recorded, whichever is later."""


def _early_ends(values: tuple[Capacity, ...]) -> tuple[Capacity, ...]:
    return tuple(Capacity(value) for value in values)


@frozen(kw_only=True)
class ClosedWhen:
    """A rule that closes a petition at the instant from which it holds."""

    key: str = field(validator=is_key)
    needs: Rule


@frozen(kw_only=True)
class Closing:
    """Who may close a petition early, and what closes it by itself.

    An early end is that of the day before where ``early_end_at`` says so, in the window's zone:
    a Finnish initiative that is sent to the register had ended with yesterday.

    Closing at a count closes at the instant at which it was reached: of those who sign at the
    same time the store takes one after the other and none beyond the level; what was signed
    before that instant and is handed in later still counts.
    """

    when: tuple[ClosedWhen, ...] = ()
    early_end_by: tuple[Capacity, ...] = field(
        default=(Capacity.STARTER, Capacity.OFFICE), converter=_early_ends
    )
    early_end_at: EarlyEndAt = field(default=EarlyEndAt.NOW, converter=EarlyEndAt)

    def __attrs_post_init__(self) -> None:
        """Refuse an early end by somebody who has no part in the petition."""
        if not set(self.early_end_by) <= set(ENDS_EARLY):
            choices = ", ".join(ENDS_EARLY)
            raise InvalidValueError([problem("unknown_choice", "early_end_by", choices=choices)])
