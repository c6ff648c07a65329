from hypothesis import given
from hypothesis import strategies as st

from petitionkit.errors import IllegalStepError
from petitionkit.facts import Event, State
from petitionkit.lifecycle import (
    DRAFTED,
    LIFTING,
    MAY,
    SIGNABLE,
    TAKEN_DOWN,
    TRANSITIONS,
    Beneath,
    Place,
    who_may,
)
from petitionkit.moderation import Capacity

FOR_GOOD = frozenset({State.WITHDRAWN, State.LAPSED})

walks = st.lists(st.sampled_from(Event), max_size=30)


def test_every_state_has_its_row_and_every_target_is_a_state() -> None:
    assert set(TRANSITIONS) == set(State)
    for row in TRANSITIONS.values():
        assert set(row) <= set(Event)
        assert set(row.values()) <= {*State, *Beneath}


def test_every_event_and_every_state_can_happen() -> None:
    assert {event for row in TRANSITIONS.values() for event in row} == set(Event)
    reached = {Place()}
    while True:
        further = reached | {
            place.after(event) for place in reached for event in Event if place.allows(event)
        }
        if further == reached:
            break
        reached = further
    assert {place.state for place in reached} == set(State)


def test_only_what_was_taken_down_has_another_state_beneath() -> None:
    assert frozenset({State.REJECTED, State.HIDDEN, State.REMOVED}) == TAKEN_DOWN
    assert {Event.REINSTATED, Event.APPEAL_UPHELD} == LIFTING


@given(walks)
def test_any_walk_follows_the_table_or_stops_at_an_illegal_step(events: list[Event]) -> None:
    place, over, opened = Place(), False, False
    for event in events:
        before = place
        try:
            place = place.after(event)
        except IllegalStepError:
            assert not place.allows(event)
            continue
        if event is Event.OPENED:
            opened = True
        over = over or place.beneath in FOR_GOOD
        # What was removed is gone, unless an appeal is upheld. What is withdrawn or lapsed never
        # takes signatures again, unless the office sends it back to moderation.
        if before.state is State.REMOVED is not place.state:
            assert event is Event.APPEAL_UPHELD
        if event is Event.RESTORED:
            over = False
        assert not (over and place.state in SIGNABLE)
        assert place.state not in SIGNABLE or opened
        assert place.state in TAKEN_DOWN or place.beneath is place.state
        assert place.beneath not in TAKEN_DOWN


@given(walks, st.sampled_from(sorted(TAKEN_DOWN)), walks)
def test_a_restriction_that_is_lifted_leaves_what_would_be_without_it(
    before: list[Event], restricted: State, meanwhile: list[Event]
) -> None:
    place = Place()
    for event in before:
        place = place.after(event) if place.allows(event) else place
    down = Event(restricted.value)
    if place.state in TAKEN_DOWN or not place.allows(down):
        return
    taken, free = place.after(down), place
    by_itself = [Event.CLOSED, Event.SUSPENDED, Event.RESUMED, Event.UNPAUSED, Event.LAPSED]
    for event in meanwhile:
        if event in by_itself:
            assert taken.allows(event) is free.allows(event)
            if taken.allows(event):
                taken, free = taken.after(event), free.after(event)
                assert taken.state is restricted
    assert taken.after(Event.APPEAL_UPHELD) == free
    if restricted is State.REMOVED:
        assert not taken.allows(Event.REINSTATED)
    else:
        assert taken.after(Event.REINSTATED) == free


@given(st.sampled_from(State), st.sampled_from(Event))
def test_every_step_is_for_somebody_and_the_office_decides_on_what_was_taken_down(
    state: State, event: Event
) -> None:
    assert MAY[event]
    assert who_may(state, event) <= MAY[event]
    if state in TAKEN_DOWN and event in (Event.REJECTED, Event.RESTORED, Event.REINSTATED):
        assert who_may(state, event) == {Capacity.OFFICE}
    if event is not Event.TRANSFER_ACCEPTED:
        assert Capacity.OFFICE in who_may(state, event)


def test_drafts_are_what_can_lapse() -> None:
    assert {state.value for state in DRAFTED} == {
        "draft",
        "gathering",
        "awaiting_moderation",
        "held",
    }
