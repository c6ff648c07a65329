"""``SQLiteStore`` keeps every promise of a store, owning and joining."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from contract import StoreContract
from erasing_promises import ErasingPromises
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from machine import store_machine

from petitionkit.store import Store
from petitionkit.stores.sqlite import SQLiteStore, migrate


class TestOwningSQLiteStore(StoreContract, ErasingPromises):
    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "petitions.db"
            migrate(path)
            with closing(SQLiteStore(path)) as store:
                yield store


class TestJoiningSQLiteStore(StoreContract, ErasingPromises):
    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with closing(sqlite3.connect(":memory:", check_same_thread=False)) as connection:
            migrate(connection)
            yield SQLiteStore.joining(connection)


@contextmanager
def _file() -> Iterator[Callable[[], Store]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "petitions.db"
        migrate(path)
        yield lambda: SQLiteStore(path)


DeskOverSQLiteStore = store_machine(_file)


# Each commit waits for the disk, so the many histories are left to the store in memory.
def test_a_desk_over_this_store_agrees_with_the_office() -> None:
    run_state_machine_as_test(DeskOverSQLiteStore, settings=settings(max_examples=25))


@pytest.mark.long
def test_a_desk_over_this_store_agrees_with_the_office_in_many_histories() -> None:
    run_state_machine_as_test(DeskOverSQLiteStore, settings=settings(max_examples=400))
