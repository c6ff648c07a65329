import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.errors import UnreadableFileError
from petitionkit.formats.json_text import (
    DEPTH_LIMIT,
    dump,
    find_place,
    parse,
    read_bytes,
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def refusal(raw: bytes) -> tuple[str, int, int]:
    with pytest.raises(UnreadableFileError) as caught:
        parse(raw)
    return caught.value.problem_code, caught.value.line, caught.value.column


@given(JSON, st.sampled_from([None, 2]))
def test_what_is_written_is_read_back_with_its_keys_in_order(
    value: object, indent: int | None
) -> None:
    found = parse(dump(value, indent=indent))
    assert found == value
    assert json.dumps(found) == json.dumps(value)


@given(JSON)
def test_what_is_read_is_what_the_standard_library_reads(value: object) -> None:
    raw = json.dumps(value).encode()
    assert parse(raw) == json.loads(raw)
    assert parse(b"\xef\xbb\xbf" + raw) == json.loads(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", ("json.cut", 1, 1)),
        (b" \n ", ("json.cut", 2, 2)),
        (b'{"a":\n  [1, 2', ("json.cut", 2, 8)),
        (b'{"a": "half', ("json.cut", 1, 7)),
        (b'{"a": 1,\n2}', ("json.syntax", 2, 1)),
        (b"[1, 2] 3", ("json.syntax", 1, 8)),
        (b"petition", ("json.syntax", 1, 1)),
        (b'{"a": tru', ("json.syntax", 1, 7)),
        (b'["\xff"]', ("json.encoding", 1, 3)),
        ('["ä",\n"ß'.encode() + b'\xe4"]', ("json.encoding", 2, 3)),
        ('["ä"]'.encode("utf-16"), ("json.encoding", 1, 1)),
        (b'[true, "x", null, NaN]', ("json.number", 1, 19)),
        (b'[1, NaNe": 2]', ("json.number", 1, 5)),
        (b"[1, NaN]", ("json.number", 1, 5)),
        (b"[\n-Infinity]", ("json.number", 2, 1)),
        (b'{"a": {"b": 1e999}}', ("json.number", 1, 13)),
        (b"[1, " + b"9" * 5000 + b"]", ("json.number", 1, 5)),
        (b"[-" + b"9" * 5000 + b"]", ("json.number", 1, 2)),
        (b'{"a": 1, "b": {"a": 2, "a": 3}}', ("json.repeated_key", 1, 24)),
        (b'[{"a": 1}, {"a": 1},\n{"a": 1, "\\u0061": 1}]', ("json.repeated_key", 2, 10)),
        (b'["\\ud83d\\ude00", "a\\ud83d"]', ("json.lone_surrogate", 1, 20)),
        (b'["\\ude00"]', ("json.lone_surrogate", 1, 3)),
        (b'["\\ud83d\\ud83d\\ude00"]', ("json.lone_surrogate", 1, 3)),
        (b'["\\ud83dx\\ude00"]', ("json.lone_surrogate", 1, 3)),
        (b'["\\\\ud800"]', None),
        (b'["\\ud83d\\ude00"]', None),
        (b"[" + b"9" * 4300 + b', {"a":1,"a":2}]', ("json.repeated_key", 1, 4311)),
    ],
)
def test_what_is_no_json_is_refused_where_it_is_wrong(
    raw: bytes, expected: tuple[str, int, int] | None
) -> None:
    if expected is None:
        assert parse(raw) == json.loads(raw)
    else:
        assert refusal(raw) == expected


def test_nesting_ends_at_the_limit() -> None:
    deepest = b"[" * DEPTH_LIMIT + b"]" * DEPTH_LIMIT
    assert parse(deepest) == json.loads(deepest)
    assert refusal(b"\n[" + deepest + b"]") == ("json.too_deep", 2, DEPTH_LIMIT + 1)
    wide = b'["]",' + b'{"a":["}"]},' * 200 + b"[]]"
    assert parse(wide) == json.loads(wide)


def test_ten_megabytes_of_brackets_are_refused() -> None:
    for raw in (b"[" * 10_000_000, b'{"a":' * 2_000_000):
        assert refusal(raw)[0] == "json.too_deep"


def test_lines_are_counted_from_where_the_text_begins() -> None:
    with pytest.raises(UnreadableFileError, match="line 7, column 2: "):
        parse(b"[x]", line=7)


def _paths(value: object, path: str = "") -> list[tuple[str, object]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    found = [(path, value)]
    for key, one in inner:
        found += _paths(one, f"{path}.{key}" if path else str(key))
    return found


KEYED = st.recursive(
    st.integers() | st.booleans() | st.text('ab{}[],:"\\\n', max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(KEYED, st.sampled_from([None, 1]))
@settings(max_examples=200)
def test_every_value_is_found_at_its_path(value: object, indent: int | None) -> None:
    """What the decoder reads from the place that is told is the value."""
    raw = dump(value, indent=indent)
    lines = raw.decode().split("\n")
    for path, there in _paths(value):
        line, column = find_place(raw, path)
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert json.JSONDecoder().raw_decode(rest)[0] == there


def test_of_a_path_that_leads_nowhere_the_closest_value_is_told() -> None:
    raw = b'{"a": {"b": 1}}'
    assert find_place(raw, "a.c") == (1, 7)
    assert find_place(raw, "x") == (1, 1)


def test_infinity_is_not_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump(math.inf)


def test_a_file_is_read_up_to_a_limit_and_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"12345")
    assert read_bytes(path, 5) == b"12345"
    for file, limit, code in ((path, 4, "file.too_large"), (tmp_path, 4, "file.unreadable")):
        with pytest.raises(UnreadableFileError) as caught:
            read_bytes(file, limit)
        assert caught.value.problem_code == code
    with pytest.raises(UnreadableFileError, match=r"none\.json cannot be read: No such file"):
        read_bytes(tmp_path / "none.json")
