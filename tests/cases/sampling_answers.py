"""What petitionkit answers to each kind of case of sampling, by the names that cases use."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations, count
from math import ceil, sqrt
from types import MappingProxyType
from typing import Any

from cases.sampling_case import SamplingCase
from petitionkit.sampling import procedures, statutes
from petitionkit.sampling.counts import DuplicatePolicy, SampleCount
from petitionkit.sampling.decision import Judgement, Sufficiency
from petitionkit.sampling.estimators import (
    coefficient,
    estimate,
    estimated_pairs,
    standard_error,
    variance,
    weight,
    whole_file_variance,
)
from petitionkit.sampling.intervals import mover
from petitionkit.sampling.judging import decide
from petitionkit.sampling.planning import lines_for_decision, lines_for_margin, lines_for_share
from petitionkit.sampling.sequential import Alpha, Sprt
from petitionkit.sampling.significance import split_test
from petitionkit.sampling.statute import Band
from petitionkit.sampling.tails import (
    hypergeometric_limits,
    hypergeometric_tails,
    poisson_limits,
)

Answers = Mapping[str, Any]

_SIZE_RULES = {
    "california_3pct_500": "california",
    "nevada_local_5pct_500": "nevada-local",
    "illinois": "illinois",
    "texas_25pct_1000": "texas",
    "california_in_lieu_8084": "california-in-lieu",
}
_BANDS = {
    "california": "california",
    "california_recall_11225": "california-recall",
    "colorado": "colorado",
    "illinois": "illinois",
    "maryland": "maryland",
    "missouri": "missouri",
    "nevada_local": "nevada-local",
    "arizona": "arizona",
}


def _lines(inputs: Mapping[str, Any], *, valid: str = "valid_lines") -> SampleCount:
    return SampleCount.of_lines(
        universe=inputs["N"],
        drawn=inputs["n"],
        valid_lines=inputs[valid],
        pairs=inputs.get("pairs", 0),
    )


def _persons(inputs: Mapping[str, Any], duplicates: int) -> SampleCount:
    return SampleCount.of_persons(
        universe=inputs["N"], drawn=inputs["n"], valid=inputs["valid"], duplicates=duplicates
    )


def _percent(share: float) -> str:
    return f"{round(100 * share, 6):g}%"


def california(case: SamplingCase) -> Answers:
    counted = _persons(case.inputs, case.inputs["duplicates"])
    regulation = procedures.california(counted)
    form = procedures.california_county_form(counted)
    figures = dict(regulation.figures)
    printed = form if "projected_by_regulation_rounding" in case.expected else regulation
    found: dict[str, Any] = {
        "percent_valid": figures["percent_valid"],
        "uncorrected_rounded_up": figures["uncorrected"],
        "A": figures["value_of_each_signature"],
        "weight": figures["weight_of_a_duplicate"],
        "duplicates_rounded_up": figures["duplicates_projected"],
        "projected": printed.projected,
        "projected_by_regulation_rounding": regulation.projected,
        "california_without_rounding": _unrounded(counted),
        "unbiased_pair_estimator": estimate(counted),
    }
    if required := case.inputs.get("required"):
        band = statutes.load("california").band
        assert band is not None
        found["band"] = band.judge(printed.projected, required)
        found["percent_of_required"] = 100 * printed.projected / required
    return found


def _unrounded(counted: SampleCount) -> Fraction:
    each = weight(counted.universe, counted.drawn, 1)
    return each * counted.valid_persons - each * (each - 1) * counted.duplicates


def california_rate(case: SamplingCase) -> Answers:
    found: dict[str, Any] = {}
    for key in case.expected:
        match = re.fullmatch(r"rate_with_(\d+)_duplicates", key)
        if match:
            counted = _persons(case.inputs, int(match[1]))
            projected = procedures.california(counted).projected
            found[key] = 100 * projected / counted.universe
    return found


def band(case: SamplingCase) -> Answers:
    projected, required = case.inputs["projected"], case.inputs["required"]
    judged = Band(
        fails=f"<{_percent(case.inputs['fail_below'])}",
        passes=f">{_percent(case.inputs['pass_above'])}",
    )
    low, high = judged.limits(required)
    return {
        "fail_threshold": ceil(low),
        "pass_threshold_exceeds": high,
        "ratio": Fraction(projected, required),
        "validity": Fraction(projected, case.inputs["N"]),
        "decision": judged.judge(projected, required),
        "short_of_full_count": ceil(low) - projected,
    }


def band_edges(case: SamplingCase) -> Answers:
    required = case.inputs["required"]
    found: dict[str, Any] = {}
    for name in case.expected.keys() & _BANDS.keys():
        judged = statutes.load(_BANDS[name]).band
        assert judged is not None
        found[name] = {edge: judged.judge(int(edge), required) for edge in case.expected[name]}
    return found


def washington(case: SamplingCase) -> Answers:
    inputs = case.inputs
    counted = SampleCount.of_lines(
        universe=inputs["N"],
        drawn=inputs["n"],
        valid_lines=inputs["n"] - inputs["invalid"],
        pairs=inputs["pairs"],
    )
    made = decide(statutes.load("washington"), counted, required=inputs["required"])
    names = {
        "sampling_ratio": "sampling_ratio",
        "allowance": "allowance",
        "upper_limit_invalid": "upper_limit_of_invalid",
        "max_allowable_pairs": "most_allowable_pairs",
        "expected_pairs_in_sample": "expected_pairs_in_sample",
        "acceptable_pairs": "acceptable_pairs",
        "error_rate_percent": "error_rate_percent",
    }
    return {
        **{theirs: made.figure(ours) for theirs, ours in names.items()},
        "accept": made.answer is Sufficiency.SUFFICIENT,
        "certified": made.answer is Sufficiency.SUFFICIENT,
        "pair_estimate": estimate(counted),
        "standard_error": standard_error(counted),
    }


def pairs_scaling(case: SamplingCase) -> Answers:
    counts = [
        SampleCount.of_persons(
            universe=case.inputs["N"],
            drawn=step["n"],
            valid=step["n"] - step["duplicates"],
            duplicates=step["duplicates"],
        )
        for step in case.inputs["series"]
    ]
    return {"estimated_duplicates": [estimated_pairs(one) for one in counts]}


def pair_estimator(case: SamplingCase) -> Answers:
    counted = _lines(case.inputs)
    found, error = estimate(counted), standard_error(counted)
    made: dict[str, Any] = {
        "A": weight(counted.universe, counted.drawn, 1),
        "pair_weight": weight(counted.universe, counted.drawn),
        "estimate": found,
        "rounded": round(found),
        "standard_error": error,
        "wald95": [float(found) - 1.96 * error, float(found) + 1.96 * error],
    }
    if required := case.inputs.get("required"):
        made["decision"] = _whether(found >= required)
    return made


def _whether(enough: bool) -> Sufficiency:  # noqa: FBT001 (it says what it is)
    return Sufficiency.SUFFICIENT if enough else Sufficiency.INSUFFICIENT


def pair_estimator_with_se(case: SamplingCase) -> Answers:
    counted = _lines(case.inputs)
    made = decide(statutes.load("new-zealand"), counted, required=case.inputs["required"])
    found, error = estimate(counted), standard_error(counted)
    return {
        "estimate": made.figure("projected"),
        "standard_error": made.figure("standard_error"),
        "duplicate_share_of_signers_percent": 100 * estimated_pairs(counted) / found,
        "duplicate_share_percent": 100 * estimated_pairs(counted) / found,
        "z": (case.inputs["required"] - float(found)) / error,
        "decision": made.answer,
    }


def pair_estimator_with_triples(case: SamplingCase) -> Answers:
    inputs = case.inputs
    seen = (inputs["f1"], inputs["f2"], inputs["f3"])
    counted = SampleCount(universe=inputs["N"], drawn=inputs["n"], seen=seen)
    of_pairs = SampleCount(universe=inputs["N"], drawn=inputs["n"], seen=(0, seen[1]))
    every_line = estimate(counted, policy=DuplicatePolicy.COUNT_ALL)
    made: dict[str, Any] = {
        "e2_only": every_line - estimated_pairs(of_pairs),
        "pairs_u_statistic": estimate(counted),
        "goodman": estimate(counted, depth=3),
        "standard_error": standard_error(counted),
    }
    if {"estimate", "standard_error"} <= case.reported.keys():
        made["one_sided_95_upper_of_published"] = (
            case.reported["estimate"] + 1.645 * case.reported["standard_error"]
        )
    if required := inputs.get("required"):
        made["decision"] = decide(statutes.load("new-zealand"), counted, required=required).answer
    return made


def oregon_first_sample(case: SamplingCase) -> Answers:
    made = procedures.oregon_first_sample(
        _lines(case.inputs, valid="valid"), case.inputs["required"], z=case.inputs["z"]
    )
    return {
        "margin_points": made.figure("margin_points"),
        "lower_share": made.figure("lower_share"),
        "lower_estimate": made.figure("projected"),
        "decision": made.answer,
    }


def ratio_band(case: SamplingCase) -> Answers:
    inputs, required = case.inputs, case.inputs["required"]
    counted = _persons(inputs, 0)
    statute = statutes.load("colorado")
    made = decide(statute, counted, required=required)
    found: dict[str, Any] = {
        "sample_size_rule_ceil_5pct": statute.sample_size(inputs["N"]),
        "estimate": made.figure("projected"),
        "percent_of_required": made.figure("percent_of_required"),
        "decision": made.answer,
    }
    if (whole := case.reported.get("full_count_valid")) is not None:
        over = made.figure("projected") - whole
        spread = variance(
            inputs["N"], inputs["n"], valid_lines=Fraction(made.figure("projected")), pairs=0
        )
        found["overestimate"] = over
        found["overestimate_in_standard_errors"] = float(over) / sqrt(spread.total)
    return found


def _tails(counted: SampleCount, valid: int, seen: int) -> tuple[float, float]:
    return hypergeometric_tails(
        universe=counted.universe, valid=valid, drawn=counted.drawn, seen=seen
    )


def ratio(case: SamplingCase) -> Answers:
    inputs, required = case.inputs, case.inputs["required"]
    counted = _lines(inputs, valid="valid")
    found = procedures.ratio(counted).projected
    return {
        "estimate": found,
        "short": max(ceil(required - found), 0),
        "needed_in_sample": Fraction(required * inputs["n"], inputs["N"]),
        "percent": Fraction(100 * inputs["valid"], inputs["n"]),
        "decision": _whether(found >= required),
        "p_certify_exact": _tails(counted, required - 1, inputs["valid"])[1],
        "p_deny_exact": _tails(counted, required, inputs["valid"])[0],
        **_at_thresholds(case, counted, required),
    }


def _at_thresholds(case: SamplingCase, counted: SampleCount, required: int) -> Answers:
    """Chances of a petition with just enough: of certifying from one up, denying from one down."""
    needed = Fraction(required * counted.drawn, counted.universe)
    found: dict[str, Any] = {}
    for key in case.expected:
        match = re.fullmatch(r"p_at_(?:\w+_)?(\d+)", key)
        if match:
            seen = int(match[1])
            found[key] = _tails(counted, required, seen)[seen > needed]
    return found


def thresholds(case: SamplingCase) -> Answers:
    inputs = case.inputs
    counted = SampleCount(universe=inputs["N"], drawn=inputs["n"], seen=())
    needed = Fraction(inputs["required"] * inputs["n"], inputs["N"])
    return {
        "needed_in_sample": needed,
        "exactly_needed": ceil(needed),
        **_at_thresholds(case, counted, inputs["required"]),
    }


def sample_size_margin(case: SamplingCase) -> Answers:
    margin, confidence = case.inputs["margin"], case.inputs["confidence"]
    return {
        key: lines_for_share(int(key), margin=margin, confidence=confidence)
        for key in case.expected
    }


def sample_size_rules(case: SamplingCase) -> Answers:
    found: dict[str, Any] = {}
    for name in case.expected.keys() & _SIZE_RULES.keys():
        statute = statutes.load(_SIZE_RULES[name])
        sizes = {key: statute.sample_size(int(key)) for key in case.expected[name]}
        found[name] = {
            key: "all" if case.expected[name][key] == "all" and size == int(key) else size
            for key, size in sizes.items()
        }
    return found


def arizona(case: SamplingCase) -> Answers:
    inputs = case.inputs
    made = procedures.arizona(
        procedures.ArizonaFiling(
            eligible=inputs["eligible"],
            removed_by_secretary=inputs["removed_by_secretary"],
            found_ineligible=inputs["found_ineligible_by_recorders"],
            sample=inputs["sample"],
            sample_invalid=inputs["sample_invalid"],
        ),
        inputs["required"],
    )
    return {
        "failure_rate": made.figure("failure_rate"),
        "remaining_before_projection": made.figure("remaining_before_projection"),
        "projected_valid": made.figure("projected"),
        "decision": made.answer,
    }


def full_count(case: SamplingCase) -> Answers:
    inputs = case.inputs
    accepted = inputs["accepted"] if "accepted" in inputs else inputs["valid_at_most"]
    made = procedures.full_count(
        submitted=inputs["submitted"], accepted=accepted, required=inputs["required"]
    )
    return {
        "invalid_at_least": made.figure("invalid"),
        "short": made.figure("short"),
        "validity_percent": made.figure("validity_percent"),
        "decision": made.answer,
    }


def linear_unbiased(case: SamplingCase) -> Answers:
    universe, drawn = case.inputs["N"], case.inputs["n"]
    keep, reject = (
        [coefficient(universe, drawn, lines, policy=policy, depth=3) for lines in (1, 2, 3)]
        for policy in (DuplicatePolicy.KEEP_ONE, DuplicatePolicy.REJECT_ALL)
    )
    each, pair = (weight(universe, drawn, lines) for lines in (1, 2))
    found: dict[str, Any] = {
        "c1": keep[0],
        "c2": keep[1],
        "c3": keep[2],
        "keep_one_coefficients": keep,
        "reject_all_coefficients": reject,
        "pair_weight_W": pair,
        "california_B": each * (each - 1),
        "exact_B": pair - each,
    }
    if population := case.inputs.get("population"):
        found |= _means(population, drawn)
    return found


def _means(population: list[str | None], drawn: int) -> Answers:
    """Means over every sample that there is."""
    samples = [_seen(sample, len(population)) for sample in combinations(population, drawn)]

    def mean(policy: DuplicatePolicy, depth: int) -> Fraction:
        total = sum(estimate(one, policy=policy, depth=depth) for one in samples)
        return Fraction(total, len(samples))

    return {
        "mean_keep_one": mean(DuplicatePolicy.KEEP_ONE, 3),
        "mean_reject_all": mean(DuplicatePolicy.REJECT_ALL, 3),
        "mean_valid_lines": mean(DuplicatePolicy.COUNT_ALL, 1),
        "mean_pair_estimator": mean(DuplicatePolicy.KEEP_ONE, 2),
    }


def _seen(sample: tuple[str | None, ...], universe: int) -> SampleCount:
    valid = [person for person in sample if person is not None]
    times = [valid.count(person) for person in set(valid)]
    seen = tuple(times.count(size) for size in range(1, len(sample) + 1))
    return SampleCount(universe=universe, drawn=len(sample), seen=seen)


def variances(case: SamplingCase) -> Answers:
    given = (case.inputs["N"], case.inputs["n"])
    lines, pairs = case.inputs["Y"], case.inputs["P"]
    made = variance(*given, valid_lines=lines, pairs=pairs)
    whole = whole_file_variance(*given, valid_lines=lines, pairs=pairs)
    return {
        "M": lines - pairs,
        "sd": sqrt(made.total),
        "sd_lines_only": sqrt(made.lines),
        "sd_pairs_only": sqrt(made.pairs),
        "sd_if_duplicates_are_looked_up_in_the_whole_file": sqrt(whole),
    }


def hypergeometric(case: SamplingCase) -> Answers:
    universe, drawn, valid = (case.inputs[name] for name in ("N", "n", "valid"))
    found: dict[str, Any] = {}
    for key in case.expected:
        if match := re.fullmatch(r"ci(\d+)", key):
            tail = (100 - int(match[1])) / 200
            found[key] = list(
                hypergeometric_limits(universe=universe, drawn=drawn, seen=valid, tail=tail)
            )
        elif match := re.fullmatch(r"(sf|cdf)_at_K(\d+)", key):
            tails = hypergeometric_tails(
                universe=universe, valid=int(match[2]), drawn=drawn, seen=valid
            )
            found[key] = tails[match[1] == "sf"]
    return found


def _certainly(decision: Judgement) -> Answers:
    return {
        "Y_lower": decision.figure("lines_lower"),
        "Y_upper": decision.figure("lines_upper"),
        "P_lower": decision.figure("pairs_lower"),
        "P_upper": decision.figure("pairs_upper"),
        "M_lower": decision.figure("lower_limit"),
        "M_upper": decision.figure("upper_limit"),
        "certify": decision.answer is Sufficiency.SUFFICIENT,
        "reject": decision.answer is Sufficiency.INSUFFICIENT,
    }


def split_tests(case: SamplingCase) -> Answers:
    found: dict[str, Any] = {}
    for name, (universe, drawn, lines, pairs, required) in case.inputs["cases"].items():
        counted = SampleCount.of_lines(
            universe=universe, drawn=drawn, valid_lines=lines, pairs=pairs
        )
        answers = _certainly(split_test(counted, required, case.inputs["alpha"]))
        found[name] = {key: answers[key] for key in case.expected[name] if key in answers}
    return found


def movers(case: SamplingCase) -> Answers:
    found: dict[str, Any] = {}
    for name, (universe, drawn, lines, pairs) in case.inputs["cases"].items():
        counted = SampleCount.of_lines(
            universe=universe, drawn=drawn, valid_lines=lines, pairs=pairs
        )
        made = mover(counted, confidence=case.inputs["confidence"])
        found[name] = [made.lower, made.upper]
    return found


def garwood(case: SamplingCase) -> Answers:
    tail = (1 - case.inputs["confidence"]) / 2
    return {key: list(poisson_limits(int(key), tail)) for key in case.expected}


def sprt(case: SamplingCase) -> Answers:
    inputs = case.inputs
    made = Sprt(bad=inputs["p0"], good=inputs["p1"], alpha=inputs["alpha"], beta=inputs["beta"])
    return {
        "upper": made.upper,
        "lower": made.lower,
        "step_valid": made.step_valid,
        "step_invalid": made.step_invalid,
        "accept_after_all_valid": made.soonest_certified,
        "reject_after_all_invalid": made.soonest_rejected,
        "asn_p0": made.mean_lines(inputs["p0"]),
        "asn_p1": made.mean_lines(inputs["p1"]),
        "fixed_n": made.fixed_lines,
    }


def supermartingale(case: SamplingCase) -> Answers:
    inputs = case.inputs
    made = Alpha(
        universe=inputs["N"], null_total=inputs["null_total"], guess=inputs["eta"], alpha=0.05
    )
    path = list(made.path(bool(one) for one in inputs.get("observations", ())))
    reaching = (
        lines for lines in count(1) if lines > inputs["N"] or made.path([True] * lines)[-1] >= 20
    )
    return {"path": path, "all_valid_lines_to_reach_20": next(reaching)}


def planning(case: SamplingCase) -> Answers:
    inputs = case.inputs
    if "margin" in inputs:
        return {
            "n": [
                lines_for_margin(
                    inputs["N"],
                    validity=inputs["validity"],
                    duplicate_share=share,
                    margin=inputs["margin"],
                    confidence=inputs["confidence"],
                )
                for share in inputs["duplicate_shares"]
            ]
        }
    return {
        "n": [
            lines_for_decision(
                inputs["N"],
                required=inputs["required"],
                expected=expected,
                duplicate_share=share,
                alpha=inputs["alpha"],
                beta=inputs["beta"],
            )
            for expected, share in _decisions(inputs)
        ]
    }


def _decisions(inputs: Mapping[str, Any]) -> list[tuple[int, float]]:
    """Expected signatures and share of duplicates of each case, absolute or relative."""
    found = []
    for one in inputs["cases"]:
        values = list(one.values()) if isinstance(one, dict) else one
        expected, duplicates = values[0], values[1]
        if expected < 10:  # as a multiple of what is required
            expected = round(expected * inputs["required"])
        if duplicates >= 1:  # as a number of pairs
            duplicates /= inputs["N"]
        found.append((expected, duplicates))
    return found


ANSWERS: Mapping[str, Callable[[SamplingCase], Answers]] = MappingProxyType(
    {
        "arizona": arizona,
        "band": band,
        "band_edges": band_edges,
        "california": california,
        "california_rate": california_rate,
        "full_count": full_count,
        "garwood": garwood,
        "hypergeometric": hypergeometric,
        "linear_unbiased": linear_unbiased,
        "mover": movers,
        "oregon_first_sample": oregon_first_sample,
        "pair_estimator": pair_estimator,
        "pair_estimator_with_se": pair_estimator_with_se,
        "pair_estimator_with_triples": pair_estimator_with_triples,
        "pairs_scaling": pairs_scaling,
        "planning": planning,
        "ratio": ratio,
        "ratio_band": ratio_band,
        "sample_size_margin": sample_size_margin,
        "sample_size_rules": sample_size_rules,
        "split_test": split_tests,
        "sprt": sprt,
        "supermartingale": supermartingale,
        "thresholds": thresholds,
        "variance": variances,
        "washington": washington,
    }
)
"""What answers each kind of case."""
