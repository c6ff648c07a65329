"""The most memory that an import takes, of a short roll and of a long one.

Each import runs in a process of its own: ``python memory.py ROLL STORE`` says its peak.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from measuring import Line, Setting, by_turns, fresh
from rolls import import_roll
from signers import ONE_CLAIM, write_roll

SHORT = 10_000


def peak(roll: Path) -> float:
    """MiB that a process needed at most to import a roll."""
    with fresh(roll.parent) as name:
        command = [sys.executable, __file__, str(roll), str(Path(name) / "ours.db")]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return float(done.stdout)


def measure(setting: Setting) -> Iterator[Line]:
    lines = setting.memory_lines or 5 * setting.lines
    with fresh(setting.folder) as name:
        short = write_roll(Path(name) / "short.csv", SHORT)
        long = write_roll(Path(name) / "long.csv", lines)
        yield by_turns(
            f"peak memory of an import of {lines:,} lines, against {SHORT:,}",
            lambda: peak(short),
            lambda: peak(long),
            target=1.2,
            unit="MiB",
            rounds=1,
            at_most=True,
        )


if __name__ == "__main__":
    import_roll(Path(sys.argv[2]), Path(sys.argv[1]), ONE_CLAIM)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
