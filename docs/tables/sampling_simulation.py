"""How often rules certify, by simulation: ``python docs/tables/sampling_simulation.py [--write]``.

Samples are drawn from a petition of singles, pairs and invalid lines without building it: valid
singles, first and second lines of pairs are taken in the shares that drawing gives them.
"""

import sys
from collections import Counter
from collections.abc import Callable
from math import floor
from pathlib import Path
from random import Random

from petitionkit.sampling.counts import SampleCount
from petitionkit.sampling.decision import Sufficiency
from petitionkit.sampling.intervals import limits
from petitionkit.sampling.judging import decide, project
from petitionkit.sampling.statutes import load

PAGE = Path(__file__).parent.parent / "how-to" / "sampling.md"
BEGIN, END = "<!-- simulation: begin -->", "<!-- simulation: end -->"
DRAWS = 400
SETTINGS = (
    (330_000, 9_900, 8_000, 240_000),
    (60_531, 3_033, 400, 50_000),
    (24_034, 722, 600, 15_000),
)
RATIOS = (1.00, 1.02, 1.05, 1.10, 1.15, 1.20)
STATUTES = ("oregon", "south-dakota", "maryland", "colorado", "california", "washington")


def sample(random: Random, universe: int, drawn: int, valid: int, pairs: int) -> SampleCount:
    """One sample: lines 0 to 2P-1 are pairs, up to ``valid`` singles, the rest invalid."""
    lines = random.sample(range(universe), drawn)
    good = [line for line in lines if line < valid]
    twice = Counter(line // 2 for line in good if line < 2 * pairs)
    seen = sum(times == 2 for times in twice.values())  # noqa: PLR2004 (a pair)
    return SampleCount.of_lines(universe=universe, drawn=drawn, valid_lines=len(good), pairs=seen)


Rule = Callable[[SampleCount, int], bool]


def by_statute(name: str) -> Rule:
    """Whether a statute certifies, were the sample as large as it asks for."""
    statute = load(name)
    band = statute.band
    if band is None:
        return lambda count, required: (
            decide(statute, count, required=required).answer is Sufficiency.SUFFICIENT
        )
    return lambda count, required: (
        band.judge(project(statute, count), required) is Sufficiency.SUFFICIENT
    )


def by_split_test(count: SampleCount, required: int) -> bool:
    """Whether the split test at 5 % certifies; without ``drawn_needed``, which takes longer."""
    found = limits(count, 0.025)
    return found.lines_lower - floor(found.pairs_upper) >= required


def table() -> str:
    """The shares certified, as Markdown."""
    rules = {name: by_statute(name) for name in STATUTES}
    rules["split test"] = by_split_test
    rows = [f"| lines | drawn | pairs | M/R | {' | '.join(rules)} |"]
    rows.append("|" + "---:|" * (4 + len(rules)))
    random = Random(2026)  # noqa: S311 (no secrets here)
    for universe, drawn, pairs, required in SETTINGS:
        for ratio in RATIOS:
            persons = required - 1 if ratio == 1 else round(required * ratio)
            if persons + pairs > universe:
                continue
            counts = [sample(random, universe, drawn, persons + pairs, pairs) for _ in range(DRAWS)]
            shares = []
            for rule in rules.values():
                sure = sum(rule(one, required) for one in counts)
                shares.append(f"{sure / DRAWS:.2f}")
            cells = (f"{universe:,}", f"{drawn:,}", f"{pairs:,}", f"{ratio:.2f}", *shares)
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> None:
    """Print the table, or write it into the page."""
    made = table()
    if "--write" not in sys.argv:
        print(made)  # noqa: T201 (that is what it is for)
        return
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
