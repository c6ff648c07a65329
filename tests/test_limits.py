"""What a field may be, and that every constructor refuses in petitionkit's own words."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import attrs
import pytest

import petitionkit
from petitionkit.errors import InvalidValueError
from petitionkit.limits import (
    Choice,
    at_least,
    at_most,
    between,
    filled,
    if_given,
    is_key,
    is_language,
    matching,
    no_longer_than,
    one_of,
)
from petitionkit.problems import Problem, problem

SKIPPED = ("petitionkit.django", "petitionkit.testing")


def refusal(limit: Any, value: object) -> Problem | None:  # noqa: ANN401 (one or several)
    kind = attrs.make_class("Kind", {"part": attrs.field(validator=limit)})
    try:
        kind(value)
    except InvalidValueError as error:
        [found] = error.problems
        return found
    return None


@pytest.mark.parametrize(
    ("limit", "good", "bad"),
    [
        (
            at_least(1),
            (1, 2),
            {
                0: problem("too_small", "part", least=1),
                "1": problem("wrong_type", "part", expected="a whole number"),
                True: problem("wrong_type", "part", expected="a whole number"),
                None: problem("wrong_type", "part", expected="a whole number"),
            },
        ),
        (at_most(3), (3, -1), {4: problem("too_large", "part", most=3)}),
        (
            between(1, 3),
            (1, 3),
            {0: problem("too_small", "part", least=1), 4: problem("too_large", "part", most=3)},
        ),
        (
            filled,
            ("a", (0,)),
            {"": problem("required", "part"), (): problem("too_few", "part", needed=1)},
        ),
        (
            no_longer_than(2),
            ("", "ab"),
            {"abc": problem("too_long", "part", length=3, limit=2), 7: problem("not_text", "part")},
        ),
        (
            matching("a+", "not_a_code"),
            ("a", "aa"),
            {"ab": problem("not_a_code", "part"), None: problem("not_text", "part")},
        ),
        (one_of("a", "b"), ("a",), {"c": problem("unknown_choice", "part", choices="a, b")}),
        (if_given(at_least(1)), (None, 1), {0: problem("too_small", "part", least=1)}),
        (
            is_key,
            ("a", "7-b_c"),
            dict.fromkeys(("", "A", "_a", "a\n", "ä"), problem("not_a_key", "part")),
        ),
        (
            is_language,
            ("en", "pt-BR", "fil"),
            dict.fromkeys(("", "e", "en_GB", "en-"), problem("unknown_language", "part")),
        ),
    ],
)
def test_what_is_within_its_limit_is_taken_and_what_is_not_is_named(
    limit: Any,  # noqa: ANN401 (one or several)
    good: tuple[object, ...],
    bad: dict[object, Problem],
) -> None:
    assert [refusal(limit, value) for value in good] == [None] * len(good)
    assert {value: refusal(limit, value) for value in bad} == bad


def test_a_word_that_is_no_choice_is_told_the_choices() -> None:
    class Colour(Choice):
        RED = "red"
        BLUE = "blue"

    assert Colour("red") is Colour.RED
    with pytest.raises(InvalidValueError) as caught:
        Colour("secret")
    assert caught.value.problems == (problem("unknown_choice", choices="red, blue"),)


def modules() -> Iterator[Any]:
    for found in walk_packages(petitionkit.__path__, "petitionkit."):
        if not found.name.startswith(SKIPPED):
            yield import_module(found.name)


def values() -> Iterator[type]:
    for module in modules():
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__ and attrs.has(kind):
                yield kind


def parts_of(validator: Any) -> Iterator[Any]:  # noqa: ANN401 (attrs keeps several as one)
    inner = getattr(validator, "_validators", None)
    if inner is None:
        yield validator
    else:
        for one in inner:
            yield from parts_of(one)


def test_no_field_is_checked_by_what_knows_no_problems() -> None:
    checked = [
        (kind.__qualname__, field.name, one)
        for kind in values()
        for field in attrs.fields(kind)
        if field.validator is not None
        for one in parts_of(field.validator)
    ]
    assert len(checked) > 100
    foreign = [entry for entry in checked if not entry[2].__module__.startswith("petitionkit.")]
    assert foreign == []


def test_no_choice_is_an_enumeration_that_knows_no_problems() -> None:
    for module in modules():
        tree = ast.parse(inspect.getsource(module))
        bases = {
            base.id
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            for base in node.bases
            if isinstance(base, ast.Name)
        }
        assert "StrEnum" not in bases or module.__name__ == "petitionkit.limits", module
