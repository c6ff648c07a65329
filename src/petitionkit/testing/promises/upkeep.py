"""What stores that are attended and accountable promise: health, drift, mending."""

from datetime import timedelta

from attrs import evolve

from petitionkit.errors import NotFoundError, StoreContractError
from petitionkit.facts import Event, Fact
from petitionkit.ledger import Delta, Entry, Revision, Watch
from petitionkit.petition import Petition
from petitionkit.store import Accountable, Attended, Health, Mending, Store
from petitionkit.tally import Drift, Tally
from petitionkit.testing.bench import (
    Refusal,
    counted,
    everything,
    raises,
    watch_from_now_on,
    write,
)
from petitionkit.testing.promises.opening import StoreOpener
from petitionkit.testing.samples import (
    DAY_ZERO,
    LATE,
    NOON,
    a_notice,
    at,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)

__all__ = ["UpkeepConformance"]

_MENDED = Fact(event=Event.RECOUNTED, at=NOON, recorded_at=NOON)


def _accountable(store: Store) -> Accountable:
    assert isinstance(store, Accountable)
    return store


def _attended(store: Store) -> Attended:
    assert isinstance(store, Attended)
    return store


def _signed(store: Store, *numbers: int) -> None:
    """Signatures, each with the delta that belongs to it."""
    delta = Delta(counters=("supporters",), amount=1, at=NOON)
    write(
        store,
        *(Entry(answer=None, signature=plain_signature(n), deltas=(delta,)) for n in numbers),
    )


def _recording(*told: list[Drift]) -> Mending:
    def change(petition: Petition, tally: Tally, drifts: object) -> Revision:
        for some in told:
            assert isinstance(drifts, list)
            some.extend(drifts)
        numbers = (("supporters", tally.count("supporters")),)
        return revision(petition.with_facts(evolve(_MENDED, numbers=numbers)))

    return change


class UpkeepConformance(StoreOpener):
    """How things stand is told as it is; what has drifted is put right openly."""

    def test_counters_that_agree_with_the_signatures_show_no_drift(self) -> None:
        with self.store_with_petition() as store:
            assert _accountable(store).drift(number_id(1)) == []
            _signed(store, 1, 2, 3)
            gone = evolve(plain_signature(2), withdrawn_at=LATE)
            barred = evolve(plain_signature(3), invalidated_at=LATE)
            loss = Delta(counters=("supporters",), amount=-1, at=LATE)
            write(
                store,
                Entry(answer=None, signature=gone, deltas=(loss,)),
                Entry(answer=None, signature=barred, deltas=(loss,)),
            )
            assert _accountable(store).drift(number_id(1)) == []

    def test_counters_that_do_not_agree_are_reported_whole(self) -> None:
        with self.store_with_petition() as store:
            _signed(store, 1, 2)
            counted(store, (1, 5))
            write(
                store, Entry(answer=None, signature=evolve(plain_signature(9), counters=("x", "y")))
            )
            assert _accountable(store).drift(number_id(1)) == [
                Drift(counter="supporters", counted=7, entered=7, found=2),
                Drift(counter="x", counted=0, entered=0, found=1),
                Drift(counter="y", counted=0, entered=0, found=1),
            ]

    def test_mending_makes_counters_what_the_signatures_say_and_records_it(self) -> None:
        with self.store_with_petition() as store:
            _signed(store, 1, 2)
            counted(store, (1, 5))
            write(store, Entry(answer=None, signature=evolve(plain_signature(9), counters=("x",))))
            told: list[Drift] = []
            mended = _accountable(store).mend(number_id(1), _recording(told), at=LATE)
            assert [one.counter for one in told] == ["supporters", "x"]
            assert mended == store.petition(number_id(1))
            assert mended.facts[-1].numbers == (("supporters", 2),)
            assert mended.version == 2
            tally = store.tally(number_id(1))
            assert (tally.count("supporters"), tally.count("x")) == (2, 1)
            assert _accountable(store).drift(number_id(1)) == []
            _signed(store, 3)
            assert store.tally(number_id(1)).count("supporters") == 3

    def test_where_nothing_drifted_nothing_is_asked_or_written(self) -> None:
        with self.store_with_petition() as store:
            _signed(store, 1)
            before = everything(store)

            def change(*_: object) -> Revision:
                raise Refusal  # pragma: no cover (who keeps the promise never asks)

            there = _accountable(store).mend(number_id(1), change, at=LATE)
            assert there == store.petition(number_id(1))
            assert everything(store) == before

    def test_a_mending_that_fails_changes_nothing(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (1, 5))
            before = everything(store)

            def refuse(*_: object) -> Revision:
                raise Refusal

            def forget(petition: Petition, *_: object) -> Revision:
                return revision(evolve(petition, facts=()))

            raises(Refusal, _accountable(store).mend, number_id(1), refuse, at=LATE)
            raises(StoreContractError, _accountable(store).mend, number_id(1), forget, at=LATE)
            raises(NotFoundError, _accountable(store).mend, number_id(7), refuse, at=LATE)
            raises(NotFoundError, _accountable(store).drift, number_id(7))
            assert everything(store) == before

    def test_a_level_that_was_reached_once_stays_so_and_a_missed_one_is_found(self) -> None:
        with self.store_with_petition() as store:
            watches = (
                Watch(counter="supporters", level=3, since=DAY_ZERO),
                Watch(counter="x", level=1, since=DAY_ZERO),
            )
            watch_from_now_on(store, *watches)
            counted(store, (1, 5))
            write(store, Entry(answer=None, signature=evolve(plain_signature(9), counters=("x",))))

            def change(petition: Petition, _tally: Tally, _drifts: object) -> Revision:
                return revision(petition.with_facts(_MENDED), watches=watches)

            _accountable(store).mend(number_id(1), change, at=NOON)
            tally = store.tally(number_id(1))
            assert tally.reached_at("supporters", 3) == at(1)
            assert tally.reached_at("x", 1) == NOON

    def test_health_tells_what_waits_and_since_when(self) -> None:
        with self.open_store() as store:
            assert _attended(store).health(NOON) == Health()
            for n, hours in ((1, -2), (2, -1), (3, 1)):
                due_at = NOON + timedelta(hours=hours)
                store.add(revision(plain_petition(n), due_at=due_at))
            store.add(revision(plain_petition(4)))
            notices = tuple(evolve(a_notice(n), at=NOON + timedelta(minutes=n)) for n in (3, 1, 2))
            write(store, Entry(answer=None, notices=notices))
            health = _attended(store).health(NOON)
            assert (health.overdue, health.overdue_since) == (2, NOON - timedelta(hours=2))
            assert (health.notices, health.dead_notices) == (3, 0)
            assert health.oldest_notice == NOON + timedelta(minutes=1)
            (leased,) = store.lease(now=NOON + timedelta(minutes=1), until=LATE)
            store.put_off(leased, until=None, reason="smtp.unknown")
            health = _attended(store).health(NOON)
            assert (health.notices, health.dead_notices) == (2, 1)
            assert health.oldest_notice == NOON + timedelta(minutes=2)

    def test_moves_that_wait_are_few_and_gone_once_folded(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (1, 1), (2, 1))
            assert _attended(store).health(NOON).unfolded <= 2
            store.update(number_id(1), lambda petition, _tally: revision(petition))
            assert _attended(store).health(NOON).unfolded == 0
