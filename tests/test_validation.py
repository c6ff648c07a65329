from datetime import UTC, date, datetime
from typing import Any

import pytest
from attrs import evolve, fields

from bad_input import BAD_ADDRESSES, BAD_NAMES, GOOD_ADDRESSES, LONG_ADDRESS
from petitionkit.civil import LeapDayRule
from petitionkit.claims import ClaimKind, Identity
from petitionkit.eligibility import Eligibility
from petitionkit.form import Confirmation, Demand, Form
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.signature import Particulars, SignatureDraft
from petitionkit.validation import validate
from samples import POLICY

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD = SignatureDraft(name="Anna Berg", email="anna@example.org")


def with_form(form: Form, eligibility: Eligibility | None = None) -> Policy:
    return Policy(
        name="town",
        version="1",
        form=form,
        eligibility=eligibility or Eligibility(),
        confirmation=Confirmation(by_mail=form.email is Demand.REQUIRED),
    )


ALL = with_form(
    Form(phone=Demand.REQUIRED, comment=Demand.REQUIRED, phone_region="GB"),
    Eligibility(minimum_age=18),
)


def test_a_good_draft_becomes_particulars() -> None:
    draft = SignatureDraft(
        name="  Zoe\u0308  Berg",
        email=" Zoe.B@Example.ORG ",
        phone="020 7946 0000",
        birth_date="1990-01-01",
        comment=" for my\r\n children \n",
    )
    assert validate(ALL, draft, DAY) == Particulars(
        name="Zoë Berg",
        email="Zoe.B@example.org",
        phone="+442079460000",
        birth_date=date(1990, 1, 1),
        originals=(
            ("name", "Zoe\u0308 Berg"),
            ("phone", "020 7946 0000"),
        ),
        comment="for my\n children",
        kind=PartyKind.PERSON,
    )


@pytest.mark.parametrize(("name", "expected"), BAD_NAMES)
def test_a_bad_name_is_refused_with_all_its_problems(name: str, expected: list[Problem]) -> None:
    assert validate(POLICY, evolve(GOOD, name=name), DAY) == tuple(expected)


@pytest.mark.parametrize(("email", "expected"), BAD_ADDRESSES)
def test_a_bad_address_is_refused(email: str, expected: Problem) -> None:
    assert validate(POLICY, evolve(GOOD, email=email), DAY) == (expected,)


@pytest.mark.parametrize(("email", "kept"), GOOD_ADDRESSES)
def test_an_international_address_is_taken(email: str, kept: str) -> None:
    found = validate(POLICY, evolve(GOOD, email=email), DAY)
    assert isinstance(found, Particulars)
    assert found.email == kept


def test_the_longest_address_is_one_octet_shorter_than_the_refused_one() -> None:
    assert len(LONG_ADDRESS) == 255


def test_everything_wrong_is_said_at_once_and_in_the_order_of_the_form() -> None:
    policy = evolve(
        ALL,
        form=Form(phone=Demand.REQUIRED, comment=Demand.REQUIRED, name_limit=5, comment_limit=10),
    )
    draft = SignatureDraft(
        name="=www.x.org",
        email="anna@b@c",
        phone="12345",
        birth_date="2010-01-01",
        comment="\x07" + "a" * 11,
    )
    assert validate(policy, draft, DAY) == (
        problem("too_long", "name", length=10, limit=5),
        problem("formula_start", "name", character="="),
        problem("contains_url", "name"),
        problem("email.many_at", "email"),
        problem("phone.region_needed", "phone"),
        problem("control_character", "comment", character="U+0007"),
        problem("too_long", "comment", length=12, limit=10),
        problem("too_young", "birth_date", age=16, minimum=18),
    )


def test_an_empty_form_names_every_field_that_is_asked_for() -> None:
    assert validate(ALL, SignatureDraft(), DAY) == (
        problem("required", "name"),
        problem("required", "email"),
        problem("required", "phone"),
        problem("required", "comment"),
        problem("required", "birth_date"),
    )


def test_what_is_not_asked_for_is_dropped_unread() -> None:
    policy = with_form(Form(), Eligibility(minimum_age=0))
    draft = evolve(GOOD, phone="\x00", comment="\x00", birth_date="\x00")
    assert validate(policy, draft, DAY) == Particulars(name="Anna Berg", email="anna@example.org")


def test_what_is_optional_may_be_missing_but_not_wrong() -> None:
    policy = with_form(Form(email=Demand.OPTIONAL, phone=Demand.OPTIONAL, comment=Demand.OPTIONAL))
    missing = SignatureDraft(name="Anna Berg", email=" ", phone="\t", comment="\u200b")
    found = validate(policy, missing, DAY)
    assert isinstance(found, Particulars)
    assert (found.email, found.phone) == ("", "")
    wrong = SignatureDraft(name="Anna Berg", email="x", phone="x", comment="\x00")
    assert validate(policy, wrong, DAY) == (
        problem("email.no_at", "email"),
        problem("phone.invalid", "phone"),
        problem("control_character", "comment", character="U+0000"),
    )


def test_who_is_proved_otherwise_needs_no_address_but_a_right_one() -> None:
    assert validate(POLICY, SignatureDraft(name="Anna"), DAY, proved=True) == Particulars(
        name="Anna"
    )
    found = validate(POLICY, SignatureDraft(name="Anna", email="x"), DAY, proved=True)
    assert found == (problem("email.no_at", "email"),)
    form = Form(email=Demand.UNWANTED, phone=Demand.REQUIRED)
    unwanted = Policy(
        name="town",
        version="1",
        form=form,
        confirmation=Confirmation(by_mail=False),
        identity=Identity(any_of=(ClaimKind.PHONE,)),
    )
    assert validate(unwanted, SignatureDraft(name="Anna", email="x"), DAY, proved=True) == (
        problem("required", "phone"),
    )


def test_a_number_too_long_for_anything_is_refused_by_its_parser() -> None:
    policy = with_form(Form(phone=Demand.OPTIONAL))
    draft = evolve(GOOD, phone="\u0661" * 1200)
    assert validate(policy, draft, DAY) == (problem("phone.invalid", "phone"),)


def test_organisations_sign_only_where_the_policy_lets_them() -> None:
    draft = evolve(GOOD, kind=PartyKind.ORGANISATION)
    found = validate(POLICY, draft, DAY)
    assert isinstance(found, Particulars)
    assert found.kind is PartyKind.ORGANISATION
    assert validate(with_form(Form()), draft, DAY) == (
        problem("organisations_may_not_sign", "kind"),
    )


@pytest.mark.parametrize(
    ("birth_date", "expected"),
    [
        ("2008-03-01", None),
        ("2008-03-02", problem("too_young", "birth_date", age=17, minimum=18)),
        ("2026-03-01", problem("too_young", "birth_date", age=0, minimum=18)),
        ("2026-03-02", problem("date_in_future", "birth_date")),
        ("01.03.2008", problem("not_a_date", "birth_date")),
        ("2007-02-29", problem("not_a_date", "birth_date")),
        (" ", problem("required", "birth_date")),
        ("\ud800", problem("not_a_date", "birth_date")),
    ],
)
def test_age_is_counted_on_the_day_of_signing(birth_date: str, expected: Problem | None) -> None:
    policy = with_form(Form(), Eligibility(minimum_age=18))
    found = validate(policy, evolve(GOOD, birth_date=birth_date), DAY)
    assert isinstance(found, Particulars) if expected is None else found == (expected,)


def test_a_leapling_comes_of_age_by_the_rule_of_the_policy() -> None:
    draft = evolve(GOOD, birth_date="2008-02-29")
    by_rule = [
        isinstance(
            validate(
                with_form(Form(), Eligibility(minimum_age=18, leap_day=rule)),
                draft,
                datetime(2026, 2, 28, tzinfo=UTC),
            ),
            Particulars,
        )
        for rule in (LeapDayRule.FIRST_OF_MARCH, LeapDayRule.LAST_OF_FEBRUARY)
    ]
    assert by_rule == [False, True]


def test_an_organisation_has_no_age() -> None:
    policy = with_form(Form(), Eligibility(minimum_age=18, organisations=True))
    assert isinstance(validate(policy, evolve(GOOD, kind=PartyKind.ORGANISATION), DAY), Particulars)


OPTIONAL: dict[str, Any] = {f.name: Demand.OPTIONAL for f in fields(Form) if f.type is Demand}
EVERYTHING = with_form(Form(**OPTIONAL, visibility_choice=True))


@pytest.mark.parametrize(
    "odd", [7, None, b"x", date(2000, 1, 1), ["a", 1], {"a": 1}, 1.5, object()]
)
@pytest.mark.parametrize("name", [f.name for f in fields(SignatureDraft) if f.name != "kind"])
def test_what_is_no_text_is_named_and_breaks_nothing(name: str, odd: object) -> None:
    typed: dict[str, Any] = {name: odd}
    found = validate(EVERYTHING, evolve(GOOD, **typed), DAY)
    asked = name not in ("given_name", "family_name", "register_number", "language")
    if asked and not (name == "visibility" and odd is None):
        assert isinstance(found, tuple)
        assert name in [p.field for p in found]
    else:
        assert isinstance(found, Particulars)
