from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from petitionkit.ids import new_id, uuid7


def test_the_example_of_rfc_9562_comes_out() -> None:
    # RFC 9562, A.6: 2022-02-22 14:22:22-05:00, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F
    entropy = (0xCC3 << 68 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    at = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    assert uuid7(at, entropy) == UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


# Beyond January 2038 a float of milliseconds is no longer exact.
@pytest.mark.parametrize(
    ("start", "first"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), 1_767_225_600_000),
        (datetime(2038, 6, 1, tzinfo=UTC), 2_158_963_200_000),
    ],
)
def test_every_millisecond_of_a_second_is_exact(start: datetime, first: int) -> None:
    stamps = [uuid7(start + timedelta(milliseconds=ms), bytes(10)).int >> 80 for ms in range(1000)]
    assert stamps == [first + ms for ms in range(1000)]


def test_ids_of_one_millisecond_are_in_the_order_of_their_places() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    places = [0, 1, 2, 0xFFF, 0x1000, 0x1001, 0xFFFFFE, 0xFFFFFF]
    made = [uuid7(at, bytes([255 - n] * 10), place=place) for n, place in enumerate(places)]
    assert made == sorted(made)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    later = uuid7(at + timedelta(milliseconds=1), bytes(10), place=0)
    assert later > made[-1]


def test_of_the_entropy_of_who_has_a_place_fifty_bits_are_left() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)

    def made(entropy: int, place: int) -> UUID:
        return uuid7(at, entropy.to_bytes(10, "big"), place=place)

    told = {made(1 << bit, 5) for bit in range(80)} - {made(0, 5)}
    assert len(told) == 50
    # Places beyond the last one begin again; the entropy tells them apart.
    assert made(7, 5) == made(7, 5 + 2**24) != made(8, 5 + 2**24)


@pytest.mark.parametrize("entropy", [b"", bytes(9), bytes(11)])
def test_entropy_of_another_length_is_refused(entropy: bytes) -> None:
    with pytest.raises(ValueError, match="entropy: must be 10 random bytes"):
        uuid7(datetime(2026, 1, 1, tzinfo=UTC), entropy)


def test_new_ids_differ_and_are_version_7() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert {(made.version, made.variant) for made in ids} == {(7, "specified in RFC 4122")}
