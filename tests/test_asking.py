"""What a form asks, as values and as JSON Schema."""

import pytest
from attrs import evolve
from jsonschema import Draft202012Validator

from asking_policies import EVERYTHING, LITTLE
from petitionkit.asking import AskedField, asked_fields, draft_from, form_schema
from petitionkit.eligibility import Eligibility, ResidentIn
from petitionkit.errors import InvalidValueError
from petitionkit.form import AskedConsent, Demand, Form, FormField
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft

PERSON, ORGANISATION = PartyKind.PERSON, PartyKind.ORGANISATION
BOTH = (PERSON, ORGANISATION)


def fields(policy: Policy, language: str = "en") -> dict[str, AskedField]:
    return {one.name: one for one in asked_fields(policy, language=language)}


def test_fields_stand_in_the_order_of_the_form() -> None:
    assert list(fields(LITTLE)) == ["name", "email", "phone"]
    assert list(fields(EVERYTHING)) == [
        *("given_name", "family_name", "name", "email", "phone", "street", "area"),
        *("postal_code", "country", "citizenship", "region", "birth_date", "national_number"),
        *("register_number", "guardian", "comment", "kind", "visibility"),
    ]


def test_each_is_asked_of_those_who_have_it() -> None:
    found = fields(EVERYTHING)
    assert found["given_name"].of == found["birth_date"].of == (PERSON,)
    assert found["name"].of == found["register_number"].of == (ORGANISATION,)
    assert found["email"].of == found["kind"].of == BOTH
    assert "register_number" not in fields(evolve(EVERYTHING, eligibility=Eligibility()))


def test_what_nobody_may_leave_empty_is_required() -> None:
    found = fields(EVERYTHING)
    required = {name: one.required_of for name, one in found.items() if one.required_of}
    assert required == {
        "name": (ORGANISATION,),
        "email": BOTH,
        "street": BOTH,
        "postal_code": BOTH,
        "region": (PERSON,),
        "birth_date": (PERSON,),
        "register_number": (ORGANISATION,),
    }
    assert found["email"].required
    assert not found["region"].required
    assert {name for name, one in found.items() if one.decides} == {
        *("country", "citizenship", "region", "birth_date", "guardian")
    }


def test_a_country_that_is_taken_for_granted_may_be_left_out() -> None:
    living = Eligibility(needs=ResidentIn(resident_in=("FI",)))
    policy = evolve(LITTLE, eligibility=living)
    assert fields(policy)["country"].required
    homely = evolve(policy, form=Form(home_country="FI", country=Demand.OPTIONAL))
    assert not fields(homely)["country"].required
    strict = evolve(policy, form=Form(home_country="FI", country=Demand.REQUIRED))
    assert fields(strict)["country"].required


def test_names_are_the_policys_or_english() -> None:
    english, finnish = fields(EVERYTHING), fields(EVERYTHING, "fi")
    assert (english["email"].label, finnish["email"].label) == ("E-mail address", "Sähköposti")
    assert english["name"].label == "Name of the organisation"
    assert fields(LITTLE)["name"].label == "Name"


def test_limits_are_the_forms() -> None:
    found = fields(EVERYTHING)
    limits = {name: found[name].limit for name in ("name", "comment", "street", "region", "email")}
    assert limits == {"name": 255, "comment": 30, "street": 12, "region": 40, "email": 0}
    assert found["postal_code"].limit == EVERYTHING.form.postal_rules.limit
    assert all(EVERYTHING.form.limit(name) >= 0 for name in FormField)


def test_choices_have_words_and_a_default() -> None:
    shown = fields(EVERYTHING)["visibility"]
    assert [value for value, _ in shown.choices] == ["public", "addressee", "organiser", "nobody"]
    assert shown.default == "public"


def test_the_schema_of_a_small_form_is_plain() -> None:
    found = form_schema(LITTLE)
    Draft202012Validator.check_schema(found)
    assert found["required"] == ["name"]
    assert found["properties"]["name"] == {
        "type": "string",
        "title": "Name",
        "maxLength": 40,
        "minLength": 1,
    }
    assert "consents" not in found["properties"]
    assert not found["additionalProperties"]


def test_the_schema_tells_persons_from_organisations_and_boxes_by_their_words() -> None:
    found = form_schema(EVERYTHING, language="fi")
    Draft202012Validator.check_schema(found)
    assert "region" in found["else"]["required"]
    assert "region" not in found["then"]["required"]
    assert "consents" in found["then"]["required"]
    boxes = found["properties"]["consents"]
    assert boxes["items"]["enum"] == ["terms", "mail"]
    assert "mail: Kertokaa minulle" in boxes["description"]
    assert found["properties"]["email"]["format"] == "email"
    assert form_schema(LITTLE)["properties"]["email"]["format"] == "idn-email"


def test_a_draft_is_made_of_what_was_asked_for_and_nothing_else() -> None:
    asked = AskedConsent(key="updates", version="2026-03")
    policy = evolve(LITTLE, form=evolve(LITTLE.form, consents=(asked,)))
    typed = {
        "name": "Ana",
        "email": "",
        "csrf": "x",
        "birth_date": "1990-01-01",
        "kind": "organisation",
        "consent_updates": "on",
        "consent_other": "on",
    }
    assert draft_from(policy, typed, language="fi") == SignatureDraft(
        name="Ana", consents=("updates",), language="fi"
    )
    assert draft_from(policy, {}) == SignatureDraft()
    with pytest.raises(InvalidValueError, match="unknown_choice"):
        draft_from(EVERYTHING, {"kind": "robot"})
