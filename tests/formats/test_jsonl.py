import hashlib
import io
import json
from collections.abc import Sequence
from inspect import isclass
from typing import Any

import pytest
from attrs import has
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from value_strategies import signatures, submissions, values_of

import petitionkit
from petitionkit import Acting, KeyRing, Similar
from petitionkit.codec import from_json, to_json, to_plain
from petitionkit.errors import UnreadableFileError
from petitionkit.formats.jsonl import (
    LINE_LIMIT,
    RECORDS,
    Record,
    line_schema,
    read_histories,
    read_records,
    read_signatures,
    write_histories,
    write_records,
)
from petitionkit.json_schema import json_schema
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.signature import Attempt, Signature
from petitionkit.testing.strategies import petitions, policies
from samples import T0

RECORD = petitions() | policies() | signatures | submissions
GENERATED: dict[object, st.SearchStrategy[Any]] = {Petition: petitions(), Policy: policies()}
HEAD = b'{"petitionkit":1}\n'


def written(values: Sequence[Record]) -> bytes:
    file = io.BytesIO()
    assert write_records(file, values) == len(values)
    return file.getvalue()


def ended(*lines: bytes) -> bytes:
    """A file of lines with a right end, whatever the lines are."""
    body = HEAD + b"".join(line + b"\n" for line in lines)
    end = {"end": {"records": len(lines), "sha256": hashlib.sha256(body).hexdigest()}}
    return body + json.dumps(end).encode() + b"\n"


def refusal(raw: bytes) -> tuple[str, int, int]:
    with pytest.raises(UnreadableFileError) as caught:
        list(read_records(io.BytesIO(raw)))
    return caught.value.problem_code, caught.value.line, caught.value.column


@given(st.lists(RECORD, max_size=3))
@settings(max_examples=150)
def test_records_come_back_as_they_were(values: list[Record]) -> None:
    assert list(read_records(io.BytesIO(written(values)))) == values


@given(st.lists(petitions(), max_size=3))
@settings(max_examples=50)
def test_histories_come_back_as_they_were(values: list[Petition]) -> None:
    file = io.BytesIO()
    lines = write_histories(file, values)
    assert lines == len(values) + sum(len(petition.facts) for petition in values)
    assert list(read_histories(io.BytesIO(file.getvalue()))) == values


@given(st.lists(signatures, max_size=3))
@settings(max_examples=50)
def test_rolls_come_back_as_they_were(values: list[Signature]) -> None:
    assert list(read_signatures(io.BytesIO(written(values)))) == values


@given(st.lists(RECORD, min_size=1, max_size=2))
@settings(max_examples=50)
def test_every_line_is_what_the_schema_says(values: list[Record]) -> None:
    validator = Draft202012Validator(line_schema())
    for line in written(values).splitlines():
        assert validator.is_valid(json.loads(line))


@pytest.mark.parametrize("kind", [*RECORDS.values(), Attempt], ids=lambda kind: kind.__name__)
def test_the_schema_of_a_value_takes_it_and_no_other_key(kind: type) -> None:
    made = GENERATED[kind] if kind in GENERATED else values_of(kind)
    schema = json_schema(kind)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)

    @given(made)
    @settings(max_examples=40)
    def holds(value: object) -> None:
        plain = json.loads(to_json(value))
        assert from_json(kind, to_json(value)) == value
        assert validator.is_valid(plain)
        assert not validator.is_valid({**plain, "colour": "red"})
        for name in schema["$defs"][kind.__name__]["required"]:
            assert not validator.is_valid({k: v for k, v in plain.items() if k != name})

    holds()


@pytest.mark.parametrize(
    "kind",
    [
        value
        for value in (getattr(petitionkit, name) for name in petitionkit.__all__)
        if isclass(value) and has(value) and value not in (Acting, KeyRing, Similar)
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_value_of_the_front_door_has_a_valid_schema(kind: type) -> None:
    """But for what is no value to be kept: a seat at a desk, keys, and how alike two texts are."""
    Draft202012Validator.check_schema(json_schema(kind))


def test_a_file_that_was_cut_anywhere_is_refused() -> None:
    whole = written([SIGNATURE, SIGNATURE])
    for length in range(len(whole)):
        code, line, _ = refusal(whole[:length])
        assert code in ("jsonl.cut", "json.cut", "jsonl.wrong_digest")
        assert line >= 1


SIGNATURE = from_json(
    Signature,
    to_json(
        {
            "id": "00000000-0000-0000-0000-000000000001",
            "petition_id": "00000000-0000-0000-0000-000000000002",
            "particulars": {"name": "Ana Díaz"},
            "text_digest": "d",
            "language": "en",
            "signed_at": T0,
            "counted_at": T0,
        }
    ),
)


def test_a_file_that_was_changed_anywhere_is_refused() -> None:
    whole = written([SIGNATURE, SIGNATURE])
    for place in range(len(whole) - 1):
        changed = bytearray(whole)
        changed[place] ^= 1
        refusal(bytes(changed))


def test_lines_left_out_or_joined_to_another_file_are_refused() -> None:
    lines = written([SIGNATURE, SIGNATURE]).splitlines(keepends=True)
    assert refusal(b"".join(lines[:1] + lines[2:])) == ("jsonl.wrong_digest", 3, 1)
    assert refusal(b"".join(lines[:2] + lines[3:])) == ("jsonl.wrong_digest", 3, 1)
    assert refusal(b"".join(lines * 2)) == ("jsonl.after_the_end", 5, 1)
    assert refusal(b"".join(lines[:-1])) == ("jsonl.cut", 4, 1)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", ("jsonl.cut", 1, 1)),
        (b'{"petitionkit":2}\n', ("jsonl.no_head", 1, 1)),
        (b"[]\n", ("jsonl.no_head", 1, 1)),
        (b'{"petition":\n', ("json.cut", 2, 1)),
        (ended(b"[]"), ("jsonl.no_record", 2, 1)),
        (ended(b"{}"), ("jsonl.no_record", 2, 1)),
        (ended(b'{"fact":{},"petition":{}}'), ("jsonl.no_record", 2, 1)),
        (ended(b'{"colour":"red"}'), ("jsonl.unknown_kind", 2, 2)),
        (ended(b'{"submission":7}'), ("jsonl.wrong_value", 2, 15)),
        (ended(b'{"submission":{"draft":{"name":7}}}'), ("jsonl.wrong_value", 2, 32)),
        (ended(b'{"submission":{"draft":{}}}', b'{"x'), ("json.cut", 3, 4)),
        (HEAD + b'{"end":{"records":0}}\n', ("jsonl.wrong_digest", 2, 1)),
        (HEAD + b'{"end":[]}\n', ("jsonl.wrong_digest", 2, 1)),
        (ended()[:-1], ("jsonl.wrong_digest", 2, 1)),
        (HEAD + b"x" * (LINE_LIMIT + 1), ("jsonl.line_too_long", 2, 1)),
    ],
)
def test_what_is_no_such_file_is_refused_where_it_is_wrong(
    raw: bytes, expected: tuple[str, int, int]
) -> None:
    assert refusal(raw) == expected


def test_other_lines_have_no_place_in_rolls_and_histories() -> None:
    raw = written([SIGNATURE])
    with pytest.raises(UnreadableFileError, match="line 2, column 1: this kind of line"):
        list(read_histories(io.BytesIO(raw)))
    fact = b'{"fact":{"event":"opened","at":"%s","recorded_at":"%s"}}' % (
        (b"2020-01-01T00:00Z",) * 2
    )
    for reader in (read_signatures, read_histories):
        with pytest.raises(UnreadableFileError) as caught:
            list(reader(io.BytesIO(ended(fact))))
        assert caught.value.problem_code == "jsonl.misplaced"


def test_what_is_wrong_is_said_without_what_somebody_wrote() -> None:
    raw = ended(b'{"submission":{"draft":{"name":["Ana Diaz"]}}}')
    with pytest.raises(UnreadableFileError) as caught:
        list(read_records(io.BytesIO(raw)))
    assert "Diaz" not in str(caught.value)
    assert "draft.name" in str(caught.value)


def test_a_line_is_the_codecs_json_under_its_kind() -> None:
    line = written([SIGNATURE]).splitlines()[1]
    assert json.loads(line) == {"signature": json.loads(to_json(to_plain(SIGNATURE)))}
