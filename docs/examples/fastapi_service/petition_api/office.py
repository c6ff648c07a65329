"""The database: petitionkit's tables beside one of the service's own, in one transaction."""

import base64
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self, TypeVar
from uuid import UUID

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from petitionkit import Desk, KeyRing, PetitionkitError, StoreUnavailableError
from petitionkit.keys import Secrets
from petitionkit.stores.sqlalchemy import SQLAlchemyStore, migrate

__all__ = ["THREADS", "Arrival", "Office", "Table"]

T = TypeVar("T")

THREADS = 4
"""Of each process, with a connection for each."""
_TRIES = 5


class Table(DeclarativeBase):
    """What the service keeps itself."""


class Arrival(Table):
    """That somebody came by a newsletter, a poster, a friend, and signed; not who."""

    __tablename__ = "arrival"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[UUID] = mapped_column(index=True)
    via: Mapped[str]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Office:
    """The service's engine, and a desk over it.

    ``desk`` commits each call, which is what a worker wants. ``within`` is for whoever writes
    rows of the service as well.
    """

    def __init__(
        self, engine: Engine, *, secrets: Secrets, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        """Use a database that ``migrate`` was run on."""
        self._engine = engine
        self.desk = Desk(SQLAlchemyStore(engine), secrets=secrets, clock=clock)

    @classmethod
    def from_environment(cls) -> Self:
        """The office that ``DATABASE_URL`` and ``PETITIONKIT_KEY`` (32 bytes, base64) name."""
        engine = create_engine(os.environ["DATABASE_URL"], pool_size=THREADS, max_overflow=0)
        key = base64.b64decode(os.environ["PETITIONKIT_KEY"], validate=True)
        return cls(engine, secrets=KeyRing([key]))

    @staticmethod
    def migrate(engine: Engine) -> None:
        """Make the tables, petitionkit's and the service's; as often as you like."""
        migrate(engine)
        Table.metadata.create_all(engine)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def within(self, work: Callable[[Session, Desk], T]) -> T:
        """Do all of it in one transaction, which is committed when this returns.

        ``work`` is called again from the start where others' transactions stood in the way, so
        it does nothing but read, write and return. What it raises undoes all of it.
        """
        for left in reversed(range(_TRIES)):
            try:
                with Session(self._engine, expire_on_commit=False) as session, session.begin():
                    store = SQLAlchemyStore.joining(session.connection(), checked=True)
                    return work(session, self.desk.over(store))
            except PetitionkitError as error:
                if not (error.retryable and left):
                    raise
            except SQLAlchemyError as error:
                raise StoreUnavailableError("the database does not answer") from error
        raise AssertionError("the last try returns or raises")
