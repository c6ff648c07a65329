"""Ids: UUIDs of version 7, ordered by the instant that they were made for.

Makes them from an instant and entropy given by the caller, so that the same roll's line has
the same id whenever it is imported; ``new_id`` takes both from the machine and is for the desk
alone. These ids tell when they were made: never put a signature's id into a public address.
"""

import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem

__all__ = ["ENTROPY_BYTES", "new_id", "uuid7"]

ENTROPY_BYTES = 10
"""Of these 80 bits 74 are used."""

_LOW = 2**62 - 1
_BELOW_PLACE = 2**50 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1024)
def _milliseconds(at: datetime) -> int:
    """Since 1970, in 48 bits; remembered, since the lines of a roll are of few instants."""
    return (at - _EPOCH) // timedelta(milliseconds=1) & (2**48 - 1)


def uuid7(at: datetime, entropy: bytes, *, place: int | None = None) -> UUID:
    """Make the UUID of an instant (its milliseconds) and 10 bytes of entropy; RFC 9562, 5.7.

    Ids of one millisecond are in the order of their ``place``, where they have one, so that a
    database writes them side by side: its last 24 bits stand where entropy does otherwise, of
    which 50 bits are left (RFC 9562, 6.2, method 1). Raises ``InvalidValueError`` for fewer
    bytes or more.
    """
    if len(entropy) != ENTROPY_BYTES:
        expected = f"{ENTROPY_BYTES} random bytes"
        raise InvalidValueError([problem("wrong_type", "entropy", expected=expected)])
    random = int.from_bytes(entropy, "big")
    high, low = random >> 68, random & _LOW
    if place is not None:
        high, low = place >> 12 & 0xFFF, (place & 0xFFF) << 50 | low & _BELOW_PLACE
    return UUID(int=(_milliseconds(at) << 16 | 7 << 12 | high) << 64 | 2 << 62 | low)


def new_id() -> UUID:
    """Make an id for now, from the machine's clock and random source."""
    return uuid7(datetime.now(UTC), secrets.token_bytes(ENTROPY_BYTES))
