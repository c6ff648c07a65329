import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.codec import from_json, from_plain, policy_digest, to_json, to_plain
from petitionkit.errors import InvalidValueError
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.testing.strategies import petitions, policies

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(policies())
@settings(max_examples=200)
def test_a_policy_comes_back_as_it_was(policy: Policy) -> None:
    assert from_json(Policy, to_json(policy)) == policy
    assert from_plain(Policy, to_plain(policy)) == policy


@given(policies(), policies())
def test_two_policies_share_a_digest_only_if_they_are_equal(one: Policy, other: Policy) -> None:
    assert (policy_digest(one) == policy_digest(other)) is (one == other)
    assert policy_digest(from_json(Policy, to_json(one))) == policy_digest(one)


@given(petitions())
@settings(max_examples=200)
def test_a_petition_comes_back_as_it_was(petition: Petition) -> None:
    text = to_json(petition)
    assert "\n" not in text
    assert from_json(Petition, text) == petition


@given(petitions())
@settings(max_examples=50)
def test_what_is_written_has_sorted_keys(petition: Petition) -> None:
    text = to_json(petition)
    assert text == json.dumps(
        json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


@given(petitions(), st.data())
@settings(max_examples=200)
def test_an_unknown_key_anywhere_is_named_by_its_path(
    petition: Petition, data: st.DataObject
) -> None:
    plain = json.loads(to_json(petition))
    tables = [("", plain)]
    for name, value in plain.items():
        if isinstance(value, dict):
            tables.append((f"{name}.", value))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            tables += [(f"{name}.{place}.", table) for place, table in enumerate(value)]
    path, table = data.draw(st.sampled_from(tables))
    table["colour"] = "red"
    with pytest.raises(InvalidValueError) as caught:
        from_plain(Petition, plain)
    found = [(p.code, p.field) for p in caught.value.problems]
    assert found == [("unknown_key", f"{path}colour")]


@given(st.sampled_from([Policy, Petition]), JSON)
@settings(max_examples=300)
def test_no_chance_json_is_a_policy_or_a_petition(kind: type[object], value: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        from_plain(kind, value)
    assert caught.value.problems


@given(policies(), st.data())
@settings(max_examples=300)
def test_a_part_of_another_type_is_refused_at_its_path(policy: Policy, data: st.DataObject) -> None:
    plain = json.loads(to_json(policy))
    key = data.draw(st.sampled_from(sorted(plain)))
    wrong = [3.5, [[]], [None], True]
    # A day that a policy may go without can be null.
    may_be_null = key in ("read_on", "in_force_from", "in_force_until")
    plain[key] = data.draw(st.sampled_from(wrong if may_be_null else [None, *wrong]))
    with pytest.raises(InvalidValueError) as caught:
        from_plain(Policy, plain)
    fields = [p.field for p in caught.value.problems]
    assert all(field == key or field.startswith(f"{key}.") for field in fields)
