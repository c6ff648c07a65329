"""What petitionkit answers to the cases about the site's own JSON and CSV."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

from attrs import evolve

from cases.uk_case import Case, NotUnderstoodError
from petitionkit.facts import Event, Fact, State
from petitionkit.formats.uk_writing import (
    BreakdownRow,
    Shown,
    api_time,
    csv_text,
    list_page,
    page_links,
    page_size,
    petition_page,
)
from petitionkit.parties import Party, PartyKind
from petitionkit.petition import Petition, PetitionText
from petitionkit.presets import load
from petitionkit.windows import deadline

Answers = Mapping[str, object]

ABSENT = "key absent"
"""How a case says that a key is not there."""

CONSTITUENCIES = MappingProxyType(
    {
        "3427": ("Coventry North East", "E14000649", "Colleen Fletcher MP"),
        "3320": ("Bethnal Green and Bow", "E14000555", "Rushanara Ali MP"),
    }
)
"""Those that the cases name, by the number that the site knows them by."""

OPENED = datetime(2020, 1, 1, 12, tzinfo=UTC)


def _shown(case: Case) -> Shown:
    state = State(case.text("state")) if case.has("state") else State.OPEN
    opened = case.instant("opened_at") if case.has("opened_at") else OPENED
    name = case.text("creator_name") if case.has("creator_name") else "Bob Jones"
    facts = [Fact(event=Event.OPENED, at=opened, recorded_at=opened)]
    if state is State.REJECTED:
        facts = [Fact(event=Event.REJECTED, at=opened, recorded_at=opened, subject="libellous")]
    petition = Petition(
        id=UUID(int=1),
        starter=Party(kind=PartyKind.PERSON, name=name),
        texts=(PetitionText(language="en", title="Keep the park"),),
        facts=tuple(facts),
    )
    return Shown(
        petition=petition,
        number=1,
        state=state,
        signature_count=1,
        updated_at=opened,
        deadline=deadline(load("uk-parliament"), opened),
    )


def list_item(case: Case) -> Answers:
    [item] = list_page([_shown(case)], total=1).items
    return {key: item.attributes.get(key, ABSENT) for key in ("creator_name", "closing_date")}


def detail(case: Case) -> Answers:
    if case.has("rejection"):
        raise NotUnderstoodError("a rejection is null in every case that there is")
    journals = case.value("journals") or {}
    unknown = journals.keys() - CONSTITUENCIES.keys()
    if unknown:
        raise NotUnderstoodError(f"no constituency is numbered {', '.join(sorted(unknown))}")
    parts = tuple(
        BreakdownRow(name=name, code=code, signature_count=journals[number], member=member)
        for number, (name, code, member) in CONSTITUENCIES.items()
        if number in journals
    )
    shown = evolve(_shown(case), countries=(), constituencies=parts, regions=())
    page = petition_page(shown)
    return {key: page.attributes.get(key, ABSENT) for key in _DETAIL}


_DETAIL = (
    "rejected_at",
    "rejection",
    "signatures_by_constituency",
    "signatures_by_country",
    "signatures_by_region",
)


def time_text(case: Case) -> Answers:
    return {"text": api_time(case.instant("time"))}


def links(case: Case) -> Answers:
    return page_links(
        "",
        total=case.number("total"),
        page=case.number("page") if case.has("page") else 1,
        count=case.number("count") if case.has("count") else None,
        state=case.text("state") if case.has("state") else None,
    )


def size(case: Case) -> Answers:
    asked = case.value("count")
    return {"size": page_size(None if asked is None else str(asked))}


def csv_escape(case: Case) -> Answers:
    return {"text": csv_text(case.text("value"))}
