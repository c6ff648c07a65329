"""The same history, lived with ticks sprinkled in and without any, ends in equal standings."""

from datetime import timedelta
from typing import Literal

from attrs import evolve, frozen
from hypothesis import event, given, settings
from hypothesis import strategies as st

from petitionkit.civil import Duration
from petitionkit.clauses import Threshold, Window
from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.facts import State
from petitionkit.form import Confirmation, Counting
from petitionkit.moderation import Capacity
from petitionkit.outcomes import Accepted, Confirmed, Received, Refused
from petitionkit.parties import PartyKind
from petitionkit.petition import CountEffect, DeclaredCount, Edit
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.standing import Standing
from samples import GERMAN, NO_MAIL, POLICY, Office

Verb = Literal["sign", "confirm", "hand in", "withdraw", "declare", "close", "retract", "edit"]


@frozen
class Step:
    verb: Verb
    hours: int
    which: int
    amount: int
    effect: CountEffect
    ticks: bool


SHORT = Window(duration=Duration(days=2))
LEVELS = (
    Threshold(key="one", level=1),
    Threshold(key="two", level=2),
    Threshold(key="four", level=4),
    Threshold(key="six", level=6),
    Threshold(key="bodies", level=2, counter="organisations"),
)
POLICIES = [
    evolve(POLICY, window=SHORT, thresholds=LEVELS, confirmation=Confirmation(grace_hours=12)),
    evolve(NO_MAIL, window=Window(), thresholds=LEVELS),
    evolve(
        NO_MAIL,
        window=SHORT,
        thresholds=LEVELS,
        counting=Counting(supporters=(PartyKind.PERSON,)),
    ),
]
COMMON: list[Verb] = ["sign", "confirm", "hand in", "withdraw", "declare"]
VERBS: list[Verb] = [*COMMON * 4, "close", "retract", "edit"]
STEPS = st.builds(
    Step,
    verb=st.sampled_from(VERBS),
    hours=st.sampled_from([0, 0, 1, 5, 12]),
    which=st.integers(0, 5),
    amount=st.integers(0, 6),
    effect=st.sampled_from(CountEffect),
    ticks=st.booleans(),
)


class Life:
    """One petition's life; counts by hand what must stand in the counters."""

    def __init__(self, policy: Policy, *, backdated: bool) -> None:
        self.office = Office(policy=policy).publish()
        self.backdated = backdated
        self.live: dict[object, PartyKind] = {}
        self.received: list[Received] = []
        self.answers: list[object] = []

    def state(self) -> State:
        return self.office.desk.standing(self.office.id).status.state

    def take(self, step: Step) -> None:
        before = self.state()
        counted = len(self.live)
        try:
            self._do(step)
        except (IllegalStepError, InvalidValueError) as error:
            self.answers.append(type(error))
        if before in (State.CLOSED, State.WITHDRAWN):
            event(f"{step.verb} when {before}")
            assert len(self.live) <= counted or step.verb in ("confirm", "hand in")

    def _do(self, step: Step) -> None:  # noqa: C901, PLR0912 (one case for each verb)
        office, desk, now = self.office, self.office.desk, self.office.clock.now
        kind = PartyKind.ORGANISATION if step.which > 3 else PartyKind.PERSON
        name = f"Name {'ABCDEF'[step.which]}"
        draft = SignatureDraft(name=name, email=f"n{step.which}@example.org", kind=kind)
        match step.verb:
            case "sign":
                outcome = desk.sign(office.id, draft)
                self.answers.append(outcome)
                if isinstance(outcome, Received):
                    self.received.append(outcome)
                else:
                    assert self.state() is not State.OPEN
                if not office.policy.confirmation.by_mail:
                    self._look()
            case "confirm":
                tokens = [
                    letter.token
                    for notice in desk.notices()
                    if (letter := desk.letter(notice)) is not None and letter.token
                ]
                if tokens:
                    self.answers.append(type(desk.confirm(tokens[step.which % len(tokens)])))
                    self._look()
            case "hand in":
                signed_at = now - timedelta(hours=step.amount if self.backdated else 0)
                submission = Submission(draft=draft, signed_at=signed_at)
                [taken] = desk.intake(office.id, [submission])
                self.answers.append(type(taken))
                if isinstance(taken, Accepted):
                    closed = desk.standing(office.id, at=signed_at)
                    assert closed.status.state is State.OPEN
                self._look()
            case "withdraw":
                signatures = office.store.signatures(office.id)
                if signatures:
                    signature = signatures[step.which % len(signatures)].signature
                    self.answers.append(type(desk.withdraw(signature.id)))
                    self._look()
            case "declare":
                as_of = now - timedelta(hours=step.amount)
                desk.declare(
                    office.id,
                    DeclaredCount(
                        counter="supporters",
                        amount=step.amount,
                        source="ab"[step.which % 2],
                        as_of=as_of,
                        recorded_at=now,
                        effect=step.effect,
                    ),
                )
            case "close":
                desk.acting(Capacity.OFFICE).close(office.id)
            case "retract":
                desk.acting(Capacity.OFFICE).withdraw_petition(office.id)
            case "edit":
                versions = [t for t in desk.petition(office.id).texts if t.language == "de"]
                text = evolve(GERMAN, version=len(versions) + 1, edit=Edit.EDITORIAL)
                desk.acting(Capacity.OFFICE).change_text(office.id, text)

    def _look(self) -> None:
        """Read the rows: what is counted must be what is there."""
        rows = [n.signature for n in self.office.store.signatures(self.office.id)]
        self.live = {row.id: row.particulars.kind for row in rows if row.live}
        tally = self.office.store.tally(self.office.id)
        counted = self.office.policy.counting.supporters
        persons = sum(kind is PartyKind.PERSON for kind in self.live.values())
        assert tally.count("persons") == persons
        assert tally.count("organisations") == len(self.live) - persons
        assert tally.count("supporters") == sum(kind in counted for kind in self.live.values())


def lived(
    policy: Policy, steps: list[Step], *, ticking: bool, backdated: bool = True
) -> tuple[Standing, Life]:
    life = Life(policy, backdated=backdated)
    for step in steps:
        life.office.clock.go(timedelta(hours=step.hours))
        if ticking and step.ticks:
            life.office.desk.tick()
        life.take(step)
        if ticking and step.ticks:
            life.office.desk.tick()
    return life.office.desk.standing(life.office.id), life


@given(st.sampled_from(POLICIES), st.lists(STEPS, max_size=25))
@settings(max_examples=250)
def test_ticking_or_not_changes_no_standing_and_no_answer(
    policy: Policy, steps: list[Step]
) -> None:
    silent, without = lived(policy, steps, ticking=False, backdated=False)
    ticked, with_ticks = lived(policy, steps, ticking=True, backdated=False)
    assert ticked == silent
    assert with_ticks.answers == without.answers
    without.office.desk.tick()
    settled = without.office.desk.standing(without.office.id)
    assert settled == silent


@given(st.sampled_from(POLICIES), st.lists(STEPS, max_size=25))
@settings(max_examples=100)
def test_lines_signed_earlier_may_date_a_threshold_back_only_until_it_is_recorded(
    policy: Policy, steps: list[Step]
) -> None:
    # A roll handed in late can show that a level was reached before anybody knew; once it stands
    # in a fact, the instant is not touched again.
    silent, without = lived(policy, steps, ticking=False)
    ticked, with_ticks = lived(policy, steps, ticking=True)
    assert evolve(ticked, thresholds=()) == evolve(silent, thresholds=())
    assert with_ticks.answers == without.answers
    for late, early in zip(ticked.thresholds, silent.thresholds, strict=True):
        assert (late.key, late.count, late.missing) == (early.key, early.count, early.missing)
        assert (late.reached_at is None) is (early.reached_at is None)


@given(st.sampled_from(POLICIES), st.lists(STEPS, max_size=25))
@settings(max_examples=100)
def test_a_tick_leaves_nothing_due_and_a_second_one_does_nothing(
    policy: Policy, steps: list[Step]
) -> None:
    _, life = lived(policy, steps, ticking=False)
    desk = life.office.desk
    first = desk.tick()
    assert not first.more
    facts = desk.petition(life.office.id).facts
    notices = list(desk.notices())
    again = desk.tick()
    assert (again.settled, again.more, again.next_at) == (0, False, first.next_at)
    assert desk.petition(life.office.id).facts == facts
    assert list(desk.notices()) == notices


@given(st.sampled_from(POLICIES), st.lists(STEPS, max_size=25))
@settings(max_examples=100)
def test_a_received_answer_equals_every_other(policy: Policy, steps: list[Step]) -> None:
    _, life = lived(policy, steps, ticking=False)
    for answer in life.received:
        assert answer == Received()
        assert repr(answer) == "Received(remarks=())"


@given(st.sampled_from(POLICIES), st.lists(STEPS, max_size=20), st.booleans())
@settings(max_examples=150)
def test_a_closed_petition_takes_no_new_signature(
    policy: Policy,
    steps: list[Step],
    ticked: bool,  # noqa: FBT001
) -> None:
    _, life = lived(policy, steps, ticking=ticked)
    office, desk = life.office, life.office.desk
    if life.state() is State.OPEN:
        desk.acting(Capacity.OFFICE).close(office.id)
    before = desk.standing(office.id).supporters
    rows = len(office.store.signatures(office.id))
    for name in ("Anna", "n0"):
        outcome = desk.sign(office.id, SignatureDraft(name=name, email=f"{name}@example.org"))
        assert isinstance(outcome, Refused)
        assert outcome.problems[0].code in ("petition.closed", "petition.withdrawn")
        draft = SignatureDraft(name=name, email=f"{name}@example.org")
        assert isinstance(desk.intake(office.id, [Submission(draft=draft)])[0], Refused)
    assert desk.standing(office.id).supporters == before
    assert len(office.store.signatures(office.id)) == rows


@given(st.lists(st.integers(0, 3), max_size=12), st.lists(st.integers(0, 3), max_size=12))
def test_a_link_opened_any_number_of_times_makes_one_signature(
    signers: list[int], clicks: list[int]
) -> None:
    office = Office().publish()
    answers = [
        office.desk.sign(office.id, SignatureDraft(name="Anna", email=f"N{n}+{place}@Example.org"))
        for place, n in enumerate(signers)
    ]
    assert set(answers) <= {Received()}
    tokens = [
        letter.token
        for notice in office.desk.notices()
        if (letter := office.desk.letter(notice)) is not None
    ]
    first: dict[str, object] = {}
    confirmed = set()
    for click in clicks:
        if not tokens:
            break
        place = click % len(tokens)
        outcome = office.desk.confirm(tokens[place])
        if isinstance(outcome, Confirmed):
            assert first.setdefault(tokens[place], outcome) == outcome
            confirmed.add(signers[place])
        else:
            assert signers[place] in confirmed
    assert office.supporters == len(confirmed)
