import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from petitionkit.errors import UnreadableFileError
from petitionkit.facts import Event
from petitionkit.formats.uk import read_petition
from petitionkit.petition import CountEffect, Identifier, Petition
from petitionkit.presets import load

REAL = Path(__file__).parents[1] / "data" / "uk-241584.json"
NOW = datetime(2019, 3, 25, 12, tzinfo=UTC)
NEW_ID = UUID(int=7)
PRESET = load("uk-parliament")


def read(path: Path) -> Petition:
    return read_petition(path, policy=PRESET, new_id=NEW_ID, now=NOW)


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


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "petition.json"


def written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), "utf-8")
    return path


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(UnreadableFileError) as caught:
        read(path)
    return caught.value.problem_code, str(caught.value)


def moments(found: Petition) -> list[tuple[Event, datetime, str]]:
    return [(fact.event, fact.at, fact.subject) for fact in found.facts]


def test_the_real_petition_has_its_total_and_its_own_moments() -> None:
    found = read(REAL)
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
    found = read(REAL)
    assert found.title == "Revoke Article 50 and remain in the EU."
    assert found.text().body.startswith("The government repeatedly claims exiting the EU is")
    assert found.text().language == "en-GB"
    assert found.identifiers == (Identifier(system="uk-parliament", value="241584"),)
    assert [a.name for a in found.addressees] == ["House of Commons"]
    assert found.starter is None


def test_a_closed_petition_brings_its_end_and_its_starter(path: Path) -> None:
    closed = document(
        closed_at="2019-08-20T23:00:00.000Z",
        additional_details="More.",
        creator_name="Anna Berg",
    )
    found = read(written(path, closed))
    assert found.starter is not None
    assert found.starter.name == "Anna Berg"
    assert found.text().body == "It is the only one.\n\nMore."
    assert moments(found)[-1] == (Event.CLOSED, utc("2019-08-20 23:00:00.0"), "window")


def test_facts_come_in_the_order_of_their_instants(path: Path) -> None:
    odd = document(
        response_threshold_reached_at="2019-03-02T00:00:00Z",
        debate_threshold_reached_at="2019-03-01T00:00:00Z",
    )
    assert [subject for *_, subject in moments(read(written(path, odd)))] == [
        "",
        "",
        "debate",
        "response",
    ]


def test_a_petition_that_was_never_opened_has_only_begun(path: Path) -> None:
    found = read(written(path, document(opened_at=None, updated_at=None)))
    assert [event for event, *_ in moments(found)] == [Event.STARTED]
    assert found.declared[0].as_of == NOW


def test_texts_of_a_wrong_type_are_left_out(path: Path) -> None:
    found = read(written(path, document(background=7, additional_details=None)))
    assert found.text().body == ""


@pytest.mark.parametrize("creator", [None, "", 7, ["Anna"]])
def test_a_creator_who_is_not_named_is_nobody(path: Path, creator: object) -> None:
    assert read(written(path, document(creator_name=creator))).starter is None


def without(content: dict[str, Any], *keys: str) -> dict[str, Any]:
    inner = content
    for key in keys[:-1]:
        inner = inner[key]
    del inner[keys[-1]]
    return content


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ([], "document"),
        (None, "document"),
        ("petition", "document"),
        (7, "document"),
        ({}, "data"),
        ({"data": []}, "data"),
        ({"data": [document()["data"]]}, "data"),
        ({"data": {"id": 5}}, "data.attributes"),
        ({"data": {"id": 5, "attributes": "x"}}, "data.attributes"),
        (without(document(), "data", "id"), "data.id"),
        ({"data": document()["data"] | {"id": "5"}}, "data.id"),
        ({"data": document()["data"] | {"id": True}}, "data.id"),
        (without(document(), "data", "attributes", "signature_count"), "signature_count"),
        (document(signature_count=None), "data.attributes.signature_count"),
        (document(signature_count=-1), "data.attributes.signature_count"),
        (document(signature_count=1.5), "data.attributes.signature_count"),
        (document(signature_count="12"), "data.attributes.signature_count"),
        (document(signature_count=True), "data.attributes.signature_count"),
        (document(updated_at=7), "data.attributes.updated_at"),
        (document(created_at="soon"), "data.attributes.created_at"),
        (document(opened_at="2019-02-20T10:00:00"), "data.attributes.opened_at"),
        (document(closed_at={"at": 1}), "data.attributes.closed_at"),
        (document(response_threshold_reached_at=[]), "response_threshold_reached_at"),
        (document(debate_threshold_reached_at=""), "debate_threshold_reached_at"),
    ],
)
def test_a_document_that_is_not_one_is_refused_with_its_key(
    path: Path, content: object, key: str
) -> None:
    code, message = refusal(written(path, content))
    assert code == "uk.wrong_key"
    assert f"{key} is missing or of the wrong type" in message


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"action": ""}, "title: is required"),
        ({"action": None}, "title: is required"),
        ({"action": "x" * 513}, "title: has 513 characters"),
        ({"action": "half \ud800"}, "title: is not valid Unicode"),
        ({"background": "nul \0"}, "body: contains the control character U\\+0000"),
        ({"creator_name": "=cmd"}, "name: must not begin with ="),
        ({"creator_name": " "}, "name: is required"),
        ({"opened_at": "9999-12-31T00:00:00Z"}, "opened_at: is outside what is allowed"),
    ],
)
def test_values_that_no_petition_may_have_are_refused(
    path: Path, changed: Mapping[str, Any], field: str
) -> None:
    written(path, document(**changed))
    with pytest.raises(UnreadableFileError, match=field) as caught:
        read(path)
    assert caught.value.problem_code == "uk.wrong_value"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"petition",
        b"\xff\xfe\x00",
        REAL.read_bytes()[:40_000],
        b"[" * 100_000,
        b'{"data": {"id": ' + b"9" * 10_000 + b"}}",
        b" " * 10_000_001,
    ],
)
def test_what_is_no_json_or_too_much_of_it_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    code, message = refusal(path)
    assert (code, message) == ("uk.not_json", "the file is no JSON of at most 10 MB")


def test_ten_megabytes_to_the_byte_are_read(path: Path) -> None:
    text = json.dumps(document())
    path.write_text(text + " " * (10_000_000 - len(text)))
    assert read(path).title == "Keep the park"


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    code, message = refusal(path)
    assert code == "uk.unreadable"
    assert message == f"{path} cannot be read: No such file or directory"


def test_a_folder_is_no_document(tmp_path: Path) -> None:
    assert refusal(tmp_path)[0] == "uk.unreadable"


def test_as_of_is_when_the_site_says_that_it_counted(path: Path) -> None:
    later = document(updated_at="2019-03-24T20:30:46.384+02:00")
    [declared] = read(written(path, later)).declared
    assert declared.as_of == utc("2019-03-24 18:30:46.384")
    assert declared.as_of.utcoffset() == timedelta(0)
