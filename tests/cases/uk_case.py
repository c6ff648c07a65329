"""Cases of the UK Parliament's petitions as values: read from files, and their words explained.

Knows how instants, states and texts are written in a case, and nothing of petitions.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen
from dateutil.relativedelta import relativedelta

NOW = datetime(2016, 7, 10, 12, tzinfo=UTC)
"""What ``now`` and ``T`` mean in a case; no other instant of a case hangs on it."""

OWN_FILE = Path(__file__).parent / "uk-petitions.json"


class NotUnderstoodError(Exception):
    """The case says something that the runner does not know; neither passed nor failed."""


class NotYetError(Exception):
    """What the case is about is not built."""


class InWords(str):
    """Why something was refused, in words of our own; the cases have prose there, and any says
    the same. Never for what a case states exactly."""

    __slots__ = ()


_UNITS = {
    "s": "seconds",
    "second": "seconds",
    "minute": "minutes",
    "hour": "hours",
    "day": "days",
    "week": "weeks",
    "month": "months",
}
_UNIT = rf"\d+ (?:{'|'.join(list(_UNITS)[1:])})s?"
_SPAN = rf"{_UNIT}(?: and {_UNIT})*"
_AGO = re.compile(rf"({_SPAN}) ago|in ({_SPAN})|now-(\d+s)")
_PART = re.compile(r"(\d+) ?([a-z]+?)s?(?: |$)")
_TIMES = re.compile(r"(.)\*(\d+)")


def _span(text: str) -> relativedelta:
    """Length of ``14 days and 1 hour``, or of ``45s``."""
    if short := re.fullmatch(r"(\d+)s", text):
        return relativedelta(seconds=int(short[1]))
    parts = {_UNITS[unit]: int(n) for n, unit in _PART.findall(text)}
    return relativedelta(**parts)  # type: ignore[arg-type]


def read_instant(value: object) -> datetime:
    """Read an instant of a case."""
    if value in ("now", "T"):
        return NOW
    if isinstance(value, str):
        if relative := _AGO.fullmatch(value):
            ago, ahead, short = relative.groups()
            return NOW + _span(ahead) if ahead else NOW - _span(ago or short)
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise NotUnderstoodError(f"{value!r} is no instant") from None
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    raise NotUnderstoodError(f"{value!r} is no instant")


@frozen(kw_only=True)
class Case:
    """One case; ``args`` is its ``when`` without the operation."""

    id: str
    area: str
    op: str
    given: Mapping[str, Any] = field(factory=dict)
    args: Mapping[str, Any] = field(factory=dict)
    then: Mapping[str, Any] = field(factory=dict)

    def has(self, name: str) -> bool:
        """Whether the case gives a value that is not null."""
        return self.value(name) is not None

    def value(self, name: str) -> Any:  # noqa: ANN401 (JSON has no narrower type)
        """An argument, or else what is given; None where neither says it."""
        return self.args.get(name, self.given.get(name))

    def text(self, name: str) -> str:
        """A text, with ``x*256`` written out."""
        value = self.value(name)
        if not isinstance(value, str):
            raise NotUnderstoodError(f"{name} is {value!r} and no text")
        times = _TIMES.fullmatch(value)
        return times[1] * int(times[2]) if times else value

    def number(self, name: str) -> int:
        """A whole number from zero on."""
        value = self.value(name)
        if type(value) is not int or value < 0:
            raise NotUnderstoodError(f"{name} is {value!r} and no number")
        return value

    def flag(self, name: str) -> bool:
        """True or false; false where the case does not say."""
        value = self.value(name)
        if value is not None and type(value) is not bool:
            raise NotUnderstoodError(f"{name} is {value!r}, not true or false")
        return bool(value)

    def records(self, name: str) -> list[Mapping[str, Any]]:
        """A list of tables, or one table; empty where the case does not say."""
        value = self.value(name)
        listed = [value] if isinstance(value, dict) else value or []
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise NotUnderstoodError(f"{name} is {value!r} and no list of tables")
        return listed

    def instant(self, name: str) -> datetime:
        """An instant."""
        return read_instant(self.value(name))

    def variants(self) -> Iterator["Case"]:
        """The case once for each of the states that ``a|b|c`` stands for."""
        states = {
            name: value.split("|")
            for name, value in self.given.items()
            if name.endswith("state") and isinstance(value, str)
        }
        for chosen in product(*states.values()):
            yield evolve(self, given={**self.given, **dict(zip(states, chosen, strict=True))})


def _case(entry: Mapping[str, Any]) -> Case:
    """Read an entry; what is missing shows when it runs: then it is not understood."""
    when = entry.get("when")
    when = dict(when) if isinstance(when, dict) else {}
    given, then = entry.get("given"), entry.get("then")
    return Case(
        id=str(entry["id"]),
        area=str(entry["area"]),
        op=str(when.pop("op", "")),
        given=given if isinstance(given, dict) else {},
        args=when,
        then=then if isinstance(then, dict) else {},
    )


def cases_of(path: Path) -> list[Case] | None:
    """The cases of a file; None where the file has another shape."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    if not isinstance(content, list) or not content:
        return None
    shaped = all(isinstance(entry, dict) and {"id", "area"} <= entry.keys() for entry in content)
    return [_case(entry) for entry in content] if shaped else None


@frozen(kw_only=True)
class Extra:
    """Cases of somebody else's, and files beside them that hold none."""

    cases: tuple[Case, ...] = ()
    other_files: tuple[str, ...] = ()


def extra_cases(folder: Path) -> Extra:
    """Every case of a folder, each named after its file too; files in the order of their names."""
    cases: list[Case] = []
    others: list[str] = []
    for path in sorted(folder.glob("*.json")):
        found = cases_of(path)
        if found is None:
            others.append(path.name)
        else:
            cases += [evolve(case, id=f"{path.stem}:{case.id}") for case in found]
    return Extra(cases=tuple(cases), other_files=tuple(others))
