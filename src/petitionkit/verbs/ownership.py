"""Who a petition belongs to, what it belongs with, and what its supporters are told.

Handing a petition over takes both: the starter offers, the receiver accepts. Whether somebody
is who they act as is for the app to know.
"""

from collections.abc import Sequence

from attrs import evolve

from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.facts import Event
from petitionkit.ledger import Revision
from petitionkit.moderation import Transfer, Update
from petitionkit.parties import Party
from petitionkit.petition import Relation
from petitionkit.problems import problem
from petitionkit.verbs.docket import Docket

__all__ = ["accept_transfer", "announce", "end_transfer", "offer_transfer", "relate", "tag"]


def offer_transfer(docket: Docket, *, to: Party) -> Revision:
    """Offer the petition to somebody; a later offer takes the place of an earlier one."""
    offered = docket.step(Event.TRANSFER_OFFERED, subject=to.reference)
    transfer = Transfer(to=to, offered_at=docket.now)
    return evolve(offered, petition=evolve(offered.petition, transfer=transfer)).revision()


def _offer(docket: Docket) -> Transfer:
    if docket.petition.transfer is None:
        raise IllegalStepError(
            "the petition has not been offered to anybody; offer_transfer comes first"
        )
    return docket.petition.transfer


def accept_transfer(docket: Docket) -> Revision:
    """Take over a petition that was offered: its receiver is its starter from now on."""
    to = _offer(docket).to
    accepted = docket.step(Event.TRANSFER_ACCEPTED, subject=to.reference)
    petition = evolve(accepted.petition, starter=to, transfer=None)
    return evolve(accepted, petition=petition).revision()


def end_transfer(docket: Docket) -> Revision:
    """Take an offer back, or decline it."""
    to = _offer(docket).to
    ended = docket.step(Event.TRANSFER_ENDED, subject=to.reference)
    return evolve(ended, petition=evolve(ended.petition, transfer=None)).revision()


def relate(docket: Docket, *, relation: Relation) -> Revision:
    """Say how the petition stands to another one; saying it again changes nothing."""
    if relation in docket.petition.related:
        return docket.revision()
    if relation.petition_id == docket.petition.id:
        raise InvalidValueError([problem("misplaced", "petition_id")])
    noted = docket.step(Event.RELATED, rule=relation.kind, subject=str(relation.petition_id))
    related = (*noted.petition.related, relation)
    return evolve(noted, petition=evolve(noted.petition, related=related)).revision()


def tag(docket: Docket, *, tags: Sequence[str]) -> Revision:
    """List the petition under these tags and no others; the same ones change nothing.

    The fact says who did so and when. The tags themselves are not in it, as they are words that
    somebody chose.
    """
    tagged = evolve(docket.petition, tags=tuple(tags))
    if tagged == docket.petition:
        return docket.revision()
    noted = docket.step(Event.TAGGED)
    return evolve(noted, petition=evolve(noted.petition, tags=tagged.tags)).revision()


def announce(docket: Docket, *, update: Update) -> Revision:
    """Publish news of the petition; a notice says that it is due to its audience."""
    noted = docket.step(Event.UPDATED, rule=update.audience, subject=update.key)
    updates = (*noted.petition.updates, update)
    return evolve(noted, petition=evolve(noted.petition, updates=updates)).revision()
