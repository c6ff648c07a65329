"""Intake at the desk: signatures that are proved already, one batch after the other.

Decides when batches may be validated ahead of each other, in other processes. What is decided of
a line, and in which order, is the same whoever validates it.
"""

import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from datetime import datetime
from functools import lru_cache, partial
from uuid import UUID

from attrs import evolve

from petitionkit.following import due_events
from petitionkit.lean_pickles import pack, unpack
from petitionkit.ledger import NOBODY
from petitionkit.notice_desk import NoticeDesk
from petitionkit.outcomes import IntakeOutcome, Refused
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.signature import Submission
from petitionkit.status import may_sign
from petitionkit.tally import Tally
from petitionkit.verbs.docket import settle
from petitionkit.verbs.reception import Prepared, Reception, Unfit

__all__ = ["IntakeDesk", "without_policy"]

_AHEAD = 4  # batches that are validated while one is written: enough for a few processes


def without_policy(petition: Petition, now: datetime) -> Refused:
    """Why a petition that never pinned a policy takes no signature: a draft, or withdrawn."""
    refusal = may_sign(petition, None, Tally(), now).problem
    return Refused(problems=(refusal or problem("petition.not_open", "petition"),))


def _prepare(packed: bytes, now: datetime, batch: bytes, actor: str) -> bytes:
    """Validate a batch, in whichever process this runs."""
    reception = evolve(_unpacked(packed), now=now)
    found = [reception.prepare(one, actor) for one in unpack(batch)]
    return pack([one if isinstance(one, Unfit) else (one.signature, one.claims) for one in found])


def _no_id() -> UUID:
    return NOBODY


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Reception:
    """One value for all batches, so that what is known of a policy is found once."""
    found: Reception = pickle.loads(packed)  # noqa: S301 (packed a moment ago by ``intake_all``)
    return found


class IntakeDesk(NoticeDesk):
    """What the desk does with signatures that need no proof."""

    def _reception(self, petition: Petition, policy: Policy, now: datetime) -> Reception:
        return Reception(
            petition=petition,
            policy=policy,
            read_tally=partial(self._store.tally, petition.id),
            secrets=self._secrets,
            now=now,
            new_id=self._new_id,
            lists=self._lists(),
        )

    def intake(
        self, petition_id: UUID, submissions: Sequence[Submission], *, actor: str = ""
    ) -> list[IntakeOutcome]:
        """Take in signatures that are proved already, in one transaction, answers in order.

        For staff, rolls and partners: it tells who has signed. Each line is accepted, a
        duplicate or refused on its own; a line's own ``signed_at`` decides window and age.
        """
        now = self._now()

        def take_in(petition: Petition, policy: Policy | None) -> list[IntakeOutcome]:
            if policy is None:
                self._see_again(petition)
                closed = without_policy(petition, now)
                return [closed for _ in submissions]
            if any(one.signed_at is not None and one.signed_at < now for one in submissions):
                petition = self._up_to_date(petition, policy, now)
            reception = self._reception(petition, policy, now)
            prepared = [reception.prepare(one, actor) for one in submissions]
            if not any(isinstance(one, Prepared) for one in prepared):
                self._see_again(petition)
            return self._taken_in(reception, prepared, as_seen=True)

        return self._by_sight(petition_id, take_in)

    def intake_all(
        self,
        petition_id: UUID,
        batches: Iterable[Iterable[Submission]],
        *,
        actor: str = "",
        pool: Executor | None = None,
    ) -> Iterator[list[IntakeOutcome]]:
        """Take in batch after batch, each in one transaction as ``intake`` does; lazily.

        ``pool`` (of ``concurrent.futures``) validates a few batches ahead while one is written;
        it gives its processes policy, secrets and batches, which must pickle. A batch that
        makes its submissions as they are asked for makes them there. What is written and
        answered is the same. Where states hang on counts, or a petition has
        sponsors, each batch waits for the one before, and the pool is not used. Raises
        ``PolicyAmendedError`` where the policy is amended meanwhile: take in the rest again.
        """
        petition, policy = self._rules(petition_id)
        waits = policy is None or policy.moves_on_counts or policy.sponsoring is not None
        if pool is None or policy is None or waits:
            for batch in batches:
                yield self.intake(petition_id, [*batch], actor=actor)
            return
        reception = self._reception(petition, policy, self._now())
        packed = pickle.dumps(evolve(reception, read_tally=Tally, new_id=_no_id))
        ahead: deque[tuple[datetime, Future[bytes]]] = deque()

        def decided() -> list[IntakeOutcome]:
            now, found = ahead.popleft()
            return self._taken_in(evolve(reception, now=now), self._prepared(found.result()))

        for batch in batches:
            now, made = self._now(), [*batch] if isinstance(batch, Iterator) else batch
            ahead.append((now, pool.submit(_prepare, packed, now, pack(made), actor)))
            if len(ahead) > _AHEAD:
                yield decided()
        while ahead:
            yield decided()

    def _prepared(self, packed: bytes) -> list[Prepared | Unfit]:
        """What another process has made of a batch; what is no roll's line gets its id here."""
        found: list[Prepared | Unfit] = []
        for one in unpack(packed):
            if isinstance(one, Unfit):
                found.append(one)
                continue
            signature, claims = one
            if not signature.provenance.line:
                signature = evolve(signature, id=self._new_id())
            found.append(Prepared(signature=signature, claims=claims))
        return found

    def _taken_in(
        self, reception: Reception, prepared: Sequence[Prepared | Unfit], *, as_seen: bool = False
    ) -> list[IntakeOutcome]:
        """Let the store decide on what is in order; the rest is refused with all its problems."""
        petition = reception.petition
        checked = self._under_its_rules(petition, as_seen=as_seen)
        ready = [reception.ask(one, checked) for one in prepared if isinstance(one, Prepared)]
        decided = iter(self._store.sign(petition.id, ready) if ready else ())
        return [
            next(decided)
            if isinstance(one, Prepared)
            else reception.refuse(one.problems, one.signed_at)
            for one in prepared
        ]

    def _up_to_date(self, petition: Petition, policy: Policy, now: datetime) -> Petition:
        """Record what has followed by itself before lines of earlier days come in.

        They count from the day they were signed; what was closed on numbers stays closed.
        """
        if not policy.moves_on_counts:
            return petition
        due = due_events(petition, policy, self._store.tally(petition.id))
        if not any(one.at <= now for one in due):
            return petition
        return self._revise(petition.id, "", settle)
