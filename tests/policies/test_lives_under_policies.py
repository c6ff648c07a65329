"""Checkpoints, stages, closures, pauses and follow-ups, each told as a short story."""

from datetime import date, datetime, timedelta

import pytest
from attrs import evolve

from petitionkit.civil import Calendar, Duration
from petitionkit.clauses import (
    Checkpoint,
    ClosedWhen,
    Closing,
    FollowUp,
    Latch,
    Opening,
    Otherwise,
    Pausing,
    Stage,
    Threshold,
    Window,
    WindowEnd,
)
from petitionkit.conditions import Known, holds_from
from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.facts import Event, State
from petitionkit.following import due_events
from petitionkit.form import Confirmation
from petitionkit.moderation import Capacity
from petitionkit.outcomes import Accepted, Received, Refused
from petitionkit.parties import Answer, AuthorRole, Delivery
from petitionkit.petition import CountEffect
from petitionkit.policy import Policy
from petitionkit.rules import (
    All,
    AuthorsAccepted,
    Counted,
    Found,
    Happened,
    Inactive,
    Passed,
    Regions,
    Rule,
    Share,
    Which,
    Within,
)
from petitionkit.standing import Owed
from petitionkit.status import may_sign, status
from petitionkit.tally import Tally
from petitionkit.testing.strategies import Life
from petitionkit.windows import deadline
from samples import DAY, HOUR, T0, TICK, fact

NOON = Window(duration=Duration(days=10), end=WindowEnd.SAME_TIME)
BASE = Policy(name="town", version="1", confirmation=Confirmation(by_mail=False), window=NOON)


def _checkpoint(otherwise: Otherwise, *, lifted_later: bool = False) -> Policy:
    return evolve(
        BASE,
        checkpoints=(
            Checkpoint(
                key="fifty",
                by=Duration(days=2),
                needs=Counted(level=2),
                otherwise=otherwise,
                lifted_later=lifted_later,
            ),
        ),
    )


@pytest.mark.parametrize(
    ("otherwise", "state"),
    [
        (Otherwise.SUSPEND, State.SUSPENDED),
        (Otherwise.CLOSE, State.CLOSED),
        (Otherwise.WITHDRAW, State.WITHDRAWN),
    ],
)
def test_who_fails_a_checkpoint_is_stopped_at_its_instant(
    otherwise: Otherwise, state: State
) -> None:
    life = Life(_checkpoint(otherwise))
    life.sign(1)
    by = T0 + 2 * DAY
    assert life.desk.standing(life.id, at=by - TICK).status.state is State.OPEN
    life.clock.now = by
    found = life.standing()
    assert (found.status.state, found.status.since) == (state, by)
    assert found.status.rule == "checkpoints.fifty"
    assert isinstance(life.sign(2), Refused)
    life.desk.tick()
    assert life.standing().status == found.status


def test_who_meets_a_checkpoint_in_time_goes_on() -> None:
    life = Life(_checkpoint(Otherwise.CLOSE))
    life.sign(1)
    life.go(2 * DAY - TICK)
    life.sign(2)
    life.go(DAY)
    assert life.standing().status.state is State.OPEN


def test_at_the_instant_of_the_checkpoint_it_is_too_late() -> None:
    life = Life(_checkpoint(Otherwise.CLOSE))
    life.sign(1)
    life.go(2 * DAY)
    assert isinstance(life.sign(2), Refused)


@pytest.mark.parametrize("ticking", [True, False])
@pytest.mark.parametrize("lifted_later", [True, False])
def test_a_count_declared_later_lifts_a_suspension_only_where_the_policy_says_so(
    *, ticking: bool, lifted_later: bool
) -> None:
    life = Life(_checkpoint(Otherwise.SUSPEND, lifted_later=lifted_later))
    life.sign(1)
    life.go(3 * DAY)
    if ticking:
        life.desk.tick()
    refused = life.sign(2)
    assert isinstance(refused, Refused)
    assert refused.problems[0].code == "petition.suspended"
    life.declare(1)
    if ticking:
        life.desk.tick()
    state = State.OPEN if lifted_later else State.SUSPENDED
    assert life.standing().status.state is state
    assert isinstance(life.sign(2), Received if lifted_later else Refused)


def test_paper_declared_as_of_before_the_checkpoint_lifts_it_when_it_becomes_known() -> None:
    life = Life(_checkpoint(Otherwise.SUSPEND, lifted_later=True))
    life.go(3 * DAY)
    life.desk.tick()
    life.declare(5)
    life.desk.tick()
    kinds = [n.kind.value for n in life.desk.notices()]
    assert kinds == ["suspended", "resumed"]


def test_a_checkpoint_without_a_day_is_that_of_the_windows_end() -> None:
    policy = _checkpoint(Otherwise.WITHDRAW)
    [checkpoint] = policy.checkpoints
    life = Life(evolve(policy, checkpoints=(evolve(checkpoint, by=None),)))
    life.sign(1)
    life.go(9 * DAY)
    assert life.standing().status.state is State.OPEN
    life.go(DAY)
    assert life.standing().status.state is State.WITHDRAWN


CHAIN = evolve(
    BASE,
    stages=(
        Stage(
            key="first",
            window=Window(duration=Duration(days=3), end=WindowEnd.SAME_TIME),
            needs=Counted(level=2),
        ),
        Stage(
            key="second",
            window=Window(duration=Duration(days=4), end=WindowEnd.SAME_TIME),
            needs=Counted(level=3),
        ),
    ),
)


@pytest.mark.parametrize("ticking", [True, False])
def test_each_stage_opens_the_next_one_with_a_window_of_its_own(*, ticking: bool) -> None:
    life = Life(CHAIN)
    deadlines = []
    for who in range(4):
        life.go(DAY)
        if ticking:
            life.desk.tick()
        assert life.sign(who) == Received()
        if ticking:
            life.desk.tick()
        deadlines.append(life.standing().status.until)
    assert deadlines == [
        T0 + 3 * DAY,
        T0 + 2 * DAY + 4 * DAY,
        T0 + 3 * DAY + 10 * DAY,
        T0 + 3 * DAY + 10 * DAY,
    ]
    life.clock.now = T0 + 13 * DAY
    assert life.standing().status.rule == "window"


def test_a_stage_that_ends_before_it_is_through_closes_the_petition() -> None:
    life = Life(CHAIN)
    life.sign(1)
    life.go(3 * DAY)
    found = life.standing().status
    assert (found.state, found.rule, found.reason) == (State.CLOSED, "stages.first", "first")
    assert isinstance(life.sign(2), Refused)


def test_one_batch_may_carry_a_petition_through_several_stages() -> None:
    life = Life(CHAIN)
    life.go(DAY)
    life.hand_in(*((who, life.now) for who in range(3)))
    life.desk.tick()
    openings = [f for f in life.desk.petition(life.id).facts if f.event is Event.OPENED]
    assert [f.rule for f in openings] == ["stages.first", "stages.second", "window"]
    assert life.standing().deadline == T0 + 11 * DAY


def _closing(needs: Rule) -> Policy:
    return evolve(BASE, closing=Closing(when=(ClosedWhen(key="rule", needs=needs),)))


def test_closing_at_n_one_by_one_takes_the_nth_and_not_the_next() -> None:
    life = Life(_closing(Counted(level=2)))
    assert life.sign(1) == Received()
    life.go(HOUR)
    assert life.sign(2) == Received()
    assert isinstance(life.sign(3), Refused)
    found = life.standing()
    assert found.supporters == 2
    assert (found.status.since, found.status.rule) == (T0 + HOUR, "closing.rule")


def test_closing_at_n_in_one_batch_has_no_overshoot() -> None:
    life = Life(_closing(Counted(level=2)))
    outcomes = life.hand_in(*((who, T0) for who in range(5)))
    assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted, *[Refused] * 3]
    assert life.standing().supporters == 2


def test_what_was_signed_before_the_closing_at_n_and_handed_in_later_still_counts() -> None:
    life = Life(_closing(Counted(level=2)))
    life.go(5 * HOUR)
    life.sign(1)
    life.sign(2)
    life.desk.tick()
    life.go(HOUR)
    [late] = life.hand_in((3, T0 + 4 * HOUR))
    assert isinstance(late, Accepted)
    assert life.standing().supporters == 3
    assert life.standing().status.since == T0 + 5 * HOUR


def test_a_finding_closes_from_the_instant_that_it_speaks_of() -> None:
    life = Life(_closing(Found(finding="dissolution")))
    life.go(2 * DAY)
    life.desk.record_finding(life.id, "dissolution", at=T0 + DAY, source="gazette")
    assert life.standing().status.since == T0 + DAY
    assert isinstance(life.sign(1), Refused)


def test_a_finding_below_the_value_asked_for_closes_nothing() -> None:
    life = Life(_closing(Found(finding="verified", value=10)))
    life.desk.record_finding(life.id, "verified", value=9)
    assert life.standing().status.state is State.OPEN
    life.desk.record_finding(life.id, "verified", value=10)
    assert life.standing().status.state is State.CLOSED


@pytest.mark.parametrize("ticking", [True, False])
def test_a_finding_of_long_ago_does_not_undo_what_was_done_since(*, ticking: bool) -> None:
    life = Life(_closing(Found(finding="dissolution")))
    life.go(2 * DAY)
    life.desk.pause(life.id, until=T0 + 2 * DAY + HOUR)
    life.go(DAY)
    if ticking:
        life.desk.tick()
    life.desk.record_finding(life.id, "dissolution", at=T0 + DAY)
    assert life.standing().status.state is State.CLOSED
    life.go(20 * DAY)
    life.desk.tick()
    assert life.standing().status.state is State.CLOSED


def test_a_finding_after_the_end_is_noted_and_changes_nothing() -> None:
    life = Life(_closing(Found(finding="dissolution")))
    life.go(20 * DAY)
    life.desk.tick()
    before = life.standing().status
    life.desk.record_finding(life.id, "dissolution", at=T0 + DAY)
    assert life.standing().status == before


def test_inactivity_closes_and_a_signature_puts_it_off() -> None:
    life = Life(_closing(Inactive(inactive_for=Duration(days=3))))
    life.go(2 * DAY)
    life.sign(1)
    life.desk.tick()
    assert life.standing().status.until == T0 + 5 * DAY
    life.clock.now = T0 + 5 * DAY
    assert life.standing().status.rule == "closing.rule"
    assert isinstance(life.sign(2), Refused)


def test_a_petition_that_was_never_opened_is_inactive_for_nobody() -> None:
    life = Life(_closing(Inactive(inactive_for=Duration(days=3))))
    draft = evolve(life.desk.petition(life.id), facts=())
    assert due_events(draft, life.policy, Tally()) == ()
    assert status(draft, life.policy, Tally(), T0).state is State.DRAFT


@pytest.mark.parametrize("stops", [True, False])
def test_a_pause_with_an_end_is_over_by_itself(*, stops: bool) -> None:
    life = Life(evolve(BASE, pausing=Pausing(stops_clock=stops)))
    life.go(DAY)
    life.desk.pause(life.id, reason="elections", until=T0 + 3 * DAY)
    refused = life.sign(1)
    assert isinstance(refused, Refused)
    assert refused.problems[0].code == "petition.paused"
    life.go(2 * DAY)
    assert life.sign(1) == Received()
    life.desk.tick()
    assert life.standing().deadline == T0 + (12 if stops else 10) * DAY


def test_a_pause_without_an_end_stops_the_clock_until_somebody_ends_it() -> None:
    life = Life(evolve(BASE, pausing=Pausing(stops_clock=True)))
    life.go(9 * DAY)
    life.desk.pause(life.id)
    assert life.standing().deadline is None
    life.go(30 * DAY)
    assert life.standing().status.state is State.PAUSED
    life.desk.unpause(life.id)
    assert life.standing().deadline == T0 + 40 * DAY


def test_a_pause_that_does_not_stop_the_clock_ends_with_the_window() -> None:
    life = Life(BASE)
    life.go(9 * DAY)
    life.desk.pause(life.id)
    life.go(DAY)
    assert life.standing().status.state is State.CLOSED
    with pytest.raises(IllegalStepError):
        life.desk.unpause(life.id)


@pytest.mark.parametrize(("length", "day"), [(HOUR, 12), (DAY, 13), (2 * DAY + HOUR, 14)])
def test_where_a_whole_day_counts_the_end_moves_by_the_nights_of_a_pause(
    length: timedelta, day: int
) -> None:
    window = Window(duration=Duration(days=10), zone="Europe/London")
    life = Life(evolve(BASE, window=window, pausing=Pausing(stops_clock=True)))
    life.desk.pause(life.id, until=T0 + length)
    assert life.standing().deadline == datetime(2026, 3, day, tzinfo=T0.tzinfo)


def test_an_end_moved_over_a_change_of_clocks_is_still_the_end_of_a_day() -> None:
    window = Window(duration=Duration(days=27), zone="Europe/London")
    life = Life(evolve(BASE, window=window, pausing=Pausing(stops_clock=True)))
    life.desk.pause(life.id, until=T0 + DAY)
    assert life.standing().deadline == datetime(2026, 3, 29, 23, tzinfo=T0.tzinfo)


def test_a_pause_that_is_over_before_it_begins_is_refused() -> None:
    life = Life(BASE)
    for until in (T0, T0 - DAY):
        with pytest.raises(InvalidValueError, match="until: must be later than it is now"):
            life.desk.pause(life.id, until=until)


ANSWER = Duration(days=5)


@pytest.mark.parametrize(("which", "since"), [(Which.EARLIER, DAY), (Which.LATER, 3 * DAY)])
def test_a_follow_up_is_owed_from_the_earlier_or_the_later_of_events(
    which: Which, since: timedelta
) -> None:
    events = (Event.THRESHOLD_REACHED, Event.DELIVERED)
    policy = evolve(
        BASE,
        thresholds=(Threshold(key="reply", level=1),),
        follow_ups=(
            FollowUp(
                key="answer",
                within=Passed(passed=ANSWER, since=events, which=which),
                owed_by="government",
            ),
        ),
    )
    life = Life(policy)
    assert life.standing().owed == ()
    life.go(DAY)
    life.sign(1)
    life.desk.tick()
    found = life.standing().owed
    assert bool(found) is (which is Which.EARLIER)
    life.go(2 * DAY)
    life.desk.acting(Capacity.OFFICE).deliver(life.id, "council", Delivery(at=life.now, count=1))
    assert life.standing().owed == (
        Owed(key="answer", by="government", until=T0 + since + 5 * DAY),
    )


def test_what_is_owed_comes_in_the_order_it_is_due() -> None:
    follow_ups = tuple(
        FollowUp(key=f"f{days}", within=Passed(passed=Duration(days=days), since=(Event.OPENED,)))
        for days in (9, 1, 4)
    )
    life = Life(evolve(BASE, follow_ups=follow_ups))
    assert [one.key for one in life.standing().owed] == ["f1", "f4", "f9"]


# Rules of every kind, as thresholds

SITTING = Calendar(name="sitting", only=(date(2026, 3, 3), date(2026, 3, 5)))


def _threshold(needs: Rule) -> Policy:
    return evolve(BASE, parameters=("people",), thresholds=(Threshold(key="t", needs=needs),))


def _reached(life: Life) -> datetime | None:
    return life.standing().thresholds[0].reached_at


def test_a_share_is_one_of_the_population_bound_when_it_was_pinned() -> None:
    life = Life(_threshold(Share(share="10 %", of="people")), parameters={"people": 25})
    for who in range(2):
        life.sign(who)
    assert _reached(life) is None
    assert life.standing().thresholds[0].level == 3
    life.sign(2)
    assert _reached(life) == T0


@pytest.mark.parametrize(
    "parameters", [{}, {"people": 0}, {"people": -5}, {"people": 5, "dogs": 1}]
)
def test_parameters_must_be_bound_all_of_them_above_zero_and_no_others(
    parameters: dict[str, int],
) -> None:
    life = Life(BASE)
    fresh = life.desk.start(texts=life.desk.petition(life.id).texts)
    policy = _threshold(Share(share="1/2", of="people"))
    with pytest.raises(InvalidValueError):
        life.desk.publish(fresh.id, policy, parameters=parameters)
    assert life.desk.petition(fresh.id).policy_digest is None


def test_regions_count_each_for_itself() -> None:
    rule = Regions(regions=2, weights=(("a", 1), ("b", 2), ("c", 1)))
    life = Life(_threshold(rule))
    life.sign(1, "a")
    life.sign(2, "a")
    life.sign(3, "b")
    life.sign(4, "nowhere")
    assert _reached(life) is None
    assert life.standing().thresholds[0].level == 0
    life.go(HOUR)
    life.sign(5, "b")
    assert _reached(life) == T0 + HOUR


@pytest.mark.parametrize("by_counting", [True, False])
def test_the_first_part_of_the_window_is_told_by_signing_or_by_counting(
    *, by_counting: bool
) -> None:
    within = Within(first=Duration(days=2), by_counting=by_counting)
    life = Life(_threshold(Counted(level=1, within=within)))
    life.go(2 * DAY)
    life.sign(1)
    assert _reached(life) is None
    life.hand_in((2, T0 + 2 * DAY - TICK))
    assert _reached(life) == T0 + 2 * DAY - TICK


def test_authors_who_accepted_are_asked_again_after_a_material_edit() -> None:
    policy = _threshold(AuthorsAccepted(authors=AuthorRole.INITIATOR))
    life = Life(policy)
    life.desk.acting(Capacity.OFFICE).accept(life.id, "ada")
    assert _reached(life) == T0
    petition = life.desk.petition(life.id)
    edited = petition.with_facts(fact(Event.TEXT_CHANGED, T0 + HOUR, rule="material"))
    known = Known(petition=edited, policy=policy, tally=Tally())
    assert holds_from(policy.thresholds[0].rule, known) is None
    corrected = petition.with_facts(fact(Event.TEXT_CHANGED, T0 + HOUR, rule="editorial"))
    assert holds_from(policy.thresholds[0].rule, evolve(known, petition=corrected)) == T0


def test_something_that_happened_and_a_combination_of_rules_hold_from_the_last_part() -> None:
    rule = All(all=(Happened(event=Event.ANSWERED), Counted(level=1)))
    life = Life(_threshold(rule))
    life.sign(1)
    assert _reached(life) is None
    life.go(HOUR)
    life.desk.acting(Capacity.OFFICE).answer(life.id, "council", Answer(at=life.now))
    assert _reached(life) == T0 + HOUR


def test_sitting_days_that_are_not_known_yet_give_no_instant_until_they_are() -> None:
    rule = Passed(passed=Duration(calendar="sitting", calendar_days=2), since=(Event.OPENED,))
    known = Policy(
        name="town",
        version="1",
        confirmation=Confirmation(by_mail=False),
        window=NOON,
        calendars=(SITTING,),
        thresholds=(Threshold(key="t", needs=rule),),
    )
    life = Life(known)
    life.go(8 * DAY)
    assert _reached(life) == datetime(2026, 3, 5, 12, tzinfo=T0.tzinfo)
    short = evolve(SITTING, only=(date(2026, 3, 3),))
    assert _reached(Life(evolve(known, calendars=(short,)))) is None


def test_a_precondition_keeps_a_petition_from_opening_until_it_holds() -> None:
    policy = evolve(BASE, opening=Opening(needs=Found(finding="approved")))
    life = Life(BASE)
    fresh = life.desk.start(texts=life.desk.petition(life.id).texts)
    with pytest.raises(IllegalStepError, match="precondition"):
        life.desk.publish(fresh.id, policy)
    life.desk.record_finding(fresh.id, "approved")
    with pytest.raises(IllegalStepError, match="precondition"):
        life.desk.publish(fresh.id, policy, opened_at=T0 - HOUR)
    life.desk.publish(fresh.id, policy)
    assert life.desk.standing(fresh.id).status.state is State.OPEN


# Windows that the author chooses

CHOICES = evolve(BASE, window=Window(choices=(Duration(days=30), Duration(days=60))))
RANGE = evolve(BASE, window=Window(shortest=Duration(weeks=1), longest=Duration(months=6)))


@pytest.mark.parametrize(
    ("policy", "chosen", "last"),
    [
        (CHOICES, Duration(days=60), date(2026, 4, 30)),
        (RANGE, Duration(days=7), date(2026, 3, 8)),
        (RANGE, Duration(months=6), date(2026, 9, 1)),
        (RANGE, Duration(days=100), date(2026, 6, 9)),
        (evolve(BASE, window=Window(longest=Duration(days=9))), Duration(days=1), date(2026, 3, 2)),
        (
            evolve(BASE, window=Window(shortest=Duration(days=9))),
            Duration(days=31),
            date(2026, 4, 1),
        ),
        (evolve(BASE, window=Window(last_day=date(2026, 5, 1))), None, date(2026, 5, 1)),
    ],
)
def test_the_author_may_take_what_is_offered(
    policy: Policy, chosen: Duration | None, last: date
) -> None:
    life = Life(policy, chosen=chosen)
    ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), T0.tzinfo)
    assert life.standing().deadline == ends


@pytest.mark.parametrize(
    ("policy", "chosen", "code"),
    [
        (CHOICES, None, "required"),
        (CHOICES, Duration(days=31), "not_a_choice"),
        (RANGE, Duration(days=6), "not_a_choice"),
        (RANGE, Duration(months=6, days=1), "not_a_choice"),
        (BASE, Duration(days=10), "not_a_choice"),
    ],
)
def test_and_nothing_else(policy: Policy, chosen: Duration | None, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        deadline(policy, T0, chosen=chosen)
    assert [(p.field, p.code) for p in caught.value.problems] == [("chosen", code)]


def test_a_window_without_an_end_is_open_until_somebody_ends_it() -> None:
    life = Life(evolve(BASE, window=Window()))
    life.go(4000 * DAY)
    found = life.standing()
    assert (found.status.state, found.status.until, found.deadline) == (State.OPEN, None, None)
    life.desk.acting(Capacity.OFFICE).close(life.id)
    assert life.standing().status.state is State.CLOSED


def test_naive_instants_are_refused_wherever_they_come_in() -> None:
    life = Life(BASE)
    naive = T0.replace(tzinfo=None)
    for call in (
        lambda: life.desk.record_finding(life.id, "x", at=naive),
        lambda: deadline(BASE, naive),
        lambda: life.desk.standing(life.id, at=naive),
        lambda: life.desk.pause(life.id, until=naive),
    ):
        with pytest.raises(InvalidValueError, match="naive_instant"):
            call()


# Latches with declared counts


def test_a_replacing_count_takes_the_place_of_the_signatures() -> None:
    life = Life(_threshold(Counted(level=5)))
    life.sign(1)
    life.go(HOUR)
    life.declare(5, CountEffect.REPLACES)
    assert _reached(life) == T0 + HOUR
    life.declare(1, CountEffect.REPLACES)
    assert _reached(life) == T0 + HOUR
    assert life.standing().thresholds[0].missing == 0


def test_what_was_signed_before_a_petition_opened_is_refused_with_its_opening() -> None:
    life = Life(_closing(Counted(level=9)))
    [refused] = life.hand_in((1, T0 - HOUR))
    assert isinstance(refused, Refused)
    assert refused.problems[0].code == "petition.before_opening"
    assert dict(refused.problems[0].params) == {"opened_at": "2026-03-01T12:00:00Z"}


def test_a_stage_without_an_end_waits_for_what_it_needs() -> None:
    policy = evolve(
        BASE, stages=(Stage(key="first", window=Window(), needs=Found(finding="approved")),)
    )
    life = Life(policy)
    life.go(100 * DAY)
    assert life.standing().status.until is None
    life.desk.record_finding(life.id, "approved")
    assert life.standing().deadline == T0 + 110 * DAY


def test_the_first_part_of_the_window_may_be_counted_in_days_of_a_calendar() -> None:
    within = Within(first=Duration(weeks=0, calendar="sitting", calendar_days=1))
    policy = evolve(
        BASE,
        calendars=(SITTING,),
        thresholds=(Threshold(key="t", needs=Counted(level=1, within=within)),),
    )
    life = Life(policy)
    life.clock.now = datetime(2026, 3, 3, 12, tzinfo=T0.tzinfo)
    life.sign(1)
    assert _reached(life) is None
    life.hand_in((2, life.now - TICK))
    assert _reached(life) == life.now - TICK
    assert life.standing().thresholds[0].counter == "supporters.first-1-sitting"


def test_before_the_opening_nobody_can_be_inactive() -> None:
    life = Life(BASE)
    draft = evolve(life.desk.petition(life.id), facts=())
    known = Known(petition=draft, policy=BASE, tally=Tally())
    assert holds_from(Inactive(inactive_for=Duration(days=1)), known) is None


def test_a_draft_takes_no_signature() -> None:
    life = Life(BASE)
    draft = evolve(life.desk.petition(life.id), facts=())
    refusal = may_sign(draft, BASE, Tally(), T0).problem
    assert refusal is not None
    assert refusal.code == "petition.not_open"


def test_a_finding_that_bears_a_thresholds_name_does_not_reach_it() -> None:
    life = Life(_threshold(Counted(level=1)), parameters={"people": 5})
    life.desk.record_finding(life.id, "t")
    assert _reached(life) is None
    life.go(HOUR)
    life.sign(1)
    assert _reached(life) == T0 + HOUR


def test_a_threshold_is_found_by_its_key() -> None:
    policy = _threshold(Counted(level=3))
    assert policy.threshold("t") is policy.thresholds[0]
    with pytest.raises(KeyError):
        policy.threshold("u")


def test_paper_that_holds_a_level_alone_holds_it_whoever_withdraws() -> None:
    policy = evolve(BASE, thresholds=(Threshold(key="t", level=2, latch=Latch.UNTIL_OFFICIAL_ACT),))
    life = Life(policy)
    life.sign(1)
    life.go(HOUR)
    life.declare(2)
    life.desk.tick()
    life.go(HOUR)
    life.withdraw(1)
    assert _reached(life) == T0 + HOUR


@pytest.mark.parametrize("ticking", [True, False])
def test_a_replacing_count_that_is_too_low_loses_what_hangs_on_an_official_act(
    *, ticking: bool
) -> None:
    policy = evolve(BASE, thresholds=(Threshold(key="t", level=2, latch=Latch.UNTIL_OFFICIAL_ACT),))
    life = Life(policy)
    life.sign(1)
    life.sign(2)
    life.go(HOUR)
    life.declare(1, CountEffect.REPLACES)
    if ticking:
        life.desk.tick()
    assert _reached(life) is None
    assert life.standing().thresholds[0].missing == 1


@pytest.mark.parametrize("ticking", [True, False])
def test_what_a_checkpoint_closed_stays_closed_when_older_paper_comes_in(*, ticking: bool) -> None:
    life = Life(_checkpoint(Otherwise.CLOSE))
    life.go(3 * DAY)
    if ticking:
        life.desk.tick()
    outcomes = life.hand_in((1, T0 + DAY), (2, T0 + DAY))
    assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted]
    found = life.standing()
    assert (found.status.state, found.status.since) == (State.CLOSED, T0 + 2 * DAY)
    assert found.supporters == 2
