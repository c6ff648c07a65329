"""Keying: who typed which lines, and where two who typed the same lines differ.

Batches may come in any order and go on for weeks; what comes of them depends only on what is in
them. Differences name fields, never what was typed. Which of two readings is right is decided by
somebody who looks at the sheet, and types it as a batch that decides.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import asdict, field, frozen

from petitionkit.civil import instant
from petitionkit.errors import InvalidValueError
from petitionkit.paper.sheets import Line
from petitionkit.problems import Problem, problem
from petitionkit.text import clean

__all__ = ["Batch", "Difference", "Keyed", "keyed_by", "reconcile"]


@frozen(kw_only=True)
class Batch:
    """Lines that one person typed in one go; ``keyed_by`` is an opaque reference.

    A batch that ``decides`` was read from the sheets themselves to end differences: its lines
    are settled, whatever others read.
    """

    id: str
    keyed_by: str
    keyed_at: datetime = field(converter=instant)
    lines: tuple[Line, ...] = field(default=(), repr=False)
    decides: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse a batch of nobody, and a line that is in it twice."""
        found: list[Problem] = [
            problem("required", name) for name in ("id", "keyed_by") if not getattr(self, name)
        ]
        seen: set[str] = set()
        for number, line in enumerate(self.lines, 1):
            if line.id in seen:
                found.append(problem("repeated", f"lines.{number}"))
            seen.add(line.id)
        if found:
            raise InvalidValueError(found)


@frozen(kw_only=True)
class Difference:
    """A line that was read in different ways: in which fields, and by whom."""

    line: str
    fields: tuple[str, ...]
    keyed_by: tuple[str, ...]


@frozen(kw_only=True)
class Keyed:
    """What keying came to so far, each part in the order of sheets and numbers.

    ``lines`` are settled: read alike as often as was asked for, or decided. ``differences`` wait
    for a decision, ``waiting`` (names of lines) for another reading.
    """

    lines: tuple[Line, ...] = field(repr=False)
    differences: tuple[Difference, ...]
    waiting: tuple[str, ...]


def _comparable(line: Line) -> Mapping[str, object]:
    """What is compared of a reading: tidied, so that a second blank is no difference."""
    typed = {
        name: clean(value) if isinstance(value, str) else value
        for name, value in asdict(line.draft).items()
    }
    return {"mark": line.mark, "signed_on": line.signed_on, **typed}


def _place(line: Line) -> tuple[str, int]:
    return line.sheet, line.number


def keyed_by(batches: Iterable[Batch], line: str) -> tuple[str, ...]:
    """Who typed a line, or decided it, in the order of time; each once.

    The line's name is what the provenance of its signature says: sheet and number.
    """
    typed = [one for one in _in_time(batches) if line in {each.id for each in one.lines}]
    return tuple(dict.fromkeys(one.keyed_by for one in typed))


def _in_time(batches: Iterable[Batch]) -> list[Batch]:
    return sorted(batches, key=lambda one: (one.keyed_at, one.id))


def reconcile(batches: Iterable[Batch], *, readings: int = 2) -> Keyed:
    """Put batches together; the order in which they come changes nothing.

    ``readings`` is how many different people must have read a line alike: 1 for single keying,
    2 for double. Where one of them typed a line twice, the later reading stands, and so does the
    later of two decisions. Raises ``InvalidValueError`` for a batch that is there twice and for
    fewer than one reading.
    """
    found = [] if readings >= 1 else [problem("not_positive", "readings")]
    ids: set[str] = set()
    readers: dict[str, dict[str, Line]] = {}
    settled: dict[str, Line] = {}
    for batch in _in_time(batches):
        if batch.id in ids:
            found.append(problem("repeated", f"batches.{batch.id}"))
        ids.add(batch.id)
        for line in batch.lines:
            if batch.decides:
                settled[line.id] = line
            else:
                readers.setdefault(line.id, {})[batch.keyed_by] = line
    if found:
        raise InvalidValueError(found)
    differences: list[tuple[tuple[str, int], Difference]] = []
    waiting: list[Line] = []
    for name, by_reader in readers.items():
        if name in settled:
            continue
        people = sorted(by_reader)
        first = by_reader[people[0]]
        readings_of = [_comparable(by_reader[reader]) for reader in people]
        differing = tuple(
            part for part in readings_of[0] if len({one[part] for one in readings_of}) > 1
        )
        if differing:
            difference = Difference(line=name, fields=differing, keyed_by=tuple(people))
            differences.append((_place(first), difference))
        elif len(people) < readings:
            waiting.append(first)
        else:
            settled[name] = first
    return Keyed(
        lines=tuple(sorted(settled.values(), key=_place)),
        differences=tuple([one for _, one in sorted(differences, key=lambda pair: pair[0])]),
        waiting=tuple([line.id for line in sorted(waiting, key=_place)]),
    )
