"""What a statute says about verifying a petition by sample, as data.

How many lines to draw, what becomes of duplicates, how the sample is projected, between which
percentages the answer lies, and where all that was read. A band's ends are written as the law
has them, open or closed: ``<95%``, ``>=110%``. Evaluating is for ``procedures``.
"""

import re
from datetime import date
from fractions import Fraction
from math import ceil

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice, at_least, filled, matching
from petitionkit.problems import problem
from petitionkit.sampling.counts import DuplicatePolicy
from petitionkit.sampling.decision import Sufficiency
from petitionkit.sampling.planning import lines_for_share

__all__ = ["Band", "DrawSize", "DuplicateScope", "Margin", "Procedure", "Statute", "Word"]


class DuplicateScope(Choice):
    """Where a drawn line's duplicates are looked for."""

    WITHIN_SAMPLE = "within_sample"
    WHOLE_FILE = "whole_file"
    NOWHERE = "nowhere"


class Procedure(Choice):
    """How a sample becomes a number or an answer; the functions are in ``procedures``."""

    CALIFORNIA = "california"
    """N times the share of valid lines, less A(A-1) for each duplicate, with 2 CCR's rounding."""
    RATIO = "ratio"
    """Valid lines, duplicates struck in the sample, times N/n; duplicates have no weight."""
    PAIRS = "pairs"
    """The pair estimator: N/n for each valid line, less the exact weight of each pair."""
    WASHINGTON = "washington"
    NEW_ZEALAND = "new_zealand"
    ARIZONA = "arizona"


_END = re.compile(r"(<=|<|>=|>)\s*(\d+(?:\.\d+)?)\s*%")


def _end(text: str, signs: str, name: str) -> tuple[Fraction, bool]:
    """Read ``<95%``: the share, and whether it belongs to the band's outside itself."""
    match = _END.fullmatch(text.strip())
    if match is None or match[1][0] not in signs:
        raise InvalidValueError([problem("wrong_type", name, expected="like <95% or >=110%")])
    return Fraction(match[2]) / 100, match[1].endswith("=")


@frozen(kw_only=True)
class Word:
    """The statute's own word for an answer, such as *presumed valid*."""

    answer: Sufficiency = field(converter=Sufficiency)
    word: str


@frozen(kw_only=True)
class Band:
    """What follows from the projection as a share of the number required.

    ``fails`` begins with ``<`` or ``<=``, ``passes`` with ``>`` or ``>=``; what is in neither is
    ``between``.
    """

    fails: str
    passes: str
    between: Sufficiency = field(default=Sufficiency.FULL_COUNT, converter=Sufficiency)
    words: tuple[Word, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse ends that cannot be read, or that overlap."""
        low, low_closed = _end(self.fails, "<", "fails")
        high, high_closed = _end(self.passes, ">", "passes")
        if low > high or (low == high and low_closed and high_closed):
            raise InvalidValueError([problem("out_of_range", "passes")])

    def limits(self, required: int) -> tuple[Fraction, Fraction]:
        """The two ends in signatures, exact."""
        return (
            _end(self.fails, "<", "fails")[0] * required,
            _end(self.passes, ">", "passes")[0] * required,
        )

    def judge(self, projected: Fraction | int, required: int) -> Sufficiency:
        """Where the projection lies; exact, without rounding the limits to whole signatures."""
        share = Fraction(projected) / required
        low, low_closed = _end(self.fails, "<", "fails")
        high, high_closed = _end(self.passes, ">", "passes")
        if share < low or (share == low and low_closed):
            return Sufficiency.INSUFFICIENT
        if share > high or (share == high and high_closed):
            return Sufficiency.SUFFICIENT
        return self.between

    def word(self, answer: Sufficiency) -> str:
        """The statute's own word for an answer; empty where it has none."""
        return next((one.word for one in self.words if one.answer is answer), "")


@frozen(kw_only=True)
class DrawSize:
    """How many lines to draw from petitions of up to so many lines: the larger of two.

    ``share`` (``3%``) is rounded up, as California drew 722 of 24,034; ``up_to`` 0 is without
    limit.
    """

    up_to: int = field(default=0, validator=at_least(0))
    at_least: int = field(default=0, validator=at_least(0))
    share: str = "0%"

    def __attrs_post_init__(self) -> None:
        """Refuse a share that cannot be read."""
        self.of(0)

    def of(self, universe: int) -> int:
        """Lines to draw, never more than there are."""
        share, _ = _end(f"<{self.share}", "<", "share")
        return min(universe, max(self.at_least, ceil(share * universe)))


@frozen(kw_only=True)
class Margin:
    """How many lines to draw by precision: the share of valid lines within a margin.

    ``margin`` and ``confidence`` are percentages (``3.62%``, ``95%``).
    """

    margin: str
    confidence: str

    def of(self, universe: int) -> int:
        """Lines to draw."""
        margin, _ = _end(f"<{self.margin}", "<", "margin")
        confidence, _ = _end(f"<{self.confidence}", "<", "confidence")
        return lines_for_share(universe, margin=float(margin), confidence=float(confidence))


@frozen(kw_only=True)
class Statute:
    """One jurisdiction's rule for verifying by sample, with its sources.

    ``steps`` or ``margin`` say how many lines are drawn; neither where that is not established.
    ``strata`` names what is sampled apart (county, district), empty for nothing. ``band`` is
    None where the procedure answers by itself, or where the ends are not established.
    Where not ``rejects``, a petition cannot fail on a sample alone: what would fail is between.
    ``not_established`` lists what nobody could read; an example is a statute of which too much
    is in it to decide by. ``assumptions`` say what is computed where the law was not read to
    the end, or leaves it open; every answer repeats them. ``confidence`` says how sure the rest
    is and ``read_on`` when it was read.
    """

    name: str = field(validator=matching(r"[a-z0-9][a-z0-9-]*", "not_a_name"))
    title: str
    jurisdiction: str
    authority: str
    sources: tuple[str, ...] = field(validator=filled)
    read_on: date
    confidence: str
    procedure: Procedure | None = None
    steps: tuple[DrawSize, ...] = ()
    margin: Margin | None = None
    strata: str = ""
    duplicates: DuplicatePolicy = field(default=DuplicatePolicy.KEEP_ONE, converter=DuplicatePolicy)
    scope: DuplicateScope = field(default=DuplicateScope.WITHIN_SAMPLE, converter=DuplicateScope)
    band: Band | None = None
    rejects: bool = True
    note: str = ""
    assumptions: tuple[str, ...] = ()
    not_established: tuple[str, ...] = ()

    def sample_size(self, universe: int) -> int | None:
        """Lines to draw from so many; None where the rule was not established.

        Raises ``InvalidValueError`` for a petition without lines.
        """
        if universe < 1:
            raise InvalidValueError([problem("not_positive", "universe")])
        if self.margin is not None:
            return self.margin.of(universe)
        step = next((s for s in self.steps if not s.up_to or universe <= s.up_to), None)
        return None if step is None else step.of(universe)
