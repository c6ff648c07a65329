"""Importing is a stream: the peak of memory does not grow with the roll."""

import subprocess
import sys
from pathlib import Path

import pytest
from cli_samples import NOW, Town, many_rows, write_rows

# VmHWM and not getrusage: the latter's peak includes that of the process that was forked.
PROBE = """
import sys
from petitionkit.cli import main
try:
    main()
finally:
    with open("/proc/self/status") as status:
        print(next(line for line in status if line.startswith("VmHWM")), file=sys.stderr)
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc"
)


def peak(folder: Path, rows: int) -> int:
    """Peak resident size of one import, in KiB."""
    folder.mkdir()
    town = Town(folder).published()
    roll = write_rows(folder / "many.csv", many_rows(rows))
    arguments = ["import", str(roll), "--store", str(town.store), "--now", NOW]
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert f" {rows}/{rows} " in done.stdout
    return int(done.stderr.split("VmHWM:")[1].split()[0])


def test_forty_thousand_rows_take_the_memory_of_ten_thousand(tmp_path: Path) -> None:
    small, large = peak(tmp_path / "small", 10_000), peak(tmp_path / "large", 40_000)
    assert large <= 1.2 * small, (small, large)


@pytest.mark.long
def test_two_hundred_thousand_rows_take_the_memory_of_ten_thousand(tmp_path: Path) -> None:
    """The same may be seen of a million, in a folder with a published petition.

    Write the roll (``PYTHONPATH=tests/cli``)::

        python -c "from pathlib import Path; from cli_samples import many_rows, write_rows;
        write_rows(Path('many.csv'), many_rows(1_000_000))"

    and measure ``/usr/bin/time -v petitionkit import many.csv``.
    """
    small, large = peak(tmp_path / "small", 10_000), peak(tmp_path / "large", 200_000)
    assert large <= 1.2 * small, (small, large)
