"""Stores behind an ``EncryptedStore`` whose keys are kept in memory."""

from petitionkit.encryption import DataKeys, EncryptedStore, MemoryWrappedKeys, WrappingRing
from petitionkit.store import Store

RING = WrappingRing([bytes(range(32))])


def encrypted(store: Store) -> EncryptedStore:
    return EncryptedStore(store, DataKeys(MemoryWrappedKeys(), RING))
