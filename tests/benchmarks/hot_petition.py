"""How many signatures a second one hot petition takes on PostgreSQL, by ways of locking.

Run it from the root of the project, with the extra ``test`` installed:

    PYTHONPATH=tests/stores python tests/benchmarks/hot_petition.py

Each way is a transaction of pgbench's: lock the petition, insert a signature and its claim, move
two counters, commit to disk. The figures stand in ``docs/stores.md``.
"""

import os
import re
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count, product
from pathlib import Path
from uuid import UUID

import psycopg
from postgres_server import a_server
from roll_office import publish
from roll_worker import KEYS, signer

from petitionkit.desk import Desk
from petitionkit.stores.postgres import PostgresStore, migrate

SECONDS = 3
ROUNDS = 3  # the best one counts: a shared machine only ever slows down
CLIENTS = (1, 16)

TABLES = """
CREATE TABLE petition (id int PRIMARY KEY, body text);
INSERT INTO petition VALUES (1, repeat('x', 2000));
CREATE TABLE signature (number bigserial PRIMARY KEY, petition int, body text);
CREATE TABLE claim (digest text PRIMARY KEY, signature bigint);
CREATE TABLE counter (name text, stripe int, amount bigint, PRIMARY KEY (name, stripe));
INSERT INTO counter SELECT name, stripe, 0
  FROM unnest(ARRAY['persons', 'supporters']) name, generate_series(0, 31) stripe;
CREATE TABLE unfolded (number bigserial PRIMARY KEY, petition int, counters text, amount int);
CREATE INDEX ON unfolded (petition);
CREATE TABLE delta (number bigint PRIMARY KEY, petition int, counters text, amount int);
CREATE INDEX ON delta (petition, number);
"""
LOCKS = {
    "exclusive row lock": "SELECT 1 FROM petition WHERE id = 1 FOR UPDATE;",
    "shared row lock": "SELECT 1 FROM petition WHERE id = 1 FOR SHARE;",
    "shared advisory lock": "SELECT pg_advisory_xact_lock_shared(1);",
}
_MOVE = "UPDATE counter SET amount = amount + 1 WHERE name = '{}' AND stripe = {};"
_KEEP = "INSERT INTO delta SELECT nextval('unfolded_number_seq'), 1, 'persons,supporters', 1;"
COUNTERS = {
    "one row a counter": _KEEP + _MOVE.format("persons", 0) + _MOVE.format("supporters", 0),
    "32 stripes a counter": "\\set stripe random(0, 31)\n"
    + _KEEP
    + _MOVE.format("persons", ":stripe")
    + _MOVE.format("supporters", ":stripe"),
    "ledger, folded by each 64th": (
        "INSERT INTO unfolded (petition, counters, amount) VALUES (1, 'persons,supporters', 1)"
        " RETURNING number % 64 = 0 AS turn \\gset\n"
        "\\if :turn\n"
        "SELECT pg_try_advisory_xact_lock(2) AS mine \\gset\n"
        "\\if :mine\n"
        "WITH gone AS (DELETE FROM unfolded WHERE petition = 1 RETURNING *),"
        " kept AS (INSERT INTO delta SELECT number, petition, counters, amount FROM gone)"
        " UPDATE counter SET amount = counter.amount + (SELECT sum(amount) FROM gone)"
        " WHERE stripe = 0;\n"
        "\\endif\n\\endif"
    ),
}
SCRIPT = """
\\set n random(1, 9000000000000000000)
BEGIN;
{lock}
SELECT body FROM petition WHERE id = 1;
SELECT 1 FROM claim WHERE digest = md5(:n::text);
INSERT INTO signature (petition, body) VALUES (1, repeat('y', 300));
INSERT INTO claim VALUES (md5(:n::text), 1);
{counters}
COMMIT;
"""


def pgbench(binaries: Path, url: str, script: str, clients: int) -> float:
    """Transactions a second."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [str(binaries / "pgbench"), "-n", "-M", "prepared", "-T", str(SECONDS)]
        command += ["-c", str(clients), "-j", "2", "-f", file.name, url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 (our own command)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout + done.stderr
    return float(found[1])


def fresh(url: str, tables: str = "") -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(b"DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(tables.encode())


def by_locks(binaries: Path, url: str) -> None:
    """Compare the ways in plain SQL, in turns."""
    best: dict[tuple[str, str, int], float] = {}
    ways = list(product(LOCKS, COUNTERS, CLIENTS))
    for _, way in product(range(ROUNDS), ways):
        lock, counters, clients = way
        fresh(url, TABLES)
        script = SCRIPT.format(lock=LOCKS[lock], counters=COUNTERS[counters])
        best[way] = max(best.get(way, 0), pgbench(binaries, url, script, clients))
    print(f"{'lock':22} {'counters':30}", *(f"{n:>3} clients" for n in CLIENTS))
    for lock, counters in product(LOCKS, COUNTERS):
        figures = (f"{best[lock, counters, clients]:11.0f}" for clients in CLIENTS)
        print(f"{lock:22} {counters:30}", *figures)


def waits(binaries: Path, url: str) -> None:
    """How long a decision on the petition waits while 32 sign without a pause."""
    moving = COUNTERS["ledger, folded by each 64th"]
    ways = {
        "shared row lock": "SELECT 1 FROM petition WHERE id = 1 FOR UPDATE",
        "shared advisory lock": "SELECT pg_advisory_xact_lock(1)",
    }
    for lock, alone in ways.items():
        fresh(url, TABLES)
        script = SCRIPT.format(lock=LOCKS[lock], counters=moving)
        found: list[float] = []
        with ThreadPoolExecutor() as pool, psycopg.connect(url) as connection:
            load = pool.submit(pgbench, binaries, url, script, 32)
            time.sleep(1)
            while not load.done() and len(found) < 20:
                began = time.perf_counter()
                connection.execute(alone.encode())
                found.append(time.perf_counter() - began)
                connection.rollback()
                time.sleep(0.1)
        found.sort()
        middle, worst = found[len(found) // 2], found[-1]
        print(f"{lock:22} a decision on the petition waits {middle * 1000:.1f} ms", end="")
        print(f" in the middle, {worst * 1000:.1f} ms at worst, of {len(found)}")


def by_desk(url: str) -> None:
    """What the store itself takes, with Python in between."""
    migrate(url)
    petition = publish(url)
    numbers = count(1)
    for threads in (1, 4):
        with closing(PostgresStore(url)) as store, ThreadPoolExecutor(threads) as pool:
            desk = Desk(store, secrets=KEYS)
            end = time.monotonic() + SECONDS

            def sign(desk: Desk = desk, end: float = end, petition: UUID = petition) -> int:
                done = 0
                while time.monotonic() < end:
                    desk.intake(petition, [signer(next(numbers))])
                    done += 1
                return done

            total = sum(pool.map(lambda _: sign(), range(threads)))
        print(f"Desk.intake over PostgresStore, {threads} threads: {total / SECONDS:.0f} a second")


def main() -> None:
    """Start a server of its own, on the disk that temporary files lie on, and measure."""
    with a_server() as server:
        url = str(server.get_uri())
        with psycopg.connect(url) as connection:
            print("PostgreSQL", connection.info.server_version, "on", os.cpu_count(), "CPUs")
        by_locks(server.bin_path, url)
        waits(server.bin_path, url)
        fresh(url)
        by_desk(url)


if __name__ == "__main__":
    main()
