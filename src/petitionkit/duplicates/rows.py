"""Rows: listings in canonical text, ready to be compared by any engine.

Decides what spellings are one: letters without marks, mailboxes by the provider's rule, the last
nine digits of a telephone number, streets with their abbreviations written out. A row holds text
and lists of text only, so that SQL sees exactly what Python sees. Empty means unknown, and never
agrees with anything.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, fields, frozen

from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.nicknames import roots
from petitionkit.duplicates.romanise import romanised, sound
from petitionkit.mailboxes import mailbox

__all__ = ["COLUMNS", "LISTS", "Row", "canonical"]


def _text() -> str:
    return field(default="", repr=False)


@frozen(kw_only=True)
class Row:
    """One listing for comparing; every column is text or a list of text, empty where unknown.

    ``name`` is all words in alphabetical order, so that order does not matter; ``words`` the
    same as a list. ``run`` is the name without spaces, where it is in plain letters, ``sound``
    its consonants. ``given`` and ``family`` are the first and last word where the form did not
    tell them apart; ``roots`` are what the given name may be short for.
    """

    id: str
    name: str = _text()
    words: tuple[str, ...] = field(default=(), repr=False)
    given: str = _text()
    family: str = _text()
    roots: tuple[str, ...] = field(default=(), repr=False)
    sound: str = _text()
    mailbox: str = _text()
    mail_name: str = _text()
    phone: str = _text()
    house: str = _text()
    street: str = _text()
    town: str = _text()
    postcode: str = _text()
    region: str = _text()
    birth_date: str = _text()


LISTS = frozenset({"words", "roots"})
"""Columns that are lists."""

COLUMNS = tuple(column.name for column in fields(Row))
"""All columns, the id first."""

_TITLES = frozenset("mr mrs ms miss mx dr prof sir dame rev herr frau sr sra dna".split())
# Words that begin a family name of several words.
_PARTICLES = frozenset(
    "van von vom zu zur den der de del della di da dos das du la le ter ten bin ibn abu al el ben"
    " st saint mac o".split()
)
_STREETS: Mapping[str, str] = MappingProxyType(
    {
        "st": "street",
        "str": "strasse",
        "rd": "road",
        "ave": "avenue",
        "av": "avenue",
        "ln": "lane",
        "dr": "drive",
        "pl": "place",
        "ct": "court",
        "crt": "court",
        "cres": "crescent",
        "cr": "crescent",
        "cl": "close",
        "gr": "grove",
        "gdns": "gardens",
        "sq": "square",
        "ter": "terrace",
        "tce": "terrace",
        "cct": "circuit",
        "pde": "parade",
        "hwy": "highway",
        "blvd": "boulevard",
        "apt": "apartment",
    }
)
_HOUSE = re.compile(r"\d+[a-z]?")
_DIGITS = re.compile(r"\d")
_PHONE_DIGITS = 9  # subscriber and area without trunk prefix or country code, in most plans
_SHORTEST_PHONE = 6


def canonical(listing: Listing) -> Row:
    """Make the row of a listing."""
    words = _name_words(listing.name or f"{listing.given} {listing.family}")
    if listing.given or listing.family:
        given, family = _joined(listing.given), _joined(listing.family)
    else:
        given, family = _parts(words)
    house, street = _address(listing.address)
    box = _mailbox(listing.email)
    digits = "".join(_DIGITS.findall(listing.phone))
    return Row(
        id=listing.id,
        name=" ".join(sorted(words)),
        words=tuple(sorted(set(words))),
        given=given,
        family=family,
        roots=roots(given),
        sound=sound(words),
        mailbox=box,
        mail_name=box.partition("@")[0],
        phone=digits[-_PHONE_DIGITS:] if len(digits) >= _SHORTEST_PHONE else "",
        house=house,
        street=street,
        town=_joined(listing.town),
        postcode=_joined(listing.postcode),
        region=_joined(listing.region),
        birth_date=_joined(listing.birth_date),
    )


def _joined(text: str) -> str:
    return "".join(romanised(text))


def _name_words(name: str) -> tuple[str, ...]:
    words = romanised(name)
    while len(words) > 2 and words[0] in _TITLES:  # noqa: PLR2004 (a title needs a name behind it)
        words = words[1:]
    return words


def _parts(words: tuple[str, ...]) -> tuple[str, str]:
    """First name and family name of a whole name; a single word is a family's."""
    if len(words) <= 1:
        return "", "".join(words)
    start = next((i for i, word in enumerate(words) if i and word in _PARTICLES), len(words) - 1)
    return words[0], "".join(words[start:])


def _address(line: str) -> tuple[str, str]:
    words = romanised(line)
    number = next((word for word in words if _HOUSE.fullmatch(word)), "")
    return number, "".join(_STREETS.get(word, word) for word in words if word != number)


def _mailbox(address: str) -> str:
    text = "".join(address.split())
    local, at, domain = text.rpartition("@")
    return mailbox(text) if local and at and domain else ""
