"""Rolls are streams: what is read and written at once does not grow with their length."""

import subprocess
import sys
from pathlib import Path

import pytest

# VmHWM and not getrusage: the latter's peak includes that of the process that was forked.
PROBE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from petitionkit.formats.converting import convert, inspect_source
from petitionkit.presets import load
folder, rows = Path(sys.argv[1]), int(sys.argv[2])
with (folder / "a.csv").open("w", encoding="utf-8") as file:
    file.write("first_name,last_name,email,zipcode,country_code,created_at\\n")
    for n in range(rows):
        file.write(f"Ana,D{n},a{n}@example.org,28{n % 1000:03},ES,2024-01-02T08:00:00Z\\n")
now = datetime(2024, 6, 1, tzinfo=UTC)
for source, target, to in (("a.csv", "b.jsonl", "jsonl"), ("b.jsonl", "c.csv", "change.org")):
    with (folder / target).open("wb") as file:
        found = inspect_source(folder / source)
        done = convert(found, file, to, policy=load("uk-parliament"), now=now)
    assert done.records == rows
with open("/proc/self/status") as status:
    print(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc"
)


def peak(folder: Path, rows: int) -> int:
    """Peak resident size of making a roll of so many rows JSON Lines and CSV again, in KiB."""
    folder.mkdir()
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", PROBE, str(folder), str(rows)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def test_ten_thousand_rows_take_the_memory_of_a_thousand(tmp_path: Path) -> None:
    small, large = peak(tmp_path / "small", 1_000), peak(tmp_path / "large", 10_000)
    assert large <= 1.2 * small, (small, large)


@pytest.mark.long
def test_a_hundred_thousand_rows_take_the_memory_of_a_thousand(tmp_path: Path) -> None:
    """A million was measured by hand; see docs/how-to/formats.md."""
    small, large = peak(tmp_path / "small", 1_000), peak(tmp_path / "large", 100_000)
    assert large <= 1.2 * small, (small, large)
