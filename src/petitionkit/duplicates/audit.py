"""The audit of a roll: everything that an office looks at before it hands the roll over.

Runs the finder, joins clusters, counts signals and growth, and puts it into one value. It changes
nothing and decides nothing; how it looks is for ``report``.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime, timedelta

from attrs import field, frozen

from petitionkit.duplicates.clusters import Cluster, clusters
from petitionkit.duplicates.finder import Oversized, Pair, Proposed, find
from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.rows import Row, canonical
from petitionkit.duplicates.rules import RuleSet, Tier
from petitionkit.duplicates.signals import Signal, SignalLimits, signals

__all__ = ["Audit", "Engine", "Growth", "RuleCount", "audit"]

Engine = Callable[[RuleSet, Iterable[Row]], Proposed]
"""``finder.find``, or one that proposes the same: ``duckdb_engine.find``."""


@frozen(kw_only=True)
class RuleCount:
    """How many pairs a rule proposed, and for how many it was the only one."""

    rule: str
    tier: Tier
    pairs: int
    alone: int


@frozen(kw_only=True)
class Growth:
    """Signatures by window: ``counts[0]`` came in the ``step`` that begins at ``since``."""

    since: datetime
    step: timedelta
    counts: tuple[int, ...]


@frozen(kw_only=True)
class Audit:
    """What was found in a roll; ``listings`` are those that a pair or a signal speaks of."""

    rule_set: str
    signatures: int
    pairs: tuple[Pair, ...]
    clusters: tuple[Cluster, ...]
    rules: tuple[RuleCount, ...]
    oversized: tuple[Oversized, ...]
    signals: tuple[Signal, ...]
    growth: Growth | None
    listings: Mapping[str, Listing] = field(repr=False)

    def of(self, tier: Tier) -> int:
        """How many pairs of a tier there are."""
        return sum(pair.tier is tier for pair in self.pairs)

    @property
    def surplus(self) -> int:
        """How many signatures too many there are, if every cluster is one person."""
        return sum(len(cluster.members) - 1 for cluster in self.clusters)


_POINTS = 200  # of a plot, at most


def audit(
    rule_set: RuleSet,
    listings: Iterable[Listing],
    *,
    engine: Engine = find,
    limits: SignalLimits | None = None,
    disposable: Container[str] = frozenset(),
) -> Audit:
    """Look through a roll. Holds all of it in memory; for more see ``duckdb_engine``."""
    listed = list(listings)
    found = engine(rule_set, map(canonical, listed))
    pairs = tuple(sorted(found.pairs, key=lambda p: (tuple(Tier).index(p.tier), p)))
    told = signals(listed, limits=limits, disposable=disposable)
    spoken_of = {row for pair in pairs for row in (pair.left, pair.right)}
    spoken_of.update(row for signal in told for row in signal.ids)
    return Audit(
        rule_set=rule_set.digest,
        signatures=len(listed),
        pairs=pairs,
        clusters=clusters(pairs),
        rules=_counts(rule_set, pairs),
        oversized=tuple(sorted(found.oversized)),
        signals=told,
        growth=_growth([listing.signed_at for listing in listed if listing.signed_at]),
        listings={listing.id: listing for listing in listed if listing.id in spoken_of},
    )


def _counts(rule_set: RuleSet, pairs: Iterable[Pair]) -> tuple[RuleCount, ...]:
    fired: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for pair in pairs:
        fired.update(pair.rules)
        if len(pair.rules) == 1:
            alone.update(pair.rules)
    return tuple(
        RuleCount(rule=r.name, tier=r.tier, pairs=fired[r.name], alone=alone[r.name])
        for r in rule_set.rules
    )


_STEPS = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15)),
    *(timedelta(hours=hours) for hours in (1, 6)),
    *(timedelta(days=days) for days in (1, 7, 28, 365)),
)


def _growth(instants: list[datetime]) -> Growth | None:
    """Count by the shortest step that leaves a plot readable."""
    if not instants:
        return None
    since, until = min(instants), max(instants)
    step = next((s for s in _STEPS if (until - since) // s < _POINTS), _STEPS[-1])
    counts = Counter((at - since) // step for at in instants)
    return Growth(since=since, step=step, counts=tuple(counts[i] for i in range(max(counts) + 1)))
