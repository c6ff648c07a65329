from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled import labelled_roll
from pair_samples import pair

from petitionkit.duplicates.finder import Pair, find
from petitionkit.duplicates.review import (
    Ruling,
    Sameness,
    in_force,
    ordered,
    precision,
    weights,
)
from petitionkit.duplicates.rows import canonical
from petitionkit.duplicates.rule_sets import load
from petitionkit.duplicates.rules import Tier
from petitionkit.errors import InvalidValueError

T0 = datetime(2026, 3, 2, tzinfo=UTC)
AB, CD, EF = pair("a", "b"), pair("c", "d"), pair("e", "f")


def decided(of: Pair, verdict: str, minutes: int = 0) -> Ruling:
    return Ruling(
        pair=of,
        sameness=Sameness(verdict),
        actor="clerk-7",
        at=T0 + timedelta(minutes=minutes),
        rule_set="roll 1 0123",
    )


def test_the_last_word_on_a_pair_stands() -> None:
    first, last = decided(AB, "same"), decided(AB, "different", 1)
    assert in_force([last, first]) == (last,)
    assert in_force([first, decided(CD, "same")]) == (first, decided(CD, "same"))


def test_a_decision_can_be_undone_and_made_again() -> None:
    made, undone, again = decided(AB, "same"), decided(AB, "undone", 1), decided(AB, "same", 2)
    assert in_force([made, undone]) == ()
    assert in_force([made, undone, again]) == (again,)
    assert precision([made, undone]) == ()


def test_a_decision_says_who_and_when() -> None:
    with pytest.raises(InvalidValueError, match="actor"):
        Ruling(pair=AB, sameness=Sameness.SAME, actor="", at=T0, rule_set="r")
    with pytest.raises(InvalidValueError):
        Ruling(pair=AB, sameness=Sameness.SAME, actor="c", at=datetime(2026, 1, 1), rule_set="r")  # noqa: DTZ001 (naive on purpose)


def test_precision_is_counted_by_rule_with_wilsons_interval() -> None:
    pairs = [pair(f"a{n}", f"b{n}", rules=("r", "s") if n < 2 else ("r",)) for n in range(10)]
    rulings = [decided(p, "same" if n < 9 else "different") for n, p in enumerate(pairs)]
    by_r, by_s = precision(rulings)
    assert (by_r.rule, by_r.same, by_r.decided) == ("r", 9, 10)
    # The interval of 9 in 10 as statistical tables print it.
    assert by_r.low == pytest.approx(0.5958, abs=1e-4)
    assert by_r.high == pytest.approx(0.9821, abs=1e-4)
    assert (by_s.rule, by_s.same, by_s.decided, by_s.high) == ("s", 2, 2, 1.0)


@given(st.integers(1, 200), st.data())
def test_the_interval_holds_the_share_that_was_seen(decided_: int, data: st.DataObject) -> None:
    same = data.draw(st.integers(0, decided_))
    rulings = [
        decided(pair(f"a{n}", f"b{n}"), "same" if n < same else "different")
        for n in range(decided_)
    ]
    (found,) = precision(rulings)
    assert 0 <= found.low <= same / decided_ <= found.high <= 1
    assert found.low < found.high


def test_until_there_are_enough_decisions_the_tier_orders_the_queue() -> None:
    strong = pair("x", "y", Tier.SAME_PERSON)
    twice = pair("v", "w", rules=("r", "s"))
    queue = ordered([EF, twice, CD, strong, AB], [decided(AB, "same")])
    assert queue == (strong, twice, CD, EF)
    assert weights([decided(AB, "same")]) is None


def test_what_was_undone_is_in_the_queue_again() -> None:
    assert ordered([AB], [decided(AB, "same"), decided(AB, "undone", 1)]) == (AB,)


def test_decisions_teach_an_order_that_puts_the_true_pairs_first() -> None:
    labelled = labelled_roll()
    true = labelled.true_pairs()
    found = sorted(find(load("roll"), map(canonical, labelled.listings)).pairs)
    queue = [p for p in found if p.tier is not Tier.HOUSEHOLD][::3]
    queue += [p for p in found if p.tier is Tier.HOUSEHOLD][::20]
    taught, asked = queue[::2], queue[1::2]
    rulings = [decided(p, "same" if (p.left, p.right) in true else "different") for p in taught]
    order = ordered(asked, rulings)
    assert sorted(order) == sorted(asked)
    right = sum((p.left, p.right) in true for p in asked)
    hits = sum((p.left, p.right) in true for p in order[:right])
    assert hits / right >= 0.95
    assert order == ordered(asked[::-1], rulings)
