"""The runner of the cases tells passed from failed, and both from what it does not know."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from cases import uk_runner
from cases.conftest import EXTRA
from cases.uk_case import NOW, Case, NotUnderstoodError, cases_of, extra_cases, read_instant
from cases.uk_differences import Difference
from cases.uk_runner import Became, run, table

CLOSING = Case(
    id="made-up",
    area="deadline",
    op="closing_date",
    given={"timezone": "Europe/London", "duration_months": 6},
    args={"opened_at": "2020-01-01T12:00:00Z"},
    then={"date": "2020-07-01"},
)
COUNTED = Case(
    id="made-up",
    area="count.increment",
    op="increment",
    given={"state": "open", "signature_count": 2, "new_validated": 1},
    then={"signature_count": 3},
)
LABEL = Case(
    id="made-up",
    area="email.canonical",
    op="canonical_email",
    args={"email": "a+@example.com"},
    then={"canonical": "a+@example.com"},
)


def became(case: Case) -> Became:
    return run(case).became


def test_a_right_expectation_passes() -> None:
    assert (became(CLOSING), became(COUNTED)) == (Became.PASSED, Became.PASSED)


@pytest.mark.parametrize(
    "case",
    [
        evolve(CLOSING, then={"date": "2020-07-02"}),
        evolve(CLOSING, then={"date": None}),
        evolve(CLOSING, given={**CLOSING.given, "duration_months": 7}),
        evolve(COUNTED, then={"signature_count": 4}),
        evolve(COUNTED, then={"signature_count": "3"}),
        evolve(COUNTED, then={"signature_count": 3, "last_signed_at": "1 second ago"}),
        evolve(COUNTED, then={"response_threshold_reached_at": "now"}),
        evolve(COUNTED, then={"signature_count": 3, "response_state": "awaiting"}),
    ],
)
def test_a_wrong_expectation_fails(case: Case) -> None:
    assert became(case) is Became.FAILED


WRONG: list[tuple[str, str, Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]] = [
    ("deadline.close", "close", {"state": "open"}, {}, {"raises": "wrong state"}),
    ("deadline.close", "close", {"state": "closed|open"}, {}, {"raises": "wrong state"}),
    (
        "grace.confirm",
        "can_confirm_signature",
        {"state": "closed", "closed_at": "2016-07-09T11:59:59Z"},
        {"at": "2016-07-10T12:00:00Z"},
        {"allowed": True},
    ),
    (
        "grace.confirm",
        "start_signing",
        {"state": "closed", "closed_hours_ago": 1},
        {},
        {"allowed": True},
    ),
    (
        "deadline.extension",
        "nightly_extend",
        {"signature_collection_disabled": True, "deadline_extension": 3},
        {},
        {"deadline_extension": 3},
    ),
    (
        "deadline.inverse",
        "opened_before_for_closing",
        {"timezone": "Europe/London", "duration_months": 6},
        {"at": "2016-01-31T12:00:00Z"},
        {"opened_before": "2015-07-31T00:00:00+00:00"},
    ),
    ("signature.validate", "confirm", {"state": "validated"}, {}, {"count_delta": 1}),
    ("name.validate", "validate_name", {"max_length": 9}, {"name": "x*9"}, {"error": "too_long"}),
    ("email.validate", "validate_email", {}, {"email": "anna"}, {"error": None}),
    ("duplicate", "sign", {}, {"signature": {"name": "A", "email": "a"}}, {"outcome": "created"}),
]


@pytest.mark.parametrize(("area", "op", "given", "args", "then"), WRONG)
def test_a_wrong_expectation_of_each_kind_fails(
    area: str,
    op: str,
    given: Mapping[str, Any],
    args: Mapping[str, Any],
    then: Mapping[str, Any],
) -> None:
    assert became(Case(id="made-up", area=area, op=op, given=given, args=args, then=then)) is (
        Became.FAILED
    )


RIGHT: list[tuple[str, str, Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]] = [
    ("deadline.close", "close", {"state": "open"}, {}, {"raises": None}),
    ("deadline.close", "close", {"state": "closed"}, {}, {"raises": "wrong state"}),
    (
        "grace.confirm",
        "can_confirm_signature",
        {"state": "closed", "closed_at": "2016-07-09T12:00:00Z"},
        {"at": "2016-07-10T12:00:00Z"},
        {"allowed": True},
    ),
    (
        "grace.confirm",
        "can_confirm_signature",
        {"state": "open"},
        {"at": "2016-07-10T12:00:00Z"},
        {"allowed": True},
    ),
    (
        "grace.confirm",
        "start_signing",
        {"state": "closed", "closed_hours_ago": 1},
        {},
        {"allowed": False},
    ),
    (
        "deadline.extension",
        "nightly_extend",
        {"signature_collection_disabled": True, "deadline_extension": 3},
        {},
        {"deadline_extension": 4},
    ),
    (
        "deadline.extension",
        "deadline",
        {"opened_at": "2015-12-29T10:00:00Z", "extension_days": 2},
        {},
        {"deadline": "2016-07-01T23:59:59.999999+01:00"},
    ),
    (
        "count.increment",
        "increment",
        {"state": "open", "signature_count": 9_999, "new_validated": 1},
        {},
        {"signature_count": 10_000, "response_threshold_reached_at": "now"},
    ),
    ("email.validate", "validate_email", {}, {"email": ""}, {"error": "blank"}),
    ("signature.state_gate", "sign", {"petition_state": "closed"}, {}, {"error": "refused"}),
    ("signature.state_gate", "sign", {"petition_state": "open"}, {}, {"error": None}),
    (
        "response",
        "add_response",
        {"response_state": "pending"},
        {},
        {"response_state": "responded"},
    ),
]


@pytest.mark.parametrize(("area", "op", "given", "args", "then"), RIGHT)
def test_words_that_no_case_of_the_file_uses_are_understood(
    area: str,
    op: str,
    given: Mapping[str, Any],
    args: Mapping[str, Any],
    then: Mapping[str, Any],
) -> None:
    case = Case(id="made-up", area=area, op=op, given=given, args=args, then=then)
    assert run(case) == uk_runner.Approval(Became.PASSED)


@pytest.mark.parametrize(
    ("case", "named"),
    [
        (evolve(CLOSING, op="close_softly"), "close_softly"),
        (evolve(CLOSING, op=""), "operation ''"),
        (evolve(CLOSING, args={**CLOSING.args, "speed": 3}), "speed"),
        (evolve(CLOSING, given={**CLOSING.given, "weather": "fair"}), "weather"),
        (evolve(CLOSING, then={**CLOSING.then, "mood": "good"}), "mood"),
        (evolve(CLOSING, then={}), "nothing"),
        (evolve(CLOSING, args={"opened_at": "tomorrow"}), "tomorrow"),
        (evolve(CLOSING, args={"opened_at": "2020-01-01T12:00:00"}), "2020-01-01"),
        (evolve(CLOSING, args={}), "None is no instant"),
        (evolve(CLOSING, given={**CLOSING.given, "timezone": "Mars/Olympus"}), "zone"),
        (evolve(CLOSING, given={**CLOSING.given, "duration_months": 0}), "above zero"),
        (evolve(CLOSING, given={**CLOSING.given, "duration_months": "six"}), "six"),
        (evolve(COUNTED, given={**COUNTED.given, "state": "dreaming"}), "dreaming"),
        (evolve(COUNTED, then={"last_signed_at": "unchanged"}), "unchanged"),
    ],
)
def test_what_the_runner_does_not_know_is_not_understood_and_named(case: Case, named: str) -> None:
    verdict = run(case)
    assert verdict.became is Became.NOT_UNDERSTOOD
    assert named in verdict.why


def test_an_area_out_of_scope_is_skipped_even_with_unknown_words() -> None:
    assert became(evolve(CLOSING, area="postal", op="close_softly")) is Became.SKIPPED


def test_what_is_the_apps_is_not_yet_even_where_a_part_of_it_is_not() -> None:
    case = Case(
        id="APP",
        area="signature.confirm_token",
        op="follow_confirm_link",
        given={"token": "right"},
        then={"redirect": "home"},
    )
    assert became(case) is Became.NOT_YET
    assert became(evolve(case, given={"token": "wrong"})) is not Became.NOT_YET


def test_a_difference_on_purpose_is_neither_passed_nor_failed() -> None:
    assert became(LABEL) is Became.DIFFERING


def test_a_case_that_a_rule_fits_and_that_no_longer_differs_fails() -> None:
    verdict = run(evolve(LABEL, then={"canonical": "a@example.com"}))
    assert verdict.became is Became.FAILED
    assert "differs no longer" in verdict.why


def test_differing_otherwise_than_the_rule_says_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Difference(reason="we say nothing", fits=lambda _: True, ours=lambda _, __: False)
    monkeypatch.setattr(uk_runner, "difference_of", lambda _: rule)
    verdict = run(evolve(CLOSING, then={"date": "2020-07-02"}))
    assert verdict.became is Became.FAILED
    assert "not how we differ" in verdict.why


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("now", NOW),
        ("T", NOW),
        ("now-45s", datetime(2016, 7, 10, 11, 59, 15, tzinfo=UTC)),
        ("2 weeks ago", datetime(2016, 6, 26, 12, tzinfo=UTC)),
        ("14 days and 1 hour ago", datetime(2016, 6, 26, 11, tzinfo=UTC)),
        ("in 1 day", datetime(2016, 7, 11, 12, tzinfo=UTC)),
        ("2016-06-29T23:59:59.999999+01:00", datetime(2016, 6, 29, 22, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_instants_are_read_as_cases_write_them(said: str, meant: datetime) -> None:
    assert read_instant(said) == meant


@pytest.mark.parametrize("said", ["7 years ago", "soon", None, 3, "2016-06-29"])
def test_what_is_no_instant_is_not_understood(said: object) -> None:
    with pytest.raises(NotUnderstoodError):
        read_instant(said)


def test_the_table_counts_by_area_and_in_all() -> None:
    lines = table([("b", Became.PASSED), ("a", Became.FAILED), ("b", Became.PASSED)])
    assert [line.split() for line in lines[1:]] == [["a", "1"], ["b", "2"], ["all", "2", "1"]]
    assert lines[0].split("  ")[0] == "area"


ENTRY = {
    "id": "T-1",
    "area": "deadline",
    "given": {"timezone": "Europe/London", "duration_months": 6},
    "when": {"op": "closing_date", "opened_at": "2020-01-01T12:00:00Z"},
    "then": {"date": "2020-07-01"},
}
ODD = {"id": "T-2", "area": "deadline", "when": {"op": "sing"}, "then": {"song": "high"}}
ELSEWHERE = {**ENTRY, "id": "T-3", "area": "weather.forecast"}
BARE = {"id": "T-4", "area": "deadline"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "town.json").write_text(json.dumps([ENTRY, ODD, ELSEWHERE, BARE]), "utf-8")
    (tmp_path / "sampling.json").write_text('{"symbols": {}, "cases": []}', "utf-8")
    (tmp_path / "torn.json").write_text("[", "utf-8")
    (tmp_path / "notes.txt").write_text("[]", "utf-8")
    return tmp_path


def test_extra_cases_are_those_of_files_of_the_shape(folder: Path) -> None:
    found = extra_cases(folder)
    assert [case.id for case in found.cases] == [f"town:T-{n}" for n in (1, 2, 3, 4)]
    assert [became(case) for case in found.cases] == [
        Became.PASSED,
        Became.NOT_UNDERSTOOD,
        Became.SKIPPED,
        Became.NOT_UNDERSTOOD,
    ]
    assert found.other_files == ("sampling.json", "torn.json")
    assert cases_of(folder / "sampling.json") is None


def test_a_run_with_extra_cases_reports_them(folder: Path) -> None:
    wrong = {**ENTRY, "id": "T-5", "then": {"date": "1999-01-01"}}
    (folder / "wrong.json").write_text(json.dumps([wrong]), "utf-8")
    root = Path(__file__).parent.parent.parent
    tests = "tests/cases/test_uk_cases.py"
    ran = subprocess.run(  # noqa: S603 (our own interpreter on our own tests)
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", tests, "-k", ":T-"],
        cwd=root,
        env={**os.environ, EXTRA: str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "1 failed, 1 passed, " in ran.stdout
    assert "date should be '1999-01-01' and is '2020-07-01'" in ran.stdout
    assert "not understood: town:T-2 (deadline): the operation 'sing'" in ran.stdout
    assert "of another shape, not run: sampling.json" in ran.stdout
    assert ["all", "1", "1", "1", "2"] in [line.split() for line in ran.stdout.splitlines()]
