"""Acting on a petition: what moderators, starters, receivers and addressees do at the desk.

Reached as ``desk.acting(capacity)``. Each verb is one writing call to the store. Somebody who
says which version of the petition they saw is answered with a ``Conflict`` where it has changed
since, and nothing is written. Who may act in which capacity is for the app to know; who may
take which step in it is in the lifecycle's tables and the policy.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Generic, Protocol, TypeVar, cast
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
from petitionkit.store import Store, every_petition
from petitionkit.verbs import moderation, office, ownership, proceedings
from petitionkit.verbs.docket import Docket

__all__ = ["ActOutcome", "Acting", "Revise"]

ActOutcome = Petition | Conflict
"""The petition as it is now, or what stood in the way."""

Outcome_co = TypeVar("Outcome_co", bound=ActOutcome, covariant=True)
"""What a seat answers: where nobody says which version they saw, there is no conflict."""

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
class Acting(Observed, Generic[Outcome_co]):
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
    count_again: Callable[[UUID], Petition]
    now: Callable[[], datetime]
    _observe: Callable[[Observation], None] | None = None

    def _step(self, petition_id: UUID, verb: Verb) -> Outcome_co:
        def taken(docket: Docket) -> Revision:
            if self.seen is not None and docket.petition.version != self.seen:
                raise _ChangedSinceError(docket.petition)
            return verb(evolve(docket, capacity=self.capacity))

        try:
            found: ActOutcome = self.revise(petition_id, self.actor, taken)
        except _ChangedSinceError as changed:
            found = Conflict(seen=self.seen or 0, current=changed.current)
        return cast("Outcome_co", found)  # a conflict only where a version was seen

    # Before it opens

    def submit(
        self,
        petition_id: UUID,
        policy: Policy,
        *,
        chosen: Duration | None = None,
        parameters: Mapping[str, int] = office.NO_PARAMETERS,
    ) -> Outcome_co:
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
    ) -> Outcome_co:
        """Pin a policy and open a draft now, where the policy has nobody look at it first."""
        verb = partial(
            office.publish,
            policy=policy,
            digest=self.keep(policy),
            chosen=chosen,
            parameters=parameters,
        )
        return self._step(petition_id, verb)

    def approve(self, petition_id: UUID) -> Outcome_co:
        """Open a petition that was submitted, or let one that was taken down go on."""
        return self._step(petition_id, moderation.approve)

    def hold(self, petition_id: UUID, *, reason: str = "") -> Outcome_co:
        """Set a submitted petition aside; ``reason`` is a code."""
        return self._step(petition_id, partial(moderation.hold, reason=reason))

    def send_back(self, petition_id: UUID, *, reason: str = "") -> Outcome_co:
        """Give a submitted petition back to its starter, to be changed; ``reason`` is a code."""
        return self._step(petition_id, partial(moderation.send_back, reason=reason))

    def change_text(self, petition_id: UUID, text: PetitionText) -> Outcome_co:
        """Add the next version of the text in its language.

        A material one clears the authors' acceptances. On an open petition it is possible only
        where the policy has signers asked again; where only those count who agree, all
        signatures are counted again, page by page.
        """
        changed = self._step(petition_id, partial(office.change_text, text=text))
        if isinstance(changed, Conflict):
            return changed
        return cast("Outcome_co", self.count_again(petition_id))

    def accept(self, petition_id: UUID, author: str) -> Outcome_co:
        """Record that the author of that reference accepts the current text."""
        return self._step(petition_id, partial(office.accept, author=author))

    # Restrictions, and what lifts them

    def reject(self, petition_id: UUID, reasons: Reasons) -> Outcome_co:
        """Take a petition down and show it as rejected; on a ground that hides, hide it."""
        return self._step(petition_id, partial(moderation.reject, reasons=reasons))

    def hide(self, petition_id: UUID, reasons: Reasons) -> Outcome_co:
        """Take a petition down and show it to nobody but the office."""
        return self._step(petition_id, partial(moderation.hide, reasons=reasons))

    def remove(self, petition_id: UUID, reasons: Reasons) -> Outcome_co:
        """Take a petition away for good."""
        return self._step(petition_id, partial(moderation.remove, reasons=reasons))

    def restore(self, petition_id: UUID) -> Outcome_co:
        """Send a petition back to moderation; approved again, it has a whole new window."""
        return self._step(petition_id, moderation.restore)

    def reinstate(self, petition_id: UUID) -> Outcome_co:
        """Lift a restriction: the petition is what it would be without it."""
        return self._step(petition_id, moderation.reinstate)

    def appeal(self, petition_id: UUID) -> Outcome_co:
        """Ask the office to look at a restriction again."""
        return self._step(petition_id, moderation.appeal)

    def decide_appeal(self, petition_id: UUID, *, upheld: bool) -> Outcome_co:
        """Decide on an appeal; an upheld one lifts the restriction."""
        return self._step(petition_id, partial(moderation.decide_appeal, upheld=upheld))

    def report(self, petition_id: UUID, *, ground: str, text: str = "") -> Outcome_co:
        """Report that the petition breaks a rule; a second time on one ground changes nothing."""
        told = Report(by=self.actor, ground=ground, at=self.now(), text=text)
        return self._step(petition_id, partial(moderation.report, report=told))

    def settle_reports(self, petition_id: UUID, *, ground: str) -> Outcome_co:
        """Say that the reports on a ground have been dealt with."""
        return self._step(petition_id, partial(moderation.settle_reports, ground=ground))

    # Its end

    def close(self, petition_id: UUID, *, reason: str = "") -> Outcome_co:
        """End a petition before its window does, if its policy lets this capacity."""
        return self._step(petition_id, partial(office.close, reason=reason))

    def withdraw_petition(self, petition_id: UUID, *, reason: str = "") -> Outcome_co:
        """Take a petition back for good; ``reason`` is a code."""
        return self._step(petition_id, partial(office.withdraw_petition, reason=reason))

    def extend(self, petition_id: UUID, *, until: datetime, authority: str) -> Outcome_co:
        """Move the deadline later; ``authority`` (a code) says who decided so, or which law."""
        return self._step(petition_id, partial(office.extend, until=until, authority=authority))

    def reopen(self, petition_id: UUID, *, until: datetime | None, authority: str) -> Outcome_co:
        """Open a closed petition again until another end, where its policy allows that."""
        return self._step(petition_id, partial(office.reopen, until=until, authority=authority))

    # Who it belongs to, and what it belongs with

    def offer_transfer(self, petition_id: UUID, to: Party) -> Outcome_co:
        """Offer the petition to somebody, who has to accept it."""
        return self._step(petition_id, partial(ownership.offer_transfer, to=to))

    def accept_transfer(self, petition_id: UUID) -> Outcome_co:
        """Take over a petition that was offered."""
        return self._step(petition_id, ownership.accept_transfer)

    def end_transfer(self, petition_id: UUID) -> Outcome_co:
        """Take an offer back, or decline it."""
        return self._step(petition_id, ownership.end_transfer)

    def relate(self, petition_id: UUID, relation: Relation) -> Outcome_co:
        """Say how the petition stands to another one."""
        return self._step(petition_id, partial(ownership.relate, relation=relation))

    def tag(self, petition_id: UUID, tags: Sequence[str]) -> Outcome_co:
        """Have the petition listed under these tags, and under no others, from now on."""
        return self._step(petition_id, partial(ownership.tag, tags=tags))

    def announce(
        self,
        petition_id: UUID,
        *,
        key: str,
        subject: str,
        body: str = "",
        audience: Audience = Audience.SUBSCRIBERS,
    ) -> Outcome_co:
        """Publish news of the petition for an audience; ``key`` names it within the petition."""
        update = Update(key=key, at=self.now(), subject=subject, body=body, audience=audience)
        return self._step(petition_id, partial(ownership.announce, update=update))

    # What addressees do with it

    def deliver(self, petition_id: UUID, addressee: str, delivery: Delivery) -> Outcome_co:
        """Record that the petition was handed to the addressee of that key."""
        verb = partial(office.deliver, addressee=addressee, delivery=delivery)
        return self._step(petition_id, verb)

    def answer(self, petition_id: UUID, addressee: str, given: Answer) -> Outcome_co:
        """Record what the addressee of that key answered."""
        return self._step(petition_id, partial(office.answer, addressee=addressee, given=given))

    def retract_answer(self, petition_id: UUID, addressee: str) -> Outcome_co:
        """Take back an answer that was none."""
        return self._step(petition_id, partial(office.retract_answer, addressee=addressee))

    def schedule_debate(self, petition_id: UUID, day: date) -> Outcome_co:
        """Set the day of the debate, in the zone of the policy's window."""
        return self._step(petition_id, partial(proceedings.schedule_debate, day=day))

    def cancel_debate(self, petition_id: UUID) -> Outcome_co:
        """Take the day of the debate back."""
        return self._step(petition_id, proceedings.cancel_debate)

    def record_debate(self, petition_id: UUID, *, held: bool) -> Outcome_co:
        """Record that it was debated, or that it will not be."""
        return self._step(petition_id, partial(proceedings.record_debate, held=held))

    def claim_victory(self, petition_id: UUID) -> Outcome_co:
        """Say that the petition got what it asked for."""
        return self._step(petition_id, proceedings.claim_victory)

    def rule_on_victory(self, petition_id: UUID, *, confirmed: bool) -> Outcome_co:
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
        for other in map(self.store.petition, every_petition(self.store)):
            if other.id != petition.id and other.office == petition.office:
                yield other.id, other.text(petition.texts[0].language)
