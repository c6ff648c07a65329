"""Whatever a policy collects, keeps, discloses or erases of a signer is in its privacy notice."""

from typing import Any
from uuid import UUID

import attrs
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.assessment import KeptNetwork, Vigilance
from petitionkit.civil import Duration
from petitionkit.codec import to_json
from petitionkit.disclosure import PUBLISHABLE, Reader
from petitionkit.form import AskedConsent
from petitionkit.policy import Policy
from petitionkit.privacy import Controller, Privacy, privacy_of
from petitionkit.privacy_words import privacy_notice, processing_record
from petitionkit.retention import KEEPABLE, Retention, RetentionRule, Whom
from petitionkit.rules import Passed
from petitionkit.signature import Attestation, AttestationKind, Particulars, Signature, Visibility
from petitionkit.statement import ENGLISH_WORDS
from petitionkit.testing.strategies import drafts, policies
from petitionkit.validation import kept_of, validate
from petitionkit.verbs.erasing import without_person
from petitionkit.views import (
    AddresseeView,
    ModeratorView,
    OrganiserView,
    PublicView,
    SignerView,
    view,
)
from samples import T0

OFFICE = Controller(name="Claremont", contact="a@claremont.example", basis="GDPR 6(1)(e)")
AFTER = Passed(passed=Duration(months=6), since=("closed",))
VIEWS: list[type[Any]] = [PublicView, AddresseeView, OrganiserView, ModeratorView]
# What a row is found by, and how it stands: about the row, and not about who signed.
OF_THE_ROW = {
    *("id", "petition_id", "role", "withheld", "source", "line", "text_digest", "counted_at"),
    *("withdrawn_at", "invalidated_at", "ground", "counters", "reviews"),
}


@st.composite
def retentions(draw: st.DrawFn) -> Retention:
    keys = draw(st.lists(st.sampled_from("abc"), unique=True))
    rules = [
        RetentionRule(
            key=key,
            when=AFTER,
            keeps=tuple(draw(st.sets(st.sampled_from(KEEPABLE)))),
            visible_to=tuple(draw(st.sets(st.sampled_from(Visibility), min_size=1))),
        )
        for key in keys
    ]
    starter = RetentionRule(key="starter", when=AFTER, whom=Whom.STARTER)
    spent = draw(st.sampled_from(["", "law.12"]))
    return Retention(rules=(*rules, *([starter] * draw(st.booleans()))), spent_claims=spent)


def held(signature: Signature) -> set[str]:
    """Fields of particulars that say something."""
    who, nobody = signature.particulars, Particulars(name="")
    names = (one.name for one in attrs.fields(Particulars))
    return {name for name in names if getattr(who, name) != getattr(nobody, name)}


def seen_by(kind: type[Any], signature: Signature, policy: Policy) -> set[str]:
    """What a view shows of whoever signed."""
    shown = view(kind, signature, policy)
    names = {one.name for one in attrs.fields(kind) if getattr(shown, one.name)} - OF_THE_ROW
    return {"signed_at" if name == "signed_on" else name for name in names}


@st.composite
def told(draw: st.DrawFn) -> tuple[Policy, Privacy, Signature]:
    """A policy, what its notice rests on, and somebody who signed under it."""
    policy = draw(policies())
    public = draw(st.lists(st.sampled_from(sorted(PUBLISHABLE)), unique=True))
    boxes = draw(st.sampled_from([(), (AskedConsent(key="news", version="1", required=True),)]))
    policy = evolve(
        policy,
        form=evolve(
            policy.form,
            two_part_name=draw(st.booleans()),
            home_country=draw(st.sampled_from(["", "PT"])),
            consents=boxes,
        ),
        disclosure=evolve(policy.disclosure, public=tuple(public)),
        retention=draw(retentions()),
        vigilance=Vigilance(network=draw(st.sampled_from([None, KeptNetwork()]))),
    )
    who = validate(policy, draw(drafts(policy, at=T0)), T0)
    assert isinstance(who, Particulars)
    if policy.vigilance.network:
        who = evolve(who, network=policy.vigilance.network.of("192.0.2.7"))
    signature = Signature(
        id=UUID(int=1),
        petition_id=UUID(int=2),
        particulars=kept_of(policy, who, T0),
        text_digest="d",
        language="en",
        signed_at=T0,
        counted_at=T0,
        counters=("supporters",),
        attestations=(Attestation(kind=AttestationKind.MAIL_LINK, at=T0),),
    )
    return policy, privacy_of(policy, OFFICE), signature


@settings(max_examples=60)
@given(told())
def test_whatever_is_collected_shown_and_erased_is_noticed(
    seen: tuple[Policy, Privacy, Signature],
) -> None:
    policy, found, signature = seen
    noticed = {one.name: one for one in found.fields}
    assert {n for n in seen_by(SignerView, signature, policy) if n not in noticed} == set()
    for kind in VIEWS:
        for name in seen_by(kind, signature, policy):
            assert kind.reader in noticed[name].shown_to, (kind, name)
    for rule in policy.retention.rules:
        if rule.whom is Whom.SIGNERS:
            left = without_person(signature, rule.keeps)
            for name in held(signature):
                erased = name not in held(left)
                assert (rule.key in noticed[name].erased_by) is erased, (rule, name)
    for one in found.fields:
        assert not (one.counts and one.erased_by)
    check_texts(found)


def check_texts(found: Privacy) -> None:
    """The texts say all that the values say."""
    for text in (privacy_notice(found).text(), processing_record(found).text()):
        for one in found.fields:
            assert f"- {one.label or ENGLISH_WORDS[f'field.{one.name}']}: " in text
        for rule in found.rules:
            assert f"(rule {rule.key})" in text
        for reader in set(Reader) - {Reader.SIGNER}:
            assert f"- Shown to {ENGLISH_WORDS[f'reader.{reader.value}']}: " in text
        assert OFFICE.basis in text
        assert "{" not in text
    assert to_json(found)


def test_every_word_of_a_field_a_reader_and_a_state_is_there() -> None:
    fields = {one.name for one in attrs.fields(Particulars)}
    assert {f"field.{name}" for name in fields} <= set(ENGLISH_WORDS)
    assert {f"reader.{one.value}" for one in Reader} <= set(ENGLISH_WORDS)
    assert {f"visibility.{one.value}" for one in Visibility} <= set(ENGLISH_WORDS)
