"""Views: what each reader sees of one signature, as a type that can hold nothing else.

A view has the fields that its reader may see and no other, so that none can slip into a page or
a file, whatever is added to signatures. What a policy, the signer and the moderators do not let
its reader see stays empty. Who is which reader, and how a view is shown, is for the app to know.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from attrs import field, fields, frozen

from petitionkit.civil import local_date
from petitionkit.disclosure import ANONYMOUS, Disclosed, Reader
from petitionkit.form import FormField
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.signature import (
    Approval,
    Attestation,
    Channel,
    Consent,
    Review,
    Role,
    Signature,
    Visibility,
)

__all__ = [
    "AddresseeView",
    "ModeratorView",
    "OrganiserView",
    "PublicView",
    "SignerView",
    "view",
]


@frozen(kw_only=True)
class PublicView:
    """What everybody may see: nothing but what the policy makes ``public``.

    ``withheld`` says that something of it is empty because the signer or a moderator wants it
    to be, or because the signature no longer counts.
    """

    reader: ClassVar[Reader] = Reader.PUBLIC
    name: str = field(default="", repr=False)
    locality: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    region: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
    kind: PartyKind | None = None
    signed_on: date | None = None
    withheld: bool = False


@frozen(kw_only=True)
class AddresseeView:
    """What an addressee may see: of these fields those that the policy discloses.

    There is no place for an address or a number to write to. ``withheld`` as in ``PublicView``.
    """

    reader: ClassVar[Reader] = Reader.ADDRESSEE
    name: str = field(default="", repr=False)
    given_name: str = field(default="", repr=False)
    family_name: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    locality: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    region: str = field(default="", repr=False)
    citizenship: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    national_number: str = field(default="", repr=False)
    register_number: str = field(default="", repr=False)
    guardian: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
    kind: PartyKind | None = None
    language: str = ""
    signed_on: date | None = None
    signed_at: datetime | None = None
    channel: Channel | None = None
    withheld: bool = False


@frozen(kw_only=True)
class OrganiserView:
    """What the starter may see: names and comments of those who let them, and places.

    ``id`` is there so that a signature can be hidden. ``withheld`` as in ``PublicView``.
    """

    reader: ClassVar[Reader] = Reader.ORGANISER
    id: UUID
    name: str = field(default="", repr=False)
    locality: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    region: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
    kind: PartyKind | None = None
    role: Role | None = None
    visibility: Visibility | None = None
    signed_on: date | None = None
    withheld: bool = False


@frozen(kw_only=True)
class ModeratorView:
    """What a moderator needs to judge a signature: no address and no number to write to."""

    reader: ClassVar[Reader] = Reader.MODERATOR
    id: UUID
    petition_id: UUID
    name: str = field(repr=False)
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    locality: str = field(repr=False)
    country: str = field(repr=False)
    region: str = field(repr=False)
    area: str = field(repr=False)
    comment: str = field(repr=False)
    kind: PartyKind
    role: Role
    visibility: Visibility
    language: str
    channel: Channel
    source: str
    line: int
    signed_at: datetime
    counted_at: datetime
    withdrawn_at: datetime | None
    invalidated_at: datetime | None
    ground: str
    counters: tuple[str, ...]
    attestations: tuple[Attestation, ...]
    reviews: tuple[Review, ...] = field(repr=False)


@frozen(kw_only=True)
class SignerView:
    """What signers see of their own signature: all that they gave, and its instants.

    Not that it was invalidated, nor on which ground: a link in a mail tells nobody how the
    office looks at them. A clerk who knows whom they speak to reads ``ModeratorView``.
    """

    reader: ClassVar[Reader] = Reader.SIGNER
    id: UUID
    petition_id: UUID
    name: str = field(repr=False)
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(repr=False)
    street: str = field(repr=False)
    locality: str = field(repr=False)
    postal_code: str = field(repr=False)
    country: str = field(repr=False)
    region: str = field(repr=False)
    area: str = field(repr=False)
    citizenship: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    of_age: bool | None = field(repr=False)
    national_number: str = field(repr=False)
    register_number: str = field(repr=False)
    guardian: str = field(repr=False)
    comment: str = field(repr=False)
    originals: tuple[tuple[str, str], ...] = field(repr=False)
    consents: tuple[Consent, ...] = field(repr=False)
    kind: PartyKind
    role: Role
    visibility: Visibility
    language: str
    text_digest: str
    channel: Channel
    source: str
    line: int
    signed_at: datetime
    counted_at: datetime
    withdrawn_at: datetime | None
    bounced_at: datetime | None
    attestations: tuple[Attestation, ...]


V = TypeVar("V", PublicView, AddresseeView, OrganiserView, ModeratorView, SignerView)

_ELSEWHERE: Mapping[str, Callable[[Signature, str], object]] = MappingProxyType(
    {
        "signed_on": lambda signature, zone: local_date(signature.signed_at, zone),
        "channel": lambda signature, _: signature.provenance.channel,
        "source": lambda signature, _: signature.provenance.source,
        "line": lambda signature, _: signature.provenance.line,
    }
)
"""Where a view's field comes from that is neither the signature's nor its particulars'."""

# What a moderator's approval on a name or a comment is about.
_REVIEWED: Mapping[FormField, AbstractSet[str]] = MappingProxyType(
    {
        FormField.NAME: {Disclosed.NAME, Disclosed.GIVEN_NAME, Disclosed.FAMILY_NAME},
        FormField.COMMENT: {Disclosed.COMMENT},
    }
)
_REACHES = MappingProxyType(
    {
        Reader.PUBLIC: Visibility.PUBLIC,
        Reader.ADDRESSEE: Visibility.ADDRESSEE,
        Reader.ORGANISER: Visibility.ORGANISER,
    }
)
"""How widely a signer must want to be seen for that reader to see them."""
_UNTOLD = frozenset({Reader.MODERATOR, Reader.SIGNER})
"""From whom nothing is withheld."""


def view(kind: type[V], signature: Signature, policy: Policy) -> V:
    """Show a signature as its policy, its signer and the moderators let that reader see it.

    ``kind`` is the type of the view. Of a signature that no longer counts neither the public
    nor an addressee nor an organiser sees anything that was disclosed while it did.
    """
    asked = [one.name for one in fields(kind) if one.name != "withheld"]
    whole: dict[str, Any] = {name: _value(signature, policy, name) for name in asked}
    if kind.reader in _UNTOLD:
        return kind(**whole)
    open_to = _disclosed(kind.reader, policy)
    hidden = _withheld(signature, policy, kind.reader)
    disclosed = {n: value for n, value in whole.items() if open_to is None or n in open_to}
    seen = {name: value for name, value in disclosed.items() if name not in hidden}
    seen["withheld"] = any(value for name, value in disclosed.items() if name in hidden)
    return kind(**seen)


def _value(signature: Signature, policy: Policy, name: str) -> Any:  # noqa: ANN401 (any field)
    if name in _ELSEWHERE:
        return _ELSEWHERE[name](signature, policy.window.zone)
    holder = signature if hasattr(signature, name) else signature.particulars
    return getattr(holder, name)


def _disclosed(reader: Reader, policy: Policy) -> AbstractSet[str] | None:
    """What the policy discloses to a reader; None where the type of the view says it all."""
    match reader:
        case Reader.PUBLIC:
            return set(policy.disclosure.public)
        case Reader.ADDRESSEE:
            return set(policy.disclosure.fields)
        case _:
            return None


def _withheld(signature: Signature, policy: Policy, reader: Reader) -> AbstractSet[str]:
    """Fields that stay empty: of who does not want to be seen, and what was not approved."""
    if not signature.live:
        return set(Disclosed)
    if signature.particulars.visibility.narrower_than(_REACHES[reader]):
        return set(Disclosed) - ANONYMOUS
    found: set[str] = set()
    for name, about in _REVIEWED.items():
        approval = signature.approval(name)
        waits = name in policy.form.reviewed and approval is not Approval.APPROVED
        if waits or approval is Approval.REFUSED:
            found |= about
    return found
