"""Confirmation links: tokens that nobody has to store.

A token is purpose, attempt, generation and expiry with a message authentication code over
them and the id of the key. A mail worker can make the same token again after a crash, and the
database holds nothing that would let its reader confirm. Decides only whether a token is ours
and still holds, not what it may do.
"""

import base64
import binascii
import hmac
import struct
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

from attrs import frozen

from petitionkit.civil import instant_text
from petitionkit.keys import Secrets
from petitionkit.problems import Problem, problem

__all__ = ["Purpose", "Token", "mint", "read_token"]

# key id (8 bytes), attempt (16), generation (2), expiry in seconds since 1970 (8), MAC (16).
_BODY = struct.Struct(">8s16sHq")
_MAC_BYTES = 16  # 128 bits: out of reach for guessing, and the link stays short


class Purpose(Enum):
    """What a token is good for; one purpose's token is void for any other."""

    CONFIRM = b"petitionkit confirm"
    WITHDRAW = b"petitionkit withdraw"
    AMEND = b"petitionkit amend"
    """To correct one's name, or to be shown to more or fewer people."""
    UNSUBSCRIBE = b"petitionkit unsubscribe"
    AGREE = b"petitionkit agree"
    """To agree to a text that was changed after one signed it."""
    EXPORT = b"petitionkit export"
    """To be given all that is kept of oneself."""
    ERASE = b"petitionkit erase"
    """To be forgotten."""


@frozen(kw_only=True)
class Token:
    """What a genuine token says."""

    subject: UUID
    generation: int
    expires_at: datetime


def mint(
    secrets: Secrets,
    purpose: Purpose,
    subject: UUID,
    generation: int,
    expires_at: datetime,
) -> str:
    """Make a token of 67 URL-safe characters; the same arguments make the same token.

    ``subject`` is the attempt (or signature) that it speaks for; ``expires_at`` counts in whole
    seconds, a fraction is cut off.
    """
    key = secrets.live[0]
    body = _BODY.pack(bytes.fromhex(key), subject.bytes, generation, int(expires_at.timestamp()))
    mac = secrets.mac(key, purpose.value + body)[:_MAC_BYTES]
    return _text(body + mac)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_token(
    secrets: Secrets, purpose: Purpose, token: str, now: datetime | None
) -> Token | Problem:
    """Read a token: what it says, or why it is void at ``now`` (None: its time is no matter).

    A wrong, cut or foreign token and one of another purpose or of a key no longer live are all
    ``token.invalid``; a genuine one past its time is ``token.expired``.
    """
    invalid = problem("token.invalid", "token")
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return invalid
    if len(raw) != _BODY.size + _MAC_BYTES or _text(raw) != token:
        return invalid  # the second: spare bits of the last character must not make twins
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    key_bytes, subject, generation, seconds = _BODY.unpack(body)
    key = key_bytes.hex()
    if key not in secrets.live:
        return invalid
    if not hmac.compare_digest(mac, secrets.mac(key, purpose.value + body)[:_MAC_BYTES]):
        return invalid
    expires_at = datetime.fromtimestamp(seconds, UTC)
    if now is not None and now >= expires_at:
        return problem("token.expired", "token", expired_at=instant_text(expires_at))
    return Token(subject=UUID(bytes=subject), generation=generation, expires_at=expires_at)
