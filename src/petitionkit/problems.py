"""What is wrong with an input, as a value.

Decides the shape of a problem (stable code, field, parameters), its English words and how
other languages come in. It never holds the offending value: a problem may be logged, mailed
and shown to anybody. It knows no rule; rules name the codes.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from attrs import frozen

__all__ = ["ENGLISH", "Params", "Problem", "problem", "sentences"]

Params = tuple[tuple[str, str | int], ...]
"""Parameters of a sentence, sorted by name: ``(("limit", 255),)``."""

ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "required": "is required",
        "too_long": "has {length} characters; at most {limit} are allowed",
        "too_short": "has {length} characters; at least {limit} are needed",
        "control_character": "contains the control character {character}; remove it",
        "lone_surrogate": "is not valid Unicode (half of a surrogate pair); retype it",
        "bidi_control": "contains {character}, which reverses the text around it; remove it",
        "contains_url": "must not contain a web address",
        "formula_start": "must not begin with {character}",
        "not_text": "must be text",
        "not_a_date": "is not a date; write YYYY-MM-DD",
        "date_in_future": "lies in the future",
        "naive_instant": "has no time zone; give an aware datetime",
        "not_an_instant": "is not an instant; write YYYY-MM-DDTHH:MM:SS with Z or an offset",
        "unknown_zone": "names no time zone of the IANA database",
        "not_positive": "must be above zero",
        "negative": "must not be below zero",
        "unknown_choice": "must be one of: {choices}",
        "unknown_language": "is not a language tag such as en or pt-BR",
        "unknown_key": "is not a key that is known here",
        "wrong_type": "must be {expected}",
        "out_of_range": "is outside what is allowed here",
        "not_json": "is not JSON",
        "not_toml": "is not TOML: {detail}",
        "repeated": "is there more than once",
        "unknown_calendar": "names a calendar that the policy does not have",
        "unknown_rule": "is no rule; a rule begins with one of: {choices}",
        "unbound_parameter": "is a parameter that must be bound when the policy is pinned",
        "not_a_share": "must be a share above 0 and at most 1, such as 1/10 or 2 %",
        "too_few": "needs at least {needed}",
        "no_common_claim": "nothing identifies signers on the web and on paper alike; name "
        "something that both give, or say that nobody is asked to sign in both ways",
        "not_kept": "identifies signers and is not kept, so invalidating cannot free it: keep it, "
        "or let invalidated signatures go on holding it",
        "too_many_needed": "needs {needed} of {of}",
        "one_of_these": "only one of these can say it: {choices}",
        "not_a_choice": "is not among what the author may choose",
        "misplaced": "has no place here",
        "after_the_end": "lies after the end of the window",
        "petition.suspended": "the petition is suspended since {since} ({rule})",
        "petition.paused": "the petition is paused since {since}",
        "not_a_total": "must be the number of signatures behind a petition",
        "email.no_at": "has no @ sign",
        "email.many_at": "has more than one @ sign",
        "email.quoted_local": "has quotation marks before the @ sign, which is not accepted",
        "email.too_long": "is longer than an e-mail address can be",
        "email.bad_domain": "has something after the @ sign that is no public mail domain",
        "email.invalid": "is not an e-mail address that can receive mail",
        "phone.invalid": "is not a telephone number; write it with + and the country code",
        "phone.region_needed": "needs + and the country code in front",
        "too_young": "is too young to sign: the age is {age}, at least {minimum} is needed",
        "country.unknown": "is no country code; write two letters, such as FI",
        "postal_code.invalid": "is not a postal code",
        "number.invalid": "is not a number of this kind: letters and digits are needed",
        "not_eligible": "by the rules of this petition you may not sign ({rule})",
        "unidentified": "nothing was given by which a second signature would be noticed; give "
        "one of: {choices}",
        "organisations_may_not_sign": "organisations may not sign this petition",
        "row.ragged": "has {found} cells where the header has {expected}",
        "petition.not_open": "the petition is not open for signatures yet",
        "petition.closed": "the petition closed at {closed_at} ({rule}) and takes no signature",
        "petition.before_opening": "the petition opened at {opened_at}, after this instant",
        "petition.withdrawn": "the petition was withdrawn and takes no signature",
        "token.invalid": "the link is not one of ours, or it was cut; open the whole link",
        "token.expired": "the link expired at {expired_at}; sign again to get a new one",
        "confirmation.too_late": "the petition closed at {closed_at}; confirming was possible "
        "until {until}",
        "withdrawal.too_late": "the petition closed at {closed_at} and its count is final",
        "signature.withdrawn": "the signature was withdrawn at {withdrawn_at}; sign again",
        "signature.invalidated": "the signature was invalidated at {invalidated_at}",
        "signature.taken": "its signer has signed again since, and counts once",
        "visibility.signer_only": "only the signer may show it to more people",
        "consent.not_given": "there is no such consent, or it was taken back already",
        "signature.not_found": "there is no such signature on this petition",
    }
)
"""English by code. A sentence completes 'the field ...'; placeholders are parameters."""


@frozen(kw_only=True)
class Problem:
    """One thing wrong with one field.

    ``code`` is stable and meant for programs. ``field`` is the input's field name, empty
    where the whole is meant. ``params`` fill the sentence and never hold the value itself.
    """

    code: str
    field: str = ""
    params: Params = ()

    def message(self, translate: Callable[[str], str] = str) -> str:
        """Say the problem in words.

        ``translate`` gets the English template, placeholders included, and returns it in
        another language: pass ``gettext.translation(...).gettext``.
        """
        template = translate(ENGLISH.get(self.code, self.code))
        return template.format_map(dict(self.params))

    def __str__(self) -> str:
        """Field, words and code in one line."""
        place = f"{self.field}: " if self.field else ""
        return f"{place}{self.message()} [{self.code}]"


def problem(code: str, field: str = "", **params: str | int) -> Problem:
    """Make a problem; parameters are kept sorted by name so that equal ones are equal."""
    return Problem(code=code, field=field, params=tuple(sorted(params.items())))


def sentences(problems: Iterable[Problem]) -> str:
    """All problems in one line, for the message of an exception."""
    return "; ".join(map(str, problems))
