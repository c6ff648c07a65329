from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.signals import (
    Signal,
    SignalKind,
    SignalLimits,
    address_range,
    disposable_domains,
    signals,
)

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)


def listings(count: int, **same: str) -> list[Listing]:
    base = Listing(id="", signed_at=T0)
    return [
        evolve(
            base,
            id=f"{n:03}",
            name=same.get("name", f"Person {chr(97 + n % 26)}{n}"),
            email=same.get("email", f"p{n}@d{n}.example"),
            network=same.get("network", f"192.0.{n}.1"),
            signed_at=T0 + timedelta(minutes=n % 60),
        )
        for n in range(count)
    ]


def kinds(found: tuple[Signal, ...]) -> list[SignalKind]:
    return [signal.kind for signal in found]


@pytest.mark.parametrize(
    ("network", "found"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        (" 192.0.2.77 ", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.64/26", "192.0.2.0/24"),
        ("192.0.0.0/16", "192.0.0.0/16"),
        ("2001:db8:1::/48", "2001:db8:1::/48"),
        ("192.0.2", ""),
        ("", ""),
    ],
)
def test_an_address_is_of_a_range(network: str, found: str) -> None:
    assert address_range(network) == found


def test_a_range_is_as_long_as_an_office_says() -> None:
    assert address_range("192.0.2.7", SignalLimits(v4=32)) == "192.0.2.7/32"
    assert address_range("2001:db8:1:2::7", SignalLimits(v6=48)) == "2001:db8:1::/48"
    one = SignalLimits(v4=32, in_range=2)
    near = [evolve(e, network=f"192.0.2.{n % 3}") for n, e in enumerate(listings(4))]
    assert [s.subject for s in signals(near, limits=one)] == ["192.0.2.0/32"]


def test_a_quiet_roll_gives_no_signal() -> None:
    assert signals(listings(100)) == ()
    assert signals([]) == ()


def test_many_from_one_range_are_told_with_their_window() -> None:
    (found,) = signals(listings(20, network="2001:db8::1"))
    assert (found.kind, found.subject, found.count) == (SignalKind.RANGE, "2001:db8::/64", 20)
    assert found.since == T0
    assert len(found.ids) == 20
    assert found.reason() == ("20 signatures of one address range in one window; told from 20 on")
    assert "2001" not in repr(found)


def test_one_fewer_than_the_limit_is_no_signal() -> None:
    assert signals(listings(19, network="192.0.2.1")) == ()
    spread = [evolve(e, signed_at=T0 + timedelta(hours=n)) for n, e in enumerate(listings(40))]
    assert signals([evolve(e, network="192.0.2.1") for e in spread]) == ()


def test_bursts_of_a_name_and_of_a_domain_are_told() -> None:
    assert kinds(signals(listings(5, name="Ana Díaz"))) == [SignalKind.NAME]
    assert kinds(signals(listings(50, email="x@Corp.example"))) == [SignalKind.DOMAIN]
    undated = [evolve(e, signed_at=None) for e in listings(50, name="Ana Díaz")]
    assert signals(undated) == ()


def test_names_in_parts_are_names_too() -> None:
    parted = [evolve(e, name="", given="Ana", family="Díaz") for e in listings(5)]
    assert kinds(signals(parted)) == [SignalKind.NAME]


def test_disposable_domains_are_told_with_those_below_them() -> None:
    thrown = listings(1, email="a@mail.tempbox.example") + listings(1, email="a@tempbox.example")
    found = signals(thrown, disposable={"tempbox.example"})
    assert [(s.kind, s.subject) for s in found] == [
        (SignalKind.DISPOSABLE, "mail.tempbox.example"),
        (SignalKind.DISPOSABLE, "tempbox.example"),
    ]
    assert signals(thrown, disposable={"box.example"}) == ()
    assert signals(thrown, disposable={"tempbox.example"}, limits=SignalLimits(disposable=2)) == ()


def test_a_kept_list_of_disposable_domains_is_read() -> None:
    assert "mailinator.com" in disposable_domains()
    assert "gmail.com" not in disposable_domains()


def test_names_of_a_range_that_hardly_vary_are_told() -> None:
    same = listings(12, network="192.0.2.1")
    hardly = [evolve(e, name="Ana" if n else "Bo") for n, e in enumerate(same)]
    spread = [evolve(e, signed_at=None) for e in hardly]
    (found,) = signals(spread)
    assert (found.kind, found.count, found.since) == (SignalKind.ENTROPY, 12, None)
    assert "vary little" in found.reason()
    assert signals([evolve(e, signed_at=None) for e in same]) == ()
    assert signals(spread[:9]) == ()
