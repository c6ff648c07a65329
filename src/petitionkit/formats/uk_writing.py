"""Writing pages as the UK Parliament's petitions site has them, of petitions of one's own.

Decides which keys a page has, in which order and in which form, by the state of the petition
and by whether it is archived. What is counted where, and who is whose member of parliament, is
told by the caller. Reading is ``uk``'s. Source: alphagov/e-petitions, views and specs.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from attrs import field, frozen

from petitionkit.civil import instant, local_date
from petitionkit.errors import IllegalStepError
from petitionkit.facts import Event, Fact, State
from petitionkit.formats.uk import (
    ARCHIVED,
    GOVERNMENT,
    LIVE,
    MOMENTS,
    CountPage,
    ListPage,
    PetitionPage,
)
from petitionkit.petition import Petition

__all__ = [
    "HOST",
    "SHOWN",
    "BreakdownRow",
    "Parliament",
    "Shown",
    "api_time",
    "count_page",
    "csv_text",
    "list_page",
    "page_links",
    "page_size",
    "petition_page",
]

HOST = "https://petition.parliament.uk"

SHOWN: Mapping[State, str] = MappingProxyType(
    {
        State.OPEN: "open",
        State.SUSPENDED: "open",
        State.PAUSED: "open",
        State.CLOSED: "closed",
        State.REJECTED: "rejected",
    }
)
"""States in which the site shows a petition, and what it calls them."""

_ZONE = "Europe/London"
_PAGE_SIZE, _LARGEST_PAGE, _LARGEST_ASKED = 25, 50, 59
_INSTANT = timedelta(microseconds=1)  # the last one is shown, and a deadline is the next
_FORMULA = re.compile("[-+@=]")


@frozen(kw_only=True)
class BreakdownRow:
    """One row of a breakdown; ``code`` is a country's, or that of the statistics office."""

    name: str
    code: str | None
    signature_count: int
    member: str | None = None


@frozen(kw_only=True)
class Parliament:
    """The parliament that an archived petition was addressed to."""

    period: str
    government: str = ""
    dissolution_at: datetime | None = None
    response_threshold: int = 10_000
    debate_threshold: int = 100_000


@frozen(kw_only=True)
class Shown:
    """A petition with all that its page says of it.

    ``number`` is the site's own; ``closes_on`` the deadline, which only an open petition shows.
    ``parliament`` makes it an archived one. Breakdowns are None where they are not known.
    """

    petition: Petition
    number: int
    state: State
    signature_count: int
    updated_at: datetime = field(converter=instant)
    deadline: datetime | None = None
    rejection: str = ""
    parliament: Parliament | None = None
    countries: tuple[BreakdownRow, ...] | None = None
    constituencies: tuple[BreakdownRow, ...] | None = None
    regions: tuple[BreakdownRow, ...] | None = None

    @property
    def called(self) -> str:
        """The state in the site's words; ``IllegalStepError`` where it shows no such petition."""
        if self.state not in SHOWN:
            raise IllegalStepError(f"the site shows no {self.state} petition; leave this one out")
        return SHOWN[self.state]


def api_time(at: datetime | None) -> str | None:
    """UTC with three decimals: ``2016-06-29T10:00:00.000Z``."""
    return None if at is None else f"{instant(at).isoformat(timespec='milliseconds')[:23]}Z"


def page_size(asked: str | None) -> int:
    """How many petitions a page has: 1 to 59 are taken, at most 50 given, else 25."""
    number = int(asked) if asked and re.fullmatch(r"[1-9][0-9]?", asked, re.ASCII) else 0
    return min(number, _LARGEST_PAGE) if 1 <= number <= _LARGEST_ASKED else _PAGE_SIZE


def page_links(
    path: str, *, total: int, page: int = 1, count: int | None = None, state: str | None = None
) -> dict[str, str | None]:
    """Links of a list: to itself, the first and last page, the next and the one before.

    ``count`` and ``state`` are what was asked for; None where they were not.
    """
    asked = {
        name: value for name, value in (("count", count), ("state", state)) if value is not None
    }
    size = _PAGE_SIZE if count is None else page_size(str(count))
    last = max(1, -(-total // size))

    def to(number: int) -> str:
        query = urlencode(
            sorted({**asked, "page": number}.items() if number > 1 else asked.items())
        )
        return f"{path}?{query}" if query else path

    return {
        "self": to(page),
        "first": to(1),
        "last": to(last),
        "next": to(page + 1) if page < last else None,
        "prev": to(page - 1) if page > 1 else None,
    }


def petition_page(shown: Shown, *, host: str = HOST) -> PetitionPage:
    """The page of one petition, with its breakdowns where it was ever open."""
    attributes = _attributes(shown)
    if shown.called != "rejected":
        attributes |= {
            "signatures_by_country": _parts(shown.countries, "code"),
            "signatures_by_constituency": _parts(shown.constituencies, "ons_code", member=True),
            "signatures_by_region": _parts(shown.regions, "ons_code"),
            "other_parliamentary_business": [],
        }
        attributes = {name: value for name, value in attributes.items() if value is not _UNKNOWN}
    item = _item(shown, attributes, {})
    return PetitionPage(plain={"links": {"self": _address(shown, host)}, "data": item})


def list_page(
    all_shown: Iterable[Shown],
    *,
    total: int,
    page: int = 1,
    count: int | None = None,
    state: str | None = None,
    host: str = HOST,
) -> ListPage:
    """A page of a list; the caller picks and orders the petitions that are on it."""
    items = [
        _item(shown, _attributes(shown), {"links": {"self": _address(shown, host)}})
        for shown in all_shown
    ]
    path = f"{host}/petitions.json"
    links = page_links(path, total=total, page=page, count=count, state=state)
    return ListPage(plain={"links": links, "data": items})


def count_page(shown: Shown) -> CountPage:
    """The small page that is polled for a petition's count."""
    said = _attributes(shown)
    keys = (
        "signature_count",
        "response_threshold_reached_at",
        "government_response_at",
        "debate_threshold_reached_at",
        "scheduled_debate_date",
        "debate_outcome_at",
    )
    debated = said["debate_outcome_at"] is not None
    return CountPage(plain={**{key: said[key] for key in keys}, "debated": debated})


def csv_text(text: str) -> str | None:
    """A cell as the site writes it: a leading ``- + @ =`` percent-encoded, an empty one null.

    This cannot be taken back with certainty; ``cells`` has a way that can.
    """
    if not text:
        return None
    return f"%{ord(text[0]):02X}{text[1:]}" if _FORMULA.match(text) else text


_UNKNOWN = object()


def _parts(parts: Sequence[BreakdownRow] | None, code: str, *, member: bool = False) -> object:
    if parts is None:
        return _UNKNOWN
    in_order = sorted(parts, key=lambda part: part.name if code == "code" else part.code or "")
    return [
        {
            "name": part.name,
            code: part.code,
            **({"mp": part.member} if member else {}),
            "signature_count": part.signature_count,
        }
        for part in in_order
    ]


def _address(shown: Shown, host: str) -> str:
    folder = "archived/petitions" if shown.parliament else "petitions"
    return f"{host}/{folder}/{shown.number}.json"


def _item(
    shown: Shown, attributes: Mapping[str, object], links: Mapping[str, object]
) -> dict[str, Any]:
    one = shown.parliament
    if one is None:
        return {"type": LIVE, "id": shown.number, **links, "attributes": attributes}
    parliament = {
        "period": one.period,
        "government": one.government,
        "dissolution_at": api_time(one.dissolution_at),
        "response_threshold": one.response_threshold,
        "debate_threshold": one.debate_threshold,
    }
    head = {"type": ARCHIVED, "id": shown.number, **links}
    return {**head, "parliament": parliament, "attributes": attributes}


def _attributes(shown: Shown) -> dict[str, Any]:
    petition, called = shown.petition, shown.called
    text, is_open = petition.text(), called == "open"
    at = {key: _fact(petition, *told) for key, told in MOMENTS.items()}
    debate = petition.last(Event.DEBATE_SCHEDULED)
    day = local_date(debate.until, _ZONE) if debate and debate.until else None
    closing = local_date(shown.deadline - _INSTANT, _ZONE) if is_open and shown.deadline else None
    starter = petition.starter
    return {
        "action": text.title,
        "background": text.body,
        "additional_details": text.details,
        "committee_note": text.note or None,
        "state": called,
        "signature_count": shown.signature_count,
        **({"closing_date": _day(closing)} if closing else {}),
        "created_at": _time(at["created_at"]),
        "updated_at": api_time(shown.updated_at),
        "rejected_at": _time(at["rejected_at"]),
        "opened_at": _time(at["opened_at"]),
        "closed_at": _time(at["closed_at"]),
        "moderation_threshold_reached_at": _time(_fact(petition, Event.SUBMITTED)),
        "response_threshold_reached_at": _time(at["response_threshold_reached_at"]),
        "government_response_at": _time(at["government_response_at"]),
        "debate_threshold_reached_at": _time(at["debate_threshold_reached_at"]),
        "debate_scheduled_on": _day(local_date(debate.at, _ZONE)) if debate else None,
        "scheduled_debate_date": _day(day),
        "debate_outcome_at": _time(at["debate_outcome_at"]),
        **(
            {}
            if shown.parliament
            else {"creator_name": starter.name if is_open and starter else None}
        ),
        "rejection": _rejection(shown, at["rejected_at"]),
        "government_response": _response(petition),
        "debate": _debate(at["debate_outcome_at"], archived=shown.parliament is not None),
        "departments": [],
        "topics": [],
    }


def _fact(petition: Petition, event: Event, subject: str = "") -> Fact | None:
    """The last fact of an event; of a threshold that it was reached, of that subject."""
    found = [
        fact
        for fact in petition.facts
        if fact.event is event and (event is not Event.THRESHOLD_REACHED or fact.subject == subject)
    ]
    return max(found, key=lambda fact: fact.at, default=None)


def _time(fact: Fact | None) -> str | None:
    return api_time(fact.at) if fact else None


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _rejection(shown: Shown, rejected: Fact | None) -> dict[str, object] | None:
    if rejected is None:
        return None
    return {"code": rejected.subject or None, "details": shown.rejection or None}


def _response(petition: Petition) -> dict[str, object] | None:
    answers = [
        one.answer for one in petition.addressees if one.key == GOVERNMENT.key and one.answer
    ]
    if not answers:
        return None
    answer = answers[0]
    at = api_time(answer.at)
    day = _day(local_date(answer.at, _ZONE))
    return {
        "responded_on": day,
        "summary": answer.summary,
        "details": "",
        "created_at": at,
        "updated_at": at,
    }


def _debate(outcome: Fact | None, *, archived: bool) -> dict[str, object] | None:
    if outcome is None:
        return None
    held = outcome.subject == "debated"
    papers = ("transcript_url", "video_url", "debate_pack_url")
    later = ("public_engagement_url", "debate_summary_url")
    further = ("overview", *later) if archived else (*later, "overview")
    day = _day(local_date(outcome.at, _ZONE)) if held else None
    return {"debated_on": day, **dict.fromkeys((*papers, *further))}
