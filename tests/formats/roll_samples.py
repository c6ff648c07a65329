"""A desk with a published petition that rolls are taken into, and a way to take them in."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from attrs import define, field

from petitionkit.formats.roll import Roll, RollLine, inspect_roll
from petitionkit.formats.roll_intake import Dating, RollReport, take_in
from petitionkit.outcomes import Duplicate
from petitionkit.problems import Problem
from samples import Office

HEADER = ("Name", "E-mail", "Signed at")


@define
class Seen:
    """A watcher that writes everything down."""

    taken: list[int] = field(factory=list)
    repeats: list[tuple[int, int, bool]] = field(factory=list)
    refusals: list[tuple[int, tuple[str, ...]]] = field(factory=list)

    def accepted(self, line: RollLine) -> None:
        self.taken.append(line.number)

    def duplicate(self, line: RollLine, outcome: Duplicate, *, same_roll: bool) -> None:
        self.repeats.append((line.number, outcome.line, same_roll))

    def refused(self, line: RollLine, problems: Sequence[Problem]) -> None:
        codes = tuple(f"{p.field}:{p.code}" for p in problems)
        self.refusals.append((line.number, codes))


def write_roll(path: Path, rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> Roll:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return inspect_roll(path)


def take(
    office: Office,
    roll: Roll,
    *,
    undated: datetime | None = None,
    zone: str = "UTC",
    pattern: str = "",
    batch: int = 1000,
    wrap: Callable[[Iterator[RollLine]], Iterator[RollLine]] = iter,
) -> tuple[RollReport, Seen]:
    seen = Seen()
    dating = Dating(zone=zone, undated=undated, pattern=pattern)
    report = take_in(
        office.desk, office.id, roll, dating=dating, watcher=seen, batch=batch, wrap=wrap
    )
    office.desk.tick()
    return report, seen
