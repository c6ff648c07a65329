"""What petitionkit answers about mailboxes and postcodes by itself, and what cases say of abuse."""

from collections.abc import Mapping
from functools import cache

from attrs import evolve
from babel import Locale

from cases.uk_bench import Answers, preset
from cases.uk_case import Case, InWords, NotUnderstoodError
from petitionkit.assessment import Rate, Vigilance
from petitionkit.contact import parse_email
from petitionkit.errors import InvalidValueError
from petitionkit.lists import ListEntry, Lists, read_entries
from petitionkit.mailboxes import MailboxRule, Recipe, mailbox
from petitionkit.place import squeezed


def sanitize_postcode(case: Case) -> Answers:
    return {"postcode": squeezed(case.text("value"))}


def validate_domain_rule_name(case: Case) -> Answers:
    try:
        MailboxRule(name=case.text("name"))
    except InvalidValueError:
        return {"valid": False}
    return {"valid": True}


def recipe_of(case: Case) -> Recipe:
    """The table of rules that a case has, or the one of the preset."""
    if case.value("rules") is None:
        return preset().identity.live_recipes[0]
    try:
        return Recipe(version=1000, identity=[_mailbox_rule(one) for one in case.records("rules")])
    except InvalidValueError as error:
        raise NotUnderstoodError(f"no table can have that: {error}") from None


def _mailbox_rule(record: Mapping[str, str | None]) -> MailboxRule:
    known = {"name", "strip_characters", "strip_extension", "alias_of"}
    if not {"name"} <= record.keys() <= known:
        raise NotUnderstoodError(f"a rule of {', '.join(sorted(record))}")
    return MailboxRule(
        name=record["name"] or "",
        ignored=record.get("strip_characters") or "",
        separators=record.get("strip_extension", "+") or "",
        alias_of=record.get("alias_of") or "",
    )


def canonical_email(case: Case) -> Answers:
    try:
        return {"canonical": mailbox(parse_email(case.text("email")), recipe_of(case))}
    except InvalidValueError as error:
        return {"canonical": f"refused: {error}"}


# Lists and rates, as a policy and a desk hold them


def entries(case: Case, name: str) -> tuple[ListEntry, ...]:
    return read_entries(case.text(name)) if case.has(name) else ()


@cache
def _codes() -> Mapping[str, str]:
    return {name: code for code, name in Locale("en").territories.items()}


def country_of(name: object) -> str:
    code = _codes().get(str(name)) if name is not None else ""
    if code is None:
        raise NotUnderstoodError(f"no country {name!r}")
    return code


def _rates(case: Case, prefix: str = "", countries: tuple[str, ...] = ()) -> tuple[Rate, ...]:
    """The rates that a case gives, with the UK's own figures where it gives one of a pair."""
    if not any(case.has(f"{prefix}{kind}_rate") for kind in ("burst", "sustained")) and not (
        case.has("burst_period_s") or case.has("sustained_period_s")
    ):
        return ()
    return tuple(
        Rate(
            role="signer",
            most=case.number(f"{prefix}{kind}_rate") if case.has(f"{prefix}{kind}_rate") else most,
            seconds=case.number(f"{kind}_period_s") if case.has(f"{kind}_period_s") else seconds,
            countries=countries,
        )
        for kind, most, seconds in (("burst", 1, 60), ("sustained", 5, 300))
    )


def vigilance_of(case: Case, preset: Vigilance) -> Vigilance:
    """What the preset does against abuse, with the rates and countries that a case gives."""
    listed = case.value("countries") or []
    countries = tuple(country_of(name) for name in listed)
    rates = _rates(case)
    if case.flag("country_rate_limits"):
        rates += _rates(case, "country_", countries)
    return evolve(preset, rates=rates, home=countries if case.flag("geoblocking") else ())


def lists_of(case: Case) -> Lists:
    return Lists(
        blocked=entries(case, "blocked_domains") + entries(case, "blocked_emails"),
        allowed=entries(case, "allowed_domains"),
    )


def validate_config(case: Case) -> Answers:
    try:
        Vigilance(rates=_rates(case))
    except InvalidValueError as error:
        return {"error": InWords(error)}
    return {"error": None}


WOMBOID = "womboid@wimbledon.com"
