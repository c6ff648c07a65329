"""Who may sign, as a value of a policy: rules of citizenship, residence, region and age.

These rules, unlike those of thresholds and closures, know a ``not``: they are asked once of
one signer, and nothing that is counted hangs on their growing truer. Deciding is for
``entitlement``.
"""

from collections.abc import Iterator
from typing import Any

from attrs import Attribute, field, frozen, resolve_types

from petitionkit.civil import LeapDayRule
from petitionkit.errors import InvalidValueError
from petitionkit.form import FormField
from petitionkit.limits import at_least, between, filled
from petitionkit.problems import problem

__all__ = [
    "Aged",
    "AllTrue",
    "AnyTrue",
    "CitizenOf",
    "Eligibility",
    "EligibilityRule",
    "GuardianAgrees",
    "InRegion",
    "NotTrue",
    "ResidentIn",
    "SomeTrue",
    "asks",
    "fields_of",
    "parts_of",
    "walk",
]


def _codes(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value.strip().upper() for value in values)


_AGES = between(0, 150)


def _true(_: object, attribute: "Attribute[Any]", value: bool) -> None:  # noqa: FBT001 (attrs' own way)
    if value is not True:
        raise InvalidValueError([problem("wrong_type", attribute.name, expected="true")])


@frozen(kw_only=True)
class CitizenOf:
    """A citizen of one of these countries (ISO 3166-1 alpha-2)."""

    citizen_of: tuple[str, ...] = field(converter=_codes, validator=filled)


@frozen(kw_only=True)
class ResidentIn:
    """Living in one of these countries (ISO 3166-1 alpha-2)."""

    resident_in: tuple[str, ...] = field(converter=_codes, validator=filled)


@frozen(kw_only=True)
class InRegion:
    """Of one of these regions, by the codes that the petition uses."""

    in_region: tuple[str, ...] = field(validator=filled)


@frozen(kw_only=True)
class Aged:
    """At least so many completed years on the day of signing, in the window's zone."""

    aged: int = field(validator=_AGES)


@frozen(kw_only=True)
class GuardianAgrees:
    """Somebody who answers for a minor has attested that they may sign, and is named."""

    guardian: bool = field(validator=_true)


@frozen(kw_only=True)
class AllTrue:
    """Every one of the rules."""

    all: tuple["EligibilityRule", ...] = field(validator=filled)


@frozen(kw_only=True)
class AnyTrue:
    """Any one of the rules."""

    any: tuple["EligibilityRule", ...] = field(validator=filled)


@frozen(kw_only=True)
class SomeTrue:
    """At least so many of the rules."""

    at_least: int = field(validator=at_least(1))
    of: tuple["EligibilityRule", ...]

    def __attrs_post_init__(self) -> None:
        """Refuse more than there are."""
        if self.at_least > len(self.of):
            raise InvalidValueError(
                [problem("too_many_needed", "at_least", needed=self.at_least, of=len(self.of))]
            )


@frozen(kw_only=True)
class NotTrue:
    """The rule does not hold; in files ``not``. Where it cannot be told, this cannot either."""

    not_: "EligibilityRule"


EligibilityRule = (
    CitizenOf
    | ResidentIn
    | InRegion
    | Aged
    | GuardianAgrees
    | AllTrue
    | AnyTrue
    | SomeTrue
    | NotTrue
)
"""Any rule of who may sign."""

for _combination in (AllTrue, AnyTrue, SomeTrue, NotTrue):
    resolve_types(_combination, globals())  # they hold rules, which were not known above


@frozen(kw_only=True)
class Eligibility:
    """Who may sign.

    Persons of ``minimum_age`` for whom ``needs`` holds, and organisations where they may.
    Age is in completed years on the day of signing, in the window's zone; ``leap_day`` says
    when those born on 29 February have their birthday in other years.
    """

    minimum_age: int = field(default=0, validator=_AGES)
    leap_day: LeapDayRule = field(default=LeapDayRule.FIRST_OF_MARCH, converter=LeapDayRule)
    organisations: bool = False
    needs: EligibilityRule | None = None

    @property
    def of_age(self) -> int:
        """The highest age that a rule names; 0 where none does."""
        rules = walk(self.needs) if self.needs else ()
        ages = (rule.aged for rule in rules if isinstance(rule, Aged))
        return max((self.minimum_age, *ages))


def walk(rule: EligibilityRule) -> Iterator[EligibilityRule]:
    """The rule and every rule within it."""
    yield rule
    for part in parts_of(rule):
        yield from walk(part)


def parts_of(rule: EligibilityRule) -> tuple[EligibilityRule, ...]:
    """The rules directly within a rule."""
    match rule:
        case AllTrue():
            return rule.all
        case AnyTrue():
            return rule.any
        case SomeTrue():
            return rule.of
        case NotTrue():
            return (rule.not_,)
        case _:
            return ()


_ASKS = {
    CitizenOf: FormField.CITIZENSHIP,
    ResidentIn: FormField.COUNTRY,
    InRegion: FormField.REGION,
    Aged: FormField.BIRTH_DATE,
    GuardianAgrees: FormField.GUARDIAN,
}


def asks(rule: EligibilityRule) -> FormField | None:
    """The field that a rule looks at; None for a combination."""
    return _ASKS.get(type(rule))


def fields_of(eligibility: Eligibility) -> frozenset[FormField]:
    """The fields that deciding who may sign looks at."""
    rules = walk(eligibility.needs) if eligibility.needs else ()
    found = {name for rule in rules if (name := asks(rule))}
    return frozenset(found | ({FormField.BIRTH_DATE} if eligibility.minimum_age else set()))
