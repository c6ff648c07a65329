"""What petitionkit answers about single fields and about lists and rates: pure functions all.

The strictness of the UK's system is given as values here, the ones that a policy can carry.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache

from babel import Locale

from cases.uk_case import Case, InWords, NotUnderstoodError
from petitionkit.assessment import Assessment, Rate, Sighting, Vigilance, assess
from petitionkit.contact import EmailRules, parse_email
from petitionkit.errors import InvalidValueError
from petitionkit.lists import ListEntry, EntryKind, Lists, find_entry, read_entries
from petitionkit.mailboxes import MailboxRule, Recipe, mailbox, mailbox_recipe
from petitionkit.place import parse_country, parse_postal_code, squeezed

Answers = Mapping[str, object]

ANY_TIME = datetime(2016, 7, 10, 12, tzinfo=UTC)
_ERRORS = {"required": "blank", "too_long": "too_long", "email.plus": "plus_address"}


def _error(parse: Callable[[], object]) -> Answers:
    try:
        parse()
    except InvalidValueError as error:
        return {"error": _ERRORS.get(error.problems[0].code, "invalid")}
    return {"error": None}


def validate_email(case: Case) -> Answers:
    rules = EmailRules(plus=case.flag("allow_plus"), unicode=False, white_space=False)
    return _error(lambda: parse_email(case.text("email"), rules=rules))


def validate_postcode(case: Case) -> Answers:
    return _error(lambda: parse_postal_code(case.text("postcode"), case.text("location_code")))


def sanitize_postcode(case: Case) -> Answers:
    return {"postcode": squeezed(case.text("value"))}


def validate_location_code(case: Case) -> Answers:
    # The UK's own code for the British Antarctic Territory, as an office may have them.
    return _error(lambda: parse_country(case.text("code"), also=("BAT",)))


def validate_domain_rule_name(case: Case) -> Answers:
    try:
        MailboxRule(name=case.text("name"))
    except InvalidValueError:
        return {"valid": False}
    return {"valid": True}


def recipe_of(case: Case) -> Recipe:
    """The table of rules that a case has, or the one that comes with petitionkit."""
    if case.value("rules") is None:
        return mailbox_recipe()
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


# Lists and rates


def _entries(case: Case, name: str) -> tuple[ListEntry, ...]:
    return read_entries(case.text(name)) if case.has(name) else ()


def domain_listed(case: Case) -> Answers:
    email = f"anna@{case.text('domain')}"
    entries = _entries(case, "list")
    return {"listed": find_entry(entries, EntryKind.DOMAIN, now=ANY_TIME, email=email) is not None}


def email_listed(case: Case) -> Answers:
    entries, email = _entries(case, "list"), case.text("email")
    return {"listed": find_entry(entries, EntryKind.MAILBOX, now=ANY_TIME, email=email) is not None}


def ip_listed(case: Case) -> Answers:
    entries, source = _entries(case, "list"), case.text("ip")
    found = find_entry(entries, EntryKind.NETWORK, now=ANY_TIME, source=source)
    return {"listed": found is not None}


@cache
def _codes() -> Mapping[str, str]:
    return {name: code for code, name in Locale("en").territories.items()}


def _country(name: object) -> str:
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


def exceeded(case: Case) -> Answers:
    listed = case.value("countries") or []
    countries = tuple(_country(name) for name in listed)
    rates = _rates(case)
    if case.flag("country_rate_limits"):
        rates += _rates(case, "country_", countries)
    vigilance = Vigilance(rates=rates, home=countries if case.flag("geoblocking") else ())
    sighting = Sighting(country=_country(case.value("ip_country")))
    counts = {rate: case.number(f"count_{rate.seconds}s") for rate in rates}
    found = assess(sighting, counts, Lists(), vigilance, now=ANY_TIME)
    return {"result": bool(found.reasons)}


def validate_config(case: Case) -> Answers:
    try:
        Vigilance(rates=_rates(case))
    except InvalidValueError as error:
        return {"error": InWords(error)}
    return {"error": None}


WOMBOID = "womboid@wimbledon.com"


def assessed(case: Case) -> Assessment:
    """The assessment of somebody who signs from a source as often as the case says."""
    rates = tuple(
        Rate(role="signer", most=case.number("burst_rate"), seconds=case.number("burst_period_s"))
        for _ in range(case.has("burst_rate"))
    )
    lists = Lists(
        blocked=_entries(case, "blocked_domains") + _entries(case, "blocked_emails"),
        allowed=_entries(case, "allowed_domains"),
    )
    earlier = case.number("earlier_from_same_ip") if case.has("earlier_from_same_ip") else 0
    counts = dict.fromkeys(rates, earlier + 1)
    sighting = Sighting(source="192.0.2.7", email=WOMBOID)
    return assess(sighting, counts, lists, Vigilance(rates=rates), now=ANY_TIME)
