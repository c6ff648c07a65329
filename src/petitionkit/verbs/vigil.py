"""Vigils: how abuse is looked for while an attempt comes in.

Says what a store must count so that an attempt can be assessed, and what trace the attempt
leaves to be counted by later ones. A trace holds a keyed hash of the source's network and is
erased when no rate of its policy looks back as far. What follows from the counts is decided in
``assessment``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import evolve, frozen

from petitionkit.assessment import Assessment, Rate, Sighting, assess
from petitionkit.keys import Secrets
from petitionkit.ledger import Lookback, Situation, Trace
from petitionkit.lists import Lists, network_of
from petitionkit.policy import Policy
from petitionkit.signature import Role
from petitionkit.text import encode

__all__ = ["NOWHERE", "Vigil"]

NOWHERE = Sighting()
"""An attempt of which nobody knows where it came from; only lists of addresses apply to it."""


@frozen(kw_only=True)
class Vigil:
    """One attempt being looked at; ``sighting`` is what the app knows of where it came from."""

    policy: Policy
    office: str
    sighting: Sighting
    lists: Lists
    secrets: Secrets
    now: datetime

    @property
    def _rates(self) -> tuple[Rate, ...]:
        """The rates that may apply: as what somebody signs is known only to the store's write."""
        rates = self.policy.vigilance.rates_for
        return tuple(rate for role in Role for rate in rates(role, self.sighting.country))

    @property
    def sources(self) -> tuple[str, ...]:
        """By what attempts from the same network are counted: a hash under every live key."""
        if not (self.sighting.source and self._rates):
            return ()
        message = encode("source", self.office, network_of(self.sighting.source))
        return tuple(self.secrets.mac(key, message).hex() for key in self.secrets.live)

    @property
    def lookbacks(self) -> tuple[Lookback, ...]:
        """What is to be counted, one for each rate."""
        return tuple(
            Lookback(
                role=rate.role,
                since=self.now - timedelta(seconds=rate.seconds),
                everywhere=rate.everywhere,
            )
            for rate in (self._rates if self.sighting.source else ())
        )

    def assess(self, situation: Situation, role: Role, email: str) -> Assessment:
        """Assess the attempt, itself included in the counts."""
        return assess(
            evolve(self.sighting, role=role, email=email),
            self._recent(situation),
            self.lists,
            self.policy.vigilance,
            now=self.now,
            recipe=self.policy.identity.live_recipes[0],
        )

    def _recent(self, situation: Situation) -> Mapping[Rate, int]:
        if not self.sighting.source:
            return dict.fromkeys(self._rates, 0)
        counts = zip(self._rates, situation.traced, strict=True)
        return {rate: earlier + 1 for rate, earlier in counts}

    def trace(self, role: Role) -> Trace | None:
        """What the attempt leaves behind; None where nobody would look for it."""
        rates = self.policy.vigilance.rates_for(role, self.sighting.country)
        if not (self.sighting.source and rates):
            return None
        longest = max(rate.seconds for rate in rates)
        return Trace(
            source=self.sources[0],
            role=role,
            at=self.now,
            until=self.now + timedelta(seconds=longest + 1),
        )
