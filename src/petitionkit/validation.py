"""Validation: from what somebody typed to particulars that may be kept, or all that is wrong.

Decides field by field, by the policy's form and eligibility; collects every problem before it
answers. It does not know whether the petition is open or who has signed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from attrs import evolve, fields

from petitionkit.agreement import asked
from petitionkit.civil import LeapDayRule, age_on, local_date
from petitionkit.contact import email_remarks, parse_email, parse_phone
from petitionkit.entitlement import entitled
from petitionkit.errors import InvalidValueError
from petitionkit.form import CODE_LIMIT, NOT_ASKED_OF, Demand, Form, FormField, Keeping, Kept
from petitionkit.names import name_problems, name_remarks, whole_name
from petitionkit.parties import PartyKind
from petitionkit.place import PostalRules, countries, parse_postal_code
from petitionkit.policy import Policy
from petitionkit.problems import Problem, Remark, problem
from petitionkit.signature import Consent, Particulars, SignatureDraft, Visibility, parse_day
from petitionkit.text import clean, clean_block, text_problems

__all__ = ["kept_of", "parse_number", "remarks_on", "rename", "validate"]

_NOTHING_GIVEN = dict.fromkeys(FormField, "")
_CONTACT_LIMIT = 1000  # beyond any address or number; the parsers know the real limits

Parse = Callable[[str], str]


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
    return _Reading(policy, draft, proved=proved, paper=paper).particulars(at)


class _Reading:
    """One draft being read; problems gather in the order of the form."""

    def __init__(self, policy: Policy, draft: SignatureDraft, *, proved: bool, paper: bool) -> None:
        self.policy = policy
        self.form = policy.form
        self.draft = draft
        self.proved = proved
        self.paper = paper and bool(policy.form.on_paper)
        self.demands = _demands(policy, kind=draft.kind, proved=proved, paper=self.paper)
        self.parsers = _asked_for(policy, kind=draft.kind, proved=proved, paper=self.paper)
        self.problems: list[Problem] = []
        self.originals: list[tuple[str, str]] = []

    def particulars(self, at: datetime) -> Particulars | tuple[Problem, ...]:
        """Everything that was given, or every problem there is."""
        policy, draft, form = self.policy, self.draft, self.form
        name, given, family = self.names()
        organisation = draft.kind is PartyKind.ORGANISATION
        if organisation and not policy.eligibility.organisations:
            self.problems.append(problem("organisations_may_not_sign", "kind"))
        texts = _NOTHING_GIVEN.copy()
        for field, parse in self.parsers:
            texts[field] = self._text(field, parse)
        asks_country = self.demands[FormField.COUNTRY] is not Demand.UNWANTED
        home = "" if asks_country and _typed(draft.country) else form.home_country
        country = texts[FormField.COUNTRY] or home
        texts[FormField.POSTAL_CODE] = self._postal_code(country)
        if form.address_tables and country in countries():
            self._look_up(texts, country)
        comment = self._comment()
        region = self._region()
        read = Particulars(
            name=name,
            given_name=given,
            family_name=family,
            comment=comment,
            region=region,
            kind=draft.kind,
            birth_date=self._birth_date(),
            consents=self._consents(at),
            visibility=self._visibility(),
            originals=tuple(self.originals),
            email=texts[FormField.EMAIL],
            phone=texts[FormField.PHONE],
            street=texts[FormField.STREET],
            locality=texts[FormField.LOCALITY],
            area=texts[FormField.AREA],
            postal_code=texts[FormField.POSTAL_CODE],
            country=country if asks_country else "",
            citizenship=texts[FormField.CITIZENSHIP],
            national_number=texts[FormField.NATIONAL_NUMBER],
            register_number=texts[FormField.REGISTER_NUMBER],
            guardian=texts[FormField.GUARDIAN],
        )
        if not organisation and (policy.eligibility.needs or policy.eligibility.minimum_age):
            day = local_date(at, policy.window.zone)
            told = {found.field for found in self.problems}
            entitlement = entitled(policy.eligibility, read, day)
            self.problems += [p for p in entitlement.problems if p.field not in told or not p.field]
        return tuple(self.problems) or read

    def names(self) -> tuple[str, str, str]:
        """The whole name, and its parts where the form asks for two."""
        draft, limit = self.draft, self.form.name_limit
        parts = (draft.given_name, draft.family_name)
        whole = draft.kind is PartyKind.ORGANISATION or (self.proved and not any(parts))
        if not self.form.two_part_name or whole:
            self.problems += name_problems(draft.name, limit=limit)
            name = _tidy(draft.name)
            return self._original(FormField.NAME, str(draft.name), name), "", ""
        put = whole_name(*parts, order=self.form.name_order, limit=limit)
        if not isinstance(put, str):
            self.problems += put
            return "", "", ""
        given, family = (_tidy(part) for part in parts)
        return self._original(FormField.NAME, f"{parts[0]} {parts[1]}", put), given, family

    def _original(self, field: FormField, typed: str, kept: str) -> str:
        """Remember what was typed where more than white space and case differ; what is kept."""
        if kept == typed:
            return kept
        plain = " ".join(typed.split())
        if kept and plain.casefold() != kept.casefold():
            self.originals.append((field.value, plain))
        return kept

    def _text(self, field: FormField, parse: Parse, *, required: bool = False) -> str:
        value, demand = getattr(self.draft, field), self.demands[field]
        if required and demand is Demand.OPTIONAL:
            demand = Demand.REQUIRED
        if demand is Demand.UNWANTED or (demand is Demand.OPTIONAL and not _typed(value)):
            return ""
        wrong = text_problems(value, field, max_length=_CONTACT_LIMIT) if _odd(value) else []
        if not wrong or wrong[0].code in ("required", "too_long"):
            try:
                return self._original(field, value, parse(value))
            except InvalidValueError as error:
                wrong = list(error.problems)
        self.problems += wrong
        return ""

    def _postal_code(self, country: str) -> str:
        """By the rules of the country; some must give one wherever the form lets others not."""
        form = self.form
        fits = _fits if form.address_tables else None
        rules = _required_nowhere(form.postal_rules)

        def parse(value: str) -> str:
            code = parse_postal_code(value, country, rules=rules, fits=fits)
            if not code:
                raise InvalidValueError([problem("required", FormField.POSTAL_CODE)])
            return code

        missed = country in form.postal_rules.required_in
        on_sheet = self.paper and FormField.POSTAL_CODE not in form.on_paper
        return self._text(FormField.POSTAL_CODE, parse, required=missed and not on_sheet)

    def _look_up(self, texts: dict[FormField, str], country: str) -> None:
        """Put area and postal code as the tables have them, or say what they do not know."""
        from petitionkit.addresses import Address, parse_address  # noqa: PLC0415 (needs an extra)

        parts = {field: texts[field] for field in _ADDRESS}
        try:
            known = parse_address(Address(country=country, **parts), complete=False)
        except InvalidValueError as error:
            self.problems += error.problems
            return
        for field in (FormField.AREA, FormField.POSTAL_CODE):
            texts[field] = self._original(field, texts[field], getattr(known, field))

    def _comment(self) -> str:
        demand, value = self.demands[FormField.COMMENT], self.draft.comment
        if demand is Demand.UNWANTED:
            return ""
        wrong = text_problems(
            value,
            "comment",
            max_length=self.form.limit(FormField.COMMENT),
            required=demand is Demand.REQUIRED,
            block=True,
        )
        self.problems += wrong
        return "" if wrong else clean_block(value)

    def _region(self) -> str:
        demand, value = self.demands[FormField.REGION], self.draft.region
        required = demand is Demand.REQUIRED
        if demand is Demand.UNWANTED or (value == "" and not required):
            return ""
        limit = self.form.limit(FormField.REGION)
        wrong = text_problems(value, "region", max_length=limit, required=required)
        self.problems += wrong
        return "" if wrong else clean(value)

    def _birth_date(self) -> date | None:
        demand = self.demands[FormField.BIRTH_DATE]
        value: object = self.draft.birth_date  # a host may hand over a date
        if demand is Demand.UNWANTED:
            return None
        born = parse_day(value) if isinstance(value, str) else None
        if born is None and _typed(value):
            code = "not_a_date" if isinstance(value, str) else "not_text"
            self.problems.append(problem(code, "birth_date"))
        elif born is None and demand is Demand.REQUIRED:
            self.problems.append(problem("required", "birth_date"))
        return born

    def _consents(self, at: datetime) -> tuple[Consent, ...]:
        if not (self.form.consents or self.draft.consents != ()):
            return ()
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
            if consent.required and consent.key not in ticked and not self.proved
        ]
        return tuple(
            Consent(key=consent.key, version=consent.version, at=at)
            for consent in self.form.consents
            if consent.key in ticked
        )

    def _visibility(self) -> Visibility:
        chosen = self.draft.visibility
        if not (chosen and self.form.visibility_choice):
            return self.form.visibility
        if chosen not in tuple(Visibility):  # a tuple asks for no hash of what came
            choices = ", ".join(Visibility)
            self.problems.append(problem("unknown_choice", "visibility", choices=choices))
            return self.form.visibility
        return Visibility(chosen)


@lru_cache(maxsize=256)
def _demands(
    policy: Policy, *, kind: PartyKind, proved: bool, paper: bool
) -> Mapping[FormField, Demand]:
    """What the form asks of a signer: less of one who was proved, or stands on paper."""

    def demand_of(field: FormField) -> Demand:
        if field in NOT_ASKED_OF[kind]:
            return Demand.UNWANTED
        demand = policy.form.demand(field)
        if demand is Demand.UNWANTED and asked(policy.form, policy.eligibility, field):
            return Demand.OPTIONAL  # its rule says whether it is missed
        if (proved and field is FormField.EMAIL) or (paper and field not in policy.form.on_paper):
            return Demand.OPTIONAL if demand is Demand.REQUIRED else demand
        return demand

    return MappingProxyType({field: demand_of(field) for field in FormField})


@lru_cache(maxsize=256)
def _asked_for(
    policy: Policy, *, kind: PartyKind, proved: bool, paper: bool
) -> tuple[tuple[FormField, Parse], ...]:
    """Fields of one line that the form asks for, and how each is read, in its order."""
    demands = _demands(policy, kind=kind, proved=proved, paper=paper)
    parsers = _parsers(policy).items()
    return tuple((f, parse) for f, parse in parsers if demands[f] is not Demand.UNWANTED)


_ADDRESS = (FormField.STREET, FormField.LOCALITY, FormField.AREA, FormField.POSTAL_CODE)


@lru_cache(maxsize=64)
def _required_nowhere(rules: PostalRules) -> PostalRules:
    return evolve(rules, required_in=())


def _fits(country: str, code: str) -> bool:
    from petitionkit.addresses import fits  # noqa: PLC0415 (needs an extra)

    return fits(country, code)


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


def _odd(value: object) -> bool:
    return not isinstance(value, str) or not value.isascii()


def _tidy(value: object) -> str:
    return clean(value) if isinstance(value, str) and not _SURROGATE.search(value) else ""


_SURROGATE = re.compile("[\ud800-\udfff]")


def _line(form: Form, field: FormField) -> Parse:
    def parse(value: str) -> str:
        wrong = text_problems(value, field, max_length=form.limit(field), label=True)
        if wrong:
            raise InvalidValueError(wrong)
        return clean(value)

    return parse


_NOT_IN_NUMBERS = re.compile(r"[\W_]+")


def _number(field: FormField, code: str) -> Parse:
    return lambda value: parse_number(value, field, code=code)


def parse_number(value: str, field: str, *, code: str = "number.invalid") -> str:
    """Read a number as it is kept: letters and digits in capitals, whatever stands between them.

    Raises ``InvalidValueError`` with ``code`` where none is left.
    """
    wrong = text_problems(value, field, max_length=CODE_LIMIT)
    bare = _NOT_IN_NUMBERS.sub("", clean(value)).upper() if not wrong else ""
    if not (bare or wrong):
        wrong = [problem(code, field)]
    if wrong:
        raise InvalidValueError(wrong)
    return bare


def _country(form: Form, field: FormField) -> Parse:
    return lambda value: form.parse_country(value, field)


@lru_cache(maxsize=64)
def _parsers(policy: Policy) -> Mapping[FormField, Parse]:
    """How each field of one line is read, in the order of the form."""
    form = policy.form
    region = form.phone_region or None
    return MappingProxyType(
        {
            FormField.EMAIL: lambda value: parse_email(value, rules=form.email_rules),
            FormField.PHONE: lambda value: parse_phone(
                value, region=region, rules=form.phone_rules
            ),
            FormField.STREET: _line(form, FormField.STREET),
            FormField.LOCALITY: _line(form, FormField.LOCALITY),
            FormField.AREA: _line(form, FormField.AREA),
            FormField.COUNTRY: _country(form, FormField.COUNTRY),
            FormField.CITIZENSHIP: _country(form, FormField.CITIZENSHIP),
            FormField.NATIONAL_NUMBER: _number(FormField.NATIONAL_NUMBER, "number.invalid"),
            FormField.REGISTER_NUMBER: _number(FormField.REGISTER_NUMBER, "number.invalid"),
            FormField.GUARDIAN: _line(form, FormField.GUARDIAN),
        }
    )


def rename(
    policy: Policy, who: Particulars, draft: SignatureDraft
) -> Particulars | tuple[Problem, ...]:
    """Particulars with the name that a draft gives, or every problem with it."""
    renamed = evolve(draft, kind=who.kind)
    reading = _Reading(policy, renamed, proved=True, paper=False)
    name, given, family = reading.names()
    others = _without(who.originals, {FormField.NAME})
    return tuple(reading.problems) or evolve(
        who,
        name=name,
        given_name=given,
        family_name=family,
        originals=(*reading.originals, *others),
    )


_REDUCIBLE = tuple(FormField(attribute.name) for attribute in fields(Kept))


@lru_cache(maxsize=64)
def _reduced(policy: Policy) -> tuple[FormField, ...]:
    return tuple(field for field in _REDUCIBLE if policy.form.kept.of(field) is not Keeping.KEEP)


def kept_of(policy: Policy, who: Particulars, day: date) -> Particulars:
    """What a policy keeps of a signer once the signature counts."""
    dropped = {field for field in _reduced(policy) if getattr(who, field)}
    if not dropped:
        return who
    form, eligibility = policy.form, policy.eligibility
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
