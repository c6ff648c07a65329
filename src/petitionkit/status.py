"""Decisions: what a petition is at an instant, why, and when that could change by itself.

Pure functions of petition, policy, tally and ``now``. They read recorded facts first (a fact
with legal effect is never overridden) and what follows of itself where no fact speaks.
"""

from datetime import datetime
from functools import lru_cache

from attrs import evolve, field, frozen

from petitionkit.civil import instant_text, optional_instant
from petitionkit.counters import SPONSORS
from petitionkit.counting import total
from petitionkit.facts import Event, State
from petitionkit.following import as_fact, due_events
from petitionkit.lifecycle import LIFTING, SIGNABLE, SPONSORABLE, TAKEN_DOWN, Place, states
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.signature import Role
from petitionkit.tally import Tally

__all__ = ["CLAIMS_ERASED", "Decision", "Status", "course", "may_sign", "role_at", "status"]


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
    cause, before = None, Place()
    for fact, place in states((*petition.telling, *followed)):
        # What was lifted is for the reason that it would be without the restriction.
        if place.beneath is not before.beneath:
            cause = fact
        why = cause if fact.event in LIFTING and cause else fact
        state, before = place.state, place
        again = fact.event is Event.OPENED and state is State.OPEN  # the next stage
        if state is found[-1].state and not again:
            continue
        if found[-1].since == fact.at:  # it lasted no time, and what was before goes on
            found.pop()
        if state is found[-1].state and not again:
            found[-1] = evolve(found[-1], until=None)
            continue
        found[-1] = evolve(found[-1], until=fact.at)
        reason = "" if state in SIGNABLE else why.subject
        found.append(Status(state=state, since=fact.at, until=None, rule=why.rule, reason=reason))
    return tuple(found)


def status(petition: Petition, policy: Policy | None, tally: Tally, now: datetime) -> Status:
    """Tell the state at ``now``, since when, and until when it holds by itself."""
    begun = (s for s in course(petition, policy, tally) if s.since is None or s.since <= now)
    return list(begun)[-1]


_TAKES_NOTHING_LATE = TAKEN_DOWN | {State.WITHDRAWN}


def role_at(
    petition: Petition, policy: Policy | None, tally: Tally, at: datetime, role: Role = Role.SIGNER
) -> Role:
    """Tell as what somebody signs: a sponsor before the opening, a signer from then on."""
    early = status(petition, policy, tally, at).state in SPONSORABLE
    return Role.SPONSOR if role is Role.SIGNER and early else role


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
    instant the petition must have taken signatures, and it must not have been withdrawn or
    taken down since. Before the opening sponsors may sign, where the policy wants some.
    """
    return _may_sign(petition.abridged(), policy, tally, now, signed_at)


@lru_cache(maxsize=1024)
def _may_sign(
    petition: Petition,
    policy: Policy | None,
    tally: Tally,
    now: datetime,
    signed_at: datetime | None,
) -> Decision:
    """Remembered, since the lines of a roll are of few instants."""
    found = status(petition, policy, tally, now if signed_at is None else signed_at)
    if signed_at is not None and found.state in SIGNABLE:
        today = status(petition, policy, tally, now)
        found = today if today.state in _TAKES_NOTHING_LATE else found
    refusal = _refusal(petition, policy, tally, found)
    return Decision(answer=refusal is None, rule=found.rule, problem=refusal, until=found.until)


CLAIMS_ERASED = "claims_erased"
"""The finding after which nobody could tell any more who has signed."""


def _unrecognisable(petition: Petition) -> Problem | None:
    """Why nobody may sign a petition of which it could not be told who has signed."""
    gone = petition.first(Event.FOUND, CLAIMS_ERASED) is not None
    return problem("petition.erased", "petition") if gone else None


def _refusal(
    petition: Petition, policy: Policy | None, tally: Tally, found: Status
) -> Problem | None:
    if found.state in SIGNABLE:
        return _unrecognisable(petition)
    if found.state in SPONSORABLE and policy and policy.sponsoring:
        limit = policy.sponsoring.at_most
        if limit is None or total(petition, tally, SPONSORS) < limit:
            return _unrecognisable(petition)
        return problem("petition.sponsors_enough", "petition", limit=limit)
    since = instant_text(found.since) if found.since else ""
    rule = found.reason or found.rule
    match found.state:
        case State.CLOSED:
            return problem("petition.closed", "petition", closed_at=since, rule=rule)
        case State.SUSPENDED:
            return problem("petition.suspended", "petition", since=since, rule=rule)
        case State.PAUSED:
            return problem("petition.paused", "petition", since=since)
        case State.WITHDRAWN | State.LAPSED | State.REJECTED:
            return problem(f"petition.{found.state}", "petition")
        case State.HIDDEN | State.REMOVED:
            return problem("petition.gone", "petition")
        case _:
            opened = petition.opening
            if opened is None:
                return problem("petition.not_open", "petition")
            at = instant_text(opened.at)
            return problem("petition.before_opening", "petition", opened_at=at)
