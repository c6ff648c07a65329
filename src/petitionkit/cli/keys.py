"""``petitionkit keys``: which keys a store works with; encrypted, renewed, destroyed.

A store is encrypted where a file of wrapping keys lies beside it. Rotating the claim keys is
done in their file, by hand; ``keys status`` tells which are needed.
"""

from pathlib import Path

import click

from petitionkit.cli.files import keep
from petitionkit.cli.keyfile import make_keys
from petitionkit.cli.retention import records_to, with_actor, with_purge, with_records
from petitionkit.cli.workplace import (
    Commands,
    StoreFiles,
    needing_crypto,
    with_petition,
    with_store,
)
from petitionkit.errors import InvalidValueError, NotFoundError
from petitionkit.outcomes import Refused
from petitionkit.store import every_petition

__all__ = ["keys"]


@click.group(cls=Commands)
def keys() -> None:
    """Tell which keys a store works with; encrypt it, renew its data keys, destroy them."""


@keys.command()
@with_store
def status(files: StoreFiles) -> None:
    """Tell which keys claims were made with, and under which data key each petition is."""
    with needing_crypto():
        from petitionkit.cli.encrypting import state_of

    with files.open() as place:
        made_with = place.store.claim_keys()
        for key in place.secrets.live:
            use = "claims were made with it" if key in made_with else "no claim was made with it"
            click.echo(f"claim key {key}: {use}")
        for petition_id in every_petition(place.store):
            click.echo(f"{petition_id}: {state_of(place.store, petition_id)}")


@keys.command()
@with_store
def encrypt(files: StoreFiles) -> None:
    """Encrypt who signed, from now on, and all that is in the store.

    Makes the file of wrapping keys, with .wrapping-keys after the store's name, where there is
    none, and with .data-keys one of wrapped data keys. Keep both out of the store's backups.
    Interrupted and started again, it goes on. Purge afterwards, as after erasing.
    """
    with needing_crypto():
        from petitionkit.cli.encrypting import written_anew

    if not files.store.exists():
        raise NotFoundError(f"no store at {files.store}; publish a petition there")
    if not (files.wrapping_keys.exists() or files.data_keys.exists()):
        make_keys(files.wrapping_keys)
    with files.open() as place:
        changed = [
            written_anew(place.store, place.desk, one) for one in every_petition(place.store)
        ]
        click.echo(f"petitions {len(changed):,}, signatures and attempts {sum(changed):,}")


@keys.command()
@with_petition
@with_store
def renew(wanted: str | None, files: StoreFiles) -> None:
    """Give a petition a new data key, and write it anew under that.

    The older key is kept until 'keys retire': whatever began before may need it.
    """
    with needing_crypto():
        from petitionkit.cli.encrypting import write_anew

    with files.open() as place:
        petition = place.find(wanted)
        number, changed = write_anew(place.store, place.desk, petition.id)
        click.echo(f"data key {number}, signatures and attempts {changed:,}")


@keys.command()
@with_petition
@with_store
def retire(wanted: str | None, files: StoreFiles) -> None:
    """Destroy a petition's older data keys, but for those that something is under still."""
    with needing_crypto():
        from petitionkit.cli.encrypting import retire as retire_keys

    with files.open() as place:
        needed = retire_keys(place.store, place.find(wanted).id)
        click.echo(f"older data keys needed: {', '.join(map(str, needed)) or 'none'}")


@keys.command()
@with_store
def rewrap(files: StoreFiles) -> None:
    """Wrap all data keys under the first wrapping key of the file.

    Put a new one on top of the file before. Afterwards the others are needed no more.
    """
    with needing_crypto():
        from petitionkit.cli.encrypting import rewrap as wrap_anew

    with files.open() as place:
        click.echo(f"data keys wrapped anew {wrap_anew(place.store):,}")


@keys.command()
@with_records
@click.option("--petition", "wanted", metavar="ID", required=True, help="As for the others.")
@with_actor
@with_purge
@with_store
def destroy(records_path: Path, wanted: str, actor: str, files: StoreFiles, *, purge: bool) -> None:
    """Forget everybody of a petition that is over, here and in every backup of the store.

    There is no way back. Its numbers stay.
    """
    with needing_crypto():
        from petitionkit.cli.encrypting import encrypted

    keep(files.paths, [records_path])
    with files.open() as place, records_to(records_path) as write:
        encrypted(place.store)
        petition = place.find(wanted)
        outcome = place.desk.destroy_keys(petition.id, actor=actor)
        if isinstance(outcome, Refused):
            raise InvalidValueError(outcome.problems)
        write(outcome.record)
        if purge:
            place.file.purge()
        click.echo(f"erased {outcome.record.signatures:,}, data key destroyed")
        if outcome.kept:
            click.echo(f"claims are kept: {outcome.kept}")
