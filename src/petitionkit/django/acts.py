"""Acts: verbs of the desk as actions of the admin, each with the form that it asks for.

Tables of what can be done to petitions and to signatures. Who may do it is for the admin and
the lifecycle; an act hands its form's values to the verb and nothing else.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from attrs import frozen
from django import forms
from django.utils.translation import gettext_lazy, gettext_noop

from petitionkit.acting import Acting, ActOutcome
from petitionkit.desk import Desk
from petitionkit.errors import InvalidValueError
from petitionkit.moderation import Ground, Reasons
from petitionkit.outcomes import AmendOutcome

__all__ = [
    "PETITION_ACTS",
    "SIGNATURE_ACTS",
    "ActForm",
    "CodeForm",
    "ExtendForm",
    "GroundForm",
    "PetitionAct",
    "ReasonsForm",
    "SignatureAct",
]


class ActForm(forms.Form):
    """What an act asks for: nothing but to be sure."""

    def __init__(
        self, given: Mapping[str, Any] | None = None, *, grounds: Iterable[Ground] = ()
    ) -> None:
        """Bind what was given; ``grounds`` are those that the policies list."""
        super().__init__(given)
        choices = [(one.key, one.title or one.key) for one in grounds]
        if choices and "ground" in self.fields:
            self.fields["ground"] = forms.ChoiceField(choices=choices)

    def arguments(self) -> Mapping[str, Any]:
        """What the verb is called with."""
        return self.cleaned_data


class CodeForm(ActForm):
    """A reason, as a code."""

    reason = forms.SlugField(required=False, help_text=gettext_lazy("A code, such as off-topic."))


class GroundForm(ActForm):
    """A ground, as a code."""

    ground = forms.SlugField(help_text=gettext_lazy("A code, such as duplicate."))


class ReasonsForm(ActForm):
    """A statement of reasons, with the parts of article 17 (3) of Regulation (EU) 2022/2065."""

    ground = forms.SlugField(help_text=gettext_lazy("A code, such as libellous."))
    clause = forms.CharField(
        required=False, help_text=gettext_lazy("The law or the terms that it breaks.")
    )
    explanation = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 5}))
    redress = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("How to have it looked at again, one way a line."),
    )
    found_by_machine = forms.BooleanField(required=False)
    decided_by_machine = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Say everything that is wrong with the statement beside its parts."""
        given = self.cleaned_data
        if self.errors:
            return given
        redress = tuple(line.strip() for line in given["redress"].splitlines() if line.strip())
        try:
            return {"reasons": Reasons(**{**given, "redress": redress})}
        except InvalidValueError as error:
            for one in error.problems:
                self.add_error(one.field, one.message())
        return given


class ExtendForm(ActForm):
    """A later deadline, and who decided it."""

    until = forms.DateTimeField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("The first instant at which nobody can sign any more."),
    )
    authority = forms.SlugField(help_text=gettext_lazy("Who decided so, or which law, as a code."))


PetitionVerb = Callable[[Desk, Acting[ActOutcome], UUID, Mapping[str, Any]], ActOutcome]
SignatureVerb = Callable[[Desk, UUID, str, Mapping[str, Any]], AmendOutcome]


@frozen(kw_only=True)
class PetitionAct:
    """A verb on petitions: its name, what it is called, what it asks for, and how it is taken."""

    name: str
    label: str
    take: PetitionVerb
    form: type[ActForm] = ActForm


@frozen(kw_only=True)
class SignatureAct:
    """A verb on signatures; see ``PetitionAct``."""

    name: str
    label: str
    take: SignatureVerb
    form: type[ActForm] = ActForm


def _seated(name: str, label: str, form: type[ActForm] = ActForm) -> PetitionAct:
    """A verb of ``desk.acting(...)``."""
    return PetitionAct(
        name=name,
        label=label,
        form=form,
        take=lambda _, seat, of, given: getattr(seat, name)(of, **given),
    )


def _recount(
    desk: Desk, seat: Acting[ActOutcome], of: UUID, _given: Mapping[str, Any]
) -> ActOutcome:
    desk.count_again(of)
    return desk.recount(of, actor=seat.actor)


PETITION_ACTS = (
    _seated("approve", gettext_noop("Approve: open, or let go on")),
    _seated("send_back", gettext_noop("Send back to the starter"), CodeForm),
    _seated("hold", gettext_noop("Set aside"), CodeForm),
    _seated("reject", gettext_noop("Reject, with a statement of reasons"), ReasonsForm),
    _seated("hide", gettext_noop("Hide, with a statement of reasons"), ReasonsForm),
    _seated("remove", gettext_noop("Remove for good, with a statement of reasons"), ReasonsForm),
    _seated("reinstate", gettext_noop("Reinstate: lift the restriction")),
    _seated("restore", gettext_noop("Send back to moderation")),
    _seated("extend", gettext_noop("Extend the deadline"), ExtendForm),
    _seated("close", gettext_noop("Close now"), CodeForm),
    PetitionAct(
        name="recount", label=gettext_noop("Recount, and mend what has drifted"), take=_recount
    ),
)
"""What the admin can do to petitions."""

SIGNATURE_ACTS = (
    SignatureAct(
        name="invalidate",
        label=gettext_noop("Invalidate, on a ground"),
        form=GroundForm,
        take=lambda desk, of, actor, given: desk.invalidate(of, actor=actor, **given),
    ),
    SignatureAct(
        name="reinstate",
        label=gettext_noop("Count again"),
        take=lambda desk, of, actor, _: desk.reinstate(of, actor=actor),
    ),
)
"""What the admin can do to signatures."""
