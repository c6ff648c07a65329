"""A signer's own rights: by what they are known when they ask, and what they are given.

Decides whom an address or a number means, what proves that it was its owner who asked, and what
an export holds. Finding, and whatever changes a row, is the desk's (``rights_desk``).
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from attrs import field, frozen

from petitionkit.civil import instant
from petitionkit.claims import ClaimKind
from petitionkit.contact import parse_email, parse_phone
from petitionkit.errors import refuse
from petitionkit.identity import name_key
from petitionkit.keys import Secrets
from petitionkit.mailboxes import mailbox
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.questions import parse_number
from petitionkit.signature import (
    Amendment,
    AmendmentKind,
    Attempt,
    Particulars,
    Signature,
)
from petitionkit.text import encode
from petitionkit.views import SignerView, view

__all__ = [
    "Excerpt",
    "ExportedAttempt",
    "ExportedSignature",
    "KnownBy",
    "SignerExport",
    "SignerFile",
    "exported_attempt",
    "exported_signature",
    "is_meant",
    "is_named",
    "is_proof_of",
    "proof_of",
]


def _email(value: str) -> str:
    return parse_email(value) if value else ""


def _phone(value: str) -> str:
    return parse_phone(value) if value else ""


def _number(value: str) -> str:
    return parse_number(value, "national_number") if value else ""


@frozen(kw_only=True)
class KnownBy:
    """By what a signer says that they are known in an office: one address or one number.

    ``phone`` with its country's code, ``national_number`` however it is spaced. ``name`` narrows
    it to those of that name, where several people share a mailbox. Raises ``InvalidValueError``
    for none of the three, and for more than one: a proof is of one alone.
    """

    email: str = field(default="", converter=_email, repr=False)
    phone: str = field(default="", converter=_phone, repr=False)
    national_number: str = field(default="", converter=_number, repr=False)
    name: str = field(default="", repr=False)
    office: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse nothing to go by, and two things at once."""
        given = [one for one in (self.email, self.phone, self.national_number) if one]
        if len(given) != 1:
            refuse([problem("misplaced" if given else "required", "email")])

    @property
    def particulars(self) -> Particulars:
        """What there is to go by, as a signer would have given it."""
        return Particulars(
            name=self.name,
            email=self.email,
            phone=self.phone,
            national_number=self.national_number,
        )

    @property
    def kind(self) -> ClaimKind:
        """Which of the three it is."""
        if self.email:
            return ClaimKind.MAILBOX
        return ClaimKind.PHONE if self.phone else ClaimKind.NATIONAL_NUMBER


@frozen(kw_only=True)
class Excerpt:
    """What lies elsewhere of one signer: at which place there, and what it says, by field."""

    petition_id: UUID
    place: str
    says: tuple[tuple[str, str], ...] = field(repr=False)

    @property
    def id(self) -> UUID:
        """A name for the place, always the same."""
        return uuid5(self.petition_id, self.place)


@frozen(kw_only=True)
class SignerFile:
    """All that was found of a signer: what they signed, what they never proved, and the rest.

    ``elsewhere`` is what the desk's ``SearchedElsewhere`` have, such as lines on paper.
    """

    signatures: tuple[Signature, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    elsewhere: tuple[Excerpt, ...] = ()


@frozen(kw_only=True)
class ExportedSignature:
    """A signature as its signer is given it, with the petition's title in its language.

    ``earlier_names`` are those that stood there before the name was corrected.
    """

    title: str
    signature: SignerView
    earlier_names: tuple[str, ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class ExportedAttempt:
    """What somebody filled in and did not prove, as they are given it.

    ``particulars`` are None once they were erased; instants are UTC.
    """

    id: UUID
    petition_id: UUID
    title: str
    particulars: Particulars | None
    received_at: datetime = field(converter=instant)
    expires_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class SignerExport:
    """All that is kept of a signer in an office, to be given to them; ``to_json`` writes it."""

    at: datetime = field(converter=instant)
    office: str = ""
    signatures: tuple[ExportedSignature, ...] = ()
    attempts: tuple[ExportedAttempt, ...] = ()
    elsewhere: tuple[Excerpt, ...] = ()


def is_meant(known_by: KnownBy, policy: Policy, who: Particulars) -> bool:
    """Whether what is kept of somebody is of who is known by that.

    Two spellings of one mailbox are one by the policy's recipes.
    """
    if not is_named(known_by, who):
        return False
    match known_by.kind:
        case ClaimKind.MAILBOX:
            return bool(who.email) and any(
                mailbox(who.email, recipe) == mailbox(known_by.email, recipe)
                for recipe in policy.identity.live_recipes
            )
        case ClaimKind.PHONE:
            return who.phone == known_by.phone
        case _:
            return who.national_number == known_by.national_number


def is_named(known_by: KnownBy, who: Particulars) -> bool:
    """Whether somebody has the name that was given, as names are compared, or none was."""
    return not known_by.name or name_key(known_by.name) == name_key(who.name)


def proof_of(secrets: Secrets, key: str, known_by: KnownBy) -> UUID:
    """For whom a token speaks: a keyed hash of the very address or number, and of the office.

    Not of the mailbox: what is mailed to one spelling proves that spelling.
    """
    who = known_by.particulars
    parts = (known_by.kind, who.email, who.phone, who.national_number)
    return UUID(bytes=secrets.mac(key, encode("signer", known_by.office, *parts))[:16])


def is_proof_of(subject: UUID, secrets: Secrets, known_by: KnownBy) -> bool:
    """Whether a token's subject is who is known by that, under any live key."""
    made = [proof_of(secrets, key, known_by).bytes for key in secrets.live]
    return any(hmac.compare_digest(subject.bytes, one) for one in made)


def exported_signature(
    petition: Petition, policy: Policy, signature: Signature, amendments: Sequence[Amendment]
) -> ExportedSignature:
    """Show a signature to its signer, with what they were called in it before."""
    renamed = (one for one in amendments if one.kind is AmendmentKind.NAME_CORRECTED)
    return ExportedSignature(
        title=petition.text(signature.language).title,
        signature=view(SignerView, signature, policy),
        earlier_names=tuple(one.was for one in renamed if one.was),
    )


def exported_attempt(petition: Petition, attempt: Attempt) -> ExportedAttempt:
    """Show what was sent in to whom it is about; nothing of what the office thinks of it."""
    return ExportedAttempt(
        id=attempt.id,
        petition_id=petition.id,
        title=petition.text(attempt.language).title,
        particulars=attempt.particulars,
        received_at=attempt.received_at,
        expires_at=attempt.expires_at,
    )
