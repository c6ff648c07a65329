"""Stores grown to any size by plain SQL: rows as the verbs write them, far faster than by verbs.

One signature is taken in by the desk; its row, claim and delta are then copied so many times
with ids, addresses and digests of their own, and counts and readings are set to what
they come to. The desk must then see what was meant.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import floors
import psycopg
from signers import an_open_petition, submission

from petitionkit.desk import Desk
from petitionkit.petition import Petition
from petitionkit.rows import SIGNATURE_COLUMNS
from petitionkit.store import Store
from petitionkit.stores.postgres import PostgresStore
from petitionkit.stores.postgres import migrate as migrate_postgres
from petitionkit.stores.sqlite import SQLiteStore
from petitionkit.stores.sqlite import migrate as migrate_sqlite

FIRST = 50_000_000
"""Numbers of signers from here on are in no grown store."""

_OWN = {
    "sqlite": {
        "id": "printf('%032x', n)",
        "digest": "randomblob(32)",
        "numbers": "WITH RECURSIVE m (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM m WHERE n < {})",
    },
    "postgresql": {
        "id": "lpad(to_hex(n), 32, '0')::uuid",
        "digest": "sha256(n::text::bytea)",
        "numbers": "WITH m (n) AS (SELECT generate_series(2, {}))",
    },
}


def _statements(dialect: str, size: int) -> list[str]:
    own = _OWN[dialect]
    numbers = own["numbers"].format(size)
    copied = {"id": own["id"], "email": "'signer' || n || '@example.org'"}
    columns = ", ".join(copied.get(name, f"s.{name}") for name in SIGNATURE_COLUMNS)
    return [
        f"INSERT INTO petitionkit_signature (number, petition, {', '.join(SIGNATURE_COLUMNS)})"
        f" {numbers} SELECT n, s.petition, {columns} FROM m, petitionkit_signature s"
        " WHERE s.number = 1",
        # In the order of the index, or it would take the night.
        f"INSERT INTO petitionkit_claim {numbers} SELECT c.realm, {own['digest']}, 0, c.key, n"
        " FROM m, petitionkit_claim c WHERE c.signature = 1 ORDER BY 2",
        f"INSERT INTO petitionkit_delta {numbers} SELECT n, d.petition, d.at, d.counters, 1"
        " FROM m, petitionkit_delta d WHERE d.number = 1",
        f"UPDATE petitionkit_count SET amount = {size}, gained = {size},"
        " as_of = (SELECT max(at) FROM petitionkit_delta)",
        "UPDATE petitionkit_level SET stale = false, reached_at = (SELECT at FROM"
        f" petitionkit_delta WHERE number = level) WHERE level <= {size}",
    ]


def _first(store: Store) -> tuple[Desk, Petition]:
    desk, petition = an_open_petition(store)
    desk.intake(petition.id, [submission(FIRST - 1)])
    desk.pause(petition.id)  # folds what is counted so far
    desk.unpause(petition.id)
    return desk, petition


def _check(desk: Desk, petition: Petition, size: int) -> None:
    desk.tick()
    standing = desk.standing(petition.id)
    assert standing.supporters == standing.persons == size
    assert [one.level <= size for one in standing.thresholds] == [
        one.reached_at is not None for one in standing.thresholds
    ]


def ours_on_sqlite(path: Path, size: int) -> tuple[SQLiteStore, Desk, Petition]:
    migrate_sqlite(path)
    store = SQLiteStore(path)
    desk, petition = _first(store)
    with closing(_building(path)) as connection:
        for statement in _statements("sqlite", size):
            connection.execute(statement)
        connection.execute(
            "UPDATE sqlite_sequence SET seq = ? WHERE name = 'petitionkit_unfolded'", (size,)
        )
    _check(desk, petition, size)
    return store, desk, petition


def _building(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -1000000")
    return connection


def floor_on_sqlite(path: Path, size: int) -> sqlite3.Connection:
    connection = floors.open_sqlite(path)
    with closing(_building(path)) as building:
        building.execute(
            f"INSERT INTO signature {_OWN['sqlite']['numbers'].format(size)} SELECT n, 'Anna Berg',"
            " 'signer' || n || '@example.org', 'SW1A 1AA', '', randomblob(32) FROM m ORDER BY 6"
        )
        building.execute("UPDATE counter SET n = ?", (size,))
    return connection


def ours_on_postgres(url: str, size: int) -> tuple[PostgresStore, Desk, Petition]:
    migrate_postgres(url)
    store = PostgresStore(url)
    desk, petition = _first(store)
    serials = "".join(
        f"; SELECT setval(pg_get_serial_sequence('petitionkit_{table}', 'number'), {size})"
        for table in ("signature", "unfolded")
    )
    _build(url, [*_statements("postgresql", size), serials.removeprefix("; ")])
    _check(desk, petition, size)
    return store, desk, petition


def floor_on_postgres(url: str, size: int) -> None:
    _build(
        url,
        [
            floors.POSTGRES_TABLES,
            "INSERT INTO signature (name, email, postal_code, claim) SELECT 'Anna Berg', 'signer'"
            " || n || '@example.org', 'SW1A 1AA', sha256(n::text::bytea) FROM"
            f" generate_series(1, {size}) n ORDER BY 4",
        ],
    )


def _build(url: str, statements: list[str]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        for statement in (*statements, "VACUUM ANALYZE", "CHECKPOINT"):
            connection.execute(statement.encode())
