"""Cases of sampling, as files hold them: ``{cases: [{id, kind, inputs, expected, ...}]}``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

OWN_FILE = Path(__file__).with_name("sampling.json")


@frozen(kw_only=True)
class SamplingCase:
    """One case: what is given, what is expected, and what was published about it."""

    id: str
    kind: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    exact: Mapping[str, Any]
    reported: Mapping[str, Any]
    tolerance: str


def _case(entry: Mapping[str, Any]) -> SamplingCase:
    def table(name: str) -> Mapping[str, Any]:
        value = entry.get(name)
        return value if isinstance(value, dict) else {}

    return SamplingCase(
        id=str(entry["id"]),
        kind=str(entry["kind"]),
        inputs=table("inputs"),
        expected=table("expected"),
        exact=table("exact"),
        reported=table("reported"),
        tolerance=str(entry.get("tolerance", "")),
    )


def cases_of(path: Path) -> list[SamplingCase] | None:
    """The cases of a file; None where the file has another shape."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    entries = content.get("cases") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not entries:
        return None
    shaped = all(isinstance(entry, dict) and {"id", "kind"} <= entry.keys() for entry in entries)
    return [_case(entry) for entry in entries] if shaped else None


def extra_cases(folder: Path) -> list[SamplingCase]:
    """Every case of this shape in a folder, each named after its file too."""
    return [
        evolve(case, id=f"{path.stem}:{case.id}")
        for path in sorted(folder.glob("*.json"))
        for case in cases_of(path) or ()
    ]
