"""Series: how many came in and were counted, hour by hour or day by day.

Folds the minutes that a store tells into hours of UTC or days of a zone; a day has the hours
that its zone gives it, 23 and 25 included.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from attrs import frozen

from petitionkit.civil import local_date, zone
from petitionkit.store import Minute

__all__ = ["Stretch", "counted_on", "daily", "hourly"]


@frozen(kw_only=True)
class Stretch:
    """One hour or day that begins at ``at`` (UTC).

    What came in, attempts and signatures, and by how much the count moved. Stretches in which
    nothing happened are left out.
    """

    at: datetime
    received: int
    counted: int


def hourly(minutes: Iterable[Minute]) -> tuple[Stretch, ...]:
    """Hours of UTC."""
    return _folded(minutes, lambda at: at.replace(minute=0))


def daily(minutes: Iterable[Minute], key: str) -> tuple[Stretch, ...]:
    """Days of the zone of that name."""

    def midnight(at: datetime) -> datetime:
        day = local_date(at, key)
        return datetime.combine(day, time(), tzinfo=zone(key)).astimezone(UTC)

    return _folded(minutes, midnight)


def counted_on(days: Sequence[Stretch], key: str) -> Mapping[date, int]:
    """By how much the count moved on each date of that zone, from the first day to the last.

    Unlike ``days``, which are those of ``daily``, it leaves no date out: a plot of it has an
    even axis.
    """
    moved = {local_date(day.at, key): day.counted for day in days}
    if not moved:
        return {}
    first, last = min(moved), max(moved)
    dates = (first + timedelta(days=past) for past in range((last - first).days + 1))
    return {day: moved.get(day, 0) for day in dates}


def _folded(
    minutes: Iterable[Minute], begins: Callable[[datetime], datetime]
) -> tuple[Stretch, ...]:
    sums: dict[datetime, tuple[int, int]] = {}
    for minute in minutes:
        received, counted = sums.get(begins(minute.at), (0, 0))
        sums[begins(minute.at)] = (received + minute.received, counted + minute.counted)
    return tuple(
        Stretch(at=at, received=received, counted=counted)
        for at, (received, counted) in sorted(sums.items())
    )
