"""Finding petitions at the desk: lists by state, addressee, place, starter, language and tag.

The store lists what its rows say; here those few are evaluated whose stored state does not
hold at the instant that is asked about.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from attrs import evolve

from petitionkit.binding import Binding
from petitionkit.catalogue import Catalogue, Listed, Search
from petitionkit.civil import instant
from petitionkit.errors import StoreContractError
from petitionkit.status import status

__all__ = ["CatalogueDesk"]


class CatalogueDesk(Binding):
    """Which petitions there are."""

    def search(
        self,
        search: Search,
        *,
        at: datetime | None = None,
        after: UUID | None = None,
        limit: int = 100,
    ) -> Sequence[Listed]:
        """Petitions that are what is searched for, now or at another instant, page by page.

        States are those of that instant, by facts alone where it is past; texts, addressees and
        tags are those of now. The next page is what comes ``after`` the last petition of this
        one; a page with fewer than ``limit`` is the last. Pages neither skip nor repeat while
        signatures and petitions arrive; give all of them the same ``at``.

        Quick as long as somebody ticks: a petition is evaluated only where its stored state
        does not hold by itself at that instant. Raises ``StoreContractError`` where the store
        is no ``Catalogue``, and ``NotFoundError`` for an unknown ``after``.
        """
        store = self._store
        if not isinstance(store, Catalogue):
            raise StoreContractError("this store lists nothing; use one that is a Catalogue")
        then = self._now() if at is None else instant(at)
        found: list[Listed] = []
        while len(found) < limit:
            page = store.listed(search, then, after=after, limit=limit)
            told = (one if one.holds else self._evaluated(one, then) for one in page)
            found += [one for one in told if not search.states or one.state in search.states]
            if len(page) < limit:
                break
            after = page[-1].petition_id
        return found[:limit]

    def _evaluated(self, one: Listed, at: datetime) -> Listed:
        petition = self._store.petition(one.petition_id).ruled_at(at)
        tally = self._store.tally(petition.id)
        state = status(petition, self._policy_of(petition), tally, at).state
        return evolve(one, state=state, holds=True)
