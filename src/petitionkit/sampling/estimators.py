"""Estimators: how many valid signatures a sample speaks for, and how exactly.

Exact arithmetic throughout. A valid line stands for N/n lines; two lines of one person are
seen only if both are drawn, so a pair stands for N(N-1)/(n(n-1)) pairs, and the pairs decide
the error. The pair estimator is unbiased where nobody signs more than twice and errs on the low
side otherwise (Goodman 1949; Smith-Cayama and Thomas, Journal of Official Statistics 21(3)
2005). Several strata add up: a duplicate across strata is never seen.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import comb, sqrt

from attrs import frozen

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem
from petitionkit.sampling.counts import DuplicatePolicy, SampleCount, WholeFileCount

__all__ = [
    "PAIRS",
    "Variance",
    "coefficient",
    "estimate",
    "estimated_pairs",
    "standard_error",
    "variance",
    "weight",
    "whole_file_estimate",
    "whole_file_standard_error",
    "whole_file_variance",
]

PAIRS = 2
"""The depth of the pair estimator; deeper ones are for large shares, above 30 % or so."""


def _chance(universe: int, drawn: int, lines: int) -> Fraction:
    """The chance that all of so many lines are drawn."""
    found = Fraction(1)
    for taken in range(lines):
        found *= Fraction(max(drawn - taken, 0), max(universe - taken, 1))
    return found


def weight(universe: int, drawn: int, lines: int = PAIRS) -> Fraction:
    """How many sets of so many lines one set seen in the sample stands for.

    N/n for one line, N(N-1)/(n(n-1)) for two. Raises ``InvalidValueError`` for a sample of
    fewer lines, which can show none.
    """
    chance = _chance(universe, drawn, lines)
    if not chance:
        raise InvalidValueError([problem("sample.too_small", "drawn", drawn=drawn, needed=lines)])
    return 1 / chance


def _differences(policy: DuplicatePolicy, depth: int) -> list[int]:
    """Coefficients of what counts of k lines, written as a sum of k over 1, k over 2, ..."""
    return [
        sum((-1) ** (order - k) * comb(order, k) * policy.counted(k) for k in range(order + 1))
        for order in range(1, depth + 1)
    ]


def coefficient(
    universe: int,
    drawn: int,
    lines: int,
    *,
    policy: DuplicatePolicy = DuplicatePolicy.KEEP_ONE,
    depth: int = PAIRS,
) -> Fraction:
    """What one person seen with so many lines adds to the estimate.

    Unbiased for persons with up to ``depth`` lines in the petition. Depth 3 is Goodman's
    estimator with triples: at 3 % each triple seen adds tens of thousands.
    """
    return sum(
        (
            difference * comb(lines, order) * weight(universe, drawn, order)
            for order, difference in enumerate(_differences(policy, depth), 1)
            if difference
        ),
        Fraction(0),
    )


def estimate(
    *counts: SampleCount,
    policy: DuplicatePolicy = DuplicatePolicy.KEEP_ONE,
    depth: int = PAIRS,
) -> Fraction:
    """Estimate how many signatures of the petition count; strata add up.

    By default the pair estimator: N/n for each valid line, less the weight of each pair.
    """
    return sum(
        (
            persons * coefficient(one.universe, one.drawn, lines, policy=policy, depth=depth)
            for one in counts
            for lines, persons in enumerate(one.seen, 1)
            if persons
        ),
        Fraction(0),
    )


def estimated_pairs(count: SampleCount) -> Fraction:
    """Estimate how many pairs of one person's valid lines the petition has."""
    return count.pairs * weight(count.universe, count.drawn) if count.pairs else Fraction(0)


@frozen(kw_only=True)
class Variance:
    """The variance of the pair estimator and what it is made of.

    ``lines`` is that of the valid lines, ``pairs`` that of the pairs; lines and pairs of a
    sample go up and down together, by ``covariance``.
    """

    lines: Fraction
    pairs: Fraction
    covariance: Fraction

    @property
    def total(self) -> Fraction:
        """All of it; never below zero, which estimated pairs could bring about."""
        return max(self.lines + self.pairs - 2 * self.covariance, Fraction(0))


def variance(
    universe: int, drawn: int, *, valid_lines: Fraction | int, pairs: Fraction | int
) -> Variance:
    """The exact variance of the pair estimator for a petition of singles and pairs.

    ``valid_lines`` and ``pairs`` are those of the petition, or estimates of them. Published
    standard errors of Statistics New Zealand (2,579 in 2013) are reproduced by it.
    """
    if drawn == universe:
        return Variance(lines=Fraction(0), pairs=Fraction(0), covariance=Fraction(0))
    each = Fraction(universe, drawn)
    share = Fraction(valid_lines) / universe
    two, three, four = (_chance(universe, drawn, lines) for lines in (2, 3, 4))
    seen_pairs = pairs * two
    pair = weight(universe, drawn) if pairs else Fraction(0)
    mixed = pairs * (2 * two + (valid_lines - 2) * three) - drawn * share * seen_pairs
    return Variance(
        lines=each**2 * drawn * share * (1 - share) * Fraction(universe - drawn, universe - 1),
        pairs=pair**2 * (seen_pairs + pairs * (pairs - 1) * four - seen_pairs**2),
        covariance=each * pair * mixed,
    )


def standard_error(*counts: SampleCount) -> float:
    """The standard error of the pair estimator, estimated from the sample itself."""
    return sqrt(
        sum(
            variance(
                one.universe,
                one.drawn,
                valid_lines=Fraction(one.universe * one.valid_lines, one.drawn),
                pairs=estimated_pairs(one),
            ).total
            for one in counts
        )
    )


def _values(count: WholeFileCount, policy: DuplicatePolicy) -> Sequence[tuple[Fraction, int]]:
    """What a line of a person with so many lines is worth, and how many such lines there are."""
    return [
        (Fraction(policy.counted(times), times), lines)
        for times, lines in enumerate(count.lines, 1)
    ]


def whole_file_estimate(
    *counts: WholeFileCount, policy: DuplicatePolicy = DuplicatePolicy.KEEP_ONE
) -> Fraction:
    """Estimate how many signatures count, from lines looked up in the whole petition.

    A line of somebody with k valid lines counts 1/k (or, where all are void, only if k is 1):
    unbiased whatever anybody signed, and worth several times the sample.
    """
    return sum(
        (
            Fraction(one.universe, one.drawn) * sum(worth * n for worth, n in _values(one, policy))
            for one in counts
        ),
        Fraction(0),
    )


def whole_file_variance(
    universe: int, drawn: int, *, valid_lines: Fraction | int, pairs: Fraction | int
) -> Fraction:
    """The variance of ``whole_file_estimate`` (one line a person counts), for planning.

    For a petition of singles and pairs, as in ``variance``: what looking lines up would gain.
    """
    if drawn == universe:
        return Fraction(0)
    # A single counts 1 and each line of a pair 1/2.
    squares = Fraction(valid_lines) - 2 * pairs + Fraction(pairs) / 2
    spread = (squares - (Fraction(valid_lines) - pairs) ** 2 / universe) / (universe - 1)
    return Fraction(universe, drawn) * (universe - drawn) * spread


def whole_file_standard_error(
    *counts: WholeFileCount, policy: DuplicatePolicy = DuplicatePolicy.KEEP_ONE
) -> float:
    """The standard error of ``whole_file_estimate``, from the sample itself.

    A stratum of which a single line was drawn tells nothing of its spread and is refused.
    """
    total = Fraction(0)
    for one in counts:
        if one.drawn == one.universe:
            continue
        if one.drawn < PAIRS:
            raise InvalidValueError([problem("sample.too_small", "drawn", drawn=1, needed=PAIRS)])
        values = _values(one, policy)
        mean = sum((worth * n for worth, n in values), Fraction(0)) / one.drawn
        squares = sum((worth**2 * n for worth, n in values), Fraction(0))
        spread = (squares - one.drawn * mean**2) / (one.drawn - 1)
        share = Fraction(one.drawn, one.universe)
        total += Fraction(one.universe) ** 2 / one.drawn * spread * (1 - share)
    return sqrt(total)
