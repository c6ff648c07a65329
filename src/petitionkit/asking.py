"""What a form asks, field by field, for whoever shows one: a page, an API, a paper sheet.

Decides which fields a policy's form has, in which order, of whom each is asked and what it is
called, says the same as JSON Schema, and takes what was asked for out of what came. It judges
nothing that anybody filled in.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import frozen

from petitionkit.agreement import asked
from petitionkit.eligibility import AllTrue, EligibilityRule, asks, fields_of, parts_of
from petitionkit.form import NOT_ASKED_OF, AskedConsent, Demand, Form, FormField
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft, Visibility

__all__ = ["CONSENT", "AskedField", "asked_fields", "draft_from", "form_schema"]

CONSENT = "consent_"
"""What stands before a consent's key in the name of its box on a form."""

Kinds = tuple[PartyKind, ...]

_PERSON: Kinds = (PartyKind.PERSON,)
_ORGANISATION: Kinds = (PartyKind.ORGANISATION,)

_ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "name": "Name",
        "given_name": "Given name",
        "family_name": "Family name",
        "email": "E-mail address",
        "phone": "Telephone number",
        "street": "Street and number",
        "locality": "Town",
        "area": "State or province",
        "postal_code": "Postal code",
        "country": "Country (two letters)",
        "citizenship": "Citizenship (two letters)",
        "region": "Region",
        "birth_date": "Date of birth",
        "national_number": "National number",
        "register_number": "Number in the register",
        "guardian": "Parent or guardian who agrees",
        "comment": "Why I sign",
    }
)
_KINDS = ((PartyKind.PERSON.value, "a person"), (PartyKind.ORGANISATION.value, "an organisation"))
_SHOWN_TO = (
    (Visibility.PUBLIC.value, "Everybody"),
    (Visibility.ADDRESSEE.value, "Whom the petition is addressed to"),
    (Visibility.ORGANISER.value, "Who started the petition"),
    (Visibility.NOBODY.value, "Nobody"),
)


@frozen(kw_only=True)
class AskedField:
    """One field of a form: an attribute of ``SignatureDraft``, and what is asked there.

    ``of`` are the kinds of signers that it is asked of, and ``required_of`` those who may not
    leave it empty. ``decides`` says that who may sign hangs on it. ``limit`` counts characters
    without white space around them; 0 where there is no plain limit. ``choices`` are values
    with their words, of which ``default`` is taken where none is chosen.
    """

    name: str
    label: str
    of: Kinds
    required_of: Kinds = ()
    decides: bool = False
    limit: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""

    @property
    def required(self) -> bool:
        """Whether nobody of whom it is asked may leave it empty."""
        return self.of == self.required_of


def asked_fields(policy: Policy, *, language: str = "en") -> tuple[AskedField, ...]:
    """Every field of a policy's form in its order, but for consents, which are the form's own.

    Called as the policy calls them in a language (a BCP 47 tag), or else in English. Where
    organisations may sign too, the signer's ``kind`` is asked as well.
    """
    return tuple(_fields(policy, language))


def draft_from(policy: Policy, typed: Mapping[str, Any], *, language: str = "") -> SignatureDraft:
    """What somebody typed into a policy's form, unchecked, as ``desk.sign`` takes it.

    ``typed`` is by the names of ``asked_fields``, with ``consent_KEY`` for a box that was
    ticked. What the form does not ask for, such as a page's own fields, is left out. Raises
    ``InvalidValueError`` where ``kind`` is none: a page offers the choices.
    """
    given = {one.name: typed[one.name] for one in asked_fields(policy) if typed.get(one.name)}
    ticked = tuple(one.key for one in policy.form.consents if typed.get(CONSENT + one.key))
    return SignatureDraft(**given, consents=ticked, language=language)


def _fields(policy: Policy, language: str) -> Iterator[AskedField]:
    form, deciding, needed = policy.form, fields_of(policy.eligibility), _needed(policy)
    both = _kinds(policy)
    for name in FormField:
        of = tuple(kind for kind in both if name not in NOT_ASKED_OF[kind])
        if name is FormField.NAME and form.two_part_name:
            for part in ("given_name", "family_name"):
                yield AskedField(
                    name=part, label=_ENGLISH[part], of=_PERSON, limit=form.limit(name)
                )
            of = tuple(kind for kind in of if kind in _ORGANISATION)
        if not (of and asked(form, policy.eligibility, name)):
            continue
        demanded = form.demand(name) is Demand.REQUIRED
        required_of = of if demanded else tuple(k for k in of if k in _PERSON and name in needed)
        yield AskedField(
            name=name.value,
            label=_label(policy, name, of, language),
            of=of,
            required_of=required_of,
            decides=name in deciding,
            limit=form.limit(name),
        )
    if len(both) > 1:
        yield AskedField(
            name="kind", label="I sign as", of=both, choices=_KINDS, default=_KINDS[0][0]
        )
    if form.visibility_choice:
        yield AskedField(
            name="visibility",
            label="Show my name to",
            of=both,
            choices=_SHOWN_TO,
            default=form.visibility.value,
        )


def _kinds(policy: Policy) -> Kinds:
    return _PERSON + _ORGANISATION if policy.eligibility.organisations else _PERSON


def _label(policy: Policy, name: FormField, of: Kinds, language: str) -> str:
    said = policy.form.label(name, language)
    if name is FormField.NAME and of == _ORGANISATION:
        return "Name of the organisation"  # what the policy calls a name is a person's
    return _ENGLISH[name] if said == name else said


def _needed(policy: Policy) -> frozenset[FormField]:
    """Fields that no person can leave empty and sign, whatever the form asks."""
    form, eligibility = policy.form, policy.eligibility
    found = {name for rule in _each(eligibility.needs) if (name := asks(rule))}
    if eligibility.minimum_age:
        found.add(FormField.BIRTH_DATE)
    if form.home_country:  # where those live who name none
        found.discard(FormField.COUNTRY)
    return frozenset(found)


def _each(rule: EligibilityRule | None) -> Iterator[EligibilityRule]:
    """Rules that must hold each by itself."""
    if isinstance(rule, AllTrue):
        for part in parts_of(rule):
            yield from _each(part)
    elif rule is not None:
        yield rule


# As JSON Schema

_HINTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "phone": {"description": "With its country code, such as +44 20 7946 0000."},
        "country": {"description": "ISO 3166-1 alpha-2, such as FI."},
        "citizenship": {"description": "ISO 3166-1 alpha-2, such as FI."},
        "birth_date": {"format": "date"},
    }
)


def form_schema(policy: Policy, *, language: str = "en") -> dict[str, Any]:
    """The form as JSON Schema (draft 2020-12), of an object that a draft is made of.

    What it refuses the form refuses or drops, lengths being those of text without white
    space around it. The form refuses more: which addresses, numbers and codes there are, and who
    may sign, is not in it.
    """
    asked_for = asked_fields(policy, language=language)
    properties = {one.name: _property(policy, one) for one in asked_for}
    properties["language"] = {
        "type": "string",
        "title": "Language",
        "description": "The language in which the petition was read, such as pt-BR.",
    }
    boxes = policy.form.consents
    if boxes:
        properties["consents"] = _boxes(boxes, policy.form, language)
    ticked = ["consents"] if any(box.required for box in boxes) else []
    needs = {
        kind: [one.name for one in asked_for if kind in one.required_of] for kind in _kinds(policy)
    }
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    filled: dict[PartyKind, dict[str, Any]] = {
        kind: {
            "required": [*names, *ticked],
            "properties": {name: {"minLength": 1} for name in names},
        }
        for kind, names in needs.items()
    }
    if PartyKind.ORGANISATION not in filled:
        for name, rule in filled[PartyKind.PERSON]["properties"].items():
            properties[name] |= rule
        return {**schema, "required": filled[PartyKind.PERSON]["required"]}
    return {
        **schema,
        "if": {"properties": {"kind": {"const": "organisation"}}, "required": ["kind"]},
        "then": filled[PartyKind.ORGANISATION],
        "else": filled[PartyKind.PERSON],
    }


def _boxes(boxes: Sequence[AskedConsent], form: Form, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "array",
        "title": "Boxes that were ticked",
        "description": "; ".join(f"{box.key}: {form.label(box.key, language)}" for box in boxes),
        "items": {"type": "string", "enum": [box.key for box in boxes]},
    }
    must = [{"contains": {"const": box.key}} for box in boxes if box.required]
    return {**found, "allOf": must} if must else found


def _property(policy: Policy, one: AskedField) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string", "title": one.label, **_HINTS.get(one.name, {})}
    if one.name == FormField.EMAIL:
        found["format"] = "idn-email" if policy.form.email_rules.unicode else "email"
    if one.limit:
        found["maxLength"] = one.limit
    if one.choices:
        found["enum"] = [value for value, _ in one.choices]
        found["default"] = one.default
        found["description"] = "; ".join(f"{value}: {words}" for value, words in one.choices)
    return found
