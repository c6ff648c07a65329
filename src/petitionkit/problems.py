"""What is wrong with an input, as a value.

Decides the shape of a problem (stable code, field, parameters), its English words and how
other languages come in. It never holds the offending value: a problem may be logged, mailed
and shown to anybody. It knows no rule; rules name the codes.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from attrs import frozen

__all__ = ["ENGLISH", "Params", "Problem", "Remark", "problem", "remark", "sentences"]

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
        "date_in_future": "lies in the future; give what is not after today, or now",
        "naive_instant": "has no time zone; add Z or an offset (in Python: an aware datetime)",
        "not_an_instant": "is not an instant; write YYYY-MM-DDTHH:MM:SS with Z or an offset",
        "unknown_zone": "names no time zone of the IANA database;"
        " write one such as Europe/Helsinki",
        "not_a_code": "must be a code of small letters, digits and . _ : -, such as smtp.timeout",
        "not_positive": "must be above zero",
        "negative": "must not be below zero",
        "unknown_choice": "must be one of: {choices}",
        "unknown_language": "is no language tag; write one such as en or pt-BR",
        "unknown_key": "is not a key that is known here; check its spelling, or leave it out",
        "wrong_type": "must be {expected}",
        "out_of_range": "is outside what is allowed here; see what its description allows",
        "too_small": "must be at least {least}",
        "too_large": "must be at most {most}",
        "not_a_key": "must be small letters, digits, - and _, a letter or digit first",
        "not_a_name": "must be small letters, digits and -, a letter or digit first",
        "not_json": "is not JSON; mend the text",
        "not_toml": "is not TOML: {detail}",
        "repeated": "is there more than once; keep one of them",
        "unknown_calendar": "names a calendar that the policy does not have;"
        " add it to calendars, or name another",
        "unknown_rule": "is no rule; a rule begins with one of: {choices}",
        "unbound_parameter": "is a parameter that must be bound when the policy is pinned",
        "not_a_share": "must be a share above 0 and at most 1, such as 1/10 or 2 %",
        "too_few": "needs at least {needed}",
        "no_common_claim": "nothing identifies signers on the web and on paper alike; name "
        "something that both give, or say that nobody is asked to sign in both ways",
        "not_kept": "identifies signers and is not kept, so invalidating cannot free it: keep it, "
        "or let invalidated signatures go on holding it",
        "too_many_needed": "needs {needed} of {of}; ask for fewer, or list more",
        "one_of_these": "only one of these can say it: {choices}; leave the others out",
        "other_rule": "is how far another rule had come; go on with that rule, or begin anew",
        "not_a_network": "is not a range of IP addresses; write it like 192.0.2.0/24",
        "not_a_choice": "is not among what the author may choose;"
        " choose what the policy's window offers",
        "misplaced": "has no place here; leave it out",
        "not_later": "must be later than it is now",
        "after_the_end": "lies after the end of the window; make it earlier, or the window longer",
        "before_the_beginning": "lies before the beginning; make it later",
        "nobody_counts": "counts what nobody can sign as, so that it never moves;"
        " let such signers sign, or drop it",
        "petition.suspended": "the petition is suspended since {since} ({rule})",
        "petition.paused": "the petition is paused since {since}",
        "not_a_total": "must be the number of signatures behind a petition, as digits",
        "email.no_at": "has no @ sign; write it like name@mail.example",
        "email.many_at": "has more than one @ sign; write a single address",
        "email.quoted_local": "has quotation marks before the @ sign, which is not accepted;"
        " give another address",
        "email.too_long": "is longer than an e-mail address can be; check that it is one address",
        "email.bad_domain": "has something after the @ sign that is no public mail domain;"
        " check what is after it",
        "email.invalid": "is not an e-mail address that can receive mail; check its spelling",
        "email.white_space": "has white space before or after it; remove it",
        "email.not_ascii": "has other characters than this form takes: letters a to z, digits "
        "and signs",
        "email.plus": "has a + before the @ sign; write the address without it",
        "email.no_mail_server": "has a domain that takes no mail; check what follows the @ sign",
        "did_you_mean": "may be mistyped; did you mean {domain}?",
        "phone.invalid": "is not a telephone number; write it with + and the country code",
        "phone.region_needed": "needs + and the country code in front",
        "phone.kind": "is not a number of the kind that is asked for: {kinds}",
        "country.unknown": "is no country code; write two letters, such as FI",
        "postal_code.invalid": "is not a postal code of that country; check its letters and digits",
        "postal_code.elsewhere": "is a postal code of another area or locality;"
        " check it against the address",
        "address.unknown": "is not among those that addresses in {country} have;"
        " check its spelling",
        "mailbox_rule.name": "must be a domain, *. and a domain, or *",
        "mailbox_rule.characters": "must be at most 10 printable characters of ASCII",
        "mailbox_rule.alias": "is an alias of a domain that has no rule of its own; add that rule",
        "source.invalid": "is no address of the Internet Protocol;"
        " write it like 192.0.2.7 or 2001:db8::7",
        "entry.pattern": "must be a network, a domain or an e-mail address",
        "rates.order": "has a rate that allows {most} in {shorter} seconds, and one for a longer "
        "time that allows no more; raise the other, or leave it out",
        "blocked.network": "comes from a network on the block list: {because}",
        "blocked.domain": "has a mail domain on the block list: {because}",
        "blocked.mailbox": "has a mailbox on the block list: {because}",
        "allowed.network": "comes from a network on the allow list: {because}",
        "allowed.domain": "has a mail domain on the allow list: {because}",
        "allowed.mailbox": "has a mailbox on the allow list: {because}",
        "abroad": "comes from another country than those whose signatures count",
        "too_many": "is one more than {most} from the same source in {seconds} seconds",
        "mixed_scripts": "has a word with letters of {scripts}, which look alike",
        "too_young": "is too young to sign: the age is {age}, at least {minimum} is needed",
        "number.invalid": "is not a number of this kind: letters and digits are needed",
        "not_eligible": "by the rules of this petition you may not sign ({rule})",
        "unidentified": "nothing was given by which a second signature would be noticed; give "
        "one of: {choices}",
        "organisations_may_not_sign": "organisations may not sign this petition",
        "row.unconfirmed": "was never confirmed in the system that it comes from",
        "row.ragged": "has {found} cells where the header has {expected}; mend the line",
        "petition.not_open": "the petition is not open for signatures yet",
        "petition.closed": "the petition closed at {closed_at} ({rule}) and takes no signature",
        "petition.before_opening": "the petition opened at {opened_at}, after this instant",
        "petition.withdrawn": "the petition was withdrawn and takes no signature",
        "petition.lapsed": "the petition was over before it opened and takes no signature",
        "petition.erased": "what identified its signers was erased, so it takes no signature again",
        "petition.rejected": "the petition was rejected and takes no signature",
        "petition.not_over": "the petition is not over, and its signers are needed still",
        "petition.on_hold": "nobody of the petition may be erased until the hold is lifted",
        "petition.gone": "there is no such petition to sign",
        "petition.sponsors_enough": "the petition has all {limit} sponsors that it may have "
        "before it opens",
        "token.invalid": "the link is not one of ours, or it was cut; open the whole link",
        "token.expired": "the link expired at {expired_at}; sign again to get a new one",
        "confirmation.too_late": "the petition closed at {closed_at}; confirming was possible "
        "until {until}",
        "withdrawal.too_late": "the petition closed at {closed_at} and its count is final",
        "signature.withdrawn": "the signature was withdrawn at {withdrawn_at}; sign again",
        "signature.invalidated": "the signature was invalidated at {invalidated_at}",
        "signature.taken": "its signer has signed again since, and counts once",
        "visibility.not_theirs": "only these may change it so: {by}",
        "consent.not_given": "there is no such consent, or it was taken back already",
        "signature.not_found": "there is no such signature on this petition",
        "line_id": "is no id of a line: a letter or digit, then up to 99 letters, digits, blanks"
        " and . _ : / # -",
        "sample.more_than_all": "has {drawn} lines, more than the {universe} that there are",
        "sample.more_valid": "has {valid} valid lines, more than the {drawn} that were drawn",
        "sample.more_pairs": "has {pairs} pairs, more than {valid} valid lines can make",
        "sample.too_small": "has {drawn} lines; this needs at least {needed}",
        "sample.more_verdicts": "has {verdicts} verdicts, more than the {drawn} lines drawn",
        "sample.not_drawn": "was not drawn",
        "sample.no_verdict": "was drawn and has no verdict, as {missing} in all",
        "sample.other_seed": "is of another seed than the sample",
        "sample.other_universe": "was drawn from other lines than the sample",
        "sample.out_of_order": "does not stand where this seed puts it; the line, the seed or the"
        " order was changed, or the sample is of another seed",
        "sample.more_persons": "has {found} valid lines in the sample, more than the {times}"
        " of the whole file",
        "sample.other_person": "is another person in the whole file than another line of the same",
        "paper.void_sheet": "is void on its face, with every line on it: {reason}",
        "paper.not_valid": "was found not to be valid: {reason}",
        "sample.no_formula": "is not established for this statute; go by the statistical answer",
        "pack.missing": "is missing from the pack; ask for the whole pack again",
        "pack.extra": "is in the pack and not in its manifest; do not trust it",
        "pack.changed": "is not as its manifest says; ask for the pack again",
        "pack.unsealed": "was not sealed by this key, or it was changed since;"
        " ask for the pack again",
        "pack.other_key": "was sealed by another key than that with the id {key_id}",
        "pack.other_petition": "is another petition's; name the one that it is of",
        "pack.not_delivered": "was not handed a pack with this receipt, as the facts have it",
        "pack.other_count": "is another number than was recorded when it was handed over",
        "sample.one_stratum": "takes one stratum; this sample has {strata}",
    }
)
"""English by code. A sentence completes 'the field ...'; placeholders are parameters."""


@frozen(kw_only=True)
class _Said:
    """A code about a field, with words."""

    code: str
    field: str = ""
    params: Params = ()

    def message(self, translate: Callable[[str], str] = str) -> str:
        """Say it in words.

        ``translate`` gets the English template, placeholders included, and returns it in
        another language: pass ``gettext.translation(...).gettext``.
        """
        template = translate(ENGLISH.get(self.code, self.code))
        return template.format_map(dict(self.params))

    def __str__(self) -> str:
        """Field, words and code in one line."""
        place = f"{self.field}: " if self.field else ""
        return f"{place}{self.message()} [{self.code}]"


@frozen(kw_only=True)
class Problem(_Said):
    """One thing wrong with one field.

    ``code`` is stable and meant for programs. ``field`` is the input's field name, empty
    where the whole is meant. ``params`` fill the sentence and never hold the value itself.
    """


@frozen(kw_only=True)
class Remark(_Said):
    """Something about one field that is worth a second look and refuses nothing.

    Shaped like a problem and no problem: what refuses takes problems only, so a remark can
    be shown to the signer or to a moderator and never turn anybody away.
    """


def problem(code: str, field: str = "", **params: str | int) -> Problem:
    """Make a problem; parameters are kept sorted by name so that equal ones are equal."""
    return Problem(code=code, field=field, params=tuple(sorted(params.items())))


def remark(code: str, field: str = "", **params: str | int) -> Remark:
    """Make a remark, as ``problem`` makes a problem."""
    return Remark(code=code, field=field, params=tuple(sorted(params.items())))


def sentences(problems: Iterable[Problem]) -> str:
    """All problems in one line, for the message of an exception."""
    return "; ".join(map(str, problems))
