"""No view has a field that its reader may not see, whatever is added to signatures."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from typing import Any, get_args, get_type_hints
from uuid import UUID

import attrs
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.civil import Duration
from petitionkit.classification import CLASSIFIED
from petitionkit.disclosure import PUBLISHABLE, Disclosed, Disclosure, Reader
from petitionkit.form import Demand, Form, FormField, Keeping, Kept
from petitionkit.ledger import Claim, Notice, Trace
from petitionkit.petition import Petition
from petitionkit.signature import (
    Amendment,
    Approval,
    Attempt,
    Attestation,
    AttestationKind,
    Consent,
    Particulars,
    Provenance,
    Review,
    Signature,
    Visibility,
)
from petitionkit.views import (
    AddresseeView,
    ModeratorView,
    OrganiserView,
    PublicView,
    SignerView,
    view,
)
from samples import PETITION_ID, POLICY, T0

KEPT = (Petition, Signature, Attempt, Amendment, Notice, Claim, Trace)
"""What a store is given to keep."""
VIEWS = (PublicView, AddresseeView, OrganiserView, ModeratorView, SignerView)
PLAIN = {Duration}
"""A value without a word in it."""
REACHES = {
    Reader.PUBLIC: Visibility.PUBLIC,
    Reader.ADDRESSEE: Visibility.ADDRESSEE,
    Reader.ORGANISER: Visibility.ORGANISER,
}
DERIVED = {(Signature, "signed_on")}
OWN = {"withheld"}
"""What a view says of itself."""
FORM = Form(
    phone=Demand.OPTIONAL,
    street=Demand.OPTIONAL,
    locality=Demand.OPTIONAL,
    postal_code=Demand.OPTIONAL,
    country=Demand.OPTIONAL,
    citizenship=Demand.OPTIONAL,
    birth_date=Demand.OPTIONAL,
    national_number=Demand.OPTIONAL,
    register_number=Demand.OPTIONAL,
    guardian=Demand.OPTIONAL,
    comment=Demand.OPTIONAL,
    kept=Kept(birth_date=Keeping.KEEP, national_number=Keeping.KEEP),
)


def inner(hint: object) -> Iterator[type]:
    """The types of ours that a hint speaks of."""
    if isinstance(hint, type) and attrs.has(hint):
        yield hint
    for argument in get_args(hint):
        yield from inner(argument)


def reached(*roots: type) -> set[type]:
    """All types of values that these are made of, found by reflection."""
    found: set[type] = set()
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        if one in found or one in PLAIN:
            continue
        found.add(one)
        for hint in get_type_hints(one).values():
            waiting += inner(hint)
    return found


def unclassified(kept: type, table: set[str]) -> set[str]:
    """Fields that the table lacks, and lines of the table that are no fields."""
    names = {one.name for one in attrs.fields(kept)}
    return names ^ (table - {name for owner, name in DERIVED if owner is kept})


def owner_of(name: str) -> type:
    """Whose field a view shows under a name; a signature's goes before its particulars'."""
    owners = [one for one in (Signature, Particulars, Provenance) if name in CLASSIFIED[one]]
    assert owners, f"{name} is a field of nothing that is kept"
    return owners[0]


def strange(kind: type[Any], reader: Reader) -> set[str]:
    """Fields of a view that its reader may not see."""
    names = {one.name for one in attrs.fields(kind)} - OWN
    return {n for n in names if reader not in CLASSIFIED[owner_of(n)][n].readers}


def test_every_field_of_everything_that_is_kept_is_classified() -> None:
    assert reached(*KEPT) == set(CLASSIFIED)
    assert {kept: unclassified(kept, set(table)) for kept, table in CLASSIFIED.items()} == {
        kept: set() for kept in CLASSIFIED
    }


def test_a_field_that_is_new_is_noticed() -> None:
    known = set(CLASSIFIED[Particulars])
    assert unclassified(Particulars, known - {"phone"}) == {"phone"}
    assert unclassified(Particulars, known | {"shoe_size"}) == {"shoe_size"}
    larger = attrs.make_class("Larger", {"shoe_size": attrs.field()})
    assert unclassified(larger, set()) == {"shoe_size"}


@pytest.mark.parametrize("kind", VIEWS)
def test_no_view_has_a_field_of_another_reader(kind: type[Any]) -> None:
    assert strange(kind, kind.reader) == set()


def test_a_field_of_another_reader_is_noticed() -> None:
    assert strange(SignerView, Reader.PUBLIC) >= {"email", "phone", "birth_date", "street"}
    assert strange(ModeratorView, Reader.SIGNER) >= {"ground", "reviews", "invalidated_at"}


@pytest.mark.parametrize("kind", VIEWS)
def test_what_may_be_chosen_has_its_place(kind: type[Any]) -> None:
    choices = {Reader.PUBLIC: PUBLISHABLE, Reader.ADDRESSEE: set(Disclosed)}
    if kind.reader in choices:
        names = {one.name for one in attrs.fields(kind)}
        assert names - OWN == {str(one) for one in choices[kind.reader]}


def canary(owner: type, name: str) -> str:
    return f"canary-{owner.__name__}-{name}"


def filled(owner: type, **given_: object) -> dict[str, Any]:
    """Every text of a value says whose and which field it is."""
    texts = {f.name for f in attrs.fields(owner) if get_type_hints(owner)[f.name] is str}
    return {name: canary(owner, name) for name in texts - set(given_)} | given_


SIGNATURE = Signature(
    **filled(
        Signature,
        id=UUID(int=7),
        petition_id=PETITION_ID,
        particulars=Particulars(
            **filled(
                Particulars,
                birth_date=date(1901, 2, 3),
                originals=(("name", "canary-Particulars-originals"),),
                consents=(Consent(**filled(Consent, at=T0)),),
            )
        ),
        provenance=Provenance(**filled(Provenance)),
        signed_at=T0,
        counted_at=T0,
        counters=("canary-Signature-counters",),
        attestations=(Attestation(**filled(Attestation, kind=AttestationKind.EID, at=T0)),),
        reviews=(Review(**filled(Review, of="name", approval=Approval.APPROVED, at=T0)),),
    )
)


def words(value: object) -> Iterator[str]:
    """Every text inside a value, reprs apart."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif isinstance(value, date):
        yield str(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from words(one)
    elif attrs.has(kind := type(value)):
        for name in (one.name for one in attrs.fields(kind)):
            yield from words(getattr(value, name))


def allowed(reader: Reader) -> set[str]:
    return {
        canary(owner, name)
        for owner, table in CLASSIFIED.items()
        for name, classified in table.items()
        if reader in classified.readers
    }


disclosures = st.builds(
    Disclosure,
    fields=st.lists(st.sampled_from(list(Disclosed)), min_size=1, unique=True).map(tuple),
    public=st.lists(st.sampled_from(sorted(PUBLISHABLE)), unique=True).map(tuple),
)
_reviews = st.lists(
    st.builds(
        Review,
        of=st.sampled_from(["name", "comment"]),
        approval=st.sampled_from(list(Approval)),
        at=st.just(T0),
    ),
    max_size=2,
).map(tuple)


@given(
    kind=st.sampled_from(VIEWS),
    disclosure=disclosures,
    visibility=st.sampled_from(list(Visibility)),
    gone=st.sampled_from(["", "withdrawn", "invalidated"]),
    reviews=_reviews,
    reviewed=st.lists(st.sampled_from([FormField.NAME, FormField.COMMENT]), unique=True).map(tuple),
)
def test_no_word_reaches_a_reader_who_may_not_see_it(
    *,
    kind: type[Any],
    disclosure: Disclosure,
    visibility: Visibility,
    gone: str,
    reviews: tuple[Review, ...],
    reviewed: tuple[FormField, ...],
) -> None:
    policy = evolve(POLICY, form=evolve(FORM, reviewed=reviewed), disclosure=disclosure)
    signature = evolve(
        SIGNATURE,
        particulars=evolve(SIGNATURE.particulars, visibility=visibility),
        reviews=SIGNATURE.reviews + reviews,
    )
    later = T0 + timedelta(days=1)
    if gone == "withdrawn":
        signature = evolve(signature, withdrawn_at=later)
    elif gone == "invalidated":
        signature = evolve(signature, invalidated_at=later)
    seen = view(kind, signature, policy)
    found = set(words(seen))
    canaries = {word for word in found if word.startswith("canary")}
    assert canaries <= allowed(kind.reader)
    assert not [word for word in canaries if word in repr(seen) and "Particulars" in word]
    if kind.reader not in (Reader.PUBLIC, Reader.ADDRESSEE, Reader.ORGANISER):
        assert canary(Particulars, "name") in found
        return
    name, comment = canary(Particulars, "name"), canary(Particulars, "comment")
    hidden = gone or visibility.narrower_than(REACHES[kind.reader])
    if hidden:
        assert not {name, comment, canary(Particulars, "street"), "1901-02-03"} & found
    chosen = {Reader.PUBLIC: disclosure.public, Reader.ADDRESSEE: disclosure.fields}
    if kind.reader in chosen:
        disclosed = {canary(owner_of(one), one) for one in chosen[kind.reader]}
        assert canaries <= disclosed
        waits = FormField.NAME in reviewed and signature.approval("name") is not Approval.APPROVED
        refused = signature.approval("name") is Approval.REFUSED
        shown = Disclosed.NAME in chosen[kind.reader] and not (hidden or waits or refused)
        assert (name in found) == shown
