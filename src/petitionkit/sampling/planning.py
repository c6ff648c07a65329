"""Planning: how many lines to draw.

For a margin, for a decision, or for a share alone where duplicates do not matter. Answers are
the smallest sample that does it by the normal approximation; where fewer than about five pairs
are expected in it, try the design by simulation before relying on it.
"""

from bisect import bisect_left
from fractions import Fraction
from math import ceil, sqrt
from statistics import NormalDist

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem
from petitionkit.sampling.estimators import PAIRS, variance
from petitionkit.sampling.intervals import check_level

__all__ = ["lines_for_decision", "lines_for_margin", "lines_for_share", "quantile"]


def quantile(share: float) -> float:
    """The point of the standard normal distribution below which so much lies."""
    return NormalDist().inv_cdf(share)


def lines_for_share(universe: int, *, margin: float, confidence: float = 0.95) -> int:
    """Lines that give the share of valid lines within ``margin``, whatever it is.

    South Dakota's rule (SDCL 2-1-16) with a margin of 0.0362. Duplicates are not in it.
    """
    check_level(margin, "margin")
    check_level(confidence, "confidence")
    _check_universe(universe)
    endless = quantile((1 + confidence) / 2) ** 2 / (4 * margin**2)
    return ceil(endless / (1 + (endless - 1) / universe))


def lines_for_margin(
    universe: int,
    *,
    validity: float,
    duplicate_share: float = 0.0,
    margin: float,
    confidence: float = 0.95,
) -> int:
    """Lines that bring the pair estimate within ``margin`` signatures.

    ``validity`` is the share of the lines that are valid, ``duplicate_share`` that of the lines
    that form pairs of one person (pairs, as a share of all lines).
    """
    check_level(confidence, "confidence")
    _check_universe(universe)
    if margin <= 0:
        raise InvalidValueError([problem("not_positive", "margin")])
    valid_lines, pairs = _shares(universe, validity, duplicate_share)
    z = quantile((1 + confidence) / 2)
    drawn = range(PAIRS, universe + 1)
    return drawn[
        bisect_left(drawn, 1, key=lambda n: z * _error(universe, n, valid_lines, pairs) <= margin)
    ]


def lines_for_decision(
    universe: int,
    *,
    required: int,
    expected: int,
    duplicate_share: float = 0.0,
    alpha: float = 0.05,
    beta: float = 0.05,
) -> int:
    """Lines by which a petition with ``expected`` signatures is certified.

    One with fewer than ``required`` is certified with a chance of at most ``alpha``, one with
    ``expected`` is missed with a chance of ``beta``. ``expected`` must be above ``required``.
    """
    check_level(alpha, "alpha")
    check_level(beta, "beta")
    _check_universe(universe)
    _, pairs = _shares(universe, 0.0, duplicate_share)
    if not 0 <= required < expected <= universe - pairs:
        raise InvalidValueError([problem("out_of_range", "expected")])
    size, power = quantile(1 - alpha), quantile(1 - beta)

    def enough(drawn: int) -> bool:
        at_required = _error(universe, drawn, required + pairs, pairs)
        at_expected = _error(universe, drawn, expected + pairs, pairs)
        return expected - required >= size * at_required + power * at_expected

    drawn = range(PAIRS, universe + 1)
    return drawn[bisect_left(drawn, 1, key=enough)]


def _check_universe(universe: int) -> None:
    if universe < PAIRS:
        raise InvalidValueError(
            [problem("sample.too_small", "universe", drawn=universe, needed=PAIRS)]
        )


def _shares(universe: int, validity: float, duplicate_share: float) -> tuple[Fraction, Fraction]:
    for value, field in ((validity, "validity"), (duplicate_share, "duplicate_share")):
        if not 0 <= value <= 1:
            raise InvalidValueError([problem("out_of_range", field)])
    # Shares are typed as decimals: 0.005 means 1/200, not the double next to it.
    lines, pairs = (Fraction(str(share)) * universe for share in (validity, duplicate_share))
    return lines, pairs


def _error(universe: int, drawn: int, valid_lines: Fraction, pairs: Fraction) -> float:
    return sqrt(variance(universe, drawn, valid_lines=valid_lines, pairs=pairs).total)
