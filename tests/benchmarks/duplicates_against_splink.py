"""How long the same roll takes: here in Python, here on DuckDB, and with splink on DuckDB.

Run by hand, never with the tests; needs ``pip install splink`` besides the extras:

    python tests/benchmarks/duplicates_against_splink.py --people 100000 python duckdb splink
    python tests/benchmarks/duplicates_against_splink.py --people 1000000 --tiles 10 duckdb splink

Canonical rows are made first and kept as Parquet in ``--folder``; each engine then runs in a
process of its own, from those rows to proposals, so that its time and its peak memory are its
own. Tiles repeat a roll with other values, as countries beside each other would be.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from invented_rolls import invented

from petitionkit.codec import from_plain
from petitionkit.duplicates import duckdb_engine
from petitionkit.duplicates.finder import find
from petitionkit.duplicates.rows import COLUMNS, LISTS, Row, canonical
from petitionkit.duplicates.rule_sets import load

ROLL = load("roll")
GIGABYTE = 2**30
# Each tile has values of its own wherever blocks are made.
_TILED = {"id", "name", "family", "mailbox", "phone", "street", "postcode"}


def make_rows(folder: Path, people: int, tiles: int) -> Path:
    path = folder / f"rows-{people}-{tiles}.parquet"
    if path.exists():
        return path
    began = time.perf_counter()
    listings = [listing for listing, _, _ in invented(people)]
    made = time.perf_counter()
    rows = [canonical(listing) for listing in listings]
    print(
        f"{len(rows):,} listings invented in {made - began:.1f} s, canonical rows in"
        f" {time.perf_counter() - made:.1f} s"
    )
    with duckdb.connect() as connection:
        duckdb_engine.load(connection, rows)
        columns = ", ".join(
            name
            if name not in _TILED
            else f"CASE WHEN tile = 0 OR {name} = '' THEN {name}"
            f" ELSE {name} || 'x' || tile END AS {name}"
            for name in COLUMNS
        )
        connection.execute(
            f"COPY (SELECT {columns} FROM rows, range({tiles}) AS tiles(tile))"
            f" TO '{path}' (FORMAT parquet)"
        )
    return path


def run_python(path: Path) -> int:
    with duckdb.connect() as connection:
        lines = connection.execute(f"SELECT * FROM '{path}'").fetchall()
    rows = [
        from_plain(Row, {name: value for name, value in zip(COLUMNS, line, strict=True) if value})
        for line in lines
    ]
    del lines
    clock()
    return len(find(ROLL, rows).pairs)


def run_duckdb(path: Path) -> int:
    with duckdb.connect(str(path.with_suffix(".duckdb"))) as connection:
        connection.execute("SET memory_limit = '7GB'; SET threads = 2")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"CREATE VIEW rows AS SELECT * FROM '{path}'")
        clock()
        duckdb_engine.propose(connection, ROLL)
        found = connection.execute("SELECT count(*) FROM proposals").fetchone()
    assert found is not None
    return int(found[0])


def run_splink(path: Path) -> int:
    import splink.comparison_library as cl  # noqa: PLC0415 (only here)
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    connection = duckdb.connect(str(path.with_suffix(".splink")))
    connection.execute("SET memory_limit = '7GB'; SET threads = 2")
    connection.execute("SET preserve_insertion_order = false")
    blank = ", ".join(
        name if name in LISTS else f"nullif({name}, '') AS {name}"
        for name in COLUMNS
        if name not in LISTS
    )
    connection.execute(f"CREATE VIEW rows AS SELECT {blank} FROM '{path}'")
    clock()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[
            cl.JaroWinklerAtThresholds("given", [0.92, 0.8]),
            cl.JaroWinklerAtThresholds("family", [0.92, 0.8]),
            cl.LevenshteinAtThresholds("mailbox", [1, 2]),
            cl.ExactMatch("phone"),
            cl.ExactMatch("house"),
            cl.LevenshteinAtThresholds("street", [2]),
            cl.LevenshteinAtThresholds("postcode", [1]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("mailbox"),
            block_on("phone"),
            block_on("house", "postcode"),
            block_on("name", "postcode"),
            block_on("name", "street"),
            block_on("substr(family, 1, 3)", "postcode"),
            block_on("family", "house", "street"),
        ],
    )
    api = DuckDBAPI(connection)
    linker = Linker(api.register("rows"), settings, log_level=None)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("mailbox")], recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("mailbox"), block_on("house", "postcode")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=0.95)
    linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    count = connection.execute(f"SELECT count(*) FROM {predicted.physical_name}").fetchone()
    assert count is not None
    return int(count[0])


RUNS: dict[str, Callable[[Path], int]] = {
    "python": run_python,
    "duckdb": run_duckdb,
    "splink": run_splink,
}
_began = 0.0


def clock() -> None:
    """The rows are there: from here on it counts."""
    global _began  # noqa: PLW0603 (one process, one run)
    _began = time.perf_counter()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="+", choices=[*RUNS])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--tiles", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("/tmp"))  # noqa: S108 (a benchmark)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    path = make_rows(given.folder, given.people, given.tiles)
    if given.alone:
        pairs = RUNS[given.engines[0]](path)
        took = time.perf_counter() - _began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIGABYTE
        print(json.dumps({"seconds": took, "pairs": pairs, "gigabytes": peak}))
        return
    seconds: dict[str, float] = {}
    for engine in given.engines:
        for left in (path.with_suffix(".duckdb"), path.with_suffix(".splink")):
            left.unlink(missing_ok=True)
        command = [sys.executable, __file__, engine, "--alone", "--people", str(given.people)]
        command += ["--tiles", str(given.tiles), "--folder", str(given.folder)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
        told = json.loads(done.stdout.splitlines()[-1])
        seconds[engine] = told["seconds"]
        print(
            f"{engine}: {told['seconds']:.1f} s, {told['pairs']:,} pairs,"
            f" {told['gigabytes']:.1f} GiB at most"
        )
    splink = seconds.pop("splink", None)
    if splink is not None:
        for engine, taken in seconds.items():
            print(f"splink takes {splink / taken:.2f} times as long as {engine}")


if __name__ == "__main__":
    main()
