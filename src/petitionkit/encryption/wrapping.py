"""Wrapping: data keys under the embedder's own key, so that nobody keeps one in the open.

Two small protocols: who wraps (a key service fits, whose key never leaves it) and where the
wrapped keys are kept. Ready for whoever holds keys in memory is ``WrappingRing``.
"""

import hmac
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from attrs import field, frozen

from petitionkit.encryption.ciphers import Cipher
from petitionkit.errors import KeyFileError
from petitionkit.keys import key_id

__all__ = ["WrappedKey", "WrappedKeys", "Wrapping", "WrappingRing"]

_KEY_BYTES = 32


class Wrapping(Protocol):
    """Who wraps data keys and unwraps them again."""

    @property
    def live(self) -> Sequence[str]:
        """Ids of the keys in use, the newest first, with which it wraps."""
        ...  # pragma: no cover (a protocol's body never runs)

    def wrap(self, key: str, data_key: bytes, about: bytes) -> bytes:
        """Encrypt a data key of 64 bytes under the key of that id.

        ``about`` must be authenticated with it (an *encryption context*). Raises
        ``KeyFileError`` for an id that is not live.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def unwrap(self, key: str, wrapped: bytes, about: bytes) -> bytes:
        """Decrypt what was wrapped under the key of that id, about the same.

        Raises ``KeyFileError`` for an id that is not live, and where it does not decrypt.
        """
        ...  # pragma: no cover (a protocol's body never runs)


@frozen(kw_only=True)
class WrappedKey:
    """A petition's data key as it is kept: ``key`` is the id of the key that it is wrapped with.

    ``number`` counts a petition's data keys from 1; the highest is the newest.
    """

    petition_id: UUID
    number: int
    key: str
    wrapped: bytes = field(repr=False)


class WrappedKeys(Protocol):
    """Where wrapped data keys are kept: apart from the store, and out of its backups.

    Whoever restores one of these from a backup brings destroyed keys back: keep few, and none
    for longer than the policies' retention allows.
    """

    def of(self, petition_id: UUID) -> Sequence[WrappedKey] | None:
        """The data keys of a petition in the order of their numbers; None: destroyed."""
        ...  # pragma: no cover (a protocol's body never runs)

    def add(self, key: WrappedKey) -> None:
        """Keep a new key; nothing changes where its number is taken or the keys are destroyed."""
        ...  # pragma: no cover (a protocol's body never runs)

    def replace(self, key: WrappedKey) -> None:
        """Keep a key in place of that of the same number, if there is one still."""
        ...  # pragma: no cover (a protocol's body never runs)

    def drop(self, petition_id: UUID, number: int) -> None:
        """Destroy one key of a petition; none is no error."""
        ...  # pragma: no cover (a protocol's body never runs)

    def destroy(self, petition_id: UUID) -> None:
        """Destroy all keys of a petition for good, so that it can never have any again."""
        ...  # pragma: no cover (a protocol's body never runs)

    def petitions(self) -> Sequence[UUID]:
        """Petitions that have keys, in the order of their ids."""
        ...  # pragma: no cover (a protocol's body never runs)


def _by_id(keys: Sequence[bytes]) -> dict[str, Cipher]:
    if not keys:
        raise KeyFileError("a wrapping ring needs at least one key of 32 random bytes")
    if any(len(key) < _KEY_BYTES for key in keys):
        raise KeyFileError(f"a key needs at least {_KEY_BYTES} random bytes")
    # Its own key is made from each, so that a key which serves elsewhere too gives nothing away.
    return {
        key_id(key): Cipher(hmac.digest(key, b"petitionkit wrapping", "sha512")) for key in keys
    }


@frozen
class WrappingRing:
    """Wrapping keys held in memory, newest first; satisfies ``Wrapping``.

    ``WrappingRing([secrets.token_bytes(32)])``. To rotate, put the new key in front, call
    ``DataKeys.rewrap``, and leave the old one out afterwards.
    """

    _ciphers: dict[str, Cipher] = field(converter=_by_id, repr=False)

    @property
    def live(self) -> Sequence[str]:
        """Ids of the keys, the newest first."""
        return tuple(self._ciphers)

    def wrap(self, key: str, data_key: bytes, about: bytes) -> bytes:
        """See ``Wrapping``."""
        return self._cipher(key).encrypt_bytes(data_key, about)

    def unwrap(self, key: str, wrapped: bytes, about: bytes) -> bytes:
        """See ``Wrapping``."""
        return self._cipher(key).decrypt_bytes(wrapped, about)

    def _cipher(self, key: str) -> Cipher:
        found = self._ciphers.get(key)
        if found is None:
            raise KeyFileError(f"no key {key} in this ring; add the key it names")
        return found
