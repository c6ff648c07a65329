"""Strategies for people: what they enter in a form, rightly or wrongly, and how they are reached.

Drafts fit the form and the eligibility of the policy that they are asked for; a broken draft
comes with the problems that must be told of it. What happens to a draft is not known here.
"""

from datetime import datetime
from functools import cache
from itertools import product
from typing import Any

from attrs import evolve, frozen
from hypothesis import strategies as st
from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
)

from petitionkit.agreement import asked
from petitionkit.civil import local_date
from petitionkit.contact import PhoneKind
from petitionkit.eligibility import CitizenOf, InRegion, ResidentIn, walk
from petitionkit.entitlement import entitled
from petitionkit.form import Demand, FormField
from petitionkit.mailboxes import Fold, Provider, providers
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.signature import Particulars, SignatureDraft, parse_day
from petitionkit.testing.clock import FrozenClock

__all__ = ["BrokenDraft", "broken_drafts", "drafts", "emails", "phones", "spellings"]

_ANY = Policy(name="any", version="1")
_NOON = FrozenClock().now
_NAMES = ("Ada", "Bo", "Çelik", "Zoë", "山田", "O'Neill", "Anna-Maria", "Ōe")


@cache
def emails() -> st.SearchStrategy[str]:
    """Addresses that every form takes: plain ASCII, without a label."""
    local = st.from_regex(r"[a-z]{2,8}[0-9]{0,6}(\.[a-z]{1,6})?", fullmatch=True)
    domain = st.sampled_from(["example.org", "example.com", "mail.example.net"])
    return st.builds("{}@{}".format, local, domain)


_LABELS = st.text("abcXYZ019+._-", max_size=8)
_WORDS = st.lists(st.text("abcdxyz019", min_size=1, max_size=5), min_size=1, max_size=4)
_FOLDING = [provider for provider in providers() if provider.domains]


def _spelled(
    draw: st.DrawFn, provider: Provider, said: dict[Fold, str], words: list[str], home: str
) -> str:
    ignored = said.get(Fold.IGNORED, "")
    joint = st.text(ignored, max_size=2) if ignored else st.just(".")
    local = words[0] + "".join(draw(joint) + word for word in words[1:])
    shown = "".join(draw(st.sampled_from([char, char.upper()])) for char in local)
    if said.get(Fold.USER_IN_SUBDOMAIN) is not None and "." not in local and draw(st.booleans()):
        return f"{draw(st.text('abc', min_size=1))}@{shown}.{home}"
    domain = draw(st.sampled_from(provider.domains)) if Fold.ONE_DOMAIN in said else home
    cased = draw(st.sampled_from([domain, domain.upper(), domain.title()]))
    return f"{shown}{draw(st.just('') | _LABELS.map('+'.__add__))}@{cased}"


@st.composite
def spellings(draw: st.DrawFn, *, several: int = 2) -> tuple[str, ...]:
    """So many ways to write to one mailbox, by what its provider's pages say of it."""
    provider, words = draw(st.sampled_from(_FOLDING)), draw(_WORDS)
    said = {rule.rule: rule.value for rule in provider.identity}
    home = draw(st.sampled_from(provider.domains))
    return tuple(_spelled(draw, provider, said, words, home) for _ in range(several))


_TYPES = {
    PhoneKind.FIXED: PhoneNumberType.FIXED_LINE,
    PhoneKind.MOBILE: PhoneNumberType.MOBILE,
    PhoneKind.OTHER: PhoneNumberType.TOLL_FREE,
}
_WRITTEN = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL)


@cache
def phones(
    regions: tuple[str, ...] = (), *, kinds: tuple[PhoneKind, ...] = ()
) -> st.SearchStrategy[str]:
    """Numbers with their country code, in E.164 or with spaces, of these regions or of any.

    ``regions`` are ISO 3166-1 alpha-2, and ``kinds`` fixed, mobile or other numbers.
    ``ValueError`` where there are none.
    """
    wanted = kinds or (PhoneKind.FIXED, PhoneKind.MOBILE)
    found = [
        format_number(number, written)
        for region in regions or sorted(SUPPORTED_REGIONS)
        for kind in wanted
        if (number := example_number_for_type(region, _TYPES[kind])) is not None
        for written in _WRITTEN
    ]
    if not found:
        raise ValueError(f"no numbers of {', '.join(wanted)} are known in {', '.join(regions)}")
    return st.sampled_from(found)


def _others(known: list[str]) -> list[str]:
    """A few codes that rules name, and one that none does."""
    return [*known[:4], next(code for code in ("NZ", "IS", "UY", "BT", "") if code not in known)]


@cache
def _persons(policy: Policy, at: datetime) -> list[dict[str, str]]:
    """What persons may say of themselves who may sign: as few ways as try all that rules name."""
    form, eligibility = policy.form, policy.eligibility
    rules = [*walk(eligibility.needs)] if eligibility.needs else []
    citizens = [code for rule in rules if isinstance(rule, CitizenOf) for code in rule.citizen_of]
    homes = [code for rule in rules if isinstance(rule, ResidentIn) for code in rule.resident_in]
    regions = [code for rule in rules if isinstance(rule, InRegion) for code in rule.in_region]
    day = local_date(at, policy.window.zone)
    born = [f"{day.year - age - 2:04}-05-17" for age in (max(eligibility.of_age, 18), 1)]
    ways = {
        "citizenship": _others(citizens),
        "country": [form.home_country, *_others(homes)],
        "region": [*regions[:4], "elsewhere"],
        "birth_date": born,
        "guardian": ["Kim Berg"[: form.address_limit], ""],
    }
    asked_for = {
        name: values if asked(form, eligibility, FormField(name)) else [""]
        for name, values in ways.items()
    }
    found = []
    for values in product(*(dict.fromkeys(values) for values in asked_for.values())):
        said = dict(zip(asked_for, values, strict=True))
        missed = [n for n in said if not said[n] and form.demand(FormField(n)) is Demand.REQUIRED]
        who = Particulars(
            **{**said, "name": "A", "birth_date": parse_day(said["birth_date"])}  # type: ignore[arg-type]
        )
        if not missed and entitled(eligibility, who, day).answer:
            found.append(said)
    return found


def _seat(policy: Policy) -> dict[str, str]:
    """Where an organisation is."""
    where = {"country": policy.form.home_country or "FI", "region": "elsewhere"}
    return {
        n: code for n, code in where.items() if asked(policy.form, policy.eligibility, FormField(n))
    }


@st.composite
def drafts(
    draw: st.DrawFn,
    /,
    policy: Policy = _ANY,
    *,
    at: datetime = _NOON,
    **given: Any,  # noqa: ANN401 (as for evolve)
) -> SignatureDraft:
    """What somebody enters who may sign under a policy at an instant (aware, UTC).

    Persons, and organisations where they may sign. Fields that the form does not need are
    there or not. ``given`` fixes fields of the draft, which is for you to do where the form
    holds addresses against tables (``address_tables``), which are not known here.
    """
    form = policy.form
    kinds = [PartyKind.PERSON] if _persons(policy, at) else []
    kinds += [PartyKind.ORGANISATION] if policy.eligibility.organisations else []
    kind = draw(st.sampled_from(kinds))
    persons = _persons(policy, at)
    said = draw(st.sampled_from(persons if kind is PartyKind.PERSON else [_seat(policy)]))
    country = said.get("country") or form.home_country
    line = st.sampled_from(["Elm Street 7", "Länsi", "St. John's"]).map(
        lambda text: text[: form.address_limit]
    )
    ways: dict[FormField, st.SearchStrategy[str]] = {
        FormField.EMAIL: emails(),
        FormField.PHONE: phones(kinds=form.phone_rules.kinds),
        FormField.STREET: line,
        FormField.LOCALITY: line,
        FormField.AREA: line,
        FormField.POSTAL_CODE: st.just("SW1A 1AA" if country == "GB" else "12345"),
        FormField.NATIONAL_NUMBER: st.from_regex(r"[0-9]{6}[A-Z]{3}", fullmatch=True),
        FormField.REGISTER_NUMBER: st.from_regex(r"[0-9]{7}-[0-9]", fullmatch=True),
        FormField.COMMENT: st.just("It is the only one."[: form.comment_limit].strip()),
    }
    typed = {
        name.value: draw(way if _needed(policy, name, country) else st.just("") | way)
        for name, way in ways.items()
        if form.demand(name) is not Demand.UNWANTED
    }
    names = st.sampled_from(_NAMES)
    if form.two_part_name and kind is PartyKind.PERSON:
        called = {"given_name": "", "family_name": draw(names)[: form.name_limit]}
        if form.name_limit >= 2 * max(map(len, _NAMES)) + 1:
            called["given_name"] = draw(names)
    else:
        called = {"name": draw(names)[: form.name_limit].rstrip("-'")}
    boxes = [box.key for box in form.consents if box.required or draw(st.booleans())]
    made = SignatureDraft(kind=kind, consents=tuple(boxes), **called, **typed, **said)
    return evolve(made, **given)


def _needed(policy: Policy, name: FormField, country: str) -> bool:
    form = policy.form
    coded = name is FormField.POSTAL_CODE and country in form.postal_rules.required_in
    return coded or form.demand(name) is Demand.REQUIRED


@frozen(kw_only=True)
class BrokenDraft:
    """A draft that is wrong in some fields, and the pairs of field and code to be told of it.

    What follows from these may be told besides: who may sign cannot be seen of a wrong country.
    """

    draft: SignatureDraft
    problems: frozenset[tuple[str, str]]


_WRONG = {
    FormField.EMAIL: ("nobody", "email.no_at"),
    FormField.PHONE: ("+44 1", "phone.invalid"),
    FormField.COUNTRY: ("XX", "country.unknown"),
    FormField.CITIZENSHIP: ("XX", "country.unknown"),
    FormField.BIRTH_DATE: ("2001-02-30", "not_a_date"),
    FormField.NATIONAL_NUMBER: ("--", "number.invalid"),
}


@cache
def _breaks(policy: Policy, at: datetime) -> list[tuple[str, str, str]]:
    """What can be wrong with a person's draft: the field, what is typed, and the code told."""
    form, eligibility = policy.form, policy.eligibility
    found = []
    if not form.two_part_name:
        found += [("name", "", "required"), ("name", "A" * (form.name_limit + 1), "too_long")]
    for name in FormField:
        if form.demand(name) is Demand.REQUIRED and name not in _OF_ITS_OWN:
            found.append((name.value, "", "required"))
        if name in _WRONG and asked(form, eligibility, name):
            found.append((name.value, *_WRONG[name]))
    if form.demand(FormField.COMMENT) is not Demand.UNWANTED:
        found.append(("comment", "a" * (form.comment_limit + 1), "too_long"))
    if form.visibility_choice:
        found.append(("visibility", "all", "unknown_choice"))
    if eligibility.minimum_age:
        born = local_date(at, policy.window.zone).year - eligibility.minimum_age + 1
        found.append(("birth_date", f"{born:04}-01-01", "too_young"))
    return found


_OF_ITS_OWN = (FormField.NAME, FormField.REGISTER_NUMBER)


@st.composite
def broken_drafts(draw: st.DrawFn, policy: Policy = _ANY, *, at: datetime = _NOON) -> BrokenDraft:
    """What a person enters on the web who must be refused, with one field wrong or several."""
    right = draw(drafts(policy, at=at).filter(lambda one: one.kind is PartyKind.PERSON))
    broken = draw(
        st.lists(
            st.sampled_from(_breaks(policy, at)), min_size=1, max_size=4, unique_by=lambda b: b[0]
        )
    )
    return BrokenDraft(
        draft=evolve(right, **{name: typed for name, typed, _ in broken}),  # type: ignore[arg-type]
        problems=frozenset((name, code) for name, _, code in broken),
    )
