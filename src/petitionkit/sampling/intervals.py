"""Confidence intervals for the number of valid signatures.

The limits of the valid lines (exact hypergeometric) and those of the pairs (exact Poisson,
which is safe here) are put together: by MOVER, the method of variance estimates recovery, to be
shown, or by Bonferroni, wider and sure. Wald's interval of two standard errors is not offered: with
few pairs seen its 95 % are 81 to 94.
"""

from math import hypot

from attrs import frozen

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem
from petitionkit.sampling.counts import SampleCount
from petitionkit.sampling.estimators import estimate, weight
from petitionkit.sampling.tails import hypergeometric_limits, poisson_limits

__all__ = ["Interval", "StratumLimits", "bonferroni", "check_level", "limits", "mover"]


@frozen(kw_only=True)
class Interval:
    """From ``lower`` to ``upper`` signatures, with the confidence that it was made for."""

    lower: float
    upper: float
    confidence: float


@frozen(kw_only=True)
class StratumLimits:
    """Separate limits of a stratum: of its valid lines, and of its pairs of one person's lines."""

    lines_lower: int
    lines_upper: int
    pairs_lower: float
    pairs_upper: float


def check_level(value: float, field: str) -> None:
    """Refuse a probability that is not between 0 and 1."""
    if not 0 < value < 1:
        raise InvalidValueError([problem("out_of_range", field)])


def limits(count: SampleCount, tail: float) -> StratumLimits:
    """StratumLimits of lines and of pairs in the petition, each missing with probability ``tail``.

    Where every line was drawn nothing is left to chance and the limits are what was seen.
    """
    check_level(tail, "tail")
    lines = hypergeometric_limits(
        universe=count.universe, drawn=count.drawn, seen=count.valid_lines, tail=tail
    )
    if count.drawn == count.universe:
        pairs = (float(count.pairs), float(count.pairs))
    else:
        each = float(weight(count.universe, count.drawn))
        lower, upper = poisson_limits(count.pairs, tail)
        pairs = (each * lower, each * upper)
    return StratumLimits(
        lines_lower=lines[0], lines_upper=lines[1], pairs_lower=pairs[0], pairs_upper=pairs[1]
    )


def mover(*counts: SampleCount, confidence: float = 0.95) -> Interval:
    """The interval to be shown with the pair estimate; strata add up.

    In simulations of a nominal 95 % it held 96.5 to 98.5 %; its lower end errs on the safe
    side. Never below zero.
    """
    check_level(confidence, "confidence")
    middle = float(estimate(*counts))
    down: list[float] = []
    up: list[float] = []
    for one in counts:
        found = limits(one, (1 - confidence) / 2)
        lines = one.universe * one.valid_lines / one.drawn
        pairs = lines - float(estimate(one))
        down += [lines - found.lines_lower, found.pairs_upper - pairs]
        up += [found.lines_upper - lines, pairs - found.pairs_lower]
    return Interval(
        lower=max(middle - hypot(*down), 0.0),
        upper=middle + hypot(*up),
        confidence=confidence,
    )


def bonferroni(count: SampleCount, confidence: float = 0.95) -> Interval:
    """The interval that holds at least with its confidence, whatever the duplicates."""
    check_level(confidence, "confidence")
    found = limits(count, (1 - confidence) / 4)
    return Interval(
        lower=max(found.lines_lower - found.pairs_upper, 0.0),
        upper=found.lines_upper - found.pairs_lower,
        confidence=confidence,
    )
