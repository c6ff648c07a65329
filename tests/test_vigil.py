"""Whether a signature counts by where it came from, at the desk; its signer is never told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from petitionkit.assessment import KeptNetwork, Rate, Treatment, Vigilance
from petitionkit.claims import Identity
from petitionkit.errors import InvalidValueError
from petitionkit.form import Confirmation
from petitionkit.keys import KeyRing
from petitionkit.lists import ListEntry, Lists
from petitionkit.mailboxes import MailboxRule, Recipe
from petitionkit.outcomes import Amended, Confirmed, Received
from petitionkit.policy import Policy
from petitionkit.signature import Attestation, AttestationKind, Signature, SignatureDraft
from samples import BOTH_KEYS, KEYS, POLICY, T0, Office

SECOND = timedelta(seconds=1)
ONE_A_MINUTE = Vigilance(rates=(Rate(role="signer", most=1, seconds=60),))
SOURCE, NEIGHBOUR, OTHER = "2001:db8::7", "2001:db8::ffff", "2001:db8:0:1::7"


def office(
    vigilance: Vigilance = ONE_A_MINUTE, secrets: KeyRing = KEYS, policy: Policy = POLICY
) -> Office:
    return Office(policy=evolve(policy, vigilance=vigilance), secrets=secrets).publish()


def sign(at: Office, n: int, source: str = SOURCE, country: str = "") -> None:
    draft = SignatureDraft(name=f"N{n}", email=f"n{n}@example.org")
    answer = at.desk.sign(at.id, draft, source=source, source_country=country)
    assert answer == Received()


def signed(at: Office, n: int, source: str = SOURCE, country: str = "") -> Signature:
    sign(at, n, source, country)
    outcome = at.desk.confirm(at.token())
    assert isinstance(outcome, Confirmed)
    found = at.store.signature(outcome.signature_id)
    assert found is not None
    return found


def test_one_too_many_from_a_source_sees_nothing_of_it_and_does_not_count() -> None:
    at = office()
    assert signed(at, 1).live
    held = signed(at, 2)
    assert (held.live, held.ground) == (False, "discount.too_many")
    assert at.supporters == 1
    [note] = at.desk.amendments(held.id)
    assert note.ground == held.ground


def test_what_is_held_counts_once_somebody_has_said_so() -> None:
    at = office(evolve(ONE_A_MINUTE, too_many=Treatment.HOLD))
    signed(at, 1)
    held = signed(at, 2)
    assert held.ground == "hold.too_many"
    assert at.desk.reinstate(held.id, actor="mod-1") == Amended(signature_id=held.id)
    assert at.supporters == 2


@pytest.mark.parametrize(("seconds", "live"), [(59, False), (60, False), (61, True)])
def test_a_window_has_both_its_ends(seconds: int, *, live: bool) -> None:
    at = office()
    sign(at, 1)
    at.clock.go(seconds * SECOND)
    at.desk.tick()
    assert signed(at, 2).live is live


def test_a_household_of_addresses_is_one_source_and_its_neighbours_are_another() -> None:
    at = office()
    sign(at, 1)
    assert not signed(at, 2, NEIGHBOUR).live
    assert signed(at, 3, OTHER).live
    assert signed(at, 4, "").live


def test_attempts_count_whether_or_not_they_are_confirmed_and_refused_ones_do_not() -> None:
    at = office()
    at.desk.sign(at.id, SignatureDraft(name="", email="n@example.org"), source=SOURCE)
    assert signed(at, 1).live
    sign(at, 1)  # the same signer again
    at.clock.go(30 * SECOND)
    assert not signed(at, 2).live


def test_sources_are_counted_across_a_change_of_keys() -> None:
    at = office()
    sign(at, 1)
    at.desk._secrets = BOTH_KEYS  # noqa: SLF001 (an embedder restarts with new secrets)
    assert not signed(at, 2).live


def test_rates_for_a_country_hold_in_place_of_the_others() -> None:
    more = Rate(role="signer", most=2, seconds=60, countries=("FR",))
    at = office(Vigilance(rates=(*ONE_A_MINUTE.rates, more)))
    sign(at, 1, country="FR")
    assert signed(at, 2, country="FR").live
    assert not signed(at, 3, country="DE").live


def test_who_comes_from_abroad_does_not_count_where_only_home_does() -> None:
    at = office(Vigilance(home=("GB",)))
    assert signed(at, 1, country="GB").live
    assert signed(at, 2, country="FR").ground == "discount.abroad"


def with_lists(lists: Callable[[], Lists], policy: Policy = POLICY) -> Office:
    at = office(policy=policy)
    at.desk._lists = lists  # noqa: SLF001 (the office of the samples has none)
    return at


def test_lists_are_asked_each_time() -> None:
    lists = [Lists()]
    at = with_lists(lambda: lists[0])
    assert signed(at, 1, "").live
    lists[0] = Lists(blocked=(ListEntry(pattern="example.org"),))
    assert signed(at, 2, "").ground == "discount.blocked.domain"


def test_who_is_allowed_is_not_slowed_down() -> None:
    at = with_lists(lambda: Lists(allowed=(ListEntry(pattern="2001:db8::/64"),)))
    sign(at, 1)
    assert signed(at, 2).live


def test_a_blocked_mailbox_is_found_by_the_policy_s_own_recipe() -> None:
    own = Recipe(version=1000, identity=[MailboxRule(name="example.org", ignored="-")])
    policy = evolve(POLICY, identity=Identity(recipes=(1000,), own_recipes=(own,)))
    lists = Lists(blocked=(ListEntry(pattern="n-1@example.org"),))
    assert signed(with_lists(lambda: lists, policy), 1).ground == "discount.blocked.mailbox"
    assert signed(with_lists(lambda: lists), 1).live


def test_whoever_the_app_has_proved_is_assessed_too() -> None:
    at = office(policy=evolve(POLICY, confirmation=Confirmation()))
    proofs = (Attestation(kind=AttestationKind.EID, at=T0),)
    for n in (1, 2):
        draft = SignatureDraft(name="N", email=f"n{n}@example.org")
        assert at.desk.sign(at.id, draft, attestations=proofs, source=SOURCE) == Received()
    assert at.supporters == 1
    numbered = at.store.signatures(at.id)
    assert [one.signature.ground for one in numbered] == ["", "discount.too_many"]


def test_what_the_app_holds_itself_is_held_on_its_own_ground() -> None:
    at = office()
    draft = SignatureDraft(name="N", email="n@example.org")
    at.desk.sign(at.id, draft, source=SOURCE, ground="app.suspect")
    outcome = at.desk.confirm(at.token())
    assert isinstance(outcome, Confirmed)
    found = at.store.signature(outcome.signature_id)
    assert found is not None
    assert found.ground == "app.suspect"


def test_a_tick_erases_traces_that_no_rate_looks_back_to() -> None:
    at = office()
    sign(at, 1)
    assert len(at.store._traces) == 1  # noqa: SLF001 (nobody else needs to see traces)
    at.clock.go(60 * SECOND)
    at.desk.tick()
    assert len(at.store._traces) == 1  # noqa: SLF001
    at.clock.go(SECOND)
    at.desk.tick()
    assert at.store._traces == []  # noqa: SLF001


def test_no_source_is_written_in_clear() -> None:
    at = office()
    sign(at, 1, "192.0.2.7")
    assert "192.0.2" not in repr(at.store._traces)  # noqa: SLF001
    assert at.store._traces[0][2].source not in repr(at.store._traces)  # noqa: SLF001


@pytest.mark.parametrize(
    ("network", "source", "kept"),
    [
        (None, "192.0.2.7", ""),
        (KeptNetwork(), "192.0.2.7", "192.0.2.0/24"),
        (KeptNetwork(), "2001:db8:1:2::7", "2001:db8:1::/48"),
        (KeptNetwork(v4=32), "192.0.2.7", "192.0.2.7/32"),
        (KeptNetwork(), "", ""),
    ],
)
def test_of_the_source_as_much_is_kept_as_the_policy_says(
    network: KeptNetwork | None, source: str, kept: str
) -> None:
    at = office(evolve(ONE_A_MINUTE, network=network))
    sign(at, 1, source)
    [attempt] = at.store.pending(at.id)
    assert attempt.attempt.particulars is not None
    assert attempt.attempt.particulars.network == kept
    signature = signed(at, 2, source)
    assert signature.particulars is not None
    assert signature.particulars.network == kept
    assert "192.0" not in repr(signature)


@pytest.mark.parametrize("bits", [{"v4": 0}, {"v4": 33}, {"v6": 0}, {"v6": 129}])
def test_a_range_is_as_long_as_addresses_are_at_most(bits: dict[str, int]) -> None:
    with pytest.raises(InvalidValueError, match=r"v[46]"):
        KeptNetwork(**bits)


def test_a_source_that_is_no_address_is_a_mistake_of_the_app() -> None:
    with pytest.raises(InvalidValueError, match="source"):
        office().desk.sign(
            office().id, SignatureDraft(name="N", email="n@example.org"), source="here"
        )
