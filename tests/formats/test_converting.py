import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from readers import READERS

from petitionkit.codec import from_plain
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.facts import Event
from petitionkit.formats.converting import FORMATS, Conversion, convert, inspect_source
from petitionkit.formats.dialects import ROLL_DIALECTS
from petitionkit.formats.jsonl import read_histories, read_records, write_records
from petitionkit.formats.osdi import read_resource, submission_of
from petitionkit.formats.osdi_pages import read_collection
from petitionkit.formats.uk import PetitionPage, read_page
from petitionkit.presets import load
from petitionkit.signature import Signature, Submission

REAL = Path(__file__).parents[1] / "data" / "uk-241584.json"
NOW = datetime(2024, 6, 1, tzinfo=UTC)
UK = load("uk-parliament")


def converted(
    path: Path, to: str, told: str | None = None, **dates: str
) -> tuple[bytes, Conversion]:
    file = io.BytesIO()
    done = convert(inspect_source(path, told=told), file, to, policy=UK, now=NOW, **dates)
    return file.getvalue(), done


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("to", [name for name in FORMATS if name != "uk"])
@pytest.mark.parametrize("name", [name for name in READERS if name.startswith("roll-")])
def test_rolls_become_rolls_and_say_as_much_as_both_can(name: str, to: str, tmp_path: Path) -> None:
    path = put(tmp_path / "roll.csv", READERS[name].sample)
    raw, done = converted(path, to)
    assert done.records == 2
    endings = {"jsonl": ".jsonl", "osdi": ".json"}
    back = put(tmp_path / f"back{endings.get(to, '.csv')}", raw)
    again, told = converted(back, name.removeprefix("roll-"))
    assert told.records == 2
    first, *_ = _names(put(tmp_path / "again.csv", again))
    assert first == "Ana Díaz"


def _names(path: Path) -> list[str]:
    raw, _ = converted(path, "jsonl")
    records = read_records(io.BytesIO(raw))
    return [one.draft.name for one in records if isinstance(one, Submission)]


def test_what_could_not_be_mapped_is_told(tmp_path: Path) -> None:
    path = put(
        tmp_path / "roll.csv",
        b"first_name,last_name,phone,email,subscribed_to_mailinglist,confirmed,signed at\n"
        b"Ana,D,,a@example.org,True,True,2024-01-02T08:00\n"
        b"Ben,C,,b@example.org,True,False,\n"
        b"Cyd,E,,c@example.org,True,True,soon\n",
    )
    raw, done = converted(path, "change.org", zone="Europe/London")
    assert (done.records, done.unmapped) == (2, ("subscribed_to_mailinglist",))
    assert (done.refused, done.left_out) == ({"row.unconfirmed": 1}, {"signed_at": 1, "email": 2})
    assert raw.decode("utf-16").splitlines()[1].endswith("\t2024-01-02T08:00:00Z")


def test_dates_of_another_form_are_read_by_their_pattern(tmp_path: Path) -> None:
    path = put(tmp_path / "roll.csv", b"Name,Signed on\nAna,31/12/2023\n")
    raw, done = converted(path, "petitionkit", pattern="%d/%m/%Y")
    assert "2023-12-31T00:00:00Z" in raw.decode()
    assert not done.left_out
    with pytest.raises(InvalidValueError, match="zone"):
        converted(path, "petitionkit", zone="Mars/Olympus")


def test_a_named_dialect_is_taken_at_its_word(tmp_path: Path) -> None:
    path = put(tmp_path / "roll.json", b"Name\nAna\n")
    raw, done = converted(path, "eff", told="change.org")
    assert (done.records, raw.decode().splitlines()[1]) == (1, "Ana,,,,,")


def test_the_real_petition_goes_through_every_format(tmp_path: Path) -> None:
    lines, done = converted(REAL, "jsonl")
    assert done.records == 1
    history = put(tmp_path / "a.jsonl", lines)
    resource, _ = converted(history, "osdi")
    osdi = put(tmp_path / "a.json", resource)
    assert json.loads(resource)["total_signatures"] == 5_156_603
    page, _ = converted(osdi, "uk")
    found, real = read_page(page), read_page(REAL.read_bytes())
    assert isinstance(found, PetitionPage)
    assert isinstance(real, PetitionPage)
    assert found.number == real.number
    for key in ("action", "state", "signature_count", "opened_at", "response_threshold_reached_at"):
        assert found.attributes[key] == real.attributes[key]
    again, _ = converted(put(tmp_path / "b.json", page), "jsonl")
    [first] = read_histories(io.BytesIO(lines))
    [second] = read_histories(io.BytesIO(again))
    assert (second.texts, second.identifiers) == (first.texts, first.identifiers)
    assert [(f.event, f.at) for f in second.facts] == [(f.event, f.at) for f in first.facts]


def _page(**changed: object) -> bytes:
    attributes = {"action": "Keep the park", "signature_count": 3, **changed}
    return json.dumps({"data": {"id": 7, "attributes": attributes}}).encode()


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({"opened_at": "2024-01-01T00:00:00Z", "closed_at": "2024-02-01T00:00:00Z"}, "closed"),
        ({"rejected_at": "2024-02-01T00:00:00Z"}, "rejected"),
        ({}, "open"),
    ],
)
def test_a_page_says_the_state_that_its_moments_say(
    changed: dict[str, Any], state: str, tmp_path: Path
) -> None:
    raw, _ = converted(put(tmp_path / "a.json", _page(**changed)), "uk")
    assert json.loads(raw)["data"]["attributes"]["state"] == state


def test_a_petition_without_a_number_or_a_total_has_none(tmp_path: Path) -> None:
    path = put(tmp_path / "a.json", b'{"title": "Keep the park", "identifiers": ["other:x"]}')
    raw, _ = converted(path, "uk")
    data = json.loads(raw)["data"]
    assert (data["id"], data["attributes"]["signature_count"]) == (0, 0)


def test_one_helper_body_and_signatures_of_ours_are_rolls_too(tmp_path: Path) -> None:
    body = put(tmp_path / "a.json", READERS["osdi-signature"].sample)
    raw, done = converted(body, "jsonl")
    assert done.records == 1
    signature = from_plain(
        Signature,
        {
            "id": "00000000-0000-0000-0000-000000000001",
            "petition_id": "00000000-0000-0000-0000-000000000002",
            "particulars": {"name": "Ana Díaz"},
            "text_digest": "d",
            "language": "en",
            "signed_at": "2024-01-01T00:00:00Z",
            "counted_at": "2024-01-01T00:00:00Z",
        },
    )
    [submission] = read_records(io.BytesIO(raw))
    [fact] = [
        one for one in read_records(io.BytesIO(READERS["jsonl"].sample)) if hasattr(one, "event")
    ][:1]
    file = io.BytesIO()
    write_records(file, [signature, submission, fact])
    roll = put(tmp_path / "roll.jsonl", file.getvalue())
    page, done = converted(roll, "osdi")
    assert (done.records, done.refused) == (2, {"not_a_signature": 1})
    items = read_collection(page, "osdi:signatures").items
    assert [submission_of(one).draft.name for one in items] == ["Ana Díaz", "Ana Díaz"]
    assert fact.event is Event.STARTED


@pytest.mark.parametrize(
    ("name", "content", "to"),
    [
        ("a.json", _page(), "eff"),
        ("a.jsonl", READERS["histories"].sample, "osdi"),
        ("a.csv", b"Name\nAna\n", "uk"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(
    name: str, content: bytes, to: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidValueError, match="to: "):
        converted(put(tmp_path / name, content), to)


def test_a_list_of_the_site_is_no_petition_and_a_file_that_is_not_there_is_named(
    tmp_path: Path,
) -> None:
    with pytest.raises(UnreadableFileError, match="the page is not one petition's"):
        converted(put(tmp_path / "a.json", b'{"data": []}'), "jsonl")
    with pytest.raises(UnreadableFileError, match=r"none\.jsonl cannot be read"):
        inspect_source(tmp_path / "none.jsonl")
    with pytest.raises(UnreadableFileError, match="missing or of the wrong type: document"):
        converted(put(tmp_path / "a.json", b"[]"), "jsonl")


def test_every_dialect_can_be_written() -> None:
    assert set(ROLL_DIALECTS) < set(FORMATS)
    assert read_resource(READERS["osdi-petition"].sample)["title"] == "Keep the park"
