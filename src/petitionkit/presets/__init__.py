"""Presets: policies of real petition systems, one file each.

A preset is a policy file like anybody's; nothing in the library treats it differently. Each
says where its rules were read.
"""

from importlib.resources import files

from petitionkit.codec import from_toml
from petitionkit.errors import NotFoundError
from petitionkit.policy import Policy

__all__ = ["load", "names"]

_SUFFIX = ".toml"


def names() -> tuple[str, ...]:
    """Names of all presets, sorted."""
    found = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(n.removesuffix(_SUFFIX) for n in found if n.endswith(_SUFFIX)))


def load(name: str) -> Policy:
    """Read a preset by name; ``NotFoundError`` names those there are."""
    if name not in names():
        raise NotFoundError(f"no preset {name}; there are: {', '.join(names())}")
    return from_toml(Policy, files(__name__).joinpath(name + _SUFFIX).read_text("utf-8"))
