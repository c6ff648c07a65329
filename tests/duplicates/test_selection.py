from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.codec import from_plain, to_plain
from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.selection import (
    Either,
    Every,
    InMailbox,
    InNetwork,
    Like,
    Neither,
    Selection,
    SignedBefore,
    SignedSince,
    selects,
)
from petitionkit.errors import InvalidValueError
from petitionkit.lists import network_of

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
LISTING = Listing(
    id="1",
    name="Ana DÍAZ",
    email="Ana.D+x@GoogleMail.com",
    network="192.0.2.7",
    postcode="AB1 2CD",
    signed_at=T0,
)
NOBODY = Listing(id="2")
HOUR = timedelta(hours=1)
LIKE_BOB = Like(like="bob%", field="name")


@pytest.mark.parametrize(
    "selection",
    [
        Like(like="ana díaz", field="name"),
        Like(like="\uff21na %", field="name"),
        Like(like="%@googlemail.%", field="email"),
        Like(like="%í%z", field="name"),
        Like(like="ab12cd", field="postcode"),
        Like(like="AB1 %d", field="postcode"),
        InMailbox(in_mailbox="anad@gmail.com"),
        InMailbox(in_mailbox="A.n.a.d+else@gmail.com"),
        InNetwork(in_network="192.0.2.0/24"),
        InNetwork(in_network="192.0.2.7"),
        Every(all_of=(SignedSince(since=T0), SignedBefore(before=T0 + HOUR))),
        SignedSince(since=T0),
        Every(all_of=(SignedSince(since=T0), Like(like="AB1%", field="postcode"))),
        Either(any_of=(SignedBefore(before=T0), Like(like="AB1%", field="postcode"))),
        Neither(none_of=(SignedBefore(before=T0), Like(like="AB2%", field="postcode"))),
    ],
)
def test_who_is_meant_is_selected(selection: Selection) -> None:
    assert selects(selection, LISTING)
    assert from_plain(type(selection), to_plain(selection)) == selection


@pytest.mark.parametrize(
    "selection",
    [
        Like(like="ana", field="name"),
        Like(like="ana.d", field="name"),
        Like(like="anad@gmail.com", field="email"),
        InMailbox(in_mailbox="anad@example.org"),
        InNetwork(in_network="198.51.100.0/24"),
        InNetwork(in_network="2001:db8::/32"),
        SignedBefore(before=T0),
        Every(all_of=(SignedSince(since=T0), SignedBefore(before=T0 + HOUR), LIKE_BOB)),
        Like(like="AB12CE", field="postcode"),
        Either(any_of=(SignedBefore(before=T0),)),
        Neither(none_of=(SignedSince(since=T0),)),
    ],
)
def test_who_is_not_meant_is_not_selected(selection: Selection) -> None:
    assert not selects(selection, LISTING)


LEAVES = st.sampled_from(
    [
        Like(like="%a%", field="name"),
        InMailbox(in_mailbox="anad@gmail.com"),
        InNetwork(in_network="192.0.2.0/24"),
        SignedSince(since=T0 + HOUR),
        SignedBefore(before=T0 + 2 * HOUR),
    ]
)


@given(LEAVES)
def test_a_condition_on_what_is_not_there_does_not_hold(leaf: Selection) -> None:
    assert not selects(leaf, NOBODY)


@given(st.lists(LEAVES, min_size=1).map(tuple), st.sampled_from([LISTING, NOBODY]))
def test_combinations_are_those_of_logic(leaves: tuple[Selection, ...], listing: Listing) -> None:
    each = [selects(leaf, listing) for leaf in leaves]
    assert selects(Every(all_of=leaves), listing) is all(each)
    assert selects(Either(any_of=leaves), listing) is any(each)
    assert selects(Neither(none_of=leaves), listing) is not any(each)


def test_selections_nest_and_are_data() -> None:
    plain = {
        "all_of": [
            {"in_network": "192.0.2.0/24"},
            {"none_of": [{"like": "%diaz", "field": "name"}, {"before": "2026-03-02T08:00:00Z"}]},
        ]
    }
    selection = from_plain(Every, plain)
    assert to_plain(selection) == plain
    assert selects(selection, LISTING)  # an accent is another letter here: text is not romanised


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Like(like="%%", field="name"), "required"),
        (lambda: Like(like=" ", field="name"), "required"),
        (lambda: Like(like="-%", field="postcode"), "required"),
        (
            lambda: Every(all_of=(SignedSince(since=T0), SignedBefore(before=T0))),
            "before_the_beginning",
        ),
        (lambda: Like(like="x", field="id"), "unknown_choice"),
        (lambda: Like(like="x", field="network"), "unknown_choice"),
        (lambda: InNetwork(in_network="192.0.2"), "not_a_network"),
        (lambda: InMailbox(in_mailbox="anna"), "email.no_at"),
    ],
)
def test_conditions_that_mean_everybody_or_nothing_are_refused(
    make: Callable[[], object], code: str
) -> None:
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert [p.code for p in caught.value.problems] == [code]


@pytest.mark.parametrize("kind", [Every, Either, Neither])
def test_a_combination_of_nothing_is_refused(kind: type[Every | Either | Neither]) -> None:
    with pytest.raises(InvalidValueError, match="_of"):
        from_plain(kind, {kind.__name__[:3].lower().replace("non", "none") + "_of": []})


def test_a_repr_names_nobody() -> None:
    shown = repr(Like(like="canary", field="name")) + repr(InMailbox(in_mailbox="canary@x.org"))
    assert "canary" not in shown


@pytest.mark.parametrize(
    ("kept", "asked", "meant"),
    [
        ("192.0.2.0/24", "192.0.2.0/24", True),
        ("192.0.2.0/24", "192.0.0.0/16", True),
        ("192.0.2.0/24", "192.0.2.0/25", False),  # which half nobody knows
        ("192.0.2.0/24", "192.0.2.7", False),
        ("2001:db8:1::/48", "2001:db8::/32", True),
        ("2001:db8:1::/48", "192.0.2.0/24", False),
        ("192.0.2.0/24", "::/0", False),
    ],
)
def test_a_kept_range_is_meant_where_all_of_it_is(kept: str, asked: str, *, meant: bool) -> None:
    assert selects(InNetwork(in_network=asked), evolve(LISTING, network=kept)) is meant


@given(st.ip_addresses(v=4), st.ip_addresses(v=4), st.integers(1, 32), st.integers(1, 32))
def test_a_kept_range_is_meant_where_every_address_of_it_is(
    signed_from: object, asked: object, kept: int, bits: int
) -> None:
    rule = InNetwork(in_network=f"{asked}/{bits}")
    whole = evolve(LISTING, network=network_of(str(signed_from), v4=kept))
    net = ip_network(whole.network)
    ends = [evolve(LISTING, network=str(one)) for one in (net[0], net[-1])]
    assert selects(rule, whole) is all(selects(rule, one) for one in ends)


def test_an_address_of_ipv4_written_in_ipv6_is_one_of_ipv4() -> None:
    mapped = evolve(LISTING, network="::ffff:192.0.2.9")
    assert selects(InNetwork(in_network="192.0.2.0/24"), mapped)
