import pytest

from petitionkit.contact import parse_email, parse_phone
from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem

# 64 + 1 + 189 = 254 octets, the longest address there is.
LONG_LOCAL = "l" * 64
LONG_DOMAIN = ".".join(["d" * 62, "d" * 62, "d" * 63])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("anna@example.org", "anna@example.org"),
        ("  Anna.B+x@EXAMPLE.Org\n", "Anna.B+x@example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("anna@bücher.de", "anna@bücher.de"),
        ("anna@XN--BCHER-KVA.de", "anna@bücher.de"),
        ("δοκιμή@παράδειγμα.gr", "δοκιμή@παράδειγμα.gr"),
        ("zoe\u0308@example.org", "zoë@example.org"),
        (f"{LONG_LOCAL}@{LONG_DOMAIN}", f"{LONG_LOCAL}@{LONG_DOMAIN}"),
    ],
)
def test_an_address_is_kept_with_its_domain_in_lower_case(given: str, kept: str) -> None:
    assert parse_email(given) == kept


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("", "required"),
        (" \t", "required"),
        ("anna", "email.no_at"),
        ("anna.example.org", "email.no_at"),
        ("anna@b@example.org", "email.many_at"),
        ("anna@@example.org", "email.many_at"),
        ('"anna b"@example.org', "email.quoted_local"),
        ('"anna@b"@example.org', "email.quoted_local"),
        ('an"na@example.org', "email.quoted_local"),
        ("a" * 243 + "@example.org", "email.too_long"),
        ("é" * 122 + "@example.org", "email.too_long"),
        (f"{LONG_LOCAL}l@{LONG_DOMAIN}", "email.too_long"),
        ("anna@", "email.bad_domain"),
        ("anna@localhost", "email.bad_domain"),
        ("anna@example.test", "email.bad_domain"),
        ("anna@[192.0.2.1]", "email.bad_domain"),
        ("anna@-x.org", "email.bad_domain"),
        ("anna@exa mple.org", "email.bad_domain"),
        ("anna@xn--a.org", "email.bad_domain"),
        ("@example.org", "email.invalid"),
        (".anna@example.org", "email.invalid"),
        ("an..na@example.org", "email.invalid"),
        ("an na@example.org", "email.invalid"),
        ("an\x00na@example.org", "email.invalid"),
        ("l" * 65 + "@example.org", "email.invalid"),
        ("an\ud800na@example.org", "email.invalid"),
        ("anna@exa\ud800mple.org", "email.bad_domain"),
    ],
)
def test_an_address_is_refused_with_the_first_problem_that_applies(given: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_email(given, "contact")
    assert caught.value.problems == (problem(code, "contact"),)


@pytest.mark.parametrize("local", ["l" * 9, "l" * 7 + "ä"])
def test_a_domain_longer_in_unicode_than_in_ascii_counts_with_its_longer_form(local: str) -> None:
    # Punycode writes 47 times the same Cyrillic letter (94 octets) in some 55 characters; read,
    # the domain has 94 + 1 + 94 + 1 + 51 + 4 = 245 octets, which leaves 8 for the local part.
    label = ("\u0430" * 47).encode("idna").decode()
    domain = f"{label}.{label}.{'c' * 51}.org"
    assert parse_email(f"{'l' * 8}@{domain}").startswith("llllllll@\u0430\u0430\u0430")
    with pytest.raises(InvalidValueError) as caught:
        parse_email(f"{local}@{domain}")
    assert caught.value.problems == (problem("email.invalid", "email"),)


@pytest.mark.parametrize(
    ("given", "region", "kept"),
    [
        ("+44 20 7946 0000", None, "+442079460000"),
        (" (020) 7946-0000 ", "GB", "+442079460000"),
        ("+1 202 555 0123", "GB", "+12025550123"),
        ("0041 44 668 18 00", "DE", "+41446681800"),
    ],
)
def test_a_number_is_kept_as_e164(given: str, region: str | None, kept: str) -> None:
    assert parse_phone(given, region=region) == kept


@pytest.mark.parametrize(
    ("given", "region", "code"),
    [
        (" ", None, "required"),
        ("020 7946 0000", None, "phone.region_needed"),
        ("+999 123", None, "phone.invalid"),
        ("+44 1", None, "phone.invalid"),
        ("call me", "GB", "phone.invalid"),
        ("12", "GB", "phone.invalid"),
        ("9" * 300, "GB", "phone.invalid"),
    ],
)
def test_what_is_no_number_is_refused(given: str, region: str | None, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_phone(given, "mobile", region=region)
    assert caught.value.problems == (problem(code, "mobile"),)
