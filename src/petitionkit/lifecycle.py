"""The lifecycle: which step leads where, and who may take it.

Everything about states and steps is in the tables below; predicates derive from them. A
petition that was taken down has another state *beneath*: what it would be otherwise, which
time moves on. Time is not decided here: that a petition past its deadline is closed follows
from its window, in ``following``.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from operator import attrgetter
from types import MappingProxyType

from attrs import evolve, frozen

from petitionkit.civil import instant_text
from petitionkit.errors import IllegalStepError
from petitionkit.facts import Event, Fact, State
from petitionkit.moderation import ENDS_EARLY, Capacity

__all__ = [
    "DRAFTED",
    "LIFTING",
    "MAY",
    "MODERATING",
    "SIGNABLE",
    "SPONSORABLE",
    "TAKEN_DOWN",
    "TRANSITIONS",
    "Beneath",
    "Place",
    "fold",
    "place_at",
    "states",
    "who_may",
]


class Beneath(Enum):
    """The target of a step that lifts a restriction: what the petition is beneath it."""

    BENEATH = "what it is beneath"


_BENEATH = Beneath.BENEATH
Row = Mapping[Event, State | Beneath]

_NOTED = frozenset(
    {
        Event.TEXT_CHANGED,
        Event.COUNT_DECLARED,
        Event.POLICY_PINNED,
        Event.POLICY_AMENDED,
        Event.DEADLINE_MOVED,
        Event.COUNTED_AGAIN,
        Event.RECOUNTED,
        Event.FOUND,
        Event.AUTHOR_ACCEPTED,
        Event.REPORTED,
        Event.REPORTS_SETTLED,
        Event.RELATED,
        Event.TAGGED,
        Event.TRANSFER_OFFERED,
        Event.TRANSFER_ACCEPTED,
        Event.TRANSFER_ENDED,
    }
)
_COUNTED = frozenset({Event.THRESHOLD_REACHED, Event.THRESHOLD_LOST})
_AFTERWARDS = frozenset(
    {
        Event.UPDATED,
        Event.DELIVERED,
        Event.ANSWERED,
        Event.ANSWER_RETRACTED,
        Event.DEBATE_SCHEDULED,
        Event.DEBATE_CANCELLED,
        Event.DEBATED,
        Event.VICTORY_CLAIMED,
        Event.VICTORY_CONFIRMED,
        Event.VICTORY_DENIED,
    }
)
_RUNNING = _NOTED | _COUNTED | _AFTERWARDS | {Event.EXTENDED}
# What comes to nothing, or is only finished, once a petition is over.
_LATE = frozenset({Event.OPENED, Event.FOUND, Event.COUNTED_AGAIN, Event.RECOUNTED})
_CONTESTED = frozenset({Event.APPEALED, Event.APPEAL_DISMISSED})
# What changes a restriction, and leaves alone what is beneath it.
_RESTRICTING = _CONTESTED | {Event.REJECTED, Event.HIDDEN}
# What happens by itself happens to what is beneath a restriction.
_UNATTENDED = frozenset(
    {
        Event.OPENED,
        Event.SUBMITTED,
        Event.SPONSORS_LOST,
        Event.SUSPENDED,
        Event.RESUMED,
        Event.UNPAUSED,
        Event.CLOSED,
        Event.LAPSED,
        Event.WITHDRAWN,
    }
)

_TAKE_DOWN: Mapping[str, State] = {
    "rejected": State.REJECTED,
    "hidden": State.HIDDEN,
    "removed": State.REMOVED,
}
_BEFORE_OPENING: Mapping[str, State] = {
    **_TAKE_DOWN,
    "opened": State.OPEN,
    "withdrawn": State.WITHDRAWN,
    "lapsed": State.LAPSED,
}
_WHILE_IT_RUNS: Mapping[str, State] = {
    **_TAKE_DOWN,
    "closed": State.CLOSED,
    "withdrawn": State.WITHDRAWN,
}
_LIFTED: Mapping[str, State | Beneath] = {
    **_TAKE_DOWN,
    "restored": State.AWAITING_MODERATION,
    "reinstated": _BENEATH,
    "appeal_upheld": _BENEATH,
}
_OVER: Mapping[str, State] = {"hidden": State.HIDDEN, "removed": State.REMOVED}


def _row(state: State, stays: frozenset[Event], leads: Mapping[str, State | Beneath]) -> Row:
    row: dict[Event, State | Beneath] = dict.fromkeys(sorted(stays), state)
    return MappingProxyType(row | {Event(name): to for name, to in leads.items()})


TRANSITIONS: Mapping[State, Row] = MappingProxyType(
    {
        State.DRAFT: _row(
            State.DRAFT,
            _NOTED | _COUNTED | {Event.STARTED},
            {
                **_BEFORE_OPENING,
                "sponsoring_begun": State.GATHERING,
                "submitted": State.AWAITING_MODERATION,
            },
        ),
        State.GATHERING: _row(
            State.GATHERING,
            _NOTED | _COUNTED,
            {
                **_BEFORE_OPENING,
                "submitted": State.AWAITING_MODERATION,
                "held": State.HELD,
                "returned": State.DRAFT,
            },
        ),
        State.AWAITING_MODERATION: _row(
            State.AWAITING_MODERATION,
            _NOTED | _COUNTED,
            {
                **_BEFORE_OPENING,
                "sponsors_lost": State.GATHERING,
                "held": State.HELD,
                "returned": State.DRAFT,
            },
        ),
        # However many sponsors it has or loses, it is for a moderator to take up again.
        State.HELD: _row(
            State.HELD,
            _NOTED | _COUNTED | {Event.SUBMITTED, Event.SPONSORS_LOST},
            {
                **_BEFORE_OPENING,
                "restored": State.AWAITING_MODERATION,
                "returned": State.DRAFT,
            },
        ),
        State.OPEN: _row(
            State.OPEN,
            # The next stage of a chain opens an open petition again.
            _RUNNING | {Event.OPENED},
            {**_WHILE_IT_RUNS, "suspended": State.SUSPENDED, "paused": State.PAUSED},
        ),
        State.SUSPENDED: _row(State.SUSPENDED, _RUNNING, {**_WHILE_IT_RUNS, "resumed": State.OPEN}),
        State.PAUSED: _row(State.PAUSED, _RUNNING, {**_WHILE_IT_RUNS, "unpaused": State.OPEN}),
        State.CLOSED: _row(
            State.CLOSED,
            _COUNTED
            | _AFTERWARDS
            | (_NOTED - {Event.TEXT_CHANGED, Event.POLICY_PINNED, Event.AUTHOR_ACCEPTED}),
            {**_OVER, "reopened": State.OPEN},
        ),
        State.LAPSED: _row(State.LAPSED, _LATE, _OVER),
        State.WITHDRAWN: _row(State.WITHDRAWN, _LATE, _OVER),
        State.REJECTED: _row(State.REJECTED, _NOTED | _COUNTED | _UNATTENDED | _CONTESTED, _LIFTED),
        State.HIDDEN: _row(State.HIDDEN, _NOTED | _COUNTED | _UNATTENDED | _CONTESTED, _LIFTED),
        # Gone for good, unless the policy has appeals and one is upheld.
        State.REMOVED: _row(
            State.REMOVED,
            _LATE | _COUNTED | _UNATTENDED | _CONTESTED,
            {"appeal_upheld": _BENEATH},
        ),
    }
)
"""State → event → state. What is missing is an illegal step."""

TAKEN_DOWN = frozenset(state for state, row in TRANSITIONS.items() if _BENEATH in row.values())
"""States that have another one beneath."""

LIFTING = frozenset(
    event for row in TRANSITIONS.values() for event, to in row.items() if to is _BENEATH
)
"""Steps after which a petition is what it was beneath a restriction."""

SIGNABLE = frozenset(
    state for state, events in TRANSITIONS.items() if events.get(Event.PAUSED) is State.PAUSED
)
"""States in which signatures are taken: those that can be paused."""

DRAFTED = frozenset(
    state for state, row in TRANSITIONS.items() if row.get(Event.LAPSED) is State.LAPSED
)
"""States before the opening."""

SPONSORABLE = DRAFTED - {State.DRAFT}
"""States in which sponsors may sign (UK Parliament: also while a moderator looks at it)."""

MODERATING = frozenset(
    {
        Event.HELD,
        Event.RETURNED,
        Event.REJECTED,
        Event.HIDDEN,
        Event.REMOVED,
        Event.RESTORED,
        Event.REINSTATED,
    }
)
"""Steps by which a petition is moderated."""

_STAFF = frozenset({Capacity.MODERATOR, Capacity.OFFICE})
_OFFICE = frozenset({Capacity.OFFICE})
_OWNER = frozenset({Capacity.STARTER, Capacity.OFFICE})

MAY: Mapping[Event, frozenset[Capacity]] = MappingProxyType(
    dict.fromkeys(Event, _OFFICE)
    | dict.fromkeys(
        (
            Event.STARTED,
            Event.POLICY_PINNED,
            Event.SPONSORING_BEGUN,
            Event.SUBMITTED,
            Event.OPENED,
            Event.WITHDRAWN,
            Event.TEXT_CHANGED,
            Event.AUTHOR_ACCEPTED,
            Event.APPEALED,
            Event.TRANSFER_OFFERED,
            Event.UPDATED,
            Event.RELATED,
            Event.DELIVERED,
            Event.VICTORY_CLAIMED,
        ),
        _OWNER,
    )
    | dict.fromkeys(
        (
            *(MODERATING - {Event.REMOVED, Event.REINSTATED}),
            Event.REPORTS_SETTLED,
        ),
        _STAFF,
    )
    | {
        Event.OPENED: _OWNER | _STAFF,
        Event.CLOSED: frozenset(ENDS_EARLY),
        Event.RELATED: _OWNER | _STAFF,
        Event.TAGGED: _STAFF,
        Event.TRANSFER_ACCEPTED: frozenset({Capacity.RECEIVER}),
        Event.TRANSFER_ENDED: _OWNER | {Capacity.RECEIVER},
        Event.ANSWERED: _OFFICE | {Capacity.ADDRESSEE},
        Event.VICTORY_CONFIRMED: _OFFICE | {Capacity.ADDRESSEE},
        Event.VICTORY_DENIED: _OFFICE | {Capacity.ADDRESSEE},
        Event.REPORTED: frozenset(Capacity),
    }
)
"""Event → who may bring it about. What happens by itself needs nobody."""


def who_may(state: State, event: Event) -> frozenset[Capacity]:
    """Tell who may take a step in a state.

    What a moderator has taken down, only the office decides on anew (UK Parliament: rejected
    and hidden petitions are for administrators). What was submitted, its starter does not open.
    """
    if state in TAKEN_DOWN and event in MODERATING:
        return MAY[event] & _OFFICE
    if state in SPONSORABLE and event is Event.OPENED:
        return MAY[event] & _STAFF
    return MAY[event]


@frozen(kw_only=True)
class Place:
    """Where a petition stands: its state, and what it is beneath a restriction.

    Where it is not taken down the two are the same.
    """

    state: State = State.DRAFT
    beneath: State = State.DRAFT

    def after(self, event: Event) -> "Place":
        """Follow the tables; ``IllegalStepError`` where they have no such step."""
        to = TRANSITIONS[self.state].get(event)
        if to is None:
            legal = ", ".join(sorted(TRANSITIONS[self.state])) or "nothing"
            raise IllegalStepError(f"a {self.state} petition cannot be {event}; possible: {legal}")
        if isinstance(to, Beneath):
            return Place(state=self.beneath, beneath=self.beneath)
        if to is not self.state:
            down = to in TAKEN_DOWN
            return Place(state=to, beneath=self.beneath if down else to)
        if to not in TAKEN_DOWN or event in _RESTRICTING:
            return self
        return evolve(self, beneath=Place(state=self.beneath).after(event).state)

    def allows(self, event: Event) -> bool:
        """Whether the tables have a step for an event from here."""
        try:
            self.after(event)
        except IllegalStepError:
            return False
        return True


_AT = attrgetter("at")


def states(facts: Iterable[Fact]) -> Iterator[tuple[Fact, Place]]:
    """Each fact with the place that it leads to, time alone left out of account.

    Facts are taken in the order of their instants, equal ones as they were recorded; one that
    the lifecycle does not allow raises ``IllegalStepError`` with its instant.
    """
    place = Place()
    for fact in sorted(facts, key=_AT):
        try:
            place = place.after(fact.event)
        except IllegalStepError as error:
            raise IllegalStepError(f"at {instant_text(fact.at)}: {error}") from None
        yield fact, place


def place_at(facts: Iterable[Fact], at: datetime) -> Place:
    """Where the facts up to an instant lead to."""
    place = Place()
    for _, place in states(fact for fact in facts if fact.at <= at):  # noqa: B007 (the last one)
        pass
    return place


def fold(facts: Iterable[Fact], at: datetime) -> State:
    """State that the facts up to an instant lead to."""
    return place_at(facts, at).state
