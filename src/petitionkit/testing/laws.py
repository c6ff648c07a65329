"""The laws of petitions, for anybody's policy, as tests that say what broke.

``policy_laws`` makes a test case of them. Each law draws people who fit the policy's form and
lives of a petition under it. What the policy should say is not known here: a wrong deadline
that keeps the laws is for its own tests to find.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import ClassVar
from unittest import TestCase
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitionkit.civil import Duration
from petitionkit.clauses import Latch
from petitionkit.codec import from_json, from_toml, to_json, to_toml
from petitionkit.desk import Desk
from petitionkit.facts import State
from petitionkit.outcomes import Refused
from petitionkit.petition import CountEffect
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft
from petitionkit.status import may_sign, status
from petitionkit.testing.bench import everything
from petitionkit.testing.policy_life import PolicyLife, Trial, nothing, trial_of
from petitionkit.testing.strategies.lives import Step, steps
from petitionkit.testing.strategies.people import BrokenDraft, broken_drafts, drafts

__all__ = ["policy_laws"]

_OVER = (State.CLOSED, State.WITHDRAWN)
_HOURS = (0, 0, 1, 30, 24 * 20, 24 * 200)
_TICK = timedelta(microseconds=1)
_FAR = timedelta(days=4000)
_HISTORIES = steps("amend", size=10, hours=_HOURS)
_PLACES = st.frozensets(st.integers(0, 10))
_PARTS = st.floats(0, 0.999)


class _PolicyLaws(TestCase):
    """The laws under one policy; made by ``policy_laws``."""

    trial: ClassVar[Trial]
    examples: ClassVar[int]

    def prove(self, law: Callable[..., None], *drawn: st.SearchStrategy[object]) -> None:
        """Try a law on people who fit the form, and on what else it wants drawn."""
        fitting = drafts(self.trial.policy, at=self.trial.opened_at)
        people = st.lists(fitting, min_size=6, max_size=6)
        tried = settings(
            max_examples=self.examples,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )
        tried(given(people, *drawn)(law))()

    def test_it_is_read_back_as_it_was_written(self) -> None:
        policy = self.trial.policy
        assert from_json(Policy, to_json(policy)) == policy
        assert from_toml(Policy, to_toml(policy)) == policy

    def test_a_petition_can_open_and_be_signed(self) -> None:
        def law(people: list[SignatureDraft]) -> None:
            life = self.trial.open(people)
            assert life.state is State.OPEN, f"it is {life.state}: see prepare of policy_laws"
            assert life.standing().signing.answer

        self.prove(law)

    def test_whoever_fits_the_form_counts_once(self) -> None:
        def law(people: list[SignatureDraft], who: int) -> None:
            life = self.trial.open(people)
            before = len(life.standing_signatures)
            answer = life.sign(who)
            assert len(life.standing_signatures) == before + 1, f"they were answered {answer!r}"
            life.sign(who)
            assert len(life.standing_signatures) == before + 1, "they signed twice and count twice"

        self.prove(law, st.integers(0, 5))

    def test_a_refused_draft_is_told_all_that_is_wrong_and_leaves_no_trace(self) -> None:
        def law(people: list[SignatureDraft], broken: BrokenDraft) -> None:
            life = self.trial.open(people)
            before = everything(life.store)
            answer = life.desk.sign(life.id, broken.draft)
            assert isinstance(answer, Refused), f"it was answered {answer!r}"
            assert broken.problems <= {(one.field, one.code) for one in answer.problems}
            assert everything(life.store) == before

        self.prove(law, broken_drafts(self.trial.policy, at=self.trial.opened_at))

    def test_the_counts_are_those_of_the_signatures_that_stand(self) -> None:
        def law(people: list[SignatureDraft], history: list[Step]) -> None:
            life = self._lived(people, history)
            tally, live = life.store.tally(life.id), life.standing_signatures
            for counter in {name for one in live for name in one.counters}:
                assert tally.count(counter) == sum(counter in one.counters for one in live)

        self.prove(law, _HISTORIES)

    def test_when_jobs_run_changes_no_standing_and_no_answer(self) -> None:
        def law(people: list[SignatureDraft], history: list[Step], ticks: frozenset[int]) -> None:
            silent, ticked = self._lived(people, history), self._lived(people, history, ticks)
            assert ticked.answers == silent.answers
            assert ticked.standing() == silent.standing()

        self.prove(law, _HISTORIES, _PLACES)

    def test_a_second_tick_finds_nothing_to_do(self) -> None:
        def law(people: list[SignatureDraft], history: list[Step]) -> None:
            life = self._lived(people, history)
            first = life.desk.tick()
            facts = life.desk.petition(life.id).facts
            again = life.desk.tick()
            assert (again.settled, again.next_at) == (0, first.next_at)
            assert life.desk.petition(life.id).facts == facts

        self.prove(law, _HISTORIES)

    def test_what_is_said_holds_until_the_instant_that_is_said(self) -> None:
        def law(people: list[SignatureDraft], history: list[Step], part: float) -> None:
            life = self._lived(people, history)
            petition, policy = life.desk.petition(life.id), life.policy
            tally, now = life.store.tally(life.id), life.now
            for decide in (status, may_sign):
                found = decide(petition, policy, tally, now)
                assert found.until is None or found.until > now
                end = found.until or now + _FAR
                for later in (now + (end - now) * part, end - _TICK):
                    assert decide(petition, policy, tally, later) == found

        self.prove(law, _HISTORIES, _PARTS)

    def test_a_signature_opens_nothing_that_is_over(self) -> None:
        def law(people: list[SignatureDraft], history: list[Step]) -> None:
            life, over = self.trial.open(people), False
            for step in history:
                life.live([step])
                assert not over or life.state in _OVER
                over = life.state in _OVER

        self.prove(law, _HISTORIES)

    def test_a_pause_moves_no_end_earlier(self) -> None:
        def law(people: list[SignatureDraft], history: list[Step]) -> None:
            life = self._lived(people, history)
            before = life.standing().deadline
            life.take(Step("pause", 0, 0, 2, CountEffect.ADDS))
            after = life.standing().deadline
            assert before is None or after is None or after >= before

        self.prove(law, _HISTORIES)

    def test_what_holds_once_reached_stays_reached_since_the_same_instant(self) -> None:
        held = [one.key for one in self.trial.policy.latched if one.latch is Latch.HOLD]

        def law(people: list[SignatureDraft], history: list[Step], ticking: bool) -> None:  # noqa: FBT001
            life = self.trial.open(people)
            reached: dict[str, datetime] = {}
            for step in history:
                life.live([step])
                if ticking:
                    life.desk.tick()
                now = {
                    one.key: one.reached_at
                    for one in life.standing().thresholds
                    if one.key in held and one.reached_at and one.reached_at <= life.now
                }
                assert {key: now.get(key) for key in reached} == reached
                reached |= now

        self.prove(law, _HISTORIES, st.booleans())

    def _lived(
        self,
        people: list[SignatureDraft],
        history: list[Step],
        ticks: frozenset[int] = frozenset(),
    ) -> PolicyLife:
        life = self.trial.open(people)
        life.live(history, ticks)
        return life


def policy_laws(
    policy: Policy,
    *,
    parameters: Mapping[str, int] | None = None,
    chosen: Duration | None = None,
    opened_at: datetime | None = None,
    prepare: Callable[[Desk, UUID], None] = nothing,
    examples: int = 20,
) -> type[TestCase]:
    """The laws of petitions under a policy, as a test case for pytest or ``unittest``.

    Assign it in a test module: ``TestCounty = policy_laws(county)``. Each law is a test with
    a sentence for its name, and is tried ``examples`` times.

    Petitions under it are opened as it says: what it needs to be found or accepted is, sponsors
    sign, a moderator approves. ``prepare`` does with the desk and the petition's id whatever
    else has to happen before. Parameters are 20 each where ``parameters`` binds none,
    the author chooses the first duration there is unless ``chosen``, and the petition opens at
    ``opened_at`` (aware), or at noon (UTC) of a day on which the policy was in force.
    """
    trial = trial_of(
        policy, parameters=parameters, chosen=chosen, opened_at=opened_at, prepare=prepare
    )
    made = {"trial": trial, "examples": examples, "__doc__": f"The laws under {policy.name}."}
    return type("PolicyLaws", (_PolicyLaws,), made)
