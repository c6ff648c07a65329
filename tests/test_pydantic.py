"""Models for an API: shapes, words and statuses of what is wrong."""

import json
from http import HTTPStatus
from inspect import isclass
from typing import Any
from uuid import UUID

import pytest
from attrs import fields_dict
from pydantic import BaseModel, ValidationError

from asking_policies import EVERYTHING, LITTLE
from petitionkit import outcomes
from petitionkit.asking import form_schema
from petitionkit.clauses import Threshold
from petitionkit.codec import to_plain
from petitionkit.eligibility import Eligibility
from petitionkit.errors import (
    IllegalStepError,
    InvalidValueError,
    NotFoundError,
    SchemaVersionError,
)
from petitionkit.outcomes import AlreadySigned, Duplicate, Received
from petitionkit.parties import Party
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem, remark
from petitionkit.pydantic import (
    ProblemDetails,
    ProblemShown,
    answer_model,
    codes_of,
    problems_of,
    signing_model,
    status_of,
)
from petitionkit.signature import SignatureDraft
from petitionkit.standing import Standing
from petitionkit.testing.clock import FrozenClock
from petitionkit.testing.in_memory import OfficeInMemory
from petitionkit.views import AddresseeView, ModeratorView, OrganiserView, PublicView, SignerView

Signing = signing_model(LITTLE)
ANA: dict[str, Any] = {"name": "Ana", "email": "ana@example.org"}


def problems(model: type[BaseModel], given: object) -> tuple[Problem, ...]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(given)
    return problems_of(caught.value.errors())


def test_a_model_has_the_fields_of_its_form_and_its_schema() -> None:
    assert set(Signing.model_fields) == {"name", "email", "phone", "language"}
    assert Signing.model_json_schema() == {"title": "Signing", **form_schema(LITTLE)}
    full = signing_model(EVERYTHING, language="fi")
    assert full.model_json_schema() == {
        "title": "Signing",
        **form_schema(EVERYTHING, language="fi"),
    }


def test_what_came_is_the_draft_and_is_shown_nowhere() -> None:
    signing = Signing.model_validate({**ANA, "language": "fi"})
    assert signing.draft() == SignatureDraft(**ANA, language="fi")
    assert repr(signing) == "Signing()"
    assert Signing(**ANA) == Signing.model_validate_json('{"name":"Ana","email":"ana@example.org"}')


def test_what_the_form_does_not_ask_is_dropped_and_what_no_form_asks_refused() -> None:
    taken = Signing.model_validate({**ANA, "birth_date": "1990-01-01", "consents": []})
    assert taken.draft() == SignatureDraft(**ANA)
    assert problems(Signing, {**ANA, "e_mail": ""}) == (problem("unknown_key", "e_mail"),)


def test_everything_wrong_is_told_at_once_in_the_librarys_words() -> None:
    given = {"email": "nowhere", "language": 3, "consents": ["x"], "kind": "crowd"}
    assert set(problems(Signing, given)) == {
        problem("unknown_choice", "kind", choices="person, organisation"),
        problem("not_text", "language"),
        problem("required", "name"),
        problem("email.no_at", "email"),
        problem("unknown_choice", "consents", choices="none is asked for"),
    }
    assert problems(Signing, {**ANA, "\ud800" * 41: 1}) == (problem("unknown_key", "?" * 40),)
    assert problems(Signing, "Ana") == (problem("wrong_type", expected="a table"),)
    organisation = {**ANA, "kind": "organisation"}
    assert problems(Signing, organisation) == (problem("organisations_may_not_sign", "kind"),)


def test_who_cannot_be_told_apart_is_told_what_would_do() -> None:
    assert problems(Signing, {"name": "Ana"}) == (
        problem("unidentified", "email", choices="email"),
    )


def test_a_box_that_must_be_ticked_is_named() -> None:
    model = signing_model(EVERYTHING)
    assert problem("required", "consents.terms") in problems(model, {"consents": ["mail"]})


def test_a_signers_age_is_told_by_the_clock() -> None:
    clock = FrozenClock()
    adults = Policy(name="a", version="1", eligibility=Eligibility(minimum_age=18))
    model = signing_model(adults, clock=clock)
    born = f"{clock().year - 18}-01-01"
    assert model.model_validate({**ANA, "birth_date": born}).draft().birth_date == born
    clock.now = clock().replace(year=clock().year - 1)
    assert problems(model, {**ANA, "birth_date": born})[0].code == "too_young"


def test_nothing_of_a_person_is_in_what_a_model_says() -> None:
    with pytest.raises(ValidationError) as caught:
        Signing.model_validate({"name": "Ana", "email": "ana at example.org", "phone": 5})
    assert "example.org" not in str(caught.value) + repr(caught.value.errors())


# What is wrong


class Strange(BaseModel):
    number: int
    key: UUID
    few: list[int]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, problem("required", "number")),
        ({"number": "x"}, problem("wrong_type", "number", expected="int")),
        ({"number": 1, "key": "x"}, problem("wrong_type", "key", expected="uuid")),
        (
            {"number": 1, "key": UUID(int=1), "few": [1, "x"]},
            problem("wrong_type", "few.1", expected="int"),
        ),
        (3, problem("wrong_type", expected="model")),
    ],
)
def test_what_other_models_find_is_told_by_the_nearest_code(given: Any, found: Problem) -> None:  # noqa: ANN401
    with pytest.raises(ValidationError) as caught:
        Strange.model_validate(given)
    assert problems_of(caught.value.errors())[0] == found


@pytest.mark.parametrize(
    ("error", "found"),
    [
        ({"type": "json_invalid", "loc": ("body", 7)}, problem("not_json", "7")),
        ({"type": "missing", "loc": ("body",)}, problem("required")),
        ({"type": "string_type", "loc": ("query", "state")}, problem("not_text", "state")),
        ({"type": "string_unicode", "loc": ("body", "a")}, problem("lone_surrogate", "a")),
        (
            {"type": "enum", "loc": ("query", "state"), "ctx": {"expected": "'a' or 'b'"}},
            problem("unknown_choice", "state", choices="'a' or 'b'"),
        ),
        (
            {"type": "less_than_equal", "loc": ("query", "limit"), "ctx": {"le": 100}},
            problem("too_large", "limit", most=100),
        ),
        ({"type": "multiple_of", "loc": ("query", "limit")}, problem("out_of_range", "limit")),
        (
            {"type": "too_long", "loc": ("body", "name"), "ctx": {"length": 3, "limit": 2}},
            problem("too_long", "name", length=3, limit=2),
        ),
        (
            {
                "type": "too_long",
                "loc": ("body", "few"),
                "ctx": {"max_length": 2, "actual_length": 3},
            },
            problem("out_of_range", "few"),
        ),
    ],
)
def test_what_fastapi_finds_is_told_without_the_place_that_it_came_in(
    error: dict[str, Any], found: Problem
) -> None:
    assert problems_of([error]) == (found,)
    assert found.message()


def test_a_refusal_is_told_with_all_its_problems() -> None:
    found = ProblemDetails.of(
        [problem("required", "name"), problem("too_long", "comment", length=9, limit=8)]
    )
    assert found.model_dump() == {
        "type": "about:blank",
        "title": HTTPStatus.UNPROCESSABLE_ENTITY.phrase,
        "status": 422,
        "detail": "",
        "code": "invalid_value",
        "problems": (
            {"code": "required", "field": "name", "detail": "is required", "params": {}},
            {
                "code": "too_long",
                "field": "comment",
                "detail": "has 9 characters; at most 8 are allowed",
                "params": {"length": 9, "limit": 8},
            },
        ),
    }
    assert ProblemDetails.of(InvalidValueError([problem("required", "name")])).status == 422


def test_a_remark_is_shown_as_a_problem_is() -> None:
    shown = ProblemShown.of(remark("mixed_scripts", "name", scripts="Greek and Latin"))
    assert (shown.code, shown.field, shown.params) == (
        "mixed_scripts",
        "name",
        {"scripts": "Greek and Latin"},
    )
    assert "Greek and Latin" in shown.detail


def test_an_error_has_the_status_that_it_hints_at_and_the_servers_own_say_nothing() -> None:
    missing = ProblemDetails.of(NotFoundError("no petition 7 in this store"))
    assert (missing.status, missing.code, missing.title) == (404, "not_found", "Not Found")
    assert missing.detail == "no petition 7 in this store"
    assert ProblemDetails.of(IllegalStepError("no")).status == 409
    assert ProblemDetails.of(SchemaVersionError("run migrate")).detail == ""


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        (["required"], 422),
        (["petition.closed"], 409),
        (["petition.gone"], 404),
        (["token.expired"], 410),
        (["signature.not_found"], 404),
        (["signature.withdrawn"], 410),
        (["petition.closed", "required"], 422),
        ([], 422),
    ],
)
def test_the_status_is_that_of_what_is_wrong(codes: list[str], status: int) -> None:
    assert status_of([problem(code) for code in codes]) == status


# Answers

HEARING = Policy(name="town", version="1", thresholds=(Threshold(key="hearing", level=2),))
OUTCOMES = [one for name in outcomes.__all__ if isclass(one := getattr(outcomes, name))]
VIEWS = (PublicView, AddresseeView, OrganiserView, ModeratorView, SignerView)


def told(kind: type, value: object, **how: Any) -> Any:  # noqa: ANN401 (JSON)
    return json.loads(answer_model(kind, **how).from_value(value).model_dump_json())


@pytest.mark.parametrize("kind", [*OUTCOMES, *VIEWS, Standing, Petition])
def test_every_answer_and_view_has_a_model_of_its_own_name(kind: type) -> None:
    made = answer_model(kind)
    assert made is answer_model(kind)
    schema = made.model_json_schema(mode="serialization")
    assert schema["title"] == kind.__name__
    if kind in OUTCOMES:
        assert "answer" in schema["properties"]
    if kind is not Petition:
        assert fields_dict(kind).keys() <= schema["properties"].keys()


def test_outcomes_are_told_apart_by_their_names() -> None:
    names = [answer_model(kind).model_json_schema()["properties"]["answer"] for kind in OUTCOMES]
    assert len({one["const"] for one in names}) == len(OUTCOMES)
    assert told(AlreadySigned, AlreadySigned()) == {"answer": "already_signed"}
    duplicate = Duplicate(of=UUID(int=1), line=3)
    assert told(Duplicate, duplicate) == {
        "answer": "duplicate",
        "of": str(UUID(int=1)),
        "source": "",
        "line": 3,
    }
    seen = remark("did_you_mean", "email", domain="example.com")
    shown = told(Received, Received(remarks=(seen,)))["remarks"]
    assert [ProblemShown.model_validate(one) for one in shown] == [ProblemShown.of(seen)]


def test_a_standing_is_told_with_all_that_stands_in_it() -> None:
    office = OfficeInMemory(policy=HEARING)
    standing = office.standing(office.petition(supporters=1).id)
    found = told(Standing, standing, policy=HEARING)
    assert found["supporters"] == 1
    assert found["status"]["state"] == "open"
    assert found["deadline"] == to_plain(standing)["deadline"]
    (threshold,) = found["thresholds"]
    assert (threshold["key"], threshold["missing"], threshold["needs"]) == (
        *("hearing", 1, "2 supporters"),
    )
    assert threshold["rule"] == to_plain(standing.thresholds[0].rule)
    assert found["signing"]["problem"] is None


def test_keys_are_those_of_the_policy() -> None:
    def keys(policy: Policy | None) -> Any:  # noqa: ANN401 (a schema)
        schema = answer_model(Standing, policy=policy).model_json_schema()
        return schema["$defs"]["ThresholdStanding"]["properties"]["key"]

    assert keys(HEARING)["const"] == "hearing"
    assert keys(None)["type"] == keys(Policy(name="none", version="1"))["type"] == "string"


def test_what_is_the_offices_own_is_not_told() -> None:
    text = PetitionText(language="en", title="Save the library", note="Ask the mayor first.")
    starter = Party(kind="person", name="Ana", reference="account-7")
    petition = Petition(id=UUID(int=1), texts=(text,), starter=starter, office="town")
    said = str(told(Petition, petition))
    assert "Save the library" in said
    assert not [word for word in ("mayor", "account-7", "town", "facts") if word in said]
    assert told(Petition, petition, only=["office"]) == {"office": "town"}
    with pytest.raises(InvalidValueError):
        answer_model(Petition, only=["offise"])


def test_a_models_own_fields_stand_beside_the_values() -> None:
    class Shown(answer_model(Received, only=[])):  # type: ignore[misc]
        more: int

    assert Shown.from_value(Received(), more=3).model_dump() == {"answer": "received", "more": 3}


def test_codes_of_a_status_are_those_that_the_errors_hint_at() -> None:
    assert set(codes_of(HTTPStatus.NOT_FOUND)) >= {"invalid_value", "not_found"}
    assert "store.unavailable" in codes_of(HTTPStatus.SERVICE_UNAVAILABLE)
    assert "not_found" not in codes_of(HTTPStatus.SERVICE_UNAVAILABLE)
    assert codes_of(HTTPStatus.OK) == ()
    for error in (NotFoundError("x"), InvalidValueError([problem("required", "name")])):
        assert error.code in codes_of(ProblemDetails.of(error).status)
