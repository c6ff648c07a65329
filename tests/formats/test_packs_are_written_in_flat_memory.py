"""A pack is a stream: the peak of memory does not grow with the lines."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# VmHWM and not getrusage: the latter's peak includes that of the process that was forked.
PROBE = """
import json, sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID
sys.path[:0] = sys.argv[3:]
from attrs import evolve
from pack_samples import KEY, SIGNERS, Signed
from petitionkit.formats.pack.verifying import Verified, verify_pack

signed, folder, many = Signed(), Path(sys.argv[1]), int(sys.argv[2])
first = next(signed.signatures())

def lines():
    for n in range(many):
        named = evolve(first.particulars, name=f"Person {n}", region=SIGNERS[n % 4][1])
        at = first.signed_at + timedelta(seconds=n % 86_400)
        yield evolve(first, id=UUID(int=n), particulars=named, signed_at=at)

pack = signed.pack(folder, signatures=lines())
assert isinstance(verify_pack(folder, KEY.public), Verified)
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps({"lines": pack.manifest.counts.lines, "peak": peak}))
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc"
)


def peak(folder: Path, lines: int) -> int:
    """Peak resident size of writing and verifying a pack, in KiB."""
    tests = Path(__file__).parents[1]
    arguments = [str(folder), str(lines), str(tests), str(tests / "formats")]
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["lines"] == lines
    return int(found["peak"])


def test_twenty_thousand_lines_take_the_memory_of_two_thousand(tmp_path: Path) -> None:
    small, large = peak(tmp_path / "small", 2_000), peak(tmp_path / "large", 20_000)
    assert large <= 1.2 * small, (small, large)


@pytest.mark.long
def test_two_hundred_thousand_lines_take_the_memory_of_two_thousand(tmp_path: Path) -> None:
    """The same was seen of a million; see ``docs/delivery.md``."""
    small, large = peak(tmp_path / "small", 2_000), peak(tmp_path / "large", 200_000)
    assert large <= 1.2 * small, (small, large)
