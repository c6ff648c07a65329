from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from attrs import evolve

from bad_input import BAD_ADDRESSES, BAD_NAMES, GOOD_ADDRESSES
from petitionkit.desk import Desk
from petitionkit.eligibility import Eligibility
from petitionkit.errors import (
    AlreadyExistsError,
    IllegalStepError,
    InvalidValueError,
    NotFoundError,
)
from petitionkit.facts import Event, State
from petitionkit.form import Confirmation, Counting
from petitionkit.ledger import Notice, NoticeKind
from petitionkit.moderation import Capacity
from petitionkit.outcomes import (
    Accepted,
    AlreadySigned,
    Confirmed,
    Duplicate,
    Received,
    Refused,
    Ticked,
    Withdrawn,
)
from petitionkit.parties import Addressee, Answer, Author, Delivery, PartyKind
from petitionkit.petition import (
    CountEffect,
    DeclaredCount,
    Edit,
    Identifier,
    Relation,
    RelationKind,
)
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.signature import (
    Attestation,
    AttestationKind,
    Channel,
    Particulars,
    Provenance,
    Role,
    SignatureDraft,
    Submission,
)
from petitionkit.stores.memory import MemoryStore
from samples import (
    BOTH_KEYS,
    DAY,
    DEADLINE,
    ENGLISH,
    GERMAN,
    HOUR,
    KEYS,
    NO_MAIL,
    OTHER_KEYS,
    POLICY,
    STARTER,
    T0,
    TICK,
    Office,
    opened,
    petition,
)

GOOD = SignatureDraft(name="Anna Berg", email="anna@example.org")
NOBODY = UUID(int=404)


@pytest.fixture
def office() -> Office:
    return Office().publish()


def refused(code: str, field: str, **params: str | int) -> Refused:
    return Refused(problems=(problem(code, field, **params),))


CLOSED = problem("petition.closed", "petition", closed_at="2026-04-01T00:00:00Z", rule="window")


def test_a_petition_is_started_with_all_its_parts() -> None:
    desk = Desk(MemoryStore(), secrets=KEYS, clock=lambda: T0)
    made = desk.start(
        starter=STARTER,
        texts=[ENGLISH, GERMAN],
        addressees=[Addressee(key="council", name="City Council")],
        authors=[Author(name="Ada")],
        identifiers=[Identifier(system="uk", value="1")],
        slugs=["park", "old-park"],
        related=[Relation(kind=RelationKind.FOLLOWS, petition_id=NOBODY)],
        office="Claremont",
        realm="parks",
        actor="clerk-7",
    )
    assert desk.petition(made.id) == made
    assert (made.office, made.realm, made.starter) == ("Claremont", "parks", STARTER)
    assert made.texts == (ENGLISH, GERMAN)
    assert made.facts[0].actor == "clerk-7"
    assert desk.find("Claremont", "slug", "old-park") == made
    assert desk.find("Claremont", "uk", "1") == made
    assert desk.find("Elsewhere", "uk", "1") is None


def test_an_unstated_clock_and_id_come_from_the_machine() -> None:
    before = datetime.now(UTC)
    made = Desk(MemoryStore(), secrets=KEYS).start(starter=STARTER, texts=[ENGLISH])
    assert before <= made.facts[0].at <= datetime.now(UTC)
    assert made.id.version == 7


def test_a_desk_names_its_store_and_no_secret() -> None:
    assert repr(Desk(MemoryStore(), secrets=KEYS)) == "<Desk over <MemoryStore of 0 petitions>>"


def test_a_desk_over_another_store_is_the_same_desk_elsewhere() -> None:
    class Counting(MemoryStore):
        reads = 0

        def policy(self, digest: str) -> str:
            self.reads += 1
            return super().policy(digest)

    first, second = Counting(), Counting()
    desk = Desk(first, secrets=KEYS, clock=lambda: T0)
    there = desk.over(second)
    petitions = [one.start(texts=[ENGLISH]) for one in (desk, there)]
    for one, made in zip((desk, there), petitions, strict=True):
        one.publish(made.id, POLICY)
        assert one.standing(made.id).at == T0
        assert one.sign(made.id, SignatureDraft(name="Ana", email="a@example.org")) == (Received())
    assert (len(first.petitions()), len(second.petitions())) == (1, 1)
    assert (first.reads, second.reads) == (1, 0)  # what one has read is known to both


def test_a_clock_without_zone_is_refused() -> None:
    desk = Desk(MemoryStore(), secrets=KEYS, clock=lambda: datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(InvalidValueError):
        desk.start(starter=STARTER, texts=[ENGLISH])


def test_a_slug_is_given_once_in_an_office(office: Office) -> None:
    with pytest.raises(AlreadyExistsError):
        office.desk.start(starter=STARTER, texts=[ENGLISH], slugs=["park"])


def test_a_petition_that_is_not_there_is_not_found(office: Office) -> None:
    with pytest.raises(NotFoundError):
        office.desk.petition(NOBODY)
    with pytest.raises(NotFoundError):
        office.desk.sign(NOBODY, GOOD)
    with pytest.raises(NotFoundError):
        office.desk.acting(Capacity.OFFICE).close(NOBODY)


def test_the_pinned_policy_comes_back_from_the_store(office: Office) -> None:
    fresh = Desk(office.store, secrets=KEYS, clock=office.clock)
    assert fresh.policy(office.id) == POLICY
    assert Office().desk.policy(Office().id) is None


def test_a_petition_that_lived_elsewhere_is_taken_over() -> None:
    desk = Desk(MemoryStore(), secrets=KEYS, clock=lambda: T0 + DAY)
    kept = desk.take_over(petition(opened()), POLICY)
    assert desk.petition(kept.id) == kept
    assert desk.policy(kept.id) == POLICY
    assert desk.standing(kept.id).status.state is State.OPEN


def test_a_draft_takes_no_signature() -> None:
    office = Office()
    not_open = refused("petition.not_open", "petition")
    assert office.desk.sign(office.id, GOOD) == not_open
    assert office.desk.intake(office.id, [Submission(draft=GOOD)] * 2) == [not_open, not_open]


def test_a_petition_lives_from_draft_to_closed() -> None:
    office = Office()
    assert office.desk.standing(office.id).status.state is State.DRAFT
    office.publish()
    office.taken("park@example.org", name="Friends", role=Role.STARTER, kind=PartyKind.ORGANISATION)
    office.clock.go(HOUR)
    office.signed("anna@example.org")
    found = office.desk.standing(office.id)
    assert (found.supporters, found.persons, found.organisations) == (2, 1, 1)
    assert found.starter_included
    assert [t.reached_at for t in found.thresholds] == [T0 + HOUR, None]
    assert found.thresholds[1].missing == 2
    office.clock.now = DEADLINE
    assert office.desk.standing(office.id).status.reason == "window"
    assert office.desk.sign(office.id, evolve(GOOD, email="b@example.org")) == Refused(
        problems=(CLOSED,)
    )


@pytest.mark.parametrize(("name", "expected"), BAD_NAMES)
def test_a_bad_name_is_refused_with_all_its_problems_and_nothing_is_written(
    office: Office, name: str, expected: list[Problem]
) -> None:
    outcome = office.desk.sign(office.id, evolve(GOOD, name=name))
    assert outcome == Refused(problems=tuple(expected))
    assert office.desk.notices() == []


@pytest.mark.parametrize(("email", "expected"), BAD_ADDRESSES)
def test_a_bad_address_is_refused_and_nothing_is_written(
    office: Office, email: str, expected: Problem
) -> None:
    assert office.desk.sign(office.id, evolve(GOOD, email=email)) == Refused(problems=(expected,))
    assert office.desk.notices() == []


@pytest.mark.parametrize(("email", "kept"), GOOD_ADDRESSES)
def test_a_mail_goes_to_the_address_as_it_was_given(office: Office, email: str, kept: str) -> None:
    office.sign(email)
    letter = office.desk.letter(office.desk.notices()[0])
    assert letter is not None
    assert letter.to == kept


def test_what_is_wrong_with_petition_and_draft_is_said_at_once(office: Office) -> None:
    office.clock.now = DEADLINE
    outcome = office.desk.sign(office.id, SignatureDraft(name="=1", email="x"))
    assert outcome == Refused(
        problems=(
            CLOSED,
            problem("formula_start", "name", character="="),
            problem("email.no_at", "email"),
        )
    )
    late = Submission(draft=SignatureDraft(name=""), signed_at=DEADLINE)
    assert office.desk.intake(office.id, [late]) == [
        Refused(problems=(CLOSED, problem("required", "name")))
    ]
    office.clock.now = T0
    in_time = Submission(draft=SignatureDraft(name=""))
    assert office.desk.intake(office.id, [in_time]) == [refused("required", "name")]


def test_a_signature_counts_once_its_link_is_opened(office: Office) -> None:
    office.sign("Anna@Example.org")
    assert office.supporters == 0
    [notice] = office.desk.notices()
    letter = office.desk.letter(notice)
    assert letter is not None
    assert (letter.to, letter.name, letter.language) == ("Anna@example.org", "Anna Berg", "en")
    office.clock.go(HOUR)
    outcome = office.desk.confirm(letter.token)
    assert isinstance(outcome, Confirmed)
    assert office.supporters == 1
    kept = office.store.signature(outcome.signature_id)
    assert kept is not None
    assert kept.particulars == Particulars(name="Anna Berg", email="Anna@example.org")
    assert (kept.signed_at, kept.counted_at) == (T0, T0 + HOUR)
    assert kept.text_digest == ENGLISH.digest
    assert office.desk.confirm(letter.token) == outcome
    assert office.supporters == 1


def test_a_signer_signs_the_text_in_the_language_they_read(office: Office) -> None:
    for email, language in (("a@example.org", "de"), ("b@example.org", "fr")):
        office.desk.sign(office.id, evolve(GOOD, email=email, language=language))
    letters = [office.desk.letter(notice) for notice in office.desk.notices()]
    assert [letter.language for letter in letters if letter] == ["de", "en"]
    outcome = office.desk.confirm(letters[0].token if letters[0] else "")
    assert isinstance(outcome, Confirmed)
    kept = office.store.signature(outcome.signature_id)
    assert kept is not None
    assert kept.text_digest == GERMAN.digest


def test_the_same_notice_gives_the_same_letter_until_it_is_acknowledged(office: Office) -> None:
    office.sign("anna@example.org")
    [notice] = office.desk.notices()
    assert office.desk.letter(notice) == office.desk.letter(notice)
    office.desk.acknowledge(notice)
    office.desk.acknowledge(notice)
    assert office.desk.notices() == []


def test_a_known_signer_is_told_by_mail_alone(office: Office) -> None:
    office.signed("anna@example.org")
    office.sign("ANNA+again@example.org", "Anna B.")
    *_, notice = office.desk.notices()
    letter = office.desk.letter(notice)
    assert notice.kind is NoticeKind.ALREADY_SIGNED
    assert letter is not None
    assert (letter.to, letter.name, letter.token) == ("ANNA+again@example.org", "Anna B.", "")
    assert office.supporters == 1


def test_two_links_of_one_mailbox_make_one_signature(office: Office) -> None:
    office.sign("anna@example.org")
    first = office.token()
    office.sign("anna@example.org")
    second = office.token()
    assert isinstance(office.desk.confirm(second), Confirmed)
    assert office.desk.confirm(first) == AlreadySigned()
    assert office.supporters == 1


def test_a_used_link_leaves_no_letter(office: Office) -> None:
    office.signed("anna@example.org")
    [notice] = office.desk.notices()
    assert office.desk.letter(notice) is None
    stray = Notice(
        id=NOBODY,
        kind=NoticeKind.CONFIRM,
        petition_id=office.id,
        attempt_id=UUID(int=405),
        at=T0,
    )
    assert office.desk.letter(stray) is None
    assert office.desk.letter(evolve(stray, attempt_id=None, kind=NoticeKind.CLOSED)) is None


def test_a_link_that_is_not_ours_or_old_is_void(office: Office) -> None:
    office.sign("anna@example.org")
    token = office.token()
    elsewhere = Office(secrets=OTHER_KEYS).publish()
    void = refused("token.invalid", "token")
    assert elsewhere.desk.confirm(token) == void
    assert office.desk.confirm(token[:-1]) == void
    assert Desk(MemoryStore(), secrets=KEYS, clock=lambda: T0).confirm(token) == void
    office.clock.go(timedelta(days=30))
    assert office.desk.confirm(token) == refused(
        "token.expired", "token", expired_at="2026-03-31T12:00:00Z"
    )
    office.clock.go(-TICK)
    assert isinstance(office.desk.confirm(token), Confirmed)


def test_a_link_counts_in_the_grace_after_the_deadline(office: Office) -> None:
    office.clock.now = DEADLINE - TICK
    office.sign("anna@example.org")
    office.sign("bert@example.org")
    tokens = [letter.token for n in office.desk.notices() if (letter := office.desk.letter(n))]
    office.clock.now = DEADLINE + DAY
    assert isinstance(office.desk.confirm(tokens[0]), Confirmed)
    office.clock.go(TICK)
    assert office.desk.confirm(tokens[1]) == refused(
        "confirmation.too_late",
        "token",
        closed_at="2026-04-01T00:00:00Z",
        until="2026-04-02T00:00:00Z",
    )
    assert office.supporters == 1


def test_a_link_to_a_petition_without_policy_is_refused(office: Office) -> None:
    office.sign("anna@example.org")
    token = office.token()
    [notice] = office.desk.notices()
    assert notice.attempt_id is not None
    attempt = office.store.attempt(notice.attempt_id)
    draft = office.desk.start(starter=STARTER, texts=[ENGLISH])

    class Confused(MemoryStore):
        def attempt(self, attempt_id: UUID) -> object:  # type: ignore[override]
            assert attempt is not None
            assert attempt_id == attempt.id
            return evolve(attempt, petition_id=draft.id)

        def petition(self, petition_id: UUID) -> object:  # type: ignore[override]
            assert petition_id == draft.id
            return draft

    desk = Desk(Confused(), secrets=KEYS, clock=office.clock)
    assert desk.confirm(token) == refused("petition.not_open", "petition")


def test_where_no_mail_is_needed_a_signature_counts_at_once_and_answers_never_differ() -> None:
    office = Office(policy=NO_MAIL).publish()
    office.sign("anna@example.org")
    office.sign("anna+x@example.org")
    assert office.supporters == 1
    assert office.desk.notices() == []
    [numbered] = office.store.signatures(office.id)
    assert numbered.signature.attestations == ()
    assert numbered.signature.text_digest == ENGLISH.digest


def test_a_clerk_is_told_the_truth(office: Office) -> None:
    first = office.taken("anna@example.org")
    [again] = office.desk.intake(office.id, [Submission(draft=GOOD)])
    assert again == Duplicate(of=first)
    kept = office.store.signature(first)
    assert kept is not None
    assert kept.attestations == (Attestation(kind=AttestationKind.CLERK, at=T0, by="clerk-7"),)


def line(number: int, name: str = "Anna", email: str = "", *, roll: str = "roll") -> Submission:
    return Submission(
        draft=SignatureDraft(name=name, email=email),
        signed_at=T0,
        provenance=Provenance(channel=Channel.IMPORT, source=roll, line=number),
        row=(f"{name},{email}", "1"),
    )


def test_lines_of_a_roll_are_answered_in_order_each_on_its_own(office: Office) -> None:
    roll = [
        line(2, "Anna", "anna@example.org"),
        line(3, ""),
        line(4, "ANNA", "Anna@Example.ORG"),
        line(5, "Bert"),
    ]
    outcomes = office.desk.intake(office.id, roll)
    first, second, third, fourth = outcomes
    assert isinstance(first, Accepted)
    assert second == refused("required", "name")
    assert third == Duplicate(of=first.signature_id, source="roll", line=2)
    assert isinstance(fourth, Accepted)
    assert office.supporters == 2
    kept = office.store.signature(fourth.signature_id)
    assert kept is not None
    assert kept.attestations == ()


def test_the_same_roll_twice_adds_nothing(office: Office) -> None:
    roll = [line(2, "Anna", "anna@example.org"), line(3, "Bert")]
    before = office.desk.intake(office.id, roll)
    office.clock.go(DAY)
    after = office.desk.intake(office.id, roll)
    assert after == [
        Accepted(signature_id=one.signature_id, again=True)
        for one in before
        if isinstance(one, Accepted)
    ]
    assert len(after) == office.supporters == 2


def test_a_line_that_nothing_identifies_is_still_taken_once(office: Office) -> None:
    bare = evolve(line(2), row=None)
    [first] = office.desk.intake(office.id, [bare])
    [again] = office.desk.intake(office.id, [bare])
    assert isinstance(first, Accepted)
    assert again == Accepted(signature_id=first.signature_id, again=True)
    assert office.supporters == len(office.store.signatures(office.id)) == 1


def test_who_withdrew_does_not_come_back_with_the_roll(office: Office) -> None:
    roll = [line(2, "Anna", "anna@example.org")]
    [taken] = office.desk.intake(office.id, roll)
    assert isinstance(taken, Accepted)
    office.clock.go(HOUR)
    office.desk.withdraw(taken.signature_id)
    assert office.desk.intake(office.id, roll) == [
        refused("signature.withdrawn", "signature", withdrawn_at="2026-03-01T13:00:00Z")
    ]
    assert office.supporters == 0
    office.signed("anna@example.org")
    assert office.supporters == 1


def test_no_line_costs_no_transaction(office: Office) -> None:
    assert office.desk.intake(office.id, []) == []


def test_age_is_that_of_the_day_of_signing_in_the_zone_of_the_policy() -> None:
    policy = evolve(POLICY, eligibility=Eligibility(minimum_age=18))
    office = Office(policy=policy).publish()
    born = SignatureDraft(name="Anna", email="a@example.org", birth_date="2008-03-01")
    [outcome] = office.desk.intake(office.id, [Submission(draft=born, signed_at=T0)])
    assert isinstance(outcome, Accepted)
    young = evolve(born, email="b@example.org", birth_date="2008-03-02")
    early = Submission(draft=young, signed_at=T0)
    office.clock.go(DAY)
    assert office.desk.intake(office.id, [early]) == [
        refused("too_young", "birth_date", age=17, minimum=18)
    ]
    assert office.desk.sign(office.id, young) == Received()


def test_a_withdrawn_signature_frees_its_signer(office: Office) -> None:
    first = office.signed("anna@example.org")
    assert office.desk.withdraw(first) == Withdrawn(signature_id=first)
    assert office.desk.withdraw(first) == Withdrawn(signature_id=first)
    assert office.supporters == 0
    second = office.signed("anna@example.org")
    assert second != first
    assert office.supporters == 1
    assert office.desk.withdraw(NOBODY) == refused("signature.not_found", "signature")


def test_a_rotation_of_keys_forgets_nobody(office: Office) -> None:
    office.signed("anna@example.org")
    rotated = Desk(office.store, secrets=BOTH_KEYS, clock=office.clock)
    [outcome] = rotated.intake(office.id, [Submission(draft=GOOD)])
    assert isinstance(outcome, Duplicate)


def test_one_realm_counts_one_person_once(office: Office) -> None:
    other = office.desk.start(starter=STARTER, texts=[ENGLISH], realm=str(office.id)).id
    office.desk.publish(other, POLICY)
    office.taken("anna@example.org")
    [outcome] = office.desk.intake(other, [Submission(draft=GOOD)])
    assert isinstance(outcome, Duplicate)
    assert office.desk.standing(other).supporters == 0


def test_texts_deliveries_and_answers_are_kept() -> None:
    desk = Desk(MemoryStore(), secrets=KEYS, clock=lambda: T0)
    council = Addressee(key="council", name="City Council")
    made = desk.start(starter=STARTER, texts=[ENGLISH], addressees=[council]).id
    second = evolve(ENGLISH, version=2, edit=Edit.EDITORIAL, title="Keep our park")
    assert (
        desk.acting(Capacity.OFFICE, actor="a").change_text(made, second).title == "Keep our park"
    )
    desk.publish(made, POLICY, actor="a")
    handed, given = Delivery(at=T0, count=923), Answer(at=T0, summary="No.")
    desk.acting(Capacity.OFFICE, actor="a").deliver(made, "council", handed)
    kept = desk.acting(Capacity.OFFICE, actor="a").answer(made, "council", given)
    assert kept.addressees == (evolve(council, delivery=handed, answer=given),)
    assert {fact.actor for fact in kept.facts[1:]} == {"a"}
    assert desk.petition(made).facts == kept.facts


def test_the_office_closes_or_withdraws_a_petition(office: Office) -> None:
    ended = office.desk.acting(Capacity.OFFICE, actor="a").close(office.id, reason="won")
    assert ended.facts[-1].subject == "won"
    with pytest.raises(IllegalStepError):
        office.desk.acting(Capacity.OFFICE).withdraw_petition(office.id)
    other = Office().publish()
    gone = other.desk.acting(Capacity.OFFICE, actor="a").withdraw_petition(other.id, reason="moved")
    assert gone.facts[-1].subject == "moved"
    assert other.desk.sign(other.id, GOOD) == refused("petition.withdrawn", "petition")


def paper(amount: int, as_of: datetime) -> DeclaredCount:
    return DeclaredCount(
        counter="supporters",
        amount=amount,
        source="paper",
        as_of=as_of,
        recorded_at=as_of,
        effect=CountEffect.ADDS,
    )


def test_declared_counts_and_signatures_reach_a_threshold_together(office: Office) -> None:
    office.taken("a@example.org")
    office.taken("b@example.org")
    at = office.clock.go(HOUR)
    office.desk.declare(office.id, paper(2, at), actor="a")
    found = office.desk.standing(office.id)
    assert found.supporters == 4
    assert [t.reached_at for t in found.thresholds] == [T0, T0 + HOUR]
    assert office.desk.tick().settled == 1
    facts = office.desk.petition(office.id).facts
    reached = [(f.subject, f.at) for f in facts if f.event is Event.THRESHOLD_REACHED]
    assert reached == [("reply", T0), ("debate", T0 + HOUR)]


def test_a_clock_that_steps_back_does_not_put_off_what_declared_counts_led_to(
    office: Office,
) -> None:
    office.taken("a@example.org")
    office.taken("b@example.org")
    office.clock.go(HOUR)
    office.desk.declare(office.id, paper(2, T0))
    office.clock.go(-HOUR)
    office.desk.tick()
    facts = office.desk.petition(office.id).facts
    reached = [(f.subject, f.at) for f in facts if f.event is Event.THRESHOLD_REACHED]
    assert reached == [("reply", T0), ("debate", T0)]


def test_a_standing_may_be_asked_for_another_instant(office: Office) -> None:
    assert office.desk.standing(office.id, at=DEADLINE).status.state is State.CLOSED
    assert office.desk.standing(office.id, at=T0 - TICK).status.state is State.DRAFT


def test_a_tick_records_what_followed_and_says_when_the_next_is_due(office: Office) -> None:
    office.taken("a@example.org")
    office.taken("b@example.org")
    assert office.desk.tick() == Ticked(settled=1, more=False, next_at=DEADLINE)
    assert office.desk.tick() == Ticked(settled=0, more=False, next_at=DEADLINE)
    office.clock.now = DEADLINE
    assert office.desk.tick() == Ticked(settled=1, more=False, next_at=None)
    assert office.desk.tick() == Ticked(settled=0, more=False, next_at=None)
    facts = office.desk.petition(office.id).facts
    assert [f.event for f in facts[-2:]] == ["threshold_reached", "closed"]
    assert [n.kind for n in office.desk.notices()] == ["threshold_reached", "closed"]


def test_a_tick_does_no_more_than_its_limit(office: Office) -> None:
    for _ in range(2):
        made = office.desk.start(starter=STARTER, texts=[ENGLISH]).id
        office.desk.publish(made, POLICY)
    office.clock.now = DEADLINE
    assert office.desk.tick(limit=2) == Ticked(settled=2, more=True, next_at=DEADLINE)
    assert office.desk.tick(limit=2) == Ticked(settled=1, more=False, next_at=None)


def test_an_organisation_that_starts_but_is_not_counted_is_not_named() -> None:
    policy = evolve(POLICY, counting=Counting(supporters=(PartyKind.PERSON,)))
    office = Office(policy=policy).publish()
    office.taken("p@example.org", kind=PartyKind.ORGANISATION, role=Role.STARTER)
    found = office.desk.standing(office.id)
    assert (found.supporters, found.organisations, found.starter_included) == (0, 1, False)


def test_a_policy_that_grants_one_day_for_a_link_grants_one_day() -> None:
    policy = Policy(name="a", version="1", confirmation=Confirmation(link_days=1))
    office = Office(policy=policy).publish()
    office.sign("anna@example.org")
    token = office.token()
    office.clock.go(DAY)
    outcome = office.desk.confirm(token)
    assert isinstance(outcome, Refused)
    assert outcome.problems[0].code == "token.expired"


def test_a_draft_has_no_signature_to_withdraw(office: Office) -> None:
    office.desk.start(texts=[ENGLISH])
    assert office.desk.withdraw(UUID(int=7)) == refused("signature.not_found", "signature")
