from hypothesis import given
from hypothesis import strategies as st

from petitionkit.errors import IllegalStepError
from petitionkit.lifecycle import SIGNABLE, TRANSITIONS, next_state
from petitionkit.petition import Event, State


def test_every_state_has_its_row_and_every_target_is_a_state() -> None:
    assert set(TRANSITIONS) == set(State)
    for row in TRANSITIONS.values():
        assert set(row) <= set(Event)
        assert set(row.values()) <= set(State)


def test_every_event_and_every_state_can_happen() -> None:
    assert {event for row in TRANSITIONS.values() for event in row} == set(Event)
    reached = {State.DRAFT}
    while True:
        further = reached | {to for state in reached for to in TRANSITIONS[state].values()}
        if further == reached:
            break
        reached = further
    assert reached == set(State)


def test_what_is_over_never_takes_signatures_again() -> None:
    for state in (State.CLOSED, State.WITHDRAWN):
        assert set(TRANSITIONS[state].values()) <= {state}
        assert state not in SIGNABLE


@given(st.lists(st.sampled_from(Event), max_size=12))
def test_any_walk_follows_the_table_or_stops_at_an_illegal_step(events: list[Event]) -> None:
    state, over = State.DRAFT, False
    for event in events:
        try:
            state = next_state(state, event)
        except IllegalStepError:
            assert event not in TRANSITIONS[state]
            continue
        over = over or state in (State.CLOSED, State.WITHDRAWN)
        assert not (over and state in SIGNABLE)
