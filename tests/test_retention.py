"""Retention: when a rule is due, what a plan says, and that carrying it out forgets people only."""

import copy
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.civil import Duration
from petitionkit.codec import from_json, from_toml, to_json
from petitionkit.errors import InvalidValueError
from petitionkit.facts import Event, State
from petitionkit.form import Demand, Form, FormField
from petitionkit.outcomes import Erased
from petitionkit.policy import Policy
from petitionkit.retention import ErasureRecord, Retention, RetentionRule, Whom
from petitionkit.retention_plan import HOLD, due_from, on_hold
from petitionkit.rules import Passed, Which
from petitionkit.signature import SignatureDraft, Submission, Visibility
from petitionkit.tally import Tally
from samples import DAY, DEADLINE, POLICY, T0, Office, fact, opened, petition

AFTER_A_MONTH = RetentionRule(
    key="signers", when=Passed(passed=Duration(months=1), since=("closed",))
)
STARTER = evolve(AFTER_A_MONTH, key="starter", whom=Whom.STARTER)
FORM = Form(locality=Demand.OPTIONAL, comment=Demand.OPTIONAL)


def kept_for(*rules: RetentionRule, form: Form = FORM) -> Policy:
    return evolve(POLICY, form=form, retention=Retention(rules=rules))


def office_with(*rules: RetentionRule) -> Office:
    """Two who have signed and one who never confirmed; the petition is over for two months."""
    office = Office(policy=kept_for(*rules)).publish()
    for name, seen in (("Anna Berg", "public"), ("Bo Berg", "nobody")):
        draft = SignatureDraft(
            name=name, email=f"{name[:2]}@example.org", locality="Bath", visibility=seen
        )
        office.desk.intake(office.id, [Submission(draft=draft)])
    office.sign("cem@example.org", "Cem")
    office.clock.go(90 * DAY)
    return office


def names(office: Office) -> list[str]:
    return [one.signature.particulars.name for one in office.store.signatures(office.id)]


def apply(office: Office) -> list[ErasureRecord]:
    return list(office.desk.apply_retention(office.desk.plan_retention()))


def test_a_plan_says_what_would_go_and_does_nothing() -> None:
    office = office_with(AFTER_A_MONTH, STARTER)
    plan = office.desk.plan_retention()
    [signers, starter] = plan.erasures
    assert (signers.rule.key, signers.signatures, signers.held) == ("signers", 2, "")
    assert signers.due_at == DEADLINE + timedelta(days=30)  # 1 April and a month
    assert (starter.rule.key, starter.signatures) == ("starter", 0)
    assert names(office) == ["Anna Berg", "Bo Berg"]
    assert office.desk.plan_retention(signers.due_at - timedelta(microseconds=1)).erasures == ()
    assert len(office.desk.plan_retention(signers.due_at).erasures) == 2


def test_figures_stay_when_people_go() -> None:
    office = office_with(AFTER_A_MONTH, STARTER)
    desk = office.desk
    desk.tick()

    def figures() -> tuple[object, ...]:
        standing = desk.standing(office.id)
        return (
            desk.counts(office.id),
            desk.daily(office.id),
            desk.hourly(office.id),
            standing.thresholds,
            standing.supporters,
            office.store.tally(office.id),
        )

    before = figures()
    records = apply(office)
    assert [(one.rule.key, one.signatures) for one in records if one.rule] == [
        ("signers", 2),
        ("starter", 0),
    ]
    assert figures() == before
    assert names(office) == ["", ""]
    assert desk.petition(office.id).starter is None
    assert office.store.telling_attempts(office.id) == 0
    # It is done, and doing it again does nothing.
    assert desk.plan_retention().erasures == ()
    assert apply(office) == []
    assert office.store.petition(office.id).first(Event.FOUND, "claims_erased") is not None


def test_a_plan_that_was_made_before_is_evaluated_again() -> None:
    office = office_with(AFTER_A_MONTH, STARTER)
    plan = office.desk.plan_retention()
    assert len(list(office.desk.apply_retention(plan))) == 2
    assert list(office.desk.apply_retention(plan)) == []


def test_what_is_not_due_yet_is_not_done_however_far_a_plan_looks() -> None:
    office = office_with(AFTER_A_MONTH)
    office.clock.now = DEADLINE + DAY
    plan = office.desk.plan_retention(office.clock.now + 90 * DAY)
    assert len(plan.erasures) == 1
    assert list(office.desk.apply_retention(plan)) == []
    office.clock.go(90 * DAY)
    assert len(list(office.desk.apply_retention(plan))) == 1


def test_a_rule_that_the_policy_no_longer_has_is_not_carried_out() -> None:
    office = office_with(AFTER_A_MONTH)
    plan = office.desk.plan_retention()
    other = evolve(plan, erasures=(evolve(plan.erasures[0], rule=STARTER),))
    assert list(office.desk.apply_retention(other)) == []
    office.desk.start(texts=office.desk.petition(office.id).texts)  # a draft without a policy
    assert len(office.desk.plan_retention().erasures) == 1
    draft = office.desk.start(texts=office.desk.petition(office.id).texts).id
    none = evolve(plan, erasures=(evolve(plan.erasures[0], petition_id=draft),))
    assert list(office.desk.apply_retention(none)) == []


def test_who_is_on_hold_is_skipped_and_nobody_else() -> None:
    office = office_with(AFTER_A_MONTH)
    first = office.id
    office.clock.now = T0
    office.id = office.desk.start(texts=office.desk.petition(first).texts).id
    office.publish()
    office.signed("dora@example.org", "Dora")
    office.clock.go(90 * DAY)
    office.desk.record_finding(first, HOLD, source="court")
    held = {one.petition_id: one.held for one in office.desk.plan_retention().erasures}
    assert held == {first: HOLD, office.id: ""}
    assert [one.petition_id for one in apply(office)] == [office.id]
    assert names(office) == [""]
    office.id = first
    assert names(office) == ["Anna Berg", "Bo Berg"]
    office.clock.go(DAY)
    office.desk.record_finding(first, HOLD, value=0)
    assert [one.petition_id for one in apply(office)] == [first]


def test_claims_stay_while_a_petition_that_counts_the_same_people_runs() -> None:
    office = Office(policy=kept_for(AFTER_A_MONTH))
    texts = office.desk.petition(office.id).texts
    [first, second] = [office.desk.start(texts=texts, realm="both").id for _ in range(2)]
    office.id = first
    office.publish()
    office.signed("anna@example.org")
    office.clock.go(90 * DAY)
    office.id = second
    office.publish()
    [planned] = office.desk.plan_retention().erasures
    assert planned.held == "shared_realm"
    assert apply(office) == []
    office.clock.go(90 * DAY)
    assert [one.petition_id for one in apply(office)] == [first]


def test_a_rule_may_reduce_some_and_erase_others() -> None:
    public = evolve(
        AFTER_A_MONTH,
        key="public",
        visible_to=(Visibility.PUBLIC,),
        keeps=(FormField.NAME, FormField.LOCALITY),
    )
    rest = tuple(seen for seen in Visibility if seen is not Visibility.PUBLIC)
    hidden = evolve(AFTER_A_MONTH, key="hidden", visible_to=rest)
    office = office_with(public, hidden)
    assert [one.signatures for one in apply(office)] == [1, 1]
    kept = [one.signature.particulars for one in office.store.signatures(office.id)]
    assert [(who.name, who.locality, who.email) for who in kept] == [
        ("Anna Berg", "Bath", ""),
        ("", "", ""),
    ]
    assert apply(office) == []


def test_more_than_a_batch_is_erased_and_one_that_was_stopped_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("petitionkit.erasure_desk._BATCH", 1)
    office = office_with(AFTER_A_MONTH)
    sign = office.store.sign
    written: list[int] = []

    def killed(*arguments: object) -> object:
        if written:
            raise KeyboardInterrupt
        written.append(1)
        return sign(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(office.store, "sign", killed)
        with pytest.raises(KeyboardInterrupt):
            apply(office)
    assert names(office) == ["", "Bo Berg"]
    [record] = apply(office)
    assert record.signatures == 1
    assert names(office) == ["", ""]


def backup_of(office: Office) -> Callable[[], None]:
    """Remember the store as it is; calling what is returned restores it."""
    parts = {k: v for k, v in vars(office.store).items() if k != "_lock"}
    saved = copy.deepcopy(parts)
    return lambda: vars(office.store).update(copy.deepcopy(saved))


def test_after_a_restored_backup_the_records_erase_again() -> None:
    office = office_with(AFTER_A_MONTH, STARTER)
    restore = backup_of(office)
    records = [from_json(ErasureRecord, to_json(one)) for one in apply(office)]
    restore()
    assert names(office) == ["Anna Berg", "Bo Berg"]
    assert office.desk.replay_erasures(records) == 2
    assert names(office) == ["", ""]
    assert office.desk.petition(office.id).starter is None
    assert office.desk.replay_erasures(records) == 0


def test_what_was_erased_of_one_signer_is_erased_again_and_counts_as_it_did() -> None:
    office = Office(policy=kept_for(AFTER_A_MONTH)).publish()
    early, late = office.signed("anna@example.org"), office.signed("bo@example.org")
    restore = backup_of(office)
    first = office.desk.erase(early)
    office.clock.go(50 * DAY)
    second = office.desk.erase(late)
    assert isinstance(first, Erased)
    assert isinstance(second, Erased)
    restore()
    office.clock.now = T0 + DAY  # the backup is of a day on which the petition was open
    records = (first.record, second.record)
    assert office.desk.replay_erasures(records) == 2
    kept = [one.signature for one in office.store.signatures(office.id)]
    assert [(one.erased, one.live) for one in kept] == [(True, False), (True, True)]
    assert office.desk.replay_erasures(records) == 0
    # Whoever still counts holds their claims while the petition runs.
    office.sign("bo@example.org")
    assert office.desk.notices()[-1].kind == "already_signed"


def test_a_rule_replayed_on_a_petition_that_runs_keeps_its_claims() -> None:
    office = Office(policy=kept_for(AFTER_A_MONTH)).publish()
    office.signed("anna@example.org")
    record = ErasureRecord(at=T0, petition_id=office.id, rule=AFTER_A_MONTH)
    assert office.desk.replay_erasures([record]) == 1
    office.sign("anna@example.org")
    assert office.desk.notices()[-1].kind == "already_signed"
    assert office.supporters == 1


def test_records_of_what_a_backup_does_not_know_are_passed_over() -> None:
    office = Office(policy=kept_for(AFTER_A_MONTH)).publish()
    known = ErasureRecord(at=T0, petition_id=office.id, signature_id=office.id)
    unknown = evolve(known, petition_id=UUID(int=1))
    assert office.desk.replay_erasures([known, unknown, evolve(known, signature_id=None)]) == 0


def test_states_and_events_decide_when_a_rule_is_due() -> None:
    policy = kept_for(AFTER_A_MONTH)
    closed = fact(Event.CLOSED, DEADLINE)
    ended = petition(opened(), closed)
    month = DEADLINE + timedelta(days=30)

    def due(rule: RetentionRule, *facts: object) -> object:
        told = ended.with_facts(*facts)  # type: ignore[arg-type]
        return due_from(told, policy, rule, Tally(), month + 90 * DAY)

    assert due(AFTER_A_MONTH) == month
    only_hidden = evolve(AFTER_A_MONTH, states=(State.HIDDEN,))
    assert due(only_hidden) is None
    assert due(only_hidden, fact(Event.HIDDEN, month)) == month
    both = ("closed", "answered")
    later = evolve(AFTER_A_MONTH, when=Passed(passed=Duration(months=1), since=both))
    assert due(later) is None
    answered = fact(Event.ANSWERED, month)
    assert due(later, answered) == month + timedelta(days=31)  # May has 31 days
    earlier = evolve(later, when=evolve(later.when, which=Which.EARLIER))
    assert due(earlier, answered) == due(earlier) == month
    never = evolve(AFTER_A_MONTH, when=Passed(passed=Duration(months=1), since=("debated",)))
    assert due(never) is None


def test_a_petition_that_was_opened_again_starts_anew() -> None:
    policy = kept_for(AFTER_A_MONTH)
    reopened = fact(Event.REOPENED, DEADLINE + DAY, until=DEADLINE + 9 * DAY)
    again = fact(Event.CLOSED, DEADLINE + 9 * DAY)
    told = petition(opened(), fact(Event.CLOSED, DEADLINE), reopened)
    assert due_from(told, policy, AFTER_A_MONTH, Tally(), DEADLINE + 2 * DAY) is None
    told = told.with_facts(again)
    due = due_from(told, policy, AFTER_A_MONTH, Tally(), DEADLINE + 99 * DAY)
    assert due == DEADLINE + 9 * DAY + timedelta(days=30)


def test_a_hold_holds_until_it_is_lifted() -> None:
    plain = petition(opened())
    held = plain.with_facts(evolve(fact(Event.FOUND, T0, subject=HOLD), numbers=(("value", 1),)))
    lifted = held.with_facts(
        evolve(fact(Event.FOUND, T0 + DAY, subject=HOLD), numbers=(("value", 0),))
    )
    assert [on_hold(one) for one in (plain, held, lifted)] == [False, True, False]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("states = ['open']", "states unknown_choice"),
        ("states = []", "states unknown_choice"),
        ("visible_to = []", "visible_to required"),
        ("keeps = ['email']", "keeps unknown_choice"),
        ("whom = 'starter'\nkeeps = ['name']", "whom misplaced"),
        ("whom = 'starter'\nvisible_to = ['public']", "whom misplaced"),
        ("", ""),
    ],
)
def test_a_rule_erases_nobody_while_people_sign(line: str, found: str) -> None:
    text = (
        "name = 'a'\nversion = '1'\n[[retention.rules]]\nkey = 'x'\n"
        f"when = {{ passed = {{ months = 6 }}, since = ['closed'] }}\n{line}\n"
    )
    refused: list[str] = []
    try:
        from_toml(Policy, text)
    except InvalidValueError as error:
        refused = [f"{one.field} {one.code}" for one in error.problems]
    assert refused == [f"retention.rules.0.{found}"] * bool(found)


def test_two_rules_of_one_key_are_refused() -> None:
    with pytest.raises(InvalidValueError) as refused:
        kept_for(AFTER_A_MONTH, AFTER_A_MONTH)
    assert [one.field for one in refused.value.problems] == ["retention.rules"]
