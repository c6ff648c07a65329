"""Seals: Ed25519 keys by which an office seals a manifest and anybody can tell that it did.

The sole importer of ``cryptography``: needs the extra ``crypto``. Which public key to trust is
for whoever verifies to know; it comes by another way than the pack.
"""

import hashlib

from attrs import field, frozen

from petitionkit.errors import KeyFileError

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
        load_pem_private_key,
        load_pem_public_key,
    )
except ImportError as error:
    raise ImportError("seals need Ed25519; install petitionkit[crypto]") from error

__all__ = ["PublicKey", "SealingKey"]

_SIZE = 32  # bytes of either key (RFC 8032)
_KEY_ID = 32  # hexadecimal digits of a digest that nobody can meet on purpose


def _of_size(_: object, __: object, key: bytes) -> None:
    if len(key) != _SIZE:
        raise KeyFileError(f"a key of Ed25519 has {_SIZE} bytes; give just those")


@frozen(kw_only=True)
class PublicKey:
    """The public half, by which anybody verifies: 32 bytes (RFC 8032)."""

    raw: bytes = field(validator=_of_size)

    @classmethod
    def from_pem(cls, pem: bytes) -> "PublicKey":
        """Read ``-----BEGIN PUBLIC KEY-----``; ``KeyFileError`` for anything else."""
        try:
            key = load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm):
            raise KeyFileError(
                "this is no public key in PEM; it begins with -----BEGIN PUBLIC KEY-----"
            ) from None
        if not isinstance(key, Ed25519PublicKey):
            raise KeyFileError("this public key is not one of Ed25519; give one that is")
        return cls(raw=key.public_bytes_raw())

    def to_pem(self) -> bytes:
        """Write it as PEM (RFC 8410), which openssl and others read."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def key_id(self) -> str:
        """What people compare: the first 32 hexadecimal digits of the key's SHA-256."""
        return hashlib.sha256(self.raw).hexdigest()[:_KEY_ID]

    def sealed(self, message: bytes, seal: bytes) -> bool:
        """Whether the owner of this key sealed exactly this message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(seal, message)
        except InvalidSignature:
            return False
        return True


@frozen(kw_only=True)
class SealingKey:
    """The private half: 32 bytes that only the office has, random (``secrets.token_bytes(32)``)."""

    secret: bytes = field(repr=False, validator=_of_size)

    @classmethod
    def from_pem(cls, pem: bytes) -> "SealingKey":
        """Read ``-----BEGIN PRIVATE KEY-----``, not encrypted; ``KeyFileError`` otherwise."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, UnsupportedAlgorithm):
            raise KeyFileError(
                "this is no private key in PEM; it begins with -----BEGIN PRIVATE KEY-----"
            ) from None
        except TypeError:  # as the library says that it wants a password
            raise KeyFileError("this private key is encrypted; decrypt it first") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyFileError("this private key is not one of Ed25519; make one that is")
        return cls(secret=key.private_bytes_raw())

    def to_pem(self) -> bytes:
        """Write it as PEM (PKCS 8, not encrypted). Keep it secret."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    @property
    def public(self) -> PublicKey:
        """The public half, to be published."""
        return PublicKey(raw=self._key.public_key().public_bytes_raw())

    @property
    def key_id(self) -> str:
        """The id of the public half."""
        return self.public.key_id

    def seal(self, message: bytes) -> bytes:
        """Seal a message: 64 bytes, always the same for the same message (RFC 8032)."""
        return self._key.sign(message)
