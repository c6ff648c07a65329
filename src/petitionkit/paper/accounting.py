"""The account of a filing: from sheets filed to verdicts, every line in exactly one place.

Sheets filed, sheets void on their face with their lines, blank and crossed-out lines, the
universe, the sample, verdicts by reason. Each step is a number that can be checked against the
step before it; the verdicts, what was not checked, and what was taken out before always add up
to the lines filed.
"""

from collections import Counter
from collections.abc import Iterable

from attrs import frozen

from petitionkit.errors import InvalidValueError
from petitionkit.paper.sheets import Line, LineMark, Sheet, line_id
from petitionkit.problems import Problem, problem
from petitionkit.sampling.verdicts import VALID, Verdict

__all__ = ["Account", "VoidSheets", "account"]


@frozen(kw_only=True)
class VoidSheets:
    """Sheets that are void for one reason, and the lines on them."""

    reason: str
    sheets: int
    lines: int


@frozen(kw_only=True)
class Account:
    """The numbers of a filing, step by step.

    ``verdicts`` are lines by verdict, ``valid`` or a reason, the most frequent first; lines of
    the universe without one are ``unchecked``.
    """

    sheets: int
    lines: int
    void: tuple[VoidSheets, ...]
    blank: int
    crossed_out: int
    universe: int
    verdicts: tuple[tuple[str, int], ...]
    unchecked: int

    @property
    def void_sheets(self) -> int:
        """Sheets void on their face."""
        return sum(one.sheets for one in self.void)

    @property
    def void_lines(self) -> int:
        """Lines on sheets void on their face."""
        return sum(one.lines for one in self.void)

    @property
    def checked(self) -> int:
        """Lines that have a verdict."""
        return sum(lines for _, lines in self.verdicts)

    def explain(self) -> tuple[str, ...]:
        """The account in words, one step a line."""
        return (
            f"{self.sheets:,} sheets with {self.lines:,} lines were filed",
            *(
                f"{one.sheets:,} sheets with {one.lines:,} lines are void: {one.reason}"
                for one in self.void
            ),
            f"{self.blank:,} lines are blank, {self.crossed_out:,} crossed out",
            f"{self.universe:,} lines are the universe; {self.checked:,} were checked",
            *(f"{lines:,} lines: {verdict}" for verdict, lines in self.verdicts),
        )


def account(
    sheets: Iterable[Sheet], lines: Iterable[Line] = (), verdicts: Iterable[Verdict] = ()
) -> Account:
    """Make the account of a filing; nothing depends on the order in which anything comes.

    ``lines`` are those that were looked at: they matter here only where they are blank or
    crossed out. Raises ``InvalidValueError`` with every problem: a sheet or line twice, a line
    of no sheet or beyond its last, a verdict twice or on a line that is not in the universe.
    """
    filed: dict[str, Sheet] = {}
    found: list[Problem] = []
    for sheet in sheets:
        if sheet.serial in filed:
            found.append(problem("repeated", f"sheets.{sheet.serial}"))
        filed[sheet.serial] = sheet
    marks = _marks(filed, lines, found)
    void = _void(filed.values())
    taken = Counter(marks.values())
    total = sum(sheet.lines for sheet in filed.values())
    left = total - sum(one.lines for one in void)
    left -= taken[LineMark.BLANK] + taken[LineMark.CROSSED_OUT]
    standing = {
        line_id(sheet.serial, number)
        for sheet in filed.values()
        if sheet.void is None
        for number in range(1, sheet.lines + 1)
    } - {name for name, mark in marks.items() if mark is not LineMark.FILLED}
    judged: dict[str, str] = {}
    for verdict in verdicts:
        if verdict.line in judged:
            found.append(problem("repeated", f"verdicts.{verdict.line}"))
        elif verdict.line not in standing:
            found.append(problem("misplaced", f"verdicts.{verdict.line}"))
        judged[verdict.line] = verdict.reason.value if verdict.reason else VALID
    if found:
        raise InvalidValueError(found)
    totals = Counter(judged.values())
    return Account(
        sheets=len(filed),
        lines=total,
        void=void,
        blank=taken[LineMark.BLANK],
        crossed_out=taken[LineMark.CROSSED_OUT],
        universe=left,
        verdicts=tuple(sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))),
        unchecked=left - len(judged),
    )


def _marks(
    filed: dict[str, Sheet], lines: Iterable[Line], found: list[Problem]
) -> dict[str, LineMark]:
    """Marks of lines on sheets that stand; a void sheet's lines are void whatever they say."""
    marks: dict[str, LineMark] = {}
    seen: set[str] = set()
    for line in lines:
        sheet = filed.get(line.sheet)
        if line.id in seen:
            found.append(problem("repeated", f"lines.{line.id}"))
        elif sheet is None or line.number > sheet.lines:
            found.append(problem("misplaced", f"lines.{line.id}"))
        elif sheet.void is None:
            marks[line.id] = line.mark
        seen.add(line.id)
    return marks


def _void(sheets: Iterable[Sheet]) -> tuple[VoidSheets, ...]:
    by_reason: dict[str, list[int]] = {}
    for sheet in sheets:
        if sheet.void is not None:
            by_reason.setdefault(sheet.void.value, []).append(sheet.lines)
    found = [
        VoidSheets(reason=reason, sheets=len(lines), lines=sum(lines))
        for reason, lines in by_reason.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.lines, one.reason)))
