"""Moulds: lines of a roll that differ only in what no rule looks at are read once.

No rule asks what a name, an address, a street or a number says: each is kept as it was typed,
tidied, or refused. So where two lines agree in everything else, the second is the first with
other words in it, as long as its own words are kept as typed. Whatever is not so is read by
``Reception.prepare``; that both come to the same is a law of the tests.
"""

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any

from attrs import fields

from petitionkit.civil import local_date
from petitionkit.errors import InvalidValueError
from petitionkit.form import FormField
from petitionkit.names import name_problems
from petitionkit.place import parse_postal_code
from petitionkit.policy import Policy
from petitionkit.problems import Problem
from petitionkit.signature import Channel, Particulars, Signature, SignatureDraft, Submission
from petitionkit.text import clean, clean_block, text_problems
from petitionkit.validation import kept_of, parsers
from petitionkit.verbs.reception import Line, Prepared, Reception

__all__ = ["prepare_all"]

# What no rule looks at: eligibility, counters and demands ask for none of these.
_WORDS = (
    FormField.NAME,
    FormField.EMAIL,
    FormField.PHONE,
    FormField.STREET,
    FormField.LOCALITY,
    FormField.AREA,
    FormField.POSTAL_CODE,
    FormField.NATIONAL_NUMBER,
    FormField.COMMENT,
)
_words_of = attrgetter(*(field.value for field in _WORDS))
_PARTS = ("given_name", "family_name")
_rest_of = attrgetter(
    *(one.name for one in fields(SignatureDraft) if one.name not in (*_WORDS, *_PARTS))
)
_parts_of = attrgetter(*_PARTS)

Parse = Callable[[str], str]


def prepare_all(
    reception: Reception, submissions: Iterable[Submission], actor: str
) -> list[Prepared | tuple[Problem, ...]]:
    """Read every submission as ``Reception.prepare`` does, those alike by one mould."""
    moulds: dict[Hashable, _Mould] = {}
    return [_prepared(reception, one, actor, moulds) for one in submissions]


def _prepared(
    reception: Reception, submission: Submission, actor: str, moulds: "dict[Hashable, _Mould]"
) -> Prepared | tuple[Problem, ...]:
    words = _words_of(submission.draft)
    key = _key(reception.policy, submission, words)
    mould = moulds.get(key)
    line = mould.cast(reception, submission, words) if mould else None
    if line is None:
        read = reception.read(submission, actor)
        if not isinstance(read, Line):
            return read
        line = read
        if key is not None and mould is None and _kept_as_typed(line.given, words):
            moulds[key] = _Mould(reception.policy, submission.draft, line)
    return reception.claim(line, submission)


def _key(policy: Policy, submission: Submission, words: tuple[object, ...]) -> Hashable:
    """What lines of one mould agree in; None for one that is read alone."""
    came, draft = submission.provenance, submission.draft
    if came.channel is not Channel.IMPORT or not came.line:
        return None
    if policy.form.address_tables or any(_parts_of(draft)):
        return None
    given = tuple(map(bool, words))
    key = (submission.signed_at, submission.role, came.source, given, _rest_of(draft))
    try:
        hash(key)
    except TypeError:  # a host may hand over what is no text
        return None
    return key


def _kept_as_typed(given: Particulars, words: tuple[object, ...]) -> bool:
    """Whether all that was typed is kept as it is, or asked of nobody; only that makes a mould.

    What was typed otherwise would be said of every line cast after it, and what was blank lost.
    """
    kept = zip(words, _words_of(given), strict=True)
    return not given.originals and all(
        word == own or (not own and bool(str(word).strip())) for word, own in kept
    )


class _Mould:
    """What lines have in common: particulars, signature, and how their words are read."""

    def __init__(self, policy: Policy, draft: SignatureDraft, model: Line) -> None:
        self._model = model
        self._draft = draft
        self._policy = policy

    @cached_property
    def _given(self) -> dict[str, Any]:
        return {name: getattr(self._model.given, name) for name in _PARTICULARS}

    @cached_property
    def _signature(self) -> dict[str, Any]:
        return {name: getattr(self._model.signature, name) for name in _SIGNATURE}

    @cached_property
    def _readers(self) -> tuple[tuple[str, int, Parse], ...]:
        """How the words are read that a line of this kind keeps, with their places."""
        readers = _readers(self._policy, _british(self._policy, self._draft))
        return tuple(
            (field.value, place, readers[field])
            for place, field in enumerate(_WORDS)
            if self._given[field]
        )

    def cast(
        self, reception: Reception, submission: Submission, words: tuple[object, ...]
    ) -> Line | None:
        """The line with its own words; None where not all of them are kept as typed."""
        own: dict[str, Any] = {}
        try:
            for name, place, read in self._readers:
                word = words[place]
                if not isinstance(word, str) or read(word) != word:
                    return None
                own[name] = word
        except InvalidValueError:
            return None
        policy, came = self._policy, submission.provenance
        given = Particulars(**{**self._given, **own})
        at = self._model.signature.signed_at
        signature = Signature(
            **{
                **self._signature,
                "id": reception.line_id(came, at),
                "particulars": kept_of(policy, given, local_date(at, policy.window.zone)),
                "provenance": came,
            }
        )
        return Line(given=given, signature=signature)


_PARTICULARS = tuple(one.name for one in fields(Particulars))
_SIGNATURE = tuple(one.name for one in fields(Signature))


def _british(policy: Policy, draft: SignatureDraft) -> bool:
    """Whether a postal code may have to be a British one; what is kept as one is kept anywhere."""
    return "GB" in (policy.form.home_country, draft.country.strip())


@lru_cache(maxsize=64)
def _readers(policy: Policy, british: bool) -> dict[FormField, Parse]:  # noqa: FBT001 (a cache's key)
    form = policy.form

    def name(value: str) -> str:
        return "" if name_problems(value, limit=form.name_limit) else clean(value)

    def comment(value: str) -> str:
        limit = form.limit(FormField.COMMENT)
        wrong = text_problems(value, FormField.COMMENT, max_length=limit, block=True)
        return "" if wrong else clean_block(value)

    def postal_code(value: str) -> str:
        return parse_postal_code(value, "GB" if british else "", rules=form.postal_rules)

    of_contact = {**parsers(policy), FormField.POSTAL_CODE: postal_code}
    return {
        **{field: _ascii(read) for field, read in of_contact.items()},
        FormField.NAME: name,
        FormField.COMMENT: comment,
    }


def _ascii(read: Parse) -> Parse:
    """What is not ASCII is looked at more closely before it is read."""
    return lambda value: read(value) if value.isascii() else ""
