from datetime import date

import pytest

from petitionkit.codec import from_json, from_plain, from_toml, to_json, to_plain, to_toml
from petitionkit.eligibility import (
    Aged,
    AllTrue,
    AnyTrue,
    CitizenOf,
    Eligibility,
    EligibilityRule,
    GuardianAgrees,
    InRegion,
    NotTrue,
    ResidentIn,
    SomeTrue,
    fields_of,
)
from petitionkit.entitlement import Entitlement, entitled
from petitionkit.errors import InvalidValueError
from petitionkit.form import FormField
from petitionkit.json_schema import json_schema
from petitionkit.parties import PartyKind
from petitionkit.problems import Problem, problem
from petitionkit.signature import Particulars

DAY = date(2026, 3, 1)
FINN = Particulars(name="Aino", citizenship="FI", country="SE", birth_date=date(2009, 3, 1))
MINORS = AnyTrue(any=(Aged(aged=18), AllTrue(all=(Aged(aged=16), GuardianAgrees(guardian=True)))))


def decided(rule: EligibilityRule, who: Particulars = FINN) -> Entitlement:
    return entitled(Eligibility(needs=rule), who, DAY)


@pytest.mark.parametrize(
    "rule",
    [
        CitizenOf(citizen_of=("fi", "AX")),
        ResidentIn(resident_in=("SE",)),
        Aged(aged=17),
        AllTrue(all=(CitizenOf(citizen_of=("FI",)), Aged(aged=1))),
        AnyTrue(any=(CitizenOf(citizen_of=("SE",)), ResidentIn(resident_in=("SE",)))),
        SomeTrue(at_least=1, of=(InRegion(in_region=("x",)), Aged(aged=2))),
        NotTrue(not_=CitizenOf(citizen_of=("SE",))),
    ],
)
def test_a_rule_that_holds_lets_somebody_sign(rule: EligibilityRule) -> None:
    assert decided(rule) == Entitlement(answer=True)


@pytest.mark.parametrize(
    ("rule", "path", "problems"),
    [
        (
            CitizenOf(citizen_of=("SE",)),
            "",
            [problem("not_eligible", "citizenship", rule="eligibility.needs")],
        ),
        (Aged(aged=18), "", [problem("too_young", "birth_date", age=17, minimum=18)]),
        (InRegion(in_region=("x",)), "", [problem("required", "region")]),
        (
            AllTrue(all=(Aged(aged=3), ResidentIn(resident_in=("FI",)))),
            ".all.1",
            [problem("not_eligible", "country", rule="eligibility.needs.all.1")],
        ),
        (
            AnyTrue(any=(Aged(aged=18), CitizenOf(citizen_of=("SE",)))),
            "",
            [problem("not_eligible", "", rule="eligibility.needs")],
        ),
        (
            SomeTrue(at_least=2, of=(Aged(aged=18), InRegion(in_region=("x",)), Aged(aged=3))),
            "",
            [problem("required", "region")],
        ),
        (
            NotTrue(not_=ResidentIn(resident_in=("SE",))),
            "",
            [problem("not_eligible", "", rule="eligibility.needs")],
        ),
        (NotTrue(not_=InRegion(in_region=("x",))), "", [problem("required", "region")]),
        (MINORS, "", [problem("required", "guardian")]),
    ],
)
def test_a_refusal_names_the_rule_and_what_is_wrong(
    rule: EligibilityRule, path: str, problems: list[Problem]
) -> None:
    assert decided(rule) == Entitlement(
        answer=False, rule=f"eligibility.needs{path}", problems=tuple(problems)
    )


def test_a_minor_signs_with_a_guardians_attestation() -> None:
    assert decided(MINORS, Particulars(name="A", birth_date=date(2010, 3, 1), guardian="B")).answer
    young = Particulars(name="A", birth_date=date(2010, 3, 2), guardian="B")
    assert decided(MINORS, young).problems == (
        problem("not_eligible", "", rule="eligibility.needs"),
    )


def test_nobody_signs_before_they_are_born() -> None:
    unborn = Particulars(name="A", birth_date=date(2030, 1, 1))
    assert entitled(Eligibility(minimum_age=1), unborn, DAY) == Entitlement(
        answer=False,
        rule="eligibility.minimum_age",
        problems=(problem("date_in_future", "birth_date"),),
    )


def test_organisations_may_sign_or_not_whatever_the_rules_for_persons() -> None:
    society = Particulars(name="Society", kind=PartyKind.ORGANISATION)
    assert entitled(Eligibility(organisations=True, minimum_age=18), society, DAY).answer
    refused = entitled(Eligibility(), society, DAY)
    assert refused.rule == "eligibility.organisations"


def test_what_deciding_looks_at_is_known_beforehand() -> None:
    rule = AllTrue(all=(MINORS, NotTrue(not_=InRegion(in_region=("x",)))))
    assert fields_of(Eligibility(needs=rule)) == {
        FormField.BIRTH_DATE,
        FormField.GUARDIAN,
        FormField.REGION,
    }
    assert fields_of(Eligibility(minimum_age=1)) == {FormField.BIRTH_DATE}
    assert fields_of(Eligibility()) == frozenset()
    assert Eligibility(needs=rule, minimum_age=3).of_age == 18
    assert Eligibility().of_age == 0


def test_more_rules_than_there_are_cannot_be_needed() -> None:
    with pytest.raises(InvalidValueError, match="needs 2 of 1"):
        SomeTrue(at_least=2, of=(Aged(aged=1),))


def test_rules_are_read_back_as_written_and_not_is_called_not() -> None:
    rule = AllTrue(all=(MINORS, NotTrue(not_=SomeTrue(at_least=1, of=(Aged(aged=99),)))))
    eligibility = Eligibility(needs=rule)
    assert from_json(Eligibility, to_json(eligibility)) == eligibility
    assert from_toml(Eligibility, to_toml(eligibility)) == eligibility
    written = {"not": {"citizen_of": ["RU"]}}
    kept = Eligibility(needs=NotTrue(not_=CitizenOf(citizen_of=("RU",))))
    assert to_plain(kept) == {"needs": written}
    assert from_plain(Eligibility, {"needs": written}) == kept
    assert json_schema(Eligibility)["$defs"]["NotTrue"]["required"] == ["not"]


def test_that_no_guardian_agrees_is_no_rule() -> None:
    with pytest.raises(InvalidValueError) as caught:
        GuardianAgrees(guardian=False)
    assert caught.value.problems == (problem("wrong_type", "guardian", expected="true"),)
