"""What an addressee sees of one signature: the fields that the policy discloses, and no other.

A line is text in the order of the policy's fields. It has no place for an address or a number to
write to, so that none can slip into a roll, whatever is added to signatures.
"""

from datetime import date, datetime
from enum import Enum

from attrs import field, frozen

from petitionkit.civil import instant_text
from petitionkit.policy import Policy
from petitionkit.signature import Signature
from petitionkit.views import AddresseeView
from petitionkit.views import view as view_of

__all__ = ["RollView", "view"]


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
    seen = view_of(AddresseeView, signature, policy)
    cells = tuple(_cell(getattr(seen, name)) for name in policy.disclosure.fields)
    return RollView(number=number, cells=cells, withheld=seen.withheld)


def _cell(value: object) -> str:
    match value:
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case Enum():
            return str(value.value)
        case _:
            return str(value or "")
