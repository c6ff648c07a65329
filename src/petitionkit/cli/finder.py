"""``petitionkit finder``: an index by which staff find signatures by whole words; nobody is in it.

It lies beside the store with ``.finder`` after its name, its key with ``.finder-keys``. Once it is
there, every command that erases people erases them in it as well.
"""

from contextlib import closing

import click

from petitionkit.cli.keyfile import make_keys, read_keys
from petitionkit.cli.workplace import Commands, StoreFiles, with_store
from petitionkit.errors import NotFoundError
from petitionkit.finder_index import FinderIndex
from petitionkit.keys import KeyRing
from petitionkit.store import every_petition

__all__ = ["finder"]


@click.group(cls=Commands)
def finder() -> None:
    """Find signatures by words of a name, or by an address or a number, without reading them."""


@finder.command()
@click.option("--anew", is_flag=True, help="From the beginning: corrected names are found then.")
@with_store
def index(files: StoreFiles, *, anew: bool) -> None:
    """Make the index where there is none, and take in what was signed since."""
    with files.open() as place:
        if not (files.finder.exists() or files.finder_keys.exists()):
            make_keys(files.finder_keys)
        keys = read_keys(files.finder_keys, KeyRing)
        with closing(FinderIndex(files.finder, keys)) as kept:
            take_in = kept.anew if anew else kept.catch_up
            taken = sum(take_in(place.store, one) for one in every_petition(place.store))
        click.echo(f"signatures taken in {taken:,}")


@finder.command()
@click.argument("text")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True)
@with_store
def find(text: str, limit: int, files: StoreFiles) -> None:
    """Print the ids of signatures that have every word of TEXT."""
    if not files.finder.exists():
        raise NotFoundError("there is no index; run petitionkit finder index")
    with closing(FinderIndex(files.finder, read_keys(files.finder_keys, KeyRing))) as kept:
        found = kept.find(text, limit=limit)
    for one in found:
        click.echo(str(one))
    click.echo(f"signatures {len(found):,}")
