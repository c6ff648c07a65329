"""Invented rolls of any size with their truth: who signed each line, and how it came about.

Always the same for a seed. 45 % of addresses hold two to four people, a tenth of whom share a
mailbox; about one person in eight signs again: as before, under an alias of the mailbox, from
another one, with slips, on paper, or by a familiar name.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.nicknames import NICKNAMES

KINDS = ("exact", "alias", "other_email", "typo", "paper", "nick")
_STARTS = "Bar Car Dun El Fair Gar Hal In Kel Lan Mar Nor Os Pen Ros Shel Tor Ul Ver Wes".split()
_MIDDLES = "der ring lin mon ters ber ling ton wor den".split()
_ENDS = "ley ton son field ham wick man ford by well croft shaw".split()
FAMILIES = [a + b + c for a in _STARTS for b in _MIDDLES for c in _ENDS]
STREETS = [
    f"{a}{c} {kind}" for a in FAMILIES[::7] for c in ("", "s") for kind in ("Road", "Street")
]
FORMAL: dict[str, list[str]] = {}
for _familiar, _roots in NICKNAMES.items():
    for _root in _roots:
        FORMAL.setdefault(_root, []).append(_familiar)
GIVEN = sorted(FORMAL)
# A few family names are common and most are rare.
_WEIGHTS = list(accumulate(1 / (rank + 20) for rank in range(len(FAMILIES))))
DOMAINS = "gmail.com gmail.com outlook.com yahoo.example icloud.com mail.example".split()


def invented(people: int, *, seed: int = 1) -> Iterator[tuple[Listing, int, str]]:
    """Hand on listings, each with its person and its kind (``first`` or one of ``KINDS``)."""
    dice = Random(seed)
    number = person = 0
    while person < people:
        family = dice.choices(FAMILIES, cum_weights=_WEIGHTS)[0]
        address = f"{dice.randrange(1, 180)} {dice.choice(STREETS)}"
        area = (
            f"{chr(65 + dice.randrange(26))}{chr(65 + dice.randrange(26))}{dice.randrange(1, 40)}"
        )
        postcode = f"{area} {dice.randrange(1, 10)}{''.join(dice.choices('ABDEFGHJLN', k=2))}"
        home = dice.choices((1, 2, 3, 4), (55, 25, 12, 8))[0]
        shared = f"the.{family.lower()}s{dice.randrange(99)}@{dice.choice(DOMAINS)}"
        for given in dice.sample(GIVEN, min(home, people - person)):
            first = Listing(
                id="",
                name=f"{given.title()} {family}",
                email=shared if home > 1 and dice.random() < 0.1 else _mail(dice, given, family),
                phone=f"07{dice.randrange(10**9):09}" if dice.random() < 0.3 else "",
                address=address,
                postcode=postcode,
            )
            lines = [(first, "first")]
            if dice.random() < 0.12:
                kind = dice.choices(KINDS, (25, 15, 23, 13, 16, 8))[0]
                lines.append((_again(dice, first, given, family, kind), kind))
            for listing, kind in lines:
                yield _numbered(listing, number), person, kind
                number += 1
            person += 1


def _numbered(listing: Listing, number: int) -> Listing:
    return Listing(
        id=f"s{number:08}",
        name=listing.name,
        email=listing.email,
        phone=listing.phone,
        address=listing.address,
        postcode=listing.postcode,
    )


def _mail(dice: Random, given: str, family: str) -> str:
    local = dice.choice((f"{given}.{family}", f"{given[0]}{family}", f"{family}.{given}", given))
    return f"{local.lower()}{dice.randrange(10_000)}@{dice.choice(DOMAINS)}"


def _again(dice: Random, first: Listing, given: str, family: str, kind: str) -> Listing:
    name, email, phone, address = first.name, first.email, first.phone, first.address
    if kind == "exact":
        email = email.upper()
    elif kind == "alias":
        email = email.replace("@", "+petition@")
    elif kind == "other_email":
        email = _mail(dice, given, family)
    elif kind == "typo":
        name, email = _slip(dice, name), _slip(dice, email)
    elif kind == "paper":
        email = phone = ""
        name = dice.choice((name, name, _slip(dice, name), f"{given[0].title()} {family}"))
        address = address.replace("Street", "St")
    else:
        name = f"{dice.choice(FORMAL[given]).title()} {family}"
        email, phone = _mail(dice, given, family), ""
    return Listing(
        id="", name=name, email=email, phone=phone, address=address, postcode=first.postcode
    )


def _slip(dice: Random, text: str) -> str:
    at = dice.randrange(1, len(text) - 1)
    head, here, after, tail = text[:at], text[at], text[at + 1], text[at + 2 :]
    return dice.choice(
        (f"{head}{here}{here}{after}{tail}", f"{head}{after}{tail}", f"{head}{after}{here}{tail}")
    )
