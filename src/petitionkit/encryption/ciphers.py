"""Ciphers: text into text that only the holder of a key can read.

AES-SIV (RFC 5297), with 256-bit keys: authentic, and safe without a nonce. The same text in the
same place under the same key gives the same result, so that writing a row again as it was
changes nothing. What the text is about is authenticated with it: moved elsewhere it is void.
"""

import base64
import binascii

from attrs import field, frozen

from petitionkit.errors import KeyFileError
from petitionkit.text import encode

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV
except ImportError as error:
    raise ImportError("encryption needs AES; install petitionkit[crypto]") from error

__all__ = ["KEY_BYTES", "MARK", "Cipher", "is_encrypted", "number_in"]

KEY_BYTES = 64
"""Size of a key: one half authenticates and the other encrypts, each with AES-256."""

MARK = "\x1f"
"""Begins what is encrypted. Nobody can type it: the boundary refuses control characters."""


def _cipher(key: bytes) -> AESSIV:
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"a key of AES-SIV has {KEY_BYTES} bytes here")
    return AESSIV(key)


@frozen
class Cipher:
    """One key at work; ``encrypt`` takes texts that are not empty."""

    _siv: AESSIV = field(converter=_cipher, repr=False)

    def encrypt_bytes(self, raw: bytes, about: bytes) -> bytes:
        """Encrypt bytes: 16 more than there were."""
        return self._siv.encrypt(raw, [about])

    def decrypt_bytes(self, raw: bytes, about: bytes) -> bytes:
        """Decrypt; ``KeyFileError`` where the key is another, or any of it was changed."""
        try:
            return self._siv.decrypt(raw, [about])
        except InvalidTag:
            raise KeyFileError("this does not decrypt: another key, or changed since") from None

    def encrypt(self, text: str, number: int, *about: str) -> str:
        """Encrypt text under the data key of that number."""
        raw = self.encrypt_bytes(text.encode(), encode(*about))
        return f"{MARK}{number}.{base64.b64encode(raw).decode()}"

    def decrypt(self, text: str, *about: str) -> str:
        """Read what ``encrypt`` made of a text about the same."""
        try:
            raw = base64.b64decode(text.partition(".")[2], validate=True)
        except binascii.Error:
            raise KeyFileError("this is nothing that was encrypted here") from None
        return self.decrypt_bytes(raw, encode(*about)).decode()


def is_encrypted(text: str) -> bool:
    """Whether a text is an encrypted one; what was written before encryption began is not."""
    return text.startswith(MARK)


def number_in(text: str) -> int:
    """The number of the data key that a text was encrypted with."""
    number = text[1:].partition(".")[0]
    if not number.isdecimal():
        raise KeyFileError("this is nothing that was encrypted here")
    return int(number)
