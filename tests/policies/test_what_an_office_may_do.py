"""Each verb of an office on a petition with rules: what it records, and when it refuses."""

from collections.abc import Callable
from datetime import datetime

import pytest
from attrs import evolve, frozen

from petitionkit.clauses import Closing, Threshold, Window
from petitionkit.codec import policy_digest
from petitionkit.errors import IllegalStepError, InvalidValueError, NotPermittedError
from petitionkit.facts import Event, State
from petitionkit.form import Confirmation
from petitionkit.json_schema import json_schema
from petitionkit.moderation import ENDS_EARLY, Capacity
from petitionkit.parties import Answer, AuthorRole, Delivery
from petitionkit.petition import CountEffect, DeclaredCount, Edit
from petitionkit.policy import Policy
from petitionkit.tally import Tally
from petitionkit.testing.strategies import Life
from petitionkit.verbs.docket import Docket, settle
from samples import DAY, ENGLISH, GERMAN, HOUR, T0, counting_ids, fact, opened, petition

POLICY = Policy(
    name="town",
    version="1",
    confirmation=Confirmation(by_mail=False),
    window=Window(),
    thresholds=(Threshold(key="reply", level=2),),
)


@pytest.fixture
def life() -> Life:
    return Life(POLICY)


def _last(life: Life, event: Event) -> tuple[datetime, str, str]:
    found = life.desk.petition(life.id).last(event)
    assert found is not None
    return found.at, found.rule, found.subject


def test_a_petition_is_started_once_and_published_once(life: Life) -> None:
    with pytest.raises(IllegalStepError, match="taken over, not started"):
        life.desk.add(life.desk.petition(life.id))
    with pytest.raises(IllegalStepError, match="published once"):
        life.desk.publish(life.id, POLICY)


def test_who_takes_a_petition_over_pins_its_policy_at_the_opening() -> None:
    home = Life(POLICY)
    taken = home.desk.take_over(petition(opened(T0 - DAY, None)), POLICY)
    pinned = taken.last(Event.POLICY_PINNED)
    assert pinned is not None
    assert (pinned.at, pinned.subject) == (T0 - DAY, policy_digest(POLICY))
    assert home.desk.standing(taken.id).status.state is State.OPEN


def test_a_petition_that_has_its_policy_pinned_keeps_that_fact() -> None:
    home = Life(POLICY)
    pinned = fact(Event.POLICY_PINNED, T0 - DAY, subject=policy_digest(POLICY))
    taken = home.desk.take_over(petition(pinned), POLICY)
    assert taken.facts == (pinned,)
    with pytest.raises(IllegalStepError):
        home.desk.take_over(evolve(petition(fact(Event.CLOSED, T0)), id=home.id, slugs=()), POLICY)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (evolve(ENGLISH, version=3, edit=Edit.MATERIAL), ["version"]),
        (evolve(ENGLISH, version=2), ["edit"]),
        (evolve(GERMAN, version=1, edit=Edit.MATERIAL), ["edit"]),
        (evolve(GERMAN, version=2), ["version"]),
        (evolve(ENGLISH, version=9), ["version", "edit"]),
    ],
)
def test_a_text_comes_as_the_next_version_and_says_what_it_changes(
    life: Life, text: object, fields: list[str]
) -> None:
    with pytest.raises(InvalidValueError) as caught:
        life.desk.acting(Capacity.OFFICE).change_text(life.id, text)  # type: ignore[arg-type]
    assert [p.field for p in caught.value.problems] == fields


def test_authors_accept_the_version_at_hand(life: Life) -> None:
    life.desk.acting(Capacity.OFFICE).change_text(
        life.id, evolve(ENGLISH, title="Two", version=2, edit=Edit.EDITORIAL)
    )
    found = life.desk.acting(Capacity.OFFICE, actor="clerk").accept(life.id, "ada")
    assert [(a.role, a.accepted) for a in found.authors] == [(AuthorRole.INITIATOR, 2)]
    assert _last(life, Event.AUTHOR_ACCEPTED) == (T0, "initiator", "ada")
    with pytest.raises(InvalidValueError, match="must be one of: ada"):
        life.desk.acting(Capacity.OFFICE).accept(life.id, "bob")


@pytest.mark.parametrize("by", ENDS_EARLY)
def test_only_who_the_policy_names_ends_a_petition_early(by: Capacity) -> None:
    life = Life(evolve(POLICY, closing=Closing(early_end_by=(by,))))
    other = next(one for one in ENDS_EARLY if one is not by)
    with pytest.raises(NotPermittedError, match=f"the {other} may not .* allowed: {by}"):
        life.desk.acting(other).close(life.id)
    life.sign(1)
    life.desk.acting(by).close(life.id, reason="victory")
    found = life.standing().status
    assert (found.state, found.rule, found.reason) == (State.CLOSED, f"closing.{by}", "victory")
    closed = life.desk.petition(life.id).last(Event.CLOSED)
    assert closed is not None
    assert closed.number("supporters") == 1
    assert [n.kind.value for n in life.desk.notices()] == ["closed"]
    with pytest.raises(IllegalStepError):
        life.desk.acting(by).close(life.id)


def test_where_nobody_may_end_it_early_nobody_does() -> None:
    life = Life(evolve(POLICY, closing=Closing(early_end_by=())))
    with pytest.raises(NotPermittedError, match="allowed: nobody"):
        life.desk.acting(Capacity.OFFICE).close(life.id)
    draft = life.desk.start(texts=[ENGLISH])
    with pytest.raises(IllegalStepError, match="a draft petition cannot be closed"):
        life.desk.acting(Capacity.OFFICE).close(draft.id)


def test_addressees_are_told_apart_by_key(life: Life) -> None:
    life.desk.acting(Capacity.OFFICE).deliver(
        life.id, "council", Delivery(at=T0, count=3, receipt="r")
    )
    life.go(HOUR)
    life.desk.acting(Capacity.OFFICE).answer(life.id, "council", Answer(at=T0))
    [addressee] = life.desk.petition(life.id).addressees
    assert addressee.delivery == Delivery(at=T0, count=3, receipt="r")
    assert addressee.answer == Answer(at=T0)
    assert _last(life, Event.ANSWERED) == (T0 + HOUR, "", "council")
    with pytest.raises(InvalidValueError, match="must be one of: council"):
        life.desk.acting(Capacity.OFFICE).answer(life.id, "mayor", Answer(at=T0))
    with pytest.raises(InvalidValueError, match="must be one of: council"):
        life.desk.acting(Capacity.OFFICE).deliver(life.id, "mayor", Delivery(at=T0, count=0))


def test_what_is_taken_back_is_so_for_good(life: Life) -> None:
    life.desk.acting(Capacity.OFFICE).withdraw_petition(life.id, reason="moot")
    assert life.standing().status.reason == "moot"
    with pytest.raises(IllegalStepError):
        life.desk.unpause(life.id)


def test_a_declared_count_is_due_at_once_and_then_decides(life: Life) -> None:
    life.sign(1)
    life.go(HOUR)
    life.declare(1)
    [due] = life.store.due()
    assert due.due_at == T0 + HOUR
    life.desk.tick()
    assert _last(life, Event.THRESHOLD_REACHED) == (T0 + HOUR, "thresholds.reply", "reply")
    life.go(HOUR)
    life.declare(0, CountEffect.REPLACES)
    assert _last(life, Event.THRESHOLD_REACHED)[0] == T0 + HOUR


def test_a_count_can_be_declared_for_a_draft_and_reaches_nothing_there(life: Life) -> None:
    draft = life.desk.start(texts=[ENGLISH])
    declared = DeclaredCount(
        counter="supporters", amount=9, source="paper", as_of=T0, recorded_at=T0
    )
    found = life.desk.declare(draft.id, declared)
    assert found.last(Event.THRESHOLD_REACHED) is None
    assert list(life.store.due()) == []


@frozen
class _Step:
    name: str
    take: Callable[[Life], object]


STEPS = [
    _Step("accept", lambda life: life.desk.acting(Capacity.OFFICE).accept(life.id, "ada")),
    _Step(
        "answer",
        lambda life: life.desk.acting(Capacity.OFFICE).answer(life.id, "council", Answer(at=T0)),
    ),
    _Step("find", lambda life: life.desk.record_finding(life.id, "x")),
    _Step("declare", lambda life: life.declare(1)),
    _Step("pause", lambda life: life.desk.pause(life.id)),
    _Step("close", lambda life: life.desk.acting(Capacity.OFFICE).close(life.id)),
    _Step("withdraw", lambda life: life.desk.acting(Capacity.OFFICE).withdraw_petition(life.id)),
]


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_whatever_is_done_what_followed_before_is_recorded_with_it(life: Life, step: _Step) -> None:
    life.sign(1)
    life.sign(2)
    life.go(DAY)
    step.take(life)
    assert _last(life, Event.THRESHOLD_REACHED) == (T0, "thresholds.reply", "reply")
    assert [n.subject for n in life.desk.notices()][:1] == ["reply"]


def test_a_clock_that_stepped_back_puts_a_step_after_what_was_done_before(life: Life) -> None:
    life.go(HOUR)
    life.desk.record_finding(life.id, "x")
    life.go(-HOUR)
    life.desk.pause(life.id)
    assert _last(life, Event.PAUSED)[0] == T0 + HOUR


def test_settling_a_draft_records_nothing() -> None:
    ids = counting_ids()
    docket = Docket(
        petition=petition(), policy=None, tally=Tally(), now=T0, new_id=lambda: next(ids)
    )
    found = settle(docket)
    assert (found.petition, found.due_at, found.notices) == (petition(), None, ())


def test_what_is_no_value_has_no_schema() -> None:
    with pytest.raises(TypeError, match="no JSON form"):
        json_schema(object)
