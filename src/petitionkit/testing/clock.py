"""A clock that moves when it is told to."""

from datetime import UTC, date, datetime, timedelta
from typing import cast

from attrs import define, field

from petitionkit.civil import Duration, instant, local_date, same_time

__all__ = ["FrozenClock"]


@define
class FrozenClock:
    """Gives the same instant (aware, UTC) until somebody moves it."""

    now: datetime = field(default=datetime(2026, 3, 1, 12, tzinfo=UTC), converter=instant)

    def __call__(self) -> datetime:
        """The instant that it stands at."""
        return self.now

    def advance(
        self,
        *,
        years: int = 0,
        months: int = 0,
        weeks: int = 0,
        days: int = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
        zone: str = "UTC",
    ) -> datetime:
        """Go on by parts of the calendar, at the same time of day in ``zone``, then of the clock.

        A month after 31 January is the last day of February. Returns the new instant.
        """
        if years or months or weeks or days:
            passing = Duration(years=years, months=months, weeks=weeks, days=days)
            # Without a calendar there is always such a day.
            day = cast("date", passing.after(local_date(self.now, zone)))
            self.now = same_time(self.now, day, zone)
        self.now += timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return self.now
