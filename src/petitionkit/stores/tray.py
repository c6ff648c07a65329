"""A tray: the notices that a store in memory holds, leased to one worker at a time.

Knows neither mail nor when to give up. Whoever writes notices with their cause holds the lock.
"""

import threading
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from attrs import evolve

from petitionkit.dispatch import Dispatch
from petitionkit.errors import StoreContractError
from petitionkit.ledger import Notice

__all__ = ["Tray"]


class Tray:
    """The part of a store in memory that its notices are kept in."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = threading.RLock()
        self._notices: dict[UUID, Dispatch] = {}

    def _note(self, notices: Sequence[Notice]) -> None:
        news = {notice.id: notice for notice in notices}
        if len(news) < len(notices) or not self._notices.keys().isdisjoint(news):
            raise StoreContractError("an id that must be new is there already")
        self._notices |= {n.id: Dispatch(notice=n, due_at=n.at) for n in notices}

    def notices(self, *, limit: int = 100) -> Sequence[Notice]:
        """See ``Store.notices``."""
        with self._lock:
            return [one.notice for one in self._notices.values() if not one.dead][:limit]

    def lease(self, *, now: datetime, until: datetime, limit: int = 100) -> Sequence[Dispatch]:
        """See ``Store.lease``."""
        with self._lock:
            dues = [(d.due_at, d) for d in self._notices.values() if d.due_at is not None]
            due = sorted((one for one in dues if one[0] <= now), key=lambda one: one[0])
            mine = {one.notice.id for _, one in due[:limit]}
            self._notices |= {
                key: evolve(one, due_at=until, tries=one.tries + 1)
                for key, one in self._notices.items()
                if key in mine
            }
            return [one for key, one in self._notices.items() if key in mine]

    def put_off(self, dispatch: Dispatch, *, until: datetime | None, reason: str) -> bool:
        """See ``Store.put_off``."""
        with self._lock:
            there = self._notices.get(dispatch.notice.id)
            seen = (dispatch.tries, dispatch.due_at)
            if there is None or there.dead or (there.tries, there.due_at) != seen:
                return False
            self._notices[there.notice.id] = evolve(there, due_at=until, reason=reason)
            return True

    def dead_notices(self, *, limit: int = 100) -> Sequence[Dispatch]:
        """See ``Store.dead_notices``."""
        with self._lock:
            return [one for one in self._notices.values() if one.dead][:limit]

    def revive(self, notice_id: UUID, *, at: datetime) -> bool:
        """See ``Store.revive``."""
        with self._lock:
            there = self._notices.get(notice_id)
            if there is None or not there.dead:
                return False
            self._notices[notice_id] = evolve(there, due_at=at, tries=0)
            return True

    def acknowledge(self, notice_id: UUID) -> None:
        """See ``Store.acknowledge``."""
        with self._lock:
            self._notices.pop(notice_id, None)
