"""``petitionkit convert``: a file in one format made one in another, with what was lost."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from petitionkit.cli.files import binary_file, keep
from petitionkit.formats.converting import FORMATS, convert, inspect_source

__all__ = ["convert_command"]


@click.command("convert")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--from", "told", type=click.Choice(FORMATS), help="What the file is.")
@click.option("--to", type=click.Choice(FORMATS), required=True, help="What it is to become.")
@click.option("--zone", default="UTC", show_default=True, help="Zone of dates without one.")
@click.option(
    "--date-format",
    "pattern",
    default="",
    metavar="PATTERN",
    help="How dates are written, as of strptime, where they are not ISO 8601.",
)
def convert_command(
    source: Path, target: Path, told: str | None, to: str, zone: str, pattern: str
) -> None:
    """Make a file in one format one in another.

    Rolls (CSV of any system that is known, JSON Lines, a page of OSDI) become rolls, petitions
    (the UK Parliament's JSON, OSDI, JSON Lines) become petitions. What the file is is found out
    where it is not told. What could not be mapped is printed.
    """
    from petitionkit.presets import load

    keep([source], [target])
    found = inspect_source(source, told=told)
    with binary_file(target) as file:
        done = convert(
            found,
            file,
            to,
            policy=load("uk-parliament"),
            now=datetime.now(UTC),
            zone=zone,
            pattern=pattern,
        )
    click.echo(f"{done.records:,} {'petitions' if found.petitions else 'signatures'} as {to}")
    if done.unmapped:
        click.echo(f"columns with no place here: {', '.join(done.unmapped)}")
    _tell("not handed on", done.refused)
    _tell("left out", done.left_out)


def _tell(what: str, counts: Mapping[str, int]) -> None:
    for name, count in sorted(counts.items()):
        click.echo(f"{what}: {count:,} {name}")
