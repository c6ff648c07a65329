"""The page of presets shows them as they are."""

from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "presets.md").read_text("utf-8")


@pytest.mark.parametrize(
    "row",
    [
        "| `uk-parliament` | GB | 6 months, or dissolution | response: 10,000; debate: 100,000 |",
        "| `canada-house` | CA | author's choice: 30 days, 60 days, 90 days, 120 days |",
        "| `petities-nl` | - | author's choice: at least 1 day "
        "| due-date: 10 at the end, else withdraw |",
        "| `proca-autoclose` | - | until somebody ends it, or nobody signs for 3 months | - |",
        "| `eci-751` | EU | 12 months | validity: 1,000,000 and minima in 7 of 28 regions |",
        "| `korea-assembly` | KR | 30 days for 100, then 30 days | committee: 50,000 |",
    ],
)
def test_a_row_says_what_the_file_does(row: str) -> None:
    assert row in PAGE
