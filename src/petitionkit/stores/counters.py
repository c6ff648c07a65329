"""Counters and watched levels in SQL: exact counts, and when a level was first reached.

Counts are kept as deltas arrive. A level's reading follows from the deltas of a write as long
as they come in the order of their instants; where one comes late (a roll that is not sorted,
a clock that stepped back) the level is marked stale, and whoever reads it next finds it again
from the deltas themselves, in one pass. So readings never depend on the order of arrival.
"""

from collections.abc import Sequence
from itertools import groupby

from attrs import define

from petitionkit.ledger import Delta, Watch
from petitionkit.rows import instant_column, instant_from_column
from petitionkit.stores.connection import Connection
from petitionkit.tally import Count, LevelReading, Tally

__all__ = [
    "Counter",
    "enter_deltas",
    "has_stale_levels",
    "read_counters",
    "read_tally",
    "refresh_levels",
    "set_watches",
    "watch_anew",
]


@define
class Counter:
    """A counter: its amount, all that was ever added to it, and its latest delta's instant."""

    amount: int = 0
    gained: int = 0
    as_of: str = ""


@define
class _Level:
    counter: str
    level: int
    since: str
    reached_at: str | None
    stale: bool
    skip: int = 0
    """Deltas up to this number, of the instant 'since' itself, came before it was watched."""


def read_counters(connection: Connection, petition: int) -> dict[str, Counter]:
    """All counters of a petition by name."""
    rows = connection.execute(
        "SELECT counter, amount, gained, as_of FROM petitionkit_count"
        " WHERE petition = ? ORDER BY counter",
        (petition,),
    ).fetchall()
    return {name: Counter(amount, gained, as_of) for name, amount, gained, as_of in rows}


def _levels(connection: Connection, petition: int) -> list[_Level]:
    rows = connection.execute(
        "SELECT counter, level, since, reached_at, stale, skip FROM petitionkit_level"
        " WHERE petition = ? ORDER BY counter, level",
        (petition,),
    ).fetchall()
    return [_Level(*row) for row in rows]


def read_tally(connection: Connection, petition: int) -> Tally:
    """Counts and readings as they stand; stale readings must have been refreshed before."""
    counters = read_counters(connection, petition)
    latest = max((counter.as_of for counter in counters.values()), default="")
    return Tally(
        counts=tuple(
            Count(counter=name, amount=counter.amount) for name, counter in counters.items()
        ),
        latest=instant_from_column(latest) if latest else None,
        levels=tuple(
            LevelReading(
                counter=level.counter,
                level=level.level,
                reached_at=instant_from_column(level.reached_at) if level.reached_at else None,
                since=instant_from_column(level.since),
            )
            for level in _levels(connection, petition)
        ),
    )


def has_stale_levels(connection: Connection, petition: int) -> bool:
    """Whether a reading must be found again before it is shown."""
    row = connection.execute(
        "SELECT 1 FROM petitionkit_level WHERE petition = ? AND stale LIMIT 1",
        (petition,),
    ).fetchone()
    return row is not None


# A prefix of the deltas stands from its own instant until the next delta's; the first one
# that stands at the level at or after 'since' gives the reading.
_FIND_READING = """
WITH running AS (
  SELECT at, number, (at, number) > (:since, :skip) AS later,
         SUM(amount) OVER (ORDER BY at, number) AS stands,
         LEAD(at) OVER (ORDER BY at, number) AS following
  FROM petitionkit_delta
  WHERE petition = :petition AND instr(',' || counters || ',', ',' || :counter || ',')
)
SELECT MAX(at, :since) FROM running
WHERE stands >= :level AND (later OR following > :since OR following IS NULL)
ORDER BY at, number LIMIT 1
"""


def refresh_levels(connection: Connection, petition: int) -> None:
    """Find every stale reading again from the deltas."""
    for level in _levels(connection, petition):
        if level.stale:
            row = connection.execute(
                _FIND_READING,
                {
                    "petition": petition,
                    "counter": level.counter,
                    "level": level.level,
                    "since": level.since,
                    "skip": level.skip,
                },
            ).fetchone()
            level.reached_at, level.stale = (row[0] if row else None), False
            _write_level(connection, petition, level)


def _write_level(connection: Connection, petition: int, level: _Level) -> None:
    connection.execute(
        "UPDATE petitionkit_level SET reached_at = ?, stale = ?"
        " WHERE petition = ? AND counter = ? AND level = ?",
        (level.reached_at, level.stale, petition, level.counter, level.level),
    )


def set_watches(connection: Connection, petition: int, watches: Sequence[Watch]) -> str | None:
    """Watch exactly these levels; what was watched since the same instant keeps its reading.

    Answers with the earliest ``since`` of a level that may have been reached already, or None.
    """
    known = {(level.counter, level.level): level for level in _levels(connection, petition)}
    wanted = {(watch.counter, watch.level): instant_column(watch.since) for watch in watches}
    kept = {key for key, level in known.items() if wanted.get(key) == level.since}
    connection.executemany(
        "DELETE FROM petitionkit_level WHERE petition = ? AND counter = ? AND level = ?",
        [(petition, *key) for key in known if key not in kept],
    )
    counters = read_counters(connection, petition)
    fresh = [
        (*key, since, counters.get(key[0], Counter()).gained >= key[1])
        for key, since in wanted.items()
        if key not in kept
    ]
    connection.executemany(
        "INSERT INTO petitionkit_level VALUES (?, ?, ?, ?, NULL, ?, 0)",
        [(petition, *row) for row in fresh],
    )
    return min((since for *_, since, stale in fresh if stale), default=None)


def watch_anew(connection: Connection, petition: int, watches: Sequence[Watch]) -> str | None:
    """Forget the readings of these levels: what counts is what stands after the deltas so far.

    Answers with the earliest ``since`` of them, or None.
    """
    counters = read_counters(connection, petition)
    rings: list[str] = []
    for watch in watches:
        since, counter = instant_column(watch.since), counters.get(watch.counter, Counter())
        stale = counter.as_of > since  # the clock has stepped back: the deltas must tell
        stands = not stale and counter.amount >= watch.level
        rings.append(since)
        connection.execute(
            "UPDATE petitionkit_level SET since = ?, reached_at = ?, stale = ?,"
            " skip = (SELECT coalesce(max(number), 0) FROM petitionkit_delta WHERE petition = ?)"
            " WHERE petition = ? AND counter = ? AND level = ?",
            (
                since,
                since if stands else None,
                stale,
                petition,
                petition,
                watch.counter,
                watch.level,
            ),
        )
    return min(rings, default=None)


def enter_deltas(
    connection: Connection,
    petition: int,
    before: dict[str, Counter],
    deltas: Sequence[Delta],
) -> str | None:
    """Write deltas and move the counters.

    ``before`` are the counters as they stood; they are left alone. Answers with the instant
    of the first level that was, or may have been, reached by these deltas, or None.
    """
    lines = [(instant_column(d.at), ",".join(d.counters), d.amount) for d in deltas]
    # Only gains of one instant are put together: a level may be reached between two losses.
    merged: list[tuple[int, str, str, int]] = []
    for (at, counters, gain), run in groupby(lines, key=lambda line: (*line[:2], line[2] > 0)):
        amounts = [amount for *_, amount in run]
        merged += [(petition, at, counters, n) for n in ([sum(amounts)] if gain else amounts)]
    connection.executemany(
        "INSERT INTO petitionkit_delta (petition, at, counters, amount) VALUES (?, ?, ?, ?)",
        merged,
    )
    moves: dict[str, list[tuple[str, int]]] = {}
    for _, at, counters, amount in merged:
        for name in counters.split(",") if counters else ():
            moves.setdefault(name, []).append((at, amount))
    for name, moved in moves.items():
        counter = before.get(name, Counter())
        connection.execute(
            "INSERT INTO petitionkit_count VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (petition, counter) DO UPDATE SET"
            " amount = excluded.amount, gained = excluded.gained, as_of = excluded.as_of",
            (
                petition,
                name,
                counter.amount + sum(amount for _, amount in moved),
                counter.gained + sum(amount for _, amount in moved if amount > 0),
                max(counter.as_of, *(at for at, _ in moved)),
            ),
        )
    changed = [
        level
        for level in _levels(connection, petition)
        if level.counter in moves
        and _reread(level, before.get(level.counter, Counter()), moves[level.counter])
    ]
    for level in changed:
        _write_level(connection, petition, level)
    return min(
        (level.since if level.stale else level.reached_at or level.since for level in changed),
        default=None,
    )


def _reread(level: _Level, counter: Counter, moved: Sequence[tuple[str, int]]) -> bool:
    """Take new moves into account; tell whether the level's row changed."""
    gained = counter.gained + sum(amount for _, amount in moved if amount > 0)
    instants = [counter.as_of, *(at for at, _ in moved)]
    if level.stale or gained < level.level:
        return False  # known to be unsure, or out of reach in whatever order
    if instants != sorted(instants):
        late = level.reached_at is None or min(instants[1:]) <= level.reached_at
        level.stale = late
        return late
    if level.reached_at is not None:
        # A reading at 'since' itself may rest on what stood there before these moves.
        level.stale = moved[0][0] <= level.since
        return level.stale
    if moved[0][0] <= level.since or counter.amount >= level.level:
        level.stale = True  # the watch begins after these moves, or among them
        return True
    running = counter.amount
    for at, amount in moved:
        running += amount
        if running >= level.level and at >= level.since:
            level.reached_at = at
            return True
    return False
