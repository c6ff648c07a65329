"""The law of forgetting: whoever is erased is counted once, however often they come back.

A desk over the store under test signs, withdraws, erases, closes, reopens and carries retention
out, and a list by hand says who counts. It hangs on what the store does with claims, counters
and rows when an entry erases, and holds whatever the policy keeps of spent claims.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Literal, TypeVar
from uuid import UUID

from attrs import define, evolve, field
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from petitionkit.civil import Duration
from petitionkit.clauses import Threshold, Window
from petitionkit.desk import Desk
from petitionkit.facts import State
from petitionkit.form import Confirmation
from petitionkit.keys import KeyRing
from petitionkit.moderation import Capacity, Moderation
from petitionkit.outcomes import Accepted
from petitionkit.petition import PetitionText
from petitionkit.policy import Policy
from petitionkit.retention import Retention, RetentionRule
from petitionkit.rights import KnownBy
from petitionkit.rules import Passed
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.store import Store
from petitionkit.testing.clock import FrozenClock
from petitionkit.testing.promises.opening import StoreOpener

__all__ = ["ForgettingConformance"]

F = TypeVar("F", bound=Callable[..., None])
Act = Literal["sign", "withdraw", "erase", "forget", "wait", "reopen", "retain"]
_ACTS: tuple[Act, ...] = ("sign", "withdraw", "erase", "forget", "wait", "reopen", "retain")
_RULE = RetentionRule(key="all", when=Passed(passed=Duration(days=20), since=("closed",)))
_FREED = Policy(
    name="forgetting",
    version="1",
    window=Window(duration=Duration(days=30), zone="UTC"),
    confirmation=Confirmation(by_mail=False),
    thresholds=(Threshold(key="answer", level=2),),
    retention=Retention(rules=(_RULE,)),
)
_POLICIES = {
    "claims are freed": _FREED,
    "claims are spent": evolve(_FREED, retention=Retention(rules=(_RULE,), spent_claims="law.12")),
    "it may be opened again": evolve(_FREED, moderation=Moderation(reopening=True)),
}
_HISTORIES = st.lists(st.tuples(st.sampled_from(_ACTS), st.integers(0, 1)), min_size=8, max_size=24)


_COMES_BACK: list[tuple[Act, int]] = [
    *(("withdraw", 0), ("erase", 0), ("forget", 0), ("retain", 0), ("sign", 0), ("withdraw", 0)),
    *(("sign", 0), ("erase", 0), ("sign", 0), ("wait", 0), ("withdraw", 0), ("sign", 0)),
    *(("erase", 0), ("reopen", 0), ("sign", 0), ("sign", 1), ("forget", 1), ("wait", 0)),
]
_COMES_BACK_LATE: list[tuple[Act, int]] = [
    *(("sign", 0), ("wait", 0), ("wait", 0), ("retain", 0), ("reopen", 0)),
    *(("sign", 0), ("erase", 0), ("sign", 0), ("wait", 0)),
]
"""What chance seldom finds: back at every turn, and after retention has taken the claims."""


def _email(who: int) -> str:
    return f"signer{who}@example.org"


@define(kw_only=True)
class _Office:
    """A desk over a store, and by hand who counts and who may never sign again."""

    store: Store
    policy: Policy
    clock: FrozenClock = field(factory=FrozenClock)
    desk: Desk = field(init=False)
    id: UUID = field(init=False)
    counting: set[int] = field(factory=set)
    spent: set[int] = field(factory=set)
    signed: dict[int, UUID] = field(factory=dict)
    erased: set[UUID] = field(factory=set)
    forgotten: bool = False

    def __attrs_post_init__(self) -> None:
        numbers = count(1)
        self.desk = Desk(
            self.store,
            secrets=KeyRing([bytes(range(32))]),
            clock=self.clock,
            new_id=lambda: UUID(int=next(numbers), version=4),
        )
        self.id = self.desk.start(texts=[PetitionText(language="en", title="Keep the park")]).id
        self.desk.publish(self.id, self.policy)

    @property
    def runs(self) -> bool:
        return self.desk.standing(self.id).status.state is State.OPEN

    def figures(self) -> tuple[object, ...]:
        """Every figure that is published."""
        standing, desk = self.desk.standing(self.id), self.desk
        return desk.counts(self.id), desk.daily(self.id), standing.thresholds

    def do(self, act: Act, who: int) -> None:
        steps: dict[Act, Callable[[int], None]] = {
            "sign": self.sign,
            "withdraw": self.withdraw,
            "erase": self.erase,
            "forget": self.forget,
            "wait": self.wait,
            "reopen": self.reopen,
            "retain": self.retain,
        }
        steps[act](who)

    def wait(self, _: int) -> None:
        self.clock.advance(days=31)

    def sign(self, who: int) -> None:
        draft = SignatureDraft(name=f"Signer {who}", email=_email(who))
        [answer] = self.desk.intake(self.id, [Submission(draft=draft)])
        known = who in self.counting | self.spent
        assert isinstance(answer, Accepted) is (self.runs and not known and not self.forgotten)
        if isinstance(answer, Accepted):
            self.counting.add(who)
            self.signed[who] = answer.signature_id

    def withdraw(self, who: int) -> None:
        if who in self.signed:
            if self.runs:
                self.counting.discard(who)
            self.desk.withdraw(self.signed[who])

    def erase(self, who: int) -> None:
        if who in self.signed:
            self._taken_back(who)
            self.desk.erase(self.signed[who])

    def forget(self, who: int) -> None:
        self._taken_back(who)
        self.desk.erase_signer(KnownBy(email=_email(who)), actor="clerk 7")

    def _taken_back(self, who: int) -> None:
        """While it runs erasing takes back, once; who was erased before is nobody any more."""
        if who in self.signed and self.signed[who] not in self.erased:
            if self.runs and who in self.counting:
                self.counting.discard(who)
                if self.policy.retention.spent_claims:
                    self.spent.add(who)
            self.erased.add(self.signed[who])

    def reopen(self, _: int) -> None:
        if self.policy.moderation.reopening and not self.runs:
            until = self.clock() + timedelta(days=20)
            self.desk.acting(Capacity.OFFICE).reopen(self.id, until=until, authority="board")

    def retain(self, _: int) -> None:
        plan = self.desk.plan_retention()
        if plan.erasures:
            self.forgotten = True
            self.erased |= {*self.signed.values()}
        list(self.desk.apply_retention(plan))


def _each_policy(history: list[tuple[Act, int]]) -> Callable[[F], F]:
    """Try a history under every policy."""

    def tried(law: F) -> F:
        for name in _POLICIES:
            law = example(name, history)(law)
        return law

    return tried


class ForgettingConformance(StoreOpener):
    """What a desk over the store promises whoever is erased, and whoever reads its figures."""

    def test_whoever_is_erased_and_signs_again_counts_once_and_figures_stay(self) -> None:
        @given(st.sampled_from(sorted(_POLICIES)), _HISTORIES)
        @_each_policy(_COMES_BACK)
        @_each_policy(_COMES_BACK_LATE)
        @settings(
            max_examples=max(5, self.examples // 10),  # each is a life of some twenty acts
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        )
        def holds(policy: str, history: list[tuple[Act, int]]) -> None:
            with self.open_store() as store:
                office = _Office(store=store, policy=_POLICIES[policy])
                for act, who in history:
                    before = None if office.runs else office.figures()
                    office.do(act, who)
                    told = office.desk.counts(office.id).get("supporters", 0)
                    assert told == len(office.counting), "somebody counts twice, or not at all"
                    if before is not None and not office.runs and act != "reopen":
                        assert office.figures() == before, "a figure moved after the final count"

        holds()
