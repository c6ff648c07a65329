"""Presets: policies of real petition systems, one file each.

A preset is a policy file like anybody's; nothing in the library treats it differently. Each
says where its rules were read and how sure its numbers are. ``examples`` are of the same make,
but some of their numbers are secondary or from memory: they show what a policy can say, and
are to be checked before anybody relies on them.
"""

from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from attrs import frozen

from petitionkit.codec import from_toml
from petitionkit.errors import NotFoundError
from petitionkit.policy import Policy

__all__ = ["NotEstablished", "examples", "in_force", "load", "names"]

_SUFFIX = ".toml"
_PRESETS = files(__name__)
_EXAMPLES = _PRESETS.joinpath("examples")


def _names_in(folder: Traversable) -> tuple[str, ...]:
    found = (entry.name for entry in folder.iterdir())
    return tuple(sorted(n.removesuffix(_SUFFIX) for n in found if n.endswith(_SUFFIX)))


def names() -> tuple[str, ...]:
    """Names of all presets, sorted; examples are not among them."""
    return _names_in(_PRESETS)


def examples() -> tuple[str, ...]:
    """Names of the examples, sorted."""
    return _names_in(_EXAMPLES)


def load(name: str) -> Policy:
    """Read a preset or an example by name; ``NotFoundError`` names the presets there are."""
    if name in names():
        return _read(_PRESETS, name)
    if name in examples():
        return _read(_EXAMPLES, name)
    raise NotFoundError(f"no preset {name}; there are: {', '.join(names())}")


def _read(folder: Traversable, name: str) -> Policy:
    return from_toml(Policy, folder.joinpath(name + _SUFFIX).read_text("utf-8"))


@lru_cache(maxsize=2)
def _families(*, with_examples: bool) -> dict[str, list[Policy]]:
    """Policies by family, the oldest first; one without a family is a family of its own."""
    found: dict[str, list[Policy]] = {}
    for name in (*names(), *(examples() if with_examples else ())):
        policy = load(name)
        found.setdefault(policy.family or policy.name, []).append(policy)
    for policies in found.values():
        policies.sort(key=lambda policy: policy.in_force_from or date.min)
    return found


@frozen(kw_only=True)
class NotEstablished:
    """The rules of a day are not known: nobody has read them, or there were none yet.

    ``before`` and ``after`` name the policies of the family that were in force last before the
    day and first after it; empty where there is none. Neither is an answer for the day.
    """

    family: str
    day: date
    before: str = ""
    after: str = ""

    def message(self) -> str:
        """Say it in a sentence."""
        known = [
            *([f"{self.before} ended before it"] if self.before else ()),
            *([f"{self.after} began after it"] if self.after else ()),
        ]
        rest = f" ({', '.join(known)})" if known else ""
        return f"the rules of {self.family} on {self.day} were not established{rest}"


def in_force(family: str, day: date, *, with_examples: bool = False) -> Policy | NotEstablished:
    """The preset of a family that was the law on a day, such as that of registration.

    A range that a preset leaves open on one side is open: what was not replaced is in force.
    Where no range holds the day, and where more than one does, the answer is
    ``NotEstablished``: no neighbour is taken for it. An unknown family raises
    ``NotFoundError`` with those there are; ``with_examples`` looks among the examples too.
    """
    families = _families(with_examples=with_examples)
    if family not in families:
        there_are = ", ".join(sorted(families))
        raise NotFoundError(f"no presets of the family {family}; there are: {there_are}")
    policies = families[family]
    fits = [p for p in policies if _begins(p) <= day <= _ends(p)]
    if len(fits) == 1:
        return fits[0]
    before = [p.name for p in policies if _ends(p) < day]
    after = [p.name for p in policies if _begins(p) > day]
    return NotEstablished(
        family=family,
        day=day,
        before=before[-1] if before else "",
        after=after[0] if after else "",
    )


def _begins(policy: Policy) -> date:
    return policy.in_force_from or date.min


def _ends(policy: Policy) -> date:
    return policy.in_force_until or date.max
