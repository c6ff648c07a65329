import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from petitionkit.desk import Desk
from petitionkit.errors import UnreadableFileError
from petitionkit.formats.moving import Reconciliation, move_in
from petitionkit.formats.uk_tree import inspect_tree, read_tree
from petitionkit.ids import new_id
from petitionkit.presets import load
from petitionkit.stores.memory import MemoryStore
from samples import KEYS, Clock

NOW = datetime(2019, 4, 1, tzinfo=UTC)
UK = load("uk-parliament")


def item(number: int, count: int, at: str, **more: object) -> dict[str, Any]:
    attributes = {
        "action": f"Keep park {number}",
        "signature_count": count,
        "created_at": "2019-03-01T00:00:00.000Z",
        "opened_at": "2019-03-02T00:00:00.000Z",
        "updated_at": at,
        **more,
    }
    return {"type": "petition", "id": number, "attributes": attributes}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = {
        "2019/03/petitions/1.json": {"data": item(1, 10, "2019-03-10T00:00:00Z")},
        "2019/03/petitions/1_older.json": {"data": item(1, 8, "2019-03-05T00:00:00Z")},
        "2019/04/petitions/1.json": {"data": item(1, 30, "2019-03-30T00:00:00Z")},
        "2019/04/petitions.json": {
            "data": [item(1, 33, "2019-03-31T00:00:00Z"), item(2, 5, "2019-03-31T00:00:00Z")]
        },
        "2019/04/petitions/1/count.json": {"signature_count": 34},
        "3.json": {
            "data": item(
                3,
                7,
                "2019-03-31T00:00:00Z",
                signatures_by_country=[{"name": "France", "code": "FR", "signature_count": 6}],
            )
        },
        "bad.json": {"data": {}},
    }
    for name, content in pages.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    (tmp_path / "readme.txt").write_text("no page")
    (tmp_path / "cut.json").write_bytes(b'{"data"')
    return tmp_path


def moved(folder: Path, desk: Desk) -> list[Reconciliation]:
    tree = inspect_tree(folder)
    return [
        move_in(desk, moving, UK) for moving in read_tree(tree, policy=UK, new_id=new_id, now=NOW)
    ]


def test_every_page_is_found_and_told_apart(folder: Path) -> None:
    tree = inspect_tree(folder)
    assert sorted(tree.captures) == [1, 2, 3]
    assert tree.captures[1].path == folder / "2019/04/petitions/1.json"
    assert tree.captures[2].path is None
    assert tree.others == (folder / "2019/04/petitions/1/count.json",)
    assert {path.name: text.partition(":")[0] for path, text in tree.unread.items()} == {
        "bad.json": "uk.wrong_key",
        "cut.json": "json.cut",
    }


def test_petitions_move_in_and_both_counts_are_accounted_for(folder: Path) -> None:
    desk = Desk(MemoryStore(), secrets=KEYS, clock=Clock(NOW))
    one, three = moved(folder, desk)
    assert (one.theirs, one.ours, one.reasons) == (33, 30, {"captured_earlier": -3})
    assert one.unexplained == 0
    assert (three.theirs, three.ours, three.reasons) == (7, 7, {})
    assert three.unmapped == ("signatures_by_country adds up to 6, signature_count says 7",)
    again, _ = moved(folder, desk)
    assert (again.ours, again.petition.id, again.unexplained) == (30, one.petition.id, 0)


def test_a_later_tree_brings_the_newer_page(folder: Path) -> None:
    desk = Desk(MemoryStore(), secrets=KEYS, clock=Clock(NOW))
    moved(folder, desk)
    later = item(
        1, 50, "2019-04-01T00:00:00Z", response_threshold_reached_at="2019-03-31T00:00:00Z"
    )
    (folder / "later.json").write_text(json.dumps({"data": later}))
    one, _ = moved(folder, desk)
    assert (one.theirs, one.ours, one.unexplained) == (50, 50, 0)
    assert [fact.subject for fact in one.petition.facts if fact.rule.endswith("reached_at")] == [
        "response"
    ]


def test_a_page_that_changes_meanwhile_is_refused(folder: Path) -> None:
    tree = inspect_tree(folder)
    (folder / "3.json").write_text('{"data": []}')
    with pytest.raises(UnreadableFileError, match="the page has changed meanwhile"):
        list(read_tree(tree, policy=UK, new_id=new_id, now=NOW))
