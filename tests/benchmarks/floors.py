"""The floors: what a careful engineer writes by hand, with the same libraries and nothing else.

``validate_email`` for each row, a keyed hash of the address, one table with one unique index,
one counter; durable (WAL and synchronous=FULL; PostgreSQL as it comes). No rules, no dates, no
instants of thresholds, no second line of defence.
"""

import csv
import hashlib
import hmac
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

import psycopg
from email_validator import validate_email
from signers import person

KEY = b"k" * 32
BATCH = 1_000

SQLITE_TABLES = """
CREATE TABLE signature (id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL,
  postal_code text NOT NULL, signed_at text NOT NULL, claim blob NOT NULL UNIQUE);
CREATE TABLE counter (n integer NOT NULL);
INSERT INTO counter VALUES (0);
"""
POSTGRES_TABLES = """
CREATE TABLE signature (id bigserial PRIMARY KEY, name text NOT NULL, email text NOT NULL,
  postal_code text NOT NULL, signed_at timestamptz NOT NULL DEFAULT now(),
  claim bytea NOT NULL UNIQUE)
"""
_INSERT = (
    "INSERT OR IGNORE INTO signature (name, email, postal_code, signed_at, claim)"
    " VALUES (?, ?, ?, ?, ?)"
)
_INSERT_POSTGRES = (
    "INSERT INTO signature (name, email, postal_code, claim) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING"
)


def claim(email: str) -> tuple[str, bytes]:
    """The address as it is kept, and its keyed hash."""
    kept = validate_email(email, check_deliverability=False).normalized
    return kept, hmac.digest(KEY, kept.lower().encode(), hashlib.sha256)


def open_sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        connection.executescript(SQLITE_TABLES)
    return connection


def row(line: Sequence[str]) -> tuple[object, ...]:
    name, email, postal_code, signed_at = line
    kept, hashed = claim(email)
    return name, kept, postal_code, signed_at, hashed


def write(connection: sqlite3.Connection, rows: list[tuple[object, ...]]) -> None:
    """One transaction."""
    connection.execute("BEGIN IMMEDIATE")
    done = connection.executemany(_INSERT, rows).rowcount
    connection.execute("UPDATE counter SET n = n + ?", (done,))
    connection.execute("COMMIT")


def import_roll(path: Path, roll: Path) -> int:
    """Read a roll and write it, a transaction for every thousand lines."""
    with roll.open(encoding="utf-8", newline="") as file, closing(open_sqlite(path)) as connection:
        lines = csv.reader(file)
        next(lines)
        while batch := list(islice(lines, BATCH)):
            write(connection, [row(line) for line in batch])
        return int(connection.execute("SELECT n FROM counter").fetchone()[0])


def sign_each(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """One commit for each signature."""
    for n in numbers:
        write(connection, [row((*person(n), ""))])


def sign_on_postgres(connection: "psycopg.Connection[tuple[object, ...]]", n: int) -> None:
    """One statement and one commit, and no counter at all."""
    name, email, postal_code = person(n)
    kept, hashed = claim(email)
    connection.execute(_INSERT_POSTGRES, (name, kept, postal_code, hashed))
    connection.commit()


def invented_rows(numbers: Iterable[int]) -> Iterator[tuple[object, ...]]:
    """Rows to grow a floor by, without the cost of validating."""
    for n in numbers:
        name, email, postal_code = person(n)
        hashed = hmac.digest(KEY, email.encode(), hashlib.sha256)
        yield name, email, postal_code, "", hashed
