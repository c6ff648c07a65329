"""Tallies: how many, by counter, and when each watched level was first reached.

A tally is what a store has counted from signatures alone; numbers that have no signatures
behind them are declared on the petition and put together with these in ``counting``.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from attrs import field, frozen

from petitionkit.civil import optional_instant

__all__ = ["Count", "Drift", "LevelReading", "Tally"]


@frozen(kw_only=True)
class Count:
    """How many signatures stand in one counter now."""

    counter: str
    amount: int


@frozen(kw_only=True)
class Drift:
    """A counter that does not agree with the signatures.

    ``counted`` is what it shows, ``entered`` what all its deltas come to, and ``found`` how
    many live signatures stand in it: the truth.
    """

    counter: str
    counted: int
    entered: int
    found: int


@frozen(kw_only=True)
class LevelReading:
    """Whether, and from which instant, a counter first stood at a watched level.

    The instant is that of the first delta, in the order of (instant, sequence), at which the
    running sum reached the level; it stays even if the count later falls.
    """

    counter: str
    level: int
    reached_at: datetime | None = field(default=None, converter=optional_instant)
    since: datetime | None = field(default=None, converter=optional_instant)


@frozen(kw_only=True, cache_hash=True)
class Tally:
    """Counts and level readings of one petition, sorted by counter and level.

    ``latest`` is the latest instant at which a signature began to count, or ceased to.
    """

    counts: tuple[Count, ...] = ()
    levels: tuple[LevelReading, ...] = ()
    latest: datetime | None = field(default=None, converter=optional_instant)

    @cached_property
    def _amounts(self) -> dict[str, int]:
        return {one.counter: one.amount for one in reversed(self.counts)}

    @cached_property
    def _readings(self) -> dict[tuple[str, int], LevelReading]:
        return {(one.counter, one.level): one for one in reversed(self.levels)}

    def count(self, counter: str) -> int:
        """The count of a counter; 0 where nothing was ever counted under that name."""
        return self._amounts.get(counter, 0)

    def reading(self, counter: str, level: int) -> LevelReading | None:
        """The reading of a watched level; None where it is not watched."""
        return self._readings.get((counter, level))

    def reached_each(self, levels: Iterable[tuple[str, int]]) -> list[datetime | None]:
        """When each of these counters first reached its level, see ``reached_at``."""
        readings = self._readings
        return [one.reached_at if (one := readings.get(key)) else None for key in levels]

    def reached_at(self, counter: str, level: int) -> datetime | None:
        """When a watched level was first reached; None if it was not, or is not watched."""
        reading = self.reading(counter, level)
        return reading.reached_at if reading else None
