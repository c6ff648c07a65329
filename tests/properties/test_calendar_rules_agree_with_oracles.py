"""Civil time against dateutil and against a search of each zone's offsets, 1970 to 2100."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petitionkit.civil import (
    Duration,
    LeapDayRule,
    age_on,
    end_of_day,
    instant_text,
    local_date,
    parse_instant,
    same_time,
)

DAYS = st.dates(date(1970, 1, 2), date(2100, 12, 30))
ZONES = (
    "UTC",
    "Europe/London",
    "Europe/Helsinki",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Africa/Cairo",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Havana",
    "America/Asuncion",
    "America/Godthab",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kwajalein",
)


def _changes(key: str) -> list[date]:
    """UTC days on which the zone's offset at midnight differs from that a day before."""
    zone = ZoneInfo(key)
    start = datetime(1970, 1, 3, tzinfo=UTC)
    days = [start + timedelta(days=n) for n in range(47_800)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    pairs = zip(days[1:], offsets[1:], offsets, strict=False)
    return [day.date() for day, now, before in pairs if now != before]


CHANGES = {key: _changes(key) for key in ZONES}


@st.composite
def days_in_zones(draw: st.DrawFn) -> tuple[date, str]:
    """Any day in any zone, half of them within two days of a change of clocks."""
    key = draw(st.sampled_from(ZONES))
    changes = CHANGES[key]
    if changes and draw(st.sampled_from([True, False])):
        near = draw(st.integers(-2, 2))
        return draw(st.sampled_from(changes)) + timedelta(days=near), key
    return draw(DAYS), key


def _readings(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """Every instant at which the zone's clocks show ``wall``, from all offsets around it."""
    middle = wall.replace(tzinfo=UTC)
    hours = [middle + timedelta(hours=h) for h in range(-30, 31)]
    offsets = {hour.astimezone(zone).utcoffset() for hour in hours}
    instants = [middle - offset for offset in offsets if offset is not None]
    return [at for at in instants if at.astimezone(zone).replace(tzinfo=None) == wall]


def _jump_over(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the zone's clocks jump past ``wall``, found by halving."""
    before = wall.replace(tzinfo=UTC) - timedelta(hours=30)
    after = before + timedelta(hours=60)
    while after - before > timedelta(microseconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after


@given(days_in_zones())
@settings(max_examples=500)
@example((date(2022, 3, 26), "Asia/Beirut"))
@example((date(2018, 11, 3), "America/Sao_Paulo"))
@example((date(2018, 2, 17), "America/Sao_Paulo"))
@example((date(2010, 11, 6), "America/St_Johns"))
@example((date(2024, 11, 2), "America/Havana"))
@example((date(2011, 12, 29), "Pacific/Apia"))
@example((date(2011, 12, 30), "Pacific/Apia"))
def test_the_end_of_a_day_is_the_last_midnight_or_the_jump_over_it(where: tuple[date, str]) -> None:
    day, key = where
    zone = ZoneInfo(key)
    midnight = datetime.combine(day + timedelta(days=1), time())
    readings = _readings(midnight, zone)
    expected = max(readings) if readings else _jump_over(midnight, zone)
    assert end_of_day(day, key) == expected


@given(days_in_zones())
@settings(max_examples=300)
def test_no_instant_of_a_day_lies_after_its_end(where: tuple[date, str]) -> None:
    day, key = where
    end = end_of_day(day, key)
    later = [end + timedelta(minutes=15 * n) for n in range(200)]
    assert all(local_date(at, key) > day for at in later)


@given(days_in_zones(), st.times())
@settings(max_examples=500)
def test_the_same_time_is_the_last_reading_or_lies_after_the_jump(
    where: tuple[date, str], clock: time
) -> None:
    day, key = where
    zone = ZoneInfo(key)
    shown = clock.replace(tzinfo=None, fold=0)
    at = datetime.combine(date(2026, 1, 10), shown, tzinfo=zone).astimezone(UTC)
    shown = at.astimezone(zone).time().replace(fold=0)
    wall = datetime.combine(day, shown)
    found = same_time(at, day, key)
    readings = _readings(wall, zone)
    if readings:
        assert found == max(readings)
    else:
        jump = _jump_over(wall, zone)
        before = (jump - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None)
        assert found == jump + (wall - before - timedelta(microseconds=1))


@given(
    day=DAYS,
    years=st.integers(0, 50),
    months=st.integers(0, 600),
    weeks=st.integers(0, 300),
    days=st.integers(1, 3000),
)
@settings(max_examples=500)
@example(day=date(2023, 8, 31), years=0, months=6, weeks=0, days=1)
def test_durations_agree_with_dateutil(
    day: date, years: int, months: int, weeks: int, days: int
) -> None:
    duration = Duration(years=years, months=months, weeks=weeks, days=days)
    oracle = day + relativedelta(years=years, months=months) + timedelta(days=7 * weeks + days)
    assert duration.after(day) == oracle


def _birthdays_up_to(born: date, day: date, rule: LeapDayRule) -> int:
    """Count birthdays one by one."""
    passed = 0
    for year in range(born.year + 1, day.year + 1):
        try:
            birthday = born.replace(year=year)
        except ValueError:
            birthday = date(year, 2, 28) if rule == "last_of_february" else date(year, 3, 1)
        passed += birthday <= day
    return passed


@given(
    born=st.dates(date(1900, 1, 1), date(2100, 1, 1))
    | st.sampled_from([date(year, 2, 29) for year in range(1904, 2097, 4)]),
    ahead=st.integers(0, 130 * 366) | st.sampled_from([365 * n + n // 4 for n in range(100)]),
    rule=st.sampled_from(LeapDayRule),
)
@settings(max_examples=500)
def test_age_is_the_number_of_birthdays_lived(born: date, ahead: int, rule: LeapDayRule) -> None:
    day = born + timedelta(days=ahead)
    assert age_on(born, day, rule) == _birthdays_up_to(born, day, rule)


@given(born=DAYS, ahead=st.integers(0, 40_000))
def test_age_with_the_february_rule_agrees_with_dateutil(born: date, ahead: int) -> None:
    day = born + timedelta(days=ahead)
    expected = relativedelta(day, born).years
    assert age_on(born, day, LeapDayRule.LAST_OF_FEBRUARY) == expected


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001
def test_an_instant_is_read_back_as_it_was_written(naive: datetime, key: str) -> None:
    at = naive.replace(tzinfo=ZoneInfo(key))
    assert parse_instant(instant_text(at)) == at.astimezone(UTC)


@pytest.mark.long
@pytest.mark.parametrize("key", ZONES)
def test_every_day_around_every_change_of_clocks_ends_right(key: str) -> None:
    zone = ZoneInfo(key)
    for change in CHANGES[key]:
        for near in range(-3, 3):
            day = change + timedelta(days=near)
            midnight = datetime.combine(day + timedelta(days=1), time())
            readings = _readings(midnight, zone)
            expected = max(readings) if readings else _jump_over(midnight, zone)
            assert end_of_day(day, key) == expected, (day, key)
