"""One evaluation of the heaviest preset, 27 regions, against building one frozen value."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from attrs import frozen
from measuring import Line, Setting, by_turns, share
from signers import KEYS

from petitionkit.counting import SUPPORTERS, region_counter
from petitionkit.desk import Desk
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.presets import load
from petitionkit.rules import Regions, walk
from petitionkit.standing import standing
from petitionkit.status import status
from petitionkit.stores.memory import MemoryStore
from petitionkit.tally import Count, LevelReading, Tally

PRESET = "eci-720"


@frozen(kw_only=True)
class Twelve:
    """What the floor builds."""

    a: int
    b: int
    c: int
    d: str
    e: str
    f: str
    g: bool
    h: bool
    i: tuple[int, ...]
    j: tuple[int, ...]
    k: float
    m: float


def a_value(n: int) -> Twelve:
    return Twelve(a=n, b=2, c=3, d="d", e="e", f="f", g=True, h=False, i=(), j=(), k=1.0, m=2.0)


def an_initiative() -> tuple[Petition, Policy]:
    """An open initiative, whose preset wants its registration first."""
    policy = load(PRESET)
    desk = Desk(MemoryStore(), secrets=KEYS)
    petition = desk.start(texts=[PetitionText(language="en", title="Save the oak")])
    desk.record_finding(petition.id, "registration")
    return desk.publish(petition.id, policy), policy


def tallies(policy: Policy) -> Iterator[Tally]:
    """Tallies that differ, so that nothing is remembered from the one before.

    The million is there, and 6 of 7 states: the threshold hangs on looking at every state.
    """
    regions = next(
        rule
        for threshold in policy.thresholds
        for rule in walk(threshold.rule)
        if isinstance(rule, Regions)
    )
    at = datetime.now(UTC)
    names = [region_counter(SUPPORTERS, region) for region, _ in regions.weights]
    for n in count(1):
        counts = [Count(counter=name, amount=n + place) for place, name in enumerate(names)]
        levels = [
            LevelReading(
                counter=name,
                level=weight * regions.factor,
                since=at,
                reached_at=at + timedelta(seconds=n) if place < 6 else None,
            )
            for place, (name, (_, weight)) in enumerate(zip(names, regions.weights, strict=True))
        ]
        counts.append(Count(counter=SUPPORTERS, amount=1_000_000 + n))
        levels.append(LevelReading(counter=SUPPORTERS, level=1_000_000, since=at, reached_at=at))
        yield Tally(
            counts=tuple(sorted(counts, key=lambda one: one.counter)),
            levels=tuple(sorted(levels, key=lambda one: (one.counter, one.level))),
            latest=at,
        )


def measure(setting: Setting) -> Iterator[Line]:
    times = setting.pick(200, 1_000)
    petition, policy = an_initiative()
    fresh = tallies(policy)
    now = datetime.now(UTC) + timedelta(hours=1)
    numbers = count()

    def floor() -> float:
        return share(lambda: a_value(next(numbers)), times=100 * times)

    for what, evaluate in (("its status", status), ("all that its page shows", standing)):

        def ours(evaluate: object = evaluate) -> float:
            some = [next(fresh) for _ in range(times)]
            left = iter(some)
            assert callable(evaluate)
            return share(lambda: evaluate(petition, policy, next(left), now), times=times)

        yield by_turns(
            f"one evaluation of {PRESET}, 27 regions: {what}",
            floor,
            ours,
            target=100,
            unit="µs",
            rounds=setting.rounds,
            at_most=True,
        )
