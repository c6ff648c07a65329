"""Pages: each asks the desk once and matches on what it answers."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from petitionkit import (
    AlreadyExistsError,
    Capacity,
    Confirmed,
    InvalidValueError,
    Party,
    Pending,
    Petition,
    PetitionText,
    Publicity,
    Purpose,
    Received,
    Refused,
    State,
    headline,
)
from petitionkit.django.desk import site_desk, site_now
from petitionkit.django.forms import signing_form
from petitionkit.django.models import PetitionRow
from petitionkit.plots import bars
from petitionkit.series import counted_on
from petitions.rules import goal, policy


class StartForm(forms.Form):
    """What somebody fills in to start a petition; a moderator looks at it before it opens."""

    title = forms.CharField(max_length=80)
    body = forms.CharField(label="What you ask for, and why", widget=forms.Textarea)
    starter = forms.CharField(label="Your name", widget=forms.TextInput({"autocomplete": "name"}))


def index(request: HttpRequest) -> HttpResponse:
    """Petitions that are open, and those that were."""
    desk, now = site_desk(), site_now()
    lists = {
        heading: [desk.petition(row.uuid) for row in PetitionRow.objects.with_status(state, now)]
        for heading, state in (("Open petitions", State.OPEN), ("Closed petitions", State.CLOSED))
    }
    return render(request, "index.html", {"lists": lists})


def start(request: HttpRequest) -> HttpResponse:
    """Take a draft in, and send it to a moderator."""
    form = StartForm(request.POST or None)
    if not form.is_valid():
        return render(request, "form.html", {"form": form, "title": "Start a petition"})
    given, desk = form.cleaned_data, site_desk()
    try:
        draft = desk.start(
            texts=[PetitionText(language="en", title=given["title"], body=given["body"])],
            starter=Party(kind="person", name=given["starter"]),
            slugs=[slugify(given["title"], allow_unicode=True) or "petition"],
        )
        desk.acting(Capacity.STARTER).submit(draft.id, policy())
    except AlreadyExistsError:
        form.add_error("title", "There is a petition of this title already.")
    except InvalidValueError as error:
        for one in error.problems:
            form.add_error(None, f"{one.field} {one.message()}")
    else:
        messages.success(request, "Thank you. A moderator will look at your petition.")
        return redirect("index")
    return render(request, "form.html", {"form": form, "title": "Start a petition"}, status=422)


def _found(slug: str) -> Petition:
    found = site_desk().find("", "slug", slug)
    proceedings = site_desk().proceedings(found.id) if found else None
    if found is None or proceedings is None or proceedings.publicity is not Publicity.PUBLIC:
        raise Http404
    return found


@never_cache
def petition(request: HttpRequest, slug: str) -> HttpResponse:
    """A petition in all its lives: to be signed, or as it was."""
    desk, found = site_desk(), _found(slug)
    form = signing_form(desk.policy(found.id))(request.POST or None)
    status = 200
    if form.is_valid():
        source = request.META.get("REMOTE_ADDR", "")
        match desk.sign(found.id, form.draft(), source=source):
            case Received():
                messages.success(request, "Check your inbox: one more click, and you have signed.")
                return redirect("petition", slug)
            case Refused(problems=problems):
                form.add_problems(problems)
                status = 422
    standing = desk.standing(found.id)
    days = counted_on(desk.daily(found.id), desk.policy(found.id).window.zone)
    ends = {"first": str(min(days)), "last": str(max(days))} if days else {}
    plot = bars("Signatures a day", list(days.values()), **ends) if days else ""
    context = {
        "petition": found,
        "text": found.text(),
        "slug": slug,
        "standing": standing,
        "headline": headline(found, standing),
        "goal": goal(standing.supporters),
        "form": form if standing.signing.answer else None,
        "refused": form.non_field_errors(),
        "updates": found.updates[::-1],
        "plot": mark_safe(plot),  # noqa: S308 (numbers and days alone)
    }
    return render(request, "petition.html", context, status=status)


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link of a letter is about, and sign once the button is pressed."""
    desk = site_desk()
    match desk.confirm(token) if request.method == "POST" else desk.look_at(token):
        case Pending(name=name, petition_id=petition_id):
            title = f"Sign “{desk.petition(petition_id).title}”"
            asked = {"title": title, "text": f"You sign as {name}.", "button": "Sign"}
            return render(request, "ask.html", asked)
        case Confirmed():
            said, status = "Thank you: your signature counts.", 200
        case Refused(problems=problems):
            said, status = " ".join(f"This link {one.message()}." for one in problems), 410
        case _:
            said, status = "You have signed already, and count once.", 200
    return render(request, "ask.html", {"title": "Your signature", "text": said}, status=status)


@csrf_exempt  # mail programs post here by themselves (RFC 8058), and the link is the proof
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Send no more news; the signature goes on counting."""
    desk = site_desk()
    found = desk.open_link(token, Purpose.UNSUBSCRIBE)
    page = {"title": "News of the petition", "text": "Stop writing to me?", "button": "Stop"}
    if isinstance(found, Refused):
        page = {"title": page["title"], "text": "This link holds no more."}
        return render(request, "ask.html", page, status=410)
    if request.method == "POST":
        desk.unsubscribe(found.id, "updates")
        page = {"title": page["title"], "text": "You get no more letters. You still count."}
    return render(request, "ask.html", page)


class TellForm(forms.Form):
    """News of a petition."""

    subject = forms.CharField(max_length=150)
    body = forms.CharField(max_length=6000, widget=forms.Textarea)


@permission_required("petitionkit.change_petitionrow", login_url="/admin/login/")
def tell(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish news on the page, and send it to those who want to be told."""
    found, form = _found(slug), TellForm(request.POST or None)
    if not form.is_valid():
        return render(request, "form.html", {"form": form, "title": f"News of “{found.title}”"})
    seat = site_desk().acting(Capacity.OFFICE, actor=f"user-{request.user.pk}")
    seat.announce(found.id, key=f"news-{len(found.updates) + 1}", **form.cleaned_data)
    return redirect("petition", slug)
