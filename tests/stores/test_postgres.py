"""``PostgresStore`` keeps every promise of a store, owning and joining."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from contract import StoreContract
from erasing_promises import ErasingPromises
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


class TestOwningPostgresStore(StoreContract, ErasingPromises):
    examples = 40

    @pytest.fixture(autouse=True)
    def _database(self, url: str, pool: Pool) -> None:
        self.url, self.pool = url, pool

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        empty(self.url)
        with closing(PostgresStore(self.pool)) as store:
            yield store


class TestJoiningPostgresStore(StoreContract, ErasingPromises):
    examples = 40

    @pytest.fixture(autouse=True)
    def _database(self, url: str) -> None:
        empty(url)
        self.url = url

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with closing(psycopg.connect(self.url)) as connection:
            yield PostgresStore.joining(connection)


@contextmanager
def _database() -> Iterator[Callable[[], Store]]:
    with a_database(quick=True) as url:
        migrate(url)
        yield lambda: PostgresStore(url, max_connections=2)


DeskOverPostgresStore = store_machine(_database)


def test_a_desk_over_this_store_agrees_with_the_office() -> None:
    run_state_machine_as_test(
        DeskOverPostgresStore, settings=settings(max_examples=6, stateful_step_count=25)
    )


@pytest.mark.long
def test_a_desk_over_this_store_agrees_with_the_office_in_many_histories() -> None:
    run_state_machine_as_test(DeskOverPostgresStore, settings=settings(max_examples=200))
