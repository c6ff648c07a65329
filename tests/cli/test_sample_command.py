"""``petitionkit sample``: plan, draw and decide."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from petitionkit.cli.app import app


def run(*args: object) -> Result:
    return CliRunner().invoke(app, ["sample", *map(str, args)])


def done(*args: object) -> str:
    result = run(*args)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(f"S-{n}:1" for n in range(1, 2001)), "utf-8")
    return path


@pytest.fixture
def counties(tmp_path: Path) -> Path:
    path = tmp_path / "lines.csv"
    rows = [f"S-{n}:1,{'north' if n % 2 else 'south'}" for n in range(1, 2001)]
    path.write_text("\n".join(["line,stratum", *rows]), "utf-8")
    return path


def fill(path: Path, *, times: str = "") -> Path:
    rows = path.read_text("utf-8").splitlines()
    done = [row.replace(",,,", f",valid,,{times}") if row.endswith(",,,") else row for row in rows]
    path.write_text("\n".join(done), "utf-8")
    return path


def test_a_plan_says_how_many_lines_and_what_is_not_established() -> None:
    args = ("--statute", "california", "--margin", 2000, "--required", 100_000)
    told = done("plan", 150_000, *args, "--expected", 110_000)
    assert told.splitlines() == [
        "California Elections Code 9115: 4,500",
        "  as read on 2026-11-23: sample size, bands and roundings read; the same figures for"
        " statewide petitions (9030, 9031) are from memory, 0.95",
        "for a margin of 2,000 signatures: 7,453",
        "to tell 110,000 from 100,000: 2,157",
    ]
    told = done("plan", 150_000, "--statute", "florida")
    assert "not established" in told
    assert "the rule's own formula" in told
    assert done("plan", 150_000, "--margin", 2000) == "for a margin of 2,000 signatures: 7,453\n"


def test_a_sample_is_drawn_filled_in_and_decided(lines: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    told = done("draw", lines, sheet, "--seed", "4711", "--statute", "maryland")
    assert told == "500 of 2,000 lines drawn, seed 4711\n"
    fill(sheet, times="1")
    args = ("--required", 1000, "--statute", "maryland", "--lines", lines)
    told = done("decide", sheet, *args)
    assert told.startswith("500 of 2,000 lines drawn: valid 500\nby pairs seen in the sample: ")
    assert "by duplicates looked up in the whole file: estimate 2,000" in told
    assert "legal: By Maryland Election Law 6-207 as read on 2026-11-23, there are enough" in told
    assert "Assumed: a further line of a person" in told
    assert "statistical: By the split test at 0.05, there are enough" in told
    plain = json.loads(done("decide", sheet, *args, "--json"))
    assert plain["statistical"]["answer"] == plain["legal"]["answer"] == "sufficient"
    assert (plain["legal"]["read_on"], plain["statistical"]["read_on"]) == ("2026-11-23", None)
    assert plain["whole_file"] == {"estimate": 2000, "standard_error": 0}
    assert plain["pairs"]["lower_95"] < 2000 == plain["pairs"]["upper_95"]
    assert plain["totals"] == [{"valid": 500}]
    unchecked = json.loads(done("decide", sheet, "--required", 1000, "--json"))
    assert unchecked["statistical"] == plain["statistical"]
    assert "legal" not in unchecked


def test_a_larger_sample_takes_the_verdicts_of_the_smaller_over(
    lines: Path, tmp_path: Path
) -> None:
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    done("draw", lines, small, "--seed", "4711", "--size", 50)
    fill(small)
    done("draw", lines, large, "--seed", "4711", "--size", 80, "--keep", small)
    rows = large.read_text("utf-8").splitlines()
    assert sum(row.endswith(",valid,,") for row in rows) == 50
    assert len(rows) == 81
    refused = run("draw", lines, large, "--seed", "4711", "--size", 40, "--keep", small)
    assert (refused.exit_code, "sample.too_small" in refused.output) == (65, True)
    refused = run("draw", lines, large, "--seed", "4712", "--size", 80, "--keep", small)
    assert (refused.exit_code, "sample.other_seed" in refused.output) == (65, True)


def test_counties_are_drawn_and_decided_apart(counties: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sizes = ("--size", "north=300", "--size", "south=500")
    told = done("draw", counties, sheet, "--seed", "4711", *sizes)
    assert told.splitlines()[1] == "500 of 1,000 lines drawn from south, seed 4711"
    fill(sheet)
    told = done("decide", sheet, "--required", 900, "--lines", counties)
    assert "north: 300 of 1,000 lines drawn: valid 300" in told
    assert "By the interval test at 0.05" in told
    assert done("draw", counties, "-", "--seed", "1", "--statute", "california").count("\n") > 1000


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("plan", 1000), 2, "name a --statute"),
        (("plan", 1000, "--required", 5), 2, "go together"),
        (("plan", 1000, "--statute", "mars"), 66, "there are: arizona"),
        (("draw", "LINES", "w.csv", "--seed", "s"), 2, "name a --statute or a --size"),
        (("draw", "LINES", "w.csv", "--seed", "s", "--size", "x"), 2, "--size STRATUM=N"),
        (("draw", "LINES", "w.csv", "--seed", "s", "--size", 2001), 65, "more_than_all"),
        (("draw", "LINES", "LINES", "--seed", "s", "--size", 1), 2, "written over"),
        (("draw", "LINES", "w.csv", "--seed", "s", "--statute", "florida"), 2, "not established"),
        (("draw", "no.txt", "w.csv", "--seed", "s", "--size", 1), 65, "cannot be read"),
        (("draw", "latin.txt", "w.csv", "--seed", "s", "--size", 1), 65, "not UTF-8"),
        (("draw", "empty.txt", "w.csv", "--seed", "s", "--size", 1), 65, "names no lines"),
        (("draw", "ragged.csv", "w.csv", "--seed", "s", "--size", 1), 65, "line 3"),
        (("decide", "LINES", "--required", 5), 65, "no worksheet"),
    ],
)
def test_wrong_calls_and_files_end_with_a_code_and_a_reason(
    args: tuple[object, ...], code: int, said: str, lines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(lines.parent)
    Path("latin.txt").write_bytes(b"\xe4")
    Path("empty.txt").write_text("\n", "utf-8")
    Path("ragged.csv").write_text("line,other\na,b\nc\n", "utf-8")
    result = run(*(lines.name if one == "LINES" else one for one in args))
    assert (result.exit_code, said in result.output) == (code, True), result.output


def test_ids_in_a_column_without_strata_are_one_stratum(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("line\na\nb\n", "utf-8")
    assert "1 of 2 lines drawn, seed s" in done(
        "draw", path, tmp_path / "w.csv", "--seed", "s", "--size", 1
    )
