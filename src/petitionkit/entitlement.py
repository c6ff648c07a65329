"""Entitlement: may this person sign, and if not, by which rule.

Evaluates the rules of ``eligibility`` on what somebody gave, on a day. A rule about something
that was not given is neither true nor false: it refuses, and says what is missing.
"""

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from petitionkit.civil import LeapDayRule, age_on
from petitionkit.eligibility import (
    Aged,
    AllTrue,
    AnyTrue,
    CitizenOf,
    Eligibility,
    EligibilityRule,
    GuardianAgrees,
    InRegion,
    NotTrue,
    ResidentIn,
    SomeTrue,
    asks,
    parts_of,
    walk,
)
from petitionkit.parties import PartyKind
from petitionkit.problems import Problem, problem
from petitionkit.signature import Particulars

__all__ = ["Entitlement", "entitled"]


@frozen(kw_only=True)
class Entitlement:
    """Whether somebody may sign: if not, which rule refused them, and the problems to tell them.

    ``rule`` is a path within the policy, such as ``eligibility.needs.all.0``; empty where the
    answer is yes.
    """

    answer: bool
    rule: str = ""
    problems: tuple[Problem, ...] = ()


def entitled(eligibility: Eligibility, who: Particulars, day: date) -> Entitlement:
    """Decide whether a policy lets somebody sign on a day, and name the rule that does not.

    Organisations may or may not sign as such; the rules are about persons.
    """
    if who.kind is PartyKind.ORGANISATION:
        if eligibility.organisations:
            return Entitlement(answer=True)
        return _no("eligibility.organisations", problem("organisations_may_not_sign", "kind"))
    tops: list[tuple[str, EligibilityRule]] = []
    if eligibility.minimum_age:
        tops.append(("eligibility.minimum_age", Aged(aged=eligibility.minimum_age)))
    if eligibility.needs:
        tops.append(("eligibility.needs", eligibility.needs))
    refusals = [
        refused
        for path, rule in tops
        for refused in _refusals(rule, path, _Asked(who, day, eligibility.leap_day))
    ]
    if not refusals:
        return Entitlement(answer=True)
    problems = tuple(dict.fromkeys(found for _, found in refusals))
    return _no(refusals[0][0], *problems)


def _no(rule: str, *problems: Problem) -> Entitlement:
    return Entitlement(answer=False, rule=rule, problems=problems)


@frozen
class _Asked:
    who: Particulars
    day: date
    leap_day: LeapDayRule

    def age(self) -> int | None:
        born = self.who.birth_date
        return None if born is None else age_on(born, self.day, self.leap_day)


def _holds(rule: EligibilityRule, asked: _Asked) -> bool | None:
    """Whether a rule holds; None where that cannot be told from what was given."""
    match rule:
        case CitizenOf():
            return asked.who.citizenship in rule.citizen_of if asked.who.citizenship else None
        case ResidentIn():
            return asked.who.country in rule.resident_in if asked.who.country else None
        case InRegion():
            return asked.who.region in rule.in_region if asked.who.region else None
        case Aged():
            age = asked.age()
            return None if age is None else age >= rule.aged
        case GuardianAgrees():
            return bool(asked.who.guardian) or None
        case NotTrue():
            inner = _holds(rule.not_, asked)
            return None if inner is None else not inner
    parts = [_holds(part, asked) for part in parts_of(rule)]
    wanted = len(parts) if isinstance(rule, AllTrue) else getattr(rule, "at_least", 1)
    if parts.count(True) >= wanted:
        return True
    return False if len(parts) - parts.count(False) < wanted else None


def _refusals(rule: EligibilityRule, path: str, asked: _Asked) -> Iterator[tuple[str, Problem]]:
    """Each rule that refuses with what to say of it; none where the rule holds."""
    if _holds(rule, asked):
        return
    match rule:
        case AllTrue():
            for place, part in enumerate(rule.all):
                yield from _refusals(part, f"{path}.all.{place}", asked)
        case AnyTrue() | SomeTrue() | NotTrue():
            missing = [
                problem("required", name)
                for part in walk(rule)
                if (name := asks(part)) and _holds(part, asked) is None
            ]
            undecided = _holds(rule, asked) is None
            for found in missing if undecided else [problem("not_eligible", "", rule=path)]:
                yield path, found
        case _:
            yield path, _leaf_problem(rule, path, asked)


def _leaf_problem(rule: EligibilityRule, path: str, asked: _Asked) -> Problem:
    name = asks(rule) or ""
    age = asked.age()
    if _holds(rule, asked) is None:
        return problem("required", name)
    if isinstance(rule, Aged) and age is not None:
        if age < 0:
            return problem("date_in_future", name)
        return problem("too_young", name, age=age, minimum=rule.aged)
    return problem("not_eligible", name, rule=path)
