"""The rules on Apache Spark, for audits across many petitions. Needs the extra ``spark``.

PySpark 4 and Java 17 or later. Everything is SQL on data frames: the executors need nothing of
petitionkit, and the same job runs on a laptop and on a cluster. Nothing is computed before the
caller asks for the answer. Proposes exactly what the finder in Python proposes.
"""

import sys
from collections.abc import Iterable, Iterator
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import array, inline, struct
from pyspark.sql.types import ArrayType, StringType, StructField, StructType

from petitionkit.duplicates.finder import Oversized, Pair
from petitionkit.duplicates.rows import COLUMNS, LISTS, Row
from petitionkit.duplicates.rule_sets import load
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

__all__ = ["ROWS_SCHEMA", "SPARK", "frame", "main", "oversized", "propose", "read_pairs"]

_SWAPPED = (
    "(length({0}) = length({1}) AND exists(sequence(1, length({0}) - 1), i -> concat("
    "substr({0}, 1, i - 1), substr({0}, i + 1, 1), substr({0}, i, 1), substr({0}, i + 2)) = {1}))"
)
SPARK = EngineDialect(
    row="t.id",
    block="xxhash64({0})",
    plain="octet_length({0}) = char_length({0})",
    # Levenshtein counts two neighbours that changed places as two; one slip counts them as one.
    one_slip=(
        "CASE levenshtein({0}, {1}, 2) WHEN 0 THEN true WHEN 1 THEN true WHEN 2 THEN "
        f"{_SWAPPED} ELSE false END"
    ),
    two_letters="levenshtein({0}, {1}, 2) >= 0",
    starts_with="startswith({0}, {1})",
    shares="arrays_overlap({0}, {1})",
    has_all="size(array_except({1}, {0})) = 0",
    elements="size({0})",
)
"""Spark's spelling; ``levenshtein`` with a bound answers -1 beyond it."""

ROWS_SCHEMA = StructType(
    [
        StructField(
            name, ArrayType(StringType()) if name in LISTS else StringType(), nullable=False
        )
        for name in COLUMNS
    ]
)
"""The columns of ``rows.Row`` as Spark knows them."""


def frame(session: SparkSession, rows: Iterable[Row]) -> DataFrame:
    """Make a data frame of rows."""
    lines = [
        tuple(list(cell) if name in LISTS else cell for name, cell in _cells(row)) for row in rows
    ]
    return session.createDataFrame(lines, ROWS_SCHEMA)


def _cells(row: Row) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for name in COLUMNS:
        yield name, getattr(row, name)


def propose(rule_set: RuleSet, rows: DataFrame) -> DataFrame:
    """Make the data frame of proposals; see ``sql.proposals_query`` for its columns.

    ``rows`` is read several times: cache it where making it costs much.
    """
    sql = rows.sparkSession.sql
    keyed = sql(keyed_query(rule_set, SPARK, "{rows}"), rows=rows)

    def met(place: int) -> DataFrame:
        blocks = sql(blocks_query(rule_set, place, "{keyed}"), keyed=keyed)
        return sql(met_query(rule_set, place, "{keyed}", "{blocks}"), keyed=keyed, blocks=blocks)

    together = reduce(DataFrame.unionAll, map(met, range(len(rule_set.keys))))
    candidates = sql(candidates_query("{met}"), met=together)
    query = compared_query(rule_set, SPARK, "{keyed}", "{candidates}")
    compared = _found_out(sql(query, keyed=keyed, candidates=candidates))
    return sql(proposals_query(rule_set, "{compared}"), compared=compared)


def _found_out(compared: DataFrame) -> DataFrame:
    """The same, as rows of one generated struct each, which no filter is pushed through.

    Without it Spark would ask every question again for each rule that looks at its level.
    """
    ids, levels = compared.columns[:3], compared.columns[3:]
    return compared.select(*ids, inline(array(struct(*levels))))


def oversized(rule_set: RuleSet, rows: DataFrame) -> tuple[Oversized, ...]:
    """Tell the blocks above their caps, which ``propose`` leaves out."""
    sql = rows.sparkSession.sql
    keyed = sql(keyed_query(rule_set, SPARK, "{rows}"), rows=rows)
    return tuple(
        Oversized(key=key.name, values=tuple(values), rows=size)
        for place, key in enumerate(rule_set.keys)
        for *values, size in sql(oversized_query(rule_set, place, "{keyed}"), keyed=keyed).collect()
    )


def read_pairs(rule_set: RuleSet, proposals: DataFrame) -> Iterator[Pair]:
    """Hand on proposals as pairs, a partition at a time."""
    pair = pair_of(rule_set)
    for left, right, keys, *levels in proposals.toLocalIterator():
        yield pair(left, right, keys, tuple(levels))


def main(arguments: list[str]) -> None:
    """Run as a job: ``RULES ROWS PROPOSALS``, a rule set's name and two Parquet paths."""
    rules, source, target = arguments
    session = SparkSession.builder.appName("petitionkit audit").getOrCreate()
    propose(load(rules), session.read.parquet(source)).write.parquet(target)


if __name__ == "__main__":  # pragma: no cover (spark-submit runs it; the tests call main)
    main(sys.argv[1:])
