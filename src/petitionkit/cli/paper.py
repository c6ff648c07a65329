"""``petitionkit paper``: what became of the sheets that are kept in the store's file.

Sheets are keyed by the app's own screens; here their account is printed, line by name, and never
what stands on it.
"""

from contextlib import closing

import click

from petitionkit.cli.workplace import Commands, StoreFiles, with_petition, with_store
from petitionkit.errors import NotFoundError
from petitionkit.paper.accounting import account as account_of
from petitionkit.paper.keying import reconcile
from petitionkit.paper.sqlite import SQLiteSheetStore, holds_sheets

__all__ = ["paper"]


@click.group(cls=Commands)
def paper() -> None:
    """Account for sheets of paper, and name the lines that wait for somebody."""


@paper.command()
@with_petition
@click.option(
    "--readings",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="How many different people must have read a line alike.",
)
@with_store
def account(wanted: str | None, readings: int, files: StoreFiles) -> None:
    """Tell of a petition's sheets, lines and verdicts, and what is still to be keyed or decided."""
    with files.open() as place:
        petition = place.find(wanted)
        if not holds_sheets(files.store):
            raise NotFoundError("the store holds no sheets")
        with closing(SQLiteSheetStore(files.store)) as sheets:
            keyed = reconcile(sheets.batches(petition.id), readings=readings)
            filed, verdicts = sheets.sheets(petition.id), sheets.verdicts(petition.id)
        for step in account_of(filed, keyed.lines, verdicts).explain():
            click.echo(step)
        for one in keyed.differences:
            click.echo(f"{one.line} was read in different ways: {', '.join(one.fields)}")
        for line in keyed.waiting:
            click.echo(f"{line} waits for another reading")
