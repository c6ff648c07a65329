"""The cases of sampling hold: our own, and those of ``PETITIONKIT_EXTRA_CASES``."""

import json
import os
from pathlib import Path

import pytest
from attrs import evolve

from cases.conftest import EXTRA
from cases.sampling_answers import ANSWERS
from cases.sampling_case import OWN_FILE, SamplingCase, cases_of, extra_cases
from cases.sampling_runner import Became, run, same

OWN = cases_of(OWN_FILE) or []
_FOLDER = os.environ.get(EXTRA, "")
EXTRAS = extra_cases(Path(_FOLDER)) if _FOLDER else []
UNDERSTOOD = [c for c in (*OWN, *EXTRAS) if run(c).became is not Became.NOT_UNDERSTOOD]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in UNDERSTOOD])
def test_a_case_is_answered_as_it_says(case: SamplingCase) -> None:
    result = run(case)
    assert result.became is Became.PASSED, result.why


def test_every_case_of_the_file_is_understood() -> None:
    assert len(OWN) == 31
    assert [case.id for case in OWN if run(case).became is not Became.PASSED] == []


def test_every_kind_but_one_that_no_case_here_uses_is_answered_by_a_case() -> None:
    unused = ANSWERS.keys() - {case.kind for case in OWN}
    assert unused == {"pair_estimator_with_triples"}


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in OWN])
def test_a_case_with_another_figure_fails(case: SamplingCase) -> None:
    for key, value in case.expected.items():
        assert run(evolve(case, expected={**case.expected, key: _other(value)})).became is (
            Became.FAILED
        ), key


def _other(value: object) -> object:
    match value:
        case dict():
            return {key: _other(inner) for key, inner in value.items()}
        case list():
            return [_other(inner) for inner in value]
        case bool():
            return not value
        case int() | float():
            return value * 1.01 + 1
    return f"{value} or not"


def test_an_unknown_kind_input_or_figure_is_not_understood() -> None:
    case = OWN[0]
    for other in (
        evolve(case, kind="tarot"),
        evolve(case, inputs={}),
        evolve(case, expected={**case.expected, "luck": 1}),
    ):
        assert run(other).became is Became.NOT_UNDERSTOOD


def test_figures_are_compared_as_far_as_they_are_printed() -> None:
    assert same(12.3, 12.3499)
    assert not same(12.3, 12.36)
    assert same(101323.0, 101322.6)
    assert not same(5, 5.1)
    assert same(5, 5.1, 0.2)


def test_extra_files_are_told_by_their_content(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(OWN_FILE.read_text("utf-8"), "utf-8")
    for name, content in {"uk": [{"id": "a", "area": "b"}], "empty": {"cases": []}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), "utf-8")
    (tmp_path / "broken.json").write_text("{", "utf-8")
    found = extra_cases(tmp_path)
    assert [case.id for case in found[:2]] == ["mine:ca-20540", "mine:ca-recall-handbook"]
    assert len(found) == len(OWN)
    assert {run(case).became for case in found} == {Became.PASSED}


def test_signers_found_three_times_are_answered() -> None:
    """No case here has them; New Zealand's of 2008 did."""
    case = SamplingCase(
        id="triples",
        kind="pair_estimator_with_triples",
        inputs={"N": 100, "n": 50, "f1": 30, "f2": 2, "f3": 1, "required": 60},
        expected={
            "e2_only": 65.92,
            "pairs_u_statistic": 53.8,
            "goodman": 62.05,
            "one_sided_95_upper_of_published": 63.29,
            "standard_error": 6.597,
            "decision": "qualifies",
        },
        exact={},
        reported={"estimate": 60, "standard_error": 2},
        tolerance="",
    )
    result = run(case)
    assert result.became is Became.PASSED, result.why
