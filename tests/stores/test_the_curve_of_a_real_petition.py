"""A part of a real petition's curve, signed again by several at once: counts and readings."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from curve import busiest, check, replay, whole_curve
from postgres_server import a_database

from petitionkit.stores import postgres, sqlite

PART = 1_500


def test_the_curve_is_that_of_the_readings() -> None:
    whole = whole_curve()
    assert whole.size == 3_004_622 - 201_079
    assert whole.at(whole.size) == whole.readings[-1][0]
    busy = busiest(1_000_000)
    assert busy.size >= 1_000_000
    assert busy.lasting < timedelta(days=1)
    instants = [busy.at(n) for n in range(1, 2_001)]
    assert instants == sorted(set(instants))


def test_it_ends_with_the_exact_count_and_every_level_at_its_instant_on_postgres() -> None:
    part = busiest(PART)
    with a_database(quick=True) as url, ThreadPoolExecutor(4) as pool:
        postgres.migrate(url)
        check(url, replay(url, part, pool, workers=4, batch=7), part)


def test_it_ends_with_the_exact_count_and_every_level_at_its_instant_on_sqlite(
    tmp_path: Path,
) -> None:
    place, part = tmp_path / "petitions.db", busiest(PART)
    sqlite.migrate(place)
    with ThreadPoolExecutor(2) as pool:
        check(str(place), replay(str(place), part, pool, workers=2, batch=50), part)
