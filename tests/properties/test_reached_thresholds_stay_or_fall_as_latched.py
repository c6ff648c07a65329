"""Latches: what is held stays reached; what hangs on an official act follows a plain oracle."""

from datetime import datetime, timedelta

from attrs import define, field
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petitionkit.civil import Duration
from petitionkit.clauses import Latch, Threshold, Window
from petitionkit.form import Confirmation
from petitionkit.moderation import Capacity
from petitionkit.parties import Answer
from petitionkit.policy import Policy
from petitionkit.testing.strategies import Life, Step, living_policies, steps
from samples import T0


@given(living_policies(latch=Latch.HOLD), steps(), st.booleans())
@settings(max_examples=250)
def test_under_hold_a_reached_threshold_stays_reached_since_the_same_instant(
    policy: Policy,
    history: list[Step],
    ticking: bool,  # noqa: FBT001
) -> None:
    life = Life(policy)
    reached: dict[str, datetime] = {}
    for step in history:
        life.go(timedelta(hours=step.hours))
        life.take(step)
        if ticking:
            life.desk.tick()
        now = {
            t.key: t.reached_at
            for t in life.standing().thresholds
            if t.reached_at is not None and t.reached_at <= life.now
        }
        assert {key: now.get(key) for key in reached} == reached
        reached |= now


UK = Policy(
    name="uk",
    version="1",
    confirmation=Confirmation(by_mail=False),
    window=Window(duration=Duration(days=30)),
    thresholds=tuple(
        Threshold(key=f"l{level}", level=level, latch=Latch.UNTIL_OFFICIAL_ACT)
        for level in (1, 2, 3)
    ),
)
# sign and withdraw by person, "answer" is the official act, "tick" is a job
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["sign", "sign", "withdraw", "withdraw", "tick", "answer"]),
        st.integers(0, 3),
        st.sampled_from([0, 0, 1]),
    ),
    max_size=20,
)


@define
class Sheet:
    """What somebody at the counter would keep on paper: from when each level stands."""

    signed: set[int] = field(factory=set)
    answered: bool = False
    since: dict[int, datetime | None] = field(factory=lambda: dict.fromkeys((1, 2, 3)))

    def move(self, verb: str, who: int, now: datetime) -> None:
        if verb == "sign":
            self.signed.add(who)
        elif verb == "withdraw":
            self.signed.discard(who)
        elif verb == "answer":
            self.answered = True
        for level, since in self.since.items():
            stands = len(self.signed) >= level
            if stands and since is None:
                self.since[level] = now
            elif since is not None and not stands and not self.answered:
                self.since[level] = None


def _live(moves: list[tuple[str, int, int]], *, ticking: bool) -> None:
    life, sheet = Life(UK), Sheet()
    for verb, who, minutes in moves:
        now = life.go(timedelta(minutes=minutes))
        if verb == "sign":
            life.sign(who)
        elif verb == "withdraw":
            life.withdraw(who)
        elif verb == "answer":
            life.desk.acting(Capacity.OFFICE).answer(life.id, "council", Answer(at=now))
        elif ticking:
            life.desk.tick()
        sheet.move(verb, who, now)
        found = {t.level: t.reached_at for t in life.standing().thresholds}
        assert found == sheet.since


@given(MOVES, st.booleans())
@settings(max_examples=300)
@example([("sign", 0, 0), ("tick", 0, 0), ("withdraw", 0, 0), ("sign", 1, 0)], True)  # noqa: FBT003
@example([("sign", 0, 1), ("withdraw", 0, 0), ("sign", 0, 0), ("answer", 0, 0)], True)  # noqa: FBT003
def test_until_an_official_act_a_level_stands_while_the_count_does(
    moves: list[tuple[str, int, int]],
    ticking: bool,  # noqa: FBT001
) -> None:
    _live(moves, ticking=ticking)


@given(MOVES, st.booleans())
@settings(max_examples=200)
def test_it_does_so_too_when_all_happens_at_one_instant(
    moves: list[tuple[str, int, int]],
    ticking: bool,  # noqa: FBT001
) -> None:
    _live([(verb, who, 0) for verb, who, _ in moves], ticking=ticking)


@given(MOVES)
@settings(max_examples=100)
def test_every_fall_that_a_job_saw_is_recorded_once_between_two_reachings(
    moves: list[tuple[str, int, int]],
) -> None:
    life = Life(UK)
    for verb, who, _ in moves:
        life.go(timedelta(minutes=1))
        if verb == "sign":
            life.sign(who)
        elif verb == "withdraw":
            life.withdraw(who)
        life.desk.tick()
    for level in (1, 2, 3):
        told = [
            str(f.event)
            for f in life.desk.petition(life.id).facts
            if f.subject == f"l{level}" and f.at >= T0
        ]
        assert told == ["threshold_reached", "threshold_lost"] * (len(told) // 2) + [
            "threshold_reached"
        ] * (len(told) % 2)
