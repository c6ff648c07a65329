"""Counters that a policy names: which signatures stand in them besides the usual three.

A value only; ``counting`` decides which of them a signature stands in. Persons, organisations
and supporters need no naming.
"""

from attrs import field, frozen

from petitionkit.limits import is_key
from petitionkit.rules import Within
from petitionkit.signature import Attestation, AttestationKind, Channel

__all__ = ["ORGANISATIONS", "PERSONS", "SPONSORS", "STARTER", "SUPPORTERS", "USUAL", "Counter"]

PERSONS = "persons"
ORGANISATIONS = "organisations"
SUPPORTERS = "supporters"
STARTER = "starter"
"""Counts the starter's own signature: 1 while the starter is one of the supporters."""

SPONSORS = "sponsors"
"""Those who sign before the opening; also key of the threshold that they reach."""

USUAL = (SUPPORTERS, PERSONS, ORGANISATIONS, SPONSORS)
"""Counters that every policy has and rules may name."""


def _channels(values: tuple[Channel, ...]) -> tuple[Channel, ...]:
    return tuple(Channel(value) for value in values)


def _kinds(values: tuple[AttestationKind, ...]) -> tuple[AttestationKind, ...]:
    return tuple(AttestationKind(value) for value in values)


@frozen(kw_only=True)
class Counter:
    """A counter of some of the signatures that stand in another one.

    A signature stands in it that stands in ``of`` (a usual counter, or one named before it),
    came by one of ``channels``, bears one of the proofs ``attested`` (an electronic identity of
    one of ``levels``, where these are given), is of one of ``regions`` and of the part of the
    window that ``within`` says; what is left out asks nothing. Where
    ``declared`` holds no signature stands in it: its number is declared, as an authority's
    certificates are.
    """

    key: str = field(validator=is_key)
    of: str = SUPPORTERS
    channels: tuple[Channel, ...] = field(default=(), converter=_channels)
    attested: tuple[AttestationKind, ...] = field(default=(), converter=_kinds)
    levels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    within: Within | None = None
    declared: bool = False

    def proved_by(self, attestation: Attestation) -> bool:
        """Whether a proof is one of those that the counter asks for."""
        return attestation.kind in self.attested and (
            not self.levels or attestation.level in self.levels
        )
