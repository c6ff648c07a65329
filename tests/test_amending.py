"""The life of a signature after it was confirmed, at the desk."""

from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.claims import ClaimKind, Identity, Sharing
from petitionkit.clauses import Latch, Threshold
from petitionkit.counters import Counter
from petitionkit.desk import Desk
from petitionkit.disclosure import Disclosure, Reader
from petitionkit.errors import NotFoundError
from petitionkit.form import (
    AskedConsent,
    Confirmation,
    Counting,
    Demand,
    Form,
)
from petitionkit.ledger import Entry, NoticeKind, Situation
from petitionkit.moderation import Capacity
from petitionkit.outcomes import (
    Accepted,
    Amended,
    Confirmed,
    Duplicate,
    Pending,
    Received,
    Refused,
    Withdrawn,
)
from petitionkit.problems import problem
from petitionkit.rules import Regions
from petitionkit.signature import (
    AmendmentKind,
    Approval,
    Attestation,
    AttestationKind,
    Channel,
    Provenance,
    Signature,
    SignatureDraft,
    Submission,
    Visibility,
)
from petitionkit.stores.memory import MemoryStore
from petitionkit.tokens import Purpose
from petitionkit.verbs import attempts
from samples import BOTH_KEYS, DAY, DEADLINE, HOUR, KEYS, NO_MAIL, POLICY, T0, Office

NOBODY = UUID(int=404)
MISSING = Refused(problems=(problem("signature.not_found", "signature"),))
EID = Attestation(kind=AttestationKind.EID, at=T0, by="bank", level="substantial")


@pytest.fixture
def office() -> Office:
    return Office().publish()


def kept(office: Office, signature_id: UUID) -> Signature:
    found = office.store.signature(signature_id)
    assert found is not None
    return found


def test_an_invalidated_signature_counts_no_longer_and_frees_its_claims(office: Office) -> None:
    anna = office.signed("anna@example.org")
    assert office.desk.invalidate(anna, ground="fraud", actor="mod-1") == Amended(signature_id=anna)
    assert office.supporters == 0
    again = office.signed("anna@example.org")
    assert again != anna
    [note] = office.desk.amendments(anna)
    assert (note.kind, note.ground, note.actor, note.at) == (
        AmendmentKind.INVALIDATED,
        "fraud",
        "mod-1",
        T0,
    )
    assert office.desk.reinstate(anna) == Duplicate(of=again)
    assert office.supporters == 1


def test_invalidating_twice_is_invalidating_once_and_reinstating_undoes_it(office: Office) -> None:
    anna = office.signed("anna@example.org")
    for _ in range(2):
        office.desk.invalidate(anna, ground="fraud")
    for _ in range(2):
        assert office.desk.reinstate(anna) == Amended(signature_id=anna)
    assert office.supporters == 1
    assert [note.kind for note in office.desk.amendments(anna)] == ["invalidated", "reinstated"]
    assert office.desk.intake(office.id, [Submission(draft=_draft())]) == [Duplicate(of=anna)]


def _draft(email: str = "anna@example.org", name: str = "Anna Berg") -> SignatureDraft:
    return SignatureDraft(name=name, email=email)


def test_an_office_may_invalidate_after_closing_and_its_signer_is_told_nothing(
    office: Office,
) -> None:
    office.sign("anna@example.org")
    token = office.token()
    confirmed = office.desk.confirm(token)
    assert isinstance(confirmed, Confirmed)
    office.clock.now = DEADLINE + DAY
    assert isinstance(office.desk.invalidate(confirmed.signature_id, ground="x"), Amended)
    office.clock.now = T0
    assert office.desk.confirm(token) == confirmed
    assert office.desk.look_at(token) == confirmed
    assert office.supporters == 0


def test_what_a_policy_lets_invalidated_signatures_hold_stays_held() -> None:
    identity = Identity(invalidation_frees=False)
    office = Office(policy=evolve(POLICY, identity=identity)).publish()
    anna = office.signed("anna@example.org")
    office.desk.invalidate(anna, ground="fraud")
    office.sign("anna@example.org")
    assert notices(office)[-1] is NoticeKind.ALREADY_SIGNED
    assert isinstance(office.desk.reinstate(anna), Amended)
    assert office.supporters == 1


def test_a_withdrawn_signature_is_neither_invalidated_nor_reinstated(office: Office) -> None:
    anna = office.signed("anna@example.org")
    assert office.desk.withdraw(anna) == Withdrawn(signature_id=anna)
    gone = problem("signature.withdrawn", "signature", withdrawn_at="2026-03-01T12:00:00Z")
    for outcome in (office.desk.invalidate(anna, ground="x"), office.desk.reinstate(anna)):
        assert outcome == Refused(problems=(gone,))


def test_an_invalidated_signature_can_be_withdrawn_and_counts_no_less(office: Office) -> None:
    anna = office.signed("anna@example.org")
    office.desk.invalidate(anna, ground="x")
    assert isinstance(office.desk.withdraw(anna), Withdrawn)
    assert office.supporters == 0


def test_an_invalidated_line_of_a_roll_is_not_taken_in_again() -> None:
    office = Office(policy=NO_MAIL).publish()
    [taken] = office.desk.intake(office.id, [_line()])
    assert isinstance(taken, Accepted)
    office.desk.invalidate(taken.signature_id, ground="x")
    gone = problem("signature.invalidated", "signature", invalidated_at="2026-03-01T12:00:00Z")
    assert office.desk.intake(office.id, [_line()]) == [Refused(problems=(gone,))]
    assert isinstance(office.desk.reinstate(taken.signature_id), Amended)
    assert office.desk.intake(office.id, [_line()]) == [evolve(taken, again=True)]


def _line() -> Submission:
    roll = Provenance(channel=Channel.IMPORT, source="roll", line=2)
    return Submission(draft=SignatureDraft(name="Bo"), provenance=roll, row=("Bo", "1"))


SHARED = evolve(
    POLICY,
    form=Form(postal_code=Demand.OPTIONAL),
    identity=Identity(sharing=Sharing(same=(ClaimKind.POSTAL_CODE,))),
)


def _share(office: Office, name: str, postal_code: str = "SW1A 1AA") -> object:
    draft = evolve(_draft(name=name), postal_code=postal_code)
    return office.desk.intake(office.id, [Submission(draft=draft)])[0]


def test_two_people_share_a_mailbox_and_a_third_does_not() -> None:
    office = Office(policy=SHARED).publish()
    anna = _share(office, "Anna")
    assert isinstance(anna, Accepted)
    assert _share(office, "ANNA") == Duplicate(of=anna.signature_id)
    assert _share(office, "Bo", "N1 1AA") == Duplicate(of=anna.signature_id)
    bo = _share(office, "Bo", "sw1a-1aa")
    assert isinstance(bo, Accepted)
    assert _share(office, "Cy") == Duplicate(of=anna.signature_id)
    office.desk.withdraw(anna.signature_id)
    assert isinstance(_share(office, "Cy"), Accepted)
    assert office.supporters == 2


def test_people_whose_names_have_no_latin_letter_share_a_mailbox_too() -> None:
    office = Office(policy=SHARED).publish()
    assert isinstance(_share(office, "山田太郎"), Accepted)
    assert isinstance(_share(office, "山田花子"), Accepted)
    assert isinstance(_share(office, "山田花子"), Duplicate)


def test_sharers_are_found_again_after_a_rotation() -> None:
    office = Office(policy=SHARED).publish()
    _share(office, "Anna")
    office.desk = Desk(office.store, secrets=BOTH_KEYS, clock=office.clock)
    assert isinstance(_share(office, "Anna"), Duplicate)
    assert isinstance(_share(office, "Bo"), Accepted)
    assert isinstance(_share(office, "Cy"), Duplicate)


def test_a_misspelt_name_is_corrected_and_what_stood_there_is_noted(office: Office) -> None:
    anna = office.signed("anna@example.org", name="Anna Brg")
    assert office.desk.correct_name(anna, "Anna Berg") == Amended(signature_id=anna)
    assert kept(office, anna).particulars.name == "Anna Berg"
    assert office.desk.correct_name(anna, "Anna Berg") == Amended(signature_id=anna)
    [note] = office.desk.amendments(anna)
    assert (note.kind, note.was) == (AmendmentKind.NAME_CORRECTED, "Anna Brg")
    assert "Brg" not in repr(note)
    wrong = office.desk.correct_name(anna, "=1")
    assert wrong == Refused(problems=(problem("formula_start", "name", character="="),))


def test_where_names_identify_claims_follow_a_corrected_name() -> None:
    office = Office(policy=SHARED).publish()
    anna, bo = _share(office, "Anna"), _share(office, "Bo")
    assert isinstance(anna, Accepted)
    assert isinstance(bo, Accepted)
    assert office.desk.correct_name(bo.signature_id, "ANNA") == Duplicate(of=anna.signature_id)
    assert isinstance(office.desk.correct_name(bo.signature_id, "Cy"), Amended)
    assert _share(office, "Cy") == Duplicate(of=anna.signature_id)
    office.desk.withdraw(anna.signature_id)
    assert _share(office, "Cy") == Duplicate(of=bo.signature_id)
    assert isinstance(_share(office, "Bo"), Accepted)


def test_claims_that_cannot_be_made_again_stay_when_a_name_is_corrected() -> None:
    form = Form(birth_date=Demand.REQUIRED, email=Demand.OPTIONAL)
    identity = Identity(
        any_of=(), all_of=((ClaimKind.NAME, ClaimKind.BIRTH_DATE),), invalidation_frees=False
    )
    policy = evolve(POLICY, form=form, identity=identity, confirmation=Confirmation(by_mail=False))
    office = Office(policy=policy).publish()
    draft = SignatureDraft(name="Anna", birth_date="1990-01-01")
    [anna] = office.desk.intake(office.id, [Submission(draft=draft)])
    assert isinstance(anna, Accepted)
    assert kept(office, anna.signature_id).particulars.birth_date is None
    office.desk.correct_name(anna.signature_id, "Anne")
    assert office.desk.intake(office.id, [Submission(draft=draft)]) == [
        Duplicate(of=anna.signature_id)
    ]
    office.desk.invalidate(anna.signature_id, ground="x")
    assert isinstance(office.desk.reinstate(anna.signature_id), Amended)


def test_whoever_gives_nothing_that_identifies_is_refused_on_the_web() -> None:
    form = Form(email=Demand.OPTIONAL, phone=Demand.OPTIONAL)
    identity = Identity(any_of=(ClaimKind.MAILBOX, ClaimKind.PHONE))
    policy = evolve(POLICY, form=form, identity=identity, confirmation=Confirmation(by_mail=False))
    office = Office(policy=policy).publish()
    unknown = problem("unidentified", "email", choices="email, phone")
    assert office.desk.sign(office.id, SignatureDraft(name="Anna")) == Refused(problems=(unknown,))
    assert office.desk.sign(office.id, _draft()) == Received()


def test_the_organiser_may_hide_and_only_the_signer_may_reveal(office: Office) -> None:
    anna = office.signed("anna@example.org")
    change = office.desk.change_visibility
    assert isinstance(
        change(anna, Visibility.ORGANISER, reader=Reader.ORGANISER, actor="o"), Amended
    )
    assert change(anna, Visibility.ORGANISER, reader=Reader.PUBLIC) == Amended(signature_id=anna)
    refused = Refused(problems=(problem("visibility.not_theirs", "visibility", by="signer"),))
    assert change(anna, Visibility.PUBLIC, reader=Reader.ORGANISER, actor="o") == refused
    assert change(anna, Visibility.PUBLIC, reader=Reader.MODERATOR, actor="m") == refused
    assert isinstance(change(anna, Visibility.PUBLIC, reader=Reader.SIGNER), Amended)
    assert kept(office, anna).particulars.visibility is Visibility.PUBLIC
    assert [note.was for note in office.desk.amendments(anna)] == ["public", "organiser"]


def test_a_policy_says_who_may_hide_and_who_may_reveal() -> None:
    disclosure = Disclosure(narrowed_by=(Reader.SIGNER,), widened_by=())
    office = Office(policy=evolve(POLICY, disclosure=disclosure)).publish()
    anna = office.signed("anna@example.org")
    change = office.desk.change_visibility
    only = Refused(problems=(problem("visibility.not_theirs", "visibility", by="signer"),))
    assert change(anna, Visibility.NOBODY, reader=Reader.MODERATOR) == only
    assert isinstance(change(anna, Visibility.NOBODY, reader=Reader.SIGNER), Amended)
    nobody = Refused(problems=(problem("visibility.not_theirs", "visibility", by="nobody"),))
    assert change(anna, Visibility.PUBLIC, reader=Reader.SIGNER) == nobody


def test_counts_move_with_the_region() -> None:
    quorum = Threshold(key="both", needs=Regions(regions=1, weights=(("n", 5), ("s", 5))))
    office = Office(policy=evolve(POLICY, thresholds=(quorum,))).publish()
    anna = office.signed("anna@example.org")
    for region, counts in (("n", (1, None)), ("s", (0, 1)), ("s", (0, 1)), ("", (0, 0))):
        office.desk.assign_region(anna, region)
        found = office.desk.counts(office.id)
        assert (found.get("supporters.in-n"), found.get("supporters.in-s")) == counts
        assert found["supporters"] == 1
    office.desk.invalidate(anna, ground="x")
    office.desk.assign_region(anna, "n")
    assert office.desk.counts(office.id)["supporters.in-n"] == 0
    office.desk.reinstate(anna)
    assert office.desk.counts(office.id)["supporters.in-n"] == 1


def test_a_lost_threshold_is_watched_anew_when_a_signature_is_invalidated() -> None:
    reply = Threshold(key="reply", level=1, latch=Latch.UNTIL_OFFICIAL_ACT)
    office = Office(policy=evolve(POLICY, thresholds=(reply,))).publish()
    anna = office.signed("anna@example.org")
    office.desk.tick()
    assert office.desk.standing(office.id).thresholds[0].reached_at == T0
    office.clock.go(HOUR)
    office.desk.invalidate(anna, ground="x")
    office.desk.tick()
    assert office.desk.standing(office.id).thresholds[0].reached_at is None


def test_moderators_review_names_and_comments_and_the_latest_verdict_stands(
    office: Office,
) -> None:
    anna = office.signed("anna@example.org")
    assert kept(office, anna).approval("comment") is None
    office.desk.review(anna, "comment", Approval.REFUSED, ground="abuse", actor="mod-1")
    office.desk.review(anna, "comment", Approval.APPROVED, actor="mod-2")
    found = kept(office, anna)
    assert found.approval("comment") is Approval.APPROVED
    assert found.approval("name") is None
    assert [note.was for note in office.desk.amendments(anna)] == ["", "refused"]


VERIFIED = Counter(
    key="verified",
    attested=(AttestationKind.EID, AttestationKind.REGISTER_MATCH),
    levels=("substantial", ""),
)
CONFIRMED = Counter(key="confirmed", attested=(AttestationKind.MAIL_LINK,))
NAMED = evolve(POLICY, counting=Counting(counters=(VERIFIED, CONFIRMED)))


def test_attestations_lead_to_the_counts_that_the_policy_names() -> None:
    office = Office(policy=NAMED).publish()
    anna = office.signed("anna@example.org")
    assert (
        office.desk.sign(office.id, _draft("bo@example.org", "Bo"), attestations=[EID])
        == Received()
    )
    assert (
        office.desk.sign(
            office.id, _draft("cy@example.org", "Cy"), attestations=[evolve(EID, level="low")]
        )
        == Received()
    )
    counts = office.desk.counts(office.id)
    assert (counts["supporters"], counts["confirmed"], counts["verified"]) == (3, 1, 1)
    match = Attestation(kind=AttestationKind.REGISTER_MATCH, at=T0)
    office.desk.attest(anna, match)
    office.desk.attest(anna, evolve(match, at=T0 + HOUR))
    assert office.desk.counts(office.id)["verified"] == 2
    assert len(kept(office, anna).attestations) == 2


def test_a_rule_may_count_what_the_policy_names() -> None:
    threshold = Threshold(key="half", level=1, counter="verified")
    assert evolve(NAMED, thresholds=(threshold,)).threshold("half") == threshold


def test_what_is_held_counts_for_nobody_and_its_signer_sees_nothing(office: Office) -> None:
    for proofs in ((), (EID,)):
        draft = _draft(f"a{len(proofs)}@example.org")
        assert office.desk.sign(office.id, draft, ground="burst", attestations=proofs) == Received()
    confirmed = office.desk.confirm(office.token())
    assert isinstance(confirmed, Confirmed)
    assert office.supporters == 0
    found = kept(office, confirmed.signature_id)
    assert (found.live, found.ground) == (False, "burst")
    assert [note.ground for note in office.desk.amendments(found.id)] == ["burst"]
    assert isinstance(office.desk.reinstate(found.id), Amended)
    assert office.supporters == 1


def test_an_attempt_may_be_held_until_it_is_confirmed(office: Office) -> None:
    office.sign("anna@example.org")
    [notice] = office.desk.notices()
    assert notice.attempt_id
    token = office.token()
    office.desk.hold(notice.attempt_id, ground="list")
    assert isinstance(office.desk.confirm(token), Confirmed)
    assert office.supporters == 0
    office.desk.hold(notice.attempt_id, ground="other")
    attempt = office.store.attempt(notice.attempt_id)
    assert attempt is not None
    assert attempt.held == "list"
    with pytest.raises(NotFoundError):
        office.desk.hold(NOBODY, ground="x")


MAILS = AskedConsent(key="mail", version="1")


def test_whoever_unsubscribes_or_bounces_is_written_to_no_more() -> None:
    office = Office(policy=evolve(POLICY, form=Form(consents=(MAILS,)))).publish()
    signed = []
    for email in ("anna@example.org", "bo@example.org"):
        office.desk.sign(office.id, evolve(_draft(email), consents=("mail",)))
        confirmed = office.desk.confirm(office.token())
        assert isinstance(confirmed, Confirmed)
        signed.append(confirmed.signature_id)
    anna, bo = signed
    assert kept(office, anna).subscribed("mail")
    assert isinstance(office.desk.unsubscribe(anna, "mail"), Amended)
    assert not kept(office, anna).subscribed("mail")
    refused = Refused(problems=(problem("consent.not_given", "consent"),))
    assert office.desk.unsubscribe(anna, "mail") == refused
    attempts = [notice.attempt_id for notice in office.desk.notices() if notice.attempt_id]
    office.desk.note_bounce(attempts[1])
    assert not kept(office, bo).subscribed("mail")
    assert office.supporters == 2


def test_no_mail_is_due_to_an_address_from_which_it_came_back(office: Office) -> None:
    office.sign("anna@example.org")
    [notice] = office.desk.notices()
    assert notice.attempt_id
    office.desk.note_bounce(notice.attempt_id)
    assert office.desk.letter(notice) is None


def test_a_signer_opens_links_of_their_own(office: Office) -> None:
    anna = office.signed("anna@example.org")
    token = office.desk.token_for(anna, Purpose.WITHDRAW)
    found = office.desk.open_link(token, Purpose.WITHDRAW)
    assert found == kept(office, anna)
    void = Refused(problems=(problem("token.invalid", "token"),))
    assert office.desk.open_link(token, Purpose.AMEND) == void
    office.clock.go(timedelta(days=31))
    late = office.desk.open_link(token, Purpose.WITHDRAW)
    assert isinstance(late, Refused)
    assert late.problems[0].code == "token.expired"
    with pytest.raises(NotFoundError):
        office.desk.token_for(NOBODY, Purpose.WITHDRAW)


def test_a_token_of_a_signature_that_is_gone_is_void(office: Office) -> None:
    anna = office.signed("anna@example.org")
    token = office.desk.token_for(anna, Purpose.AMEND)
    bare = Office(policy=POLICY, secrets=KEYS).publish()
    void = Refused(problems=(problem("token.invalid", "token"),))
    assert bare.desk.open_link(token, Purpose.AMEND) == void


def test_what_is_not_there_cannot_be_amended(office: Office) -> None:
    desk = office.desk
    for outcome in (
        desk.invalidate(NOBODY, ground="x"),
        desk.reinstate(NOBODY),
        desk.correct_name(NOBODY, "A"),
        desk.assign_region(NOBODY, "n"),
    ):
        assert outcome == MISSING


def test_looking_at_a_link_changes_nothing_and_tells_what_it_is_about(office: Office) -> None:
    office.sign("anna@example.org")
    token = office.token()
    office.clock.go(HOUR)
    assert office.desk.look_at(token) == Pending(
        petition_id=office.id,
        name="Anna Berg",
        received_at=T0,
        expires_at=T0 + timedelta(days=30),
    )
    assert office.supporters == 0
    assert isinstance(office.desk.confirm(token), Confirmed)
    void = Refused(problems=(problem("token.invalid", "token"),))
    assert office.desk.look_at("x") == void
    assert office.desk.look_at(token, petition_id=NOBODY) == void
    assert office.desk.confirm(token, petition_id=NOBODY) == void
    assert isinstance(office.desk.confirm(token, petition_id=office.id), Confirmed)


def notices(office: Office) -> list[NoticeKind]:
    return [notice.kind for notice in office.desk.notices() if notice.attempt_id]


def test_an_expired_link_asks_for_a_new_one(office: Office) -> None:
    policy = evolve(POLICY, confirmation=evolve(POLICY.confirmation, link_days=1))
    office = Office(policy=policy).publish()
    office.sign("anna@example.org")
    old = office.token()
    office.clock.go(2 * DAY)
    expired = office.desk.confirm(old)
    assert isinstance(expired, Refused)
    assert office.desk.resend(old) == Received()
    assert notices(office) == ["confirm", "confirm"]
    assert isinstance(office.desk.confirm(office.token()), Confirmed)
    assert office.desk.resend(old) == Received()
    assert len(notices(office)) == 2
    void = Refused(problems=(problem("token.invalid", "token"),))
    assert office.desk.resend("x") == void


def test_no_new_link_is_sent_once_nothing_can_be_confirmed(office: Office) -> None:
    office.sign("anna@example.org")
    token = office.token()
    office.clock.now = DEADLINE + 2 * DAY
    late = office.desk.resend(token)
    assert isinstance(late, Refused)
    assert late.problems[0].code == "confirmation.too_late"


REMINDING = evolve(
    POLICY,
    confirmation=Confirmation(link_days=5, reminder_hours=(24, 72), erase_days=2, grace_hours=24),
)


def test_whoever_does_not_confirm_is_reminded_and_then_erased() -> None:
    office = Office(policy=REMINDING).publish()
    office.sign("anna@example.org")
    token = office.token()
    [first] = office.desk.notices()
    told = []
    for _ in range(9):
        office.clock.go(DAY)
        next_at = office.desk.tick().next_at
        told.append((len(notices(office)), next_at))
    assert [count for count, _ in told] == [2, 2, 3, 3, 3, 3, 3, 3, 3]
    assert told[0][1] == T0 + 3 * DAY
    assert first.attempt_id
    erased = office.store.attempt(first.attempt_id)
    assert erased is not None
    assert (erased.particulars, erased.mailbox, erased.due_at) == (None, "", None)
    outcome = office.desk.resend(token)
    assert outcome == Refused(problems=(problem("token.invalid", "token"),))


def test_reminders_that_are_late_are_one_and_bear_the_same_link() -> None:
    office = Office(policy=REMINDING).publish()
    office.sign("anna@example.org")
    first = office.token()
    office.clock.go(4 * DAY)
    office.desk.tick()
    assert notices(office) == ["confirm", "remind"]
    assert office.token() == first


@pytest.mark.parametrize("what", ["confirmed", "known", "bounced", "closed", "expired"])
def test_nobody_is_reminded_in_vain(what: str) -> None:
    office = Office(policy=REMINDING).publish()
    office.sign("anna@example.org")
    [notice] = office.desk.notices()
    assert notice.attempt_id
    match what:
        case "confirmed":
            office.desk.confirm(office.token())
        case "known":
            office.taken("anna@example.org")
        case "bounced":
            office.desk.note_bounce(notice.attempt_id)
        case "closed":
            office.desk.acting(Capacity.OFFICE).withdraw_petition(office.id)
        case _:
            office.clock.go(6 * DAY)
    office.clock.go(DAY)
    office.desk.tick()
    assert NoticeKind.REMIND not in notices(office)


def test_a_mailbox_is_sent_so_many_mails_in_so_many_hours_and_no_more() -> None:
    confirmation = Confirmation(mails=2, mail_hours=24)
    office = Office(policy=evolve(POLICY, confirmation=confirmation)).publish()
    for _ in range(3):
        office.sign("Anna+x@example.org")
    assert notices(office) == ["confirm", "confirm", "nothing"]
    assert [office.desk.letter(notice) is None for notice in office.desk.notices()][-1]
    office.sign("bo@example.org")
    office.clock.go(DAY)
    office.sign("anna@example.org")
    assert notices(office)[-2:] == ["confirm", "confirm"]


def test_series_tell_received_and_confirmed_by_hour_and_by_local_day() -> None:
    window = evolve(POLICY.window, zone="Asia/Kathmandu")
    office = Office(policy=evolve(POLICY, window=window)).publish()
    office.sign("anna@example.org")
    office.sign("bo@example.org")
    token = office.token()
    office.clock.go(timedelta(hours=6, minutes=20))
    office.desk.confirm(token)
    office.taken("cy@example.org", name="Cy")
    hours = office.desk.hourly(office.id)
    assert [(h.at.hour, h.received, h.counted) for h in hours] == [(12, 2, 0), (18, 1, 2)]
    days = office.desk.daily(office.id)
    assert [(str(d.at), d.received, d.counted) for d in days] == [
        ("2026-02-28 18:15:00+00:00", 2, 0),
        ("2026-03-01 18:15:00+00:00", 1, 2),
    ]


def test_a_draft_petition_has_an_empty_series() -> None:
    office = Office()
    assert office.desk.daily(office.id) == ()


class _ReadingLate(MemoryStore):
    """A store whose first reading of a signature is overtaken by another change."""

    late: Signature | None = None

    def signature(self, signature_id: UUID) -> Signature | None:
        late, self.late = self.late, None
        return late or super().signature(signature_id)


def test_a_change_decided_on_an_older_reading_is_decided_again() -> None:
    store = _ReadingLate()
    office = Office(store=store).publish()
    anna = office.signed("anna@example.org")
    store.late = kept(office, anna)
    store.late = evolve(store.late, ground="stale")
    assert isinstance(office.desk.assign_region(anna, "n"), Amended)
    assert kept(office, anna).particulars.region == "n"
    assert kept(office, anna).ground == ""


def test_an_attempt_that_is_not_due_is_left_alone(office: Office) -> None:
    office.sign("anna@example.org")
    [due] = office.store.due_attempts()
    attempt = office.store.attempt(due.attempt_id)
    seen = Situation(petition=office.desk.petition(office.id), counts={}, attempt=attempt)
    for situation in (seen, evolve(seen, attempt=None)):
        entry = attempts.follow_up(situation, policy=POLICY, claims=(), notice_id=NOBODY, now=T0)
        assert entry == Entry(answer=None)
