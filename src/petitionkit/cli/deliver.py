"""``petitionkit deliver`` and ``petitionkit verify``: hand a petition over, and check a pack."""

from pathlib import Path

import click

from petitionkit.cli.workplace import StoreFiles, needing_crypto, with_petition, with_store

__all__ = ["deliver", "verify"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@with_petition
@click.option(
    "--to", "addressee", metavar="KEY", help="The addressee; not needed where there is only one."
)
@click.option(
    "--seal",
    "seal_path",
    type=click.Path(path_type=Path),
    help="The private key to seal with, as PEM  [default: the store's path with .seal.pem]",
)
@click.option("--unrecorded", is_flag=True, help="Write the pack, and record no delivery.")
@with_store
def deliver(
    folder: Path,
    wanted: str | None,
    addressee: str | None,
    seal_path: Path | None,
    files: StoreFiles,
    *,
    unrecorded: bool,
) -> None:
    """Write the pack for an addressee into FOLDER, and record that it was handed over.

    The pack holds the roll, with the fields that the policy discloses, the petition as a page to
    print, and a sealed manifest; the receipt is recorded with the delivery. Without --seal a key
    is made beside the store with the first pack.
    """
    with needing_crypto():
        from petitionkit.cli.packing import StoreSeal, hand_over, sealing_key

    with files.open() as place:
        petition = place.find(wanted)
        seal = sealing_key(seal_path) if seal_path else StoreSeal(files.store)
        hand_over(place, petition, folder, addressee=addressee, seal=seal, recorded=not unrecorded)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "key_path",
    type=click.Path(path_type=Path),
    required=True,
    help="The office's public key, as PEM; have it from the office, not with the pack.",
)
@click.option(
    "--store",
    "store_path",
    type=click.Path(path_type=Path),
    help="Ask this store, too, whether the pack was handed over.",
)
def verify(folder: Path, key_path: Path, store_path: Path | None) -> None:
    """Tell whether the pack in FOLDER is as its office sealed it; it needs no store."""
    with needing_crypto():
        from petitionkit.cli.packing import check

    check(folder, key_path, store_path)
