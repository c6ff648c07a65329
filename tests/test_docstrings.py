"""Docstrings of everything public can be read by the documentation: plain reStructuredText."""

import ast
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import pytest
from docutils.core import publish_doctree
from docutils.nodes import system_message
from docutils.utils import Reporter

import petitionkit

SOURCE = Path(petitionkit.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string that documents something, those beneath constants included, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, cleandoc(text)


def unreadable(source: str) -> list[str]:
    """What cannot be read of a module's docstrings, as ``line: complaint``."""
    found = []
    for line, text in docstrings(ast.parse(source)):
        settings = {"report_level": Reporter.WARNING_LEVEL, "warning_stream": False}
        tree = publish_doctree(text, settings_overrides=settings)
        found += [f"{line}: {message.astext()}" for message in tree.findall(system_message)]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_docstrings_are_plain_restructuredtext(path: Path) -> None:
    assert unreadable(path.read_text("utf-8")) == []


def test_the_check_notices_what_it_is_for() -> None:
    assert unreadable('"""Fine: ``x`` and *y*."""\nA = 1\n"""Also fine."""') == []
    assert "1: " in unreadable('"""An ``open literal."""')[0]
    assert "2: " in unreadable('A = 1\n"""An *open emphasis."""')[0]
    assert unreadable('"""A role of :class:`its own`."""')
