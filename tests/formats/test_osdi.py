import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from value_strategies import signatures, submissions

from petitionkit.errors import UnreadableFileError
from petitionkit.facts import Event
from petitionkit.formats.json_text import dump
from petitionkit.formats.osdi import (
    PREFIX,
    petition_of,
    petition_resource,
    read_resource,
    signature_of,
    signature_resource,
    submission_body,
    submission_of,
)
from petitionkit.formats.osdi_pages import collection, item_path, read_collection
from petitionkit.petition import Petition
from petitionkit.signature import Signature, SignatureDraft, Submission
from petitionkit.testing.strategies import petitions
from samples import T0

NEW_ID = UUID(int=7)
URL = "https://example.org/api/v1/petitions/7"

THEIRS: dict[str, Any] = {
    "identifiers": ["osdi_sample_system:d91b4b2e", "foreign_system:1", "bare"],
    "origin_system": "OSDI Sample System",
    "created_date": "2014-03-20T21:04:31.000+00:00",
    "modified_date": "2014-03-21T21:04:31Z",
    "name": "Acme Co Petition",
    "title": "Tell Acme Co To Stop",
    "description": "<p>Acme Co is doing a bad thing!</p><p>Sign.</p>",
    "summary": None,
    "total_signatures": 345,
    "target": [{"name": "Jane Doe, CEO", "role": "CEO"}, {"name": "John Smith"}],
    "share_options": [{"email_share": {"subject": "Sign"}}],
    "action_network:hidden": False,
    "_links": {"self": {"href": "x"}, "osdi:creator": {"href": "y"}},
}
PERSON: dict[str, Any] = {
    "identifiers": ["foreign_system:1"],
    "given_name": "Edwin",
    "additional_name": "Marques",
    "family_name": "Labadie",
    "email_addresses": [
        {"address": "second@example.com"},
        {"address": "test-3@example.com", "primary": True, "status": "subscribed"},
    ],
    "postal_addresses": [
        {
            "primary": True,
            "address_lines": ["935 Ed Lock", "Flat 2"],
            "locality": "New Dudley",
            "region": "MN",
            "postal_code": "17678",
            "country": "US",
            "status": "Verified",
        }
    ],
    "phone_numbers": [{"number": 19876543210, "number_type": "Mobile"}],
    "birthdate": {"month": 2, "day": 3, "year": 1980},
    "preferred_language": "en",
    "gender": "Male",
    "custom_fields": {"color": "blue"},
}
HELPER: dict[str, Any] = {
    "person": PERSON,
    "identifiers": ["foreign_system:1"],
    "action_date": "2014-03-18T11:02:15Z",
    "comments": "Support our campaign!",
    "referrer_data": {"source": "facebook"},
    "add_tags": ["volunteer"],
    "triggers": {"autoresponse": {"enabled": True}},
}
EDWIN = SignatureDraft(
    name="Edwin Marques Labadie",
    email="test-3@example.com",
    phone="+19876543210",
    street="935 Ed Lock\nFlat 2",
    locality="New Dudley",
    region="MN",
    postal_code="17678",
    country="US",
    birth_date="1980-02-03",
    comment="Support our campaign!",
    language="en",
)


def through(plain: dict[str, Any]) -> dict[str, Any]:
    """As it comes out of a file."""
    return dict(read_resource(dump(plain)))


def petition_in(plain: dict[str, Any]) -> Petition:
    return petition_of(plain, new_id=NEW_ID, now=T0)


@given(petitions(), st.integers(0, 10**6), st.sampled_from(["", URL]))
@settings(max_examples=150)
def test_a_petition_comes_back_as_it_was(petition: Petition, total: int, url: str) -> None:
    plain = through(petition_resource(petition, total=total, url=url))
    assert petition_in(plain) == petition
    assert plain["total_signatures"] == total


@given(signatures)
@settings(max_examples=150)
def test_a_signature_comes_back_as_it_was(signature: Signature) -> None:
    assert (
        signature_of(through(signature_resource(signature, url="s", petition_url="p"))) == signature
    )


@given(submissions)
@settings(max_examples=150)
def test_what_is_handed_in_comes_back_as_it_was(submission: Submission) -> None:
    assert submission_of(through(submission_body(submission))) == submission


def test_a_petition_of_another_system_is_read() -> None:
    found = petition_in(through(THEIRS))
    assert found.id == NEW_ID
    assert (found.title, found.text().body) == (
        "Tell Acme Co To Stop",
        "Acme Co is doing a bad thing!\n\nSign.",
    )
    assert [(i.system, i.value) for i in found.identifiers] == [
        ("osdi_sample_system", "d91b4b2e"),
        ("foreign_system", "1"),
        ("osdi", "bare"),
    ]
    assert [one.name for one in found.addressees] == ["Jane Doe, CEO", "John Smith"]
    [declared] = found.declared
    assert (declared.amount, declared.source) == (345, "OSDI Sample System")
    assert declared.as_of == datetime(2014, 3, 21, 21, 4, 31, tzinfo=UTC)
    [started] = found.facts
    assert (started.event, started.at) == (
        Event.STARTED,
        datetime(2014, 3, 20, 21, 4, 31, tzinfo=UTC),
    )


def test_a_petition_with_a_name_alone_has_it_as_its_title() -> None:
    found = petition_in(through({"name": "Acme", "total_signatures": 1}))
    assert (found.title, found.declared[0].as_of, found.facts) == ("Acme", T0, ())
    assert petition_in(through({"name": "Acme"})).declared == ()


def test_what_another_system_says_comes_back_key_by_key() -> None:
    """And beside it stand only keys of our own."""
    back = petition_resource(petition_in(through(THEIRS)), total=345, original=THEIRS)
    assert {key: back[key] for key in THEIRS} == THEIRS
    assert all(key.startswith(PREFIX) for key in back.keys() - THEIRS.keys())
    assert petition_in(through(back)) == petition_in(through(THEIRS))
    body = submission_body(submission_of(through(HELPER)), original=HELPER)
    assert {key: body[key] for key in HELPER if key != "person"} == {
        key: value for key, value in HELPER.items() if key != "person"
    }
    assert {key: body["person"][key] for key in PERSON} == PERSON


def test_what_has_changed_is_said_anew() -> None:
    found = petition_in(through(THEIRS))
    text = evolve(found.texts[0], title="Stop it", body="Now")
    back = petition_resource(evolve(found, texts=(text,)), total=346, original=THEIRS)
    assert (back["title"], back["description"], back["total_signatures"]) == ("Stop it", "Now", 346)
    assert back["target"] == THEIRS["target"]
    draft = evolve(EDWIN, email="", phone="+4420", comment="")
    body = submission_body(Submission(draft=draft), original=HELPER)
    assert "email_addresses" not in body["person"]
    assert body["person"]["phone_numbers"] == [{"primary": True, "number": "4420"}]
    assert body["person"]["family_name"] == "Labadie"
    assert submission_of(through(body)).draft == draft


def test_a_helpers_body_is_what_somebody_hands_in() -> None:
    found = submission_of(through(HELPER))
    assert found.draft == EDWIN
    assert found.signed_at == datetime(2014, 3, 18, 11, 2, 15, tzinfo=UTC)


def test_a_signature_of_another_system_is_what_its_person_handed_in() -> None:
    theirs = {"action_date": "2014-03-18T11:02:15Z", "_embedded": {"osdi:person": PERSON}}
    assert submission_of(through(theirs)).draft == evolve(EDWIN, comment="")
    bare = submission_of(through({"person": {}}))
    assert (bare.draft, bare.signed_at) == (SignatureDraft(), None)
    with pytest.raises(UnreadableFileError, match="petition_id: is required"):
        signature_of(through(theirs))


@given(signatures)
@settings(max_examples=50)
def test_a_signature_of_ours_can_be_handed_in_elsewhere(signature: Signature) -> None:
    found = submission_of(through(signature_resource(signature)))
    assert found.draft.name == signature.particulars.name
    assert found.signed_at == signature.signed_at
    assert found.provenance == signature.provenance


@pytest.mark.parametrize(
    ("number", "phone"),
    [
        (442079460000, "+442079460000"),
        ("442079460000", "+442079460000"),
        ("+44", "+44"),
        (None, ""),
    ],
)
def test_telephone_numbers_are_text_or_a_number(number: object, phone: str) -> None:
    plain = {"person": {"phone_numbers": [{"number": number}]}}
    assert submission_of(through(plain)).draft.phone == phone


@pytest.mark.parametrize(
    "born",
    [
        {},
        None,
        {"year": 1980},
        {"year": 1980, "month": 2, "day": 30},
        {"year": 10**30, "month": 1, "day": 1},
        {"year": None, "month": 1, "day": 1},
    ],
)
def test_a_birth_date_that_is_none_is_not_read(born: object) -> None:
    assert submission_of(through({"person": {"birthdate": born}})).draft.birth_date == ""


@pytest.mark.parametrize(
    ("plain", "keys"),
    [
        ([], "document"),
        ({"title": 7, "total_signatures": "x"}, "title, total_signatures"),
        ({"identifiers": [7]}, "identifiers.0"),
        ({"person": {"email_addresses": "x"}}, "person.email_addresses"),
        ({"person": {"phone_numbers": [{"number": 1.5}]}}, "person.phone_numbers.0.number"),
        ({"_embedded": {"osdi:person": 7}}, "_embedded.osdi:person"),
        ({"action_date": "soon"}, "action_date"),
    ],
)
def test_wrong_types_are_refused_with_every_key(plain: object, keys: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"^line 1, column \d+: ") as caught:
        read_resource(json.dumps(plain).encode())
    assert caught.value.problem_code == "osdi.wrong_key"
    assert str(caught.value).endswith(f": {keys}")


def test_a_petition_without_a_title_is_refused() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        petition_in(through({}))
    assert caught.value.problem_code == "osdi.wrong_value"
    assert (caught.value.line, caught.value.column) == (0, 0)


@pytest.mark.parametrize(
    ("plain", "key"),
    [
        ({"title": "BAD\0"}, "title"),
        ({"title": "A", "description": "BAD\0"}, "description"),
        ({"title": "A", "identifiers": ["x:1", ":1"]}, "identifiers.1"),
        ({"title": "A", "target": [{"name": "BAD\0"}]}, "target"),
        ({"title": "A", "petitionkit:slugs": 7}, "petitionkit:slugs"),
    ],
)
def test_a_petitions_refused_value_is_told_at_its_key(plain: dict[str, Any], key: str) -> None:
    raw = json.dumps(plain, indent=1).encode()
    with pytest.raises(UnreadableFileError) as caught:
        petition_of(read_resource(raw), new_id=NEW_ID, now=T0, raw=raw)
    _at(raw, caught.value, "" if key[-1].isdigit() else f'"{key}": ')
    assert f": {key}" in str(caught.value)


@pytest.mark.parametrize(
    ("person", "key"),
    [
        ({"given_name": "A", "petitionkit:national_id": 7}, "petitionkit:national_id"),
        ({"given_name": "A", "petitionkit:consents": 7}, "petitionkit:consents"),
        ({"petitionkit:not_ours": 7}, "petitionkit:not_ours"),
    ],
)
def test_a_signatures_refused_value_is_told_at_its_key(person: dict[str, Any], key: str) -> None:
    good = {"person": {"given_name": "Ana"}}
    rel = "osdi:signatures"
    raw = json.dumps({"_embedded": {rel: [good, {"person": person}]}}, indent=1).encode()
    items = read_collection(raw, rel).items
    submission_of(items[0], raw=raw, path=item_path(rel, 0))
    with pytest.raises(UnreadableFileError) as caught:
        submission_of(items[1], raw=raw, path=item_path(rel, 1))
    _at(raw, caught.value, f'"{key}": ')
    assert "_embedded.osdi:signatures.1." in str(caught.value)


def test_a_signature_that_is_none_of_ours_is_refused_at_its_person() -> None:
    raw = json.dumps({"_embedded": {"osdi:person": {"petitionkit:of_age": "x"}}}, indent=1).encode()
    with pytest.raises(UnreadableFileError) as caught:
        signature_of(read_resource(raw), raw=raw)
    assert str(caught.value).startswith(f"line {caught.value.line}, column {caught.value.column}: ")


def _at(raw: bytes, error: UnreadableFileError, before: str) -> None:
    line = raw.decode().splitlines()[error.line - 1]
    assert line[: error.column - 1].strip() == before.strip(), (str(error), line)


def test_pages_of_a_collection_link_to_each_other() -> None:
    items = [{"title": "A"}, {"title": "B"}]

    def page(number: int) -> bytes:
        return dump(collection(items, "osdi:petitions", url=URL, page=number, per_page=2, total=5))

    first, middle, last = (read_collection(page(n), "osdi:petitions") for n in (1, 2, 3))
    assert (first.previous, first.next) == (None, f"{URL}?page=2")
    assert (middle.previous, middle.next) == (f"{URL}?page=1", f"{URL}?page=3")
    assert (last.previous, last.next) == (f"{URL}?page=2", None)
    assert (middle.items, middle.page, middle.total_pages, middle.total_records) == (
        tuple(items),
        2,
        3,
        5,
    )
    bare = read_collection(dump({"_embedded": {"osdi:people": []}}), "osdi:people")
    assert (bare.items, bare.page, bare.total_pages, bare.total_records) == ((), 1, 1, 0)
    with pytest.raises(UnreadableFileError, match=r"_embedded\.osdi:petitions"):
        read_collection(dump({"_embedded": {}}), "osdi:petitions")
