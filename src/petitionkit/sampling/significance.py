"""Statistical decisions: is the number of valid signatures at least what is required?

Each test keeps its promise whatever the petition: of petitions that fall short it certifies at
most ``alpha``, and of those that do not it rejects at most ``alpha``. Between the two it says
that the sample does not decide it, and how large one would.
"""

from bisect import bisect_left
from fractions import Fraction
from math import floor

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem
from petitionkit.sampling.counts import SampleCount
from petitionkit.sampling.decision import Figure, Judgement, Sufficiency
from petitionkit.sampling.estimators import estimate, estimated_pairs, weight
from petitionkit.sampling.intervals import check_level, limits, mover
from petitionkit.sampling.tails import hypergeometric_tails, poisson_limits

__all__ = ["exact_test", "fixed_looks", "interval_test", "split_test"]


def _check(required: int, alpha: float) -> None:
    check_level(alpha, "alpha")
    if required < 1:
        raise InvalidValueError([problem("not_positive", "required")])


def _answer(*, certifies: bool, rejects: bool) -> Sufficiency:
    if certifies:
        return Sufficiency.SUFFICIENT
    return Sufficiency.INSUFFICIENT if rejects else Sufficiency.INCONCLUSIVE


def exact_test(count: SampleCount, required: int, alpha: float = 0.05) -> Judgement:
    """Decide where the sample holds no duplicates, or they were taken out of the whole file.

    Exact hypergeometric tails. Each line of a person seen twice counts here: mark all but one
    of a person's lines in the file as not valid before, or use ``split_test``.
    """
    _check(required, alpha)
    enough = _at_least(count, min(required - 1, count.universe))
    too_few = _at_most(count, min(required, count.universe))
    if required > count.universe:
        enough, too_few = 1.0, 0.0
    return Judgement(
        answer=_answer(certifies=enough <= alpha, rejects=too_few <= alpha),
        rule=f"the exact test at {alpha:g}",
        figures=(
            ("required", required),
            ("valid_lines", count.valid_lines),
            ("chance_if_one_short", enough),
            ("chance_if_just_enough", too_few),
        ),
    )


def _at_least(count: SampleCount, valid: int) -> float:
    """The chance of as many valid lines as were seen, or more, if the petition had so many."""
    tails = _tails(count, valid)
    return tails[1]


def _at_most(count: SampleCount, valid: int) -> float:
    return _tails(count, valid)[0]


def _tails(count: SampleCount, valid: int) -> tuple[float, float]:
    return hypergeometric_tails(
        universe=count.universe, valid=valid, drawn=count.drawn, seen=count.valid_lines
    )


def split_test(count: SampleCount, required: int, alpha: float = 0.05) -> Judgement:
    """Decide where duplicates are those that the sample shows (Berger and Boos's construction).

    Half of ``alpha`` bounds the pairs of the petition, half tests its valid lines. Where it does
    not decide, ``drawn_needed`` is the smallest sample that would if it showed the same shares;
    draw more, since one in two of that size shows less.
    """
    _check(required, alpha)
    found = limits(count, alpha / 2)
    most_pairs, fewest_pairs = floor(found.pairs_upper), floor(found.pairs_lower)
    lower, upper = found.lines_lower - most_pairs, found.lines_upper - fewest_pairs
    answer = _answer(certifies=lower >= required, rejects=upper < required)
    figures: list[tuple[str, Figure]] = [
        ("required", required),
        ("estimate", estimate(count)),
        ("lines_lower", found.lines_lower),
        ("pairs_upper", most_pairs),
        ("lower_limit", lower),
        ("lines_upper", found.lines_upper),
        ("pairs_lower", fewest_pairs),
        ("upper_limit", upper),
    ]
    if answer is Sufficiency.INCONCLUSIVE:
        figures.append(("drawn_needed", _needed(count, required, alpha)))
    return Judgement(answer=answer, rule=f"the split test at {alpha:g}", figures=tuple(figures))


def _answer_by_tails(count: SampleCount, required: int, alpha: float) -> Sufficiency:
    """The split test without its limits: one tail on either side, which is quicker."""
    each = float(weight(count.universe, count.drawn))
    fewest, most = (floor(each * limit) for limit in poisson_limits(count.pairs, alpha / 2))
    enough = _at_least(count, min(required - 1 + most, count.universe))
    too_few = _at_most(count, min(required + fewest, count.universe))
    return _answer(certifies=enough <= alpha / 2, rejects=too_few <= alpha / 2)


def _needed(count: SampleCount, required: int, alpha: float) -> int:
    """The smallest sample that decides if it shows the same shares of lines and pairs."""
    sizes = range(count.drawn + 1, count.universe + 1)
    pairs = estimated_pairs(count)

    def decides(drawn: int) -> bool:
        if drawn == count.universe:
            return True
        lines = round(Fraction(count.valid_lines * drawn, count.drawn))
        likely = SampleCount.of_lines(
            universe=count.universe,
            drawn=drawn,
            valid_lines=lines,
            # A pair seen in a small sample may stand for more than the lines can make.
            pairs=min(round(pairs / weight(count.universe, drawn)), lines // 2),
        )
        return _answer_by_tails(likely, required, alpha) is not Sufficiency.INCONCLUSIVE

    return sizes[bisect_left(sizes, 1, key=decides)]


def fixed_looks(count: SampleCount, required: int, *, looks: int, alpha: float = 0.05) -> Judgement:
    """One of several looks at a growing sample, their number fixed before the first.

    Each look is the split test at its part of ``alpha`` (Oregon and Michigan look twice).
    """
    if looks < 1:
        raise InvalidValueError([problem("not_positive", "looks")])
    return split_test(count, required, alpha / looks)


def interval_test(*counts: SampleCount, required: int, alpha: float = 0.05) -> Judgement:
    """Decide over several strata by their common MOVER interval, ``alpha`` on either side."""
    _check(required, alpha)
    found = mover(*counts, confidence=1 - 2 * alpha)
    return Judgement(
        answer=_answer(certifies=found.lower >= required, rejects=found.upper < required),
        rule=f"the interval test at {alpha:g}",
        figures=(
            ("required", required),
            ("estimate", estimate(*counts)),
            ("lower_limit", found.lower),
            ("upper_limit", found.upper),
        ),
    )
