from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from petitionkit.civil import (
    Duration,
    LeapDayRule,
    age_on,
    end_of_day,
    instant,
    instant_text,
    local_date,
    optional_instant,
    parse_instant,
    same_time,
    zone,
)
from petitionkit.errors import InvalidValueError
from petitionkit.problems import Problem, problem

EAST = timezone(timedelta(hours=2))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_an_aware_instant_is_taken_over_into_utc() -> None:
    taken = instant(datetime(2026, 1, 1, 1, 30, 0, 7, tzinfo=EAST))
    assert taken == utc(2025, 12, 31, 23, 30, 0, 7)
    assert taken.tzinfo is UTC


def test_an_instant_in_utc_is_kept_as_it_is() -> None:
    at = utc(2026, 1, 1)
    assert instant(at) is at


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (datetime(2026, 1, 1), "naive_instant"),  # noqa: DTZ001 (naive on purpose)
        (date(2026, 1, 1), "not_an_instant"),
        ("2026-01-01T00:00:00Z", "not_an_instant"),
        (datetime(1, 1, 1, tzinfo=EAST), "out_of_range"),
    ],
)
def test_what_is_no_instant_is_refused(value: object, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        instant(value)  # type: ignore[arg-type]
    assert caught.value.problems == (problem(code),)


def test_what_has_not_happened_has_no_instant() -> None:
    assert optional_instant(None) is None
    assert optional_instant(datetime(2026, 1, 1, 2, tzinfo=EAST)) == utc(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-31T23:00:00Z", utc(2026, 1, 31, 23)),
        ("2026-01-31T23:00:00.000001+02:00", utc(2026, 1, 31, 21, 0, 0, 1)),
    ],
)
def test_instants_are_read_with_z_or_an_offset(text: str, at: datetime) -> None:
    assert parse_instant(text) == at


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_an_instant"),
        ("yesterday", "not_an_instant"),
        ("2026-02-30T00:00:00Z", "not_an_instant"),
        ("2026-01-31", "naive_instant"),
        ("2026-01-31T23:00:00", "naive_instant"),
        ("0001-01-01T00:00:00+05:00", "out_of_range"),
        ("9999-12-31T23:59:59-05:00", "out_of_range"),
    ],
)
def test_other_text_is_no_instant(text: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_instant(text)
    assert caught.value.problems == (problem(code),)


def test_instants_are_written_with_z_and_no_needless_fraction() -> None:
    assert instant_text(datetime(2026, 2, 1, 1, tzinfo=EAST)) == "2026-01-31T23:00:00Z"
    assert instant_text(utc(2026, 1, 31, 0, 0, 0, 1)) == "2026-01-31T00:00:00.000001Z"


@pytest.mark.parametrize("key", ["", "Mars/Phobos", "../etc/passwd", "Europe", "a\x00b", "/x"])
def test_an_unknown_zone_is_refused(key: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        zone(key)
    assert caught.value.problems == (problem("unknown_zone", "zone"),)


def test_the_local_day_is_that_of_the_zone() -> None:
    at = utc(2026, 6, 30, 23, 30)
    assert local_date(at, "UTC") == date(2026, 6, 30)
    assert local_date(at, "Europe/London") == date(2026, 7, 1)
    assert local_date(at, "America/New_York") == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("at", "key"),
    [
        (datetime.max.replace(tzinfo=UTC), "Asia/Tokyo"),
        (datetime.min.replace(tzinfo=UTC), "America/Lima"),
    ],
)
def test_the_calendar_has_a_first_and_a_last_day(at: datetime, key: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        local_date(at, key)
    assert caught.value.problems == (problem("out_of_range"),)


@pytest.mark.parametrize(
    ("day", "key", "end"),
    [
        (date(2026, 1, 31), "UTC", utc(2026, 2, 1)),
        (date(2026, 7, 31), "Europe/London", utc(2026, 7, 31, 23)),
        # Midnight does not exist: 4 November 2018 begins at 01:00 in São Paulo.
        (date(2018, 11, 3), "America/Sao_Paulo", utc(2018, 11, 4, 3)),
        # 30 December 2011 does not exist in Apia: the day before ends at the jump.
        (date(2011, 12, 29), "Pacific/Apia", utc(2011, 12, 30, 10)),
        # Midnight comes twice in Havana on 3 November 2024: 04:00 and 05:00 UTC.
        (date(2024, 11, 2), "America/Havana", utc(2024, 11, 3, 5)),
        # At 00:01 the clocks of St John's went back to 23:01, so midnight came twice.
        (date(2010, 11, 6), "America/St_Johns", utc(2010, 11, 7, 3, 30)),
    ],
)
def test_a_day_ends_where_the_next_begins(day: date, key: str, end: datetime) -> None:
    assert end_of_day(day, key) == end


@pytest.mark.parametrize(
    ("at", "day", "key", "found"),
    [
        (utc(2026, 1, 15, 9, 30), date(2026, 7, 15), "Europe/London", utc(2026, 7, 15, 8, 30)),
        # 01:30 does not exist on 29 March 2026 in London: an hour later by the clock.
        (utc(2026, 1, 15, 1, 30), date(2026, 3, 29), "Europe/London", utc(2026, 3, 29, 1, 30)),
        # 01:30 comes twice on 25 October 2026: the second time.
        (utc(2026, 1, 15, 1, 30), date(2026, 10, 25), "Europe/London", utc(2026, 10, 25, 1, 30)),
    ],
)
def test_the_same_time_of_day_is_found_on_another_day(
    at: datetime, day: date, key: str, found: datetime
) -> None:
    assert same_time(at, day, key) == found


@pytest.mark.parametrize(
    ("duration", "day", "after"),
    [
        (Duration(months=6), date(2025, 8, 31), date(2026, 2, 28)),
        (Duration(months=6), date(2023, 8, 31), date(2024, 2, 29)),
        (Duration(years=1), date(2024, 2, 29), date(2025, 2, 28)),
        (Duration(months=1), date(2025, 12, 15), date(2026, 1, 15)),
        (Duration(years=1, months=1, weeks=1, days=1), date(2024, 1, 31), date(2025, 3, 8)),
        (Duration(days=90), date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_a_duration_is_added_from_years_down_to_days(
    duration: Duration, day: date, after: date
) -> None:
    assert duration.after(day) == after


@pytest.mark.parametrize(
    ("parts", "problems"),
    [
        ({}, [problem("not_positive")]),
        ({"days": 0, "years": 0}, [problem("not_positive")]),
        ({"years": -1}, [problem("negative", "years")]),
        (
            {"years": 1, "months": -1, "weeks": -2, "days": -3},
            [problem("negative", name) for name in ("months", "weeks", "days")],
        ),
    ],
)
def test_a_duration_of_nothing_or_less_is_refused(
    parts: dict[str, Any], problems: list[Problem]
) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Duration(**parts)
    assert list(caught.value.problems) == problems


LEAPLING = date(2008, 2, 29)


@pytest.mark.parametrize(
    ("day", "march", "february"),
    [
        (date(2008, 2, 29), 0, 0),
        (date(2026, 2, 27), 17, 17),
        (date(2026, 2, 28), 17, 18),
        (date(2026, 3, 1), 18, 18),
        (date(2028, 2, 28), 19, 19),
        (date(2028, 2, 29), 20, 20),
        (date(2007, 2, 28), -2, -1),
        (date(2008, 2, 28), -1, -1),
    ],
)
def test_who_was_born_on_a_leap_day_comes_of_age_by_rule(
    day: date, march: int, february: int
) -> None:
    assert age_on(LEAPLING, day) == march
    assert age_on(LEAPLING, day, LeapDayRule.LAST_OF_FEBRUARY) == february


def test_a_year_of_life_is_completed_on_the_birthday() -> None:
    born = date(2008, 7, 15)
    assert [age_on(born, date(2026, 7, day)) for day in (14, 15, 16)] == [17, 18, 18]


def test_a_length_in_days_of_a_calendar_that_is_not_there_has_no_reach() -> None:
    with pytest.raises(InvalidValueError, match="unknown_calendar"):
        Duration(calendar_days=3, calendar="sittings").reach()
