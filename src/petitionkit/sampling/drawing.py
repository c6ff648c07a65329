"""Drawing lines at random so that anybody can draw the same ones again.

Lines are put in the order of SHA-256(seed, line id), the two written one after the other in
UTF-8, and the first n are the sample: ``printf '%s%s' "$seed" "$line" | sha256sum``. So the
first part of a sample is a sample, and a larger one goes on where a smaller one ended. The seed
must be made in public after the lines were fixed (dice, a lottery's numbers); that it was is
nothing that a program can know.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.problems import Problem, problem

__all__ = ["Drawing", "draw", "draw_strata", "rank"]

# What survives a spreadsheet: no formula, no control character, nothing that is trimmed away.
_LINE_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._:/#-]{0,98}[A-Za-z0-9._:/#-])?")


def rank(seed: str, line: str) -> str:
    """Where a line stands in the order of a seed: 64 hexadecimal digits, the lowest first."""
    return hashlib.sha256(f"{seed}{line}".encode()).hexdigest()


@frozen(kw_only=True)
class Drawing:
    """The lines drawn from one stratum, in the order in which they were drawn.

    ``universe`` is how many lines there were and ``digest`` (64 hexadecimal digits) which ones;
    ``stratum`` names a county or district, empty where there is but one.
    """

    seed: str
    universe: int
    digest: str
    lines: tuple[str, ...]
    stratum: str = ""


def draw(lines: Iterable[str], *, seed: str, size: int, stratum: str = "") -> Drawing:
    """Draw ``size`` of the lines.

    The order in which the lines come changes nothing. Raises ``InvalidValueError`` for an empty
    seed, an id that is none or comes twice (``lines.N``, counted from 1), and a size that is
    below 1 or above the number of lines.
    """
    listed = list(lines)
    found = [problem("line_id", "seed")] if not _LINE_ID.fullmatch(seed) else []
    if stratum and not _LINE_ID.fullmatch(stratum):
        found.append(problem("line_id", "stratum"))
    found += _problems_of(listed)
    if size < 1:
        found.append(problem("not_positive", "size"))
    if size > len(listed):
        found.append(problem("sample.more_than_all", "size", drawn=size, universe=len(listed)))
    if found:
        raise InvalidValueError(found)
    ordered = sorted(zip((rank(seed, line) for line in listed), listed, strict=True))
    return Drawing(
        seed=seed,
        universe=len(listed),
        digest=hashlib.sha256("".join(place for place, _ in ordered).encode()).hexdigest(),
        lines=tuple(line for _, line in ordered[:size]),
        stratum=stratum,
    )


def draw_strata(
    strata: Mapping[str, Iterable[str]], *, seed: str, sizes: Mapping[str, int]
) -> tuple[Drawing, ...]:
    """Draw from every stratum its own number of lines, strata in the order of their names.

    Raises ``InvalidValueError`` for what ``draw`` refuses, each problem under its stratum, for a
    stratum without a size or a size without a stratum, and for a line in two strata.
    """
    listed = {name: list(lines) for name, lines in sorted(strata.items())}
    found = [problem("required", f"sizes.{name}") for name in sorted(listed.keys() - sizes.keys())]
    found += [problem("unknown_key", f"sizes.{name}") for name in sorted(sizes.keys() - listed)]
    drawings: list[Drawing] = []
    elsewhere: set[str] = set()
    for name, lines in listed.items():
        if not elsewhere.isdisjoint(lines):
            found.append(problem("repeated", f"{name}.lines"))
        elsewhere.update(lines)
        if name not in sizes:
            continue
        try:
            drawings.append(draw(lines, seed=seed, size=sizes[name], stratum=name))
        except InvalidValueError as error:
            found += [evolve(one, field=f"{name}.{one.field}") for one in error.problems]
    if found:
        raise InvalidValueError(found)
    return tuple(drawings)


def _problems_of(lines: list[str]) -> list[Problem]:
    found = [
        problem("line_id", f"lines.{number}")
        for number, line in enumerate(lines, 1)
        if not _LINE_ID.fullmatch(line)
    ]
    if len(set(lines)) == len(lines):
        return found
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if line in seen:
            found.append(problem("repeated", f"lines.{number}"))
        seen.add(line)
    return found
