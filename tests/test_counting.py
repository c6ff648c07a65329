from datetime import datetime

import pytest
from attrs import evolve

from petitionkit.clauses import Threshold
from petitionkit.conditions import watches_for
from petitionkit.counting import counted_from, counted_from_each, counters_for, total
from petitionkit.facts import Event
from petitionkit.form import Counting
from petitionkit.ledger import Watch
from petitionkit.parties import PartyKind
from petitionkit.petition import CountEffect, DeclaredCount, Petition
from petitionkit.policy import Policy
from petitionkit.signature import Particulars, Role
from petitionkit.standing import standing
from petitionkit.tally import Count, LevelReading, Tally
from samples import DAY, HOUR, POLICY, T0, fact, opened, petition

NONE = Tally()
PERSONS_ONLY = evolve(POLICY, counting=Counting(supporters=(PartyKind.PERSON,)))


def declared(
    amount: int,
    effect: CountEffect = CountEffect.ADDS,
    *,
    source: str = "paper",
    as_of: datetime = T0,
    recorded_at: datetime = T0,
    counter: str = "supporters",
) -> DeclaredCount:
    return DeclaredCount(
        counter=counter,
        amount=amount,
        source=source,
        as_of=as_of,
        recorded_at=recorded_at,
        effect=effect,
    )


def with_declared(*counts: DeclaredCount) -> Petition:
    return evolve(petition(opened()), declared=counts)


def counted(amount: int, *levels: LevelReading) -> Tally:
    return Tally(counts=(Count(counter="supporters", amount=amount),), levels=levels)


@pytest.mark.parametrize(
    ("policy", "kind", "role", "counters"),
    [
        (POLICY, PartyKind.PERSON, Role.SIGNER, {"persons", "supporters"}),
        (POLICY, PartyKind.ORGANISATION, Role.SIGNER, {"organisations", "supporters"}),
        (POLICY, PartyKind.PERSON, Role.STARTER, {"persons", "supporters", "starter"}),
        (PERSONS_ONLY, PartyKind.ORGANISATION, Role.SIGNER, {"organisations"}),
        # Nobody is named among the supporters who is none of them.
        (PERSONS_ONLY, PartyKind.ORGANISATION, Role.STARTER, {"organisations"}),
    ],
)
def test_a_signature_stands_in_counters(
    policy: Policy, kind: PartyKind, role: Role, counters: set[str]
) -> None:
    who = Particulars(name="Anna", kind=kind)
    found = counters_for(petition(opened()), policy, who, role=role, signed_at=T0, counted_at=T0)
    assert set(found) == counters
    assert len(found) == len(counters)


ADDS, REPLACES, LARGER = CountEffect.ADDS, CountEffect.REPLACES, CountEffect.LARGER_OF


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], 10),
        ([declared(5)], 15),
        ([declared(5, counter="persons")], 10),
        ([declared(5), declared(7, source="stall")], 22),
        ([declared(5), declared(7, as_of=T0 + HOUR)], 17),
        ([declared(7, as_of=T0 + HOUR), declared(5)], 17),
        ([declared(5), declared(7, recorded_at=T0 + HOUR)], 17),
        ([declared(4, REPLACES)], 4),
        ([declared(4, REPLACES), declared(5, source="stall")], 9),
        ([declared(30, LARGER)], 30),
        ([declared(3, LARGER)], 10),
        ([declared(12, LARGER), declared(5, source="stall")], 15),
        ([declared(0, REPLACES)], 0),
        (
            [
                declared(100, REPLACES, source="a"),
                declared(200, REPLACES, source="b", as_of=T0 + HOUR),
                declared(300, REPLACES, source="a", as_of=T0 + DAY),
            ],
            300,
        ),
    ],
)
def test_signatures_and_declared_counts_come_to_a_total(
    counts: list[DeclaredCount], expected: int
) -> None:
    assert total(with_declared(*counts), counted(10)) == expected


def test_a_petition_that_never_opened_watches_nothing() -> None:
    assert watches_for(petition(), POLICY, NONE) == ()


def test_thresholds_are_watched_since_the_opening() -> None:
    assert watches_for(petition(opened()), POLICY, NONE) == (
        Watch(counter="supporters", level=2, since=T0),
        Watch(counter="supporters", level=4, since=T0),
    )


def test_declared_counts_leave_fewer_signatures_to_watch_for() -> None:
    changed = with_declared(declared(3, as_of=T0 + HOUR))
    assert watches_for(changed, POLICY, NONE) == (
        Watch(counter="supporters", level=1, since=T0 + HOUR),
    )


def test_a_replaced_counter_is_not_watched() -> None:
    assert watches_for(with_declared(declared(1, REPLACES)), POLICY, NONE) == ()


def test_watches_are_sorted_and_each_stands_once() -> None:
    policy = evolve(
        POLICY,
        thresholds=(
            Threshold(key="c", level=9),
            Threshold(key="b", level=5),
            Threshold(key="a", level=9),
            Threshold(key="d", level=50, counter="persons"),
        ),
    )
    watches = watches_for(petition(opened()), policy, NONE)
    found = [(watch.counter, watch.level) for watch in watches]
    assert found == [("persons", 50), ("supporters", 5), ("supporters", 9)]


def test_a_level_that_is_watched_anew_goes_on_from_there() -> None:
    anew = LevelReading(counter="supporters", level=2, since=T0 + HOUR)
    older = LevelReading(counter="supporters", level=4, since=T0 - HOUR)
    assert watches_for(petition(opened()), POLICY, counted(1, anew, older)) == (
        Watch(counter="supporters", level=2, since=T0 + HOUR),
        Watch(counter="supporters", level=4, since=T0),
    )


def reached(known: Petition, tally: Tally, key: str) -> datetime | None:
    """The instant that a standing gives for a threshold."""
    found = standing(known, POLICY, tally, T0 + 2 * DAY).thresholds
    return {threshold.key: threshold.reached_at for threshold in found}[key]


def test_a_recorded_threshold_is_reached_whatever_the_counts_say() -> None:
    known = petition(opened(), fact(Event.THRESHOLD_REACHED, T0 + HOUR, subject="reply"))
    assert reached(known, NONE, "reply") == T0 + HOUR
    assert reached(known, NONE, "debate") is None


def test_a_threshold_recorded_twice_was_reached_the_first_time() -> None:
    later = fact(Event.THRESHOLD_REACHED, T0 + DAY, subject="reply")
    first = fact(Event.THRESHOLD_REACHED, T0 + HOUR, subject="reply")
    assert reached(petition(opened(), later, first), NONE, "reply") == T0 + HOUR


def test_the_reading_of_the_store_tells_when_signatures_reached_a_threshold() -> None:
    reading = LevelReading(counter="supporters", level=2, reached_at=T0 + HOUR)
    known = petition(opened())
    assert counted_from(known, counted(1, reading), "supporters", 2) == T0 + HOUR
    assert counted_from(known, counted(1, reading), "supporters", 4) is None
    assert reached(known, counted(1, reading), "reply") == T0 + HOUR
    assert reached(known, counted(1, reading), "debate") is None


def test_declared_counts_alone_reach_a_threshold_at_the_instant_they_speak_of() -> None:
    for effect in CountEffect:
        known = with_declared(declared(4, effect, as_of=T0 + HOUR, recorded_at=T0 + DAY))
        assert counted_from(known, NONE, "supporters", 4) == T0 + HOUR
        assert counted_from(known, NONE, "supporters", 5) is None
        assert reached(known, NONE, "debate") == T0 + HOUR


def test_signatures_beside_declared_counts_need_a_reading() -> None:
    known = with_declared(declared(3, as_of=T0 + HOUR))
    assert counted_from(known, counted(1), "supporters", 4) is None
    assert reached(known, counted(1), "debate") is None
    reading = LevelReading(counter="supporters", level=1, reached_at=T0 + DAY)
    assert counted_from(known, counted(1, reading), "supporters", 4) == T0 + DAY
    assert reached(known, counted(1, reading), "debate") == T0 + DAY


@pytest.mark.parametrize("numbers", [(), (declared(3, as_of=T0 + HOUR),)])
def test_levels_asked_for_together_answer_as_each_by_itself(
    numbers: tuple[DeclaredCount, ...],
) -> None:
    levels = [("supporters", level) for level in range(1, 7)]
    readings = (
        LevelReading(counter="supporters", level=1, reached_at=T0 + DAY),
        LevelReading(counter="supporters", level=2, reached_at=T0 + 2 * DAY),
        LevelReading(counter="supporters", level=3),
    )
    known, tally = with_declared(*numbers), counted(2, *readings)
    each = [counted_from(known, tally, *level) for level in levels]
    assert counted_from_each(known, tally, levels) == each
    assert any(each)
    assert not all(each)
