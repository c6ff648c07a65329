"""The table at the end of a run of the cases."""

import os
from pathlib import Path
from typing import cast

import pytest

from cases import sampling_case
from cases.sampling_runner import Became as SamplingBecame
from cases.sampling_runner import run as run_sampling
from cases.uk_case import Case, extra_cases
from cases.uk_runner import Became, run, table

PROPERTY = "uk_case"
EXTRA = "PETITIONKIT_EXTRA_CASES"
CASES = "test_uk_cases.py"
WAITING = (Became.NOT_YET, Became.SKIPPED, Became.NOT_UNDERSTOOD)

Row = tuple[str, str, str, str]
_WAITING_ROWS = pytest.StashKey[list[Row]]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out cases that cannot run, and keep them for the table: they neither pass nor fail."""
    rows: list[Row] = []
    left_out: list[pytest.Item] = []
    for item in items:
        spec = getattr(item, "callspec", None)
        case = spec.params.get("case") if spec and item.path.name == CASES else None
        if isinstance(case, Case) and (verdict := run(case)).became in WAITING:
            rows.append((case.id, case.area, verdict.became.value, verdict.why))
            left_out.append(item)
    config.stash[_WAITING_ROWS] = rows
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    ran = [
        cast("Row", value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if not ran:
        return
    verdicts = ran + terminalreporter.config.stash.get(_WAITING_ROWS, [])
    terminalreporter.section("cases of the UK Parliament's petitions, by area")
    for line in table((area, Became(became)) for _, area, became, _ in verdicts):
        terminalreporter.write_line(line)
    for name, area, became, why in verdicts:
        if became == Became.NOT_UNDERSTOOD:
            terminalreporter.write_line(f"not understood: {name} ({area}): {why}")
    folder = os.environ.get(EXTRA)
    for other in extra_cases(Path(folder)).other_files if folder else ():
        if folder and sampling_case.cases_of(Path(folder) / other) is None:
            terminalreporter.write_line(f"of another shape, not run: {other}")
    for extra in sampling_case.extra_cases(Path(folder)) if folder else ():
        result = run_sampling(extra)
        if result.became is SamplingBecame.NOT_UNDERSTOOD:
            terminalreporter.write_line(f"not understood: {extra.id} ({extra.kind}): {result.why}")
