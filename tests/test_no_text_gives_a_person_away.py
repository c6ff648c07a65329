"""Personal data given to the library shows in no repr and in no message."""

import logging
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from petitionkit.civil import Duration
from petitionkit.codec import from_json, from_plain, from_toml
from petitionkit.contact import parse_email, parse_phone
from petitionkit.desk import Desk
from petitionkit.errors import InvalidValueError, PetitionkitError
from petitionkit.form import Demand, Form
from petitionkit.keys import KeyRing
from petitionkit.observation import Observation
from petitionkit.parties import Addressee, Author, Party, PartyKind
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.retention import Retention, RetentionRule
from petitionkit.rights import KnownBy
from petitionkit.rules import Passed
from petitionkit.signature import Particulars, SignatureDraft, Submission
from petitionkit.store import NumberedSignature
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.tokens import Purpose
from petitionkit.validation import validate
from samples import (
    DAY,
    ENGLISH,
    KEYS,
    NO_MAIL,
    PETITION_ID,
    POLICY,
    T0,
    Clock,
    Office,
    counting_ids,
)

CANARIES = ("Quetzalcoatl", "canary", "442079460", "0199", "sings-in-the-mine")
DRAFT = SignatureDraft(
    name="Quetzalcoatl Berg",
    email="canary@example.org",
    phone="+442079460199",
    birth_date="1990-01-01",
    comment="sings-in-the-mine",
)
SECRET = bytes(range(100, 132))


def gives_away(shown: str) -> list[str]:
    return [canary for canary in CANARIES if canary in shown]


def test_the_canaries_would_be_found() -> None:
    assert gives_away(f"{DRAFT.name} {DRAFT.email}") == ["Quetzalcoatl", "canary"]


@pytest.mark.parametrize(
    "value",
    [
        DRAFT,
        Submission(draft=DRAFT, row=("Quetzalcoatl,canary@example.org", "1")),
        Particulars(
            name=DRAFT.name, email=DRAFT.email, phone=DRAFT.phone, comment="sings-in-the-mine"
        ),
        Party(kind=PartyKind.PERSON, name="Quetzalcoatl Berg"),
        Author(name="Quetzalcoatl Berg"),
        Petition(
            id=PETITION_ID,
            starter=Party(kind=PartyKind.PERSON, name="Quetzalcoatl Berg"),
            authors=(Author(name="Quetzalcoatl Berg"),),
            texts=(PetitionText(language="en", title="Keep the park"),),
        ),
    ],
)
def test_values_show_no_person(value: object) -> None:
    assert gives_away(repr(value)) == []
    assert gives_away(str(value)) == []


def test_a_key_ring_shows_no_key() -> None:
    shown = repr(KeyRing([SECRET]))
    assert "efgh" not in shown
    assert SECRET.hex() not in shown


def test_nothing_that_a_desk_hands_out_shows_a_person() -> None:
    form = Form(phone=Demand.OPTIONAL, comment=Demand.OPTIONAL)
    office = Office(policy=evolve(POLICY, form=form)).publish()
    desk = office.desk
    outcomes = [desk.sign(office.id, DRAFT)]
    [notice] = desk.notices()
    assert notice.attempt_id is not None
    letter = desk.letter(notice)
    assert letter is not None
    assert letter.to == "canary@example.org"
    attempt = office.store.attempt(notice.attempt_id)
    shown: list[object] = [outcomes, notice, letter, attempt, desk, office.store]
    assert letter.token not in repr(letter)
    shown.append(desk.confirm(letter.token))
    numbered: list[NumberedSignature] = list(office.store.signatures(office.id))
    assert numbered[0].signature.particulars.phone == "+442079460199"
    shown += [numbered, desk.petition(office.id), desk.standing(office.id), desk.tick()]
    shown += desk.intake(office.id, [Submission(draft=DRAFT)])
    for value in shown:
        assert gives_away(repr(value)) == [], type(value)


@pytest.mark.parametrize(
    "draft",
    [
        evolve(DRAFT, name=f"=https://Quetzalcoatl.example\x00{'canary' * 60}"),
        evolve(DRAFT, email="canary@@Quetzalcoatl.org"),
        evolve(DRAFT, email='"canary"@example.org'),
        evolve(DRAFT, email="canary@Quetzalcoatl"),
        evolve(DRAFT, email="canary..Quetzalcoatl@example.org"),
        evolve(DRAFT, email="canary" * 50 + "@example.org"),
        evolve(DRAFT, phone="+4420794601990199"),
        evolve(DRAFT, phone="canary"),
        evolve(DRAFT, birth_date="canary"),
        evolve(DRAFT, comment="sings-in-the-mine\x00"),
    ],
)
def test_a_refusal_never_repeats_what_was_typed(draft: SignatureDraft) -> None:
    policy = evolve(
        NO_MAIL,
        form=Form(phone=Demand.REQUIRED, comment=Demand.REQUIRED),
        eligibility=evolve(NO_MAIL.eligibility, minimum_age=18),
    )
    found = validate(policy, draft, T0)
    assert isinstance(found, tuple)
    assert gives_away(repr(found)) == []
    assert gives_away(" ".join(map(str, found))) == []


def test_no_log_line_fact_metric_or_record_names_a_person(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(1)  # whatever anybody below has to say
    migrate(tmp_path / "petitions.db")
    told: list[object] = []
    clock, ids = Clock(), counting_ids()
    rule = RetentionRule(key="all", when=Passed(passed=Duration(months=1), since=("closed",)))
    policy = evolve(
        POLICY,
        form=Form(phone=Demand.OPTIONAL, comment=Demand.OPTIONAL),
        retention=Retention(rules=(rule,)),
    )
    known_by = KnownBy(email=DRAFT.email)
    with closing(SQLiteStore(tmp_path / "petitions.db")) as store:
        desk = Desk(
            store,
            secrets=KEYS,
            clock=clock,
            new_id=lambda: next(ids),
            # How long something took may have any digits in it.
            observe=lambda seen: told.append(evolve(seen, seconds=0.0)),
        )
        started = desk.start(
            texts=[ENGLISH], starter=Party(kind=PartyKind.PERSON, name="Quetzalcoatl Berg")
        )
        desk.publish(started.id, policy)
        desk.sign(started.id, DRAFT, source="192.0.2.199")
        [notice] = [one for one in desk.notices() if one.attempt_id]
        letter = desk.letter(notice)
        assert letter is not None
        desk.confirm(letter.token)
        desk.sign(started.id, evolve(DRAFT, name="=Quetzalcoatl"))
        desk.sign(started.id, DRAFT)
        token = desk.signer_token(known_by, Purpose.EXPORT)
        told += [known_by, desk.find_signer(known_by)]
        told.append(desk.export_signer(known_by, token=token))
        told.append(desk.correct_signer(known_by, "Quetzalcoatl Bergen", actor="clerk-7"))
        told.append(desk.withdraw_signer(known_by, token=token))
        told.append(desk.erase_signer(known_by, actor="clerk-7"))
        told += desk.intake(started.id, [Submission(draft=DRAFT)])
        clock.go(200 * DAY)
        told.append(desk.tick())
        plan = desk.plan_retention()
        told += [plan, *desk.apply_retention(plan)]
        told += [*desk.petition(started.id).facts, *desk.notices(limit=1000), desk.health()]
        logging.getLogger("petitionkit").debug("the net holds")
    assert [line.getMessage() for line in caplog.records][-1] == "the net holds"
    printed = capfd.readouterr()
    said = [*map(repr, told), caplog.text, printed.out, printed.err]
    assert [text for text in said if gives_away(text)] == []
    assert len([one for one in told if isinstance(one, Observation)]) > 10


def _errors() -> list[PetitionkitError]:
    attempts: list[Callable[[], object]] = [
        lambda: parse_email("canary Quetzalcoatl@example.org"),
        lambda: parse_email("canary"),
        lambda: parse_phone("canary +44207946"),
        lambda: Party(kind=PartyKind.PERSON, name="=Quetzalcoatl"),
        lambda: Author(name="Quetzalcoatl\x00"),
        lambda: Addressee(key="a", name="www.canary.org"),
        lambda: from_json(Petition, '{"starter": {"kind": "canary", "name": "Quetzalcoatl"'),
        lambda: from_plain(Petition, {"starter": {"kind": "canary", "name": "=Quetzalcoatl"}}),
        lambda: from_plain(Petition, {"id": "canary", "starter": "Quetzalcoatl", "texts": "0199"}),
        lambda: from_plain(Policy, {"name": "Quetzalcoatl canary", "version": "1"}),
        lambda: from_toml(Policy, 'name = "Quetzalcoatl'),
        lambda: KnownBy(email="canary Quetzalcoatl@example.org"),
        lambda: KnownBy(phone="canary +44207946"),
        lambda: KnownBy(national_number="0199" * 20),
        lambda: KnownBy(email="canary@example.org", phone="+442079460199"),
    ]
    found = []
    for attempt in attempts:
        with pytest.raises(InvalidValueError) as caught:
            attempt()
        found.append(caught.value)
    return list(found)


def test_no_exception_says_whom_it_is_about() -> None:
    errors = _errors()
    assert len(errors) == 15
    for error in errors:
        assert gives_away(str(error)) == []
        assert gives_away(repr(error)) == []
        # A chained cause would be printed with the traceback.
        assert error.__cause__ is None
        assert error.__context__ is None or error.__suppress_context__
