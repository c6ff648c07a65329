"""What was over stays over, whoever signs; and one batch reports all that it passed, in order."""

from datetime import timedelta
from itertools import pairwise

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.civil import Duration
from petitionkit.clauses import ClosedWhen, Closing, Threshold, Window
from petitionkit.facts import Event, State
from petitionkit.form import Confirmation
from petitionkit.outcomes import Accepted
from petitionkit.policy import Policy
from petitionkit.rules import Counted
from petitionkit.testing.strategies import Life, Step, lived, living_policies, steps
from samples import HOUR, T0

OVER = (State.CLOSED, State.WITHDRAWN)


@given(living_policies(), steps(), st.lists(st.integers(0, 300), max_size=6))
@settings(max_examples=200)
def test_adding_signatures_of_any_date_never_opens_a_closed_petition_again(
    policy: Policy, history: list[Step], late: list[int]
) -> None:
    life = lived(policy, history)
    before = life.standing()
    if before.status.state not in OVER:
        return
    for place, hours in enumerate(late):
        at = min(T0 + hours * HOUR, life.now)
        life.hand_in((100 + place, at), region="abc"[place % 3])
        found = life.standing().status
        assert found.state in OVER
        life.go(HOUR)


@given(living_policies(), steps())
@settings(max_examples=150)
def test_a_signature_now_leaves_every_state_that_is_over(
    policy: Policy, history: list[Step]
) -> None:
    life = Life(policy)
    over = False
    for step in history:
        life.go(timedelta(hours=step.hours))
        life.take(step)
        state = life.standing().status.state
        assert not over or state in OVER
        over = state in OVER


AT_N = Policy(
    name="closes-at-n",
    version="1",
    confirmation=Confirmation(by_mail=False),
    window=Window(duration=Duration(days=30)),
    closing=Closing(when=(ClosedWhen(key="full", needs=Counted(level=3)),)),
)


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=6), st.booleans())
@settings(max_examples=150)
def test_a_petition_that_closes_at_n_never_holds_more_whatever_comes_together(
    batches: list[list[int]],
    ticking: bool,  # noqa: FBT001
) -> None:
    life = Life(AT_N)
    people: list[int] = []
    for batch in batches:
        now = life.go(timedelta(minutes=1))
        outcomes = life.hand_in(*((who, now) for who in batch))
        people += [
            who
            for who, outcome in zip(batch, outcomes, strict=True)
            if isinstance(outcome, Accepted)
        ]
        if ticking:
            life.desk.tick()
    wanted: list[int] = []
    for who in (who for batch in batches for who in batch):
        if who not in wanted and len(wanted) < 3:
            wanted.append(who)
    assert people == wanted
    found = life.standing()
    assert found.supporters == len(wanted)
    assert (found.status.state is State.CLOSED) is (len(wanted) == 3)


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=6, unique=True),
    st.lists(st.integers(0, 4), max_size=12),
    st.booleans(),
)
@settings(max_examples=200)
def test_thresholds_passed_by_one_batch_are_all_reported_in_order(
    levels: list[int],
    hours: list[int],
    ticked: bool,  # noqa: FBT001
) -> None:
    policy = evolve(
        AT_N,
        closing=Closing(),
        thresholds=tuple(Threshold(key=f"l{level}", level=level) for level in levels),
    )
    life = Life(policy)
    life.go(10 * HOUR)
    if ticked:
        life.desk.tick()
    life.hand_in(*((who, T0 + hour * HOUR) for who, hour in enumerate(hours)))
    life.desk.tick()
    in_order = sorted(hours)
    expected = [
        (f"l{level}", T0 + in_order[level - 1] * HOUR, level)
        for level in sorted(levels)
        if level <= len(hours)
    ]
    facts = life.desk.petition(life.id).facts
    reached = [f for f in facts if f.event is Event.THRESHOLD_REACHED]
    assert [(f.subject, f.at, f.number("level")) for f in reached] == expected
    told = [(n.subject, n.at) for n in life.desk.notices() if n.kind == "threshold_reached"]
    assert told == [(key, at) for key, at, _ in expected]
    assert all(one.at <= other.at for one, other in pairwise(reached))
