"""What every store promises of notices on their way: leased, put off, dead, revived."""

from datetime import timedelta

from attrs import evolve

from petitionkit.dispatch import Dispatch
from petitionkit.errors import StoreContractError
from petitionkit.ledger import Entry
from petitionkit.store import Store
from petitionkit.testing.bench import raises, write
from petitionkit.testing.promises.opening import StoreOpener
from petitionkit.testing.samples import NOON, a_notice, number_id

__all__ = ["NoticePromises"]

_SOON = NOON + timedelta(minutes=5)
_LATER = NOON + timedelta(hours=1)


def _with_notices(store: Store, *minutes: int) -> None:
    """Notices 1, 2, 3 ..., each at its minute after noon."""
    notices = (
        evolve(a_notice(n), at=NOON + timedelta(minutes=minute))
        for n, minute in enumerate(minutes, 1)
    )
    write(store, Entry(answer=None, notices=tuple(notices)))


def _ids(dispatches: object) -> list[int]:
    assert isinstance(dispatches, list | tuple)
    return [one.notice.id.int for one in dispatches]


class NoticePromises(StoreOpener):
    """A notice is with one worker at a time, and none is lost."""

    def test_what_is_leased_is_nobody_elses_until_the_lease_ends(self) -> None:
        with self.store_with_petition() as store:
            _with_notices(store, 0)
            (first,) = store.lease(now=NOON, until=_SOON)
            assert first == Dispatch(notice=a_notice(), tries=1, due_at=_SOON)
            assert store.lease(now=_SOON - timedelta(microseconds=1), until=_LATER) == []
            (second,) = store.lease(now=_SOON, until=_LATER)
            assert second == Dispatch(notice=a_notice(), tries=2, due_at=_LATER)

    def test_a_notice_is_leased_at_its_own_instant_and_not_before(self) -> None:
        with self.store_with_petition() as store:
            _with_notices(store, 5, 0)
            assert _ids(store.lease(now=NOON, until=_LATER)) == [2]
            assert _ids(store.lease(now=_SOON, until=_LATER)) == [1]

    def test_those_due_longest_are_leased_first_and_no_more_than_asked_for(self) -> None:
        with self.store_with_petition() as store:
            _with_notices(store, 3, 1, 2, 0)
            asked = [_ids(store.lease(now=_SOON, until=_LATER, limit=2)) for _ in range(3)]
            assert [sorted(some) for some in asked] == [[2, 4], [1, 3], []]

    def test_what_was_put_off_is_due_again_then_with_its_reason(self) -> None:
        with self.store_with_petition() as store:
            _with_notices(store, 0)
            (leased,) = store.lease(now=NOON, until=_SOON)
            assert store.put_off(leased, until=_LATER, reason="smtp.timeout")
            assert store.lease(now=_SOON, until=_LATER) == []
            again = _LATER + timedelta(hours=1)
            (second,) = store.lease(now=_LATER, until=again)
            assert second == Dispatch(
                notice=a_notice(), tries=2, due_at=again, reason="smtp.timeout"
            )

    def test_whoever_lost_the_lease_puts_nothing_off(self) -> None:
        with self.store_with_petition() as store:
            _with_notices(store, 0)
            (lost,) = store.lease(now=NOON, until=_SOON)
            (held,) = store.lease(now=_SOON, until=_LATER)
            assert not store.put_off(lost, until=None, reason="smtp.timeout")
            assert store.dead_notices() == []
            assert store.put_off(held, until=_LATER + timedelta(hours=1), reason="http:503")
            assert not store.put_off(held, until=None, reason="http:503")

    def test_what_was_acknowledged_is_never_handed_out_again(self) -> None:
        with self.store_with_petition() as store:
            _with_notices(store, 0)
            (leased,) = store.lease(now=NOON, until=_SOON)
            store.acknowledge(leased.notice.id)
            assert not store.put_off(leased, until=_SOON, reason="smtp.timeout")
            assert not store.revive(leased.notice.id, at=NOON)
            assert store.lease(now=_LATER, until=_LATER) == []
            assert store.notices() == []

    def test_the_dead_are_kept_apart_with_their_reason(self) -> None:
        with self.store_with_petition() as store:
            _with_notices(store, 0, 0)
            for leased in store.lease(now=NOON, until=_SOON):
                assert store.put_off(leased, until=None, reason=f"smtp:{leased.notice.id.int}")
            assert store.lease(now=_LATER, until=_LATER) == []
            assert store.notices() == []
            dead = store.dead_notices()
            assert [one.notice for one in dead] == [a_notice(1), a_notice(2)]
            first, second = dead
            assert first == Dispatch(notice=a_notice(1), tries=1, due_at=None, reason="smtp:1")
            assert store.dead_notices(limit=1) == [first]
            assert not store.put_off(second, until=_SOON, reason="late")
            store.acknowledge(first.notice.id)
            assert store.dead_notices() == [second]

    def test_the_dead_may_be_revived_once(self) -> None:
        with self.store_with_petition() as store:
            _with_notices(store, 0)
            (leased,) = store.lease(now=NOON, until=_SOON)
            assert not store.revive(number_id(1), at=_LATER)
            store.put_off(leased, until=None, reason="smtp.unknown")
            assert not store.revive(number_id(2), at=_LATER)
            assert store.revive(number_id(1), at=_LATER)
            assert store.dead_notices() == []
            assert store.lease(now=_SOON, until=_LATER) == []
            (again,) = store.lease(now=_LATER, until=_LATER + timedelta(hours=1))
            assert (again.tries, again.reason) == (1, "smtp.unknown")

    def test_a_notice_of_a_decision_that_fails_is_never_handed_out(self) -> None:
        with self.store_with_petition() as store:
            _with_notices(store, 0)
            twice = Entry(answer=None, notices=(a_notice(2), a_notice(2)))
            raises(StoreContractError, write, store, twice)
            assert _ids(store.lease(now=_LATER, until=_LATER)) == [1]
