"""A model accepts what the desk accepts and finds the same problems; so does its schema."""

from functools import cache
from typing import Any

from attrs import asdict
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from asking_policies import EVERYTHING, LITTLE, POLICIES
from petitionkit.asking import asked_fields, form_schema
from petitionkit.form import FormField
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.problems import ENGLISH, Problem
from petitionkit.pydantic import SigningModel, problems_of, signing_model
from petitionkit.signature import Particulars, SignatureDraft
from petitionkit.testing.clock import FrozenClock
from petitionkit.testing.strategies import broken_drafts, drafts
from petitionkit.text import clean, clean_block
from petitionkit.verbs.reception import read_form

CLOCK = FrozenClock()
NOW = CLOCK()

policies = st.sampled_from(POLICIES)


@cache
def model_of(policy: Policy) -> type[SigningModel]:
    return signing_model(policy, clock=CLOCK)


def sent(draft: SignatureDraft) -> dict[str, Any]:
    """A draft as JSON: what is empty is left out."""
    given = asdict(draft) | {"kind": draft.kind.value, "consents": list(draft.consents)}
    if draft.kind is PartyKind.PERSON:
        del given["kind"]
    return {name: value for name, value in given.items() if value}


def told(policy: Policy, given: object) -> SignatureDraft | tuple[Problem, ...]:
    """What the model makes of it: a draft, or problems."""
    try:
        return model_of(policy).model_validate(given).draft()
    except ValidationError as error:
        return problems_of(error.errors())


def agree(policy: Policy, draft: SignatureDraft, given_json: object) -> bool:
    """Whether both take it, having seen that both do or both find the same problems."""
    desk_says, model_says = read_form(policy, draft, NOW), told(policy, given_json)
    if isinstance(desk_says, Particulars):
        assert isinstance(model_says, SignatureDraft)
        assert read_form(policy, model_says, NOW) == desk_says
        return True
    assert model_says == desk_says
    return False


@given(st.data(), policies)
def test_what_a_policy_takes_is_taken_as_it_is(data: st.DataObject, policy: Policy) -> None:
    draft = data.draw(drafts(policy, at=NOW))
    assert agree(policy, draft, sent(draft)) or policy is LITTLE  # where nothing may identify them


@given(st.data(), policies)
def test_what_a_policy_refuses_is_refused_for_the_same(data: st.DataObject, policy: Policy) -> None:
    broken = data.draw(broken_drafts(policy, at=NOW)).draft
    assert not agree(policy, broken, sent(broken))


_texts = st.sampled_from(
    ["", " ", "Ana", "ana@example.org", "FI", "north", "1999-05-17", "\x00", "\ud800", "=1", "٣"]
) | st.text(max_size=45)
_typed = st.fixed_dictionaries(
    {},
    optional={
        **{name.value: _texts for name in FormField},
        "given_name": _texts,
        "family_name": _texts,
        "kind": st.sampled_from([kind.value for kind in PartyKind]),
        "visibility": st.sampled_from(["", "public", "nobody", "all"]),
        "consents": st.lists(st.sampled_from(["terms", "mail", "x"]), max_size=3),
        "language": _texts,
    },
)


@given(_typed, st.sampled_from([EVERYTHING, LITTLE]))
def test_whatever_is_typed_is_judged_as_the_desk_judges(
    typed: dict[str, Any], policy: Policy
) -> None:
    consents = tuple(typed.get("consents", ()))
    agree(policy, SignatureDraft(**{**typed, "consents": consents}), typed)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=4,
)


@given(_json | st.dictionaries(st.sampled_from([*SignatureDraft.__annotations__]), _json))
def test_any_json_at_all_is_taken_or_refused_in_the_librarys_words(given_json: object) -> None:
    for policy in (EVERYTHING, LITTLE):
        found = told(policy, given_json)
        if not isinstance(found, SignatureDraft):
            assert found
            assert {one.code for one in found} <= ENGLISH.keys()
            assert all(one.message() for one in found)


@given(st.data(), policies)
def test_a_schema_takes_what_its_policy_takes(data: st.DataObject, policy: Policy) -> None:
    draft = data.draw(drafts(policy, at=NOW))
    Draft202012Validator(form_schema(policy)).validate(sent(draft))


@given(_typed, st.sampled_from([EVERYTHING, LITTLE]))
def test_what_a_schema_refuses_the_form_refuses(typed: dict[str, Any], policy: Policy) -> None:
    kind = PartyKind(typed.get("kind", "person"))
    names = {one.name for one in asked_fields(policy) if kind in one.of} | {"consents"}
    tidied = {
        name: clean_block(value)
        if name == "comment"
        else value and clean(value)
        if isinstance(value, str)
        else value
        for name, value in typed.items()
        if name in names
    }
    sensible = {name: value for name, value in tidied.items() if value}
    if not Draft202012Validator(form_schema(policy)).is_valid(sensible):
        assert not isinstance(told(policy, sensible), SignatureDraft)
