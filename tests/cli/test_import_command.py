import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from cli_samples import PETITION, ROLL, Town, csv_text, files_in, read_csv, store_rows
from pytest import MonkeyPatch  # noqa: PT013 (a type, not the module)

from petitionkit.cli import importing, workplace
from petitionkit.errors import StoreUnavailableError
from petitionkit.stores.sqlite import SQLiteStore


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path).published()


def imported(town: Town, *args: object) -> str:
    return town.done("import", town.folder / "roll.csv", *args)


def said(output: str) -> list[str]:
    """Lines without the spaces that a table puts in."""
    return [" ".join(line.split()) for line in output.splitlines()]


def test_an_import_says_what_became_of_every_line_and_what_comes_next(town: Town) -> None:
    lines = said(imported(town))
    assert "4 accepted" in lines
    assert "1 duplicates" in lines
    assert "3 refused" in lines
    assert "1 formula_start: must not begin with ..." in lines
    assert "1 email.no_at: has no @ sign; write it like name@mail.example" in lines
    assert "1 date_in_future: lies in the future; give what is not after today, or now" in lines
    assert "line 4 repeats line 2" in lines
    assert "supporters 5 (persons 4, organisations 1)" in lines
    assert "status open since 2026-03-01T09:00:00Z" in lines
    assert "next closes at 2026-06-01T22:00:00Z (window)" in lines
    assert "reply 3 5 2026-03-03T07:00:00Z" in lines
    assert "debate 5 5 2026-03-07T07:00:00Z" in lines


def test_the_bar_comes_to_the_number_of_lines(town: Town) -> None:
    output = imported(town)
    assert "importing" in output
    assert " 8/8 " in output


def test_the_same_roll_twice_adds_nothing(town: Town) -> None:
    imported(town)
    rows = store_rows(town.store)
    lines = said(imported(town))
    assert "4 accepted, 4 of them in an earlier run" in lines
    assert store_rows(town.store) == rows


def test_the_petition_is_found_by_id_slug_or_identifier(town: Town) -> None:
    with_number = PETITION.replace('slugs = ["park"]', 'slugs = ["pond"]').replace(
        "[starter]", '[[identifiers]]\nsystem = "city"\nvalue = "7:b"\n[starter]'
    )
    town.write("petition.toml", with_number)
    town.published()
    number = town.done("show", "--petition", "city:7:b").split("id ")[1].split()[0]
    for wanted in ("pond", "city:7:b", number, number.replace("-", "")):
        imported(town, "--petition", wanted)
    assert town.standing("--petition", "pond")["supporters"] == 5
    assert town.standing("--petition", "park")["supporters"] == 1


@pytest.mark.parametrize(
    "wanted", ["lake", "city:8", "01890a5d-ac96-774b-bcce-b302099a8057", ":", ""]
)
def test_a_petition_that_is_not_there_is_refused(town: Town, wanted: str) -> None:
    code, message = town.refused("import", town.folder / "roll.csv", "--petition", wanted)
    assert code == 66
    assert message.startswith("error: ")
    assert message.count("\n") == 1


def test_several_petitions_must_be_told_apart(town: Town) -> None:
    town.write("petition.toml", PETITION.replace("park", "pond"))
    town.published()
    code, message = town.refused("import", town.folder / "roll.csv")
    assert code == 66
    assert message == (
        "error: the store holds several petitions; name one with --petition"
        " ('petitionkit show' lists them)\n"
    )


def test_a_store_without_petitions_says_so(town: Town) -> None:
    empty = town.folder / "empty.db"
    town.done("migrate", "--store", empty)
    result = town.run("import", town.folder / "roll.csv", "--store", empty)
    assert result.exit_code == 66
    assert result.stderr == "error: the store holds no petition; publish one there\n"


def test_a_dry_run_reports_the_same_and_leaves_every_byte(town: Town) -> None:
    before = files_in(town.folder)
    rehearsed = said(imported(town, "--dry-run"))
    assert files_in(town.folder) == before
    assert "Dry run: nothing was written" in rehearsed
    real = said(imported(town))
    rehearsed.remove("Dry run: nothing was written")
    assert "4 accepted" in rehearsed
    assert list(filter(None, rehearsed)) == list(filter(None, real))


def test_a_dry_run_sees_what_the_store_holds(town: Town) -> None:
    imported(town)
    assert "4 accepted, 4 of them in an earlier run" in said(imported(town, "--dry-run"))


def test_refused_and_repeated_lines_go_to_files_safe_for_spreadsheets(town: Town) -> None:
    refused, repeated = town.folder / "refused.csv", town.folder / "repeated.csv"
    imported(town, "--refused", refused, "--duplicates", repeated)
    assert read_csv(refused) == [
        ["line", "codes", "Name", "E-mail", "Signed at", "Comment"],
        [
            "5",
            "name:formula_start",
            "'=cmd",
            "formula@example.org",
            "2026-03-04T09:00:00+01:00",
            "",
        ],
        ["6", "email:email.no_at", "Cleo Dahl", "nowhere", "2026-03-05T08:00:00+01:00", "'@me"],
        [
            *("8", "signed_at:date_in_future", "Late Lou", "lou@example.org"),
            *("2026-07-06T08:00:00+01:00", ""),
        ],
    ]
    assert read_csv(repeated) == [["line", "repeats"], ["4", "line 2"]]


def test_refused_lines_come_with_all_their_codes_and_all_their_cells(town: Town) -> None:
    rows = [
        ["Name", "E-mail", "Signed at"],
        ["www.example.org", "a@@b", "2026-03-02"],
        ["A", "b", "c", "d", "=e"],
        ["\tTab", "+1", "2026-13-01"],
        ["Nul\0", "nul@example.org", "2026-03-02"],
    ]
    town.write("roll.csv", csv_text(rows))
    refused = town.folder / "refused.csv"
    imported(town, "--refused", refused)
    assert read_csv(refused)[1:] == [
        ["2", "name:contains_url email:email.many_at", "www.example.org", "a@@b", "2026-03-02"],
        ["3", "row:row.ragged", "A", "b", "c", "d", "'=e"],
        ["4", "signed_at:not_an_instant", "'\tTab", "'+1", "2026-13-01"],
        ["5", "name:control_character", "Nul\0", "nul@example.org", "2026-03-02"],
    ]


def test_files_of_refused_lines_appear_whole_or_not_at_all(
    town: Town, monkeypatch: MonkeyPatch
) -> None:
    refused = town.write("refused.csv", "from an earlier run\n")
    before = files_in(town.folder)

    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailableError("the disk is full")

    monkeypatch.setattr(importing, "take_in", fail)
    result = town.run("import", town.folder / "roll.csv", "--refused", refused)
    assert (result.exit_code, result.stderr) == (74, "error: the disk is full\n")
    assert files_in(town.folder) == before


def test_an_earlier_file_of_refused_lines_is_replaced(town: Town) -> None:
    refused = town.write("refused.csv", "from an earlier run\n" * 1000)
    imported(town, "--refused", refused)
    assert len(read_csv(refused)) == 4


@pytest.mark.parametrize("option", ["--refused", "--duplicates"])
@pytest.mark.parametrize("where", ["", "nowhere/refused.csv"])
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_imported(
    town: Town, option: str, where: str
) -> None:
    rows = store_rows(town.store)
    target = town.folder / where
    code, message = town.refused("import", town.folder / "roll.csv", option, target)
    assert code == 65
    assert message.startswith(f"error: {target}: ")
    assert store_rows(town.store) == rows


@pytest.mark.parametrize("name", ["roll.csv", "petitions.db", "petitions.db.keys"])
@pytest.mark.parametrize("option", ["--refused", "--duplicates"])
def test_nothing_that_the_import_needs_is_written_over(town: Town, name: str, option: str) -> None:
    roll = town.folder / "roll.csv"
    code, message = town.refused("import", roll, option, town.folder / "." / name)
    assert code == 2
    assert "would be written over" in message


def test_two_reports_do_not_go_into_one_file(town: Town) -> None:
    both = town.folder / "out.csv"
    roll = town.folder / "roll.csv"
    code, _ = town.refused("import", roll, "--refused", both, "--duplicates", both)
    assert code == 2


def test_twenty_repeats_are_shown_and_the_others_counted(town: Town) -> None:
    rows = [["Name", "E-mail", "Date"], *([["Ann", "ann@example.org", "2026-03-02"]] * 24)]
    town.write("roll.csv", csv_text(rows))
    lines = said(imported(town))
    assert sum("repeats line 2" in line for line in lines) == 20
    assert "... and 3 more; --duplicates FILE lists all" in lines


def test_repeats_of_other_rolls_and_of_clerks_are_named_too(town: Town) -> None:
    imported(town)
    rows = [
        ["Name", "E-mail", "Date", "Kind"],
        ["Ann", "anna@example.org", "2026-03-02", ""],
        ["FRIENDS of the Park", "", "2026-03-02", "org"],
    ]
    town.write("roll.csv", csv_text(rows))
    lines = said(imported(town))
    assert any(line.startswith("line 2 repeats line 2 of roll ") for line in lines)
    assert any(line.startswith("line 3 repeats signature ") for line in lines)


def test_a_roll_without_dates_needs_to_be_told_when_it_was_signed(town: Town) -> None:
    roll = town.write("roll.csv", "Name,E-mail\nAnn,ann@example.org\n")
    code, message = town.refused("import", roll)
    assert code == 65
    assert "--signed-on" in message
    town.done("import", roll, "--signed-on", "2026-03-02T10:00:00+01:00")
    assert town.done("export", "-").splitlines()[-1].split(",")[3] == "2026-03-02T09:00:00Z"


def test_a_roll_without_dates_may_have_been_signed_now(town: Town) -> None:
    roll = town.write("roll.csv", "Name,E-mail\nAnn,ann@example.org\n")
    town.done("import", roll, "--signed-on", "now")
    assert town.done("export", "-").splitlines()[-1].split(",")[3] == "2026-06-01T12:00:00Z"


def test_a_plain_day_for_undated_lines_is_one_of_the_policy_s_zone(town: Town) -> None:
    roll = town.write("roll.csv", "Name,E-mail\nAnn,ann@example.org\n")
    town.done("import", roll, "--signed-on", "2026-03-02")
    assert town.done("export", "-").splitlines()[-1].split(",")[3] == "2026-03-01T23:00:00Z"


@pytest.mark.parametrize("text", ["yesterday", "2026-13-02", "2.3.2026", "Now"])
def test_an_instant_for_undated_lines_must_be_one(town: Town, text: str) -> None:
    code, message = town.refused("import", town.folder / "roll.csv", "--signed-on", text)
    assert code == 2
    assert "--signed-on" in message


def test_dates_are_local_to_the_policy_s_zone_and_may_have_a_pattern(town: Town) -> None:
    roll = town.write("roll.csv", "Name;E-mail;Date\nAnn;ann@example.org;05.03.2026\n")
    town.done("import", roll, "--date-format", "%d.%m.%Y")
    assert town.done("export", "-").splitlines()[-1].split(",")[3] == "2026-03-04T23:00:00Z"


@pytest.mark.parametrize("pattern", ["%Q", "%", "%Y %Y", "%s"])
def test_a_pattern_that_cannot_be_read_is_refused_at_once(town: Town, pattern: str) -> None:
    code, message = town.refused("import", town.folder / "roll.csv", "--date-format", pattern)
    assert code == 2
    assert "--date-format" in message


def test_columns_encoding_and_delimiter_may_be_named(town: Town) -> None:
    roll = town.folder / "roll.csv"
    roll.write_bytes("Wer:Wann:Wo\nJosé:2026-03-02T10.00.00Z:jose@example.org\n".encode("latin-1"))
    town.done(
        *("import", roll, "--encoding", "latin-1", "--delimiter", ":"),
        *("--column", "name=Wer", "--column", "signed_at=Wann", "--column", "email=Wo"),
        *("--date-format", "%Y-%m-%dT%H.%M.%S%z"),
    )
    assert town.done("export", "-").splitlines()[-1].split(",")[1] == "José"


def test_a_column_without_its_header_is_a_wrong_call(town: Town) -> None:
    code, message = town.refused("import", town.folder / "roll.csv", "--column", "name")
    assert code == 2
    assert "--column FIELD=HEADER" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the roll is empty"),
        (b"\xef\xbb\xbf", "the roll is empty"),
        (b"Ann,ann@example.org\n", "line 1, column 1: the first line names no known column"),
        (
            ROLL.encode() + b"Zo\xe9,zoe@example.org,2026-03-02,\n",
            "line 10, column 3: the text",
        ),
        (ROLL.encode() + b"Zoe,zoe@exa", "line 10, column 1: the roll ends in the middle of a row"),
        (ROLL.encode() + b'"Zoe,zoe@exa\n', "line 10, column 1: a quotation mark is opened here"),
        (
            ROLL.encode() + b"x" * 2_000_000,
            "line 10, column 1048576: the line",
        ),
    ],
)
def test_a_roll_that_is_not_sound_is_refused_before_anything_is_imported(
    town: Town, content: bytes, words: str
) -> None:
    roll = town.folder / "roll.csv"
    roll.write_bytes(content)
    rows = store_rows(town.store)
    code, message = town.refused("import", roll, "--refused", town.folder / "refused.csv")
    assert code == 65
    assert message.startswith(f"error: {words}")
    assert message.count("\n") == 1
    assert store_rows(town.store) == rows


def test_a_roll_that_is_not_there_is_named(town: Town) -> None:
    code, message = town.refused("import", town.folder / "nothing.csv")
    assert code == 65
    assert message == (
        f"error: {town.folder / 'nothing.csv'} cannot be read: No such file or directory\n"
    )


def test_ragged_rows_do_not_stop_the_others(town: Town) -> None:
    roll = town.write("roll.csv", "Name,E-mail,Date\nAnn\nBen,b@example.org,2026-03-02\n")
    lines = said(town.done("import", roll))
    assert "1 accepted" in lines
    assert "1 row.ragged: has ... cells where the header has ...; mend the line" in lines


def test_a_roll_that_comes_after_the_end_counts_what_was_signed_before(town: Town) -> None:
    town.done("close", "--by", "office")
    lines = said(town.done("import", town.folder / "roll.csv"))
    assert "4 accepted" in lines  # they were signed before it closed
    assert "status closed since 2026-06-01T12:00:00Z, by closing.office: office" in lines


def test_an_interruption_ends_with_130_and_what_to_do(town: Town, monkeypatch: MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> Iterator[None]:
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "take_in", interrupt)
    code, message = town.refused("import", town.folder / "roll.csv")
    assert (code, message) == (130, "interrupted; run the same command again to go on\n")


def test_a_store_that_another_process_has_locked_ends_with_75(
    town: Town, monkeypatch: MonkeyPatch
) -> None:
    impatient = partial(SQLiteStore, busy_seconds=0.01)
    monkeypatch.setattr(workplace, "SQLiteStore", impatient)
    with closing(sqlite3.connect(town.store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = town.run("import", town.folder / "roll.csv")
    assert result.exit_code == 75
    assert result.stderr == "error: the store is locked by another process; try again\n"
