"""Policies: everything that a jurisdiction decides, as one frozen value.

Says what a signer gives, who may sign, what identifies a person, how signing is proved, how
long a petition runs, which thresholds it has, who may end it early and what is counted. It
evaluates nothing: the decisions on floor 3 read it. A policy is pinned by the petition under
its digest, so a later version never changes a running petition by itself.
"""

from enum import StrEnum

from attrs import field, frozen, validators

from petitionkit.civil import Duration, LeapDayRule, zone
from petitionkit.errors import InvalidValueError
from petitionkit.petition import PartyKind
from petitionkit.problems import Problem, problem

__all__ = [
    "ClaimKind",
    "Closing",
    "Confirmation",
    "Counting",
    "Demand",
    "EarlyEnd",
    "Eligibility",
    "Form",
    "Identity",
    "Policy",
    "Threshold",
    "Window",
    "WindowEnd",
]

FORMAT = 1
"""Version of the shape of policy files that this petitionkit reads and writes."""


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
class Eligibility:
    """Who may sign. Age is in completed years on the day of signing, in the window's zone."""

    minimum_age: int = field(default=0, validator=[validators.ge(0), validators.le(150)])
    leap_day: LeapDayRule = field(default=LeapDayRule.FIRST_OF_MARCH, converter=LeapDayRule)
    organisations: bool = False


class ClaimKind(StrEnum):
    """What identifies a signer."""

    MAILBOX = "mailbox"
    PHONE = "phone"
    REGISTERED_NAME = "registered_name"
    """An organisation's name, folded."""
    LINE = "line"
    """The text of a roll's line and its occurrence, where nothing else identifies."""


def _claim_kinds(values: tuple[ClaimKind, ...]) -> tuple[ClaimKind, ...]:
    return tuple(ClaimKind(value) for value in values)


@frozen(kw_only=True)
class Identity:
    """What identifies a person: signers who share any one of these are one signer."""

    any_of: tuple[ClaimKind, ...] = field(default=(ClaimKind.MAILBOX,), converter=_claim_kinds)

    def __attrs_post_init__(self) -> None:
        """Refuse an identity that identifies nobody, or names one thing twice."""
        choices = (ClaimKind.MAILBOX, ClaimKind.PHONE)
        if not self.any_of or not set(self.any_of) <= set(choices):
            raise InvalidValueError(
                [problem("unknown_choice", "any_of", choices=", ".join(choices))]
            )
        if len(set(self.any_of)) < len(self.any_of):
            raise InvalidValueError([problem("repeated", "any_of")])


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


class WindowEnd(StrEnum):
    """Where on its last day a window ends."""

    END_OF_DAY = "end_of_day"
    """The whole last day counts, in the window's zone."""
    SAME_TIME = "same_time"
    """At the local time of day at which it opened."""


@frozen(kw_only=True)
class Window:
    """How long signatures are taken, counted from the instant of opening.

    No ``duration``: until somebody ends it. ``zone`` is an IANA name; the calendar is that of
    the zone, so a petition opened at 23:30 UTC may begin on the next local day.
    """

    duration: Duration | None = None
    zone: str = "UTC"
    end: WindowEnd = field(default=WindowEnd.END_OF_DAY, converter=WindowEnd)

    def __attrs_post_init__(self) -> None:
        """Refuse a zone that does not exist."""
        zone(self.zone)


@frozen(kw_only=True)
class Threshold:
    """A number that means something: ``level`` in ``counter``, and what follows from it.

    ``effect`` is a code for the office (``response``, ``debate`` ...). Once reached a threshold
    stays reached.
    """

    key: str = field(validator=validators.matches_re(r"[a-z0-9][a-z0-9_-]*"))
    level: int = field(validator=validators.ge(1))
    counter: str = "supporters"
    effect: str = ""


class EarlyEnd(StrEnum):
    """Who may end a petition before its window does."""

    STARTER = "starter"
    OFFICE = "office"


def _early_ends(values: tuple[EarlyEnd, ...]) -> tuple[EarlyEnd, ...]:
    return tuple(EarlyEnd(value) for value in values)


@frozen(kw_only=True)
class Closing:
    """Who may close a petition early."""

    early_end_by: tuple[EarlyEnd, ...] = field(
        default=(EarlyEnd.STARTER, EarlyEnd.OFFICE), converter=_early_ends
    )


def _party_kinds(values: tuple[PartyKind, ...]) -> tuple[PartyKind, ...]:
    return tuple(PartyKind(value) for value in values)


@frozen(kw_only=True)
class Counting:
    """What is added up as *supporters*. Persons and organisations are always counted apart too."""

    supporters: tuple[PartyKind, ...] = field(default=(PartyKind.PERSON,), converter=_party_kinds)


@frozen(kw_only=True)
class Policy:
    """All rules of one kind of petition, with the name, version and sources they go by."""

    name: str = field(validator=validators.matches_re(r"[a-z0-9][a-z0-9-]*"))
    version: str = field(validator=validators.min_len(1))
    format: int = FORMAT
    title: str = ""
    jurisdiction: str = ""
    sources: tuple[str, ...] = ()
    form: Form = Form()
    eligibility: Eligibility = Eligibility()
    identity: Identity = Identity()
    confirmation: Confirmation = Confirmation()
    window: Window = Window()
    thresholds: tuple[Threshold, ...] = ()
    closing: Closing = Closing()
    counting: Counting = Counting()

    def __attrs_post_init__(self) -> None:
        """Refuse rules that contradict each other, all of them at once."""
        found: list[Problem] = []
        if self.format != FORMAT:
            found.append(problem("unknown_choice", "format", choices=str(FORMAT)))
        keys = [threshold.key for threshold in self.thresholds]
        if len(set(keys)) < len(keys):
            found.append(problem("repeated", "thresholds"))
        counters = ("supporters", "persons", "organisations")
        found += [
            problem(
                "unknown_choice",
                f"thresholds.{place}.counter",
                choices=", ".join(counters),
            )
            for place, t in enumerate(self.thresholds)
            if t.counter not in counters
        ]
        if self.confirmation.by_mail and self.form.email is not Demand.REQUIRED:
            found.append(problem("required", "form.email"))
        fields = {ClaimKind.MAILBOX: self.form.email, ClaimKind.PHONE: self.form.phone}
        found += [
            problem("required", f"form.{'email' if kind is ClaimKind.MAILBOX else 'phone'}")
            for kind in self.identity.any_of
            if fields[kind] is Demand.UNWANTED
        ]
        if found:
            raise InvalidValueError(found)

    def threshold(self, key: str) -> Threshold:
        """The threshold of that key; ``KeyError`` where there is none."""
        return {threshold.key: threshold for threshold in self.thresholds}[key]
