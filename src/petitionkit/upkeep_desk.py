"""Upkeep at the desk: what waits, and whether the counters agree with the signatures.

For whoever is on duty. It tells how things stand and puts right what has drifted, as a fact;
it never hides a difference.
"""

from collections.abc import Sequence
from uuid import UUID

from petitionkit.binding import Binding
from petitionkit.errors import StoreContractError
from petitionkit.ledger import Revision
from petitionkit.petition import Petition
from petitionkit.store import Accountable, Attended, Health
from petitionkit.tally import Drift, Tally
from petitionkit.verbs import reform
from petitionkit.verbs.docket import Docket

__all__ = ["UpkeepDesk"]


class UpkeepDesk(Binding):
    """What waits, and what does not agree."""

    def health(self) -> Health:
        """What waits now: notices, moves of counters, petitions that nobody has ticked.

        Cheap enough for a probe every few seconds. Raises ``StoreContractError`` where the
        store is not ``Attended``.
        """
        if not isinstance(self._store, Attended):
            raise StoreContractError("this store tells no health; use one that is Attended")
        return self._store.health(self._now())

    def drift(self, petition_id: UUID) -> Sequence[Drift]:
        """Counters that do not agree with the signatures; empty as long as all is well.

        Reads every signature of the petition, and keeps nobody from signing. Raises
        ``StoreContractError`` where the store is not ``Accountable``.
        """
        return self._accountable().drift(petition_id)

    def recount(self, petition_id: UUID, *, actor: str = "") -> Petition:
        """Put the counters right where they drifted, and record that as a fact with the figures.

        Where nothing drifted nothing is written. Nobody signs the petition meanwhile. A
        threshold that was once reached stays so: what counted then is not known any more.
        """
        now = self._now()

        def change(petition: Petition, tally: Tally, drifts: Sequence[Drift]) -> Revision:
            docket = self._docket(petition, tally, self._policy_of(petition), actor)
            return reform.note_recount(docket, drifts=drifts)

        return self._accountable().mend(petition_id, change, at=now)

    def rewrite(self, petition_id: UUID) -> Petition:
        """Write a petition again as it stands, for a store that keeps it in another way by now.

        An ``EncryptedStore`` encrypts its people with the newest data key thereby.
        """
        return self._revise(petition_id, "", Docket.revision)

    def _accountable(self) -> Accountable:
        if not isinstance(self._store, Accountable):
            raise StoreContractError("this store cannot recount; use one that is Accountable")
        return self._store
