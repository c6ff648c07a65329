"""What a policy asks of those who sign: the form, how signing is proved, who is counted.

Values only. Reading what somebody filled in is ``validation``'s, and deciding whether a
petition takes it is ``status``'s.
"""

from enum import StrEnum

from attrs import field, frozen, validators

from petitionkit.counters import Counter
from petitionkit.parties import PartyKind
from petitionkit.petition import CountEffect

__all__ = ["Confirmation", "Counting", "Demand", "Form"]


class Demand(StrEnum):
    """Whether a form asks for a field."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    UNWANTED = "unwanted"
    """Not asked for, and dropped where it comes anyway."""


@frozen(kw_only=True)
class Form:
    """What a signer gives; limits count characters.

    ``phone_region`` (ISO 3166-1 alpha-2) is the country of telephone numbers that come
    without a country code.
    """

    email: Demand = field(default=Demand.REQUIRED, converter=Demand)
    phone: Demand = field(default=Demand.UNWANTED, converter=Demand)
    comment: Demand = field(default=Demand.UNWANTED, converter=Demand)
    name_limit: int = field(default=255, validator=[validators.ge(1), validators.le(255)])
    comment_limit: int = field(default=2000, validator=[validators.ge(1), validators.le(10_000)])
    phone_region: str = ""


@frozen(kw_only=True)
class Confirmation:
    """How a web signature is proved.

    Where ``by_mail`` holds, a signature counts once its link is opened. A link holds for
    ``link_days`` days; after the petition has closed an attempt from before can still be
    confirmed for ``grace_hours`` hours, the last instant included (24 in the UK Parliament's
    system).
    """

    by_mail: bool = True
    link_days: int = field(default=30, validator=[validators.ge(1), validators.le(3660)])
    grace_hours: int = field(default=0, validator=[validators.ge(0), validators.le(8784)])


def _party_kinds(values: tuple[PartyKind, ...]) -> tuple[PartyKind, ...]:
    return tuple(PartyKind(value) for value in values)


@frozen(kw_only=True)
class Counting:
    """What is added up as *supporters*. Persons and organisations are always counted apart too.

    ``counters`` are further ones that rules and declared counts may name. ``paper`` says what
    a total of paper signatures does to those counted here.
    """

    supporters: tuple[PartyKind, ...] = field(default=(PartyKind.PERSON,), converter=_party_kinds)
    counters: tuple[Counter, ...] = ()
    paper: CountEffect = field(default=CountEffect.ADDS, converter=CountEffect)
