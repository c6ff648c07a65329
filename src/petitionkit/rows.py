"""Rows: values to plain columns and back, one codec for every SQL store.

Decides how a value lies in columns: ids as 32 hexadecimal digits, instants as UTC text with
six decimals (so that text order is time order), lists as text or JSON. These are the column
types that Django's fields have on SQLite. Pure; knows no cursor.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from attrs import evolve, fields

from petitionkit.codec import from_json, from_plain, to_json, to_plain
from petitionkit.facts import Fact
from petitionkit.ledger import Notice, NoticeKind
from petitionkit.parties import PartyKind
from petitionkit.petition import Petition
from petitionkit.signature import (
    Amendment,
    Attempt,
    Attestation,
    Channel,
    Particulars,
    Provenance,
    Review,
    Role,
    Signature,
)

__all__ = [
    "ATTEMPT_COLUMNS",
    "NOTICE_COLUMNS",
    "SIGNATURE_COLUMNS",
    "amendment_from_row",
    "amendment_row",
    "attempt_from_row",
    "attempt_row",
    "fact_row",
    "instant_column",
    "instant_from_column",
    "notice_from_row",
    "notice_row",
    "petition_body",
    "petition_from_rows",
    "signature_from_row",
    "signature_row",
]

Row = tuple[object, ...]

SIGNATURE_COLUMNS = (
    "id",
    "kind",
    "role",
    "name",
    "email",
    "phone",
    "comment",
    "region",
    "channel",
    "source",
    "line",
    "text_digest",
    "language",
    "signed_at",
    "counted_at",
    "withdrawn_at",
    "counters",
    "attestations",
    "details",
    "invalidated_at",
    "ground",
    "bounced_at",
    "reviews",
)
ATTEMPT_COLUMNS = (
    "id",
    "particulars",
    "received_at",
    "expires_at",
    "text_digest",
    "language",
    "role",
    "generation",
    "signature_id",
    "mailbox",
    "mailed_at",
    "due_at",
    "bounced_at",
    "held",
)
NOTICE_COLUMNS = ("id", "kind", "petition_id", "attempt_id", "at", "subject")


def instant_column(at: datetime) -> str:
    """``2026-01-31 23:00:00.000000``: UTC, always with six decimals."""
    return at.isoformat(" ", "microseconds")[:26]


def instant_from_column(text: str) -> datetime:
    """Read an instant column."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _optional_column(at: datetime | None) -> str | None:
    return None if at is None else instant_column(at)


def _optional_cell(cell: object) -> datetime | None:
    return None if cell is None else instant_from_column(str(cell))


def petition_body(petition: Petition) -> str:
    """The petition as JSON, its facts and version left to columns of their own."""
    return to_json(evolve(petition, facts=(), version=1))


def fact_row(fact: Fact) -> str:
    """A fact as JSON."""
    return to_json(fact)


def petition_from_rows(body: str, version: int, facts: Sequence[str]) -> Petition:
    """Put a petition together again."""
    return evolve(
        from_json(Petition, body),
        version=version,
        facts=tuple(from_json(Fact, fact) for fact in facts),
    )


@lru_cache(maxsize=1024)
def _listed_column(values: tuple[Attestation, ...] | tuple[Review, ...]) -> str:
    return json.dumps(to_plain(values), separators=(",", ":")) if values else ""


_COLUMNS_OF_THEIR_OWN = ("name", "email", "phone", "comment", "region", "kind")
_DETAILS = tuple(
    (one.name, one.default) for one in fields(Particulars) if one.name not in _COLUMNS_OF_THEIR_OWN
)


def _details_column(who: Particulars) -> str:
    """What particulars say beyond the columns, as JSON; empty where they say no more."""
    if all(getattr(who, name) == default for name, default in _DETAILS):
        return ""
    said = to_plain(who)
    return to_json({name: said[name] for name, _ in _DETAILS if name in said})


def signature_row(signature: Signature) -> Row:
    """Columns of a signature, in the order of ``SIGNATURE_COLUMNS``."""
    who, came = signature.particulars, signature.provenance
    return (
        signature.id.hex,
        who.kind.value,
        signature.role.value,
        who.name,
        who.email,
        who.phone,
        who.comment,
        who.region,
        came.channel.value,
        came.source,
        came.line,
        signature.text_digest,
        signature.language,
        instant_column(signature.signed_at),
        instant_column(signature.counted_at),
        _optional_column(signature.withdrawn_at),
        ",".join(signature.counters),
        _listed_column(signature.attestations),
        _details_column(who),
        _optional_column(signature.invalidated_at),
        signature.ground,
        _optional_column(signature.bounced_at),
        _listed_column(signature.reviews),
    )


def _plain_particulars(cells: Mapping[str, str]) -> Particulars:
    return Particulars(
        name=cells["name"],
        email=cells["email"],
        phone=cells["phone"],
        comment=cells["comment"],
        region=cells["region"],
        kind=PartyKind(cells["kind"]),
    )


def signature_from_row(petition_id: UUID, row: Sequence[object]) -> Signature:
    """Read the columns of a signature."""
    cells = dict(zip(SIGNATURE_COLUMNS, row, strict=True))
    text = {name: cell for name, cell in cells.items() if isinstance(cell, str)}
    proofs, reviews, details = text["attestations"], text["reviews"], text["details"]
    plain = {name: text[name] for name in _COLUMNS_OF_THEIR_OWN}
    return Signature(
        id=UUID(text["id"]),
        petition_id=petition_id,
        particulars=from_plain(Particulars, {**json.loads(details), **plain})
        if details
        else _plain_particulars(plain),
        role=Role(text["role"]),
        provenance=Provenance(
            channel=Channel(text["channel"]),
            source=text["source"],
            line=int(str(cells["line"])),
        ),
        text_digest=text["text_digest"],
        language=text["language"],
        signed_at=instant_from_column(text["signed_at"]),
        counted_at=instant_from_column(text["counted_at"]),
        withdrawn_at=_optional_cell(cells["withdrawn_at"]),
        counters=tuple(text["counters"].split(",")) if text["counters"] else (),
        attestations=from_plain(tuple[Attestation, ...], json.loads(proofs)) if proofs else (),
        invalidated_at=_optional_cell(cells["invalidated_at"]),
        ground=text["ground"],
        bounced_at=_optional_cell(cells["bounced_at"]),
        reviews=from_plain(tuple[Review, ...], json.loads(reviews)) if reviews else (),
    )


def attempt_row(attempt: Attempt) -> Row:
    """Columns of an attempt, in the order of ``ATTEMPT_COLUMNS``."""
    signature_id = attempt.signature_id
    return (
        attempt.id.hex,
        to_json(attempt.particulars) if attempt.particulars else None,
        instant_column(attempt.received_at),
        instant_column(attempt.expires_at),
        attempt.text_digest,
        attempt.language,
        attempt.role.value,
        attempt.generation,
        signature_id.hex if signature_id else None,
        attempt.mailbox,
        _optional_column(attempt.mailed_at),
        _optional_column(attempt.due_at),
        _optional_column(attempt.bounced_at),
        attempt.held,
    )


def attempt_from_row(petition_id: UUID, row: Sequence[object]) -> Attempt:
    """Read the columns of an attempt."""
    cells = dict(zip(ATTEMPT_COLUMNS, row, strict=True))
    particulars, signature_id = cells["particulars"], cells["signature_id"]
    return Attempt(
        id=UUID(str(cells["id"])),
        petition_id=petition_id,
        particulars=from_json(Particulars, str(particulars)) if particulars else None,
        received_at=instant_from_column(str(cells["received_at"])),
        expires_at=instant_from_column(str(cells["expires_at"])),
        text_digest=str(cells["text_digest"]),
        language=str(cells["language"]),
        role=Role(str(cells["role"])),
        generation=int(str(cells["generation"])),
        signature_id=UUID(str(signature_id)) if signature_id else None,
        mailbox=str(cells["mailbox"]),
        mailed_at=_optional_cell(cells["mailed_at"]),
        due_at=_optional_cell(cells["due_at"]),
        bounced_at=_optional_cell(cells["bounced_at"]),
        held=str(cells["held"]),
    )


def amendment_row(amendment: Amendment) -> str:
    """An amendment as JSON; the signature that it is about has a column of its own."""
    return to_json(amendment)


def amendment_from_row(document: str) -> Amendment:
    """Read an amendment."""
    return from_json(Amendment, document)


def notice_row(notice: Notice) -> Row:
    """Columns of a notice, in the order of ``NOTICE_COLUMNS``."""
    return (
        notice.id.hex,
        notice.kind.value,
        notice.petition_id.hex,
        notice.attempt_id.hex if notice.attempt_id else None,
        instant_column(notice.at),
        notice.subject,
    )


def notice_from_row(row: Sequence[object]) -> Notice:
    """Read the columns of a notice."""
    cells = dict(zip(NOTICE_COLUMNS, row, strict=True))
    attempt_id = cells["attempt_id"]
    return Notice(
        id=UUID(str(cells["id"])),
        kind=NoticeKind(str(cells["kind"])),
        petition_id=UUID(str(cells["petition_id"])),
        attempt_id=UUID(str(attempt_id)) if attempt_id else None,
        at=instant_from_column(str(cells["at"])),
        subject=str(cells["subject"]),
    )
