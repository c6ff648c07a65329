"""Clusters: who belongs together if every proposal were right, and where that is doubtful.

Joins pairs of the stronger tiers into clusters and looks at each for what makes a chain of pairs
untrustworthy: a single weak pair that holds two parts together, two members that are proposed as
a household, too many members. It decides nothing; a doubtful cluster is one for a person to see.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from attrs import frozen

from petitionkit.duplicates.finder import Pair
from petitionkit.duplicates.rules import Tier
from petitionkit.limits import Choice

__all__ = ["Cluster", "Doubt", "clusters"]

_STRENGTH = {tier: -place for place, tier in enumerate(Tier)}


class Doubt(Choice):
    """Why a cluster should be looked at as a whole."""

    BRIDGE = "bridge"
    HOUSEHOLD = "household"
    LARGE = "large"


@frozen(kw_only=True)
class Cluster:
    """Rows that pairs hold together, named by the lowest id, so that the name does not change.

    ``weakest`` is the pair of the weakest tier and the fewest rules; ``bridges`` are the pairs
    without each of which the cluster falls apart (only told of three members or more).
    """

    members: tuple[str, ...]
    pairs: tuple[Pair, ...]
    weakest: Pair
    bridges: tuple[Pair, ...]
    doubts: tuple[Doubt, ...]

    @property
    def id(self) -> str:
        """The lowest id of a member."""
        return self.members[0]


def clusters(
    pairs: Iterable[Pair],
    *,
    tiers: Iterable[Tier] = (Tier.SAME_PERSON, Tier.LIKELY),
    largest: int = 6,
) -> tuple[Cluster, ...]:
    """Join pairs of these tiers; a cluster of more than ``largest`` members is doubtful."""
    joining, wanted = [], frozenset(tiers)
    apart: set[tuple[str, str]] = set()
    parents: dict[str, str] = {}
    for pair in pairs:
        if pair.tier in wanted:
            joining.append(pair)
            _join(parents, pair.left, pair.right)
        elif pair.tier is Tier.HOUSEHOLD:
            apart.add((pair.left, pair.right))
    grouped: dict[str, list[Pair]] = defaultdict(list)
    for pair in joining:
        grouped[_top(parents, pair.left)].append(pair)
    split = {_top(parents, a) for a, b in apart if a in parents and _together(parents, a, b)}
    return tuple(
        _cluster(sorted(group), split=top in split, largest=largest)
        for top, group in sorted(grouped.items())
    )


def _top(parents: dict[str, str], row: str) -> str:
    while (above := parents.setdefault(row, row)) != row:
        parents[row] = row = parents[above]
    return row


def _join(parents: dict[str, str], one: str, other: str) -> None:
    low, high = sorted((_top(parents, one), _top(parents, other)))
    parents[high] = low


def _together(parents: dict[str, str], one: str, other: str) -> bool:
    return other in parents and _top(parents, one) == _top(parents, other)


def _cluster(pairs: list[Pair], *, split: bool, largest: int) -> Cluster:
    members = tuple(sorted({row for pair in pairs for row in (pair.left, pair.right)}))
    bridges = tuple(_bridges(pairs)) if len(members) > 2 else ()  # noqa: PLR2004 (see Cluster)
    doubts = {
        Doubt.BRIDGE: any(bridge.tier is not Tier.SAME_PERSON for bridge in bridges),
        Doubt.HOUSEHOLD: split,
        Doubt.LARGE: len(members) > largest,
    }
    return Cluster(
        members=members,
        pairs=tuple(pairs),
        weakest=min(pairs, key=lambda pair: (_STRENGTH[pair.tier], len(pair.rules))),
        bridges=bridges,
        doubts=tuple(doubt for doubt, holds in doubts.items() if holds),
    )


def _bridges(pairs: list[Pair]) -> Iterator[Pair]:
    """Pairs on no ring. R. E. Tarjan, A note on finding the bridges of a graph (1974)."""
    beside: dict[str, dict[str, Pair]] = defaultdict(dict)
    for pair in pairs:
        beside[pair.left][pair.right] = beside[pair.right][pair.left] = pair
    start = pairs[0].left
    order = {start: 0}
    lowest = {start: 0}
    path = [(start, "", iter(beside[start]))]
    while path:
        here, before, others = path[-1]
        for other in others:
            if other not in order:
                order[other] = lowest[other] = len(order)
                path.append((other, here, iter(beside[other])))
                break
            if other != before:
                lowest[here] = min(lowest[here], order[other])
        else:
            path.pop()
            if before:
                lowest[before] = min(lowest[before], lowest[here])
                if lowest[here] > order[before]:
                    yield beside[here][before]
