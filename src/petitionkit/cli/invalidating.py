"""``petitionkit invalidate`` and ``reinstate``: a rule tried dry, applied in batches, taken back.

The rule is a file; who is meant, and what becomes of counts, is decided behind it.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

import click
from attrs import evolve
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar

from petitionkit.cli.workplace import Workplace, with_store
from petitionkit.codec import from_toml
from petitionkit.duplicates.invalidation import InvalidationRule, Preview, Progress, Sweep
from petitionkit.duplicates.listings import Listing, listing_of
from petitionkit.duplicates.selection import InNetwork, walk
from petitionkit.errors import UnreadableFileError
from petitionkit.signature import Attempt, Signature

__all__ = ["invalidate_command", "reinstate_command"]

_petition_option = click.option(
    "--petition", "wanted", metavar="ID", help="The petition, where the store holds several."
)
_actor_option = click.option(
    "--actor", required=True, help="Who does it: a reference that each change bears."
)
_batch_option = click.option(
    "--batch",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Changed in one transaction.",
)


def _rule(path: Path) -> InvalidationRule:
    try:
        return from_toml(InvalidationRule, path.read_text("utf-8"))
    except UnicodeError:
        raise UnreadableFileError("file.encoding", f"{path} is not UTF-8") from None


def _addresses(path: Path) -> Mapping[str, str]:
    """Who signed from where: the columns ``id`` and ``ip`` of a CSV file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            if not {"id", "ip"} <= set(lines.fieldnames or ()):
                raise click.BadParameter("needs the columns id and ip", param_hint="--addresses")
            return {line["id"]: line["ip"] or "" for line in lines}
    except UnicodeError:
        raise UnreadableFileError("file.encoding", f"{path} is not UTF-8") from None


def _seen_from(addresses: Mapping[str, str], signed: Signature | Attempt) -> Listing:
    listing = listing_of(signed)
    return evolve(listing, network=addresses.get(listing.id, ""))


@click.command("invalidate")
@click.argument("rule_path", metavar="RULE", type=click.Path(path_type=Path))
@_petition_option
@click.option("--dry-run", is_flag=True, help="Count what is meant, and change nothing.")
@click.option("--actor", default="", help="Who does it: a reference that each change bears.")
@click.option(
    "--addresses",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="CSV with the columns id and ip: the store itself keeps no addresses.",
)
@_batch_option
@with_store
def invalidate_command(
    rule_path: Path,
    wanted: str | None,
    actor: str,
    addresses: Path | None,
    batch: int,
    store_path: Path,
    keys_path: Path | None,
    now: datetime | None,
    *,
    dry_run: bool,
) -> None:
    """Invalidate the signatures that a rule means.

    RULE is a TOML file. Try it with --dry-run first. Signatures count no longer, attempts are
    held before they count, the starter is left alone unless the rule says otherwise. Interrupted
    and started again it goes on; 'petitionkit reinstate' takes it back.
    """
    rule = _rule(rule_path)
    if not (dry_run or actor):
        raise click.UsageError("say who does it with --actor, or try it with --dry-run")
    known = _addresses(addresses) if addresses else {}
    if addresses is None and any(isinstance(one, InNetwork) for one in walk(rule.means)):
        raise click.UsageError("the rule asks for IP addresses; name a file with --addresses")
    with Workplace.open(store_path, keys_path, now) as place:
        sweep = _sweep(place, wanted, partial(_seen_from, known))
        _print_preview(sweep.preview(rule))
        if dry_run:
            click.echo("nothing was written")
            return
        last = _watched(place.console, sweep.invalidate(rule, actor=actor, batch=batch))
        click.echo(f"done {last.done:,}, left as they are {last.left:,}")
        click.echo(f"to take it back: petitionkit reinstate {rule.mark} --actor {actor}")


@click.command("reinstate")
@click.argument("mark")
@_petition_option
@_actor_option
@_batch_option
@with_store
def reinstate_command(
    mark: str,
    wanted: str | None,
    actor: str,
    batch: int,
    store_path: Path,
    keys_path: Path | None,
    now: datetime | None,
) -> None:
    """Take back what a rule did, by the mark that 'petitionkit invalidate' printed.

    Whoever has signed again since stays invalidated; they count by their newer signature.
    """
    with Workplace.open(store_path, keys_path, now) as place:
        sweep = _sweep(place, wanted, listing_of)
        last = _watched(place.console, sweep.reinstate(mark, actor=actor, batch=batch))
        click.echo(f"done {last.done:,}, left as they are {last.left:,}")


def _sweep(
    place: Workplace, wanted: str | None, listing: Callable[[Signature | Attempt], Listing]
) -> Sweep:
    petition_id = place.find(wanted).id
    return Sweep(desk=place.desk, store=place.store, petition_id=petition_id, listing=listing)


def _print_preview(found: Preview) -> None:
    click.echo(f"rule {found.mark}")
    click.echo(
        f"signatures {found.signatures:,}, attempts {found.attempts:,},"
        f" the starter's, left alone {found.spared:,}"
    )
    click.echo(f"supporters {found.before.supporters:,} -> {found.after.supporters:,}")
    click.echo(f"thresholds that would be lost: {', '.join(found.lost) or 'none'}")


def _watched(console: Console, run: Iterator[Progress]) -> Progress:
    """Go on to the end, and show how far it is where somebody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("signatures", total=100)
        for progress in run:
            bar.update(task, completed=progress.percent)
    return progress
