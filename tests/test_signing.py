from datetime import datetime, timedelta
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.facts import Event
from petitionkit.form import Confirmation
from petitionkit.ledger import Claim, Delta, Entry, Holding, Notice, NoticeKind, Situation
from petitionkit.outcomes import (
    Accepted,
    AlreadySigned,
    Confirmed,
    Duplicate,
    Received,
    Refused,
    Withdrawn,
)
from petitionkit.problems import problem
from petitionkit.signature import (
    Attempt,
    Attestation,
    AttestationKind,
    Channel,
    Particulars,
    Provenance,
    Signature,
)
from petitionkit.tokens import Token
from petitionkit.verbs import attempts, signing
from samples import (
    DAY,
    DEADLINE,
    HOUR,
    PETITION_ID,
    POLICY,
    T0,
    TICK,
    fact,
    opened,
    petition,
)

OPEN = petition(opened())
ANNA = Particulars(name="Anna", email="anna@example.org")
CLAIMS = (Claim(kind="mailbox", key="k", digest=bytes(32)),)
LINE = Provenance(channel=Channel.IMPORT, source="roll", line=7)
NOW = T0 + HOUR
CLOSED = problem("petition.closed", "petition", closed_at="2026-04-01T00:00:00Z", rule="window")

SIGNATURE = Signature(
    id=UUID(int=1),
    petition_id=PETITION_ID,
    particulars=ANNA,
    provenance=LINE,
    text_digest="d",
    language="en",
    signed_at=NOW,
    counted_at=NOW,
    counters=("persons", "supporters"),
)
HOLDER = evolve(SIGNATURE, id=UUID(int=2), provenance=evolve(LINE, line=3))
ATTEMPT = Attempt(
    id=UUID(int=3),
    petition_id=PETITION_ID,
    particulars=ANNA,
    received_at=NOW,
    expires_at=NOW + 30 * DAY,
    text_digest="d",
    language="en",
    generation=2,
)
TOKEN = Token(subject=ATTEMPT.id, generation=2, expires_at=ATTEMPT.expires_at)


def situation(
    *,
    holders: tuple[Signature, ...] = (),
    attempt: Attempt | None = None,
    signature: Signature | None = None,
    closing: tuple[Event, datetime] | None = None,
    mailed: int = 0,
) -> Situation:
    known = OPEN.with_facts(fact(*closing)) if closing else OPEN
    return Situation(
        petition=known,
        counts={},
        holders=holders,
        holdings=tuple(
            Holding(digest=claim.digest, slot=0, holder=holder.id)
            for claim in CLAIMS
            for holder in holders
        ),
        attempt=attempt,
        signature=signature,
        mailed=mailed,
    )


@pytest.mark.parametrize(
    ("holders", "mailed", "kind"),
    [
        ((), 0, NoticeKind.CONFIRM),
        ((HOLDER,), 4, NoticeKind.ALREADY_SIGNED),
        ((), 5, NoticeKind.NOTHING),
        ((HOLDER,), 6, NoticeKind.NOTHING),
    ],
)
def test_an_attempt_and_a_notice_are_kept_for_new_known_and_capped_signers_alike(
    holders: tuple[Signature, ...], mailed: int, kind: NoticeKind
) -> None:
    entry = attempts.receive(
        situation(holders=holders, mailed=mailed),
        attempt=ATTEMPT,
        claims=CLAIMS,
        notice_id=UUID(int=9),
        policy=POLICY,
        now=NOW,
    )
    notice = Notice(
        id=UUID(int=9), kind=kind, petition_id=PETITION_ID, attempt_id=ATTEMPT.id, at=NOW
    )
    kept = evolve(
        ATTEMPT,
        mailed_at=None if kind is NoticeKind.NOTHING else NOW,
        due_at=ATTEMPT.expires_at + 30 * DAY,
    )
    assert entry == Entry(answer=Received(), attempt=kept, notices=(notice,))


def test_a_closed_petition_keeps_no_attempt() -> None:
    entry = attempts.receive(
        situation(),
        policy=POLICY,
        attempt=ATTEMPT,
        claims=CLAIMS,
        notice_id=UUID(int=9),
        now=DEADLINE,
    )
    assert entry == Entry(answer=Refused(problems=(CLOSED,)))


def test_a_signature_that_needs_no_mail_counts_at_once() -> None:
    entry = signing.receive_proved(
        situation(), policy=POLICY, signature=SIGNATURE, claims=CLAIMS, now=NOW
    )
    assert entry == Entry(
        answer=Received(),
        signature=SIGNATURE,
        claims=CLAIMS,
        deltas=(Delta(counters=("persons", "supporters"), amount=1, at=NOW),),
    )


def test_a_known_signer_gets_the_same_answer_and_changes_nothing() -> None:
    entry = signing.receive_proved(
        situation(holders=(HOLDER,)), policy=POLICY, signature=SIGNATURE, claims=CLAIMS, now=NOW
    )
    assert entry == Entry(answer=Received())


def test_a_closed_petition_refuses_who_needs_no_mail() -> None:
    late = evolve(SIGNATURE, signed_at=DEADLINE)
    entry = signing.receive_proved(
        situation(), policy=POLICY, signature=late, claims=CLAIMS, now=DEADLINE
    )
    assert entry == Entry(answer=Refused(problems=(CLOSED,)))


def test_a_line_is_taken_with_its_claims_and_counts_from_its_own_instant() -> None:
    entry = signing.intake(
        situation(), policy=POLICY, signature=SIGNATURE, claims=CLAIMS, now=DEADLINE + DAY
    )
    assert entry == Entry(
        answer=Accepted(signature_id=SIGNATURE.id),
        signature=SIGNATURE,
        claims=CLAIMS,
        deltas=(Delta(counters=("persons", "supporters"), amount=1, at=NOW),),
    )


def test_a_line_signed_too_late_is_refused_however_early_it_comes() -> None:
    late = evolve(SIGNATURE, signed_at=DEADLINE)
    entry = signing.intake(
        situation(), policy=POLICY, signature=late, claims=CLAIMS, now=DEADLINE + DAY
    )
    assert entry == Entry(answer=Refused(problems=(CLOSED,)))


def test_a_line_signed_tomorrow_is_refused_today() -> None:
    ahead = evolve(SIGNATURE, signed_at=NOW + TICK)
    entry = signing.intake(situation(), policy=POLICY, signature=ahead, claims=CLAIMS, now=NOW)
    assert entry == Entry(answer=Refused(problems=(problem("date_in_future", "signed_at"),)))


def test_a_duplicate_names_the_first_holder_with_roll_and_line() -> None:
    other = evolve(HOLDER, id=UUID(int=4))
    entry = signing.intake(
        situation(holders=(HOLDER, other)),
        policy=POLICY,
        signature=SIGNATURE,
        claims=CLAIMS,
        now=NOW,
    )
    assert entry == Entry(answer=Duplicate(of=HOLDER.id, source="roll", line=3))


def test_the_same_line_of_the_same_roll_is_accepted_again_and_writes_nothing() -> None:
    same = evolve(HOLDER, provenance=LINE)
    entry = signing.intake(
        situation(holders=(same,)), policy=POLICY, signature=SIGNATURE, claims=CLAIMS, now=NOW
    )
    assert entry == Entry(answer=Accepted(signature_id=same.id, again=True))


def test_the_same_line_on_another_petition_of_the_realm_is_a_duplicate() -> None:
    elsewhere = evolve(HOLDER, provenance=LINE, petition_id=UUID(int=77))
    entry = signing.intake(
        situation(holders=(elsewhere,)), policy=POLICY, signature=SIGNATURE, claims=CLAIMS, now=NOW
    )
    assert entry == Entry(answer=Duplicate(of=HOLDER.id, source="roll", line=7))


def test_a_row_that_is_there_is_never_written_a_second_time() -> None:
    entry = signing.intake(
        situation(signature=SIGNATURE), policy=POLICY, signature=SIGNATURE, claims=(), now=NOW
    )
    assert entry == Entry(answer=Accepted(signature_id=SIGNATURE.id, again=True))


def test_a_line_that_was_withdrawn_does_not_come_back_with_its_roll() -> None:
    gone = evolve(SIGNATURE, withdrawn_at=NOW)
    entry = signing.intake(
        situation(signature=gone), policy=POLICY, signature=SIGNATURE, claims=CLAIMS, now=NOW
    )
    withdrawn = problem("signature.withdrawn", "signature", withdrawn_at="2026-03-01T13:00:00Z")
    assert entry == Entry(answer=Refused(problems=(withdrawn,)))


def test_two_people_whom_a_clerk_took_in_are_no_lines() -> None:
    clerk = Provenance(channel=Channel.CLERK)
    holder = evolve(HOLDER, provenance=clerk)
    entry = signing.intake(
        situation(holders=(holder,)),
        policy=POLICY,
        signature=evolve(SIGNATURE, provenance=clerk),
        claims=CLAIMS,
        now=NOW,
    )
    assert entry.answer == Duplicate(of=holder.id)


def confirmed(
    seen: Situation, *, now: datetime = NOW, token: Token = TOKEN, grace: int = 0
) -> Entry[object]:
    return signing.confirm(  # type: ignore[return-value]
        seen,
        policy=evolve(POLICY, confirmation=Confirmation(grace_hours=grace)),
        token=token,
        signature_id=UUID(int=5),
        claims=CLAIMS,
        now=now,
    )


def test_an_attempt_becomes_a_signature_for_exactly_its_name_and_text() -> None:
    later = NOW + DAY
    signature = Signature(
        id=UUID(int=5),
        petition_id=PETITION_ID,
        particulars=ANNA,
        text_digest="d",
        language="en",
        signed_at=NOW,
        counted_at=later,
        counters=("persons", "supporters"),
        attestations=(Attestation(kind=AttestationKind.MAIL_LINK, at=later),),
    )
    assert confirmed(situation(attempt=ATTEMPT), now=later) == Entry(
        answer=Confirmed(signature_id=UUID(int=5)),
        signature=signature,
        claims=CLAIMS,
        attempt=evolve(ATTEMPT, particulars=None, signature_id=UUID(int=5)),
        deltas=(Delta(counters=("persons", "supporters"), amount=1, at=later),),
    )


USED = evolve(ATTEMPT, particulars=None, signature_id=SIGNATURE.id)


@pytest.mark.parametrize("now", [NOW, DEADLINE + DAY])
def test_opening_a_link_again_answers_as_it_did_and_writes_nothing(now: datetime) -> None:
    entry = confirmed(situation(attempt=USED, signature=SIGNATURE, holders=(SIGNATURE,)), now=now)
    assert entry == Entry(answer=Confirmed(signature_id=SIGNATURE.id))


def test_the_link_of_a_withdrawn_signature_says_so() -> None:
    gone = evolve(SIGNATURE, withdrawn_at=NOW)
    withdrawn = problem("signature.withdrawn", "token", withdrawn_at="2026-03-01T13:00:00Z")
    assert confirmed(situation(attempt=USED, signature=gone)) == Entry(
        answer=Refused(problems=(withdrawn,))
    )


def test_a_link_whose_signature_is_gone_from_the_store_still_answers_the_same() -> None:
    assert confirmed(situation(attempt=USED)).answer == Confirmed(signature_id=SIGNATURE.id)


INVALID = Entry(answer=Refused(problems=(problem("token.invalid", "token"),)))


def test_a_link_of_no_attempt_or_of_an_older_generation_is_void() -> None:
    assert confirmed(situation()) == INVALID
    assert confirmed(situation(attempt=ATTEMPT), token=evolve(TOKEN, generation=1)) == INVALID


def test_a_link_whose_particulars_were_erased_is_void() -> None:
    erased = evolve(ATTEMPT, particulars=None)
    assert confirmed(situation(attempt=erased)) == INVALID


def test_the_owner_of_the_mailbox_is_told_that_they_have_signed() -> None:
    entry = confirmed(situation(attempt=ATTEMPT, holders=(HOLDER,)))
    assert entry == Entry(answer=AlreadySigned())


def _too_late(until: str) -> Entry[object]:
    late = problem("confirmation.too_late", "token", closed_at="2026-04-01T00:00:00Z", until=until)
    return Entry(answer=Refused(problems=(late,)))


def test_after_the_deadline_a_link_holds_for_the_grace_its_last_instant_included() -> None:
    seen = situation(attempt=ATTEMPT)
    last = DEADLINE + timedelta(hours=24)
    for now in (DEADLINE, last):
        assert isinstance(confirmed(seen, now=now, grace=24).answer, Confirmed)
    expected = _too_late("2026-04-02T00:00:00Z")
    assert confirmed(seen, now=last + TICK, grace=24) == expected


def test_without_grace_a_link_is_late_from_the_deadline_on() -> None:
    seen = situation(attempt=ATTEMPT)
    assert isinstance(confirmed(seen, now=DEADLINE - TICK).answer, Confirmed)
    assert confirmed(seen, now=DEADLINE) == _too_late("2026-04-01T00:00:00Z")


def test_a_link_to_a_withdrawn_petition_is_refused() -> None:
    entry = confirmed(situation(attempt=ATTEMPT, closing=(Event.WITHDRAWN, NOW)), now=NOW)
    gone = problem("petition.withdrawn", "petition")
    assert entry == Entry(answer=Refused(problems=(gone,)))


def test_a_withdrawn_signature_counts_no_longer_and_gives_up_its_claims() -> None:
    later = NOW + HOUR
    assert signing.withdraw(situation(signature=SIGNATURE), policy=POLICY, now=later) == Entry(
        answer=Withdrawn(signature_id=SIGNATURE.id),
        signature=evolve(SIGNATURE, withdrawn_at=later),
        release=True,
        deltas=(Delta(counters=("persons", "supporters"), amount=-1, at=later),),
    )


def test_withdrawing_twice_is_withdrawing_once() -> None:
    gone = evolve(SIGNATURE, withdrawn_at=NOW)
    for now in (NOW, DEADLINE + DAY):
        assert signing.withdraw(situation(signature=gone), policy=POLICY, now=now) == Entry(
            answer=Withdrawn(signature_id=SIGNATURE.id)
        )


def test_the_count_of_a_closed_petition_is_final() -> None:
    final = problem("withdrawal.too_late", "signature", closed_at="2026-04-01T00:00:00Z")
    assert signing.withdraw(situation(signature=SIGNATURE), policy=POLICY, now=DEADLINE) == Entry(
        answer=Refused(problems=(final,))
    )


def test_a_signature_can_be_taken_back_from_a_withdrawn_petition() -> None:
    seen = situation(signature=SIGNATURE, closing=(Event.WITHDRAWN, NOW))
    assert signing.withdraw(seen, policy=POLICY, now=NOW).answer == Withdrawn(
        signature_id=SIGNATURE.id
    )


def test_what_is_not_there_cannot_be_withdrawn() -> None:
    missing = problem("signature.not_found", "signature")
    assert signing.withdraw(situation(), policy=POLICY, now=NOW) == Entry(
        answer=Refused(problems=(missing,))
    )
