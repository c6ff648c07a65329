"""A store before a store, through which everything passes unchanged.

What a store can do beyond ``Store`` it can do as well: the abilities that the one behind it has.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from petitionkit.dispatch import Dispatch
from petitionkit.ledger import Notice
from petitionkit.store import DueAttempt, DuePetition, Minute, Store
from petitionkit.tally import Tally

__all__ = ["PassingStore"]

_ABILITIES = ("health", "drift", "erase_attempts", "telling_attempts", "listed")


class PassingStore:
    """What of a store bears nobody's particulars, handed on as it is."""

    def __init__(self, store: Store) -> None:
        """Stand before a store."""
        self._store = store
        for name in _ABILITIES:
            if hasattr(store, name):
                setattr(self, name, getattr(store, name))

    def __repr__(self) -> str:
        """Name the store behind."""
        return f"<{type(self).__name__} before {self._store!r}>"

    def add_policy(self, digest: str, document: str) -> None:
        """See ``Store.add_policy``."""
        self._store.add_policy(digest, document)

    def policy(self, digest: str) -> str:
        """See ``Store.policy``."""
        return self._store.policy(digest)

    def find(self, office: str, system: str, value: str) -> UUID | None:
        """See ``Store.find``."""
        return self._store.find(office, system, value)

    def petitions(self, *, after: UUID | None = None, limit: int = 100) -> Sequence[UUID]:
        """See ``Store.petitions``."""
        return self._store.petitions(after=after, limit=limit)

    def tally(self, petition_id: UUID) -> Tally:
        """See ``Store.tally``."""
        return self._store.tally(petition_id)

    def due_attempts(self, *, limit: int = 100) -> Sequence[DueAttempt]:
        """See ``Store.due_attempts``."""
        return self._store.due_attempts(limit=limit)

    def minutes(self, petition_id: UUID, counter: str) -> Sequence[Minute]:
        """See ``Store.minutes``."""
        return self._store.minutes(petition_id, counter)

    def forget_traces(self, before: datetime) -> None:
        """See ``Store.forget_traces``."""
        self._store.forget_traces(before)

    def claim_keys(self) -> Sequence[str]:
        """See ``Store.claim_keys``."""
        return self._store.claim_keys()

    def due(self, *, limit: int = 100) -> Sequence[DuePetition]:
        """See ``Store.due``."""
        return self._store.due(limit=limit)

    def notices(self, *, limit: int = 100) -> Sequence[Notice]:
        """See ``Store.notices``."""
        return self._store.notices(limit=limit)

    def lease(self, *, now: datetime, until: datetime, limit: int = 100) -> Sequence[Dispatch]:
        """See ``Store.lease``."""
        return self._store.lease(now=now, until=until, limit=limit)

    def put_off(self, dispatch: Dispatch, *, until: datetime | None, reason: str) -> bool:
        """See ``Store.put_off``."""
        return self._store.put_off(dispatch, until=until, reason=reason)

    def dead_notices(self, *, limit: int = 100) -> Sequence[Dispatch]:
        """See ``Store.dead_notices``."""
        return self._store.dead_notices(limit=limit)

    def revive(self, notice_id: UUID, *, at: datetime) -> bool:
        """See ``Store.revive``."""
        return self._store.revive(notice_id, at=at)

    def acknowledge(self, notice_id: UUID) -> None:
        """See ``Store.acknowledge``."""
        self._store.acknowledge(notice_id)

    def close(self) -> None:
        """See ``Store.close``."""
        self._store.close()
