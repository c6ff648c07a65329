"""Assessment of abuse: whether an attempt counts, is held for somebody to look, or does not count.

Decides by lists and by how many attempts came from one source, in the order of the UK
Parliament's petitions: a block list beats an allow list, and an allow list beats the rates. It
refuses nobody: the signer sees the same whatever comes out, because a refusal teaches the next
attempt. It counts nothing itself and looks up no address; it is told.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby, pairwise

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice, at_least, between
from petitionkit.lists import EntryKind, ListEntry, Lists, find_entry, network_of
from petitionkit.mailboxes import Recipe
from petitionkit.place import parse_country
from petitionkit.problems import Problem, Remark, problem, remark

__all__ = ["Assessment", "KeptNetwork", "Rate", "Sighting", "Treatment", "Vigilance", "assess"]


class Treatment(Choice):
    """What becomes of an attempt once it is confirmed."""

    COUNT = "count"
    HOLD = "hold"
    """It counts when somebody has looked at it and said so."""
    DISCOUNT = "discount"
    """It does not count, and its signer is not told."""


def _codes(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(parse_country(value, "countries") for value in values)


@frozen(kw_only=True)
class Rate:
    """How often signers of a role may come from one source: ``most`` times in ``seconds``.

    ``role`` is a code (``signer``, ``starter``, ``sponsor``). ``everywhere`` counts attempts
    at all petitions of the office, otherwise at the same petition. A rate with ``countries``
    holds for sources there, in place of the role's rates without.
    """

    role: str
    most: int = field(validator=at_least(1))
    seconds: int = field(validator=at_least(1))
    everywhere: bool = False
    countries: tuple[str, ...] = field(default=(), converter=_codes)


def _series(rate: Rate) -> tuple[str, tuple[str, ...], bool]:
    return rate.role, rate.countries, rate.everywhere


@frozen(kw_only=True)
class KeptNetwork:
    """How much of the address that somebody signed from stays with the signature, in bits.

    The usual lengths are what one site has, not one person: 24 bits of IPv4 and 48 of IPv6.
    """

    v4: int = field(default=24, validator=between(1, 32))
    v6: int = field(default=48, validator=between(1, 128))

    def of(self, source: str) -> str:
        """The range that is kept, such as ``192.0.2.0/24``. Raises ``InvalidValueError``."""
        return network_of(source, v4=self.v4, v6=self.v6)


@frozen(kw_only=True)
class Vigilance:
    """What an office does against abuse.

    ``home`` are the countries whose sources count, all where it is empty; a source whose
    country is unknown is abroad. What becomes of attempts is said for each ground apart.
    Of two rates alike the longer must allow more, or the shorter could never be used up.
    Without ``network`` nothing is kept of the address that somebody signed from.
    """

    rates: tuple[Rate, ...] = ()
    home: tuple[str, ...] = field(default=(), converter=_codes)
    blocked: Treatment = field(default=Treatment.DISCOUNT, converter=Treatment)
    abroad: Treatment = field(default=Treatment.DISCOUNT, converter=Treatment)
    too_many: Treatment = field(default=Treatment.DISCOUNT, converter=Treatment)
    network: KeptNetwork | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse rates that contradict each other."""
        ordered = sorted(self.rates, key=lambda rate: (_series(rate), rate.seconds))
        found: list[Problem] = []
        for _, alike in groupby(ordered, _series):
            for shorter, longer in pairwise(alike):
                if longer.seconds == shorter.seconds or longer.most <= shorter.most:
                    found.append(
                        problem("rates.order", "rates", shorter=shorter.seconds, most=shorter.most)
                    )
        if found:
            raise InvalidValueError(found)

    def rates_for(self, role: str, country: str = "") -> tuple[Rate, ...]:
        """The rates for a role and a source's country: what is to be counted for ``assess``."""
        mine = [rate for rate in self.rates if rate.role == role]
        there = [rate for rate in mine if country in rate.countries]
        return tuple(there or [rate for rate in mine if not rate.countries])


@frozen(kw_only=True)
class Sighting:
    """What is known of where an attempt came from, as it was when it was received.

    ``source`` is an address of the Internet Protocol and ``country`` its country by whatever
    table the embedder has, both empty where unknown; ``email`` is a parsed address.
    """

    role: str = "signer"
    source: str = field(default="", repr=False)
    country: str = ""
    email: str = field(default="", repr=False)


@frozen(kw_only=True)
class Assessment:
    """What becomes of an attempt, and why; reasons are for the office alone."""

    treatment: Treatment = field(converter=Treatment)
    reasons: tuple[Remark, ...] = ()

    @property
    def ground(self) -> str:
        """What is kept with a signature that does not count: ``hold.too_many``; else empty."""
        if self.treatment is Treatment.COUNT:
            return ""
        return f"{self.treatment}.{self.reasons[0].code}"


def assess(
    sighting: Sighting,
    recent: Mapping[Rate, int],
    lists: Lists,
    vigilance: Vigilance,
    *,
    now: datetime,
    recipe: Recipe | None = None,
) -> Assessment:
    """Assess an attempt: the first ground that there is decides.

    Blocked network, country abroad, blocked domain, blocked mailbox; then allowed network,
    domain or mailbox; then the rates. ``recent`` has for each of ``vigilance.rates_for`` how
    many attempts of the role came from the source in the time before ``now`` that the rate
    says, this one included and both ends, too; a rate is exceeded by more than its ``most``.
    Count before the attempt is mailed, the same for every role (the UK's system counts
    starters before, and so lets one more through). Raises ``InvalidValueError`` for a source
    that is no address and for a rate that nobody counted.
    """
    grounds = _grounds(sighting, recent, lists, vigilance, now=now, recipe=recipe)
    found = (Assessment(treatment=treatment, reasons=why) for treatment, why in grounds if why)
    return next(found, Assessment(treatment=Treatment.COUNT))


def _grounds(
    sighting: Sighting,
    recent: Mapping[Rate, int],
    lists: Lists,
    vigilance: Vigilance,
    *,
    now: datetime,
    recipe: Recipe | None,
) -> Iterator[tuple[Treatment, tuple[Remark, ...]]]:
    """Every ground in its order: what would become of the attempt, and why if it applies."""

    def on(name: str, entries: tuple[ListEntry, ...], kind: EntryKind) -> tuple[Remark, ...]:
        source, email = sighting.source, sighting.email
        entry = find_entry(entries, kind, now=now, source=source, email=email, recipe=recipe)
        return (remark(f"{name}.{kind}", because=entry.reason),) if entry else ()

    abroad = vigilance.home and sighting.country not in vigilance.home
    yield vigilance.blocked, on("blocked", lists.blocked, EntryKind.NETWORK)
    yield vigilance.abroad, (remark("abroad"),) if abroad else ()
    yield vigilance.blocked, on("blocked", lists.blocked, EntryKind.DOMAIN)
    yield vigilance.blocked, on("blocked", lists.blocked, EntryKind.MAILBOX)
    for kind in EntryKind:
        yield Treatment.COUNT, on("allowed", lists.allowed, kind)
    yield vigilance.too_many, _exceeded(sighting, recent, vigilance)


def _exceeded(
    sighting: Sighting, recent: Mapping[Rate, int], vigilance: Vigilance
) -> tuple[Remark, ...]:
    rates = vigilance.rates_for(sighting.role, sighting.country)
    if not all(rate in recent for rate in rates):
        raise InvalidValueError([problem("required", "recent")])
    return tuple(
        remark("too_many", most=rate.most, seconds=rate.seconds)
        for rate in rates
        if recent[rate] > rate.most
    )
