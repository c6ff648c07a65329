"""Rules in words."""

import pytest
from hypothesis import given

from petitionkit.civil import Duration
from petitionkit.durations import duration_in_words
from petitionkit.parties import AuthorRole
from petitionkit.phrases import in_words
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
    Which,
    Within,
)
from petitionkit.testing.strategies import living_rules

WEEKS = Duration(weeks=3)
HALF = Counted(level=1500, count="persons")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (HALF, "1,500 persons"),
        (Counted(level=2, within=Within(first=WEEKS)), "2 supporters signed in the first 3 weeks"),
        (
            Counted(level=2, within=Within(first=WEEKS, by_counting=True)),
            "2 supporters counted in the first 3 weeks",
        ),
        (Bound(parameter="needed"), "as many supporters as needed says"),
        (Share(share="2 %", of="residents"), "supporters who are 2 % of residents"),
        (
            Regions(regions=1, weights=(("a", 1), ("b", 1))),
            "1 of 2 regions with a minimum of supporters each",
        ),
        (
            AuthorsAccepted(authors=AuthorRole.DEPUTY, at_least=2),
            "the text accepted by 2 in the role of deputy",
        ),
        (Found(finding="verified"), "the finding verified"),
        (Found(finding="verified", value=5000), "the finding verified of at least 5,000"),
        (Happened(event="answered"), "'answered'"),
        (Happened(event="threshold_reached.debate"), "'threshold reached' of debate"),
        (Passed(passed=WEEKS, since=("closed",)), "3 weeks after 'closed'"),
        (
            Passed(passed=WEEKS, since=("closed", "found.x"), which=Which.EARLIER),
            "3 weeks after the earlier of 'closed' and 'found' of x",
        ),
        (Inactive(inactive_for=Duration(months=3)), "3 months without a signature"),
        (
            All(all=(HALF, AnyOf(any=(HALF, HALF)))),
            "1,500 persons and (1,500 persons or 1,500 persons)",
        ),
        (All(all=(AnyOf(any=(HALF,)),)), "1,500 persons"),
        (AtLeast(at_least=1, of=(HALF, HALF)), "1 of: 1,500 persons ; 1,500 persons"),
    ],
)
def test_a_rule_is_said_in_words(rule: Rule, words: str) -> None:
    assert in_words(rule) == words


@given(living_rules())
def test_every_rule_can_be_said(rule: Rule) -> None:
    assert in_words(rule)


def test_a_duration_is_said_in_all_its_parts() -> None:
    duration = Duration(years=1, months=2, days=3, calendar="sitting", calendar_days=4)
    assert duration_in_words(duration) == "1 year and 2 months and 3 days and 4 sitting days"
