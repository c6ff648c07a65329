"""``EncryptedStore`` keeps every promise of a store, before whichever one it stands.

Before those of SQLAlchemy and Django it is tried where they are.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from callers import joined
from encrypting import RING, encrypted
from postgres_server import a_database, empty

from petitionkit.encryption import DataKeys, EncryptedStore, SQLiteWrappedKeys
from petitionkit.store import Store
from petitionkit.stores import postgres
from petitionkit.stores.memory import MemoryStore
from petitionkit.stores.postgres import PostgresStore
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.testing import (
    Caller,
    CatalogueConformance,
    ErasingConformance,
    JoiningConformance,
    KeyedConformance,
    StoreConformance,
    UpkeepConformance,
)


def encrypted_file(folder: Path) -> EncryptedStore:
    keys = DataKeys(SQLiteWrappedKeys(folder / "keys.db"), RING)
    return EncryptedStore(SQLiteStore(folder / "petitions.db"), keys)


class TestEncryptedMemoryStore(
    StoreConformance,
    UpkeepConformance,
    ErasingConformance,
    CatalogueConformance,
    KeyedConformance,
):
    examples = 40
    lives = 8

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        yield encrypted(MemoryStore())


class TestEncryptedSQLiteStore(
    StoreConformance,
    UpkeepConformance,
    ErasingConformance,
    CatalogueConformance,
    KeyedConformance,
):
    survives_reopening = True
    examples = 20
    lives = 4
    races = 5
    folder: Path

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with TemporaryDirectory() as folder:
            self.folder = Path(folder)
            migrate(self.folder / "petitions.db")
            with closing(encrypted_file(self.folder)) as store:
                yield store

    def reopen(self, store: Store) -> Store:  # noqa: ARG002 (the folder tells enough)
        return encrypted_file(self.folder)

    def opener(self, store: Store) -> Callable[[], Store]:  # noqa: ARG002 (the same)
        return partial(encrypted_file, self.folder)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with a_database(quick=True) as made:
        postgres.migrate(made)
        yield made


@pytest.mark.long  # the bytes of PostgreSQL are looked at by default
class TestEncryptedPostgresStore(
    StoreConformance,
    UpkeepConformance,
    ErasingConformance,
    CatalogueConformance,
    KeyedConformance,
):
    examples = 10
    lives = 3
    steps = 25
    races = 5

    @pytest.fixture(autouse=True)
    def _database(self, url: str) -> None:
        self.url = url

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        empty(self.url)
        with closing(PostgresStore(self.url, max_connections=5)) as store:
            yield encrypted(store)


class TestEncryptedStoreJoins(JoiningConformance):
    def open_joined(self) -> AbstractContextManager[tuple[Store, Caller]]:
        def joining(connection: sqlite3.Connection) -> Store:
            return encrypted(SQLiteStore.joining(connection))

        return joined(joining)
