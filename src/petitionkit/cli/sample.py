"""``petitionkit sample``: how many lines to draw, which, and what their verdicts decide."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from petitionkit.cli.files import csv_file
from petitionkit.cli.workplace import Commands
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.problems import problem
from petitionkit.sampling import statutes
from petitionkit.sampling.decision import Figure, Judgement, say_figure
from petitionkit.sampling.drawing import Drawing, draw_strata
from petitionkit.sampling.estimators import (
    estimate,
    standard_error,
    whole_file_estimate,
    whole_file_standard_error,
)
from petitionkit.sampling.intervals import mover
from petitionkit.sampling.judging import decide as decide_by
from petitionkit.sampling.judging import statistical_answer
from petitionkit.sampling.planning import lines_for_decision, lines_for_margin
from petitionkit.sampling.statute import Statute
from petitionkit.sampling.verdicts import Tabulation, tabulate_strata
from petitionkit.sampling.worksheet import read_worksheet, verify, worksheet_rows

__all__ = ["sample"]

_PATH = click.Path(path_type=Path, dir_okay=False)


def _statute(_: click.Context, __: click.Parameter, name: str | None) -> Statute | None:
    return None if name is None else statutes.load(name)


_statute_option = click.option(
    "--statute",
    callback=_statute,
    help=f"The rule to go by: {', '.join(statutes.names())}.",
)
_alpha_option = click.option(
    "--alpha",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="How often the statistical answer may be wrong.",
)


@click.group(cls=Commands)
def sample() -> None:
    """Verify a petition by a random sample of its lines."""


@sample.command()
@click.argument("lines", type=click.IntRange(min=2))
@_statute_option
@click.option("--required", type=click.IntRange(min=1), help="Valid signatures needed.")
@click.option("--expected", type=click.IntRange(min=1), help="Valid signatures expected.")
@click.option(
    "--validity",
    type=click.FloatRange(0, 1),
    default=0.8,
    show_default=True,
    help="Share of the lines expected to be valid.",
)
@click.option(
    "--duplicates",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="Pairs of lines of one person expected, as a share of the lines.",
)
@click.option("--margin", type=click.FloatRange(min=0, min_open=True), help="In signatures.")
@_alpha_option
def plan(
    lines: int,
    statute: Statute | None,
    required: int | None,
    expected: int | None,
    validity: float,
    duplicates: float,
    margin: float | None,
    alpha: float,
) -> None:
    """Tell how many of LINES to draw: by statute, for a margin, or for a decision."""
    if (required is None) != (expected is None):
        raise click.UsageError("--required and --expected go together")
    if statute is None and margin is None and required is None:
        raise click.UsageError("name a --statute, a --margin, or --required with --expected")
    if statute is not None:
        size = statute.sample_size(lines)
        found = "not established" if size is None else f"{size:,}"
        click.echo(f"{statute.authority}: {found}")
        click.echo(f"  as read on {statute.read_on}: {statute.confidence}")
        for label, listed in (
            ("assumed", statute.assumptions),
            ("not established", statute.not_established),
        ):
            for one in listed:
                click.echo(f"  {label}: {one}")
    if margin is not None:
        size = lines_for_margin(
            lines,
            validity=validity,
            duplicate_share=duplicates,
            margin=margin,
            confidence=1 - alpha,
        )
        click.echo(f"for a margin of {margin:,.0f} signatures: {size:,}")
    if required is not None and expected is not None:
        size = lines_for_decision(
            lines,
            required=required,
            expected=expected,
            duplicate_share=duplicates,
            alpha=alpha,
            beta=alpha,
        )
        click.echo(f"to tell {expected:,} from {required:,}: {size:,}")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(
            "file.unreadable", f"{path} cannot be read: {error.strerror}"
        ) from None
    except UnicodeDecodeError:
        raise UnreadableFileError(
            "file.encoding", f"{path} is not UTF-8; save it as UTF-8"
        ) from None


def _strata(path: Path) -> Mapping[str, list[str]]:
    """Ids of lines by stratum: a CSV with the columns ``line`` and ``stratum``, or ids alone."""
    rows = [row for row in csv.reader(_read(path).splitlines()) if any(map(str.strip, row))]
    if not rows:
        raise UnreadableFileError("lines.empty", f"{path} names no lines; write one a line")
    header = [name.strip().lower() for name in rows[0]]
    if "line" not in header:
        return {"": [row[0].strip() for row in rows]}
    line = header.index("line")
    stratum = header.index("stratum") if "stratum" in header else None
    found: dict[str, list[str]] = {}
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise UnreadableFileError(
                "lines.ragged",
                "the row has another number of cells than the header; mend it",
                line=number,
            )
        name = "" if stratum is None else row[stratum].strip()
        found.setdefault(name, []).append(row[line].strip())
    return found


def _sizes(
    strata: Mapping[str, list[str]], statute: Statute | None, given: Iterable[str]
) -> Mapping[str, int]:
    sizes: dict[str, int] = {}
    if statute is not None:
        for name, lines in strata.items():
            size = statute.sample_size(len(lines))
            if size is None:
                raise click.UsageError("the statute's sample size was not established; use --size")
            sizes[name] = size
    for text in given:
        name, _, number = text.rpartition("=")
        if not (number.isascii() and number.isdigit()):
            raise click.BadOptionUsage("size", "write --size N or --size STRATUM=N")
        sizes[name] = int(number)
    if not sizes:
        raise click.UsageError("name a --statute or a --size")
    return sizes


def _drawn(strata: Mapping[str, list[str]], seed: str, sizes: Mapping[str, int]) -> Iterator[str]:
    for name in sorted(sizes):
        of = f" from {name}" if name else ""
        yield f"{sizes[name]:,} of {len(strata.get(name, ())):,} lines drawn{of}, seed {seed}"


@sample.command()
@click.argument("lines", type=_PATH)
@click.argument("worksheet", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--seed", required=True, help="Made in public after the lines were fixed.")
@_statute_option
@click.option("--size", "given", multiple=True, metavar="[STRATUM=]N", help="Lines to draw.")
@click.option("--keep", type=_PATH, help="A smaller worksheet whose verdicts are taken over.")
def draw(
    lines: Path,
    worksheet: Path,
    seed: str,
    statute: Statute | None,
    given: tuple[str, ...],
    keep: Path | None,
) -> None:
    """Draw from the ids in LINES and write WORKSHEET ('-': to the screen).

    LINES holds one id a line, or is a CSV file with the columns 'line' and, for strata,
    'stratum'. The same seed draws the same lines, and a larger size goes on where a smaller one
    ended.
    """
    taken = {path.resolve() for path in (lines, keep) if path is not None}
    if worksheet.resolve() in taken:
        raise click.UsageError(f"{worksheet} would be written over; name another file")
    strata = _strata(lines)
    sizes = _sizes(strata, statute, given)
    drawings = draw_strata(strata, seed=seed, sizes=sizes)
    kept = read_worksheet(_read(keep)) if keep else None
    if kept is not None:
        smaller = {one.stratum: len(one.lines) for one in kept.drawings}
        verify(kept, draw_strata(strata, seed=seed, sizes=smaller))
        _check_grown(smaller, sizes)
    with csv_file(worksheet) as write:
        for row in worksheet_rows(drawings, kept.verdicts if kept else ()):
            write(row)
    for sentence in _drawn(strata, seed, sizes):
        click.echo(sentence, err=str(worksheet) == "-")


def _check_grown(smaller: Mapping[str, int], sizes: Mapping[str, int]) -> None:
    found = [
        problem("sample.too_small", f"sizes.{name}".strip("."), drawn=sizes[name], needed=size)
        for name, size in smaller.items()
        if sizes[name] < size
    ]
    if found:
        raise InvalidValueError(found)


@sample.command()
@click.argument("worksheet", type=_PATH)
@click.option("--required", type=click.IntRange(min=1), required=True, help="Signatures needed.")
@_statute_option
@click.option("--lines", type=_PATH, help="Draw again from these and check the worksheet.")
@_alpha_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def decide(
    worksheet: Path,
    required: int,
    statute: Statute | None,
    lines: Path | None,
    alpha: float,
    *,
    as_json: bool,
) -> None:
    """Decide by the verdicts in WORKSHEET: as the statute does, and as statistics do."""
    filled = read_worksheet(_read(worksheet))
    if lines is not None:
        verify(filled, _again(lines, filled.drawings))
    made = tabulate_strata(filled.drawings, filled.verdicts)
    counts = [one.count for one in made]
    decisions = {} if statute is None else {"legal": decide_by(statute, *counts, required=required)}
    decisions["statistical"] = statistical_answer(*counts, required=required, alpha=alpha)
    estimates = _estimates(made)
    if as_json:
        plain = {name: _plain(decision) for name, decision in decisions.items()}
        found = {name: _plain_figures(figures) for name, figures in estimates.items()}
        totals = [dict(one.totals) for one in made]
        click.echo(json.dumps({**plain, **found, "totals": totals}, indent=2))
        return
    for sentence in _sentences(made, estimates):
        click.echo(sentence)
    for name, decision in decisions.items():
        click.echo(f"{name}: {decision.explain()}")


def _again(lines: Path, drawings: Iterable[Drawing]) -> tuple[Drawing, ...]:
    strata = _strata(lines)
    listed = list(drawings)
    known = {one.stratum: len(one.lines) for one in listed if one.stratum in strata}
    wanted = {name: strata[name] for name in known}
    return draw_strata(wanted, seed=listed[0].seed, sizes=known)


Figures = Iterable[tuple[str, Figure]]


def _plain_figures(figures: Figures) -> dict[str, int | float]:
    return {n: value if isinstance(value, int) else float(value) for n, value in figures}


def _plain(decision: Judgement) -> dict[str, object]:
    return {
        "answer": decision.answer.value,
        "rule": decision.rule,
        "read_on": decision.read_on and decision.read_on.isoformat(),
        "figures": _plain_figures(decision.figures),
        "said": decision.said,
        "note": decision.note,
        "assumed": decision.assumed,
    }


def _estimates(made: Iterable[Tabulation]) -> dict[str, Figures]:
    """By pairs seen in the sample; and by the whole file, where it was looked up everywhere."""
    listed = list(made)
    counts = [one.count for one in listed]
    interval = mover(*counts)
    found: dict[str, Figures] = {
        "pairs": (
            ("estimate", estimate(*counts)),
            ("standard_error", standard_error(*counts)),
            ("lower_95", interval.lower),
            ("upper_95", interval.upper),
        )
    }
    whole = [one.whole_file for one in listed if one.whole_file is not None]
    if len(whole) == len(listed):
        found["whole_file"] = (
            ("estimate", whole_file_estimate(*whole)),
            ("standard_error", whole_file_standard_error(*whole)),
        )
    return found


_ESTIMATES = {
    "pairs": "by pairs seen in the sample",
    "whole_file": "by duplicates looked up in the whole file",
}


def _sentences(made: Iterable[Tabulation], estimates: Mapping[str, Figures]) -> Iterator[str]:
    for one in made:
        where = f"{one.count.stratum}: " if one.count.stratum else ""
        totals = ", ".join(f"{name} {lines:,}" for name, lines in one.totals)
        yield f"{where}{one.count.drawn:,} of {one.count.universe:,} lines drawn: {totals}"
    for name, figures in estimates.items():
        said = ", ".join(f"{n.replace('_', ' ')} {say_figure(value)}" for n, value in figures)
        yield f"{_ESTIMATES[name]}: {said}"
