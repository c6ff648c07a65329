"""Every code block in the README and in docs/ runs."""

import runpy
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

from petitionkit.facts import State
from petitionkit.lifecycle import TRANSITIONS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_BLOCKS = Sybil([CodeBlockParser(language="python", evaluator=PythonEvaluator())])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_python_block_of_a_page_runs(
    page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for example in _BLOCKS.parse(page).examples():
        example.evaluate()


def test_the_readme_has_blocks_to_run() -> None:
    assert len(list(_BLOCKS.parse(ROOT / "README.md").examples())) >= 3


def test_the_lifecycle_diagram_is_the_table() -> None:
    drawn = {
        tuple(line.strip().replace(": ", " --> ").split(" --> "))
        for line in (ROOT / "docs" / "lifecycle.md").read_text("utf-8").splitlines()
        if line.startswith("    ")
    }
    table = {
        (state.value, to.value, event.value)
        for state, row in TRANSITIONS.items()
        for event, to in row.items()
        if to is not state and isinstance(to, State)
    }
    assert drawn == table


def test_the_lifecycle_page_is_written_from_its_tables() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "lifecycle_tables.py"))
    page = (ROOT / "docs" / "lifecycle.md").read_text("utf-8")
    assert script["filled"](page) == page, "write it anew: python docs/lifecycle_tables.py"
    assert "| `rejected` | moderator, office |" in page
