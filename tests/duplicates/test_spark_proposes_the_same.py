"""Spark proposes what Python proposes, pair by pair. Needs PySpark and Java 17 or later.

Without them these tests are skipped and say so, unless ``PETITIONKIT_REQUIRE`` names ``spark``.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import pytest
from labelled import febrl, labelled_roll, names_beyond_english
from small_blocks import SMALL_BLOCKS

from petitionkit.duplicates.finder import find
from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.rows import Row, canonical
from petitionkit.duplicates.rule_sets import load
from petitionkit.duplicates.rules import RuleSet

LEAST_JAVA = 17


def wanting() -> str:
    """What this machine lacks; empty where Spark can run."""
    if find_spec("pyspark") is None:
        return "Spark is not tried: install petitionkit[spark]"
    java = shutil.which("java")
    if java is None:
        return "Spark is not tried: there is no Java; install Java 17 or later"
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.search(r'version "(\d+)', told.stderr)
    if version is None or int(version[1]) < LEAST_JAVA:
        return "Spark is not tried: Java is older than 17"
    return ""


LACKS = wanting()
REQUIRED = "spark" in os.environ.get("PETITIONKIT_REQUIRE", "").split(",")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(LACKS) and not REQUIRED, reason=LACKS),
    # Of PySpark itself: sockets to its Java process that it leaves to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

if not LACKS:
    from pyspark.sql import SparkSession

    from petitionkit.duplicates import spark_engine


@pytest.fixture(scope="module")
def session() -> "Iterator[SparkSession]":
    found = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    yield found
    found.stop()


def crowded() -> list[Row]:
    """Every clash of a few values, so that each question is asked at its bounds."""
    parts = product(
        ["Anna", "Anan", "An", "Юлия", ""], ["Berg", "Breg", "小明", "Bergs"], ["", "AB1", "XY9"]
    )
    return [
        canonical(
            Listing(
                id=f"s{number:02}",
                name=f"{given} {family}".strip(),
                email=["", "anna.berg@example.org", "anna.breg@example.org"][number % 3],
                address="1 High St",
                postcode=postcode,
                birth_date=["1990-02-03", "1990-03-02", ""][number % 3],
            )
        )
        for number, (given, family, postcode) in enumerate(parts)
    ]


def check(session: "SparkSession", rule_set: RuleSet, rows: list[Row]) -> None:
    expected = find(rule_set, rows)
    frame = spark_engine.frame(session, rows).cache()
    pairs = list(spark_engine.read_pairs(rule_set, spark_engine.propose(rule_set, frame)))
    assert sorted(pairs) == sorted(expected.pairs)
    assert sorted(spark_engine.oversized(rule_set, frame)) == sorted(expected.oversized)
    frame.unpersist()


@pytest.mark.parametrize(
    "rule_set", [load("roll"), load("register"), SMALL_BLOCKS], ids=lambda s: s.name
)
def test_spark_proposes_the_same_where_all_is_crowded(
    session: "SparkSession", rule_set: RuleSet
) -> None:
    check(session, rule_set, crowded())


def test_spark_proposes_the_same_on_the_labelled_roll(session: "SparkSession") -> None:
    check(session, load("roll"), [canonical(listing) for listing in labelled_roll().listings])


def test_spark_proposes_the_same_of_names_beyond_english(session: "SparkSession") -> None:
    listings = names_beyond_english(by_mail=True).listings
    check(session, load("roll"), [canonical(listing) for listing in listings])


def test_spark_proposes_the_same_on_a_register(session: "SparkSession") -> None:
    check(session, load("register"), [canonical(listing) for listing in febrl("1").listings])


def test_the_job_reads_and_writes_parquet(session: "SparkSession", tmp_path: Path) -> None:
    rows = [canonical(listing) for listing in febrl("1").listings]
    spark_engine.frame(session, rows).write.parquet(str(tmp_path / "rows"))
    spark_engine.main(["register", str(tmp_path / "rows"), str(tmp_path / "pairs")])
    written = session.read.parquet(str(tmp_path / "pairs"))
    found = spark_engine.read_pairs(load("register"), written)
    assert sorted(found) == sorted(find(load("register"), rows).pairs)
