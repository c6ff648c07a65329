"""A page of a list looks at few rows, also where few of very many petitions are wanted."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta

import psycopg
import pytest
from postgres_server import a_database

from petitionkit.catalogue import Order, Search
from petitionkit.stores import postgres, sqlite
from petitionkit.stores.catalogue import listed_page
from petitionkit.stores.connection import Connection, Cursor
from petitionkit.testing.samples import NOON

MANY = 6000
EARLIER = NOON - timedelta(days=400)


class Explaining:
    """A connection that notes how the database goes about each statement."""

    def __init__(self, rows: Connection) -> None:
        self.rows, self.dialect = rows, rows.dialect
        self.plans: list[str] = []

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        how = "EXPLAIN QUERY PLAN " if self.dialect.name == "sqlite" else "EXPLAIN "
        plan = self.rows.execute(how + sql, parameters).fetchall()
        self.plans.append("\n".join(str(row[-1]) for row in plan))
        return self.rows.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> object:
        return self.rows.executemany(sql, parameters)


def fill(rows: Connection) -> None:
    """Petitions that are open and English, one in a thousand rejected, three about trees."""

    def state(n: int) -> str:
        return "rejected" if n % 1000 == 0 else "open"

    def begun(n: int) -> object:
        return EARLIER + timedelta(minutes=n)

    def uuid(n: int) -> str:
        return f"{n:032x}"

    rows.executemany(
        "INSERT INTO petitionkit_petition"
        " (number, id, office, realm, body, version, state, as_of, due_at, begun_at)"
        " VALUES (?, ?, '', 1, '', 1, ?, ?, ?, ?)",
        [
            (n, uuid(n), state(n), EARLIER, NOON + timedelta(days=30), begun(n))
            for n in range(1, MANY + 1)
        ],
    )
    facets = [(n, "language", "en") for n in range(1, MANY + 1)]
    facets += [(n, "office", "") for n in range(1, MANY + 1)]
    facets += [(n, "tag", "trees") for n in (7, 3000, 5999)]
    rows.executemany(
        "INSERT INTO petitionkit_facet VALUES (?, ?, ?, ?, ?, ?)",
        [(n, kind, value, state(n), begun(n), uuid(n)) for n, kind, value in facets],
    )


@contextmanager
def filled_sqlite(path: str) -> Iterator[Connection]:
    sqlite.migrate(path)
    with closing(sqlite3.connect(path)) as connection:
        rows: Connection = sqlite._PlainRows(connection)  # noqa: SLF001 (its statements are explained)
        fill(rows)
        connection.commit()
        yield rows


@contextmanager
def filled_postgres() -> Iterator[Connection]:
    with a_database(quick=True) as url, psycopg.connect(url) as connection:
        postgres.migrate(connection)
        rows: Connection = postgres._Rows(connection)  # noqa: SLF001 (the same)
        fill(rows)
        connection.execute("ANALYZE")
        yield rows


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def rows(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    if request.param == "sqlite":
        with filled_sqlite(str(tmp_path_factory.mktemp("lists") / "petitions.db")) as connection:
            yield connection
    else:
        with filled_postgres() as connection:
            yield connection


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"states": ["rejected"]}, [1000, 2000, 3000, 4000, 5000, 6000]),
        ({"states": ["rejected"], "language": "en"}, [1000, 2000, 3000, 4000, 5000, 6000]),
        ({"states": ["rejected"], "office": ""}, [1000, 2000, 3000, 4000, 5000, 6000]),
        ({"states": ["withdrawn"], "language": "en"}, []),
        ({"states": ["withdrawn"]}, []),
        ({"states": ["rejected"], "tag": "trees", "language": "en"}, [3000]),
        ({"tag": "trees"}, [7, 3000, 5999]),
        ({"tag": "trees", "language": "en", "office": ""}, [7, 3000, 5999]),
        ({"language": "en"}, None),
        ({}, None),
    ],
)
def test_no_search_walks_through_all_petitions(
    rows: Connection, order: Order, asked: dict[str, object], found: list[int] | None
) -> None:
    seen = Explaining(rows)
    search = Search(order=order, **asked)  # type: ignore[arg-type]
    page = listed_page(seen, search, NOON, after=None, limit=10)
    numbers = sorted(one.petition_id.int for one in page)
    every = [*range(1, 11)] if order is Order.OLDEST else [*range(MANY - 9, MANY + 1)]
    assert numbers == (every if found is None else found)
    plan = seen.plans[-1]
    walks = {"SCAN p", "SCAN f", "SCAN e"} if asked else {"SCAN f", "SCAN e"}
    assert walks.isdisjoint(" ".join(line.split()[:2]) for line in plan.splitlines()), plan
    assert "Seq Scan on petitionkit" not in plan, plan
    # The whole of an index in its order, and a filter on what it shows.
    assert not asked or "petitionkit_petition_begun" not in plan, plan
