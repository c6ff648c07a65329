"""``PostgresStore`` keeps every promise of a store, owning and joining."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest
from postgres_server import a_database, empty
from psycopg_pool import ConnectionPool

from petitionkit.store import Store
from petitionkit.stores.postgres import PostgresStore, migrate
from petitionkit.testing import (
    CatalogueConformance,
    ErasingConformance,
    StoreConformance,
    UpkeepConformance,
)

Pool = ConnectionPool[psycopg.Connection[Any]]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with a_database(quick=True) as made:
        migrate(made)
        yield made


@pytest.fixture(scope="module")
def pool(url: str) -> Iterator[Pool]:
    with ConnectionPool[psycopg.Connection[Any]](url, min_size=2, max_size=10) as opened:
        yield opened


class TestOwningPostgresStore(
    StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance
):
    examples = 40
    lives = 6
    steps = 25

    @pytest.fixture(autouse=True)
    def _database(self, url: str, pool: Pool) -> None:
        self.url, self.pool = url, pool

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        empty(self.url)
        with closing(PostgresStore(self.pool)) as store:
            yield store

    def reopen(self, store: Store) -> Store:  # noqa: ARG002 (the URL tells enough)
        return PostgresStore(self.url, max_connections=2)

    def opener(self, store: Store) -> Callable[[], Store]:  # noqa: ARG002 (the same)
        return partial(PostgresStore, self.url, max_connections=2)


class TestJoiningPostgresStore(
    StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance
):
    examples = 40
    lives = 6
    steps = 25

    @pytest.fixture(autouse=True)
    def _database(self, url: str) -> None:
        empty(url)
        self.url = url

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with closing(psycopg.connect(self.url)) as connection:
            yield PostgresStore.joining(connection)


@pytest.mark.long
class TestOwningPostgresStoreInManyLives(TestOwningPostgresStore):
    lives = 200
