"""What a sample showed, as numbers: how many lines, and how many of them are whose.

A person who signed more than once may be seen once, twice or more in a sample; nearly all that
statutes and statistics ask follows from how many persons were seen how often. These values
refuse what cannot be and derive the rest; what follows from them is decided elsewhere.
"""

from collections.abc import Sequence
from math import comb

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice
from petitionkit.problems import Problem, problem

__all__ = ["DuplicatePolicy", "SampleCount", "WholeFileCount", "merged"]


class DuplicatePolicy(Choice):
    """How many of a person's valid lines count."""

    KEEP_ONE = "keep_one"
    """One: all but one are struck (California, Washington, Arizona, Switzerland)."""
    REJECT_ALL = "reject_all"
    """None, where there is more than one (Michigan)."""
    COUNT_ALL = "count_all"
    """All: duplicates are not looked for, or were taken out of the file before."""

    def counted(self, lines: int) -> int:
        """How many count of so many valid lines of one person."""
        match self:
            case DuplicatePolicy.KEEP_ONE:
                return min(lines, 1)
            case DuplicatePolicy.REJECT_ALL:
                return int(lines == 1)
            case DuplicatePolicy.COUNT_ALL:  # pragma: no branch (there are these three)
                return lines


def _without_zeros(values: Sequence[int]) -> tuple[int, ...]:
    kept = list(values)
    while kept and kept[-1] == 0:
        kept.pop()
    return tuple(kept)


def _problems(universe: int, drawn: int, seen: tuple[int, ...], valid: int) -> list[Problem]:
    found = [problem("negative", "universe")] if universe < 0 else []
    if drawn < 1:
        found.append(problem("not_positive", "drawn"))
    if drawn > universe >= 0:
        found.append(problem("sample.more_than_all", "drawn", drawn=drawn, universe=universe))
    found += [problem("negative", f"seen.{n}") for n, count in enumerate(seen, 1) if count < 0]
    if not found and valid > drawn:
        found.append(problem("sample.more_valid", "seen", valid=valid, drawn=drawn))
    return found


@frozen(kw_only=True)
class SampleCount:
    """A simple random sample of lines, once every line has its verdict.

    ``universe`` is N, all lines that could be drawn; ``drawn`` is n; ``seen[k-1]`` is how many
    persons have exactly k valid lines in the sample. ``stratum`` names the part of the petition
    that it was drawn from. Raises ``InvalidValueError`` for negative counts, more lines drawn
    than there are, and more valid lines than drawn.
    """

    universe: int
    drawn: int
    seen: tuple[int, ...] = field(converter=_without_zeros)
    stratum: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse numbers that no sample can have."""
        found = _problems(self.universe, self.drawn, self.seen, self.valid_lines)
        if found:
            raise InvalidValueError(found)

    @classmethod
    def of_lines(
        cls, *, universe: int, drawn: int, valid_lines: int, pairs: int = 0, stratum: str = ""
    ) -> "SampleCount":
        """From valid lines that count every line of a person, and pairs of one person's lines."""
        if pairs < 0:
            raise InvalidValueError([problem("negative", "pairs")])
        if 0 <= valid_lines < 2 * pairs:
            raise InvalidValueError(
                [problem("sample.more_pairs", "pairs", pairs=pairs, valid=valid_lines)]
            )
        seen = (valid_lines - 2 * pairs, pairs)
        return cls(universe=universe, drawn=drawn, seen=seen, stratum=stratum)

    @classmethod
    def of_persons(
        cls, *, universe: int, drawn: int, valid: int, duplicates: int = 0, stratum: str = ""
    ) -> "SampleCount":
        """From valid lines without the further line of each person found twice.

        That is how California's forms count: 516 valid and 2 duplicates are 518 valid lines.
        """
        return cls.of_lines(
            universe=universe,
            drawn=drawn,
            valid_lines=valid + duplicates,
            pairs=duplicates,
            stratum=stratum,
        )

    @property
    def valid_lines(self) -> int:
        """Valid lines, every line of a person counted."""
        return sum(lines * persons for lines, persons in enumerate(self.seen, 1))

    @property
    def valid_persons(self) -> int:
        """Persons with a valid line: what is left when further lines are struck."""
        return sum(self.seen)

    @property
    def duplicates(self) -> int:
        """Further lines of persons seen more than once."""
        return self.valid_lines - self.valid_persons

    @property
    def pairs(self) -> int:
        """Pairs of lines of one person: three lines of one make three."""
        return sum(comb(lines, 2) * persons for lines, persons in enumerate(self.seen, 1))

    @property
    def invalid(self) -> int:
        """Lines that are not valid, duplicates not among them."""
        return self.drawn - self.valid_lines

    def counted(self, policy: DuplicatePolicy) -> int:
        """Lines that count within the sample."""
        return sum(policy.counted(lines) * n for lines, n in enumerate(self.seen, 1))


@frozen(kw_only=True)
class WholeFileCount:
    """A sample of which each valid line was looked up among all lines of the petition.

    ``lines[k-1]`` is how many valid lines of the sample belong to persons with exactly k valid
    lines in the whole petition, drawn or not.
    """

    universe: int
    drawn: int
    lines: tuple[int, ...] = field(converter=_without_zeros)
    stratum: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse numbers that no sample can have."""
        found = _problems(self.universe, self.drawn, self.lines, sum(self.lines))
        if found:
            raise InvalidValueError(found)


def merged(counts: Sequence[SampleCount]) -> SampleCount:
    """Take the only stratum there is; ``InvalidValueError`` where there are several or none."""
    if len(counts) != 1:
        raise InvalidValueError([problem("sample.one_stratum", "counts", strata=len(counts))])
    return counts[0]
