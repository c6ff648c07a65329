"""What a policy asks of those who sign: the form, how signing is proved, who is counted.

Values only. Reading what somebody filled in is ``validation``'s, and deciding whether a
petition takes it is ``status``'s.
"""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import asdict, field, frozen

from petitionkit.contact import EmailRules, PhoneRules
from petitionkit.counters import Counter
from petitionkit.errors import InvalidValueError
from petitionkit.limits import Choice, between, filled, is_key, is_language
from petitionkit.names import NameOrder
from petitionkit.parties import PartyKind
from petitionkit.petition import CountEffect
from petitionkit.place import PostalRules, parse_country
from petitionkit.problems import Problem, problem
from petitionkit.signature import Visibility

__all__ = [
    "CODE_LIMIT",
    "NOT_ASKED_OF",
    "AskedConsent",
    "Confirmation",
    "Counting",
    "Demand",
    "Form",
    "FormField",
    "Keeping",
    "Kept",
    "Label",
]

CODE_LIMIT = 40
"""Characters of a code or a number, which is no name."""


class Demand(Choice):
    """Whether a form asks for a field."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    UNWANTED = "unwanted"
    """Not asked for, and dropped where it comes anyway."""


class FormField(Choice):
    """What a form can ask of a signer; each is an attribute of a draft, too."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    STREET = "street"
    LOCALITY = "locality"
    AREA = "area"
    """A state, province or county, where addresses have one."""
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"
    CITIZENSHIP = "citizenship"
    REGION = "region"
    BIRTH_DATE = "birth_date"
    NATIONAL_NUMBER = "national_number"
    REGISTER_NUMBER = "register_number"
    GUARDIAN = "guardian"
    COMMENT = "comment"


NOT_ASKED_OF: Mapping[PartyKind, frozenset[FormField]] = MappingProxyType(
    {
        PartyKind.PERSON: frozenset((FormField.REGISTER_NUMBER,)),
        PartyKind.ORGANISATION: frozenset(
            (
                FormField.CITIZENSHIP,
                FormField.BIRTH_DATE,
                FormField.NATIONAL_NUMBER,
                FormField.GUARDIAN,
            )
        ),
    }
)
"""What signers of a kind do not have: dropped where it comes anyway."""


class Keeping(Choice):
    """What becomes of a field once the signature counts."""

    KEEP = "keep"
    DERIVE = "derive"
    """Only what follows from it: of a birth date, whether they were of age on the day."""
    DROP = "drop"


@frozen(kw_only=True)
class Kept:
    """What is kept of the fields that say most of a person; all others are kept as they are.

    An unconfirmed attempt holds everything until it is confirmed or erased: its claims are
    made when it is confirmed.
    """

    birth_date: Keeping = field(default=Keeping.DERIVE, converter=Keeping)
    national_number: Keeping = field(default=Keeping.DROP, converter=Keeping)
    phone: Keeping = field(default=Keeping.KEEP, converter=Keeping)
    street: Keeping = field(default=Keeping.KEEP, converter=Keeping)
    locality: Keeping = field(default=Keeping.KEEP, converter=Keeping)
    area: Keeping = field(default=Keeping.KEEP, converter=Keeping)
    postal_code: Keeping = field(default=Keeping.KEEP, converter=Keeping)
    citizenship: Keeping = field(default=Keeping.KEEP, converter=Keeping)
    guardian: Keeping = field(default=Keeping.KEEP, converter=Keeping)

    def __attrs_post_init__(self) -> None:
        """Refuse to derive something where nothing follows."""
        found = [
            problem("misplaced", name)
            for name, keeping in asdict(self).items()
            if keeping is Keeping.DERIVE and name != FormField.BIRTH_DATE
        ]
        if found:
            raise InvalidValueError(found)

    def of(self, name: FormField) -> Keeping:
        """What becomes of a field."""
        return Keeping(getattr(self, name, Keeping.KEEP))


@frozen(kw_only=True)
class AskedConsent:
    """A box that a signer may tick, or must: ``version`` names the text that stands beside it.

    ``key`` is of small letters, digits, ``_`` and ``-``. ``InvalidValueError`` for anything else,
    and for no version.
    """

    key: str = field(validator=is_key)
    version: str = field(validator=filled)
    required: bool = False


@frozen(kw_only=True)
class Label:
    """What a form calls a field, or a consent's key, in one language (a BCP 47 tag)."""

    of: str = field(validator=filled)
    language: str = field(validator=is_language)
    text: str = field(validator=filled)


def _fields(values: tuple[FormField, ...]) -> tuple[FormField, ...]:
    return tuple(FormField(value) for value in values)


@frozen(kw_only=True)
class Form:
    """What a signer gives, field by field, and what is kept of it; limits count characters.

    ``two_part_name`` asks for a given and a family name, of which one may be empty, and puts
    them together in ``name_order``. ``email_rules``, ``phone_rules`` and ``postal_rules`` say
    how strict it is. ``phone_region`` (ISO 3166-1 alpha-2) is the country of telephone numbers
    that come without a country code, ``home_country`` that of signers who name none, and
    ``other_countries`` are codes that the office has besides. With ``address_tables`` addresses
    are held against Google's tables (the ``address`` extra).
    ``on_paper`` names what a line on paper has, where that is less than the form asks. A
    name or comment in ``reviewed`` is shown once a moderator has approved it. A signer who
    does not choose is shown to ``visibility``, and may choose where ``visibility_choice``.
    A field that deciding who may sign needs is asked for whatever stands here.
    """

    email: Demand = field(default=Demand.REQUIRED, converter=Demand)
    phone: Demand = field(default=Demand.UNWANTED, converter=Demand)
    street: Demand = field(default=Demand.UNWANTED, converter=Demand)
    locality: Demand = field(default=Demand.UNWANTED, converter=Demand)
    area: Demand = field(default=Demand.UNWANTED, converter=Demand)
    postal_code: Demand = field(default=Demand.UNWANTED, converter=Demand)
    country: Demand = field(default=Demand.UNWANTED, converter=Demand)
    citizenship: Demand = field(default=Demand.UNWANTED, converter=Demand)
    region: Demand = field(default=Demand.OPTIONAL, converter=Demand)
    birth_date: Demand = field(default=Demand.UNWANTED, converter=Demand)
    national_number: Demand = field(default=Demand.UNWANTED, converter=Demand)
    register_number: Demand = field(default=Demand.UNWANTED, converter=Demand)
    guardian: Demand = field(default=Demand.UNWANTED, converter=Demand)
    comment: Demand = field(default=Demand.UNWANTED, converter=Demand)
    two_part_name: bool = False
    name_order: NameOrder = field(default=NameOrder.GIVEN_FAMILY, converter=NameOrder)
    name_limit: int = field(default=255, validator=between(1, 255))
    comment_limit: int = field(default=2000, validator=between(1, 10_000))
    address_limit: int = field(default=255, validator=between(1, 1000))
    phone_region: str = ""
    email_rules: EmailRules = EmailRules()
    phone_rules: PhoneRules = PhoneRules()
    postal_rules: PostalRules = PostalRules(required_in=())
    home_country: str = ""
    other_countries: tuple[str, ...] = ()
    address_tables: bool = False
    consents: tuple[AskedConsent, ...] = ()
    visibility: Visibility = field(default=Visibility.PUBLIC, converter=Visibility)
    visibility_choice: bool = True
    reviewed: tuple[FormField, ...] = field(default=(), converter=_fields)
    on_paper: tuple[FormField, ...] = field(default=(), converter=_fields)
    kept: Kept = Kept()
    labels: tuple[Label, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse what is said twice, and reviews of what nobody is shown."""
        found: list[Problem] = []
        keys = [consent.key for consent in self.consents]
        labelled = [(label.of, label.language) for label in self.labels]
        for name, said in (("consents", keys), ("labels", labelled)):
            if len(set(said)) < len(said):
                found.append(problem("repeated", name))
        known = {*FormField, *keys}
        if not {label.of for label in self.labels} <= known:
            found.append(problem("unknown_choice", "labels", choices=", ".join(sorted(known))))
        if not set(self.reviewed) <= {FormField.NAME, FormField.COMMENT}:
            found.append(problem("unknown_choice", "reviewed", choices="name, comment"))
        if self.home_country:
            try:
                self.parse_country(self.home_country, "home_country")
            except InvalidValueError as error:
                found += error.problems
        if found:
            raise InvalidValueError(found)

    def demand(self, name: FormField) -> Demand:
        """Whether the form asks for a field; every form asks for a name."""
        return Demand(getattr(self, name, Demand.REQUIRED))

    def limit(self, name: FormField) -> int:
        """How many characters of a field are taken once tidied; 0 where its parser knows."""
        match name:
            case FormField.NAME:
                return self.name_limit
            case FormField.COMMENT:
                return self.comment_limit
            case FormField.STREET | FormField.LOCALITY | FormField.AREA | FormField.GUARDIAN:
                return self.address_limit
            case FormField.REGION | FormField.NATIONAL_NUMBER | FormField.REGISTER_NUMBER:
                return CODE_LIMIT
            case FormField.POSTAL_CODE:
                return self.postal_rules.limit
            case _:
                return 0

    def parse_country(self, value: str, name: str) -> str:
        """Check a country's code; ``InvalidValueError`` where it is none here."""
        return parse_country(value, name, also=self.other_countries)

    def label(self, of: str, language: str) -> str:
        """What the form calls a field or consent in a language, or else its own key."""
        texts = {(label.of, label.language): label.text for label in self.labels}
        return texts.get((of, language), of)


def _hours_ascending(values: tuple[int, ...]) -> tuple[int, ...]:
    hours = tuple(values)
    if list(hours) != sorted({hour for hour in hours if hour > 0}):
        raise InvalidValueError([problem("out_of_range", "reminder_hours")])
    return hours


@frozen(kw_only=True)
class Confirmation:
    """How a web signature is proved.

    Where ``by_mail`` holds, a signature counts once its link is opened. A link holds for
    ``link_days`` days; after the petition has closed an attempt from before can still be
    confirmed for ``grace_hours`` hours, the last instant included (24 in the UK Parliament's
    system). One mailbox is sent at most ``mails`` mails in any ``mail_hours`` hours, because
    anybody may type anybody's address (the UK Parliament sends five in all). Reminders
    follow ``reminder_hours`` after the attempt, in ascending order; what an attempt that was
    never confirmed says of a person is erased ``erase_days`` days after its link has expired.
    """

    by_mail: bool = True
    link_days: int = field(default=30, validator=between(1, 3660))
    grace_hours: int = field(default=0, validator=between(0, 8784))
    mails: int = field(default=5, validator=between(1, 1000))
    mail_hours: int = field(default=24, validator=between(1, 8784))
    reminder_hours: tuple[int, ...] = field(default=(), converter=_hours_ascending)
    erase_days: int = field(default=30, validator=between(0, 3660))


def _party_kinds(values: tuple[PartyKind, ...]) -> tuple[PartyKind, ...]:
    return tuple(PartyKind(value) for value in values)


@frozen(kw_only=True)
class Counting:
    """What is added up as *supporters*. Persons and organisations are always counted apart too.

    ``counters`` are further ones that rules and declared counts may name. ``paper`` says what
    a total of paper signatures does to those counted here.
    """

    supporters: tuple[PartyKind, ...] = field(default=(PartyKind.PERSON,), converter=_party_kinds)
    counters: tuple[Counter, ...] = ()
    paper: CountEffect = field(default=CountEffect.ADDS, converter=CountEffect)
