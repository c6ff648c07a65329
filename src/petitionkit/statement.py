"""Statements: sentences of a document that is made from values, and the hook for languages.

A statement is a code with parameters, and English comes with it. A document of statements says
the same as data and as text, and in another language through the same hook as problems have.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.civil import Duration
from petitionkit.durations import DURATION_WORDS, DurationWords, duration_in_words

__all__ = ["ENGLISH_WORDS", "Language", "Section", "Statement", "document_text", "statement"]

Words = tuple["str | Statement", ...]

ENGLISH_WORDS: Mapping[str, str] = MappingProxyType(
    {
        # readers
        "reader.public": "everybody",
        "reader.addressee": "whom the petition is addressed to",
        "reader.organiser": "who started the petition",
        "reader.moderator": "the office's moderators",
        "reader.signer": "yourself",
        # to whom a signer chose to be shown
        "visibility.public": "everybody",
        "visibility.addressee": "the addressees",
        "visibility.organiser": "who started it",
        "visibility.nobody": "nobody",
        # what a form does not ask, and is kept all the same
        "field.name": "name",
        "field.given_name": "given name",
        "field.family_name": "family name",
        "field.email": "e-mail address",
        "field.phone": "telephone number",
        "field.street": "street and number",
        "field.locality": "town",
        "field.area": "state or province",
        "field.postal_code": "postal code",
        "field.country": "country",
        "field.citizenship": "citizenship",
        "field.region": "region",
        "field.birth_date": "date of birth",
        "field.of_age": "whether you were of age on the day",
        "field.national_number": "national number",
        "field.register_number": "number in the register",
        "field.guardian": "parent or guardian who agrees",
        "field.comment": "why you sign",
        "field.kind": "whether you sign as a person or an organisation",
        "field.visibility": "to whom you want to be shown",
        "field.consents": "the boxes that you ticked, and when",
        "field.originals": "how you typed what is kept in another spelling",
        "field.network": "part of the network address that you signed from",
        "field.language": "the language in which you read the petition",
        "field.signed_at": "when you signed",
        "field.channel": "how your signature came in",
        "field.attestations": "how it was proved that it is you, and when",
        "field.bounced_at": "when mail to you last came back",
        # states of a petition
        "state.closed": "closed",
        "state.lapsed": "lapsed",
        "state.withdrawn": "withdrawn",
        "state.rejected": "rejected",
        "state.hidden": "hidden",
        "state.removed": "removed",
    }
)
"""English for the words that stand in statements, by code."""


@frozen(kw_only=True)
class Language:
    """A language to say statements in; without anything, English.

    ``translate`` gets each template and each word in English and returns it in the language:
    pass ``gettext.translation(...).gettext``. ``tag`` (BCP 47) is that of the durations, whose
    words are in ``durations``.
    """

    translate: Callable[[str], str] = str
    tag: str = "en"
    durations: Mapping[str, DurationWords] = DURATION_WORDS


_ENGLISH = Language()


@frozen(kw_only=True)
class Statement:
    """One sentence: ``code`` says which, ``params`` fill it, sorted by name.

    A parameter is a number, a text that is shown as it is, a duration, or codes of words and
    other statements, which are listed.
    """

    code: str
    params: tuple[tuple[str, "Param"], ...] = ()

    def message(self, english: Mapping[str, str], language: Language = _ENGLISH) -> str:
        """Say it in words, from a table of English templates by code."""

        def word(one: "str | Statement") -> str:
            if isinstance(one, Statement):
                return one.message(english, language)
            return language.translate(ENGLISH_WORDS.get(one, one))

        def said(value: Param) -> str | int:
            if isinstance(value, Duration):
                return duration_in_words(value, language.tag, language.durations)
            return ", ".join(map(word, value)) if isinstance(value, tuple) else value

        filled = {name: said(value) for name, value in self.params}
        return language.translate(english[self.code]).format_map(filled)


Param = str | int | Duration | Words


def statement(code: str, **params: Param) -> Statement:
    """Make a statement; parameters are sorted so that equal ones are equal."""
    return Statement(code=code, params=tuple(sorted(params.items())))


def _all(values: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(values)


@frozen(kw_only=True)
class Section:
    """A part of a document: what it is about (a code) and what it says of it."""

    about: str
    statements: tuple[Statement, ...] = field(converter=_all)


def document_text(
    title: Statement,
    sections: Iterable[Section],
    english: Mapping[str, str],
    language: Language = _ENGLISH,
) -> str:
    """Write a document as Markdown: a title, headings, one item a statement."""
    lines = [f"# {title.message(english, language)}"]
    for one in sections:
        heading = Statement(code=one.about).message(english, language)
        items = (f"- {each.message(english, language)}" for each in one.statements)
        lines += ["", f"## {heading}", "", *items]
    return "\n".join(lines) + "\n"
