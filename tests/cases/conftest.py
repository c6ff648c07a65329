"""The table at the end of a run of the cases."""

import os
from pathlib import Path
from typing import cast

import pytest

from cases.uk_case import extra_cases
from cases.uk_runner import Became, table

PROPERTY = "uk_case"
EXTRA = "PETITIONKIT_EXTRA_CASES"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    verdicts = [
        cast("tuple[str, str, str, str]", value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if not verdicts:
        return
    terminalreporter.section("cases of the UK Parliament's petitions, by area")
    for line in table((area, Became(became)) for _, area, became, _ in verdicts):
        terminalreporter.write_line(line)
    for name, area, became, why in verdicts:
        if became == Became.NOT_UNDERSTOOD:
            terminalreporter.write_line(f"not understood: {name} ({area}): {why}")
    folder = os.environ.get(EXTRA)
    for other in extra_cases(Path(folder)).other_files if folder else ():
        terminalreporter.write_line(f"of another shape, not run: {other}")
