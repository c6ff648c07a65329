from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.dispatch import Backoff, failure_code
from petitionkit.errors import InvalidValueError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def waits(backoff: Backoff) -> list[timedelta]:
    found: list[timedelta] = []
    while (at := backoff.next_at(len(found) + 1, NOON)) is not None:
        found.append(at - NOON)
    return found


def test_waits_grow_up_to_the_longest_and_then_it_is_given_up() -> None:
    minutes = [wait / timedelta(minutes=1) for wait in waits(Backoff())]
    assert minutes == [1, 4, 16, 64, 256, 720, 720]


@given(st.integers(1, 100_000), st.integers(1, 1000), st.integers(1, 100_000), st.integers(1, 60))
def test_waits_never_shrink_and_stay_within_the_longest(
    first: int, factor: int, longest: int, tries: int
) -> None:
    backoff = Backoff(
        first=timedelta(seconds=first),
        factor=factor,
        longest=timedelta(seconds=longest),
        tries=tries,
    )
    seconds = [wait.total_seconds() for wait in waits(backoff)]
    assert seconds == [min(first * factor**n, longest) for n in range(tries - 1)]


@pytest.mark.parametrize(
    "parts",
    [
        {"first": timedelta()},
        {"factor": 0},
        {"longest": timedelta(seconds=-1)},
        {"tries": 0},
    ],
)
def test_what_would_not_wait_or_never_try_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError, match=next(iter(parts))):
        Backoff(**parts)


@pytest.mark.parametrize("reason", ["smtp.timeout", "http:503", "a", "9-lives_left"])
def test_codes_may_be_kept(reason: str) -> None:
    assert failure_code(reason) == reason


@pytest.mark.parametrize(
    "reason", ["", "550 no such user ada@example.org", "Timeout", ".", "x" * 65, "a\n"]
)
def test_what_may_hold_an_address_is_refused(reason: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        failure_code(reason)
    assert len(reason) < 2 or reason not in str(refused.value)
