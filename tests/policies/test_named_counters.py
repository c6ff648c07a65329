"""Counters that a policy names, and rules that use them."""

import pytest
from attrs import evolve

from petitionkit.civil import Duration
from petitionkit.clauses import Threshold, Window, WindowEnd
from petitionkit.counters import Counter
from petitionkit.counting import counter_names
from petitionkit.errors import InvalidValueError
from petitionkit.form import Confirmation, Counting
from petitionkit.petition import CountEffect, DeclaredCount
from petitionkit.policy import Policy
from petitionkit.rules import Bound, Counted, Regions, Within
from petitionkit.signature import AttestationKind, Channel
from petitionkit.testing.strategies import Life
from samples import DAY, HOUR, T0, Office

POLICY = Policy(
    name="counted",
    version="1",
    confirmation=Confirmation(by_mail=False),
    window=Window(duration=Duration(days=10), end=WindowEnd.SAME_TIME),
    counting=Counting(
        counters=(
            Counter(key="paper", channels=(Channel.CLERK, Channel.PAPER)),
            Counter(key="vouched", attested=(AttestationKind.CLERK,)),
            Counter(key="north", regions=("a", "b")),
            Counter(key="north-paper", of="paper", regions=("a", "b")),
            Counter(key="first-day", within=Within(first=Duration(days=1))),
            Counter(key="certified", declared=True),
        )
    ),
    thresholds=(
        Threshold(key="vote", level=3, counter="certified"),
        Threshold(key="north", needs=Counted(level=1, count="north-paper")),
        Threshold(
            key="both", needs=Regions(regions=1, weights=(("a", 1), ("c", 1)), count="paper")
        ),
    ),
)


def _certify(life: Life, amount: int, counter: str = "certified") -> None:
    declared = DeclaredCount(
        counter=counter,
        amount=amount,
        source="register",
        as_of=life.now,
        recorded_at=life.now,
        effect=CountEffect.REPLACES,
    )
    life.desk.declare(life.id, declared)


def test_a_signature_stands_in_every_counter_whose_terms_it_meets() -> None:
    life = Life(POLICY)
    life.sign(1, "a")
    life.hand_in((2, T0), region="b")
    life.go(2 * DAY)
    life.hand_in((3, life.now), region="c")
    counts = {count.counter: count.amount for count in life.store.tally(life.id).counts}
    assert counts == {
        "persons": 3,
        "supporters": 3,
        "paper": 2,
        "vouched": 2,
        "north": 2,
        "north-paper": 1,
        "first-day": 2,
        "paper.in-c": 1,
    }
    reached = {t.key: t.reached_at for t in life.standing().thresholds}
    assert reached == {"vote": None, "north": T0, "both": T0 + 2 * DAY}


def test_a_declared_counter_moves_by_what_an_authority_says_and_by_nothing_else() -> None:
    life = Life(POLICY)
    for who in range(5):
        life.sign(who)
    life.go(HOUR)
    _certify(life, 3)
    assert life.standing().thresholds[0].reached_at == T0 + HOUR
    assert life.standing().supporters == 5


def test_a_number_is_declared_for_counters_that_the_policy_has() -> None:
    life = Life(POLICY)
    _certify(life, 2, "paper.in-a")
    with pytest.raises(InvalidValueError) as caught:
        _certify(life, 2, "certifed")
    assert [(p.field, p.code) for p in caught.value.problems] == [("counter", "unknown_choice")]
    assert "paper.in-a" in counter_names(POLICY)


def test_a_mail_link_is_a_proof_that_counters_may_ask_for() -> None:
    policy = evolve(
        POLICY,
        confirmation=Confirmation(),
        counting=Counting(
            counters=(Counter(key="confirmed", attested=(AttestationKind.MAIL_LINK,)),)
        ),
        thresholds=(),
    )
    office = Office(policy=policy).publish()
    office.signed("ada@example.org")
    office.taken("bob@example.org")
    assert office.store.tally(office.id).count("confirmed") == 1


def test_a_bound_level_reads_as_a_level() -> None:
    needs = Bound(parameter="needed", within=Within(first=Duration(days=1)))
    policy = evolve(
        POLICY, parameters=("needed",), thresholds=(Threshold(key="vote", needs=needs),)
    )
    life = Life(policy, parameters={"needed": 2})
    found = life.standing().thresholds[0]
    assert (found.level, found.counter) == (2, "supporters.first-1d")
    assert found.needs == "as many supporters as needed says signed in the first 1 day"
    life.sign(1)
    life.go(HOUR)
    life.sign(2)
    assert life.standing().thresholds[0].reached_at == T0 + HOUR
