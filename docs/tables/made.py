"""Which marks stand for what, and how pages are filled."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from petitionkit import presets
from tables.codes import error_codes, event_names, exit_codes, problem_codes
from tables.commands import command_list
from tables.lifecycle import capacities, diagram, restrictions
from tables.policy_keys import policy_keys
from tables.presets import table
from tables.versions import versions

DOCS = Path(__file__).parent.parent

MADE: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "capacities": capacities,
        "commands": command_list,
        "errors": error_codes,
        "events": event_names,
        "examples": lambda: table(presets.examples()),
        "exits": exit_codes,
        "policy-keys": policy_keys,
        "presets": lambda: table(presets.names()),
        "problems": problem_codes,
        "versions": versions,
    }
)
PICTURES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "reference/lifecycle.svg": diagram,
        "reference/lifecycle-restrictions.svg": restrictions,
    }
)
"""Pictures that are drawn, and by what."""

BY_HAND = frozenset({"simulation"})
"""Marks of figures that take minutes; a script of their own writes them, run by hand."""

_MARKED = re.compile(r"<!-- ([a-z-]+): begin -->\n.*?<!-- \1: end -->", re.DOTALL)


def pages() -> Iterator[Path]:
    """Every page of the documentation."""
    yield from sorted(DOCS.rglob("*.md"))


def filled(page: str) -> str:
    """A page with all that is made written anew; ``KeyError`` for a mark nobody knows."""

    def made(mark: re.Match[str]) -> str:
        name = mark[1]
        if name in BY_HAND:
            return mark[0]
        return f"<!-- {name}: begin -->\n{MADE[name]()}<!-- {name}: end -->"

    return _MARKED.sub(made, page)


def write() -> list[Path]:
    """Write every page and picture that is behind its source; answer those that were."""
    behind = []
    made = {path: filled(path.read_text("utf-8")) for path in pages()}
    made |= {DOCS / name: draw() for name, draw in PICTURES.items()}
    for path, after in made.items():
        if not path.exists() or path.read_text("utf-8") != after:
            path.write_text(after, "utf-8")
            behind.append(path)
    return behind
