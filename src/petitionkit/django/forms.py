"""A form for signing, made from a policy.

It asks for what the policy asks for, in the words of the policy, and marks what is required.
It judges nothing: ``desk.sign`` does, and says everything that is wrong at once, which
``add_problems`` puts beside the fields.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django import forms

from petitionkit.agreement import asked
from petitionkit.eligibility import fields_of
from petitionkit.form import Demand, FormField
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.problems import Problem
from petitionkit.signature import SignatureDraft, Visibility

__all__ = ["SigningForm", "signing_form"]

_CONSENT = "consent_"

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

# So that browsers can fill them in (WCAG 2.2, 1.3.5) and telephones show the right keys.
_WIDGETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "name": {"autocomplete": "name"},
        "given_name": {"autocomplete": "given-name"},
        "family_name": {"autocomplete": "family-name"},
        "email": {"autocomplete": "email", "type": "email"},
        "phone": {"autocomplete": "tel", "type": "tel"},
        "street": {"autocomplete": "street-address"},
        "locality": {"autocomplete": "address-level2"},
        "area": {"autocomplete": "address-level1"},
        "postal_code": {"autocomplete": "postal-code"},
        "country": {"autocomplete": "country", "maxlength": "2"},
        "birth_date": {"autocomplete": "bday", "type": "date"},
    }
)

_SHOWN_TO: Mapping[Visibility, str] = MappingProxyType(
    {
        Visibility.PUBLIC: "Everybody",
        Visibility.RECIPIENT: "Whom the petition is addressed to",
        Visibility.ORGANISER: "Who started the petition",
        Visibility.NOBODY: "Nobody",
    }
)


class SigningForm(forms.Form):
    """What somebody fills in to sign; made by ``signing_form``.

    To ask for a code from a list, subclass it and name a ``ChoiceField`` after the draft's
    attribute (``country``, ``region``).
    """

    language: ClassVar[str] = "en"

    def draft(self) -> SignatureDraft:
        """What was typed, unchecked, as the desk takes it; call ``is_valid`` first."""
        given: dict[str, Any] = {
            name: value
            for name, value in self.cleaned_data.items()
            if not name.startswith(_CONSENT) and value
        }
        consents = tuple(
            name.removeprefix(_CONSENT)
            for name, ticked in self.cleaned_data.items()
            if name.startswith(_CONSENT) and ticked
        )
        return SignatureDraft(**given, consents=consents, language=self.language)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Put what the desk found beside the fields, and what has no field above them."""
        for problem in problems:
            found = (problem.field, f"{_CONSENT}{problem.field.rpartition('.')[2]}")
            place = next((name for name in found if name in self.fields), None)
            said = problem.message()
            if place is None:
                subject = problem.field.replace("_", " ").replace(".", ": ")
                self.add_error(None, f"{subject}: {said}" if subject else said)
            else:
                self.add_error(place, f"{self.fields[place].label} {said}")


def signing_form(policy: Policy, language: str = "en") -> type[SigningForm]:
    """Make the form of a policy, in the words that it has for a language (a BCP 47 tag).

    A region that may be given and that nothing hangs on is left out: it is a code, and for
    the app to offer.
    """
    fields: dict[str, Any] = {"language": language}
    for name in _asked(policy):
        required = _required(policy, name)
        fields[name] = forms.CharField(
            label=_label(policy, name, language),
            # The desk refuses, with all else that is wrong; the browser is told by the mark.
            required=False,
            strip=False,
            widget=_widget(name, required=required),
        )
    if policy.eligibility.organisations:
        fields["kind"] = forms.ChoiceField(
            label="I sign as",
            required=False,
            choices=[(PartyKind.PERSON, "a person"), (PartyKind.ORGANISATION, "an organisation")],
        )
    if policy.form.visibility_choice:
        fields["visibility"] = forms.ChoiceField(
            label="Show my name to",
            required=False,
            choices=[(one.value, text) for one, text in _SHOWN_TO.items()],
            initial=policy.form.visibility.value,
        )
    for consent in policy.form.consents:
        needed = {"required": True} if consent.required else {}
        fields[f"{_CONSENT}{consent.key}"] = forms.BooleanField(
            label=policy.form.label(consent.key, language),
            required=False,
            widget=forms.CheckboxInput(attrs=needed),
        )
    return type("SigningForm", (SigningForm,), fields)


def _asked(policy: Policy) -> Iterable[str]:
    needed = fields_of(policy.eligibility)
    for name in FormField:
        if name is FormField.NAME and policy.form.two_part_name:
            yield from ("given_name", "family_name")
        elif name is FormField.REGION and name not in needed:
            if policy.form.region is Demand.REQUIRED:
                yield name.value
        elif asked(policy.form, policy.eligibility, name):
            yield name.value


def _required(policy: Policy, name: str) -> bool:
    # Of a name in two parts one may be empty.
    whole = name in {field.value for field in FormField}
    return whole and policy.form.demand(FormField(name)) is Demand.REQUIRED


def _label(policy: Policy, name: str, language: str) -> str:
    said = policy.form.label(name, language)
    return _ENGLISH[name] if said == name else said


def _widget(name: str, *, required: bool) -> forms.Widget:
    attrs: dict[str, Any] = {**_WIDGETS.get(name, {})}
    if required:
        attrs["required"] = True
    if name == FormField.COMMENT:
        return forms.Textarea(attrs={**attrs, "rows": 4})
    found = forms.TextInput(attrs=attrs)
    found.input_type = attrs.pop("type", "text")
    found.attrs.pop("type", None)
    return found
