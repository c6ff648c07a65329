"""JSON Schema of petitionkit's values, made from their types.

Says in the field's own language (draft 2020-12) what ``codec`` reads: which keys, of which
types, which are needed. Rules between keys are the constructors' and are not in it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType, NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from attrs import NOTHING, fields, has

from petitionkit.codec import written_name
from petitionkit.limits import Choice

__all__ = ["json_schema"]

Schema = dict[str, Any]

_PLAIN: Mapping[object, Schema] = MappingProxyType(
    {
        str: {"type": "string"},
        int: {"type": "integer"},
        bool: {"type": "boolean"},
        datetime: {"type": "string", "format": "date-time"},
        date: {"type": "string", "format": "date"},
        UUID: {"type": "string", "format": "uuid"},
        NoneType: {"type": "null"},
    }
)


def json_schema(kind: type) -> Schema:
    """The schema of a value, with those of the values in it as definitions."""
    definitions: dict[str, Schema] = {}
    found = _schema(kind, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.__name__,
        **found,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(kind: Any, definitions: dict[str, Schema]) -> Schema:  # noqa: ANN401 (any type)
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if isinstance(kind, UnionType):
        return {"anyOf": [_schema(one, definitions) for one in get_args(kind)]}
    if get_origin(kind) is tuple:
        return _list(get_args(kind), definitions)
    if issubclass(kind, Choice):
        return {"type": "string", "enum": [one.value for one in kind]}
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # a rule may hold rules: this name is taken
        definitions[kind.__name__] = _table(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _list(items: tuple[Any, ...], definitions: dict[str, Schema]) -> Schema:
    if items[1:] == (...,):
        return {"type": "array", "items": _schema(items[0], definitions)}
    parts = [_schema(item, definitions) for item in items]
    return {"type": "array", "prefixItems": parts, "minItems": len(parts), "items": False}


def _table(kind: Any, definitions: dict[str, Schema]) -> Schema:  # noqa: ANN401 (an attrs class)
    if not has(kind):
        raise TypeError(f"{kind} has no JSON form")
    hints = get_type_hints(kind)
    given = [field for field in fields(kind) if field.init]
    return {
        "type": "object",
        "properties": {
            written_name(field.name): _schema(hints[field.name], definitions) for field in given
        },
        "required": [written_name(field.name) for field in given if field.default is NOTHING],
        "additionalProperties": False,
    }
