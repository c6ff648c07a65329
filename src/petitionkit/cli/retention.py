"""``petitionkit retention``: what is due to be forgotten, forgotten, and forgotten again.

The records of what was erased go into a file of the caller's, one line of JSON each, appended
and on the disk before the next petition's turn: keep it where a restored backup does not reach.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.table import Table

from petitionkit.civil import instant_text
from petitionkit.cli.files import keep
from petitionkit.cli.workplace import Command, Commands, StoreFiles, Workplace, with_store
from petitionkit.codec import from_json, to_json, to_plain
from petitionkit.errors import UnreadableFileError
from petitionkit.retention import ErasureRecord
from petitionkit.retention_plan import RetentionPlan

__all__ = ["records_to", "retention", "with_actor", "with_purge", "with_records"]

_MODE = 0o600


def with_actor(command: Command) -> Command:
    """Give a command the one who does it."""
    return click.option("--actor", default="", help="Who does it: a reference for the records.")(
        command
    )


def with_records(command: Command) -> Command:
    """Give a command the file that it appends records to."""
    return click.option(
        "--records",
        "records_path",
        type=click.Path(path_type=Path, dir_okay=False),
        required=True,
        metavar="FILE",
        help="Append there what was erased, to be replayed; it names nobody.",
    )(command)


def with_purge(command: Command) -> Command:
    """Give a command that erases the choice to rewrite the file as well."""
    return click.option(
        "--purge",
        is_flag=True,
        help="Rewrite the file, so that nothing is left in its free pages.",
    )(command)


@contextmanager
def records_to(path: Path) -> Iterator[Callable[[ErasureRecord], None]]:
    """Append records to a file, each on the disk before the next."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:

        def write(record: ErasureRecord) -> None:
            file.write(to_json(record) + "\n")
            file.flush()
            os.fsync(file.fileno())

        yield write


@click.group(cls=Commands)
def retention() -> None:
    """Forget people by the policies' retention: look first, then do, and replay after a restore."""


@retention.command()
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@with_store
def plan(files: StoreFiles, *, as_json: bool) -> None:
    """Tell what would be erased now, and what is held; change nothing."""
    with files.open() as place:
        found = place.desk.plan_retention()
        if as_json:
            click.echo(json.dumps(to_plain(found), ensure_ascii=False, indent=2))
        else:
            _print_plan(place, found)


def _print_plan(place: Workplace, found: RetentionPlan) -> None:
    if not found.erasures:
        click.echo("nothing is due")
        return
    table = Table("petition", "rule", "due since", "signatures", "held", box=None, pad_edge=False)
    for one in found.erasures:
        due = instant_text(one.due_at)
        row = (str(one.petition_id), one.rule.key, due, f"{one.signatures:,}", one.held or "-")
        table.add_row(*row)
    place.console.print(table)


@retention.command()
@with_records
@with_actor
@with_purge
@with_store
def apply(
    records_path: Path,
    actor: str,
    files: StoreFiles,
    *,
    purge: bool,
) -> None:
    """Erase what is due; what is held is passed over.

    Interrupted and started again, it goes on with what is left.
    """
    keep(files.paths, [records_path])
    with files.open() as place:
        found = place.desk.plan_retention()
        done = changed = 0
        with records_to(records_path) as write:
            for record in place.desk.apply_retention(found, actor=actor):
                write(record)
                done, changed = done + 1, changed + record.signatures
        if purge:
            place.file.purge()
        held = sum(bool(one.held) for one in found.erasures)
        click.echo(f"rules carried out {done:,}, signatures {changed:,}, held {held:,}")


@retention.command()
@click.argument("records_path", metavar="RECORDS", type=click.Path(path_type=Path))
@with_actor
@with_purge
@with_store
def replay(
    records_path: Path,
    actor: str,
    files: StoreFiles,
    *,
    purge: bool,
) -> None:
    """Erase again what RECORDS say was erased, after a backup was restored.

    A file that is not one record a line is refused whole, and nothing is erased.
    """
    records = _records(records_path)
    with files.open() as place:
        changed = place.desk.replay_erasures(records, actor=actor)
        if purge:
            place.file.purge()
        click.echo(f"records {len(records):,}, signatures erased again {changed:,}")


def _records(path: Path) -> list[ErasureRecord]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeError:
        raise UnreadableFileError("file.encoding", f"{path} is not UTF-8") from None
    return [from_json(ErasureRecord, line) for line in lines if line]
