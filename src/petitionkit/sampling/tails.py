"""Tails and exact limits of the two distributions that samples of lines follow.

Each probability is a sum of terms relative to the largest one, reached by ratios, so nothing
overflows and no factorial of 400,000 is taken; what lies below 1e-40 of the largest term is
left out. The limits are those of Clopper and Pearson (hypergeometric) and Garwood (Poisson).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import count as count_up
from math import floor, inf

__all__ = ["hypergeometric_limits", "hypergeometric_tails", "poisson_limits", "poisson_tails"]

_NEGLIGIBLE = 1e-40
_HALVINGS = 100  # a double has 53 bits; the rest is for the doubling before


def _terms(
    mode: int, highest: float, up: Callable[[int], float], down: Callable[[int], float]
) -> Iterator[tuple[int, float]]:
    """Values and their weights from the mode outwards, the mode's being 1."""
    yield mode, 1.0
    weight, value = 1.0, mode
    while value < highest and (weight := weight * up(value)) > _NEGLIGIBLE:
        value += 1
        yield value, weight
    weight, value = 1.0, mode
    while value > 0 and (weight := weight * down(value)) > _NEGLIGIBLE:
        value -= 1
        yield value, weight


def _tails(terms: Iterator[tuple[int, float]], seen: int) -> tuple[float, float]:
    below = at = above = 0.0
    for value, weight in terms:
        if value < seen:
            below += weight
        elif value > seen:
            above += weight
        else:
            at = weight
    total = below + at + above
    return (below + at) / total, (at + above) / total


def hypergeometric_tails(
    *, universe: int, valid: int, drawn: int, seen: int
) -> tuple[float, float]:
    """P(X <= seen) and P(X >= seen) for the valid lines X in a sample drawn from ``universe``."""
    highest = min(drawn, valid)
    rest = universe - valid - drawn
    mode = min((drawn + 1) * (valid + 1) // (universe + 2), highest)
    return _tails(
        _terms(
            mode,
            highest,
            lambda k: (valid - k) * (drawn - k) / ((k + 1) * (rest + k + 1)),
            lambda k: k * (rest + k) / ((valid - k + 1) * (drawn - k + 1)),
        ),
        seen,
    )


def hypergeometric_limits(*, universe: int, drawn: int, seen: int, tail: float) -> tuple[int, int]:
    """Exact limits for the valid lines in the universe, each missing with probability ``tail``.

    The lower one is the smallest number under which as many as were seen, or more, have a
    chance above ``tail``; the upper one is its mirror image.
    """
    possible = range(seen, universe - (drawn - seen) + 1)

    def tails(valid: int) -> tuple[float, float]:
        return hypergeometric_tails(universe=universe, valid=valid, drawn=drawn, seen=seen)

    lower = bisect_left(possible, 1, key=lambda valid: tails(valid)[1] > tail)
    upper = bisect_left(possible, 1, key=lambda valid: tails(valid)[0] <= tail)
    return possible[lower], possible[upper - 1]


def poisson_tails(*, mean: float, seen: int) -> tuple[float, float]:
    """P(X <= seen) and P(X >= seen) of a Poisson variable with a mean above 0."""
    return _tails(
        _terms(floor(mean), inf, lambda k: mean / (k + 1), lambda k: k / mean),
        seen,
    )


def poisson_limits(seen: int, tail: float) -> tuple[float, float]:
    """Garwood's limits for the mean of a Poisson variable, each missing with ``tail``."""
    lower = _crossing(lambda mean: poisson_tails(mean=mean, seen=seen)[1] > tail) if seen else 0.0
    return lower, _crossing(lambda mean: poisson_tails(mean=mean, seen=seen)[0] <= tail)


def _crossing(beyond: Callable[[float], bool]) -> float:
    """The mean from which on something holds, to the last bits of a double."""
    high = next(2.0**power for power in count_up() if beyond(2.0**power))
    low = 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if beyond(middle):
            high = middle
        else:
            low = middle
    return high
