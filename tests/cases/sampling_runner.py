"""Runs cases of sampling: every figure expected, exact or published is compared.

Figures are compared as far as they are printed: a number with two decimals to half a hundredth,
a whole one exactly where ours is exact. A tolerance that the case states stands instead.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import frozen

from cases.sampling_answers import ANSWERS
from cases.sampling_case import SamplingCase
from petitionkit.sampling.decision import Sufficiency

WORDS: Mapping[Sufficiency, tuple[str, ...]] = {
    Sufficiency.SUFFICIENT: (
        *("pass", "passes", "sufficient", "qualifies", "certify", "certified", "achieved"),
        *("qualifies on the first sample", "presumed valid", "accept", "validated"),
    ),
    Sufficiency.INSUFFICIENT: (
        *("fail", "fails", "insufficient", "not achieved", "presumed invalid", "lapses"),
        *("does not qualify", "deny", "denied", "reject", "rejected", "falls short"),
    ),
    Sufficiency.FULL_COUNT: ("full count", "full check", "full canvass", "continue", "every line"),
    Sufficiency.LARGER_SAMPLE: ("larger sample", "second sample", "larger sample needed"),
    Sufficiency.INCONCLUSIVE: ("inconclusive",),
}
"""The words of the cases for each answer."""


class Became(StrEnum):
    """What became of a case."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_UNDERSTOOD = "not understood"


@frozen
class Result:
    """What became of a case, and why where it did not pass."""

    became: Became
    why: str = ""


def run(case: SamplingCase) -> Result:
    """Run one case."""
    answer = ANSWERS.get(case.kind)
    if answer is None:
        return Result(Became.NOT_UNDERSTOOD, f"the kind {case.kind!r}")
    try:
        answers = answer(case)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        return Result(Became.NOT_UNDERSTOOD, f"its inputs: {error!r}")
    unknown = {**case.expected, **case.exact}.keys() - answers.keys()
    if unknown:
        return Result(Became.NOT_UNDERSTOOD, f"there is no answer to {', '.join(sorted(unknown))}")
    tolerance = float(case.tolerance) if re.fullmatch(r"[\d.]+", case.tolerance) else 0.0
    wrong = [
        f"{key} should be {value!r} and is {answers[key]!r}"
        for key, value in [*case.expected.items(), *case.exact.items()]
        if not same(value, answers[key], tolerance)
    ]
    wrong += [
        f"{key} was published as {value!r} and is {answers[key]!r}"
        for key, value in case.reported.items()
        if key in answers and not _as_published(case, key, value, answers[key])
    ]
    return Result(Became.FAILED, "; ".join(wrong)) if wrong else Result(Became.PASSED)


def _as_published(case: SamplingCase, key: str, value: Any, answer: Any) -> bool:  # noqa: ANN401 (JSON)
    """Whether a published figure is met, as nearly as the case says.

    Where the case expects a figure of its own under the same name and states no tolerance, the
    published one is told, not demanded.
    """
    match = re.match(rf"{key} within ([\d.]+)(%?)", case.tolerance)
    if match:
        return same(value, answer, float(match[1]) * (value / 100 if match[2] else 1))
    if key in case.expected:
        return True
    return same(value, round(float(answer)) if type(value) is int else answer)


def same(expected: Any, answer: Any, tolerance: float = 0.0) -> bool:  # noqa: ANN401 (JSON)
    """Whether an answer is what is expected, as far as it is printed."""
    match expected:
        case dict():
            return expected.keys() <= answer.keys() and all(
                same(value, answer[key], tolerance) for key, value in expected.items()
            )
        case list():
            return len(expected) == len(answer) and all(
                same(one, other, tolerance) for one, other in zip(expected, answer, strict=True)
            )
        case str():
            return (
                expected in WORDS[answer]
                if isinstance(answer, Sufficiency)
                else expected == str(answer)
            )
        case bool():
            return expected is answer
        case int():
            return abs(answer - expected) <= tolerance if tolerance else bool(answer == expected)
    return bool(abs(float(answer) - expected) <= max(tolerance, _half_a_digit(expected)))


def _half_a_digit(value: float) -> float:
    """Half of the last digit printed; JSON prints 101323 as 101323.0."""
    _, _, decimals = repr(value).partition(".")
    digits = 0 if decimals == "0" else len(decimals)
    return 0.5 * 10.0**-digits * (1 + 1e-6)
