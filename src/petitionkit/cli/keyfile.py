"""Key files: one key a line in base64, the newest first.

A key file is made with mode 0600 where there is none, and never where the store's claims were
made with keys that are missing: new keys would forget everybody who has signed.
"""

import base64
import binascii
import os
import secrets
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from petitionkit.errors import KeyFileError
from petitionkit.keys import KeyRing

__all__ = ["exposed", "keep_secret", "key_ring", "make_keys", "read_keys"]

R = TypeVar("R")

_MODE = 0o600
_HEAD = "# Keys of a petitionkit store, the newest first. Keep this file secret and backed up.\n"


def key_ring(path: Path, claim_keys: Sequence[str]) -> KeyRing:
    """Read the keys, or make the first one for a store that has no claims yet.

    ``claim_keys`` are the ids of the keys that the store's claims were made with; a file that
    lacks one of them raises ``KeyFileError``.
    """
    if not path.exists():
        if claim_keys:
            raise KeyFileError(
                f"{path} is missing, and the store's claims were made with key {claim_keys[0]};"
                " give the file that holds it with --keys"
            )
        make_keys(path)
    ring = read_keys(path, KeyRing)
    missing = sorted(set(claim_keys) - set(ring.live))
    if missing:
        raise KeyFileError(
            f"the store's claims were made with key {missing[0]}, which {path} does not hold;"
            " give the file that holds it with --keys"
        )
    return ring


def make_keys(path: Path) -> None:
    """Make a key file with one new key; ``KeyFileError`` where it is there or cannot be made."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    keep_secret(path, (_HEAD + key + "\n").encode("ascii"))


def keep_secret(path: Path, secret: bytes) -> None:
    """Write a new file that its owner alone may read; ``KeyFileError`` where it cannot be made."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be made: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())  # on disk before anything is made with it


def read_keys(path: Path, ring: Callable[[Sequence[bytes]], R]) -> R:
    """Read a key file into a ring; ``KeyFileError`` names the file where that cannot be."""
    try:
        return ring(_read(path))
    except KeyFileError as error:
        raise KeyFileError(f"{path}: {error}") from None


def _read(path: Path) -> list[bytes]:
    try:
        lines = path.read_text("ascii").splitlines()
        keys = [line for line in lines if line.strip() and not line.startswith("#")]
        return [base64.b64decode(line.strip(), validate=True) for line in keys]
    except OSError as error:
        raise KeyFileError(f"cannot be read: {error.strerror}") from None
    except (UnicodeError, binascii.Error):
        raise KeyFileError("this is no key file: one key a line, in base64") from None


def exposed(path: Path) -> bool:
    """Whether others than the owner may read the file."""
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
