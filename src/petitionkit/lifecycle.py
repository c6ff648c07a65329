"""The lifecycle: which step leads where.

Everything about states and steps is in the one table below; predicates derive from it, and
``next_state`` is its only reader. Time is not decided here: that a petition past its deadline
is closed follows from its window, in ``status``.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from petitionkit.civil import instant_text
from petitionkit.errors import IllegalStepError
from petitionkit.petition import Event, Fact, State

__all__ = ["SIGNABLE", "TRANSITIONS", "fold", "next_state", "states"]

_NOTED = frozenset(
    {
        Event.TEXT_CHANGED,
        Event.COUNT_DECLARED,
        Event.POLICY_PINNED,
        Event.FOUND,
        Event.AUTHOR_ACCEPTED,
    }
)
_AMENDED = frozenset({Event.POLICY_AMENDED, Event.DEADLINE_MOVED, Event.RECOUNTED})
_COUNTED = frozenset({Event.THRESHOLD_REACHED, Event.THRESHOLD_LOST})
_HANDED_OVER = frozenset({Event.DELIVERED, Event.ANSWERED})


def _row(state: State, stays: frozenset[Event], **leads: State) -> Mapping[Event, State]:
    row = dict.fromkeys(sorted(stays), state) | {Event(name): to for name, to in leads.items()}
    return MappingProxyType(row)


TRANSITIONS: Mapping[State, Mapping[Event, State]] = MappingProxyType(
    {
        State.DRAFT: _row(
            State.DRAFT,
            _NOTED | _AMENDED | _COUNTED | {Event.STARTED},
            opened=State.OPEN,
            withdrawn=State.WITHDRAWN,
        ),
        State.OPEN: _row(
            State.OPEN,
            # The next stage of a chain opens an open petition again.
            _NOTED | _AMENDED | _COUNTED | _HANDED_OVER | {Event.OPENED},
            suspended=State.SUSPENDED,
            paused=State.PAUSED,
            closed=State.CLOSED,
            withdrawn=State.WITHDRAWN,
        ),
        State.SUSPENDED: _row(
            State.SUSPENDED,
            _NOTED | _AMENDED | _COUNTED,
            resumed=State.OPEN,
            closed=State.CLOSED,
            withdrawn=State.WITHDRAWN,
        ),
        State.PAUSED: _row(
            State.PAUSED,
            _NOTED | _AMENDED | _COUNTED,
            unpaused=State.OPEN,
            closed=State.CLOSED,
            withdrawn=State.WITHDRAWN,
        ),
        State.CLOSED: _row(
            State.CLOSED,
            _HANDED_OVER | _AMENDED | _COUNTED | {Event.COUNT_DECLARED, Event.FOUND},
        ),
        # An opening that was scheduled comes to nothing.
        State.WITHDRAWN: _row(State.WITHDRAWN, frozenset({Event.OPENED, Event.RECOUNTED})),
    }
)
"""State → event → state. What is missing is an illegal step."""

SIGNABLE = frozenset(
    state for state, events in TRANSITIONS.items() if events.get(Event.PAUSED) is State.PAUSED
)
"""States in which signatures are taken: those that can be paused."""


def next_state(state: State, event: Event) -> State:
    """Follow the table; ``IllegalStepError`` where it has no such step."""
    following = TRANSITIONS[state].get(event)
    if following is None:
        legal = ", ".join(sorted(TRANSITIONS[state])) or "nothing"
        raise IllegalStepError(f"a {state} petition cannot be {event}; possible: {legal}")
    return following


def states(facts: Iterable[Fact]) -> Iterator[tuple[Fact, State]]:
    """Each fact with the state that it leads to, time alone left out of account.

    Facts are taken in the order of their instants, equal ones as they were recorded; one that
    the lifecycle does not allow raises ``IllegalStepError`` with its instant.
    """
    state = State.DRAFT
    for fact in sorted(facts, key=lambda fact: fact.at):
        try:
            state = next_state(state, fact.event)
        except IllegalStepError as error:
            raise IllegalStepError(f"at {instant_text(fact.at)}: {error}") from None
        yield fact, state


def fold(facts: Iterable[Fact], at: datetime) -> State:
    """State that the facts up to an instant lead to."""
    led = [state for _, state in states(fact for fact in facts if fact.at <= at)]
    return led[-1] if led else State.DRAFT
