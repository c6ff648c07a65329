"""Pairs without rows, for what only looks at pairs."""

from petitionkit.duplicates.finder import Pair
from petitionkit.duplicates.rules import Tier


def pair(
    one: str,
    other: str,
    tier: Tier = Tier.LIKELY,
    *,
    rules: tuple[str, ...] = ("r",),
    levels: tuple[str, ...] = ("same",),
) -> Pair:
    left, right = sorted((one, other))
    return Pair(left=left, right=right, tier=tier, rules=rules, keys=("k",), levels=levels)
