"""The days of a plot are those of the petition's own zone, and none of them is left out."""

from datetime import UTC, date, datetime

import pytest

from petitionkit.series import counted_on, daily
from petitionkit.store import Minute


def minute(at: str, counted: int = 1) -> Minute:
    return Minute(at=datetime.fromisoformat(at).replace(tzinfo=UTC), received=1, counted=counted)


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        # One minute before and one after midnight in Vienna; in Auckland the clocks go forward.
        ("Europe/Vienna", {"2026-09-26": 1, "2026-09-27": 2, "2026-09-28": 0, "2026-09-29": -1}),
        ("UTC", {"2026-09-26": 3, "2026-09-27": 0, "2026-09-28": -1}),
        ("Pacific/Auckland", {"2026-09-27": 3, "2026-09-28": 0, "2026-09-29": -1}),
    ],
)
def test_a_date_on_which_nothing_happened_stands_between_those_on_which_something_did(
    zone: str, days: dict[str, int]
) -> None:
    minutes = [
        minute("2026-09-26 21:59"),
        minute("2026-09-26 22:01", counted=2),
        minute("2026-09-28 22:30", counted=-1),
    ]
    found = counted_on(daily(minutes, zone), zone)
    assert list(found.items()) == [(date.fromisoformat(day), n) for day, n in days.items()]


def test_of_nothing_there_are_no_days() -> None:
    assert counted_on((), "UTC") == {}
