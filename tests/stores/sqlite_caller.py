"""An app with a table of its own on the SQLite connection that a store joins."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from attrs import frozen

from petitionkit.store import Store
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.testing import Caller


@frozen
class App:
    path: Path
    connection: sqlite3.Connection

    def write(self, row: str) -> None:
        self.connection.execute("INSERT INTO account VALUES (?)", (row,))

    def commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        self.connection.rollback()

    def committed(self) -> tuple[list[str], list[UUID]]:
        with closing(sqlite3.connect(self.path)) as other:
            names = [name for (name,) in other.execute("SELECT name FROM account ORDER BY name")]
            return names, [*SQLiteStore.joining(other).petitions()]


@contextmanager
def joined(join: Callable[[sqlite3.Connection], Store]) -> Iterator[tuple[Store, Caller]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "app.db"
        migrate(path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE account (name text)")
            connection.commit()
            yield join(connection), App(path, connection)
