"""PairRule sets that come along, one file each; your own are read the same way.

``roll`` is for petitions, ``register`` for lists that hold birth dates. Nothing in the library
treats them differently from a file of anybody's.
"""

from importlib.resources import files

from petitionkit.codec import from_toml
from petitionkit.duplicates.rules import RuleSet
from petitionkit.errors import NotFoundError

__all__ = ["load", "names"]

_SUFFIX = ".toml"


def names() -> tuple[str, ...]:
    """Names of the rule sets, sorted."""
    found = (file.name for file in files(__name__).iterdir())
    return tuple(sorted(n.removesuffix(_SUFFIX) for n in found if n.endswith(_SUFFIX)))


def load(name: str) -> RuleSet:
    """Read a rule set by name; ``NotFoundError`` names those there are."""
    if name not in names():
        raise NotFoundError(f"no rule set {name}; there are: {', '.join(names())}")
    return from_toml(RuleSet, files(__name__).joinpath(name + _SUFFIX).read_text("utf-8"))
