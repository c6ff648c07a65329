"""Decidim's open data: initiatives as CSV, one a row, as petitions whose total is known.

Decides which columns say what; texts are in as many languages as there are columns, and HTML is
read as text. The file has no signatures: their number is a declared count. Columns that have no
place here are named. Source: Decidim's exporter; paths with ``/`` by convention.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from attrs import frozen

from petitionkit.civil import end_of_day, instant, instant_text, zone
from petitionkit.codec import from_plain
from petitionkit.counting import SUPPORTERS
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.facts import Event, Fact
from petitionkit.formats.cells import csv_plain, csv_safe
from petitionkit.formats.html_text import text_of_html
from petitionkit.formats.roll import read_table
from petitionkit.petition import CountEffect, DeclaredCount, Identifier, Petition, PetitionText
from petitionkit.problems import problem

__all__ = ["SYSTEM", "Initiative", "read_initiatives", "write_initiatives"]

SYSTEM = "decidim"
"""The system under which an initiative's reference is kept as an identifier."""

_TITLE, _BODY = "title/", "description/"
_PLAIN = ("reference", "state", "created_at", "published_at", "signature_end_date", "signatures")
_OVER = ("accepted", "rejected")
_DIGITS = 15  # of a count that nobody doubts


@frozen(kw_only=True)
class Initiative:
    """A row: the petition that it makes, and columns with a text that has no place here."""

    petition: Petition
    unmapped: tuple[str, ...] = ()


def read_initiatives(
    path: Path | str, *, new_id: Callable[[], UUID], now: datetime, zone_key: str = "UTC"
) -> Iterator[Initiative]:
    """Hand on every initiative of a file, in its order.

    Times without an offset, and the last day on which it may be signed, are in the zone. Raises
    ``UnreadableFileError`` with the line of a row that says what no petition can.
    """
    zone(zone_key)
    rows = read_table(path)
    _, header = next(rows, (1, []))
    if not {"reference", "signatures"} <= set(header) or not any(
        name.startswith(_TITLE) for name in header
    ):
        raise UnreadableFileError(
            "decidim.no_header",
            "the header names no reference, signatures and title/LANGUAGE;"
            " give Decidim's own export",
            line=1,
            column=1,
        )
    for line, cells in rows:
        row = {name: csv_plain(cell) for name, cell in zip(header, cells, strict=False)}
        try:
            yield _initiative(row, new_id(), now, zone_key)
        except InvalidValueError as error:
            raise UnreadableFileError(
                "decidim.wrong_value", str(error), line=line, column=1
            ) from None


def _initiative(row: Mapping[str, str], new_id: UUID, now: datetime, key: str) -> Initiative:
    titles = {name.removeprefix(_TITLE): v for name, v in row.items() if name.startswith(_TITLE)}
    texts = tuple(
        from_plain(  # which names what a constructor would not take
            PetitionText,
            {
                "language": language,
                "title": title,
                "body": text_of_html(row.get(_BODY + language, "")),
            },
        )
        for language, title in titles.items()
        if title.strip()
    )
    reference = row.get("reference", "")
    said = {name for name, cell in row.items() if cell}
    petition = Petition(
        id=new_id,
        texts=texts,
        identifiers=(from_plain(Identifier, {"system": SYSTEM, "value": reference}),),
        declared=(
            DeclaredCount(
                counter=SUPPORTERS,
                amount=_number(row.get("signatures", "")),
                source=f"{SYSTEM}:{reference}",
                as_of=now,
                recorded_at=now,
                effect=CountEffect.REPLACES,
            ),
        ),
        facts=_facts(row, now, key),
    )
    told = [n for n in said if n not in _PLAIN and not n.startswith((_TITLE, _BODY))]
    return Initiative(petition=petition, unmapped=tuple(sorted(told)))


def _facts(row: Mapping[str, str], now: datetime, key: str) -> tuple[Fact, ...]:
    created, published = _moment(row, "created_at", key), _moment(row, "published_at", key)
    until = _last_day(row.get("signature_end_date", ""), key)
    over = until if row.get("state") in _OVER else None
    moments = (
        (Event.STARTED, created, "created_at", None),
        (Event.OPENED, published, "published_at", until),
        (Event.CLOSED, over if published else None, "signature_end_date", None),
    )
    return tuple(
        Fact(
            event=event,
            at=at,
            recorded_at=now,
            rule=f"{SYSTEM}:{column}",
            subject="window" if event is Event.CLOSED else "",
            until=end,
        )
        for event, at, column, end in moments
        if at is not None
    )


def _number(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= _DIGITS):
        raise InvalidValueError([problem("wrong_type", "signatures", expected="a whole number")])
    return int(cell)


def _moment(row: Mapping[str, str], column: str, key: str) -> datetime | None:
    cell = row.get(column, "").removesuffix(" UTC").strip()
    if not cell:
        return None
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        raise InvalidValueError([problem("not_an_instant", column)]) from None
    return instant(at if at.tzinfo else at.replace(tzinfo=zone(key)))


def _last_day(cell: str, key: str) -> datetime | None:
    if not cell.strip():
        return None
    try:
        return end_of_day(date.fromisoformat(cell.strip()), key)
    except (ValueError, OverflowError):
        raise InvalidValueError([problem("not_a_date", "signature_end_date")]) from None


def write_initiatives(
    file: BinaryIO, petitions: Iterable[tuple[Petition, int]], *, languages: tuple[str, ...]
) -> int:
    """Write petitions with their counts as Decidim's open data has them; returns how many."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";")
    parts = [f"{part}{language}" for part in (_TITLE, _BODY) for language in languages]
    writer.writerow([*_PLAIN, *parts])
    count = 0
    for petition, signatures in petitions:
        count += 1
        opened, closed = petition.last(Event.OPENED), petition.last(Event.CLOSED)
        started = petition.last(Event.STARTED)
        names = [one.value for one in petition.identifiers if one.system == SYSTEM]
        until = opened.until if opened else None
        by_language = {one.language: one for one in petition.texts}
        said = [by_language.get(language) for language in languages]
        cells = [
            names[0] if names else str(petition.id),
            "rejected" if closed else "published" if opened else "created",
            instant_text(started.at) if started else "",
            instant_text(opened.at) if opened else "",
            _day_before(until) if until else "",
            str(signatures),
            *(one.title if one else "" for one in said),
            *(_markup(one.body) if one else "" for one in said),
        ]
        writer.writerow([csv_safe(cell) for cell in cells])
    text.detach()
    return count


def _day_before(until: datetime) -> str:
    """The last day of a window that ends with a day, in UTC."""
    last = instant(until).astimezone(UTC)
    return date.fromordinal(last.toordinal() - 1).isoformat()


def _markup(body: str) -> str:
    paragraphs = body.replace("&", "&amp;").replace("<", "&lt;").split("\n\n")
    return "".join(f"<p>{one.replace(chr(10), '<br>')}</p>" for one in paragraphs if one)
