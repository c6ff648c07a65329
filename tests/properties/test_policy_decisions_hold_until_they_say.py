"""What a decision under any policy says of the time until its ``until`` instant comes true."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.facts import State
from petitionkit.policy import Policy
from petitionkit.status import may_sign, status
from petitionkit.testing.strategies import Life, Step, lived, living_policies, steps
from samples import DAY, T0, TICK

HOURS = st.integers(-30, 24 * 12)
TICKS = st.sampled_from([frozenset[int](), frozenset(range(20))])


def _between(now: datetime, until: datetime | None, part: float) -> list[datetime]:
    """Instants from now until just before the end, both included."""
    end = until or now + 4000 * DAY
    return [now + (end - now) * part, end - TICK]


@given(living_policies(), steps(), TICKS, HOURS, st.floats(0, 0.999))
@settings(max_examples=200)
def test_a_status_holds_until_its_instant(
    policy: Policy, history: list[Step], ticks: frozenset[int], hours: int, part: float
) -> None:
    life = lived(policy, history, ticks)
    petition, tally = life.desk.petition(life.id), life.store.tally(life.id)
    now = T0 + timedelta(hours=hours)
    found = status(petition, policy, tally, now)
    assert found.until is None or found.until > now
    for later in _between(now, found.until, part):
        assert status(petition, policy, tally, later) == found


@given(living_policies(), steps(), TICKS, HOURS, st.floats(0, 0.999))
@settings(max_examples=200)
def test_an_answer_on_signing_holds_until_its_instant(
    policy: Policy, history: list[Step], ticks: frozenset[int], hours: int, part: float
) -> None:
    life = lived(policy, history, ticks)
    petition, tally = life.desk.petition(life.id), life.store.tally(life.id)
    now = T0 + timedelta(hours=hours)
    found = may_sign(petition, policy, tally, now)
    for later in _between(now, found.until, part):
        assert may_sign(petition, policy, tally, later) == found
    assert found.answer is (found.problem is None)
    assert found.answer is (status(petition, policy, tally, now).state is State.OPEN)


def _next(life: Life) -> datetime | None:
    return life.desk.tick().next_at


@given(living_policies(), steps(), st.floats(0, 0.999))
@settings(max_examples=100)
def test_one_timer_is_enough_nothing_becomes_due_before_it_rings(
    policy: Policy, history: list[Step], part: float
) -> None:
    life = lived(policy, history)
    for _ in range(6):
        rings = _next(life)
        before = life.desk.petition(life.id).facts
        start = life.now
        for later in _between(start, rings, part):
            life.clock.now = max(later, life.now)
            assert life.desk.tick().settled == 0
            assert life.desk.petition(life.id).facts == before
        if rings is None:
            return
        life.clock.now = rings


@given(living_policies(), steps())
@settings(max_examples=100)
def test_what_is_recorded_by_itself_is_what_was_said_to_be_next(
    policy: Policy, history: list[Step]
) -> None:
    life = lived(policy, history)
    life.desk.tick()
    said = life.standing().next
    if said is None:
        return
    known = len(life.desk.petition(life.id).facts)
    life.clock.now = said.at
    life.desk.tick()
    fact = life.desk.petition(life.id).facts[known]
    assert (fact.event, fact.at, fact.rule, fact.subject, fact.until) == (
        said.event,
        said.at,
        said.rule,
        said.subject,
        said.until,
    )
