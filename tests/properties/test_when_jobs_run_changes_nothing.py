"""The same history gives the same answers and standings, whenever jobs ran, and if none did."""

from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.policy import Policy
from petitionkit.testing.strategies import Step, lived, living_policies, steps
from samples import DAY

TICKS = st.frozensets(st.integers(0, 15))


@given(living_policies(), steps(), TICKS)
@settings(max_examples=300)
def test_ticks_anywhere_change_no_standing_and_no_answer(
    policy: Policy, history: list[Step], ticks: frozenset[int]
) -> None:
    silent = lived(policy, history)
    ticked = lived(policy, history, ticks)
    assert ticked.answers == silent.answers
    assert ticked.standing() == silent.standing()
    assert ticked.desk.proceedings(ticked.id) == silent.desk.proceedings(silent.id)


@given(living_policies(), steps(), TICKS)
@settings(max_examples=150)
def test_a_late_tick_changes_no_outcome(
    policy: Policy, history: list[Step], ticks: frozenset[int]
) -> None:
    at_once = lived(policy, history, ticks)
    late = lived(policy, history)
    asked = late.now
    for life in (at_once, late):
        life.go(400 * DAY)
        life.desk.tick()
        life.desk.tick()
    for at in (asked, late.now):
        assert late.desk.standing(late.id, at=at) == at_once.desk.standing(at_once.id, at=at)


@given(living_policies(), steps())
@settings(max_examples=100)
def test_a_second_tick_finds_nothing_to_do(policy: Policy, history: list[Step]) -> None:
    life = lived(policy, history)
    first = life.desk.tick()
    assert not first.more
    facts, notices = life.desk.petition(life.id).facts, list(life.desk.notices())
    again = life.desk.tick()
    assert (again.settled, again.next_at) == (0, first.next_at)
    assert life.desk.petition(life.id).facts == facts
    assert list(life.desk.notices()) == notices


@given(living_policies(), steps())
@settings(max_examples=100)
def test_every_notice_tells_of_one_fact_and_is_sent_once(
    policy: Policy, history: list[Step]
) -> None:
    life = lived(policy, history, frozenset(range(0, 15, 3)))
    told = [(n.kind, n.at, n.subject) for n in life.desk.notices() if n.subject]
    facts = {(str(f.event), f.at, f.subject) for f in life.desk.petition(life.id).facts}
    assert len(set(told)) == len(told)
    assert {(str(kind), at, subject) for kind, at, subject in told} <= facts
