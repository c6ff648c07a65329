"""Strategies for rules, windows and policies: any that do not contradict themselves.

Draws what can be written down, whether or not a petition could ever meet it; for lives that
petitions lead under policies see ``lives``. It knows no office and no store.
"""

from datetime import date
from functools import cache
from typing import Any, TypeVar

from attrs import evolve
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
from petitionkit.eligibility import Eligibility
from petitionkit.errors import InvalidValueError
from petitionkit.facts import Event
from petitionkit.form import Confirmation, Counting, Demand, Form
from petitionkit.moderation import ENDS_EARLY, Capacity
from petitionkit.parties import AuthorRole, PartyKind
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
from petitionkit.signature import AttestationKind, Channel

__all__ = [
    "COUNTERS",
    "FAILED",
    "PARAMETER",
    "REGIONS",
    "ZONES",
    "calendars",
    "combined",
    "counters",
    "durations",
    "policies",
    "rules",
    "weighed",
    "windows",
]

REGIONS = ("a", "b", "c")
ZONES = ("UTC", "Europe/London", "America/Sao_Paulo", "Pacific/Apia", "Asia/Beirut")
COUNTERS = ("supporters", "persons", "organisations")
PARAMETER = "people"

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


def combined(parts: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    """All, any or so many of some of these rules."""
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


def weighed(weights: dict[str, int], needed: int, factor: int, count: str) -> Regions:
    """Minima in some of the regions, never in more than there are."""
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
            weighed,
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
    return st.recursive(leaves, combined, max_leaves=5)


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
    comment_limit=st.integers(1, 10_000),
    phone_region=st.sampled_from(["", "GB", "DE"]),
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
            by_mail=form.email is Demand.REQUIRED and draw(st.booleans()),
            link_days=draw(st.integers(1, 3660)),
            grace_hours=draw(st.integers(0, 8784)),
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
