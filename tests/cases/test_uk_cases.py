"""The UK Parliament's cases, and what is said of them, hold."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cases.conftest import EXTRA, PROPERTY
from cases.uk_answers import OPERATIONS, VOCABULARY
from cases.uk_case import OWN_FILE, Case, cases_of, extra_cases
from cases.uk_differences import DIFFERENCES, Difference
from cases.uk_runner import Became, run

OWN = cases_of(OWN_FILE) or []
# Rules of the UK's system that we know and no case of that file is about.
MORE = cases_of(OWN_FILE.parent / "more-cases.json") or []
OURS = (*OWN, *MORE)


def _extra() -> tuple[Case, ...]:
    folder = os.environ.get(EXTRA)
    if not folder:
        return ()
    if not Path(folder).is_dir():
        raise pytest.UsageError(f"{EXTRA} names no folder: {folder}")
    return extra_cases(Path(folder)).cases


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in (*OURS, *_extra())])
def test_a_case_is_answered_as_it_says_or_otherwise_on_purpose(
    case: Case, record_property: Callable[[str, object], None]
) -> None:
    verdict = run(case)
    record_property(PROPERTY, (case.id, case.area, verdict.became.value, verdict.why))
    assert verdict.became in (Became.PASSED, Became.DIFFERING), verdict.why


def test_there_are_cases_and_each_has_a_name_of_its_own() -> None:
    assert len(OWN) == 258
    assert len({case.id for case in OURS}) == len(OURS) > len(OWN)


def test_every_case_of_the_file_is_understood() -> None:
    assert [case.id for case in OURS if run(case).became is Became.NOT_UNDERSTOOD] == []


def test_no_fewer_cases_pass_than_did_before() -> None:
    assert sum(run(case).became is Became.PASSED for case in OURS) >= 207


@pytest.mark.parametrize("rule", DIFFERENCES, ids=lambda rule: rule.reason[:40])
def test_every_rule_of_difference_fits_a_case_that_differs(rule: Difference) -> None:
    fitting = [case for case in OURS if rule.fits(case)]
    ran = {run(case).became for case in fitting} - {Became.NOT_YET}
    assert ran == {Became.DIFFERING}


def test_every_operation_is_answered_and_no_other() -> None:
    assert set(OPERATIONS) == set(VOCABULARY)
