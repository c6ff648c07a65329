"""The procedures of statutes, each with its own roundings, as named functions.

They do what the law says, whether or not it is good statistics: ``judging`` puts the two side
by side. Each returns its answer or projection with every figure on the way, so that a county's
form can be followed line by line.
"""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem
from petitionkit.sampling.counts import DuplicatePolicy, SampleCount
from petitionkit.sampling.decision import Figure, Judgement, Sufficiency
from petitionkit.sampling.estimators import estimate, standard_error, weight

__all__ = [
    "ArizonaFiling",
    "Projection",
    "arizona",
    "arizona_sample",
    "california",
    "california_county_form",
    "full_count",
    "new_zealand",
    "oregon_first_sample",
    "oregon_second_sample",
    "pairs",
    "ratio",
    "washington",
]

_HUNDREDTH = Decimal("0.01")
_TEN_THOUSANDTH = Decimal("0.0001")
_TWO_SIGMA_SIDED = 1.65  # Washington's own figure
_NEW_ZEALAND_Z = 1.645


@frozen(kw_only=True)
class Projection:
    """How many valid signatures a statute makes of a sample, with the steps of its form."""

    projected: Fraction = field(converter=Fraction)
    figures: tuple[tuple[str, Figure], ...] = ()


def _check_required(required: int) -> None:
    if required < 1:
        raise InvalidValueError([problem("not_positive", "required")])


def _rounded(value: Fraction, unit: Decimal) -> Decimal:
    """Round half up to a unit; exact."""
    scaled = value / Fraction(unit)
    return (Decimal(scaled.numerator * 2 + scaled.denominator) // (2 * scaled.denominator)) * unit


def _up(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))


def _california(count: SampleCount) -> tuple[list[tuple[str, Figure]], int, Decimal]:
    """The steps that both forms share: figures, uncorrected number, and weight of duplicates."""
    percent = _rounded(Fraction(count.valid_persons * 100, count.drawn), _HUNDREDTH)
    uncorrected = _up(count.universe * percent / 100)
    each = _rounded(Fraction(count.universe, count.drawn), _TEN_THOUSANDTH)
    correction = (each * (each - 1)).quantize(_TEN_THOUSANDTH, ROUND_HALF_UP)
    figures: list[tuple[str, Figure]] = [
        ("percent_valid", percent),
        ("uncorrected", uncorrected),
        ("value_of_each_signature", each),
        ("weight_of_a_duplicate", correction),
    ]
    return figures, uncorrected, correction


def california(count: SampleCount) -> Projection:
    """California's projection, with the roundings of 2 CCR 20530 and 20531.

    The share of valid lines to two decimals of a percent; N times that, rounded up; A = N/n to
    four decimals; A(A-1) for each duplicate, rounded up in all, is taken away. The official
    example of 20540 is reproduced digit for digit.
    """
    figures, uncorrected, correction = _california(count)
    taken = _up(correction * count.duplicates)
    figures += [("duplicates_projected", taken)]
    return Projection(projected=Fraction(uncorrected - taken), figures=tuple(figures))


def california_county_form(count: SampleCount) -> Projection:
    """California's projection as counties' forms print it: only the result is rounded up.

    Irvine's of 2012 comes to one signature more than the regulation's.
    """
    figures, uncorrected, correction = _california(count)
    taken = correction * count.duplicates
    figures += [("duplicates_projected", taken)]
    return Projection(projected=Fraction(_up(uncorrected - taken)), figures=tuple(figures))


def ratio(count: SampleCount, policy: DuplicatePolicy = DuplicatePolicy.KEEP_ONE) -> Projection:
    """Lines that count in the sample, times N/n; a duplicate has no weight (Colorado).

    With duplicates in a petition it projects too many: its full counts of 2012 came out 5.7 and
    6.4 standard errors lower.
    """
    projected = Fraction(count.universe * count.counted(policy), count.drawn)
    return Projection(
        projected=projected,
        figures=(("valid_in_sample", count.counted(policy)),),
    )


def pairs(count: SampleCount, policy: DuplicatePolicy = DuplicatePolicy.KEEP_ONE) -> Projection:
    """The pair estimator, as Oregon's second stage and New Zealand compute it."""
    figures: list[tuple[str, Figure]] = [
        ("valid_lines", count.valid_lines),
        ("pairs", count.pairs),
    ]
    if count.pairs:
        figures.append(("weight_of_a_pair", weight(count.universe, count.drawn)))
    return Projection(projected=estimate(count, policy=policy), figures=tuple(figures))


def washington(count: SampleCount, required: int) -> Judgement:
    """Washington's test (RCW 29A.72.230, WAC 434-379-010): sufficient, or every line is checked.

    Nothing is rejected on a sample. Invalid lines are those not valid for another reason than
    being duplicates. As a test it has a size of about 5 %, though written otherwise.
    """
    _check_required(required)
    share = Fraction(count.drawn, count.universe)
    allowance = 1.5 * sqrt(count.invalid)
    invalid_limit = (count.invalid + allowance) / float(share)
    most_pairs = count.universe - (required + invalid_limit)
    expected = float(share) ** 2 * most_pairs
    acceptable = expected - _TWO_SIGMA_SIDED * sqrt(max(expected, 0.0))
    errors = Fraction(count.invalid, count.drawn) + count.pairs / (share**2 * count.universe)
    return Judgement(
        answer=Sufficiency.FULL_COUNT if count.pairs > acceptable else Sufficiency.SUFFICIENT,
        rule="WAC 434-379-010",
        figures=(
            ("required", required),
            ("sampling_ratio", float(share)),
            ("invalid_in_sample", count.invalid),
            ("allowance", allowance),
            ("upper_limit_of_invalid", invalid_limit),
            ("most_allowable_pairs", most_pairs),
            ("expected_pairs_in_sample", expected),
            ("acceptable_pairs", acceptable),
            ("pairs", count.pairs),
            ("error_rate_percent", 100 * float(errors)),
        ),
        note="Nothing may be rejected on a sample.",
    )


def oregon_first_sample(
    count: SampleCount,
    required: int,
    *,
    assumed_duplicates: Decimal = Decimal("0.08"),
    z: float = 1.645,
) -> Judgement:
    """Oregon's first sample of 1,000 lines, as practised in 2006: sufficient, or a larger one.

    The lower limit of the share of valid lines, less a share of duplicates that is only assumed.
    """
    _check_required(required)
    share = count.valid_lines / count.drawn
    margin = z * sqrt(share * (1 - share) / count.drawn)
    lower = share - margin - float(assumed_duplicates)
    return Judgement(
        answer=(
            Sufficiency.SUFFICIENT
            if count.universe * lower >= required
            else Sufficiency.LARGER_SAMPLE
        ),
        rule="Oregon's first sample",
        figures=(
            ("required", required),
            ("margin_points", 100 * margin),
            ("lower_share", lower),
            ("projected", count.universe * lower),
        ),
    )


def oregon_second_sample(
    first: SampleCount | None, combined: SampleCount, required: int
) -> Judgement:
    """Oregon's second stage (OAR 165-014-0030): the pair estimate of both samples together.

    A petition is rejected only if two samples both find too few, the second larger; with no
    ``first`` that found too few, too few now asks for a larger sample.
    """
    _check_required(required)
    if first is not None and not first.drawn < combined.drawn:
        raise InvalidValueError(
            [problem("sample.too_small", "combined", drawn=combined.drawn, needed=first.drawn + 1)]
        )
    found = estimate(combined)
    answer = Sufficiency.SUFFICIENT
    if found < required:
        twice = first is not None and estimate(first) < required
        answer = Sufficiency.INSUFFICIENT if twice else Sufficiency.LARGER_SAMPLE
    return Judgement(
        answer=answer,
        rule="OAR 165-014-0030",
        figures=(("required", required), *pairs(combined).figures, ("projected", found)),
    )


def new_zealand(count: SampleCount, required: int) -> Judgement:
    """New Zealand's practice under the Citizens Initiated Referenda Act 1993.

    A petition lapses only if even the one-sided 95 % upper limit is below the number required.
    That rule was inferred from what was announced in 2008 and 2013.
    """
    _check_required(required)
    found, error = estimate(count), standard_error(count)
    upper = float(found) + _NEW_ZEALAND_Z * error
    return Judgement(
        answer=Sufficiency.INSUFFICIENT if upper < required else Sufficiency.SUFFICIENT,
        rule="the Citizens Initiated Referenda Act 1993",
        figures=(
            ("required", required),
            *pairs(count).figures,
            ("projected", found),
            ("standard_error", error),
            ("upper_limit", upper),
        ),
    )


@frozen(kw_only=True)
class ArizonaFiling:
    """What Arizona's order of subtraction needs (ARS 19-121.04): lines, and its sample of 5 %.

    ``sample_invalid`` are the invalid lines of the sample, duplicates but one of them among
    them; ``found_ineligible`` are those that recorders found, in all.
    """

    eligible: int
    removed_by_secretary: int
    found_ineligible: int
    sample: int
    sample_invalid: int

    def __attrs_post_init__(self) -> None:
        """Refuse negative counts and parts larger than their whole."""
        names = ("eligible", "removed_by_secretary", "found_ineligible", "sample_invalid")
        found = [problem("negative", name) for name in names if getattr(self, name) < 0]
        if self.sample < 1:
            found.append(problem("not_positive", "sample"))
        if self.sample > self.eligible:
            found.append(
                problem("sample.more_than_all", "sample", drawn=self.sample, universe=self.eligible)
            )
        if self.sample_invalid > self.sample:
            found.append(problem("out_of_range", "sample_invalid"))
        if self.removed_by_secretary + self.found_ineligible > self.eligible:
            found.append(problem("out_of_range", "found_ineligible"))
        if found:
            raise InvalidValueError(found)


def _arizona(filing: ArizonaFiling) -> Projection:
    rate = Fraction(filing.sample_invalid, filing.sample)
    rest = filing.eligible - filing.removed_by_secretary - filing.found_ineligible
    figures = (("failure_rate", rate), ("remaining_before_projection", rest))
    return Projection(projected=rest * (1 - rate), figures=figures)


def arizona(filing: ArizonaFiling, required: int) -> Judgement:
    """Arizona's order (ARS 19-121.04): lines found ineligible go, then a like share of the rest.

    They are taken away and also raise the failure rate; the courts let that stand (Mussi v.
    Hobbs, 2023).
    """
    _check_required(required)
    made = _arizona(filing)
    return Judgement(
        answer=Sufficiency.SUFFICIENT if made.projected >= required else Sufficiency.INSUFFICIENT,
        rule="ARS 19-121.04",
        figures=(("required", required), *made.figures, ("projected", made.projected)),
    )


def arizona_sample(count: SampleCount) -> Projection:
    """Arizona's order where nothing but the sample is known.

    The secretary's removals are not in the universe any more, and the recorders found
    ineligible what does not stand in the sample, further lines of one person among it.
    """
    invalid = count.drawn - count.valid_persons
    return _arizona(
        ArizonaFiling(
            eligible=count.universe,
            removed_by_secretary=0,
            found_ineligible=invalid,
            sample=count.drawn,
            sample_invalid=invalid,
        )
    )


def full_count(*, submitted: int, accepted: int, required: int) -> Judgement:
    """A count of every line: enough or not."""
    _check_required(required)
    found = [problem("negative", "accepted")] if accepted < 0 else []
    if submitted < 1:
        found.append(problem("not_positive", "submitted"))
    if accepted > submitted > 0:
        found.append(problem("sample.more_valid", "accepted", valid=accepted, drawn=submitted))
    if found:
        raise InvalidValueError(found)
    return Judgement(
        answer=Sufficiency.SUFFICIENT if accepted >= required else Sufficiency.INSUFFICIENT,
        rule="the full count",
        figures=(
            ("required", required),
            ("submitted", submitted),
            ("accepted", accepted),
            ("invalid", submitted - accepted),
            ("short", max(required - accepted, 0)),
            ("validity_percent", Fraction(100 * accepted, submitted)),
        ),
    )
