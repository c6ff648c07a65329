"""Columns of a roll: which field each one is, what a row then says, and what has no field here.

Decides by the headers that other systems and clerks use. What the cells hold is not checked
here: a draft is as it came, but for what a spreadsheet's mark, a split name or a country's
written-out name hides.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import fields

from petitionkit.errors import UnreadableFileError
from petitionkit.formats.cells import csv_plain
from petitionkit.parties import PartyKind
from petitionkit.place import country_of
from petitionkit.signature import SignatureDraft
from petitionkit.text import clean

__all__ = [
    "FIELDS",
    "cell_of",
    "drafted",
    "folded_header",
    "is_confirmed",
    "match_columns",
    "says",
]

# Headers by field, folded to letters and digits. Sources: Pytition, Action Network (can2_*),
# Change.org, EFF and petities.nl downloads, and what clerks write.
_HEADERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("name", "fullname", "signer", "signername", "supporter"),
        "first_name": ("firstname", "givenname", "forename"),
        "last_name": ("lastname", "familyname", "surname"),
        "email": ("email", "emailaddress", "mail", "mailaddress"),
        "phone": ("phone", "phonenumber", "telephone", "mobile", "can2phone"),
        "street": ("street", "streetaddress", "address", "can2useraddress"),
        "locality": ("locality", "city", "town", "can2usercity"),
        "postal_code": ("postalcode", "postcode", "zipcode", "zip"),
        "country": ("country", "countrycode"),
        "citizenship": ("citizenship", "nationality"),
        "signed_at": (
            *("signedat", "signedon", "signed", "signaturedate", "signingdate"),
            *("date", "timestamp", "createdat", "actiondate", "commenteddate"),
        ),
        "birth_date": ("birthdate", "dateofbirth", "dob", "born"),
        "national_number": ("nationalnumber", "personalnumber"),
        "comment": ("comment", "comments", "reason"),
        "region": (
            *("region", "constituency", "memberstate"),
            *("can2stateabbreviated", "can2userstate", "state", "stateprovince"),
        ),
        "kind": ("kind", "type"),
        "language": ("language", "lang"),
        "confirmed": ("confirmed",),
    }
)

_PARTS = ("given_name", "family_name")  # which stand as first_name and last_name

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{
            one.name: (one.name.replace("_", ""),)
            for one in fields(SignatureDraft)
            if one.name not in _PARTS
        },
        **_HEADERS,
    }
)
"""Fields of a line, and the headers that mean them."""

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_ORGANISATION = ("organisation", "organization", "org")
_PART_COLUMNS = frozenset({"first_name", "last_name"})
_BESIDE = frozenset({"signed_at", "confirmed"}) | _PART_COLUMNS
_DENIED = ("", "0", "f", "false", "n", "no")


def folded_header(name: str) -> str:
    """A header as it is compared: letters and digits alone, in lower case."""
    return _NOT_ALPHANUMERIC.sub("", name).lower()


def match_columns(header: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """Find the position of each field; ``given`` names headers where the usual ones are not used.

    Raises ``UnreadableFileError`` where a header that is named is not there, or no column holds
    the signers' names.
    """
    names = [folded_header(name) for name in header]
    matched: dict[str, int] = {}
    for name, aliases in FIELDS.items():
        wanted = [folded_header(given[name])] if name in given else aliases
        position = next((names.index(alias) for alias in wanted if alias in names), None)
        if position is not None:
            matched[name] = position
        elif name in given:
            raise UnreadableFileError(
                "roll.no_such_column",
                f"no column is headed {given[name]!r}; see the first line",
                line=1,
                column=1,
            )
    unknown = sorted(set(given) - set(FIELDS))
    if unknown:
        raise UnreadableFileError(
            "roll.no_such_field", f"{', '.join(unknown)}: choose from {', '.join(FIELDS)}"
        )
    if not matched:
        raise UnreadableFileError(
            "roll.no_header",
            "the first line names no known column; give the roll a header line"
            f" ({', '.join(FIELDS)}) or name the columns",
            line=1,
            column=1,
        )
    if not {"name", "first_name", "last_name"} & set(matched):
        raise UnreadableFileError(
            "roll.no_name",
            "no column holds the signers' names; say which does: name=HEADER"
            " (--column on the command line)",
            line=1,
            column=1,
        )
    return matched


def cell_of(columns: Mapping[str, int], cells: Sequence[str], name: str) -> str:
    """What a row has in the column of that field; empty where there is no such column."""
    place = columns.get(name)
    return "" if place is None else csv_plain(cells[place])


def says(columns: Mapping[str, int], cells: Sequence[str], field: str) -> bool:
    """Whether a row says anything of a field of its draft."""
    names = ("name", *_PART_COLUMNS) if field == "name" else (field,)
    return any(cell_of(columns, cells, name).strip() for name in names)


def drafted(columns: Mapping[str, int], cells: Sequence[str]) -> SignatureDraft:
    """Make a draft of a row, ``columns`` being positions by field; its date is not in it."""
    said: dict[str, Any] = {
        name: csv_plain(cell) if (cell := cells[place])[:1] == "'" else cell
        for name, place in columns.items()
        if name not in _BESIDE
    }
    if not _PART_COLUMNS.isdisjoint(columns):
        given, family = (cell_of(columns, cells, name) for name in ("first_name", "last_name"))
        if (given and family) or "name" in columns:
            said |= {"given_name": given, "family_name": family}
        said["name"] = said.get("name") or f"{given} {family}".strip()
    if "kind" in said:
        kind = clean(said["kind"]).lower()
        said["kind"] = PartyKind.ORGANISATION if kind in _ORGANISATION else PartyKind.PERSON
    if "consents" in said:
        said["consents"] = tuple(said["consents"].split())
    if "country" in said:
        said["country"] = country_of(said["country"]) or said["country"]
    return SignatureDraft(**said)


def is_confirmed(columns: Mapping[str, int], cells: Sequence[str]) -> bool:
    """Whether the signer proved the address there; so where no column says otherwise."""
    place = columns.get("confirmed")
    return place is None or cells[place].strip().lower() not in _DENIED
