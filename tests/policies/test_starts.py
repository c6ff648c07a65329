"""When a petition opens: on a day of the author's choice, or once something has happened."""

from datetime import timedelta

import pytest
from attrs import evolve

from petitionkit.civil import Duration
from petitionkit.clauses import Opening, Sponsoring, Stage, Threshold, Window, WindowEnd
from petitionkit.conditions import opens_from
from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.facts import Event, State
from petitionkit.form import Confirmation
from petitionkit.moderation import Capacity
from petitionkit.outcomes import Received, Refused
from petitionkit.policy import Policy
from petitionkit.rules import All, Counted, Found, Passed, Which
from petitionkit.testing.strategies import Life
from samples import DAY, ENGLISH, HOUR, T0, TICK

BASE = Policy(
    name="union",
    version="1",
    confirmation=Confirmation(by_mail=False),
    window=Window(duration=Duration(days=10), end=WindowEnd.SAME_TIME),
)
GAZETTE = evolve(BASE, opening=Opening(at=Found(finding="gazette")))
CHOSEN = evolve(
    BASE,
    opening=Opening(within=Passed(passed=Duration(days=5), since=("found.registration",))),
)


@pytest.mark.parametrize("ticking", [True, False])
def test_a_petition_that_waits_for_the_gazette_opens_on_the_day_it_is_printed(
    *, ticking: bool
) -> None:
    life = Life(GAZETTE)
    assert life.standing().status.state is State.DRAFT
    assert isinstance(life.sign(1), Refused)
    life.go(2 * DAY)
    life.desk.record_finding(life.id, "gazette", at=T0 + DAY)
    if ticking:
        life.desk.tick()
    found = life.standing()
    assert (found.status.state, found.opened_at) == (State.OPEN, T0 + DAY)
    assert found.deadline == T0 + 11 * DAY
    assert life.sign(1) == Received()


def test_what_happened_before_the_policy_was_pinned_opens_it_at_once() -> None:
    life = Life(BASE)
    draft = life.desk.start(texts=[ENGLISH])
    life.desk.record_finding(draft.id, "gazette")
    life.go(HOUR)
    life.desk.publish(draft.id, GAZETTE)
    assert life.desk.standing(draft.id).opened_at == T0 + HOUR


def test_it_waits_for_what_it_needs_besides() -> None:
    both = evolve(
        BASE, opening=Opening(at=Found(finding="gazette"), needs=Found(finding="checked"))
    )
    life = Life(both)
    life.go(HOUR)
    life.desk.record_finding(life.id, "gazette")
    assert life.standing().opened_at is None
    life.go(HOUR)
    life.desk.record_finding(life.id, "checked")
    assert life.standing().opened_at == T0 + 2 * HOUR


def test_nobody_names_the_day_of_a_petition_that_opens_by_itself() -> None:
    life = Life(BASE)
    draft = life.desk.start(texts=[ENGLISH])
    with pytest.raises(InvalidValueError) as caught:
        life.desk.publish(draft.id, GAZETTE, opened_at=T0)
    assert [(p.field, p.code) for p in caught.value.problems] == [("opened_at", "misplaced")]


def test_the_author_keeps_the_duration_that_they_chose_until_it_opens() -> None:
    policy = evolve(GAZETTE, window=Window(choices=(Duration(days=30), Duration(days=60))))
    life = Life(policy, chosen=Duration(days=60))
    life.go(DAY)
    life.desk.record_finding(life.id, "gazette")
    assert life.standing().deadline == T0 + 61 * DAY + timedelta(hours=12)


def test_and_through_the_stages_before_the_main_window() -> None:
    stage = Stage(
        key="first",
        window=Window(duration=Duration(days=3), end=WindowEnd.SAME_TIME),
        needs=Counted(level=1),
    )
    policy = evolve(
        BASE,
        stages=(stage,),
        window=Window(shortest=Duration(days=1), end=WindowEnd.SAME_TIME),
    )
    life = Life(policy, chosen=Duration(days=7))
    life.go(DAY)
    life.sign(1)
    assert life.standing().deadline == T0 + 8 * DAY


def test_the_author_may_choose_a_day_as_long_as_the_window_for_it_is_open() -> None:
    life = Life(BASE)
    drafts = [life.desk.start(texts=[ENGLISH]) for _ in range(3)]
    with pytest.raises(IllegalStepError, match="has not happened yet"):
        life.desk.publish(drafts[0].id, CHOSEN)
    for draft in drafts:
        life.desk.record_finding(draft.id, "registration")
    too_late = T0 + 5 * DAY
    life.desk.publish(drafts[0].id, CHOSEN, opened_at=too_late - TICK)
    assert life.desk.standing(drafts[0].id).status.state is State.DRAFT
    with pytest.raises(IllegalStepError, match="had to open before 2026-03-06T12:00:00Z"):
        life.desk.publish(drafts[1].id, CHOSEN, opened_at=too_late)
    life.clock.now = too_late
    with pytest.raises(IllegalStepError, match="had to open before"):
        life.desk.publish(drafts[2].id, CHOSEN)
    assert life.desk.standing(drafts[0].id).status.state is State.OPEN


@pytest.mark.parametrize(
    ("which", "days"), [(Which.EARLIER, 2), (Which.LATER, 4)], ids=["earlier", "later"]
)
def test_a_deadline_may_count_from_the_earlier_or_the_later_of_findings(
    which: Which, days: int
) -> None:
    since = ("found.certificate", "threshold_reached.hearing")
    needs = Passed(passed=Duration(days=1), since=since, which=which)
    policy = evolve(
        BASE,
        thresholds=(
            Threshold(key="hearing", level=1),
            Threshold(key="other", needs=Found(finding="noise")),
            Threshold(key="later", needs=needs),
        ),
    )
    life = Life(policy)
    life.desk.record_finding(life.id, "noise")
    life.go(DAY)
    life.desk.record_finding(life.id, "certificate")
    life.go(2 * DAY)
    life.sign(1)
    life.go(5 * DAY)
    assert life.standing().thresholds[2].reached_at == T0 + days * DAY


def test_counts_before_the_opening_can_be_read_as_soon_as_the_policy_is_pinned() -> None:
    needs = All(all=(Counted(level=2, count="sponsors"), Found(finding="checked")))
    policy = evolve(
        BASE,
        opening=Opening(needs=needs),
        sponsoring=Sponsoring(needs=Counted(level=9, count="sponsors")),
    )
    life = Life(BASE)
    draft = life.desk.start(texts=[ENGLISH])
    life.desk.acting(Capacity.STARTER).submit(draft.id, policy)
    life.id = draft.id

    def ready() -> object:
        petition = life.desk.petition(draft.id)
        return opens_from(petition, policy, life.store.tally(draft.id))

    for who in (1, 2):
        life.go(HOUR)
        life.sign(who)
        assert ready() is None
    life.desk.record_finding(draft.id, "checked", at=T0)
    assert ready() == T0 + 2 * HOUR
    assert life.desk.petition(draft.id).last(Event.OPENED) is None
