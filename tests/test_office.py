from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.clauses import Closing
from petitionkit.errors import IllegalStepError, InvalidValueError, NotPermittedError
from petitionkit.facts import Event, Fact, State
from petitionkit.ledger import Notice, NoticeKind, Revision, Watch
from petitionkit.moderation import Capacity, MaterialEdits, Moderation
from petitionkit.parties import Addressee, Answer, Delivery
from petitionkit.petition import CountEffect, DeclaredCount, Edit, Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.status import status
from petitionkit.tally import Count, LevelReading, Tally
from petitionkit.verbs import office
from petitionkit.verbs.docket import Docket, settle
from petitionkit.version import ENGINE
from petitionkit.wording import TextLimits
from samples import (
    DAY,
    DEADLINE,
    ENGLISH,
    GERMAN,
    HOUR,
    PETITION_ID,
    POLICY,
    T0,
    counting_ids,
    fact,
    opened,
    petition,
)

NOW = T0 + HOUR
NONE = Tally()
COUNCIL = Addressee(key="council", name="City Council")
OPEN = evolve(petition(opened()), addressees=(COUNCIL, Addressee(key="mayor", name="The Mayor")))
WATCHES = (
    Watch(counter="supporters", level=2, since=T0),
    Watch(counter="supporters", level=4, since=T0),
)


def ids() -> Callable[[], UUID]:
    source = counting_ids()
    return lambda: next(source)


def docket(
    known: Petition = OPEN,
    counts: Tally = NONE,
    *,
    policy: Policy | None = POLICY,
    now: datetime = NOW,
    actor: str = "",
) -> Docket:
    return Docket(petition=known, policy=policy, tally=counts, now=now, new_id=ids(), actor=actor)


def draft(*, now: datetime = T0, started_at: datetime | None = None) -> Petition:
    begun = docket(petition(), policy=None, now=now)
    return office.start(begun, started_at=started_at).petition


def publish(
    known: Petition, *, now: datetime, opened_at: datetime | None = None, actor: str = ""
) -> Revision:
    held = docket(known, policy=None, now=now, actor=actor)
    return office.publish(held, policy=POLICY, digest="d", opened_at=opened_at)


def take_over(known: Petition, now: datetime) -> Revision:
    return office.take_over(docket(known, now=now), digest="d")


def state_at(known: Petition, now: datetime, counts: Tally = NONE) -> State:
    return status(known, POLICY, counts, now).state


def tally(amount: int, *levels: tuple[int, datetime]) -> Tally:
    return Tally(
        counts=(
            Count(counter="persons", amount=amount),
            Count(counter="supporters", amount=amount),
        ),
        levels=tuple(
            LevelReading(counter="supporters", level=level, reached_at=at) for level, at in levels
        ),
    )


def test_a_petition_begins_as_a_draft() -> None:
    revision = office.start(docket(petition(), policy=None, now=T0, actor="clerk-7"))
    started = Fact(event=Event.STARTED, at=T0, recorded_at=T0, actor="clerk-7", engine=ENGINE)
    assert revision.petition == petition(started)
    assert (revision.state, revision.due_at, revision.watches) == (State.DRAFT, None, ())


def test_a_petition_may_have_begun_before_it_came_here() -> None:
    [started] = draft(started_at=T0 - DAY).facts
    assert (started.at, started.recorded_at) == (T0 - DAY, T0)


def test_a_petition_that_has_facts_is_not_started() -> None:
    with pytest.raises(IllegalStepError, match="taken over, not started"):
        office.start(docket(OPEN, now=T0))


def test_publishing_pins_the_policy_and_fixes_the_deadline() -> None:
    revision = publish(draft(now=T0 - DAY), now=T0, actor="a")
    pinned, opening = revision.petition.facts[1:]
    assert pinned == Fact(
        event=Event.POLICY_PINNED, at=T0, recorded_at=T0, actor="a", subject="d", engine=ENGINE
    )
    assert opening == Fact(
        event=Event.OPENED,
        at=T0,
        recorded_at=T0,
        actor="a",
        rule="window",
        until=DEADLINE,
        engine=ENGINE,
    )
    assert (revision.state, revision.due_at) == (State.OPEN, DEADLINE)
    assert revision.watches == WATCHES


def test_a_petition_may_have_opened_before_it_came_here() -> None:
    begun = draft(now=T0 + DAY, started_at=T0 - DAY)
    revision = publish(begun, now=T0 + DAY, opened_at=T0)
    assert state_at(revision.petition, T0) is State.OPEN
    assert revision.due_at == DEADLINE


def test_a_petition_never_opens_before_it_began() -> None:
    begun = draft()
    with pytest.raises(IllegalStepError, match="cannot be started"):
        publish(begun, now=T0, opened_at=T0 - DAY)


def test_an_opening_ahead_leaves_the_petition_a_draft_until_then() -> None:
    revision = publish(draft(now=T0 - DAY), now=T0 - DAY, opened_at=T0)
    assert revision.state is State.DRAFT
    assert state_at(revision.petition, T0) is State.OPEN


@pytest.mark.parametrize("now", [NOW, DEADLINE + DAY])
def test_a_petition_is_published_once(now: datetime) -> None:
    with pytest.raises(IllegalStepError):
        office.publish(docket(now=now), policy=POLICY, digest="d")


@pytest.mark.parametrize("now", [T0 - DAY, T0 - HOUR])
def test_a_petition_whose_opening_lies_ahead_is_not_published_again(now: datetime) -> None:
    scheduled = publish(draft(now=T0 - DAY), now=T0 - DAY, opened_at=T0).petition
    with pytest.raises(IllegalStepError):
        office.publish(docket(scheduled, now=now), policy=POLICY, digest="d")


def test_a_decision_never_comes_before_an_earlier_one_though_the_clock_steps_back() -> None:
    revision = office.withdraw_petition(docket(now=T0 - HOUR))
    gone = revision.petition.facts[-1]
    assert (gone.at, gone.recorded_at) == (T0, T0 - HOUR)
    assert state_at(revision.petition, T0) is State.WITHDRAWN


def test_a_petition_that_lived_elsewhere_is_taken_over_with_its_facts() -> None:
    revision = take_over(OPEN, DEADLINE - DAY)
    assert revision.petition.policy_digest == "d"
    assert revision.petition.facts[1:] == OPEN.facts
    assert revision.petition.facts[0].at == T0
    assert (revision.state, revision.due_at) == (State.OPEN, DEADLINE)
    assert revision.watches == WATCHES


def test_a_draft_is_taken_over_with_the_policy_pinned_now() -> None:
    revision = take_over(petition(), T0)
    [pinned] = revision.petition.facts
    assert (pinned.at, pinned.subject) == (T0, "d")


def test_a_pinned_policy_stays_pinned() -> None:
    pinned = petition(fact(Event.POLICY_PINNED, T0, subject="theirs"), opened())
    revision = take_over(pinned, NOW)
    assert revision.petition == pinned


def test_facts_that_cannot_have_happened_are_not_taken_over() -> None:
    impossible = petition(fact(Event.CLOSED, T0), opened(T0 + DAY))
    with pytest.raises(IllegalStepError, match="at 2026-03-01T12:00:00Z"):
        take_over(impossible, NOW)


SECOND = PetitionText(
    language="en", title="Keep all parks", version=2, edit=Edit.MATERIAL, body="All."
)


ASKS_AGAIN = evolve(POLICY, moderation=Moderation(material_edits=MaterialEdits.ASK_AGAIN))


def test_a_text_gets_its_next_version() -> None:
    revision = office.change_text(docket(policy=ASKS_AGAIN), text=SECOND)
    assert [notice.kind for notice in revision.notices] == ["text_changed"]
    assert revision.petition.texts == (ENGLISH, GERMAN, SECOND)
    noted = revision.petition.facts[-1]
    assert (noted.event, noted.subject, noted.rule) == ("text_changed", SECOND.digest, "material")


def test_a_first_text_in_a_language_is_the_initial_one() -> None:
    french = PetitionText(language="fr", title="Gardons le parc")
    revision = office.change_text(docket(), text=french)
    assert revision.petition.text("fr") == french
    with pytest.raises(InvalidValueError) as caught:
        office.change_text(docket(), text=evolve(french, edit=Edit.EDITORIAL))
    assert caught.value.problems == (problem("unknown_choice", "edit", choices="initial"),)


def test_a_version_out_of_turn_and_an_undeclared_edit_are_refused_together() -> None:
    wrong = evolve(SECOND, version=4, edit=Edit.INITIAL)
    with pytest.raises(InvalidValueError) as caught:
        office.change_text(docket(), text=wrong)
    assert caught.value.problems == (
        problem("unknown_choice", "version", choices="2"),
        problem("unknown_choice", "edit", choices="editorial, material"),
    )


def test_a_closed_petition_keeps_its_text() -> None:
    with pytest.raises(IllegalStepError, match="a closed petition cannot be text_changed"):
        office.change_text(docket(now=DEADLINE, policy=ASKS_AGAIN), text=SECOND)


def test_what_signers_agreed_to_stays_once_it_is_open_unless_the_policy_asks_them_again() -> None:
    with pytest.raises(IllegalStepError, match="once the petition is open"):
        office.change_text(docket(), text=SECOND)
    editorial = evolve(SECOND, edit=Edit.EDITORIAL)
    revision = office.change_text(docket(), text=editorial)
    assert (revision.petition.text("en"), revision.notices) == (editorial, ())


def test_a_text_beyond_the_policys_limits_is_refused() -> None:
    short = evolve(POLICY, texts=TextLimits(title=5, formula_starts=False, body_required=True))
    text = evolve(SECOND, edit=Edit.EDITORIAL, body="=1+1")
    with pytest.raises(InvalidValueError) as caught:
        office.change_text(docket(policy=short), text=text)
    assert [(p.code, p.field) for p in caught.value.problems] == [
        ("too_long", "title"),
        ("formula_start", "body"),
    ]


def test_a_body_may_be_required_and_a_note_may_look_like_a_formula() -> None:
    limits = TextLimits(formula_starts=False, body_required=True)
    assert limits.problems(evolve(SECOND, body="")) == [problem("required", "body")]
    assert limits.problems(evolve(SECOND, body="x", note="-1")) == []
    assert TextLimits().problems(evolve(SECOND, body="")) == []


def declared(
    amount: int, as_of: datetime = NOW, effect: CountEffect = CountEffect.ADDS
) -> DeclaredCount:
    return DeclaredCount(
        counter="supporters",
        amount=amount,
        source="paper",
        as_of=as_of,
        recorded_at=NOW,
        effect=effect,
    )


def declare(known: Petition, counts: Tally, one: DeclaredCount, now: datetime = NOW) -> Revision:
    return office.declare(docket(known, counts, now=now, actor="a"), declared=one)


def reached(revision: Revision) -> list[tuple[str, datetime]]:
    return [
        (f.subject, f.at) for f in revision.petition.facts if f.event is Event.THRESHOLD_REACHED
    ]


def test_a_declared_count_is_a_fact_with_its_amount() -> None:
    revision = declare(OPEN, NONE, declared(1))
    assert revision.petition.declared == (declared(1),)
    noted = revision.petition.facts[-1]
    assert (noted.event, noted.subject, noted.rule) == ("count_declared", "supporters", "adds")
    assert noted.number("amount") == 1
    assert revision.watches == (
        Watch(counter="supporters", level=1, since=NOW),
        Watch(counter="supporters", level=3, since=NOW),
    )


def test_a_declared_count_reaches_thresholds_by_itself() -> None:
    revision = declare(OPEN, NONE, declared(4, as_of=T0))
    assert reached(revision) == [("reply", T0), ("debate", T0)]
    assert [notice.kind for notice in revision.notices] == ["threshold_reached"] * 2
    assert [notice.subject for notice in revision.notices] == ["reply", "debate"]


def test_what_the_old_numbers_led_to_keeps_its_instant() -> None:
    revision = declare(OPEN, tally(2, (2, T0)), declared(0, effect=CountEffect.REPLACES))
    assert reached(revision) == [("reply", T0)]


def test_an_old_reading_is_never_taken_for_a_level_that_new_numbers_moved() -> None:
    # Two signatures stood at T0; two more on paper an hour later make four then, not before.
    revision = declare(OPEN, tally(2, (2, T0)), declared(2))
    assert ("debate", T0) not in reached(revision)


def test_a_petition_with_new_numbers_is_due_at_once_for_the_next_reading() -> None:
    assert declare(OPEN, tally(2, (2, T0)), declared(2)).due_at == NOW
    replaced = declare(OPEN, NONE, declared(1, effect=CountEffect.REPLACES))
    assert (replaced.watches, replaced.due_at) == ((), DEADLINE)


def test_a_draft_may_have_declared_counts() -> None:
    revision = office.declare(docket(petition(), policy=None), declared=declared(5))
    assert revision.due_at is None
    assert revision.petition.declared == (declared(5),)


def close(
    known: Petition,
    *,
    by: Capacity = Capacity.OFFICE,
    policy: Policy | None = POLICY,
    reason: str = "",
    now: datetime = NOW,
    counts: Tally = NONE,
) -> Revision:
    held = docket(known, counts, policy=policy, now=now, actor="a")
    return office.close(evolve(held, capacity=by), reason=reason)


def test_a_petition_is_closed_with_reason_and_totals() -> None:
    revision = close(OPEN, reason="won", counts=tally(3))
    ended = revision.petition.facts[-1]
    assert ended == Fact(
        event=Event.CLOSED,
        at=NOW,
        recorded_at=NOW,
        actor="a",
        rule="closing.office",
        subject="won",
        numbers=(("organisations", 0), ("persons", 3), ("supporters", 3)),
        engine=ENGINE,
    )
    assert revision.notices == (
        Notice(id=next(counting_ids()), kind=NoticeKind.CLOSED, petition_id=PETITION_ID, at=NOW),
    )
    assert (revision.state, revision.due_at) == (State.CLOSED, None)


def test_without_a_reason_who_closed_it_is_the_reason() -> None:
    revision = close(OPEN, by=Capacity.STARTER)
    assert status(revision.petition, POLICY, NONE, NOW).reason == "starter"


def test_closing_settles_what_was_reached_before() -> None:
    revision = close(OPEN, counts=tally(2, (2, T0)))
    assert reached(revision) == [("reply", T0)]
    assert [notice.kind for notice in revision.notices] == ["threshold_reached", "closed"]


@pytest.mark.parametrize(
    ("allowed", "message"),
    [
        ((Capacity.STARTER,), "the office may not end this petition early; allowed: starter"),
        ((), "the office may not end this petition early; allowed: nobody"),
    ],
)
def test_only_whom_the_policy_lets_may_close(allowed: tuple[Capacity, ...], message: str) -> None:
    policy = evolve(POLICY, closing=Closing(early_end_by=allowed))
    with pytest.raises(NotPermittedError) as caught:
        close(OPEN, policy=policy)
    assert str(caught.value) == message


def test_without_policy_nobody_may_close() -> None:
    with pytest.raises(NotPermittedError, match="allowed: nobody"):
        close(OPEN, policy=None)


def test_a_petition_past_its_deadline_is_closed_already() -> None:
    with pytest.raises(IllegalStepError, match="a closed petition cannot be closed"):
        close(OPEN, now=DEADLINE)


def test_a_petition_is_withdrawn_for_good() -> None:
    revision = office.withdraw_petition(docket(), reason="moved")
    assert (revision.state, revision.due_at) == (State.WITHDRAWN, None)
    assert status(revision.petition, POLICY, NONE, NOW).reason == "moved"
    with pytest.raises(IllegalStepError):
        office.withdraw_petition(docket(revision.petition, now=NOW + HOUR))


def test_what_was_reached_before_a_withdrawal_can_still_be_recorded() -> None:
    gone = office.withdraw_petition(docket()).petition
    counts = tally(4, (2, T0), (4, NOW))
    settled = settle(docket(gone, counts))
    assert reached(settled) == [("reply", T0)]
    assert state_at(settled.petition, DEADLINE, counts) is State.WITHDRAWN


def test_a_step_records_what_followed_by_itself_before_it() -> None:
    counts = tally(2, (2, T0))
    gone = office.withdraw_petition(docket(OPEN, counts), reason="moved")
    assert [(f.event, f.at, f.recorded_at) for f in gone.petition.facts[1:]] == [
        ("threshold_reached", T0, NOW),
        ("withdrawn", NOW, NOW),
    ]
    assert [(n.kind, n.at, n.subject) for n in gone.notices] == [("threshold_reached", T0, "reply")]


def test_a_delivery_and_an_answer_belong_to_one_addressee() -> None:
    handed = Delivery(at=NOW, count=923, receipt="r-1")
    given = Answer(at=NOW + DAY, summary="No.", url="https://council.example.org/1")
    after = office.deliver(docket(), addressee="council", delivery=handed).petition
    assert after.facts[-1].number("count") == 923
    late = docket(after, now=DEADLINE)
    after = office.answer(late, addressee="council", given=given).petition
    assert after.addressees == (
        evolve(COUNCIL, delivery=handed, answer=given),
        Addressee(key="mayor", name="The Mayor"),
    )
    assert [(f.event, f.subject) for f in after.facts[-3:]] == [
        ("delivered", "council"),
        ("closed", "window"),
        ("answered", "council"),
    ]


def test_an_addressee_that_was_not_asked_is_refused() -> None:
    with pytest.raises(InvalidValueError) as caught:
        office.answer(docket(), addressee="queen", given=Answer(at=NOW))
    assert caught.value.problems == (
        problem("unknown_choice", "addressee", choices="council, mayor"),
    )


def test_a_draft_has_nothing_to_deliver() -> None:
    with pytest.raises(IllegalStepError, match="a draft petition cannot be delivered"):
        office.deliver(
            docket(petition(), policy=None),
            addressee="council",
            delivery=Delivery(at=NOW, count=0),
        )


def test_settling_records_what_followed_each_at_its_own_instant() -> None:
    late = DEADLINE + DAY
    revision = settle(docket(OPEN, tally(4, (2, T0), (4, NOW)), now=late))
    totals = (("organisations", 0), ("persons", 4), ("supporters", 4))
    assert [
        (f.event, f.at, f.recorded_at, f.rule, f.subject, f.numbers)
        for f in revision.petition.facts[1:]
    ] == [
        ("threshold_reached", T0, late, "thresholds.reply", "reply", (("level", 2), *totals)),
        ("threshold_reached", NOW, late, "thresholds.debate", "debate", (("level", 4), *totals)),
        ("closed", DEADLINE, late, "window", "window", totals),
    ]
    assert [(n.kind, n.at, n.subject) for n in revision.notices] == [
        ("threshold_reached", T0, "reply"),
        ("threshold_reached", NOW, "debate"),
        ("closed", DEADLINE, "window"),
    ]
    assert (revision.state, revision.due_at) == (State.CLOSED, None)


def test_settling_twice_is_settling_once() -> None:
    counts = tally(2, (2, T0))
    once = settle(docket(OPEN, counts, now=DEADLINE))
    twice = settle(docket(once.petition, counts, now=DEADLINE))
    assert twice.petition == once.petition
    assert twice.notices == ()


def test_settling_early_records_nothing() -> None:
    revision = settle(docket())
    assert revision.petition == OPEN
    assert revision.due_at == DEADLINE
