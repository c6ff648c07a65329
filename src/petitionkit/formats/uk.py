"""Petitions as the UK Parliament's site publishes them in JSON: total, dates, thresholds.

Reads what makes a petition whose total is known and whose signatures are not: its texts, its
own moments (opened, thresholds reached, closed) as facts, and its count as a declared one.
Parts that do not add up to the total are left alone: they are not corrected. Breakdowns,
responses and writing are not read here.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from petitionkit.civil import parse_instant
from petitionkit.counting import SUPPORTERS
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.facts import Event, Fact
from petitionkit.parties import Addressee, Party, PartyKind
from petitionkit.petition import CountEffect, DeclaredCount, Identifier, Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.windows import deadline

__all__ = ["SYSTEM", "read_petition"]

SYSTEM = "uk-parliament"
"""The system under which the site's petition number is kept as an identifier."""

_SIZE_LIMIT = 10_000_000  # bytes; the largest petition's page is under 100,000
_MOMENTS = {
    "response_threshold_reached_at": "response",
    "debate_threshold_reached_at": "debate",
}


def read_petition(path: Path | str, *, policy: Policy, new_id: UUID, now: datetime) -> Petition:
    """Read one ``petition`` or ``archived-petition`` document.

    ``policy`` gives the deadline that it opened with. Raises ``UnreadableFileError`` for
    anything that is not such a document, with the key that is missing or wrong.
    """
    file = Path(path)
    try:
        raw = file.read_bytes() if file.stat().st_size <= _SIZE_LIMIT else b""
        document = json.loads(raw)
    except OSError as error:
        raise UnreadableFileError(
            "uk.unreadable", f"{file} cannot be read: {error.strerror}"
        ) from None
    except (ValueError, RecursionError):
        raise UnreadableFileError("uk.not_json", "the file is no JSON of at most 10 MB") from None
    found = _mapping(_mapping(document, "document").get("data"), "data")
    attributes = _mapping(found.get("attributes"), "data.attributes")
    number, count = found.get("id"), attributes.get("signature_count")
    if type(number) is not int:
        raise _wrong("data.id")
    if type(count) is not int or count < 0:
        raise _wrong("data.attributes.signature_count")
    as_of = _moment(attributes, "updated_at") or now
    try:
        return Petition(
            id=new_id,
            starter=_creator(attributes),
            texts=(_text(attributes),),
            addressees=(Addressee(key="house-of-commons", name="House of Commons"),),
            identifiers=(Identifier(system=SYSTEM, value=str(number)),),
            declared=(
                DeclaredCount(
                    counter=SUPPORTERS,
                    amount=count,
                    source=f"{SYSTEM}:{number}",
                    as_of=as_of,
                    recorded_at=now,
                    effect=CountEffect.REPLACES,
                ),
            ),
            facts=_facts(attributes, policy, now),
        )
    except InvalidValueError as error:
        raise UnreadableFileError("uk.wrong_value", str(error)) from None


def _wrong(key: str) -> UnreadableFileError:
    return UnreadableFileError("uk.wrong_key", f"{key} is missing or of the wrong type")


def _mapping(value: object, key: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _wrong(key)
    return value


def _moment(attributes: Mapping[str, object], key: str) -> datetime | None:
    value = attributes.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(f"data.attributes.{key}")
    try:
        return parse_instant(value)
    except InvalidValueError:
        raise _wrong(f"data.attributes.{key}") from None


def _creator(attributes: Mapping[str, object]) -> Party | None:
    """The site shows a creator only while the petition is open, and its archive never does."""
    name = attributes.get("creator_name")
    return Party(kind=PartyKind.PERSON, name=name) if isinstance(name, str) and name else None


def _text(attributes: Mapping[str, object]) -> PetitionText:
    parts = [attributes.get(key) or "" for key in ("action", "background", "additional_details")]
    title, *body = [part if isinstance(part, str) else "" for part in parts]
    return PetitionText(language="en-GB", title=title, body="\n\n".join(filter(None, body)))


def _facts(attributes: Mapping[str, object], policy: Policy, now: datetime) -> tuple[Fact, ...]:
    """The site's own moments, in its own words; nothing here was decided by petitionkit."""
    found: list[Fact] = []

    def add(event: Event, key: str, subject: str = "") -> None:
        at = _moment(attributes, key)
        if at is not None:
            rule = f"{SYSTEM}:{key}"
            until = deadline(policy, at) if event is Event.OPENED else None
            found.append(
                Fact(event=event, at=at, recorded_at=now, rule=rule, subject=subject, until=until)
            )

    add(Event.STARTED, "created_at")
    add(Event.OPENED, "opened_at")
    for key, threshold in _MOMENTS.items():
        add(Event.THRESHOLD_REACHED, key, subject=threshold)
    add(Event.CLOSED, "closed_at", subject="window")
    return tuple(sorted(found, key=lambda fact: fact.at))
