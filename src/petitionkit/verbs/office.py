"""What an office does to a petition: start, publish, edit, declare, find, pause, close, settle.

Each function takes a docket (the petition with all that its state follows from) and returns a
revision: the changed petition with its facts, the state that holds until the next due instant,
the levels to watch and the notices that are due. A step that the lifecycle does not have
raises ``IllegalStepError``.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from attrs import evolve, frozen

from petitionkit.civil import Duration, end_of_day, instant, instant_text, local_date
from petitionkit.conditions import opens_from, opens_until, watches_for
from petitionkit.counting import ORGANISATIONS, PERSONS, SUPPORTERS, counter_names, total
from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.following import Due, due_events, opening_of
from petitionkit.ledger import Notice, NoticeKind, Revision
from petitionkit.lifecycle import fold, next_state
from petitionkit.petition import (
    Addressee,
    Answer,
    Author,
    DeclaredCount,
    Delivery,
    Edit,
    Event,
    Fact,
    Petition,
    PetitionText,
)
from petitionkit.policy import EarlyEnd, EarlyEndAt, Policy
from petitionkit.problems import problem
from petitionkit.status import status
from petitionkit.tally import Tally
from petitionkit.version import ENGINE
from petitionkit.windows import chosen_duration

__all__ = [
    "NO_PARAMETERS",
    "Docket",
    "accept",
    "answer",
    "change_text",
    "close",
    "declare",
    "deliver",
    "find",
    "pause",
    "publish",
    "settle",
    "start",
    "take_over",
    "unpause",
    "withdraw_petition",
]

NO_PARAMETERS: Mapping[str, int] = MappingProxyType({})


@frozen(kw_only=True)
class Docket:
    """What a step is taken on: the petition, its pinned policy and tally, now, and by whom.

    ``actor`` is the embedder's opaque reference; ``new_id`` makes ids for notices; ``notices``
    are those that became due on the way.
    """

    petition: Petition
    policy: Policy | None
    tally: Tally
    now: datetime
    new_id: Callable[[], UUID]
    actor: str = ""
    notices: tuple[Notice, ...] = ()

    def step(
        self,
        event: Event,
        *,
        at: datetime | None = None,
        rule: str = "",
        subject: str = "",
        until: datetime | None = None,
        numbers: tuple[tuple[str, int], ...] = (),
        reason: str = "",
    ) -> "Docket":
        """Add a fact about an instant (now, if none is given), if the lifecycle has that step.

        What followed by itself before is recorded first, so that it does not matter whether a
        job has come by.
        """
        settled = self.settled()
        petition = settled.petition
        at = instant(at) if at else _not_before_facts(petition, self.now)
        next_state(status(petition, self.policy, self.tally, at).state, event)
        fact = Fact(
            event=event,
            at=at,
            recorded_at=self.now,
            actor=self.actor,
            rule=rule,
            subject=subject,
            until=until,
            numbers=numbers,
            reason=reason,
            engine=ENGINE,
        )
        changed = petition.with_facts(fact)
        fold(changed.telling, max(f.at for f in changed.telling))  # what came after is still legal
        return evolve(settled, petition=changed)

    def settled(self) -> "Docket":
        """Record everything that followed by itself up to now, each at its own instant.

        Nothing is while an amendment's signatures are being counted again: it is recorded, at
        the same instants, once they are.
        """
        petition = self.petition
        if petition.to_recount:
            return self
        due = [d for d in due_events(petition, self.policy, self.tally) if d.at <= self.now]
        notices = (
            Notice(
                id=self.new_id(),
                kind=_NOTICES[one.event],
                petition_id=petition.id,
                at=one.at,
                subject=one.subject,
            )
            for one in due
        )
        facts = (_recorded(one, self) for one in due)
        return evolve(self, petition=petition.with_facts(*facts), notices=(*self.notices, *notices))

    def revision(self, *notices: Notice) -> Revision:
        """Put the changed petition together with what the store keeps beside it."""
        petition, policy = self.petition, self.policy
        due = due_events(petition, policy, self.tally)
        following = due[0].at if due else None
        return Revision(
            petition=petition,
            state=status(petition, policy, self.tally, self.now).state,
            due_at=self.now if petition.to_recount else following,
            watches=watches_for(petition, policy, self.tally) if policy else (),
            notices=(*self.notices, *notices),
        )

    def totals(self) -> tuple[tuple[str, int], ...]:
        """The main counts, as the numbers of a fact."""
        counters = (ORGANISATIONS, PERSONS, SUPPORTERS)
        return tuple((name, total(self.petition, self.tally, name)) for name in counters)


def _not_before_facts(petition: Petition, now: datetime) -> datetime:
    """Now, or the latest instant written down before, where the clock has stepped back since.

    What is decided next comes after what was decided before; else the facts, read in the order
    of their instants, could lead where the lifecycle has no step. What lies ahead counts from
    when it was recorded.
    """
    return max([now, *(min(fact.at, fact.recorded_at) for fact in petition.telling)])


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
    precondition for opening does not hold, or the time for opening is over. Under a policy
    that says when it opens (``opening.at``), the petition opens by itself, then or now.
    """
    numbers = policy.bind(parameters)
    chosen_duration(policy.window, chosen, policy.calendars)
    if opened_at is not None and policy.opening.at is not None:
        raise InvalidValueError([problem("misplaced", "opened_at")])
    if docket.petition.last(Event.OPENED) is not None:
        raise IllegalStepError("a petition is published once, and this one was")
    at = opened_at or _not_before_facts(docket.petition, docket.now)
    chosen_by = evolve(docket, petition=evolve(docket.petition, chosen=chosen))
    pinned = chosen_by.step(Event.POLICY_PINNED, at=at, subject=digest, numbers=numbers)
    pinned = evolve(pinned, policy=policy)
    if policy.opening.at is not None:
        return settle(pinned)
    _refuse_opening(pinned, policy, at)
    first = opening_of(policy, 0, at, chosen)
    opened = pinned.step(
        Event.OPENED, at=at, rule=first.rule, subject=first.subject, until=first.until
    )
    return opened.revision()


def _refuse_opening(docket: Docket, policy: Policy, at: datetime) -> None:
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
        raise IllegalStepError(f"it had to open before {instant_text(until)}")


def change_text(docket: Docket, *, text: PetitionText) -> Revision:
    """Add the next version of the text in a language; earlier versions stay.

    Signatures keep the digest of the version that they signed. A first version in a language
    is ``initial``, every later one says whether it is editorial or material; a material one
    clears the authors' acceptances.
    """
    texts = docket.petition.texts
    expected = max((t.version for t in texts if t.language == text.language), default=0) + 1
    found = []
    if text.version != expected:
        found.append(problem("unknown_choice", "version", choices=str(expected)))
    if (text.edit is Edit.INITIAL) is not (expected == 1):
        choices = "initial" if expected == 1 else "editorial, material"
        found.append(problem("unknown_choice", "edit", choices=choices))
    if found:
        raise InvalidValueError(found)
    changed = docket.step(Event.TEXT_CHANGED, subject=text.digest, rule=text.edit)
    return evolve(changed, petition=evolve(changed.petition, texts=(*texts, text))).revision()


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
    is due at once.
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
    return evolve(after, due_at=docket.now if watches else after.due_at, watches=watches)


def _refuse_declared(policy: Policy, declared: DeclaredCount) -> None:
    counters, effects = counter_names(policy), policy.counting.declared_as
    found = []
    if declared.counter not in counters:
        found.append(problem("unknown_choice", "counter", choices=", ".join(counters)))
    if effects and declared.effect not in effects:
        found.append(problem("unknown_choice", "effect", choices=", ".join(effects)))
    if found:
        raise InvalidValueError(found)


def find(
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
        raise InvalidValueError([problem("not_positive", "until")])
    return docket.step(Event.PAUSED, rule="pause", subject=reason, until=until).revision()


def unpause(docket: Docket) -> Revision:
    """Take signatures again."""
    return docket.step(Event.UNPAUSED, rule="pause").revision()


def close(docket: Docket, *, by: EarlyEnd, reason: str = "") -> Revision:
    """End a petition before its window does, if the policy lets them; ``reason`` is a code."""
    petition, policy = docket.petition, docket.policy
    next_state(status(petition, policy, docket.tally, docket.now).state, Event.CLOSED)
    allowed = policy.closing.early_end_by if policy else ()
    if by not in allowed:
        names = ", ".join(allowed) or "nobody"
        raise IllegalStepError(f"the {by} may not end this petition early; allowed: {names}")
    at = _early_end(docket, policy) if policy else None
    closed = docket.step(
        Event.CLOSED, at=at, rule=f"closing.{by}", subject=reason or by, numbers=docket.totals()
    )
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
    return _not_before_facts(docket.settled().petition, end_of_day(day_before, zone))


def withdraw_petition(docket: Docket, *, reason: str = "") -> Revision:
    """Take the petition back for good; ``reason`` is a code."""
    return docket.step(Event.WITHDRAWN, rule="withdrawal", subject=reason).revision()


def deliver(docket: Docket, *, addressee: str, delivery: Delivery) -> Revision:
    """Record that the petition was handed to one of its addressees."""
    numbers = (("count", delivery.count),)
    noted = docket.step(Event.DELIVERED, subject=addressee, numbers=numbers)
    return _addressed(noted, addressee, lambda one: evolve(one, delivery=delivery))


def answer(docket: Docket, *, addressee: str, given: Answer) -> Revision:
    """Record what one of the addressees answered: an official act."""
    noted = docket.step(Event.ANSWERED, subject=addressee)
    return _addressed(noted, addressee, lambda one: evolve(one, answer=given))


def _addressed(docket: Docket, key: str, change: Callable[[Addressee], Addressee]) -> Revision:
    addressees = docket.petition.addressees
    keys = [one.key for one in addressees]
    if key not in keys:
        choices = ", ".join(keys)
        raise InvalidValueError([problem("unknown_choice", "addressee", choices=choices)])
    changed = tuple(change(one) if one.key == key else one for one in addressees)
    return evolve(docket, petition=evolve(docket.petition, addressees=changed)).revision()


_NOTICES = MappingProxyType(
    {
        Event.THRESHOLD_REACHED: NoticeKind.THRESHOLD_REACHED,
        Event.THRESHOLD_LOST: NoticeKind.THRESHOLD_LOST,
        Event.SUSPENDED: NoticeKind.SUSPENDED,
        Event.RESUMED: NoticeKind.RESUMED,
        Event.CLOSED: NoticeKind.CLOSED,
        Event.WITHDRAWN: NoticeKind.WITHDRAWN,
        Event.OPENED: NoticeKind.OPENED,
        Event.UNPAUSED: NoticeKind.UNPAUSED,
    }
)


def settle(docket: Docket) -> Revision:
    """Record everything that followed by itself up to now, each at its own instant.

    Idempotent, and without influence on any answer: what it records was true before.
    """
    return docket.settled().revision()


def _recorded(due: Due, docket: Docket) -> Fact:
    return Fact(
        event=due.event,
        at=due.at,
        recorded_at=docket.now,
        rule=due.rule,
        subject=due.subject,
        until=due.until,
        numbers=(*due.numbers, *docket.totals()),
        engine=ENGINE,
    )
