"""Validation: from what somebody typed to particulars that may be kept, or all that is wrong.

Decides field by field, by the policy's form and eligibility; collects every problem before it
answers. It does not know whether the petition is open or who has signed.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from attrs import evolve, fields

from petitionkit.civil import LeapDayRule, age_on, local_date
from petitionkit.contact import email_remarks
from petitionkit.entitlement import entitled
from petitionkit.errors import InvalidValueError
from petitionkit.form import FormField, Keeping, Kept
from petitionkit.names import name_problems, name_remarks, whole_name
from petitionkit.parties import PartyKind
from petitionkit.place import countries
from petitionkit.policy import Policy
from petitionkit.problems import Problem, Remark, problem
from petitionkit.questions import Question, Questions, postal_question, questions_of
from petitionkit.signature import Consent, Particulars, SignatureDraft, Visibility, parse_day
from petitionkit.text import clean, clean_block, text_problems

__all__ = ["kept_of", "remarks_on", "rename", "validate"]

_CONTACT_LIMIT = 1000  # beyond any address or number; the parsers know the real limits


def validate(
    policy: Policy,
    draft: SignatureDraft,
    at: datetime,
    *,
    proved: bool = False,
    paper: bool = False,
) -> Particulars | tuple[Problem, ...]:
    """Check a draft signed at an instant: particulars, or every problem there is.

    ``proved`` says that the signer was proved otherwise than by mail (a roll, a clerk), so
    that an address is welcome but not needed; ``paper``, that it stands on a sheet, which may
    have less than the form asks. The particulars hold everything that was given, until
    ``kept_of`` reduces them to what the policy keeps.
    """
    asked = questions_of(policy, draft.kind, proved=proved, paper=paper)
    return _Reading(asked, draft).particulars(at)


class _Reading:
    """One draft being read; problems gather in the order of the form."""

    def __init__(self, asked: Questions, draft: SignatureDraft) -> None:
        self.asked = asked
        self.form = asked.policy.form
        self.draft = draft
        self.problems: list[Problem] = []
        self.originals: list[tuple[str, str]] = []

    def particulars(self, at: datetime) -> Particulars | tuple[Problem, ...]:
        """Everything that was given, or every problem there is."""
        asked, draft, form = self.asked, self.draft, self.form
        said = self.names()
        if draft.kind is PartyKind.ORGANISATION and not asked.policy.eligibility.organisations:
            self.problems.append(problem("organisations_may_not_sign", "kind"))
        for question in asked.lines:
            self._read(question, said)
        country = said.get(_COUNTRY) or self._home()
        if FormField.COUNTRY in asked.fields:
            said[_COUNTRY] = country
        if FormField.POSTAL_CODE in asked.fields:
            self._read(postal_question(asked, country), said)
        if form.address_tables and country in countries():
            self._look_up(said, country)
        if FormField.COMMENT in asked.fields:
            said["comment"] = self._comment()
        if FormField.REGION in asked.fields:
            said["region"] = self._region()
        if FormField.BIRTH_DATE in asked.fields:
            said["birth_date"] = self._birth_date()
        if form.consents or draft.consents != ():
            said["consents"] = self._consents(at)
        visibility = self._visibility() if draft.visibility else form.visibility
        read = Particulars(
            kind=draft.kind, visibility=visibility, originals=tuple(self.originals), **said
        )
        if asked.entitled:
            self._entitle(read, at)
        return tuple(self.problems) or read

    def names(self) -> dict[str, Any]:
        """The whole name, and its parts where the form asks for two."""
        draft, limit = self.draft, self.form.name_limit
        parts = (draft.given_name, draft.family_name)
        whole = draft.kind is PartyKind.ORGANISATION or (self.asked.proved and not any(parts))
        if not self.form.two_part_name or whole:
            if wrong := name_problems(draft.name, limit=limit):
                self.problems += wrong
                return {"name": ""}
            return {"name": self._original(FormField.NAME, draft.name, clean(draft.name))}
        put = whole_name(*parts, order=self.form.name_order, limit=limit)
        if not isinstance(put, str):
            self.problems += put
            return {"name": ""}
        given, family = map(clean, parts)
        name = self._original(FormField.NAME, f"{parts[0]} {parts[1]}", put)
        return {"name": name, "given_name": given, "family_name": family}

    def _original(self, field: FormField, typed: str, kept: str) -> str:
        """Remember what was typed where more than white space and case differ; what is kept."""
        if kept == typed:
            return kept
        plain = " ".join(typed.split())
        if kept and plain.casefold() != kept.casefold():
            self.originals.append((field.value, plain))
        return kept

    def _read(self, question: Question, said: dict[str, Any]) -> None:
        """Read the answer to a question, if it was given or had to be."""
        value, field = getattr(self.draft, question.name), question.field
        if not (question.required or _typed(value)):
            return
        plain = isinstance(value, str) and value.isascii()
        wrong = [] if plain else text_problems(value, field, max_length=_CONTACT_LIMIT)
        if not wrong or wrong[0].code in ("required", "too_long"):
            try:
                said[question.name] = self._original(field, value, question.read(value))
            except InvalidValueError as error:
                wrong = list(error.problems)
        self.problems += wrong

    def _home(self) -> str:
        """The country of who names none."""
        named = FormField.COUNTRY in self.asked.fields and _typed(self.draft.country)
        return "" if named else self.form.home_country

    def _look_up(self, said: dict[str, Any], country: str) -> None:
        """Put area and postal code as the tables have them, or say what they do not know."""
        from petitionkit.addresses import Address, parse_address  # noqa: PLC0415 (needs an extra)

        parts = {field.value: said.get(field.value, "") for field in _ADDRESS}
        try:
            known = parse_address(Address(country=country, **parts), complete=False)
        except InvalidValueError as error:
            self.problems += error.problems
            return
        for field in (FormField.AREA, FormField.POSTAL_CODE):
            name = field.value
            said[name] = self._original(field, parts[name], getattr(known, name))

    def _comment(self) -> str:
        wrong = text_problems(
            self.draft.comment,
            "comment",
            max_length=self.form.limit(FormField.COMMENT),
            required=FormField.COMMENT in self.asked.required,
            block=True,
        )
        self.problems += wrong
        return "" if wrong else clean_block(self.draft.comment)

    def _region(self) -> str:
        required, value = FormField.REGION in self.asked.required, self.draft.region
        if value == "" and not required:
            return ""
        limit = self.form.limit(FormField.REGION)
        wrong = text_problems(value, "region", max_length=limit, required=required)
        self.problems += wrong
        return "" if wrong else clean(value)

    def _birth_date(self) -> date | None:
        value: object = self.draft.birth_date  # a host may hand over a date
        born = parse_day(value) if isinstance(value, str) else None
        if born is None and _typed(value):
            code = "not_a_date" if isinstance(value, str) else "not_text"
            self.problems.append(problem(code, "birth_date"))
        elif born is None and FormField.BIRTH_DATE in self.asked.required:
            self.problems.append(problem("required", "birth_date"))
        return born

    def _consents(self, at: datetime) -> tuple[Consent, ...]:
        known = {c.key for c in self.form.consents}
        ticked = _keys(self.draft.consents)
        if ticked is None:
            self.problems.append(problem("not_text", "consents"))
            ticked = frozenset()
        if not ticked <= known:
            choices = ", ".join(sorted(known)) or "none is asked for"
            self.problems.append(problem("unknown_choice", "consents", choices=choices))
        self.problems += [
            problem("required", f"consents.{consent.key}")
            for consent in self.form.consents
            if consent.required and consent.key not in ticked and not self.asked.proved
        ]
        return tuple(
            Consent(key=consent.key, version=consent.version, at=at)
            for consent in self.form.consents
            if consent.key in ticked
        )

    def _visibility(self) -> Visibility:
        chosen = self.draft.visibility
        if not self.form.visibility_choice:
            return self.form.visibility
        if chosen not in tuple(Visibility):  # a tuple asks for no hash of what came
            choices = ", ".join(Visibility)
            self.problems.append(problem("unknown_choice", "visibility", choices=choices))
            return self.form.visibility
        return Visibility(chosen)

    def _entitle(self, who: Particulars, at: datetime) -> None:
        """Say why the rules do not let them sign, save where that is said of the field already."""
        policy = self.asked.policy
        day = local_date(at, policy.window.zone)
        told = {found.field for found in self.problems}
        entitlement = entitled(policy.eligibility, who, day)
        self.problems += [p for p in entitlement.problems if p.field not in told or not p.field]


_COUNTRY = FormField.COUNTRY.value
_ADDRESS = (FormField.STREET, FormField.LOCALITY, FormField.AREA, FormField.POSTAL_CODE)


def remarks_on(who: Particulars) -> tuple[Remark, ...]:
    """What is worth a second look of a signer's name and address, and refuses nothing."""
    return name_remarks(who.name) + (email_remarks(who.email) if who.email else ())


def _typed(value: object) -> bool:
    return not isinstance(value, str) or bool(value.strip())


def _keys(value: object) -> frozenset[str] | None:
    """The boxes that were ticked; None where what came is no collection of texts."""
    if not isinstance(value, tuple | list | set | frozenset):
        return None
    return frozenset(value) if all(isinstance(key, str) for key in value) else None


def rename(
    policy: Policy, who: Particulars, draft: SignatureDraft
) -> Particulars | tuple[Problem, ...]:
    """Particulars with the name that a draft gives, or every problem with it."""
    renamed = evolve(draft, kind=who.kind)
    reading = _Reading(questions_of(policy, who.kind, proved=True, paper=False), renamed)
    names = {"given_name": "", "family_name": "", **reading.names()}
    others = _without(who.originals, {FormField.NAME})
    return tuple(reading.problems) or evolve(who, originals=(*reading.originals, *others), **names)


_REDUCIBLE = tuple(FormField(attribute.name) for attribute in fields(Kept))


@lru_cache(maxsize=64)
def _reduced(policy: Policy) -> tuple[FormField, ...]:
    return tuple(field for field in _REDUCIBLE if policy.form.kept.of(field) is not Keeping.KEEP)


def kept_of(policy: Policy, who: Particulars, signed_at: datetime) -> Particulars:
    """What a policy keeps of a signer once the signature counts."""
    dropped = {field for field in _reduced(policy) if getattr(who, field)}
    if not dropped:
        return who
    form, eligibility = policy.form, policy.eligibility
    day = local_date(signed_at, policy.window.zone)
    of_age = _of_age(who, day, eligibility.of_age, eligibility.leap_day)
    derived = form.kept.birth_date is Keeping.DERIVE
    emptied: dict[str, Any] = {
        field.value: None if field is FormField.BIRTH_DATE else "" for field in dropped
    }
    originals = _without(who.originals, dropped)
    return evolve(who, of_age=of_age if derived else None, originals=originals, **emptied)


def _of_age(who: Particulars, day: date, age: int, leap_day: LeapDayRule) -> bool | None:
    return age_on(who.birth_date, day, leap_day) >= age if age and who.birth_date else None


def _without(
    originals: Iterable[tuple[str, str]], dropped: set[FormField]
) -> tuple[tuple[str, str], ...]:
    return tuple((field, text) for field, text in originals if field not in dropped)
