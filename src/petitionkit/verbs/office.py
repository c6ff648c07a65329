"""What an office does to a petition: start, publish, edit, declare, find, pause, close, settle.

Each function takes a docket (the petition with all that its state follows from) and returns a
revision: the changed petition with its facts, the state that holds until the next due instant,
the levels to watch and the notices that are due. A step that the lifecycle does not have
raises ``IllegalStepError``.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from attrs import evolve

from petitionkit.civil import Duration, end_of_day, instant, instant_text, local_date
from petitionkit.clauses import EarlyEndAt
from petitionkit.conditions import opens_from, opens_until, watches_for
from petitionkit.counting import counter_names
from petitionkit.errors import (
    IllegalStepError,
    InvalidValueError,
    NotPermittedError,
    refuse,
)
from petitionkit.facts import Event, Fact
from petitionkit.following import opening_of
from petitionkit.ledger import Notice, NoticeKind, Revision
from petitionkit.lifecycle import fold, place_at
from petitionkit.moderation import Capacity, MaterialEdits
from petitionkit.parties import Addressee, Answer, Author, Delivery
from petitionkit.petition import ANEW, DeclaredCount, Edit, Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.verbs.docket import Docket, not_before_facts, settle
from petitionkit.version import ENGINE
from petitionkit.windows import chosen_duration, closes_at

__all__ = [
    "NO_PARAMETERS",
    "accept",
    "answer",
    "catch_up",
    "change_text",
    "close",
    "declare",
    "deliver",
    "extend",
    "news_of",
    "pause",
    "pin",
    "publish",
    "record_finding",
    "reopen",
    "require_ready",
    "retract_answer",
    "start",
    "take_over",
    "unpause",
    "withdraw_petition",
]

NO_PARAMETERS: Mapping[str, int] = MappingProxyType({})


def start(docket: Docket, *, started_at: datetime | None = None) -> Revision:
    """Begin a petition as a draft; ``started_at`` is when, if it began before it came here."""
    if docket.petition.facts:
        raise IllegalStepError("a petition that has facts is taken over, not started")
    return docket.step(Event.STARTED, at=started_at).revision()


def take_over(docket: Docket, *, digest: str) -> Revision:
    """Take in a petition that has lived elsewhere, with the facts that it brings.

    The policy is pinned at the opening if no fact pins it. Facts that the lifecycle does not
    allow raise ``IllegalStepError``.
    """
    petition = docket.petition
    opened = petition.last(Event.OPENED)
    if petition.policy_digest is None:
        pinned = Fact(
            event=Event.POLICY_PINNED,
            at=opened.at if opened else docket.now,
            recorded_at=docket.now,
            subject=digest,
            engine=ENGINE,
        )
        petition = evolve(petition, facts=(pinned, *petition.facts))
    fold(petition.facts, max(fact.at for fact in petition.facts))
    return evolve(docket, petition=petition).revision()


def catch_up(docket: Docket, *, newer: Petition) -> Revision:
    """Record what a newer look at a petition that lives elsewhere tells of it.

    What is news becomes facts at its own instants and declared counts, and an addressee's first
    answer is kept. Nothing is taken back.
    """
    facts, counts = news_of(docket.petition, newer)
    answers = {one.key: one.answer for one in newer.addressees}
    petition = evolve(
        docket.petition.with_facts(*facts),
        addressees=tuple(
            evolve(one, answer=one.answer or answers.get(one.key))
            for one in docket.petition.addressees
        ),
    )
    fold(petition.facts, max(fact.at for fact in petition.facts))
    revision = evolve(docket, petition=petition).revision()
    for count in counts:
        revision = declare(evolve(docket, petition=revision.petition), declared=count)
    return revision


def news_of(
    petition: Petition, newer: Petition
) -> tuple[tuple[Fact, ...], tuple[DeclaredCount, ...]]:
    """What a newer look tells that is not known yet.

    Facts are known by event and subject; a count is newer than all of its counter and source.
    """
    known = {(fact.event, fact.subject) for fact in petition.facts}
    latest = {(one.counter, one.source): one.as_of for one in petition.declared}
    return (
        tuple(fact for fact in newer.facts if (fact.event, fact.subject) not in known),
        tuple(
            one
            for one in newer.declared
            if one.as_of > latest.get((one.counter, one.source), datetime.min.replace(tzinfo=UTC))
        ),
    )


def publish(
    docket: Docket,
    *,
    policy: Policy,
    digest: str,
    opened_at: datetime | None = None,
    chosen: Duration | None = None,
    parameters: Mapping[str, int] = NO_PARAMETERS,
) -> Revision:
    """Pin the policy and open the petition for signatures, with the deadline as a fact.

    ``opened_at`` is when it opened, where that was not now but before it came here, or lies
    ahead. ``chosen`` is the duration that the author takes where the policy leaves it to them;
    ``parameters`` binds every number that the policy declares, each above zero. Raises
    ``InvalidValueError`` where these do not fit, ``IllegalStepError`` where the policy's
    precondition for opening does not hold or its time is over, and ``NotPermittedError`` for a
    starter whose policy has petitions submitted first. Under a policy that says when it opens
    (``opening.at``), the petition opens by itself, then or now.
    """
    if docket.petition.last(Event.OPENED) is not None:
        raise IllegalStepError(
            "a petition is published once, and this one was; reopen it, or start another"
        )
    looked_at = policy.moderation.before_opening or policy.sponsoring is not None
    if docket.capacity is Capacity.STARTER and looked_at:
        raise NotPermittedError("this policy has petitions looked at first; submit it")
    if opened_at is not None and policy.opening.at is not None:
        raise InvalidValueError([problem("misplaced", "opened_at")])
    at = opened_at or not_before_facts(docket.petition, docket.now)
    pinned = pin(docket, policy=policy, digest=digest, at=at, chosen=chosen, parameters=parameters)
    if policy.opening.at is not None:
        return settle(pinned)
    require_ready(pinned, policy, at)
    first = opening_of(policy, 0, at, chosen)
    opened = pinned.step(
        Event.OPENED, at=at, rule=first.rule, subject=first.subject, until=first.until
    )
    return opened.revision()


def pin(
    docket: Docket,
    *,
    policy: Policy,
    digest: str,
    at: datetime,
    chosen: Duration | None,
    parameters: Mapping[str, int],
) -> Docket:
    """Pin a policy from an instant on, with every number that it declares bound above zero.

    The petition's texts are within its limits.
    """
    refuse(found for text in docket.petition.texts for found in policy.texts.problems(text))
    numbers = policy.bind(parameters)
    chosen_duration(policy.window, chosen, policy.calendars)
    chosen_by = evolve(docket, petition=evolve(docket.petition, chosen=chosen))
    pinned = chosen_by.step(Event.POLICY_PINNED, at=at, subject=digest, numbers=numbers)
    return evolve(pinned, policy=policy)


def require_ready(docket: Docket, policy: Policy, at: datetime) -> None:
    """Refuse an opening whose precondition does not hold, or whose time is over."""
    ready = opens_from(docket.petition, policy, docket.tally)
    if ready is None or ready > at:
        raise IllegalStepError(
            "the policy's precondition for opening does not hold yet; record what it needs"
        )
    if policy.opening.within is None:
        return
    until = opens_until(docket.petition, policy)
    if until is None:
        raise IllegalStepError(
            "the policy says until when a petition may open after something that has not"
            " happened yet; record that first"
        )
    if at >= until:
        raise IllegalStepError(
            f"it had to open before {instant_text(until)}; start another petition"
        )


def change_text(docket: Docket, *, text: PetitionText) -> Revision:
    """Add the next version of the text in a language; earlier versions stay.

    Signatures keep the digest of the version that they signed. A first version in a language
    is ``initial``, every later one says whether it is editorial or material; a material one
    clears the authors' acceptances and, once the petition is open, is possible only where the
    policy has signers asked again; where only those count who agree, all are counted again.
    """
    texts = docket.petition.texts
    expected = max((t.version for t in texts if t.language == text.language), default=0) + 1
    found = []
    if text.version != expected:
        found.append(problem("unknown_choice", "version", choices=str(expected)))
    if (text.edit is Edit.INITIAL) is not (expected == 1):
        choices = "initial" if expected == 1 else "editorial, material"
        found.append(problem("unknown_choice", "edit", choices=choices))
    if docket.policy:
        found += docket.policy.texts.problems(text)
    if found:
        raise InvalidValueError(found)
    edits = docket.policy.moderation.material_edits if docket.policy else None
    opened = docket.petition.opening is not None
    if text.edit is Edit.MATERIAL and opened and edits is MaterialEdits.BEFORE_OPENING:
        raise IllegalStepError(
            "this policy lets nobody change what signers agreed to once the petition is open"
        )
    asked = text.edit is Edit.MATERIAL and opened
    anew = ANEW if asked and edits is MaterialEdits.COUNT_AGREED else ""
    changed = docket.step(Event.TEXT_CHANGED, subject=text.digest, rule=text.edit, reason=anew)
    changed = evolve(changed, petition=evolve(changed.petition, texts=(*texts, text)))
    return changed.told(Event.TEXT_CHANGED, text.digest).revision() if asked else changed.revision()


def accept(docket: Docket, *, author: str) -> Revision:
    """Record that the author of that reference accepts the current text."""
    found = {one.reference: one for one in docket.petition.authors if one.reference}
    if author not in found:
        raise InvalidValueError([problem("unknown_choice", "author", choices=", ".join(found))])
    version = docket.petition.text().version
    accepted = docket.step(Event.AUTHOR_ACCEPTED, subject=author, rule=found[author].role)

    def agreed(one: Author) -> Author:
        return evolve(one, accepted=version) if one.reference == author else one

    authors = tuple(agreed(one) for one in accepted.petition.authors)
    return evolve(accepted, petition=evolve(accepted.petition, authors=authors)).revision()


def declare(docket: Docket, *, declared: DeclaredCount) -> Revision:
    """Record a number that has no signatures behind it, and what follows from it alone.

    What it comes to together with the signatures is for the store's next reading: the petition
    is due from the first instant at which the new levels could stand, so that a clock that steps
    back does not put it off.
    """
    if docket.policy is not None:
        _refuse_declared(docket.policy, declared)
    # What the old numbers led to is recorded with this step: its instants must not move.
    noted = docket.step(
        Event.COUNT_DECLARED,
        subject=declared.counter,
        rule=declared.effect,
        numbers=(("amount", declared.amount),),
        reason=declared.source,
    )
    before, changed = noted.petition, noted.petition.with_declared(declared)
    # The old readings are of levels that the new numbers have moved.
    after = settle(evolve(noted, petition=changed, tally=evolve(docket.tally, levels=())))
    if docket.policy is None:
        return after
    watches = watches_for(changed, docket.policy, docket.tally, before)
    horizon = [docket.now, *(watch.since for watch in watches)] if watches else []
    if after.due_at is not None:
        horizon.append(after.due_at)
    return evolve(after, due_at=min(horizon, default=None), watches=watches)


def _refuse_declared(policy: Policy, declared: DeclaredCount) -> None:
    counters = counter_names(policy)
    if declared.counter not in counters:
        choices = ", ".join(counters)
        raise InvalidValueError([problem("unknown_choice", "counter", choices=choices)])


def record_finding(
    docket: Docket, *, finding: str, value: int = 1, at: datetime | None = None, source: str = ""
) -> Revision:
    """Record something that a policy cannot know: a dissolution, a victory, a verified number.

    ``at`` is the instant from which it is so, now if none is given; ``source`` is a code.
    """
    noted = docket.step(
        Event.FOUND, at=at, subject=finding, rule=source, numbers=(("value", value),)
    )
    return settle(noted)


def pause(docket: Docket, *, reason: str = "", until: datetime | None = None) -> Revision:
    """Stop taking signatures for a while; ``until`` is when it ends by itself, if that is known."""
    if until is not None and instant(until) <= docket.now:
        raise InvalidValueError([problem("not_later", "until")])
    return docket.step(Event.PAUSED, rule="pause", subject=reason, until=until).revision()


def unpause(docket: Docket) -> Revision:
    """Take signatures again."""
    return docket.step(Event.UNPAUSED, rule="pause").revision()


def close(docket: Docket, *, reason: str = "") -> Revision:
    """End a petition before its window does, if the policy lets them; ``reason`` is a code."""
    petition, policy, capacity = docket.petition, docket.policy, docket.capacity
    # Not before it opened, where the clock has stepped back since.
    place_at(docket.settled().petition.telling, docket.now).after(Event.CLOSED)
    at = _early_end(docket, policy) if policy else None
    closed = docket.step(
        Event.CLOSED,
        at=at,
        rule=f"closing.{capacity}",
        subject=reason or capacity,
        numbers=docket.totals(),
    )
    allowed = policy.closing.early_end_by if policy else ()
    if capacity not in allowed:
        names = ", ".join(allowed) or "nobody"
        raise NotPermittedError(f"the {capacity} may not end this petition early; allowed: {names}")
    notice = Notice(
        id=docket.new_id(), kind=NoticeKind.CLOSED, petition_id=petition.id, at=docket.now
    )
    return closed.revision(notice)


def _early_end(docket: Docket, policy: Policy) -> datetime | None:
    """The end of the day before, or what was recorded since; None: now."""
    if policy.closing.early_end_at is EarlyEndAt.NOW:
        return None
    zone = policy.window.zone
    day_before = local_date(docket.now, zone) - timedelta(days=1)
    return not_before_facts(docket.settled().petition, end_of_day(day_before, zone))


def withdraw_petition(docket: Docket, *, reason: str = "") -> Revision:
    """Take the petition back for good; ``reason`` is a code."""
    return docket.step(Event.WITHDRAWN, rule="withdrawal", subject=reason).revision()


def deliver(docket: Docket, *, addressee: str, delivery: Delivery) -> Revision:
    """Record that the petition was handed to one of its addressees."""
    numbers = (("count", delivery.count),)
    noted = docket.step(Event.DELIVERED, subject=addressee, rule=delivery.receipt, numbers=numbers)
    return _addressed(noted, addressee, lambda one: evolve(one, delivery=delivery))


def answer(docket: Docket, *, addressee: str, given: Answer) -> Revision:
    """Record what one of the addressees answered: an official act."""
    noted = docket.step(Event.ANSWERED, subject=addressee)
    return _addressed(noted, addressee, lambda one: evolve(one, answer=given))


def retract_answer(docket: Docket, *, addressee: str) -> Revision:
    """Take back an answer that was none."""
    noted = docket.step(Event.ANSWER_RETRACTED, subject=addressee)
    return _addressed(noted, addressee, lambda one: evolve(one, answer=None))


def extend(docket: Docket, *, until: datetime, authority: str) -> Revision:
    """Move the deadline later; ``authority`` names who decided, or the law (a code).

    ``InvalidValueError`` for an end that is not later than the one it has.
    """
    ends = closes_at(docket.petition, docket.policy)
    if ends is None or instant(until) <= ends:
        raise InvalidValueError([problem("not_later", "until")])
    return docket.step(Event.EXTENDED, rule="extension", subject=authority, until=until).revision()


def reopen(docket: Docket, *, until: datetime | None, authority: str) -> Revision:
    """Open a closed petition again, until another end, where the policy lets the office do so."""
    if docket.policy is None or not docket.policy.moderation.reopening:
        raise NotPermittedError(
            "this policy does not let a closed petition be opened again; start another"
        )
    if until is not None and instant(until) <= docket.now:
        raise InvalidValueError([problem("not_later", "until")])
    return docket.step(Event.REOPENED, rule="reopening", subject=authority, until=until).revision()


def _addressed(docket: Docket, key: str, change: Callable[[Addressee], Addressee]) -> Revision:
    addressees = docket.petition.addressees
    keys = [one.key for one in addressees]
    if key not in keys:
        choices = ", ".join(keys)
        raise InvalidValueError([problem("unknown_choice", "addressee", choices=choices)])
    changed = tuple(change(one) if one.key == key else one for one in addressees)
    return evolve(docket, petition=evolve(docket.petition, addressees=changed)).revision()
