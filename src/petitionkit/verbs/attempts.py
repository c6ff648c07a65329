"""Attempts: received, mailed about, reminded, held and erased.

An attempt is somebody's unproved wish to sign. It holds no claims; a notice says which mail is
due. Who may be told what is in the types: ``receive`` answers the same for a new and a known
signer, and writes as many rows.
"""

from datetime import datetime, timedelta
from uuid import UUID

from attrs import evolve

from petitionkit.identity import rivals
from petitionkit.ledger import Claim, Entry, Notice, NoticeKind, Situation
from petitionkit.outcomes import Erased, EraseOutcome, Received, Refused, SignOutcome
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.retention import ErasureRecord
from petitionkit.signature import Attempt
from petitionkit.status import may_sign
from petitionkit.verbs.signing import tally_for, too_late

__all__ = ["erase", "follow_up", "hold", "hold_as_read", "receive", "resend"]


def _look_again_at(policy: Policy, attempt: Attempt, now: datetime) -> datetime:
    """When a reminder is due next, or else when what an attempt says of a person is erased."""
    rule = policy.confirmation
    hours = (attempt.received_at + timedelta(hours=hours) for hours in rule.reminder_hours)
    erased = attempt.expires_at + timedelta(days=rule.erase_days)
    return next((at for at in hours if at > now), erased)


def receive(
    situation: Situation,
    *,
    policy: Policy,
    attempt: Attempt,
    claims: tuple[Claim, ...],
    notice_id: UUID,
    now: datetime,
) -> Entry[SignOutcome]:
    """Take an attempt and note which mail is due: to confirm, that they have signed, or none.

    Every way writes one attempt and one notice and answers ``Received``. None is due where
    the mailbox has had as many as the policy allows in its hours; those that were not sent
    count for nothing there, so that whoever types somebody's address again and again keeps
    its owner waiting no longer.
    """
    refusal = may_sign(situation.petition, policy, tally_for(situation, policy), now).problem
    if refusal is not None:
        return Entry(answer=Refused(problems=(refusal,)))
    return _mailing(
        situation, policy=policy, attempt=attempt, claims=claims, notice_id=notice_id, now=now
    )


def _mailing(
    situation: Situation,
    *,
    policy: Policy,
    attempt: Attempt,
    claims: tuple[Claim, ...],
    notice_id: UUID,
    now: datetime,
) -> Entry[SignOutcome]:
    """One attempt and one notice, whichever mail is due."""
    known = bool(rivals(policy.identity, claims, situation.holdings))
    mailed = situation.mailed < policy.confirmation.mails
    kind = NoticeKind.ALREADY_SIGNED if known else NoticeKind.CONFIRM
    notice = Notice(
        id=notice_id,
        kind=kind if mailed else NoticeKind.NOTHING,
        petition_id=situation.petition.id,
        attempt_id=attempt.id,
        at=now,
    )
    looked_at = _look_again_at(policy, attempt, now)
    mailed_at = now if mailed else attempt.mailed_at
    attempt = evolve(attempt, mailed_at=mailed_at, due_at=looked_at)
    return Entry(answer=Received(), attempt=attempt, notices=(notice,))


def resend(
    situation: Situation,
    *,
    policy: Policy,
    claims: tuple[Claim, ...],
    notice_id: UUID,
    now: datetime,
) -> Entry[SignOutcome]:
    """Note that a link is due once more, with its full time to live; under the same cap.

    Nothing is due where the attempt has become a signature.
    """
    attempt = situation.attempt
    if attempt is not None and attempt.signature_id is not None:
        return Entry(answer=Received())
    if attempt is None or attempt.particulars is None:
        return Entry(answer=Refused(problems=(problem("token.invalid", "token"),)))
    refusal = too_late(situation, policy, now)
    if refusal is not None:
        return Entry(answer=Refused(problems=(refusal,)))
    expires_at = now + timedelta(days=policy.confirmation.link_days)
    return _mailing(
        situation,
        policy=policy,
        attempt=evolve(attempt, expires_at=expires_at),
        claims=claims,
        notice_id=notice_id,
        now=now,
    )


def follow_up(
    situation: Situation,
    *,
    policy: Policy,
    claims: tuple[Claim, ...],
    notice_id: UUID,
    now: datetime,
) -> Entry[None]:
    """Do what is due on an attempt that nobody confirmed: remind, or erase.

    Reminded is who was mailed, could confirm, and has not signed in the meantime; several
    reminders that are late by now are one. Nothing is due where somebody else was quicker.
    """
    attempt = situation.attempt
    if attempt is None or attempt.due_at is None or attempt.due_at > now:
        return Entry(answer=None)
    erased = attempt.expires_at + timedelta(days=policy.confirmation.erase_days)
    if now >= erased:
        return Entry(answer=None, attempt=_blank(attempt))
    following = _look_again_at(policy, attempt, now)
    remind = (
        attempt.due_at < erased
        and now < attempt.expires_at
        and attempt.mailed_at is not None
        and attempt.bounced_at is None
        and situation.mailed < policy.confirmation.mails
        and not rivals(policy.identity, claims, situation.holdings)
        and too_late(situation, policy, now) is None
    )
    if not remind:
        return Entry(answer=None, attempt=evolve(attempt, due_at=following))
    notice = Notice(
        id=notice_id,
        kind=NoticeKind.REMIND,
        petition_id=attempt.petition_id,
        attempt_id=attempt.id,
        at=now,
    )
    attempt = evolve(attempt, mailed_at=now, due_at=following)
    return Entry(answer=None, attempt=attempt, notices=(notice,))


def _blank(attempt: Attempt) -> Attempt:
    return evolve(attempt, particulars=None, mailbox="", due_at=None)


def erase(situation: Situation, *, now: datetime) -> Entry[EraseOutcome]:
    """Erase what somebody sent in and did not prove; its link is void from now on.

    What has become a signature is left alone, and refused: that is to be erased itself.
    """
    attempt = situation.attempt
    if attempt is None or attempt.signature_id is not None:
        return Entry(answer=Refused(problems=(problem("signature.not_found", "attempt"),)))
    record = ErasureRecord(
        at=now,
        petition_id=attempt.petition_id,
        attempt_id=attempt.id,
        signatures=0,
        counts=False,
    )
    return Entry(answer=Erased(record=record), attempt=_blank(attempt))


def hold(situation: Situation, *, ground: str, actor: str = "") -> Entry[None]:
    """Let an attempt not count if it is confirmed; one that has been is left alone.

    Without a ground it is let go, and counts.
    """
    attempt = situation.attempt
    if attempt is None or attempt.signature_id is not None:
        return Entry(answer=None)
    return Entry(answer=None, attempt=evolve(attempt, held=ground, held_by=actor))


def hold_as_read(
    situation: Situation, *, read: Attempt, ground: str, actor: str = ""
) -> Entry[bool]:
    """Hold an attempt if it is still as it was read; the answer tells whether it was."""
    if situation.attempt != read:
        return Entry(answer=False)
    held = hold(situation, ground=ground, actor=actor)
    return Entry(answer=True, attempt=held.attempt)
