"""Parties: who starts, writes, signs and is asked, as persons or organisations.

Names are personal data: they stand in values beside the facts and can be erased.
"""

from datetime import datetime

from attrs import field, frozen

from petitionkit.civil import instant
from petitionkit.errors import refuse
from petitionkit.limits import Choice, at_least, filled
from petitionkit.text import clean, clean_block, text_problems

__all__ = [
    "Addressee",
    "Answer",
    "Author",
    "AuthorRole",
    "Delivery",
    "Party",
    "PartyKind",
]

_NAME_LIMIT = 255
_SUMMARY_LIMIT = 40_000
_URL_LIMIT = 2_048


class PartyKind(Choice):
    """A natural person or an organisation; the two are always counted apart."""

    PERSON = "person"
    ORGANISATION = "organisation"


@frozen(kw_only=True)
class Party:
    """Who starts, signs or is asked: a person or a named organisation.

    An organisation need not be a legal person; ``reference`` is the embedder's opaque id of the
    account behind it. The name has 1 to 255 characters.
    """

    kind: PartyKind = field(converter=PartyKind)
    name: str = field(repr=False, converter=clean)
    reference: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse a name that no list could show."""
        refuse(text_problems(self.name, "name", max_length=_NAME_LIMIT, label=True))


class AuthorRole(Choice):
    """What an author answers for (the roles of Finland's citizens' initiative)."""

    INITIATOR = "initiator"
    REPRESENTATIVE = "representative"
    DEPUTY = "deputy"
    AUTHOR = "author"


@frozen(kw_only=True)
class Author:
    """Somebody who wrote the petition; ``accepted`` is the text version they agreed to, if any.

    ``name`` is one line of at most 255 characters (else ``InvalidValueError``), ``reference`` the
    app's own opaque word for them.
    """

    name: str = field(repr=False, converter=clean)
    role: AuthorRole = field(default=AuthorRole.AUTHOR, converter=AuthorRole)
    reference: str = ""
    accepted: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a name that no list could show."""
        refuse(text_problems(self.name, "name", max_length=_NAME_LIMIT, label=True))


@frozen(kw_only=True)
class Delivery:
    """The handing over to one addressee: when, how many signatures, and their receipt.

    ``receipt`` is a code, such as the digest of a pack's manifest or the addressee's file number.
    """

    at: datetime = field(converter=instant)
    count: int = field(validator=at_least(0))
    receipt: str = ""


@frozen(kw_only=True)
class Answer:
    """What one addressee answered: ``at`` which instant (UTC), and the ``url`` where it stands.

    ``summary`` may have several lines. ``InvalidValueError`` for text that no store could keep.
    """

    at: datetime = field(converter=instant)
    summary: str = field(default="", converter=clean_block)
    url: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse text that no store could keep."""
        refuse(
            text_problems(
                self.summary, "summary", max_length=_SUMMARY_LIMIT, required=False, block=True
            )
            + text_problems(self.url, "url", max_length=_URL_LIMIT, required=False)
        )


@frozen(kw_only=True)
class Addressee:
    """A body, office or person that is asked; ``key`` names it within the petition.

    ``name`` and ``place`` are one line of at most 255 characters, ``place`` may be empty;
    ``delivery`` and ``answer`` are the latest of each. ``InvalidValueError`` for anything else.
    """

    key: str = field(validator=filled)
    name: str = field(converter=clean)
    place: str = field(default="", converter=clean)
    delivery: Delivery | None = None
    answer: Answer | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a name that no list could show."""
        refuse(
            text_problems(self.name, "name", max_length=_NAME_LIMIT, label=True)
            + text_problems(self.place, "place", max_length=_NAME_LIMIT, required=False)
        )
