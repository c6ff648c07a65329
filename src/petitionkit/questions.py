"""Questions: what a form asks of a signer, field by field, and how each answer is read.

Worked out once for each policy and sort of signer, so that a draft pays only for what is asked of
it and given. Decides nothing about a draft; that is ``validation``'s.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from attrs import evolve, frozen

from petitionkit.agreement import asked
from petitionkit.contact import parse_email, parse_phone
from petitionkit.errors import InvalidValueError
from petitionkit.form import CODE_LIMIT, NOT_ASKED_OF, Demand, Form, FormField
from petitionkit.parties import PartyKind
from petitionkit.place import PostalRules, parse_postal_code
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.text import clean, text_problems

__all__ = ["Question", "Questions", "parse_number", "postal_question", "questions_of"]

Parse = Callable[[str], str]


@frozen(eq=False)
class Question:
    """One field of one line that is asked for: how it is read, and whether it must be given."""

    field: FormField
    name: str
    required: bool
    read: Parse


@frozen(eq=False, kw_only=True)
class Questions:
    """What a form asks of signers of one sort; ``lines`` are in its order.

    ``fields`` are asked for and those of ``required`` must be given; ``proved`` and ``paper`` say
    of whom less is asked; ``entitled`` whether rules say who of them may sign.
    """

    policy: Policy
    proved: bool
    paper: bool
    fields: frozenset[FormField]
    required: frozenset[FormField]
    lines: tuple[Question, ...]
    entitled: bool


@lru_cache(maxsize=256)
def questions_of(policy: Policy, kind: PartyKind, *, proved: bool, paper: bool) -> Questions:
    """What a policy asks of a signer: less of one who was proved, or stands on paper."""
    less = paper and bool(policy.form.on_paper)
    demands = {
        field: _demand(policy, kind, field, proved=proved, paper=less) for field in FormField
    }
    required = frozenset(one for one in FormField if demands[one] is Demand.REQUIRED)
    rules = policy.eligibility
    return Questions(
        policy=policy,
        proved=proved,
        paper=less,
        fields=frozenset(one for one in FormField if demands[one] is not Demand.UNWANTED),
        required=required,
        lines=tuple(
            Question(field, field.value, field in required, parse)
            for field, parse in _parsers(policy.form)
            if demands[field] is not Demand.UNWANTED
        ),
        entitled=kind is PartyKind.PERSON and bool(rules.needs or rules.minimum_age),
    )


def _demand(
    policy: Policy, kind: PartyKind, field: FormField, *, proved: bool, paper: bool
) -> Demand:
    if field in NOT_ASKED_OF[kind]:
        return Demand.UNWANTED
    demand = policy.form.demand(field)
    if demand is Demand.UNWANTED and asked(policy.form, policy.eligibility, field):
        return Demand.OPTIONAL  # its rule says whether it is missed
    if (proved and field is FormField.EMAIL) or (paper and field not in policy.form.on_paper):
        return Demand.OPTIONAL if demand is Demand.REQUIRED else demand
    return demand


def _parsers(form: Form) -> Iterator[tuple[FormField, Parse]]:
    """How each field of one line is read, in the order of the form.

    Save for the postal code, whose rules are the country's.
    """
    yield FormField.EMAIL, partial(parse_email, rules=form.email_rules)
    region = form.phone_region or None
    yield FormField.PHONE, partial(parse_phone, region=region, rules=form.phone_rules)
    for field in (FormField.STREET, FormField.LOCALITY, FormField.AREA):
        yield field, _line(form, field)
    for field in (FormField.COUNTRY, FormField.CITIZENSHIP):
        yield field, partial(form.parse_country, name=field)
    for field in (FormField.NATIONAL_NUMBER, FormField.REGISTER_NUMBER):
        yield field, partial(parse_number, field=field)
    yield FormField.GUARDIAN, _line(form, FormField.GUARDIAN)


def _line(form: Form, field: FormField) -> Parse:
    def parse(value: str) -> str:
        wrong = text_problems(value, field, max_length=form.limit(field), label=True)
        if wrong:
            raise InvalidValueError(wrong)
        return clean(value)

    return parse


_NOT_IN_NUMBERS = re.compile(r"[\W_]+")


def parse_number(value: str, field: str) -> str:
    """Read a number as it is kept: letters and digits in capitals, whatever stands between them.

    Raises ``InvalidValueError``, with ``number.invalid`` where none is left.
    """
    wrong = text_problems(value, field, max_length=CODE_LIMIT)
    bare = _NOT_IN_NUMBERS.sub("", clean(value)).upper() if not wrong else ""
    if not (bare or wrong):
        wrong = [problem("number.invalid", field)]
    if wrong:
        raise InvalidValueError(wrong)
    return bare


@lru_cache(maxsize=1024)
def postal_question(questions: Questions, country: str) -> Question:
    """How a postal code is read of who lives in a country.

    By its rules; some must give one wherever the form lets others not.
    """
    form, field = questions.policy.form, FormField.POSTAL_CODE
    fits = _fits if form.address_tables else None
    rules = _required_nowhere(form.postal_rules)

    def parse(value: str) -> str:
        code = parse_postal_code(value, country, rules=rules, fits=fits)
        if not code:
            raise InvalidValueError([problem("required", field)])
        return code

    on_sheet = questions.paper and field not in form.on_paper
    missed = country in form.postal_rules.required_in and not on_sheet
    return Question(field, field.value, missed or field in questions.required, parse)


def _required_nowhere(rules: PostalRules) -> PostalRules:
    return evolve(rules, required_in=())


def _fits(country: str, code: str) -> bool:
    from petitionkit.addresses import fits  # noqa: PLC0415 (needs an extra)

    return fits(country, code)
