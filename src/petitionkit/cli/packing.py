"""What ``deliver`` and ``verify`` do. Needs the extra ``crypto``.

The key that seals lies beside the store, made with the first pack; its public half beside it is
to be published. A pack that cannot be recorded is not left behind.
"""

import secrets
import shutil
from collections.abc import Callable
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import click

from petitionkit.civil import instant_text
from petitionkit.cli.keyfile import keep_secret
from petitionkit.cli.workplace import Workplace
from petitionkit.errors import InvalidValueError, KeyFileError, NotFoundError
from petitionkit.formats.pack.manifest import Manifest
from petitionkit.formats.pack.seal import PublicKey, SealingKey
from petitionkit.formats.pack.verifying import Altered, delivery_problems, verify_pack
from petitionkit.formats.pack.writing import Seal, write_pack
from petitionkit.moderation import Capacity
from petitionkit.petition import Petition
from petitionkit.store import every_signature
from petitionkit.stores.sqlite import SQLiteStore

__all__ = ["StoreSeal", "check", "hand_over", "sealing_key"]

Key = TypeVar("Key")

_LIMIT = 1 << 16  # bytes; no key is longer


class StoreSeal:
    """The key beside a store, made where there is none once something is to be sealed."""

    def __init__(self, store_path: Path) -> None:
        """Say whose key it is; nothing is read yet."""
        self._path = store_path.with_name(f"{store_path.name}.seal.pem")

    @cached_property
    def _key(self) -> SealingKey:
        if not self._path.exists():
            made = SealingKey(secret=secrets.token_bytes(32))
            keep_secret(self._path, made.to_pem())
            public = self._path.with_suffix(".pub.pem")
            public.write_bytes(made.public.to_pem())
            click.echo(f"made a key to seal with: publish {public}, keep {self._path} secret")
        return sealing_key(self._path)

    @property
    def key_id(self) -> str:
        """Which key it is."""
        return self._key.key_id

    def seal(self, message: bytes) -> bytes:
        """Seal a message."""
        return self._key.seal(message)


def sealing_key(path: Path) -> SealingKey:
    """Read a private key; ``KeyFileError`` where it is none."""
    return _read(path, SealingKey.from_pem)


def _read(path: Path, parse: Callable[[bytes], Key]) -> Key:
    try:
        with path.open("rb") as file:
            pem = file.read(_LIMIT)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from None
    try:
        return parse(pem)
    except KeyFileError as error:
        raise KeyFileError(f"{path}: {error}") from None


def hand_over(
    place: Workplace,
    petition: Petition,
    folder: Path,
    *,
    addressee: str | None,
    seal: Seal,
    recorded: bool,
) -> None:
    """Write the pack, record the delivery where that is wanted, and say so."""
    policy = place.desk.policy(petition.id)
    if policy is None:
        raise NotFoundError(
            "the petition was never published, so that it has no roll; publish it first"
        )
    pack = write_pack(
        folder,
        petition=petition,
        policy=policy,
        standing=place.desk.standing(petition.id),
        signatures=(one.signature for one in every_signature(place.store, petition.id)),
        addressee=addressee or _only_addressee(petition),
        seal=seal,
    )
    if recorded:
        try:
            place.desk.acting(Capacity.OFFICE).deliver(
                petition.id, pack.manifest.addressee.key, pack.delivery
            )
        except BaseException:
            shutil.rmtree(folder)
            raise
    click.echo(f"pack in {folder}, {'delivery recorded' if recorded else 'nothing recorded'}")
    _say(pack.manifest, pack.receipt)


def _only_addressee(petition: Petition) -> str:
    keys = [one.key for one in petition.addressees]
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise NotFoundError("the petition is addressed to nobody; start one with an addressee")
    raise click.UsageError(f"the petition has several addressees: give --to {' or '.join(keys)}")


def check(folder: Path, key_path: Path, store_path: Path | None) -> None:
    """Verify a pack, and that a store has it as handed over; say so, or raise what is wrong."""
    outcome = verify_pack(folder, _read(key_path, PublicKey.from_pem))
    if isinstance(outcome, Altered):
        raise InvalidValueError(outcome.problems)
    if store_path:
        if not store_path.exists():
            raise NotFoundError(f"no store at {store_path}; name it with --store")
        with closing(SQLiteStore(store_path)) as store:
            found = delivery_problems(outcome, store.petition(outcome.manifest.petition_id))
        if found:
            raise InvalidValueError(found)
    click.echo("verified: as it was sealed" + ", and as it was recorded" * bool(store_path))
    _say(outcome.manifest, outcome.receipt)


def _say(made: Manifest, receipt: str) -> None:
    for name, text in {
        "petition": made.title,
        "to": made.addressee.name,
        "as of": instant_text(made.made_at),
        "counted": f"{made.counts.supporters:,} supporters, {made.counts.lines:,} lines",
        "sealed by": made.sealed_by,
        "receipt": receipt,
    }.items():
        click.echo(f"{name:<10}{text}")
