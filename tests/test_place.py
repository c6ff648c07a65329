import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.errors import InvalidValueError
from petitionkit.place import (
    PostalRules,
    countries,
    parse_country,
    parse_postal_code,
    squeezed,
)
from petitionkit.problems import problem

# Territories of CLDR that are no country of ISO 3166-1: reserved codes, private use, the EU.
NO_COUNTRIES = set("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split())


def test_countries_are_those_that_cldr_has_of_iso_3166() -> None:
    territories = map(str, Locale("en").territories)
    cldr = {code for code in territories if code.isalpha() and len(code) == 2}
    assert countries() == cldr - NO_COUNTRIES


def test_a_country_is_a_code_of_the_list_or_one_that_an_office_has_besides() -> None:
    assert parse_country(" GB ") == "GB"
    assert parse_country("BAT", also=("BAT",)) == "BAT"


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("", "required"),
        ("United Kingdom", "country.unknown"),
        ("gb", "country.unknown"),
        ("UK", "country.unknown"),
        ("GBR", "country.unknown"),
        ("BAT", "country.unknown"),
        ("\ud800", "country.unknown"),
    ],
)
def test_other_codes_are_refused(code: str, wrong: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_country(code, "home")
    assert caught.value.problems == (problem(wrong, "home"),)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (" N1  1TY  ", "N1 1TY"),
        ("n1\u20141ty", "N1 1TY"),
        ("sw1a1aa", "SW1A 1AA"),
        ("\uff33\uff37\uff11\uff21\u30001AA", "SW1A 1AA"),
        ("EC1Y 8SY", "EC1Y 8SY"),
        ("gir 0aa", "GIR 0AA"),
        ("bfpo 1", "BFPO 1"),
        ("BFP1234", "BFP 1234"),
    ],
)
def test_a_british_code_is_shown_with_its_space(given: str, shown: str) -> None:
    assert parse_postal_code(given, "GB") == shown


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("", "required"),
        (" ", "required"),
        ("--", "postal_code.invalid"),
        ("SW1A", "postal_code.invalid"),
        ("N1", "postal_code.invalid"),
        ("90210", "postal_code.invalid"),
        ("N1 1TC", "postal_code.invalid"),
        ("N1 111TY", "postal_code.invalid"),
        ("ABC1 1TY", "postal_code.invalid"),
        ("BFPO12345", "postal_code.invalid"),
        ("GIR0AB", "postal_code.invalid"),
        ("N1\x001TY", "control_character"),
    ],
)
def test_what_is_no_british_code_is_refused(given: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_postal_code(given, "GB", "code")
    assert [found.code for found in caught.value.problems] == [code]
    assert caught.value.problems[0].field == "code"


@pytest.mark.parametrize("letter", "CIKMOV")
def test_six_letters_stand_in_no_unit(letter: str) -> None:
    with pytest.raises(InvalidValueError):
        parse_postal_code(f"N1 1T{letter}", "GB")
    with pytest.raises(InvalidValueError):
        parse_postal_code(f"N1 1{letter}Y", "GB")


@pytest.mark.parametrize("letter", sorted(set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") - set("CIKMOV")))
def test_all_other_letters_do(letter: str) -> None:
    assert parse_postal_code(f"n1 1{letter}{letter}", "GB") == f"N1 1{letter}{letter}"


def test_codes_of_other_countries_are_tidied_and_may_be_left_out() -> None:
    assert parse_postal_code("", "US") == ""
    assert parse_postal_code("\u200b", "US") == ""
    assert parse_postal_code(" d02  x285 ", "IE") == "D02 X285"
    assert parse_postal_code("〒100-0001", "JP") == "〒100-0001"


def test_a_policy_says_where_a_code_is_needed_and_how_long_it_may_be() -> None:
    rules = PostalRules(required_in=("DE",), limit=8)
    assert parse_postal_code("", "GB", rules=rules) == ""
    for value, code in (("", "required"), ("123456789", "too_long")):
        with pytest.raises(InvalidValueError) as caught:
            parse_postal_code(value, "DE", rules=rules)
        assert [found.code for found in caught.value.problems] == [code]
    with pytest.raises(InvalidValueError):
        PostalRules(required_in=("XX",))


def test_tables_are_asked_where_the_caller_hands_them_in_and_never_about_britain() -> None:
    asked: list[tuple[str, str]] = []

    def fits(country: str, code: str) -> bool:
        asked.append((country, code))
        return code == "00100"

    assert parse_postal_code("00100", "FI", fits=fits) == "00100"
    assert parse_postal_code("", "FI", fits=fits) == ""
    assert parse_postal_code("N1 1TY", "GB", fits=fits) == "N1 1TY"
    with pytest.raises(InvalidValueError) as caught:
        parse_postal_code("1", "FI", fits=fits)
    assert caught.value.problems == (problem("postal_code.invalid", "postal_code"),)
    assert asked == [("FI", "00100"), ("FI", "1")]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("   N1\u20131ty ", "N11TY"), ("acx[[$%7B98*97%7D]]xca", "ACX7B98977DXCA"), ("ß-\u017f", "S")],
)
def test_codes_are_compared_by_letters_and_digits(given: str, kept: str) -> None:
    assert squeezed(given) == kept


@given(st.text())
def test_squeezing_twice_is_squeezing_once(value: str) -> None:
    assert squeezed(squeezed(value)) == squeezed(value)


@given(st.from_regex(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][ABD-HJLNP-UW-Z]{2}", fullmatch=True))
def test_a_shown_code_is_its_own(code: str) -> None:
    shown = parse_postal_code(code, "GB")
    assert parse_postal_code(shown, "GB") == shown
    assert squeezed(shown) == squeezed(code)
