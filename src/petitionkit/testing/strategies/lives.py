"""Lives of petitions: rules and policies that few days can meet, and steps taken under them.

Numbers are small and times are short, so that much happens in a few steps. A life knows the
desk and the clock; what must be true of it is for laws to say.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Literal
from uuid import UUID

from attrs import define, evolve, field, frozen
from hypothesis import strategies as st

from petitionkit.civil import Duration
from petitionkit.clauses import (
    Checkpoint,
    ClosedWhen,
    Closing,
    EarlyEndAt,
    FollowUp,
    Latch,
    Opening,
    Pausing,
    Stage,
    Threshold,
    Window,
    WindowEnd,
)
from petitionkit.counters import Counter
from petitionkit.desk import Desk
from petitionkit.errors import IllegalStepError, InvalidValueError, NotPermittedError
from petitionkit.form import Confirmation, Counting
from petitionkit.keys import KeyRing
from petitionkit.moderation import Capacity
from petitionkit.parties import Addressee, Answer, Author, AuthorRole
from petitionkit.petition import CountEffect, DeclaredCount, PetitionText
from petitionkit.policy import Policy
from petitionkit.rules import (
    AuthorsAccepted,
    Bound,
    Counted,
    Found,
    Happened,
    Inactive,
    Passed,
    Rule,
    Share,
    Which,
    Within,
)
from petitionkit.signature import Channel, SignatureDraft, Submission
from petitionkit.standing import Standing
from petitionkit.store import Store
from petitionkit.stores.memory import MemoryStore
from petitionkit.testing.clock import FrozenClock
from petitionkit.testing.strategies.clauses import FAILED, PARAMETER, REGIONS, combined, weighed

__all__ = [
    "FEW",
    "Life",
    "Step",
    "amended",
    "lived",
    "living_policies",
    "living_rules",
    "steps",
]

FEW = "few"
"""A parameter that a life binds to a number it can reach."""

_short = st.builds(Duration, days=st.integers(1, 3))


_LIVED = ("early", "by-clerk", "in-a")
_COUNTING = Counting(
    counters=(
        Counter(key="early", within=Within(first=Duration(days=1))),
        Counter(key="by-clerk", channels=(Channel.CLERK,)),
        Counter(key="in-a", regions=("a",)),
    )
)


@cache
def living_rules() -> st.SearchStrategy[Rule]:
    """Rules that a short life can meet."""
    levels = st.integers(1, 4)
    within = st.builds(
        Within, first=st.builds(Duration, days=st.integers(1, 2)), by_counting=st.booleans()
    )
    leaves: st.SearchStrategy[Rule] = st.one_of(
        st.builds(Counted, level=levels, count=st.sampled_from(["supporters", *_LIVED])),
        st.just(Bound(parameter=FEW)),
        st.builds(Counted, level=levels, within=within),
        st.builds(Share, share=st.sampled_from(["1/10", "15 %"]), of=st.just(PARAMETER)),
        st.builds(
            weighed,
            st.dictionaries(st.sampled_from(REGIONS), st.integers(1, 2), min_size=2),
            st.integers(0, 5),
            st.just(1),
            st.just("supporters"),
        ),
        st.builds(Found, finding=st.just("victory"), value=st.integers(1, 2)),
        st.builds(
            Happened,
            event=st.sampled_from(["answered.council", "found", "paused", "threshold_reached.t0"]),
        ),
        st.builds(AuthorsAccepted, authors=st.just(AuthorRole.INITIATOR), at_least=st.just(1)),
        st.builds(
            Passed,
            passed=_short,
            since=st.sampled_from([("opened",), ("opened", "found.victory")]),
            which=st.sampled_from(Which),
        ),
    )
    return st.recursive(leaves, combined, max_leaves=3)


@st.composite
def living_policies(draw: st.DrawFn, latch: Latch | None = None) -> Policy:
    """Policies under which a life of a few days meets all that can happen."""
    any_rule = living_rules()
    window = Window(
        duration=draw(st.none() | st.builds(Duration, days=st.integers(3, 6))),
        zone=draw(st.sampled_from(["UTC", "America/Sao_Paulo"])),
        end=draw(st.sampled_from(WindowEnd)),
    )
    latches = st.sampled_from(Latch) if latch is None else st.just(latch)
    inactive = st.builds(Inactive, inactive_for=_short)
    few = st.integers(0, 1)
    return Policy(
        name="lived",
        version="1",
        parameters=(PARAMETER, FEW),
        counting=_COUNTING,
        confirmation=Confirmation(by_mail=False),
        opening=Opening(at=draw(st.sampled_from([None] * 9 + [Found(finding="victory")]))),
        window=window,
        stages=tuple(
            Stage(
                key=f"s{n}",
                window=Window(duration=draw(_short)),
                needs=Counted(level=draw(st.integers(1, 2))),
            )
            for n in range(draw(st.sampled_from([0, 0, 1, 2])))
        ),
        checkpoints=tuple(
            Checkpoint(
                key=f"c{n}",
                by=Duration(days=draw(st.integers(1, 3))),
                needs=draw(any_rule),
                otherwise=failed[0],
                lifted_later=failed[1],
            )
            for n, failed in enumerate(draw(st.lists(FAILED, max_size=2)))
        ),
        thresholds=tuple(
            Threshold(
                key=f"t{n}",
                needs=draw(any_rule),
                effect=("response", "debate", "")[n],
                latch=draw(latches),
                before_end=draw(st.sampled_from([False, False, True])),
                open_until=draw(st.sampled_from([None, None, "answered"]))
                if window.duration
                else None,
            )
            for n in range(draw(st.integers(1, 3)))
        ),
        closing=Closing(
            when=tuple(
                ClosedWhen(key=f"w{n}", needs=draw(any_rule | inactive)) for n in range(draw(few))
            ),
            early_end_at=draw(st.sampled_from(EarlyEndAt)),
        ),
        pausing=Pausing(stops_clock=draw(st.booleans())),
        follow_ups=(
            FollowUp(
                key="reply",
                within=Passed(
                    passed=Duration(days=2), since=(draw(st.sampled_from(_FOLLOWED)), "opened")
                ),
            ),
        ),
    )


_FOLLOWED = ["threshold_reached.t0", "closed", "answered", "found.victory"]


_MORE = (Counter(key="in-b", regions=("b",)),)


def amended(policy: Policy, which: int) -> Policy:
    """Another law: other levels, other counters, another window; the same keys."""
    window = policy.window
    if window.duration:
        window = evolve(window, duration=Duration(days=3 + which % 4))
    thresholds = tuple(
        evolve(one, needs=Counted(level=1 + (which + place) % 3), level=None)
        for place, one in enumerate(policy.thresholds)
    )
    return evolve(
        policy,
        version=f"amended-{which}",
        window=window,
        thresholds=thresholds if which % 2 else policy.thresholds,
        checkpoints=policy.checkpoints[: which % 2],
        counting=evolve(_COUNTING, counters=(*_COUNTING.counters, *_MORE[: which % 2])),
    )


Verb = Literal[
    "sign",
    "hand in",
    "withdraw",
    "declare",
    "find",
    "pause",
    "unpause",
    "accept",
    "answer",
    "close",
    "retract",
    "amend",
    "wait",
]
_COMMON: list[Verb] = ["sign", "sign", "sign", "hand in", "withdraw", "wait"]
_OFTEN: list[Verb] = [*_COMMON, "declare", "find", "pause", "unpause", "accept", "answer"]


@frozen
class Step:
    """One step in a life: what is done, so many hours after the step before.

    ``which`` picks who or what it is done to; ``amount`` and ``effect`` are those of a count.
    """

    verb: Verb
    hours: int
    which: int
    amount: int
    effect: CountEffect


def steps(
    *but: Verb, size: int = 14, hours: tuple[int, ...] = (0, 0, 1, 12, 30)
) -> st.SearchStrategy[list[Step]]:
    """Histories; ``but`` leaves verbs out."""
    verbs: list[Verb] = [*_OFTEN, *_OFTEN, "close", "retract", "amend", "amend"]
    return st.lists(
        st.builds(
            Step,
            verb=st.sampled_from([verb for verb in verbs if verb not in but]),
            hours=st.sampled_from(hours),
            which=st.integers(0, 5),
            amount=st.integers(0, 4),
            effect=st.sampled_from(CountEffect),
        ),
        max_size=size,
    )


_TEXT = PetitionText(language="en", title="Keep the park", body="It is the only one.")


@define
class Life:
    """A published petition over a store, with a clock that only ``go`` moves.

    ``findings`` are what may be found with the unit of its value, and ``units`` those in which
    counts are declared. ``answers`` are what each step came to: the type of its outcome or of
    its refusal.
    """

    policy: Policy
    store: Store = field(factory=MemoryStore)
    clock: FrozenClock = field(factory=FrozenClock)
    parameters: Mapping[str, int] | None = None
    chosen: Duration | None = None
    authors: tuple[Author, ...] = (Author(name="Ada", role=AuthorRole.INITIATOR, reference="ada"),)
    findings: Mapping[str, int] = field(factory=lambda: {"victory": 1})
    units: tuple[int, ...] = (1,)
    answers: list[object] = field(factory=list)
    desk: Desk = field(init=False)
    id: UUID = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Start a petition and publish it under the policy."""
        numbers = count(1)
        self.desk = Desk(
            self.store,
            secrets=KeyRing([bytes(range(32))]),
            clock=self.clock,
            new_id=lambda: UUID(int=next(numbers), version=4),
        )
        self.id = self.desk.start(
            texts=[_TEXT],
            addressees=[Addressee(key="council", name="Council")],
            authors=self.authors,
        ).id
        self.open()

    def open(self) -> None:
        """Publish the petition under the policy."""
        bound = {name: 2 if name == FEW else 20 for name in self.policy.parameters}
        self.desk.publish(
            self.id, self.policy, chosen=self.chosen, parameters=self.parameters or bound
        )

    @property
    def now(self) -> datetime:
        """The instant that the clock stands at."""
        return self.clock.now

    def go(self, by: timedelta) -> datetime:
        """Let time pass; the new instant."""
        self.clock.now += by
        return self.now

    def standing(self) -> Standing:
        """Everything there is to say about the petition now."""
        return self.desk.standing(self.id)

    def draft(self, who: int, region: str = "") -> SignatureDraft:
        """What person number ``who`` enters."""
        return SignatureDraft(name=f"N{who}", email=f"n{who}@example.org", region=region)

    def sign(self, who: int, region: str = "") -> object:
        """Have person number ``who`` sign; what they were answered."""
        return self.desk.sign(self.id, self.draft(who, region))

    def hand_in(self, *lines: tuple[int, datetime], region: str = "") -> list[object]:
        """Lines of one roll: who, and when they signed."""
        submissions = [Submission(draft=self.draft(who, region), signed_at=at) for who, at in lines]
        return [*self.desk.intake(self.id, submissions)]

    def withdraw(self, who: int) -> object:
        """Withdraw the signature of person number ``who``; None where they have none."""
        numbered = self.store.signatures(self.id)
        live = [
            n.signature.id
            for n in numbered
            if n.signature.live and n.signature.particulars.name == f"N{who}"
        ]
        return self.desk.withdraw(live[0]) if live else None

    def declare(
        self, amount: int, effect: CountEffect = CountEffect.ADDS, source: str = "paper"
    ) -> None:
        """Declare so many supporters now."""
        declared = DeclaredCount(
            counter="supporters",
            amount=amount,
            source=source,
            as_of=self.now,
            recorded_at=self.now,
            effect=effect,
        )
        self.desk.declare(self.id, declared)

    def amend(self, which: int, *, retroactive: bool = False, moves_deadline: bool = False) -> None:
        """Put the petition under another law, see ``amended``."""
        law = self.desk.policy(self.id) or self.policy
        self.desk.amend_policy(
            self.id,
            amended(law, which),
            authority="act",
            reason="reform",
            retroactive=retroactive,
            moves_deadline=moves_deadline,
        )

    def take(self, step: Step) -> None:
        """Do a step; what it answered, or refused with, is noted."""
        try:
            self.answers.append(self._do(step))
        except (IllegalStepError, InvalidValueError, NotPermittedError) as error:
            self.answers.append(type(error))

    def live(self, history: list[Step], ticks: frozenset[int] = frozenset()) -> None:
        """Take these steps in their time; ``ticks`` are the places before which a job runs."""
        for place, step in enumerate(history):
            self.go(timedelta(hours=step.hours))
            if place in ticks:
                self.desk.tick()
            self.take(step)
        if len(history) in ticks:
            self.desk.tick()

    def _do(self, step: Step) -> object:
        desk, later = self.desk, self.now + timedelta(hours=3 * step.amount)
        region = REGIONS[step.which % 3]
        finding, value = [*self.findings.items()][step.which % len(self.findings)]
        amount = step.amount * self.units[step.which % len(self.units)]
        author = self.authors[step.which % len(self.authors)].reference
        acts: dict[Verb, Callable[[], object]] = {
            "sign": lambda: self.sign(step.which, region),
            "hand in": lambda: self.hand_in((step.which, self.now), region=region),
            "withdraw": lambda: self.withdraw(step.which),
            "declare": lambda: self.declare(amount, step.effect, "ab"[step.which % 2]),
            "find": lambda: desk.record_finding(self.id, finding, value=step.amount * value),
            "pause": lambda: desk.pause(self.id, until=later if step.amount else None),
            "unpause": lambda: desk.unpause(self.id),
            "accept": lambda: desk.acting(Capacity.OFFICE).accept(self.id, author),
            "answer": lambda: desk.acting(Capacity.OFFICE).answer(
                self.id, "council", Answer(at=self.now)
            ),
            "close": lambda: desk.acting(Capacity.OFFICE).close(self.id),
            "retract": lambda: desk.acting(Capacity.OFFICE).withdraw_petition(self.id),
            "amend": lambda: self.amend(
                step.which, retroactive=not step.amount, moves_deadline=step.amount == 1
            ),
            "wait": lambda: None,
        }
        outcome: object = acts[step.verb]()
        return type(outcome)


def lived(policy: Policy, history: list[Step], ticks: frozenset[int] = frozenset()) -> Life:
    """A life; ``ticks`` are the places in it before which a job runs."""
    life = Life(policy)
    life.live(history, ticks)
    return life
