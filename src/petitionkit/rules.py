"""Rules: what must be so before something follows, as values.

A rule says what it needs: a count, a share of a population, minima in some of the regions,
something found out by somebody, time passed, or a combination of these. All rules are
monotone: more signatures and more findings never make one fail. There is no ``not`` here; who
may sign is another matter (see ``policy.Eligibility``). Evaluating is for ``conditions``.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from attrs import Attribute, evolve, field, frozen, resolve_types

from petitionkit.civil import Duration
from petitionkit.errors import InvalidValueError
from petitionkit.facts import Event
from petitionkit.limits import Choice, at_least, filled
from petitionkit.parties import AuthorRole
from petitionkit.problems import Problem, problem

__all__ = [
    "COUNTING",
    "All",
    "AnyOf",
    "AtLeast",
    "AuthorsAccepted",
    "Bound",
    "Counted",
    "Found",
    "Happened",
    "Inactive",
    "Passed",
    "Regions",
    "Rounding",
    "Rule",
    "Share",
    "Which",
    "Within",
    "happens",
    "occurrence",
    "share_of",
    "walk",
]


class Rounding(Choice):
    """What becomes of a share that is no whole number."""

    UP = "up"
    DOWN = "down"
    HALF_UP = "half_up"


@frozen(kw_only=True)
class Within:
    """Signatures of the first part of the window only, stages included: since the first opening.

    ``by_counting`` decides by the instant from which a signature counts (its confirmation)
    instead of that at which it was signed.

    The German Bundestag counted towards its quorum what was signed in the first three of six
    weeks (until about 2012).
    """

    first: Duration
    by_counting: bool = False


@frozen(kw_only=True)
class Counted:
    """``level`` in a counter: signatures together with declared counts."""

    level: int = field(validator=at_least(1))
    count: str = "supporters"
    within: Within | None = None


@frozen(kw_only=True)
class Bound:
    """A level that is bound as a parameter when the policy is pinned, as a city sets its own."""

    parameter: str = field(validator=filled)
    count: str = "supporters"
    within: Within | None = None


def _fraction(value: str) -> Fraction:
    """Read ``1/10``, ``0.02`` or ``2 %``."""
    text = value.strip()
    try:
        found = Fraction(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        raise InvalidValueError([problem("not_a_share", "share")]) from None
    return found


@frozen(kw_only=True)
class Share:
    """A share of a population that is bound as a parameter when the policy is pinned.

    ``share`` is above 0 and at most 1, written ``1/10``, ``0.02`` or ``2 %``.
    """

    share: str
    of: str = field(validator=filled)
    count: str = "supporters"
    rounding: Rounding = field(default=Rounding.UP, converter=Rounding)

    def __attrs_post_init__(self) -> None:
        """Refuse a share of nothing and of more than all."""
        if not 0 < _fraction(self.share) <= 1:
            raise InvalidValueError([problem("not_a_share", "share")])


def share_of(rule: Share, population: int) -> int:
    """How many a share of a population comes to, rounded as the rule says; exact."""
    exact = _fraction(rule.share) * population
    down = exact.numerator // exact.denominator
    if rule.rounding is Rounding.UP:
        return down + (exact != down)
    half_up = rule.rounding is Rounding.HALF_UP
    return down + (half_up and exact - down >= Fraction(1, 2))


@frozen(kw_only=True, cache_hash=True)
class Regions:
    """At least so many regions reach each its own minimum of the counter.

    A region's minimum is its weight times ``factor``: the European Citizens' Initiative
    multiplies a state's seats in Parliament by the number of all seats. ``weights`` are pairs
    of region and weight.
    """

    regions: int = field(validator=at_least(1))
    weights: tuple[tuple[str, int], ...]
    factor: int = field(default=1, validator=at_least(1))
    count: str = "supporters"

    def __attrs_post_init__(self) -> None:
        """Refuse a quorum that cannot be met, and a region twice or without weight."""
        names = [name for name, _ in self.weights]
        found: list[Problem] = []
        if self.regions > len(names):
            found.append(problem("too_many_needed", "regions", needed=self.regions, of=len(names)))
        if len(set(names)) < len(names):
            found.append(problem("repeated", "weights"))
        if any(weight < 1 for _, weight in self.weights):
            found.append(problem("not_positive", "weights"))
        if found:
            raise InvalidValueError(found)

    def minima(self) -> tuple[tuple[str, int], ...]:
        """Regions with their minima."""
        return tuple((name, weight * self.factor) for name, weight in self.weights)


@frozen(kw_only=True)
class AuthorsAccepted:
    """So many authors in a role have accepted the current text."""

    authors: AuthorRole = field(converter=AuthorRole)
    at_least: int = field(default=1, validator=at_least(1))


@frozen(kw_only=True)
class Found:
    """A finding of that name was recorded, with at least this value where one is given."""

    finding: str = field(validator=filled)
    value: int = 1


def occurrence(text: str) -> tuple[Event, str]:
    """Read what may have happened: ``closed``, or about what, ``threshold_reached.debate``.

    After the dot stands the subject of the fact: a threshold's key, a finding's name, an
    addressee. Raises ``InvalidValueError`` for an event that there is not.
    """
    event, _, subject = text.partition(".")
    if event not in set(Event):
        raise InvalidValueError([problem("unknown_choice", choices=", ".join(Event))])
    return Event(event), subject


def happens(_: object, attribute: "Attribute[Any]", value: str | tuple[str, ...]) -> None:
    """Refuse, for a field of a rule, what is no event."""
    for text in (value,) if isinstance(value, str) else value:
        try:
            occurrence(text)
        except InvalidValueError as error:
            found = (evolve(one, field=attribute.name) for one in error.problems)
            raise InvalidValueError(found) from None


@frozen(kw_only=True)
class Happened:
    """Something happened to the petition, such as ``answered`` or ``answered.council``."""

    event: str = field(validator=happens)


class Which(Choice):
    """Of several events, the one to count from."""

    EARLIER = "earlier"
    LATER = "later"


@frozen(kw_only=True)
class Passed:
    """So much time has passed since an event, or since the earlier or later of several.

    Events may name what they are about: ``found.registration``, ``threshold_reached.debate``.
    """

    passed: Duration
    since: tuple[str, ...] = field(validator=[filled, happens])
    which: Which = field(default=Which.LATER, converter=Which)


@frozen(kw_only=True)
class Inactive:
    """Nobody has signed for so long."""

    inactive_for: Duration


@frozen(kw_only=True)
class All:
    """Every one of the rules."""

    all: tuple["Rule", ...] = field(validator=filled)


@frozen(kw_only=True)
class AnyOf:
    """Any one of the rules."""

    any: tuple["Rule", ...] = field(validator=filled)


@frozen(kw_only=True)
class AtLeast:
    """At least so many of the rules."""

    at_least: int = field(validator=at_least(1))
    of: tuple["Rule", ...]

    def __attrs_post_init__(self) -> None:
        """Refuse more than there are."""
        if self.at_least > len(self.of):
            raise InvalidValueError(
                [problem("too_many_needed", "at_least", needed=self.at_least, of=len(self.of))]
            )


Rule = (
    Counted
    | Bound
    | Share
    | Regions
    | AuthorsAccepted
    | Found
    | Happened
    | Passed
    | Inactive
    | All
    | AnyOf
    | AtLeast
)
"""Any rule."""

COUNTING = (Counted, Bound, Share, Regions, Inactive)
"""Rules that look at what has been signed."""

for _combination in (All, AnyOf, AtLeast):
    resolve_types(_combination, globals())  # they hold rules, which were not known above


def walk(rule: Rule) -> Iterator[Rule]:
    """The rule and every rule within it."""
    yield rule
    parts: tuple[Rule, ...] = ()
    match rule:
        case All():
            parts = rule.all
        case AnyOf():
            parts = rule.any
        case AtLeast():
            parts = rule.of
    for part in parts:
        yield from walk(part)
