"""A policy as JSON, as TOML and under its schema: nothing is lost, nothing unknown gets in."""

import json
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from petitionkit.codec import (
    from_json,
    from_plain,
    from_toml,
    policy_digest,
    to_json,
    to_plain,
    to_toml,
)
from petitionkit.errors import InvalidValueError
from petitionkit.json_schema import json_schema
from petitionkit.policy import Policy
from petitionkit.testing.strategies import policies

SCHEMA = Draft202012Validator(json_schema(Policy))


@given(policies())
@settings(max_examples=150)
def test_a_policy_comes_back_from_json_and_from_toml_as_it_was(policy: Policy) -> None:
    assert from_json(Policy, to_json(policy)) == policy
    text = to_toml(policy)
    assert from_toml(Policy, text) == policy
    assert policy_digest(from_toml(Policy, text)) == policy_digest(policy)


@given(policies())
@settings(max_examples=150)
def test_the_schema_accepts_every_policy(policy: Policy) -> None:
    SCHEMA.validate(json.loads(to_json(policy)))


def _tables(value: object, path: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from _tables(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _tables(inner, f"{path}.{place}")


@given(policies(), st.data())
@settings(max_examples=100)
def test_an_unknown_key_anywhere_is_refused_by_reader_and_schema_with_its_path(
    policy: Policy, data: st.DataObject
) -> None:
    plain = json.loads(to_json(policy))
    path, table = data.draw(st.sampled_from(list(_tables(plain))))
    table["bogus"] = 1
    assert not SCHEMA.is_valid(plain)
    try:
        from_plain(Policy, plain)
    except InvalidValueError as error:
        found = [(p.code, p.field) for p in error.problems]
    else:
        found = []
    assert found == [("unknown_key", f"{path}.bogus" if path else "bogus")]


@given(policies(), st.data())
@settings(max_examples=100)
def test_a_value_of_the_wrong_type_is_refused_by_reader_and_schema(
    policy: Policy, data: st.DataObject
) -> None:
    plain = json.loads(to_json(policy))
    path, table = data.draw(
        st.sampled_from([(path, table) for path, table in _tables(plain) if table])
    )
    key = data.draw(st.sampled_from(sorted(table)))
    table[key] = {"no": ["such", 1.5]}
    assert not SCHEMA.is_valid(plain)
    try:
        from_plain(Policy, plain)
    except InvalidValueError as error:
        fields = [p.field for p in error.problems]
    else:
        fields = []
    wanted = f"{path}.{key}" if path else key
    # A rule whose first key is broken may say so itself, or for the key.
    assert any(one == path or one.startswith(wanted) for one in fields), (fields, wanted)


@given(policies(), policies())
@settings(max_examples=50)
def test_different_policies_have_different_text(one: Policy, other: Policy) -> None:
    assert (to_json(one) == to_json(other)) is (one == other)
    assert (to_plain(one) == to_plain(other)) is (one == other)
