"""A town with a petition and a store of its own, and the command line to work on them."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from attrs import define
from click.testing import CliRunner, Result

from petitionkit.cli.app import app

NOW = "2026-06-01T12:00:00Z"
POLICY = """
name = "town"
version = "1"
[eligibility]
organisations = true
[form]
comment = "optional"
[window]
zone = "Europe/Berlin"
duration = { months = 3 }
[[thresholds]]
key = "reply"
level = 3
[[thresholds]]
key = "debate"
level = 5
[counting]
supporters = ["person", "organisation"]
"""
PETITION = """
policy = "policy.toml"
opened_at = 2026-03-01T10:00:00+01:00
slugs = ["park"]
[starter]
kind = "organisation"
name = "Friends of the Park"
[[texts]]
language = "en"
title = "Keep the park"
[[addressees]]
key = "council"
name = "Town Council"
"""
ROLL = """\
Name,E-mail,Signed at,Comment
Anna Berg,anna@example.org,2026-03-02T08:00:00+01:00,
Ben Cole,ben@example.org,2026-03-03T08:00:00+01:00,=1+1
ANNA BERG,Anna@Example.org,2026-03-04T08:00:00+01:00,
=cmd,formula@example.org,2026-03-04T09:00:00+01:00,
Cleo Dahl,nowhere,2026-03-05T08:00:00+01:00,@me
Dora Engel,dora@example.org,2026-03-06T08:00:00+01:00,
Late Lou,lou@example.org,2026-07-06T08:00:00+01:00,
Emil Fry,emil@example.org,2026-03-07T08:00:00+01:00,-
"""
Rows = dict[str, list[tuple[Any, ...]]]


def store_rows(path: Path, *, but: Mapping[str, Sequence[str]] | None = None) -> Rows:
    """Everything that a store holds, table by table; ``but`` names columns to leave out."""
    with closing(sqlite3.connect(path)) as connection:
        found: Rows = {}
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in names:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            left_out = (but or {}).get(table, ())
            wanted = ", ".join(column for column in columns if column not in left_out)
            rows = connection.execute(f"SELECT {wanted} FROM {table}").fetchall()
            found[table] = sorted(rows, key=repr)
    return found


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes; SQLite's shared memory is nobody's data."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def many_rows(count: int, seed: int = 7) -> Iterator[list[str]]:
    """A dated roll of any length, with repeats and lines to refuse, always the same."""
    dice = Random(seed)
    yield ["Name", "E-mail", "Signed at", "Comment"]
    for n in range(count):
        minute = dice.randrange(90 * 24 * 60)
        at = f"2026-03-{2 + minute // 1440 % 28:02}T{minute // 60 % 24:02}:{minute % 60:02}:00Z"
        match dice.randrange(20):
            case 0 if n:
                yield [f"Person {n}", f"PERSON{dice.randrange(n)}+x@Example.org", at, "again"]
            case 1:
                yield [f"=Person {n}", "no address", at, ""]
            case 2:
                yield [f"Person {n}", "", at, ""]
            case 3:
                yield [f"Person {n}", f"person{n}@example.org", "some day"]
            case _:
                yield [f"Person {n}", f"person{n}@example.org", at, ""]


def write_rows(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


@define
class Town:
    """A folder with a petition file, its policy and a roll."""

    folder: Path

    def __attrs_post_init__(self) -> None:
        self.write("policy.toml", POLICY)
        self.write("petition.toml", PETITION)
        self.write("roll.csv", ROLL)

    @property
    def store(self) -> Path:
        return self.folder / "petitions.db"

    @property
    def keys(self) -> Path:
        return self.folder / "petitions.db.keys"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8", newline="")
        return path

    def run(self, *args: object, now: str = NOW) -> Result:
        """One command; a crash (anything but an exit) is the test's failure."""
        env = {
            "PETITIONKIT_NOW": now,
            "PETITIONKIT_STORE": str(self.store),
            "PETITIONKIT_KEYS": None,
            "COLUMNS": "200",
        }
        result = CliRunner(env=env).invoke(app, [str(arg) for arg in args])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def done(self, *args: object, now: str = NOW) -> str:
        """One command that must succeed; what it printed."""
        result = self.run(*args, now=now)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *args: object, now: str = NOW) -> tuple[int, str]:
        """One command that must be refused and leave every file as it was: code and message."""
        before = files_in(self.folder)
        result = self.run(*args, now=now)
        assert result.exit_code != 0, result.output
        assert files_in(self.folder) == before
        assert "Traceback" not in result.output
        return result.exit_code, result.stderr

    def published(self) -> "Town":
        self.done("publish", self.folder / "petition.toml")
        return self

    def imported(self) -> "Town":
        """With the petition published and its roll taken in."""
        self.published().done("import", self.folder / "roll.csv")
        return self

    def standing(self, *args: object, now: str = NOW) -> Any:  # noqa: ANN401 (JSON)
        return json.loads(self.done("show", "--json", *args, now=now))
