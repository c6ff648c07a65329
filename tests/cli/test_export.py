import csv
import io
from pathlib import Path

import pytest
from cli_samples import NOW, Town, csv_text, read_csv, store_rows
from pytest import MonkeyPatch  # noqa: PT013 (a type, not the module)

from petitionkit.civil import parse_instant
from petitionkit.cli.files import csv_file
from petitionkit.cli.workplace import StoreFiles
from petitionkit.errors import StoreUnavailableError, UnreadableFileError
from petitionkit.formats.cells import csv_safe
from petitionkit.outcomes import Withdrawn
from petitionkit.stores.sqlite import SQLiteStore


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path).published()
    town.done("import", town.folder / "roll.csv")
    return town


def exported(town: Town, *args: object) -> list[list[str]]:
    return list(csv.reader(io.StringIO(town.done("export", "-", *args))))


def test_an_export_holds_what_counts_and_no_addresses(town: Town) -> None:
    assert exported(town) == [
        ["number", "name", "kind", "signed_at", "channel"],
        ["1", "Friends of the Park", "organisation", "2026-03-01T09:00:00Z", "clerk"],
        ["2", "Anna Berg", "person", "2026-03-02T07:00:00Z", "import"],
        ["3", "Ben Cole", "person", "2026-03-03T07:00:00Z", "import"],
        ["4", "Dora Engel", "person", "2026-03-06T07:00:00Z", "import"],
        ["5", "Emil Fry", "person", "2026-03-07T07:00:00Z", "import"],
    ]


def test_addresses_and_comments_come_where_they_are_asked_for_and_are_no_formulas(
    town: Town,
) -> None:
    rows = exported(town, "--with-contact")
    assert rows[0][5:] == ["email", "phone", "comment"]
    assert rows[1][5:] == ["", "", ""]
    assert rows[3][5:] == ["ben@example.org", "", "'=1+1"]
    assert rows[5][5:] == ["emil@example.org", "", "'-"]


def test_an_export_into_a_file_is_the_one_on_the_screen(town: Town) -> None:
    path = town.folder / "out.csv"
    assert town.done("export", path) == ""
    assert read_csv(path) == exported(town)
    assert [p.name for p in town.folder.iterdir() if p.name.startswith("out")] == ["out.csv"]


def test_exporting_writes_nothing_to_the_store(town: Town) -> None:
    rows = store_rows(town.store)
    exported(town)
    assert store_rows(town.store) == rows


def test_withdrawn_signatures_are_left_out(town: Town) -> None:
    with StoreFiles.beside(town.store, now=parse_instant(NOW)).open() as place:
        petition = place.find(None)
        anna = place.store.signatures(petition.id)[1].signature
        assert isinstance(place.desk.withdraw(anna.id), Withdrawn)
    assert [row[1] for row in exported(town)[1:]] == [
        "Friends of the Park",
        "Ben Cole",
        "Dora Engel",
        "Emil Fry",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert csv_safe(f"{start}1") == f"'{start}1"
    assert csv_safe(start) == f"'{start}"


@pytest.mark.parametrize("cell", ["", "Anna", "1-2", " =1", "'1", "a@b", "a=1"])
def test_what_no_spreadsheet_runs_stays_as_it_is(cell: str) -> None:
    assert csv_safe(cell) == cell


def test_more_than_a_page_of_signatures_is_exported_without_gap_or_repeat(town: Town) -> None:
    rows = [["Name", "E-mail", "Date"]]
    rows += [[f"P{n}", f"p{n}@example.org", "2026-03-02"] for n in range(2100)]
    town.done("import", town.write("many.csv", csv_text(rows)))
    numbers = [int(row[0]) for row in exported(town)[1:]]
    assert numbers == list(range(1, 2106))


@pytest.mark.parametrize("name", ["petitions.db", "petitions.db.keys"])
def test_an_export_never_writes_over_the_store_or_its_keys(town: Town, name: str) -> None:
    code, message = town.refused("export", town.folder / name)
    assert code == 2
    assert "would be written over" in message


@pytest.mark.parametrize("where", ["", "nowhere/out.csv"])
def test_a_place_that_cannot_be_written_is_refused(town: Town, where: str) -> None:
    code, message = town.refused("export", town.folder / where)
    assert code == 65
    assert message.startswith(f"error: {town.folder / where}: ")


def test_a_store_that_fails_on_the_way_leaves_no_half_export(
    town: Town, monkeypatch: MonkeyPatch
) -> None:
    path = town.write("out.csv", "from an earlier run\n")

    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailableError("the disk reports an error")

    monkeypatch.setattr(SQLiteStore, "signatures", fail)
    code, message = town.refused("export", path)
    assert (code, message) == (74, "error: the disk reports an error\n")


def test_a_disk_that_is_full_is_reported_with_the_file(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    path = tmp_path / "out.csv"

    class Full:
        def writerow(self, _: object) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("petitionkit.cli.files.csv.writer", lambda _: Full())
    with (
        pytest.raises(UnreadableFileError, match=r"out\.csv: No space left on device"),
        csv_file(path) as write,
    ):
        write(["a"])
    assert list(tmp_path.iterdir()) == []


def test_without_a_path_rows_are_dropped() -> None:
    with csv_file(None) as write:
        write(["a"])
