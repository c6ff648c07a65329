"""Every reader of files, and a sound file for each: what hostile input is made from."""

import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from attrs import frozen
from pytition_samples import SCHEMA, pytition_database

from petitionkit.clauses import Window
from petitionkit.codec import from_plain
from petitionkit.formats.decidim import read_initiatives
from petitionkit.formats.dialects import ROLL_DIALECTS, write_roll
from petitionkit.formats.json_text import read_bytes
from petitionkit.formats.jsonl import read_histories, read_records, write_histories, write_records
from petitionkit.formats.moving import Moving
from petitionkit.formats.osdi import (
    petition_of,
    petition_resource,
    read_resource,
    submission_body,
    submission_of,
)
from petitionkit.formats.osdi_pages import collection, item_path, read_collection
from petitionkit.formats.pytition import read_database
from petitionkit.formats.roll import inspect_roll, read_roll
from petitionkit.formats.uk import ListPage, PetitionPage, read_page, write_page
from petitionkit.formats.uk import petition_of as petition_of_page
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.presets import load
from petitionkit.signature import Submission

__all__ = ["READERS", "Reader", "read_sqlite"]

NOW = datetime(2024, 6, 1, tzinfo=UTC)
NEW_ID = UUID(int=7)
UK = load("uk-parliament")
ENDLESS = Policy(name="as-there", version="1", window=Window(duration=None))


@frozen
class Reader:
    """How a file is read to its end, and a file that can be."""

    read: Callable[[Path], object]
    sample: bytes


def _page(path: Path) -> object:
    page = read_page(read_bytes(path))
    items = page.items if isinstance(page, ListPage) else ()
    if isinstance(page, PetitionPage):
        items = (page,)
    for item in items:
        item.disagreements()
        petition_of_page(item, policy=UK, new_id=NEW_ID, now=NOW)
    return write_page(page)


def _osdi_petition(path: Path) -> object:
    raw = read_bytes(path)
    plain = read_resource(raw)
    found = petition_of(plain, new_id=NEW_ID, now=NOW, raw=raw)
    return petition_resource(found, total=1, original=plain)


def _osdi_signature(path: Path) -> object:
    raw = read_bytes(path)
    plain = read_resource(raw)
    return submission_body(submission_of(plain, raw=raw), original=plain)


def _osdi_collection(path: Path) -> object:
    raw, rel = read_bytes(path), "osdi:signatures"
    items = read_collection(raw, rel).items
    return [submission_of(one, raw=raw, path=item_path(rel, n)) for n, one in enumerate(items)]


def read_sqlite(path: Path) -> object:
    """Read a Pytition database in a SQLite file."""
    import sqlite3  # noqa: PLC0415 (only this reader's)

    connection = sqlite3.connect(path)
    try:
        return [
            (moving.petition, list(moving.submissions)) if isinstance(moving, Moving) else moving
            for moving in read_database(
                connection, policy=ENDLESS, language="en", new_id=lambda: NEW_ID, now=NOW
            )
        ]
    finally:
        connection.close()


_SUBMISSION = from_plain(
    Submission,
    {
        "signed_at": "2024-02-01T10:00:00Z",
        "draft": {
            "name": "Ana Díaz",
            "given_name": "Ana",
            "family_name": "Díaz",
            "email": "ana@example.org",
            "phone": "+34910000000",
            "postal_code": "28001",
            "country": "ES",
            "comment": "=1\nSí",
            "birth_date": "1980-01-02",
        },
    },
)
_PETITION = from_plain(
    Petition,
    {
        "id": str(NEW_ID),
        "texts": [{"language": "en", "title": "Keep the park", "body": "It is <b>ours</b>."}],
        "identifiers": [{"system": "uk", "value": "7"}],
        "addressees": [{"key": "council", "name": "Town Council"}],
        "facts": [
            {
                "event": "started",
                "at": "2024-01-01T00:00:00Z",
                "recorded_at": "2024-01-01T00:00:00Z",
            },
            {
                "event": "opened",
                "at": "2024-01-02T00:00:00Z",
                "recorded_at": "2024-01-02T00:00:00Z",
            },
        ],
    },
)
_PAGE = {
    "links": {"self": "https://example.org/petitions/7.json"},
    "data": {
        "type": "petition",
        "id": 7,
        "attributes": {
            "action": "Keep the park",
            "background": "It is the only one.",
            "state": "open",
            "signature_count": 12,
            "created_at": "2019-02-01T09:00:00.000Z",
            "opened_at": "2019-02-20T10:00:00.000Z",
            "closed_at": None,
            "rejection": {"code": "libellous", "details": None},
            "topics": ["parks"],
            "signatures_by_country": [{"name": "France", "code": "FR", "signature_count": 6}],
        },
    },
}


def _records() -> bytes:
    file = io.BytesIO()
    write_records(file, [_PETITION, *_PETITION.facts, _SUBMISSION])
    return file.getvalue()


def _histories() -> bytes:
    file = io.BytesIO()
    write_histories(file, [_PETITION, _PETITION])
    return file.getvalue()


def _roll(dialect: str) -> bytes:
    file = io.BytesIO()
    write_roll(file, [_SUBMISSION, _SUBMISSION], ROLL_DIALECTS[dialect])
    return file.getvalue()


def _listed(page: Mapping[str, object]) -> bytes:
    return json.dumps({"links": {"next": "x"}, "data": [page["data"], page["data"]]}).encode()


def _database() -> bytes:
    park = {"id": 7, "title": "Keep the park", "text": "<p>x</p>", "org_id": 3}
    rows = [
        {
            "id": n,
            "first_name": "Ana",
            "last_name": "D",
            "email": "a@example.org",
            "confirmed": n % 2,
        }
        | {"petition_id": 7, "date": "2024-02-01 10:00:00"}
        for n in range(1, 5)
    ]
    connection = pytition_database(
        schema="PRAGMA page_size = 512;" + SCHEMA,
        petition=[park],
        signature=rows,
        organization=[{"id": 3, "name": "Friends"}],
    )
    return connection.serialize()


def _read_roll(path: Path) -> object:
    return list(read_roll(inspect_roll(path)))


_INITIATIVES = (
    b"reference;title/en;description/en;state;created_at;signature_end_date;signatures;hashtag\n"
    b"A;Keep the park;<p>It is <b>ours</b>.</p>;rejected;2024-01-01 08:00:00 UTC;2024-03-31;3;x\n"
)


def _initiatives(path: Path) -> object:
    return list(read_initiatives(path, new_id=lambda: NEW_ID, now=NOW))


def _json_lines(path: Path) -> object:
    with path.open("rb") as file:
        return list(read_records(file))


def _json_histories(path: Path) -> object:
    with path.open("rb") as file:
        return list(read_histories(file))


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "jsonl": Reader(_json_lines, _records()),
        "histories": Reader(_json_histories, _histories()),
        "uk": Reader(_page, json.dumps(_PAGE).encode()),
        "uk-list": Reader(_page, _listed(_PAGE)),
        "osdi-petition": Reader(
            _osdi_petition, json.dumps(petition_resource(_PETITION, total=7, url="u")).encode()
        ),
        "osdi-signature": Reader(
            _osdi_signature, json.dumps(submission_body(_SUBMISSION)).encode()
        ),
        "osdi-collection": Reader(
            _osdi_collection,
            json.dumps(
                collection(
                    [submission_body(_SUBMISSION)] * 2,
                    "osdi:signatures",
                    url="u",
                    page=1,
                    per_page=2,
                    total=4,
                )
            ).encode(),
        ),
        **{f"roll-{name}": Reader(_read_roll, _roll(name)) for name in ROLL_DIALECTS},
        "decidim": Reader(_initiatives, _INITIATIVES),
        "pytition": Reader(read_sqlite, _database()),
    }
)
"""Every reader by the name of its format."""
