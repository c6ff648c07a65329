from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from petitionkit.assessment import Assessment, Rate, Sighting, Treatment, Vigilance, assess
from petitionkit.errors import InvalidValueError
from petitionkit.lists import EntryKind, ListEntry, Lists
from petitionkit.mailboxes import mailbox_recipe
from petitionkit.problems import ENGLISH, problem, remark

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NO_LISTS = Lists()
BURST = Rate(role="signer", most=1, seconds=60)
SUSTAINED = Rate(role="signer", most=5, seconds=300)
STARTING = Rate(role="starter", most=2, seconds=300, everywhere=True)
AT_HOME = Rate(role="signer", most=20, seconds=60, countries=("GB",))
OFFICE = Vigilance(rates=(SUSTAINED, BURST, STARTING, AT_HOME))
ANNA = Sighting(source="192.0.2.7", country="FR", email="anna.b@gmail.com")
QUIET = {BURST: 1, SUSTAINED: 1, STARTING: 1, AT_HOME: 1}
TOO_FAST = {BURST: 2, SUSTAINED: 6, STARTING: 3, AT_HOME: 21}


def _assessed(
    sighting: Sighting = ANNA,
    recent: Mapping[Rate, int] = TOO_FAST,
    *,
    vigilance: Vigilance = OFFICE,
    blocked: str = "",
    allowed: str = "",
) -> tuple[Treatment, list[str]]:
    lists = Lists(
        blocked=tuple(ListEntry(pattern=pattern) for pattern in blocked.split()),
        allowed=tuple(ListEntry(pattern=pattern) for pattern in allowed.split()),
    )
    found = assess(sighting, recent, lists, vigilance, now=NOW)
    return found.treatment, [reason.code for reason in found.reasons]


def test_an_attempt_against_which_nothing_speaks_counts() -> None:
    assert assess(ANNA, QUIET, NO_LISTS, OFFICE, now=NOW) == Assessment(treatment=Treatment.COUNT)
    assert assess(Sighting(), {}, NO_LISTS, Vigilance(), now=NOW).treatment is Treatment.COUNT


def test_what_is_one_too_many_does_not_count_and_says_by_which_rates() -> None:
    found = assess(ANNA, TOO_FAST, NO_LISTS, OFFICE, now=NOW)
    assert found.treatment is Treatment.DISCOUNT
    assert found.reasons == (
        remark("too_many", most=5, seconds=300),
        remark("too_many", most=1, seconds=60),
    )
    assert str(found.reasons[1]) == (
        "is one more than 1 from the same source in 60 seconds [too_many]"
    )


@pytest.mark.parametrize("rate", [BURST, SUSTAINED])
def test_exactly_as_many_as_a_rate_says_count(rate: Rate) -> None:
    assert _assessed(recent={**QUIET, rate: rate.most})[0] is Treatment.COUNT
    assert _assessed(recent={**QUIET, rate: rate.most + 1})[0] is Treatment.DISCOUNT


def test_each_role_has_its_rates_and_some_countries_have_their_own() -> None:
    assert OFFICE.rates_for("signer", "FR") == (SUSTAINED, BURST)
    assert OFFICE.rates_for("signer") == (SUSTAINED, BURST)
    assert OFFICE.rates_for("signer", "GB") == (AT_HOME,)
    assert OFFICE.rates_for("starter", "GB") == (STARTING,)
    assert OFFICE.rates_for("sponsor") == ()
    at_home = evolve(ANNA, country="GB")
    assert _assessed(at_home, {AT_HOME: 20})[0] is Treatment.COUNT
    assert _assessed(at_home, {AT_HOME: 21})[0] is Treatment.DISCOUNT
    assert _assessed(evolve(ANNA, role="starter"), {STARTING: 3})[0] is Treatment.DISCOUNT


# The grounds in their order; each beats all that follow.
ORDER = [
    ("blocked.network", {"blocked": "192.0.2.0/24"}),
    ("abroad", {}),
    ("blocked.domain", {"blocked": "gmail.com"}),
    ("blocked.mailbox", {"blocked": "annab+x@googlemail.com"}),
    ("allowed.network", {"allowed": "192.0.2.7"}),
    ("allowed.domain", {"allowed": "**.com gmail.com"}),
    ("allowed.mailbox", {"allowed": "anna.b@gmail.com"}),
]


@pytest.mark.parametrize("place", range(len(ORDER)), ids=[code for code, _ in ORDER])
def test_the_first_ground_in_the_order_decides(place: int) -> None:
    rest = ORDER[place:]
    # Turned round, so that the order within a list cannot be what decides.
    blocked, allowed = (
        " ".join(said[name] for _, said in reversed(rest) if name in said)
        for name in ("blocked", "allowed")
    )
    home = ("GB",) if any(code == "abroad" for code, _ in rest) else ()
    code = ORDER[place][0]
    treatment = Treatment.COUNT if code.startswith("allowed") else Treatment.DISCOUNT
    vigilance = evolve(OFFICE, home=home)
    found = _assessed(vigilance=vigilance, blocked=blocked, allowed=allowed)
    assert found == (treatment, [code])


def test_a_source_of_an_unknown_country_is_abroad_where_only_home_counts() -> None:
    vigilance = Vigilance(home=("GB",))
    assert _assessed(Sighting(country="GB"), vigilance=vigilance) == (Treatment.COUNT, [])
    assert _assessed(Sighting(), vigilance=vigilance) == (Treatment.DISCOUNT, ["abroad"])


def test_an_office_says_for_each_ground_whether_to_hold() -> None:
    held = Vigilance(
        rates=(BURST,),
        blocked=Treatment.HOLD,
        abroad=Treatment.HOLD,
        too_many=Treatment.HOLD,
    )
    assert _assessed(vigilance=held)[0] is Treatment.HOLD
    assert _assessed(vigilance=evolve(held, home=("GB",))) == (Treatment.HOLD, ["abroad"])
    assert _assessed(vigilance=held, blocked="gmail.com") == (Treatment.HOLD, ["blocked.domain"])
    assert _assessed(vigilance=held, allowed="gmail.com") == (Treatment.COUNT, ["allowed.domain"])


def test_an_entry_that_has_expired_decides_nothing_and_a_reason_is_told() -> None:
    past = ListEntry(pattern="gmail.com", reason="last year's campaign", until=NOW)
    live = evolve(past, until=NOW + timedelta(microseconds=1))
    assert assess(ANNA, QUIET, Lists(blocked=(past,)), OFFICE, now=NOW).reasons == ()
    [reason] = assess(ANNA, QUIET, Lists(blocked=(live,)), OFFICE, now=NOW).reasons
    assert reason.message() == "has a mail domain on the block list: last year's campaign"


def test_mailboxes_are_compared_by_the_recipe_that_the_office_uses() -> None:
    lists = Lists(blocked=(ListEntry(pattern="anna@proton.me"),))
    whom = Sighting(email="an-na@pm.me")
    for version, treatment in ((2, Treatment.DISCOUNT), (1, Treatment.COUNT)):
        recipe = mailbox_recipe(version)
        assert assess(whom, {}, lists, Vigilance(), now=NOW, recipe=recipe).treatment is treatment


def test_every_reason_has_words() -> None:
    codes = {f"{name}.{kind}" for name in ("blocked", "allowed") for kind in EntryKind}
    assert codes | {"abroad", "too_many"} <= set(ENGLISH)


def test_a_rate_that_nobody_counted_and_a_source_that_is_none_are_misuse() -> None:
    with pytest.raises(InvalidValueError) as caught:
        assess(ANNA, {BURST: 1}, NO_LISTS, OFFICE, now=NOW)
    assert caught.value.problems == (problem("required", "recent"),)
    with pytest.raises(InvalidValueError) as caught:
        _assessed(evolve(ANNA, source="somewhere"), blocked="10.0.0.1")
    assert caught.value.problems == (problem("source.invalid", "source"),)


@pytest.mark.parametrize(
    "longer",
    [
        Rate(role="signer", most=1, seconds=300),
        Rate(role="signer", most=2, seconds=60),
        Rate(role="signer", most=1, seconds=30),
    ],
)
def test_a_longer_time_allows_more_than_a_shorter(longer: Rate) -> None:
    burst = Rate(role="signer", most=1, seconds=60)
    with pytest.raises(InvalidValueError) as caught:
        Vigilance(rates=(longer, burst))
    assert [found.code for found in caught.value.problems] == ["rates.order"]
    for apart in (evolve(longer, role="starter"), evolve(longer, countries=("GB",))):
        assert Vigilance(rates=(apart, burst)).rates == (apart, burst)


def test_rates_of_no_country_that_there_is_are_refused() -> None:
    with pytest.raises(InvalidValueError):
        Rate(role="signer", most=1, seconds=1, countries=("United Kingdom",))
    for most, seconds in ((0, 1), (1, 0)):
        with pytest.raises(InvalidValueError, match="must be at least 1"):
            Rate(role="signer", most=most, seconds=seconds)


def test_nobody_is_named_in_a_repr() -> None:
    assert repr(ANNA) == "Sighting(role='signer', country='FR')"
