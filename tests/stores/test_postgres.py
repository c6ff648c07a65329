"""``PostgresStore`` keeps every promise of a store, owning and joining."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from contract import StoreContract
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from machine import store_machine
from postgres_server import a_database, empty
from psycopg_pool import ConnectionPool

from petitionkit.store import Store
from petitionkit.stores.postgres import PostgresStore, migrate

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


class TestOwningPostgresStore(StoreContract):
    @pytest.fixture(autouse=True)
    def _database(self, url: str, pool: Pool) -> None:
        self.url, self.pool = url, pool

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        empty(self.url)
        with closing(PostgresStore(self.pool)) as store:
            yield store


class TestJoiningPostgresStore(StoreContract):
    @pytest.fixture(autouse=True)
    def _database(self, url: str) -> None:
        self.url = url

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with closing(psycopg.connect(self.url)) as connection:
            yield PostgresStore.joining(connection)
