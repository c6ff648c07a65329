"""Listings: what signers gave, in the one shape that an audit looks at.

Takes signatures of a store or lines of a roll, and takes every part as it comes: an address may
be one line or several, names whole or in parts, anything may be empty. It checks nothing and
refuses nothing; what parts mean for comparing is for ``rows``.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.civil import optional_instant
from petitionkit.errors import InvalidValueError
from petitionkit.formats.roll import Roll, read_roll, signed_at
from petitionkit.signature import Attempt, Channel, Particulars, Signature

__all__ = ["HEADERS", "Listing", "listing_of", "read_listings"]


@frozen(kw_only=True)
class Listing:
    """What one signer gave, empty where nothing was; shown in no repr.

    ``id`` tells signatures apart and is the only part that proposals need. ``name`` is whole;
    ``given`` and ``family`` are its parts where the form asks for them. ``address`` is the line
    with street and house. ``country`` is a code. ``birth_date`` is YYYY-MM-DD. ``network`` is the
    IP address that signed, or the range that is kept of it; ``source`` is where the signature
    came from (web, paper ...).
    """

    id: str
    name: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    family: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    town: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    region: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    network: str = field(default="", repr=False)
    source: str = ""
    signed_at: datetime | None = field(default=None, converter=optional_instant)


def listing_of(signed: Signature | Attempt) -> Listing:
    """Make the listing of a stored signature, or of an attempt; empty where it was erased."""
    who = signed.particulars or _NOBODY
    return Listing(
        id=str(signed.id),
        name=who.name,
        given=who.given_name,
        family=who.family_name,
        email=who.email,
        phone=who.phone,
        address=who.street,
        town=who.locality,
        postcode=who.postal_code,
        region=who.region,
        country=who.country,
        birth_date=who.birth_date.isoformat() if who.birth_date else "",
        network=who.network,
        source=signed.provenance.channel if isinstance(signed, Signature) else Channel.WEB,
        signed_at=signed.signed_at if isinstance(signed, Signature) else signed.received_at,
    )


# Headers besides those that ``formats.roll`` knows, folded to letters and digits.
HEADERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "signatureid", "uuid"),
        "address": ("address", "street", "streetaddress", "address1", "addressline1"),
        "town": ("town", "city", "suburb", "place", "locality"),
        "postcode": ("postcode", "postalcode", "zip", "zipcode", "plz", "can2userzipcode"),
        "country": ("country", "countrycode"),
        "network": ("ip", "ipaddress", "network"),
        "source": ("source", "channel"),
    }
)
"""Fields of a listing, and the headers that mean them."""

_OF_ROLL = {
    "name": "name",
    "first_name": "given",
    "last_name": "family",
    "email": "email",
    "phone": "phone",
    "region": "region",
    "birth_date": "birth_date",
}
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_NOBODY = Particulars(name="")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def read_listings(roll: Roll, *, zone: str = "UTC") -> Iterator[Listing]:
    """Hand on the lines of a roll as listings; a line that is cut or too long is left out.

    A line without an id of its own is known by its number, the header being line 1. A date that
    cannot be read is no date; one without an offset is local time in ``zone``.
    """
    names = [_NOT_ALPHANUMERIC.sub("", name).lower() for name in roll.header]
    columns = {_OF_ROLL[name]: at for name, at in roll.columns.items() if name in _OF_ROLL}
    for name, aliases in HEADERS.items():
        position = next((names.index(alias) for alias in aliases if alias in names), None)
        if position is not None:
            columns[name] = position
    for line in read_roll(roll):
        if not line.problems:
            values = {name: line.cells[at] for name, at in columns.items()}
            values["id"] = values.get("id") or f"line {line.number}"
            yield Listing(**values, signed_at=_instant(line.dated, zone))


def _instant(text: str, zone: str) -> datetime | None:
    try:
        return signed_at(text, zone, _LONG_AGO)
    except InvalidValueError:
        return None
