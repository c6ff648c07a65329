"""Verdicts: what officials found of the drawn lines, and what they come to.

A line is valid, or has one reason: the first check that it failed. Lines of one person are told
by an opaque reference to the person, such as a number on the electoral roll. The sums do not
depend on the order in which verdicts were keyed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import evolve, field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.paper.reasons import LineReason
from petitionkit.problems import Problem, problem
from petitionkit.sampling.counts import DuplicatePolicy, SampleCount, WholeFileCount
from petitionkit.sampling.drawing import Drawing

__all__ = ["VALID", "Tabulation", "Verdict", "look_up", "tabulate", "tabulate_strata", "worths"]

VALID = "valid"
"""What a worksheet says of a line without a reason."""


def _reason(value: LineReason | str | None) -> LineReason | None:
    if value is None or value == VALID:
        return None
    try:
        return LineReason(value)
    except ValueError:
        choices = ", ".join((VALID, *LineReason))
        raise InvalidValueError([problem("unknown_choice", "reason", choices=choices)]) from None


@frozen(kw_only=True)
class Verdict:
    """What was found of one line: valid (``reason`` is None), or why not.

    ``person`` tells whose line it is where somebody has more than one; a line without is its
    person's only one, so a duplicate must have it. ``times`` is how many valid lines the person
    has in the whole petition, where that was looked up; 0 where it was not.
    """

    line: str
    reason: LineReason | None = field(default=None, converter=_reason)
    person: str = field(default="", repr=False)
    times: int = 0

    def __attrs_post_init__(self) -> None:
        """Refuse a duplicate of nobody, and fewer than no lines."""
        found: list[Problem] = []
        if self.reason is LineReason.DUPLICATE and not self.person:
            found.append(problem("required", "person"))
        if self.times < 0:
            found.append(problem("negative", "times"))
        if found:
            raise InvalidValueError(found)

    @property
    def stands(self) -> bool:
        """Whether the line is in order by itself, a further one of its signer or not."""
        return self.reason in (None, LineReason.DUPLICATE)


@frozen(kw_only=True)
class Tabulation:
    """What the verdicts of one stratum's sample come to.

    ``count`` is by persons seen in the sample. ``whole_file`` is there where every line that
    stands was looked up in the whole petition. ``totals`` are lines by verdict (``valid`` or a
    reason), the most frequent first; they add up to the lines drawn.
    """

    count: SampleCount
    whole_file: WholeFileCount | None
    totals: tuple[tuple[str, int], ...]


def tabulate(drawing: Drawing, verdicts: Iterable[Verdict]) -> Tabulation:
    """Add up the verdicts of all lines that were drawn.

    Raises ``InvalidValueError`` with every problem: more verdicts than lines drawn, a line
    twice, one that was not drawn, one without a verdict, a person with more lines in the
    sample than in the whole petition.
    """
    listed = list(verdicts)
    found = _problems(drawing, listed)
    persons = Counter(v.person for v in listed if v.stands and v.person)
    times = {v.person: v.times for v in listed if v.stands and v.person and v.times}
    found += [
        problem("sample.more_persons", f"verdicts.{number}", found=persons[v.person], times=v.times)
        for number, v in enumerate(listed, 1)
        if v.stands and 0 < v.times < persons[v.person]
    ]
    found += [
        problem("out_of_range", f"verdicts.{number}.times")
        for number, v in enumerate(listed, 1)
        if v.stands and v.person in times and v.times != times[v.person]
    ]
    if found:
        raise InvalidValueError(found)
    totals = Counter(VALID if v.reason is None else v.reason.value for v in listed)
    standing = [v for v in listed if v.stands]
    return Tabulation(
        count=SampleCount(
            universe=drawing.universe,
            drawn=len(drawing.lines),
            seen=_by_size([*persons.values(), *(1 for v in standing if not v.person)]),
            stratum=drawing.stratum,
        ),
        whole_file=(
            WholeFileCount(
                universe=drawing.universe,
                drawn=len(drawing.lines),
                lines=_by_size([v.times for v in standing]),
                stratum=drawing.stratum,
            )
            if standing and all(v.times for v in standing)
            else None
        ),
        totals=tuple(sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def look_up(verdicts: Iterable[Verdict], persons: Mapping[str, str]) -> tuple[Verdict, ...]:
    """Look the lines that stand up in the whole keyed file: who, and how many lines in all.

    ``persons`` names the signer of every line of the petition by an opaque reference, such as
    ``LineOutcome.person`` or a number on the roll; leave lines out that are known not to be
    valid. Raises ``InvalidValueError`` for a line that stands and is not in the file, and where
    officials saw one person in lines that the file gives to several.
    """
    times = Counter(persons.values())
    made: list[Verdict] = []
    found: list[Problem] = []
    homes: dict[str, str] = {}
    for number, verdict in enumerate(verdicts, 1):
        if not verdict.stands:
            made.append(verdict)
            continue
        person = persons.get(verdict.line, "")
        if not person:
            found.append(problem("required", f"verdicts.{number}.person"))
        elif verdict.person and homes.setdefault(verdict.person, person) != person:
            found.append(problem("sample.other_person", f"verdicts.{number}.person"))
        else:
            made.append(evolve(verdict, person=person, times=times[person]))
    if found:
        raise InvalidValueError(found)
    return tuple(made)


def worths(
    drawing: Drawing,
    verdicts: Iterable[Verdict],
    policy: DuplicatePolicy = DuplicatePolicy.KEEP_ONE,
) -> tuple[Fraction, ...]:
    """What each drawn line counts, in the order drawn: 1/k for a line of somebody with k.

    For ``sequential.Alpha``, which takes them as they come. Raises ``InvalidValueError`` for what
    ``tabulate`` refuses, and for a line that stands and was not looked up in the whole file.
    """
    listed = list(verdicts)
    tabulate(drawing, listed)
    found = [
        problem("required", f"verdicts.{number}.times")
        for number, one in enumerate(listed, 1)
        if one.stands and not one.times
    ]
    if found:
        raise InvalidValueError(found)
    by_line = {one.line: one for one in listed}
    return tuple(
        [
            Fraction(policy.counted(one.times), one.times) if one.stands else Fraction(0)
            for one in (by_line[line] for line in drawing.lines)
        ]
    )


def _by_size(sizes: Sequence[int]) -> tuple[int, ...]:
    """How many there are of size 1, 2, ..."""
    counted = Counter(sizes)
    return tuple(counted[size] for size in range(1, max(counted, default=0) + 1))


def _problems(drawing: Drawing, verdicts: Sequence[Verdict]) -> list[Problem]:
    found: list[Problem] = []
    if len(verdicts) > len(drawing.lines):
        found.append(
            problem(
                "sample.more_verdicts",
                "verdicts",
                verdicts=len(verdicts),
                drawn=len(drawing.lines),
            )
        )
    drawn = set(drawing.lines)
    seen: set[str] = set()
    for number, verdict in enumerate(verdicts, 1):
        if verdict.line in seen:
            found.append(problem("repeated", f"verdicts.{number}"))
        if verdict.line not in drawn:
            found.append(problem("sample.not_drawn", f"verdicts.{number}"))
        seen.add(verdict.line)
    missing = [line for line in drawing.lines if line not in seen]
    if missing:
        found.append(problem("sample.no_verdict", f"lines.{missing[0]}", missing=len(missing)))
    return found


def tabulate_strata(
    drawings: Sequence[Drawing], verdicts: Iterable[Verdict]
) -> tuple[Tabulation, ...]:
    """Add up the verdicts of several strata, in the order of the drawings.

    A verdict goes to the stratum from which its line was drawn. Raises ``InvalidValueError``
    for a line of none of them, and for what ``tabulate`` refuses, by stratum.
    """
    home = {line: number for number, one in enumerate(drawings) for line in one.lines}
    sorted_out: list[list[Verdict]] = [[] for _ in drawings]
    found: list[Problem] = []
    for number, verdict in enumerate(verdicts, 1):
        if verdict.line in home:
            sorted_out[home[verdict.line]].append(verdict)
        else:
            found.append(problem("sample.not_drawn", f"verdicts.{number}"))
    made: list[Tabulation] = []
    for drawing, own in zip(drawings, sorted_out, strict=True):
        try:
            made.append(tabulate(drawing, own))
        except InvalidValueError as error:
            found += [
                evolve(one, field=f"{drawing.stratum}.{one.field}".strip("."))
                for one in error.problems
            ]
    if found:
        raise InvalidValueError(found)
    return tuple(made)
