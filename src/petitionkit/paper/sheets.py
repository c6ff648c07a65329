"""Sheets, circulators and lines: what was filed, as values.

A sheet has numbered lines; a line on it is known by serial and number (``S-17:4``) wherever it
goes: to a worksheet, a petition, a court. What a line says is personal and shown in no repr.
Whether a line counts is decided elsewhere.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice
from petitionkit.paper.reasons import SheetReason
from petitionkit.problems import Problem, problem
from petitionkit.signature import SignatureDraft

__all__ = [
    "Circulator",
    "Line",
    "LineMark",
    "Sheet",
    "line_id",
    "split_line_id",
    "universe",
]

# As the ids of lines in a drawing, but for the colon, which parts serial and number there.
_SERIAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/#-]{0,78}[A-Za-z0-9._/#-])?")
_LINE_ID = re.compile(rf"({_SERIAL.pattern}):([1-9][0-9]{{0,8}})")


def line_id(sheet: str, number: int) -> str:
    """Name a line by its sheet and number: ``S-17:4``."""
    return f"{sheet}:{number}"


def split_line_id(text: str) -> tuple[str, int]:
    """Read sheet and number from a line's name; ``InvalidValueError`` where it is none."""
    match = _LINE_ID.fullmatch(text)
    if match is None:
        raise InvalidValueError([problem("line_id", "line")])
    return match[1], int(match[2])


def _serial_problems(value: str, name: str) -> list[Problem]:
    return [] if _SERIAL.fullmatch(value) else [problem("line_id", name)]


@frozen(kw_only=True)
class Circulator:
    """Somebody who carried sheets around: an opaque reference, and the name on the affidavit."""

    reference: str
    name: str = field(default="", repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a reference that cannot stand in a list."""
        if found := _serial_problems(self.reference, "reference"):
            raise InvalidValueError(found)


def _void(value: SheetReason | str | None) -> SheetReason | None:
    return None if value is None else SheetReason(value)


@frozen(kw_only=True)
class Sheet:
    """One sheet as filed, with ``lines`` numbered from 1.

    ``circulator`` is the reference of whoever carried it, ``stratum`` the county or district
    that it belongs to. ``void`` says why the sheet, and every line on it, is void on its face.
    """

    serial: str
    lines: int
    circulator: str = ""
    stratum: str = ""
    void: SheetReason | None = field(default=None, converter=_void)

    def __attrs_post_init__(self) -> None:
        """Refuse a serial that cannot name lines, and a sheet without lines."""
        found = _serial_problems(self.serial, "serial")
        for name in ("circulator", "stratum"):
            if value := getattr(self, name):
                found += _serial_problems(value, name)
        if self.lines < 1:
            found.append(problem("not_positive", "lines"))
        if found:
            raise InvalidValueError(found)


class LineMark(Choice):
    """What is on a line; one filled in wholly or partly is eligible, the others are not."""

    FILLED = "filled"
    BLANK = "blank"
    CROSSED_OUT = "crossed_out"


@frozen(kw_only=True)
class Line:
    """One line of a sheet as somebody read it.

    ``signed_on`` is the day written beside the signature, None where there is none.
    """

    sheet: str
    number: int
    mark: LineMark = field(default=LineMark.FILLED, converter=LineMark)
    draft: SignatureDraft = field(default=SignatureDraft(), repr=False)
    signed_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a line that no sheet can have."""
        found = _serial_problems(self.sheet, "sheet")
        if self.number < 1:
            found.append(problem("not_positive", "number"))
        if found:
            raise InvalidValueError(found)

    @property
    def id(self) -> str:
        """The line's name: ``S-17:4``."""
        return line_id(self.sheet, self.number)


def universe(sheets: Iterable[Sheet], lines: Iterable[Line] = ()) -> Mapping[str, tuple[str, ...]]:
    """Names of all lines to be counted or drawn, by stratum, in the order of the sheets.

    All numbered lines of sheets that are not void, but those that ``lines`` marks as blank or
    crossed out. A stratum that nothing is left of is not there.
    """
    out = {line.id for line in lines if line.mark is not LineMark.FILLED}
    found: dict[str, list[str]] = {}
    for sheet in sheets:
        if sheet.void is None:
            names = (line_id(sheet.serial, number) for number in range(1, sheet.lines + 1))
            kept = [name for name in names if name not in out]
            if kept:
                found.setdefault(sheet.stratum, []).extend(kept)
    return {stratum: tuple(names) for stratum, names in sorted(found.items())}
