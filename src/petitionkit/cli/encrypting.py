"""An encrypted store on the command line: opened by its key files, and what ``keys`` does with it.

Needs the extra ``crypto``, so it is loaded only where a store is encrypted, or is to be.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

from petitionkit.cli.keyfile import read_keys
from petitionkit.desk import Desk
from petitionkit.encryption import DataKeys, EncryptedStore, SQLiteWrappedKeys, WrappingRing
from petitionkit.errors import KeyFileError
from petitionkit.store import Store

__all__ = [
    "encrypted",
    "retire",
    "rewrap",
    "state_of",
    "through_keys",
    "write_anew",
    "written_anew",
]


@contextmanager
def through_keys(
    data_keys: Path, wrapping_keys: Path
) -> Iterator[Callable[[Store], EncryptedStore]]:
    """Stand before a store, with the keys of these two files."""
    ring = read_keys(wrapping_keys, WrappingRing)
    with closing(SQLiteWrappedKeys(data_keys)) as kept:
        yield partial(EncryptedStore, keys=DataKeys(kept, ring))


def encrypted(store: Store) -> EncryptedStore:
    """The store with its keys; ``KeyFileError`` where it is not encrypted."""
    if not isinstance(store, EncryptedStore):
        raise KeyFileError("this store is not encrypted; run petitionkit keys encrypt")
    return store


def state_of(store: Store, petition_id: UUID) -> str:
    """Say under which data key a petition is."""
    if not isinstance(store, EncryptedStore):
        return "not encrypted"
    keys = store.keys.of(petition_id)
    if keys.destroyed:
        return "data key destroyed"
    older = sorted(set(keys.ciphers or ()) - {keys.newest})
    kept = f", older ones kept: {', '.join(map(str, older))}" if older else ""
    return f"data key {keys.newest}{kept}" if keys.newest else "no data key yet"


def written_anew(store: Store, desk: Desk, petition_id: UUID) -> int:
    """Encrypt all of a petition under its newest key; tells how many rows changed."""
    changed = encrypted(store).encrypt_anew(petition_id)
    desk.rewrite(petition_id)
    return changed


def write_anew(store: Store, desk: Desk, petition_id: UUID) -> tuple[int, int]:
    """Give a petition a new data key; tells its number, and how many rows are under it now."""
    number = encrypted(store).keys.renew(petition_id).newest
    return number, written_anew(store, desk, petition_id)


def rewrap(store: Store) -> int:
    """Wrap every data key under the newest wrapping key; tells how many were not."""
    return encrypted(store).keys.rewrap()


def retire(store: Store, petition_id: UUID) -> Sequence[int]:
    """Destroy older data keys of a petition that nothing needs; tells which are needed."""
    return encrypted(store).retire_keys(petition_id)
