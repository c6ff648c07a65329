"""The two answers: what the statute says of a sample, and what the sample says of the petition.

``decide`` follows a statute to the letter; ``judge`` puts the statistical answer beside it,
because some statutes certify one petition in two that falls short by one signature.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from attrs import evolve, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem
from petitionkit.sampling import procedures
from petitionkit.sampling.counts import DuplicatePolicy, SampleCount, merged
from petitionkit.sampling.decision import Figure, Judgement, Sufficiency
from petitionkit.sampling.estimators import estimate, standard_error
from petitionkit.sampling.intervals import Interval, mover
from petitionkit.sampling.procedures import Projection
from petitionkit.sampling.significance import interval_test, split_test
from petitionkit.sampling.statute import Procedure, Statute

__all__ = ["Opinion", "decide", "judge", "project", "statistical_answer"]

_Project = Callable[[SampleCount, DuplicatePolicy], Projection]
_PROJECTIONS: Mapping[Procedure, _Project] = MappingProxyType(
    {
        Procedure.CALIFORNIA: lambda count, _: procedures.california(count),
        Procedure.RATIO: procedures.ratio,
        Procedure.PAIRS: procedures.pairs,
        Procedure.ARIZONA: lambda count, _: procedures.arizona_sample(count),
    }
)
_TESTS: Mapping[Procedure, Callable[[SampleCount, int], Judgement]] = MappingProxyType(
    {
        Procedure.WASHINGTON: procedures.washington,
        Procedure.NEW_ZEALAND: procedures.new_zealand,
    }
)


def project(statute: Statute, *counts: SampleCount) -> Fraction:
    """Project a sample as the statute does; strata add up.

    Raises ``InvalidValueError`` for a statute whose procedure makes no projection from counts.
    """
    return sum((one.projected for one in _projections(statute, counts)), Fraction(0))


def _projections(statute: Statute, counts: tuple[SampleCount, ...]) -> list[Projection]:
    make = _PROJECTIONS.get(statute.procedure) if statute.procedure else None
    if make is None:
        raise InvalidValueError([problem("sample.no_formula", "procedure")])
    if not counts:
        raise InvalidValueError([problem("required", "counts")])
    return [make(one, statute.duplicates) for one in counts]


def decide(statute: Statute, *counts: SampleCount, required: int) -> Judgement:
    """Decide as the statute does, over one sample or one of each stratum.

    A sample smaller than the statute's is answered by *larger sample*; where every line was
    drawn, the count itself decides. A statute without a band that was established leaves it
    *inconclusive*, with the projection. Raises ``InvalidValueError`` where no formula of the
    statute was established, and for several strata where it decides over one.
    """
    if required < 1:
        raise InvalidValueError([problem("not_positive", "required")])
    if counts and all(one.drawn == one.universe for one in counts):
        return procedures.full_count(
            submitted=sum(one.universe for one in counts),
            accepted=sum(one.counted(statute.duplicates) for one in counts),
            required=required,
        )
    return evolve(
        _by_sample(statute, counts, required),
        read_on=statute.read_on,
        assumed=statute.assumptions,
    )


def _by_sample(statute: Statute, counts: tuple[SampleCount, ...], required: int) -> Judgement:
    if missing := _too_small(statute, counts):
        return Judgement(
            answer=Sufficiency.LARGER_SAMPLE,
            rule=statute.authority,
            figures=missing,
            note="The sample is smaller than the statute asks for.",
        )
    test = _TESTS.get(statute.procedure) if statute.procedure else None
    if test is not None:
        return test(merged(counts), required)
    found = _projections(statute, counts)
    projected = sum((one.projected for one in found), Fraction(0))
    band = statute.band
    answer = band.judge(projected, required) if band else Sufficiency.INCONCLUSIVE
    if band and answer is Sufficiency.INSUFFICIENT and not statute.rejects:
        answer = band.between
    steps: tuple[tuple[str, Figure], ...] = found[0].figures if len(found) == 1 else ()
    return Judgement(
        answer=answer,
        rule=statute.authority,
        figures=(
            ("required", required),
            *steps,
            ("projected", projected),
            ("percent_of_required", 100 * projected / required),
        ),
        said=band.word(answer) if band else "",
        note=statute.note if band else "The statute's limits were not established.",
    )


def _too_small(statute: Statute, counts: tuple[SampleCount, ...]) -> tuple[tuple[str, Figure], ...]:
    wanted = [(one, statute.sample_size(one.universe) or 0) for one in counts]
    return tuple(
        figure
        for one, size in wanted
        if one.drawn < size
        for figure in (
            (f"drawn {one.stratum}".strip(), one.drawn),
            (f"needed {one.stratum}".strip(), size),
        )
    )


@frozen(kw_only=True)
class Opinion:
    """What the law says and what statistics say of one sample, side by side.

    ``estimate`` is the pair estimate with its ``standard_error`` and ``interval``.
    """

    legal: Judgement
    statistical: Judgement
    estimate: Fraction
    standard_error: float
    interval: Interval

    @property
    def agree(self) -> bool:
        """Whether both give the same answer."""
        return self.legal.answer is self.statistical.answer


def statistical_answer(*counts: SampleCount, required: int, alpha: float = 0.05) -> Judgement:
    """Decide by statistics alone: the split test, or over several strata their interval."""
    if len(counts) == 1:
        return split_test(counts[0], required, alpha)
    return interval_test(*counts, required=required, alpha=alpha)


def judge(
    statute: Statute,
    *counts: SampleCount,
    required: int,
    alpha: float = 0.05,
    confidence: float = 0.95,
) -> Opinion:
    """Decide by the statute, and by a test that errs at most with ``alpha``."""
    return Opinion(
        legal=decide(statute, *counts, required=required),
        statistical=statistical_answer(*counts, required=required, alpha=alpha),
        estimate=estimate(*counts),
        standard_error=standard_error(*counts),
        interval=mover(*counts, confidence=confidence),
    )
