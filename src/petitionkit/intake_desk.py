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
from petitionkit.ids import new_id
from petitionkit.lean_pickles import pack, unpack
from petitionkit.notice_desk import NoticeDesk
from petitionkit.outcomes import IntakeOutcome, Refused
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.signature import Signature, Submission
from petitionkit.status import may_sign
from petitionkit.tally import Tally
from petitionkit.verbs.docket import settle
from petitionkit.verbs.reception import Prepared, Reception

__all__ = ["IntakeDesk", "without_policy"]

_AHEAD = 4  # batches that are validated while one is written: enough for a few processes
_Prepared = list[Prepared | tuple[Problem, ...]]


def without_policy(petition: Petition, now: datetime) -> Refused:
    """Why a petition that never pinned a policy takes no signature: a draft, or withdrawn."""
    refusal = may_sign(petition, None, Tally(), now).problem
    return Refused(problems=(refusal or problem("petition.not_open", "petition"),))


def _prepare(packed: bytes, now: datetime, ids: Sequence[UUID], batch: bytes, actor: str) -> bytes:
    """Validate a batch, in whichever process this runs; ``ids`` are for what is no roll's line."""
    reception = evolve(_unpacked(packed), now=now, new_id=iter(ids).__next__)
    found = [reception.prepare(one, actor) for one in unpack(batch)]
    return pack([one if isinstance(one, tuple) else (one.signature, one.claims) for one in found])


def _prepared(packed: bytes) -> _Prepared:
    """What another process has made of a batch."""
    return [
        Prepared(signature=one[0], claims=one[1]) if isinstance(one[0], Signature) else one
        for one in unpack(packed)
    ]


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
            return self._taken_in(reception, submissions, prepared, as_seen=True)

        return self._by_sight(petition_id, take_in)

    def intake_all(
        self,
        petition_id: UUID,
        batches: Iterable[Sequence[Submission]],
        *,
        actor: str = "",
        pool: Executor | None = None,
    ) -> Iterator[list[IntakeOutcome]]:
        """Take in batch after batch, each in one transaction as ``intake`` does; lazily.

        ``pool`` (of ``concurrent.futures``) validates a few batches ahead while one is written;
        of processes it gives them the policy and the secrets, which must pickle. What is
        written and answered is the same. Where states hang on counts, or a petition has
        sponsors, each batch waits for the one before, and the pool is not used. Raises
        ``PolicyAmendedError`` where the policy is amended meanwhile: take in the rest again.
        """
        petition, policy = self._rules(petition_id)
        waits = policy is None or policy.moves_on_counts or policy.sponsoring is not None
        if pool is None or policy is None or waits:
            for batch in batches:
                yield self.intake(petition_id, batch, actor=actor)
            return
        reception = self._reception(petition, policy, self._now())
        packed = pickle.dumps(evolve(reception, read_tally=Tally, new_id=new_id))
        ahead: deque[tuple[datetime, Sequence[Submission], Future[bytes]]] = deque()

        def decided() -> list[IntakeOutcome]:
            now, batch, found = ahead.popleft()
            return self._taken_in(evolve(reception, now=now), batch, _prepared(found.result()))

        for batch in batches:
            now = self._now()
            ids = [self._new_id() for one in batch if not one.provenance.line]
            ahead.append((now, batch, pool.submit(_prepare, packed, now, ids, pack(batch), actor)))
            if len(ahead) > _AHEAD:
                yield decided()
        while ahead:
            yield decided()

    def _taken_in(
        self,
        reception: Reception,
        submissions: Sequence[Submission],
        prepared: _Prepared,
        *,
        as_seen: bool = False,
    ) -> list[IntakeOutcome]:
        """Let the store decide on what is in order; the rest is refused with all its problems."""
        ready = [reception.ask(one) for one in prepared if isinstance(one, Prepared)]
        decided = iter(self._decided(reception.petition, ready, as_seen=as_seen))
        return [
            next(decided)
            if isinstance(one, Prepared)
            else reception.refuse(one, submission.signed_at)
            for submission, one in zip(submissions, prepared, strict=True)
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
