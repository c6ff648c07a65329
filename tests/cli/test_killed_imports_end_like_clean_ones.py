"""An import that was killed (SIGKILL) at any moment and run again ends like one clean run."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest
from attrs import frozen
from cli_samples import NOW, Rows, Town, many_rows, store_rows, write_rows

pytestmark = pytest.mark.skipif(not hasattr(os, "kill"), reason="there is nothing to kill with")

EXECUTABLE = Path(sys.executable).with_name("petitionkit")
LINES = 20_000
# Made from the machine's random source, and no part of what a run decides.
RANDOM_IDS = {"petitionkit_notice": ["id"]}


@frozen
class Clean:
    """A published petition and a roll, and what one clean run makes of them."""

    town: Town
    roll: Path
    rows: Rows
    refused: bytes
    report: list[str]


def start(store: Path, roll: Path, refused: Path, jobs: int = 1) -> subprocess.Popen[str]:
    command = [EXECUTABLE, "import", roll, "--store", store, "--refused", refused, "--now", NOW]
    command += ["--jobs", str(jobs)]
    keys = store.with_name("petitions.db.keys")
    return subprocess.Popen(  # noqa: S603 (our own program)
        [*map(str, command), "--keys", str(keys)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> list[str]:
    """What a run has printed after its bar, up to what differs after a kill."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    lines = [" ".join(line.split()) for line in out.splitlines()]
    earlier = re.compile(r", [\d,]+ of them in an earlier run")
    return [earlier.sub("", line) for line in lines if not line.startswith("importing")]


def signatures_in(store: Path) -> int:
    with closing(sqlite3.connect(store, timeout=10)) as connection:
        row = connection.execute("SELECT count(*) FROM petitionkit_signature").fetchone()
    return int(row[0])


def expected_totals() -> tuple[int, int]:
    """Accepted and refused lines, found out without petitionkit."""
    seen: set[str] = set()
    accepted = refused = 0
    for cells in list(many_rows(LINES))[1:]:
        if len(cells) != 4 or cells[0].startswith("="):
            refused += 1
            continue
        mailbox = cells[1].lower().replace("+x", "")
        if not mailbox or mailbox not in seen:
            accepted += 1
        seen.add(mailbox)
    return accepted, refused


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    town = Town(tmp_path_factory.mktemp("clean"))
    town.published()
    roll = write_rows(town.folder / "many.csv", many_rows(LINES))
    shutil.copy(town.store, town.folder / "published.db")
    refused = town.folder / "refused.csv"
    report = finish(start(town.store, roll, refused))
    rows = store_rows(town.store, but=RANDOM_IDS)
    return Clean(town, roll, rows, refused.read_bytes(), report)


def kill_at(store: Path, clean: Clean, refused: Path, dice: Random, jobs: int) -> int:
    """Kill a run somewhere; how many signatures were in the store then.

    Whoever validated for it ends as well: what it prints is read to its end.
    """
    process = start(store, clean.roll, refused, jobs)
    wanted = signatures_in(store) + dice.randrange(LINES // 2)
    while process.poll() is None and signatures_in(store) < wanted:
        with suppress(subprocess.TimeoutExpired):  # a pause that ends when the process does
            process.wait(timeout=0.005)
    with suppress(subprocess.TimeoutExpired):  # and from there anywhere within a batch
        process.wait(timeout=dice.random() * 0.2)
    process.kill()
    process.communicate()
    return signatures_in(store)


def check_kills(clean: Clean, folder: Path, seed: int, kills: int) -> list[int]:
    dice = Random(seed)
    store = folder / "petitions.db"
    shutil.copy(clean.town.folder / "published.db", store)
    shutil.copy(clean.town.keys, folder / "petitions.db.keys")
    refused = folder / "refused.csv"
    left = [kill_at(store, clean, refused, dice, 1 + number % 2) for number in range(kills)]
    report = finish(start(store, clean.roll, refused))
    assert store_rows(store, but=RANDOM_IDS) == clean.rows
    assert report == clean.report
    assert refused.read_bytes() == clean.refused
    kept = {path.name.removesuffix("-wal").removesuffix("-shm") for path in folder.iterdir()}
    assert kept == {store.name, f"{store.name}.keys", refused.name}
    return left


def test_whoever_validates_the_same_is_written_and_told(clean: Clean, tmp_path: Path) -> None:
    store, refused = tmp_path / "petitions.db", tmp_path / "refused.csv"
    shutil.copy(clean.town.folder / "published.db", store)
    shutil.copy(clean.town.keys, tmp_path / "petitions.db.keys")
    assert finish(start(store, clean.roll, refused, 2)) == clean.report
    assert store_rows(store, but=RANDOM_IDS) == clean.rows
    assert refused.read_bytes() == clean.refused


def test_a_clean_run_has_the_totals_that_can_be_counted_by_hand(clean: Clean) -> None:
    accepted, refused = expected_totals()
    assert f"{accepted:,} accepted" in clean.report
    assert f"{refused:,} refused" in clean.report
    assert len(clean.rows["petitionkit_signature"]) == accepted + 1  # and the starter
    assert len(clean.refused.splitlines()) == refused + 1


def test_a_kill_that_comes_before_anything_is_written_leaves_a_whole_store(
    clean: Clean, tmp_path: Path
) -> None:
    store = tmp_path / "petitions.db"
    shutil.copy(clean.town.folder / "published.db", store)
    shutil.copy(clean.town.keys, tmp_path / "petitions.db.keys")
    rows = store_rows(store)
    process = start(store, clean.roll, tmp_path / "refused.csv")
    process.kill()
    process.communicate()
    assert store_rows(store) == rows
    assert not (tmp_path / "refused.csv").exists()


def test_killed_imports_end_like_clean_ones(clean: Clean, tmp_path: Path) -> None:
    left = check_kills(clean, tmp_path, seed=1, kills=3)
    # The test is worth something only if a kill has met a run that was half done.
    assert any(1 < count < len(clean.rows["petitionkit_signature"]) for count in left)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 7))
def test_imports_killed_often_end_like_clean_ones(clean: Clean, tmp_path: Path, seed: int) -> None:
    check_kills(clean, tmp_path, seed, kills=4)
