from typing import Any

import pytest
from attrs import evolve

from petitionkit.codec import from_plain, from_toml, to_json, to_plain, to_toml
from petitionkit.duplicates.rule_sets import load, names
from petitionkit.duplicates.rules import (
    OTHER,
    BlockingKey,
    Comparison,
    Condition,
    KeyPart,
    Level,
    OneSlip,
    PairRule,
    RuleSet,
    Same,
    Shares,
    Tier,
    fired,
    strongest,
)
from petitionkit.errors import InvalidValueError, NotFoundError

NAME = Comparison(
    name="name",
    shows=("given",),
    levels=(
        Level(name="same", when=Same(same="given")),
        Level(name="slip", when=OneSlip(one_slip="given")),
    ),
)
KEY = BlockingKey(name="family", parts=(KeyPart(column="family"),))
RULE = PairRule(name="r", tier=Tier.LIKELY, when=(Condition(of="name", levels=("same",)),))
SET = RuleSet(name="tiny", version="1", comparisons=(NAME,), keys=(KEY,), rules=(RULE,))


def codes(error: InvalidValueError) -> list[str]:
    return [problem.code for problem in error.problems]


@pytest.mark.parametrize("name", names())
def test_a_rule_set_is_read_back_as_it_was_written(name: str) -> None:
    rule_set = load(name)
    assert from_toml(RuleSet, to_toml(rule_set)) == rule_set
    assert from_plain(RuleSet, to_plain(rule_set)) == rule_set
    assert rule_set.name == name


def test_there_is_a_set_for_rolls_and_one_for_registers() -> None:
    assert names() == ("register", "roll")
    with pytest.raises(NotFoundError, match="register, roll"):
        load("ballots")


def test_the_digest_names_version_and_content() -> None:
    assert SET.digest.startswith("tiny 1 ")
    assert evolve(SET, version="2").digest != SET.digest
    assert evolve(SET, rules=(evolve(RULE, name="s"),)).digest[:7] == SET.digest[:7]
    assert evolve(SET, rules=(evolve(RULE, name="s"),)).digest != SET.digest
    assert RuleSet.__name__ not in to_json(SET)


def test_rules_that_hold_fire_in_their_order() -> None:
    both = (Condition(of="name", levels=("same", "slip")),)
    among = evolve(RULE, name="among", tier=Tier.REVIEW, when=both, at_least=1, among=RULE.when)
    rule_set = evolve(SET, rules=(among, RULE))
    assert [rule.name for rule in fired(rule_set, ("same",))] == ["among", "r"]
    assert fired(rule_set, ("slip",)) == ()
    assert fired(rule_set, (OTHER,)) == ()


def test_the_strongest_tier_counts() -> None:
    household = evolve(RULE, tier=Tier.HOUSEHOLD)
    assert strongest((household, RULE)) is Tier.LIKELY
    assert strongest((household,)) is Tier.HOUSEHOLD
    assert strongest(()) is None


def test_a_household_rule_never_needs_a_compatible_given_name() -> None:
    """What is proposed as one person needs one; see the guard in docs/how-to/duplicates.md."""
    for rule in load("roll").rules:
        levels = {level for c in rule.when if c.of == "name" for level in c.levels}
        assert levels, rule.name
        clashing = levels & {"family only", OTHER}
        assert bool(clashing) is (rule.tier is Tier.HOUSEHOLD), rule.name


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"comparisons": (NAME, NAME)}, "repeated"),
        ({"keys": (KEY, KEY)}, "repeated"),
        ({"rules": (RULE, RULE)}, "repeated"),
        (
            {"rules": (evolve(RULE, when=(Condition(of="age", levels=("same",)),)),)},
            "unknown_choice",
        ),
        (
            {"rules": (evolve(RULE, when=(Condition(of="name", levels=("no",)),)),)},
            "unknown_choice",
        ),
        ({"rules": (evolve(RULE, at_least=1),)}, "too_many_needed"),
    ],
)
def test_a_set_that_contradicts_itself_is_refused(wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        evolve(SET, **wrong)
    assert codes(caught.value) == [code]


def test_questions_are_asked_of_columns_that_there_are() -> None:
    with pytest.raises(InvalidValueError):
        Same(same="shoe_size")
    with pytest.raises(InvalidValueError):
        Same(same="id")
    with pytest.raises(InvalidValueError):
        OneSlip(one_slip="words")
    with pytest.raises(InvalidValueError):
        Shares(shares="given")
    with pytest.raises(InvalidValueError):
        evolve(NAME, shows=("shoe_size",))
    with pytest.raises(InvalidValueError):
        evolve(NAME, levels=(*NAME.levels, Level(name=OTHER, when=Same(same="given"))))
