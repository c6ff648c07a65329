"""Validation: from what somebody typed to particulars that may be kept, or all that is wrong.

Decides field by field, by the policy's form and eligibility; collects every problem before it
answers. It does not know whether the petition is open or who has signed.
"""

from collections.abc import Callable
from datetime import date

from petitionkit.civil import age_on
from petitionkit.contact import parse_email, parse_phone
from petitionkit.errors import InvalidValueError
from petitionkit.form import Demand
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.signature import Particulars, SignatureDraft, parse_day
from petitionkit.text import clean, clean_block, text_problems

__all__ = ["validate"]


def validate(
    policy: Policy, draft: SignatureDraft, day: date, *, proved: bool = False
) -> Particulars | tuple[Problem, ...]:
    """Check a draft on a day (in the policy's zone): particulars, or every problem there is.

    ``proved`` says that the signer was proved otherwise than by mail (a roll, a clerk), so
    that an address is welcome but not needed.
    """
    found: list[Problem] = []
    form = policy.form
    email_demand = Demand.OPTIONAL if proved and form.email is Demand.REQUIRED else form.email
    found += text_problems(draft.name, "name", max_length=form.name_limit, label=True)
    if draft.kind is PartyKind.ORGANISATION and not policy.eligibility.organisations:
        found.append(problem("organisations_may_not_sign", "kind"))
    email = _contact(found, "email", draft.email, email_demand, parse_email)
    phone = _contact(
        found,
        "phone",
        draft.phone,
        form.phone,
        lambda value: parse_phone(value, region=form.phone_region or None),
    )
    comment = ""
    if form.comment is not Demand.UNWANTED:
        wanted = form.comment is Demand.REQUIRED
        wrong = text_problems(
            draft.comment,
            "comment",
            max_length=form.comment_limit,
            required=wanted,
            block=True,
        )
        found += wrong
        comment = "" if wrong else clean_block(draft.comment)
    found += text_problems(draft.region, "region", max_length=_REGION_LIMIT, required=False)
    if draft.kind is PartyKind.PERSON:
        found += _age_problems(policy, draft.birth_date, day)
    if found:
        return tuple(found)
    return Particulars(
        name=clean(draft.name),
        email=email,
        phone=phone,
        comment=comment,
        region=clean(draft.region),
        kind=draft.kind,
    )


def _contact(
    found: list[Problem],
    field: str,
    value: str,
    demand: Demand,
    parse: Callable[[str], str],
) -> str:
    """Parse one way of reaching somebody, adding to what was found; empty where there is none."""
    if demand is Demand.UNWANTED or (demand is Demand.OPTIONAL and not value.strip()):
        return ""
    wrong = text_problems(value, field, max_length=_CONTACT_LIMIT) if not value.isascii() else []
    if not wrong or wrong[0].code in ("required", "too_long"):
        try:
            return parse(value)
        except InvalidValueError as error:
            wrong = list(error.problems)
    found += wrong
    return ""


_REGION_LIMIT = 40  # codes, not names
_CONTACT_LIMIT = 1000  # beyond any address or number; the parsers know the real limits


def _age_problems(policy: Policy, birth_date: str, day: date) -> list[Problem]:
    rule = policy.eligibility
    if not rule.minimum_age:
        return []
    if not birth_date.strip():
        return [problem("required", "birth_date")]
    born = parse_day(birth_date)
    if born is None:
        return [problem("not_a_date", "birth_date")]
    age = age_on(born, day, rule.leap_day)
    if age < 0:
        return [problem("date_in_future", "birth_date")]
    if age < rule.minimum_age:
        return [problem("too_young", "birth_date", age=age, minimum=rule.minimum_age)]
    return []
