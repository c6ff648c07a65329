"""Acting on a petition: what moderators, starters, receivers and addressees do at the desk.

Reached as ``desk.acting(capacity)``. Each verb is one writing call to the store. Somebody who
says which version of the petition they saw is answered with a ``Conflict`` where it has changed
since, and nothing is written. Who may act in which capacity is for the app to know; who may
take which step in it is in the lifecycle's tables and the policy.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from attrs import evolve, frozen

from petitionkit.civil import Duration
from petitionkit.ledger import Revision
from petitionkit.moderation import Audience, Capacity, Reasons, Report, Update
from petitionkit.observation import Observation, Observed
from petitionkit.outcomes import Conflict
from petitionkit.parties import Answer, Delivery, Party
from petitionkit.petition import Petition, PetitionText, Relation
from petitionkit.policy import Policy
from petitionkit.similar import Finder, Similar, by_words
from petitionkit.store import Store
from petitionkit.verbs import moderation, office, ownership, proceedings
from petitionkit.verbs.docket import Docket

__all__ = ["ActOutcome", "Acting", "Revise"]

ActOutcome = Petition | Conflict
"""The petition as it is now, or what stood in the way."""

Verb = Callable[[Docket], Revision]


class Revise(Protocol):
    """How a desk takes a step on a petition and makes it durable."""

    def __call__(self, petition_id: UUID, actor: str, verb: Verb) -> Petition:
        """Decide on the petition as it is, and keep what the verb returns."""
        ...  # pragma: no cover (a protocol's body never runs)


class _ChangedSinceError(Exception):
    """Carries the newer petition out of the store, which writes nothing when it is raised."""

    def __init__(self, current: Petition) -> None:
        super().__init__("the petition has changed since")
        self.current = current


@frozen(kw_only=True)
class Acting(Observed):
    """Somebody at the desk: in which capacity, who (an opaque reference), and what they saw.

    ``seen`` is the version of the petition that they acted upon; None: whatever there is. All
    verbs raise ``IllegalStepError`` for a step that the petition's state does not have,
    ``NotPermittedError`` for one that this capacity may not take, and ``InvalidValueError``
    for a value that does not fit.
    """

    capacity: Capacity
    actor: str
    seen: int | None
    store: Store
    revise: Revise
    keep: Callable[[Policy], str]
    now: Callable[[], datetime]
    _observe: Callable[[Observation], None] | None = None

    def _step(self, petition_id: UUID, verb: Verb) -> ActOutcome:
        def taken(docket: Docket) -> Revision:
            if self.seen is not None and docket.petition.version != self.seen:
                raise _ChangedSinceError(docket.petition)
            return verb(evolve(docket, by=self.capacity))

        try:
            return self.revise(petition_id, self.actor, taken)
        except _ChangedSinceError as changed:
            return Conflict(seen=self.seen or 0, current=changed.current)

    # Before it opens

    def submit(
        self,
        petition_id: UUID,
        policy: Policy,
        *,
        chosen: Duration | None = None,
        parameters: Mapping[str, int] = office.NO_PARAMETERS,
    ) -> ActOutcome:
        """Pin a policy and send a draft to its sponsors, or to a moderator.

        ``chosen`` is the author's duration and ``parameters`` the numbers that the policy asks
        for, where it does.
        """
        verb = partial(
            moderation.submit,
            policy=policy,
            digest=self.keep(policy),
            chosen=chosen,
            parameters=parameters,
        )
        return self._step(petition_id, verb)

    def publish(
        self,
        petition_id: UUID,
        policy: Policy,
        *,
        chosen: Duration | None = None,
        parameters: Mapping[str, int] = office.NO_PARAMETERS,
    ) -> ActOutcome:
        """Pin a policy and open a draft now, where the policy has nobody look at it first."""
        verb = partial(
            office.publish,
            policy=policy,
            digest=self.keep(policy),
            chosen=chosen,
            parameters=parameters,
        )
        return self._step(petition_id, verb)

    def approve(self, petition_id: UUID) -> ActOutcome:
        """Open a petition that was submitted, or let one that was taken down go on."""
        return self._step(petition_id, moderation.approve)

    def hold(self, petition_id: UUID, *, reason: str = "") -> ActOutcome:
        """Set a submitted petition aside; ``reason`` is a code."""
        return self._step(petition_id, partial(moderation.hold, reason=reason))

    def send_back(self, petition_id: UUID, *, reason: str = "") -> ActOutcome:
        """Give a submitted petition back to its starter, to be changed; ``reason`` is a code."""
        return self._step(petition_id, partial(moderation.send_back, reason=reason))

    def change_text(self, petition_id: UUID, text: PetitionText) -> ActOutcome:
        """Add the next version of the text in its language."""
        return self._step(petition_id, partial(office.change_text, text=text))

    # Restrictions, and what lifts them

    def reject(self, petition_id: UUID, reasons: Reasons) -> ActOutcome:
        """Take a petition down and show it as rejected; on a ground that hides, hide it."""
        return self._step(petition_id, partial(moderation.reject, reasons=reasons))

    def hide(self, petition_id: UUID, reasons: Reasons) -> ActOutcome:
        """Take a petition down and show it to nobody but the office."""
        return self._step(petition_id, partial(moderation.hide, reasons=reasons))

    def remove(self, petition_id: UUID, reasons: Reasons) -> ActOutcome:
        """Take a petition away for good."""
        return self._step(petition_id, partial(moderation.remove, reasons=reasons))

    def restore(self, petition_id: UUID) -> ActOutcome:
        """Send a petition back to moderation; approved again, it has a whole new window."""
        return self._step(petition_id, moderation.restore)

    def reinstate(self, petition_id: UUID) -> ActOutcome:
        """Lift a restriction: the petition is what it would be without it."""
        return self._step(petition_id, moderation.reinstate)

    def appeal(self, petition_id: UUID) -> ActOutcome:
        """Ask the office to look at a restriction again."""
        return self._step(petition_id, moderation.appeal)

    def decide_appeal(self, petition_id: UUID, *, upheld: bool) -> ActOutcome:
        """Decide on an appeal; an upheld one lifts the restriction."""
        return self._step(petition_id, partial(moderation.decide_appeal, upheld=upheld))

    def report(self, petition_id: UUID, *, ground: str, text: str = "") -> ActOutcome:
        """Report that the petition breaks a rule; a second time on one ground changes nothing."""
        told = Report(by=self.actor, ground=ground, at=self.now(), text=text)
        return self._step(petition_id, partial(moderation.report, report=told))

    def settle_reports(self, petition_id: UUID, *, ground: str) -> ActOutcome:
        """Say that the reports on a ground have been dealt with."""
        return self._step(petition_id, partial(moderation.settle_reports, ground=ground))

    # Its end

    def close(self, petition_id: UUID, *, reason: str = "") -> ActOutcome:
        """End a petition before its window does, if its policy lets this capacity."""
        return self._step(petition_id, partial(office.close, by=self.capacity, reason=reason))

    def withdraw_petition(self, petition_id: UUID, *, reason: str = "") -> ActOutcome:
        """Take a petition back for good; ``reason`` is a code."""
        return self._step(petition_id, partial(office.withdraw_petition, reason=reason))

    def extend(self, petition_id: UUID, *, until: datetime, authority: str) -> ActOutcome:
        """Move the deadline later; ``authority`` (a code) says who decided so, or which law."""
        return self._step(petition_id, partial(office.extend, until=until, authority=authority))

    def reopen(self, petition_id: UUID, *, until: datetime | None, authority: str) -> ActOutcome:
        """Open a closed petition again until another end, where its policy allows that."""
        return self._step(petition_id, partial(office.reopen, until=until, authority=authority))

    # Who it belongs to, and what it belongs with

    def offer_transfer(self, petition_id: UUID, to: Party) -> ActOutcome:
        """Offer the petition to somebody, who has to accept it."""
        return self._step(petition_id, partial(ownership.offer_transfer, to=to))

    def accept_transfer(self, petition_id: UUID) -> ActOutcome:
        """Take over a petition that was offered."""
        return self._step(petition_id, ownership.accept_transfer)

    def end_transfer(self, petition_id: UUID) -> ActOutcome:
        """Take an offer back, or decline it."""
        return self._step(petition_id, ownership.end_transfer)

    def relate(self, petition_id: UUID, relation: Relation) -> ActOutcome:
        """Say how the petition stands to another one."""
        return self._step(petition_id, partial(ownership.relate, relation=relation))

    def announce(
        self,
        petition_id: UUID,
        *,
        key: str,
        subject: str,
        body: str = "",
        audience: Audience = Audience.SUBSCRIBERS,
    ) -> ActOutcome:
        """Publish news of the petition for an audience; ``key`` names it within the petition."""
        update = Update(key=key, at=self.now(), subject=subject, body=body, audience=audience)
        return self._step(petition_id, partial(ownership.announce, update=update))

    # What addressees do with it

    def deliver(self, petition_id: UUID, addressee: str, delivery: Delivery) -> ActOutcome:
        """Record that the petition was handed to the addressee of that key."""
        verb = partial(office.deliver, addressee=addressee, delivery=delivery)
        return self._step(petition_id, verb)

    def answer(self, petition_id: UUID, addressee: str, given: Answer) -> ActOutcome:
        """Record what the addressee of that key answered."""
        return self._step(petition_id, partial(office.answer, addressee=addressee, given=given))

    def retract_answer(self, petition_id: UUID, addressee: str) -> ActOutcome:
        """Take back an answer that was none."""
        return self._step(petition_id, partial(office.retract_answer, addressee=addressee))

    def schedule_debate(self, petition_id: UUID, day: date) -> ActOutcome:
        """Set the day of the debate, in the zone of the policy's window."""
        return self._step(petition_id, partial(proceedings.schedule_debate, day=day))

    def cancel_debate(self, petition_id: UUID) -> ActOutcome:
        """Take the day of the debate back."""
        return self._step(petition_id, proceedings.cancel_debate)

    def record_debate(self, petition_id: UUID, *, held: bool) -> ActOutcome:
        """Record that it was debated, or that it will not be."""
        return self._step(petition_id, partial(proceedings.record_debate, held=held))

    def claim_victory(self, petition_id: UUID) -> ActOutcome:
        """Say that the petition got what it asked for."""
        return self._step(petition_id, proceedings.claim_victory)

    def rule_on_victory(self, petition_id: UUID, *, confirmed: bool) -> ActOutcome:
        """Confirm or deny a victory that was claimed."""
        return self._step(petition_id, partial(proceedings.rule_on_victory, confirmed=confirmed))

    # Reading

    def similar(
        self, petition_id: UUID, *, find: Finder = by_words, limit: int = 5
    ) -> list[Similar]:
        """Petitions of the same office that ask for much the same, the most similar first."""
        petition = self.store.petition(petition_id)
        return find(petition.text(), self._others(petition), limit=limit)

    def _others(self, petition: Petition) -> Iterator[tuple[UUID, PetitionText]]:
        after: UUID | None = None
        while page := self.store.petitions(after=after):
            for other_id in page:
                other = self.store.petition(other_id)
                if other.id != petition.id and other.office == petition.office:
                    yield other.id, other.text(petition.texts[0].language)
            after = page[-1]
