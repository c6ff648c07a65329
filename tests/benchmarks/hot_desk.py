"""One hot petition on PostgreSQL: eight connections, by threads of one process and by processes.

The floor validates, hashes and inserts, and counts nothing. ``intake`` takes a signature that
is proved already; a pair is ``sign`` and then ``confirm``, each a transaction of its own. After
each round the exact count must be what was signed.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from itertools import count
from threading import Barrier
from uuid import UUID

import floors
import hot_worker
import psycopg
from measuring import Line, Setting, by_turns
from postgres_server import a_database
from signers import an_open_petition

from petitionkit.stores.postgres import PostgresStore, migrate

CONNECTIONS = 8
TARGETS = {"intake": 0.45, "pairs": 0.3}
_firsts = count(0, 1_000_000)


def by_threads(way: str, url: str, petition: UUID, each: int) -> float:
    """Signatures a second of eight threads, each on a connection of its own, of one store."""
    barrier = Barrier(CONNECTIONS + 1)

    def run(first: int) -> None:
        with hot_worker.signing(way, url, petition, store) as sign:
            for n in range(first, first + hot_worker.WARMING):
                sign(n)
            barrier.wait()
            for n in range(first, first + each):
                sign(n + hot_worker.WARMING)
            barrier.wait()

    with (
        closing(PostgresStore(url, max_connections=CONNECTIONS)) as store,
        ThreadPoolExecutor(CONNECTIONS) as pool,
    ):
        done = [pool.submit(run, next(_firsts)) for _ in range(CONNECTIONS)]
        barrier.wait()
        began = time.perf_counter()
        barrier.wait()
        took = time.perf_counter() - began
        for one in done:
            one.result()
    return CONNECTIONS * each / took


def by_processes(way: str, url: str, petition: UUID, each: int) -> float:
    """The same of eight processes."""
    command = [sys.executable, hot_worker.__file__, way, url, str(petition)]
    workers = [
        subprocess.Popen(  # noqa: S603 (our own code)
            [*command, str(next(_firsts)), str(each)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(CONNECTIONS)
    ]
    said = []
    for worker in workers:
        assert worker.stdout is not None
        said.append(worker.stdout.readline())
    began = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        assert worker.stdout is not None
        said.append(worker.stdout.readline())
    took = time.perf_counter() - began
    for worker in workers:
        worker.communicate()
    assert said == ["ready\n"] * CONNECTIONS + ["done\n"] * CONNECTIONS
    return CONNECTIONS * each / took


def measure(setting: Setting) -> Iterator[Line]:
    each = setting.pick(100, 400)
    with ExitStack() as stack:
        url = stack.enter_context(a_database())
        with psycopg.connect(url) as connection:
            connection.execute(floors.POSTGRES_TABLES.encode())
        migrate(url)
        store = stack.enter_context(closing(PostgresStore(url)))
        desk, petition = an_open_petition(store)
        signed = 0

        def exact(run: partial[float]) -> float:
            nonlocal signed
            found = run()
            signed += CONNECTIONS * (hot_worker.WARMING + each)
            assert desk.standing(petition.id).supporters == signed
            return found

        for how, run in (("threads", by_threads), ("processes", by_processes)):
            floor = partial(run, "floor", url, petition.id, each)
            for way, target in TARGETS.items():
                yield by_turns(
                    f"{way} on PostgreSQL, one hot petition, {CONNECTIONS} {how}",
                    floor,
                    partial(exact, partial(run, way, url, petition.id, each)),
                    target=target,
                    unit="/s",
                    rounds=setting.rounds,
                )
