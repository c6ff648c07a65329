"""``petitionkit audit``: possible duplicates of a roll or of a petition, to read and to judge.

Reads, compares, prints and writes a report. It changes nothing in the store and decides nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from petitionkit.cli.files import csv_file, keep, page_file
from petitionkit.cli.workplace import StoreFiles, Workplace, with_store
from petitionkit.codec import from_toml
from petitionkit.duplicates import finder, rule_sets
from petitionkit.duplicates.audit import Audit, Engine, audit
from petitionkit.duplicates.listings import Listing, listing_of, read_listings
from petitionkit.duplicates.report import html_report
from petitionkit.duplicates.rules import RuleSet, Tier
from petitionkit.duplicates.signals import disposable_domains
from petitionkit.errors import UnreadableFileError
from petitionkit.formats.roll import inspect_roll
from petitionkit.store import every_signature

__all__ = ["audit_command"]


def _rule_set(name: str) -> RuleSet:
    if name in rule_sets.names():
        return rule_sets.load(name)
    path = Path(name)
    if not path.is_file():
        known = ", ".join(rule_sets.names())
        raise click.BadParameter(f"no file of that name, and none of {known}", param_hint="--rules")
    try:
        return from_toml(RuleSet, path.read_text("utf-8"))
    except UnicodeError:
        raise UnreadableFileError("file.encoding", f"{path} is not UTF-8") from None


def _engine(name: str) -> Engine:
    if name == "python":
        return finder.find
    try:
        from petitionkit.duplicates import duckdb_engine
    except ModuleNotFoundError:
        raise click.UsageError("this engine needs its extra: petitionkit[duckdb]") from None
    return duckdb_engine.find


def _disposable() -> frozenset[str]:
    try:
        return disposable_domains()
    except ModuleNotFoundError:
        return frozenset()


def _stored(place: Workplace, wanted: str | None) -> Iterator[Listing]:
    every = every_signature(place.store, place.find(wanted).id)
    return (listing_of(one.signature) for one in every if one.signature.live)


@click.command("audit")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--petition", "wanted", metavar="ID", help="The petition, where no file is named.")
@click.option(
    "--rules", default="roll", show_default=True, help="A rule set, or the path of your own."
)
@click.option("--html", "page", type=click.Path(path_type=Path), help="Write the report there.")
@click.option("--csv", "listed", type=click.Path(path_type=Path), help="Write the pairs there.")
@click.option("--redact", is_flag=True, help="No names or addresses in the report.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="At most so many pairs of a tier in the report.",
)
@click.option(
    "--engine",
    type=click.Choice(["python", "duckdb"]),
    default="python",
    show_default=True,
    help="What compares; both propose the same.",
)
@click.option("--zone", default="UTC", show_default=True, help="Of a roll's times without offset.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=HEADER", help="As of import.")
@click.option("--encoding", help="As of import.")
@click.option("--delimiter", help="As of import.")
@with_store
def audit_command(
    file: Path | None,
    wanted: str | None,
    rules: str,
    page: Path | None,
    listed: Path | None,
    limit: int,
    engine: str,
    zone: str,
    columns: tuple[str, ...],
    encoding: str | None,
    delimiter: str | None,
    files: StoreFiles,
    *,
    redact: bool,
) -> None:
    """Find signatures that look like one person's, in a roll or in the store.

    Proposes pairs by named rules and changes nothing. Households are an answer of their own.
    """
    rule_set, finds = _rule_set(rules), _engine(engine)
    keep((file or files.store, files.keys, Path(rules)), (page, listed))
    if file is None:
        with files.open() as place:
            listings = list(_stored(place, wanted))
    else:
        pairs = [pair.partition("=") for pair in columns]
        if not all(mark for _, mark, _ in pairs):
            raise click.BadOptionUsage("column", "write --column FIELD=HEADER")
        roll = inspect_roll(
            file,
            encoding=encoding,
            delimiter=delimiter,
            columns={name: header for name, _, header in pairs},
        )
        listings = list(read_listings(roll, zone=zone))
    found = audit(rule_set, listings, engine=finds, disposable=_disposable())
    _print(found)
    names = tuple(comparison.name for comparison in rule_set.comparisons)
    if listed:
        _write_pairs(listed, found, names)
    if page:
        title = f"Audit of {file.name}" if file else "Audit of a petition"
        page_file(page, html_report(found, names, title=title, limit=limit, redact=redact))
        click.echo(f"report in {page}")


def _print(found: Audit) -> None:
    table = Table("rule", "tier", "pairs", "alone", box=None, pad_edge=False)
    for rule in found.rules:
        table.add_row(rule.rule, rule.tier, f"{rule.pairs:,}", f"{rule.alone:,}")
    console = Console()
    console.print(table)
    tiers = ", ".join(f"{tier} {found.of(tier):,}" for tier in Tier)
    doubtful = sum(bool(cluster.doubts) for cluster in found.clusters)
    click.echo(f"{found.signatures:,} signatures by {found.rule_set}")
    click.echo(f"pairs: {tiers}")
    click.echo(
        f"clusters: {len(found.clusters):,}, {doubtful:,} of them doubtful;"
        f" {found.surplus:,} signatures too many if each is one person"
    )
    click.echo(f"signals: {len(found.signals):,}; blocks left out: {len(found.oversized):,}")


def _write_pairs(path: Path, found: Audit, comparisons: tuple[str, ...]) -> None:
    with csv_file(path) as write:
        write(("left", "right", "tier", "rules", "keys", *comparisons))
        for pair in found.pairs:
            rules, keys = "; ".join(pair.rules), "; ".join(pair.keys)
            write((pair.left, pair.right, pair.tier, rules, keys, *pair.levels))
