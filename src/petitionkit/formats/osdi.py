"""OSDI (Open Supporter Data Interface): petitions and signatures with their persons.

Decides how our values are said in OSDI's keys; what OSDI cannot say stands beside them under
``petitionkit:`` keys, so that a value comes back as it was. A resource of another system keeps
every key, and its own spelling where we read the same from it. Knows no HTTP: links are made of
the addresses that the caller gives. Source: osdi-docs.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from petitionkit.civil import instant_text, parse_instant
from petitionkit.codec import from_plain, to_plain
from petitionkit.counting import SUPPORTERS
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.facts import Event
from petitionkit.formats.html_text import text_of_html
from petitionkit.formats.json_text import find_place, parse
from petitionkit.formats.osdi_keys import PREFIX, Plain, amended, merged, rest_of
from petitionkit.formats.osdi_person import heard_person, person_faults, person_of
from petitionkit.formats.shapes import (
    checked,
    is_count,
    is_moment,
    is_text,
    keyed,
    listed,
    or_null,
    that,
)
from petitionkit.petition import CountEffect, Petition
from petitionkit.signature import Signature, Submission

__all__ = [
    "PREFIX",
    "petition_of",
    "petition_resource",
    "read_resource",
    "resource_faults",
    "signature_of",
    "signature_resource",
    "submission_body",
    "submission_of",
]

T = TypeVar("T")

_WORDS = or_null(that(is_text))
_MOMENT = or_null(that(is_moment))
_RESOURCE = keyed(
    {
        "identifiers": or_null(listed(that(is_text))),
        **dict.fromkeys(("created_date", "action_date", "modified_date"), _MOMENT),
        **dict.fromkeys(("title", "name", "description", "comments", "origin_system"), _WORDS),
        "total_signatures": or_null(that(is_count)),
        "target": or_null(listed(keyed({"name": _WORDS}))),
        "person": or_null(person_faults),
        "_embedded": or_null(keyed({"osdi:person": or_null(person_faults)})),
    }
)


def read_resource(raw: bytes) -> Plain:
    """Read one resource, or the body of a record_signature_helper, and check its known keys.

    Raises ``UnreadableFileError`` with the place of what is wrong.
    """
    return checked(parse(raw), _RESOURCE, raw, "osdi")


def resource_faults(plain: object, path: str) -> Iterator[str]:
    """Paths of the known keys of a resource that are not of their type; it stands at ``path``."""
    return _RESOURCE(plain, path)


# Petitions


def petition_resource(
    petition: Petition, *, total: int, url: str = "", original: Plain = MappingProxyType({})
) -> dict[str, Any]:
    """Say a petition in OSDI.

    ``total`` is the current count, ``url`` the resource's own address. ``original`` is the
    resource that the petition was read from, if it was: all its keys are kept.
    """
    text, started = petition.text(petition.texts[0].language), petition.last(Event.STARTED)
    said: dict[str, Any] = {
        "identifiers": [f"{one.system}:{one.value}" for one in petition.identifiers],
        "title": text.title,
        "description": text.body,
        "target": [{"name": one.name} for one in petition.addressees],
        "total_signatures": total,
    }
    if started is not None:
        said["created_date"] = instant_text(started.at)
    if url:
        said["_links"] = {
            "self": {"href": url},
            "osdi:signatures": {"href": f"{url}/signatures"},
            "osdi:record_signature_helper": {"href": f"{url}/record_signature_helper"},
            "curies": [
                {
                    "name": "osdi",
                    "href": "https://opensupporter.github.io/osdi-docs/{rel}",
                    "templated": True,
                }
            ],
        }
    made = amended(original, said, _PETITION_KEYS)
    return made | rest_of(to_plain(petition), _hear_petition(made))


def petition_of(
    plain: Plain, *, new_id: UUID, now: datetime, language: str = "en", raw: bytes = b""
) -> Petition:
    """Make a petition of a resource, ours or another system's.

    Of another system's, ``language`` is that of its text, its total is a declared count as of
    when it was modified, and its creation is its only moment. Raises ``UnreadableFileError``, with
    the place in ``raw``, the file that it was read from.
    """
    heard = {"id": str(new_id), **_hear_petition(plain, language)}
    total, at = plain.get("total_signatures"), plain.get("modified_date")
    if total is not None and f"{PREFIX}id" not in plain:
        heard["declared"] = [
            {
                "counter": SUPPORTERS,
                "amount": total,
                "source": plain.get("origin_system") or "osdi",
                "as_of": at or instant_text(now),
                "recorded_at": instant_text(now),
                "effect": CountEffect.REPLACES.value,
            }
        ]
    started = plain.get("created_date")
    if started is not None:
        when = {"at": started, "recorded_at": instant_text(now)}
        heard["facts"] = [{"event": Event.STARTED.value, "rule": "osdi:created_date", **when}]
    return _made(Petition, merged(plain, heard), plain, raw)


def _hear_petition(plain: Plain, language: str = "") -> dict[str, Any]:
    heard: dict[str, Any] = {}
    names = [_parted(text) for text in plain.get("identifiers") or ()]
    title = plain.get("title") or plain.get("name") or ""
    text = {"title": title, "language": language}
    body = text_of_html(plain.get("description") or "")
    heard["texts"] = [{**text, "body": body} if body else text]
    if names:
        heard["identifiers"] = names
    targets = [one.get("name") or "" for one in plain.get("target") or ()]
    if targets:
        heard["addressees"] = [
            {"key": f"target-{place}", "name": name} for place, name in enumerate(targets, 1)
        ]
    return heard


def _parted(identifier: str) -> dict[str, str]:
    system, mark, value = identifier.partition(":")
    return {"system": system, "value": value} if mark else {"system": "osdi", "value": system}


# Signatures, and the helper's body


def signature_resource(
    signature: Signature,
    *,
    url: str = "",
    petition_url: str = "",
    original: Plain = MappingProxyType({}),
) -> dict[str, Any]:
    """Say a signature in OSDI, its person embedded."""
    who = to_plain(signature.particulars)
    embedded = dict(original.get("_embedded") or {})
    said: dict[str, Any] = {
        "action_date": instant_text(signature.signed_at),
        "comments": who.get("comment", ""),
    }
    links = {"self": url, "osdi:petition": petition_url}
    if url or petition_url:
        said["_links"] = {rel: {"href": href} for rel, href in links.items() if href}
    made = amended(original, said, _SIGNATURE_KEYS)
    embedded["osdi:person"] = person_of(who, made, embedded.get("osdi:person") or {})
    made["_embedded"] = embedded
    whole = {name: value for name, value in to_plain(signature).items() if name != "particulars"}
    return made | rest_of(whole, _hear_action(made))


def signature_of(plain: Plain, *, raw: bytes = b"", path: str = "") -> Signature:
    """Make a signature of a resource that ``signature_resource`` made; raises for any other.

    ``raw`` is the file that it was read from, and ``path`` where it stands in it.
    """
    person = (plain.get("_embedded") or {}).get("osdi:person") or {}
    heard = {**_hear_action(plain), "particulars": heard_person(person, plain)}
    return _made(Signature, merged(plain, heard), plain, raw, path)


def submission_body(
    submission: Submission, *, original: Plain = MappingProxyType({})
) -> dict[str, Any]:
    """Say what is handed in as the body of a record_signature_helper."""
    draft = to_plain(submission.draft)
    said: dict[str, Any] = {"comments": draft.get("comment", "")}
    if submission.signed_at is not None:
        said["action_date"] = instant_text(submission.signed_at)
    made = amended(original, said, _SIGNATURE_KEYS)
    made["person"] = person_of(draft, made, original.get("person") or {})
    whole = {name: value for name, value in to_plain(submission).items() if name != "draft"}
    return made | rest_of(whole, _hear_action(made))


def submission_of(plain: Plain, *, raw: bytes = b"", path: str = "") -> Submission:
    """What a helper's body, or any system's signature with its person, hands in.

    Raises ``UnreadableFileError``: ``raw`` is the file that it was read from, and ``path`` where
    it stands in it.
    """
    embedded = (plain.get("_embedded") or {}).get("osdi:person") or {}
    kept = {name: value for name, value in embedded.items() if name not in _PARTICULARS_ONLY}
    person = plain.get("person") or kept
    known = {f"{PREFIX}{name}" for name in ("role", "provenance", "row", "signed_at")}
    ours = {name: value for name, value in plain.items() if name in known}
    heard = {**_hear_action(plain), "draft": heard_person(person, plain)}
    if f"{PREFIX}id" in plain:  # a signature of ours, which says where it came from if not the web
        heard["provenance"] = {}
    return _made(Submission, merged(ours, heard), plain, raw, path)


# Keys that a signature's person has and what is handed in has not, or has in another form.
_PARTICULARS_ONLY = frozenset(
    f"{PREFIX}{name}" for name in ("of_age", "originals", "consents", "birth_date", "network")
)


def _hear_action(plain: Plain) -> dict[str, Any]:
    at = plain.get("action_date")
    return {"signed_at": instant_text(parse_instant(at))} if at else {}


# How a key is heard: a spelling of another system's that is heard alike is left as it is.
_PETITION_KEYS: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {
        "description": lambda value: text_of_html(value or ""),
        "created_date": lambda value: value and parse_instant(value),
        "identifiers": lambda value: [_parted(one) for one in value or ()],
        "target": lambda value: [one.get("name") for one in value or ()],
    }
)
_SIGNATURE_KEYS: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {
        "action_date": lambda value: value and parse_instant(value),
        "comments": lambda value: value or "",
    }
)


def _made(kind: type[T], whole: Plain, plain: Plain, raw: bytes, path: str = "") -> T:
    try:
        return from_plain(kind, whole)
    except InvalidValueError as error:
        key = ".".join(filter(None, (path, _key_of(plain, error.problems[0].field))))
        line, column = find_place(raw, key) if raw else (0, 0)
        raise UnreadableFileError(
            "osdi.wrong_value", f"{key}: {error}", line=line, column=column
        ) from None


# The keys that parts of our values are heard from.
_HEARD_FROM = MappingProxyType(
    {
        "texts.0.title": "title",
        "texts.0.body": "description",
        "addressees": "target",
        "declared": "total_signatures",
        "facts": "created_date",
        "signed_at": "action_date",
    }
)


def _key_of(plain: Plain, field: str) -> str:
    """Where a resource says a part of our value, as well as that is known."""
    head, _, rest = field.partition(".")
    if head in ("draft", "particulars"):
        where = "person" if plain.get("person") else "_embedded.osdi:person"
        person = plain.get("person") or (plain.get("_embedded") or {}).get("osdi:person") or {}
        return f"{where}.{_key_of(person, rest)}".rstrip(".")
    if f"{PREFIX}{head}" in plain:
        return f"{PREFIX}{field}"
    return _HEARD_FROM.get(field) or _HEARD_FROM.get(head, field)
