"""Identity: by which claims a signer is known.

Decides what is hashed, never who wins: that is for the verb that sees the holders. A claim is
HMAC-SHA-256 over an injective encoding of purpose, realm, kind, recipe and canonical value,
so claims of two realms cannot be matched without the key, and fields never run together.
"""

from collections.abc import Sequence

from petitionkit.claims import ClaimKind
from petitionkit.keys import Secrets
from petitionkit.ledger import Claim
from petitionkit.mailboxes import Recipe, mailbox, mailbox_recipe
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.signature import Particulars
from petitionkit.text import encode, folded

__all__ = ["claim", "claims_for"]


def claim(
    secrets: Secrets, realm: str, kind: ClaimKind, *values: str, recipe: int = 1
) -> tuple[Claim, ...]:
    """Hash one identifying value under every live key, the newest first.

    All of them are inserted and all are looked for, so that a rotation forgets nobody.
    ``recipe`` is the version of the rules by which the value was made canonical.
    """
    message = encode("claim", realm, kind, str(recipe), *values)
    return tuple(
        Claim(kind=kind.value, key=key, digest=secrets.mac(key, message)) for key in secrets.live
    )


def claims_for(
    policy: Policy,
    realm: str,
    particulars: Particulars,
    secrets: Secrets,
    *,
    line: tuple[str, str] | None = None,
    recipes: Sequence[Recipe] = (),
) -> tuple[Claim, ...]:
    """Make the claims of a signer: persons by what the policy names, organisations by name.

    ``line`` (text of a roll's row, its occurrence in that roll) is the claim of last resort,
    used where the signer gave nothing else that identifies. ``recipes`` are those for
    mailboxes that are live, the newest first; more than one while a change of recipe lasts,
    none for the newest that comes with petitionkit.
    """
    if particulars.kind is PartyKind.ORGANISATION:
        return claim(secrets, realm, ClaimKind.REGISTERED_NAME, folded(particulars.name))
    found: list[Claim] = []
    for kind in policy.identity.any_of:
        if kind is ClaimKind.MAILBOX and particulars.email:
            for recipe in recipes or (mailbox_recipe(),):
                box = mailbox(particulars.email, recipe)
                found += claim(secrets, realm, kind, box, recipe=recipe.version)
        elif kind is ClaimKind.PHONE and particulars.phone:
            found += claim(secrets, realm, kind, particulars.phone)
    if not found and line is not None:
        return claim(secrets, realm, ClaimKind.LINE, *line)
    return tuple(found)
