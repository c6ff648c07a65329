"""Pauses and deadlines: a pause never takes time away, and gives it back only where it says so."""

from datetime import datetime, timedelta

from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petitionkit.clauses import Pausing, Window, WindowEnd
from petitionkit.facts import Event, Fact
from petitionkit.policy import Policy
from petitionkit.testing.strategies import Step, lived, living_policies, steps
from petitionkit.windows import closes_at
from samples import HOUR, POLICY, T0, fact, opened, petition

ENDS = T0 + timedelta(days=10)
# Gaps and lengths in hours: one pause begins after the one before it is over.
PAUSES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 80), st.booleans()), min_size=1, max_size=5
)
ZONES = st.sampled_from(["UTC", "Europe/London", "America/Sao_Paulo"])


def _facts(pauses: list[tuple[int, int, bool]]) -> list[list[Fact]]:
    """Each pause as facts: either its end was known, or somebody ended it."""
    at, found = T0, []
    for gap, length, planned in pauses:
        begins = at + gap * HOUR
        at = begins + length * HOUR
        one = [fact(Event.PAUSED, begins, until=at if planned else None)]
        if not planned:
            one.append(fact(Event.UNPAUSED, at))
        found.append(one)
    return found


def _policy(*, stops: bool, zone: str, end: WindowEnd) -> Policy:
    return evolve(POLICY, window=Window(zone=zone, end=end), pausing=Pausing(stops_clock=stops))


def _ends(policy: Policy, pauses: list[list[Fact]]) -> datetime | None:
    facts = [one for pause in pauses for one in pause]
    return closes_at(petition(opened(until=ENDS), *facts), policy)


@given(PAUSES, st.data(), ZONES, st.sampled_from(WindowEnd))
@settings(max_examples=300)
def test_a_pause_added_anywhere_never_moves_the_deadline_earlier(
    pauses: list[tuple[int, int, bool]], data: st.DataObject, zone: str, end: WindowEnd
) -> None:
    policy = _policy(stops=True, zone=zone, end=end)
    facts = _facts(pauses)
    added = data.draw(st.integers(0, len(facts) - 1))
    without = _ends(policy, [pause for n, pause in enumerate(facts) if n != added])
    with_it = _ends(policy, facts)
    assert without is not None
    assert with_it is not None
    assert with_it >= without >= ENDS


@given(PAUSES, st.sampled_from(WindowEnd))
@settings(max_examples=100)
def test_where_the_clock_goes_on_a_pause_moves_nothing(
    pauses: list[tuple[int, int, bool]], end: WindowEnd
) -> None:
    assert _ends(_policy(stops=False, zone="UTC", end=end), _facts(pauses)) == ENDS


@given(PAUSES)
@settings(max_examples=200)
@example([(240, 5, True)])
@example([(239, 5, True)])
def test_at_the_same_time_of_day_exactly_the_paused_time_comes_back(
    pauses: list[tuple[int, int, bool]],
) -> None:
    # The petition takes signatures for ten days of hours, whatever lies between them.
    at, left = 0, 240
    for gap, length, _ in pauses:
        if gap >= left:
            break
        left -= gap
        at += gap + length
    expected = T0 + (at + left) * HOUR
    policy = _policy(stops=True, zone="UTC", end=WindowEnd.SAME_TIME)
    assert _ends(policy, _facts(pauses)) == expected


@given(PAUSES)
@settings(max_examples=100)
def test_a_pause_without_a_known_end_leaves_no_deadline_until_it_is_over(
    pauses: list[tuple[int, int, bool]],
) -> None:
    facts = _facts(pauses)
    policy = _policy(stops=True, zone="UTC", end=WindowEnd.SAME_TIME)
    before = _ends(policy, facts[:-1])
    begins = facts[-1][0].at
    facts[-1] = [fact(Event.PAUSED, begins)]
    found = _ends(policy, facts)
    assert before is not None
    assert found == (None if begins < before else before)


@given(living_policies(), steps())
@settings(max_examples=150)
def test_in_no_life_does_a_pause_move_the_end_earlier(policy: Policy, history: list[Step]) -> None:
    life = lived(policy, history)
    before = life.standing()
    life.take(Step("pause", 0, 0, 2, history[0].effect if history else "adds"))  # type: ignore[arg-type]
    after = life.standing()
    if before.deadline is not None and after.deadline is not None:
        assert after.deadline >= before.deadline
