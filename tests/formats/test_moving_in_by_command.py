"""Moving in from the command line: into a store, and into files."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytition_samples import SCHEMA, pytition_database

from petitionkit.cli.app import app

INITIATIVES = (
    "reference;title/en;description/en;state;created_at;published_at;signatures;hashtag\n"
    "A;Keep the park;<p>Ours</p>;published;2024-01-01 08:00;2024-01-02 08:00;1234;x\n"
)
POLICY = 'name = "as-there"\nversion = "1"\n[window]\nzone = "UTC"\n'


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY)
    return path


@pytest.fixture
def pytition(tmp_path: Path) -> Path:
    path = tmp_path / "pytition #1.sqlite3"
    signatures = [
        {"id": n, "first_name": "Ana", "last_name": "D", "email": email, "confirmed": 1}
        | {"petition_id": petition, "date": "2024-02-01 10:00:00"}
        for n, email, petition in (
            (1, "ana@example.org", 7),
            (2, "Ana@example.org", 7),
            (3, "ben@example.org", 8),
        )
    ]
    pytition_database(
        schema=SCHEMA,
        path=str(path),
        petition=[
            {"id": 7, "title": "Keep the park", "text": "", "target": 9},
            {"id": 8, "title": ""},
        ],
        signature=signatures,
    ).close()
    return path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    said = {"signature_count": 12, "opened_at": "2019-03-02T00:00:00Z"}
    (folder / "1.json").write_text(
        json.dumps({"data": {"id": 1, "attributes": {"action": "Keep the park", **said}}})
    )
    listed = {"data": [{"id": 2, "attributes": {"action": "Keep the pool", **said}}]}
    (folder / "list.json").write_text(json.dumps(listed))
    (folder / "cut.json").write_text('{"data"')
    return folder


def run(*args: object) -> Result:
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_pytition_database_moves_into_a_store_and_again_adds_nothing(
    pytition: Path, policy: Path, tmp_path: Path
) -> None:
    command = ("convert", pytition, tmp_path / "a.db", "--to", "store", "--policy", policy)
    first, second = run(*command), run(*command, "--from", "pytition")
    assert (
        first.output.splitlines()
        == second.output.splitlines()
        == [
            "pytition:7: 2 there, 1 here (duplicate -1)",
            "  no place here: target",
            "pytition:8: 1 there, stays there: petition_petition: title: is required [required]",
            "1 petitions moved in: 3 there, 1 here",
        ]
    )
    shown = run("show", "--json", "--store", tmp_path / "a.db")
    assert json.loads(shown.output)["supporters"] == 1


def test_a_tree_of_pages_moves_into_a_store_under_the_sites_policy(
    tree: Path, tmp_path: Path
) -> None:
    result = run("convert", tree, tmp_path / "a.db", "--to", "store")
    assert result.output.splitlines() == [
        "uk-parliament:1: 12 there, 12 here",
        f"not read: {tree / 'cut.json'}: json.cut: line 1, column 8: "
        "the JSON ends before it is complete",
        "not read: petition 2 has no page of its own",
        "1 petitions moved in: 12 there, 12 here",
    ]


def test_decidims_open_data_moves_into_a_store(policy: Path, tmp_path: Path) -> None:
    source = tmp_path / "initiatives.csv"
    source.write_text(INITIATIVES, "utf-16")
    result = run("convert", source, tmp_path / "a.db", "--to", "store", "--policy", policy)
    assert result.output.splitlines() == [
        "decidim:A: 1,234 there, 1,234 here",
        "  no place here: hashtag",
        "1 petitions moved in: 1,234 there, 1,234 here",
    ]


def test_petitions_of_all_three_become_json_lines_and_what_was_left_is_told(
    pytition: Path, tree: Path, tmp_path: Path
) -> None:
    source = tmp_path / "initiatives.csv"
    source.write_text(INITIATIVES)
    printed = {
        path.name: run("convert", path, tmp_path / "a.jsonl", "--to", "jsonl").output.splitlines()
        for path in (pytition, tree, source)
    }
    assert printed == {
        pytition.name: [
            "1 petitions as jsonl",
            "columns with no place here: target",
            "not handed on: 1 pytition.wrong_value",
            "left out: 2 signature",
        ],
        tree.name: ["1 petitions as jsonl", "not handed on: 2 unread"],
        source.name: ["1 petitions as jsonl", "columns with no place here: hashtag"],
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Name\nAna\n", "into a store this file comes with: petitionkit import"),
        (INITIATIVES.encode(), "decidim has no policy; name one with --policy"),
    ],
)
def test_what_cannot_move_in_is_refused_before_there_is_a_store(
    content: bytes, message: str, tmp_path: Path
) -> None:
    source, store = tmp_path / "a.csv", tmp_path / "a.db"
    source.write_bytes(content)
    result = run("convert", source, store, "--to", "store")
    assert (result.exit_code, store.exists()) == (2, False)
    assert message in result.stderr


def test_a_database_that_is_not_there_is_named(policy: Path, tmp_path: Path) -> None:
    command = ("convert", tmp_path / "none.db", tmp_path / "a.db", "--to", "store")
    result = run(*command, "--policy", policy, "--from", "pytition")
    assert result.exit_code == 65
    assert "none.db cannot be read" in result.stderr
