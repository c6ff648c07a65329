"""What the commands print: a petition's standing, a report on a roll."""

import re
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from petitionkit.civil import instant_text
from petitionkit.facts import Event, State
from petitionkit.following import Due
from petitionkit.formats.roll_intake import RollReport
from petitionkit.petition import Petition
from petitionkit.problems import ENGLISH
from petitionkit.standing import Standing

__all__ = ["print_list", "print_report", "print_standing", "print_thresholds", "say_due"]

_PLACEHOLDER = re.compile(r"\{\w+\}")


def _moment(at: datetime | None) -> str:
    return "-" if at is None else instant_text(at)


def say_due(due: Due | None) -> str:
    """Say in words what comes next by itself."""
    if due is None:
        return "nothing by itself"
    if due.event is Event.CLOSED:
        return f"closes at {instant_text(due.at)} ({due.rule})"
    return f"{due.event} {due.subject} at {instant_text(due.at)}"


def _say_status(standing: Standing) -> str:
    status = standing.status
    since = f" since {instant_text(status.since)}" if status.since else ""
    by = f", by {status.rule}" if status.state in (State.CLOSED, State.WITHDRAWN) else ""
    reason = f": {status.reason}" if status.reason and status.reason != status.rule else ""
    return f"{status.state}{since}{by}{reason}"


def print_standing(console: Console, petition: Petition, standing: Standing) -> None:
    """Print everything there is to say about a petition."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    parts = f"persons {standing.persons:,}, organisations {standing.organisations:,}"
    counted = f"{standing.supporters:,}"
    if standing.persons + standing.organisations > 0:
        counted += f" ({parts})"
    starter = petition.starter
    rows = [
        ("id", str(petition.id)),
        *((f"{i.system}", i.value) for i in petition.identifiers),
        ("started by", f"{starter.name} ({starter.kind})" if starter else "-"),
        ("addressed to", ", ".join(a.name for a in petition.addressees) or "-"),
        ("status", _say_status(standing)),
        ("opened", _moment(standing.opened_at)),
        ("deadline", _moment(standing.deadline)),
        ("supporters", counted),
        *(
            (
                "declared",
                f"{d.amount:,} {d.counter} ({d.effect.replace('_', ' ')}) by {d.source}"
                f" as of {instant_text(d.as_of)}",
            )
            for d in petition.declared
        ),
        ("next", say_due(standing.next)),
    ]
    for label, text in rows:
        table.add_row(escape(label), escape(text))
    console.print(f"[bold]{escape(standing.title)}[/bold]")
    console.print(table)
    if standing.thresholds:
        print_thresholds(console, standing)


def print_list(console: Console, petitions: Sequence[tuple[Petition, Standing]]) -> None:
    """Print several petitions, one a line, each with what ``--petition`` takes."""
    table = Table("id", "slug", "status", "supporters", "title", box=None, pad_edge=False)
    for petition, standing in petitions:
        table.add_row(
            str(petition.id),
            escape(next(iter(petition.slugs), "-")),
            str(standing.status.state),
            f"{standing.supporters:,}",
            escape(standing.title),
        )
    console.print(table)


def print_thresholds(console: Console, standing: Standing) -> None:
    """Print the thresholds, reached or not."""
    table = Table("threshold", "level", "counted", "reached at", box=None, pad_edge=False)
    for threshold in standing.thresholds:
        table.add_row(
            threshold.key,
            f"{threshold.level:,}",
            f"{threshold.count:,}",
            _moment(threshold.reached_at)
            if threshold.reached_at
            else f"{threshold.missing:,} to go",
        )
    console.print(table)


def print_report(
    console: Console,
    report: RollReport,
    repeats: Sequence[tuple[int, str]],
    *,
    dry_run: bool,
) -> None:
    """Print what became of a roll's lines."""
    table = Table("lines", "what became of them", box=None, pad_edge=False)
    table.columns[0].justify = "right"
    earlier = f", {report.again:,} of them in an earlier run" if report.again else ""
    table.add_row(f"{report.accepted:,}", f"accepted{earlier}")
    table.add_row(f"{report.duplicates:,}", "duplicates")
    table.add_row(f"{report.refused_lines:,}", "refused")
    for code, count in sorted(report.refused.items()):
        words = _PLACEHOLDER.sub("...", ENGLISH[code])
        table.add_row(f"[dim]{count:,}[/dim]", f"[dim]{code}: {escape(words)}[/dim]")
    console.print("[bold]Dry run: nothing was written[/bold]" if dry_run else "")
    console.print(table)
    for number, text in repeats:
        console.print(f"[dim]line {number} repeats {text}[/dim]")
    hidden = report.duplicates - len(repeats)
    if hidden > 0:
        console.print(f"[dim]... and {hidden:,} more; --duplicates FILE lists all[/dim]")
