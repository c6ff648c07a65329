"""When a watched level was first reached, worked out from all deltas in memory.

Decides nothing that the port does not say: running sums in the order of (instant, sequence).
"""

from collections.abc import Sequence
from datetime import datetime

from petitionkit.ledger import Delta, Watch
from petitionkit.tally import LevelReading

__all__ = ["level_reading"]


def level_reading(watch: Watch, skip: int, deltas: Sequence[Delta]) -> LevelReading:
    """The reading of a watch; the first ``skip`` deltas are from before it began."""
    running = 0
    reached: datetime | None = None
    begins = (watch.since, skip)
    for number, delta in sorted(enumerate(deltas), key=lambda one: (one[1].at, one[0])):
        if watch.counter not in delta.counters:
            continue
        if running >= watch.level and delta.at > watch.since:
            reached = watch.since
            break
        running += delta.amount
        if running >= watch.level and (delta.at, number) >= begins:
            reached = delta.at
            break
    else:
        reached = watch.since if running >= watch.level else None
    return LevelReading(
        counter=watch.counter, level=watch.level, reached_at=reached, since=watch.since
    )
