"""Secret keys, as petitionkit asks for them.

Decides the small protocol through which the embedder's secrets come in (a key service fits)
and a key ring for those who hold keys themselves. Keys are never stored with the data, never
shown in a repr, and named by ids that may be stored: an id is itself made from the key, so
that a store can tell whether it was given the key that its claims were made with.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Protocol

from attrs import field, frozen

from petitionkit.errors import KeyFileError

__all__ = ["KeyRing", "Secrets", "key_id"]

_KEY_BYTES = 32


class Secrets(Protocol):
    """Where message authentication codes come from."""

    @property
    def live(self) -> Sequence[str]:
        """Ids of the keys in use, the newest first; more than one while a rotation lasts."""
        ...  # pragma: no cover (a protocol's body never runs)

    def mac(self, key: str, message: bytes) -> bytes:
        """HMAC-SHA-256 of ``message`` under the key of that id: 32 bytes.

        Raises ``KeyFileError`` for an id that is not live.
        """
        ...  # pragma: no cover (a protocol's body never runs)


def key_id(key: bytes) -> str:
    """Name a key without giving it away: 16 hexadecimal digits made from it."""
    return hmac.digest(key, b"petitionkit key id", hashlib.sha256).hex()[:16]


def _by_id(keys: Sequence[bytes]) -> dict[str, bytes]:
    if not keys:
        raise KeyFileError("a key ring needs at least one key of 32 random bytes")
    if not all(isinstance(key, bytes) for key in keys):
        raise KeyFileError("a key ring takes a list of keys, each of them bytes")
    if any(len(key) < _KEY_BYTES for key in keys):
        raise KeyFileError(
            f"a key needs at least {_KEY_BYTES} random bytes; secrets.token_bytes makes them"
        )
    return {key_id(key): key for key in keys}


@frozen
class KeyRing:
    """Keys held in memory, newest first; satisfies ``Secrets``.

    ``KeyRing([secrets.token_bytes(32)])``. To rotate, put the new key in front and keep the
    old one behind it until no claim made with it is needed.
    """

    _keys: dict[str, bytes] = field(converter=_by_id, repr=False)

    @property
    def live(self) -> Sequence[str]:
        """Ids of the keys, the newest first."""
        return tuple(self._keys)

    def mac(self, key: str, message: bytes) -> bytes:
        """HMAC-SHA-256 under the key of that id."""
        secret = self._keys.get(key)
        if secret is None:
            raise KeyFileError(f"no key {key} in this ring; add the key it names")
        return hmac.digest(secret, message, "sha256")
