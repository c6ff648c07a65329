"""Two processes that import the same roll into one store at once end like one that did it alone."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli_samples import NOW, Town, many_rows, store_rows, write_rows

EXECUTABLE = Path(sys.executable).with_name("petitionkit")
# Ids at random; and the last numbers used, of which whoever lost a race for a row has used one.
CHANCE = {"petitionkit_notice": ["id"], "sqlite_sequence": ["seq"]}


def start(store: Path, roll: Path, number: int) -> subprocess.Popen[str]:
    refused = store.with_name(f"refused-{number}.csv")
    keys = store.with_name("petitions.db.keys")
    command = [EXECUTABLE, "import", roll, "--store", store, "--refused", refused]
    return subprocess.Popen(  # noqa: S603 (our own program)
        [*map(str, command), "--now", NOW, "--keys", str(keys)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def at_once(store: Path, roll: Path, processes: int) -> None:
    running = [start(store, roll, n) for n in range(processes)]
    for process in running:
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0, err


@pytest.mark.parametrize("lines", [3000, pytest.param(20_000, marks=pytest.mark.long)])
def test_a_roll_that_is_imported_twice_at_once_is_imported_once(tmp_path: Path, lines: int) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    alone.mkdir()
    town = Town(alone)
    town.published()
    shutil.copytree(alone, together)
    roll = write_rows(tmp_path / "roll.csv", many_rows(lines))
    at_once(alone / "petitions.db", roll, 1)
    at_once(together / "petitions.db", roll, 2)
    rows = [store_rows(f / "petitions.db", but=CHANCE) for f in (alone, together)]
    assert len(rows[0]["petitionkit_signature"]) > lines // 2
    assert rows[1] == rows[0]
    refused = [(f / "refused-0.csv").read_bytes() for f in (alone, together)]
    assert refused[0] == refused[1] == (together / "refused-1.csv").read_bytes()
