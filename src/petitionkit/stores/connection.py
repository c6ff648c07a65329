"""The part of a database driver that the SQL stores use, as protocols."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

__all__ = ["Connection", "Cursor"]


class Cursor(Protocol):
    """A statement's result."""

    def fetchone(self) -> Any:  # noqa: ANN401 (a row has any types)
        """Next row, or None."""
        ...  # pragma: no cover (a protocol's body never runs)

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        ...  # pragma: no cover (a protocol's body never runs)


class Connection(Protocol):
    """An open connection with the qmark parameter style."""

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ..., /) -> Cursor:
        """Run one statement."""
        ...  # pragma: no cover (a protocol's body never runs)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for many rows."""
        ...  # pragma: no cover (a protocol's body never runs)
