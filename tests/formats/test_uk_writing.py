import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.errors import IllegalStepError
from petitionkit.facts import Event, Fact, State
from petitionkit.formats.json_text import dump
from petitionkit.formats.uk import PetitionPage, petition_of, read_page, write_page
from petitionkit.formats.uk_writing import (
    BreakdownRow,
    Parliament,
    Shown,
    api_time,
    count_page,
    csv_text,
    list_page,
    page_links,
    page_size,
    petition_page,
)
from petitionkit.parties import Addressee, Answer, Party, PartyKind
from petitionkit.petition import Petition, PetitionText
from petitionkit.presets import load
from petitionkit.windows import deadline

REAL = Path(__file__).parents[1] / "data" / "uk-241584.json"
PRESET = load("uk-parliament")
NEW_ID = UUID(int=7)
MIDNIGHT = datetime(2019, 8, 20, 23, tzinfo=UTC)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2019, 3, day, hour, tzinfo=UTC)


def petition(*facts: tuple[Event, datetime, str], **parts: Any) -> Petition:  # noqa: ANN401
    return Petition(
        id=NEW_ID,
        starter=Party(kind=PartyKind.PERSON, name="Bob Jones"),
        texts=(PetitionText(language="en-GB", title="Keep the park", body="It is the only one."),),
        facts=tuple(
            Fact(event=event, at=when, recorded_at=when, subject=subject)
            for event, when, subject in facts
        ),
        **parts,
    )


OPENED = ((Event.STARTED, at(1), ""), (Event.OPENED, at(2), ""))


def shown(*facts: tuple[Event, datetime, str], **parts: Any) -> Shown:  # noqa: ANN401
    told: dict[str, Any] = {
        "petition": petition(*(facts or OPENED)),
        "number": 700_001,
        "state": State.OPEN,
        "signature_count": 12,
        "updated_at": at(9),
        "deadline": MIDNIGHT,
    }
    return Shown(**told | parts)


KEYS = (
    "action background additional_details committee_note state signature_count closing_date"
    " created_at updated_at rejected_at opened_at closed_at moderation_threshold_reached_at"
    " response_threshold_reached_at government_response_at debate_threshold_reached_at"
    " debate_scheduled_on scheduled_debate_date debate_outcome_at creator_name rejection"
    " government_response debate departments topics"
).split()


def test_an_open_petition_has_all_keys_in_the_sites_order() -> None:
    page = petition_page(shown(countries=(), constituencies=(), regions=()))
    assert page.plain["links"] == {"self": "https://petition.parliament.uk/petitions/700001.json"}
    assert list(page.item) == ["type", "id", "attributes"]
    parts = ["signatures_by_country", "signatures_by_constituency", "signatures_by_region"]
    assert list(page.attributes) == [*KEYS, *parts, "other_parliamentary_business"]
    assert page.attributes["creator_name"] == "Bob Jones"
    assert page.attributes["closing_date"] == "2019-08-20"
    assert page.attributes["opened_at"] == "2019-03-02T12:00:00.000Z"
    assert page.attributes["additional_details"] == ""
    assert page.attributes["committee_note"] is None


def test_a_closed_petition_has_no_closing_date_and_names_no_creator() -> None:
    facts = (*OPENED, (Event.CLOSED, at(20), "window"))
    [item] = list_page([shown(*facts, state=State.CLOSED)], total=1).items
    assert list(item.attributes) == [key for key in KEYS if key != "closing_date"]
    assert item.attributes["creator_name"] is None
    assert item.attributes["closed_at"] == "2019-03-20T12:00:00.000Z"
    assert item.plain["links"]["self"].endswith("/petitions/700001.json")


def test_a_paused_petition_is_open_to_the_site_and_a_draft_is_not_shown() -> None:
    assert petition_page(shown(state=State.PAUSED)).attributes["state"] == "open"
    with pytest.raises(IllegalStepError, match="the site shows no hidden petition"):
        petition_page(shown(state=State.HIDDEN))


def test_a_rejected_petition_has_its_reason_and_no_parts() -> None:
    facts = ((Event.STARTED, at(1), ""), (Event.REJECTED, at(3), "libellous"))
    page = petition_page(
        shown(*facts, state=State.REJECTED, rejection="See the rules.", countries=())
    )
    assert page.attributes["rejection"] == {"code": "libellous", "details": "See the rules."}
    assert page.attributes["rejected_at"] == "2019-03-03T12:00:00.000Z"
    assert "signatures_by_country" not in page.attributes
    assert petition_page(shown()).attributes["rejection"] is None


def test_an_archived_petition_bears_its_parliament_and_no_creator() -> None:
    parliament = Parliament(period="2017-2019", dissolution_at=at(30))
    page = petition_page(shown(state=State.CLOSED, parliament=parliament))
    assert list(page.item) == ["type", "id", "parliament", "attributes"]
    assert page.item["type"] == "archived-petition"
    assert page.item["parliament"]["dissolution_at"] == "2019-03-30T12:00:00.000Z"
    assert "creator_name" not in page.attributes
    assert "/archived/petitions/" in page.plain["links"]["self"]


def test_what_came_of_it_is_shown() -> None:
    facts = (
        *OPENED,
        (Event.SUBMITTED, at(1, 13), ""),
        (Event.THRESHOLD_REACHED, at(4), "response"),
        (Event.THRESHOLD_REACHED, at(5), "debate"),
        (Event.ANSWERED, at(6), "government"),
        (Event.DEBATED, at(8), "debated"),
    )
    answered = (
        Addressee(key="government", name="G", answer=Answer(at=at(6), summary="No.")),
        Addressee(key="house-of-commons", name="H"),
    )
    scheduled = Fact(
        event=Event.DEBATE_SCHEDULED,
        at=at(7),
        recorded_at=at(7),
        until=datetime(2019, 4, 1, 23, tzinfo=UTC),
    )
    asked = petition(*facts, addressees=answered)
    told = shown(petition=asked.with_facts(scheduled))
    said = petition_page(told).attributes
    assert said["moderation_threshold_reached_at"] == "2019-03-01T13:00:00.000Z"
    assert said["response_threshold_reached_at"] == "2019-03-04T12:00:00.000Z"
    assert said["debate_threshold_reached_at"] == "2019-03-05T12:00:00.000Z"
    assert said["government_response"] == {
        "responded_on": "2019-03-06",
        "summary": "No.",
        "details": "",
        "created_at": "2019-03-06T12:00:00.000Z",
        "updated_at": "2019-03-06T12:00:00.000Z",
    }
    assert said["debate_scheduled_on"] == "2019-03-07"
    assert said["scheduled_debate_date"] == "2019-04-02"  # midnight in London, in summer
    assert said["debate"]["debated_on"] == "2019-03-08"
    assert list(said["debate"])[-3:] == [
        "public_engagement_url",
        "debate_summary_url",
        "overview",
    ]
    archived = petition_page(evolve(told, parliament=Parliament(period="2017-2019")))
    assert list(archived.attributes["debate"])[-3] == "overview"
    assert count_page(told).plain == {
        "signature_count": 12,
        "response_threshold_reached_at": "2019-03-04T12:00:00.000Z",
        "government_response_at": "2019-03-06T12:00:00.000Z",
        "debate_threshold_reached_at": "2019-03-05T12:00:00.000Z",
        "scheduled_debate_date": "2019-04-02",
        "debate_outcome_at": "2019-03-08T12:00:00.000Z",
        "debated": True,
    }


def test_a_debate_that_was_refused_has_no_day() -> None:
    said = petition_page(shown(*OPENED, (Event.DEBATED, at(8), "not_debated"))).attributes
    assert said["debate"]["debated_on"] is None
    assert count_page(shown()).plain["debated"] is False


def test_parts_come_in_the_sites_order_and_a_deadline_need_not_be_known() -> None:
    page = petition_page(
        shown(
            deadline=None,
            countries=(
                BreakdownRow(name="France", code="FR", signature_count=1),
                BreakdownRow(name="Albania", code="AL", signature_count=2),
            ),
            regions=(
                BreakdownRow(name="A", code="J", signature_count=3),
                BreakdownRow(name="B", code="A", signature_count=4),
            ),
        )
    )
    said = page.attributes
    assert [one["code"] for one in said["signatures_by_country"]] == ["AL", "FR"]
    assert said["signatures_by_region"] == [
        {"name": "B", "ons_code": "A", "signature_count": 4},
        {"name": "A", "ons_code": "J", "signature_count": 3},
    ]
    assert "signatures_by_constituency" not in said
    assert "closing_date" not in said


def test_what_is_written_is_read() -> None:
    told = shown(countries=(BreakdownRow(name="France", code="FR", signature_count=1),))
    for page in (petition_page(told), list_page([told, told], total=2), count_page(told)):
        assert read_page(dump(page.plain)) == page


def test_links_of_a_list() -> None:
    assert page_links("p", total=0) == {
        "self": "p",
        "first": "p",
        "last": "p",
        "next": None,
        "prev": None,
    }
    middle = page_links("p", total=101, page=2, count=50, state="open")
    assert middle == {
        "self": "p?count=50&page=2&state=open",
        "first": "p?count=50&state=open",
        "last": "p?count=50&page=3&state=open",
        "next": "p?count=50&page=3&state=open",
        "prev": "p?count=50&state=open",
    }


@pytest.mark.parametrize(
    ("asked", "size"),
    [(None, 25), ("", 25), ("0", 25), ("1", 1), ("50", 50), ("51", 50), ("59", 50), ("60", 25)]
    + [(word, 25) for word in ("x", "-1", "1x", "007", "\u0661", "600")],
)
def test_how_many_a_page_has(asked: str | None, size: int) -> None:
    assert page_size(asked) == size


def test_times_and_cells() -> None:
    assert api_time(datetime(2016, 6, 29, 10, 0, 0, 123_999, tzinfo=UTC)) == (
        "2016-06-29T10:00:00.123Z"
    )
    assert api_time(None) is None
    assert [csv_text(text) for text in ("=1", "a=1", "")] == ["%3D1", "a=1", None]


def test_the_real_petition_is_written_as_its_page_says_it() -> None:
    """But for what its page does not tell us, and what the site has added to pages since."""
    page = read_page(REAL.read_bytes())
    assert isinstance(page, PetitionPage)
    told = _shown_of(page)
    said = petition_page(told).attributes
    assert {key: said[key] for key in page.attributes if key in said} == {
        **{key: value for key, value in page.attributes.items() if key in said},
        "moderation_threshold_reached_at": None,
    }


def _shown_of(page: PetitionPage) -> Shown:
    made = petition_of(page, policy=PRESET, new_id=NEW_ID, now=at(25))
    opened = made.last(Event.OPENED)
    words = {"open": State.OPEN, "closed": State.CLOSED, "rejected": State.REJECTED}
    return Shown(
        petition=made,
        number=page.number,
        state=words[page.attributes["state"]],
        signature_count=made.declared[0].amount,
        updated_at=made.declared[0].as_of,
        deadline=deadline(PRESET, opened.at) if opened else None,
    )


TEXT = st.text("abc \n=ä", max_size=9)
MOMENTS = st.integers(0, 10**9).map(
    lambda seconds: f"{datetime.fromtimestamp(10**9 + seconds, UTC):%Y-%m-%dT%H:%M:%S}.000Z"
)


@st.composite
def told_pages(draw: st.DrawFn) -> dict[str, Any]:
    """A petition's page with all that a petition of ours can keep of it."""
    rejected = draw(st.none() | MOMENTS)
    answered = draw(st.none() | MOMENTS)
    attributes = {
        "action": draw(TEXT.map("A{}z".format)),
        "background": draw(TEXT),
        "additional_details": draw(TEXT),
        "committee_note": draw(TEXT),
        "state": draw(st.sampled_from(["open", "closed", "rejected"])),
        "signature_count": draw(st.integers(0, 10**7)),
        "created_at": draw(MOMENTS),
        "updated_at": draw(MOMENTS),
        "rejected_at": rejected,
        "opened_at": draw(st.none() | MOMENTS),
        "closed_at": draw(st.none() | MOMENTS),
        "response_threshold_reached_at": draw(st.none() | MOMENTS),
        "government_response_at": answered,
        "debate_threshold_reached_at": draw(st.none() | MOMENTS),
        "debate_outcome_at": draw(st.none() | MOMENTS),
        "rejection": {"code": "libellous"} if rejected and draw(st.booleans()) else None,
        "government_response": {"summary": draw(TEXT)} if answered else None,
    }
    return {"data": {"type": "petition", "id": draw(st.integers(0, 999)), "attributes": attributes}}


@given(told_pages())
@settings(max_examples=150)
def test_a_petition_that_came_of_a_page_comes_back_from_the_page_written_of_it(
    content: dict[str, Any],
) -> None:
    page = read_page(json.dumps(content).encode())
    assert isinstance(page, PetitionPage)
    told = _shown_of(page)
    again = read_page(write_page(petition_page(told)))
    assert isinstance(again, PetitionPage)
    assert _shown_of(again).petition == told.petition
