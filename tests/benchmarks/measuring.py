"""Measuring by turns: a floor and ours, one after the other, and what the ratio of each pair says.

A shared machine slows both alike, so the ratio of two neighbouring runs is what is kept: the
middle one of at least five, with the lowest and the highest. Absolute figures are shown beside
it and mean little elsewhere.
"""

import gc
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from attrs import frozen

ROUNDS = 5


@frozen(kw_only=True)
class Line:
    """One row of the table: ratios of ours to the floor, and both in the unit named.

    ``target`` is what the ratio should be at least, or at most where ``at_most``; None: it is
    only shown.
    """

    what: str
    ratios: tuple[float, ...]
    target: float | None
    at_most: bool = False
    floor: float
    ours: float
    unit: str

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        met = self.ratio <= self.target if self.at_most else self.ratio >= self.target
        return "met" if met else "missed"

    @property
    def wanted(self) -> str:
        said = "at most" if self.at_most else "at least"
        return "" if self.target is None else f"{said} {self.target:g}"


class Setting(NamedTuple):
    """How much to measure: ``quick`` for a first look, ``folder`` for files that may be large."""

    folder: Path
    quick: bool
    rounds: int = ROUNDS
    grown: int = 1_000_000
    lines: int = 200_000
    memory_lines: int | None = None

    def pick(self, quick: int, full: int) -> int:
        return quick if self.quick else full


def by_turns(
    what: str,
    floor: Callable[[], float],
    ours: Callable[[], float],
    *,
    target: float | None,
    unit: str,
    rounds: int = ROUNDS,
    at_most: bool = False,
) -> Line:
    """Run both so many times, in turns; each answers with its rate, or its cost."""
    pairs = [(floor(), ours()) for _ in range(rounds)]
    return Line(
        what=what,
        ratios=tuple(mine / base for base, mine in pairs),
        target=target,
        at_most=at_most,
        floor=median(base for base, _ in pairs),
        ours=median(mine for _, mine in pairs),
        unit=unit,
    )


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second, where the work does so many."""
    gc.collect()
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def cost(work: Callable[[], object], *, times: int) -> float:
    """Microseconds of one call, the middle one of so many."""
    work()
    found = []
    for _ in range(times):
        began = time.perf_counter_ns()
        work()
        found.append(time.perf_counter_ns() - began)
    return median(found) / 1000


def share(work: Callable[[], object], *, times: int) -> float:
    """Microseconds of one call where it is too short to be timed alone."""
    began = time.perf_counter_ns()
    for _ in range(times):
        work()
    return (time.perf_counter_ns() - began) / times / 1000


def _shown(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"


HEADER = (
    "| what | target | ratio | lowest to highest | floor | ours | |\n|---|---|---|---|---|---|---|"
)


def row(line: Line) -> str:
    """A row of the table, as Markdown."""
    low, high = min(line.ratios), max(line.ratios)
    return (
        f"| {line.what} | {line.wanted} | **{line.ratio:.2f}** | {low:.2f} to {high:.2f}"
        f" | {_shown(line.floor)} {line.unit} | {_shown(line.ours)} {line.unit}"
        f" | {line.verdict} |"
    )


def told(lines: Iterable[Line]) -> None:
    """Print rows as they come."""
    for line in lines:
        print(row(line), flush=True)


def load() -> str:
    """How busy the machine is with whatever else: runnable processes over CPUs."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs"


def fresh(folder: Path) -> "TemporaryDirectory[str]":
    """A folder that is gone afterwards, on the disk that the setting names."""
    return TemporaryDirectory(dir=folder, prefix="petitionkit-bench-")
