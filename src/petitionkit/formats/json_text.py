"""JSON as a file brings it: strict, bounded, and refused by line and column.

Refuses what the standard library lets through and no one can write again: numbers that are none
(NaN, 1e999), one key twice, half of a surrogate pair, and nesting beyond any need. What its
values mean is decided by the formats.
"""

import json
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from attrs import define, field, frozen

from petitionkit.errors import UnreadableFileError

__all__ = ["DEPTH_LIMIT", "SIZE_LIMIT", "dump", "find_place", "parse", "read_bytes"]

SIZE_LIMIT = 32_000_000
"""Bytes of one JSON document; the largest petition's page is under 100,000."""

DEPTH_LIMIT = 64
"""How deep lists and objects may nest."""

_SCAN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\[\]{},:"\s]+', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_DIGITS = sys.int_info.default_max_str_digits
_LOW, _HIGH = range(0xDC00, 0xE000), range(0xD800, 0xDC00)


class _RefusedError(ValueError):
    """What a hook of the decoder will not take; where it stands is found afterwards."""


def _no_constant(_: str) -> NoReturn:
    raise _RefusedError


def _finite(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise _RefusedError
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RefusedError
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
)


def read_bytes(path: Path | str, limit: int = SIZE_LIMIT) -> bytes:
    """Read a whole file of at most ``limit`` bytes; never more than that is in memory.

    Raises ``UnreadableFileError`` (``file.unreadable``, ``file.too_large``).
    """
    file = Path(path)
    try:
        with file.open("rb") as raw:
            found = raw.read(limit + 1)
    except OSError as error:
        raise UnreadableFileError(
            "file.unreadable", f"{file} cannot be read: {error.strerror}"
        ) from None
    if len(found) > limit:
        raise UnreadableFileError(
            "file.too_large", f"the file has over {limit:,} bytes; split it", line=1
        )
    return found


def parse(raw: bytes, *, line: int = 1) -> Any:  # noqa: ANN401 (JSON has no narrower type)
    """Read one JSON value in UTF-8, with or without a byte order mark.

    ``line`` is that of its first line in the file. Raises ``UnreadableFileError``
    (``json.encoding``, ``json.syntax``, ``json.cut``, ``json.too_deep``, ``json.number``,
    ``json.repeated_key``, ``json.lone_surrogate``) with line and column.
    """
    text = _decoded(raw, line)
    _check_depth(text, line)
    try:
        found = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
            _refuse("json.cut", "the JSON ends before it is complete", text, error.pos, line)
        _refuse("json.syntax", f"this is no JSON: {error.msg}", text, error.pos, line)
    except ValueError:  # a hook's, or an integer of more digits than Python reads
        _refuse_what_a_hook_refused(text, line)
    if _SURROGATE_ESCAPE.search(text) and (offset := _lone_surrogate(text)) is not None:
        _refuse("json.lone_surrogate", "half of a surrogate pair is no text", text, offset, line)
    return found


def dump(value: object, *, indent: int | None = None) -> bytes:
    """Write JSON in UTF-8, keys in their order, ending in a line feed."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators
    )
    return f"{text}\n".encode()


def find_place(raw: bytes, path: str, *, line: int = 1) -> tuple[int, int]:
    """Line and column of the value at a path such as ``data.attributes.closed_at``.

    Of the closest one around it that is there, where the path leads nowhere.
    """
    text = raw.decode("utf-8-sig")
    parts = tuple(path.split(".")) if path else ()
    best = _Node(0, (), "")
    for node in _walk(text):
        if len(node.path) > len(best.path) and node.path == parts[: len(node.path)]:
            best = node
    return _line_and_column(text, best.offset, line)


def _decoded(raw: bytes, line: int) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        if error.reason == "unexpected end of data":
            _refuse("json.cut", "the JSON ends before it is complete", before, len(before), line)
        _refuse("json.encoding", "the text is not UTF-8", before, len(before), line)


def _check_depth(text: str, line: int) -> None:
    if text.count("[") + text.count("{") <= DEPTH_LIMIT:
        return
    depth = 0
    for token in _SCAN.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                message = f"lists and objects nest deeper than {DEPTH_LIMIT}"
                _refuse("json.too_deep", message, text, token.start(), line)
        elif mark in "]}":
            depth -= 1


@define
class _Open:
    """A list or an object that the walk is in: the key it is at, and those it has seen."""

    key: str = ""
    listed: bool = True
    at_key: bool = False
    seen: set[str] = field(factory=set)


@frozen
class _Node:
    """A value or a key where it stands; ``again`` marks a key that its object had already."""

    offset: int
    path: tuple[str, ...]
    token: str
    again: bool = False


def _walk(text: str) -> Iterator[_Node]:
    """Every value of a JSON text, and every key that comes again, in order.

    Only asked where something is wrong with text that is JSON by its signs.
    """
    around: list[_Open] = []
    for found in _TOKEN.finditer(text):
        sign, top = found[0], around[-1] if around else None
        if sign in "]}" and around:
            around.pop()
        elif sign == "," and top is not None:
            top.at_key = not top.listed
            top.key = str(int(top.key) + 1) if top.listed else top.key
        elif sign == ":" and top is not None:
            top.at_key = False
        elif top is not None and top.at_key:
            top.key = str(json.loads(sign))
            if top.key in top.seen:
                yield _Node(found.start(), (), sign, again=True)
            top.seen.add(top.key)
        else:
            yield _Node(found.start(), tuple(one.key for one in around), sign)
            if sign in "[{":
                listed = sign == "["
                around.append(_Open("0" if listed else "", listed=listed, at_key=not listed))


def _refuse_what_a_hook_refused(text: str, line: int) -> NoReturn:
    """Find the first thing that a hook, or Python's limit of digits, would not take."""
    start = _Node(0, (), "null")
    found = next((node for node in _walk(text) if node.again or not _is_kept(node.token)), start)
    if found.again:
        _refuse("json.repeated_key", "this key is there twice", text, found.offset, line)
    _refuse("json.number", "this is no number that can be kept", text, found.offset, line)


def _is_kept(scalar: str) -> bool:
    if scalar[0] in '"[{tfn':
        return True
    if scalar.lstrip("-").isdigit():
        return len(scalar.lstrip("-")) <= _DIGITS
    try:
        return math.isfinite(float(scalar))
    except ValueError:  # a number that was refused, and what stands behind it
        return False


def _lone_surrogate(text: str) -> int | None:
    """Offset of the first escape that is half of a pair; None where all are whole."""
    high: re.Match[str] | None = None
    for escape in _ESCAPE.finditer(text):
        unit = int(escape[1], 16) if escape[1] else 0
        follows = high is not None and high.end() == escape.start()
        if high is not None and not (follows and unit in _LOW):
            return high.start()
        if high is None and unit in _LOW:
            return escape.start()
        high = escape if unit in _HIGH else None
    return None if high is None else high.start()


def _line_and_column(text: str, offset: int, line: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    return line + text.count("\n", 0, offset), offset - start + 1


def _refuse(code: str, message: str, text: str, offset: int, line: int) -> NoReturn:
    there, column = _line_and_column(text, offset, line)
    raise UnreadableFileError(code, message, line=there, column=column) from None
