"""Worksheets: a drawing as a CSV file that goes out to officials and comes back with verdicts.

Each row carries the seed, the size and the digest of the universe it was drawn from, so a
worksheet stands for itself: where a row's line, seed or place was changed, the hash says so.
Officials fill in ``verdict`` (``valid`` or a reason's code) and, where somebody may have signed
twice, ``person``; ``times`` where the person was looked up in the whole petition.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from attrs import evolve, field, frozen

from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.problems import Problem, problem
from petitionkit.sampling.drawing import Drawing, rank
from petitionkit.sampling.verdicts import VALID, Verdict

__all__ = ["COLUMNS", "Worksheet", "read_worksheet", "verify", "worksheet_rows", "worksheet_text"]

COLUMNS = (
    *("seed", "stratum", "universe", "digest", "order", "line"),
    *("verdict", "person", "times"),
)
"""The header of a worksheet, in this order when written and in any order when read."""

_FORMULA = ("=", "+", "-", "@")
_DIGITS = 12  # no petition has so many lines, and no number becomes a burden


@frozen(kw_only=True)
class Worksheet:
    """A worksheet that came back: what was drawn, as it says itself, and the verdicts."""

    drawings: tuple[Drawing, ...]
    verdicts: tuple[Verdict, ...] = field(repr=False)


def worksheet_rows(
    drawings: Iterable[Drawing], verdicts: Iterable[Verdict] = ()
) -> Iterator[tuple[str, ...]]:
    """Rows of a worksheet, the header first, with the verdicts that there are already.

    That is how a larger sample goes out with the verdicts of the smaller one filled in.
    """
    given = {verdict.line: verdict for verdict in verdicts}
    yield COLUMNS
    for one in drawings:
        for order, line in enumerate(one.lines, 1):
            place = (one.seed, one.stratum, str(one.universe), one.digest, str(order), line)
            yield (*place, *_cells(given.get(line)))


def worksheet_text(drawings: Iterable[Drawing], verdicts: Iterable[Verdict] = ()) -> str:
    """Write a worksheet as CSV; see ``worksheet_rows``."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(worksheet_rows(drawings, verdicts))
    return out.getvalue()


def _cells(verdict: Verdict | None) -> tuple[str, str, str]:
    if verdict is None:
        return "", "", ""
    word = VALID if verdict.reason is None else verdict.reason.value
    return word, verdict.person, str(verdict.times or "")


@frozen(kw_only=True)
class _Row:
    """One row as it came: the line of the file that it begins on, and its cells by column."""

    number: int
    cells: dict[str, str] = field(repr=False)

    def at(self, column: str) -> str:
        return f"line {self.number}.{column}"


def read_worksheet(text: str) -> Worksheet:
    """Read a worksheet with a verdict in every row.

    Rows may come in any order; comma, semicolon or tab separate the cells, as spreadsheets
    like it. Raises ``UnreadableFileError`` for what is no worksheet, and ``InvalidValueError``
    with every problem (``line N.column``, the header is line 1): a line twice, an unknown
    reason, a row without verdict, a row of another seed or universe, a line that the seed does
    not put there.
    """
    rows = list(_rows(text.removeprefix("\ufeff")))
    found: list[Problem] = []
    strata: dict[str, list[_Row]] = {}
    for row in rows:
        strata.setdefault(row.cells["stratum"], []).append(row)
    drawings = [_drawing(own, found) for own in strata.values()]
    found += [
        problem("sample.other_seed", row.at("seed"))
        for row in rows
        if row.cells["seed"] != rows[0].cells["seed"]
    ]
    blank = [row for row in rows if not row.cells["verdict"]]
    if blank:
        found.append(problem("sample.no_verdict", blank[0].at("verdict"), missing=len(blank)))
    seen: set[str] = set()
    verdicts: list[Verdict] = []
    for row in rows:
        if row.cells["line"] in seen:
            found.append(problem("repeated", row.at("line")))
        seen.add(row.cells["line"])
        verdicts += _verdict(row, found)
    if found:
        raise InvalidValueError(found)
    return Worksheet(drawings=tuple(drawings), verdicts=tuple(verdicts))


def _rows(text: str) -> Iterator[_Row]:
    header, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip().lower() for name in next(reader, [])]
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise UnreadableFileError(
            "worksheet.header",
            f"this is no worksheet: it has no column {', '.join(missing)}",
            line=1,
        )
    empty = True
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(names):
                raise UnreadableFileError(
                    "worksheet.ragged",
                    f"the row has {len(cells)} cells where the header has {len(names)};"
                    " mend the line",
                    line=reader.line_num,
                )
            empty = False
            tidy = (_unguarded(cell.strip()) for cell in cells)
            yield _Row(number=reader.line_num, cells=dict(zip(names, tidy, strict=True)))
    except csv.Error:
        raise UnreadableFileError(
            "worksheet.quotes",
            "a quotation mark is opened and never closed; mend the line",
            line=reader.line_num,
        ) from None
    if empty:
        raise UnreadableFileError("worksheet.empty", "the worksheet has no rows; write it anew")


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from running it as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell


def _number(row: _Row, column: str, found: list[Problem]) -> int:
    text = row.cells[column]
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        found.append(problem("wrong_type", row.at(column), expected="a whole number"))
        return 0
    value = int(text)
    if value < 1:
        found.append(problem("not_positive", row.at(column)))
    return value


def _drawing(rows: Sequence[_Row], found: list[Problem]) -> Drawing:
    """What the rows of one stratum say was drawn; what does not fit goes to ``found``."""
    placed = sorted(((_number(row, "order", found), row) for row in rows), key=lambda pair: pair[0])
    first = rows[0].cells
    universe = _number(rows[0], "universe", found)
    found += [
        problem("sample.other_universe", row.at("digest"))
        for row in rows
        if (row.cells["universe"], row.cells["digest"]) != (first["universe"], first["digest"])
    ]
    before = ""
    for expected, (order, row) in enumerate(placed, 1):
        place = rank(row.cells["seed"], row.cells["line"])
        if order != expected or place <= before:
            found.append(problem("sample.out_of_order", row.at("order")))
            break  # the rows below are out of order because this one is
        before = place
    if universe and len(rows) > universe:
        found.append(
            problem(
                "sample.more_than_all",
                rows[0].at("universe"),
                drawn=len(rows),
                universe=universe,
            )
        )
    return Drawing(
        seed=first["seed"],
        universe=universe,
        digest=first["digest"],
        lines=tuple(row.cells["line"] for _, row in placed),
        stratum=first["stratum"],
    )


def _verdict(row: _Row, found: list[Problem]) -> list[Verdict]:
    cells = row.cells
    word = "_".join(cells["verdict"].lower().split())
    if not word:
        return []
    times = _number(row, "times", found) if cells["times"] else 0
    try:
        verdict = Verdict(line=cells["line"], reason=word, person=cells["person"], times=times)
    except InvalidValueError as error:
        names = {"reason": "verdict"}
        found += [
            evolve(one, field=row.at(names.get(one.field, one.field))) for one in error.problems
        ]
        return []
    return [verdict]


def verify(worksheet: Worksheet, drawings: Sequence[Drawing]) -> None:
    """Check that a worksheet is of these drawings, made anew from the lines and the seed.

    Raises ``InvalidValueError``: another seed, other lines to draw from, other lines drawn.
    """
    made = {one.stratum: one for one in drawings}
    found: list[Problem] = []
    for one in worksheet.drawings:
        again = made.pop(one.stratum, None)
        field = f"stratum {one.stratum}".strip()
        if again is None:
            found.append(problem("sample.not_drawn", field))
        elif again.seed != one.seed:
            found.append(problem("sample.other_seed", field))
        elif (again.universe, again.digest) != (one.universe, one.digest):
            found.append(problem("sample.other_universe", field))
        elif again.lines != one.lines:
            found.append(problem("sample.not_drawn", field))
    found += [
        problem("sample.no_verdict", f"stratum {name}".strip(), missing=len(one.lines))
        for name, one in made.items()
    ]
    if found:
        raise InvalidValueError(found)
