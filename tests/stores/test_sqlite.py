"""``SQLiteStore`` keeps every promise of a store, owning and joining."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from contract import StoreContract
from machine import store_machine

from petitionkit.store import Store
from petitionkit.stores.sqlite import SQLiteStore, migrate


class TestOwningSQLiteStore(StoreContract):
    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "petitions.db"
            migrate(path)
            with closing(SQLiteStore(path)) as store:
                yield store


class TestJoiningSQLiteStore(StoreContract):
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


TestDeskOverSQLiteStore = store_machine(_file).TestCase
