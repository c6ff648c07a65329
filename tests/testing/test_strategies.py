"""Strategies draw what they say: drafts are taken, broken ones are refused for what is broken."""

from typing import Any

import pytest
from attrs import evolve
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS

from petitionkit import presets
from petitionkit.civil import Calendar, Duration
from petitionkit.clauses import Window
from petitionkit.contact import PhoneKind, PhoneRules, parse_email, parse_phone, phone_kind
from petitionkit.eligibility import (
    AllTrue,
    AnyTrue,
    CitizenOf,
    Eligibility,
    GuardianAgrees,
    InRegion,
    NotTrue,
    ResidentIn,
)
from petitionkit.facts import Event
from petitionkit.form import AskedConsent, Confirmation, Demand, Form
from petitionkit.mailboxes import Fold, mailbox, providers
from petitionkit.parties import PartyKind
from petitionkit.petition import DeclaredCount, Petition
from petitionkit.place import PostalRules
from petitionkit.policy import Policy
from petitionkit.signature import Particulars, SignatureDraft
from petitionkit.testing.clock import FrozenClock
from petitionkit.testing.strategies import (
    BrokenDraft,
    broken_drafts,
    drafts,
    emails,
    phones,
    register,
    spellings,
)
from petitionkit.testing.strategies.whole_petitions import histories
from petitionkit.validation import validate

NOON = FrozenClock().now
REQUIRED = Demand.REQUIRED
EVERYTHING = Policy(
    name="everything",
    version="1",
    form=Form(
        phone=REQUIRED,
        street=REQUIRED,
        locality=REQUIRED,
        area=REQUIRED,
        postal_code=Demand.OPTIONAL,
        country=REQUIRED,
        citizenship=Demand.OPTIONAL,
        birth_date=REQUIRED,
        national_number=REQUIRED,
        register_number=REQUIRED,
        guardian=Demand.OPTIONAL,
        comment=REQUIRED,
        two_part_name=True,
        comment_limit=3,
        address_limit=5,
        phone_rules=PhoneRules(kinds=(PhoneKind.MOBILE,)),
        postal_rules=PostalRules(),
        home_country="GB",
        consents=(
            AskedConsent(key="terms", version="1", required=True),
            AskedConsent(key="mail", version="1"),
        ),
    ),
    eligibility=Eligibility(
        organisations=True,
        minimum_age=1,
        needs=AllTrue(
            all=(
                NotTrue(not_=CitizenOf(citizen_of=("NZ",))),
                AnyTrue(any=(ResidentIn(resident_in=("GB",)), GuardianAgrees(guardian=True))),
                InRegion(in_region=("north", "south")),
            )
        ),
    ),
)
SHORT = evolve(EVERYTHING, form=Form(name_limit=1, two_part_name=True), eligibility=Eligibility())
LAX = Policy(
    name="lax",
    version="1",
    form=Form(email=Demand.OPTIONAL, visibility_choice=False, comment=Demand.OPTIONAL),
    confirmation=Confirmation(by_mail=False),
)
POLICIES = [
    EVERYTHING,
    SHORT,
    LAX,
    *map(presets.load, (*presets.names(), *presets.examples())),
]
every_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)


@every_policy
def test_a_draft_is_taken_by_the_policy_it_is_for(policy: Policy) -> None:
    @settings(max_examples=25)
    @given(drafts(policy))
    def taken(draft: SignatureDraft) -> None:
        found = validate(policy, draft, NOON)
        assert isinstance(found, Particulars), found

    taken()


@every_policy
def test_a_broken_draft_is_refused_for_all_that_is_broken(policy: Policy) -> None:
    @settings(max_examples=25)
    @given(broken_drafts(policy))
    def refused(broken: BrokenDraft) -> None:
        found = validate(policy, broken.draft, NOON)
        assert not isinstance(found, Particulars)
        assert broken.problems <= {(one.field, one.code) for one in found}

    refused()


@pytest.mark.parametrize(
    ("kind", "country"),
    [(PartyKind.PERSON, "GB"), (PartyKind.PERSON, "NZ"), (PartyKind.ORGANISATION, "GB")],
)
def test_whoever_may_sign_under_a_rule_is_drawn(kind: PartyKind, country: str) -> None:
    def wanted(draft: SignatureDraft) -> bool:
        return (draft.kind, draft.country) == (kind, country)

    looked_at = settings(max_examples=2000, database=None, phases=[Phase.generate])
    assert wanted(find(drafts(EVERYTHING), wanted, settings=looked_at))


@given(drafts(LAX, name="Ada", comment="mine"))
def test_what_is_given_stands_in_the_draft(draft: SignatureDraft) -> None:
    assert (draft.name, draft.comment) == ("Ada", "mine")


@given(emails())
def test_addresses_are_kept_as_they_were_typed(email: str) -> None:
    assert parse_email(email) == email


@given(st.data())
@settings(max_examples=4)
def test_there_are_numbers_of_every_region(data: st.DataObject) -> None:
    for region in sorted(SUPPORTED_REGIONS):
        assert parse_phone(data.draw(phones((region,)))).startswith("+")


@given(phones(("GB", "DE"), kinds=(PhoneKind.MOBILE,)))
def test_numbers_are_of_the_kind_that_is_wanted(number: str) -> None:
    assert phone_kind(parse_phone(number)) == {PhoneKind.MOBILE}


def test_where_no_number_is_known_that_is_said() -> None:
    with pytest.raises(ValueError, match="no numbers of mobile are known in XX"):
        phones(("XX",), kinds=(PhoneKind.MOBILE,))


REGISTERED: list[type[Any]] = [
    Calendar, DeclaredCount, Duration, Petition, Policy, SignatureDraft, Window,
]  # fmt: skip


@pytest.mark.parametrize("kind", REGISTERED)
def test_registered_types_are_drawn_without_being_refused(kind: type[Any]) -> None:
    register()
    register()

    @settings(max_examples=20)
    @given(st.from_type(kind))
    def drawn(value: object) -> None:
        assert type(value) is kind

    drawn()


def test_a_mailbox_is_also_written_with_its_user_in_a_subdomain() -> None:
    homes = tuple(
        f".{domain}"
        for one in providers()
        if any(rule.rule is Fold.USER_IN_SUBDOMAIN for rule in one.identity)
        for domain in one.domains
    )
    found = find(
        spellings(several=1),
        lambda written: written[0].lower().endswith(homes),
        settings=settings(max_examples=5_000, database=None),
    )
    assert mailbox(found[0]) == f"{found[0].split('@')[1].split('.')[0].lower()}@{homes[0][1:]}"


def test_some_petitions_are_opened_again_after_an_end_that_was_written_down_late() -> None:
    def written_late(petition: Petition) -> bool:
        facts = petition.facts
        return any(
            end.subject == "window" and then.event is Event.REOPENED and end.at < before.at
            for before, end, then in zip(facts, facts[1:], facts[2:], strict=False)
        )

    looked_at = settings(max_examples=20_000, derandomize=True, phases=[Phase.generate])
    assert written_late(find(histories(), written_late, settings=looked_at))
