"""What an office does to a petition: start, publish, edit, declare, close, settle.

Each function takes the petition with its policy and tally and returns a revision: the changed
petition with its facts, the state that holds until the next due instant, the levels to watch
and the notices that are due. A step that the lifecycle does not have raises
``IllegalStepError``.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from attrs import evolve

from petitionkit.counting import ORGANISATIONS, PERSONS, SUPPORTERS, total, watches_for
from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.ledger import Notice, NoticeKind, Revision
from petitionkit.lifecycle import fold, next_state
from petitionkit.petition import (
    Addressee,
    Answer,
    DeclaredCount,
    Delivery,
    Edit,
    Event,
    Fact,
    Petition,
    PetitionText,
)
from petitionkit.policy import EarlyEnd, Policy
from petitionkit.problems import problem
from petitionkit.status import Due, deadline, due_events, status
from petitionkit.tally import Tally
from petitionkit.version import ENGINE

__all__ = [
    "answer",
    "change_text",
    "close",
    "declare",
    "deliver",
    "publish",
    "settle",
    "start",
    "take_over",
    "withdraw_petition",
]

NOTHING = Tally()


def _revision(
    petition: Petition,
    policy: Policy | None,
    tally: Tally,
    now: datetime,
    notices: tuple[Notice, ...] = (),
) -> Revision[Petition]:
    """Put the changed petition together with what the store keeps beside it."""
    due = due_events(petition, policy, tally)
    return Revision(
        answer=petition,
        petition=petition,
        state=status(petition, now).state,
        due_at=due[0].at if due else None,
        watches=watches_for(petition, policy) if policy else (),
        notices=notices,
    )


def _step(
    petition: Petition,
    event: Event,
    now: datetime,
    actor: str,
    *,
    at: datetime | None = None,
    rule: str = "",
    subject: str = "",
    until: datetime | None = None,
    numbers: tuple[tuple[str, int], ...] = (),
) -> Petition:
    """Add a fact about an instant (now, if none is given), if the lifecycle has that step then."""
    at = at or _not_before_facts(petition, now)
    next_state(status(petition, at).state, event)
    fact = Fact(
        event=event,
        at=at,
        recorded_at=now,
        actor=actor,
        rule=rule,
        subject=subject,
        until=until,
        numbers=numbers,
        engine=ENGINE,
    )
    changed = petition.with_facts(fact)
    fold(changed.facts, max(f.at for f in changed.facts))  # what came after must still be legal
    return changed


def _not_before_facts(petition: Petition, now: datetime) -> datetime:
    """Now, or the latest instant written down before, where the clock has stepped back since.

    What is decided next comes after what was decided before; else the facts, read in the order
    of their instants, could lead where the lifecycle has no step. What lies ahead counts from
    when it was recorded.
    """
    return max([now, *(min(fact.at, fact.recorded_at) for fact in petition.facts)])


def start(
    petition: Petition, *, now: datetime, actor: str = "", started_at: datetime | None = None
) -> Revision[Petition]:
    """Begin a petition as a draft; ``started_at`` is when, if it began before it came here."""
    if petition.facts:
        raise IllegalStepError("a petition that has facts is taken over, not started")
    begun = _step(petition, Event.STARTED, now, actor, at=started_at)
    return _revision(begun, None, NOTHING, now)


def take_over(
    petition: Petition, *, policy: Policy, digest: str, now: datetime
) -> Revision[Petition]:
    """Take in a petition that has lived elsewhere, with the facts that it brings.

    The policy is pinned at the opening if no fact pins it. Facts that the lifecycle does not
    allow raise ``IllegalStepError``.
    """
    opened = petition.last(Event.OPENED)
    if petition.policy_digest is None:
        pinned = Fact(
            event=Event.POLICY_PINNED,
            at=opened.at if opened else now,
            recorded_at=now,
            subject=digest,
            engine=ENGINE,
        )
        petition = evolve(petition, facts=(pinned, *petition.facts))
    fold(petition.facts, max(fact.at for fact in petition.facts))
    return _revision(petition, policy, NOTHING, now)


def publish(
    petition: Petition,
    tally: Tally,
    *,
    policy: Policy,
    digest: str,
    now: datetime,
    actor: str = "",
    opened_at: datetime | None = None,
) -> Revision[Petition]:
    """Pin the policy and open the petition for signatures, with the deadline as a fact.

    ``opened_at`` is when it opened, where that was not now but before it came here, or lies
    ahead.
    """
    at = opened_at or _not_before_facts(petition, now)
    ends = deadline(policy, at)
    pinned = _step(petition, Event.POLICY_PINNED, now, actor, at=at, subject=digest)
    opened = _step(pinned, Event.OPENED, now, actor, at=at, rule="window", until=ends)
    return _revision(opened, policy, tally, now)


def change_text(
    petition: Petition,
    tally: Tally,
    *,
    policy: Policy | None,
    text: PetitionText,
    now: datetime,
    actor: str = "",
) -> Revision[Petition]:
    """Add the next version of the text in a language; earlier versions stay.

    Signatures keep the digest of the version that they signed. A first version in a language
    is ``initial``, every later one says whether it is editorial or material.
    """
    versions = [t.version for t in petition.texts if t.language == text.language]
    expected = max(versions, default=0) + 1
    found = []
    if text.version != expected:
        found.append(problem("unknown_choice", "version", choices=str(expected)))
    if (text.edit is Edit.INITIAL) is not (expected == 1):
        choices = "initial" if expected == 1 else "editorial, material"
        found.append(problem("unknown_choice", "edit", choices=choices))
    if found:
        raise InvalidValueError(found)
    changed = _step(petition, Event.TEXT_CHANGED, now, actor, subject=text.digest, rule=text.edit)
    return _revision(evolve(changed, texts=(*petition.texts, text)), policy, tally, now)


def declare(
    petition: Petition,
    tally: Tally,
    *,
    policy: Policy | None,
    declared: DeclaredCount,
    now: datetime,
    actor: str = "",
    new_id: Callable[[], UUID],
) -> Revision[Petition]:
    """Record a number that has no signatures behind it, and what follows from it alone.

    What it comes to together with the signatures is for the store's next reading: the petition
    is due at once.
    """
    # What the old numbers led to is settled first: its instants must not move.
    settled = settle(petition, tally, policy=policy, now=now, new_id=new_id)
    noted = _step(
        settled.petition,
        Event.COUNT_DECLARED,
        now,
        actor,
        subject=declared.counter,
        rule=declared.effect,
        numbers=(("amount", declared.amount),),
    )
    changed = evolve(noted, declared=(*petition.declared, declared))
    # The old readings are of levels that the new numbers have moved.
    unread = evolve(tally, levels=())
    after = settle(changed, unread, policy=policy, now=now, new_id=new_id)
    due_at = now if after.watches else after.due_at
    return evolve(after, due_at=due_at, notices=(*settled.notices, *after.notices))


def close(
    petition: Petition,
    tally: Tally,
    *,
    policy: Policy | None,
    by: EarlyEnd,
    reason: str,
    now: datetime,
    actor: str = "",
    new_id: Callable[[], UUID],
) -> Revision[Petition]:
    """End a petition before its window does, if the policy lets them; ``reason`` is a code."""
    next_state(status(petition, now).state, Event.CLOSED)
    allowed = policy.closing.early_end_by if policy else ()
    if by not in allowed:
        names = ", ".join(allowed) or "nobody"
        raise IllegalStepError(f"the {by} may not end this petition early; allowed: {names}")
    settled = settle(petition, tally, policy=policy, now=now, new_id=new_id)
    closed = _step(
        settled.petition,
        Event.CLOSED,
        now,
        actor,
        rule=f"closing.{by}",
        subject=reason or by,
        numbers=_totals(petition, tally),
    )
    notice = Notice(id=new_id(), kind=NoticeKind.CLOSED, petition_id=petition.id, at=now)
    return _revision(closed, policy, tally, now, (*settled.notices, notice))


def withdraw_petition(
    petition: Petition,
    tally: Tally,
    *,
    policy: Policy | None,
    reason: str,
    now: datetime,
    actor: str = "",
) -> Revision[Petition]:
    """Take the petition back for good; ``reason`` is a code."""
    gone = _step(petition, Event.WITHDRAWN, now, actor, rule="withdrawal", subject=reason)
    return _revision(gone, policy, tally, now)


def deliver(
    petition: Petition,
    tally: Tally,
    *,
    policy: Policy | None,
    addressee: str,
    delivery: Delivery,
    now: datetime,
    actor: str = "",
) -> Revision[Petition]:
    """Record that the petition was handed to one of its addressees."""
    noted = _step(
        petition,
        Event.DELIVERED,
        now,
        actor,
        subject=addressee,
        numbers=(("count", delivery.count),),
    )
    return _revision(
        _addressed(noted, addressee, lambda a: evolve(a, delivery=delivery)), policy, tally, now
    )


def answer(
    petition: Petition,
    tally: Tally,
    *,
    policy: Policy | None,
    addressee: str,
    given: Answer,
    now: datetime,
    actor: str = "",
) -> Revision[Petition]:
    """Record what one of the addressees answered."""
    noted = _step(petition, Event.ANSWERED, now, actor, subject=addressee)
    return _revision(
        _addressed(noted, addressee, lambda a: evolve(a, answer=given)), policy, tally, now
    )


def _addressed(petition: Petition, key: str, change: Callable[[Addressee], Addressee]) -> Petition:
    keys = [a.key for a in petition.addressees]
    if key not in keys:
        choices = ", ".join(keys)
        raise InvalidValueError([problem("unknown_choice", "addressee", choices=choices)])
    return evolve(
        petition,
        addressees=tuple(change(a) if a.key == key else a for a in petition.addressees),
    )


def settle(
    petition: Petition,
    tally: Tally,
    *,
    policy: Policy | None,
    now: datetime,
    new_id: Callable[[], UUID],
) -> Revision[Petition]:
    """Record everything that followed by itself up to now, each at its own instant.

    Idempotent, and without influence on any answer: what it records was true before.
    """
    facts: list[Fact] = []
    notices: list[Notice] = []
    for due in due_events(petition, policy, tally):
        if due.at <= now:
            facts.append(_recorded(due, petition, tally, now))
            notices.append(
                Notice(
                    id=new_id(),
                    kind=NoticeKind(due.event.value),
                    petition_id=petition.id,
                    at=due.at,
                    subject=due.subject,
                )
            )
    return _revision(petition.with_facts(*facts), policy, tally, now, tuple(notices))


def _recorded(due: Due, petition: Petition, tally: Tally, now: datetime) -> Fact:
    return Fact(
        event=due.event,
        at=due.at,
        recorded_at=now,
        rule=due.rule,
        subject=due.subject,
        numbers=(*due.numbers, *_totals(petition, tally)),
        engine=ENGINE,
    )


def _totals(petition: Petition, tally: Tally) -> tuple[tuple[str, int], ...]:
    counters = (ORGANISATIONS, PERSONS, SUPPORTERS)
    return tuple((counter, total(petition, tally, counter)) for counter in counters)
