"""The real 31-day curve of UK petition 700143 against PostgreSQL, as fast as the store takes it.

    python tests/benchmarks/replay.py              the busiest 50,000 of it
    python tests/benchmarks/replay.py --million    the busiest million

Each signature has its instant of the curve; the desks' clocks stand where the curve does. Several
processes sign at once, each a transaction of ``--batch`` signatures. At the end the count must be
exact, and every watched level read the instant of the signature that reached it.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "stores"))  # curve, postgres_server

from curve import busiest, check, replay
from measuring import load
from postgres_server import a_database

from petitionkit.stores.postgres import migrate

SOME = 50_000
MILLION = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--million", action="store_true", help="the busiest million")
    parser.add_argument("--workers", type=int, default=4, help="processes (default 4)")
    parser.add_argument("--batch", type=int, default=10, help="signatures a commit (default 10)")
    given = parser.parse_args()
    curve = busiest(MILLION if given.million else SOME)
    print(f"{curve.size:,} signatures that came in {curve.lasting}; {load()}", flush=True)
    with (
        a_database() as url,
        ProcessPoolExecutor(given.workers, mp_context=get_context("spawn")) as pool,
    ):
        migrate(url)
        began = time.perf_counter()
        petition = replay(url, curve, pool, workers=given.workers, batch=given.batch)
        took = time.perf_counter() - began
        check(url, petition, curve)
    real = curve.size / curve.lasting.total_seconds()
    print(
        f"signed again in {took:.0f} s, {curve.size / took:,.0f} a second by {given.workers}"
        f" processes, {given.batch} a commit: {curve.size / took / real:.0f} times as fast as they"
        f" came. Count exact, {len(curve.levels())} levels each at its instant, no drift. {load()}"
    )


if __name__ == "__main__":
    main()
