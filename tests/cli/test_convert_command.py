from pathlib import Path

import pytest
from cli_samples import Town

REAL = Path(__file__).parents[1] / "data" / "uk-241584.json"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_a_roll_becomes_another_systems_and_what_was_lost_is_printed(town: Town) -> None:
    roll = town.write(
        "roll.csv",
        "first_name,last_name,phone,email,subscribed_to_mailinglist,confirmed\n"
        "Ana,D,,a@example.org,True,True\nBen,C,,b@example.org,True,False\n",
    )
    target = town.folder / "out.csv"
    printed = town.done("convert", roll, target, "--to", "change.org")
    assert printed.splitlines() == [
        "1 signatures as change.org",
        "columns with no place here: subscribed_to_mailinglist",
        "not handed on: 1 row.unconfirmed",
        "left out: 1 email",
    ]
    assert target.read_text("utf-16").splitlines()[1] == "Ana D\t\t\t\t\t"


def test_a_petition_becomes_json_lines(town: Town) -> None:
    target = town.folder / "out.jsonl"
    assert town.done("convert", REAL, target, "--to", "jsonl") == "1 petitions as jsonl\n"
    assert target.read_bytes().startswith(b'{"petitionkit":1}\n')


def test_a_refused_file_leaves_nothing_behind(town: Town) -> None:
    bad = town.write("bad.json", '{"data": {"id": 7}}')
    target = town.folder / "out.jsonl"
    code, message = town.refused("convert", bad, target, "--to", "jsonl")
    assert (code, target.exists()) == (65, False)
    assert "line 1, column 10: missing or of the wrong type: data.attributes" in message


def test_a_file_is_not_written_over_itself(town: Town) -> None:
    code, message = town.refused("convert", REAL, REAL, "--to", "jsonl")
    assert code == 2
    assert "would be written over" in message
