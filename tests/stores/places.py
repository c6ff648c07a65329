"""Where stores of the tests are kept, so that another process can open them: one line of text.

The path of a SQLite file or the URL of a PostgreSQL; with ``sqlalchemy!`` or ``django!`` before it,
a store that comes to it that way.
"""

from pathlib import Path

from petitionkit.store import Store
from petitionkit.stores.postgres import PostgresStore
from petitionkit.stores.sqlite import SQLiteStore


def is_postgres(place: str) -> bool:
    return place.startswith("postgresql:")


def _plain(place: str) -> Store:
    return PostgresStore(place) if is_postgres(place) else SQLiteStore(Path(place))


def _by_sqlalchemy(place: str) -> Store:
    import sqlalchemy  # noqa: PLC0415 (a process that is killed often loads what it needs)

    from petitionkit.stores.sqlalchemy import SQLAlchemyStore  # noqa: PLC0415 (the same)

    class WithItsEngine(SQLAlchemyStore):
        def close(self) -> None:
            # As SQLAlchemy has it after a fork: what was inherited is the parent's to close.
            engine.dispose(close=not self._inherited())

    driver = "postgresql+psycopg:"
    url = place.replace("postgresql:", driver, 1) if is_postgres(place) else f"sqlite:///{place}"
    engine = sqlalchemy.create_engine(url)
    return WithItsEngine(engine)


def _by_django(place: str) -> Store:
    from django.db import connections  # noqa: PLC0415 (the same)

    from django_setup import MEMORY, of_django, set_up_django  # noqa: PLC0415 (the same)

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


def open_store(place: str) -> Store:
    way, _, where = place.rpartition("!")
    return _WAYS[way](where)
