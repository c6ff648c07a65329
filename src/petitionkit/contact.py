"""E-mail addresses and telephone numbers, and which mailbox an address belongs to.

The only importer of email-validator and phonenumbers, both loaded when first needed. Decides
what is an address; never asks the network (no DNS), never sends. The canonical mailbox is for
identity only: mail always goes to the address as it was given.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from attrs import frozen

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem

__all__ = ["MAILBOX_RECIPE", "MailboxRule", "mailbox", "parse_email", "parse_phone"]

MAILBOX_RECIPE = 1
"""Version of the rules below; it is part of every claim made with them."""

_EMAIL_LIMIT = 254  # RFC 5321 4.5.3.1.3: a path has 256 octets, angle brackets included


@frozen(kw_only=True)
class MailboxRule:
    """How a provider treats variants of one local part."""

    domain: str
    """The domain that all of the provider's aliases stand for."""
    ignored: str = ""
    """Characters that do not distinguish mailboxes."""


# support.google.com/mail/answer/7436150 and /10313: dots do not matter, googlemail is gmail.
# Every provider: what follows '+' is a label of the same mailbox (no provider known lets a
# registered name hold '+'); for unknown domains dots are significant.
_GMAIL = MailboxRule(domain="gmail.com", ignored=".")
_RULES: Mapping[str, MailboxRule] = MappingProxyType(
    {"gmail.com": _GMAIL, "googlemail.com": _GMAIL}
)


def parse_email(value: str, field: str = "email") -> str:
    """Check an address and return it as it is kept: domain lower-cased, local part untouched.

    Unicode local parts and internationalised domains are accepted, the domain kept in Unicode;
    quoted local parts, address literals and display names are not. At most 254 octets.
    Raises ``InvalidValueError`` with the first problem that applies. Source: RFC 5321 and 6531
    as implemented by email-validator; DNS is never asked.
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
        return f"{local}@{shown}"
    checked = _validated(text)
    if checked is None:
        raise InvalidValueError([problem("email.invalid", field)])
    return checked.normalized


class _Checked(Protocol):
    """The part of email-validator's answer that is used; its own type would load it."""

    normalized: str
    domain: str
    ascii_domain: str


_LOCAL_LIMIT = 64  # RFC 5321 4.5.3.1.1
# RFC 5322 3.2.3: dot-atom of ASCII; what it matches, email-validator accepts unchanged (a
# property in the tests holds this against the library itself).
_PLAIN_LOCAL = re.compile(r"[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]+(\.[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]+)*")


@lru_cache(maxsize=4096)
def _mail_domain(domain: str) -> tuple[str, int] | None:
    """Tell a domain in lower case and Unicode, and its octets in its longer form; or None.

    Remembered, since a few domains serve most addresses of a roll.
    """
    checked = _validated(f"a@{domain}")
    if checked is None:
        return None
    return checked.domain, max(len(checked.ascii_domain), len(checked.domain.encode()))


def _validated(address: str) -> _Checked | None:
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
            check_deliverability=False,
            test_environment=False,
            globally_deliverable=True,
        )
    except (EmailNotValidError, UnicodeError):
        return None


def mailbox(address: str) -> str:
    """Name the mailbox that a parsed address belongs to.

    ``anna.b+x@googlemail.com`` belongs to ``annab@gmail.com``.
    Lower-cases, cuts at the first ``+`` that has something before it, and applies the
    provider's rule. Applying it twice is applying it once. For comparing, never for sending.
    """
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    rule = _RULES.get(domain, MailboxRule(domain=domain))
    head = local.lower()
    head = head[: head.find("+", 1)] if "+" in head[1:] else head
    bare = "".join(c for c in head if c not in rule.ignored) or head
    return f"{bare}@{rule.domain}"


def parse_phone(value: str, field: str = "phone", *, region: str | None = None) -> str:
    """Check a telephone number and return it in E.164, such as ``+442079460000``.

    ``region`` (ISO 3166-1 alpha-2) is used for numbers without a country code; without it
    such a number raises ``InvalidValueError``, as does one that no subscriber can have.
    Source: ITU-T E.164 through Google's libphonenumber tables.
    """
    from phonenumbers import (  # noqa: PLC0415 (19 ms, and few forms ask for a number)
        NumberParseException,
        PhoneNumberFormat,
        format_number,
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
    if not is_valid_number(number):
        raise InvalidValueError([problem("phone.invalid", field)])
    return format_number(number, PhoneNumberFormat.E164)
