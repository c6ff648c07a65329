"""What ``import petitionkit`` costs, against the libraries that its values are made with."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from measuring import Line, Setting, by_turns

FLOOR = "import attrs, cattrs"


def milliseconds(statement: str) -> float:
    """In a process of its own, the interpreter's start left out."""
    code = (
        "from time import perf_counter as clock\n"
        f"began = clock()\n{statement}\n"
        "print((clock() - began) * 1000)"
    )
    done = subprocess.run(  # noqa: S603 (our own code)
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def measure(setting: Setting) -> Iterator[Line]:
    for statement, target in (("import petitionkit", 2.5), ("from petitionkit import *", None)):
        yield by_turns(
            f"`{statement}`",
            partial(milliseconds, FLOOR),
            partial(milliseconds, statement),
            target=target,
            unit="ms",
            rounds=2 * setting.rounds + 1,
            at_most=True,
        )
