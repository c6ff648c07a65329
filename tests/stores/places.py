"""Where stores of the tests are kept, so that another process can open them: one line of text.

The path of a SQLite file or the URL of a PostgreSQL; with ``sqlalchemy!`` or ``django!`` before it,
a store that comes to it that way.
"""

from pathlib import Path

import sqlalchemy
from django.db import connections

from django_setup import MEMORY, of_django, set_up_django
from petitionkit.store import Store
from petitionkit.stores.postgres import PostgresStore
from petitionkit.stores.sqlalchemy import SQLAlchemyStore
from petitionkit.stores.sqlite import SQLiteStore


def is_postgres(place: str) -> bool:
    return place.startswith("postgresql:")


def _plain(place: str) -> Store:
    return PostgresStore(place) if is_postgres(place) else SQLiteStore(Path(place))


class _WithItsEngine(SQLAlchemyStore):
    def __init__(self, engine: sqlalchemy.Engine) -> None:
        self.engine = engine
        super().__init__(engine)

    def close(self) -> None:
        self.engine.dispose()


def _by_sqlalchemy(place: str) -> Store:
    driver = "postgresql+psycopg:"
    url = place.replace("postgresql:", driver, 1) if is_postgres(place) else f"sqlite:///{place}"
    return _WithItsEngine(sqlalchemy.create_engine(url))


def _by_django(place: str) -> Store:
    set_up_django()
    from petitionkit.django.store import DjangoStore  # noqa: PLC0415 (Django first wants settings)

    class WithItsConnection(DjangoStore):
        def close(self) -> None:
            connections[place].close()

    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": place}
    made = of_django(place) if is_postgres(place) else sqlite
    configured = connections.configure_settings({"default": MEMORY, place: made})
    connections.settings[place] = configured[place]
    return WithItsConnection(place)


_WAYS = {"": _plain, "sqlalchemy": _by_sqlalchemy, "django": _by_django}
WAYS = ("sqlalchemy!", "django!")


def open_store(place: str) -> Store:
    way, _, where = place.rpartition("!")
    return _WAYS[way](where)
