"""A signer's own rights: found across an office, and given, corrected, erased on proof alone."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import pytest
from attrs import define, evolve, field

from petitionkit.claims import ClaimKind, Identity, Sharing
from petitionkit.codec import from_json, to_json
from petitionkit.desk import Desk
from petitionkit.errors import InvalidValueError
from petitionkit.form import Demand, Form, Keeping, Kept
from petitionkit.ledger import Situation
from petitionkit.outcomes import Accepted, Amended, Erased, EraseOutcome, Refused, Withdrawn
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.retention import ErasureRecord, Retention
from petitionkit.rights import KnownBy, SignerExport, SignerFile
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.store import NumberedAttempt
from petitionkit.stores.memory import MemoryStore
from petitionkit.tokens import Purpose
from petitionkit.verbs import attempts
from samples import BOTH_KEYS, DAY, ENGLISH, GERMAN, KEYS, OTHER_KEYS, POLICY, T0, Clock, Office

ANNA = KnownBy(email="anna@example.org")
VOID = Refused(problems=(problem("token.invalid", "token"),))
PHONE, NUMBER = "+442079460000", "AB123456C"
DROPPED = evolve(
    POLICY,
    form=Form(
        email=Demand.REQUIRED,
        phone=Demand.OPTIONAL,
        national_number=Demand.OPTIONAL,
        kept=Kept(phone=Keeping.DROP, national_number=Keeping.DROP),
    ),
    identity=Identity(
        any_of=(ClaimKind.PHONE, ClaimKind.NATIONAL_NUMBER), invalidation_frees=False
    ),
)
SHARED = evolve(POLICY, identity=Identity(sharing=Sharing()))


@define
class Offices:
    """One store with petitions of several offices, all published."""

    policy: Policy = POLICY
    clock: Clock = field(factory=Clock)
    store: MemoryStore = field(factory=MemoryStore)
    desk: Desk = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.desk = Desk(self.store, secrets=KEYS, clock=self.clock)

    def petition(self, office: str = "", realm: str = "") -> UUID:
        made = self.desk.start(texts=[ENGLISH, GERMAN], office=office, realm=realm)
        self.desk.publish(made.id, self.policy)
        return made.id

    def signed(self, petition_id: UUID, email: str = "anna@example.org", **given: str) -> UUID:
        draft = SignatureDraft(**{"name": "Anna Berg", "email": email, **given})  # type: ignore[arg-type]
        [outcome] = self.desk.intake(petition_id, [Submission(draft=draft)])
        assert isinstance(outcome, Accepted)
        return outcome.signature_id

    def proof(self, purpose: Purpose, known_by: KnownBy = ANNA) -> str:
        return self.desk.signer_token(known_by, purpose)


def ids(found: SignerFile) -> set[UUID]:
    return {one.id for one in found.signatures} | {one.id for one in found.attempts}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "required"),
        ({"name": "Anna"}, "required"),
        ({"email": "anna@example.org", "phone": PHONE}, "misplaced"),
        ({"email": "anna"}, "email.no_at"),
        ({"phone": "020 7946 0000"}, "phone.region_needed"),
        ({"national_number": "--"}, "number.invalid"),
    ],
)
def test_one_address_or_number_is_what_a_signer_is_known_by(
    given: Mapping[str, str], code: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        KnownBy(**given)
    assert [one.code for one in refused.value.problems] == [code]


def test_nothing_that_somebody_is_known_by_is_shown() -> None:
    shown = repr([KnownBy(email="canary@example.org", name="canary"), KnownBy(phone=PHONE)])
    assert "canary" not in shown
    assert PHONE not in shown


def test_a_signer_is_found_on_all_petitions_of_an_office_and_on_no_others() -> None:
    there = Offices()
    first, second, elsewhere = there.petition(), there.petition(), there.petition("other")
    mine = {there.signed(first), there.signed(second, "Anna+park@example.org")}
    there.signed(elsewhere)
    there.signed(first, "bo@example.org")
    there.desk.start(texts=[ENGLISH])  # a draft has no policy yet
    assert ids(there.desk.find_signer(ANNA)) == mine
    assert len(ids(there.desk.find_signer(evolve(ANNA, office="other")))) == 1
    assert there.desk.find_signer(KnownBy(email="cem@example.org")) == SignerFile()


def test_petitions_that_share_their_claims_are_each_looked_through() -> None:
    there = Offices()
    first, _ = there.petition(realm="parks"), there.petition(realm="parks")
    other = there.petition("other", realm="parks")
    mine = {there.signed(first)}
    there.signed(other, "bo@example.org")
    assert ids(there.desk.find_signer(ANNA)) == mine
    assert ids(there.desk.find_signer(KnownBy(email="bo@example.org"))) == set()


@pytest.mark.parametrize(
    ("known_by", "given"),
    [
        (KnownBy(phone=PHONE), {"phone": PHONE}),
        (KnownBy(national_number="ab 12-34-56 c"), {"national_number": NUMBER}),
    ],
)
def test_claims_find_whose_number_was_not_kept(known_by: KnownBy, given: Mapping[str, str]) -> None:
    there = Offices(policy=DROPPED)
    park = there.petition()
    mine = there.signed(park, "", **given)
    kept = there.store.signature(mine)
    assert kept is not None
    assert (kept.particulars.phone, kept.particulars.national_number) == ("", "")
    assert ids(there.desk.find_signer(known_by)) == {mine}
    assert ids(there.desk.find_signer(evolve(known_by, name="ANNA BERG"))) == {mine}
    assert ids(there.desk.find_signer(evolve(known_by, name="Bo Berg"))) == set()


def test_numbers_that_are_kept_are_found_though_nobody_is_identified_by_them() -> None:
    kept = Kept(national_number=Keeping.KEEP)
    form = Form(phone=Demand.OPTIONAL, national_number=Demand.OPTIONAL, kept=kept)
    there = Offices(policy=evolve(POLICY, form=form))
    mine = there.signed(there.petition(), phone=PHONE, national_number=NUMBER)
    there.signed(there.petition(), "bo@example.org")
    assert ids(there.desk.find_signer(KnownBy(phone=PHONE))) == {mine}
    assert ids(there.desk.find_signer(KnownBy(national_number=NUMBER))) == {mine}


def test_what_counts_no_longer_and_what_was_never_proved_is_found_too() -> None:
    office = Office().publish()
    withdrawn = office.signed("anna@example.org")
    office.desk.withdraw(withdrawn)
    invalid = office.signed("anna@example.org")
    office.desk.invalidate(invalid, ground="fake")
    office.sign("anna@example.org")
    office.sign("bo@example.org")
    found = office.desk.find_signer(ANNA)
    assert {one.id for one in found.signatures} == {withdrawn, invalid}
    assert [one.particulars and one.particulars.email for one in found.attempts] == [
        "anna@example.org"
    ]


def test_who_shares_a_mailbox_is_told_apart_by_name() -> None:
    there = Offices(policy=SHARED)
    park = there.petition()
    anna, bo = there.signed(park), there.signed(park, name="Bo Berg")
    assert ids(there.desk.find_signer(ANNA)) == {anna, bo}
    assert ids(there.desk.find_signer(evolve(ANNA, name="bo  berg"))) == {bo}


Act = Callable[[Desk, str, str], object]
ACTS: Mapping[Purpose, Act] = {
    Purpose.EXPORT: lambda desk, token, actor: desk.export_signer(ANNA, token=token, actor=actor),
    Purpose.AMEND: lambda desk, token, actor: desk.correct_signer(
        ANNA, "Anna Bergen", token=token, actor=actor
    ),
    Purpose.WITHDRAW: lambda desk, token, actor: desk.withdraw_signer(
        ANNA, token=token, actor=actor
    ),
    Purpose.ERASE: lambda desk, token, actor: desk.erase_signer(ANNA, token=token, actor=actor),
}


@pytest.mark.parametrize("purpose", ACTS)
def test_only_a_token_of_that_purpose_for_that_address_and_office_proves_who_asks(
    purpose: Purpose,
) -> None:
    there = Offices()
    mine = there.signed(there.petition())
    act, before = ACTS[purpose], there.store.signature(mine)
    others = [
        *(there.proof(other) for other in Purpose if other is not purpose),
        there.proof(purpose, KnownBy(email="Anna@example.org")),
        there.proof(purpose, KnownBy(email="bo@example.org")),
        there.proof(purpose, evolve(ANNA, office="other")),
        there.desk.token_for(mine, purpose),
        "",
    ]
    for token in others:
        assert act(there.desk, token, "") == VOID
    assert act(there.desk, others[0], "clerk-7") == VOID  # one that is given must hold
    good = there.proof(purpose)
    there.clock.go(7 * DAY)
    expired = act(there.desk, good, "")
    assert isinstance(expired, Refused)
    assert expired.problems[0].code == "token.expired"
    assert there.store.signature(mine) == before
    assert not isinstance(act(there.desk, there.proof(purpose), ""), Refused)
    assert not isinstance(act(there.desk, "", "clerk-7"), Refused)


def test_a_proof_outlives_a_rotation_of_keys_and_not_its_key() -> None:
    there = Offices()
    token = there.proof(Purpose.EXPORT)
    for keys, holds in ((BOTH_KEYS, True), (OTHER_KEYS, False)):
        desk = Desk(there.store, secrets=keys, clock=there.clock)
        assert isinstance(desk.export_signer(ANNA, token=token), SignerExport) == holds


def test_a_name_narrows_and_needs_no_proof_of_its_own() -> None:
    there = Offices(policy=SHARED)
    park = there.petition()
    there.signed(park)
    bo = there.signed(park, name="Bo Berg")
    token = there.proof(Purpose.EXPORT)
    given = there.desk.export_signer(evolve(ANNA, name="Bo Berg"), token=token)
    assert isinstance(given, SignerExport)
    assert [one.signature.id for one in given.signatures] == [bo]


def test_an_export_holds_all_that_a_signer_gave_and_nothing_of_what_is_thought_of_them() -> None:
    office = Office().publish()
    mine = office.signed("anna@example.org", "Ana Berg")
    office.desk.correct_name(mine, "Anna Berg", actor="clerk-7")
    office.desk.invalidate(mine, ground="suspect-ground", actor="clerk-8")
    office.sign("anna@example.org", "Anna B")
    attempt = office.desk.find_signer(ANNA).attempts[0]
    office.desk.hold(attempt.id, ground="held-ground", actor="clerk-9")
    given = office.desk.export_signer(ANNA, actor="clerk-7")
    assert isinstance(given, SignerExport)
    [signed], [sent] = given.signatures, given.attempts
    assert (given.at, given.office) == (office.clock.now, "")
    assert (signed.title, signed.earlier_names) == (ENGLISH.title, ("Ana Berg",))
    assert (signed.signature.name, signed.signature.email) == ("Anna Berg", "anna@example.org")
    assert (sent.id, sent.petition_id, sent.title) == (attempt.id, office.id, ENGLISH.title)
    assert sent.particulars == attempt.particulars
    assert (sent.received_at, sent.expires_at) == (attempt.received_at, attempt.expires_at)
    text = to_json(given)
    assert from_json(SignerExport, text) == given
    assert not [w for w in ("suspect-ground", "held-ground", "clerk", "reinstated") if w in text]
    assert "Berg" not in repr(given)


def test_correcting_reaches_every_petition_and_leaves_the_erased_alone() -> None:
    there = Offices()
    first, second, third = (there.petition() for _ in range(3))
    mine = [there.signed(first), there.signed(second)]
    there.desk.invalidate(mine[1], ground="x")
    erased = there.signed(third)
    there.desk.erase(erased)
    answers = there.desk.correct_signer(ANNA, "Anna Bergen", actor="clerk-7")
    assert answers == {one: Amended(signature_id=one) for one in mine}
    kept = [there.store.signature(one) for one in (*mine, erased)]
    assert [k and k.particulars.name for k in kept] == ["Anna Bergen", "Anna Bergen", ""]
    assert [one.actor for one in there.desk.amendments(mine[0])] == ["clerk-7"]


def test_what_is_kept_as_spent_is_found_and_is_nobody() -> None:
    there = Offices(policy=evolve(POLICY, retention=Retention(spent_claims="law.12")))
    mine = there.signed(there.petition())
    there.desk.erase(mine)
    assert ids(there.desk.find_signer(ANNA)) == {mine}
    assert ids(there.desk.find_signer(evolve(ANNA, name="Anna Berg"))) == set()
    assert there.desk.correct_signer(ANNA, "Bo Berg", actor="clerk-7") == {}


def test_withdrawing_takes_back_what_is_open_and_tells_what_is_final() -> None:
    there = Offices()
    over = there.signed(there.petition())
    there.clock.go(40 * DAY)
    mine = there.signed(there.petition())
    answers = there.desk.withdraw_signer(ANNA, token=there.proof(Purpose.WITHDRAW))
    assert isinstance(answers, Mapping)
    assert answers[mine] == Withdrawn(signature_id=mine)
    assert isinstance(answers[over], Refused)


def erased(answers: Mapping[UUID, EraseOutcome] | Refused) -> dict[UUID, ErasureRecord]:
    assert isinstance(answers, Mapping)
    found = {one: outcome.record for one, outcome in answers.items() if isinstance(outcome, Erased)}
    assert len(found) == len(answers)
    return found


def test_erasing_reaches_every_petition_and_what_was_never_proved() -> None:
    office = Office().publish()
    mine = office.signed("anna@example.org")
    office.desk.withdraw(mine)
    office.sign("anna@example.org")
    link = office.token()
    token = office.desk.signer_token(ANNA, Purpose.ERASE)
    attempt = office.desk.find_signer(ANNA).attempts[0]
    records = erased(office.desk.erase_signer(ANNA, token=token))
    assert set(records) == {mine, attempt.id}
    sent = records[attempt.id]
    assert (sent.attempt_id, sent.signature_id, sent.signatures) == (attempt.id, None, 0)
    assert office.desk.find_signer(ANNA) == SignerFile()
    assert office.desk.erase_signer(ANNA, token=token) == {}
    assert isinstance(office.desk.confirm(link), Refused)
    assert office.supporters == 0


def test_an_attempt_is_erased_again_after_a_backup_was_restored() -> None:
    office = Office().publish()
    office.sign("anna@example.org")
    attempt = office.desk.find_signer(ANNA).attempts[0]
    record = ErasureRecord(at=T0, petition_id=office.id, attempt_id=attempt.id, signatures=0)
    unknown = evolve(record, attempt_id=UUID(int=9))
    lines = [to_json(one) for one in (record, unknown)]
    assert office.desk.replay_erasures(from_json(ErasureRecord, line) for line in lines) == 0
    kept = office.store.attempt(attempt.id)
    assert kept is not None
    assert (kept.particulars, kept.mailbox, kept.due_at) == (None, "", None)


class Hasty(MemoryStore):
    """Whoever is pending confirms as soon as they were read."""

    on_read: Callable[[], object] = staticmethod(lambda: None)

    def pending(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedAttempt]:
        page = super().pending(petition_id, after=after, limit=limit)
        self.on_read()
        return page


def test_what_is_confirmed_while_it_is_erased_is_erased_as_a_signature() -> None:
    store = Hasty()
    office = Office(store=store).publish()
    office.sign("anna@example.org")
    link = office.token()
    store.on_read = lambda: office.desk.confirm(link)
    records = erased(office.desk.erase_signer(ANNA, actor="clerk-7"))
    [signed] = office.store.signatures(office.id)
    assert set(records) == {signed.signature.id}
    assert signed.signature.erased


def test_erasing_an_attempt_that_is_not_there_is_refused() -> None:
    office = Office().publish()
    seen = Situation(petition=office.desk.petition(office.id), counts={})
    entry = attempts.erase(seen, now=T0)
    gone = problem("signature.not_found", "attempt")
    assert (entry.answer, entry.attempt) == (Refused(problems=(gone,)), None)
