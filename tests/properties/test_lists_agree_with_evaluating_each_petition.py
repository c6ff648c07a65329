"""What a list says of a petition's state is what evaluating it says, at whatever instant."""

from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.catalogue import Listed, Search
from petitionkit.errors import IllegalStepError
from petitionkit.facts import State
from petitionkit.petition import DeclaredCount
from petitionkit.policy import Policy
from petitionkit.testing.strategies import Life, Step, lived, living_policies, steps
from samples import DAY

TICKS = st.frozensets(st.integers(0, 15))
MOMENT = timedelta(microseconds=1)


def disagreements(life: Life) -> list[object]:
    """Instants around everything that happened, is due or lies ahead, and what is wrong there."""
    desk = life.desk
    edges = {life.now, life.now - DAY, life.now + 30 * DAY, life.now + 4000 * DAY}
    edges |= {fact.at for fact in desk.petition(life.id).facts}
    edges |= {due.due_at for due in life.store.due()}
    edges |= {change for at in edges if (change := desk.standing(life.id, at=at).status.until)}
    found: list[object] = []
    for at in sorted({at + by for at in edges for by in (-MOMENT, 0 * MOMENT, MOMENT)}):
        state = desk.standing(life.id, at=at).status.state
        said = desk.search(Search(), at=at)
        named = desk.search(Search(states=(state,)), at=at)
        others = desk.search(Search(states=tuple(set(State) - {state})), at=at)
        if (said, named, others) != ([Listed(petition_id=life.id, state=state)], said, []):
            found.append((at, state, said, named, others))
    return found


@given(living_policies(), steps(), TICKS)
@settings(max_examples=150)
def test_a_list_shows_the_states_that_evaluating_shows(
    policy: Policy, history: list[Step], ticks: frozenset[int]
) -> None:
    assert disagreements(lived(policy, history, ticks)) == []


@given(living_policies(), steps(), TICKS, st.integers(0, 200), st.booleans())
@settings(max_examples=100)
def test_it_does_so_after_the_clock_has_stepped_back(
    policy: Policy,
    history: list[Step],
    ticks: frozenset[int],
    hours: int,
    declares: bool,  # noqa: FBT001
) -> None:
    life = lived(policy, history, ticks)
    life.clock.advance(hours=-hours)
    declared = DeclaredCount(
        counter="supporters", amount=hours, source="paper", as_of=life.now, recorded_at=life.now
    )
    with suppress(IllegalStepError):  # a petition that is over takes neither
        if declares:
            life.desk.declare(life.id, declared)
        else:
            life.desk.record_finding(life.id, "register_closed")
    assert disagreements(life) == []
