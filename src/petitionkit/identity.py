"""Identity: by which claims a signer is known, and with whom they cannot stand.

Decides what is hashed and which slot is taken, never who wins: that is for the verb that sees
the holders. A claim is HMAC-SHA-256 over an injective encoding of purpose, realm, and the kind,
recipe and canonical value of each part, so claims of two realms cannot be matched without the
key, and fields never run together.
"""

import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import count
from operator import attrgetter
from uuid import UUID

from attrs import evolve, frozen

from petitionkit.claims import FIELD_OF, ClaimKind, Identity
from petitionkit.form import Demand, FormField
from petitionkit.keys import Secrets
from petitionkit.ledger import NOBODY, Claim, Holding
from petitionkit.mailboxes import Recipe, mailbox
from petitionkit.parties import PartyKind
from petitionkit.place import squeezed
from petitionkit.policy import Policy
from petitionkit.signature import Particulars
from petitionkit.text import clean, encode, folded

__all__ = ["claim", "claims_for", "mail_marks", "name_key", "placed", "rivals", "unidentified"]


def name_key(name: str) -> str:
    """What is compared of a name: equal for two spellings of one name, and never empty.

    Case, width, accents of Latin letters and all that is no letter or digit are left out of
    account; vowel signs of other scripts are not, since they tell names apart. ``Zoë Müller``
    meets ``ZOE MULLER``, and ``O'Brien`` does not meet ``OBrien`` (as in the UK Parliament's
    petitions, whose own key of 山田 is empty).
    """
    if name.isascii():
        plain = clean(name.lower())
        return " ".join(plain.translate(_SPACED).split()) or plain
    kept: list[str] = []
    latin = False
    for char in unicodedata.normalize("NFD", folded(name)):
        mark = unicodedata.category(char).startswith("M")
        if mark and latin:
            continue
        if not mark:
            latin = unicodedata.name(char, "").startswith("LATIN")
        kept.append(char if mark or char.isalnum() else " ")
    key = " ".join("".join(kept).split())
    return unicodedata.normalize("NFC", key) or folded(name)


_SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}


Value = Callable[[Particulars], str]


def _value_of(kind: ClaimKind, recipe: Recipe) -> Value:
    """What a signer gave of a kind, canonical; empty where they gave nothing."""
    match kind:
        case ClaimKind.MAILBOX:
            return lambda who: mailbox(who.email, recipe) if who.email else ""
        case ClaimKind.NAME:
            return lambda who: name_key(who.name)
        case ClaimKind.STREET:
            return lambda who: name_key(who.street) if who.street else ""
        case ClaimKind.POSTAL_CODE:
            return lambda who: squeezed(who.postal_code) or folded(who.postal_code)
        case ClaimKind.BIRTH_DATE:
            return lambda who: who.birth_date.isoformat() if who.birth_date else ""
        case _:
            return attrgetter(FIELD_OF[kind].value)


def claim(
    secrets: Secrets, realm: str, kind: ClaimKind, *values: str, recipe: int = 1
) -> tuple[Claim, ...]:
    """Hash one identifying value under every live key, the newest first.

    All of them are inserted and all are looked for, so that a rotation forgets nobody.
    ``recipe`` is the version of the rules by which the value was made canonical.
    """
    message = encode("claim", realm, kind, str(recipe), *values)
    return _hashed(secrets, kind.value, message)


def _hashed(secrets: Secrets, label: str, message: bytes) -> tuple[Claim, ...]:
    return tuple(
        [Claim(kind=label, key=key, digest=secrets.mac(key, message)) for key in secrets.live]
    )


@frozen(eq=False)
class _Pattern:
    """A claim on several values hashed as one: what is the same for all who sign, and the rest.

    ``parts`` are what stands encoded before each value, how that is read, and whether there is
    no claim without it.
    """

    label: str
    parts: tuple[tuple[bytes, Value, bool], ...]

    def message(self, who: Particulars) -> bytes:
        """What is hashed of a signer; empty where there is no claim."""
        found = b""
        for before, value_of, needed in self.parts:
            value = value_of(who)
            if needed and not value:
                return b""
            found += before + encode(value)
        return found


def _pattern(
    realm: str, kinds: Iterable[ClaimKind], recipe: Recipe, needed: Container[ClaimKind]
) -> _Pattern:
    """The pattern of a claim on these, whatever the order in which a policy names them."""
    ordered = sorted(kinds)
    before, parts = encode("claim", realm), []
    for kind in ordered:
        version = recipe.version if kind is ClaimKind.MAILBOX else 1
        before += encode(kind, str(version))
        parts.append((before, _value_of(kind, recipe), kind in needed))
        before = b""
    return _Pattern("+".join(ordered), tuple(parts))


@lru_cache(maxsize=256)
def _patterns(policy: Policy, realm: str) -> tuple[_Pattern, ...]:
    """Of every claim that a policy's persons may have."""
    identity = policy.identity
    found: list[_Pattern] = []
    for recipe in identity.live_recipes:
        newest = recipe is identity.live_recipes[0]
        ways = [way for way in identity.ways if newest or ClaimKind.MAILBOX in way]
        found += [_pattern(realm, way, recipe, way) for way in ways]
        # Who shares a mailbox is told apart, and held together, by the mailbox with the rest.
        beside = (ClaimKind.NAME, *identity.sharing.same) if identity.sharing else ()
        shared = [(ClaimKind.MAILBOX, kind) for kind in beside]
        found += [_pattern(realm, both, recipe, both[:1]) for both in shared]
    return tuple(found)


def claims_for(
    policy: Policy,
    realm: str,
    particulars: Particulars,
    secrets: Secrets,
    *,
    line: tuple[str, str] | None = None,
) -> tuple[Claim, ...]:
    """Make the claims of a signer: persons by what the policy names, organisations by register.

    An organisation is known by its register number where every organisation gives one, and by
    its name otherwise. ``line`` (text of a roll's row, its occurrence in that roll) is the claim
    of last resort, used where the signer gave nothing else that identifies. There is one for
    every live key and, where a mailbox is in it, for every recipe of the policy.
    """
    who = particulars
    if who.kind is PartyKind.ORGANISATION:
        number = claim(secrets, realm, ClaimKind.REGISTER_NUMBER, who.register_number)
        name = claim(secrets, realm, ClaimKind.REGISTERED_NAME, folded(who.name))
        if not who.register_number:
            return name
        required = policy.form.register_number is Demand.REQUIRED
        return number if required else (*number, *name)
    found: tuple[Claim, ...] = ()
    for pattern in _patterns(policy, realm):
        message = pattern.message(particulars)
        if message:
            found += _hashed(secrets, pattern.label, message)
    if not found and line is not None:
        return claim(secrets, realm, ClaimKind.LINE, *line)
    return found


def unidentified(policy: Policy, who: Particulars) -> tuple[FormField, ...]:
    """Fields of which one more would identify a person by; empty where something does."""

    def given(field: FormField) -> bool:
        return bool(getattr(who, field))

    identity = policy.identity
    if who.kind is PartyKind.ORGANISATION or identity.identifies(given):
        return ()
    fields = (FIELD_OF[kind] for way in identity.ways for kind in way)
    return tuple(dict.fromkeys(field for field in fields if not given(field)))


def mail_marks(identity: Identity, realm: str, email: str, secrets: Secrets) -> tuple[str, ...]:
    """What mails to a mailbox are counted by: keyed hashes, that of newest key and recipe first."""
    return tuple(
        secrets.mac(key, encode("mail", realm, str(recipe.version), mailbox(email, recipe))).hex()
        for recipe in identity.live_recipes
        for key in secrets.live
    )


def _shared_kinds(identity: Identity) -> tuple[str, frozenset[str]]:
    """Names of the claim that may be shared and of those on which the sharers must agree."""
    if identity.sharing is None:
        return "", frozenset()
    with_mailbox = ("+".join(sorted((ClaimKind.MAILBOX, kind))) for kind in identity.sharing.same)
    return ClaimKind.MAILBOX.value, frozenset(with_mailbox)


def _holders(claims: Iterable[Claim], holdings: Iterable[Holding]) -> dict[str, list[UUID]]:
    """Who holds a claim of each kind, under whatever key, each once."""
    held: dict[bytes, list[UUID]] = {}
    for holding in holdings:
        held.setdefault(holding.digest, []).append(holding.holder)
    found: dict[str, dict[UUID, None]] = {}
    for one in claims:
        found.setdefault(one.kind, {}).update(dict.fromkeys(held.get(one.digest, ())))
    return {kind: list(holders) for kind, holders in found.items()}


def rivals(
    identity: Identity,
    claims: Iterable[Claim],
    holdings: Iterable[Holding],
    *,
    own: UUID | None = None,
) -> frozenset[UUID]:
    """The holders beside whom a signer with these claims cannot stand.

    They are the same person, or too many at one mailbox. ``own`` is the signer's own signature,
    which never stands against them.
    """
    shared, agreeing = _shared_kinds(identity)
    holders = _holders(claims, holdings)
    found: set[UUID] = set()
    for kind, those in holders.items():
        if kind != shared and kind not in agreeing:
            found.update(those)
    sharers = [one for one in holders.get(shared, ()) if one not in (own, NOBODY)]
    if identity.sharing and len(sharers) >= identity.sharing.people:
        found.update(sharers)
    for kind in agreeing:
        found.update(set(sharers) - set(holders.get(kind, ())))
    return frozenset(found - {own, NOBODY})


def placed(
    claims: Iterable[Claim], holdings: Sequence[Holding], *, own: UUID | None = None
) -> tuple[Claim, ...]:
    """The claims with the slots that are free for them, or that ``own`` holds already."""
    if not holdings:
        return tuple(claims)
    slots: dict[bytes, dict[int, UUID]] = {}
    for holding in holdings:
        slots.setdefault(holding.digest, {})[holding.slot] = holding.holder
    return tuple(
        evolve(one, slot=_slot(slots[one.digest], own)) if one.digest in slots else one
        for one in claims
    )


def _slot(taken: Mapping[int, UUID], own: UUID | None) -> int:
    held = [slot for slot, holder in taken.items() if holder == own]
    return held[0] if held else next(slot for slot in count() if slot not in taken)
