from types import SimpleNamespace

import dns.exception
import dns.resolver
import pytest
from attrs import frozen

from petitionkit.contact import (
    EmailRules,
    PhoneCheck,
    PhoneKind,
    PhoneRules,
    email_remarks,
    parse_email,
    parse_phone,
    phone_kind,
    receives_mail,
)
from petitionkit.errors import InvalidValueError
from petitionkit.problems import ENGLISH, problem

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


STRICT = EmailRules(plus=False, unicode=False, white_space=False)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("anna+x@example.org", "email.plus"),
        ("anna@example.org\n", "email.white_space"),
        (" anna@example.org", "email.white_space"),
        ("änne@example.org", "email.not_ascii"),
        ("anna@bücher.de", "email.not_ascii"),
        ("anna", "email.no_at"),
        ("anna+x@localhost", "email.bad_domain"),
        (" ", "required"),
    ],
)
def test_a_strict_form_takes_less(given: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_email(given, rules=STRICT)
    assert caught.value.problems == (problem(code, "email"),)
    assert caught.value.problems[0].code in ENGLISH


@pytest.mark.parametrize("given", ["Anna.B@example.org", "anna@xn--bcher-kva.de", "a@b.info"])
def test_a_strict_form_takes_plain_addresses(given: str) -> None:
    assert parse_email(given, rules=STRICT) == parse_email(given)


def test_mail_servers_are_asked_for_only_where_the_caller_says_how() -> None:
    asked: list[str] = []

    def receives(domain: str) -> bool:
        asked.append(domain)
        return domain == "example.org"

    assert parse_email("anna@Example.org", receives=receives) == "anna@example.org"
    with pytest.raises(InvalidValueError) as caught:
        parse_email("anna@bücher.de", receives=receives)
    assert caught.value.problems == (problem("email.no_mail_server", "email"),)
    with pytest.raises(InvalidValueError):
        parse_email("anna@localhost", receives=receives)
    assert asked == ["example.org", "bücher.de"]


@frozen
class Resolver:
    """Name servers that answer every question alike."""

    answer: type[Exception] | list[SimpleNamespace]

    def resolve(self, domain: str, kind: str) -> list[SimpleNamespace]:
        assert domain == "example.org"
        assert kind in ("MX", "A", "AAAA")
        if isinstance(self.answer, list):
            return self.answer
        raise self.answer


@pytest.mark.parametrize(
    ("answer", "takes"),
    [
        ([SimpleNamespace(preference=10, exchange="mx.example.org.")], True),
        ([SimpleNamespace(preference=0, exchange=".")], False),
        (dns.resolver.NXDOMAIN, False),
        (dns.resolver.NoAnswer, False),
        (dns.resolver.NoNameservers, True),
        (dns.exception.Timeout, True),
    ],
)
def test_a_domain_takes_mail_unless_its_name_servers_deny_it(
    answer: type[Exception] | list[SimpleNamespace], *, takes: bool
) -> None:
    assert receives_mail("example.org", resolver=Resolver(answer)) is takes


def test_the_system_s_name_servers_are_asked_for_a_few_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    servers = SimpleNamespace(resolve=Resolver(dns.exception.Timeout).resolve, lifetime=None)
    monkeypatch.setattr(dns.resolver, "get_default_resolver", lambda: servers)
    assert receives_mail("example.org", seconds=3)
    assert servers.lifetime == 3


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("Gmal.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("yaho.co.uk", "yahoo.co.uk"),
    ],
)
def test_a_slip_in_a_common_domain_is_remarked_on(domain: str, meant: str) -> None:
    [found] = email_remarks(f"anna@{domain}", "contact")
    assert str(found) == f"contact: may be mistyped; did you mean {meant}? [did_you_mean]"


@pytest.mark.parametrize(
    "domain", ["gmail.com", "mail.com", "ymail.com", "hotmail.de", "example.org", "gml.com", "x.y"]
)
def test_other_domains_are_taken_as_they_are(domain: str) -> None:
    assert email_remarks(f"anna@{domain}") == ()


MOBILE = PhoneRules(kinds=(PhoneKind.MOBILE,))


@pytest.mark.parametrize(
    ("number", "kinds"),
    [
        ("+447911123456", {PhoneKind.MOBILE}),
        ("+442079460000", {PhoneKind.FIXED}),
        ("+12025550123", {PhoneKind.MOBILE, PhoneKind.FIXED}),
        ("+448000000000", {PhoneKind.OTHER}),
    ],
)
def test_a_number_has_a_kind(number: str, kinds: set[PhoneKind]) -> None:
    assert phone_kind(number) == kinds


def test_a_form_may_take_some_kinds_of_numbers_only() -> None:
    assert parse_phone("+44 7911 123456", rules=MOBILE) == "+447911123456"
    assert parse_phone("+1 202 555 0123", rules=MOBILE) == "+12025550123"
    with pytest.raises(InvalidValueError) as caught:
        parse_phone("+44 20 7946 0000", rules=MOBILE)
    assert caught.value.problems == (problem("phone.kind", "phone", kinds="mobile"),)


def test_a_number_may_be_taken_where_it_is_only_possible() -> None:
    possible = PhoneRules(check=PhoneCheck.POSSIBLE)
    assert parse_phone("+1 202 155 0123", rules=possible) == "+12021550123"
    with pytest.raises(InvalidValueError):
        parse_phone("+1 202 155 0123")
    with pytest.raises(InvalidValueError):
        parse_phone("+44 1", rules=possible)
