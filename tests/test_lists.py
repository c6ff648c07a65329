from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.errors import InvalidValueError
from petitionkit.lists import (
    EntryKind,
    ListEntry,
    find_entry,
    network_of,
    parse_range,
    parse_source,
    read_entries,
)
from petitionkit.problems import problem

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("192.0.2.7", EntryKind.NETWORK),
        ("192.0.2.7/24", EntryKind.NETWORK),
        ("2001:db8::/32", EntryKind.NETWORK),
        ("example.org", EntryKind.DOMAIN),
        ("*.Example.org", EntryKind.DOMAIN),
        ("**.example.org", EntryKind.DOMAIN),
        ("**.org", EntryKind.DOMAIN),
        ("bücher.de", EntryKind.DOMAIN),
        ("Anna.B@example.org", EntryKind.MAILBOX),
    ],
)
def test_an_entry_is_about_a_network_a_domain_or_a_mailbox(pattern: str, kind: EntryKind) -> None:
    assert ListEntry(pattern=pattern).kind is kind


@pytest.mark.parametrize(
    "pattern",
    ["", "*", "***.org", "*org", "a b.org", "192.0.2.0/33", "@example.org", "anna@", "a@*.org",
     "-a.org", "a..org", "http://a.org"],
)  # fmt: skip
def test_what_is_none_of_these_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        ListEntry(pattern=pattern)
    assert caught.value.problems == (problem("entry.pattern", "pattern"),)


def test_a_repr_does_not_say_who_is_meant() -> None:
    shown = repr(ListEntry(pattern="anna@example.org", reason="asked us"))
    assert shown == "ListEntry(reason='asked us', until=None)"


def _listed(pattern: str, kind: EntryKind, *, source: str = "", email: str = "") -> bool:
    entries = [ListEntry(pattern=pattern)]
    return find_entry(entries, kind, now=NOW, source=source, email=email) is not None


@pytest.mark.parametrize(
    ("pattern", "source", "listed"),
    [
        ("10.0.1.1", "10.0.1.1", True),
        ("10.0.1.1", "10.1.1.1", False),
        ("10.0.2.0/28", "10.0.2.15", True),
        ("10.0.2.0/28", "10.0.2.16", False),
        ("10.0.2.0/28", "::ffff:10.0.2.3", True),
        ("2001:db8::/32", "2001:db8:ffff::1", True),
        ("2001:db8::/32", "2001:db9::1", False),
        ("2001:db8::/32", "10.0.2.1", False),
        ("10.0.2.0/28", "", False),
    ],
)
def test_a_source_is_in_a_network(pattern: str, source: str, *, listed: bool) -> None:
    assert _listed(pattern, EntryKind.NETWORK, source=source) is listed


@pytest.mark.parametrize(
    ("pattern", "domain", "listed"),
    [
        ("foo.com", "foo.com", True),
        ("foo.com", "FOO.com", True),
        ("Foo.com", "foo.com", True),
        ("foo.com", "fooxcom", False),
        ("foo.com", "a.foo.com", False),
        ("*.bar.com", "a.bar.com", True),
        ("*.bar.com", "bar.com", False),
        ("*.bar.com", "a.b.bar.com", False),
        ("*.bar.com", "xbar.com", False),
        ("**.baz.com", "a.baz.com", True),
        ("**.baz.com", "a.b.baz.com", True),
        ("**.baz.com", "baz.com", False),
        ("**.baz.com", "a.baz.com.evil.org", False),
    ],
)
def test_a_domain_fits_a_pattern(pattern: str, domain: str, *, listed: bool) -> None:
    assert _listed(pattern, EntryKind.DOMAIN, email=f"anna@{domain}") is listed


def test_a_mailbox_is_listed_however_it_is_spelled() -> None:
    assert _listed("Anna.B@gmail.com", EntryKind.MAILBOX, email="annab+x@googlemail.com")
    assert not _listed("anna.b@gmail.com", EntryKind.MAILBOX, email="anna@gmail.com")
    assert not _listed("anna.b@gmail.com", EntryKind.MAILBOX, email="")
    assert not _listed("anna.b@gmail.com", EntryKind.DOMAIN, email="annab@gmail.com")


def test_an_entry_holds_until_an_instant_and_the_first_that_holds_is_found() -> None:
    first = ListEntry(pattern="example.org", reason="campaign", until=NOW)
    second = ListEntry(pattern="*.example.org")
    third = ListEntry(pattern="example.org", reason="for good")
    entries = (first, second, third)

    def found(now: datetime) -> ListEntry | None:
        return find_entry(entries, EntryKind.DOMAIN, now=now, email="anna@example.org")

    assert found(NOW - TICK) is first
    assert found(NOW) is third


def test_a_list_is_read_with_its_reasons() -> None:
    text = "foo.com # a test\n\n   *.bar.com\n# nothing\n10.0.0.0/8\r\nanna@b.org#why # so\n"
    assert read_entries(text) == (
        ListEntry(pattern="foo.com", reason="a test"),
        ListEntry(pattern="*.bar.com"),
        ListEntry(pattern="10.0.0.0/8"),
        ListEntry(pattern="anna@b.org", reason="why # so"),
    )


def test_lines_that_are_no_entries_are_all_told_and_none_is_taken() -> None:
    with pytest.raises(InvalidValueError) as caught:
        read_entries("foo.com\n***\n\nbar.com\n1.2.3.4/99")
    assert caught.value.problems == (
        problem("entry.pattern", "line 2"),
        problem("entry.pattern", "line 5"),
    )
    with pytest.raises(InvalidValueError) as caught:
        read_entries("foo.com", limit=6)
    assert caught.value.problems == (problem("too_long", length=7, limit=6),)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        (" 2001:db8:1:2:3:4:5:6 ", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
    ],
)
def test_attempts_are_counted_by_address_and_in_ipv6_by_customer(
    address: str, network: str
) -> None:
    assert network_of(address) == network


def test_a_range_that_is_wider_already_stays_as_it_is() -> None:
    assert network_of("192.0.2.77/26", v4=24) == "192.0.2.0/24"
    assert network_of("192.0.0.0/16", v4=24) == "192.0.0.0/16"
    assert network_of(" 2001:db8:1:2::/64 ", v6=48) == "2001:db8:1::/48"


@pytest.mark.parametrize("text", ["192.0.2.0/33", "192.0.2/24", "/24", "192.0.2.0/"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_range(text)
    assert caught.value.problems == (problem("not_a_network", "source"),)


def test_prefixes_can_be_chosen() -> None:
    assert network_of("192.0.2.7", v4=24) == "192.0.2.0/24"
    assert network_of("2001:db8:1:2::6", v6=48) == "2001:db8:1::/48"


@pytest.mark.parametrize("address", ["", "localhost", "1.2.3", "192.0.2.0/24", "1.2.3.4:80"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_source(address)
    assert caught.value.problems == (problem("source.invalid", "source"),)


@given(st.ip_addresses(), st.integers(0, 128))
def test_a_source_is_in_its_own_network_and_in_no_other(address: object, bit: int) -> None:
    text = str(parse_source(str(address)))
    assert _listed(network_of(text), EntryKind.NETWORK, source=text)
    source = parse_source(text)
    if bit < source.max_prefixlen:
        other = str(type(source)(int(source) ^ (1 << bit)))
        length = source.max_prefixlen - bit
        full = network_of(text, v4=length, v6=length)
        assert _listed(full, EntryKind.NETWORK, source=text)
        assert not _listed(full, EntryKind.NETWORK, source=other)
