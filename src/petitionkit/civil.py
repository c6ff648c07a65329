"""Civil time: instants, zones, days, months, ages.

Decides how calendar rules become instants. Instants are aware datetimes in UTC, with
microseconds; a period is half open, so that one instant never belongs to both sides. It reads
no clock and knows no petition.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice, filled
from petitionkit.problems import Problem, problem

__all__ = [
    "Calendar",
    "Duration",
    "LeapDayRule",
    "MonthEnd",
    "age_on",
    "end_of_day",
    "instant",
    "instant_text",
    "local_date",
    "optional_instant",
    "parse_instant",
    "same_time",
    "zone",
]


def instant(value: datetime) -> datetime:
    """Take an aware datetime over into UTC; a naive one raises ``InvalidValueError``."""
    if not isinstance(value, datetime):
        raise InvalidValueError([problem("not_an_instant")])
    if value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        raise InvalidValueError([problem("naive_instant")])
    try:
        return value.astimezone(UTC)
    except OverflowError:  # the first and the last hours of the calendar have no UTC
        raise InvalidValueError([problem("out_of_range")]) from None


def optional_instant(value: datetime | None) -> datetime | None:
    """``instant``, or None for what has not happened."""
    return None if value is None else instant(value)


def parse_instant(value: str) -> datetime:
    """Read ISO 8601 with Z or an offset; anything else raises ``InvalidValueError``."""
    try:
        return instant(datetime.fromisoformat(value))
    except ValueError as error:
        if isinstance(error, InvalidValueError):
            raise
        raise InvalidValueError([problem("not_an_instant")]) from None


def instant_text(value: datetime) -> str:
    """Write an instant as ``2026-01-31T23:00:00Z``, with microseconds only where there are any."""
    return instant(value).isoformat().replace("+00:00", "Z")


def zone(key: str) -> ZoneInfo:
    """Find a zone of the IANA database; an unknown name raises ``InvalidValueError``."""
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValueError([problem("unknown_zone", "zone")]) from None


def local_date(at: datetime, key: str) -> date:
    """Tell the calendar day that an instant falls on in the zone ``key``."""
    return _local_date(instant(at), key)


@lru_cache(maxsize=1024)
def _local_date(at: datetime, key: str) -> date:
    """Remembered, since the lines of a roll are of few instants."""
    try:
        return at.astimezone(zone(key)).date()
    except OverflowError:  # the first and the last hours of the calendar
        raise InvalidValueError([problem("out_of_range")]) from None


def end_of_day(day: date, key: str) -> datetime:
    """First instant (UTC) after a local day: the day's exclusive end.

    Where midnight does not exist because clocks jump, the day ends at the jump; where it
    comes twice, at the second one, so that a day is never cut short.
    """
    return _later_reading(datetime.combine(day + timedelta(days=1), time(), tzinfo=zone(key)))


def same_time(at: datetime, day: date, key: str) -> datetime:
    """Find the instant (UTC) on ``day`` with the local time of day that ``at`` has in the zone."""
    moment = instant(at).astimezone(zone(key)).time()
    return _later_reading(datetime.combine(day, moment, tzinfo=zone(key)))


def _later_reading(local: datetime) -> datetime:
    # The two readings differ only where clocks change: in a gap the later one is after the
    # jump (for midnight: the jump itself), in a repetition it is the second passing.
    return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


class MonthEnd(Choice):
    """Where months lead that have no such day: 31 August and 6 months."""

    CLIPPED = "clipped"
    """To the month's last day: 28 or 29 February (UK Parliament, Finland)."""
    NEXT_DAY = "next_day"
    """To the day after it: 1 March."""


@frozen(kw_only=True)
class Calendar:
    """Which days count: working days, sitting days.

    Days count that fall on ``weekdays`` (ISO: Monday is 1) and are not in ``closed``; or, where
    ``only`` is given, exactly those. Nothing is known of days after ``known_until``.
    """

    name: str = field(validator=filled)
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    closed: tuple[date, ...] = ()
    only: tuple[date, ...] = ()
    known_until: date | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse days that no week has, and a calendar in which no day counts."""
        if not self.weekdays or not set(self.weekdays) <= set(range(1, 8)):
            raise InvalidValueError([problem("unknown_choice", "weekdays", choices="1 to 7")])

    def counts(self, day: date) -> bool:
        """Whether a day counts."""
        if self.only:
            return day in self.only
        return day.isoweekday() in self.weekdays and day not in self.closed

    def after(self, day: date, counted: int) -> date | None:
        """The day on which so many days after ``day`` have counted; None if that is not known."""
        horizon = self.known_until or (max(self.only) if self.only else date.max)
        while counted and day < horizon:
            day += timedelta(days=1)
            counted -= self.counts(day)
        return None if counted else day


_ANY_DAY = date(2024, 1, 1)


@frozen(kw_only=True)
class Duration:
    """A stretch of the calendar: years, months, weeks and days, added in that order.

    ``calendar_days`` are days that count in the calendar of that name (working days, sitting
    days), added last. At least one part is above zero and none is below; otherwise
    ``InvalidValueError``.
    """

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    calendar_days: int = 0
    calendar: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse nothing, less than nothing, and days of no calendar."""
        parts = {
            "years": self.years,
            "months": self.months,
            "weeks": self.weeks,
            "days": self.days,
            "calendar_days": self.calendar_days,
        }
        found: list[Problem] = [problem("negative", name) for name, n in parts.items() if n < 0]
        if not found and not any(parts.values()):
            found.append(problem("not_positive"))
        if bool(self.calendar_days) is not bool(self.calendar):
            found.append(problem("required", "calendar" if self.calendar_days else "calendar_days"))
        if found:
            raise InvalidValueError(found)

    def after(
        self,
        day: date,
        *,
        month_end: MonthEnd = MonthEnd.CLIPPED,
        calendars: Iterable[Calendar] = (),
    ) -> date | None:
        """Tell the day that lies this duration after ``day``.

        None where a calendar does not reach that far; ``InvalidValueError`` for a calendar
        that is not among ``calendars``.
        """
        months = day.year * 12 + day.month - 1 + self.years * 12 + self.months
        year, month = divmod(months, 12)
        last = monthrange(year, month + 1)[1]
        spill = int(day.day > last and month_end is MonthEnd.NEXT_DAY)
        landed = date(year, month + 1, min(day.day, last))
        landed += timedelta(weeks=self.weeks, days=self.days + spill)
        if not self.calendar:
            return landed
        for calendar in calendars:
            if calendar.name == self.calendar:
                return calendar.after(landed, self.calendar_days)
        raise InvalidValueError([problem("unknown_calendar", "calendar")])

    def reach(self, calendars: Iterable[Calendar] = ()) -> date | None:
        """Tell a day to compare lengths by: the one that lies this long after a fixed day.

        What reaches beyond the year 9999 reaches its last day; otherwise as ``after``.
        """
        try:
            return self.after(_ANY_DAY, calendars=calendars)
        except (OverflowError, ValueError) as error:
            if isinstance(error, InvalidValueError):
                raise
            return date.max


class LeapDayRule(Choice):
    """When somebody born on 29 February comes of age in a common year."""

    FIRST_OF_MARCH = "first_of_march"
    LAST_OF_FEBRUARY = "last_of_february"


def age_on(born: date, day: date, leap_day: LeapDayRule = LeapDayRule.FIRST_OF_MARCH) -> int:
    """Completed years of life on a day; below zero before birth."""
    birthday = (born.month, born.day)
    if birthday == (2, 29) and monthrange(day.year, 2)[1] == 28:  # noqa: PLR2004 (leap day)
        birthday = (3, 1) if leap_day is LeapDayRule.FIRST_OF_MARCH else (2, 28)
    return day.year - born.year - ((day.month, day.day) < birthday)
