"""What makes two signatures one person's, as a value of a policy.

Says which things a signer gives identify them. Making keyed claims of them is ``identity``'s.
"""

from enum import StrEnum

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem

__all__ = ["ClaimKind", "Identity"]


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
