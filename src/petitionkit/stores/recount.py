"""Counters held against the signatures in SQL, and put right where they differ.

Decides what the counters should be: what the rows say. Knows no rule, so it trusts the names
of counters that each signature bears.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from petitionkit.ledger import Delta
from petitionkit.stores.connection import Connection
from petitionkit.stores.counters import append_deltas, fold
from petitionkit.tally import Drift

__all__ = ["drift_of", "mend_counts"]

# One statement, so that all four are of one moment whoever signs meanwhile.
_COMPARE = (
    "SELECT 'found', counters, count(*) FROM petitionkit_signature"
    " WHERE petition = ? AND withdrawn_at IS NULL AND invalidated_at IS NULL GROUP BY counters"
    " UNION ALL SELECT 'counted', counter, amount FROM petitionkit_count WHERE petition = ?"
    " UNION ALL SELECT 'entered', counters, CAST(sum(amount) AS bigint) FROM petitionkit_delta"
    " WHERE petition = ? GROUP BY counters"
    " UNION ALL SELECT 'unfolded', counters, CAST(sum(amount) AS bigint)"
    " FROM petitionkit_unfolded WHERE petition = ? GROUP BY counters"
)
_SET = (
    "INSERT INTO petitionkit_count (petition, counter, amount, gained, as_of)"
    " SELECT petition, ?, ?, sum(CASE WHEN amount > 0 THEN amount ELSE 0 END), max(at)"
    " FROM petitionkit_delta WHERE petition = ?"
    " AND replace(',' || counters || ',', ?, '') <> ',' || counters || ',' GROUP BY petition"
    " ON CONFLICT (petition, counter) DO UPDATE SET"
    " amount = excluded.amount, gained = excluded.gained, as_of = excluded.as_of"
)


def drift_of(connection: Connection, number: int) -> list[Drift]:
    """See ``Accountable.drift``; ``number`` is the petition's."""
    sums: dict[str, Counter[str]] = {
        kind: Counter() for kind in ("found", "counted", "entered", "unfolded")
    }
    for kind, names, amount in connection.execute(_COMPARE, (number,) * 4).fetchall():
        for name in names.split(",") if names else ():
            sums[kind][name] += amount
    found, unfolded = sums["found"], sums["unfolded"]
    drifts = (
        Drift(
            counter=name,
            counted=sums["counted"][name] + unfolded[name],
            entered=sums["entered"][name] + unfolded[name],
            found=found[name],
        )
        for name in sorted({name for some in sums.values() for name in some})
    )
    return [one for one in drifts if not one.found == one.counted == one.entered]


def mend_counts(
    connection: Connection, number: int, drifts: Sequence[Drift], at: datetime
) -> datetime | None:
    """Make the counters what was found; nothing may be unfolded, and nobody else at it.

    Answers as ``fold`` does.
    """
    append_deltas(
        connection,
        number,
        [
            Delta(counters=(one.counter,), amount=one.found - one.entered, at=at)
            for one in drifts
            if one.found != one.entered
        ],
    )
    rung = fold(connection, number)
    for one in drifts:
        name = one.counter
        connection.execute(_SET, (name, one.found, number, f",{name},"))
        connection.execute(
            "UPDATE petitionkit_level SET stale = ? WHERE petition = ? AND counter = ?",
            (True, number, name),
        )
    return rung
