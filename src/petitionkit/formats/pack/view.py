"""What an addressee sees of one signature: the fields that the policy discloses, and no other.

A line is text in the order of the policy's fields. It has no place for an address or a number to
write to, so that none can slip into a roll, whatever is added to signatures.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.civil import instant_text, local_date
from petitionkit.disclosure import ANONYMOUS, Disclosed
from petitionkit.form import FormField
from petitionkit.policy import Policy
from petitionkit.signature import Signature, Verdict, Visibility

__all__ = ["RollView", "view"]

_CELLS: Mapping[Disclosed, Callable[[Signature, str], str]] = MappingProxyType(
    {
        Disclosed.NAME: lambda signature, _: signature.particulars.name,
        Disclosed.GIVEN_NAME: lambda signature, _: signature.particulars.given_name,
        Disclosed.FAMILY_NAME: lambda signature, _: signature.particulars.family_name,
        Disclosed.STREET: lambda signature, _: signature.particulars.street,
        Disclosed.LOCALITY: lambda signature, _: signature.particulars.locality,
        Disclosed.POSTAL_CODE: lambda signature, _: signature.particulars.postal_code,
        Disclosed.COUNTRY: lambda signature, _: signature.particulars.country,
        Disclosed.REGION: lambda signature, _: signature.particulars.region,
        Disclosed.CITIZENSHIP: lambda signature, _: signature.particulars.citizenship,
        Disclosed.BIRTH_DATE: lambda signature, _: str(signature.particulars.birth_date or ""),
        Disclosed.NATIONAL_NUMBER: lambda signature, _: signature.particulars.national_number,
        Disclosed.REGISTER_NUMBER: lambda signature, _: signature.particulars.register_number,
        Disclosed.GUARDIAN: lambda signature, _: signature.particulars.guardian,
        Disclosed.COMMENT: lambda signature, _: signature.particulars.comment,
        Disclosed.KIND: lambda signature, _: signature.particulars.kind.value,
        Disclosed.LANGUAGE: lambda signature, _: signature.language,
        Disclosed.SIGNED_ON: lambda s, zone: local_date(s.signed_at, zone).isoformat(),
        Disclosed.SIGNED_AT: lambda signature, _: instant_text(signature.signed_at),
        Disclosed.CHANNEL: lambda signature, _: signature.provenance.channel.value,
    }
)


# What a moderator's verdict on a name or a comment is about.
_REVIEWED = MappingProxyType(
    {
        FormField.NAME: {Disclosed.NAME, Disclosed.GIVEN_NAME, Disclosed.FAMILY_NAME},
        FormField.COMMENT: {Disclosed.COMMENT},
    }
)


@frozen(kw_only=True)
class RollView:
    """One line of a pack's roll: its number, from 1, and the disclosed cells in their order.

    ``withheld`` says that cells are empty because the signer or a moderator wants them to be.
    """

    number: int
    cells: tuple[str, ...] = field(repr=False)
    withheld: bool = False


def view(signature: Signature, policy: Policy, number: int) -> RollView:
    """Show a signature as the policy, its signer and the moderators let an addressee see it."""
    zone = policy.window.zone
    withheld = _withheld(signature, policy)
    whole = tuple(_CELLS[name](signature, zone) for name in policy.disclosure.fields)
    if not withheld:
        return RollView(number=number, cells=whole)
    cells = tuple(
        "" if name in withheld else cell
        for name, cell in zip(policy.disclosure.fields, whole, strict=True)
    )
    return RollView(number=number, cells=cells, withheld=cells != whole)


def _withheld(signature: Signature, policy: Policy) -> AbstractSet[Disclosed]:
    """Fields that stay empty: of who does not want to be seen, and what was not approved."""
    if signature.particulars.visibility.narrower_than(Visibility.RECIPIENT):
        return set(Disclosed) - ANONYMOUS
    found: set[Disclosed] = set()
    for name, fields in _REVIEWED.items():
        verdict = signature.verdict(name)
        waits = name in policy.form.reviewed and verdict is not Verdict.APPROVED
        if waits or verdict is Verdict.REFUSED:
            found |= fields
    return found
