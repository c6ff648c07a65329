"""The life of a signature: received, confirmed, taken in, withdrawn.

Each function sees a situation that is true until its entry is committed, and answers with what
to write and what to say. Who may be told what is in the types: ``receive`` answers the same
for a new and a known signer.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from attrs import evolve

from petitionkit.civil import instant_text
from petitionkit.clauses import Latch
from petitionkit.conditions import levels_of
from petitionkit.counting import counters_for, needed
from petitionkit.facts import State
from petitionkit.ledger import Claim, Delta, Entry, Notice, NoticeKind, Situation, Watch
from petitionkit.outcomes import (
    Accepted,
    AlreadySigned,
    Confirmed,
    ConfirmOutcome,
    Duplicate,
    IntakeOutcome,
    Received,
    Refused,
    SignOutcome,
    Withdrawn,
    WithdrawOutcome,
)
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.proceedings import answered
from petitionkit.signature import Attempt, Attestation, AttestationKind, Signature
from petitionkit.status import may_sign, status
from petitionkit.tally import Tally
from petitionkit.tokens import Token

__all__ = ["confirm", "intake", "receive", "receive_proved", "withdraw"]


NOTHING = Tally()


def _tally(situation: Situation, policy: Policy) -> Tally:
    """The tally, where the policy's states hang on counts; reading it for nothing costs."""
    return situation.read_tally() if policy.moves_on_counts else NOTHING


def receive(
    situation: Situation, *, policy: Policy, attempt: Attempt, notice_id: UUID, now: datetime
) -> Entry[SignOutcome]:
    """Take an attempt and note which mail is due: to confirm, or that they have signed already.

    Both ways write one attempt and one notice and answer ``Received``.
    """
    refusal = may_sign(situation.petition, policy, _tally(situation, policy), now).problem
    if refusal is not None:
        return Entry(answer=Refused(problems=(refusal,)))
    kind = NoticeKind.ALREADY_SIGNED if situation.holders else NoticeKind.CONFIRM
    notice = Notice(
        id=notice_id,
        kind=kind,
        petition_id=situation.petition.id,
        attempt_id=attempt.id,
        at=now,
    )
    return Entry(answer=Received(), attempt=attempt, notices=(notice,))


def receive_proved(
    situation: Situation,
    *,
    policy: Policy,
    signature: Signature,
    claims: tuple[Claim, ...],
    now: datetime,
) -> Entry[SignOutcome]:
    """Take a signature that its policy counts without a mail; a known signer changes nothing."""
    entry = intake(situation, policy=policy, signature=signature, claims=claims, now=now)
    return Entry(
        answer=entry.answer if isinstance(entry.answer, Refused) else Received(),
        signature=entry.signature,
        claims=entry.claims,
        deltas=entry.deltas,
    )


def intake(
    situation: Situation,
    *,
    policy: Policy,
    signature: Signature,
    claims: tuple[Claim, ...],
    now: datetime,
) -> Entry[IntakeOutcome]:
    """Take a signature proved otherwise (roll, clerk), which counts at once; tells the truth.

    Its own ``signed_at`` decides the window, so that what was signed in time and handed in
    later is taken, and what was signed too late is not.
    """
    tally = _tally(situation, policy)
    petition, signed_at = situation.petition, signature.signed_at
    refusal = may_sign(petition, policy, tally, now, signed_at=signed_at).problem
    if signature.signed_at > now:
        refusal = problem("date_in_future", "signed_at")
    if refusal is not None:
        return Entry(answer=Refused(problems=(refusal,)))
    before = situation.signature
    if before is not None:  # the same line: its row is never written a second time
        if before.withdrawn_at is None:
            return Entry(answer=Accepted(signature_id=before.id, again=True))
        when = instant_text(before.withdrawn_at)
        gone = problem("signature.withdrawn", "signature", withdrawn_at=when)
        return Entry(answer=Refused(problems=(gone,)))
    if situation.holders:
        holder = situation.holders[0]
        here, there = signature.provenance, holder.provenance
        if here.line and here == there and holder.petition_id == signature.petition_id:
            return Entry(answer=Accepted(signature_id=holder.id, again=True))
        return Entry(answer=Duplicate(of=holder.id, source=there.source, line=there.line))
    return Entry(
        answer=Accepted(signature_id=signature.id),
        signature=signature,
        claims=claims,
        deltas=(Delta(counters=signature.counters, amount=1, at=signature.counted_at),),
    )


def confirm(
    situation: Situation,
    *,
    policy: Policy,
    token: Token,
    signature_id: UUID,
    claims: tuple[Claim, ...],
    now: datetime,
) -> Entry[ConfirmOutcome]:
    """Turn an attempt into a signature; a link that was opened before answers as it did then.

    Idempotent because mail scanners follow links. The claims land here, together with the
    signature, for exactly the name and text of the attempt.
    """
    attempt = situation.attempt
    if attempt is None or attempt.generation != token.generation:
        return _refused(problem("token.invalid", "token"))
    if attempt.signature_id is not None:
        earlier = situation.signature
        if earlier is not None and earlier.withdrawn_at is not None:
            when = instant_text(earlier.withdrawn_at)
            return _refused(problem("signature.withdrawn", "token", withdrawn_at=when))
        return Entry(answer=Confirmed(signature_id=attempt.signature_id))
    refusal = _too_late(situation, policy, now)
    if refusal is not None:
        return _refused(refusal)
    if situation.holders:
        return Entry(answer=AlreadySigned())
    particulars = attempt.particulars
    if particulars is None:
        return _refused(problem("token.invalid", "token"))
    proofs = (Attestation(kind=AttestationKind.MAIL_LINK, at=now),)
    signature = Signature(
        id=signature_id,
        petition_id=attempt.petition_id,
        particulars=particulars,
        role=attempt.role,
        text_digest=attempt.text_digest,
        language=attempt.language,
        signed_at=attempt.received_at,
        counted_at=now,
        counters=counters_for(
            policy,
            situation.petition,
            particulars,
            role=attempt.role,
            attestations=proofs,
            signed_at=attempt.received_at,
            counted_at=now,
        ),
        attestations=proofs,
    )
    return Entry(
        answer=Confirmed(signature_id=signature_id),
        signature=signature,
        claims=claims,
        attempt=evolve(attempt, particulars=None, signature_id=signature_id),
        deltas=(Delta(counters=signature.counters, amount=1, at=now),),
    )


def _refused(*problems: Problem) -> Entry[ConfirmOutcome]:
    return Entry(answer=Refused(problems=problems))


def _too_late(situation: Situation, policy: Policy, now: datetime) -> Problem | None:
    """Say why an attempt can no longer be confirmed; grace begins when the petition closes."""
    tally = _tally(situation, policy)
    found = status(situation.petition, policy, tally, now)
    if found.state is State.CLOSED and found.since is not None:
        grace = policy.confirmation.grace_hours
        until = found.since + timedelta(hours=grace)
        if grace and now <= until:
            return None
        return problem(
            "confirmation.too_late",
            "token",
            closed_at=instant_text(found.since),
            until=instant_text(until),
        )
    return may_sign(situation.petition, policy, tally, now).problem


def withdraw(situation: Situation, *, policy: Policy, now: datetime) -> Entry[WithdrawOutcome]:
    """Take a signature back: it counts no longer and gives up its claims.

    Possible while the petition is open; afterwards the count is final. Withdrawing twice is
    withdrawing once.
    """
    signature = situation.signature
    if signature is None:
        return Entry(answer=Refused(problems=(problem("signature.not_found", "signature"),)))
    if not signature.live:
        return Entry(answer=Withdrawn(signature_id=signature.id))
    found = status(situation.petition, policy, _tally(situation, policy), now)
    if found.state is State.CLOSED and found.since is not None:
        late = problem("withdrawal.too_late", "signature", closed_at=instant_text(found.since))
        return Entry(answer=Refused(problems=(late,)))
    return Entry(
        answer=Withdrawn(signature_id=signature.id),
        signature=evolve(signature, withdrawn_at=now),
        release=True,
        deltas=(Delta(counters=signature.counters, amount=-1, at=now),),
        watches=tuple(_watched_anew(situation, policy, signature, now)),
    )


def _watched_anew(
    situation: Situation, policy: Policy, signature: Signature, now: datetime
) -> Iterator[Watch]:
    """Levels that the count falls below with this signature, where their policy lets them go.

    Once the office has acted officially (an answer) a reached threshold is never lost.
    """
    petition = situation.petition
    if answered(petition, now):
        return
    for threshold in policy.latched:
        if threshold.latch is Latch.UNTIL_OFFICIAL_ACT:
            for counter, level in levels_of(threshold.rule, petition):
                left = needed(petition, counter, level)
                if counter in signature.counters and situation.counts.get(counter, 0) == left:
                    yield Watch(counter=counter, level=left, since=now)
