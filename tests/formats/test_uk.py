import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.errors import UnreadableFileError
from petitionkit.facts import Event
from petitionkit.formats.uk import (
    CountPage,
    Disagreement,
    ListPage,
    PetitionPage,
    petition_of,
    read_page,
    write_page,
)
from petitionkit.petition import CountEffect, Identifier, Petition
from petitionkit.presets import load

REAL = Path(__file__).parents[1] / "data" / "uk-241584.json"
NOW = datetime(2019, 3, 25, 12, tzinfo=UTC)
NEW_ID = UUID(int=7)
PRESET = load("uk-parliament")


def page_of(raw: bytes) -> PetitionPage:
    page = read_page(raw)
    assert isinstance(page, PetitionPage)
    return page


def read(raw: bytes) -> Petition:
    return petition_of(page_of(raw), policy=PRESET, new_id=NEW_ID, now=NOW)


def utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)


def document(**changed: object) -> dict[str, Any]:
    attributes: dict[str, object] = {
        "action": "Keep the park",
        "background": "It is the only one.",
        "additional_details": "",
        "signature_count": 12,
        "created_at": "2019-02-01T09:00:00.000Z",
        "updated_at": "2019-03-24T18:30:46.384Z",
        "opened_at": "2019-02-20T10:00:00.000Z",
        "closed_at": None,
        "response_threshold_reached_at": None,
        "debate_threshold_reached_at": None,
        "creator_name": "Anna Berg",
    }
    return {"data": {"type": "petition", "id": 5, "attributes": attributes | changed}}


def written(content: object) -> bytes:
    return json.dumps(content).encode()


def refusal(raw: bytes) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as caught:
        read(raw)
    return caught.value


def moments(found: Petition) -> list[tuple[Event, datetime, str]]:
    return [(fact.event, fact.at, fact.subject) for fact in found.facts]


def test_the_real_petition_has_its_total_and_its_own_moments() -> None:
    found = read(REAL.read_bytes())
    [declared] = found.declared
    assert declared.amount == 5_156_603
    assert declared.counter == "supporters"
    assert declared.effect is CountEffect.REPLACES
    assert declared.as_of == utc("2019-03-24 18:30:46.384")
    assert declared.recorded_at == NOW
    assert declared.source == "uk-parliament:241584"
    assert moments(found) == [
        (Event.STARTED, utc("2019-02-14 12:14:59.326"), ""),
        (Event.OPENED, utc("2019-02-20 10:25:02.393"), ""),
        (Event.THRESHOLD_REACHED, utc("2019-03-18 13:26:30.257"), "response"),
        (Event.THRESHOLD_REACHED, utc("2019-03-20 20:33:35.184"), "debate"),
    ]
    # The end of 20 August in London, where it is summer.
    assert found.facts[1].until == utc("2019-08-20 23:00:00.0")
    assert all(fact.recorded_at == NOW for fact in found.facts)
    assert [fact.rule for fact in found.facts] == [
        "uk-parliament:created_at",
        "uk-parliament:opened_at",
        "uk-parliament:response_threshold_reached_at",
        "uk-parliament:debate_threshold_reached_at",
    ]


def test_the_real_petition_has_its_text_number_and_addressee_and_no_starter() -> None:
    found = read(REAL.read_bytes())
    assert found.title == "Revoke Article 50 and remain in the EU."
    assert found.text().body.startswith("The government repeatedly claims exiting the EU is")
    assert found.text().language == "en-GB"
    assert found.identifiers == (Identifier(system="uk-parliament", value="241584"),)
    assert [a.name for a in found.addressees] == ["House of Commons", "UK Government"]
    assert found.starter is None


def test_a_closed_petition_brings_its_end_and_its_starter() -> None:
    closed = document(
        closed_at="2019-08-20T23:00:00.000Z",
        additional_details="More.",
        creator_name="Anna Berg",
    )
    found = read(written(closed))
    assert found.starter is not None
    assert found.starter.name == "Anna Berg"
    assert (found.text().body, found.text().details) == ("It is the only one.", "More.")
    assert moments(found)[-1] == (Event.CLOSED, utc("2019-08-20 23:00:00.0"), "window")


def test_facts_come_in_the_order_of_their_instants() -> None:
    odd = document(
        response_threshold_reached_at="2019-03-02T00:00:00Z",
        debate_threshold_reached_at="2019-03-01T00:00:00Z",
    )
    assert [subject for *_, subject in moments(read(written(odd)))] == [
        "",
        "",
        "debate",
        "response",
    ]


def test_a_petition_that_was_never_opened_has_only_begun() -> None:
    found = read(written(document(opened_at=None, updated_at=None)))
    assert [event for event, *_ in moments(found)] == [Event.STARTED]
    assert found.declared[0].as_of == NOW


@pytest.mark.parametrize("creator", [None, ""])
def test_a_creator_who_is_not_named_is_nobody(creator: object) -> None:
    assert read(written(document(creator_name=creator))).starter is None


def test_what_came_of_it_comes_with_it() -> None:
    found = read(
        written(
            document(
                closed_at="2019-08-20T23:00:00Z",
                government_response_at="2019-05-01T10:00:00.000Z",
                government_response={"summary": "No.", "details": "Not now.", "link": "x"},
                debate_outcome_at="2019-06-01T10:00:00.000Z",
                debate={"debated_on": "2019-05-31", "overview": None},
                committee_note="It was looked at.",
            )
        )
    )
    assert moments(found)[2:] == [
        (Event.ANSWERED, utc("2019-05-01 10:00:00.0"), "government"),
        (Event.DEBATED, utc("2019-06-01 10:00:00.0"), "debated"),
        (Event.CLOSED, utc("2019-08-20 23:00:00.0"), "window"),
    ]
    answer = found.addressees[1].answer
    assert answer is not None
    assert (answer.at, answer.summary) == (utc("2019-05-01 10:00:00.0"), "No.")
    assert found.text().note == "It was looked at."


def test_a_rejection_comes_with_its_code_and_a_debate_that_was_refused_as_such() -> None:
    rejected = document(
        opened_at=None, rejected_at="2019-03-01T00:00:00Z", rejection={"code": "libellous"}
    )
    assert moments(read(written(rejected)))[-1][::2] == (Event.REJECTED, "libellous")
    bare = document(opened_at=None, rejected_at="2019-03-01T00:00:00Z", rejection=None)
    assert moments(read(written(bare)))[-1][::2] == (Event.REJECTED, "")
    refused = document(
        debate_outcome_at="2019-06-01T10:00:00.000Z",
        government_response_at="2019-06-01T10:00:00.000Z",
    )
    assert moments(read(written(refused)))[-1][::2] == (Event.DEBATED, "not_debated")


def without(content: dict[str, Any], *keys: str) -> dict[str, Any]:
    inner = content
    for key in keys[:-1]:
        inner = inner[key]
    del inner[keys[-1]]
    return content


WHERE = {"id": 5, "attributes": "x"}


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        ([], "document"),
        (None, "document"),
        ("petition", "document"),
        (7, "document"),
        ({}, "data"),
        ({"data": "x"}, "data"),
        ({"data": [7]}, "data.0"),
        ({"data": {}}, "data.id, data.attributes"),
        ({"data": {"id": 5}}, "data.attributes"),
        ({"data": WHERE}, "data.attributes"),
        ({"data": {**WHERE, "type": "poll"}}, "data.type, data.attributes"),
        (without(document(), "data", "id"), "data.id"),
        ({"data": document()["data"] | {"id": "5"}}, "data.id"),
        ({"data": document()["data"] | {"id": True}}, "data.id"),
        (without(document(), "data", "attributes", "action"), "data.attributes.action"),
        (document(signature_count=None), "data.attributes.signature_count"),
        (document(signature_count=-1), "data.attributes.signature_count"),
        (document(signature_count=1.5), "data.attributes.signature_count"),
        (document(signature_count="12"), "data.attributes.signature_count"),
        (document(signature_count=True), "data.attributes.signature_count"),
        (document(action=None, background=7), "data.attributes.action, data.attributes.background"),
        (document(updated_at=7), "data.attributes.updated_at"),
        (document(created_at="soon"), "data.attributes.created_at"),
        (document(opened_at="2019-02-20T10:00:00"), "data.attributes.opened_at"),
        (document(opened_at="0001-01-01T00:00:00+14:00"), "data.attributes.opened_at"),
        (document(closed_at={"at": 1}), "data.attributes.closed_at"),
        (document(closing_date="2019-8-20"), "data.attributes.closing_date"),
        (document(closing_date="20190820"), "data.attributes.closing_date"),
        (document(creator_name=7), "data.attributes.creator_name"),
        (document(topics="x"), "data.attributes.topics"),
        (document(rejection=[]), "data.attributes.rejection"),
        (
            document(signatures_by_country=[{"name": "X", "signature_count": 1}, {"name": "Y"}]),
            "data.attributes.signatures_by_country.1.signature_count",
        ),
        ({"signature_count": "7"}, "signature_count"),
        ({"data": [], "links": 7}, "links"),
    ],
)
def test_a_page_that_is_none_is_refused_with_every_wrong_key(content: object, keys: str) -> None:
    error = refusal(written(content))
    assert error.problem_code == "uk.wrong_key"
    assert str(error).endswith(f"missing or of the wrong type: {keys}")


def test_the_place_of_the_first_wrong_key_is_told() -> None:
    raw = json.dumps(document(signature_count="12"), indent=1).encode()
    error = refusal(raw)
    line = raw.decode().splitlines()[error.line - 1]
    assert line[error.column - 1 :] == '"12",'


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"action": ""}, "action: title: is required"),
        ({"action": "x" * 513}, "action: title: has 513 characters"),
        ({"background": "nul \0"}, "background: body: contains the control character U\\+0000"),
        ({"creator_name": "=cmd"}, "creator_name: name: must not begin with ="),
        ({"creator_name": " "}, "creator_name: name: is required"),
        ({"opened_at": "9999-12-31T00:00:00Z"}, "opened_at: is outside what is allowed"),
    ],
)
def test_values_that_no_petition_may_have_are_refused(
    changed: Mapping[str, Any], field: str
) -> None:
    with pytest.raises(UnreadableFileError, match=field) as caught:
        read(written(document(**changed)))
    assert caught.value.problem_code == "uk.wrong_value"


@pytest.mark.parametrize("path", ["data", "data.1"])
def test_the_place_of_a_refused_value_is_that_of_its_key(path: str) -> None:
    one = {"id": 1, "attributes": {"signature_count": 1, "action": "Keep the park"}}
    bad = {"id": 2, "attributes": {"signature_count": 1, "action": ""}}
    raw = json.dumps({"data": [one, bad] if path == "data.1" else bad}, indent=1).encode()
    page = read_page(raw)
    item = page.items[-1] if isinstance(page, ListPage) else page
    assert isinstance(item, PetitionPage)
    with pytest.raises(UnreadableFileError) as caught:
        petition_of(item, policy=PRESET, new_id=NEW_ID, now=NOW)
    there = raw.decode().splitlines()[caught.value.line - 1]
    assert there[caught.value.column - 1 :] == '""'
    assert f"{path}.attributes.action: " in str(caught.value)
    made = PetitionPage(plain=item.plain)
    with pytest.raises(UnreadableFileError) as bare:
        petition_of(made, policy=PRESET, new_id=NEW_ID, now=NOW)
    assert (bare.value.line, bare.value.column, made) == (0, 0, item)


def test_as_of_is_when_the_site_says_that_it_counted() -> None:
    later = document(updated_at="2019-03-24T20:30:46.384+02:00")
    [declared] = read(written(later)).declared
    assert declared.as_of == utc("2019-03-24 18:30:46.384")
    assert declared.as_of.utcoffset() == timedelta(0)


def test_the_real_page_comes_back_equal_with_its_keys_in_order() -> None:
    raw = REAL.read_bytes()
    again = write_page(page_of(raw))
    assert json.dumps(json.loads(again)) == json.dumps(json.loads(raw))


def test_parts_of_the_real_page_that_do_not_add_up_are_kept_and_told() -> None:
    page = page_of(REAL.read_bytes())
    assert page.disagreements() == (
        Disagreement(
            part="signatures_by_country",
            adds_up_to=5_154_004,
            of="signature_count",
            said=5_156_603,
        ),
        Disagreement(
            part="signatures_by_constituency",
            adds_up_to=4_858_993,
            of="United Kingdom",
            said=4_948_111,
        ),
    )


def test_parts_that_add_up_are_not_told() -> None:
    parts = {
        "signature_count": 7,
        # Before February 2016 a country had no code.
        "signatures_by_country": [
            {"name": "France", "signature_count": 2},
            {"name": "United Kingdom", "signature_count": 5},
        ],
        "signatures_by_constituency": [{"name": "X", "ons_code": "E1", "signature_count": 5}],
        "signatures_by_region": [{"name": "Y", "ons_code": "H", "signature_count": 5}],
    }
    assert page_of(written(document(**parts))).disagreements() == ()
    regions = [{"name": "Y", "ons_code": "H", "signature_count": 4}]
    [found] = page_of(
        written(document(**parts | {"signatures_by_region": regions}))
    ).disagreements()
    assert (found.part, found.of) == ("signatures_by_region", "signatures_by_constituency")
    alone = document(signatures_by_region=regions, signatures_by_country=[])
    assert page_of(written(alone)).disagreements() == ()


def test_lists_and_counts_are_told_apart_from_petitions() -> None:
    item = document()["data"]
    links = {"self": "x", "next": "y", "prev": None}
    found = read_page(written({"links": links, "data": [item, item | {"id": 6}]}))
    assert isinstance(found, ListPage)
    assert [one.number for one in found.items] == [5, 6]
    assert [found.link(rel) for rel in ("next", "prev", "last")] == ["y", None, None]
    bare = read_page(written({"data": []}))
    assert isinstance(bare, ListPage)
    assert (bare.items, bare.link("next")) == ((), None)
    count = read_page(
        written({"signature_count": 7, "debate_outcome_at": "2016-07-01T00:00:00.000+01:00"})
    )
    assert isinstance(count, CountPage)
    assert count.signature_count == 7


MOMENT = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)).flatmap(  # noqa: DTZ001
    lambda at: st.sampled_from(["Z", "+01:00", ".123Z", ".1+00:00"]).map(
        lambda end: f"{at:%Y-%m-%dT%H:%M:%S}{end}"
    )
)
WORDS = st.none() | st.text(max_size=6)
COUNTS = st.integers(0, 10**7)
PARTS = st.lists(
    st.fixed_dictionaries(
        {"name": st.text(max_size=5), "signature_count": COUNTS},
        optional={"code": WORDS, "ons_code": WORDS, "mp": WORDS, "new_key": WORDS},
    ),
    max_size=3,
)
ATTRIBUTES = st.fixed_dictionaries(
    {"action": st.text(max_size=9), "signature_count": COUNTS},
    optional={
        "background": WORDS,
        "committee_note": WORDS,
        "state": st.sampled_from(["open", "closed", "rejected", "new state"]),
        "created_at": MOMENT,
        "opened_at": st.none() | MOMENT,
        "closing_date": st.dates().map(str),
        "creator_name": WORDS,
        "rejection": st.none() | st.fixed_dictionaries({"code": WORDS, "details": WORDS}),
        "topics": st.lists(st.text(max_size=4), max_size=2),
        "signatures_by_country": PARTS,
        "signatures_by_constituency": PARTS,
        "signatures_by_region": PARTS,
        "never_seen_before": st.lists(st.dictionaries(st.text(max_size=3), COUNTS), max_size=2),
    },
)


@st.composite
def pages(draw: st.DrawFn) -> dict[str, Any]:
    """Any page of the site: keys there or not, in any order, known or not."""
    attributes = draw(ATTRIBUTES)
    order = draw(st.permutations(sorted(attributes)))
    item = {
        "type": draw(st.sampled_from(["petition", "archived-petition"])),
        "id": draw(st.integers(0, 10**6)),
        "attributes": {key: attributes[key] for key in order},
    }
    shape = draw(st.sampled_from(["one", "list", "count"]))
    if shape == "count":
        return {"signature_count": draw(COUNTS), "debated": draw(st.booleans())}
    links = {"self": draw(st.text(max_size=5)), "next": None}
    return {"links": links, "data": item if shape == "one" else [item, item]}


@given(pages())
@settings(max_examples=200)
def test_any_page_comes_back_equal_with_its_keys_in_order(page: dict[str, Any]) -> None:
    again = write_page(read_page(written(page)))
    assert json.dumps(json.loads(again)) == json.dumps(page)
