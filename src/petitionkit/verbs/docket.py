"""Dockets: what a step on a petition is taken on, and how a step becomes a fact.

Every office verb goes through ``Docket.step``: it records first what followed by itself, asks
the lifecycle whether there is such a step and whether this capacity may take it, and adds the
fact. What a step means is for the verbs.
"""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from attrs import evolve, frozen

from petitionkit.civil import instant
from petitionkit.conditions import watches_for
from petitionkit.counting import ORGANISATIONS, PERSONS, SUPPORTERS, total
from petitionkit.errors import NotPermittedError
from petitionkit.facts import Event, Fact, State
from petitionkit.following import Due, as_fact, due_events
from petitionkit.ledger import Notice, NoticeKind, Revision
from petitionkit.lifecycle import MODERATING, fold, place_at, who_may
from petitionkit.moderation import Capacity
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.status import status
from petitionkit.tally import Tally
from petitionkit.version import ENGINE

__all__ = ["Docket", "not_before_facts", "settle"]


@frozen(kw_only=True)
class Docket:
    """What a step is taken on: the petition, its pinned policy and tally, now, and by whom.

    ``actor`` is the embedder's opaque reference, ``capacity`` as what they act; ``new_id`` makes
    ids for notices; ``notices`` are those that became due on the way.
    """

    petition: Petition
    policy: Policy | None
    tally: Tally
    now: datetime
    new_id: Callable[[], UUID]
    actor: str = ""
    capacity: Capacity = Capacity.OFFICE
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
        at = instant(at) if at else not_before_facts(petition, self.now)
        place = place_at(petition.telling, at)
        place.after(event)
        self._permit(place.state, event)
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
        told = changed.telling
        fold(told, max(f.at for f in told))  # what came after is still legal
        taken = evolve(settled, petition=changed)
        return taken.told(event, subject) if event in _TOLD else taken

    def told(self, event: Event, subject: str = "") -> "Docket":
        """Note that somebody is to be told of an event."""
        notice = Notice(
            id=self.new_id(),
            kind=_NOTICES[event],
            petition_id=self.petition.id,
            at=self.now,
            subject=subject,
        )
        return evolve(self, notices=(*self.notices, notice))

    def _permit(self, state: State, event: Event) -> None:
        """Refuse a step that this capacity may not take, by the table or by the policy."""
        may = who_may(state, event)
        narrowed = self.policy.moderation.permissions if self.policy else ()
        for permission in narrowed:
            if permission.step is event:
                may &= set(permission.only)
        if self.capacity not in may:
            names = ", ".join(sorted(may)) or "nobody"
            raise NotPermittedError(
                f"the {self.capacity} may not take the step {event} of a {state} petition; "
                f"allowed: {names}"
            )

    def settled(self) -> "Docket":
        """Record everything that followed by itself up to now, each at its own instant.

        Nothing is while an amendment's signatures are being counted again: it is recorded, at
        the same instants, once they are.
        """
        petition = self.petition
        if petition.to_count_again:
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
        found = status(petition, policy, self.tally, self.now)
        due = [one.at for one in due_events(petition, policy, self.tally)]
        due += [self.now] if petition.to_count_again else []
        due += [found.until] if found.until else []  # what is recorded may lie ahead
        return Revision(
            petition=petition,
            state=found.state,
            as_of=self.now,
            due_at=min(due, default=None),
            watches=watches_for(petition, policy, self.tally) if policy else (),
            notices=(*self.notices, *notices),
        )

    def totals(self) -> tuple[tuple[str, int], ...]:
        """The main counts, as the numbers of a fact."""
        counters = (ORGANISATIONS, PERSONS, SUPPORTERS)
        return tuple((name, total(self.petition, self.tally, name)) for name in counters)


def not_before_facts(petition: Petition, now: datetime) -> datetime:
    """Now, or the latest instant written down before, where the clock has stepped back since.

    What is decided next comes after what was decided before; else the facts, read in the order
    of their instants, could lead where the lifecycle has no step. What lies ahead counts from
    when it was recorded.
    """
    return max([now, *(min(fact.at, fact.recorded_at) for fact in petition.telling)])


_NOTICES = MappingProxyType(
    {event: NoticeKind(event.value) for event in Event if event.value in set(NoticeKind)}
)
"""What is due to somebody when an event is recorded, by the event of the same name."""

_TOLD = MODERATING.intersection(_NOTICES) | {
    Event.SUBMITTED,
    Event.REOPENED,
    Event.APPEALED,
    Event.APPEAL_UPHELD,
    Event.APPEAL_DISMISSED,
    Event.TRANSFER_OFFERED,
    Event.TRANSFER_ACCEPTED,
    Event.UPDATED,
}
"""Steps that are told to somebody whoever takes them."""


def settle(docket: Docket) -> Revision:
    """Record everything that followed by itself up to now, each at its own instant.

    Idempotent, and without influence on any answer: what it records was true before.
    """
    return docket.settled().revision()


def _recorded(due: Due, docket: Docket) -> Fact:
    numbers = (*due.numbers, *docket.totals())
    return evolve(as_fact(due), recorded_at=docket.now, numbers=numbers, engine=ENGINE)
