"""Rolls: signatures as delimited text, read as a stream of any length.

Decides encoding, delimiter and which column is which, and refuses a file that is cut or not
what it says before a single line is handed on. It reads a file twice: once whole, to know that
it is sound and to know its digest, then line by line. Memory stays flat. Whether a line is a
good signature is not decided here.
"""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.civil import end_of_day, instant, local_date, zone
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.formats.columns import cell_of, drafted, is_confirmed, match_columns
from petitionkit.formats.dialects import RollDialect, dialect_named, dialect_of
from petitionkit.problems import Problem, problem
from petitionkit.signature import SignatureDraft
from petitionkit.text import clean

__all__ = ["Roll", "RollLine", "inspect_roll", "read_roll", "read_table", "signed_at"]

_DELIMITERS = "\t,;|"
_LINE_LIMIT = 1 << 20  # characters; no honest line of a roll is a million long
_SAMPLE = 4096
_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t"}  # as they are typed on a command line
_DAY_LENGTH = len("2026-01-31")
_HOURS = ("%H", "%I", "%c", "%X")


@frozen(kw_only=True)
class Roll:
    """What is known of a roll before its lines are taken in.

    ``columns`` maps fields to positions from 0; ``dialect`` is the system that it is a download
    of, None where that is not known; ``digest`` is the SHA-256 of the file, in 64 hexadecimal
    digits; ``lines`` counts records below the header, blank ones left out.
    """

    path: Path = field(converter=Path)
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    columns: Mapping[str, int]
    dialect: RollDialect | None = None
    digest: str
    lines: int

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Headers of columns that no field here takes."""
        taken = set(self.columns.values())
        return tuple(name for place, name in enumerate(self.header) if place not in taken)

    @property
    def source(self) -> str:
        """The roll's name in the provenance of its signatures: 32 digits of its digest."""
        return self.digest[:32]


@frozen(kw_only=True)
class RollLine:
    """One record: the line where it begins (the header is line 1), and its cells.

    ``columns`` are those of its roll; ``problems`` say what keeps it from being read, such as
    another number of cells than the header has.
    """

    number: int
    cells: tuple[str, ...] = field(repr=False)
    columns: Mapping[str, int] = field(repr=False)
    problems: tuple[Problem, ...] = ()

    @property
    def draft(self) -> SignatureDraft | None:
        """What it says of its signer, made anew at each look; None where it cannot be read."""
        return None if self.problems else drafted(self.columns, self.cells)

    @property
    def dated(self) -> str:
        """When it says that it was signed; empty where it says nothing, or cannot be read."""
        return "" if self.problems else cell_of(self.columns, self.cells, "signed_at")


def inspect_roll(
    path: Path | str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    columns: Mapping[str, str] | None = None,
    dialect: str | None = None,
) -> Roll:
    """Read a roll through once and tell what it is.

    ``encoding``, ``delimiter`` and ``dialect`` (a name of ``ROLL_DIALECTS``) are found out where
    they are not given; ``columns`` maps fields (``FIELDS``) to headers where the usual ones are not
    used. Raises
    ``UnreadableFileError`` for a file that is empty, has no header, is wrongly encoded or cut,
    with the line; nothing is handed on before all of it was found sound.
    """
    file = Path(path)
    named = dialect_named(dialect) if dialect else None
    try:
        with file.open("rb") as raw:
            found = encoding or _sniff_encoding(raw.read(_SAMPLE))
            header_text = _first_line(file, found)
            raw.seek(0)
            digest = hashlib.file_digest(raw, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFileError(
            "roll.unreadable", f"{file} cannot be read: {error.strerror}"
        ) from None
    mark = _delimiter(delimiter) if delimiter else max(_DELIMITERS, key=header_text.count)
    header, lines = _check_records(file, found, mark)
    return Roll(
        path=file,
        encoding=found,
        delimiter=mark,
        header=header,
        columns=MappingProxyType(match_columns(header, columns or {})),
        dialect=named or dialect_of(header),
        digest=digest,
        lines=lines,
    )


def _sniff_encoding(sample: bytes) -> str:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # UTF-16 without its mark (Change.org's downloads): every other byte of Latin text is zero,
    # and headers are Latin whatever the script of the names below.
    header = sample.partition(b"\n")[0]
    if header[1::2].count(0) > len(header) // 4:
        return "utf-16-le"
    if header[::2].count(0) > len(header) // 4:
        return "utf-16-be"
    return "utf-8-sig"


def _delimiter(given: str) -> str:
    mark = _NAMED_DELIMITERS.get(given, given)
    if len(mark) != 1 or mark in '"\r\n':
        raise UnreadableFileError(
            "roll.delimiter", "the delimiter must be one character that separates cells, or 'tab'"
        )
    return mark


def _text_lines(path: Path, encoding: str) -> Iterator[str]:
    """Lines with their ends, none of them longer than the limit."""
    number = 1
    try:
        with path.open(encoding=encoding, newline="") as text:
            while line := text.readline(_LINE_LIMIT):
                if len(line) == _LINE_LIMIT:
                    raise UnreadableFileError(
                        "roll.line_too_long",
                        "the line is over a million characters",
                        line=number,
                        column=_LINE_LIMIT,
                    )
                yield line
                number += 1
    except UnicodeError:
        there, column = _undecodable_place(path, encoding)
        raise UnreadableFileError(
            "roll.encoding",
            f"the text is not {encoding.removesuffix('-sig').upper()}; name its encoding",
            line=there,
            column=column,
        ) from None
    except LookupError:
        raise UnreadableFileError(
            "roll.encoding", f"{encoding} is no known encoding; name one such as utf-8 or cp1252"
        ) from None


def _undecodable_place(path: Path, encoding: str) -> tuple[int, int]:
    """Line and column of the first thing that the encoding cannot decode.

    Text is decoded in blocks, many lines before they are handed on, so that the place is found
    by reading once more: it is where dropping and replacing what is undecodable differ.
    """
    with (
        path.open(encoding=encoding, errors="ignore", newline="") as dropping,
        path.open(encoding=encoding, errors="replace", newline="") as replacing,
    ):
        number = 1
        while (kept := dropping.readline(_LINE_LIMIT)) == (
            marked := replacing.readline(_LINE_LIMIT)
        ):
            number += 1
    same = takewhile(lambda pair: pair[0] == pair[1], zip(kept, marked, strict=False))
    return number, sum(1 for _ in same) + 1


def _first_line(path: Path, encoding: str) -> str:
    return next((line for line in _text_lines(path, encoding) if line.strip()), "")


def read_table(path: Path | str) -> Iterator[tuple[int, list[str]]]:
    """Rows of delimited text that is no roll, header first, each with the line where it begins.

    Encoding and delimiter are found out as those of a roll are, and a file that is cut or wrongly
    encoded is refused before a row is handed on.
    """
    file = Path(path)
    try:
        with file.open("rb") as raw:
            encoding = _sniff_encoding(raw.read(_SAMPLE))
        mark = max(_DELIMITERS, key=_first_line(file, encoding).count)
        _check_records(file, encoding, mark)
    except OSError as error:
        raise UnreadableFileError(
            "roll.unreadable", f"{file} cannot be read: {error.strerror}"
        ) from None
    for number, cells, _ in _records(file, encoding, mark):
        yield number, cells


def _records(
    path: Path, encoding: str, delimiter: str
) -> Iterator[tuple[int, list[str], list[str]]]:
    """Records that are not blank, each with the line where it begins and its raw lines."""
    raw: list[str] = []

    def lines() -> Iterator[str]:
        for line in _text_lines(path, encoding):
            raw.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableFileError(
                "roll.quotes",
                f"a cell has over {csv.field_size_limit():,} characters; is a quotation mark"
                " opened here and never closed?",
                line=begins,
                column=1,
            ) from None
        if any(map(str.strip, cells)):
            yield begins, cells, raw
        begins = reader.line_num + 1
        raw = []


def _check_records(path: Path, encoding: str, delimiter: str) -> tuple[tuple[str, ...], int]:
    """Go through all records: the header, and how many follow it; refuses a file that is cut."""
    records = _records(path, encoding, delimiter)
    first = next(records, None)
    if first is None:
        raise UnreadableFileError("roll.empty", "the roll is empty; there is nothing to import")
    begins, header, raw = first
    count, cells = 0, header
    for begins, cells, raw in records:  # noqa: B007 (the last record is looked at below)
        count += 1
    short = len(cells) < len(header) and not raw[-1].endswith(("\n", "\r"))
    if short:
        raise UnreadableFileError(
            "roll.cut",
            "the roll ends in the middle of a row; get the whole file",
            line=begins,
            column=1,
        )
    if _is_open(raw, delimiter):
        raise UnreadableFileError(
            "roll.cut",
            "a quotation mark is opened here and never closed; get the whole file, or mend the"
            " line where it is whole",
            line=begins,
            column=1,
        )
    return tuple(clean(cell) for cell in header), count


def _is_open(raw: list[str], delimiter: str) -> bool:
    """Whether a quotation mark is still open at the end of a record's lines.

    Then one more line is a part of the record; else it is a record of its own.
    """
    return len(list(csv.reader([*raw, ""], delimiter=delimiter))) == 1


def read_roll(roll: Roll) -> Iterator[RollLine]:
    """Hand on the records below the header, in their order.

    A record with another number of cells than the header comes with its problem; blank ones
    do not come at all.
    """
    records = _records(roll.path, roll.encoding, roll.delimiter)
    next(records)
    width = len(roll.header)
    columns = roll.columns
    for number, cells, _ in records:
        wrong: tuple[Problem, ...] = ()
        if len(cells) != width:
            wrong = (problem("row.ragged", "row", found=len(cells), expected=width),)
        elif not is_confirmed(columns, cells):
            wrong = (problem("row.unconfirmed", "confirmed"),)
        yield RollLine(number=number, cells=tuple(cells), columns=columns, problems=wrong)


def signed_at(text: str, zone_key: str, opened_at: datetime, *, pattern: str = "") -> datetime:
    """Read a line's date: ISO 8601, or what ``pattern`` (as of ``strptime``) says.

    A time without an offset is local time in the zone. A day without a time is that day's
    beginning, or the opening where the petition opened on it. Raises ``InvalidValueError``.
    """
    value = text.strip()
    try:
        found = datetime.strptime(value, pattern) if pattern else datetime.fromisoformat(value)  # noqa: DTZ007 (the zone is put on below)
    except ValueError:
        raise InvalidValueError([problem("not_an_instant", "signed_at")]) from None
    timed = any(mark in pattern for mark in _HOURS) if pattern else len(value) > _DAY_LENGTH
    try:
        at = found if timed else _within(found.date(), zone_key, opened_at)
        at = instant(at if at.tzinfo else at.replace(tzinfo=zone(zone_key)))
        local_date(at, zone_key)
    except (OverflowError, InvalidValueError):  # the calendar's first and last day
        raise InvalidValueError([problem("out_of_range", "signed_at")]) from None
    return at


def _within(day: date, zone_key: str, opened_at: datetime) -> datetime:
    if day == local_date(opened_at, zone_key):
        return instant(opened_at)
    return end_of_day(day - timedelta(days=1), zone_key)
