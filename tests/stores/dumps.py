"""Databases as text: the statements that made one, and every row in it.

``schemas/`` keeps one for every schema that was ever released, ``VERSION.DIALECT.json``, made on
the day of the release by

    PYTHONPATH=tests:tests/stores python tests/stores/dumps.py --release

Without ``--release`` it pins anew, in ``schemas/digests.json``, what each version says: right only
for a version that nobody uses yet.
"""

import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from places import is_postgres, open_store
from postgres_server import a_database

from petitionkit.ledger import Delta, Entry, Watch
from petitionkit.store import Store
from petitionkit.stores import postgres, sqlite
from petitionkit.stores.schema import SCHEMA_VERSION, schema_sql
from petitionkit.testing.bench import watch_from_now_on, write
from petitionkit.testing.samples import (
    DAY_ZERO,
    NOON,
    a_claim,
    a_notice,
    a_trace,
    an_amendment,
    full_attempt,
    full_petition,
    full_signature,
    plain_signature,
    revision,
)

DIALECTS = ("sqlite", "postgresql")
FOLDER = Path(__file__).with_name("schemas")
DIGESTS = FOLDER / "digests.json"
Dump = dict[str, Any]


@contextmanager
def a_place(dialect: str) -> Iterator[str]:
    """An empty file, or an empty database."""
    with ExitStack() as exits:
        if dialect == "sqlite":
            yield f"{exits.enter_context(TemporaryDirectory())}/petitions.db"
        else:
            yield exits.enter_context(a_database(quick=True))


def migrate(where: str) -> int:
    return postgres.migrate(where) if is_postgres(where) else sqlite.migrate(where)


@contextmanager
def connected(where: str) -> Iterator[Any]:
    if is_postgres(where):
        with psycopg.connect(where) as connection:
            yield connection
    else:
        with closing(sqlite3.connect(where)) as file:
            yield file
            file.commit()


def fill(store: Store) -> None:
    """One row at least in every table."""
    store.add_policy("d1", "{}")
    store.add(revision(full_petition()))
    watch_from_now_on(store, Watch(counter="supporters", level=1, since=DAY_ZERO))
    counting = plain_signature(9)
    deltas = (Delta(counters=counting.counters, amount=1, at=NOON),)
    entry = Entry(
        answer=None,
        signature=full_signature(),
        attempt=full_attempt(),
        claims=(a_claim(),),
        deltas=deltas,
        notices=(a_notice(),),
        amendment=an_amendment(1),
        trace=a_trace(1),
    )
    write(store, entry, Entry(answer=None, signature=counting))
    watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))  # and folds


def tables(connection: Any, dialect: str) -> list[str]:  # noqa: ANN401 (a driver's)
    found = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
        "postgresql": "SELECT tablename FROM pg_tables",
    }[dialect]
    names = [str(name) for (name,) in connection.execute(found).fetchall()]
    return sorted(name for name in names if name.startswith("petitionkit_"))


def dump(where: str) -> Dump:
    """What made a database of the present version, and every row in it."""
    dialect = "postgresql" if is_postgres(where) else "sqlite"
    rows: dict[str, Any] = {}
    with connected(where) as connection:
        for table in tables(connection, dialect):
            names = [one[0] for one in connection.execute(f"SELECT * FROM {table}").description]
            wanted = [f"{name}::text" if is_postgres(where) else name for name in names]
            found = connection.execute(f"SELECT {', '.join(wanted)} FROM {table}").fetchall()
            values = [
                [{"hex": v.hex()} if isinstance(v, bytes) else v for v in row] for row in found
            ]
            if table != "petitionkit_schema":
                rows[table] = {"columns": names, "rows": values}
    return {"made": [*schema_sql(dialect)], "tables": rows}


def load(made: Dump, where: str) -> None:
    """Make a database as it was dumped."""
    mark = "%s" if is_postgres(where) else "?"
    with connected(where) as connection:
        for statement in made["made"]:
            connection.execute(statement)
        for table, kept in made["tables"].items():
            marks = ", ".join([mark] * len(kept["columns"]))
            insert = f"INSERT INTO {table} ({', '.join(kept['columns'])}) VALUES ({marks})"
            for row in kept["rows"]:
                values = [bytes.fromhex(v["hex"]) if isinstance(v, dict) else v for v in row]
                connection.execute(insert, values)
            if is_postgres(where) and "number" in kept["columns"] and kept["rows"]:
                connection.execute(
                    f"SELECT setval(s, (SELECT max(number) FROM {table}))"
                    f" FROM pg_get_serial_sequence('{table}', 'number') s WHERE s IS NOT NULL"
                )


def digest(dialect: str, version: int) -> str:
    """What pins a version: all that leads to it from nothing."""
    said = ";\n".join(schema_sql(dialect, to=version))
    return hashlib.sha256(said.encode()).hexdigest()


def digests() -> dict[str, dict[str, str]]:
    return {
        str(version): {dialect: digest(dialect, version) for dialect in DIALECTS}
        for version in range(1, SCHEMA_VERSION + 1)
    }


def released() -> list[Path]:
    return sorted(FOLDER.glob("*.*.json"))


def main(*, release: bool) -> None:
    """Pin the digests anew, and where it is a release, keep a dump of it."""
    DIGESTS.write_text(json.dumps(digests(), indent=2) + "\n", "utf-8")
    for dialect in DIALECTS if release else ():
        with a_place(dialect) as where:
            migrate(where)
            with closing(open_store(where)) as store:
                fill(store)
            kept = FOLDER / f"{SCHEMA_VERSION}.{dialect}.json"
            kept.write_text(json.dumps(dump(where), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(release="--release" in sys.argv)
