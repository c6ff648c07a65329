"""Decisions: what a petition is at an instant, why, and when that could change by itself.

Pure functions of petition, policy, tally and ``now``. They read recorded facts first (a fact
with legal effect is never overridden) and what follows of itself where no fact speaks.
"""

from datetime import datetime
from functools import lru_cache

from attrs import evolve, field, frozen

from petitionkit.civil import instant_text, optional_instant
from petitionkit.following import as_fact, due_events
from petitionkit.lifecycle import SIGNABLE, states
from petitionkit.petition import Event, Petition, State
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.tally import Tally

__all__ = ["Decision", "Status", "course", "may_sign", "status"]


@frozen(kw_only=True)
class Decision:
    """Yes or no, by which rule, on which instants and numbers, and until when by itself.

    ``problem`` says why not; None where the answer is yes. ``until`` (exclusive) is the next
    instant at which time alone could change the answer; None: never.
    """

    answer: bool
    rule: str
    problem: Problem | None = None
    until: datetime | None = field(default=None, converter=optional_instant)


@frozen(kw_only=True)
class Status:
    """State at an instant: since when, by which rule, and until when it holds by itself.

    ``reason`` says why a closed petition closed: ``window``, or the reason given by who ended
    it. ``until`` is exclusive; None: for ever, as far as time alone goes.
    """

    state: State
    since: datetime | None
    until: datetime | None
    rule: str
    reason: str = ""


def course(petition: Petition, policy: Policy | None, tally: Tally) -> tuple[Status, ...]:
    """The statuses that a petition goes through, one after the other, as far as is known now.

    They follow from facts and, where none speaks, from what follows of itself; the first one
    is a draft's, and each holds until the next begins.
    """
    return _course(petition.abridged(), policy, tally)


@lru_cache(maxsize=1024)
def _course(petition: Petition, policy: Policy | None, tally: Tally) -> tuple[Status, ...]:
    followed = (as_fact(due) for due in due_events(petition, policy, tally))
    found = [Status(state=State.DRAFT, since=None, until=None, rule="draft")]
    for fact, state in states((*petition.facts, *followed)):
        again = fact.event is Event.OPENED and state is State.OPEN  # the next stage
        if state is not found[-1].state or again:
            found[-1] = evolve(found[-1], until=fact.at)
            reason = "" if state in SIGNABLE else fact.subject
            found.append(
                Status(state=state, since=fact.at, until=None, rule=fact.rule, reason=reason)
            )
    return tuple(found)


def status(petition: Petition, policy: Policy | None, tally: Tally, now: datetime) -> Status:
    """Tell the state at ``now``, since when, and until when it holds by itself."""
    begun = (s for s in course(petition, policy, tally) if s.since is None or s.since <= now)
    return list(begun)[-1]


def may_sign(
    petition: Petition,
    policy: Policy | None,
    tally: Tally,
    now: datetime,
    *,
    signed_at: datetime | None = None,
) -> Decision:
    """Decide whether the petition takes a signature at ``now``, and say why not.

    ``signed_at`` is when it was signed, for a line of a roll that comes in later: at that
    instant the petition must have taken signatures, and it must not have been withdrawn since.
    """
    found = status(petition, policy, tally, now if signed_at is None else signed_at)
    if signed_at is not None and found.state in SIGNABLE:
        today = status(petition, policy, tally, now)
        found = today if today.state is State.WITHDRAWN else found
    refusal = None if found.state in SIGNABLE else _refusal(petition, found)
    return Decision(answer=refusal is None, rule=found.rule, problem=refusal, until=found.until)


def _refusal(petition: Petition, found: Status) -> Problem:
    since = instant_text(found.since) if found.since else ""
    rule = found.reason or found.rule
    match found.state:
        case State.CLOSED:
            return problem("petition.closed", "petition", closed_at=since, rule=rule)
        case State.SUSPENDED:
            return problem("petition.suspended", "petition", since=since, rule=rule)
        case State.PAUSED:
            return problem("petition.paused", "petition", since=since)
        case State.WITHDRAWN:
            return problem("petition.withdrawn", "petition")
        case _:
            opened = petition.last(Event.OPENED)
            if opened is None:
                return problem("petition.not_open", "petition")
            at = instant_text(opened.at)
            return problem("petition.before_opening", "petition", opened_at=at)
