"""The life of a petition beside its window: sponsors, moderators, appeals, owners, addressees."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from attrs import evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.acting import Acting, ActOutcome
from petitionkit.catalogue import Search
from petitionkit.civil import Duration
from petitionkit.clauses import ClosedWhen, Closing, Latch, Pausing, Sponsoring, Threshold, Window
from petitionkit.desk import Desk
from petitionkit.errors import IllegalStepError, InvalidValueError, NotPermittedError
from petitionkit.facts import Event, State
from petitionkit.form import Confirmation
from petitionkit.moderation import (
    Audience,
    Capacity,
    Ground,
    MaterialEdits,
    Moderation,
    Permission,
    Reasons,
    Report,
    Update,
)
from petitionkit.outcomes import Accepted, Confirmed, Conflict, Refused
from petitionkit.parties import Addressee, Answer, Delivery, Party, PartyKind
from petitionkit.petition import DeclaredCount, Edit, Petition, PetitionText, Relation, RelationKind
from petitionkit.policy import Policy
from petitionkit.proceedings import Appeal, Debate, Publicity, QueueAge, Response, Victory
from petitionkit.rules import Counted, Found
from petitionkit.signature import Role, SignatureDraft, Submission
from petitionkit.similar import by_words
from petitionkit.stores.memory import MemoryStore
from petitionkit.wording import TextLimits
from samples import DAY, ENGLISH, HOUR, KEYS, NO_MAIL, STARTER, T0, Clock

ADVERT = Reasons(ground="advert", clause="terms 3", explanation="It sells something.")
LIBEL = Reasons(ground="libel")
SPONSORED = evolve(
    NO_MAIL,
    window=Window(choices=(Duration(days=10), Duration(days=30))),
    sponsoring=Sponsoring(
        needs=Counted(level=2, count="sponsors"), at_most=3, latch=Latch.UNTIL_OFFICIAL_ACT
    ),
    moderation=Moderation(
        before_opening=True,
        grounds=(Ground(key="advert", clause="terms 1"), Ground(key="libel", hides=True)),
        within=Duration(days=14),
        soon_after=Duration(days=11),
        appeal_within=Duration(days=7),
        reopening=True,
        permissions=(Permission(step=Event.HELD, only=(Capacity.OFFICE,)),),
    ),
    texts=TextLimits(title=80),
    closing=Closing(when=(ClosedWhen(key="dissolution", needs=Found(finding="dissolution")),)),
)
TEN = Duration(days=10)


@frozen(kw_only=True)
class Case:
    """A petition at a desk over memory, and the people around it."""

    clock: Clock
    desk: Desk
    id: UUID
    policy: Policy = field(default=SPONSORED)

    def acting(self, capacity: Capacity, **more: int | str) -> Acting[ActOutcome]:
        return self.desk.acting(capacity, **more)  # type: ignore[arg-type]

    @property
    def starter(self) -> Acting[Petition]:
        return self.desk.acting(Capacity.STARTER, actor="ada")

    @property
    def moderator(self) -> Acting[Petition]:
        return self.desk.acting(Capacity.MODERATOR, actor="mod")

    @property
    def office(self) -> Acting[Petition]:
        return self.desk.acting(Capacity.OFFICE, actor="clerk")

    def state(self) -> State:
        return self.desk.standing(self.id).status.state

    def sign(self, name: str, role: Role = Role.SIGNER) -> object:
        draft = SignatureDraft(name=name, email=f"{name}@example.org")
        [found] = self.desk.intake(self.id, [Submission(draft=draft, role=role)])
        return found

    def submit(self) -> None:
        self.starter.submit(self.id, self.policy, chosen=TEN)

    def open(self) -> None:
        self.submit()
        self.moderator.approve(self.id)


def begin(policy: Policy = SPONSORED) -> Case:
    clock = Clock(T0)
    ids = iter(UUID(int=n) for n in range(1, 10_000))
    desk = Desk(MemoryStore(), secrets=KEYS, clock=clock, new_id=lambda: next(ids))
    council = Addressee(key="council", name="The council")
    petition = desk.start(texts=[ENGLISH], starter=STARTER, addressees=[council])
    return Case(clock=clock, desk=desk, id=petition.id, policy=policy)


@pytest.fixture
def case() -> Case:
    return begin()


def kinds(case: Case) -> list[str]:
    return [notice.kind.value for notice in case.desk.notices(limit=1000)]


# Sponsors


def test_sponsors_bring_a_petition_before_a_moderator(case: Case) -> None:
    case.submit()
    assert case.state() is State.GATHERING
    case.sign("ada", Role.STARTER)
    case.sign("bob")
    assert case.state() is State.GATHERING, "the starter is no sponsor"
    case.sign("cyd")
    assert case.state() is State.AWAITING_MODERATION
    case.desk.tick()
    submitted = case.desk.petition(case.id).last(Event.SUBMITTED)
    assert submitted is not None
    assert (submitted.rule, submitted.number("level")) == ("sponsoring", 2)
    assert "submitted" in kinds(case)
    standing = case.desk.standing(case.id)
    assert (standing.supporters, standing.opened_at) == (3, None)


def test_a_petition_stands_somewhere_with_its_sponsors(case: Case) -> None:
    assert case.desk.standing(case.id).sponsoring is None
    case.submit()
    case.sign("bob")
    found = case.desk.standing(case.id).sponsoring
    assert found is not None
    assert (found.level, found.count, found.missing, found.reached_at) == (2, 1, 1, None)
    case.clock.go(HOUR)
    case.sign("cyd")
    found = case.desk.standing(case.id).sponsoring
    assert found is not None
    assert (found.missing, found.reached_at) == (0, T0 + HOUR)
    keys = [one.key for one in case.desk.standing(case.id).thresholds]
    assert keys == [threshold.key for threshold in SPONSORED.thresholds]


def test_no_more_sponsors_sign_than_the_policy_lets(case: Case) -> None:
    case.submit()
    for name in ("bob", "cyd", "dan"):
        assert isinstance(case.sign(name), Accepted)
    late = case.sign("eve")
    assert isinstance(late, Refused)
    assert [problem.code for problem in late.problems] == ["petition.sponsors_enough"]
    case.moderator.approve(case.id)
    assert isinstance(case.sign("eve"), Accepted)
    roles = [one.signature.role for one in case.desk._store.signatures(case.id)]  # noqa: SLF001
    assert roles == [Role.SPONSOR] * 3 + [Role.SIGNER]


def test_any_number_may_sponsor_where_the_policy_sets_none(case: Case) -> None:
    free = evolve(SPONSORED, sponsoring=Sponsoring(needs=Counted(level=2, count="sponsors")))
    case = begin(free)
    case.submit()
    assert all(isinstance(case.sign(f"s{n}"), Accepted) for n in range(5))


def test_somebody_who_signs_on_the_web_before_the_opening_is_a_sponsor(case: Case) -> None:
    case.submit()
    case.desk.sign(case.id, SignatureDraft(name="Bob", email="bob@example.org"))
    [one] = case.desk._store.signatures(case.id)  # noqa: SLF001
    assert one.signature.role is Role.SPONSOR


def test_a_sponsor_who_withdraws_takes_the_petition_back_where_the_policy_says_so(
    case: Case,
) -> None:
    case.submit()
    case.sign("bob")
    cyd = case.sign("cyd")
    assert isinstance(cyd, Accepted)
    case.desk.tick()
    case.clock.go(HOUR)
    case.desk.withdraw(cyd.signature_id)
    assert case.state() is State.GATHERING
    assert case.desk.tick().settled == 1
    lost = case.desk.petition(case.id).last(Event.SPONSORS_LOST)
    assert lost is not None
    assert lost.at == T0 + HOUR
    assert "sponsors_lost" in kinds(case)
    case.clock.go(HOUR)
    case.sign("dan")
    assert case.state() is State.AWAITING_MODERATION


def test_enough_sponsors_open_a_petition_that_nobody_looks_at(case: Case) -> None:
    policy = evolve(SPONSORED, moderation=Moderation())
    case = begin(policy)
    case.submit()
    case.sign("bob")
    case.clock.go(HOUR)
    case.sign("cyd")
    standing = case.desk.standing(case.id)
    assert (standing.status.state, standing.opened_at) == (State.OPEN, T0 + HOUR)
    assert standing.deadline == datetime(2026, 3, 12, tzinfo=UTC)  # ten days, as was chosen
    case.desk.tick()
    case.clock.go(DAY)
    assert case.desk.standing(case.id).opened_at == T0 + HOUR


def test_what_is_held_or_sent_back_does_not_open_by_itself() -> None:
    for set_aside in (Acting.hold, Acting.send_back):
        case = begin(evolve(SPONSORED, moderation=Moderation()))
        case.submit()
        case.sign("bob")
        case.clock.go(HOUR)
        set_aside(case.office, case.id)
        before = case.state()
        case.desk.declare(case.id, declared("sponsors", 2, case.clock.now))
        assert case.state() is before
        case.sign("cyd")
        assert case.state() is before


def declared(counter: str, amount: int, at: datetime) -> DeclaredCount:
    return DeclaredCount(counter=counter, amount=amount, source="paper", as_of=at, recorded_at=at)


# Moderation


def test_without_sponsors_a_petition_goes_to_a_moderator_and_is_opened_with_its_chosen_time() -> (
    None
):
    case = begin(evolve(SPONSORED, sponsoring=None))
    case.submit()
    assert case.state() is State.AWAITING_MODERATION
    case.clock.go(DAY)
    case.moderator.approve(case.id)
    standing = case.desk.standing(case.id)
    assert (standing.status.state, standing.opened_at) == (State.OPEN, T0 + DAY)
    assert standing.deadline == datetime(2026, 3, 13, tzinfo=UTC)
    assert kinds(case)[-1] == "opened"


def test_where_the_author_chooses_nothing_the_window_is_the_policys() -> None:
    case = begin(evolve(SPONSORED, sponsoring=None, window=Window(duration=TEN)))
    case.starter.submit(case.id, case.policy)
    case.moderator.approve(case.id)
    assert case.desk.standing(case.id).deadline == datetime(2026, 3, 12, tzinfo=UTC)


def test_a_policy_with_neither_has_nothing_to_submit_to(case: Case) -> None:
    with pytest.raises(IllegalStepError, match="publish it"):
        case.starter.submit(case.id, NO_MAIL)
    with pytest.raises(IllegalStepError, match="no policy yet"):
        case.moderator.approve(case.id)


def refused_to_the_starter(case: Case) -> State:
    """The state of a petition that its starter cannot open in any way."""
    with pytest.raises(NotPermittedError, match="allowed: moderator, office"):
        case.starter.approve(case.id)
    with pytest.raises(NotPermittedError, match="allowed: moderator, office"):
        case.starter.publish(case.id, NO_MAIL)
    return case.state()


def test_what_waits_for_a_moderator_is_opened_by_staff_alone(case: Case) -> None:
    case.submit()
    assert refused_to_the_starter(case) is State.GATHERING
    case.sign("bob")
    case.sign("cyd")
    assert refused_to_the_starter(case) is State.AWAITING_MODERATION
    case.office.hold(case.id)
    assert refused_to_the_starter(case) is State.HELD
    case.moderator.approve(case.id)
    assert case.state() is State.OPEN


def test_what_was_removed_is_gone_for_good(case: Case) -> None:
    case.open()
    case.office.remove(case.id, ADVERT)
    for act in (case.office.approve, case.office.restore, case.office.reinstate):
        with pytest.raises(IllegalStepError):
            act(case.id)


def test_a_removal_is_undone_by_an_appeal_that_is_upheld_and_by_nothing_else(case: Case) -> None:
    case.open()
    deadline = case.desk.standing(case.id).deadline
    case.clock.go(HOUR)
    case.office.remove(case.id, ADVERT)
    case.starter.appeal(case.id)
    assert appeal(case) is Appeal.PENDING
    case.clock.go(HOUR)
    case.office.decide_appeal(case.id, upheld=True)
    found = case.desk.standing(case.id)
    assert (found.status.state, found.deadline) == (State.OPEN, deadline)
    assert found.status.since == T0 + 2 * HOUR
    assert kinds(case)[-2:] == ["appealed", "appeal_upheld"]


def test_time_goes_on_beneath_a_removal(case: Case) -> None:
    case.open()
    case.office.remove(case.id, ADVERT)
    case.starter.appeal(case.id)
    case.clock.go(30 * DAY)
    case.office.decide_appeal(case.id, upheld=True)
    found = case.desk.standing(case.id).status
    assert (found.state, found.reason) == (State.CLOSED, "window")


def test_without_a_term_a_removal_is_for_good() -> None:
    case = begin(evolve(SPONSORED, moderation=Moderation(before_opening=True)))
    case.open()
    case.office.remove(case.id, ADVERT)
    with pytest.raises(IllegalStepError, match="no restriction"):
        case.starter.appeal(case.id)


@pytest.mark.parametrize(("hours", "taken"), [(2, True), (3, False)])
def test_grace_counts_from_the_end_also_where_the_petition_was_taken_down_and_reinstated(
    hours: int, *, taken: bool
) -> None:
    case = begin(evolve(SPONSORED, confirmation=Confirmation(grace_hours=2)))
    case.open()
    case.clock.go(9 * DAY)
    case.desk.sign(case.id, SignatureDraft(name="Eve", email="eve@example.org"))
    [mail] = [m for n in case.desk.notices(limit=100) if (m := case.desk.letter(n))]
    case.office.hide(case.id, LIBEL)
    closed_at = case.desk.standing(case.id).deadline
    assert closed_at is not None
    case.clock.now = closed_at + HOUR
    case.office.reinstate(case.id)
    case.clock.now = closed_at + hours * HOUR
    assert isinstance(case.desk.confirm(mail.token), Confirmed) is taken


def test_texts_are_measured_when_they_are_submitted(case: Case) -> None:
    tight = evolve(SPONSORED, texts=TextLimits(title=3))
    with pytest.raises(InvalidValueError, match="at most 3"):
        case.starter.submit(case.id, tight, chosen=TEN)
    with pytest.raises(InvalidValueError, match="among what the author may choose"):
        case.starter.submit(case.id, SPONSORED, chosen=Duration(days=11))


def test_a_starter_does_not_publish_what_is_to_be_looked_at_first(case: Case) -> None:
    with pytest.raises(NotPermittedError, match="submit it"):
        case.starter.publish(case.id, SPONSORED, chosen=TEN)
    case.desk.publish(case.id, SPONSORED, chosen=TEN)
    assert case.state() is State.OPEN


def test_a_moderator_may_hold_restore_and_send_back(case: Case) -> None:
    case.submit()
    with pytest.raises(NotPermittedError, match="allowed: office"):
        case.moderator.hold(case.id)
    case.office.hold(case.id, reason="second-look")
    assert case.state() is State.HELD
    case.sign("bob")
    case.sign("cyd")
    assert case.state() is State.HELD
    case.moderator.restore(case.id)
    assert case.state() is State.AWAITING_MODERATION
    case.moderator.send_back(case.id, reason="unclear")
    assert case.state() is State.DRAFT
    assert isinstance(case.sign("dan"), Refused)
    case.starter.change_text(
        case.id, PetitionText(language="en", title="Clear", version=2, edit=Edit.MATERIAL)
    )
    case.clock.go(HOUR)
    case.submit()
    assert case.state() is State.AWAITING_MODERATION, "its sponsors are still there"


def test_a_rejection_states_its_reasons_and_a_ground_can_hide(case: Case) -> None:
    case.open()
    rejected = case.moderator.reject(case.id, ADVERT)
    assert isinstance(rejected, Petition)
    assert case.state() is State.REJECTED
    [kept] = rejected.restrictions
    assert (kept.event, kept.reasons) == (Event.REJECTED, ADVERT)
    assert case.desk.standing(case.id).status.reason == "advert"
    assert "sells" not in repr(rejected)
    with pytest.raises(NotPermittedError):
        case.moderator.reject(case.id, LIBEL)
    case.office.reject(case.id, evolve(ADVERT, clause=""))
    assert case.desk.petition(case.id).restrictions[-1].reasons.clause == "terms 1"
    case.office.reject(case.id, LIBEL)
    assert case.state() is State.HIDDEN
    with pytest.raises(InvalidValueError, match="must be one of: advert, libel"):
        case.office.hide(case.id, Reasons(ground="joke"))
    assert Moderation().ground("joke") == Ground(key="joke")


def test_what_is_taken_down_takes_no_signature_and_says_why(case: Case) -> None:
    case.open()
    for step, code in (
        (case.moderator.reject, "petition.rejected"),
        (case.office.hide, "petition.gone"),
        (case.office.remove, "petition.gone"),
    ):
        step(case.id, ADVERT)
        refused = case.sign("bob")
        assert isinstance(refused, Refused)
        assert [problem.code for problem in refused.problems] == [code]
    assert case.state() is State.REMOVED
    with pytest.raises(IllegalStepError):
        case.office.remove(case.id, ADVERT)


def test_a_roll_of_earlier_days_is_not_taken_for_what_is_taken_down(case: Case) -> None:
    case.open()
    case.clock.go(DAY)
    case.moderator.reject(case.id, ADVERT)
    draft = SignatureDraft(name="Bob", email="bob@example.org")
    [found] = case.desk.intake(case.id, [Submission(draft=draft, signed_at=T0)])
    assert isinstance(found, Refused)


def test_a_petition_that_is_approved_again_keeps_its_deadline(case: Case) -> None:
    case.open()
    deadline = case.desk.standing(case.id).deadline
    case.clock.go(DAY)
    case.moderator.reject(case.id, ADVERT)
    case.clock.go(DAY)
    case.office.approve(case.id)
    assert case.state() is State.OPEN
    assert case.desk.standing(case.id).deadline == deadline
    assert case.desk.standing(case.id).opened_at == T0


def test_a_deadline_that_passes_while_it_is_hidden_closes_it(case: Case) -> None:
    case.open()
    case.office.hide(case.id, ADVERT)
    case.clock.go(30 * DAY)
    assert case.state() is State.HIDDEN
    case.office.reinstate(case.id)
    status = case.desk.standing(case.id).status
    assert (status.state, status.rule, status.reason) == (State.CLOSED, "window", "window")


def test_a_petition_that_is_restored_has_a_whole_new_window(case: Case) -> None:
    case.open()
    case.clock.go(DAY)
    case.moderator.reject(case.id, ADVERT)
    case.office.restore(case.id)
    assert case.desk.standing(case.id).opened_at is None
    case.clock.go(DAY)
    case.moderator.approve(case.id)
    standing = case.desk.standing(case.id)
    assert (standing.opened_at, standing.deadline) == (
        T0 + 2 * DAY,
        datetime(2026, 3, 14, tzinfo=UTC),
    )


def test_what_was_rejected_before_it_opened_opens_when_it_is_approved(case: Case) -> None:
    case.submit()
    case.moderator.reject(case.id, ADVERT)
    case.office.approve(case.id)
    assert case.state() is State.OPEN


def test_a_dissolution_closes_what_is_open_and_ends_what_never_was() -> None:
    gathering, opened = begin(), begin()
    gathering.submit()
    opened.open()
    for case, state in ((gathering, State.LAPSED), (opened, State.CLOSED)):
        case.desk.record_finding(case.id, "dissolution")
        assert case.state() is state
    refused = gathering.sign("bob")
    assert isinstance(refused, Refused)
    assert refused.problems[0].code == "petition.lapsed"


def test_a_policy_that_opens_only_once_something_holds_is_approved_no_earlier(case: Case) -> None:
    needs = evolve(SPONSORED.opening, needs=Found(finding="checked"))
    case = begin(evolve(SPONSORED, opening=needs))
    case.submit()
    with pytest.raises(IllegalStepError, match="precondition"):
        case.moderator.approve(case.id)
    case.desk.record_finding(case.id, "checked")
    case.moderator.approve(case.id)
    assert case.state() is State.OPEN


# Versions


def test_who_saw_an_older_version_is_answered_with_a_conflict(case: Case) -> None:
    case.submit()
    seen = case.desk.petition(case.id).version
    first = case.acting(Capacity.MODERATOR, actor="m1", seen=seen).reject(case.id, ADVERT)
    assert isinstance(first, Petition)
    second = case.acting(Capacity.OFFICE, actor="m2", seen=seen).reject(case.id, LIBEL)
    assert second == Conflict(seen=seen, current=first)
    assert case.desk.petition(case.id) == first


# Reports and appeals


def test_a_report_counts_once_for_its_ground_until_it_is_settled(case: Case) -> None:
    case.open()
    reporter = case.acting(Capacity.PUBLIC, actor="r1")
    reporter.report(case.id, ground="advert", text="It sells.")
    reporter.report(case.id, ground="advert", text="Again.")
    reporter.report(case.id, ground="libel")
    case.acting(Capacity.PUBLIC, actor="r2").report(case.id, ground="advert")
    reports = case.desk.petition(case.id).reports
    assert [(r.by, r.ground) for r in reports] == [
        ("r1", "advert"),
        ("r1", "libel"),
        ("r2", "advert"),
    ]
    case.moderator.settle_reports(case.id, ground="advert")
    settled = [r.settled_at for r in case.desk.petition(case.id).reports]
    assert settled == [T0, None, T0]
    reporter.report(case.id, ground="advert")
    assert len(case.desk.petition(case.id).reports) == 4
    with pytest.raises(NotPermittedError):
        reporter.settle_reports(case.id, ground="libel")


def test_an_appeal_is_for_the_starter_once_and_in_time(case: Case) -> None:
    case.open()
    with pytest.raises(IllegalStepError, match="no restriction"):
        case.starter.appeal(case.id)
    case.moderator.reject(case.id, ADVERT)
    with pytest.raises(IllegalStepError, match="no appeal to decide"):
        case.office.decide_appeal(case.id, upheld=True)
    with pytest.raises(NotPermittedError):
        case.moderator.appeal(case.id)
    case.starter.appeal(case.id)
    assert appeal(case) is Appeal.PENDING
    with pytest.raises(IllegalStepError, match="already"):
        case.starter.appeal(case.id)
    case.office.decide_appeal(case.id, upheld=False)
    assert (appeal(case), case.state()) == (Appeal.DISMISSED, State.REJECTED)
    case.office.reject(case.id, LIBEL)
    assert appeal(case) is Appeal.NONE
    case.clock.go(7 * DAY)
    with pytest.raises(IllegalStepError, match="no restriction"):
        case.starter.appeal(case.id)


def appeal(case: Case) -> Appeal:
    found = case.desk.proceedings(case.id)
    assert found is not None
    return found.appeal


@pytest.mark.parametrize(
    ("before", "after"),
    [(Case.submit, State.GATHERING), (Case.open, State.OPEN)],
)
def test_an_appeal_that_is_upheld_lifts_the_restriction(
    case: Case, before: Callable[[Case], None], after: State
) -> None:
    before(case)
    case.moderator.reject(case.id, ADVERT)
    case.starter.appeal(case.id)
    case.office.decide_appeal(case.id, upheld=True)
    assert (appeal(case), case.state()) == (Appeal.UPHELD, after)


def test_without_a_term_there_is_no_appeal() -> None:
    case = begin(evolve(SPONSORED, moderation=Moderation(before_opening=True)))
    case.open()
    case.moderator.reject(case.id, ADVERT)
    with pytest.raises(IllegalStepError, match="no restriction"):
        case.starter.appeal(case.id)


def test_a_draft_is_rejected_without_a_policy_and_nobody_appeals(case: Case) -> None:
    case.moderator.reject(case.id, ADVERT)
    assert case.state() is State.REJECTED
    assert case.desk.proceedings(case.id) is None
    with pytest.raises(IllegalStepError, match="no restriction"):
        case.starter.appeal(case.id)


@pytest.mark.parametrize("aside", [State.HELD, State.DRAFT])
def test_sponsors_who_come_in_late_do_not_open_what_was_set_aside_or_sent_back(
    aside: State,
) -> None:
    case = begin(evolve(SPONSORED, moderation=Moderation()))
    case.submit()
    case.clock.go(2 * HOUR)
    if aside is State.HELD:
        case.office.hold(case.id)
    else:
        case.office.send_back(case.id)
    case.clock.go(HOUR)
    lines = [
        Submission(
            draft=SignatureDraft(name=name, email=f"{name}@example.org"), signed_at=T0 + HOUR
        )
        for name in ("bob", "cyd")
    ]
    taken = case.desk.intake(case.id, lines)
    assert all(isinstance(one, Accepted) for one in taken)
    assert case.state() is aside
    case.desk.tick()
    assert case.state() is aside


def test_a_response_is_awaited_as_long_as_its_threshold_stands_whether_or_not_a_job_came_by() -> (
    None
):
    threshold = Threshold(key="reply", level=2, effect="response", latch=Latch.UNTIL_OFFICIAL_ACT)
    case = begin(evolve(SPONSORED, thresholds=(threshold,)))
    case.open()
    case.sign("bob")
    cyd = case.sign("cyd")
    case.desk.tick()
    assert isinstance(cyd, Accepted)
    case.clock.go(HOUR)
    case.desk.withdraw(cyd.signature_id)
    found = case.desk.proceedings(case.id)
    assert found is not None
    assert found.response is Response.PENDING


# Its end, moved


def test_the_office_extends_a_deadline_and_never_shortens_it(case: Case) -> None:
    case.open()
    deadline = case.desk.standing(case.id).deadline
    assert deadline is not None
    with pytest.raises(InvalidValueError, match="later"):
        case.office.extend(case.id, until=deadline, authority="council")
    with pytest.raises(NotPermittedError):
        case.starter.extend(case.id, until=deadline + DAY, authority="council")
    case.office.extend(case.id, until=deadline + DAY, authority="council")
    assert case.desk.standing(case.id).deadline == deadline + DAY
    case.clock.go(deadline - T0)
    assert case.state() is State.OPEN


def test_an_end_that_was_moved_is_moved_by_later_pauses_only() -> None:
    case = begin(evolve(SPONSORED, pausing=Pausing(stops_clock=True)))
    case.open()
    case.desk.pause(case.id)
    case.clock.go(DAY)
    case.desk.unpause(case.id)
    paused_once = case.desk.standing(case.id).deadline
    assert paused_once is not None
    case.office.extend(case.id, until=paused_once + DAY, authority="council")
    assert case.desk.standing(case.id).deadline == paused_once + DAY
    case.desk.pause(case.id)
    case.clock.go(DAY)
    case.desk.unpause(case.id)
    assert case.desk.standing(case.id).deadline == paused_once + 2 * DAY


def test_a_closed_petition_is_opened_again_only_where_its_policy_lets(case: Case) -> None:
    case.open()
    case.desk.record_finding(case.id, "dissolution")
    assert case.state() is State.CLOSED
    case.clock.go(DAY)
    with pytest.raises(InvalidValueError, match="later"):
        case.office.reopen(case.id, until=T0, authority="court")
    case.office.reopen(case.id, until=T0 + 3 * DAY, authority="court")
    assert case.state() is State.OPEN, "what closed it is told, and closes it no second time"
    case.clock.go(2 * DAY)
    assert case.state() is State.CLOSED
    strict = begin(evolve(SPONSORED, moderation=Moderation(before_opening=True)))
    strict.open()
    strict.office.close(strict.id)
    with pytest.raises(NotPermittedError, match="does not let"):
        strict.office.reopen(strict.id, until=None, authority="court")


def test_its_starter_closes_or_withdraws_it(case: Case) -> None:
    case.open()
    case.starter.close(case.id, reason="done")
    assert case.desk.standing(case.id).status.reason == "done"
    other = begin()
    other.starter.withdraw_petition(other.id, reason="moot")
    assert other.state() is State.WITHDRAWN


# Owners, relations, news


def test_a_petition_changes_hands_with_both_consents(case: Case) -> None:
    bob = Party(kind=PartyKind.PERSON, name="Bob", reference="u2")
    receiver = case.acting(Capacity.RECEIVER, actor="u2")
    with pytest.raises(IllegalStepError, match="not been offered"):
        receiver.accept_transfer(case.id)
    case.starter.offer_transfer(case.id, bob)
    assert case.desk.petition(case.id).starter == STARTER
    with pytest.raises(NotPermittedError):
        case.starter.accept_transfer(case.id)
    receiver.accept_transfer(case.id)
    found = case.desk.petition(case.id)
    assert (found.starter, found.transfer) == (bob, None)
    case.starter.offer_transfer(case.id, STARTER)
    receiver.end_transfer(case.id)
    assert case.desk.petition(case.id).transfer is None
    assert kinds(case) == ["transfer_offered", "transfer_accepted", "transfer_offered"]


def test_tags_are_the_offices_and_a_fact_says_who_changed_them(case: Case) -> None:
    for _ in range(2):
        case.moderator.tag(case.id, ["trees", " parks "])
    found = case.desk.petition(case.id)
    assert found.tags == ("trees", "parks")
    told = [(fact.event, fact.actor, fact.subject) for fact in found.facts[-2:]]
    assert told[1] == (Event.TAGGED, "mod", "")
    assert told[0][0] is not Event.TAGGED
    case.moderator.tag(case.id, ["trees"])
    listed = {tag: case.desk.search(Search(tag=tag)) for tag in ("trees", "parks")}
    assert [one.petition_id for one in listed["trees"]] == [case.id]
    assert list(listed["parks"]) == []
    with pytest.raises(NotPermittedError):
        case.starter.tag(case.id, [])
    with pytest.raises(InvalidValueError):
        case.moderator.tag(case.id, ["trees", "trees"])


def test_a_relation_is_said_once_and_never_to_itself(case: Case) -> None:
    other = case.desk.start(texts=[ENGLISH])
    relation = Relation(kind=RelationKind.DUPLICATE_OF, petition_id=other.id)
    for _ in range(2):
        case.moderator.relate(case.id, relation)
    found = case.desk.petition(case.id)
    assert found.related == (relation,)
    assert len([fact for fact in found.facts if fact.event is Event.RELATED]) == 1
    with pytest.raises(InvalidValueError):
        case.moderator.relate(case.id, evolve(relation, petition_id=case.id))


def test_similar_petitions_of_the_office_come_most_similar_first(case: Case) -> None:
    def start(title: str, office: str = "") -> UUID:
        text = PetitionText(language="en", title=title)
        return case.desk.start(texts=[text], office=office).id

    near = start("Keep the old park")
    far = start("Keep the library open")
    start("Build a bridge")
    start("Keep the park", office="elsewhere")
    found = case.moderator.similar(case.id)
    assert [one.petition_id for one in found] == [near, far]
    assert found[0].words == ("keep", "park", "the")
    assert case.moderator.similar(case.id, limit=1) == found[:1]


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=5))
def test_likeness_lies_between_nothing_and_the_same(title: str, others: list[str]) -> None:
    def text(words: str) -> PetitionText:
        return PetitionText(language="en", title=f"park {''.join(filter(str.isalnum, words))}")

    among = [(UUID(int=n), text(words)) for n, words in enumerate([title, *others])]
    found = by_words(text(title), among, limit=10)
    assert all(0 < one.likeness <= 1 for one in found)
    assert found[0].likeness == pytest.approx(1)
    assert len(found) == len(among)


def test_news_reach_their_audience_by_a_notice(case: Case) -> None:
    case.open()
    case.starter.announce(
        case.id, key="one", subject="We are 10", body="Soon more.", audience=Audience.SUPPORTERS
    )
    [update] = case.desk.petition(case.id).updates
    assert update == Update(
        key="one", at=T0, subject="We are 10", body="Soon more.", audience=Audience.SUPPORTERS
    )
    notice = case.desk.notices(limit=100)[-1]
    assert (notice.kind, notice.subject) == ("updated", "one")
    with pytest.raises(InvalidValueError):
        case.starter.announce(case.id, key="one", subject="Again")
    with pytest.raises(InvalidValueError, match="at most 150"):
        case.starter.announce(case.id, key="two", subject="x" * 151)


# Addressees


def machines(case: Case) -> tuple[Response, Debate, Victory]:
    found = case.desk.proceedings(case.id)
    assert found is not None
    return found.response, found.debate, found.victory


def test_an_answer_can_be_taken_back(case: Case) -> None:
    case.open()
    addressee = case.acting(Capacity.ADDRESSEE, actor="council")
    for name in ("bob", "cyd"):
        case.sign(name)
    assert machines(case)[0] is Response.AWAITING  # the threshold of two
    case.office.deliver(case.id, "council", Delivery(at=T0, count=2))
    addressee.answer(case.id, "council", Answer(at=T0, summary="No."))
    assert machines(case)[0] is Response.RESPONDED
    case.clock.go(HOUR)
    case.office.retract_answer(case.id, "council")
    assert machines(case)[0] is Response.AWAITING
    assert case.desk.petition(case.id).addressees[0].answer is None


def test_a_debate_is_awaited_scheduled_and_took_place_once_its_day_is_over(case: Case) -> None:
    case.open()
    assert machines(case)[:2] == (Response.PENDING, Debate.PENDING)
    for name in ("bob", "cyd", "dan", "eve"):
        case.sign(name)
    assert machines(case)[1] is Debate.AWAITING
    case.office.schedule_debate(case.id, date(2026, 3, 3))
    assert machines(case)[1] is Debate.SCHEDULED
    case.clock.go(2 * DAY)
    assert machines(case)[1] is Debate.SCHEDULED, "its day is not over"
    case.clock.go(DAY)
    assert machines(case)[1] is Debate.DEBATED
    case.office.cancel_debate(case.id)
    assert machines(case)[1] is Debate.AWAITING
    case.office.schedule_debate(case.id, date(2026, 3, 4))
    assert machines(case)[1] is Debate.DEBATED, "set for the day on which it was set"
    case.clock.go(HOUR)
    case.office.record_debate(case.id, held=False)
    assert machines(case)[1] is Debate.NOT_DEBATED


def test_a_debate_of_a_draft_is_no_step(case: Case) -> None:
    with pytest.raises(IllegalStepError):
        case.office.schedule_debate(case.id, date(2026, 3, 3))


def test_a_victory_is_claimed_by_one_side_and_ruled_on_by_the_other(case: Case) -> None:
    case.open()
    with pytest.raises(IllegalStepError, match="nobody has claimed"):
        case.office.rule_on_victory(case.id, confirmed=True)
    case.starter.claim_victory(case.id)
    assert machines(case)[2] is Victory.CLAIMED
    addressee = case.acting(Capacity.ADDRESSEE)
    addressee.rule_on_victory(case.id, confirmed=False)
    assert machines(case)[2] is Victory.DENIED
    addressee.rule_on_victory(case.id, confirmed=True)
    assert machines(case)[2] is Victory.CONFIRMED


# Who sees it, and how long it has waited


def test_a_petition_in_the_queue_is_recent_then_nearly_overdue_then_overdue() -> None:
    case = begin(evolve(SPONSORED, sponsoring=None))
    case.submit()
    for passed, age in (
        (timedelta(), QueueAge.RECENT),
        (11 * DAY, QueueAge.RECENT),
        (11 * DAY + HOUR, QueueAge.NEARLY_OVERDUE),
        (14 * DAY, QueueAge.NEARLY_OVERDUE),
        (14 * DAY + HOUR, QueueAge.OVERDUE),
    ):
        found = case.desk.proceedings(case.id, at=T0 + passed)
        assert found is not None
        assert found.queue_age is age
    case.moderator.approve(case.id)
    opened = case.desk.proceedings(case.id)
    assert opened is not None
    assert (opened.queue_age, opened.publicity) == (None, Publicity.PUBLIC)


def test_what_was_never_open_is_hidden_and_what_was_is_gone(case: Case) -> None:
    def seen() -> Publicity:
        found = case.desk.proceedings(case.id)
        assert found is not None
        return found.publicity

    case.submit()
    assert seen() is Publicity.BY_LINK
    case.office.hide(case.id, LIBEL)
    assert seen() is Publicity.OFFICE
    case.office.approve(case.id)
    assert seen() is Publicity.PUBLIC
    case.office.hide(case.id, LIBEL)
    assert seen() is Publicity.GONE


# Values


def test_values_of_moderation_refuse_what_contradicts() -> None:
    with pytest.raises(InvalidValueError, match="grounds: is there more than once"):
        Moderation(grounds=(Ground(key="a"), Ground(key="a")))
    with pytest.raises(InvalidValueError, match="explanation: has 4001"):
        Reasons(ground="a", explanation="x" * 4001)
    with pytest.raises(InvalidValueError, match="text: has 4001"):
        Report(by="r", ground="a", at=T0, text="x" * 4001)
    with pytest.raises(InvalidValueError, match="early_end_by"):
        Closing(early_end_by=(Capacity.PUBLIC,))
    with pytest.raises(InvalidValueError, match="thresholds: is there more than once"):
        evolve(SPONSORED, thresholds=(Threshold(key="sponsors", level=1),))
    assert Moderation().material_edits is MaterialEdits.BEFORE_OPENING
