"""From one format to another: rolls to rolls, petitions to petitions, with what was lost.

Decides what a file is where nobody says it, and which formats can be written. Rolls are read and
written as streams (but for OSDI's, a page of which is one document). It knows no store.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from attrs import define, field, frozen

from petitionkit.civil import instant
from petitionkit.civil import zone as find_zone
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.facts import Event, State
from petitionkit.formats import osdi, osdi_pages
from petitionkit.formats.dialects import ROLL_DIALECTS, submitted, write_roll
from petitionkit.formats.json_text import dump, parse, read_bytes
from petitionkit.formats.jsonl import read_histories, read_records, write_histories, write_records
from petitionkit.formats.moving import Moving, Unmoved
from petitionkit.formats.moving_sources import MOVING_FORMATS, open_moving
from petitionkit.formats.roll import inspect_roll, read_roll, signed_at
from petitionkit.formats.uk import SYSTEM, PetitionPage, petition_of, read_page
from petitionkit.formats.uk_writing import Shown, petition_page
from petitionkit.ids import new_id
from petitionkit.petition import CountEffect, Petition
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.signature import Signature, Submission

__all__ = ["FORMATS", "SOURCES", "Conversion", "Source", "convert", "inspect_source"]

FORMATS = ("jsonl", "osdi", "uk", *ROLL_DIALECTS)
"""What can be written: petitions as the first three, rolls as all but ``uk``."""

SOURCES = (*FORMATS, *MOVING_FORMATS)
"""What can be read: of the last three, petitions."""

_SQLITE = b"SQLite format 3\0"
_HEAD = 65_536  # bytes in which a header ends
_SIGNATURES = "osdi:signatures"
_PAGE = 1_000_000_000  # records on a page of OSDI that holds a whole roll


@frozen(kw_only=True)
class Source:
    """A file and what it is: its format, and whether it holds petitions or a roll."""

    path: Path
    format: str
    petitions: bool


@define(kw_only=True)
class Conversion:
    """What became of a file: how much was written, and what was not.

    ``unmapped`` names columns that no field here takes; ``refused`` counts lines that were not
    handed on, by code, and ``left_out`` those of which a field was left out.
    """

    records: int = 0
    unmapped: tuple[str, ...] = ()
    refused: Counter[str] = field(factory=Counter)
    left_out: Counter[str] = field(factory=Counter)


def inspect_source(path: Path | str, *, told: str | None = None) -> Source:
    """Find out what a file is; ``told`` is its format where that is known.

    By its name's end and by how it begins: a folder is a tree of pages; then a database, JSON of
    one of two systems, JSON Lines, or else delimited text. Raises ``UnreadableFileError``.
    """
    file = Path(path)
    ending = file.suffix.lower()
    moving = told or _sniff_moving(file, ending)
    if moving in MOVING_FORMATS:
        return Source(path=file, format=moving, petitions=True)
    if told in ROLL_DIALECTS or (told is None and ending not in (".json", ".jsonl")):
        return Source(path=file, format=told or "", petitions=False)
    if told == "jsonl" or (told is None and ending == ".jsonl"):
        return Source(path=file, format="jsonl", petitions=_holds_petitions(file))
    plain = parse(read_bytes(file))
    keys = plain if isinstance(plain, dict) else {}
    listed = _SIGNATURES in (keys.get("_embedded") or {})
    return Source(
        path=file,
        format=told or ("uk" if "data" in keys else "osdi"),
        petitions=not (listed or "person" in keys),
    )


def _sniff_moving(path: Path, ending: str) -> str:
    """Which of the formats that one moves in from a path holds; none is the empty text."""
    if path.is_dir():
        return "uk-tree"
    if ending in (".json", ".jsonl"):
        return ""
    with _opened(path) as file:
        head = file.read(_HEAD)
    if head.startswith(_SQLITE):
        return "pytition"
    header = head.replace(b"\0", b"").partition(b"\n")[0]  # of UTF-16 too
    named = (b"reference", b"title/", b"signatures")
    return "decidim" if all(name in header for name in named) else ""


def _holds_petitions(path: Path) -> bool:
    with _opened(path) as file:
        return isinstance(next(read_records(file), None), Petition)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UnreadableFileError(
            "file.unreadable", f"{path} cannot be read: {error.strerror}"
        ) from None


def convert(
    source: Source,
    target: BinaryIO,
    to: str,
    *,
    policy: Policy,
    now: datetime,
    zone: str = "UTC",
    pattern: str = "",
    language: str = "en",
) -> Conversion:
    """Write a file's petitions or signatures in another format.

    ``zone`` and ``pattern`` are those of dates; ``policy`` gives the deadlines that the other
    system does not tell, and ``language`` is that of a Pytition database. Signatures of petitions
    are left out, and counted. Raises ``InvalidValueError`` where the format cannot hold it.
    """
    find_zone(zone)
    done = Conversion()
    if source.format in MOVING_FORMATS:
        there = open_moving(
            source.path, source.format, policy=policy, language=language, zone=zone, now=now
        )
        done.refused.update({"unread": len(there.unread)} if there.unread else {})
        found = list(_arriving(there.movings, done))
        _write_petitions(found, target, to, now, done)
    elif source.petitions:
        _write_petitions(list(_petitions(source, policy, now)), target, to, now, done)
    else:
        _write_roll(_submissions(source, zone, pattern, done), target, to, done)
    return done


def _arriving(movings: Iterator[Moving | Unmoved], done: Conversion) -> Iterator[Petition]:
    for moving in movings:
        if isinstance(moving, Unmoved):
            done.refused[moving.error.problem_code] += 1
            continue
        declared = sum(one.amount for one in moving.petition.declared)
        if signatures := moving.theirs - declared - sum(moving.left.values()):
            done.left_out["signature"] += signatures
        done.unmapped = tuple(dict.fromkeys((*done.unmapped, *moving.unmapped)))
        yield moving.petition


def _petitions(source: Source, policy: Policy, now: datetime) -> Iterator[Petition]:
    if source.format == "jsonl":
        with _opened(source.path) as file:
            yield from read_histories(file)
        return
    raw = read_bytes(source.path)
    if source.format == "osdi":
        yield osdi.petition_of(osdi.read_resource(raw), new_id=new_id(), now=now, raw=raw)
        return
    page = read_page(raw)
    if not isinstance(page, PetitionPage):
        raise UnreadableFileError(
            "uk.no_petition", "the page is not one petition's; save that of one petition", line=1
        )
    yield petition_of(page, policy=policy, new_id=new_id(), now=now)


def _write_petitions(
    petitions: list[Petition], target: BinaryIO, to: str, now: datetime, done: Conversion
) -> None:
    done.records = len(petitions)
    if to == "jsonl":
        write_histories(target, petitions)
        return
    if to not in ("osdi", "uk") or len(petitions) != 1:
        raise _impossible(to)
    [petition] = petitions
    plain: Mapping[str, Any]
    if to == "osdi":
        plain = osdi.petition_resource(petition, total=_declared(petition))
    else:
        plain = petition_page(_shown(petition, now)).plain
    target.write(dump(plain))


def _impossible(to: str) -> InvalidValueError:
    return InvalidValueError([problem("unknown_choice", "to", choices=to)])


def _declared(petition: Petition) -> int:
    """The total that was brought along: the last one that replaces what is counted."""
    replacing = [d for d in petition.declared if d.effect is CountEffect.REPLACES]
    return max(replacing, key=lambda one: one.as_of).amount if replacing else 0


def _shown(petition: Petition, now: datetime) -> Shown:
    numbers = [one.value for one in petition.identifiers if one.system == SYSTEM]
    opened = petition.last(Event.OPENED)
    over = {Event.CLOSED: State.CLOSED, Event.REJECTED: State.REJECTED}
    state = next((to for event, to in over.items() if petition.last(event)), State.OPEN)
    return Shown(
        petition=petition,
        number=int(numbers[0]) if numbers and numbers[0].isdecimal() else 0,
        state=state,
        signature_count=_declared(petition),
        updated_at=max((one.as_of for one in petition.declared), default=now),
        deadline=opened.until if opened else None,
    )


def _submissions(source: Source, zone: str, pattern: str, done: Conversion) -> Iterator[Submission]:
    if source.format == "jsonl":
        with _opened(source.path) as file:
            for record in read_records(file):
                if isinstance(record, Signature | Submission):
                    yield submitted(record) if isinstance(record, Signature) else record
                else:
                    done.refused["not_a_signature"] += 1
    elif source.format == "osdi":
        raw = read_bytes(source.path)
        plain = osdi.read_resource(raw)
        if "person" in plain:
            yield osdi.submission_of(plain, raw=raw)
            return
        for number, item in enumerate(osdi_pages.read_collection(raw, _SIGNATURES).items):
            path = osdi_pages.item_path(_SIGNATURES, number)
            yield osdi.submission_of(item, raw=raw, path=path)
    else:
        yield from _lines(source, zone, pattern, done)


def _lines(source: Source, zone: str, pattern: str, done: Conversion) -> Iterator[Submission]:
    roll = inspect_roll(source.path, dialect=source.format or None)
    done.unmapped = roll.unmapped
    opened = instant(datetime.min.replace(tzinfo=UTC))
    for line in read_roll(roll):
        draft = line.draft
        if draft is None:
            done.refused.update(found.code for found in line.problems)
            continue
        at = None
        if line.dated.strip():
            try:
                at = signed_at(line.dated, zone, opened, pattern=pattern)
            except InvalidValueError:
                done.left_out["signed_at"] += 1
        yield Submission(draft=draft, signed_at=at)


def _write_roll(rows: Iterator[Submission], target: BinaryIO, to: str, done: Conversion) -> None:
    def counted() -> Iterator[Submission]:
        for row in rows:
            done.records += 1
            yield row

    if to in ROLL_DIALECTS:
        done.left_out.update(write_roll(target, counted(), ROLL_DIALECTS[to]))
    elif to == "jsonl":
        write_records(target, counted())
    elif to == "osdi":
        items = [osdi.submission_body(row) for row in counted()]
        page = osdi_pages.collection(
            items, _SIGNATURES, url="", page=1, per_page=_PAGE, total=len(items)
        )
        target.write(dump(page))
    else:
        raise _impossible(to)
