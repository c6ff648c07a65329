"""Plots as SVG text: how a roll grew, and when signatures came in bursts.

Draws numbers and knows nothing of signatures. No script, no style but ``STYLE``: what comes out
stands alone inside a page and can be printed.
"""

from collections.abc import Sequence
from html import escape
from itertools import accumulate

__all__ = ["STYLE", "bars", "line"]

STYLE = """\
svg { width: 100%; height: auto; font-size: 11px; fill: #566172; }
.axis { fill: none; stroke: #9aa5b4; }
.line { fill: none; stroke: #2f5fa8; stroke-width: 2; }
.bar { fill: #2f5fa8; }
"""
"""What a page's style must say for plots to be seen."""

_WIDTH, _HEIGHT = 720, 180
_LEFT, _TOP, _BOTTOM = 64, 12, 24
_INNER = _WIDTH - _LEFT - 12
_DEEP = _HEIGHT - _TOP - _BOTTOM


def _frame(title: str, highest: int, first: str, last: str, drawn: str) -> str:
    floor = _TOP + _DEEP
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}"'
        ' xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>"
        f'<path class="axis" d="M{_LEFT} {_TOP}V{floor}H{_LEFT + _INNER}"/>'
        f'<text x="{_LEFT - 6}" y="{_TOP + 9}" text-anchor="end">{highest:,}</text>'
        f'<text x="{_LEFT - 6}" y="{floor}" text-anchor="end">0</text>'
        f'<text x="{_LEFT}" y="{_HEIGHT - 6}">{escape(first)}</text>'
        f'<text x="{_LEFT + _INNER}" y="{_HEIGHT - 6}" text-anchor="end">{escape(last)}</text>'
        f"{drawn}</svg>"
    )


def line(title: str, counts: Sequence[int], *, first: str, last: str) -> str:
    """Draw the running total of counts as one line; ``first`` and ``last`` name the ends."""
    totals = [0, *accumulate(counts)]
    highest = max(1, totals[-1])
    across = _INNER / max(1, len(counts))
    points = " ".join(
        f"{_LEFT + place * across:.1f},{_TOP + _DEEP * (1 - total / highest):.1f}"
        for place, total in enumerate(totals)
    )
    return _frame(title, highest, first, last, f'<polyline class="line" points="{points}"/>')


def bars(title: str, counts: Sequence[int], *, first: str, last: str) -> str:
    """Draw each count as a bar; one that is 0 or less has none."""
    highest = max(1, *counts, 1)
    across = _INNER / max(1, len(counts))
    drawn = "".join(
        f'<rect class="bar" x="{_LEFT + place * across:.1f}"'
        f' y="{_TOP + _DEEP * (1 - count / highest):.1f}" width="{max(across - 0.5, 0.5):.1f}"'
        f' height="{_DEEP * count / highest:.1f}"/>'
        for place, count in enumerate(counts)
        if count > 0
    )
    return _frame(title, highest, first, last, drawn)
