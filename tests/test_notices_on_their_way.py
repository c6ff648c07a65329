"""A worker's day: notices leased, sent, put off, given up and revived, at a desk."""

from datetime import UTC, datetime, timedelta

import pytest

from petitionkit.desk import Desk
from petitionkit.dispatch import Backoff
from petitionkit.errors import InvalidValueError
from petitionkit.keys import KeyRing
from petitionkit.petition import PetitionText
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft
from petitionkit.stores.memory import MemoryStore


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(clock: Clock) -> Desk:
    desk = Desk(MemoryStore(), secrets=KeyRing([bytes(32)]), clock=clock)
    petition = desk.start(texts=[PetitionText(language="en", title="Save the oak")])
    desk.publish(petition.id, Policy(name="p", version="1"))
    for notice in desk.notices():
        desk.acknowledge(notice)
    desk.sign(petition.id, SignatureDraft(name="Ada", email="ada@example.org"))
    return desk


def test_a_notice_that_is_sent_is_gone(desk: Desk) -> None:
    (leased,) = desk.lease()
    letter = desk.letter(leased.notice)
    assert letter is not None
    assert letter.to == "ada@example.org"
    desk.acknowledge(leased.notice)
    assert (desk.notices(), desk.lease()) == ([], [])


def test_a_worker_that_dies_leaves_its_notices_to_the_next(desk: Desk, clock: Clock) -> None:
    (dead_workers,) = desk.lease()
    assert desk.lease() == []
    clock.goes_on(5)
    (mine,) = desk.lease()
    assert mine.notice == dead_workers.notice
    assert mine.tries == 2
    assert desk.put_off(dead_workers, reason="smtp.timeout") is None


def test_what_fails_waits_longer_each_time_and_is_dead_in_the_end(desk: Desk, clock: Clock) -> None:
    backoff = Backoff(first=timedelta(minutes=1), factor=3, tries=3)
    for minutes in (1, 3):
        (leased,) = desk.lease()
        put = desk.put_off(leased, reason="smtp.timeout", backoff=backoff)
        assert put is not None
        assert put.due_at == clock.now + timedelta(minutes=minutes)
        clock.goes_on(minutes - 0.5)
        assert desk.lease() == []
        clock.goes_on(0.5)
    (leased,) = desk.lease()
    put = desk.put_off(leased, reason="smtp.timeout", backoff=backoff)
    assert put is not None
    assert put.dead
    clock.goes_on(10_000)
    assert (desk.lease(), desk.notices()) == ([], [])
    (dead,) = desk.dead_notices()
    assert (dead.reason, dead.tries) == ("smtp.timeout", 3)
    assert desk.revive(dead.notice.id)
    assert not desk.revive(dead.notice.id)
    (again,) = desk.lease(lasting=timedelta(seconds=1))
    assert again.tries == 1
    clock.goes_on(1)
    assert len(desk.lease()) == 1


def test_what_cannot_succeed_is_given_up_at_once(desk: Desk) -> None:
    (leased,) = desk.lease()
    given_up = desk.give_up(leased, reason="smtp.unknown_mailbox")
    assert desk.dead_notices() == [given_up]


def test_the_answer_of_a_server_is_no_reason(desk: Desk) -> None:
    (leased,) = desk.lease()
    with pytest.raises(InvalidValueError, match="reason"):
        desk.put_off(leased, reason="550 ada@example.org unknown")
