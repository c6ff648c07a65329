"""Policies that are amended in mid-course: what the new rules change, and what stands."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.civil import Duration
from petitionkit.clauses import (
    Checkpoint,
    ClosedWhen,
    Closing,
    Opening,
    Otherwise,
    Stage,
    Threshold,
    Window,
    WindowEnd,
)
from petitionkit.codec import policy_digest
from petitionkit.counters import Counter
from petitionkit.desk import Desk
from petitionkit.eligibility import Eligibility
from petitionkit.errors import IllegalStepError, InvalidValueError, PolicyAmendedError
from petitionkit.facts import Event, State
from petitionkit.form import Confirmation, Counting
from petitionkit.ledger import Entry, Situation
from petitionkit.outcomes import Accepted, Received, Withdrawn
from petitionkit.parties import PartyKind
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.rules import Bound, Counted, Found, Regions, Within
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.store import NumberedSignature
from petitionkit.stores.memory import MemoryStore
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.testing.strategies import Life
from petitionkit.verbs import reform
from samples import DAY, ENGLISH, HOUR, KEYS, T0, TICK

BASE = Policy(
    name="chamber",
    version="4500",
    confirmation=Confirmation(by_mail=False),
    window=Window(duration=Duration(days=10), end=WindowEnd.SAME_TIME),
    thresholds=(Threshold(key="debate", level=3),),
)


def _with_level(level: int) -> Policy:
    return evolve(BASE, version=str(level), thresholds=(Threshold(key="debate", level=level),))


def _amend(life: Life, policy: Policy, **more: object) -> None:
    if life.now == T0:
        life.go(TICK)  # an amendment of the opening's own instant would be retroactive
    life.desk.amend_policy(
        life.id,
        policy,
        authority="act-7",
        reason="reform",
        **more,  # type: ignore[arg-type]
    )


def _reached(life: Life) -> datetime | None:
    return life.standing().thresholds[0].reached_at


def _count(life: Life, counter: str) -> int:
    return life.store.tally(life.id).count(counter)


def test_an_amendment_is_a_dated_fact_with_authority_and_reason() -> None:
    life = Life(BASE)
    life.go(DAY)
    _amend(life, _with_level(5), actor="clerk")
    fact = life.desk.petition(life.id).last(Event.POLICY_AMENDED)
    assert fact is not None
    assert (fact.at, fact.recorded_at, fact.actor) == (T0 + DAY, T0 + DAY, "clerk")
    assert (fact.rule, fact.reason) == ("act-7", "reform")
    assert fact.subject == policy_digest(_with_level(5))
    assert life.desk.policy(life.id) == _with_level(5)
    assert life.desk.policy(life.id, at=T0) == BASE


@pytest.mark.parametrize("ticking", [True, False])
def test_a_lower_level_is_reached_on_the_day_of_the_amendment_and_not_before(
    *, ticking: bool
) -> None:
    life = Life(BASE)
    life.sign(1)
    life.sign(2)
    life.go(DAY)
    _amend(life, _with_level(2))
    if ticking:
        life.desk.tick()
    assert _reached(life) == T0 + DAY
    assert life.desk.standing(life.id, at=T0 + HOUR).thresholds[0].level == 3
    assert life.desk.standing(life.id, at=T0 + HOUR).thresholds[0].reached_at is None


def test_at_the_very_instant_of_the_pinning_only_a_retroactive_one_makes_sense() -> None:
    life = Life(BASE)
    with pytest.raises(IllegalStepError, match="amend it retroactively"):
        life.desk.amend_policy(life.id, _with_level(9), authority="a", reason="r")


def test_what_was_reached_under_the_old_level_stays_reached() -> None:
    life = Life(BASE)
    for who in range(3):
        life.sign(who)
    life.go(DAY)
    _amend(life, _with_level(9))
    assert _reached(life) == T0


def test_a_retroactive_amendment_rules_from_the_beginning() -> None:
    life = Life(BASE)
    life.go(HOUR)
    life.sign(1)
    life.sign(2)
    life.go(DAY)
    _amend(life, _with_level(2), retroactive=True)
    assert _reached(life) == T0 + HOUR
    assert life.desk.standing(life.id, at=T0 + HOUR).thresholds[0].level == 2


def test_an_amendment_may_be_entered_after_the_day_from_which_it_rules() -> None:
    life = Life(BASE)
    life.sign(1)
    life.sign(2)
    life.go(2 * DAY)
    _amend(life, _with_level(2), in_force_from=T0 + DAY)
    assert _reached(life) == T0 + DAY


def test_the_deadline_stands_unless_the_amendment_moves_it() -> None:
    longer = evolve(BASE, version="2", window=evolve(BASE.window, duration=Duration(days=30)))
    life = Life(BASE)
    life.go(DAY)
    _amend(life, longer)
    assert life.standing().deadline == T0 + 10 * DAY
    _amend(life, evolve(longer, version="3"), moves_deadline=True)
    assert life.standing().deadline == T0 + 30 * DAY
    assert life.desk.standing(life.id, at=T0 + HOUR).deadline == T0 + 10 * DAY
    life.go(15 * DAY)
    assert life.standing().status.state is State.OPEN
    life.go(15 * DAY)
    assert life.standing().status.since == T0 + 30 * DAY


def test_a_deadline_that_an_amendment_puts_into_the_past_closes_on_its_day() -> None:
    shorter = evolve(BASE, version="2", window=evolve(BASE.window, duration=Duration(days=2)))
    life = Life(BASE)
    life.go(5 * DAY)
    _amend(life, shorter, moves_deadline=True)
    found = life.standing().status
    assert (found.state, found.since, found.rule) == (State.CLOSED, T0 + 5 * DAY, "window")


def test_what_is_closed_stays_closed_whatever_the_new_window_says() -> None:
    longer = evolve(BASE, version="2", window=evolve(BASE.window, duration=Duration(days=30)))
    life = Life(BASE)
    life.go(11 * DAY)
    _amend(life, longer, moves_deadline=True, in_force_from=T0 + DAY)
    assert life.standing().status.since == T0 + 10 * DAY


def test_a_new_checkpoint_that_was_met_in_time_is_met() -> None:
    strict = evolve(
        BASE,
        version="2",
        checkpoints=(
            Checkpoint(
                key="two", by=Duration(days=1), needs=Counted(level=2), otherwise=Otherwise.CLOSE
            ),
        ),
    )
    met, failed = Life(BASE), Life(BASE)
    met.sign(1)
    met.sign(2)
    for life in (met, failed):
        life.go(3 * DAY)
        _amend(life, strict)
    assert met.standing().status.state is State.OPEN
    found = failed.standing().status
    assert (found.state, found.since) == (State.CLOSED, T0 + 3 * DAY)


def test_closing_at_a_number_passed_long_ago_closes_on_the_day_of_the_amendment() -> None:
    closing = Closing(when=(ClosedWhen(key="full", needs=Counted(level=1)),))
    life = Life(BASE)
    life.sign(1)
    life.go(DAY)
    _amend(life, evolve(BASE, version="2", closing=closing))
    found = life.standing().status
    assert (found.state, found.since) == (State.CLOSED, T0 + DAY)


ORGANISATIONS = evolve(
    BASE,
    version="orgs",
    eligibility=Eligibility(organisations=True),
    counting=Counting(supporters=(PartyKind.PERSON, PartyKind.ORGANISATION)),
)
PERSONS = evolve(ORGANISATIONS, version="persons", counting=Counting())


def _hand_in_club(life: Life) -> None:
    draft = SignatureDraft(name="Club", email="club@example.org", kind=PartyKind.ORGANISATION)
    [taken] = life.desk.intake(life.id, [Submission(draft=draft)])
    assert isinstance(taken, Accepted)


@pytest.mark.parametrize(("retroactive", "left"), [(False, 2), (True, 1)])
def test_only_a_retroactive_amendment_takes_signatures_out_of_a_counter(
    *, retroactive: bool, left: int
) -> None:
    life = Life(ORGANISATIONS)
    life.sign(1)
    _hand_in_club(life)
    _amend(life, PERSONS, retroactive=retroactive)
    assert _count(life, "supporters") == left
    assert _count(life, "organisations") == 1
    assert all(one.signature.live for one in life.store.signatures(life.id))
    recounted = life.desk.petition(life.id).last(Event.COUNTED_AGAIN)
    assert recounted is not None
    assert dict(recounted.numbers).get("moved", 0) == 2 - left


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore | SQLiteStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    migrate(tmp_path / "store.db")
    with closing(SQLiteStore(tmp_path / "store.db")) as kept:
        yield kept


REGIONAL = evolve(
    BASE,
    version="regional",
    thresholds=(
        Threshold(key="two-regions", needs=Regions(regions=2, weights=(("a", 1), ("b", 1)))),
    ),
    counting=Counting(counters=(Counter(key="early", within=Within(first=Duration(days=1))),)),
)


def test_who_signed_before_stands_in_the_new_counters_since_they_signed(
    store: MemoryStore | SQLiteStore,
) -> None:
    life = Life(BASE, store=store)
    life.sign(1, "a")
    life.go(HOUR)
    life.sign(2, "b")
    life.sign(3, "b")
    life.go(2 * DAY)
    life.withdraw(3)
    life.sign(4, "b")
    _amend(life, REGIONAL)
    assert _count(life, "supporters.in-a") == 1
    assert _count(life, "supporters.in-b") == 2
    assert _count(life, "early") == 2
    assert _reached(life) == T0 + HOUR + 2 * DAY
    [first, *_] = life.store.signatures(life.id)
    assert set(first.signature.counters) == {"persons", "supporters", "supporters.in-a", "early"}


def test_who_was_invalidated_stands_in_the_new_counters_until_then(
    store: MemoryStore | SQLiteStore,
) -> None:
    life = Life(BASE, store=store)
    life.sign(1, "a")
    life.sign(2, "b")
    held = SignatureDraft(name="N3", email="n3@example.org", region="b")
    assert life.desk.sign(life.id, held, ground="burst") == Received()
    life.go(HOUR)
    [_, second, _] = life.store.signatures(life.id)
    life.desk.invalidate(second.signature.id, ground="fraud")
    _amend(life, REGIONAL)
    assert (_count(life, "supporters.in-a"), _count(life, "supporters.in-b")) == (1, 0)
    # Both regions had stood at one before; what that leads to, it leads to from now on.
    assert _reached(life) == T0 + HOUR
    life.desk.reinstate(second.signature.id)
    assert _count(life, "supporters.in-b") == 1


def test_what_was_held_from_the_beginning_never_stood_in_the_new_counters(
    store: MemoryStore | SQLiteStore,
) -> None:
    life = Life(BASE, store=store)
    life.sign(1, "a")
    held = SignatureDraft(name="N2", email="n2@example.org", region="b")
    assert life.desk.sign(life.id, held, ground="burst") == Received()
    life.go(HOUR)
    _amend(life, REGIONAL)
    assert (_count(life, "supporters.in-b"), _reached(life)) == (0, None)


def test_a_signature_that_is_amended_keeps_what_an_earlier_policy_admitted_it_to() -> None:
    life = Life(ORGANISATIONS)
    _hand_in_club(life)
    _amend(life, PERSONS)
    [club] = life.store.signatures(life.id)
    life.desk.assign_region(club.signature.id, "b")
    [club] = life.store.signatures(life.id)
    assert set(club.signature.counters) == {"organisations", "supporters"}
    assert _count(life, "supporters") == 1


def test_a_retroactive_one_reaches_what_they_then_reached(
    store: MemoryStore | SQLiteStore,
) -> None:
    life = Life(BASE, store=store)
    life.sign(1, "a")
    life.go(HOUR)
    life.sign(2, "b")
    life.go(DAY)
    _amend(life, REGIONAL, retroactive=True)
    assert _reached(life) == T0 + HOUR


def test_a_recount_that_was_cut_short_is_finished_by_the_next_tick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life = Life(BASE)
    life.sign(1, "a")
    life.sign(2, "b")
    life.go(HOUR)
    monkeypatch.setattr(life.desk, "count_again", life.desk.petition)  # the process dies there
    _amend(life, REGIONAL)
    monkeypatch.undo()
    assert life.desk.petition(life.id).to_count_again
    assert _reached(life) is None
    life.sign(3, "b")
    assert life.desk.tick().settled == 1
    assert not life.desk.petition(life.id).to_count_again
    assert _count(life, "supporters.in-b") == 2
    assert _reached(life) == T0 + HOUR


def test_counting_again_changes_nothing_a_second_time() -> None:
    life = Life(BASE)
    life.sign(1, "a")
    _amend(life, REGIONAL)
    before = life.desk.petition(life.id), life.store.tally(life.id)
    life.desk.count_again(life.id)
    assert (life.desk.petition(life.id), life.store.tally(life.id)) == before


def test_of_two_processes_that_finish_a_recount_one_records_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life = Life(BASE)
    life.sign(1, "a")
    monkeypatch.setattr(life.desk, "count_again", life.desk.petition)
    _amend(life, REGIONAL)
    monkeypatch.undo()
    read = life.store.signatures

    def then_finished_by_another(
        petition_id: UUID, *, after: int, limit: int
    ) -> Sequence[NumberedSignature]:
        monkeypatch.undo()
        life.desk.count_again(life.id)
        return read(petition_id, after=after, limit=limit)

    monkeypatch.setattr(life.store, "signatures", then_finished_by_another)
    life.desk.count_again(life.id)
    facts = life.desk.petition(life.id).facts
    assert [fact.event for fact in facts].count(Event.COUNTED_AGAIN) == 1
    assert _count(life, "supporters.in-a") == 1


def test_while_signatures_are_counted_again_nothing_is_recorded_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life = Life(BASE)
    life.sign(1, "a")
    monkeypatch.setattr(life.desk, "count_again", life.desk.petition)
    _amend(life, evolve(REGIONAL, thresholds=(Threshold(key="one", level=1),)))
    life.desk.record_finding(life.id, "x")
    assert life.desk.petition(life.id).last(Event.THRESHOLD_REACHED) is None
    monkeypatch.undo()
    life.desk.count_again(life.id)
    assert _reached(life) == T0 + TICK


def amended_while_read(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on: somebody amends the policy as soon as the petition has been read."""
    read = life.store.petition

    def then_amended(petition_id: UUID) -> Petition:
        found = read(petition_id)
        monkeypatch.undo()
        _amend(life, _with_level(9))
        return found

    monkeypatch.setattr(life.store, "petition", then_amended)


def test_who_was_deciding_by_the_old_policy_is_asked_to_do_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life = Life(BASE)
    life.go(HOUR)
    draft = SignatureDraft(name="Anna Berg", email="anna@example.org")
    [taken] = life.desk.intake(life.id, [Submission(draft=draft)])
    assert isinstance(taken, Accepted)
    amended_while_read(life, monkeypatch)
    with pytest.raises(PolicyAmendedError, match="amended meanwhile"):
        life.desk.withdraw(taken.signature_id)
    [there] = life.store.signatures(life.id)
    assert there.signature.live
    assert isinstance(life.desk.withdraw(taken.signature_id), Withdrawn)


def test_who_signs_meanwhile_is_decided_on_by_the_amended_policy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life = Life(BASE)
    life.go(HOUR)
    other = Desk(life.store, secrets=KEYS, clock=life.clock)
    amended_while_read(life, monkeypatch)
    draft = SignatureDraft(name="Anna Berg", email="anna@example.org")
    assert other.sign(life.id, draft) == Received()
    assert life.desk.policy(life.id) == _with_level(9)


def test_parameters_keep_their_numbers_unless_they_are_bound_anew() -> None:
    bound = evolve(
        BASE,
        parameters=("needed",),
        thresholds=(Threshold(key="debate", needs=Bound(parameter="needed")),),
    )
    life = Life(bound, parameters={"needed": 4})
    _amend(life, evolve(bound, version="2"))
    assert life.standing().thresholds[0].level == 4
    _amend(life, evolve(bound, version="2"), parameters={"needed": 7})
    assert life.standing().thresholds[0].level == 7
    with pytest.raises(InvalidValueError, match="not_positive"):
        _amend(life, bound, parameters={"needed": 0})
    with pytest.raises(InvalidValueError, match="unbound_parameter"):
        _amend(life, evolve(bound, parameters=("needed", "also")))


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"in_force_from": T0 + 2 * DAY}, "in_force_from", "date_in_future"),
        ({"in_force_from": T0}, "in_force_from", "out_of_range"),
        ({"in_force_from": T0 + HOUR, "retroactive": True}, "in_force_from", "one_of_these"),
        ({"in_force_from": T0.replace(tzinfo=None)}, "", "naive_instant"),
        ({"chosen": Duration(days=3)}, "chosen", "not_a_choice"),
        ({"authority": ""}, "authority", "required"),
        ({"reason": ""}, "reason", "required"),
    ],
)
def test_an_amendment_that_does_not_fit_is_refused(
    more: dict[str, object], field: str, code: str
) -> None:
    life = Life(BASE)
    life.go(DAY)
    said = {"authority": "act-7", "reason": "reform", **more}
    with pytest.raises(InvalidValueError) as caught:
        life.desk.amend_policy(life.id, _with_level(9), **said)  # type: ignore[arg-type]
    assert [(p.field, p.code) for p in caught.value.problems] == [(field, code)]
    assert life.desk.policy(life.id) == BASE


def test_a_draft_has_no_policy_to_amend_and_the_same_policy_amends_nothing() -> None:
    life = Life(BASE)
    draft = life.desk.start(texts=[ENGLISH])
    with pytest.raises(IllegalStepError, match="publish with the new one"):
        life.desk.amend_policy(draft.id, BASE, authority="a", reason="r")
    with pytest.raises(IllegalStepError, match="by this policy already"):
        _amend(life, BASE)


CHOICE = evolve(
    BASE, version="choice", window=Window(choices=(Duration(days=30), Duration(days=60)))
)


def test_a_window_of_the_authors_choice_asks_for_it_only_where_it_is_needed() -> None:
    life = Life(BASE)
    life.go(DAY)
    _amend(life, CHOICE)
    with pytest.raises(InvalidValueError, match="chosen"):
        _amend(life, evolve(CHOICE, version="2"), moves_deadline=True)
    _amend(life, evolve(CHOICE, version="2"), moves_deadline=True, chosen=Duration(days=60))
    assert life.standing().deadline == datetime(2026, 5, 1, tzinfo=T0.tzinfo)
    assert life.desk.petition(life.id).chosen == Duration(days=60)
    _amend(life, evolve(BASE, version="back"))
    assert life.desk.petition(life.id).chosen is None


def test_the_deadline_of_a_stage_is_moved_by_its_own_window() -> None:
    def staged(days: int) -> Policy:
        window = Window(duration=Duration(days=days), end=WindowEnd.SAME_TIME)
        stage = Stage(key="first", window=window, needs=Counted(level=2))
        return evolve(BASE, version=str(days), stages=(stage,))

    life = Life(staged(3))
    life.go(DAY)
    _amend(life, staged(5), moves_deadline=True)
    assert life.standing().deadline == T0 + 5 * DAY
    life.sign(1)
    assert life.sign(2) == Received()
    assert life.standing().deadline == T0 + DAY + 10 * DAY


def test_a_petition_that_is_not_open_yet_has_no_deadline_to_move() -> None:
    waiting = Life(evolve(BASE, opening=Opening(at=Found(finding="gazette"))))
    with pytest.raises(IllegalStepError, match="no deadline to move"):
        _amend(waiting, evolve(BASE, version="2"), moves_deadline=True)


def test_a_signature_that_stands_where_it_should_is_not_moved() -> None:
    life = Life(BASE)
    life.sign(1)
    [one] = life.store.signatures(life.id)
    petition = life.desk.petition(life.id)
    situation = Situation(petition=petition, counts={}, signature=one.signature)
    assert reform.count_again(situation, policy=BASE) == Entry(answer=False)


def test_a_signature_that_is_gone_is_not_counted_again() -> None:
    life = Life(BASE)
    situation = Situation(petition=life.desk.petition(life.id), counts={})
    assert reform.count_again(situation, policy=BASE).answer is False
