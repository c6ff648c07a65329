"""The rules of suspicion, as values: levels, blocking keys, rules, tiers.

A comparison gives a pair of rows one of its ordered, named levels; a rule says which levels
together make a proposal of which tier; a blocking key says which rows are compared at all. All of
it is data with a version, read from and written to TOML and JSON by ``codec``, and means the same
to every engine. There is no score in here.
"""

import hashlib
from collections.abc import Iterable, Iterator

from attrs import field, frozen, resolve_types

from petitionkit.codec import to_json
from petitionkit.duplicates.rows import COLUMNS, LISTS
from petitionkit.errors import InvalidValueError, refuse
from petitionkit.limits import Choice, at_least, filled
from petitionkit.problems import Problem, problem

__all__ = [
    "OTHER",
    "Begins",
    "Blank",
    "BlockingKey",
    "Comparison",
    "Condition",
    "Either",
    "Every",
    "Holds",
    "KeyPart",
    "Level",
    "OneSlip",
    "PairRule",
    "Question",
    "RuleSet",
    "Same",
    "Shares",
    "Tier",
    "TwoLetters",
    "fired",
    "strongest",
]

OTHER = "other"
"""The level of a pair for which no level of a comparison holds."""


def _column(value: str) -> str:
    if value not in COLUMNS[1:]:
        raise InvalidValueError([problem("unknown_choice", choices=", ".join(COLUMNS[1:]))])
    return value


def _text_column(value: str) -> str:
    if _column(value) in LISTS:
        raise InvalidValueError([problem("wrong_type", expected="a column of text")])
    return value


def _list_column(value: str) -> str:
    if _column(value) not in LISTS:
        raise InvalidValueError([problem("wrong_type", expected="a column of lists")])
    return value


@frozen(kw_only=True)
class Same:
    """Both rows have the same text there, of at least so many characters."""

    same: str = field(converter=_text_column)
    shortest: int = field(default=1, validator=at_least(1))


@frozen(kw_only=True)
class OneSlip:
    """Equal but for one slip (see ``slips``); only of plain letters, and none too short."""

    one_slip: str = field(converter=_text_column)
    shortest: int = field(default=4, validator=at_least(1))


@frozen(kw_only=True)
class TwoLetters:
    """Equal but for two letters (see ``slips``); only of plain letters, and none too short."""

    two_letters: str = field(converter=_text_column)
    shortest: int = field(default=7, validator=at_least(1))


@frozen(kw_only=True)
class Begins:
    """One text begins with the other, whose length lies between the two bounds (0: no end)."""

    begins: str = field(converter=_text_column)
    shortest: int = field(default=1, validator=at_least(1))
    longest: int = 0


@frozen(kw_only=True)
class Shares:
    """The two lists have an element in common."""

    shares: str = field(converter=_list_column)


@frozen(kw_only=True)
class Holds:
    """One list has all elements of the other, which has at least so many."""

    holds: str = field(converter=_list_column)
    at_least: int = field(default=2, validator=at_least(1))


@frozen(kw_only=True)
class Blank:
    """At least one of the rows has nothing there."""

    blank: str = field(converter=_text_column)


@frozen(kw_only=True)
class Every:
    """All of the questions are answered yes."""

    every: tuple["Question", ...] = field(validator=filled)


@frozen(kw_only=True)
class Either:
    """At least one of the questions is answered yes."""

    either: tuple["Question", ...] = field(validator=filled)


Question = Same | OneSlip | TwoLetters | Begins | Shares | Holds | Blank | Every | Either
"""Anything that can be asked of two rows; the answer never depends on which comes first."""

for _combination in (Every, Either):
    resolve_types(_combination, globals())  # they hold questions, which were not known above


@frozen(kw_only=True)
class Level:
    """A named degree of agreement."""

    name: str = field(validator=filled)
    when: Question


@frozen(kw_only=True)
class Comparison:
    """Levels in their order: a pair has the first that holds, ``other`` where none does.

    ``shows`` are the columns whose values explain the level.
    """

    name: str = field(validator=filled)
    shows: tuple[str, ...] = field(validator=filled)
    levels: tuple[Level, ...]

    def __attrs_post_init__(self) -> None:
        """Refuse a level twice, and columns that there are not."""
        for column in self.shows:
            _column(column)
        refuse([*_repeated("levels", (*(level.name for level in self.levels), OTHER))])


@frozen(kw_only=True)
class KeyPart:
    """A column, or its first so many characters."""

    column: str = field(converter=_text_column)
    first: int = field(default=0, validator=at_least(0))


@frozen(kw_only=True)
class BlockingKey:
    """Rows that agree in all parts are compared; a row that lacks one is not in any block.

    A block of more rows than ``cap`` is reported and not compared: it is a shared mailbox or a
    made-up value, and its pairs would be many and tell little.
    """

    name: str = field(validator=filled)
    parts: tuple[KeyPart, ...] = field(validator=filled)
    cap: int = field(default=100, validator=at_least(2))


class Tier(Choice):
    """What a proposal says, the strongest first; household is an answer of its own."""

    SAME_PERSON = "same_person"
    LIKELY = "likely"
    REVIEW = "review"
    HOUSEHOLD = "household"


@frozen(kw_only=True)
class Condition:
    """A comparison came out at one of these levels."""

    of: str
    levels: tuple[str, ...] = field(validator=filled)


@frozen(kw_only=True)
class PairRule:
    """A proposal of a tier, where all of ``when`` holds and ``at_least`` so many of ``among``."""

    name: str = field(validator=filled)
    tier: Tier = field(converter=Tier)
    when: tuple[Condition, ...] = field(validator=filled)
    at_least: int = field(default=0, validator=at_least(0))
    among: tuple[Condition, ...] = ()


@frozen(kw_only=True)
class RuleSet:
    """Everything that decides which pairs are proposed, with a name and a version."""

    name: str = field(validator=filled)
    version: str = field(validator=filled)
    comparisons: tuple[Comparison, ...] = field(validator=filled)
    keys: tuple[BlockingKey, ...] = field(validator=filled)
    rules: tuple[PairRule, ...] = field(validator=filled)

    def __attrs_post_init__(self) -> None:
        """Refuse a name twice, and rules about what no comparison says."""
        known = {c.name: {OTHER, *(level.name for level in c.levels)} for c in self.comparisons}
        found = [
            *_repeated("comparisons", (c.name for c in self.comparisons)),
            *_repeated("keys", (key.name for key in self.keys)),
            *_repeated("rules", (rule.name for rule in self.rules)),
        ]
        for place, rule in enumerate(self.rules):
            where = f"rules.{place}"
            if rule.at_least > len(rule.among):
                n, of = rule.at_least, len(rule.among)
                found.append(problem("too_many_needed", where, needed=n, of=of))
            for condition in (*rule.when, *rule.among):
                choices = known.get(condition.of, set())
                if not choices.issuperset(condition.levels):
                    found.append(
                        problem("unknown_choice", where, choices=", ".join(sorted(choices)))
                    )
        refuse(found)

    @property
    def digest(self) -> str:
        """Name, version and the first 12 digits of the SHA-256 of all of it."""
        digits = hashlib.sha256(to_json(self).encode()).hexdigest()[:12]
        return f"{self.name} {self.version} {digits}"


def _repeated(where: str, names: Iterable[str]) -> Iterator[Problem]:
    listed = tuple(names)
    if len(set(listed)) < len(listed):
        yield problem("repeated", where)


def fired(rule_set: RuleSet, levels: tuple[str, ...]) -> tuple[PairRule, ...]:
    """Tell which rules hold for a pair that came out at these levels, in their order."""
    came_out = dict(zip((c.name for c in rule_set.comparisons), levels, strict=True))

    def holds(condition: Condition) -> bool:
        return came_out[condition.of] in condition.levels

    return tuple(
        rule
        for rule in rule_set.rules
        if all(map(holds, rule.when)) and sum(map(holds, rule.among)) >= rule.at_least
    )


def strongest(rules: tuple[PairRule, ...]) -> Tier | None:
    """Tell the strongest tier of some rules; none where there are none."""
    return min((rule.tier for rule in rules), key=tuple(Tier).index, default=None)
