"""Statutes: rules for verifying by sample, one file each, with where and when they were read.

Those here were read, in the main, in stored copies of the law. ``examples`` are not to be
decided by: each says what of it is not established. None of it is legal advice, and statutes
change.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable

from petitionkit.codec import from_toml
from petitionkit.errors import NotFoundError
from petitionkit.sampling.statute import Statute

__all__ = ["examples", "load", "names"]

_SUFFIX = ".toml"
_STATUTES = files(__name__)
_EXAMPLES = _STATUTES.joinpath("examples")


def _names_in(folder: Traversable) -> tuple[str, ...]:
    found = (entry.name for entry in folder.iterdir())
    return tuple(sorted(n.removesuffix(_SUFFIX) for n in found if n.endswith(_SUFFIX)))


def names() -> tuple[str, ...]:
    """Names of all statutes that were read, sorted; examples are not among them."""
    return _names_in(_STATUTES)


def examples() -> tuple[str, ...]:
    """Names of the examples, sorted."""
    return _names_in(_EXAMPLES)


def load(name: str) -> Statute:
    """Read a statute or an example by name; ``NotFoundError`` names the statutes there are."""
    for known, folder in ((names(), _STATUTES), (examples(), _EXAMPLES)):
        if name in known:
            return from_toml(Statute, folder.joinpath(name + _SUFFIX).read_text("utf-8"))
    raise NotFoundError(f"no statute {name}; there are: {', '.join(names())}")
