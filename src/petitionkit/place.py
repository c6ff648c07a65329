"""Countries and postal codes.

Decides what is a country (ISO 3166-1) and what a postal code is: by a rule of its own in the
United Kingdom, and elsewhere by length alone unless the caller hands in tables, such as those
of the ``address`` extra. It looks up no address and no constituency, and asks no network.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem
from petitionkit.text import clean, folded, text_problems

__all__ = [
    "PostalRules",
    "countries",
    "country_of",
    "parse_country",
    "parse_postal_code",
    "squeezed",
]


# Countries as people write them and the table does not.
_ALSO = {
    "united kingdom": "GB",
    "uk": "GB",
    "great britain": "GB",
    "usa": "US",
    "united states of america": "US",
    "czechia": "CZ",
    "south korea": "KR",
    "north korea": "KP",
    "russian federation": "RU",
    "the netherlands": "NL",
    "ivory coast": "CI",
    "democratic republic of the congo": "CD",
    "vatican": "VA",
}


@cache
def _names() -> Mapping[str, str]:
    """Codes of ISO 3166-1 alpha-2 by name, as in the table of the IANA time zone database."""
    table = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text("utf-8")
    lines = [line.partition("\t") for line in table.splitlines() if not line.startswith("#")]
    return MappingProxyType({folded(name): code for code, _, name in lines})


@cache
def countries() -> frozenset[str]:
    """The codes of ISO 3166-1 alpha-2, as in the table of the IANA time zone database."""
    return frozenset(_names().values())


def country_of(text: str) -> str | None:
    """The code of a country that is named by its code or in English; None where it is none."""
    wanted = folded(text)
    code = wanted.upper()
    return code if code in countries() else _ALSO.get(wanted) or _names().get(wanted)


def parse_country(value: str, field: str = "country", *, also: Collection[str] = ()) -> str:
    """Check a country's code, such as ``FI``; ``also`` are codes that an office has besides.

    (The UK Parliament's petitions have ``BAT`` for the British Antarctic Territory.) Codes
    come from lists and not from keyboards, so small letters are no code. Raises
    ``InvalidValueError``.
    """
    code = value.strip()
    if not code:
        raise InvalidValueError([problem("required", field)])
    if code not in countries() and code not in also:
        raise InvalidValueError([problem("country.unknown", field)])
    return code


def _codes(values: Collection[str]) -> tuple[str, ...]:
    return tuple(parse_country(value, "required_in") for value in values)


@frozen(kw_only=True)
class PostalRules:
    """How strict a form is with postal codes.

    They must be given by those who live in the countries of ``required_in``, and may be by
    all others. ``limit`` counts characters (255 in the UK Parliament's petitions).
    """

    required_in: tuple[str, ...] = field(default=("GB",), converter=_codes)
    limit: int = 255


_ANY_CODE = PostalRules()


def parse_postal_code(
    value: str,
    country: str,
    field: str = "postal_code",
    *,
    rules: PostalRules = _ANY_CODE,
    fits: Callable[[str, str], bool] | None = None,
) -> str:
    """Check the postal code of somebody in a country and return it as it is shown, or empty.

    ``n1-1ty`` in ``GB`` is ``N1 1TY``; other countries' codes are tidied and in capitals.
    ``fits`` is asked with country and code outside the United Kingdom, such as
    ``petitionkit.addresses.fits``. Raises ``InvalidValueError``.
    """
    required = country in rules.required_in
    if wrong := text_problems(value, field, max_length=rules.limit, required=required):
        raise InvalidValueError(wrong)
    code = clean(value).upper() if value.isascii() or folded(value) else ""
    if code and country == "GB":
        return _british(squeezed(code), field)
    if code and fits is not None and not fits(country, code):
        raise InvalidValueError([problem("postal_code.invalid", field)])
    return code


# The UK Parliament's petitions: an area of one or two letters, a district, and a sector with
# two letters that are never C, I, K, M, O or V; the forces' post offices; Girobank's only code.
_UNIT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][ABD-HJLNP-UW-Z]{2}|GIR0AA")
_FORCES = re.compile(r"(BFPO?)([0-9]{1,4})")


def _british(bare: str, field: str) -> str:
    if forces := _FORCES.fullmatch(bare):
        return " ".join(forces.groups())
    if _UNIT.fullmatch(bare):
        return f"{bare[:-3]} {bare[-3:]}"
    raise InvalidValueError([problem("postal_code.invalid", field)])


def squeezed(code: str) -> str:
    """What is compared of a postal code: its ASCII letters and digits, in capitals.

    ``N1-1ty`` and ``N1 1TY`` are one. Full-width letters and digits are taken for plain ones.
    """
    plain = code if code.isascii() else unicodedata.normalize("NFKC", code)
    return "".join(filter(str.isalnum, plain.encode("ascii", "ignore").decode())).upper()
