"""Signatures: who signed what, when, how it was proved, and what it counts as.

An *attempt* is somebody's unproved wish to sign; it holds no claims and counts nowhere. A
*signature* is one row with its instants. Proof (attestations) is separate from counting, and
a person's particulars are shown in no repr. No rule is decided here.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from attrs import field, frozen

from petitionkit.civil import instant, optional_instant
from petitionkit.parties import PartyKind

__all__ = [
    "Attempt",
    "Attestation",
    "AttestationKind",
    "Channel",
    "Particulars",
    "Provenance",
    "Role",
    "Signature",
    "SignatureDraft",
    "Submission",
    "parse_day",
]


class Channel(StrEnum):
    """How a signature came in."""

    WEB = "web"
    IMPORT = "import"
    PAPER = "paper"
    CLERK = "clerk"


class Role(StrEnum):
    """What the signer is to the petition; starter and sponsors are among its supporters."""

    SIGNER = "signer"
    STARTER = "starter"
    SPONSOR = "sponsor"
    """Signs before the opening, so that the petition may open."""


@frozen(kw_only=True)
class SignatureDraft:
    """What somebody typed or a file says, unchecked: text as it came, empty where nothing did.

    ``birth_date`` is ISO 8601 text (YYYY-MM-DD); ``region`` is a code that the policy's rules
    know, such as a member state's. ``language`` is the language in which the
    petition was read.
    """

    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
    region: str = ""
    kind: PartyKind = field(default=PartyKind.PERSON, converter=PartyKind)
    language: str = ""


@frozen(kw_only=True)
class Particulars:
    """What is kept of a signer, checked: never shown in a repr, and erasable as a whole.

    ``email`` is as given with its domain in lower case, ``phone`` is E.164. A birth date is
    used to decide on age and not kept.
    """

    name: str = field(repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
    region: str = ""
    kind: PartyKind = field(default=PartyKind.PERSON, converter=PartyKind)


class AttestationKind(StrEnum):
    """What proved, or vouched for, the signer. A roll's lines stand on their provenance alone."""

    MAIL_LINK = "mail_link"
    CLERK = "clerk"


@frozen(kw_only=True)
class Attestation:
    """One proof: which, when, and by whom (an opaque reference)."""

    kind: AttestationKind = field(converter=AttestationKind)
    at: datetime = field(converter=instant)
    by: str = ""


@frozen(kw_only=True)
class Provenance:
    """Where a signature came from: channel, and for a roll its digest and the line in it.

    Lines count from 1, the header included; 0 where there is no line.
    """

    channel: Channel = field(default=Channel.WEB, converter=Channel)
    source: str = ""
    line: int = 0


WEB = Provenance()


@frozen(kw_only=True)
class Submission:
    """One signature handed in by staff or from a roll: proved already, counted at once.

    ``signed_at`` is when it was signed, where that is known; otherwise the instant of intake.
    ``row`` (the text of a roll's line, its occurrence in that roll counted from 1) identifies a
    signer who gave nothing else that does.
    """

    draft: SignatureDraft
    signed_at: datetime | None = field(default=None, converter=optional_instant)
    role: Role = field(default=Role.SIGNER, converter=Role)
    provenance: Provenance = Provenance(channel=Channel.CLERK)
    row: tuple[str, str] | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Attempt:
    """An unproved wish to sign, with exactly the name and text that it was made for.

    ``generation`` counts the confirmation links made for it: a link of an older generation is
    void. ``signature_id`` is set once it has become a signature; its particulars are then gone
    from here.
    """

    id: UUID
    petition_id: UUID
    particulars: Particulars | None
    received_at: datetime = field(converter=instant)
    expires_at: datetime = field(converter=instant)
    text_digest: str
    language: str
    role: Role = field(default=Role.SIGNER, converter=Role)
    generation: int = 0
    signature_id: UUID | None = None


@frozen(kw_only=True)
class Signature:
    """A signature: one row, its instants, and the counters that it stands in.

    ``signed_at`` is the instant of receipt, which decides window and age; ``counted_at`` that
    from which it counts; ``withdrawn_at`` that from which it no longer does. ``counters`` are
    the names that its policy counts it under.
    """

    id: UUID
    petition_id: UUID
    particulars: Particulars
    role: Role = field(default=Role.SIGNER, converter=Role)
    provenance: Provenance = WEB
    text_digest: str
    language: str
    signed_at: datetime = field(converter=instant)
    counted_at: datetime = field(converter=instant)
    withdrawn_at: datetime | None = field(default=None, converter=optional_instant)
    counters: tuple[str, ...] = ()
    attestations: tuple[Attestation, ...] = ()

    @property
    def live(self) -> bool:
        """Whether it counts: received, proved and not withdrawn."""
        return self.withdrawn_at is None


def parse_day(value: str) -> date | None:
    """Read YYYY-MM-DD; None where it is no day."""
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None
