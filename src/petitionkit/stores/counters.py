"""Counters and watched levels in SQL: exact counts, and when a level was first reached.

Moves of counters are appended to a ledger (``petitionkit_unfolded``), which excludes nobody,
and folded into counts and readings by one transaction at a time. A reader folds in its head
what nobody has folded yet. A level's reading follows from the moves as long as they come in
the order of their instants; where one comes late (a roll that is not sorted, a clock that
stepped back) the level is marked stale and found again from all deltas, in one pass. So
readings never depend on the order of arrival.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from attrs import define, field

from petitionkit.ledger import Delta, Watch
from petitionkit.rows import instant_from_column
from petitionkit.stores.connection import Connection
from petitionkit.tally import Count, LevelReading, Tally

__all__ = [
    "APPEND",
    "FOLD_EVERY",
    "append_deltas",
    "fold",
    "moves_of",
    "reached_unfolded",
    "read_counts",
    "read_tally",
    "refresh_levels",
    "set_watches",
    "watch_anew",
]

FOLD_EVERY = 64
"""A ledger that nobody has asked for is folded by every so many-th signature."""


@define
class _Counter:
    """A counter: its amount, all that was ever added to it, and its latest delta's instant."""

    amount: int = 0
    gained: int = 0
    as_of: datetime | None = None


@define
class _Level:
    counter: str
    level: int
    since: datetime
    reached_at: datetime | None
    stale: bool
    skip: int = 0
    """Deltas up to this number, of the instant 'since' itself, came before it was watched."""


@define(order=True)
class _Move:
    number: int
    at: datetime
    counters: str
    amount: int


def _move(number: int, at: Any, counters: str, amount: int) -> _Move:  # noqa: ANN401 (a cell)
    return _Move(number, instant_from_column(at), counters, amount)


@define
class _Sums:
    """Counters and levels of a petition as they stand, and what moves do to them."""

    counters: dict[str, _Counter] = field(factory=dict)
    levels: list[_Level] = field(factory=list)

    def counter(self, name: str) -> _Counter:
        return self.counters.get(name, _Counter())

    def move(self, moves: Iterable[_Move]) -> tuple[set[str], list[_Level]]:
        """Take moves into account; the counters and levels that changed."""
        by_name: dict[str, list[tuple[datetime, int]]] = {}
        for move in moves:
            for name in move.counters.split(",") if move.counters else ():
                by_name.setdefault(name, []).append((move.at, move.amount))
        changed = [
            level
            for level in self.levels
            if level.counter in by_name
            and _reread(level, self.counter(level.counter), by_name[level.counter])
        ]
        for name, moved in by_name.items():
            counter = self.counters.setdefault(name, _Counter())
            counter.amount += sum(amount for _, amount in moved)
            counter.gained += sum(amount for _, amount in moved if amount > 0)
            instants = (counter.as_of, *(at for at, _ in moved))
            counter.as_of = max(at for at in instants if at is not None)
        return set(by_name), changed

    def tally(self) -> Tally:
        instants = (counter.as_of for counter in self.counters.values())
        return Tally(
            counts=tuple(
                Count(counter=name, amount=counter.amount)
                for name, counter in sorted(self.counters.items())
            ),
            latest=max((at for at in instants if at is not None), default=None),
            levels=tuple(
                LevelReading(
                    counter=level.counter,
                    level=level.level,
                    reached_at=level.reached_at,
                    since=level.since,
                )
                for level in sorted(self.levels, key=lambda one: (one.counter, one.level))
            ),
        )


def _first(levels: Iterable[_Level]) -> datetime | None:
    """The first instant at which one of these was reached, or may have been."""
    return min(
        (level.since if level.stale else level.reached_at or level.since for level in levels),
        default=None,
    )


def _reread(level: _Level, counter: _Counter, moved: Sequence[tuple[datetime, int]]) -> bool:
    """Take new moves into account; tell whether the level's row changed."""
    gained = counter.gained + sum(amount for _, amount in moved if amount > 0)
    instants = [at for at in (counter.as_of, *(at for at, _ in moved)) if at is not None]
    first = moved[0][0]
    if level.stale or gained < level.level:
        return False  # known to be unsure, or out of reach in whatever order
    if instants != sorted(instants):
        earliest = min(at for at, _ in moved)
        level.stale = level.reached_at is None or earliest <= level.reached_at
        return level.stale
    if level.reached_at is not None:
        # A reading at 'since' itself may rest on what stood there before these moves.
        level.stale = first <= level.since
        return level.stale
    if first <= level.since or counter.amount >= level.level:
        level.stale = True  # the watch begins after these moves, or among them
        return True
    running = counter.amount
    for at, amount in moved:
        running += amount
        if running >= level.level and at >= level.since:
            level.reached_at = at
            return True
    return False


# One statement, so that what it shows is of one moment whatever others commit meanwhile.
_SUMS = (
    "SELECT 'count', counter, amount, gained, as_of, NULL, false FROM petitionkit_count"
    " WHERE petition = ?"
    " UNION ALL SELECT 'level', counter, level, skip, since, reached_at, stale"
    " FROM petitionkit_level WHERE petition = ?"
    " UNION ALL SELECT 'move', counters, amount, number, at, NULL, false"
    " FROM petitionkit_unfolded WHERE petition = ?"
)


def _read(connection: Connection, petition: int) -> tuple[_Sums, list[_Move]]:
    sums, moves = _Sums(), []
    for kind, name, one, two, at, reached, stale in connection.execute(
        _SUMS, (petition, petition, petition)
    ).fetchall():
        if kind == "count":
            sums.counters[name] = _Counter(one, two, instant_from_column(at))
        elif kind == "level":
            found = None if reached is None else instant_from_column(reached)
            level = _Level(name, one, instant_from_column(at), found, bool(stale), two)
            sums.levels.append(level)
        else:
            moves.append(_move(two, at, name, one))
    return sums, sorted(moves)


def read_counts(connection: Connection, petition: int) -> dict[str, int]:
    """All counters of a petition by name, with what nobody has folded yet."""
    sums, moves = _read(connection, petition)
    sums.move(moves)
    return {name: counter.amount for name, counter in sums.counters.items()}


def read_tally(connection: Connection, petition: int) -> Tally | None:
    """Counts and readings as they stand; None where a reading must be found again first."""
    sums, moves = _read(connection, petition)
    sums.move(moves)
    return None if any(level.stale for level in sums.levels) else sums.tally()


# A prefix of the deltas stands from its own instant until the next delta's; the first one
# that stands at the level at or after 'since' gives the reading.
_FIND_READING = """
WITH running AS (
  SELECT at, number,
         SUM(amount) OVER (ORDER BY at, number) AS stands,
         LEAD(at) OVER (ORDER BY at, number) AS following
  FROM petitionkit_delta
  WHERE petition = ? AND replace(',' || counters || ',', ?, '') <> ',' || counters || ','
)
SELECT at FROM running
WHERE stands >= ? AND ((at, number) > (?, ?) OR following > ? OR following IS NULL)
ORDER BY at, number LIMIT 1
"""


def refresh_levels(connection: Connection, petition: int) -> None:
    """Find every stale reading again from the deltas; nothing may be unfolded."""
    for level in _read(connection, petition)[0].levels:
        if level.stale:
            since = level.since
            row = connection.execute(
                _FIND_READING,
                (petition, f",{level.counter},", level.level, since, level.skip, since),
            ).fetchone()
            level.reached_at = max(instant_from_column(row[0]), since) if row else None
            level.stale = False
            _write_level(connection, petition, level)


def _write_level(connection: Connection, petition: int, level: _Level) -> None:
    connection.execute(
        "UPDATE petitionkit_level SET since = ?, reached_at = ?, stale = ?, skip = ?"
        " WHERE petition = ? AND counter = ? AND level = ?",
        (
            level.since,
            level.reached_at,
            level.stale,
            level.skip,
            petition,
            level.counter,
            level.level,
        ),
    )


def set_watches(connection: Connection, petition: int, watches: Sequence[Watch]) -> datetime | None:
    """Watch exactly these levels; what was watched since the same instant keeps its reading.

    Answers with the earliest ``since`` of a level that may have been reached already, or None.
    """
    sums, _ = _read(connection, petition)
    known = {(level.counter, level.level): level.since for level in sums.levels}
    wanted = {(watch.counter, watch.level): watch.since for watch in watches}
    kept = {key for key, since in known.items() if wanted.get(key) == since}
    connection.executemany(
        "DELETE FROM petitionkit_level WHERE petition = ? AND counter = ? AND level = ?",
        [(petition, *key) for key in known if key not in kept],
    )
    fresh = [
        (*key, since, sums.counter(key[0]).gained >= key[1])
        for key, since in wanted.items()
        if key not in kept
    ]
    connection.executemany(
        "INSERT INTO petitionkit_level"
        " (petition, counter, level, since, reached_at, stale, skip)"
        " VALUES (?, ?, ?, ?, NULL, ?, 0)",
        [(petition, *row) for row in fresh],
    )
    return min((since for *_, since, stale in fresh if stale), default=None)


def watch_anew(connection: Connection, petition: int, watches: Sequence[Watch]) -> datetime | None:
    """Forget the readings of these levels: what counts is what stands after the deltas so far.

    Answers with the earliest ``since`` of those that were watched, or None.
    """
    sums, _ = _read(connection, petition)
    known = {(level.counter, level.level): level for level in sums.levels}
    (last,) = connection.execute(
        "SELECT coalesce(max(number), 0) FROM petitionkit_delta WHERE petition = ?", (petition,)
    ).fetchone()
    rings: list[datetime] = []
    for watch in watches:
        counter = sums.counter(watch.counter)
        level = known.get((watch.counter, watch.level))
        if level is None:
            continue
        # Where the clock has stepped back the deltas must tell.
        stale = counter.as_of is not None and counter.as_of > watch.since
        stands = not stale and counter.amount >= watch.level
        rings.append(watch.since)
        level.since, level.stale, level.skip = watch.since, stale, last
        level.reached_at = watch.since if stands else None
        _write_level(connection, petition, level)
    return min(rings, default=None)


APPEND = "INSERT INTO petitionkit_unfolded (petition, at, counters, amount) VALUES (?, ?, ?, ?)"


def moves_of(petition: int, deltas: Sequence[Delta]) -> list[tuple[int, datetime, str, int]]:
    """Rows by which deltas are written down unfolded, see ``APPEND``."""
    lines = [(delta.at, ",".join(delta.counters), delta.amount) for delta in deltas]
    # Only gains of one instant are put together: a level may be reached between two losses.
    merged: list[tuple[int, datetime, str, int]] = []
    for (at, counters, gain), run in groupby(lines, key=lambda line: (*line[:2], line[2] > 0)):
        amounts = [amount for *_, amount in run]
        merged += [(petition, at, counters, n) for n in ([sum(amounts)] if gain else amounts)]
    return merged


def append_deltas(connection: Connection, petition: int, deltas: Sequence[Delta]) -> None:
    """Write deltas down unfolded."""
    connection.executemany(APPEND, moves_of(petition, deltas))


_TAKE = (
    "DELETE FROM petitionkit_unfolded WHERE petition = ?"
    " RETURNING number, petition, at, counters, amount"
)
_KEEP = (
    "INSERT INTO petitionkit_delta (number, petition, at, counters, amount)"
    " SELECT number, petition, at, counters, amount FROM "
)


def _turned_over(connection: Connection, petition: int) -> list[_Move]:
    """What stood unfolded, which stands among the deltas now."""
    taken = "SELECT number, petition, at, counters, amount FROM taken"
    if connection.dialect.chains:
        sql = f"WITH taken AS ({_TAKE}), kept AS ({_KEEP} taken) {taken}"
    else:
        connection.execute(f"{_KEEP} petitionkit_unfolded WHERE petition = ?", (petition,))
        sql = _TAKE
    rows = connection.execute(sql, (petition,)).fetchall()
    return sorted(_move(number, at, counters, n) for number, _, at, counters, n in rows)


def fold(connection: Connection, petition: int) -> datetime | None:
    """Move counts and readings by what stands unfolded; nobody else may be folding it.

    Answers with the instant of the first level that was, or may have been, reached, or None.
    """
    moves = _turned_over(connection, petition)
    if not moves:
        return None
    sums, _ = _read(connection, petition)
    names, levels = sums.move(moves)
    connection.executemany(
        "INSERT INTO petitionkit_count (petition, counter, amount, gained, as_of)"
        " VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (petition, counter) DO UPDATE SET"
        " amount = excluded.amount, gained = excluded.gained, as_of = excluded.as_of",
        [
            (petition, name, counter.amount, counter.gained, counter.as_of)
            for name, counter in sorted(sums.counters.items())
            if name in names
        ],
    )
    for level in levels:
        _write_level(connection, petition, level)
    return _first(levels)


# Petitions with a level that is not out of reach of what stands unfolded.
_NEAR = """
SELECT DISTINCT p.id, p.number
FROM (
  SELECT l.petition, l.counter, l.level,
         SUM(CASE WHEN u.amount > 0 THEN u.amount ELSE 0 END) AS gains
  FROM petitionkit_unfolded u
  JOIN petitionkit_level l ON l.petition = u.petition AND NOT l.stale
   AND (l.reached_at IS NULL OR u.at <= l.reached_at)
   AND replace(',' || u.counters || ',', ',' || l.counter || ',', '') <> ',' || u.counters || ','
  GROUP BY l.petition, l.counter, l.level
) AS near
JOIN petitionkit_petition p ON p.number = near.petition
LEFT JOIN petitionkit_count c ON c.petition = near.petition AND c.counter = near.counter
WHERE coalesce(c.gained, 0) + near.gains >= near.level
"""


def reached_unfolded(connection: Connection) -> list[tuple[Any, datetime]]:
    """Ids of petitions of which unfolded moves may have reached a level, each with when."""
    found = []
    for petition_id, number in connection.execute(_NEAR).fetchall():
        sums, moves = _read(connection, number)
        at = _first(sums.move(moves)[1])
        found += [] if at is None else [(petition_id, at)]
    return found
