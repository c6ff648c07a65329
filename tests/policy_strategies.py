"""Generated rules, windows, policies, and lives of petitions under them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal, TypeVar
from uuid import UUID

from attrs import define, evolve, field, frozen
from hypothesis import strategies as st

from petitionkit.civil import Calendar, Duration, LeapDayRule, MonthEnd
from petitionkit.claims import ClaimKind, Identity
from petitionkit.clauses import (
    Checkpoint,
    ClosedWhen,
    Closing,
    EarlyEndAt,
    FollowUp,
    Latch,
    Opening,
    Otherwise,
    Pausing,
    Stage,
    Threshold,
    Window,
    WindowEnd,
)
from petitionkit.counters import Counter
from petitionkit.desk import Desk
from petitionkit.eligibility import Eligibility
from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.facts import Event
from petitionkit.form import Confirmation, Counting, Demand, Form
from petitionkit.moderation import ENDS_EARLY, Capacity
from petitionkit.parties import Addressee, Answer, Author, AuthorRole, PartyKind
from petitionkit.petition import CountEffect, DeclaredCount
from petitionkit.policy import Policy
from petitionkit.rules import (
    All,
    AnyOf,
    AtLeast,
    AuthorsAccepted,
    Bound,
    Counted,
    Found,
    Happened,
    Inactive,
    Passed,
    Regions,
    Rounding,
    Rule,
    Share,
    Which,
    Within,
)
from petitionkit.signature import AttestationKind, Channel, SignatureDraft, Submission
from petitionkit.standing import Standing
from petitionkit.store import Store
from petitionkit.stores.memory import MemoryStore
from samples import ENGLISH, KEYS, Clock, counting_ids

__all__ = [
    "FEW",
    "PARAMETER",
    "REGIONS",
    "ZONES",
    "Life",
    "Step",
    "amended",
    "calendars",
    "counters",
    "durations",
    "lived",
    "living_policies",
    "living_rules",
    "policies",
    "rules",
    "steps",
    "windows",
]

REGIONS = ("a", "b", "c")
ZONES = ("UTC", "Europe/London", "America/Sao_Paulo", "Pacific/Apia", "Asia/Beirut")
COUNTERS = ("supporters", "persons", "organisations")
PARAMETER = "people"
FEW = "few"
"""A parameter that a life binds to a number it can reach."""

_days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_words = st.text("aÄß'\"\\ .9\n", max_size=8).map("A{}z".format)
_keys = st.from_regex(r"[a-z][a-z0-9]{0,4}", fullmatch=True)


@cache
def calendars(name: str = "working") -> st.SearchStrategy[Calendar]:
    """Calendars by weekday, or with the days that count one by one."""
    return st.builds(
        Calendar,
        name=st.just(name),
        weekdays=st.lists(st.integers(1, 7), min_size=1, unique=True).map(tuple),
        closed=st.lists(_days, max_size=5, unique=True).map(tuple),
        only=st.just(()) | st.lists(_days, min_size=1, max_size=8, unique=True).map(tuple),
        known_until=st.none() | _days,
    )


@st.composite
def durations(draw: st.DrawFn, calendar: str = "", *, longest: int = 40) -> Duration:
    """Durations of any parts; with a calendar, some of them in its days."""
    if calendar and draw(st.booleans()):
        return Duration(calendar=calendar, calendar_days=draw(st.integers(1, longest)))
    return Duration(
        years=draw(st.integers(0, 3)),
        months=draw(st.integers(0, 14)),
        weeks=draw(st.integers(0, 5)),
        days=draw(st.integers(1, longest)),
    )


@cache
def windows(calendar: str = "", *, fixed: bool = False) -> st.SearchStrategy[Window]:
    """Windows of all ways to end; ``fixed`` leaves out those that the author chooses."""
    lengths = durations(calendar)
    chosen: st.SearchStrategy[Window] = st.one_of(
        st.builds(
            Window, choices=st.lists(lengths, min_size=1, max_size=3, unique=True).map(tuple)
        ),
        st.builds(
            Window,
            shortest=st.builds(Duration, days=st.integers(1, 9)),
            longest=st.builds(Duration, days=st.integers(9, 99)),
        ),
        st.builds(Window, longest=lengths),
    )
    alone: st.SearchStrategy[Window] = st.one_of(
        st.builds(Window, duration=lengths), st.builds(Window, last_day=_days), st.just(Window())
    )
    plain = alone if fixed else chosen | alone
    return st.builds(
        evolve,
        plain,
        zone=st.sampled_from(ZONES),
        end=st.sampled_from(WindowEnd),
        first_day_counts=st.booleans(),
        month_end=st.sampled_from(MonthEnd),
    )


def _combined(parts: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return (
        several.map(lambda rules: All(all=rules))
        | several.map(lambda rules: AnyOf(any=rules))
        | st.tuples(several, st.integers(0, 2)).map(
            lambda drawn: AtLeast(at_least=1 + drawn[1] % len(drawn[0]), of=drawn[0])
        )
    )


_occurrences = st.sampled_from(Event).map(str) | st.sampled_from(
    ["found.gazette", "threshold_reached.a", "answered.council"]
)
_events = st.lists(_occurrences, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def _shares(draw: st.DrawFn) -> str:
    parts = draw(st.integers(1, 100))
    return draw(st.sampled_from([f"{parts}/100", f"{parts / 100}", f"{parts} %"]))


def _regions(weights: dict[str, int], needed: int, factor: int, count: str) -> Regions:
    return Regions(
        regions=1 + needed % len(weights),
        weights=tuple(sorted(weights.items())),
        factor=factor,
        count=count,
    )


@cache  # building strategies takes longer than drawing from them
def rules(calendar: str = "") -> st.SearchStrategy[Rule]:
    """Rules of all kinds but ``Inactive``, rules within rules included."""
    counts = st.sampled_from(COUNTERS)
    lengths = durations(calendar)
    within = st.none() | st.builds(Within, first=lengths, by_counting=st.booleans())
    leaves: st.SearchStrategy[Rule] = st.one_of(
        st.builds(Counted, level=st.integers(1, 10**9), count=counts, within=within),
        st.builds(Bound, parameter=st.just(PARAMETER), count=counts, within=within),
        st.builds(
            Share,
            share=_shares(),
            of=st.just(PARAMETER),
            count=counts,
            rounding=st.sampled_from(Rounding),
        ),
        st.builds(
            _regions,
            st.dictionaries(st.sampled_from(REGIONS), st.integers(1, 9), min_size=1),
            st.integers(0, 5),
            st.integers(1, 720),
            counts,
        ),
        st.builds(AuthorsAccepted, authors=st.sampled_from(AuthorRole), at_least=st.integers(1, 9)),
        st.builds(Found, finding=_keys, value=st.integers(0, 9)),
        st.builds(Happened, event=_occurrences),
        st.builds(Passed, passed=lengths, since=_events, which=st.sampled_from(Which)),
    )
    return st.recursive(leaves, _combined, max_leaves=5)


FAILED = st.sampled_from([*((one, False) for one in Otherwise), (Otherwise.SUSPEND, True)])
"""What a failed checkpoint leads to, and whether that is lifted later."""


def _subset(kind: type[PartyKind] | type[Capacity]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(kind), unique=True).map(tuple)


@cache
def _stages(calendar: str) -> st.SearchStrategy[Stage]:
    return st.builds(Stage, key=_keys, window=windows(calendar, fixed=True), needs=rules(calendar))


@cache
def _checkpoints(calendar: str) -> st.SearchStrategy[Checkpoint]:
    return st.builds(
        lambda key, needs, failed: Checkpoint(
            key=key,
            by=Duration(days=1),
            needs=needs,
            otherwise=failed[0],
            lifted_later=failed[1],
        ),
        _keys,
        rules(calendar),
        FAILED,
    )


@cache
def _thresholds(calendar: str) -> st.SearchStrategy[Threshold]:
    return st.builds(
        Threshold, key=_keys, level=st.integers(1, 10**9), counter=st.sampled_from(COUNTERS)
    ) | st.builds(
        Threshold,
        key=_keys,
        needs=rules(calendar),
        effect=_words,
        latch=st.sampled_from(Latch),
        before_end=st.booleans(),
        open_until=st.sampled_from([None, "answered", "answered.council"]),
    )


@cache
def _closures(calendar: str) -> st.SearchStrategy[ClosedWhen]:
    inactive = st.builds(Inactive, inactive_for=durations(calendar))
    return st.builds(ClosedWhen, key=_keys, needs=rules(calendar) | inactive)


@cache
def _passed(calendar: str) -> st.SearchStrategy[Passed]:
    return st.builds(
        Passed, passed=durations(calendar), since=_events, which=st.sampled_from(Which)
    )


@cache
def _follow_ups(calendar: str) -> st.SearchStrategy[FollowUp]:
    return st.builds(
        FollowUp,
        key=_keys,
        within=_passed(calendar),
        owed_by=_words,
    )


T = TypeVar("T", Stage, Checkpoint, Threshold, ClosedWhen, FollowUp)


def _few(kind: st.SearchStrategy[T], most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(kind, max_size=most, unique_by=lambda one: one.key).map(tuple)


_asked = st.sampled_from([Demand.REQUIRED, Demand.OPTIONAL])
_forms = st.builds(
    Form,
    email=_asked,
    phone=_asked,
    comment=st.sampled_from(Demand),
    name_limit=st.integers(1, 255),
    phone_region=st.sampled_from(["", "GB"]),
)
_eligibilities = st.builds(
    Eligibility,
    minimum_age=st.integers(0, 150),
    leap_day=st.sampled_from(LeapDayRule),
    organisations=st.booleans(),
)
_identities = st.builds(
    Identity,
    any_of=st.lists(
        st.sampled_from([ClaimKind.MAILBOX, ClaimKind.PHONE]), min_size=1, unique=True
    ).map(tuple),
)
_heads: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "name": st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True),
        "version": _words,
        "title": _words,
        "jurisdiction": _words,
        "sources": st.lists(_words, max_size=2).map(tuple),
        "read_on": st.none() | _days,
        "confidence": _words,
        "in_force_from": st.none() | st.dates(date(1990, 1, 1), date(2020, 1, 1)),
        "in_force_until": st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    }
)


@cache
def counters(calendar: str = "") -> st.SearchStrategy[tuple[Counter, ...]]:
    """A few counters, some of which are of another one."""
    asking = st.builds(
        Counter,
        key=st.just("asking"),
        of=st.sampled_from(COUNTERS),
        channels=st.lists(st.sampled_from(Channel), unique=True).map(tuple),
        attested=st.lists(st.sampled_from(AttestationKind), unique=True).map(tuple),
        regions=st.lists(st.sampled_from(REGIONS), unique=True).map(tuple),
        within=st.none() | st.builds(Within, first=durations(calendar)),
    )
    certified = st.just(Counter(key="certified", declared=True))
    of_it = st.just(Counter(key="of-it", of="asking", regions=("a",)))
    return st.one_of(
        st.just(()),
        certified.map(lambda one: (one,)),
        st.tuples(asking),
        st.tuples(asking, of_it, certified),
    )


def _consistent(parts: dict[str, Any]) -> Policy:
    """The policy of these parts, without those that contradict the others."""
    while True:
        try:
            return Policy(**parts)
        except InvalidValueError as error:
            for found in error.problems:
                part, _, rest = found.field.partition(".")
                key = rest.partition(".")[0]
                match part:
                    case "opening" | "window":
                        parts.pop(part, None)
                    case "counting":
                        parts[part] = evolve(parts[part], counters=())
                    case "closing":
                        kept = tuple(one for one in parts[part].when if one.key != key)
                        parts[part] = evolve(parts[part], when=kept)
                    case _:
                        parts[part] = tuple(one for one in parts[part] if one.key != key)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy whose rules do not contradict each other, with every part that one can have."""
    calendar = draw(st.sampled_from(["", "working"]))
    form = draw(_forms)
    parts: dict[str, Any] = {
        **draw(_heads),
        "parameters": (PARAMETER,),
        "calendars": (draw(calendars()),) if calendar else (),
        "form": form,
        "eligibility": draw(_eligibilities),
        "identity": draw(_identities),
        "confirmation": Confirmation(
            by_mail=form.email is Demand.REQUIRED, grace_hours=draw(st.integers(0, 48))
        ),
        "opening": Opening(
            needs=draw(st.none() | rules(calendar)),
            within=draw(st.none() | _passed(calendar)),
            at=draw(st.none() | rules(calendar)),
        ),
        "stages": draw(_few(_stages(calendar))),
        "window": draw(windows(calendar)),
        "checkpoints": draw(_few(_checkpoints(calendar))),
        "thresholds": draw(_few(_thresholds(calendar), 3)),
        "closing": Closing(
            when=draw(_few(_closures(calendar))),
            early_end_by=draw(_subset(ENDS_EARLY)),  # type: ignore[arg-type]
            early_end_at=draw(st.sampled_from(EarlyEndAt)),
        ),
        "pausing": Pausing(stops_clock=draw(st.booleans())),
        "follow_ups": draw(_few(_follow_ups(calendar))),
        "counting": Counting(
            supporters=draw(_subset(PartyKind)),  # type: ignore[arg-type]
            counters=draw(counters(calendar)),
        ),
    }
    return _consistent(parts)


# Lives: small numbers and short times, so that much happens in a few steps.

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
            _regions,
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
    return st.recursive(leaves, _combined, max_leaves=3)


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


@define
class Life:
    """A published petition over a store, with a clock that only tests move."""

    policy: Policy
    store: Store = field(factory=MemoryStore)
    clock: Clock = field(factory=Clock)
    parameters: Mapping[str, int] | None = None
    chosen: Duration | None = None
    answers: list[object] = field(factory=list)
    desk: Desk = field(init=False)
    id: UUID = field(init=False)

    def __attrs_post_init__(self) -> None:
        ids = counting_ids()
        self.desk = Desk(self.store, secrets=KEYS, clock=self.clock, new_id=lambda: next(ids))
        self.id = self.desk.start(
            texts=[ENGLISH],
            addressees=[Addressee(key="council", name="Council")],
            authors=[Author(name="Ada", role=AuthorRole.INITIATOR, reference="ada")],
        ).id
        bound = {name: 2 if name == FEW else 20 for name in self.policy.parameters}
        self.desk.publish(
            self.id, self.policy, chosen=self.chosen, parameters=self.parameters or bound
        )

    @property
    def now(self) -> datetime:
        return self.clock.now

    def standing(self) -> Standing:
        return self.desk.standing(self.id)

    def sign(self, who: int, region: str = "") -> object:
        draft = SignatureDraft(name=f"N{who}", email=f"n{who}@example.org", region=region)
        return self.desk.sign(self.id, draft)

    def hand_in(self, *lines: tuple[int, datetime], region: str = "") -> list[object]:
        """Lines of one roll: who, and when they signed."""
        submissions = [
            Submission(
                draft=SignatureDraft(name=f"N{who}", email=f"n{who}@example.org", region=region),
                signed_at=at,
            )
            for who, at in lines
        ]
        return [*self.desk.intake(self.id, submissions)]

    def withdraw(self, who: int) -> object:
        numbered = self.store.signatures(self.id)
        live = [
            n.signature.id
            for n in numbered
            if n.signature.live and n.signature.particulars.name == f"N{who}"
        ]
        return self.desk.withdraw(self.id, live[0]) if live else None

    def declare(
        self, amount: int, effect: CountEffect = CountEffect.ADDS, source: str = "paper"
    ) -> None:
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
        except (IllegalStepError, InvalidValueError) as error:
            self.answers.append(type(error))

    def _do(self, step: Step) -> object:
        desk, later = self.desk, self.now + timedelta(hours=3 * step.amount)
        region = REGIONS[step.which % 3]
        acts: dict[Verb, Callable[[], object]] = {
            "sign": lambda: self.sign(step.which, region),
            "hand in": lambda: self.hand_in((step.which, self.now), region=region),
            "withdraw": lambda: self.withdraw(step.which),
            "declare": lambda: self.declare(step.amount, step.effect, "ab"[step.which % 2]),
            "find": lambda: desk.record_finding(self.id, "victory", value=step.amount),
            "pause": lambda: desk.pause(self.id, until=later if step.amount else None),
            "unpause": lambda: desk.unpause(self.id),
            "accept": lambda: desk.acting(Capacity.OFFICE).accept(self.id, "ada"),
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
    for place, step in enumerate(history):
        life.clock.go(timedelta(hours=step.hours))
        if place in ticks:
            life.desk.tick()
        life.take(step)
    if len(history) in ticks:
        life.desk.tick()
    return life
