"""What the desk is bound to: a store, secrets, a clock and a source of ids.

The part that its petitions and its signatures share. It decides nothing: it reads the clock,
finds the pinned policy, and hands a verb to the store as one write.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from attrs import evolve

from petitionkit.civil import instant
from petitionkit.codec import from_json
from petitionkit.ids import new_id
from petitionkit.keys import Secrets
from petitionkit.ledger import Revision
from petitionkit.lists import Lists
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.store import Store
from petitionkit.tally import Tally
from petitionkit.verbs.docket import Docket

__all__ = ["Binding"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Binding:
    """A store with everything that a verb takes as an argument."""

    def __init__(
        self,
        store: Store,
        *,
        secrets: Secrets,
        clock: Callable[[], datetime] = _utc_now,
        new_id: Callable[[], UUID] = new_id,
        lists: Callable[[], Lists] = Lists,
    ) -> None:
        """Bind a store to secrets, a clock, ids and the office's lists."""
        self._store = store
        self._secrets = secrets
        self._clock = clock
        self._new_id = new_id
        self._lists = lists
        self._policies: dict[str, Policy] = {}

    def __repr__(self) -> str:
        """Name the store."""
        return f"<Desk over {self._store!r}>"

    def _now(self) -> datetime:
        return instant(self._clock())

    def _policy_of(self, petition: Petition) -> Policy | None:
        digest = petition.policy_digest
        if digest is None:
            return None
        if digest not in self._policies:
            self._policies[digest] = from_json(Policy, self._store.policy(digest))
        return self._policies[digest]

    def _rules(self, petition_id: UUID) -> tuple[Petition, Policy | None]:
        petition = self._store.petition(petition_id)
        return petition, self._policy_of(petition)

    def _docket(
        self, petition: Petition, tally: Tally, policy: Policy | None, actor: str = ""
    ) -> Docket:
        return Docket(
            petition=petition,
            policy=policy,
            tally=tally,
            now=self._now(),
            new_id=self._new_id,
            actor=actor,
        )

    def _revise(
        self, petition_id: UUID, actor: str, verb: Callable[[Docket], Revision]
    ) -> Petition:
        now = self._now()

        def change(petition: Petition, tally: Tally) -> Revision:
            docket = self._docket(petition, tally, self._policy_of(petition), actor)
            return verb(evolve(docket, now=now))

        return self._store.update(petition_id, change)
