"""E-mail addresses and telephone numbers: what is one, and how it is kept.

The only importer of email-validator and phonenumbers, both loaded when first needed. Decides
what is an address or a number, and how strict a form is about it. The network is asked only
by a function that the caller hands in; nothing here sends.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Protocol

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice
from petitionkit.mailboxes import mailbox_recipe
from petitionkit.problems import Remark, problem, remark

__all__ = [
    "EmailRules",
    "PhoneCheck",
    "PhoneKind",
    "PhoneRules",
    "email_remarks",
    "parse_email",
    "parse_phone",
    "phone_kind",
    "receives_mail",
]

_EMAIL_LIMIT = 254  # RFC 5321 4.5.3.1.3: a path has 256 octets, angle brackets included


@frozen(kw_only=True)
class EmailRules:
    """How strict a form is with addresses that can receive mail.

    The UK Parliament's petitions refuse all three: labels after ``+`` (``plus``), characters
    beyond ASCII (``unicode``) and white space around the address (``white_space``, which is
    cut off where it is taken).
    """

    plus: bool = True
    unicode: bool = True
    white_space: bool = True

    def code(self, value: str) -> str | None:
        """Name what in an address as typed these rules do not take; None where they take it."""
        if not self.white_space and value != value.strip():
            return "email.white_space"
        if not self.unicode and not value.isascii():
            return "email.not_ascii"
        if not self.plus and "+" in value.partition("@")[0]:
            return "email.plus"
        return None


_ANY_EMAIL = EmailRules()


def parse_email(
    value: str,
    field: str = "email",
    *,
    rules: EmailRules = _ANY_EMAIL,
    receives: Callable[[str], bool] | None = None,
) -> str:
    """Check an address and return it as it is kept: domain lower-cased, local part untouched.

    Unicode local parts and internationalised domains are accepted where ``rules`` take them,
    the domain kept in Unicode; quoted local parts, address literals and display names are not.
    At most 254 octets. ``receives`` is asked with the domain of an address that is otherwise
    in order, such as ``receives_mail``; without it nobody asks the network. Raises
    ``InvalidValueError`` with the first problem that applies. Source: RFC 5321 and 6531 as
    implemented by email-validator.
    """
    text = value.strip()
    if not text:
        raise InvalidValueError([problem("required", field)])
    if text.count("@") != 1 or '"' in text:
        code = {0: "email.no_at", 1: "email.quoted_local"}.get(text.count("@"), "email.many_at")
        code = "email.quoted_local" if text.startswith('"') else code
        raise InvalidValueError([problem(code, field)])
    if len(text.encode("utf-8", "surrogatepass")) > _EMAIL_LIMIT:
        raise InvalidValueError([problem("email.too_long", field)])
    local, _, domain = text.partition("@")
    host = _mail_domain(domain)
    if host is None:
        raise InvalidValueError([problem("email.bad_domain", field)])
    shown, length = host
    if len(local) <= min(_LOCAL_LIMIT, _EMAIL_LIMIT - 1 - length) and _PLAIN_LOCAL.fullmatch(local):
        kept = f"{local}@{shown}"
    elif (checked := _validated(text)) is not None:
        kept = checked.normalized
    else:
        raise InvalidValueError([problem("email.invalid", field)])
    if refused := rules.code(value):
        raise InvalidValueError([problem(refused, field)])
    if receives is not None and not receives(shown):
        raise InvalidValueError([problem("email.no_mail_server", field)])
    return kept


class _Checked(Protocol):
    """The part of email-validator's answer that is used; its own type would load it."""

    normalized: str
    domain: str
    ascii_domain: str


_LOCAL_LIMIT = 64  # RFC 5321 4.5.3.1.1
# RFC 5322 3.2.3: dot-atom of ASCII; what it matches, email-validator accepts unchanged (a
# property in the tests holds this against the library itself).
_PLAIN_LOCAL = re.compile(r"[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]+(\.[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]+)*")


# Lower case, no label with two hyphens in a row (so no Punycode), a name of letters at the end:
# what it matches and is nothing special, email-validator accepts unchanged (the same property).
_PLAIN_DOMAIN = re.compile(r"(?:[a-z0-9]{1,31}(?:-[a-z0-9]{1,31})?\.)+[a-z]{2,63}")
_PLAIN_DOMAIN_LIMIT = 190  # octets; beyond it the exact limits of the parts matter


@lru_cache(maxsize=4096)
def _mail_domain(domain: str) -> tuple[str, int] | None:
    """Tell a domain in lower case and Unicode, and its octets in its longer form; or None.

    Remembered, since a few domains serve most addresses of a roll.
    """
    if len(domain) <= _PLAIN_DOMAIN_LIMIT and _PLAIN_DOMAIN.fullmatch(domain):
        return None if domain.endswith(_special_ends()) else (domain, len(domain))
    checked = _validated(f"a@{domain}")
    if checked is None:
        return None
    return checked.domain, max(len(checked.ascii_domain), len(checked.domain.encode()))


@cache
def _special_ends() -> tuple[str, ...]:
    """How domains end that no mail is sent to, as email-validator lists them."""
    from email_validator import SPECIAL_USE_DOMAIN_NAMES  # noqa: PLC0415 (44 ms)

    return tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)


def _validated(
    address: str,
    *,
    asking_dns: bool = False,
    resolver: Any = None,  # noqa: ANN401 (dnspython's, whose type would load it)
    timeout: int | None = None,
) -> _Checked | None:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 (44 ms)

    try:
        return validate_email(
            address,
            allow_smtputf8=True,
            allow_empty_local=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            strict=True,
            check_deliverability=asking_dns,
            test_environment=False,
            globally_deliverable=True,
            timeout=timeout,
            dns_resolver=resolver,
        )
    except (EmailNotValidError, UnicodeError):
        return None


def receives_mail(domain: str, *, resolver: Any = None, seconds: int = 5) -> bool:  # noqa: ANN401 (dnspython's, whose type would load it)
    """Ask the DNS whether a domain takes mail; for ``parse_email(receives=receives_mail)``.

    ``resolver`` is a ``dns.resolver.Resolver`` with a time limit and cache of its own; without
    it the system's is asked, for ``seconds`` at most. A server that does not answer is no
    reason to refuse anybody. Raises what dnspython raises where no server is configured.
    """
    timeout = None if resolver else seconds
    found = _validated(f"a@{domain}", asking_dns=True, resolver=resolver, timeout=timeout)
    return found is not None


# Domains that many people have and that are long enough to tell a slip from another name.
_COMMON = (
    "gmail.com googlemail.com hotmail.com hotmail.co.uk hotmail.fr outlook.com yahoo.com"
    " yahoo.co.uk yahoo.fr icloud.com live.co.uk btinternet.com virginmedia.com talktalk.net"
    " comcast.net bigpond.com protonmail.com t-online.de orange.fr wanadoo.fr laposte.net"
    " libero.it yandex.ru"
).split()


def email_remarks(address: str, field: str = "email") -> tuple[Remark, ...]:
    """Ask whether a parsed address has a slip in its domain: ``gmial.com`` for ``gmail.com``.

    A hint for the form and never a refusal, nor a correction: the address may be right. Only
    domains one slip away from a common one are remarked on (a character left out, added,
    changed, or two swapped), and none that is a provider's own.
    """
    domain = address.rpartition("@")[2].lower()
    if domain in _COMMON or domain in mailbox_recipe().identity_by_name:
        return ()
    meant = next((common for common in _COMMON if _one_slip(domain, common)), None)
    return () if meant is None else (remark("did_you_mean", field, domain=meant),)


def _one_slip(typed: str, meant: str) -> bool:
    pairs = enumerate(zip(typed, meant, strict=False))
    start = next((n for n, (a, b) in pairs if a != b), min(len(typed), len(meant)))
    one, other = typed[start:], meant[start:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] in (other, other[1:]) or one == other[1:]


class PhoneKind(Choice):
    """What a telephone number is."""

    MOBILE = "mobile"
    FIXED = "fixed"
    OTHER = "other"
    """Anything else, such as a service number, and what its numbering plan does not tell."""


class PhoneCheck(Choice):
    """How closely a number is looked at."""

    VALID = "valid"
    """It is in a range that its country has given out."""
    POSSIBLE = "possible"
    """It has as many digits as numbers there have; new ranges are taken at once."""


def _phone_kinds(values: tuple[PhoneKind, ...]) -> tuple[PhoneKind, ...]:
    return tuple(PhoneKind(value) for value in values)


@frozen(kw_only=True)
class PhoneRules:
    """How strict a form is with numbers; ``kinds`` are those that it takes, all where empty.

    The kind of a number that is only possible may be unknown, which no list of kinds takes.
    Where a country gives fixed and mobile numbers alike, a number is taken for either.
    """

    check: PhoneCheck = field(default=PhoneCheck.VALID, converter=PhoneCheck)
    kinds: tuple[PhoneKind, ...] = field(default=(), converter=_phone_kinds)


_ANY_PHONE = PhoneRules()


def parse_phone(
    value: str,
    field: str = "phone",
    *,
    region: str | None = None,
    rules: PhoneRules = _ANY_PHONE,
) -> str:
    """Check a telephone number and return it in E.164, such as ``+442079460000``.

    ``region`` (ISO 3166-1 alpha-2) is used for numbers without a country code; without it
    such a number raises ``InvalidValueError``, as does one that ``rules`` do not take. Source:
    ITU-T E.164 through Google's libphonenumber tables.
    """
    from phonenumbers import (  # noqa: PLC0415 (19 ms, and few forms ask for a number)
        NumberParseException,
        PhoneNumberFormat,
        format_number,
        is_possible_number,
        is_valid_number,
        parse,
    )

    text = value.strip()
    if not text:
        raise InvalidValueError([problem("required", field)])
    try:
        number = parse(text, region)
    except NumberParseException as error:
        needs_region = error.error_type == NumberParseException.INVALID_COUNTRY_CODE
        code = "phone.region_needed" if needs_region and "+" not in text else "phone.invalid"
        raise InvalidValueError([problem(code, field)]) from None
    passes = is_valid_number if rules.check is PhoneCheck.VALID else is_possible_number
    if not passes(number):
        raise InvalidValueError([problem("phone.invalid", field)])
    kept = format_number(number, PhoneNumberFormat.E164)
    if rules.kinds and phone_kind(kept).isdisjoint(rules.kinds):
        raise InvalidValueError([problem("phone.kind", field, kinds=", ".join(rules.kinds))])
    return kept


def phone_kind(number: str) -> frozenset[PhoneKind]:
    """Tell what a number in E.164 is; both fixed and mobile where its country has one range."""
    from phonenumbers import PhoneNumberType, number_type, parse  # noqa: PLC0415 (19 ms)

    found = number_type(parse(number))
    both = found == PhoneNumberType.FIXED_LINE_OR_MOBILE
    kinds = {
        PhoneKind.FIXED: both or found == PhoneNumberType.FIXED_LINE,
        PhoneKind.MOBILE: both or found == PhoneNumberType.MOBILE,
    }
    return frozenset(kind for kind, fits in kinds.items() if fits) or frozenset({PhoneKind.OTHER})
