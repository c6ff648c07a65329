"""The life of a signature: confirmed, taken in, withdrawn.

Each function sees a situation that is true until its entry is committed, and answers with what
to write and what to say. What comes before, an attempt and the mails about it, is in
``attempts``.
"""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from attrs import evolve

from petitionkit.civil import instant_text
from petitionkit.counting import agrees, counters_for
from petitionkit.facts import Event, State
from petitionkit.following import lived
from petitionkit.identity import placed, rivals
from petitionkit.ledger import Claim, Delta, Entry, Situation
from petitionkit.outcomes import (
    Accepted,
    AlreadySigned,
    Confirmed,
    ConfirmOutcome,
    Duplicate,
    IntakeOutcome,
    LookOutcome,
    Pending,
    Received,
    Refused,
    SignOutcome,
    Withdrawn,
    WithdrawOutcome,
)
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.signature import (
    Amendment,
    AmendmentKind,
    Attestation,
    AttestationKind,
    Signature,
)
from petitionkit.status import may_sign, status
from petitionkit.tally import Tally
from petitionkit.tokens import Token
from petitionkit.validation import kept_of
from petitionkit.verbs.moves import deltas, watched_anew

__all__ = [
    "confirm",
    "intake",
    "look_at",
    "receive_proved",
    "tally_for",
    "too_late",
    "withdraw",
]

T = TypeVar("T")
NOTHING = Tally()


def tally_for(situation: Situation, policy: Policy) -> Tally:
    """The tally, where the policy's states hang on counts; reading it for nothing costs."""
    return situation.read_tally() if policy.moves_on_counts else NOTHING


def _rival(situation: Situation, policy: Policy, claims: tuple[Claim, ...]) -> Signature | None:
    """The earliest holder beside whom a signer with these claims cannot stand."""
    if not situation.holdings:
        return None
    found = rivals(policy.identity, claims, situation.holdings)
    return next((holder for holder in situation.holders if holder.id in found), None)


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
    answer = entry.answer if isinstance(entry.answer, Refused) else Received()
    return Entry(
        answer=answer,
        signature=entry.signature,
        claims=entry.claims,
        deltas=entry.deltas,
        amendment=entry.amendment,
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
    tally = tally_for(situation, policy)
    petition, signed_at = situation.petition, signature.signed_at
    refusal = may_sign(petition, policy, tally, now, signed_at=signed_at).problem
    if signature.signed_at > now:
        refusal = problem("date_in_future", "signed_at")
    if refusal is not None:
        return Entry(answer=Refused(problems=(refusal,)))
    before = situation.signature
    if before is not None:  # the same line: its row is never written a second time
        gone = _gone(before, "signature")
        if gone is not None:
            return Entry(answer=Refused(problems=(gone,)))
        return Entry(answer=Accepted(signature_id=before.id, again=True))
    holder = _rival(situation, policy, claims)
    if holder is not None:
        here, there = signature.provenance, holder.provenance
        if here.line and here == there and holder.petition_id == signature.petition_id:
            return Entry(answer=Accepted(signature_id=holder.id, again=True))
        return Entry(answer=Duplicate(of=holder.id, source=there.source, line=there.line))
    entered = Accepted(signature_id=signature.id)
    return _entered(situation, signature, claims, answer=entered)


def _entered(
    situation: Situation,
    signature: Signature,
    claims: tuple[Claim, ...],
    *,
    answer: T,
    held_by: str = "",
) -> Entry[T]:
    """The entry of a new signature, which counts from now on; or never, where it is held.

    One whose signer has not agreed to the text as it is now counts once they do.
    """
    if signature.live:
        counted = Delta(counters=signature.counters, amount=1, at=signature.counted_at)
        return Entry(
            answer=answer,
            signature=signature,
            claims=placed(claims, situation.holdings),
            deltas=(counted,) if signature.counters else (),
        )
    return Entry(
        answer=answer,
        signature=signature,
        amendment=Amendment(
            signature_id=signature.id,
            kind=AmendmentKind.INVALIDATED,
            at=signature.counted_at,
            actor=held_by,
            ground=signature.ground,
        ),
    )


def _gone(signature: Signature, field: str) -> Problem | None:
    """Say that a signature counts no longer; None while it does."""
    if signature.withdrawn_at is not None:
        when = instant_text(signature.withdrawn_at)
        return problem("signature.withdrawn", field, withdrawn_at=when)
    if signature.invalidated_at is not None:
        when = instant_text(signature.invalidated_at)
        return problem("signature.invalidated", field, invalidated_at=when)
    return None


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
    signature, for exactly the name and text of the attempt. Whether the office holds an
    attempt, or has invalidated the signature since, is not told.
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
    refusal = too_late(situation, policy, now)
    if refusal is not None:
        return _refused(refusal)
    if _rival(situation, policy, claims) is not None:
        return Entry(answer=AlreadySigned())
    particulars = attempt.particulars
    if particulars is None:
        return _refused(problem("token.invalid", "token"))
    attestations = (Attestation(kind=AttestationKind.MAIL_LINK, at=now),)
    signature = Signature(
        id=signature_id,
        petition_id=attempt.petition_id,
        particulars=kept_of(policy, particulars, attempt.received_at),
        role=attempt.role,
        text_digest=attempt.text_digest,
        language=attempt.language,
        signed_at=attempt.received_at,
        counted_at=now,
        counters=counters_for(
            situation.petition,
            policy,
            particulars,
            role=attempt.role,
            attestations=attestations,
            signed_at=attempt.received_at,
            counted_at=now,
            agreed=agrees(situation.petition, policy, attempt.text_digest, attempt.language),
        ),
        attestations=attestations,
        invalidated_at=now if attempt.held else None,
        ground=attempt.held,
        bounced_at=attempt.bounced_at,
    )
    used = evolve(attempt, particulars=None, signature_id=signature_id, due_at=None)
    entered: ConfirmOutcome = Confirmed(signature_id=signature_id)
    entry = _entered(situation, signature, claims, answer=entered, held_by=attempt.held_by)
    return evolve(entry, attempt=used)


def look_at(
    situation: Situation,
    *,
    policy: Policy,
    token: Token,
    signature_id: UUID,
    claims: tuple[Claim, ...],
    now: datetime,
) -> Entry[LookOutcome]:
    """Tell what confirming would answer, for a page that asks first; writes nothing."""
    found = confirm(
        situation,
        policy=policy,
        token=token,
        signature_id=signature_id,
        claims=claims,
        now=now,
    )
    attempt = situation.attempt
    if found.attempt is None or attempt is None or attempt.particulars is None:
        return Entry(answer=found.answer)
    return Entry(
        answer=Pending(
            petition_id=attempt.petition_id,
            name=attempt.particulars.name,
            received_at=attempt.received_at,
            expires_at=token.expires_at,
        )
    )


def _refused(*problems: Problem) -> Entry[ConfirmOutcome]:
    return Entry(answer=Refused(problems=problems))


def too_late(situation: Situation, policy: Policy, now: datetime) -> Problem | None:
    """Say why an attempt can no longer be confirmed.

    Grace begins when the petition closed, also where it was taken down and reinstated since.
    """
    tally = tally_for(situation, policy)
    found = status(situation.petition, policy, tally, now)
    if found.state is not State.CLOSED:
        return may_sign(situation.petition, policy, tally, now).problem
    closed_at = max(lived(situation.petition, policy, tally, now).instants(Event.CLOSED))
    grace = policy.confirmation.grace_hours
    until = closed_at + timedelta(hours=grace)
    if grace and now <= until:
        return None
    return problem(
        "confirmation.too_late",
        "token",
        closed_at=instant_text(closed_at),
        until=instant_text(until),
    )


def withdraw(situation: Situation, *, policy: Policy, now: datetime) -> Entry[WithdrawOutcome]:
    """Take a signature back: it counts no longer and gives up its claims.

    Possible while the petition is open; afterwards the count is final. Withdrawing twice is
    withdrawing once.
    """
    signature = situation.signature
    if signature is None:
        return Entry(answer=Refused(problems=(problem("signature.not_found", "signature"),)))
    if signature.withdrawn_at is not None:
        return Entry(answer=Withdrawn(signature_id=signature.id))
    found = status(situation.petition, policy, tally_for(situation, policy), now)
    if found.state is State.CLOSED and found.since is not None:
        late = problem("withdrawal.too_late", "signature", closed_at=instant_text(found.since))
        return Entry(answer=Refused(problems=(late,)))
    gone = evolve(signature, withdrawn_at=now)
    return Entry(
        answer=Withdrawn(signature_id=signature.id),
        signature=gone,
        release=True,
        deltas=deltas(signature, gone, now),
        watches=tuple(watched_anew(situation, policy, signature, gone, now)),
    )
