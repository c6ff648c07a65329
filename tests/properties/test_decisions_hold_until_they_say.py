from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.facts import Event, State
from petitionkit.following import due_events
from petitionkit.lifecycle import TAKEN_DOWN
from petitionkit.petition import Petition
from petitionkit.standing import standing
from petitionkit.status import may_sign, status
from petitionkit.tally import Tally
from petitionkit.testing.strategies import histories
from samples import DAY, POLICY, T0, TICK

INSTANTS = st.integers(-48, 24 * 60).map(
    lambda hours: T0 + timedelta(hours=hours)
) | st.sampled_from([T0, T0 - TICK])
FAR = T0 + 3650 * DAY
NONE = Tally()

OVER = TAKEN_DOWN | {State.CLOSED, State.WITHDRAWN, State.LAPSED, State.REMOVED}


@given(histories(), INSTANTS, st.floats(0, 1))
@settings(max_examples=500)
def test_a_status_holds_until_the_instant_it_names(
    petition: Petition, now: datetime, part: float
) -> None:
    before = status(petition, POLICY, NONE, now)
    end = before.until or FAR
    assert end > now
    between = now + (end - now) * part
    for later in (between, end - TICK):
        if later < end:
            found = status(petition, POLICY, NONE, later)
            assert (found.state, found.since, found.until) == (
                before.state,
                before.since,
                before.until,
            )
            assert (found.rule, found.reason) == (before.rule, before.reason)


@given(histories(), INSTANTS, st.floats(0, 1))
@settings(max_examples=500)
def test_an_answer_on_signing_holds_until_the_instant_it_names(
    petition: Petition, now: datetime, part: float
) -> None:
    before = may_sign(petition, POLICY, NONE, now)
    end = before.until or FAR
    for later in (now + (end - now) * part, end - TICK):
        if later < end:
            assert may_sign(petition, POLICY, NONE, later) == before
    assert before.answer is (before.problem is None)
    assert before.answer is (status(petition, POLICY, NONE, now).state is State.OPEN)


@given(histories(), INSTANTS)
@settings(max_examples=300)
def test_since_is_the_first_instant_of_the_state(petition: Petition, now: datetime) -> None:
    found = status(petition, POLICY, NONE, now)
    if found.since is None:
        assert found.state is State.DRAFT
        return
    assert found.since <= now
    assert status(petition, POLICY, NONE, found.since).state is found.state
    before = status(petition, POLICY, NONE, found.since - TICK)
    if before.state is found.state:  # the next stage of a chain opens an open petition again
        assert found.state is State.OPEN
        assert (Event.OPENED, found.since) in [(fact.event, fact.at) for fact in petition.facts]
        assert before.until == found.since


@given(histories(), st.lists(INSTANTS, min_size=2).map(sorted))
@settings(max_examples=500)
def test_a_petition_that_is_over_stays_over_and_takes_no_signature(
    petition: Petition, instants: list[datetime]
) -> None:
    over = False
    for now in instants:
        found = status(petition, POLICY, NONE, now)
        brought_back = any(
            fact.event in (Event.REOPENED, Event.RESTORED) and fact.at <= now
            for fact in petition.facts
        )
        if over and not brought_back:
            assert found.state in OVER
            assert not may_sign(petition, POLICY, NONE, now).answer
        over = over or found.state in OVER - TAKEN_DOWN


@given(histories(), INSTANTS, INSTANTS)
@settings(max_examples=300)
def test_what_was_signed_outside_the_window_is_never_taken(
    petition: Petition, now: datetime, signed_at: datetime
) -> None:
    if may_sign(petition, POLICY, NONE, now, signed_at=signed_at).answer:
        assert status(petition, POLICY, NONE, signed_at).state is State.OPEN
        assert status(petition, POLICY, NONE, now).state is not State.WITHDRAWN


@given(histories(), INSTANTS)
def test_what_comes_next_lies_ahead_and_is_the_first_that_does(
    petition: Petition, now: datetime
) -> None:
    due = due_events(petition, POLICY, NONE)
    assert [d.at for d in due] == sorted(d.at for d in due)
    ahead = [d for d in due if d.at > now]
    found = standing(petition, POLICY, NONE, now)
    assert found.next == (ahead[0] if ahead else None)
