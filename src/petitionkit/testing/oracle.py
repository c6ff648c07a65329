"""What a petition office would work out by hand, in plain dictionaries.

Written from the rules as they read in the documentation, and from none of petitionkit's
decisions: people are known by name, instants are compared, counts are counted. It is asked
before the desk is, and the two must agree.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from attrs import define, field

__all__ = [
    "Folder",
    "Office",
    "Rules",
    "Signed",
    "Tried",
    "end_of_second_day_after",
    "first_reading",
]

T = TypeVar("T", datetime, int)


def first_reading(level: int, since: T, moves: Sequence[tuple[T, int]]) -> T | None:
    """Brute force: ask every instant in turn whether the running sum stood at the level.

    At an instant a counter shows every sum that it goes through then, and until the next
    instant the last of them.
    """
    stands = 0
    for instant in sorted({when for when, _ in moves} | {since}):
        within = [amount for when, amount in moves if when == instant]
        shown = [] if within else [stands]
        for amount in within:
            stands += amount
            shown.append(stands)
        if instant >= since and any(n >= level for n in shown):
            return instant
    return None


@define(kw_only=True)
class Rules:
    """A policy as the office would say it."""

    by_mail: bool
    grace: timedelta = timedelta(0)
    link: timedelta = timedelta(days=30)
    mails: int = 5
    """In any day, to one mailbox."""
    deadline: Callable[[datetime], datetime | None]
    levels: dict[str, int]
    enders: frozenset[str]


def end_of_second_day_after(opened: datetime) -> datetime:
    """Midnight at the end of the second day after this one, in UTC."""
    return datetime.combine(opened.date() + timedelta(days=3), time(), UTC)


@define(kw_only=True)
class Signed:
    """One signature on a sheet: who, where it stands on a roll, and whether it still counts."""

    who: str
    petition: UUID
    place: tuple[str, int]
    signed_at: datetime
    kind: str
    live: bool = True


@define(kw_only=True)
class Tried:
    """A link that was sent, and what became of it."""

    who: str
    petition: UUID
    kind: str
    received: datetime
    expires: datetime
    signature: UUID | None = None


@define(kw_only=True)
class Folder:
    """One petition on the office's desk."""

    realm: str
    latest: datetime
    rules: Rules | None = None
    opened: datetime | None = None
    deadline: datetime | None = None
    closed: datetime | None = None
    withdrawn: datetime | None = None
    moves: list[tuple[datetime, int]] = field(factory=list)
    declared: list[tuple[int, datetime]] = field(factory=list)
    recorded: dict[str, datetime] = field(factory=dict)
    told: list[tuple[str, str]] = field(factory=list)

    def ended(self) -> datetime | None:
        """When it came to its end, or will."""
        ends = [at for at in (self.closed, self.deadline) if at is not None]
        return min(ends, default=None)

    def state(self, at: datetime) -> str:
        """Draft, open, closed or withdrawn at an instant."""
        ended = self.ended()
        if self.withdrawn is not None and at >= self.withdrawn:
            return "withdrawn"
        if ended is not None and at >= ended:
            return "closed"
        return "draft" if self.opened is None or at < self.opened else "open"

    def paper(self) -> int:
        """How many supporters are declared without signatures."""
        return sum(amount for amount, _ in self.declared)

    def reached(self, key: str) -> datetime | None:
        """When a level was reached."""
        if key in self.recorded or self.rules is None or self.opened is None:
            return self.recorded.get(key)
        since = max((as_of for _, as_of in self.declared), default=self.opened)
        needed = self.rules.levels[key] - self.paper()
        return first_reading(needed, since, self.moves) if needed > 0 else since

    def settle(self, now: datetime, *, without_signatures: bool = False) -> None:
        """Write down what has come about by itself, or by paper alone."""
        for key, level in self.rules.levels.items() if self.rules else ():
            at = self.reached(key)
            if at is None or at > now or self.state(at) == "withdrawn":
                continue
            if key not in self.recorded and (level <= self.paper() or not without_signatures):
                self.recorded[key] = at
                self.told.append(("threshold_reached", key))
                self.latest = max(self.latest, at)
        over = self.deadline is not None and self.deadline <= now
        if over and self.closed is None and self.withdrawn is None:
            assert self.deadline is not None
            self.closed = self.deadline
            self.told.append(("closed", "window"))
            self.latest = max(self.latest, self.deadline)


class Office:
    """All petitions, attempts and signatures, and who may do what with them at an instant."""

    def __init__(self) -> None:
        """Begin with empty sheets."""
        self.sheets: dict[UUID, Folder] = {}
        self.signed: dict[UUID, Signed] = {}
        self.tried: dict[UUID, Tried] = {}
        self.mailed: list[tuple[UUID, str, datetime]] = []

    def holder(self, realm: str, who: str) -> UUID | None:
        """Whose live signature in a realm is this person's."""
        holding = [
            key
            for key, signed in self.signed.items()
            if signed.live and signed.who == who and self.sheets[signed.petition].realm == realm
        ]
        assert len(holding) <= 1
        return holding[0] if holding else None

    def row_of(self, petition: UUID, place: tuple[str, int], signed_at: datetime) -> UUID | None:
        """The row that this very line of a roll was given when it came in before."""
        wanted = (petition, place, signed_at)
        return next(
            (
                key
                for key, signed in self.signed.items()
                if place[1] and (signed.petition, signed.place, signed.signed_at) == wanted
            ),
            None,
        )

    def supporters(self, petition: UUID, kind: str = "") -> int:
        """How many live signatures a petition has, or those of one kind."""
        return sum(
            signed.live and signed.petition == petition and kind in ("", signed.kind)
            for signed in self.signed.values()
        )

    def takes(self, petition: UUID, now: datetime, signed_at: datetime | None = None) -> bool:
        """Whether a signature is taken now that was signed at an instant."""
        sheet = self.sheets[petition]
        at = now if signed_at is None else signed_at
        return sheet.state(at) == "open" and sheet.state(now) != "withdrawn" and at <= now

    def may_confirm(self, petition: UUID, now: datetime) -> bool:
        """Whether a link still makes a signature now."""
        sheet = self.sheets[petition]
        ended = sheet.ended()
        state, grace = sheet.state(now), sheet.rules.grace if sheet.rules else timedelta()
        in_grace = state == "closed" and ended is not None and now <= ended + grace
        return state == "open" or (bool(grace) and in_grace)

    def mail_due(self, petition: UUID, who: str, now: datetime) -> str:
        """Which mail goes to somebody who signs by mail now."""
        sheet = self.sheets[petition]
        day_ago = now - timedelta(days=1)
        sent = [at for one, to, at in self.mailed if (one, to) == (petition, who) and at > day_ago]
        if sheet.rules is None or len(sent) >= sheet.rules.mails:
            return "nothing"
        self.mailed.append((petition, who, now))
        return "already_signed" if self.holder(sheet.realm, who) else "confirm"

    def count(self, key: UUID, signed: Signed, at: datetime) -> None:
        """Write a signature on its sheet."""
        self.signed[key] = signed
        self.sheets[signed.petition].moves.append((at, 1))

    def take_back(self, key: UUID, now: datetime) -> None:
        """Cross a signature out."""
        self.signed[key].live = False
        self.sheets[self.signed[key].petition].moves.append((now, -1))
