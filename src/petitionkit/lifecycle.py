"""The lifecycle: which step leads where.

Everything about states and steps is in the one table below; predicates derive from it, and
``next_state`` is its only reader. Time is not decided here: that a petition past its deadline
is closed follows from its window, in ``status``.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from petitionkit.civil import instant_text
from petitionkit.errors import IllegalStepError
from petitionkit.petition import Event, Fact, State

__all__ = ["SIGNABLE", "TRANSITIONS", "fold", "next_state"]

_STAYS = frozenset(
    {
        Event.TEXT_CHANGED,
        Event.COUNT_DECLARED,
        Event.POLICY_PINNED,
        Event.THRESHOLD_REACHED,
    }
)
_HANDED_OVER = frozenset({Event.DELIVERED, Event.ANSWERED})


def _row(state: State, stays: frozenset[Event], **leads: State) -> Mapping[Event, State]:
    row = dict.fromkeys(sorted(stays), state) | {Event(name): to for name, to in leads.items()}
    return MappingProxyType(row)


TRANSITIONS: Mapping[State, Mapping[Event, State]] = MappingProxyType(
    {
        State.DRAFT: _row(
            State.DRAFT,
            _STAYS | {Event.STARTED},
            opened=State.OPEN,
            withdrawn=State.WITHDRAWN,
        ),
        State.OPEN: _row(
            State.OPEN,
            _STAYS | _HANDED_OVER,
            closed=State.CLOSED,
            withdrawn=State.WITHDRAWN,
        ),
        State.CLOSED: _row(
            State.CLOSED,
            _HANDED_OVER | {Event.COUNT_DECLARED, Event.THRESHOLD_REACHED},
        ),
        State.WITHDRAWN: _row(State.WITHDRAWN, frozenset()),
    }
)
"""State → event → state. What is missing is an illegal step."""

SIGNABLE = frozenset(
    state for state, events in TRANSITIONS.items() if events.get(Event.CLOSED) is State.CLOSED
)
"""States in which signatures are taken: those that can still be closed."""


def next_state(state: State, event: Event) -> State:
    """Follow the table; ``IllegalStepError`` where it has no such step."""
    following = TRANSITIONS[state].get(event)
    if following is None:
        legal = ", ".join(sorted(TRANSITIONS[state])) or "nothing"
        raise IllegalStepError(f"a {state} petition cannot be {event}; possible: {legal}")
    return following


def fold(facts: Iterable[Fact], at: datetime) -> State:
    """State that the facts up to an instant lead to, time alone left out of account.

    Facts are taken in the order of their instants, equal ones as they were recorded.
    """
    state = State.DRAFT
    for fact in sorted(facts, key=lambda fact: fact.at):
        if fact.at > at:
            break
        try:
            state = next_state(state, fact.event)
        except IllegalStepError as error:
            raise IllegalStepError(f"at {instant_text(fact.at)}: {error}") from None
    return state
