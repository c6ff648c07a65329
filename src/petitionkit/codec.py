"""petitionkit's own JSON and TOML: values in and out, lossless.

Decides how values look in text: instants in ISO 8601 UTC, ids as UUID text, what has its
default left out. Reading is strict: an unknown key, a wrong type or a value that the
constructor refuses is a problem whose field is the path of the key, and all of them come at
once. Knows the shapes of values and no rule.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin
from uuid import UUID

from attrs import evolve, fields, has
from cattrs import (
    ClassValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from petitionkit.civil import instant_text, parse_instant
from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem

__all__ = [
    "from_json",
    "from_plain",
    "from_toml",
    "policy_digest",
    "to_json",
    "to_plain",
    "to_toml",
    "written_name",
]

T = TypeVar("T")


def _strict(expected: type, words: str) -> Any:  # noqa: ANN401 (a hook's type is cattrs')
    def structure(value: object, _: object) -> object:
        if type(value) is not expected:
            raise InvalidValueError([problem("wrong_type", expected=words)])
        return value

    return structure


def _text(value: object, _: object) -> str:
    if type(value) is not str:
        raise InvalidValueError([problem("wrong_type", expected="text")])
    if not value.isascii() and (half := re.search("[\ud800-\udfff]", value)):
        raise InvalidValueError([problem("lone_surrogate", position=half.start() + 1)])
    return value


def _instant(value: object, _: object) -> datetime:
    # TOML has a type of its own for instants; JSON has text.
    if isinstance(value, datetime):
        return parse_instant(value.isoformat())
    if not isinstance(value, str):
        raise InvalidValueError([problem("wrong_type", expected="an instant")])
    return parse_instant(value)


def _day(value: object, _: object) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise InvalidValueError([problem("not_a_date")]) from None


def _uuid(value: object, _: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise InvalidValueError([problem("wrong_type", expected="a UUID")]) from None


def _listed(kind: object) -> bool:
    return get_origin(kind) is tuple


def _structure_list(value: object, kind: Any) -> object:  # noqa: ANN401 (a tuple type)
    if not isinstance(value, list | tuple):
        raise InvalidValueError([problem("wrong_type", expected="a list")])
    item, *rest = get_args(kind)
    kinds = [item] * len(value) if rest == [...] else [item, *rest]
    if len(kinds) != len(value):
        raise InvalidValueError([problem("wrong_type", expected=f"a list of {len(kinds)}")])
    built: list[object] = []
    found: list[Problem] = []
    for place, (element, of) in enumerate(zip(value, kinds, strict=True)):
        try:
            built.append(_CONVERTER.structure(element, of))
        except Exception as error:  # noqa: BLE001 (sorted into problems, or raised again)
            found += _problems(error, str(place))
    if found:
        raise InvalidValueError(found)
    return tuple(built)


def _is_union_of_values(kind: object) -> bool:
    kinds = set(get_args(kind)) - {NoneType} if isinstance(kind, UnionType) else set()
    return len(kinds) > 1 and all(has(one) for one in kinds)


def _structure_one_of(value: object, kind: Any) -> object:  # noqa: ANN401 (a union of values)
    """Tell values apart by their first field, which has no default and so is always there.

    The first field of one value may be a further one of another.
    """
    kinds = [one for one in get_args(kind) if one is not NoneType]
    by_key = {written_name(fields(one)[0].name): one for one in kinds}
    if value is None and NoneType in get_args(kind):
        return None
    there = by_key.keys() & value.keys() if isinstance(value, Mapping) else set()
    found = [
        by_key[key]
        for key in there
        if there <= {written_name(field.name) for field in fields(by_key[key])}
    ]
    if len(found) != 1:
        raise InvalidValueError([problem("unknown_rule", choices=", ".join(by_key))])
    return _CONVERTER.structure(value, found[0])


def written_name(attribute: str) -> str:
    """The key of an attribute in files: ``not_`` is ``not``, a word that Python keeps to itself."""
    return attribute.removesuffix("_")


def _renamed(kind: type) -> Any:  # noqa: ANN401 (cattrs' own overrides)
    names = [field.name for field in fields(kind)]
    return {name: override(rename=written_name(name)) for name in names if name.endswith("_")}


def _make_converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    exact: dict[type, Any] = {
        str: _text,
        Choice: lambda value, kind: kind(value),
        int: _strict(int, "a whole number"),
        bool: _strict(bool, "true or false"),
        datetime: _instant,
        date: _day,
        UUID: _uuid,
    }
    # By class: a hook for str found by a predicate would lose against cattrs' own, which makes
    # text of anything. A choice meets Choice before str.
    for kind, hook in exact.items():
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_func(_listed, _structure_list)
    converter.register_structure_hook_func(_is_union_of_values, _structure_one_of)
    converter.register_structure_hook_factory(
        has,
        lambda kind: _object_hook(kind, make_dict_structure_fn(kind, converter, **_renamed(kind))),
    )
    converter.register_unstructure_hook(datetime, instant_text)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(UUID, str)
    converter.register_unstructure_hook_factory(
        has,
        lambda kind: make_dict_unstructure_fn(
            kind, converter, _cattrs_omit_if_default=True, **_renamed(kind)
        ),
    )
    return converter


def _object_hook(kind: type, build: Any) -> Any:  # noqa: ANN401 (cattrs' own functions)
    def structure(value: object, _: object) -> object:
        if not isinstance(value, Mapping):
            raise InvalidValueError([problem("wrong_type", expected="a table")])
        return build(value, kind)

    return structure


_CONVERTER = _make_converter()


def _problems(error: BaseException, path: str) -> Iterator[Problem]:
    """Turn what cattrs gathered into problems, each with the path of its key."""
    match error:
        case ClassValidationError() | IterableValidationError():
            noted, bare = error.group_exceptions()
            for inner, note in noted:
                yield from _problems(inner, _joined(path, str(getattr(note, "name", ""))))
            for inner in bare:
                yield from _problems(inner, path)
        case ForbiddenExtraKeysError():
            for key in sorted(error.extra_fields):
                yield problem("unknown_key", _joined(path, key))
        case InvalidValueError():
            for found in error.problems:
                yield evolve(found, field=_joined(path, found.field))
        case KeyError():
            yield problem("required", path)
        case _:
            raise error


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def from_plain(kind: type[T], value: object) -> T:
    """Build a value from dictionaries, lists and text, as JSON or TOML give them.

    Raises ``InvalidValueError`` with every problem; fields are paths such as
    ``thresholds.1.level``.
    """
    try:
        return _CONVERTER.structure(value, kind)
    except Exception as error:  # noqa: BLE001 (sorted into problems, or raised again)
        raise InvalidValueError(list(_problems(error, ""))) from None


def to_plain(value: object) -> Any:  # noqa: ANN401 (JSON has no narrower type)
    """Turn a value into dictionaries, lists and text; what has its default is left out."""
    return _CONVERTER.unstructure(value)


def to_json(value: object) -> str:
    """Write a value as JSON of one line, keys sorted: equal values give equal text."""
    return json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(kind: type[T], text: str) -> T:
    """Read what ``to_json`` wrote; ``InvalidValueError`` for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidValueError([problem("not_json")]) from None
    return from_plain(kind, value)


def from_toml(kind: type[T], text: str) -> T:
    """Read a value from TOML; ``InvalidValueError`` names the line of a syntax error."""
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidValueError([problem("not_toml", detail=str(error))]) from None
    return from_plain(kind, value)


def to_toml(value: object) -> str:
    """Write a value as TOML, in the order of its fields; ``from_toml`` reads it back equal."""
    import tomli_w  # noqa: PLC0415 (few write TOML)

    return tomli_w.dumps(to_plain(value))


def policy_digest(policy: Policy) -> str:
    """SHA-256 over the policy's JSON, as 64 hexadecimal digits: the name it is pinned by."""
    return hashlib.sha256(to_json(policy).encode()).hexdigest()
