"""What of a value stands under OSDI's keys, and what beside them.

Decides how a value comes back whole: what OSDI's keys do not say stands under our prefix, and
what another system wrote is left as it spelt it where it says the same. Knows no key by name.
Source: osdi-docs (extensions stand under a prefix).
"""

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["PREFIX", "Plain", "amended", "merged", "rest_of"]

PREFIX = "petitionkit:"
"""What stands before the keys of all that OSDI has no word for."""

Plain = Mapping[str, Any]
"""A value as JSON has it."""


def _same(value: object) -> object:
    return value


def amended(
    original: Plain, said: Plain, heard: Mapping[str, Callable[[Any], object]]
) -> dict[str, Any]:
    """The original with what is said now; a key that says the same already is left alone."""
    made = dict(original)
    for key, value in said.items():
        hear = heard.get(key, _same)
        if key not in original or hear(original[key]) != hear(value):
            made[key] = value
    return made


def rest_of(whole: Plain, heard: Plain) -> dict[str, Any]:
    """Under our prefix, every part of a value that OSDI's keys do not say; null takes one back."""
    rest = {name: value for name, value in whole.items() if heard.get(name) != value}
    return {f"{PREFIX}{name}": value for name, value in rest.items()} | {
        f"{PREFIX}{name}": None for name in heard if name not in whole
    }


def merged(plain: Plain, heard: Plain) -> dict[str, Any]:
    """What was heard from OSDI's keys, and over it what stands beside them."""
    ours = {
        name.removeprefix(PREFIX): value for name, value in plain.items() if name.startswith(PREFIX)
    }
    return {name: value for name, value in {**heard, **ours}.items() if value is not None}
