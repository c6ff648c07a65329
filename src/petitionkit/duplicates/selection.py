"""Selections: which listings an office means, as a value.

A selection combines conditions on single listings with all, any and none: text with ``%`` for any
characters, the canonical mailbox, a range of IP addresses, a range of time. It tells whether a
listing is meant and does nothing to it. A condition on what a listing lacks does not hold, and a
selection without a condition is refused: it would mean everybody.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from ipaddress import ip_network

from attrs import field, fields, frozen, resolve_types

from petitionkit.civil import instant
from petitionkit.duplicates.listings import Listing
from petitionkit.errors import InvalidValueError
from petitionkit.limits import filled
from petitionkit.lists import parse_range
from petitionkit.mailboxes import mailbox
from petitionkit.place import squeezed
from petitionkit.problems import problem
from petitionkit.text import folded

__all__ = [
    "Either",
    "Every",
    "InMailbox",
    "InNetwork",
    "Like",
    "Neither",
    "Selection",
    "SignedBefore",
    "SignedSince",
    "selects",
    "walk",
]

_TEXTS = tuple(
    name for name in (f.name for f in fields(Listing)) if name not in ("id", "signed_at", "network")
)


def _text_field(value: str) -> str:
    if value not in _TEXTS:
        raise InvalidValueError([problem("unknown_choice", choices=", ".join(_TEXTS))])
    return value


def _network(value: str) -> str:
    try:
        return str(ip_network(value.strip(), strict=False))
    except ValueError:
        raise InvalidValueError([problem("not_a_network", "in_network")]) from None


def _box(value: str) -> str:
    text = value.strip()
    if not all(text.rpartition("@")):
        raise InvalidValueError([problem("email.no_at", "in_mailbox")])
    return mailbox(text)


@frozen(kw_only=True)
class Like:
    """A field reads so; case and width do not matter, ``%`` stands for any characters.

    Of a postal code only letters and digits are compared: ``SW1A0AA`` is ``sw1a 0aa``.
    """

    like: str = field(validator=filled, repr=False)
    field: str = field(converter=_text_field)

    def __attrs_post_init__(self) -> None:
        """Refuse a pattern that everything matches."""
        if not any(_parts(self)):
            raise InvalidValueError([problem("required", "like")])


@frozen(kw_only=True)
class InMailbox:
    """The mail address belongs to this mailbox, however it is spelled (see ``contact``)."""

    in_mailbox: str = field(converter=_box, repr=False)


@frozen(kw_only=True)
class InNetwork:
    """The signer's IP address lies in a range in CIDR notation, of IPv4 or IPv6."""

    in_network: str = field(converter=_network)


@frozen(kw_only=True)
class SignedSince:
    """Signed at this instant or later."""

    since: datetime = field(converter=instant)


@frozen(kw_only=True)
class SignedBefore:
    """Signed before this instant."""

    before: datetime = field(converter=instant)


@frozen(kw_only=True)
class Every:
    """Every one of the selections means the listing."""

    all_of: tuple["Selection", ...] = field(validator=filled)

    def __attrs_post_init__(self) -> None:
        """Refuse a range of time that ends before it begins."""
        begins = [part.since for part in self.all_of if isinstance(part, SignedSince)]
        ends = [part.before for part in self.all_of if isinstance(part, SignedBefore)]
        if begins and ends and min(ends) <= max(begins):
            raise InvalidValueError([problem("before_the_beginning", "before")])


@frozen(kw_only=True)
class Either:
    """At least one of the selections means the listing."""

    any_of: tuple["Selection", ...] = field(validator=filled)


@frozen(kw_only=True)
class Neither:
    """None of the selections means the listing."""

    none_of: tuple["Selection", ...] = field(validator=filled)


Selection = Like | InMailbox | InNetwork | SignedSince | SignedBefore | Every | Either | Neither
"""Any selection."""

for _combination in (Every, Either, Neither):
    resolve_types(_combination, globals())  # they hold selections, which were not known above


def _read_as(field: str, text: str) -> str:
    """What is compared of a field."""
    return squeezed(text) if field == "postcode" else folded(text)


def _parts(pattern: Like) -> list[str]:
    """What stands between the marks of a pattern, the blanks there included."""
    if pattern.field == "postcode":
        return [squeezed(part) for part in pattern.like.split("%")]
    return folded(pattern.like).split("%")


def walk(selection: Selection) -> Iterator[Selection]:
    """The selection and every selection within it."""
    yield selection
    match selection:
        case Every(all_of=parts) | Either(any_of=parts) | Neither(none_of=parts):
            for part in parts:
                yield from walk(part)


@cache
def _pattern(like: Like) -> Callable[[str], re.Match[str] | None]:
    return re.compile(".*".join(map(re.escape, _parts(like))), re.DOTALL).fullmatch


def selects(selection: Selection, listing: Listing) -> bool:
    """Tell whether a selection means a listing."""
    match selection:
        case Like():
            text = _read_as(selection.field, str(getattr(listing, selection.field)))
            return bool(text) and _pattern(selection)(text) is not None
        case InMailbox():
            text = listing.email.strip()
            return all(text.rpartition("@")) and mailbox(text) == selection.in_mailbox
        case InNetwork():
            return _lies_in(listing.network, selection.in_network)
        case SignedSince(since=since):
            return listing.signed_at is not None and listing.signed_at >= since
        case SignedBefore(before=before):
            return listing.signed_at is not None and listing.signed_at < before
        case Every():
            return all(selects(inner, listing) for inner in selection.all_of)
        case Either():
            return any(selects(inner, listing) for inner in selection.any_of)
    return not any(selects(inner, listing) for inner in selection.none_of)


def _lies_in(source: str, network: str) -> bool:
    """Whether all that a source may be lies in there: of a kept range nobody knows which part."""
    try:
        found = parse_range(source)
    except InvalidValueError:
        return False
    asked = ip_network(network)
    return found.version == asked.version and found[0] in asked and found[-1] in asked
