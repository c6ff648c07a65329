"""Encryption at rest: what says who somebody is, under a key of the petition's own.

Needs the extra ``crypto``. ``EncryptedStore`` stands before any store and is one itself: it
encrypts what is personal on the way in, under the petition's data key, and decrypts it on the
way out. Data keys are wrapped by the embedder's key and kept apart from the store
(``WrappedKeys``), so that destroying one takes the petition's people out of every backup.
Claims go through as they are, keyed hashes already: signers are found by them, never by text.
"""

from petitionkit.encryption.data_keys import DataKeys
from petitionkit.encryption.kept_keys import MemoryWrappedKeys, SQLiteWrappedKeys
from petitionkit.encryption.people import ENCRYPTABLE
from petitionkit.encryption.store import EncryptedStore
from petitionkit.encryption.wrapping import WrappedKey, WrappedKeys, Wrapping, WrappingRing

__all__ = [
    "ENCRYPTABLE",
    "DataKeys",
    "EncryptedStore",
    "MemoryWrappedKeys",
    "SQLiteWrappedKeys",
    "WrappedKey",
    "WrappedKeys",
    "Wrapping",
    "WrappingRing",
]
