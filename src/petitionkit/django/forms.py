"""A form for signing, made from a policy.

It asks for what the policy asks for, in the words of the policy, and marks what is required.
It judges nothing: ``desk.sign`` does, and says everything that is wrong at once, which
``add_problems`` puts beside the fields.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django import forms

from petitionkit.asking import CONSENT, AskedField, asked_fields, draft_from
from petitionkit.form import FormField
from petitionkit.policy import Policy
from petitionkit.problems import Problem
from petitionkit.signature import SignatureDraft

__all__ = ["SigningForm", "signing_form"]

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


class SigningForm(forms.Form):
    """What somebody fills in to sign; made by ``signing_form``.

    To ask for a code from a list, subclass it and name a ``ChoiceField`` after the draft's
    attribute (``country``, ``region``).
    """

    policy: ClassVar[Policy]
    language: ClassVar[str] = "en"

    def draft(self) -> SignatureDraft:
        """What was typed, unchecked, as the desk takes it; call ``is_valid`` first."""
        return draft_from(self.policy, self.cleaned_data, language=self.language)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Put what the desk found beside the fields, and what has no field above them."""
        for problem in problems:
            found = (problem.field, f"{CONSENT}{problem.field.rpartition('.')[2]}")
            place = next((name for name in found if name in self.fields), None)
            said = problem.message()
            if place is None:
                subject = problem.field.replace("_", " ").replace(".", ": ")
                self.add_error(None, f"{subject}: {said}" if subject else said)
            else:
                self.add_error(place, f"{self.fields[place].label} {said}")


def signing_form(policy: Policy, *, language: str = "en") -> type[SigningForm]:
    """Make the form of a policy, in the words that it has for a language (a BCP 47 tag).

    A region that may be given and that nothing hangs on is left out: it is a code, and for
    the app to offer.
    """
    fields: dict[str, Any] = {"policy": policy, "language": language}
    for one in asked_fields(policy, language=language):
        if one.name != FormField.REGION or one.required or one.decides:
            fields[one.name] = _field(one, organisations=policy.eligibility.organisations)
    for consent in policy.form.consents:
        needed = {"required": True} if consent.required else {}
        fields[f"{CONSENT}{consent.key}"] = forms.BooleanField(
            label=policy.form.label(consent.key, language),
            required=False,
            widget=forms.CheckboxInput(attrs=needed),
        )
    return type("SigningForm", (SigningForm,), fields)


def _field(one: AskedField, *, organisations: bool) -> forms.Field:
    # The desk refuses, with all else that is wrong; the browser is told by the mark. One page
    # serves persons and organisations, so what not both must give bears none.
    if one.choices:
        return forms.ChoiceField(
            label=one.label, required=False, choices=one.choices, initial=one.default
        )
    required = one.required and (len(one.of) > 1 or not organisations)
    return forms.CharField(
        label=one.label,
        required=False,
        strip=False,
        widget=_widget(one.name, required=required),
    )


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
