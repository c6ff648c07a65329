"""What an addressee sees of one signature: the fields that the policy discloses, and no other.

A line is text in the order of the policy's fields. It has no place for an address or a number to
write to, so that none can slip into a roll, whatever is added to signatures.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.civil import instant_text, local_date
from petitionkit.disclosure import Disclosed
from petitionkit.policy import Policy
from petitionkit.signature import Signature

__all__ = ["RollView", "view"]

_CELLS: Mapping[Disclosed, Callable[[Signature, str], str]] = MappingProxyType(
    {
        Disclosed.NAME: lambda signature, _: signature.particulars.name,
        Disclosed.KIND: lambda signature, _: signature.particulars.kind.value,
        Disclosed.REGION: lambda signature, _: signature.particulars.region,
        Disclosed.COMMENT: lambda signature, _: signature.particulars.comment,
        Disclosed.LANGUAGE: lambda signature, _: signature.language,
        Disclosed.SIGNED_ON: lambda s, zone: local_date(s.signed_at, zone).isoformat(),
        Disclosed.SIGNED_AT: lambda signature, _: instant_text(signature.signed_at),
        Disclosed.CHANNEL: lambda signature, _: signature.provenance.channel.value,
    }
)


@frozen(kw_only=True)
class RollView:
    """One line of a pack's roll: its number, from 1, and the disclosed cells in their order."""

    number: int
    cells: tuple[str, ...] = field(repr=False)


def view(signature: Signature, policy: Policy, number: int) -> RollView:
    """Show a signature as the policy lets an addressee see it."""
    zone = policy.window.zone
    cells = tuple(_CELLS[name](signature, zone) for name in policy.disclosure.fields)
    return RollView(number=number, cells=cells)
