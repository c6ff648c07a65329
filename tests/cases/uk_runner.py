"""Runs cases: what became of each, and the table of it by area.

Decides only whether a case is in scope and understood, and whether the answers are what the
case says. What is asked of petitionkit is in ``uk_answers``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType

from attrs import frozen

from cases.uk_answers import OPERATIONS, VOCABULARY
from cases.uk_bench import Answers
from cases.uk_case import Case, InWords, NotUnderstoodError, NotYetError, read_instant
from cases.uk_differences import difference_of
from petitionkit.errors import IllegalStepError

SCOPE = (
    "email.* name.* location.* postcode.* petition.text duplicate* deadline* grace.* threshold.*"
    " count.increment count.decrement moderation* sponsors signature.* dissolution.* response"
    " debate csv api rate_limit* fraud.* invalidation.* trending anonymise.*"
).split()
"""Patterns of the areas whose cases are run."""


class Became(StrEnum):
    """What became of a case."""

    PASSED = "passed"
    DIFFERING = "differing"
    FAILED = "failed"
    NOT_YET = "not yet"
    SKIPPED = "skipped"
    NOT_UNDERSTOOD = "not understood"


@frozen
class Approval:
    """What became of a case, and why where it did not pass."""

    became: Became
    why: str = ""


def run(case: Case) -> Approval:
    """Run one case."""
    if not any(fnmatchcase(case.area, pattern) for pattern in SCOPE):
        return Approval(Became.SKIPPED, f"the area {case.area} is not in scope")
    unknown = _unknown_words(case)
    if unknown:
        return Approval(Became.NOT_UNDERSTOOD, unknown)
    try:
        return _run(case)
    except NotYetError as error:
        return Approval(Became.NOT_YET, str(error))
    except NotUnderstoodError as error:
        return Approval(Became.NOT_UNDERSTOOD, str(error))
    except IllegalStepError as error:
        return Approval(Became.FAILED, f"petitionkit has no such step: {error}")


def _unknown_words(case: Case) -> str:
    """What in the case the runner has no word for; empty where it knows all of it."""
    words = VOCABULARY.get(case.op)
    if words is None:
        return f"the operation {case.op!r}"
    parts = {
        "given": case.given.keys() - words.given,
        "argument": case.args.keys() - words.args,
        "then": case.then.keys() - words.then,
    }
    found = [f"{part} {name!r}" for part, names in parts.items() for name in sorted(names)]
    if not case.then:
        found.append("it says nothing of what then is so")
    return ", ".join(found)


def _run(case: Case) -> Approval:
    variants = list(case.variants())
    answered = [OPERATIONS[variant.op](variant) for variant in variants]
    wrong = [found for answers in answered if (found := _wrong(case.then, answers))]
    rule = difference_of(case)
    if rule is None:
        return Approval(Became.FAILED, "; ".join(wrong)) if wrong else Approval(Became.PASSED)
    if len(wrong) < len(answered):
        return Approval(Became.FAILED, f"it differs no longer: {rule.reason}")
    if not all(rule.ours(case, answers) for answers in answered):
        return Approval(Became.FAILED, f"{'; '.join(wrong)}, which is not how we differ")
    return Approval(Became.DIFFERING, rule.reason)


def _wrong(then: Mapping[str, object], answers: Answers) -> str:
    """Every key that is answered otherwise than it says; one without an answer is no pass."""
    unanswered = then.keys() - answers.keys()
    if unanswered:
        raise NotUnderstoodError(f"there is no answer to {', '.join(sorted(unanswered))}")
    return ", ".join(
        f"{key} should be {expected!r} and is {_shown(answers[key])!r}"
        for key, expected in then.items()
        if not _same(expected, answers[key])
    )


def _shown(answer: object) -> object:
    return answer.isoformat() if isinstance(answer, datetime) else answer


def _same(expected: object, answer: object) -> bool:
    match answer:
        case datetime():
            return expected is not None and read_instant(expected) == answer
        case InWords():
            return isinstance(expected, str)
    return type(expected) is type(answer) and expected == answer


TALLIES: Mapping[Became, str] = MappingProxyType({became: became.value for became in Became})


def table(verdicts: Iterable[tuple[str, Became]]) -> list[str]:
    """Lines of a table of what became of the cases, by area."""
    counts: dict[str, Counter[Became]] = {}
    for area, became in verdicts:
        counts.setdefault(area, Counter())[became] += 1
    width = max(map(len, counts), default=0)
    width = max(width, len("area"))
    lines = ["  ".join(["area".ljust(width), *TALLIES.values()])]
    lines += [_line(area.ljust(width), counts[area]) for area in sorted(counts)]
    lines.append(_line("all".ljust(width), sum(counts.values(), Counter[Became]())))
    return lines


def _line(label: str, counts: Counter[Became]) -> str:
    cells = (str(counts[became] or "").rjust(len(word)) for became, word in TALLIES.items())
    return "  ".join([label, *cells]).rstrip()
