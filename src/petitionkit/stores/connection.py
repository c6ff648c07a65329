"""The part of a database driver that the SQL stores use, as protocols."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from petitionkit.stores.dialect import Dialect

__all__ = ["Connection", "Cursor"]


class Cursor(Protocol):
    """A statement's result, its rows as sequences."""

    def fetchone(self) -> Any:  # noqa: ANN401 (a row has any types)
        """Next row, or None."""
        ...  # pragma: no cover (a protocol's body never runs)

    def fetchall(self) -> Sequence[Any]:
        """All rows that are left."""
        ...  # pragma: no cover (a protocol's body never runs)


class Connection(Protocol):
    """An open connection inside a transaction.

    Takes statements with ``?`` for parameters, and as parameters ``None``, ``bool``, ``int``,
    ``str``, ``bytes``, ``UUID`` and aware UTC datetimes, whatever the driver thinks of them.
    """

    @property
    def dialect(self) -> Dialect:
        """Which database this is."""
        ...  # pragma: no cover (a protocol's body never runs)

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        """Run one statement."""
        ...  # pragma: no cover (a protocol's body never runs)

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> object:
        """Run one statement for many rows, and none for none."""
        ...  # pragma: no cover (a protocol's body never runs)
