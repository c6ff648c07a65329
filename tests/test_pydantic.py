"""Models for an API: shapes, words and statuses of what is wrong."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from asking_policies import EVERYTHING, LITTLE
from petitionkit.asking import form_schema
from petitionkit.eligibility import Eligibility
from petitionkit.errors import (
    IllegalStepError,
    InvalidValueError,
    NotFoundError,
    SchemaVersionError,
)
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem, remark
from petitionkit.pydantic import ProblemDetails, ProblemShown, problems_of, signing_model, status_of
from petitionkit.signature import SignatureDraft
from petitionkit.testing.clock import FrozenClock

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
