"""What drivers raise, turned into our errors: one table of SQLSTATEs, one of SQLite's codes.

Knows no driver: an error is known by the code that it, or the error behind it, carries. What
has no code that we know comes out unchanged, except that of a connection that is gone.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum

from petitionkit.errors import (
    ForeignFileError,
    PetitionkitError,
    SchemaVersionError,
    StoreContractError,
    StoreUnavailableError,
)
from petitionkit.stores.migration import NO_SCHEMA

__all__ = ["OvertakenError", "TakenError", "sqlite_code", "translated"]


class TakenError(StoreContractError):
    """An id or claim that must be new is there already: a race was lost, or it is misuse."""

    def __init__(self) -> None:
        """Say what must be new."""
        super().__init__("an id that must be new is there already")


class OvertakenError(StoreUnavailableError):
    """Another transaction's writes rule this one out; begun again it may well succeed."""

    def __init__(self) -> None:
        """Say what the owner of the transaction can do."""
        super().__init__(
            "another transaction stood in the way; roll back and try again", retryable=True
        )


class _SQLite(IntEnum):
    """SQLite's primary result codes, which never change (https://sqlite.org/rescode.html)."""

    PERM = 3
    BUSY = 5
    LOCKED = 6
    READONLY = 8
    IOERR = 10
    CORRUPT = 11
    FULL = 13
    CANTOPEN = 14
    CONSTRAINT = 19
    NOTADB = 26


_LOCKED = "the store is locked by another process; try again"
_SLOW = "the database gave up waiting; try again"
_GONE = "the database cannot be reached, or went away; check it, and look before you try again"
_FULL = "the disk is full; free some space and run the same again"

_RETRYABLE: Mapping[str | int, str] = {
    "55P03": _LOCKED,
    "57014": _SLOW,
    "53300": "the database has no connection left; try again",
    _SQLite.BUSY: _LOCKED,
    _SQLite.LOCKED: _LOCKED,
}
_LASTING: Mapping[str | int, str] = {
    "25006": "the transaction is read-only; use one that may write",
    "42501": "the database does not let this user do that; check its grants",
    "53100": _FULL,
    _SQLite.FULL: _FULL,
    _SQLite.READONLY: "the store is read-only; make the file and its folder writable",
    _SQLite.CANTOPEN: "the store cannot be opened; check path and permissions,"
    " or run migrate to make it",
    _SQLite.PERM: "the store cannot be opened; check its permissions",
    _SQLite.IOERR: "the disk reports an error; check it before going on",
}
_FOREIGN: Mapping[str | int, str] = {
    _SQLite.NOTADB: "the file is no SQLite database; give the path of a petitionkit store",
    _SQLite.CORRUPT: "the database file is damaged; restore it from a backup",
}
_MISUSE: Mapping[str | int, str] = {
    "25P01": "the connection is in autocommit mode; begin a transaction first",
    "25P02": "the caller's transaction has failed already; roll it back first",
}
_OVERTAKEN = ("40001", "40P01", "26000")
"""Serialization failure, deadlock, and statements that somebody has discarded."""
_TAKEN: tuple[str | int, ...] = ("23505", _SQLite.CONSTRAINT)
_NO_TABLE = "42P01"
_GONE_CLASSES = ("08", "57")  # connection exceptions; operator intervention, such as a shutdown
_PRIMARY = 0xFF  # SQLite's extended codes carry the primary one in their lowest byte


def sqlite_code(error: BaseException) -> int | None:
    """SQLite's primary result code, if the error has one."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & _PRIMARY if isinstance(code, int) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those behind it: SQLAlchemy and Django wrap what the driver raised."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = getattr(seen, "orig", None) or seen.__cause__


def _ours(error: BaseException) -> PetitionkitError | None:
    kinds = set()
    for one in _chain(error):
        kinds |= {kind.__name__ for kind in type(one).__mro__}
        code = getattr(one, "sqlstate", None) or sqlite_code(one)
        if code is not None:
            return _by_code(code)
    # Without a code: the driver itself found the connection closed, or could not open one.
    if kinds & {"ProgrammingError", "ResourceClosedError"}:
        return StoreUnavailableError(
            "the connection is closed, or belongs to another thread; open a store of your own"
        )
    gone = {"OperationalError", "InterfaceError", "TimeoutError"}
    return StoreUnavailableError(_GONE) if kinds & gone else None


def _by_code(code: str | int) -> PetitionkitError | None:
    if code in _TAKEN:
        return TakenError()
    if code in _OVERTAKEN:
        return OvertakenError()
    if code in _RETRYABLE:
        return StoreUnavailableError(_RETRYABLE[code], retryable=True)
    if code in _LASTING:
        return StoreUnavailableError(_LASTING[code])
    if code in _MISUSE:
        return StoreContractError(_MISUSE[code])
    if code in _FOREIGN:
        return ForeignFileError(_FOREIGN[code])
    if code == _NO_TABLE:
        return SchemaVersionError(NO_SCHEMA)
    gone = isinstance(code, str) and code.startswith(_GONE_CLASSES)
    return StoreUnavailableError(_GONE) if gone else None


@contextmanager
def translated(*kinds: type[Exception]) -> Iterator[None]:
    """Turn errors of these kinds into ours, each with what to do."""
    try:
        yield
    except kinds as error:
        ours = _ours(error)
        if ours is None:
            raise
        raise ours from error
