"""Proceedings: what addressees, moderators and starters make of a petition beside its lifecycle.

Small machines of their own, each derived from facts: response, debate, victory, appeal and
the moderation queue, and who may see a petition. None of them moves its state.
"""

from datetime import date, datetime, timedelta

from attrs import frozen

from petitionkit.civil import end_of_day, local_date
from petitionkit.conditions import Known
from petitionkit.facts import Event, Fact, State
from petitionkit.following import lived, reached
from petitionkit.limits import Choice
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.status import status
from petitionkit.tally import Tally
from petitionkit.windows import same_time_after

__all__ = [
    "Appeal",
    "Debate",
    "Proceedings",
    "Publicity",
    "QueueAge",
    "Response",
    "Victory",
    "answered",
    "appeal_closes_at",
    "appeal_of",
    "proceedings",
    "publicity",
    "start_of_day",
    "victory_of",
]


class Response(Choice):
    """Where a petition stands with the answer to it."""

    PENDING = "pending"
    AWAITING = "awaiting"
    """A threshold whose effect is a response was reached."""
    RESPONDED = "responded"


class Debate(Choice):
    """Where a petition stands with its debate."""

    PENDING = "pending"
    AWAITING = "awaiting"
    """A threshold whose effect is a debate was reached."""
    SCHEDULED = "scheduled"
    DEBATED = "debated"
    NOT_DEBATED = "not_debated"


class Victory(Choice):
    """Whether the petition got what it asked for, and who says so."""

    NONE = "none"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    DENIED = "denied"


class Appeal(Choice):
    """Where an appeal against the latest restriction stands."""

    NONE = "none"
    PENDING = "pending"
    UPHELD = "upheld"
    """The appeal was right, the restriction was not."""
    DISMISSED = "dismissed"


class QueueAge(Choice):
    """How long a petition has waited for a moderator."""

    RECENT = "recent"
    NEARLY_OVERDUE = "nearly_overdue"
    OVERDUE = "overdue"


class Publicity(Choice):
    """Who may see a petition."""

    PUBLIC = "public"
    BY_LINK = "by_link"
    """Whoever has the address; no list shows it."""
    OFFICE = "office"
    GONE = "gone"
    """It was public, and is not any more (HTTP 410)."""


@frozen(kw_only=True)
class Proceedings:
    """What a petition has beside its state, at an instant.

    Whether the ``response`` that it is owed was given, its ``debate``, the ``victory`` claimed, the
    ``appeal`` against a restriction, how long it has waited for a moderator (``queue_age``; None
    outside the queue), and who may see it (``publicity``).
    """

    response: Response
    debate: Debate
    victory: Victory
    appeal: Appeal
    queue_age: QueueAge | None
    publicity: Publicity


def proceedings(petition: Petition, policy: Policy, tally: Tally, now: datetime) -> Proceedings:
    """Put together where a petition stands beside its lifecycle."""
    petition = lived(petition.abridged(), policy, tally, now)
    known = Known(petition=petition, policy=policy, tally=tally)
    state = status(petition, policy, tally, now).state
    return Proceedings(
        response=_response(known, now),
        debate=_debate(known, now),
        victory=victory_of(petition, now),
        appeal=appeal_of(petition, now),
        queue_age=_queue_age(petition, policy, now) if state is State.AWAITING_MODERATION else None,
        publicity=publicity(petition, state),
    )


def _last(petition: Petition, now: datetime, *events: Event) -> Fact | None:
    """The latest fact of any of the events up to an instant."""
    found = [fact for fact in petition.facts if fact.event in events and fact.at <= now]
    return max(reversed(found), key=lambda fact: fact.at, default=None)


def answered(petition: Petition, now: datetime) -> bool:
    """Whether an addressee has answered, and not taken the answer back."""
    last = _last(petition, now, Event.ANSWERED, Event.ANSWER_RETRACTED)
    return last is not None and last.event is Event.ANSWERED


def _is_due(known: Known, effect: str, now: datetime) -> bool:
    instants = (reached(known, t) for t in known.policy.thresholds if t.effect == effect)
    return any(at is not None and at <= now for at in instants)


def _response(known: Known, now: datetime) -> Response:
    if answered(known.petition, now):
        return Response.RESPONDED
    return Response.AWAITING if _is_due(known, "response", now) else Response.PENDING


def _debate(known: Known, now: datetime) -> Debate:
    """Read the debate. One set for the day on which it is set, or earlier, took place.

    One set ahead took place once its day is over (UK Parliament).
    """
    last = _last(known.petition, now, Event.DEBATE_SCHEDULED, Event.DEBATE_CANCELLED, Event.DEBATED)
    if last is not None and last.event is Event.DEBATED:
        return Debate(last.subject)
    if last is not None and last.event is Event.DEBATE_SCHEDULED and last.until is not None:
        zone = known.policy.window.zone
        day = local_date(last.until, zone)
        over = day <= local_date(last.at, zone) or day < local_date(now, zone)
        return Debate.DEBATED if over else Debate.SCHEDULED
    return Debate.AWAITING if _is_due(known, "debate", now) else Debate.PENDING


_VICTORIES = {
    Event.VICTORY_CLAIMED: Victory.CLAIMED,
    Event.VICTORY_CONFIRMED: Victory.CONFIRMED,
    Event.VICTORY_DENIED: Victory.DENIED,
}


def victory_of(petition: Petition, now: datetime) -> Victory:
    """Tell whether the petition got what it asked for, as was last said."""
    last = _last(petition, now, *_VICTORIES)
    return _VICTORIES[last.event] if last else Victory.NONE


_APPEALS = {
    Event.APPEALED: Appeal.PENDING,
    Event.APPEAL_UPHELD: Appeal.UPHELD,
    Event.APPEAL_DISMISSED: Appeal.DISMISSED,
}


def appeal_of(petition: Petition, now: datetime) -> Appeal:
    """Where the appeal against the latest restriction stands."""
    restricted = (Event.REJECTED, Event.HIDDEN, Event.REMOVED)
    last = _last(petition, now, *restricted, *_APPEALS)
    return _APPEALS.get(last.event, Appeal.NONE) if last else Appeal.NONE


def appeal_closes_at(petition: Petition, policy: Policy) -> datetime | None:
    """Until when (exclusive) the starter may appeal; None: there is nothing to appeal."""
    if not petition.restrictions or policy.moderation.appeal_within is None:
        return None
    latest = petition.restrictions[-1].at
    return same_time_after(policy, latest, policy.moderation.appeal_within)


def _queue_age(petition: Petition, policy: Policy, now: datetime) -> QueueAge:
    since = _last(petition, now, Event.SUBMITTED, Event.RESTORED)
    rules = (
        (policy.moderation.within, QueueAge.OVERDUE),
        (policy.moderation.soon_after, QueueAge.NEARLY_OVERDUE),
    )
    for duration, age in rules:
        ends = same_time_after(policy, since.at, duration) if since and duration else None
        if ends is not None and ends < now:
            return age
    return QueueAge.RECENT


_VISIBLE = {
    State.DRAFT: Publicity.OFFICE,
    State.GATHERING: Publicity.BY_LINK,
    State.AWAITING_MODERATION: Publicity.BY_LINK,
    State.HELD: Publicity.OFFICE,
    State.LAPSED: Publicity.OFFICE,
    State.HIDDEN: Publicity.OFFICE,
    State.REMOVED: Publicity.GONE,
}


def publicity(petition: Petition, state: State) -> Publicity:
    """Tell who may see a petition in a state; what was open once and is hidden now is gone.

    The table is the UK Parliament's: rejected petitions are shown with their reasons.
    """
    found = _VISIBLE.get(state, Publicity.PUBLIC)
    was_open = petition.last(Event.OPENED) is not None
    return Publicity.GONE if state is State.HIDDEN and was_open else found


def start_of_day(day: date, zone: str) -> datetime:
    """First instant (UTC) of a local day."""
    return end_of_day(day - timedelta(days=1), zone)
