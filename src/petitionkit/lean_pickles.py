"""Lean pickles: many values of few kinds on their way to another process and back.

Pickles of frozen values name every field of every value. Here a value is the bare row of its
fields, and is put together without being checked again: it was a moment ago. For what goes from
one process of an app to another, never for keeping.
"""

import io
import pickle
from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from attrs import fields

from petitionkit.ledger import Claim
from petitionkit.signature import Particulars, Provenance, Signature, SignatureDraft, Submission

__all__ = ["pack", "unpack"]

_KINDS: tuple[type[Any], ...] = (
    *(SignatureDraft, Submission, Provenance, Particulars, Signature, Claim),
)


def pack(values: object) -> bytes:
    """Write values; those of other kinds, too, as pickle does."""
    out = io.BytesIO()
    pickler = pickle.Pickler(out, protocol=pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _TABLE
    pickler.dump(values)
    return out.getvalue()


def unpack(packed: bytes) -> Any:  # noqa: ANN401 (whatever was packed)
    """Read what ``pack`` wrote in a process of the same app."""
    return pickle.loads(packed)  # noqa: S301 (packed by this app a moment ago)


def _reduced(kind: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    row_of = attrgetter(*(one.name for one in fields(kind)))
    place = _KINDS.index(kind)
    return lambda value: (_put_together, (place, row_of(value)))


def _put_together(place: int, row: tuple[object, ...]) -> object:
    kind, setters = _setters(place)
    value = object.__new__(kind)
    # Asking whether they are as many would cost a sixth of all.
    for put, cell in zip(setters, row, strict=False):
        put(value, cell)
    return value


@lru_cache(maxsize=len(_KINDS))
def _setters(place: int) -> tuple[type[Any], tuple[Callable[[object, object], None], ...]]:
    kind = _KINDS[place]
    return kind, tuple(getattr(kind, one.name).__set__ for one in fields(kind))


def _id(number: int) -> UUID:
    return UUID(int=number)


_TABLE = {
    **{kind: _reduced(kind) for kind in _KINDS},
    UUID: lambda value: (_id, (value.int,)),
}
