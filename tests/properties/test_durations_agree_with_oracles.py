"""Months, month ends and calendars against dateutil and against walking day by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import evolve
from dateutil.relativedelta import relativedelta
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petitionkit.civil import Calendar, Duration, MonthEnd
from petitionkit.clauses import Window, WindowEnd
from petitionkit.policy import Policy
from petitionkit.testing.strategies import ZONES, calendars
from petitionkit.windows import deadline
from samples import POLICY

DAYS = st.dates(date(1970, 1, 1), date(2100, 12, 31))
MONTH_ENDS = DAYS.map(lambda day: day + relativedelta(day=31))
MONTHS = st.integers(1, 30 * 12)


@given(DAYS | MONTH_ENDS, st.integers(0, 20), MONTHS)
@settings(max_examples=500)
@example(date(2024, 2, 29), 1, 12)
@example(date(2023, 8, 31), 0, 6)
def test_clipped_months_agree_with_dateutil(day: date, years: int, months: int) -> None:
    found = Duration(years=years, months=months).after(day)
    assert found == day + relativedelta(years=years, months=months)


@given(DAYS | MONTH_ENDS, MONTHS, st.integers(0, 40))
@settings(max_examples=500)
def test_months_to_the_next_day_agree_with_dateutil_counting_on_from_the_first(
    day: date, months: int, days: int
) -> None:
    clipped = day + relativedelta(months=months)
    spilled = clipped.day != day.day
    expected = clipped + timedelta(days=days + spilled)
    assert spilled is (day.day > (clipped + relativedelta(day=31)).day)
    found = Duration(months=months, days=days).after(day, month_end=MonthEnd.NEXT_DAY)
    assert found == expected


def _day_by_day(calendar: Calendar, begins: date, counted: int) -> date | None:
    """Tick days off one by one, in a paper calendar that ends where nothing more is known."""
    last = calendar.known_until
    if last is None and calendar.only:
        last = max(calendar.only)
    left, day = counted, begins
    while left:
        if last is not None and day >= last:
            return None
        day = day + timedelta(days=1)
        listed = day in set(calendar.only)
        usual = day.isoweekday() in set(calendar.weekdays) and day not in set(calendar.closed)
        if listed if calendar.only else usual:
            left -= 1
    return day


@given(calendars(), st.dates(date(2025, 12, 1), date(2027, 6, 1)), st.integers(1, 60))
@settings(max_examples=400)
def test_days_of_a_calendar_agree_with_ticking_them_off(
    calendar: Calendar, begins: date, counted: int
) -> None:
    duration = Duration(calendar=calendar.name, calendar_days=counted)
    other = Calendar(name="other", weekdays=(7,))
    found = duration.after(begins, calendars=(other, calendar))
    assert found == _day_by_day(calendar, begins, counted)


@given(calendars(), st.dates(date(2025, 12, 1), date(2027, 6, 1)), st.integers(1, 20))
@settings(max_examples=100)
def test_days_of_a_calendar_are_added_after_all_other_parts(
    calendar: Calendar, begins: date, counted: int
) -> None:
    both = Duration(months=1, days=2, calendar=calendar.name, calendar_days=counted)
    middle = begins + relativedelta(months=1) + timedelta(days=2)
    assert both.after(begins, calendars=(calendar,)) == _day_by_day(calendar, middle, counted)


def _policy(**window: object) -> Policy:
    return evolve(POLICY, window=Window(**window))  # type: ignore[arg-type]


OPENINGS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(OPENINGS, st.integers(1, 400), st.sampled_from(ZONES))
@settings(max_examples=300)
@example(datetime(2026, 10, 24, 23, 30, tzinfo=UTC), 1, "Europe/London")
@example(datetime(2022, 3, 25, 23, 30, tzinfo=UTC), 1, "Asia/Beirut")
@example(datetime(2011, 12, 28, 12, tzinfo=UTC), 1, "Pacific/Apia")
def test_the_first_day_counts_as_one_of_the_days_where_it_says_so(
    opened: datetime, days: int, key: str
) -> None:
    duration = Duration(days=days)
    found = deadline(_policy(duration=duration, zone=key), opened)
    counted = deadline(_policy(duration=duration, zone=key, first_day_counts=True), opened)
    assert found is not None
    assert counted is not None
    zone = ZoneInfo(key)
    begins = opened.astimezone(zone).date()
    for ends, last in ((found, days), (counted, days - 1)):
        day = begins + timedelta(days=last)
        # No later instant is of the last day, and none of a later day comes before the end.
        assert ends.astimezone(zone).date() > day
        before = (ends - timedelta(microseconds=1)).astimezone(zone).date()
        skipped = day == date(2011, 12, 30) and key == "Pacific/Apia"  # a day that never was
        assert before <= day if skipped else before == day


@given(OPENINGS, st.integers(1, 400), st.sampled_from(ZONES))
@settings(max_examples=300)
def test_at_the_same_time_clocks_show_what_they_showed(
    opened: datetime, days: int, key: str
) -> None:
    window = _policy(duration=Duration(days=days), zone=key, end=WindowEnd.SAME_TIME)
    found = deadline(window, opened)
    assert found is not None
    zone = ZoneInfo(key)
    began, ends = opened.astimezone(zone), found.astimezone(zone)
    wall = began.replace(tzinfo=None) + timedelta(days=days)
    shown = ends.replace(tzinfo=None)
    # A gap may swallow that time of day: then clocks show a little more, at most the jump.
    exists = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall
    assert shown == wall if exists else wall < shown <= wall + timedelta(days=1)


@given(OPENINGS, st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.sampled_from(ZONES))
@settings(max_examples=100)
def test_a_fixed_last_day_does_not_depend_on_the_opening(
    opened: datetime, last: date, key: str
) -> None:
    fixed = _policy(last_day=last, zone=key)
    assert deadline(fixed, opened) == deadline(fixed, datetime(2000, 1, 1, tzinfo=UTC))
