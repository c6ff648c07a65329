"""What was decided about a petition from its sample, with the numbers, in words.

Five answers and no more. A decision keeps every figure that it went by under its name, in the
order in which they were computed, so that anybody can follow it with pencil and paper.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from attrs import frozen

from petitionkit.limits import Choice

__all__ = ["Figure", "Judgement", "Sufficiency", "say_figure"]

Figure = int | float | Decimal | Fraction
"""A number of a decision: exact where the rule is."""

_MILLION = 1_000_000


class Sufficiency(Choice):
    """What follows from a sample."""

    SUFFICIENT = "sufficient"
    INSUFFICIENT = "insufficient"
    FULL_COUNT = "full_count"
    LARGER_SAMPLE = "larger_sample"
    INCONCLUSIVE = "inconclusive"


_WORDS: Mapping[Sufficiency, str] = MappingProxyType(
    {
        Sufficiency.SUFFICIENT: "there are enough valid signatures",
        Sufficiency.INSUFFICIENT: "there are too few valid signatures",
        Sufficiency.FULL_COUNT: "every line must be checked",
        Sufficiency.LARGER_SAMPLE: "a larger sample must be drawn",
        Sufficiency.INCONCLUSIVE: "the sample does not decide it",
    }
)


def say_figure(figure: Figure) -> str:
    """A number as people write it: thousands apart, six significant digits behind the point."""
    if isinstance(figure, Fraction) and figure.denominator == 1:
        figure = figure.numerator
    if isinstance(figure, int | Decimal):
        return f"{figure:,}"
    value = float(figure)
    digits = 1 if abs(value) >= 1000 else 4  # noqa: PLR2004 (signatures, or shares)
    return f"{value:,.{digits}f}" if abs(value) < _MILLION else f"{value:,.0f}"


@frozen(kw_only=True)
class Judgement:
    """An answer with the rule and the numbers that led to it.

    ``rule`` names the statute or test; ``said`` is the statute's own word for the answer, where
    it has one; ``note`` says what else must be known to read it rightly. ``read_on`` is the day
    on which the statute was read, and ``assumed`` what stands in for what could not be.
    """

    answer: Sufficiency
    rule: str
    figures: tuple[tuple[str, Figure], ...] = ()
    said: str = ""
    note: str = ""
    read_on: date | None = None
    assumed: tuple[str, ...] = ()

    def figure(self, name: str) -> Figure:
        """A number by its name; ``KeyError`` where the rule has none such."""
        return dict(self.figures)[name]

    def explain(self) -> str:
        """The answer and every number, in words."""
        said = f" ({self.said})" if self.said else ""
        numbers = ", ".join(
            f"{name.replace('_', ' ')} {say_figure(value)}" for name, value in self.figures
        )
        read = f" as read on {self.read_on}" if self.read_on else ""
        note = f" {self.note}" if self.note else ""
        assumed = f" Assumed: {'; '.join(self.assumed)}." if self.assumed else ""
        return f"By {self.rule}{read}, {_WORDS[self.answer]}{said}: {numbers}.{note}{assumed}"
