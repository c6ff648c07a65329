import json
from pathlib import Path
from typing import Any

import pytest
from cli_samples import Town, files_in, store_rows

REAL = Path(__file__).parents[1] / "data" / "uk-241584.json"
NOW = "2019-03-25T12:00:00Z"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def capture(town: Town, **changed: object) -> Path:
    content: dict[str, Any] = json.loads(REAL.read_text("utf-8"))
    content["data"]["attributes"] |= changed
    return town.write("newer.json", json.dumps(content))


def test_the_real_petition_shows_its_total_and_its_moments(town: Town) -> None:
    lines = [" ".join(line.split()) for line in town.done("import", REAL, now=NOW).splitlines()]
    assert "Revoke Article 50 and remain in the EU." in lines
    assert "supporters 5,156,603" in lines
    assert "opened 2019-02-20T10:25:02.393000Z" in lines
    assert "deadline 2019-08-20T23:00:00Z" in lines
    assert "response 10,000 5,156,603 2019-03-18T13:26:30.257000Z" in lines
    assert "debate 100,000 5,156,603 2019-03-20T20:33:35.184000Z" in lines
    assert "started by -" in lines
    assert "status open since 2019-02-20T10:25:02.393000Z" in lines
    standing = town.standing("--petition", "uk-parliament:241584", now=NOW)
    assert standing["supporters"] == 5_156_603
    assert standing["persons"] == 0


def test_after_its_deadline_the_petition_is_closed_without_anybody_saying_so(town: Town) -> None:
    town.done("import", REAL, now=NOW)
    standing = town.standing(now="2019-08-20T23:00:00Z")
    assert standing["status"]["state"] == "closed"
    assert town.standing(now="2019-08-20T22:59:59.999999Z")["status"]["state"] == "open"


def test_the_same_document_twice_adds_nothing(town: Town) -> None:
    town.done("import", REAL, now=NOW)
    rows = store_rows(town.store)
    town.done("import", REAL, now=NOW)
    assert store_rows(town.store) == rows


@pytest.mark.parametrize("now", [NOW, "2020-01-01T00:00:00Z"])
def test_a_newer_capture_replaces_the_count(town: Town, now: str) -> None:
    town.done("import", REAL, now=NOW)
    newer: dict[str, object] = {
        "signature_count": 6_103_056,
        "updated_at": "2019-08-20T22:00:00.000Z",
    }
    town.done("import", capture(town, **newer), now=now)
    assert town.standing(now=now)["supporters"] == 6_103_056
    assert town.standing(now=now)["thresholds"][0]["reached_at"] == "2019-03-18T13:26:30.257000Z"


def test_a_newer_capture_brings_what_has_happened_since(town: Town) -> None:
    """Each at its own instant, also where the newer count alone would have said another one."""
    before: dict[str, object] = {
        "signature_count": 9_000,
        "updated_at": "2019-03-18T13:00:00.000Z",
        "response_threshold_reached_at": None,
        "debate_threshold_reached_at": None,
    }
    town.done("import", capture(town, **before), now=NOW)
    later = "2019-09-01T00:00:00Z"
    closed: dict[str, object] = {
        "updated_at": "2019-08-20T23:00:00.000Z",
        "closed_at": "2019-08-20T23:00:00.000Z",
        "government_response_at": "2019-03-26T18:00:00.000Z",
        "government_response": {"summary": "No."},
        "debate_outcome_at": "2019-04-02T09:00:00.000Z",
        "debate": {"debated_on": "2019-04-01"},
    }
    town.done("import", capture(town, **closed), now=later)
    standing = town.standing(now=later)
    assert [one["reached_at"] for one in standing["thresholds"]] == [
        "2019-03-18T13:26:30.257000Z",
        "2019-03-20T20:33:35.184000Z",
    ]
    assert standing["supporters"] == 5_156_603
    assert standing["status"]["state"] == "closed"
    rows = store_rows(town.store)
    told = str(rows)
    assert "debated" in told
    assert "No." in told
    town.done("import", capture(town, **closed), now=later)
    assert store_rows(town.store) == rows


def test_an_older_capture_changes_nothing(town: Town) -> None:
    town.done("import", REAL, now=NOW)
    rows = store_rows(town.store)
    older: dict[str, object] = {"signature_count": 7, "updated_at": "2019-03-01T00:00:00.000Z"}
    town.done("import", capture(town, **older), now=NOW)
    assert store_rows(town.store) == rows


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "line 1, column 1: the JSON ends before it is complete"),
        ("[]", "line 1, column 1: missing or of the wrong type: document"),
        ('{"data": []}', "line 1: the page is not one petition's"),
        (
            '{"data": {"id": 1, "attributes": {}}}',
            "line 1, column 34: missing or of the wrong type: data.attributes.action,"
            " data.attributes.signature_count",
        ),
    ],
)
def test_a_document_that_is_none_makes_no_store(town: Town, content: str, words: str) -> None:
    path = town.write("bad.JSON", content)
    code, message = town.refused("import", path)
    assert code == 65
    assert message.startswith(f"error: {words}")


def test_a_document_that_is_not_there_is_named(town: Town) -> None:
    code, message = town.refused("import", town.folder / "nothing.json")
    assert code == 65
    assert "nothing.json cannot be read" in message


def test_a_history_that_no_petition_can_have_is_refused_whole(town: Town) -> None:
    town.published()
    rows = store_rows(town.store)
    odd = capture(town, closed_at="2019-03-19T00:00:00Z", opened_at="2019-03-20T00:00:00Z")
    before = files_in(town.folder)
    result = town.run("import", odd, now=NOW)
    assert result.exit_code == 69
    assert "cannot be" in result.stderr
    assert files_in(town.folder) == before
    assert store_rows(town.store) == rows


@pytest.mark.parametrize(
    "option",
    [
        ("--dry-run",),
        ("--petition", "park"),
        ("--column", "name=Name"),
        ("--encoding", "utf-8"),
        ("--delimiter", ","),
        ("--date-format", "%Y"),
        ("--signed-on", "now"),
    ],
)
def test_options_of_rolls_are_not_silently_ignored(town: Town, option: tuple[str, ...]) -> None:
    code, message = town.refused("import", REAL, *option)
    assert code == 2
    assert "takes only --store, --keys and --now" in message
