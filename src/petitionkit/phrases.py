"""Rules in words: what a policy asks for, in plain English.

For pages of a clerk and the command line. It decides nothing; who shows another language reads
the rule's own value.
"""

from functools import lru_cache
from typing import assert_never

from petitionkit.durations import duration_in_words
from petitionkit.rules import (
    All,
    AnyOf,
    AtLeast,
    AuthorsAccepted,
    Bound,
    Counted,
    Found,
    Happened,
    Inactive,
    Passed,
    Regions,
    Rule,
    Share,
    Within,
    occurrence,
)

__all__ = ["in_words"]


def _event(text: str) -> str:
    event, subject = occurrence(text)
    words = event.replace("_", " ")
    return f"'{words}' of {subject}" if subject else f"'{words}'"


def _within(within: Within | None) -> str:
    if within is None:
        return ""
    by = "counted" if within.by_counting else "signed"
    return f" {by} in the first {duration_in_words(within.first)}"


def _listed(rules: tuple[Rule, ...], word: str) -> str:
    parts = (in_words(rule) for rule in rules)
    combined = (All, AnyOf, AtLeast)
    return f" {word} ".join(
        f"({part})" if isinstance(rule, combined) and len(rules) > 1 else part
        for rule, part in zip(rules, parts, strict=True)
    )


def _count_in_words(rule: Counted | Bound | Share | Regions | Inactive) -> str:
    match rule:
        case Counted():
            return f"{rule.level:,} {rule.count}{_within(rule.within)}"
        case Bound():
            return f"as many {rule.count} as {rule.parameter} says{_within(rule.within)}"
        case Share():
            return f"{rule.count} who are {rule.share} of {rule.of}"
        case Regions():
            of = len(rule.weights)
            return f"{rule.regions} of {of} regions with a minimum of {rule.count} each"
        case Inactive():
            return f"{duration_in_words(rule.inactive_for)} without a signature"
        case _:  # pragma: no cover (a type checker sees that there is no other)
            assert_never(rule)


@lru_cache(maxsize=256)
def in_words(rule: Rule) -> str:
    """A rule, as a phrase: ``1,000,000 supporters and 7 of 27 regions with a minimum of ...``."""
    match rule:
        case Counted() | Bound() | Share() | Regions() | Inactive():
            return _count_in_words(rule)
        case AuthorsAccepted():
            return f"the text accepted by {rule.at_least} in the role of {rule.authors}"
        case Found():
            least = f" of at least {rule.value:,}" if rule.value > 1 else ""
            return f"the finding {rule.finding}{least}"
        case Happened():
            return _event(rule.event)
        case Passed():
            first = f"the {rule.which} of " if len(rule.since) > 1 else ""
            since = first + " and ".join(map(_event, rule.since))
            return f"{duration_in_words(rule.passed)} after {since}"
        case All():
            return _listed(rule.all, "and")
        case AnyOf():
            return _listed(rule.any, "or")
        case AtLeast():
            return f"{rule.at_least} of: {_listed(rule.of, ';')}"
        case _:  # pragma: no cover (a type checker sees that there is no other)
            assert_never(rule)
