"""The admin: petitions and signatures to look at, with verbs of the desk as their actions.

Nothing is added, edited or deleted here but through a verb, so that every rule holds and every
step is a fact. Whoever may *change* petitions or signatures may act; the lifecycle says in
which capacity. Moderators see what they need of a signer: no address and no number.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, gettext_lazy

from petitionkit.desk import Desk
from petitionkit.django.acts import PETITION_ACTS, SIGNATURE_ACTS, PetitionAct, SignatureAct
from petitionkit.django.desk import site_desk, site_now
from petitionkit.django.models import PetitionRow, SignatureRow
from petitionkit.errors import PetitionkitError
from petitionkit.facts import State
from petitionkit.moderation import Capacity, Ground
from petitionkit.outcomes import Conflict, Duplicate, Refused
from petitionkit.standing import Standing

__all__ = ["ActingAdmin", "PetitionAdmin", "SignatureAdmin", "StatusFilter", "ValueFilter"]

Act = PetitionAct | SignatureAct
Action = Callable[["ActingAdmin", HttpRequest, "QuerySet[Any]"], HttpResponse | None]


def _action(act: Act) -> Action:
    @admin.action(description=gettext_lazy(act.label), permissions=["act"])
    def action(
        model_admin: "ActingAdmin", request: HttpRequest, rows: "QuerySet[Any]"
    ) -> HttpResponse | None:
        return model_admin.act(request, rows, act)

    action.__name__ = act.name
    return action


class ActingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """Rows that are changed by acts alone."""

    actions_on_bottom = True
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 (Django's own)
        """Refuse: the desk adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 (Django's own)
        """Refuse: the desk changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 (Django's own)
        """Refuse: petitions are removed by a verb, and signers erased by one."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those look who may act, too."""
        return super().has_view_permission(request, obj) or self.has_act_permission(request)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Let those act who have Django's permission to change such rows."""
        name = self.opts.model_name
        user: Any = request.user
        return bool(user.has_perm(f"{self.opts.app_label}.change_{name}"))

    def capacity(self, request: HttpRequest) -> Capacity:
        """In which capacity somebody acts: superusers are the office, others moderators."""
        return (
            Capacity.OFFICE
            if getattr(request.user, "is_superuser", False)
            else (Capacity.MODERATOR)
        )

    def actor(self, request: HttpRequest) -> str:
        """The opaque reference that facts keep of who acted."""
        return f"user-{request.user.pk}"

    def desk(self, row: Model) -> Desk:
        """The desk over the database that a row came from."""
        return site_desk(row._state.db or "")  # noqa: SLF001 (Django's way)

    def act(self, request: HttpRequest, rows: "QuerySet[Any]", act: Act) -> HttpResponse | None:
        """Ask for what the act wants, then take it on each row and say what became of it."""
        found = list(rows)
        given = request.POST if "taken" in request.POST else None
        form = act.form(given, grounds=self.grounds(found))
        if form.is_valid():
            for row in found:
                self._take_one(request, row, act, form.arguments())
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext(act.label),
            "opts": self.opts,
            "act": act,
            "form": form,
            "rows": [(row, self.called(row), self.seen(row)) for row in found],
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "petitionkit/act.html", context)

    def _take_one(
        self,
        request: HttpRequest,
        row: Model,
        act: Act,
        arguments: Any,  # noqa: ANN401 (a form's)
    ) -> None:
        name = self.called(row)
        try:
            wrong = self.take(request, row, act, arguments)
        except PetitionkitError as error:
            wrong = str(error)
        if wrong:
            self.message_user(request, f"{name}: {wrong}", messages.ERROR)
        else:
            self.log_change(request, row, gettext(act.label))
            self.message_user(request, f"{name}: {gettext(act.label)}", messages.SUCCESS)

    def take(self, request: HttpRequest, row: Any, act: Any, arguments: Any) -> str:  # noqa: ANN401 (each admin's own)
        """Call the verb; what stood in the way, empty where nothing did."""
        raise NotImplementedError

    def called(self, row: Any) -> str:  # noqa: ANN401 (each admin's own)
        """What a row is called on the page."""
        raise NotImplementedError

    def seen(self, row: Any) -> int:  # noqa: ANN401, ARG002 (each admin's own)
        """The version that whoever acts has seen; 0 where rows have none."""
        return 0

    def grounds(self, rows: Sequence[Any]) -> Iterable[Ground]:  # noqa: ARG002 (each admin's own)
        """The grounds that the act may rest on; none: any code will do."""
        return ()


class StatusFilter(admin.SimpleListFilter):
    """Petitions by what they are now, whether or not anybody ticked."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401, ARG002 (Django's own)
        """Every state."""
        return [(state.value, state.value.replace("_", " ")) for state in State]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:  # noqa: ANN401, ARG002 (Django's own)
        """The petitions in the state that was chosen."""
        chosen = self.value()
        if chosen not in set(State):
            return queryset
        return queryset.with_status(State(str(chosen)), site_now())


class ValueFilter(admin.AllValuesFieldListFilter):
    """Rows by what stands in a column; where nothing does, the link is called a dash."""

    def choices(self, changelist: Any) -> Any:  # noqa: ANN401 (Django's own)
        """Every value there is."""
        for one in super().choices(changelist):
            yield {**one, "display": one["display"] or "-"}


@admin.register(PetitionRow)
class PetitionAdmin(ActingAdmin):
    """Petitions, their status now, and what a moderator or the office can do to them."""

    list_display = ("title", "status", "deadline", "supporters")
    list_filter = (StatusFilter, ("office", ValueFilter))
    ordering = ("-number",)
    fields = (
        *("title", "text", "status", "since", "reason", "deadline", "supporters", "history"),
        *("office", "uuid", "version"),
    )
    readonly_fields = fields
    actions = tuple(_action(act) for act in PETITION_ACTS)

    def _standing(self, row: Any) -> Standing:  # noqa: ANN401 (a row that bears it)
        """Where it stood when the row was first asked: a page evaluates each petition once."""
        if not hasattr(row, "standing"):
            row.standing = self.desk(row).standing(row.uuid)
        found: Standing = row.standing
        return found

    @admin.display(description=gettext_lazy("title"))
    def title(self, row: PetitionRow) -> str:
        """The title in the first language."""
        return str(row)

    @admin.display(description=gettext_lazy("text"))
    def text(self, row: PetitionRow) -> str:
        """The current text in the first language."""
        return self.desk(row).petition(row.uuid).text().body

    @admin.display(description=gettext_lazy("status"))
    def status(self, row: PetitionRow) -> str:
        """The state now."""
        return self._standing(row).status.state.value

    @admin.display(description=gettext_lazy("since"), empty_value="-")
    def since(self, row: PetitionRow) -> object:
        """Since when it is in that state."""
        return self._standing(row).status.since

    @admin.display(description=gettext_lazy("by rule"), empty_value="-")
    def reason(self, row: PetitionRow) -> str:
        """By which rule, and for which reason, it is in that state."""
        found = self._standing(row).status
        return ", ".join(filter(None, (found.rule, found.reason)))

    @admin.display(description=gettext_lazy("deadline"), empty_value="-")
    def deadline(self, row: PetitionRow) -> object:
        """The first instant at which nobody can sign any more."""
        return self._standing(row).deadline

    @admin.display(description=gettext_lazy("supporters"))
    def supporters(self, row: PetitionRow) -> int:
        """How many count now."""
        return self._standing(row).supporters

    @admin.display(description=gettext_lazy("history"))
    def history(self, row: PetitionRow) -> str:
        """Every fact: when, what, and by whom."""
        return "\n".join(
            " ".join(filter(None, (f"{fact.at:%Y-%m-%d %H:%M:%S}Z", fact.event.value, fact.actor)))
            for fact in self.desk(row).petition(row.uuid).facts
        )

    def called(self, row: PetitionRow) -> str:
        """Its title."""
        return self.title(row)

    def seen(self, row: PetitionRow) -> int:
        """Its version on the page that asks."""
        return int(row.version)

    def grounds(self, rows: Sequence[PetitionRow]) -> Iterable[Ground]:
        """The grounds that all their policies list."""
        policies = [self.desk(row).policy(row.uuid) for row in rows]
        listed = [policy.moderation.grounds if policy else () for policy in policies]
        return [one for one in listed[0] if all(one in others for others in listed)]

    def take(self, request: HttpRequest, row: PetitionRow, act: PetitionAct, arguments: Any) -> str:  # noqa: ANN401 (a form's)
        """Act as the capacity that the user has, on the version that they saw."""
        desk = self.desk(row)
        seen = int(request.POST.get(f"seen-{row.pk}", row.version))
        seat = desk.acting(self.capacity(request), actor=self.actor(request), seen=seen)
        match act.take(desk, seat, row.uuid, arguments):
            case Conflict():
                return gettext("it has changed since you looked; nothing was done, look again")
            case _:
                return ""


@admin.register(SignatureRow)
class SignatureAdmin(ActingAdmin):
    """Signatures, as moderators may see them."""

    list_display = ("uuid", "name", "comment", "kind", "signed_at", "invalidated_at", "ground")
    list_filter = ("kind", "channel", ("ground", ValueFilter))
    search_fields = ("name",)
    ordering = ("-number",)
    fields = (
        *("uuid", "of", "name", "comment", "kind", "role", "region", "language", "channel"),
        *("source", "line", "signed_at", "counted_at", "withdrawn_at", "invalidated_at", "ground"),
        *("counters",),
    )
    readonly_fields = fields
    actions = tuple(_action(act) for act in SIGNATURE_ACTS)

    @admin.display(description=gettext_lazy("petition"))
    def of(self, row: SignatureRow) -> str:
        """The title of its petition."""
        return str(row.petition)

    def called(self, row: SignatureRow) -> str:
        """Its id: messages hold no names."""
        return str(row)

    def take(
        self,
        request: HttpRequest,
        row: SignatureRow,
        act: SignatureAct,
        arguments: Any,  # noqa: ANN401 (a form's)
    ) -> str:
        """Amend the signature."""
        match act.take(self.desk(row), row.uuid, self.actor(request), arguments):
            case Refused(problems=problems):
                return "; ".join(map(str, problems))
            case Duplicate():
                return gettext("its signer has signed again since, and counts by that signature")
            case _:
                return ""
