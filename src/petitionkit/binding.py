"""What the desk is bound to: a store, secrets, a clock and a source of ids.

The part that its petitions and its signatures share. It decides nothing: it reads the clock,
finds the pinned policy, and hands a verb to the store as one write.
"""

from collections.abc import Callable, Sequence
from copy import copy
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Self, TypeVar
from uuid import UUID

from attrs import evolve

from petitionkit.civil import instant
from petitionkit.codec import from_json
from petitionkit.erasing import KeptElsewhere
from petitionkit.errors import PolicyAmendedError, StoreContractError
from petitionkit.ids import new_id
from petitionkit.keys import Secrets
from petitionkit.ledger import Admit, Entry, Request, Revision, Situation
from petitionkit.lists import Lists
from petitionkit.observation import Observation, Observed, asked
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.store import Store
from petitionkit.tally import Tally
from petitionkit.verbs.docket import Docket

__all__ = ["Binding"]

T = TypeVar("T")

_SIGHTS = 8
"""How often a verb looks at a petition anew that others change meanwhile."""
_REMEMBERED = 1000
"""Petitions that a desk remembers; those of a busy hour."""


class _ChangedError(Exception):
    """A petition is not as it was seen; caught by whoever saw it."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@lru_cache(maxsize=256)
def _read_policy(document: str) -> Policy:
    """The very same document is the very same policy, so that comparing it costs nothing."""
    return from_json(Policy, document)


class Binding(Observed):
    """A store with everything that a verb takes as an argument."""

    def __init__(
        self,
        store: Store,
        *,
        secrets: Secrets,
        clock: Callable[[], datetime] = _utc_now,
        new_id: Callable[[], UUID] = new_id,
        lists: Callable[[], Lists] = Lists,
        observe: Callable[[Observation], None] | None = None,
        elsewhere: Sequence[KeptElsewhere] = (),
    ) -> None:
        """Bind a store to secrets, a clock, ids and the office's lists.

        ``elsewhere`` is where else people are kept, such as on sheets: erased with them.
        ``observe`` is told of every verb when it is done, in the thread that did it; what it
        raises comes out of the verb, whose work is committed by then.
        """
        self._store = store
        self._secrets = secrets
        self._clock = clock
        self._new_id = new_id
        self._lists = lists
        self._policies: dict[str, Policy] = {}
        self._seen: dict[UUID, tuple[Petition, Policy | None]] = {}
        self._observe = observe
        self._elsewhere = tuple(elsewhere)

    def over(self, store: Store) -> Self:
        """The same desk over another store on the same database.

        For one that joins a transaction of yours: what either has read once, policies and
        petitions, is known to both, so a desk for each request costs next to nothing.
        """
        made = copy(self)
        made._store = store  # noqa: SLF001 (its own class)
        return made

    def __repr__(self) -> str:
        """Name the store."""
        return f"<Desk over {self._store!r}>"

    def _now(self) -> datetime:
        return instant(self._clock())

    def _policy_of(self, petition: Petition) -> Policy | None:
        digest = petition.policy_digest
        return None if digest is None else self._policy_by(digest)

    def _policy_by(self, digest: str) -> Policy:
        if digest not in self._policies:
            self._policies[digest] = _read_policy(self._store.policy(digest))
        return self._policies[digest]

    def _rules(self, petition_id: UUID) -> tuple[Petition, Policy | None]:
        petition = self._store.petition(petition_id)
        return petition, self._policy_of(petition)

    def _by_sight(self, petition_id: UUID, verb: Callable[[Petition, Policy | None], T]) -> T:
        """Do what rests on a petition as it was seen last, and anew where it is another by now.

        Petitions hardly ever change while they are signed, so most signatures need not read
        theirs twice. A verb has its answer from ``_decided``, ``as_seen``, or, where it asks no
        store, looks once more with ``_see_again``; nothing is done by what is no longer so.
        """
        for _ in range(_SIGHTS):
            if petition_id not in self._seen and len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            # With its policy: what was seen in a transaction that ended without it is nowhere else.
            seen = self._seen.get(petition_id) or self._rules(petition_id)
            self._seen[petition_id] = seen
            try:
                return verb(*seen)
            except _ChangedError:
                self._seen.pop(petition_id, None)
        raise StoreContractError(
            "decisions are shown another petition than can be read; show the same to both"
        )

    def _see_again(self, petition: Petition) -> None:
        if self._store.petition(petition.id) != petition:
            raise _ChangedError

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
        self,
        petition_id: UUID,
        actor: str,
        verb: Callable[[Docket], Revision],
        *,
        now: datetime | None = None,
    ) -> Petition:
        at = self._now() if now is None else now
        times = count(1)

        def change(petition: Petition, tally: Tally) -> Revision:
            asked(next(times))
            docket = self._docket(petition, tally, self._policy_of(petition), actor)
            return verb(evolve(docket, now=at))

        return self._store.update(petition_id, change)

    def _decided(
        self, petition: Petition, requests: Sequence[Request[T]], *, as_seen: bool = False
    ) -> list[T]:
        """Let the store decide, see ``_under_its_rules``."""
        checked = self._under_its_rules(petition, as_seen=as_seen)
        made = [one.deciding(checked(one.admit)) for one in requests]
        return self._store.sign(petition.id, made) if made else []

    def _under_its_rules(
        self, petition: Petition, *, as_seen: bool
    ) -> Callable[[Admit[T]], Admit[T]]:
        """What has decisions made under the rules that were read with a petition, or not at all.

        ``as_seen``: on the very petition that they were made for, see ``_by_sight``.
        """
        known = petition

        def look(there: Petition) -> None:
            """Compare with a petition that is shown for the first time."""
            nonlocal known
            if as_seen and there != petition:
                raise _ChangedError
            if there.policy_digest != petition.policy_digest:
                raise PolicyAmendedError("the petition's policy was amended meanwhile; do it again")
            known = there

        def checked(admit: Admit[T]) -> Admit[T]:
            times = count(1)

            def admitted(situation: Situation) -> Entry[T]:
                asked(next(times))
                if situation.petition is not known:
                    look(situation.petition)
                return admit(situation)

            return admitted

        return checked
