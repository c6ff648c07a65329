"""Proposals: a pair with everything that led to it, for a person to judge.

Puts rules, keys, levels and the compared values of both rows together with the version of the
rule set. Values can be hidden, so that a proposal may be shown to those who may not see names.
It proposes; what is decided is for ``review``.
"""

from attrs import evolve, field, frozen

from petitionkit.duplicates.finder import Pair
from petitionkit.duplicates.rows import Row
from petitionkit.duplicates.rules import RuleSet

__all__ = ["Compared", "Proposal", "explain", "redacted"]

_HIDDEN = "•••"


@frozen(kw_only=True)
class Compared:
    """One comparison of a pair: its level, and what was compared, in canonical text."""

    comparison: str
    level: str
    columns: tuple[str, ...]
    left: tuple[str, ...] = field(repr=False)
    right: tuple[str, ...] = field(repr=False)


@frozen(kw_only=True)
class Proposal:
    """Two signatures that may be one person's, and why; ``rule_set`` is its name and digest."""

    pair: Pair
    compared: tuple[Compared, ...]
    rule_set: str

    def __str__(self) -> str:
        """Say it in one line, without anybody's values."""
        levels = ", ".join(f"{c.comparison} {c.level}" for c in self.compared)
        return f"{self.pair.left} and {self.pair.right}: {self.pair.tier} ({levels})"


def explain(rule_set: RuleSet, pair: Pair, left: Row, right: Row) -> Proposal:
    """Put a pair and its rows together; the rows are those of its ids, in its order."""
    return Proposal(
        pair=pair,
        compared=tuple(
            Compared(
                comparison=comparison.name,
                level=level,
                columns=comparison.shows,
                left=_shown(left, comparison.shows),
                right=_shown(right, comparison.shows),
            )
            for comparison, level in zip(rule_set.comparisons, pair.levels, strict=True)
        ),
        rule_set=rule_set.digest,
    )


def _shown(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    cells = (getattr(row, column) for column in columns)
    return tuple(cell if isinstance(cell, str) else " ".join(cell) for cell in cells)


def redacted(proposal: Proposal) -> Proposal:
    """Hide the values; whether there was one stays to be seen."""

    def hidden(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_HIDDEN if value else "" for value in values)

    return evolve(
        proposal,
        compared=tuple(
            evolve(c, left=hidden(c.left), right=hidden(c.right)) for c in proposal.compared
        ),
    )
