"""What every store promises about counts, readings and what is due."""

from collections.abc import Sequence
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import first_reading
from store_opener import StoreOpener
from store_samples import (
    DAY_ZERO,
    LATE,
    NOON,
    Refusal,
    always,
    at,
    counted,
    counts_seen,
    everything,
    number_id,
    plain_petition,
    raises,
    reading,
    revision,
    tally_read,
    watch_from_now_on,
    write,
)

from petitionkit.facts import State
from petitionkit.ledger import Delta, Entry, Request, Revision, Situation, Watch
from petitionkit.petition import Petition
from petitionkit.store import Store
from petitionkit.tally import Count, LevelReading, Tally

Moves = Sequence[tuple[int, int]]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[object], int]:
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


def supporters(minute: float, amount: int) -> Delta:
    return Delta(counters=("supporters",), amount=amount, at=at(minute))


def anew_since(minute: float) -> Watch:
    return Watch(counter="supporters", level=2, since=at(minute))


def lose_one(store: Store, minute: float) -> None:
    """Take one away, and watch level 2 anew from then on."""
    losing = Entry(answer=None, deltas=(supporters(minute, -1),), watches=(anew_since(minute),))
    write(store, losing)


class CountPromises(StoreOpener):
    """Counters, level readings and due petitions."""

    # Due

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

    # Counts and readings

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
            counted(store, (3, -1), (4, -1), (5, 2))
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
                return Revision(petition=petition, state=State.OPEN)

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

    # Tallies that decisions on signatures read

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
                Entry(answer=None, deltas=(supporters(9, 2),)),
                Entry(answer=None, deltas=(supporters(1, 1), supporters(3, -1))),
                Entry(answer=None),
                Entry(answer=None, deltas=(supporters(9, -1),), watches=(anew_since(9),)),
                Entry(answer=None, deltas=(supporters(9, 1),)),
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

    # Levels that an entry watches anew

    def test_an_entry_that_watches_a_level_anew_forgets_its_reading(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2))
            assert reading(store, 2) == at(1)
            lose_one(store, 5)
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
            lose_one(store, 5)
            assert reading(store, 2) is None
            counted(store, (5, 1))
            assert reading(store, 2) == at(5)

    def test_it_is_the_same_within_one_call(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            losing = Entry(answer=None, deltas=(supporters(5, -1),), watches=(anew_since(5),))
            gaining = Entry(answer=None, deltas=(supporters(5, 1),))
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
            lose_one(store, 5)
            assert reading(store, 2) == at(5)
            assert [due.due_at <= at(5) for due in store.due()] == [True]

    def test_a_level_watched_anew_makes_the_petition_due(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2))
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            assert store.due() == []
            lose_one(store, 5)
            assert reading(store, 2) is None
            assert [due.due_at <= at(5) for due in store.due()] == [True]

    def test_a_level_watched_anew_and_reached_again_makes_the_petition_due(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2))
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            lose_one(store, 5)
            watch_from_now_on(store, anew_since(5))
            assert store.due() == []
            counted(store, (6, 1))
            assert [due.due_at <= at(6) for due in store.due()] == [True]

    def test_a_line_that_comes_late_is_counted_before_a_level_was_watched_anew(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2))
            lose_one(store, 5)
            counted(store, (3, 1))
            assert reading(store, 2) == at(5)

    def test_an_update_that_goes_on_with_a_level_watched_anew_forgets_nothing(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (5, 2))
            lose_one(store, 5)
            watch_from_now_on(store, anew_since(5))
            assert reading(store, 2) is None
            counted(store, (5, 1))
            watch_from_now_on(store, anew_since(5))
            assert reading(store, 2) == at(5)

    def test_only_the_level_that_is_named_is_watched_anew(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            both = tuple(Watch(counter="supporters", level=n, since=DAY_ZERO) for n in (1, 2))
            for n in (1, 2):
                store.update(number_id(n), always(revision(plain_petition(n), watches=both)))
                counted(store, (1, 2), petition=n)
            lose_one(store, 5)
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
            losing = Entry(answer=None, deltas=(supporters(5, -1),), watches=(anew_since(5),))

            def refuse(_situation: Situation) -> Entry[None]:
                raise Refusal("no")

            requests = [Request(admit=lambda _s: losing), Request(admit=refuse)]
            raises(Refusal, store.sign, number_id(1), requests)
            assert everything(store) == before

    def test_readings_do_not_depend_on_the_order_of_arrival(self) -> None:
        @given(histories())
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
                    elif isinstance(step, list):
                        moves += step
                        counted(store, *step)
                    if read_every and turn % read_every == 0:
                        compare(store, watched, moves)
                compare(store, watched, moves)

        def compare(store: Store, watched: dict[int, int], moves: Moves) -> None:
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
                return Revision(
                    petition=petition,
                    state=State.OPEN,
                    due_at=min(reached, default=None),
                    watches=tuple(
                        Watch(counter="supporters", level=n, since=at(since))
                        for n, since in watched.items()
                    ),
                )

            store.update(number_id(1), change)

        law()
