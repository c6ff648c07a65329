"""``petitionkit convert``: a file in one format made one in another, with what was lost."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from petitionkit.cli.files import binary_file, keep
from petitionkit.cli.moving_in import move_all
from petitionkit.cli.petition_file import read_policy
from petitionkit.cli.workplace import StoreFiles
from petitionkit.formats.converting import FORMATS, SOURCES, convert, inspect_source
from petitionkit.formats.moving_sources import MOVING_FORMATS, open_moving

__all__ = ["convert_command"]

_STORE = "store"
_SITE = "uk-parliament"  # whose pages come under its own policy


@click.command("convert")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--from", "told", type=click.Choice(SOURCES), help="What the file is.")
@click.option(
    "--to",
    type=click.Choice((*FORMATS, _STORE)),
    required=True,
    help="What it is to become; into a store, TARGET is the SQLite file of petitionkit.",
)
@click.option("--zone", default="UTC", show_default=True, help="Zone of dates without one.")
@click.option(
    "--date-format",
    "pattern",
    default="",
    metavar="PATTERN",
    help="How dates are written, as of strptime, where they are not ISO 8601.",
)
@click.option(
    "--policy",
    "policy_name",
    metavar="POLICY",
    help="What petitions come under: a preset, or the path of a policy file.",
)
@click.option(
    "--language", default="en", show_default=True, help="Language of a Pytition database."
)
def convert_command(
    source: Path,
    target: Path,
    told: str | None,
    to: str,
    zone: str,
    pattern: str,
    policy_name: str | None,
    language: str,
) -> None:
    """Make a file in one format one in another, or move petitions into a store.

    Rolls (CSV of any system that is known, JSON Lines, a page of OSDI) become rolls, petitions
    (the UK Parliament's JSON, OSDI, JSON Lines) become petitions. What the file is is found out
    where it is not told. What could not be mapped is printed.

    A Pytition database (SQLite), a folder of pages of the UK's site and Decidim's open data move
    into a store with their signatures, and both counts are printed with why they differ. Run
    again it goes on, and adds nothing twice.
    """
    keep([source], [target])
    found = inspect_source(source, told=told)
    policy = read_policy(policy_name or _SITE, Path())
    now = datetime.now(UTC)
    if to == _STORE:
        if found.format not in MOVING_FORMATS:
            raise click.UsageError("into a store this file comes with: petitionkit import")
        if policy_name is None and found.format != "uk-tree":
            raise click.UsageError(f"{found.format} has no policy; name one with --policy")
        there = open_moving(
            source, found.format, policy=policy, language=language, zone=zone, now=now
        )
        with StoreFiles.beside(target).open(create=True) as place:
            move_all(place, there, policy)
        return
    with binary_file(target) as file:
        done = convert(
            found,
            file,
            to,
            policy=policy,
            now=now,
            zone=zone,
            pattern=pattern,
            language=language,
        )
    click.echo(f"{done.records:,} {'petitions' if found.petitions else 'signatures'} as {to}")
    if done.unmapped:
        click.echo(f"columns with no place here: {', '.join(done.unmapped)}")
    _tell("not handed on", done.refused)
    _tell("left out", done.left_out)


def _tell(what: str, counts: Mapping[str, int]) -> None:
    for name, count in sorted(counts.items()):
        click.echo(f"{what}: {count:,} {name}")
