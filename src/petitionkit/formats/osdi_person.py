"""A person in OSDI: names, addresses, numbers, and the day of birth.

Decides how particulars, or a draft's fields, are said in a person's keys, and what is heard of a
person. A primary address stands for all of them. Knows no petition. Source: osdi-docs, person.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from petitionkit.formats.osdi_keys import Plain, merged, rest_of
from petitionkit.formats.shapes import is_count, is_text, keyed, listed, or_null, that

__all__ = ["heard_person", "person_faults", "person_of"]

_WORDS = or_null(that(is_text))
_NUMBER = that(lambda value: isinstance(value, str) or is_count(value))
_PERSON = keyed(
    {
        **dict.fromkeys(("given_name", "family_name", "additional_name"), _WORDS),
        "preferred_language": _WORDS,
        "email_addresses": or_null(listed(keyed({"address": _WORDS}))),
        "phone_numbers": or_null(listed(keyed({"number": or_null(_NUMBER)}))),
        "postal_addresses": or_null(
            listed(
                keyed(
                    {
                        "address_lines": or_null(listed(that(is_text))),
                        **dict.fromkeys(("locality", "region", "postal_code", "country"), _WORDS),
                    }
                )
            )
        ),
        "birthdate": or_null(
            keyed(dict.fromkeys(("year", "month", "day"), or_null(that(is_count))))
        ),
    }
)

_ADDRESS = ("locality", "region", "postal_code", "country")
# Keys of a person, and what is heard from them together.
_PERSON_KEYS = MappingProxyType(
    {
        ("given_name", "additional_name", "family_name"): ("name",),
        ("email_addresses",): ("email",),
        ("phone_numbers",): ("phone",),
        ("postal_addresses",): ("street", *_ADDRESS),
        ("birthdate",): ("birth_date",),
        ("preferred_language",): ("language",),
    }
)


def person_faults(plain: object, path: str) -> Iterator[str]:
    """Paths of the known keys of a person that are not of their type; it stands at ``path``."""
    return _PERSON(plain, path)


def person_of(who: Plain, action: Plain, original: Plain) -> dict[str, Any]:
    """Say a signer as a person; keys of ``original`` that say the same already are left alone."""
    given, family = who.get("given_name"), who.get("family_name")
    if not (given and family):
        given, _, family = who.get("name", "").rpartition(" ")
        given, family = (given, family) if given else (family, "")
    said: dict[str, Any] = {"given_name": given, "family_name": family}
    if email := who.get("email"):
        said["email_addresses"] = [{"primary": True, "address": email}]
    if phone := who.get("phone"):
        said["phone_numbers"] = [{"primary": True, "number": phone.removeprefix("+")}]
    address = {key: who[key] for key in _ADDRESS if who.get(key)}
    if lines := who.get("street"):
        address["address_lines"] = lines.split("\n")
    if address:
        said["postal_addresses"] = [{"primary": True, **address}]
    if born := _born(who.get("birth_date")):
        said["birthdate"] = {"month": born.month, "day": born.day, "year": born.year}
    if language := who.get("language"):
        said["preferred_language"] = language
    made, old, new = dict(original), _hear_person(original), _hear_person(said)
    for keys, fields in _PERSON_KEYS.items():
        if any(old.get(name) != new.get(name) for name in fields):
            made = {key: value for key, value in made.items() if key not in keys}
            made |= {key: said[key] for key in keys if key in said}
    return made | rest_of(who, _hear_person(made) | _comment(action))


def heard_person(person: Plain, action: Plain) -> dict[str, Any]:
    """What a person and the comment of their action say, by the names of our fields."""
    return merged(person, _hear_person(person) | _comment(action))


def _hear_person(plain: Plain) -> dict[str, Any]:
    parts = [plain.get(key) or "" for key in ("given_name", "additional_name", "family_name")]
    address = _primary(plain.get("postal_addresses"))
    heard = {
        "name": " ".join(filter(None, parts)),
        "email": _primary(plain.get("email_addresses")).get("address"),
        "phone": _telephone(_primary(plain.get("phone_numbers")).get("number")),
        "street": "\n".join(address.get("address_lines") or ()),
        **{key: address.get(key) for key in _ADDRESS},
        "birth_date": _birth_date(plain.get("birthdate")),
        "language": plain.get("preferred_language"),
    }
    return {name: value for name, value in heard.items() if value}


def _primary(items: Sequence[Plain] | None) -> Plain:
    found: Iterable[Plain] = items or ()
    return next((one for one in found if one.get("primary") is True), next(iter(found), {}))


def _telephone(number: str | int | None) -> str:
    """E.164: OSDI writes digits with the country code and without the sign."""
    digits = "" if number is None else str(number)
    return f"+{digits}" if digits.isascii() and digits.isdigit() else digits


def _born(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _birth_date(plain: Plain | None) -> str:
    try:
        parts = plain or {}
        return date(parts["year"], parts["month"], parts["day"]).isoformat()
    except (KeyError, TypeError, ValueError, OverflowError):
        return ""


def _comment(action: Plain) -> dict[str, Any]:
    return {"comment": action["comments"]} if action.get("comments") else {}
