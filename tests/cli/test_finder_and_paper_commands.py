"""``petitionkit finder`` and ``petitionkit paper``, and that commands which erase reach both."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cli_samples import Town

from petitionkit.codec import from_json
from petitionkit.paper.keying import Batch
from petitionkit.paper.sheets import Line, Sheet
from petitionkit.paper.sqlite import SQLiteSheetStore, migrate_sheets
from petitionkit.rights import SignerExport
from petitionkit.sampling.verdicts import Verdict
from petitionkit.signature import SignatureDraft

DORA = ("--email", "dora@example.org", "--actor", "clerk-7")
LATER = "2027-03-01T12:00:00Z"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path).imported()


def petition_id(town: Town) -> UUID:
    return UUID(town.done("keys", "status").splitlines()[-1].partition(":")[0])


def test_staff_find_signatures_by_words_until_they_are_erased(town: Town) -> None:
    assert town.refused("finder", "find", "dora")[0] == 66
    assert town.done("finder", "index") == "signatures taken in 5\n"
    assert town.done("finder", "index") == "signatures taken in 0\n"
    assert town.done("finder", "index", "--anew") == "signatures taken in 5\n"
    found = town.done("finder", "find", "engel DORA").splitlines()
    assert (len(found), found[-1]) == (2, "signatures 1")
    assert town.done("finder", "find", "dora cole") == "signatures 0\n"
    records = town.folder / "records.jsonl"
    town.done("signer", "erase", "--records", records, *DORA)
    assert town.done("finder", "find", "dora") == "signatures 0\n"
    (town.folder / "petitions.db.finder-keys").unlink()
    assert town.refused("finder", "index")[0] == 77


def test_sheets_are_accounted_for_given_and_erased(town: Town) -> None:
    assert town.refused("paper", "account")[0] == 66
    migrate_sheets(town.store)
    of = petition_id(town)
    dora = SignatureDraft(name="Dora Engel", email="dora@example.org")
    lines = [Line(sheet="S-1", number=n, draft=dora) for n in (1, 2, 3)]
    read = [
        ("a", lines),
        ("b", [lines[0], Line(sheet="S-1", number=2, draft=SignatureDraft(name="Doro"))]),
    ]
    with closing(SQLiteSheetStore(town.store)) as sheets:
        sheets.add_sheets(of, [Sheet(serial="S-1", lines=4)])
        for by, typed in read:
            at = datetime(2026, 5, 1, tzinfo=UTC)
            sheets.add_batch(of, Batch(id=by, keyed_by=by, keyed_at=at, lines=tuple(typed)))
        sheets.add_verdicts(of, [Verdict(line="S-1:1")])
    told = town.done("paper", "account")
    assert "1 sheets with 4 lines were filed" in told
    assert "S-1:2 was read in different ways: name, email" in told
    assert told.endswith("S-1:3 waits for another reading\n")
    assert "waits" not in town.done("paper", "account", "--readings", "1")
    shown = town.done("signer", "find", *DORA[:2])
    assert [f"{of} on paper S-1:{n}\n" in shown for n in (1, 2, 3, 4)] == [True] * 3 + [False]
    town.done("signer", "export", town.folder / "dora.json", *DORA)
    given = from_json(SignerExport, (town.folder / "dora.json").read_text("utf-8"))
    assert [one.place for one in given.elsewhere] == ["S-1:1", "S-1:2", "S-1:3"]
    records = town.folder / "records.jsonl"
    assert town.done("signer", "erase", "--records", records, *DORA) == "erased 4\n"
    assert b"dora@example.org" not in b"".join(
        path.read_bytes() for path in town.folder.glob("petitions.db*") if path.name[-3:] == ".db"
    )
