"""Signals that are not linkage: what looks like a machine, or like a campaign of one's own.

Counts in one pass how fast signatures come from an address range, under one name and from one
mail domain, how varied the names of a range are, and which domains are disposable. A signal is a
value with its reason; it decides nothing, and no proposal depends on one. Many honest people sign
from one school, and most bursts are news.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from math import log2

from attrs import field, frozen

from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.romanise import romanised
from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice, at_least, between
from petitionkit.lists import network_of

__all__ = [
    "Signal",
    "SignalKind",
    "SignalLimits",
    "address_range",
    "disposable_domains",
    "signals",
]


class SignalKind(Choice):
    """What was counted."""

    RANGE = "range"
    NAME = "name"
    DOMAIN = "domain"
    DISPOSABLE = "disposable"
    ENTROPY = "entropy"


@frozen(kw_only=True)
class SignalLimits:
    """From how many on something is told; all but ``entropy`` are counts within ``window``.

    ``entropy`` is the share of the variety that names of a range could have: 1 where all differ,
    0 where all are the same; it is looked at from ``names`` signatures of one range on. A range
    is as many addresses as share ``v4`` or ``v6`` bits: by default what one customer of a provider
    commonly has at most.
    """

    window: timedelta = timedelta(hours=1)
    v4: int = field(default=24, validator=between(0, 32))
    v6: int = field(default=64, validator=between(0, 128))
    in_range: int = field(default=20, validator=at_least(1))
    of_name: int = field(default=5, validator=at_least(1))
    of_domain: int = field(default=50, validator=at_least(1))
    disposable: int = field(default=1, validator=at_least(1))
    names: int = field(default=10, validator=at_least(2))
    entropy: float = 0.5


_USUAL = SignalLimits()


@frozen(kw_only=True)
class Signal:
    """Something counted above its limit; whom it is about is in no repr.

    ``since`` begins the window that it was counted in, None where all time is meant.
    """

    kind: SignalKind
    subject: str = field(repr=False)
    count: int
    limit: float
    since: datetime | None = None
    ids: tuple[str, ...] = ()

    def reason(self) -> str:
        """Say what was counted, in words and without the subject."""
        return _REASONS[self.kind].format(count=self.count, limit=self.limit)


_REASONS = {
    SignalKind.RANGE: "{count} signatures of one address range in one window; told from {limit} on",
    SignalKind.NAME: "{count} signatures of one name in one window; told from {limit} on",
    SignalKind.DOMAIN: "{count} signatures of one mail domain in one window; told from {limit} on",
    SignalKind.DISPOSABLE: "{count} signatures of a disposable mail domain; told from {limit} on",
    SignalKind.ENTROPY: "the names of {count} signatures of one address range vary little:"
    " less than {limit} of what they could",
}


def address_range(network: str, limits: SignalLimits = _USUAL) -> str:
    """Name the range of an address or of a kept range, no longer than the limits say.

    Empty for what is no address.
    """
    try:
        return network_of(network, v4=limits.v4, v6=limits.v6)
    except InvalidValueError:
        return ""


def _domain(listing: Listing) -> str:
    return listing.email.rpartition("@")[2].strip().lower()


def _name(listing: Listing) -> str:
    return " ".join(romanised(listing.name or f"{listing.given} {listing.family}"))


def disposable_domains() -> frozenset[str]:
    """The list of ``disposable-email-domains`` (extra ``disposable``), as old as its release."""
    from disposable_email_domains import blocklist  # noqa: PLC0415 (optional, and 3 ms)

    return frozenset(blocklist)


def _is_disposable(domain: str, disposable: Container[str]) -> bool:
    """Whether a domain or one that it belongs to is listed."""
    labels = domain.split(".")
    return any(".".join(labels[place:]) in disposable for place in range(len(labels)))


def signals(
    listings: Iterable[Listing],
    *,
    limits: SignalLimits | None = None,
    disposable: Container[str] = frozenset(),
) -> tuple[Signal, ...]:
    """Count once through all listings and tell what is above its limit, the most first.

    Windows lie side by side from 1970-01-01 UTC on; a listing without an instant is in none.
    """
    bounds = limits or _USUAL
    windows: dict[tuple[SignalKind, str, int], list[str]] = defaultdict(list)
    thrown: dict[str, list[str]] = defaultdict(list)
    named: dict[str, Counter[str]] = defaultdict(Counter)
    for listing in listings:
        subjects = {
            SignalKind.RANGE: address_range(listing.network, bounds),
            SignalKind.NAME: _name(listing),
            SignalKind.DOMAIN: _domain(listing),
        }
        if listing.signed_at is not None:
            window = (listing.signed_at - _EPOCH) // bounds.window
            for kind, subject in subjects.items():
                if subject:
                    windows[kind, subject, window].append(listing.id)
        domain = subjects[SignalKind.DOMAIN]
        if domain and _is_disposable(domain, disposable):
            thrown[domain].append(listing.id)
        if subjects[SignalKind.RANGE]:
            named[subjects[SignalKind.RANGE]][subjects[SignalKind.NAME]] += 1
    found = [*_fast(windows, bounds), *_thrown(thrown, bounds), *_uniform(named, bounds)]
    return tuple(sorted(found, key=lambda s: (-s.count, s.kind, s.subject, s.since or _EPOCH)))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _fast(
    windows: dict[tuple[SignalKind, str, int], list[str]], bounds: SignalLimits
) -> Iterator[Signal]:
    limit = {
        SignalKind.RANGE: bounds.in_range,
        SignalKind.NAME: bounds.of_name,
        SignalKind.DOMAIN: bounds.of_domain,
    }
    for (kind, subject, window), ids in windows.items():
        if len(ids) >= limit[kind]:
            yield Signal(
                kind=kind,
                subject=subject,
                count=len(ids),
                limit=limit[kind],
                since=_EPOCH + window * bounds.window,
                ids=tuple(ids),
            )


def _thrown(domains: dict[str, list[str]], bounds: SignalLimits) -> Iterator[Signal]:
    for domain, ids in domains.items():
        if len(ids) >= bounds.disposable:
            yield Signal(
                kind=SignalKind.DISPOSABLE,
                subject=domain,
                count=len(ids),
                limit=bounds.disposable,
                ids=tuple(ids),
            )


def _uniform(ranges: dict[str, Counter[str]], bounds: SignalLimits) -> Iterator[Signal]:
    for subject, names in ranges.items():
        total = names.total()
        if total >= bounds.names and _variety(names, total) < bounds.entropy:
            yield Signal(
                kind=SignalKind.ENTROPY, subject=subject, count=total, limit=bounds.entropy
            )


def _variety(names: Counter[str], total: int) -> float:
    """Shannon's entropy of the names, as a share of what it is where all differ."""
    bits = -sum(n / total * log2(n / total) for n in names.values())
    return bits / log2(total)
