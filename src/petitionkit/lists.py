"""Block and allow lists: networks, domains and mailboxes, each entry with reason and expiry.

Decides whether something stands on a list at an instant. What follows from that is for
``assessment``. It looks up no address and no name server.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from attrs import field, frozen

from petitionkit.civil import optional_instant
from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice
from petitionkit.mailboxes import Recipe, mailbox
from petitionkit.problems import Problem, problem

__all__ = [
    "EntryKind",
    "ListEntry",
    "Lists",
    "find_entry",
    "network_of",
    "parse_range",
    "parse_source",
    "read_entries",
]

_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_DOMAIN = re.compile(rf"(?:(\*\*?)\.)?({_LABEL}(?:\.{_LABEL})*)")
_STARS = {None: "", "*": rf"{_LABEL}\.", "**": rf"(?:{_LABEL}\.)+"}
_LIST_LIMIT = 50_000  # characters of a block list in the UK Parliament's petitions


class EntryKind(Choice):
    """What an entry is about."""

    NETWORK = "network"
    DOMAIN = "domain"
    MAILBOX = "mailbox"


def parse_source(address: str) -> IPv4Address | IPv6Address:
    """Read an address of the Internet Protocol; IPv4 written in IPv6 is IPv4.

    Raises ``InvalidValueError``.
    """
    try:
        found = ip_address(address.strip())
    except ValueError:
        raise InvalidValueError([problem("source.invalid", "source")]) from None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def parse_range(text: str) -> IPv4Network | IPv6Network:
    """Parse an address, or a range of them such as ``192.0.2.0/24``.

    Raises ``InvalidValueError``.
    """
    if "/" not in text:
        return ip_network(parse_source(text))
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise InvalidValueError([problem("not_a_network", "source")]) from None


def network_of(address: str, *, v4: int = 32, v6: int = 64) -> str:
    """Name what attempts are counted by: the address, or in IPv6 the network of one customer.

    A household has 2 ** 64 addresses of IPv6 at least, so that counting single ones limits
    nobody. ``v4`` and ``v6`` are lengths of prefixes in bits; a range that is wider already
    stays as it is. Raises ``InvalidValueError``.
    """
    found = parse_range(address)
    longest = v4 if isinstance(found, IPv4Network) else v6
    return str(found.supernet(new_prefix=min(found.prefixlen, longest)))


Meant = IPv4Network | IPv6Network | re.Pattern[str] | str


def _meant(pattern: str) -> Meant:
    """What a pattern means: a network, the domains that match, or a mailbox's address."""
    try:
        return ip_network(pattern, strict=False)
    except ValueError:
        pass
    local, at, domain = pattern.rpartition("@")
    if domain_parts := _DOMAIN.fullmatch(domain.lower()):
        stars, base = domain_parts.groups()
        if not at:
            return re.compile(_STARS[stars] + re.escape(base))
        if local and not stars:
            return pattern
    raise InvalidValueError([problem("entry.pattern", "pattern")])


@frozen(kw_only=True)
class ListEntry:
    """One line of a list, with why and until when.

    ``pattern`` is a network (``192.0.2.7``, ``192.0.2.0/24``, ``2001:db8::/32``), a domain
    (``example.org``; ``*.example.org`` for exactly one label before it, ``**.example.org`` for
    one or more) or an address whose mailbox is meant. It may say who somebody is, and is in no
    repr. ``until`` is the first instant at which the entry no longer holds; none is for good.
    Raises ``InvalidValueError``.
    """

    pattern: str = field(repr=False)
    reason: str = ""
    until: datetime | None = field(default=None, converter=optional_instant)
    meant: Meant = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Read the pattern once."""
        object.__setattr__(self, "meant", _meant(self.pattern))

    @property
    def kind(self) -> EntryKind:
        """What it is about."""
        match self.meant:
            case str():
                return EntryKind.MAILBOX
            case re.Pattern():
                return EntryKind.DOMAIN
            case _:
                return EntryKind.NETWORK

    def holds(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.until is None or now < self.until


@frozen(kw_only=True)
class Lists:
    """The lists of an office: who is blocked, and who is never slowed down."""

    blocked: tuple[ListEntry, ...] = ()
    allowed: tuple[ListEntry, ...] = ()


def find_entry(
    entries: Iterable[ListEntry],
    kind: EntryKind,
    *,
    now: datetime,
    source: str = "",
    email: str = "",
    recipe: Recipe | None = None,
) -> ListEntry | None:
    """Find the first live entry of a kind on which a source or an address stands.

    ``source`` is an address of the Internet Protocol, ``email`` a parsed address; either may
    be empty, and stands on no list then. Mailboxes are compared in canonical form.
    """
    live = [entry for entry in entries if entry.kind is kind and entry.holds(now)]
    where = parse_source(source) if source else None  # whether or not anything is listed
    if not live:
        return None
    domain = email.rpartition("@")[2].lower()
    box = mailbox(email, recipe) if email else ""
    for entry in live:
        match entry.meant:
            case str():
                found = mailbox(entry.meant, recipe) == box
            case re.Pattern():
                found = entry.meant.fullmatch(domain) is not None
            case network:
                found = where is not None and where in network
        if found:
            return entry
    return None


def read_entries(text: str, *, limit: int = _LIST_LIMIT) -> tuple[ListEntry, ...]:
    """Read a list as people write it: one pattern in a line, its reason behind a ``#``.

    Blank lines and lines that are all comment say nothing. ``limit`` counts characters. Raises
    ``InvalidValueError`` with a problem for each line that is no entry, and takes none then.
    """
    if len(text) > limit:
        raise InvalidValueError([problem("too_long", "", length=len(text), limit=limit)])
    entries: list[ListEntry] = []
    found: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        pattern, _, reason = line.partition("#")
        if not pattern.strip():
            continue
        try:
            entries.append(ListEntry(pattern=pattern.strip(), reason=reason.strip()))
        except InvalidValueError:
            found.append(problem("entry.pattern", f"line {number}"))
    if found:
        raise InvalidValueError(found)
    return tuple(entries)
