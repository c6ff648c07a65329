"""``SQLiteStore`` keeps every promise of a store, owning and joining."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from petitionkit.store import Store
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.testing import (
    CatalogueConformance,
    ErasingConformance,
    StoreConformance,
    UpkeepConformance,
)


class TestOwningSQLiteStore(
    StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance
):
    path: Path

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with TemporaryDirectory() as folder:
            self.path = Path(folder) / "petitions.db"
            migrate(self.path)
            with closing(SQLiteStore(self.path)) as store:
                yield store

    def reopen(self, store: Store) -> Store:  # noqa: ARG002 (the path tells enough)
        return SQLiteStore(self.path)

    def opener(self, store: Store) -> Callable[[], Store]:  # noqa: ARG002 (the same)
        return partial(SQLiteStore, self.path)


class TestJoiningSQLiteStore(
    StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance
):
    lives = 10

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with closing(sqlite3.connect(":memory:", check_same_thread=False)) as connection:
            migrate(connection)
            yield SQLiteStore.joining(connection)


@pytest.mark.long
class TestOwningSQLiteStoreInManyLives(TestOwningSQLiteStore):
    # Each commit waits for the disk, so the most lives are left to the store in memory.
    lives = 400
