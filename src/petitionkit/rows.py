"""Rows: values to plain columns and back, one codec for every SQL store.

Decides what lies in which column: ids and instants as they are, lists as text or JSON. How a
database that has no type for them keeps ids and instants is its dialect's affair; they are
read back from either form, since a caller's connection may convert them. Pure; knows no cursor.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from attrs import evolve, fields

from petitionkit.codec import from_json, from_plain, to_json, to_plain
from petitionkit.dispatch import Dispatch
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
    "DISPATCH_COLUMNS",
    "NOTICE_COLUMNS",
    "SIGNATURE_COLUMNS",
    "amendment_from_row",
    "amendment_row",
    "attempt_from_row",
    "attempt_row",
    "dispatch_from_row",
    "fact_row",
    "instant_from_column",
    "notice_from_row",
    "notice_row",
    "petition_body",
    "petition_from_rows",
    "signature_from_row",
    "signature_row",
    "uuid_from_column",
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
    "held_by",
)
NOTICE_COLUMNS = ("id", "kind", "petition_id", "attempt_id", "at", "subject")
DISPATCH_COLUMNS = (*NOTICE_COLUMNS, "due_at", "tries", "reason")


def instant_from_column(cell: datetime | str) -> datetime:
    """Read an instant column: text, or what a converter made of it; without a zone it is UTC."""
    at = datetime.fromisoformat(cell) if isinstance(cell, str) else cell
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def uuid_from_column(cell: UUID | str) -> UUID:
    """Read an id column."""
    return UUID(cell) if isinstance(cell, str) else cell


def _optional_instant(cell: datetime | str | None) -> datetime | None:
    return None if cell is None else instant_from_column(cell)


def _optional_uuid(cell: UUID | str | None) -> UUID | None:
    return None if cell is None else uuid_from_column(cell)


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
_DETAILS = sorted(
    (one.name, one.default) for one in fields(Particulars) if one.name not in _COLUMNS_OF_THEIR_OWN
)
_BY_DEFAULT = tuple(default for _, default in _DETAILS)
_NAMED = tuple(f'"{name}":' for name, _ in _DETAILS)
_details_of = attrgetter(*(name for name, _ in _DETAILS))
# Writes what ``to_json`` writes (a test holds them together), and asks it about values alone.
_write_value = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=to_plain
).encode


def _details_column(who: Particulars) -> str:
    """What particulars say beyond the columns, as JSON; empty where they say no more."""
    details = _details_of(who)
    if details == _BY_DEFAULT:
        return ""
    said = [
        name + _write_value(value)
        for name, default, value in zip(_NAMED, _BY_DEFAULT, details, strict=True)
        if value != default
    ]
    return f"{{{','.join(said)}}}"


def signature_row(signature: Signature) -> Row:
    """Columns of a signature, in the order of ``SIGNATURE_COLUMNS``."""
    who, came = signature.particulars, signature.provenance
    return (
        signature.id,
        str(who.kind),
        str(signature.role),
        who.name,
        who.email,
        who.phone,
        who.comment,
        who.region,
        str(came.channel),
        came.source,
        came.line,
        signature.text_digest,
        signature.language,
        signature.signed_at,
        signature.counted_at,
        signature.withdrawn_at,
        ",".join(signature.counters),
        _listed_column(signature.attestations),
        _details_column(who),
        signature.invalidated_at,
        signature.ground,
        signature.bounced_at,
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


def signature_from_row(petition_id: UUID, row: Sequence[Any]) -> Signature:
    """Read the columns of a signature."""
    cells = dict(zip(SIGNATURE_COLUMNS, row, strict=True))
    proofs, reviews, details = cells["attestations"], cells["reviews"], cells["details"]
    plain = {name: cells[name] for name in _COLUMNS_OF_THEIR_OWN}
    return Signature(
        id=uuid_from_column(cells["id"]),
        petition_id=petition_id,
        particulars=from_plain(Particulars, {**json.loads(details), **plain})
        if details
        else _plain_particulars(plain),
        role=Role(cells["role"]),
        provenance=Provenance(
            channel=Channel(cells["channel"]),
            source=cells["source"],
            line=cells["line"],
        ),
        text_digest=cells["text_digest"],
        language=cells["language"],
        signed_at=instant_from_column(cells["signed_at"]),
        counted_at=instant_from_column(cells["counted_at"]),
        withdrawn_at=_optional_instant(cells["withdrawn_at"]),
        counters=tuple(cells["counters"].split(",")) if cells["counters"] else (),
        attestations=from_plain(tuple[Attestation, ...], json.loads(proofs)) if proofs else (),
        invalidated_at=_optional_instant(cells["invalidated_at"]),
        ground=cells["ground"],
        bounced_at=_optional_instant(cells["bounced_at"]),
        reviews=from_plain(tuple[Review, ...], json.loads(reviews)) if reviews else (),
    )


def attempt_row(attempt: Attempt) -> Row:
    """Columns of an attempt, in the order of ``ATTEMPT_COLUMNS``."""
    return (
        attempt.id,
        to_json(attempt.particulars) if attempt.particulars else None,
        attempt.received_at,
        attempt.expires_at,
        attempt.text_digest,
        attempt.language,
        attempt.role.value,
        attempt.generation,
        attempt.signature_id,
        attempt.mailbox,
        attempt.mailed_at,
        attempt.due_at,
        attempt.bounced_at,
        attempt.held,
        attempt.held_by,
    )


def attempt_from_row(petition_id: UUID, row: Sequence[Any]) -> Attempt:
    """Read the columns of an attempt."""
    cells = dict(zip(ATTEMPT_COLUMNS, row, strict=True))
    particulars = cells["particulars"]
    return Attempt(
        id=uuid_from_column(cells["id"]),
        petition_id=petition_id,
        particulars=from_json(Particulars, particulars) if particulars else None,
        received_at=instant_from_column(cells["received_at"]),
        expires_at=instant_from_column(cells["expires_at"]),
        text_digest=cells["text_digest"],
        language=cells["language"],
        role=Role(cells["role"]),
        generation=cells["generation"],
        signature_id=_optional_uuid(cells["signature_id"]),
        mailbox=cells["mailbox"],
        mailed_at=_optional_instant(cells["mailed_at"]),
        due_at=_optional_instant(cells["due_at"]),
        bounced_at=_optional_instant(cells["bounced_at"]),
        held=cells["held"],
        held_by=cells["held_by"],
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
        notice.id,
        notice.kind.value,
        notice.petition_id,
        notice.attempt_id,
        notice.at,
        notice.subject,
    )


def notice_from_row(row: Sequence[Any]) -> Notice:
    """Read the columns of a notice."""
    cells = dict(zip(NOTICE_COLUMNS, row, strict=True))
    return Notice(
        id=uuid_from_column(cells["id"]),
        kind=NoticeKind(cells["kind"]),
        petition_id=uuid_from_column(cells["petition_id"]),
        attempt_id=_optional_uuid(cells["attempt_id"]),
        at=instant_from_column(cells["at"]),
        subject=cells["subject"],
    )


def dispatch_from_row(row: Sequence[Any]) -> Dispatch:
    """Read the columns of a notice on its way, in the order of ``DISPATCH_COLUMNS``."""
    due_at, tries, reason = row[len(NOTICE_COLUMNS) :]
    return Dispatch(
        notice=notice_from_row(row[: len(NOTICE_COLUMNS)]),
        tries=tries,
        due_at=_optional_instant(due_at),
        reason=reason,
    )
