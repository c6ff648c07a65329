"""What every store promises about levels: when they were reached, and reached again."""

from collections.abc import Sequence
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitionkit.ledger import Delta, Entry, Request, Revision, Situation, Watch
from petitionkit.petition import Petition
from petitionkit.store import Store
from petitionkit.tally import LevelReading, Tally
from petitionkit.testing.bench import (
    Refusal,
    counted,
    everything,
    raises,
    reading,
    tally_read,
    watch_from_now_on,
    write,
)
from petitionkit.testing.oracle import first_reading
from petitionkit.testing.promises.opening import StoreOpener
from petitionkit.testing.samples import (
    DAY_ZERO,
    always,
    at,
    number_id,
    plain_petition,
    revision,
)

__all__ = ["LevelPromises"]

_Moves = Sequence[tuple[int, int]]


@st.composite
def _histories(draw: st.DrawFn) -> tuple[list[object], int]:
    """Batches of (minute, amount), and watches (level, since), in any order of arrival."""
    steps: list[object] = []
    for _ in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            steps.append((draw(st.integers(1, 4)), draw(st.integers(0, 8))))
        amounts = st.sampled_from([1, 1, 1, 2, -1, -2])
        steps.append(draw(st.lists(st.tuples(st.integers(0, 8), amounts), max_size=5)))
    if draw(st.booleans()):
        steps.append((draw(st.integers(1, 4)), draw(st.integers(0, 8))))
    return steps, draw(st.integers(0, 2))


def _supporters(minute: float, amount: int) -> Delta:
    return Delta(counters=("supporters",), amount=amount, at=at(minute))


def _anew_since(minute: float) -> Watch:
    return Watch(counter="supporters", level=2, since=at(minute))


def _lose_one(store: Store, minute: float) -> None:
    """Take one away, and watch level 2 anew from then on."""
    losing = Entry(answer=None, deltas=(_supporters(minute, -1),), watches=(_anew_since(minute),))
    write(store, losing)


class LevelPromises(StoreOpener):
    """Readings of levels, and levels watched anew."""

    def test_readings_are_listed_by_counter_and_level(self) -> None:
        with self.store_with_petition() as store:
            wanted = [("b", 2), ("a", 9), ("b", 1), ("a", 10)]
            watch_from_now_on(
                store, *(Watch(counter=c, level=n, since=DAY_ZERO) for c, n in wanted)
            )
            assert store.tally(number_id(1)).levels == tuple(
                LevelReading(counter=c, level=n, since=DAY_ZERO) for c, n in sorted(wanted)
            )

    def test_a_level_not_watched_has_no_reading(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (1, 5))
            assert store.tally(number_id(1)).levels == ()

    def test_a_level_is_reached_at_the_instant_of_its_first_delta(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=3, since=DAY_ZERO))
            counted(store, (1, 1), (2, 1))
            assert reading(store, 3) is None
            counted(store, (3, 1), (4, 1))
            assert reading(store, 3) == at(3)

    def test_a_reading_stays_when_the_count_falls_later(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 1), (2, 1))
            counted(store, (3, -1), (4, -1))
            assert reading(store, 2) == at(2)
            counted(store, (5, 2))
            assert reading(store, 2) == at(2)

    def test_a_line_that_comes_late_moves_the_reading_to_where_it_belongs(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 1), (9, 1))
            assert reading(store, 2) == at(9)
            counted(store, (4, 1))
            assert reading(store, 2) == at(4)
            counted(store, (2, -1))
            assert reading(store, 2) == at(9)

    def test_a_level_touched_between_two_moves_of_one_instant_is_reached(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 1), (1, 1), (1, -1))
            assert reading(store, 2) == at(1)

    def test_a_level_touched_between_two_losses_of_one_instant_is_reached(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (0, 2))
            counted(store, (1, -1), (1, -1))
            watch_from_now_on(store, Watch(counter="supporters", level=1, since=at(1)))
            assert reading(store, 1) == at(1)

    def test_what_happened_before_since_counts_from_since_on(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (1, 3), (5, -2))
            watch_from_now_on(
                store,
                Watch(counter="supporters", level=3, since=at(3)),
                Watch(counter="supporters", level=2, since=at(6)),
                Watch(counter="supporters", level=1, since=at(6)),
            )
            assert reading(store, 3) == at(3)
            assert reading(store, 2) is None
            assert reading(store, 1) == at(6)

    def test_a_fall_at_since_itself_comes_before_the_reading(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=at(5)))
            counted(store, (1, 2))
            counted(store, (5, -1))
            assert reading(store, 2) is None

    def test_watching_again_from_later_forgets_the_earlier_reading(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2), (2, -1))
            assert reading(store, 2) == at(1)
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=at(5)))
            assert reading(store, 2) is None
            counted(store, (7, 1))
            assert reading(store, 2) == at(7)

    def test_watching_again_from_the_same_instant_keeps_the_reading(self) -> None:
        with self.store_with_petition() as store:
            watch = Watch(counter="supporters", level=2, since=DAY_ZERO)
            watch_from_now_on(store, watch)
            counted(store, (1, 2), (2, -1))
            watch_from_now_on(store, watch)
            assert reading(store, 2) == at(1)

    def test_a_watch_left_out_is_watched_no_longer(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(
                store, *(Watch(counter="supporters", level=n, since=DAY_ZERO) for n in (1, 2))
            )
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            assert [r.level for r in store.tally(number_id(1)).levels] == [2]

    def test_a_decision_on_the_petition_sees_current_readings(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=1, since=DAY_ZERO))
            counted(store, (5, 1))
            counted(store, (2, 1))
            seen: list[datetime | None] = []

            def change(petition: Petition, tally: Tally) -> Revision:
                seen.append(tally.reached_at("supporters", 1))
                return revision(petition)

            store.update(number_id(1), change)
            assert seen[-1] == at(2)

    def test_a_reading_tells_since_when_its_level_is_watched(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(
                store,
                Watch(counter="supporters", level=1, since=at(3)),
                Watch(counter="supporters", level=2, since=DAY_ZERO),
            )
            counted(store, (5, 1))
            assert store.tally(number_id(1)).levels == (
                LevelReading(counter="supporters", level=1, reached_at=at(5), since=at(3)),
                LevelReading(counter="supporters", level=2, since=DAY_ZERO),
            )

    def test_an_entry_that_watches_a_level_anew_forgets_its_reading(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2))
            assert reading(store, 2) == at(1)
            _lose_one(store, 5)
            assert reading(store, 2) is None
            assert store.tally(number_id(1)).levels[0].since == at(5)
            counted(store, (7, 1))
            assert reading(store, 2) == at(7)

    def test_what_was_there_at_the_very_instant_is_forgotten_and_what_comes_then_is_not(
        self,
    ) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (5, 1), (5, 1))
            assert reading(store, 2) == at(5)
            _lose_one(store, 5)
            assert reading(store, 2) is None
            counted(store, (5, 1))
            assert reading(store, 2) == at(5)

    def test_it_is_the_same_within_one_call(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            losing = Entry(answer=None, deltas=(_supporters(5, -1),), watches=(_anew_since(5),))
            gaining = Entry(answer=None, deltas=(_supporters(5, 1),))
            write(store, gaining, gaining, losing)
            assert reading(store, 2) is None
            write(store, gaining, losing, gaining, losing)
            assert reading(store, 2) is None
            write(store, gaining)
            assert reading(store, 2) == at(5)

    def test_a_level_that_still_stands_when_it_is_watched_anew_is_reached_from_then_on(
        self,
    ) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 3))
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            assert store.due() == []
            _lose_one(store, 5)
            assert reading(store, 2) == at(5)
            assert [due.due_at <= at(5) for due in store.due()] == [True]

    def test_a_level_watched_anew_makes_the_petition_due(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2))
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            assert store.due() == []
            _lose_one(store, 5)
            assert reading(store, 2) is None
            assert [due.due_at <= at(5) for due in store.due()] == [True]

    def test_a_level_watched_anew_and_reached_again_makes_the_petition_due(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2))
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            _lose_one(store, 5)
            watch_from_now_on(store, _anew_since(5))
            assert store.due() == []
            counted(store, (6, 1))
            assert [due.due_at <= at(6) for due in store.due()] == [True]

    def test_a_line_that_comes_late_is_counted_before_a_level_was_watched_anew(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2))
            _lose_one(store, 5)
            counted(store, (3, 1))
            assert reading(store, 2) == at(5)

    def test_an_update_that_goes_on_with_a_level_watched_anew_forgets_nothing(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (5, 2))
            _lose_one(store, 5)
            watch_from_now_on(store, _anew_since(5))
            assert reading(store, 2) is None
            counted(store, (5, 1))
            watch_from_now_on(store, _anew_since(5))
            assert reading(store, 2) == at(5)

    def test_only_the_level_that_is_named_is_watched_anew(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            both = tuple(Watch(counter="supporters", level=n, since=DAY_ZERO) for n in (1, 2))
            for n in (1, 2):
                store.update(number_id(n), always(revision(plain_petition(n), watches=both)))
                counted(store, (1, 2), petition=n)
            _lose_one(store, 5)
            assert reading(store, 1) == at(1)
            assert reading(store, 2) is None
            assert store.tally(number_id(2)).reached_at("supporters", 2) == at(1)
            other = Watch(counter="persons", level=2, since=at(6))
            write(store, Entry(answer=None, watches=(other,)))
            assert [r.counter for r in store.tally(number_id(1)).levels] == ["supporters"] * 2

    def test_a_level_watched_anew_by_a_call_that_fails_keeps_its_reading(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2))
            before = everything(store)
            losing = Entry(answer=None, deltas=(_supporters(5, -1),), watches=(_anew_since(5),))

            def refuse(_situation: Situation) -> Entry[None]:
                raise Refusal("no")

            requests = [Request(admit=lambda _s: losing), Request(admit=refuse)]
            raises(Refusal, store.sign, number_id(1), requests)
            assert everything(store) == before

    def test_readings_do_not_depend_on_the_order_of_arrival(self) -> None:
        @given(_histories())
        @settings(
            max_examples=self.examples,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        )
        def law(history: tuple[list[object], int]) -> None:
            steps, read_every = history
            with self.store_with_petition() as store:
                watched: dict[int, int] = {}
                moves: list[tuple[int, int]] = []
                for turn, step in enumerate(steps):
                    if isinstance(step, tuple):
                        watched[step[0]] = step[1]
                        watch_and_settle_nothing(store, watched)
                    elif isinstance(step, list):  # pragma: no branch (there is no third kind)
                        moves += step
                        counted(store, *step)
                    if read_every and turn % read_every == 0:
                        compare(store, watched, moves)
                compare(store, watched, moves)

        def compare(store: Store, watched: dict[int, int], moves: _Moves) -> None:
            expected = {
                level: None if found is None else at(found)
                for level, since in watched.items()
                for found in [first_reading(level, since, moves)]
            }
            tally = store.tally(number_id(1))
            assert {r.level: r.reached_at for r in tally.levels} == expected
            assert tally.count("supporters") == sum(amount for _, amount in moves)
            assert tally.latest == (at(max(when for when, _ in moves)) if moves else None)
            assert tally_read(store) == tally
            reached = [instant for instant in expected.values() if instant is not None]
            if reached:
                assert [due.due_at <= min(reached) for due in store.due()] == [True]

        def watch_and_settle_nothing(store: Store, watched: dict[int, int]) -> None:
            def change(petition: Petition, tally: Tally) -> Revision:
                reached = [r.reached_at for r in tally.levels if r.reached_at is not None]
                return revision(
                    petition,
                    due_at=min(reached, default=None),
                    watches=tuple(
                        Watch(counter="supporters", level=n, since=at(since))
                        for n, since in watched.items()
                    ),
                )

            store.update(number_id(1), change)

        law()
