"""Notices at the desk: what is due to whom, one worker at a time, again or given up.

Each writing method is one writing call of the store. Who sends and how is the app's affair; a
notice's id serves as its idempotency key, since after a crash it may be acted upon twice.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from attrs import evolve

from petitionkit.binding import Binding
from petitionkit.dispatch import Backoff, Dispatch, failure_code
from petitionkit.ledger import Notice, NoticeKind
from petitionkit.letters import Letter, letter_for, news_for
from petitionkit.store import every_signature

__all__ = ["NoticeDesk"]

_LEASE = timedelta(minutes=5)
_BACKOFF = Backoff()


class NoticeDesk(Binding):
    """What is due to somebody and was not acknowledged yet."""

    def notices(self, *, limit: int = 100) -> Sequence[Notice]:
        """What is due to somebody and was not acknowledged yet, the oldest first.

        For looking, and for a single worker; several of them ``lease``.
        """
        return self._store.notices(limit=limit)

    def lease(self, *, limit: int = 100, lasting: timedelta = _LEASE) -> Sequence[Dispatch]:
        """Take notices that are due; no other worker gets them before the lease has ended.

        Act upon each, then ``acknowledge`` it or ``put_off`` it. What a worker leaves behind
        that dies is leased to another one after ``lasting``.
        """
        now = self._now()
        return self._store.lease(now=now, until=now + lasting, limit=limit)

    def letter(self, notice: Notice) -> Letter | None:
        """Resolve a notice to the mail it asks for; None where it is no mail to a signer.

        The same notice gives the same letter, link included, so a worker that died can go on.
        """
        attempt = self._store.attempt(notice.attempt_id) if notice.attempt_id else None
        return letter_for(notice, attempt, self._secrets)

    def letters(self, notice: Notice, *, consent: str = "updates") -> Iterator[Letter]:
        """Every mail that a notice asks for: ``letter``'s, or news for each who is to be told.

        ``consent`` is the key of the policy's consent to be told of updates. News of a petition
        with many supporters takes long: ``lease`` it for long enough. Where sending stops in
        the middle, all of it is due again, in the same order and with the same tokens.
        """
        if notice.kind is not NoticeKind.UPDATED:
            letter = self.letter(notice)
            return iter(()) if letter is None else iter((letter,))
        updates = self._store.petition(notice.petition_id).updates
        update = next(one for one in updates if one.key == notice.subject)
        signed = (one.signature for one in every_signature(self._store, notice.petition_id))
        return news_for(notice, update, signed, self._secrets, consent=consent)

    def acknowledge(self, notice: Notice) -> None:
        """Say that a notice was acted upon."""
        self._store.acknowledge(notice.id)

    def put_off(
        self, dispatch: Dispatch, *, reason: str, backoff: Backoff = _BACKOFF
    ) -> Dispatch | None:
        """Say that it failed: it is due again later, or dead after its last try.

        ``reason`` is a code such as ``smtp.timeout``, never the text of an answer;
        ``InvalidValueError`` for anything else. Answers with how it stands, or None where the
        lease had ended and somebody else has taken or acknowledged it.
        """
        now = self._now()
        until = backoff.next_at(dispatch.tries, now)
        done = self._store.put_off(dispatch, until=until, reason=failure_code(reason))
        return evolve(dispatch, due_at=until, reason=reason) if done else None

    def give_up(self, dispatch: Dispatch, *, reason: str) -> Dispatch | None:
        """Say that it failed for good, such as for an unknown mailbox; see ``put_off``."""
        return self.put_off(dispatch, reason=reason, backoff=Backoff(tries=1))

    def dead_notices(self, *, limit: int = 100) -> Sequence[Dispatch]:
        """What was given up, each with the reason of its last failure."""
        return self._store.dead_notices(limit=limit)

    def revive(self, notice_id: UUID) -> bool:
        """Make a dead notice due now, as if it had never been tried; tells if it was dead."""
        return self._store.revive(notice_id, at=self._now())
