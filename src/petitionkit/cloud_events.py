"""Events as other programs take them: a stable name, a JSON Schema, a CloudEvents envelope.

Decides the names, which never change their meaning: what would be another meaning gets the
next version in its name. Knows no webhook and signs nothing; source of the format:
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from attrs import field, frozen

from petitionkit.civil import instant, optional_instant
from petitionkit.codec import to_plain
from petitionkit.errors import NotFoundError
from petitionkit.facts import Event
from petitionkit.json_schema import json_schema
from petitionkit.ledger import Notice, NoticeKind
from petitionkit.petition import Petition

__all__ = [
    "FactMatter",
    "NoticeMatter",
    "envelope_of_fact",
    "envelope_of_notice",
    "event_names",
    "event_schema",
]

Plain = dict[str, Any]


@frozen(kw_only=True)
class NoticeMatter:
    """What the envelope of a notice carries: no address, and nothing else of a person.

    ``attempt_id`` names the attempt to whose maker a mail is due; ``subject`` is a code such
    as a threshold's key.
    """

    petition_id: UUID
    at: datetime = field(converter=instant)
    attempt_id: UUID | None = None
    subject: str = ""


@frozen(kw_only=True)
class FactMatter:
    """What the envelope of a fact carries, as ``petitionkit.facts.Fact`` explains it."""

    petition_id: UUID
    at: datetime = field(converter=instant)
    recorded_at: datetime = field(converter=instant)
    actor: str = ""
    rule: str = ""
    subject: str = ""
    until: datetime | None = field(default=None, converter=optional_instant)
    numbers: tuple[tuple[str, int], ...] = ()
    reason: str = ""
    engine: str = ""


def _notice_name(kind: NoticeKind) -> str:
    return f"petitionkit.notice.{kind}.v1"


def _fact_name(event: Event) -> str:
    return f"petitionkit.fact.{event}.v1"


_MATTERS: Mapping[str, type] = MappingProxyType(
    {_notice_name(kind): NoticeMatter for kind in NoticeKind}
    | {_fact_name(event): FactMatter for event in Event}
)


def event_names() -> tuple[str, ...]:
    """Every name that an envelope may have, such as ``petitionkit.fact.opened.v1``, sorted."""
    return tuple(sorted(_MATTERS))


@cache
def event_schema(name: str) -> Plain:
    """The JSON Schema (draft 2020-12) of what an envelope of this name carries.

    Raises ``NotFoundError`` for a name that is none.
    """
    if name not in _MATTERS:
        raise NotFoundError(f"no event {name!r}; event_names() lists them")
    return json_schema(_MATTERS[name])


def envelope_of_notice(notice: Notice, *, source: str) -> Plain:
    """A notice as a CloudEvent 1.0, ready for ``json.dumps``.

    ``source`` is a URI reference that names your office's system; together with ``id``, the
    notice's own, it tells a receiver what came twice.
    """
    matter = NoticeMatter(
        petition_id=notice.petition_id,
        at=notice.at,
        attempt_id=notice.attempt_id,
        subject=notice.subject,
    )
    return _envelope(_notice_name(notice.kind), str(notice.id), source, matter)


def envelope_of_fact(petition: Petition, position: int, *, source: str) -> Plain:
    """The fact of a petition at a position, counted from 0, as a CloudEvent 1.0.

    Facts are only ever added, so petition and position name a fact for ever. Raises
    ``NotFoundError`` where there is none.
    """
    if not 0 <= position < len(petition.facts):
        raise NotFoundError(
            f"petition {petition.id} has no fact {position}; positions count from 0"
        )
    fact = petition.facts[position]
    matter = FactMatter(
        petition_id=petition.id,
        at=fact.at,
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        rule=fact.rule,
        subject=fact.subject,
        until=fact.until,
        numbers=fact.numbers,
        reason=fact.reason,
        engine=fact.engine,
    )
    return _envelope(_fact_name(fact.event), f"{petition.id}/{position}", source, matter)


def _envelope(name: str, event_id: str, source: str, matter: NoticeMatter | FactMatter) -> Plain:
    plain = to_plain(matter)
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": source,
        "type": name,
        "subject": str(matter.petition_id),
        "time": matter.at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": f"urn:petitionkit:schema:{name}",
        "data": plain,
    }
