"""``petitionkit invalidate`` and ``reinstate``: a rule tried dry, applied in batches, taken back.

The rule is a file; who is meant, and what becomes of counts, is decided behind it.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import click
from attrs import evolve
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar

from petitionkit.cli.workplace import StoreFiles, Workplace, with_store
from petitionkit.codec import from_toml
from petitionkit.duplicates.invalidation import InvalidationRule, Progress, Sweep
from petitionkit.duplicates.listings import Listing, listing_of
from petitionkit.duplicates.selection import InNetwork, walk
from petitionkit.errors import UnreadableFileError
from petitionkit.signature import Attempt, Signature
from petitionkit.store import every_petition

__all__ = ["invalidate_command", "reinstate_command"]

_petition_option = click.option(
    "--petition", "wanted", metavar="ID", help="The petition, where the store holds several."
)
_everywhere_option = click.option(
    "--all", "everywhere", is_flag=True, help="Every petition of the store, one after another."
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
    return evolve(listing, network=addresses.get(listing.id, listing.network))


@click.command("invalidate")
@click.argument("rule_path", metavar="RULE", type=click.Path(path_type=Path))
@_petition_option
@_everywhere_option
@click.option("--dry-run", is_flag=True, help="Count what is meant, and change nothing.")
@click.option("--actor", default="", help="Who does it: a reference that each change bears.")
@click.option(
    "--addresses",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="CSV with the columns id and ip: a store keeps no addresses, or ranges of them.",
)
@_batch_option
@with_store
def invalidate_command(
    rule_path: Path,
    wanted: str | None,
    actor: str,
    addresses: Path | None,
    batch: int,
    files: StoreFiles,
    *,
    everywhere: bool,
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
    asks_network = any(isinstance(one, InNetwork) for one in walk(rule.means))
    with files.open() as place:
        sweeps = _sweeps(place, wanted, partial(_seen_from, known), everywhere=everywhere)
        if asks_network and not (addresses or any(map(_keeps_ranges, sweeps))):
            raise click.UsageError("the rule asks for IP addresses; name a file with --addresses")
        click.echo(f"rule {rule.mark}")
        meant = [sweep for sweep in sweeps if _previewed(sweep, rule, always=not everywhere)]
        if dry_run:
            click.echo("nothing was written")
            return
        _carried_out(
            place.console, meant, lambda one: one.invalidate(rule, actor=actor, batch=batch)
        )
        also = " --all" if everywhere else ""
        click.echo(f"to take it back: petitionkit reinstate {rule.mark} --actor {actor}{also}")


@click.command("reinstate")
@click.argument("mark")
@_petition_option
@_everywhere_option
@_actor_option
@_batch_option
@with_store
def reinstate_command(
    mark: str,
    wanted: str | None,
    actor: str,
    batch: int,
    files: StoreFiles,
    *,
    everywhere: bool,
) -> None:
    """Take back what a rule did, by the mark that 'petitionkit invalidate' printed.

    Whoever has signed again since stays invalidated; they count by their newer signature.
    """
    with files.open() as place:
        sweeps = _sweeps(place, wanted, listing_of, everywhere=everywhere)
        _carried_out(
            place.console, sweeps, lambda one: one.reinstate(mark, actor=actor, batch=batch)
        )


def _sweeps(
    place: Workplace,
    wanted: str | None,
    listing: Callable[[Signature | Attempt], Listing],
    *,
    everywhere: bool,
) -> list[Sweep]:
    """One for each petition that is meant."""
    if everywhere and wanted is not None:
        raise click.UsageError("either one --petition, or --all")
    found = every_petition(place.store) if everywhere else [place.find(wanted).id]
    return [
        Sweep(desk=place.desk, store=place.store, petition_id=one, listing=listing) for one in found
    ]


def _keeps_ranges(sweep: Sweep) -> bool:
    policy = sweep.desk.policy(sweep.petition_id)
    return policy is not None and policy.vigilance.network is not None


def _previewed(sweep: Sweep, rule: InvalidationRule, *, always: bool) -> bool:
    """Tell what a rule would do to a petition; nothing is said where it would do nothing."""
    found = sweep.preview(rule)
    meant = bool(found.signatures or found.attempts or found.spared)
    if meant or always:
        click.echo(
            f"petition {sweep.petition_id}: signatures {found.signatures:,},"
            f" attempts {found.attempts:,}, the starter's, left alone {found.spared:,}"
        )
        click.echo(f"supporters {found.before.supporters:,} -> {found.after.supporters:,}")
        click.echo(f"thresholds that would be lost: {', '.join(found.lost) or 'none'}")
    return meant


def _carried_out(
    console: Console, sweeps: Sequence[Sweep], run: Callable[[Sweep], Iterator[Progress]]
) -> None:
    """Go on to the end, show how far it is where somebody looks, and tell what was done."""
    done = left = 0
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        for sweep in sweeps:
            task = bar.add_task("signatures", total=100)
            for progress in run(sweep):
                bar.update(task, completed=progress.percent)
            done, left = done + progress.done, left + progress.left
    click.echo(f"done {done:,}, left as they are {left:,}")
