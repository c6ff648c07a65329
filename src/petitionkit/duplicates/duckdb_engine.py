"""The rules on DuckDB: tens of millions of rows on one machine. Needs the extra ``duckdb``.

Works on a connection of the caller's and on a table there that has the columns of ``rows.Row``;
what it makes besides its answer is temporary. Proposes exactly what the finder in Python proposes.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from petitionkit.duplicates.finder import Oversized, Pair, Proposed
from petitionkit.duplicates.rows import COLUMNS, LISTS, Row
from petitionkit.duplicates.rules import RuleSet
from petitionkit.duplicates.sql import (
    EngineDialect,
    blocks_query,
    candidates_query,
    compared_query,
    keyed_query,
    met_query,
    oversized_query,
    pair_of,
    proposals_query,
)

__all__ = ["DUCKDB", "find", "load", "propose", "read_pairs"]

DUCKDB = EngineDialect(
    row="row_number() OVER ()",
    block="hash({0})",
    plain="strlen({0}) = length({0})",
    one_slip="damerau_levenshtein({0}, {1}) <= 1",
    two_letters="levenshtein({0}, {1}) <= 2",
    starts_with="starts_with({0}, {1})",
    shares="list_has_any({0}, {1})",
    has_all="list_has_all({0}, {1})",
    elements="len({0})",
)
"""DuckDB's spelling. Its unrestricted distance and ours agree on what is at most one slip."""

_BATCH = 10_000
_BETWEEN = "\x1f"  # between the elements of a list, in the file that rows travel in


def load(connection: duckdb.DuckDBPyConnection, rows: Iterable[Row], table: str = "rows") -> None:
    """Make a table of rows; it travels through a temporary file, which goes again."""
    lists = sorted(LISTS)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for row in rows:
                cells = (getattr(row, column) for column in COLUMNS)
                writer.writerow(
                    cell if isinstance(cell, str) else _BETWEEN.join(cell) for cell in cells
                )
        split = ", ".join(
            f"CASE WHEN {name} = '' THEN [] ELSE string_split({name}, chr(31)) END AS {name}"
            for name in lists
        )
        connection.execute(
            f"CREATE TABLE {table} AS SELECT * REPLACE ({split}) FROM read_csv(?, header=true,"
            " all_varchar=true, nullstr='\x00', quote='\"', escape='\"', delim=',',"
            " auto_detect=false, columns=?)",
            [str(path), dict.fromkeys(COLUMNS, "VARCHAR")],
        )


def propose(
    connection: duckdb.DuckDBPyConnection,
    rule_set: RuleSet,
    *,
    rows: str = "rows",
    into: str = "proposals",
) -> tuple[Oversized, ...]:
    """Write proposals into a new table and tell the blocks left out.

    The table has ``left_id``, ``right_id``, ``keys_`` (a bit for each blocking key) and the number
    of each comparison's level; ``read_pairs`` turns its lines into pairs.
    """
    run = connection.execute
    run(f"CREATE TEMP TABLE keyed_ AS {keyed_query(rule_set, DUCKDB, rows)}")
    run("CREATE TEMP TABLE met_ (left_ BIGINT, right_ BIGINT, key_ BIGINT)")
    oversized: list[Oversized] = []
    for place, key in enumerate(rule_set.keys):
        run(f"CREATE TEMP TABLE blocks_ AS {blocks_query(rule_set, place, 'keyed_')}")
        run(f"INSERT INTO met_ {met_query(rule_set, place, 'keyed_', 'blocks_')}")
        run("DROP TABLE blocks_")
        for *values, size in run(oversized_query(rule_set, place, "keyed_")).fetchall():
            oversized.append(Oversized(key=key.name, values=tuple(values), rows=size))
    run(f"CREATE TEMP TABLE candidates_ AS {candidates_query('met_')}")
    run("DROP TABLE met_")
    # A table, so that levels are found out once: a filter over them would ask again for each rule.
    compared = compared_query(rule_set, DUCKDB, "keyed_", "candidates_")
    run(f"CREATE TEMP TABLE compared_ AS {compared}")
    run("DROP TABLE candidates_")
    run("DROP TABLE keyed_")
    run(f"CREATE TABLE {into} AS {proposals_query(rule_set, 'compared_')}")
    run("DROP TABLE compared_")
    return tuple(oversized)


def read_pairs(
    connection: duckdb.DuckDBPyConnection, rule_set: RuleSet, table: str = "proposals"
) -> Iterator[Pair]:
    """Hand on the proposals of a table as pairs, some thousands at a time."""
    pair = pair_of(rule_set)
    cursor = connection.cursor()
    cursor.execute(f"SELECT * FROM {table}")
    while lines := cursor.fetchmany(_BATCH):
        for left, right, keys, *levels in lines:
            yield pair(left, right, keys, tuple(levels))


def find(rule_set: RuleSet, rows: Iterable[Row]) -> Proposed:
    """Compare all rows in a database of its own, in memory; the same as ``finder.find``."""
    with duckdb.connect() as connection:
        load(connection, rows)
        oversized = propose(connection, rule_set)
        return Proposed(pairs=tuple(read_pairs(connection, rule_set)), oversized=oversized)
