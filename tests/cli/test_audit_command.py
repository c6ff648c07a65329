import sys
from pathlib import Path

import pytest
from cli_samples import Town, read_csv, store_rows

from petitionkit.codec import to_toml
from petitionkit.duplicates.rule_sets import load

ROLL = """\
Id,Name,E-mail,Street,Postcode,Signed at
a,Anna Berg,anna@example.org,1 High St,AB1 2CD,2026-03-02T08:00:00Z
b,Ana Berg,anna+x@example.org,1 High Street,AB1 2CD,2026-03-02T09:00:00Z
c,Ben Berg,ben@example.org,1 High St,AB1 2CD,2026-03-03T08:00:00Z
"""


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path).published()
    (town.folder / "audit.csv").write_text(ROLL, encoding="utf-8")
    return town


@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_a_roll_is_audited_and_the_pairs_are_written(town: Town, engine: str) -> None:
    pairs = town.folder / "pairs.csv"
    text = town.done("audit", town.folder / "audit.csv", "--csv", pairs, "--engine", engine)
    assert "pairs: same_person 1, likely 0, review 0, household 2" in text
    assert "3 signatures by roll" in text
    header, *rows = read_csv(pairs)
    assert header[:3] == ["left", "right", "tier"]
    assert header[5:] == ["name", "mail", "phone", "address"]
    assert [row[:3] for row in rows] == [
        ["a", "b", "same_person"],
        ["a", "c", "household"],
        ["b", "c", "household"],
    ]


def test_the_report_is_a_page_for_its_owner_alone(town: Town) -> None:
    page = town.folder / "report.html"
    text = town.done("audit", town.folder / "audit.csv", "--html", page)
    assert f"report in {page}" in text
    assert "Anna Berg" in page.read_text("utf-8")
    assert page.stat().st_mode & 0o077 == 0
    town.done("audit", town.folder / "audit.csv", "--html", page, "--redact")
    assert "Anna" not in page.read_text("utf-8")


def test_the_signatures_of_the_store_are_audited_and_left_alone(town: Town) -> None:
    town.done("import", town.folder / "roll.csv")
    before = store_rows(town.store)
    text = town.done("audit", "--petition", "park")
    assert "5 signatures by roll" in text
    assert store_rows(town.store) == before


def test_rules_of_ones_own_are_read_from_a_file(town: Town) -> None:
    path = town.folder / "rules.toml"
    path.write_text(to_toml(load("register")), encoding="utf-8")
    text = town.done("audit", town.folder / "audit.csv", "--rules", path)
    assert "3 signatures by register" in text


def test_columns_can_be_named(town: Town) -> None:
    path = town.folder / "audit.csv"
    path.write_text(ROLL.replace("Name", "Who"), encoding="utf-8")
    text = town.done("audit", path, "--column", "name=Who")
    assert "household 2" in text


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["audit.csv", "--rules", "ballots"], 2, "register, roll"),
        (["audit.csv", "--rules", "latin.toml"], 65, "not UTF-8"),
        (["audit.csv", "--column", "name"], 2, "FIELD=HEADER"),
        (["audit.csv", "--html", "audit.csv"], 2, "written over"),
        (["audit.csv", "--html", "x", "--csv", "x"], 2, "written over"),
        (["gone.csv"], 65, "cannot be read"),
        (["--petition", "lake"], 66, "no petition"),
    ],
)
def test_what_cannot_be_done_is_said(
    town: Town, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, words: str
) -> None:
    monkeypatch.chdir(town.folder)
    Path("latin.toml").write_bytes(b"\xe9")
    result = town.run("audit", *arguments)
    assert result.exit_code == code
    assert words in result.output


def test_an_engine_that_is_not_there_names_its_extra(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "petitionkit.duplicates.duckdb_engine", raising=False)
    monkeypatch.delattr("petitionkit.duplicates.duckdb_engine", raising=False)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    result = town.run("audit", town.folder / "audit.csv", "--engine", "duckdb")
    assert result.exit_code == 2
    assert "petitionkit[duckdb]" in result.output


def test_without_the_list_of_disposable_domains_none_is_told(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "disposable_email_domains", None)
    path = town.folder / "audit.csv"
    path.write_text(ROLL.replace("ben@example.org", "ben@mailinator.com"), encoding="utf-8")
    assert "signals: 0" in town.done("audit", path)
    monkeypatch.undo()
    assert "signals: 1" in town.done("audit", path)
