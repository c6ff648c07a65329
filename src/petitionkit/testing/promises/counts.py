"""What every store promises about counters, tallies and what is due."""

from petitionkit.ledger import Delta, Entry, Request, Situation, Watch
from petitionkit.tally import Count, Tally
from petitionkit.testing.bench import (
    counted,
    counts_seen,
    everything,
    reading,
    tally_read,
    watch_from_now_on,
    write,
)
from petitionkit.testing.promises.opening import StoreOpener
from petitionkit.testing.samples import (
    DAY_ZERO,
    LATE,
    NOON,
    always,
    at,
    number_id,
    plain_petition,
    revision,
)

__all__ = ["CountPromises"]


def _supporters(minute: float, amount: int) -> Delta:
    return Delta(counters=("supporters",), amount=amount, at=at(minute))


def _anew_since(minute: float) -> Watch:
    return Watch(counter="supporters", level=2, since=at(minute))


class CountPromises(StoreOpener):
    """Counters, tallies, and petitions that are due."""

    def test_petitions_are_due_in_the_order_of_their_instants(self) -> None:
        with self.open_store() as store:
            for n, minute in ((1, 30), (2, 10), (3, None), (4, 20), (5, 10)):
                due = None if minute is None else at(minute)
                store.add(revision(plain_petition(n), due_at=due))
            found = [(d.petition_id.int, d.due_at) for d in store.due()]
            assert found == [(2, at(10)), (5, at(10)), (4, at(20)), (1, at(30))]
            assert [d.petition_id.int for d in store.due(limit=2)] == [2, 5]

    def test_an_update_sets_and_clears_when_a_petition_is_due(self) -> None:
        with self.store_with_petition() as store:
            for due in (NOON, LATE, None):
                store.update(number_id(1), always(revision(plain_petition(), due_at=due)))
                assert [d.due_at for d in store.due()] == ([] if due is None else [due])

    def test_a_petition_is_due_as_soon_as_a_watched_level_is_reached(self) -> None:
        with self.store_with_petition() as store:
            watch = Watch(counter="supporters", level=2, since=DAY_ZERO)
            watch_from_now_on(store, watch, due_at=LATE)
            counted(store, (5, 1))
            assert [d.due_at for d in store.due()] == [LATE]
            counted(store, (6, 1))
            assert [d.due_at <= at(6) for d in store.due()] == [True]

    def test_a_level_reached_before_it_was_watched_makes_the_petition_due(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (5, 2))
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            assert [d.due_at <= at(5) for d in store.due()] == [True]

    def test_a_level_that_was_settled_does_not_make_the_petition_due_again(self) -> None:
        with self.store_with_petition() as store:
            watch = Watch(counter="supporters", level=2, since=DAY_ZERO)
            watch_from_now_on(store, watch)
            counted(store, (5, 2))
            watch_from_now_on(store, watch)
            assert store.due() == []
            counted(store, (6, 1))
            assert store.due() == []

    def test_counters_move_by_the_deltas_exactly(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            both, one = ("persons", "supporters"), ("supporters",)
            write(
                store,
                Entry(
                    answer=None,
                    deltas=(
                        Delta(counters=both, amount=2, at=at(1)),
                        Delta(counters=one, amount=-1, at=at(1)),
                        Delta(counters=(), amount=9, at=at(1)),
                    ),
                ),
                Entry(answer=None, deltas=(Delta(counters=both, amount=3, at=at(0)),)),
            )
            counted(store, (1, 7), petition=2)
            assert store.tally(number_id(1)).counts == (
                Count(counter="persons", amount=5),
                Count(counter="supporters", amount=4),
            )
            assert counts_seen(store) == {"persons": 5, "supporters": 4}
            assert store.tally(number_id(2)).count("supporters") == 7

    def test_a_name_that_contains_anothers_is_a_counter_of_its_own(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="persons", level=1, since=DAY_ZERO))
            other = Delta(counters=("persons_abroad", "all persons"), amount=1, at=at(1))
            write(store, Entry(answer=None, deltas=(other,)))
            late = Delta(counters=("persons_abroad",), amount=1, at=at(0))
            write(store, Entry(answer=None, deltas=(late,)))
            assert store.tally(number_id(1)).count("persons") == 0
            assert reading(store, 1, "persons") is None

    def test_latest_is_the_latest_instant_at_which_any_counter_moved(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            assert store.tally(number_id(1)).latest is None
            for minute, amount, latest in ((5, 1, 5), (2, 1, 5), (9, -1, 9)):
                counted(store, (minute, amount))
                assert store.tally(number_id(1)).latest == at(latest)
            other = Delta(counters=("persons",), amount=1, at=at(11))
            nowhere = Delta(counters=(), amount=1, at=at(20))
            write(store, Entry(answer=None, deltas=(other, nowhere)))
            assert store.tally(number_id(1)).latest == at(11)
            assert store.tally(number_id(2)).latest is None

    def test_a_decision_on_a_signature_reads_the_tally_as_it_stands(self) -> None:
        with self.store_with_petition() as store:
            assert tally_read(store) == Tally()
            levels = [Watch(counter="supporters", level=n, since=DAY_ZERO) for n in (1, 2, 9)]
            watch_from_now_on(store, *levels)
            counted(store, (5, 1), (7, 1))
            assert tally_read(store) == store.tally(number_id(1))
            counted(store, (2, 1))
            assert tally_read(store).reached_at("supporters", 1) == at(2)
            assert tally_read(store).reached_at("supporters", 2) == at(5)
            assert tally_read(store) == store.tally(number_id(1))

    def test_a_decision_reads_what_those_before_it_in_the_call_have_moved(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            levels = [Watch(counter="supporters", level=n, since=DAY_ZERO) for n in (1, 2, 3)]
            for n in (1, 2):
                watches = tuple(levels)
                made = revision(plain_petition(n), watches=watches)
                store.update(number_id(n), always(made))
            entries = [
                Entry(answer=None, deltas=(_supporters(9, 2),)),
                Entry(answer=None, deltas=(_supporters(1, 1), _supporters(3, -1))),
                Entry(answer=None),
                Entry(answer=None, deltas=(_supporters(9, -1),), watches=(_anew_since(9),)),
                Entry(answer=None, deltas=(_supporters(9, 1),)),
            ]
            one_by_one = [store.tally(number_id(2))]
            for entry in entries:
                write(store, entry, petition=2)
                one_by_one.append(store.tally(number_id(2)))
            seen: list[Tally] = []

            def admit(situation: Situation) -> Entry[None]:
                turn = len(seen)
                seen.append(situation.read_tally())
                counts = {c.counter: c.amount for c in seen[-1].counts}
                assert {k: n for k, n in situation.counts.items() if n or k in counts} == counts
                assert situation.read_tally() == seen[-1]
                return entries[turn] if turn < len(entries) else Entry(answer=None)

            store.sign(number_id(1), [Request(admit=admit)] * (len(entries) + 1))
            assert seen == one_by_one
            assert store.tally(number_id(1)) == one_by_one[-1]

    def test_reading_a_tally_changes_nothing(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=1, since=DAY_ZERO))
            counted(store, (5, 1))
            before = everything(store)
            tally_read(store)
            assert everything(store) == before
