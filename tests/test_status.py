from datetime import UTC, datetime

import pytest
from attrs import evolve

from petitionkit.civil import Calendar, Duration
from petitionkit.clauses import Window, WindowEnd
from petitionkit.errors import InvalidValueError
from petitionkit.facts import Event, State
from petitionkit.following import Due, due_events
from petitionkit.petition import DeclaredCount, Petition
from petitionkit.problems import problem
from petitionkit.standing import ThresholdStanding, standing
from petitionkit.status import Decision, Status, may_sign, status
from petitionkit.tally import Count, LevelReading, Tally
from petitionkit.windows import closes_at, deadline
from samples import DAY, DEADLINE, HOUR, POLICY, T0, TICK, fact, opened, petition

OPEN = petition(fact(Event.STARTED, T0 - DAY), opened())
NONE = Tally()


@pytest.mark.parametrize(
    ("window", "at", "ends"),
    [
        (Window(), T0, None),
        (
            Window(duration=Duration(months=6), zone="Europe/London"),
            datetime(2025, 8, 31, 9, tzinfo=UTC),
            datetime(2026, 3, 1, tzinfo=UTC),
        ),
        (
            Window(duration=Duration(months=6), zone="Europe/London"),
            datetime(2026, 1, 1, 9, tzinfo=UTC),
            datetime(2026, 7, 1, 23, tzinfo=UTC),
        ),
        (
            Window(duration=Duration(days=1), zone="Europe/London"),
            datetime(2026, 6, 30, 23, 30, tzinfo=UTC),
            datetime(2026, 7, 2, 23, tzinfo=UTC),
        ),
        (
            Window(duration=Duration(months=1), zone="Europe/London", end=WindowEnd.SAME_TIME),
            datetime(2026, 3, 15, 9, 30, tzinfo=UTC),
            datetime(2026, 4, 15, 8, 30, tzinfo=UTC),
        ),
    ],
)
def test_the_deadline_is_counted_in_the_zone(
    window: Window, at: datetime, ends: datetime | None
) -> None:
    assert deadline(evolve(POLICY, window=window), at) == ends


@pytest.mark.parametrize(
    "window",
    [
        Window(duration=Duration(years=9000)),
        Window(duration=Duration(days=10**9)),
        Window(duration=Duration(years=7973, months=9, days=30)),
        Window(duration=Duration(years=8000), end=WindowEnd.SAME_TIME),
    ],
)
def test_a_deadline_beyond_the_calendar_is_refused(window: Window) -> None:
    with pytest.raises(InvalidValueError) as caught:
        deadline(evolve(POLICY, window=window), T0)
    assert caught.value.problems == (problem("out_of_range", "opened_at"),)


def test_a_choice_of_the_author_that_reaches_beyond_the_calendar_is_refused() -> None:
    far = Duration(days=10**9)
    for window, expected in (
        (Window(longest=Duration(years=1)), problem("not_a_choice", "chosen")),
        (Window(shortest=Duration(days=1)), problem("out_of_range", "opened_at")),
    ):
        with pytest.raises(InvalidValueError) as caught:
            deadline(evolve(POLICY, window=window), T0, chosen=far)
        assert caught.value.problems == (expected,)


def test_choices_are_measured_in_the_calendars_of_the_policy() -> None:
    weekdays = Calendar(name="weekdays")
    policy = evolve(
        POLICY,
        calendars=(weekdays,),
        window=Window(shortest=Duration(calendar_days=10, calendar="weekdays")),
    )
    assert deadline(policy, T0, chosen=Duration(calendar_days=10, calendar="weekdays"))
    with pytest.raises(InvalidValueError) as caught:
        deadline(policy, T0, chosen=Duration(calendar_days=9, calendar="weekdays"))
    assert caught.value.problems == (problem("not_a_choice", "chosen"),)


def test_a_petition_closes_at_the_deadline_it_was_opened_with() -> None:
    assert closes_at(OPEN, POLICY) == DEADLINE
    assert closes_at(petition(opened(until=None)), POLICY) is None
    assert closes_at(petition(), None) is None


def test_a_petition_without_facts_is_a_draft_for_ever() -> None:
    assert status(petition(), None, NONE, T0) == Status(
        state=State.DRAFT, since=None, until=None, rule="draft", reason=""
    )


def test_a_draft_holds_until_an_opening_that_lies_ahead() -> None:
    assert status(OPEN, POLICY, NONE, T0 - TICK) == Status(
        state=State.DRAFT, since=None, until=T0, rule="draft"
    )


def test_an_open_petition_holds_until_its_deadline() -> None:
    expected = Status(state=State.OPEN, since=T0, until=DEADLINE, rule="window", reason="")
    assert status(OPEN, POLICY, NONE, T0) == expected
    assert status(OPEN, POLICY, NONE, DEADLINE - TICK) == expected


def test_a_petition_is_closed_from_its_deadline_though_no_job_ran() -> None:
    expected = Status(
        state=State.CLOSED, since=DEADLINE, until=None, rule="window", reason="window"
    )
    assert status(OPEN, POLICY, NONE, DEADLINE) == expected
    recorded = fact(Event.CLOSED, DEADLINE, rule="window", subject="window")
    assert status(OPEN.with_facts(recorded), POLICY, NONE, DEADLINE + DAY) == expected


def test_a_petition_that_was_ended_early_says_why() -> None:
    ended = OPEN.with_facts(fact(Event.CLOSED, T0 + DAY, rule="closing.office", subject="won"))
    assert status(ended, POLICY, NONE, DEADLINE) == Status(
        state=State.CLOSED, since=T0 + DAY, until=None, rule="closing.office", reason="won"
    )
    assert status(ended, POLICY, NONE, T0 + HOUR).until == T0 + DAY


def test_a_petition_without_deadline_stays_open() -> None:
    endless = petition(opened(until=None))
    assert status(endless, POLICY, NONE, DEADLINE + 10_000 * DAY).state is State.OPEN
    assert status(endless, POLICY, NONE, T0).until is None


def test_an_open_petition_takes_signatures_until_its_deadline() -> None:
    assert may_sign(OPEN, POLICY, NONE, DEADLINE - TICK) == Decision(
        answer=True, rule="window", until=DEADLINE
    )


@pytest.mark.parametrize(
    ("known", "now", "signed_at", "expected"),
    [
        (petition(), T0, None, problem("petition.not_open", "petition")),
        (
            OPEN,
            T0 - TICK,
            None,
            problem("petition.before_opening", "petition", opened_at="2026-03-01T12:00:00Z"),
        ),
        (
            OPEN,
            T0 + DAY,
            T0 - TICK,
            problem("petition.before_opening", "petition", opened_at="2026-03-01T12:00:00Z"),
        ),
        (
            OPEN,
            DEADLINE,
            None,
            problem("petition.closed", "petition", closed_at="2026-04-01T00:00:00Z", rule="window"),
        ),
        (
            OPEN.with_facts(fact(Event.CLOSED, T0 + DAY, rule="closing.office")),
            T0 + DAY,
            None,
            problem(
                "petition.closed",
                "petition",
                closed_at="2026-03-02T12:00:00Z",
                rule="closing.office",
            ),
        ),
        (
            OPEN.with_facts(fact(Event.WITHDRAWN, T0 + DAY)),
            T0 + DAY,
            None,
            problem("petition.withdrawn", "petition"),
        ),
        (
            OPEN.with_facts(fact(Event.WITHDRAWN, T0 + DAY)),
            T0 + 2 * DAY,
            T0 + HOUR,
            problem("petition.withdrawn", "petition"),
        ),
    ],
)
def test_signing_is_refused_with_the_reason(
    known: Petition, now: datetime, signed_at: datetime | None, expected: object
) -> None:
    decision = may_sign(known, POLICY, NONE, now, signed_at=signed_at)
    assert not decision.answer
    assert decision.problem == expected


def test_what_was_signed_in_time_is_taken_after_the_deadline() -> None:
    assert may_sign(OPEN, POLICY, NONE, DEADLINE + DAY, signed_at=DEADLINE - TICK).answer
    assert not may_sign(OPEN, POLICY, NONE, DEADLINE + DAY, signed_at=DEADLINE).answer


def _reached(*hours: int, amount: int = 9) -> Tally:
    levels = [
        LevelReading(counter="supporters", level=level, reached_at=T0 + hour * HOUR)
        for level, hour in zip((2, 4), hours, strict=False)
    ]
    return Tally(counts=(Count(counter="supporters", amount=amount),), levels=tuple(levels))


def test_what_follows_by_itself_stands_in_its_order() -> None:
    assert due_events(OPEN, POLICY, _reached(5, 5)) == (
        Due(
            event=Event.THRESHOLD_REACHED,
            at=T0 + 5 * HOUR,
            rule="thresholds.reply",
            subject="reply",
            numbers=(("level", 2),),
        ),
        Due(
            event=Event.THRESHOLD_REACHED,
            at=T0 + 5 * HOUR,
            rule="thresholds.debate",
            subject="debate",
            numbers=(("level", 4),),
        ),
        Due(event=Event.CLOSED, at=DEADLINE, rule="window", subject="window"),
    )


def test_what_is_recorded_is_not_due() -> None:
    done = OPEN.with_facts(
        fact(Event.THRESHOLD_REACHED, T0 + HOUR, subject="reply"),
        fact(Event.CLOSED, T0 + DAY),
    )
    assert due_events(done, POLICY, _reached(1)) == ()


def test_a_state_that_lasted_no_time_leaves_no_trace() -> None:
    closed = fact(Event.CLOSED, T0 + DAY, subject="done")
    flicker = [fact(Event.HIDDEN, T0 + 2 * DAY), fact(Event.REINSTATED, T0 + 2 * DAY)]
    plain = petition(opened(T0), closed)
    for now in (T0, T0 + DAY, T0 + 3 * DAY):
        expected = status(plain, None, NONE, now)
        assert status(plain.with_facts(*flicker), None, NONE, now) == expected


def test_a_draft_has_nothing_due_and_without_policy_nothing_follows() -> None:
    assert due_events(petition(), POLICY, _reached(1)) == ()
    assert due_events(petition(), None, NONE) == ()
    assert due_events(OPEN, None, _reached(1)) == ()


def test_the_deadline_is_due_whatever_else_the_policy_says() -> None:
    plain = evolve(POLICY, thresholds=())
    assert [due.event for due in due_events(OPEN, plain, _reached(1))] == [Event.CLOSED]


def test_a_withdrawn_petition_reaches_no_threshold() -> None:
    gone = OPEN.with_facts(fact(Event.WITHDRAWN, T0 + 5 * HOUR))
    assert [due.subject for due in due_events(gone, POLICY, _reached(4, 5))] == ["reply"]


@pytest.mark.parametrize(
    ("count", "reached", "missing"), [(3, None, 7), (10, T0, 0), (9, T0, 0), (12, None, 0)]
)
def test_what_is_missing_is_never_below_zero(
    count: int, reached: datetime | None, missing: int
) -> None:
    found = ThresholdStanding(
        key="a", level=10, counter="supporters", count=count, reached_at=reached
    )
    assert found.missing == missing


def test_a_standing_puts_everything_together() -> None:
    counts = {"organisations": 1, "persons": 2, "starter": 1, "supporters": 3}
    tally = Tally(
        counts=tuple(Count(counter=name, amount=n) for name, n in counts.items()),
        levels=(LevelReading(counter="supporters", level=2, reached_at=T0 + HOUR),),
    )
    found = standing(OPEN, POLICY, tally, T0 + DAY)
    assert found.at == T0 + DAY
    assert found.title == "Keep the park"
    assert found.status.state is State.OPEN
    assert found.signing.answer
    assert (found.supporters, found.persons, found.organisations) == (3, 2, 1)
    assert found.starter_included
    assert (found.opened_at, found.deadline) == (T0, DEADLINE)
    assert [(t.key, t.count, t.reached_at, t.missing) for t in found.thresholds] == [
        ("reply", 3, T0 + HOUR, 0),
        ("debate", 3, None, 1),
    ]
    assert found.next == Due(event=Event.CLOSED, at=DEADLINE, rule="window", subject="window")


def test_a_draft_has_a_standing_too() -> None:
    found = standing(petition(), None, Tally(), T0)
    assert (found.opened_at, found.deadline, found.thresholds) == (None, None, ())
    assert not found.starter_included
    assert found.next is None


def test_a_standing_adds_declared_counts_by_counter() -> None:
    paper = DeclaredCount(counter="persons", amount=7, source="p", as_of=T0, recorded_at=T0)
    found = standing(evolve(OPEN, declared=(paper,)), POLICY, Tally(), T0)
    assert (found.persons, found.organisations, found.supporters) == (7, 0, 0)
