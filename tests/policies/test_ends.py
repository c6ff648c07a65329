"""Ends that are put off or dated back, and thresholds that mean something before the end only."""

from datetime import UTC, datetime

import pytest
from attrs import evolve

from petitionkit.civil import Duration
from petitionkit.clauses import (
    Checkpoint,
    Closing,
    EarlyEndAt,
    FollowUp,
    Latch,
    Otherwise,
    Pausing,
    Stage,
    Threshold,
    Window,
    WindowEnd,
)
from petitionkit.errors import InvalidValueError
from petitionkit.facts import Event, State
from petitionkit.form import Confirmation
from petitionkit.moderation import Capacity
from petitionkit.outcomes import Received, Refused
from petitionkit.parties import Answer
from petitionkit.petition import CountEffect, DeclaredCount
from petitionkit.policy import Policy
from petitionkit.rules import All, AnyOf, Counted, Found, Passed
from petitionkit.standing import LevelStanding
from petitionkit.testing.strategies import Life
from samples import DAY, HOUR, T0, TICK

BASE = Policy(
    name="house",
    version="1",
    confirmation=Confirmation(by_mail=False),
    window=Window(duration=Duration(days=10), end=WindowEnd.SAME_TIME),
)
UNTIL_ANSWERED = evolve(
    BASE, thresholds=(Threshold(key="response", level=2, open_until="answered"),)
)


@pytest.mark.parametrize("ticking", [True, False])
def test_who_reached_the_response_stays_open_until_there_is_one(*, ticking: bool) -> None:
    life = Life(UNTIL_ANSWERED)
    life.sign(1)
    life.go(DAY)
    life.sign(2)
    life.go(20 * DAY)
    if ticking:
        life.desk.tick()
    found = life.standing()
    assert (found.status.state, found.status.until, found.deadline) == (State.OPEN, None, None)
    assert life.sign(3) == Received()
    life.go(DAY)
    life.desk.acting(Capacity.OFFICE).answer(life.id, "council", Answer(at=life.now))
    found = life.standing()
    assert (found.status.state, found.status.since) == (State.CLOSED, T0 + 22 * DAY)
    assert isinstance(life.sign(4), Refused)


def test_an_answer_before_the_deadline_leaves_the_deadline() -> None:
    life = Life(UNTIL_ANSWERED)
    life.sign(1)
    life.sign(2)
    life.go(DAY)
    life.desk.acting(Capacity.OFFICE).answer(life.id, "council", Answer(at=life.now))
    assert life.standing().deadline == T0 + 10 * DAY


def test_who_did_not_reach_it_closes_at_the_deadline_whatever_is_counted_later() -> None:
    life = Life(UNTIL_ANSWERED)
    life.sign(1)
    life.go(11 * DAY)
    declared = DeclaredCount(
        counter="supporters", amount=5, source="paper", as_of=life.now, recorded_at=life.now
    )
    life.desk.declare(life.id, declared)
    assert life.standing().status.since == T0 + 10 * DAY


CERTIFIED = evolve(
    BASE,
    thresholds=(Threshold(key="vote", needs=Found(finding="certified", value=5), before_end=True),),
)


@pytest.mark.parametrize(("at", "reached"), [(T0 + 10 * DAY - TICK, True), (T0 + 10 * DAY, False)])
@pytest.mark.parametrize("ticking", [True, False])
def test_certificates_count_that_are_there_before_the_end(
    at: datetime, *, reached: bool, ticking: bool
) -> None:
    life = Life(CERTIFIED)
    life.go(11 * DAY)
    if ticking:
        life.desk.tick()
    life.desk.record_finding(life.id, "certified", value=5, at=at)
    assert life.standing().thresholds[0].reached_at == (at if reached else None)


def test_an_early_end_may_be_that_of_the_day_before() -> None:
    window = evolve(BASE.window, zone="Europe/Helsinki", end=WindowEnd.END_OF_DAY)
    policy = evolve(BASE, window=window, closing=Closing(early_end_at=EarlyEndAt.DAY_BEFORE))
    life = Life(policy)
    life.go(3 * DAY)
    life.sign(1)
    life.desk.acting(Capacity.STARTER).close(life.id)
    found = life.standing().status
    assert found.since == datetime(2026, 3, 3, 22, tzinfo=UTC)  # midnight in Helsinki
    assert life.standing().supporters == 1  # what was taken that day stays taken


def test_but_not_before_what_was_recorded_since() -> None:
    life = Life(evolve(BASE, closing=Closing(early_end_at=EarlyEndAt.DAY_BEFORE)))
    life.go(HOUR)
    life.desk.record_finding(life.id, "x")
    life.go(HOUR)
    life.desk.acting(Capacity.STARTER).close(life.id)
    assert life.standing().status.since == T0 + HOUR


def test_what_somebody_owes_may_follow_a_threshold_or_a_finding_of_that_name() -> None:
    policy = evolve(
        BASE,
        thresholds=(Threshold(key="a", level=1), Threshold(key="b", level=2)),
        follow_ups=tuple(
            FollowUp(key=key, within=Passed(passed=Duration(days=1), since=(since,)))
            for key, since in (("reply", "threshold_reached.b"), ("send", "found.verified"))
        ),
    )
    life = Life(policy)
    life.sign(1)
    life.go(HOUR)
    assert life.standing().owed == ()
    life.sign(2)
    life.go(HOUR)
    life.desk.record_finding(life.id, "verified")
    life.go(HOUR)
    assert [(one.key, one.until) for one in life.standing().owed] == [
        ("reply", T0 + DAY + HOUR),
        ("send", T0 + DAY + 2 * HOUR),
    ]


# Checkpoints that suspend


def _two(*, second_by: int, lifted: tuple[bool, bool] = (True, True)) -> Policy:
    return evolve(
        BASE,
        checkpoints=tuple(
            Checkpoint(
                key=key,
                by=Duration(days=by),
                needs=Found(finding=key),
                otherwise=Otherwise.SUSPEND,
                lifted_later=later,
            )
            for key, by, later in (("one", 1, lifted[0]), ("two", second_by, lifted[1]))
        ),
    )


@pytest.mark.parametrize("ticking", [True, False])
@pytest.mark.parametrize("second_by", [1, 2])
def test_a_petition_that_failed_two_checkpoints_goes_on_once_both_are_lifted(
    second_by: int, *, ticking: bool
) -> None:
    life = Life(_two(second_by=second_by))
    for day, finding in ((3, "one"), (4, "two")):
        life.clock.now = T0 + day * DAY
        if ticking:
            life.desk.tick()
        assert life.standing().status.state is State.SUSPENDED
        life.desk.record_finding(life.id, finding)
    found = life.standing().status
    assert (found.state, found.since) == (State.OPEN, T0 + 4 * DAY)
    events = [f.event for f in life.desk.petition(life.id).facts]
    assert (events.count(Event.SUSPENDED), events.count(Event.RESUMED)) == (1, 1)


def test_one_that_is_never_lifted_holds_the_petition_for_good() -> None:
    life = Life(_two(second_by=2, lifted=(True, False)))
    life.go(3 * DAY)
    life.desk.record_finding(life.id, "one")
    life.desk.record_finding(life.id, "two")
    assert life.standing().status.state is State.SUSPENDED


def test_a_checkpoint_that_comes_after_the_first_was_lifted_suspends_again() -> None:
    life = Life(_two(second_by=4))
    life.go(2 * DAY)
    life.desk.record_finding(life.id, "one")
    assert life.standing().status.state is State.OPEN
    life.go(3 * DAY)
    assert life.standing().status.since == T0 + 4 * DAY
    life.desk.record_finding(life.id, "two")
    assert life.standing().status.state is State.OPEN


def test_a_checkpoint_that_falls_into_a_pause_suspends_after_it() -> None:
    life = Life(_two(second_by=9))
    life.desk.pause(life.id, until=T0 + 2 * DAY)
    life.go(3 * DAY)
    assert (life.standing().status.state, life.standing().status.since) == (
        State.SUSPENDED,
        T0 + 2 * DAY,
    )


def test_a_stage_that_was_met_during_a_pause_opens_the_next_one_after_it() -> None:
    stage = Stage(
        key="first",
        window=Window(duration=Duration(days=5), end=WindowEnd.SAME_TIME),
        needs=Found(finding="approved"),
    )
    life = Life(evolve(BASE, stages=(stage,), pausing=Pausing(stops_clock=False)))
    life.desk.pause(life.id, until=T0 + 2 * DAY)
    life.go(DAY)
    life.desk.record_finding(life.id, "approved")
    life.go(6 * DAY)
    assert life.standing().deadline == T0 + 12 * DAY


# Levels that are lost

UK = evolve(
    BASE,
    thresholds=(Threshold(key="debate", level=2, latch=Latch.UNTIL_OFFICIAL_ACT),),
)


def test_a_level_lost_and_reached_again_within_one_instant_is_reached_since_then() -> None:
    life = Life(UK)
    life.sign(1)
    life.sign(2)
    life.desk.tick()
    life.go(HOUR)
    life.withdraw(1)
    life.sign(3)
    life.desk.tick()
    assert life.standing().thresholds[0].reached_at == T0 + HOUR
    told = [f.event for f in life.desk.petition(life.id).facts if f.subject == "debate"]
    assert told == [Event.THRESHOLD_REACHED, Event.THRESHOLD_LOST, Event.THRESHOLD_REACHED]


@pytest.mark.parametrize("ticking", [True, False])
def test_paper_dated_back_does_not_bring_back_the_day_before_a_level_was_lost(
    *, ticking: bool
) -> None:
    life = Life(UK)
    life.go(HOUR)
    life.sign(1)
    life.go(HOUR)
    life.sign(2)
    life.go(HOUR)
    if ticking:
        life.desk.tick()
    life.withdraw(2)
    if ticking:
        life.desk.tick()
    life.go(HOUR)
    declared = DeclaredCount(
        counter="supporters",
        amount=1,
        source="paper",
        as_of=T0,
        recorded_at=life.now,
        effect=CountEffect.ADDS,
    )
    life.desk.declare(life.id, declared)
    if ticking:
        life.desk.tick()
    assert life.standing().thresholds[0].reached_at == T0 + 3 * HOUR


# What a standing shows of thresholds that are more than one number


def test_a_combined_threshold_is_shown_in_words_and_with_all_its_numbers() -> None:
    rule = AnyOf(
        any=(All(all=(Counted(level=5), Counted(level=2, count="persons"))), Found(finding="x"))
    )
    life = Life(evolve(BASE, thresholds=(Threshold(key="t", needs=rule),)))
    life.sign(1)
    found = life.standing().thresholds[0]
    assert (found.level, found.missing, found.rule) == (0, 0, rule)
    assert found.needs == "(5 supporters and 2 persons) or the finding x"
    assert found.levels == (
        LevelStanding(counter="supporters", level=5, count=1),
        LevelStanding(counter="persons", level=2, count=1),
    )
    assert [one.missing for one in found.levels] == [4, 1]


# Ticking


def test_a_batch_that_passes_several_levels_reports_all_of_them_in_order() -> None:
    levels = [3, 1, 2, 9]
    life = Life(evolve(BASE, thresholds=tuple(Threshold(key=f"l{n}", level=n) for n in levels)))
    life.go(HOUR)
    life.hand_in(*((who, T0 + HOUR) for who in range(4)))
    ticked = life.desk.tick()
    assert (ticked.settled, ticked.more, ticked.next_at) == (1, False, T0 + 10 * DAY)
    assert [n.subject for n in life.desk.notices()] == ["l1", "l2", "l3"]


def test_a_tick_may_name_its_instant_but_none_that_lies_ahead() -> None:
    life = Life(BASE)
    life.go(20 * DAY)
    early = life.desk.tick(T0 + DAY)
    assert (early.settled, early.next_at) == (0, T0 + 10 * DAY)
    assert life.desk.tick(T0 + 10 * DAY, limit=1).settled == 1
    closed = life.desk.petition(life.id).last(Event.CLOSED)
    assert closed is not None
    assert (closed.at, closed.recorded_at) == (T0 + 10 * DAY, T0 + 10 * DAY)
    with pytest.raises(InvalidValueError, match="date_in_future"):
        life.desk.tick(life.now + TICK)
