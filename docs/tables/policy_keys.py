"""What a policy may say: each table with its keys, made from the values that read them."""

import json
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import Any, get_args, get_type_hints

from attrs import Attribute, fields, has

from petitionkit.codec import to_plain, written_name
from petitionkit.json_schema import json_schema
from petitionkit.policy import Policy
from tables.codes import rows

_PLAIN = {"string": "text", "integer": "number", "boolean": "`true` or `false`"}
_FORMATS = {"date": "day", "date-time": "instant"}


def _within(kind: Any) -> Iterator[type]:  # noqa: ANN401 (any type)
    if has(kind):
        yield kind
    for part in get_args(kind):
        yield from _within(part)


def kinds() -> list[type]:
    """Every value in a policy, each after the first that holds it."""
    found: list[type] = [Policy]
    for kind in found:  # grows on the way
        inside = (one for hint in get_type_hints(kind).values() for one in _within(hint))
        found += dict.fromkeys(one for one in inside if one not in found)
    return found


def _said(schema: Mapping[str, Any]) -> str:
    """What stands behind a key, in words."""
    match schema:
        case {"enum": words}:
            return ", ".join(f'`"{word}"`' for word in words)
        case {"$ref": name}:
            return f"`{name.rpartition('/')[2]}`"
        case {"anyOf": choices}:
            parts = [_said(one) for one in choices if one != {"type": "null"}]
            return " or ".join(parts)
        case {"prefixItems": parts}:
            return f"list of {', '.join(map(_said, parts))}"
        case {"items": item}:
            return f"list of {_said(item)}"
        case {"type": kind}:
            return _FORMATS.get(schema.get("format", ""), _PLAIN[kind])
    raise LookupError(schema)


def _default(attribute: "Attribute[Any]", *, needed: bool) -> str:
    """What holds where a key is left out."""
    if needed:
        return "needed"
    given: Any = attribute.default
    value = to_plain(given.factory() if hasattr(given, "factory") else given)
    if isinstance(value, Mapping):
        return "its defaults"
    return f"`{json.dumps(value)}`" if value or value is False or value == 0 else "nothing"


def policy_keys() -> str:
    """A section for each table: what it is, and its keys with what each holds and its default."""
    known = json_schema(Policy)["$defs"]
    sections = []
    for kind in kinds():
        schema = known[kind.__name__]
        keys = (
            (
                f"`{written_name(one.name)}`",
                _said(schema["properties"][written_name(one.name)]).replace("|", "\\|"),
                _default(one, needed=written_name(one.name) in schema["required"]),
            )
            for one in fields(kind)
            if written_name(one.name) in schema["properties"]
        )
        text = cleandoc(kind.__doc__ or "").replace("``", "`")
        table = rows(("key", "holds", "left out"), *keys)
        sections.append(f"## {kind.__name__}\n\n{text}\n\n{table}")
    return "\n".join(sections)
