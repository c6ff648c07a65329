"""Pages of the UK Parliament's petitions site in JSON: one petition, a list, a count.

Reads what the site published in any year, live and archived: every key that it has is checked
for its type, keys that it lacks or that are unknown are left as they are, and the page is
written again equal, keys in their order. Parts that do not add up to the total are kept and
told, never corrected. A petition made of a page has its texts, its own moments as facts, and
its total as a declared count; its signatures are not public. Writing pages of one's own is
``uk_writing``'s.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from attrs import field, frozen

from petitionkit.civil import parse_instant
from petitionkit.counting import SUPPORTERS
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.facts import Event, Fact
from petitionkit.formats.json_text import dump, find_place, parse
from petitionkit.formats.shapes import (
    Check,
    checked,
    is_count,
    is_day,
    is_moment,
    keyed,
    listed,
    or_null,
    that,
)
from petitionkit.parties import Addressee, Answer, Party, PartyKind
from petitionkit.petition import CountEffect, DeclaredCount, Identifier, Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.windows import deadline

__all__ = [
    "ARCHIVED",
    "COMMONS",
    "GOVERNMENT",
    "LIVE",
    "MOMENTS",
    "SYSTEM",
    "CountPage",
    "Disagreement",
    "ListPage",
    "PetitionPage",
    "petition_of",
    "read_page",
    "write_page",
]

SYSTEM = "uk-parliament"
"""The system under which the site's petition number is kept as an identifier."""

LIVE, ARCHIVED = "petition", "archived-petition"
"""What a petition's page says that it is."""

COMMONS = Addressee(key="house-of-commons", name="House of Commons")
GOVERNMENT = Addressee(key="government", name="UK Government")
"""Whom a petition asks; the Government answers, the House debates."""

MOMENTS: Mapping[str, tuple[Event, str]] = MappingProxyType(
    {
        "created_at": (Event.STARTED, ""),
        "opened_at": (Event.OPENED, ""),
        "response_threshold_reached_at": (Event.THRESHOLD_REACHED, "response"),
        "debate_threshold_reached_at": (Event.THRESHOLD_REACHED, "debate"),
        "closed_at": (Event.CLOSED, "window"),
        "rejected_at": (Event.REJECTED, ""),
        "government_response_at": (Event.ANSWERED, GOVERNMENT.key),
        "debate_outcome_at": (Event.DEBATED, "debated"),
    }
)
"""What happened to a petition, by the key that says when: the event and its subject."""

_COUNT = that(is_count)
_TEXT = that(lambda value: isinstance(value, str))
_WORDS, _MOMENT, _DAY = (or_null(one) for one in (_TEXT, that(is_moment), that(is_day)))
_PART = {"name": _TEXT, "code": _WORDS, "ons_code": _WORDS, "mp": _WORDS, "signature_count": _COUNT}
_PARTS = or_null(listed(keyed(_PART, "name", "signature_count")))
_SPAN = {"created_at": _MOMENT, "updated_at": _MOMENT}
_STAMPS = dict.fromkeys((*MOMENTS, "updated_at", "moderation_threshold_reached_at"), _MOMENT)
_DAYS = dict.fromkeys(("closing_date", "debate_scheduled_on", "scheduled_debate_date"), _DAY)
_ATTRIBUTES: Mapping[str, Check] = {
    "action": _TEXT,
    **dict.fromkeys(("background", "additional_details", "committee_note", "creator_name"), _WORDS),
    "state": _TEXT,
    "signature_count": _COUNT,
    **_STAMPS,
    **_DAYS,
    "rejection": or_null(keyed({"code": _WORDS, "details": _WORDS})),
    "government_response": or_null(
        keyed({"responded_on": _DAY, "summary": _WORDS, "details": _WORDS, **_SPAN})
    ),
    "debate": or_null(keyed({"debated_on": _DAY, "overview": _WORDS})),
    "departments": or_null(listed(keyed({"acronym": _WORDS, "name": _WORDS, "url": _WORDS}))),
    "topics": or_null(listed(_TEXT)),
    "signatures_by_country": _PARTS,
    "signatures_by_constituency": _PARTS,
    "signatures_by_region": _PARTS,
    "other_parliamentary_business": or_null(
        listed(keyed({"subject": _WORDS, "body": _WORDS, "occurred_on": _DAY, **_SPAN}))
    ),
}
_ITEM = keyed(
    {
        "type": that(lambda value: value in (LIVE, ARCHIVED)),
        "id": _COUNT,
        "attributes": keyed(_ATTRIBUTES, "action", "signature_count"),
        "parliament": or_null(keyed({"period": _WORDS, "dissolution_at": _MOMENT})),
    },
    "id",
    "attributes",
)
_LINKS = or_null(keyed(dict.fromkeys(("self", "first", "last", "next", "prev"), _WORDS)))
_PETITION = keyed({"links": _LINKS, "data": _ITEM}, "data")
_LIST = keyed({"links": _LINKS, "data": listed(_ITEM)}, "data")
_COUNTED = keyed({"signature_count": _COUNT, **_STAMPS, **_DAYS}, "signature_count")


@frozen(kw_only=True)
class Disagreement:
    """A part that does not add up: ``part`` sums to ``adds_up_to``, and ``of`` says ``said``."""

    part: str
    adds_up_to: int
    of: str
    said: int


@frozen(kw_only=True)
class PetitionPage:
    """One petition's page, or its item in a list; ``plain`` is the JSON as it came.

    ``raw`` is the file that it was read from, and ``path`` where the petition stands in it:
    errors give the place in it.
    """

    plain: Mapping[str, Any]
    raw: bytes = field(default=b"", repr=False, eq=False)
    path: str = field(default="data", repr=False, eq=False)

    @property
    def item(self) -> Mapping[str, Any]:
        """The petition within the page: its type, number and attributes."""
        found: Mapping[str, Any] = self.plain.get("data", self.plain)
        return found

    @property
    def number(self) -> int:
        """The site's number of the petition."""
        return int(self.item["id"])

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What the site says of the petition."""
        found: Mapping[str, Any] = self.item["attributes"]
        return found

    def moment(self, key: str) -> datetime | None:
        """When something happened (UTC); None where it did not, or the page does not say."""
        text = self.attributes.get(key)
        return None if text is None else parse_instant(text)

    def disagreements(self) -> tuple[Disagreement, ...]:
        """Where parts do not add up to what they are parts of; the site's often do not."""
        attributes = self.attributes
        sums = {
            key: sum(part["signature_count"] for part in attributes[key])
            for key in _PARTS_OF
            if attributes.get(key)
        }
        said = {"signature_count": attributes["signature_count"], **sums}
        if "signatures_by_country" in sums:
            countries = attributes["signatures_by_country"]
            home = [c for c in countries if c.get("code") == "GB" or c["name"] == _HOME]
            said["United Kingdom"] = sum(country["signature_count"] for country in home)
        return tuple(
            Disagreement(part=part, adds_up_to=sums[part], of=of, said=said[of])
            for part, of in _PARTS_OF.items()
            if part in sums and of in said and sums[part] != said[of]
        )


_HOME = "United Kingdom"
_PARTS_OF = MappingProxyType(
    {
        "signatures_by_country": "signature_count",
        "signatures_by_constituency": "United Kingdom",
        "signatures_by_region": "signatures_by_constituency",
    }
)


@frozen(kw_only=True)
class ListPage:
    """A page of a list of petitions."""

    plain: Mapping[str, Any]
    raw: bytes = field(default=b"", repr=False, eq=False)

    @property
    def items(self) -> tuple[PetitionPage, ...]:
        """Its petitions, without what only their own pages tell."""
        return tuple(
            PetitionPage(plain=item, raw=self.raw, path=f"data.{place}")
            for place, item in enumerate(self.plain["data"])
        )

    def link(self, rel: str) -> str | None:
        """Where ``next``, ``prev``, ``first`` or ``last`` leads; None where it leads nowhere."""
        found: str | None = (self.plain.get("links") or {}).get(rel)
        return found


@frozen(kw_only=True)
class CountPage:
    """The small page that is polled for a petition's count; it does not say which one's."""

    plain: Mapping[str, Any]

    @property
    def signature_count(self) -> int:
        """How many had signed."""
        return int(self.plain["signature_count"])


def read_page(raw: bytes) -> PetitionPage | ListPage | CountPage:
    """Read a page of the site, whichever of the three it is.

    Raises ``UnreadableFileError``: ``json...`` where it is no JSON, ``uk.wrong_key`` where a key
    is missing or of the wrong type, with all such keys and the place of the first.
    """
    plain = parse(raw)
    data = plain.get("data") if isinstance(plain, dict) else None
    if isinstance(data, list):
        return ListPage(plain=checked(plain, _LIST, raw, "uk"), raw=raw)
    if isinstance(plain, dict) and "data" not in plain and "signature_count" in plain:
        return CountPage(plain=checked(plain, _COUNTED, raw, "uk"))
    return PetitionPage(plain=checked(plain, _PETITION, raw, "uk"), raw=raw)


def write_page(page: PetitionPage | ListPage | CountPage) -> bytes:
    """Write a page: equal JSON, keys in the order in which they came."""
    return dump(page.plain)


def petition_of(page: PetitionPage, *, policy: Policy, new_id: UUID, now: datetime) -> Petition:
    """Make a petition of its page, as it was when the page was captured.

    ``policy`` gives the deadline that it opened with. Raises ``UnreadableFileError``
    (``uk.wrong_value``), at the place of the text, where it is none that a petition may have.
    """
    attributes, number = page.attributes, page.number
    try:
        return Petition(
            id=new_id,
            starter=_creator(attributes),
            texts=(_text(attributes),),
            addressees=(COMMONS, _government(page)),
            identifiers=(Identifier(system=SYSTEM, value=str(number)),),
            declared=(
                DeclaredCount(
                    counter=SUPPORTERS,
                    amount=attributes["signature_count"],
                    source=f"{SYSTEM}:{number}",
                    as_of=page.moment("updated_at") or now,
                    recorded_at=now,
                    effect=CountEffect.REPLACES,
                ),
            ),
            facts=_facts(page, policy, now),
        )
    except InvalidValueError as error:
        field_name = error.problems[0].field
        path = f"{page.path}.attributes.{_KEYS.get(field_name, field_name)}"
        line, column = find_place(page.raw, path) if page.raw else (0, 0)
        raise UnreadableFileError(
            "uk.wrong_value", f"{path}: {error}", line=line, column=column
        ) from None


# The site's keys of what a petition's constructors may refuse.
_KEYS = MappingProxyType(
    {
        "title": "action",
        "body": "background",
        "details": "additional_details",
        "note": "committee_note",
        "name": "creator_name",
        "summary": "government_response.summary",
    }
)


def _creator(attributes: Mapping[str, Any]) -> Party | None:
    """The site shows a creator only while the petition is open, and its archive never does."""
    name = attributes.get("creator_name")
    return Party(kind=PartyKind.PERSON, name=name) if name else None


def _text(attributes: Mapping[str, Any]) -> PetitionText:
    return PetitionText(
        language="en-GB",
        title=attributes["action"],
        body=attributes.get("background") or "",
        details=attributes.get("additional_details") or "",
        note=attributes.get("committee_note") or "",
    )


def _government(page: PetitionPage) -> Addressee:
    at, said = page.moment("government_response_at"), page.attributes.get("government_response")
    if at is None:
        return GOVERNMENT
    summary = (said or {}).get("summary") or ""
    return Addressee(
        key=GOVERNMENT.key, name=GOVERNMENT.name, answer=Answer(at=at, summary=summary)
    )


def _facts(page: PetitionPage, policy: Policy, now: datetime) -> tuple[Fact, ...]:
    """The site's own moments, in its own words; nothing here was decided by petitionkit."""
    found: list[Fact] = []
    for key, (event, subject) in MOMENTS.items():
        at = page.moment(key)
        if at is not None:
            found.append(
                Fact(
                    event=event,
                    at=at,
                    recorded_at=now,
                    rule=f"{SYSTEM}:{key}",
                    subject=_subject(page, event, subject),
                    until=deadline(policy, at) if event is Event.OPENED else None,
                )
            )
    return tuple(sorted(found, key=lambda fact: fact.at))


def _subject(page: PetitionPage, event: Event, subject: str) -> str:
    if event is Event.REJECTED:
        return (page.attributes.get("rejection") or {}).get("code") or ""
    if event is Event.DEBATED and not (page.attributes.get("debate") or {}).get("debated_on"):
        return "not_debated"
    return subject
