"""A call inside somebody else's transaction: whole or not at all, and never committed.

Decides between beginning a transaction and taking a savepoint. What a connection calls these
things is a ``Switch``'s affair, one for each driver.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from petitionkit.stores.connection import Connection

__all__ = ["Switch", "reading_inside", "writing_inside"]


class Switch(Protocol):
    """How the caller's connection tells of its transaction, begins one and gives it up."""

    @property
    def rows(self) -> Connection:
        """The connection, to run statements on."""
        ...  # pragma: no cover (a protocol's body never runs)

    def is_open(self) -> bool:
        """Whether the caller has a transaction open."""
        ...  # pragma: no cover (a protocol's body never runs)

    def begin(self, *, writing: bool) -> None:
        """Open a transaction, where statements do not do so by themselves."""
        ...  # pragma: no cover (a protocol's body never runs)

    def rollback(self) -> None:
        """Give up the whole transaction."""
        ...  # pragma: no cover (a protocol's body never runs)


@contextmanager
def writing_inside(switch: Switch) -> Iterator[Connection]:
    """Everything inside happens, or nothing; a transaction that is begun here stays open."""
    rows, began = switch.rows, not switch.is_open()
    if began:
        switch.begin(writing=True)
    else:
        rows.execute("SAVEPOINT petitionkit")
    try:
        yield rows
        if not began:
            rows.execute("RELEASE SAVEPOINT petitionkit")
    except BaseException:
        # A database may have rolled back by itself (SQLite on a full disk); then none is open.
        if began:
            switch.rollback()
        elif switch.is_open():
            rows.execute("ROLLBACK TO SAVEPOINT petitionkit")
            rows.execute("RELEASE SAVEPOINT petitionkit")
        raise


@contextmanager
def reading_inside(switch: Switch) -> Iterator[Connection]:
    """Read inside the caller's transaction, or in one that ends with the reading."""
    began = not switch.is_open()
    if began:
        switch.begin(writing=False)
    try:
        yield switch.rows
    finally:
        if began:
            switch.rollback()
