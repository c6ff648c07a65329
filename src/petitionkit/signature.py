"""Signatures: who signed what, when, how it was proved, and what it counts as.

An *attempt* is somebody's unproved wish to sign; it holds no claims and counts nowhere. A
*signature* is one row with its instants. Proof (attestations) is separate from counting, and
a person's particulars are shown in no repr. No rule is decided here.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from attrs import field, frozen

from petitionkit.civil import instant, optional_instant
from petitionkit.limits import Choice, one_of
from petitionkit.parties import PartyKind

__all__ = [
    "WEB",
    "Amendment",
    "AmendmentKind",
    "Approval",
    "Attempt",
    "Attestation",
    "AttestationKind",
    "Channel",
    "Consent",
    "Particulars",
    "Provenance",
    "Review",
    "Role",
    "Signature",
    "SignatureDraft",
    "Submission",
    "Visibility",
    "parse_day",
]


class Channel(Choice):
    """How a signature came in."""

    WEB = "web"
    IMPORT = "import"
    PAPER = "paper"
    CLERK = "clerk"


class Role(Choice):
    """What the signer is to the petition; starter and sponsors are among its supporters."""

    SIGNER = "signer"
    STARTER = "starter"
    SPONSOR = "sponsor"
    """Signs before the opening, so that the petition may open."""


class Visibility(Choice):
    """To whom a signer's name and comment are shown, from everybody to nobody.

    An organiser may narrow it; the signer alone may widen it (the rule of petities.nl).
    """

    PUBLIC = "public"
    ADDRESSEE = "addressee"
    ORGANISER = "organiser"
    NOBODY = "nobody"

    def narrower_than(self, other: "Visibility") -> bool:
        """Whether fewer people see it."""
        order = list(Visibility)
        return order.index(self) > order.index(other)


@frozen(kw_only=True)
class SignatureDraft:
    """What somebody typed or a file says, unchecked: text as it came, empty where nothing did.

    ``birth_date`` is ISO 8601 text (YYYY-MM-DD); ``region`` is a code that the policy's rules
    know, such as a member state's; ``country`` and ``citizenship`` are ISO 3166-1 alpha-2.
    ``guardian`` names who attests that a minor may sign. ``consents`` are the keys of the
    boxes that were ticked; ``visibility`` is empty where the signer did not choose.
    ``language`` is the language in which the petition was read.
    """

    name: str = field(default="", repr=False)
    given_name: str = field(default="", repr=False)
    family_name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    locality: str = field(default="", repr=False)
    area: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    citizenship: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    national_number: str = field(default="", repr=False)
    register_number: str = field(default="", repr=False)
    guardian: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
    region: str = ""
    kind: PartyKind = field(default=PartyKind.PERSON, converter=PartyKind)
    consents: tuple[str, ...] = ()
    visibility: str = ""
    language: str = ""


@frozen(kw_only=True)
class Consent:
    """What a signer agreed to: the ``key`` of the box, its text's ``version``, and when (UTC).

    ``withdrawn_at`` is when it was taken back; None while it holds.
    """

    key: str
    version: str
    at: datetime = field(converter=instant)
    withdrawn_at: datetime | None = field(default=None, converter=optional_instant)


@frozen(kw_only=True)
class Particulars:
    """What is kept of a signer, checked: never shown in a repr, and erasable as a whole.

    ``email`` is as given with its domain in lower case, ``phone`` is E.164, numbers and codes
    are in capitals without spaces. ``originals`` are pairs of field and text for what was
    typed otherwise than it is kept. ``of_age`` is what a policy may keep instead of a birth
    date: whether they had the highest age that its rules name on the day of signing.
    ``network`` is as much of the address that they signed from as the policy keeps.
    """

    name: str = field(repr=False)
    given_name: str = field(default="", repr=False)
    family_name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    locality: str = field(default="", repr=False)
    area: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    citizenship: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    of_age: bool | None = field(default=None, repr=False)
    national_number: str = field(default="", repr=False)
    register_number: str = field(default="", repr=False)
    guardian: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
    region: str = ""
    kind: PartyKind = field(default=PartyKind.PERSON, converter=PartyKind)
    consents: tuple[Consent, ...] = ()
    visibility: Visibility = field(default=Visibility.PUBLIC, converter=Visibility)
    originals: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    network: str = field(default="", repr=False)


class AttestationKind(Choice):
    """What proved, or vouched for, the signer. A roll's lines stand on their provenance alone."""

    MAIL_LINK = "mail_link"
    SMS_CODE = "sms_code"
    EID = "eid"
    """An electronic identity, such as a bank's or a state's."""
    REGISTER_MATCH = "register_match"
    CLERK = "clerk"


@frozen(kw_only=True)
class Attestation:
    """One proof: which, when, and by whom (an opaque reference).

    ``level`` is that of an electronic identity, such as ``substantial`` (eIDAS, article 8).
    """

    kind: AttestationKind = field(converter=AttestationKind)
    at: datetime = field(converter=instant)
    by: str = ""
    level: str = ""


class Approval(Choice):
    """What a moderator found of a name or a comment."""

    APPROVED = "approved"
    REFUSED = "refused"


@frozen(kw_only=True)
class Review:
    """A moderator's approval on a signer's ``name`` or ``comment``; ``ground`` is a code."""

    of: str = field(validator=one_of("name", "comment"))
    approval: Approval = field(converter=Approval)
    at: datetime = field(converter=instant)
    by: str = ""
    ground: str = ""


class AmendmentKind(Choice):
    """How a signature was changed after it had been counted."""

    INVALIDATED = "invalidated"
    REINSTATED = "reinstated"
    NAME_CORRECTED = "name_corrected"
    VISIBILITY_CHANGED = "visibility_changed"
    REGION_ASSIGNED = "region_assigned"
    REVIEWED = "reviewed"
    ERASED = "erased"
    AGREED = "agreed"
    """To the text as it is now, after a material edit; ``was`` is the digest agreed to before."""


@frozen(kw_only=True)
class Amendment:
    """One change of a signature: what, when, by whom, on which ground, and what stood before.

    ``actor`` is an opaque reference, empty where the signer did it. ``was`` may be personal
    (the misspelt name), and is erased with the signature.
    """

    signature_id: UUID
    kind: AmendmentKind = field(converter=AmendmentKind)
    at: datetime = field(converter=instant)
    actor: str = ""
    ground: str = ""
    was: str = field(default="", repr=False)


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
    from here. ``mailbox`` stands for the address, as a keyed hash, and ``mailed_at`` is when a
    mail to it was last due: by both, mails to one mailbox are counted. ``due_at`` is when it is
    to be looked at again, to remind or to erase. ``held`` is the ground on which it will not
    count even if it is confirmed, which its maker is not told, and ``held_by`` the office's
    opaque reference of whoever said so.
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
    mailbox: str = field(default="", repr=False)
    mailed_at: datetime | None = field(default=None, converter=optional_instant)
    due_at: datetime | None = field(default=None, converter=optional_instant)
    bounced_at: datetime | None = field(default=None, converter=optional_instant)
    held: str = ""
    held_by: str = ""

    @property
    def pending(self) -> bool:
        """Whether it has become no signature, and is not erased either."""
        return self.signature_id is None and self.particulars is not None


def _by_name(counters: Iterable[str]) -> tuple[str, ...]:
    return _sorted(tuple(counters))


@lru_cache(maxsize=1024)
def _sorted(counters: tuple[str, ...]) -> tuple[str, ...]:
    """Remembered, since most signatures of a policy stand in the same ones."""
    return tuple(sorted(set(counters)))


@frozen(kw_only=True)
class Signature:
    """A signature: one row, its instants, and the counters that it stands in.

    ``signed_at`` is the instant of receipt, which decides window and age; ``counted_at`` that
    from which it counts; ``withdrawn_at`` that from which it no longer does, because its
    signer took it back, and ``invalidated_at`` because the office did, on ``ground``.
    ``counters`` are the names that its policy counts it under, in the order of the alphabet.
    ``bounced_at`` is when mail to the signer last came back.
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
    counters: tuple[str, ...] = field(default=(), converter=_by_name)
    attestations: tuple[Attestation, ...] = ()
    invalidated_at: datetime | None = field(default=None, converter=optional_instant)
    ground: str = ""
    bounced_at: datetime | None = field(default=None, converter=optional_instant)
    reviews: tuple[Review, ...] = ()

    @property
    def live(self) -> bool:
        """Whether it counts: received, proved, and neither withdrawn nor invalidated."""
        return self.withdrawn_at is None and self.invalidated_at is None

    @property
    def erased(self) -> bool:
        """Whether it says no more who signed; everybody whose signature is kept has a name."""
        return not self.particulars.name

    def subscribed(self, consent: str) -> bool:
        """Whether its signer may be written to under a consent: given, and not taken back."""
        given = any(c.key == consent and not c.withdrawn_at for c in self.particulars.consents)
        return given and self.live and self.bounced_at is None

    def approval(self, of: str) -> Approval | None:
        """The latest approval on the name or the comment; None where there is none."""
        return next((r.approval for r in reversed(self.reviews) if r.of == of), None)


def parse_day(value: str) -> date | None:
    """Read YYYY-MM-DD; None where it is no day."""
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None
