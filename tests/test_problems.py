import ast
import string
from pathlib import Path

import pytest

import petitionkit.problems
from petitionkit.problems import ENGLISH, Problem, problem, sentences

SOURCES = sorted(Path(petitionkit.problems.__file__).parent.rglob("*.py"))


def _emitted() -> list[tuple[str, str, set[str]]]:
    """Every ``problem("code", field, name=...)`` in the sources: place, code, parameter names."""
    found = []
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            first = node.args[0] if node.args else None
            if node.func.id in ("problem", "remark") and isinstance(first, ast.Constant):
                names = {keyword.arg for keyword in node.keywords if keyword.arg}
                found.append((f"{source.name}:{node.lineno}", str(first.value), names))
    return found


def test_a_problem_says_field_words_and_code() -> None:
    found = problem("too_long", "name", limit=255, length=256)
    assert found.message() == "has 256 characters; at most 255 are allowed"
    assert str(found) == "name: has 256 characters; at most 255 are allowed [too_long]"


def test_a_problem_of_the_whole_has_no_field_in_front() -> None:
    assert str(problem("not_json")) == "is not JSON; mend the text [not_json]"


def test_parameters_are_sorted_so_that_equal_problems_are_equal() -> None:
    assert problem("x", "f", b=2, a=1) == problem("x", "f", a=1, b=2)
    assert problem("x", "f", b=2, a=1).params == (("a", 1), ("b", 2))


def test_a_catalogue_gets_the_template_with_its_placeholders() -> None:
    german = {"must be one of: {choices}": "eines von {choices}"}
    found = problem("unknown_choice", "kind", choices="a, b")
    assert found.message(german.__getitem__) == "eines von a, b"


def test_an_unknown_code_stands_for_itself() -> None:
    assert Problem(code="app.too_rude", field="comment").message() == "app.too_rude"


def test_problems_are_joined_into_one_line() -> None:
    joined = sentences([problem("required", "name"), problem("not_json")])
    assert joined == "name: is required [required]; is not JSON; mend the text [not_json]"


def test_sources_emit_problems_that_this_test_can_see() -> None:
    assert len(_emitted()) > 40


@pytest.mark.parametrize(("place", "code", "names"), _emitted())
def test_every_emitted_problem_has_english_and_its_parameters(
    place: str, code: str, names: set[str]
) -> None:
    assert code in ENGLISH, place
    wanted = {name for _, name, _, _ in string.Formatter().parse(ENGLISH[code]) if name}
    assert wanted <= names, f"{place}: {code} needs {sorted(wanted - names)}"
