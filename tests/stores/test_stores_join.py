"""Every store that joins an app's transaction keeps the promises of one, on every database."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from callers import (
    InAtomicBlocks,
    WithoutAutocommit,
    joined,
    joined_by_psycopg,
    joined_by_sqlalchemy,
    sqlite_place,
    with_accounts,
)
from places import is_postgres
from postgres_server import a_database, empty

from django_setup import alias, of_django, set_up_django
from petitionkit.store import Store
from petitionkit.stores.sqlite import SQLiteStore
from petitionkit.testing import Caller, JoiningConformance

set_up_django()

from petitionkit.django.store import DjangoStore  # noqa: E402 (Django first wants settings)


class TestSQLiteStoreJoins(JoiningConformance):
    def open_joined(self) -> AbstractContextManager[tuple[Store, Caller]]:
        return joined(SQLiteStore.joining)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with a_database(quick=True) as url:
        yield with_accounts(url)


class OnPostgreSQL(JoiningConformance):
    @pytest.fixture(autouse=True)
    def _empty(self, postgres: str) -> None:
        empty(postgres, "account")
        self.where = postgres


class OnSQLite(JoiningConformance):
    @pytest.fixture(autouse=True)
    def _fresh(self) -> Iterator[None]:
        with sqlite_place() as self.where:
            yield


class TestPostgresStoreJoins(OnPostgreSQL):
    def open_joined(self) -> AbstractContextManager[tuple[Store, Caller]]:
        return joined_by_psycopg(self.where)


class TestSQLAlchemyStoreJoinsOnPostgreSQL(OnPostgreSQL):
    def open_joined(self) -> AbstractContextManager[tuple[Store, Caller]]:
        return joined_by_sqlalchemy(self.where)


class TestSQLAlchemyStoreJoinsOnSQLite(OnSQLite):
    def open_joined(self) -> AbstractContextManager[tuple[Store, Caller]]:
        return joined_by_sqlalchemy(self.where)


class OfDjango(JoiningConformance):
    app = InAtomicBlocks
    where: str

    @contextmanager
    def open_joined(self) -> Iterator[tuple[Store, Caller]]:
        sqlite: dict[str, object] = {"ENGINE": "django.db.backends.sqlite3", "NAME": self.where}
        database = of_django(self.where) if is_postgres(self.where) else sqlite
        with alias("joined", **database) as using:
            app = self.app(self.where, using)
            yield DjangoStore(using), app
            app.end()


class TestDjangoStoreJoinsABlockOnPostgreSQL(OfDjango, OnPostgreSQL):
    pass


class TestDjangoStoreJoinsABlockOnSQLite(OfDjango, OnSQLite):
    pass


class TestDjangoStoreJoinsWithoutAutocommitOnPostgreSQL(OfDjango, OnPostgreSQL):
    app = WithoutAutocommit


class TestDjangoStoreJoinsWithoutAutocommitOnSQLite(OfDjango, OnSQLite):
    app = WithoutAutocommit
