"""The catalogue: how petitions are found by what they are and by what is asked of whom.

Decides what a petition is listed under, and when the state that is stored beside it can be
trusted. Whose it cannot be is for the desk to evaluate: a store knows no rule.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from attrs import field, frozen

from petitionkit.facts import State
from petitionkit.ledger import Revision
from petitionkit.limits import Choice
from petitionkit.petition import Petition
from petitionkit.text import clean

__all__ = ["Catalogue", "Facet", "FacetKind", "Listed", "Order", "Search", "begun_at", "facets_of"]


class FacetKind(Choice):
    """What a petition is listed under."""

    ADDRESSEE = "addressee"
    PLACE = "place"
    STARTER = "starter"
    LANGUAGE = "language"
    TAG = "tag"


Facet = tuple[FacetKind, str]
"""One thing that a petition is listed under."""


class Order(Choice):
    """Which petitions come first: those begun last, or those begun first.

    No order follows a count: counts move while a reader turns the pages, which would then skip
    or repeat.
    """

    NEWEST = "newest"
    OLDEST = "oldest"


def _states(states: Sequence[State | str]) -> tuple[State, ...]:
    return tuple(sorted({State(state) for state in states}))


@frozen(kw_only=True)
class Search:
    """Which petitions are wanted, in which order; what is left empty is not asked for.

    ``states``: any of these. ``office`` is the tenant, None all of them. ``addressee`` is the
    key of an addressee, ``place`` the place of one, ``starter`` the starter's reference,
    ``language`` the tag of a language that there is a text in (``pt`` does not find ``pt-BR``),
    ``tag`` one of the petition's tags. All are compared letter by letter.
    """

    states: tuple[State, ...] = field(default=(), converter=_states)
    office: str | None = None
    addressee: str = ""
    place: str = field(default="", converter=clean)
    starter: str = ""
    language: str = ""
    tag: str = field(default="", converter=clean)
    order: Order = field(default=Order.NEWEST, converter=Order)

    @property
    def facets(self) -> tuple[Facet, ...]:
        """What a petition must be listed under, all of it."""
        asked = ((kind, str(getattr(self, kind.value))) for kind in FacetKind)
        return tuple((kind, value) for kind, value in asked if value)


@frozen(kw_only=True)
class Listed:
    """A petition in a list, and its state at the instant that was asked about.

    Where ``holds`` is false a store cannot tell: ``state`` is what it was when it was stored.
    """

    petition_id: UUID
    state: State
    holds: bool = True


@runtime_checkable
class Catalogue(Protocol):
    """A store in which petitions are found by more than their id."""

    def listed(
        self, search: Search, at: datetime, *, after: UUID | None = None, limit: int = 100
    ) -> Sequence[Listed]:
        """Petitions that are, or may be, what is searched for at an instant; a page of them.

        The state that a revision brought holds from its ``as_of`` on, until ``due_at``, and
        no longer than until a watched level is reached, folded or not. Those are listed whose
        state is one of the wanted and all those whose stored state does not hold at ``at``,
        so long as the rest of the search agrees; a store that is not sure says that it does
        not hold.

        The order is that of ``begun_at`` as it was when the petition was added, then of ids.
        ``after`` is the last petition of the page before (``NotFoundError`` where there is no
        such one): whoever goes on from there skips and repeats no petition that was there and
        wanted all along, whatever is written meanwhile.
        """
        ...  # pragma: no cover (a protocol's body never runs)


def begun_at(revision: Revision) -> datetime:
    """When a petition that is added was begun: its first fact's instant, or the revision's."""
    return min((fact.at for fact in revision.petition.facts), default=revision.as_of)


def facets_of(petition: Petition) -> set[Facet]:
    """Everything that a petition is listed under."""
    starter = petition.starter.reference if petition.starter else ""
    found = {
        *((FacetKind.ADDRESSEE, one.key) for one in petition.addressees),
        *((FacetKind.PLACE, one.place) for one in petition.addressees),
        (FacetKind.STARTER, starter),
        *((FacetKind.LANGUAGE, text.language) for text in petition.texts),
        *((FacetKind.TAG, tag) for tag in petition.tags),
    }
    return {(kind, value) for kind, value in found if value}
