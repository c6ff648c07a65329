"""Disclosure: what the addressees of a petition see of those who signed it.

A value of the policy, and the list of what it can choose from. E-mail addresses, telephone
numbers and network addresses are no choice: nobody hands those over (petities.nl: name, function
and place, never e-mail). What each signer wants shown is decided for each signature elsewhere.
"""

from enum import StrEnum

from attrs import field, frozen

from petitionkit.errors import refuse
from petitionkit.problems import problem

__all__ = ["ANONYMOUS", "Disclosed", "Disclosure"]


class Disclosed(StrEnum):
    """What an addressee can be shown of one signature."""

    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    STREET = "street"
    LOCALITY = "locality"
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"
    REGION = "region"
    CITIZENSHIP = "citizenship"
    BIRTH_DATE = "birth_date"
    NATIONAL_NUMBER = "national_number"
    REGISTER_NUMBER = "register_number"
    GUARDIAN = "guardian"
    COMMENT = "comment"
    KIND = "kind"
    """A person or an organisation."""
    LANGUAGE = "language"
    """In which the petition was read."""
    SIGNED_ON = "signed_on"
    """The day, in the zone of the policy's window."""
    SIGNED_AT = "signed_at"
    """The instant, in UTC."""
    CHANNEL = "channel"


ANONYMOUS = frozenset(
    {
        Disclosed.COUNTRY,
        Disclosed.REGION,
        Disclosed.KIND,
        Disclosed.LANGUAGE,
        Disclosed.SIGNED_ON,
        Disclosed.SIGNED_AT,
        Disclosed.CHANNEL,
    }
)
"""What may be shown of a signer who is not to be known; EFF's forms show the country alone."""


def _fields(values: tuple[Disclosed, ...]) -> tuple[Disclosed, ...]:
    return tuple(Disclosed(value) for value in values)


@frozen(kw_only=True)
class Disclosure:
    """What an addressee is shown of each signature, in this order; nothing else is handed over."""

    fields: tuple[Disclosed, ...] = field(
        default=(Disclosed.NAME, Disclosed.KIND, Disclosed.SIGNED_ON), converter=_fields
    )

    def __attrs_post_init__(self) -> None:
        """Refuse a field that is there twice, and a roll that shows nothing."""
        repeated = len(set(self.fields)) < len(self.fields)
        found = [problem("repeated", "fields")] if repeated else []
        refuse(found if self.fields else [problem("required", "fields")])
