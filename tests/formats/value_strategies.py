"""Any value of a type of ours, made from the types of its fields."""

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from attrs import fields
from hypothesis import strategies as st

from petitionkit.signature import Signature, Submission
from petitionkit.testing.strategies import instants

__all__ = ["TEXTS", "signatures", "submissions", "values_of"]

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)

_PLAIN: dict[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(0, 10**12),
    bool: st.booleans(),
    datetime: instants(),
    date: st.dates(),
    UUID: st.uuids(),
    NoneType: st.none(),
}
# Fields that a constructor narrows, by the name that they have everywhere.
_NARROWED: dict[str, st.SearchStrategy[Any]] = {
    "line": st.integers(0, 10**9),
    "of": st.sampled_from(["name", "comment"]),
    "counters": st.lists(st.text("abc:", min_size=1, max_size=6), max_size=2).map(tuple),
}


@cache
def values_of(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 (any type)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, UnionType):
        return st.one_of([values_of(one) for one in get_args(kind)])
    if get_origin(kind) is tuple:
        item, *rest = get_args(kind)
        if rest == [...]:
            return st.lists(values_of(item), max_size=2).map(tuple)
        return st.tuples(*(values_of(one) for one in get_args(kind)))
    if issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    hints = get_type_hints(kind)
    return st.builds(
        kind,
        **{
            one.name: _NARROWED.get(one.name, values_of(hints[one.name]))
            for one in fields(kind)
            if one.init
        },
    )


signatures: st.SearchStrategy[Signature] = values_of(Signature)
submissions: st.SearchStrategy[Submission] = values_of(Submission)
