"""Every benchmark of petitionkit against its floor, as one table.

    python tests/benchmarks/run.py            everything, up to a quarter of an hour
    python tests/benchmarks/run.py --quick    a first look, a few minutes
    python tests/benchmarks/run.py rolls memory    these alone

Needs the extra ``test``, and about a gigabyte in ``--folder``.
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from tempfile import gettempdir

sys.path.append(str(Path(__file__).parents[1] / "stores"))  # postgres_server

from measuring import HEADER, Setting, load, told

CONCEPTS = (
    *("rolls", "intake_each", "hot_desk", "growth", "growth_on_postgres", "sweep"),
    *("evaluation", "memory", "front_door"),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("concepts", nargs="*", help=f"of {', '.join(CONCEPTS)}")
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of each (default 5)")
    parser.add_argument("--grown", type=int, help="signatures of grown stores (default a million)")
    parser.add_argument("--lines", type=int, help="lines of imported rolls (default 200,000)")
    parser.add_argument("--memory-lines", type=int, help="lines of the roll whose peak is measured")
    parser.add_argument("--folder", type=Path, default=Path(gettempdir()))
    given = parser.parse_args()
    setting = Setting(
        folder=given.folder,
        quick=given.quick,
        rounds=given.rounds,
        lines=given.lines or (20_000 if given.quick else 200_000),
        memory_lines=given.memory_lines,
        grown=given.grown or (200_000 if given.quick else 1_000_000),
    )
    print(f"Python {sys.version.split()[0]}, {load()}\n\n{HEADER}", flush=True)
    for concept in given.concepts or CONCEPTS:
        told(import_module(concept).measure(setting))
    print(f"\n{load()} at the end")


if __name__ == "__main__":
    main()
