"""The documentation runs, hangs together, and shows the source as it is."""

import builtins
import re
import tomllib
from code import InteractiveConsole
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from itertools import combinations
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

from petitionkit.facts import State
from petitionkit.lifecycle import TRANSITIONS
from tables import lifecycle, made, reference, sampling_simulation
from tables.drawing import Picture, Rectangle

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
PARTS = ("tutorial", "how-to", "explanation", "reference")


def printed(example: Example) -> None:
    """A block of text in the tutorial is what was printed since the one before."""
    shown, said = str(example.parsed), example.namespace["output"]
    assert said.getvalue() == shown
    said.seek(0)
    said.truncate()


_PYTHON = CodeBlockParser(language="python", evaluator=PythonEvaluator())
_BLOCKS = Sybil([_PYTHON])
_LESSON = Sybil([_PYTHON, CodeBlockParser(language="text", evaluator=printed)])
_LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+)")
_MARK = re.compile(r"<!-- ([a-z-]+): begin -->")

every_page = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix()
)


def out_of_place(path: str) -> str:
    """What is wrong with where a page stands, seen from docs/; empty where nothing is."""
    folder, _, _ = path.rpartition("/")
    if path == "index.md" or folder in PARTS or folder.startswith("examples/"):
        return ""
    return (
        f"docs/{path} is in no table of contents: move it into one of the folders"
        f" {', '.join(PARTS)}, where it is listed by itself"
    )


def lost_links(page: Path) -> list[str]:
    """Links of a page to files that are not there."""
    links: list[str] = _LINK.findall(page.read_text("utf-8"))
    return [link for link in links if not (page.parent / link).exists()]


@every_page
def test_every_python_block_of_a_page_runs(
    page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for example in _BLOCKS.parse(page).examples():
        example.evaluate()


def test_the_tutorial_prints_what_it_shows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    lesson = _LESSON.parse(DOCS / "tutorial" / "index.md")
    output = lesson.namespace["output"] = StringIO()
    with redirect_stdout(output):
        for example in lesson.examples():
            example.evaluate()
    assert output.getvalue() == "", "what the last blocks print is not shown"


def typed_in(block: str, console: InteractiveConsole) -> bool:
    """Whether a block that is pasted into an interpreter, with an empty line after it, is whole."""
    return not [console.push(line) for line in [*block.splitlines(), ""]][-1]


def test_the_tutorial_can_be_typed_into_an_interpreter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    console, output = InteractiveConsole(), StringIO()
    page = (DOCS / "tutorial" / "index.md").read_text("utf-8")
    with redirect_stdout(output), redirect_stderr(output):
        for kind, block in re.findall(r"```(python|text)\n(.*?)```", page, re.DOTALL):
            if kind == "python":
                assert typed_in(block, console)
            else:
                said = [line for line in output.getvalue().splitlines() if line in block]
                assert said == block.splitlines(), output.getvalue()
                output.truncate(output.seek(0))


def test_the_readme_has_blocks_to_run() -> None:
    assert len(list(_BLOCKS.parse(ROOT / "README.md").examples())) >= 3


def test_every_page_is_in_a_table_of_contents() -> None:
    found = (out_of_place(page.relative_to(DOCS).as_posix()) for page in PAGES[1:])
    assert [wrong for wrong in found if wrong] == []


@every_page
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    assert lost_links(page) == []


@every_page
def test_a_page_shows_the_source_as_it_is(page: Path) -> None:
    text = page.read_text("utf-8")
    assert set(_MARK.findall(text)) <= made.MADE.keys() | made.BY_HAND
    assert made.filled(text) == text, "write it anew: python docs/write.py"


@pytest.mark.parametrize("name", sorted(made.MADE))
def test_everything_that_is_made_is_shown_once(name: str) -> None:
    marks = [mark for page in PAGES for mark in _MARK.findall(page.read_text("utf-8"))]
    assert marks.count(name) == 1


@pytest.mark.parametrize("name", sorted(made.PICTURES))
def test_a_picture_is_drawn_from_the_source_as_it_is(name: str) -> None:
    there = (DOCS / name).read_text("utf-8")
    assert there == made.PICTURES[name](), "draw it anew: python docs/write.py"
    pages = [page.read_text("utf-8") for page in (DOCS / name).parent.glob("*.md")]
    assert sum(f"]({Path(name).name})" in page for page in pages) == 1


def test_the_pictures_of_the_lifecycle_are_the_table() -> None:
    drawn = [
        (state, to, event)
        for name in made.PICTURES
        for arrow in re.findall("<title>(.* → .*)</title>", (DOCS / name).read_text("utf-8"))
        for states, to, events in [re.split(" → |: ", arrow)]
        for state in states.split(", ")
        for event in events.split(", ")
    ]
    table = {
        (state.value, to.value, event.value)
        for state, row in TRANSITIONS.items()
        for event, to in row.items()
        if to is not state and isinstance(to, State)
    }
    assert set(drawn) == table
    assert len(drawn) == len(table)


@pytest.mark.parametrize(
    ("picture", "restricted"), [(lifecycle.THE_WAY, False), (lifecycle.TAKING_DOWN, True)]
)
def test_a_picture_can_be_read(picture: Picture, restricted: bool) -> None:  # noqa: FBT001
    words = [
        picture.words(arrow) for arrow in picture.arrows(lifecycle.steps(restricted=restricted))
    ]
    parts = [*words, *map(picture.place, picture.states)]
    for one, other in combinations(parts, 2):
        assert not one.meets(other), (one, other)
    whole = Rectangle(picture.size[0] / 2, picture.size[1] / 2, *picture.size)
    for part in [*parts, *(frame.place for frame in picture.frames)]:
        assert abs(part.x - whole.x) + part.width / 2 < whole.width / 2
        assert abs(part.y - whole.y) + part.height / 2 < whole.height / 2


@pytest.mark.parametrize(
    ("page", "row"),
    [
        ("lifecycle.md", "| `rejected` | moderator, office |"),
        ("codes.md", "| `NotFoundError` | `not_found` | `LookupError` | 404 | 66 |"),
        ("codes.md", "| `too_long` | has {length} characters; at most {limit} are allowed |"),
        ("codes.md", "| `reinstated` | what it is beneath |"),
        ("codes.md", "| `unpaused` | `open` |"),
        ("codes.md", "| `answered` | - |"),
        ("command-line.md", "| 75 | the store is locked by another process; try again, or the "),
        ("commands.md", "petitionkit import [OPTIONS] FILE"),
        ("commands.md", "| `--dry-run` | Report, and write nothing. |"),
        ("policy-keys.md", "| `resident_in` | list of text | needed |"),
        ("policy-keys.md", '| `month_end` | `"clipped"`, `"next_day"` | `"clipped"` |'),
        ("policy-keys.md", "| `by_mail` | `true` or `false` | `true` |"),
        ("compatibility.md", "| format of policies | 1 | 1 |"),
    ],
)
def test_what_is_made_says_what_the_source_does(page: str, row: str) -> None:
    assert row in (DOCS / "reference" / page).read_text("utf-8")


def test_every_module_has_a_page_or_a_reason_for_none() -> None:
    source = ROOT / "src" / "petitionkit"
    parts = {
        path.relative_to(source.parent).with_suffix("").as_posix().removesuffix("/__init__")
        for path in source.rglob("*.py")
    }
    names = {part.replace("/", ".") for part in parts} - {"petitionkit"}
    paged = set(reference.module_names())
    assert paged <= names
    for name in names - paged:
        assert any(f"{name}.".startswith(f"{out}.") for out in reference.LEFT_OUT)
    assert set(reference.LEFT_OUT) <= names
    assert all(f"   {name}\n" in reference.contents() for name in paged)


def test_the_documentation_is_built_with_every_extra_but_the_heaviest() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    named = re.fullmatch(r"petitionkit\[(.*)\]", extras["docs"][0])
    assert named is not None
    assert set(named[1].split(",")) == set(extras) - {"dev", "docs", "spark", "test"}


def test_the_checks_notice_what_they_are_for(tmp_path: Path) -> None:
    assert out_of_place("how-to/new.md") == out_of_place("index.md") == ""
    assert out_of_place("examples/site/README.md") == ""
    assert "move it into one of the folders" in out_of_place("new.md")
    assert out_of_place("how-to/deeper/new.md")
    page = tmp_path / "page.md"
    page.write_text("[a](page.md#b), [b](https://example.org/), [c](gone.md), [d](#here)", "utf-8")
    assert lost_links(page) == ["gone.md"]
    behind = "<!-- events: begin -->\nold\n<!-- events: end -->\n"
    assert "| `opened` | `open` |" in made.filled(behind)
    with pytest.raises(KeyError, match="nonsense"):
        made.filled("<!-- nonsense: begin -->\n<!-- nonsense: end -->")


def test_the_table_of_how_statutes_err_is_made_by_its_script(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = sampling_simulation.SETTINGS[-1:]
    for name, value in (("DRAWS", 2), ("RATIOS", (1.00,)), ("SETTINGS", last)):
        monkeypatch.setattr(sampling_simulation, name, value)
    header, rule, row = sampling_simulation.table().splitlines()
    page = (DOCS / "how-to" / "sampling.md").read_text("utf-8")
    assert f"{header}\n{rule}\n" in page
    assert row[: row.index("1.00")] in page


def test_the_store_of_the_page_keeps_every_promise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    page = _BLOCKS.parse(DOCS / "how-to" / "your-own-store.md")
    for example in page.examples():
        example.evaluate()
    page.namespace["__builtins__"] = builtins  # pickle asks for them, and Sybil takes them away
    suite = page.namespace["TestKeyValueStore"]
    promises = [name for name in dir(suite) if name.startswith("test_") and getattr(suite, name)]
    assert len(promises) > 40
    for promise in promises:
        getattr(suite(), promise)()
