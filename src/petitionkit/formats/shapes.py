"""Shapes of JSON: which keys a page of another system has, and of which types.

Checks what is there and asks for little: a key that is unknown, or that an older page lacks, is
no fault. All that is wrong is named at once, with the place of the first. What values mean is
the formats' to know.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from petitionkit.civil import parse_instant
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.formats.json_text import find_place

__all__ = [
    "Check",
    "checked",
    "is_count",
    "is_day",
    "is_moment",
    "is_text",
    "keyed",
    "listed",
    "or_null",
    "that",
]

# Yields the paths, below its own, of all that is not as it should be.
Check = Callable[[object, str], Iterator[str]]


def that(holds: Callable[[object], bool]) -> Check:
    """A value of which something holds."""

    def check(value: object, path: str) -> Iterator[str]:
        if not holds(value):
            yield path

    return check


def or_null(inner: Check) -> Check:
    """Null, or what the inner check says."""
    return lambda value, path: iter(()) if value is None else inner(value, path)


def listed(inner: Check) -> Check:
    """A list of what the inner check says."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield path
            return
        for place, item in enumerate(value):
            yield from inner(item, f"{path}.{place}")

    return check


def keyed(checks: Mapping[str, Check], *required: str) -> Check:
    """An object: keys that are there must be right, those required must be there."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield path
            return
        for name, inner in checks.items():
            if name in value or name in required:
                yield from inner(value.get(name), f"{path}.{name}" if path else name)

    return check


def is_text(value: object) -> bool:
    """Whether it is text."""
    return isinstance(value, str)


def is_count(value: object) -> bool:
    """Whether it is a whole number from 0 on."""
    return type(value) is int and value >= 0


def is_moment(value: object) -> bool:
    """Whether it is ISO 8601 with Z or an offset."""
    try:
        return isinstance(value, str) and parse_instant(value) is not None
    except InvalidValueError:
        return False


def is_day(value: object) -> bool:
    """Whether it is a day written YYYY-MM-DD."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def checked(plain: Any, check: Check, raw: bytes, system: str) -> Mapping[str, Any]:  # noqa: ANN401
    """An object of which a check holds; else ``UnreadableFileError`` (``SYSTEM.wrong_key``)."""
    wrong = list(check(plain, ""))
    if wrong:
        line, column = find_place(raw, wrong[0])
        names = ", ".join(path or "document" for path in wrong)
        raise UnreadableFileError(
            f"{system}.wrong_key",
            f"missing or of the wrong type: {names}",
            line=line,
            column=column,
        )
    found: Mapping[str, Any] = plain
    return found
