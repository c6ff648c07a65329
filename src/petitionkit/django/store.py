"""A store on Django's connection, inside Django's transactions.

Inside ``transaction.atomic`` of the caller's each call is a savepoint, and true when the caller's
block ends well. Outside of one a call is a block of its own, as with anything in Django: then it
is committed, and begun again if others made it impossible. Each thread uses its own connection,
as Django has it, so threads may share a store. Speaks to PostgreSQL and SQLite.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import atomic

from petitionkit.errors import StoreContractError
from petitionkit.stores.connection import Connection, Cursor
from petitionkit.stores.dialect import DIALECTS, SQLITE, marked
from petitionkit.stores.migration import demand_schema
from petitionkit.stores.sql import SQLStore
from petitionkit.stores.transactions import Switch

__all__ = ["DjangoStore", "rows_of"]


class _Rows:
    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self.dialect = DIALECTS[connection.vendor]

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        cursor = self._connection.cursor()
        cursor.execute(marked(sql, "format"), self.dialect.columns(parameters))
        found: Cursor = cursor
        return found

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> None:
        many = [self.dialect.columns(row) for row in parameters]
        if many:
            self._connection.cursor().executemany(marked(sql, "format"), many)


def rows_of(connection: BaseDatabaseWrapper) -> Connection:
    """What the SQL stores run their statements on, over one of Django's connections."""
    if connection.vendor not in DIALECTS:
        raise StoreContractError(f"no {connection.vendor} here; use one of {', '.join(DIALECTS)}")
    return _Rows(connection)


class _Switch:
    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._block = atomic(using=connection.alias)
        self._began = False
        self.rows = rows_of(connection)

    def is_open(self) -> bool:
        """Outside of blocks Django is in autocommit; told otherwise, SQLite still waits."""
        if self._connection.get_autocommit():
            return False
        return self.rows.dialect is not SQLITE or self._connection.connection.in_transaction

    def begin(self, *, writing: bool) -> None:
        if self._connection.get_autocommit():
            self._block.__enter__()
            self._began = True
        else:
            self.rows.execute("BEGIN")
        if writing and self.rows.dialect is SQLITE:
            # Django begins to read there; who goes on to write may then not wait for others.
            self.rows.execute("UPDATE petitionkit_schema SET version = version WHERE version < 0")

    def commit(self) -> None:
        self._block.__exit__(None, None, None)

    def rollback(self) -> None:
        if self._began:
            self._connection.set_rollback(True)
            self._block.__exit__(None, None, None)
        else:
            self._connection.rollback()


class DjangoStore(SQLStore):
    """Petitions where Django leads; satisfies ``Store``."""

    _errors = (DatabaseError, InterfaceError)

    def __init__(self, using: str = "default") -> None:
        """Use the database of an alias, with Django's migrations run.

        Raises ``SchemaVersionError`` where they were not, and ``StoreContractError`` for another
        kind of database or without ``USE_TZ``: instants would come back in a local time.
        """
        super().__init__()
        self._using = using
        if not settings.USE_TZ:
            raise StoreContractError("set USE_TZ = True; petitionkit keeps aware instants")
        with self._reading() as rows:
            demand_schema(rows)

    def __repr__(self) -> str:
        """Name the alias."""
        return f"<DjangoStore on {self._using}>"

    @property
    def _owns(self) -> bool:  # type: ignore[override]  # it depends on the moment here
        return bool(connections[self._using].get_autocommit())

    @contextmanager
    def _connected(self) -> Iterator[Switch]:
        yield _Switch(connections[self._using])

    def close(self) -> None:
        """See ``Store.close``; connections are Django's to close."""
