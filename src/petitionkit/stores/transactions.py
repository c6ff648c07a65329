"""Transactions on a driver's connection: a call is whole or leaves nothing, owning or joining.

Decides between beginning a transaction and taking a savepoint, and who commits. What a
connection calls these things is its ``Switch``'s affair, one for each driver.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from petitionkit.stores.connection import Connection

__all__ = ["Switch", "reading_inside", "writing_inside"]


class Switch(Protocol):
    """How a connection tells of its transaction, begins one and ends it."""

    @property
    def rows(self) -> Connection:
        """The connection, to run statements on."""
        ...  # pragma: no cover (a protocol's body never runs)

    def is_open(self) -> bool:
        """Whether a transaction is open."""
        ...  # pragma: no cover (a protocol's body never runs)

    def begin(self, *, writing: bool) -> None:
        """Open a transaction, where statements do not do so by themselves."""
        ...  # pragma: no cover (a protocol's body never runs)

    def commit(self) -> None:
        """Make the transaction true."""
        ...  # pragma: no cover (a protocol's body never runs)

    def rollback(self) -> None:
        """Give up the whole transaction."""
        ...  # pragma: no cover (a protocol's body never runs)


@contextmanager
def writing_inside(switch: Switch, *, commit: bool) -> Iterator[Connection]:
    """Everything inside happens, or nothing.

    Where no transaction is open one is begun, and at the end committed if ``commit`` says so;
    inside one that is open a savepoint does the same.
    """
    rows, began = switch.rows, not switch.is_open()
    if began:
        switch.begin(writing=True)
    else:
        rows.execute("SAVEPOINT petitionkit")
    try:
        yield rows
        if not began:
            rows.execute("RELEASE SAVEPOINT petitionkit")
        elif commit:
            switch.commit()
    except BaseException:
        # Databases roll back by themselves on some errors (a full disk, a connection that is
        # gone); then nothing is open.
        if switch.is_open():
            if began:
                switch.rollback()
            else:
                rows.execute("ROLLBACK TO SAVEPOINT petitionkit")
                rows.execute("RELEASE SAVEPOINT petitionkit")
        raise


@contextmanager
def reading_inside(switch: Switch, *, whole: bool) -> Iterator[Connection]:
    """Read inside the transaction that is open, or in one that ends with the reading.

    Where none is open and the reading is not ``whole``, each statement is of its own moment.
    """
    began = not switch.is_open()
    if began and whole:
        switch.begin(writing=False)
    try:
        yield switch.rows
    finally:
        if began and switch.is_open():
            switch.rollback()
