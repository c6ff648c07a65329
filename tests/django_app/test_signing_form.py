"""A form asks for what its policy asks for, and judges nothing."""

import pytest

from django_app.site_bench import TOWN, SiteCase
from petitionkit.clauses import Threshold
from petitionkit.django.forms import SigningForm, signing_form
from petitionkit.eligibility import Eligibility, InRegion
from petitionkit.form import AskedConsent, Demand, Form, Label
from petitionkit.outcomes import Received, Refused
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.signature import SignatureDraft

FULL = Policy(
    name="full",
    version="1",
    form=Form(
        two_part_name=True,
        phone=Demand.OPTIONAL,
        birth_date=Demand.REQUIRED,
        comment=Demand.OPTIONAL,
        region=Demand.REQUIRED,
        consents=(
            AskedConsent(key="terms", version="1", required=True),
            AskedConsent(key="updates", version="2"),
        ),
        labels=(
            Label(of="email", language="fi", text="Sähköposti"),
            Label(of="updates", language="fi", text="Kertokaa minulle"),
        ),
    ),
    eligibility=Eligibility(organisations=True),
    thresholds=(Threshold(key="one", level=1),),
)


def bound(policy: Policy, language: str = "en", **typed: str) -> SigningForm:
    form = signing_form(policy, language=language)(typed)
    assert form.is_valid()
    return form


def test_it_has_the_fields_of_the_policy_in_its_order() -> None:
    assert list(signing_form(TOWN)().fields) == ["name", "email", "visibility"]
    assert list(signing_form(FULL)().fields) == [
        *("given_name", "family_name", "name", "email", "phone", "region", "birth_date"),
        "comment",
        *("kind", "visibility", "consent_terms", "consent_updates"),
    ]


def test_a_region_is_asked_for_where_something_hangs_on_it() -> None:
    needing = Policy(
        name="r", version="1", eligibility=Eligibility(needs=InRegion(in_region=("EE",)))
    )
    silent = Policy(name="s", version="1", form=Form(visibility_choice=False))
    assert "region" in signing_form(needing)().fields
    assert list(signing_form(silent)().fields) == ["name", "email"]


def test_browsers_and_screen_readers_are_told_what_each_field_is() -> None:
    page = signing_form(FULL)().as_div()
    assert '<input type="email" name="email" autocomplete="email" required' in page
    assert 'type="date"' in page
    assert 'autocomplete="given-name"' in page
    assert page.count("<label") == len(signing_form(FULL)().fields)
    assert '<input type="checkbox" name="consent_terms" required' in page
    assert '<textarea name="comment"' in page
    assert "required" not in str(signing_form(FULL)()["given_name"])


def test_labels_are_the_policys_in_the_language_of_the_page() -> None:
    fields = signing_form(FULL, language="fi")().fields
    assert fields["email"].label == "Sähköposti"
    assert fields["consent_updates"].label == "Kertokaa minulle"
    assert fields["phone"].label == "Telephone number"


def test_what_was_typed_is_the_draft() -> None:
    form = bound(
        FULL,
        "fi",
        given_name=" Ana ",
        email="ana@example.org",
        kind="organisation",
        consent_updates="on",
    )
    assert form.draft() == SignatureDraft(
        given_name=" Ana ",
        email="ana@example.org",
        kind=PartyKind.ORGANISATION,
        consents=("updates",),
        language="fi",
    )
    assert bound(TOWN).draft() == SignatureDraft(language="en")


def test_problems_stand_beside_their_fields_all_at_once() -> None:
    form = bound(FULL)
    form.add_problems(
        [
            problem("required", "email"),
            problem("required", "consents.terms"),
            problem("petition.not_open", "petition"),
            problem("not_text"),
        ]
    )
    assert form.errors["email"] == ["E-mail address is required"]
    assert form.errors["consent_terms"] == ["terms is required"]
    above = [str(one) for one in form.non_field_errors()]
    assert above[0].startswith("petition: ")
    assert above[1] == "must be text"


@pytest.mark.parametrize("policy", [TOWN, FULL], ids=["town", "full"])
def test_an_empty_form_is_passed_on(policy: Policy) -> None:
    assert isinstance(bound(policy).draft(), SignatureDraft)


class TestSigningByTheForm(SiteCase):
    def test_the_desk_says_what_is_wrong(self) -> None:
        petition = self.opened()
        form = bound(TOWN, name="", email="nowhere")
        outcome = self.desk.sign(petition.id, form.draft())
        assert isinstance(outcome, Refused)
        form.add_problems(outcome.problems)
        assert set(form.errors) == {"name", "email"}
        right = bound(TOWN, name="Ana", email="ana@example.org", visibility="nobody")
        assert self.desk.sign(petition.id, right.draft()) == Received()
