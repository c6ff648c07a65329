"""Deciding early, line by line, where duplicates are known of each line as it comes.

They must have been taken out of the whole file before, or each drawn line looked up in it
(``verdicts.worths``, for ``Alpha``): pairs within the sample grow with its square, and nobody
knows which line has a partner yet. Where they are looked for in the sample, take a fixed number
of looks (``significance.fixed_looks``).
"""

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, inf, log, sqrt

from attrs import frozen

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem
from petitionkit.sampling.decision import Sufficiency
from petitionkit.sampling.intervals import check_level
from petitionkit.sampling.planning import quantile

__all__ = ["Alpha", "Sprt"]

_HIGHEST_BET = 1 - 1e-6  # a bet on 1 would lose everything at the first line that is not valid


@frozen(kw_only=True)
class Sprt:
    """Wald's sequential probability ratio test of a bad share of valid lines against a good one.

    ``bad`` is certified with a chance of about ``alpha`` at most, ``good`` rejected with about
    ``beta``. The theory draws with replacement, and is on the safe side for small shares.
    """

    bad: float
    good: float
    alpha: float = 0.05
    beta: float = 0.05

    def __attrs_post_init__(self) -> None:
        """Refuse shares out of order and levels that cannot be met together."""
        for name in ("bad", "good", "alpha", "beta"):
            check_level(getattr(self, name), name)
        if self.bad >= self.good:
            raise InvalidValueError([problem("out_of_range", "good")])
        if self.alpha + self.beta >= 1:
            raise InvalidValueError([problem("out_of_range", "beta")])

    @property
    def upper(self) -> float:
        """Certify from this sum on."""
        return log((1 - self.beta) / self.alpha)

    @property
    def lower(self) -> float:
        """Reject from this sum down."""
        return log(self.beta / (1 - self.alpha))

    @property
    def step_valid(self) -> float:
        """What a valid line adds."""
        return log(self.good / self.bad)

    @property
    def step_invalid(self) -> float:
        """What a line that is not valid adds; below zero."""
        return log((1 - self.good) / (1 - self.bad))

    @property
    def soonest_certified(self) -> int:
        """Lines that certify if all of them are valid."""
        return ceil(self.upper / self.step_valid)

    @property
    def soonest_rejected(self) -> int:
        """Lines that reject if none of them is valid."""
        return ceil(self.lower / self.step_invalid)

    def mean_lines(self, share: float) -> float:
        """Lines that it takes on the average if the share of valid lines is ``bad`` or ``good``."""
        if share not in (self.bad, self.good):
            raise InvalidValueError([problem("out_of_range", "share")])
        certified = self.alpha if share == self.bad else 1 - self.beta
        reached = certified * self.upper + (1 - certified) * self.lower
        return reached / (share * self.step_valid + (1 - share) * self.step_invalid)

    @property
    def fixed_lines(self) -> float:
        """Lines that a test of fixed size would need for the same errors."""
        bad, good = self.bad, self.good
        errors = quantile(1 - self.alpha) * sqrt(bad * (1 - bad))
        errors += quantile(1 - self.beta) * sqrt(good * (1 - good))
        return (errors / (good - bad)) ** 2

    def decide(self, lines: Iterable[bool]) -> Sufficiency:
        """Go through verdicts in the order drawn and stop where they decide."""
        total = 0.0
        for valid in lines:
            total += self.step_valid if valid else self.step_invalid
            if total >= self.upper:
                return Sufficiency.SUFFICIENT
            if total <= self.lower:
                return Sufficiency.INSUFFICIENT
        return Sufficiency.INCONCLUSIVE


@frozen(kw_only=True)
class Alpha:
    """A martingale test that may stop at any line, drawn without replacement (Stark 2022).

    Certifies that the lines of the ``universe`` are worth more than ``null_total`` together once
    ``path`` comes to 1/``alpha``; wrongly with a chance of at most ``alpha``, whenever one stops.
    A line is worth 1 if it is valid, 0 if not, and 1/k where its signer has k valid lines.
    ``guess`` is what a line is expected to be worth. With ``trust`` it counts for so many lines
    beside those seen (Stark's truncated shrinkage, kept above the null by ``margin`` over the
    square root of lines); without, it stands. To reject, take each line for what it lacks: are
    the lines short of 1 by more than ``universe - required`` together?
    """

    universe: int
    null_total: int
    guess: float
    alpha: float = 0.05
    trust: float | None = None
    margin: float = 0.01

    def __attrs_post_init__(self) -> None:
        """Refuse what no petition has."""
        check_level(self.alpha, "alpha")
        check_level(self.guess, "guess")
        if not 0 <= self.null_total < self.universe:
            raise InvalidValueError([problem("out_of_range", "null_total")])
        if self.trust is not None and self.trust <= 0:
            raise InvalidValueError([problem("not_positive", "trust")])
        check_level(self.margin, "margin")

    def path(self, lines: Iterable[Fraction | float]) -> tuple[float, ...]:
        """How strong the evidence is after each line, in the order drawn; infinite if certain.

        ``lines`` are worths between 0 and 1, or True and False. Raises ``InvalidValueError`` for
        others, and for more lines than there are.
        """
        evidence, so_far = 1.0, Fraction(0)
        found: list[float] = []
        for before, given in enumerate(lines):
            if before >= self.universe:
                raise InvalidValueError(
                    [
                        problem(
                            "sample.more_than_all",
                            "lines",
                            drawn=before + 1,
                            universe=self.universe,
                        )
                    ]
                )
            if not 0 <= given <= 1:
                raise InvalidValueError([problem("out_of_range", f"lines.{before + 1}")])
            worth = Fraction(given)
            evidence *= self._factor(float(so_far), before, float(worth))
            so_far += worth
            if so_far > self.null_total:
                evidence = inf
            found.append(evidence)
        return tuple(found)

    def _factor(self, so_far: float, before: int, worth: float) -> float:
        left = self.null_total - so_far
        if left <= 0:  # any more is certain to be too much
            return 1.0
        # What a line among those left is worth, if the petition had just the null's total.
        under_null = left / (self.universe - before)
        if under_null >= 1:
            return 1.0 if worth == 1 else 0.0
        bet = self._bet(under_null, so_far, before)
        return worth * bet / under_null + (1 - worth) * (1 - bet) / (1 - under_null)

    def _bet(self, under_null: float, so_far: float, before: int) -> float:
        """What a line is betted to be worth: not below the null's (no bet), below 1."""
        if self.trust is None:
            return max(self.guess, under_null)
        weight = self.trust + before
        shrunk = (self.trust * self.guess + so_far) / weight
        above = max(shrunk, under_null + self.margin / sqrt(weight))
        return max(min(above, _HIGHEST_BET), under_null)

    def decide(self, lines: Iterable[Fraction | float]) -> Sufficiency:
        """Whether the lines certify; if they do not, they do not reject either."""
        enough = any(evidence >= 1 / self.alpha for evidence in self.path(lines))
        return Sufficiency.SUFFICIENT if enough else Sufficiency.INCONCLUSIVE
