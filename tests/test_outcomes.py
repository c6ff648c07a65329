from datetime import datetime
from typing import get_args
from uuid import UUID

import pytest

from petitionkit.errors import InvalidValueError
from petitionkit.outcomes import (
    Accepted,
    AlreadySigned,
    Confirmed,
    ConfirmOutcome,
    Duplicate,
    IntakeOutcome,
    Received,
    Refused,
    SignOutcome,
    Ticked,
    Withdrawn,
    WithdrawOutcome,
)
from samples import T0


def test_one_received_answer_is_like_another_in_everything_that_shows() -> None:
    one, other = Received(), Received()
    assert one == other
    assert (repr(one), hash(one)) == (repr(other), hash(other))
    different: object = Refused(problems=())
    assert one != different


def test_the_public_is_never_told_that_somebody_has_signed() -> None:
    assert set(get_args(SignOutcome)) == {Received, Refused}


def test_staff_and_owners_of_links_get_the_truth() -> None:
    assert set(get_args(IntakeOutcome)) == {Accepted, Duplicate, Refused}
    assert set(get_args(ConfirmOutcome)) == {Confirmed, AlreadySigned, Refused}
    assert set(get_args(WithdrawOutcome)) == {Withdrawn, Refused}


def test_an_earlier_signature_from_the_web_has_no_line() -> None:
    found = Duplicate(of=UUID(int=1))
    assert (found.source, found.line) == ("", 0)
    assert not Accepted(signature_id=UUID(int=1)).again


def test_the_next_tick_is_an_aware_instant_or_none() -> None:
    assert Ticked(settled=0, more=False).next_at is None
    assert Ticked(settled=0, more=False, next_at=T0).next_at == T0
    with pytest.raises(InvalidValueError):
        Ticked(settled=0, more=False, next_at=datetime(2026, 1, 1))  # noqa: DTZ001
