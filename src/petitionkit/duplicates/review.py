"""Review: what moderators decided about proposals, and what that says of the rules.

A ruling names the pair, whether it is one person, who says so and when; it can be undone, and
nothing is ever overwritten. From rulings follow each rule's precision with its interval and, from
a few hundred on, an order in which to look at what is left. An order decides nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import exp, sqrt

from attrs import field, frozen

from petitionkit.civil import instant
from petitionkit.duplicates.finder import Pair
from petitionkit.duplicates.rules import Tier
from petitionkit.limits import Choice, filled

__all__ = ["RulePrecision", "Ruling", "Sameness", "in_force", "ordered", "precision", "weights"]


class Sameness(Choice):
    """What a moderator made of a pair; ``undone`` takes back what was said before."""

    SAME = "same"
    DIFFERENT = "different"
    UNDONE = "undone"


@frozen(kw_only=True)
class Ruling:
    """One moderator's word on one pair.

    ``actor`` is an opaque reference, never a name; ``rule_set`` names the version that proposed.
    """

    pair: Pair
    sameness: Sameness = field(converter=Sameness)
    actor: str = field(validator=filled)
    at: datetime = field(converter=instant)
    rule_set: str


def in_force(rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """Tell what holds: of each pair the last ruling, in order of time, unless it was undone.

    Of two at one instant the one that comes later in ``rulings`` is the last.
    """
    last: dict[tuple[str, str], Ruling] = {}
    for ruling in sorted(rulings, key=lambda ruling: ruling.at):
        last[ruling.pair.left, ruling.pair.right] = ruling
    return tuple(ruling for ruling in last.values() if ruling.sameness is not Sameness.UNDONE)


@frozen(kw_only=True)
class RulePrecision:
    """Of the decided pairs that a rule proposed, how many were one person.

    ``low`` and ``high`` bound the share in all that it proposes, with 95 % confidence, if the
    decided ones were picked without looking.
    """

    rule: str
    same: int
    decided: int
    low: float
    high: float


_Z = 1.959963984540054  # 97.5 % of the normal distribution


def _wilson(same: int, decided: int) -> tuple[float, float]:
    """Bounds that hold near 0 and 1 too (E. B. Wilson, Probable inference, 1927)."""
    share, square = same / decided, _Z * _Z
    middle = share + square / (2 * decided)
    reach = _Z * sqrt(share * (1 - share) / decided + square / (4 * decided * decided))
    scale = 1 + square / decided
    # At the ends the bound is exact, and floating point would miss it by a hair.
    low = (middle - reach) / scale if same else 0.0
    return low, (middle + reach) / scale if same < decided else 1.0


def precision(rulings: Iterable[Ruling]) -> tuple[RulePrecision, ...]:
    """Tell each rule's precision by the rulings that stand, sorted by rule."""
    decided: Counter[str] = Counter()
    same: Counter[str] = Counter()
    for ruling in in_force(rulings):
        decided.update(ruling.pair.rules)
        if ruling.sameness is Sameness.SAME:
            same.update(ruling.pair.rules)
    return tuple(
        RulePrecision(rule=rule, same=same[rule], decided=n, low=low, high=high)
        for rule, n in sorted(decided.items())
        for low, high in [_wilson(same[rule], n)]
    )


Feature = tuple[int, str]
"""The place of a comparison in the rule set, and a level of it."""

_ENOUGH = 300  # rulings from which weights are steadier than the tiers themselves
_ROUNDS = 200
_STEP = 2.0
_PULL = 1.0  # ridge: what a level weighs that hardly anybody decided on


def weights(rulings: Iterable[Ruling], *, enough: int = _ENOUGH) -> Mapping[Feature, float] | None:
    """Learn what each level weighs, from rulings; None where there are not enough of them.

    Additive logistic regression with a ridge, learnt jointly: levels that go together, as surname
    and address do in a household, are not counted twice. Same rulings, same weights.
    """
    stand = in_force(rulings)
    if len(stand) < enough:
        return None
    told = [(_features(d.pair), float(d.sameness is Sameness.SAME)) for d in stand]
    learnt: dict[Feature, float] = {}
    seen = Counter(feature for features, _ in told for feature in features)
    for _ in range(_ROUNDS):
        slopes = {feature: -_PULL * weight for feature, weight in learnt.items()}
        for features, truth in told:
            missing = truth - _chance(learnt, features)
            for feature in features:
                slopes[feature] = slopes.get(feature, 0.0) + missing
        for feature, slope in slopes.items():
            step = _STEP / (seen[feature] + _PULL)
            learnt[feature] = learnt.get(feature, 0.0) + step * slope
    return learnt


def _features(pair: Pair) -> tuple[Feature, ...]:
    return tuple(enumerate(pair.levels))


def _chance(learnt: Mapping[Feature, float], features: Iterable[Feature]) -> float:
    total = sum(learnt.get(feature, 0.0) for feature in features)
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def ordered(
    pairs: Iterable[Pair], rulings: Sequence[Ruling], *, enough: int = _ENOUGH
) -> tuple[Pair, ...]:
    """Put undecided pairs in the order in which to look at them, the likeliest first.

    By tier and number of rules, until there are ``enough`` rulings to learn weights from.
    """
    done = {(one.pair.left, one.pair.right) for one in in_force(rulings)}
    left = [pair for pair in pairs if (pair.left, pair.right) not in done]
    learnt = weights(rulings, enough=enough)
    if learnt is None:
        tiers = tuple(Tier)
        return tuple(sorted(left, key=lambda p: (tiers.index(p.tier), -len(p.rules), p)))
    return tuple(sorted(left, key=lambda p: (-_chance(learnt, _features(p)), p)))
