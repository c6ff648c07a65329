"""Disclosure: what a petition's addressees, and everybody, see of those who signed it.

A value of the policy, and the list of what it can choose from. E-mail addresses, telephone
numbers and network addresses are no choice: nobody hands those over (petities.nl: name, function
and place, never e-mail). What each signer wants shown is decided in ``views``.
"""

from attrs import field, frozen

from petitionkit.errors import refuse
from petitionkit.limits import Choice, between
from petitionkit.problems import Problem, problem

__all__ = ["ANONYMOUS", "PUBLISHABLE", "Disclosed", "Disclosure", "Reader", "SmallRegions"]


class Reader(Choice):
    """Who looks at a signature. Which person is which reader is for the app to know."""

    PUBLIC = "public"
    """Anybody."""
    ADDRESSEE = "addressee"
    """To whom the petition is handed over."""
    ORGANISER = "organiser"
    """Who started the petition, or took it over."""
    MODERATOR = "moderator"
    SIGNER = "signer"
    """Who signed, and nobody else."""


class SmallRegions(Choice):
    """What public statistics do with regions in which too few have signed."""

    MERGED = "merged"
    """Their sum is shown as one number."""
    WITHHELD = "withheld"
    """Nothing is shown of them."""


class Disclosed(Choice):
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


PUBLISHABLE = frozenset(
    {
        Disclosed.NAME,
        Disclosed.LOCALITY,
        Disclosed.COUNTRY,
        Disclosed.REGION,
        Disclosed.COMMENT,
        Disclosed.KIND,
        Disclosed.SIGNED_ON,
    }
)
"""What may be shown to everybody, where the policy and the signer want it."""


def _readers(values: tuple[Reader, ...]) -> tuple[Reader, ...]:
    return tuple(Reader(value) for value in values)


def _fields(values: tuple[Disclosed, ...]) -> tuple[Disclosed, ...]:
    return tuple(Disclosed(value) for value in values)


@frozen(kw_only=True)
class Disclosure:
    """What readers are shown of each signature, and of how many there are in a region.

    An addressee is shown ``fields`` in this order, and nothing else is handed over. Everybody
    is shown ``public``: nothing, unless the policy says so. Public statistics show no region
    alone in which fewer than ``fewest`` have signed. A signer's name and comment may be shown
    to fewer people by those in ``narrowed_by`` and to more by those in ``widened_by``
    (petities.nl: an organiser may hide a signature, its signer alone may show it).
    """

    fields: tuple[Disclosed, ...] = field(
        default=(Disclosed.NAME, Disclosed.KIND, Disclosed.SIGNED_ON), converter=_fields
    )
    public: tuple[Disclosed, ...] = field(default=(), converter=_fields)
    fewest: int = field(default=1, validator=between(1, 10_000))
    small_regions: SmallRegions = field(default=SmallRegions.MERGED, converter=SmallRegions)
    narrowed_by: tuple[Reader, ...] = field(
        default=(Reader.SIGNER, Reader.ORGANISER, Reader.MODERATOR), converter=_readers
    )
    widened_by: tuple[Reader, ...] = field(default=(Reader.SIGNER,), converter=_readers)

    def __attrs_post_init__(self) -> None:
        """Refuse what is said twice, a roll that shows nothing, and what nobody publishes."""
        said = {
            "fields": self.fields,
            "public": self.public,
            "narrowed_by": self.narrowed_by,
            "widened_by": self.widened_by,
        }
        found = [problem("repeated", k) for k, v in said.items() if len(set(v)) < len(v)]
        if not self.fields:
            found.append(problem("required", "fields"))
        refuse([*found, *self._unpublishable(), *self._changed_by_strangers()])

    def _unpublishable(self) -> list[Problem]:
        choices = ", ".join(one for one in Disclosed if one in PUBLISHABLE)
        return [
            problem("unknown_choice", f"public.{place}", choices=choices)
            for place, name in enumerate(self.public)
            if name not in PUBLISHABLE
        ]

    def _changed_by_strangers(self) -> list[Problem]:
        """Whoever it is shown to at most has no say in it; its signer may always hide it."""
        lists = {"narrowed_by": self.narrowed_by, "widened_by": self.widened_by}
        strangers = {Reader.PUBLIC, Reader.ADDRESSEE}
        found = [problem("misplaced", k) for k, v in lists.items() if strangers & set(v)]
        mine = Reader.SIGNER in self.narrowed_by
        return found if mine else [*found, problem("required", "narrowed_by.signer")]
