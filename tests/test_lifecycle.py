import pytest

from petitionkit.errors import IllegalStepError
from petitionkit.facts import Event, State
from petitionkit.lifecycle import SIGNABLE, Place, fold
from samples import DAY, T0, fact, opened


def test_signatures_are_taken_only_while_open() -> None:
    assert frozenset({State.OPEN}) == SIGNABLE


@pytest.mark.parametrize(
    ("state", "event", "following"),
    [
        (State.DRAFT, Event.STARTED, State.DRAFT),
        (State.DRAFT, Event.OPENED, State.OPEN),
        (State.DRAFT, Event.WITHDRAWN, State.WITHDRAWN),
        (State.OPEN, Event.CLOSED, State.CLOSED),
        (State.OPEN, Event.DELIVERED, State.OPEN),
        (State.OPEN, Event.WITHDRAWN, State.WITHDRAWN),
        (State.CLOSED, Event.THRESHOLD_REACHED, State.CLOSED),
        (State.CLOSED, Event.ANSWERED, State.CLOSED),
    ],
)
def test_a_step_leads_to_a_state(state: State, event: Event, following: State) -> None:
    assert Place(state=state, beneath=state).after(event).state is following


@pytest.mark.parametrize(
    ("state", "event", "message"),
    [
        (
            State.LAPSED,
            Event.CLOSED,
            "a lapsed petition cannot be closed; "
            "possible: counted_again, found, hidden, opened, recounted, removed",
        ),
        (
            State.WITHDRAWN,
            Event.CLOSED,
            "a withdrawn petition cannot be closed; "
            "possible: counted_again, found, hidden, opened, recounted, removed",
        ),
    ],
)
def test_an_illegal_step_names_those_that_are_possible(
    state: State, event: Event, message: str
) -> None:
    with pytest.raises(IllegalStepError) as caught:
        Place(state=state, beneath=state).after(event)
    assert str(caught.value) == message


def test_facts_fold_to_the_state_at_an_instant() -> None:
    facts = [fact(Event.CLOSED, T0 + DAY), opened(T0), fact(Event.STARTED, T0 - DAY)]
    assert fold([], T0) is State.DRAFT
    assert fold(facts, T0 - DAY) is State.DRAFT
    assert fold(facts, T0) is State.OPEN
    assert fold(facts, T0 + DAY) is State.CLOSED


def test_facts_of_one_instant_fold_as_they_were_recorded() -> None:
    assert fold([opened(T0), fact(Event.WITHDRAWN, T0)], T0) is State.WITHDRAWN


def test_facts_that_the_table_does_not_allow_are_named_with_their_instant() -> None:
    with pytest.raises(IllegalStepError, match="at 2026-03-01T12:00:00Z: a draft petition cannot"):
        fold([fact(Event.CLOSED, T0)], T0)
