"""Limits of fields: what a value may be that a constructor takes, as attrs asks for it.

Decides how a refusal is said: ``InvalidValueError`` with one problem, under the field's name and
with a stable code, that never repeats the value. Which limit a field has is for the field to say.
"""

import re
from collections.abc import Callable, Sized
from enum import StrEnum
from typing import Any

from attrs import Attribute

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem

__all__ = [
    "Choice",
    "at_least",
    "at_most",
    "between",
    "filled",
    "if_given",
    "is_key",
    "is_language",
    "matching",
    "no_longer_than",
    "one_of",
]


class Choice(StrEnum):
    """One of a few words; whatever is none of them is an ``unknown_choice``."""

    @classmethod
    def _missing_(cls, _: object) -> object:
        raise InvalidValueError([problem("unknown_choice", choices=", ".join(cls))])


Limit = Callable[[object, "Attribute[Any]", Any], None]


def _refuse(code: str, field: str, **params: str | int) -> None:
    raise InvalidValueError([problem(code, field, **params)])


def _demand_number(field: str, value: object) -> None:
    if type(value) is not int:
        _refuse("wrong_type", field, expected="a whole number")


def _demand_text(field: str, value: object) -> None:
    if not isinstance(value, str):
        _refuse("not_text", field)


def at_least(least: int) -> Limit:
    """A whole number that is not smaller; else ``too_small`` (``wrong_type`` for no number)."""

    def check(_: object, attribute: "Attribute[Any]", value: Any) -> None:  # noqa: ANN401
        _demand_number(attribute.name, value)
        if value < least:
            _refuse("too_small", attribute.name, least=least)

    return check


def at_most(most: int) -> Limit:
    """A whole number that is not larger; else ``too_large`` (``wrong_type`` for no number)."""

    def check(_: object, attribute: "Attribute[Any]", value: Any) -> None:  # noqa: ANN401
        _demand_number(attribute.name, value)
        if value > most:
            _refuse("too_large", attribute.name, most=most)

    return check


def between(least: int, most: int) -> tuple[Limit, Limit]:
    """A whole number of a range, both ends of which belong to it."""
    return at_least(least), at_most(most)


def filled(_: object, attribute: "Attribute[Any]", value: Sized) -> None:
    """Text of at least one character (else ``required``), or one of several (``too_few``)."""
    if not value:
        if isinstance(value, str):
            _refuse("required", attribute.name)
        _refuse("too_few", attribute.name, needed=1)


def no_longer_than(limit: int) -> Limit:
    """Text of at most so many characters; else ``too_long``."""

    def check(_: object, attribute: "Attribute[Any]", value: Any) -> None:  # noqa: ANN401
        _demand_text(attribute.name, value)
        if len(value) > limit:
            _refuse("too_long", attribute.name, length=len(value), limit=limit)

    return check


def matching(pattern: str, code: str, **params: str | int) -> Limit:
    """Text that matches as a whole; else a problem of that code (``not_text`` for no text)."""
    wanted = re.compile(pattern)

    def check(_: object, attribute: "Attribute[Any]", value: Any) -> None:  # noqa: ANN401
        _demand_text(attribute.name, value)
        if wanted.fullmatch(value) is None:
            _refuse(code, attribute.name, **params)

    return check


def one_of(*choices: object) -> Limit:
    """One of these; else ``unknown_choice``."""
    told = ", ".join(map(str, choices))

    def check(_: object, attribute: "Attribute[Any]", value: object) -> None:
        if value not in choices:
            _refuse("unknown_choice", attribute.name, choices=told)

    return check


def if_given(limit: Limit) -> Limit:
    """None, or what that limit allows."""

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if value is not None:
            limit(instance, attribute, value)

    return check


is_key = matching(r"[a-z0-9][a-z0-9_-]*", "not_a_key")
"""A key of small letters, digits, ``_`` and ``-``; else ``not_a_key``."""

is_language = matching(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", "unknown_language")
"""A language tag (BCP 47) such as ``en`` or ``pt-BR``; else ``unknown_language``."""
