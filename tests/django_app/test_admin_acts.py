"""The admin's actions are the verbs: what they ask for, who may take them, what they leave."""

from unittest.mock import patch

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.functional import Promise

from django_app.site_bench import SiteCase
from petitionkit.acting import Acting
from petitionkit.django.acts import PETITION_ACTS, SIGNATURE_ACTS
from petitionkit.django.admin import ActingAdmin, PetitionAdmin, SignatureAdmin
from petitionkit.django.models import PetitionRow, SignatureRow
from petitionkit.facts import Event, State
from petitionkit.petition import Petition, PetitionText

PETITIONS = "/admin/petitionkit/petitionrow/"
SIGNATURES = "/admin/petitionkit/signaturerow/"


class AdminCase(SiteCase):
    def setUp(self) -> None:
        super().setUp()
        self.log_in(User.objects.create_superuser("clerk"))

    def log_in(self, user: User) -> None:
        self.client.force_login(user)
        self.user = user

    def moderator(self, *codenames: str) -> None:
        user = User.objects.create(username="moderator", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        self.log_in(user)

    def pk(self, petition: Petition) -> int:
        return int(PetitionRow.objects.get(uuid=petition.id).pk)

    def act(self, petition: Petition, name: str, **given: object) -> str:
        """Take an act on a petition as the page that asks would send it."""
        row = PetitionRow.objects.get(uuid=petition.id)
        sent = {f"seen-{row.pk}": row.version, "_selected_action": [row.pk], **given}
        return self.post(PETITIONS, action=name, taken="yes", **sent)

    def post(self, where: str, **given: object) -> str:
        return self.client.post(where, given, follow=True).content.decode()

    def state(self, petition: Petition) -> State:
        return self.desk.standing(petition.id).status.state


class TestActsOnPetitions(AdminCase):
    def test_each_act_is_offered_and_asks_for_what_its_verb_wants(self) -> None:
        pk = self.pk(self.opened())
        page = self.client.get(PETITIONS).content.decode()
        for act in PETITION_ACTS:
            assert f'<option value="{act.name}">{act.label}' in page
            asking = self.post(PETITIONS, action=act.name, _selected_action=[pk], index=0)
            assert "Keep the library" in asking
            for name in act.form().fields:
                assert f'name="{name}"' in asking, act.name

    def test_approving_opens(self) -> None:
        petition = self.submitted()
        assert "Approve: open" in self.act(petition, "approve")
        assert self.state(petition) is State.OPEN
        opened = self.desk.petition(petition.id).last(Event.OPENED)
        assert opened is not None
        assert opened.actor == f"user-{self.user.pk}"

    def test_rejecting_states_its_reasons(self) -> None:
        petition = self.submitted()
        self.act(
            petition,
            "reject",
            ground="duplicate",
            clause="Terms, 4",
            explanation="See the other one.",
            redress="write to us\n\n appeal ",
            found_by_machine="on",
        )
        (restriction,) = self.desk.petition(petition.id).restrictions
        reasons = restriction.reasons
        assert self.state(petition) is State.REJECTED
        assert (reasons.ground, reasons.clause) == ("duplicate", "Terms, 4")
        assert reasons.explanation == "See the other one."
        assert reasons.redress == ("write to us", "appeal")
        assert (reasons.found_by_machine, reasons.decided_by_machine) == (True, False)

    def test_grounds_are_those_that_the_policy_lists(self) -> None:
        petition = self.submitted()
        asking = self.post(
            PETITIONS, action="reject", _selected_action=[self.pk(petition)], index=0
        )
        assert '<option value="duplicate">There is one already</option>' in asking
        assert "Select a valid choice" in self.act(petition, "reject", ground="nonsense")
        assert self.state(petition) is State.AWAITING_MODERATION

    def test_without_a_policy_any_ground_will_do(self) -> None:
        draft = self.desk.start(texts=[PetitionText(language="en", title="Draft")])
        asking = self.post(PETITIONS, action="hide", _selected_action=[self.pk(draft)], index=0)
        assert 'type="text" name="ground"' in asking

    def test_a_statement_that_cannot_be_kept_is_asked_for_again(self) -> None:
        petition = self.submitted()
        long = self.act(petition, "reject", ground="duplicate", explanation="x" * 4001)
        assert "at most 4000 are allowed" in long
        assert "This field is required" in self.act(petition, "reject")
        null = self.act(petition, "reject", ground="duplicate", redress="\0")
        assert "Null characters are not allowed" in null
        assert self.state(petition) is State.AWAITING_MODERATION

    def test_every_seated_act_is_a_verb_of_the_desk(self) -> None:
        named = {act.name for act in PETITION_ACTS} - {"recount"}
        assert all(callable(getattr(Acting, name)) for name in named)

    def test_extending_moves_the_deadline(self) -> None:
        petition = self.opened()
        self.act(petition, "extend", until="2026-05-01T12:00", authority="council")
        deadline = self.desk.standing(petition.id).deadline
        assert deadline is not None
        assert deadline.month == 5
        said = self.act(petition, "extend", until="2026-04-01T12:00", authority="council")
        assert "must be later than it is now" in said

    def test_recounting_mends_what_has_drifted_as_a_fact(self) -> None:
        petition = self.opened()
        self.signed(petition)
        self.act(petition, "recount")
        assert not self.desk.drift(petition.id)
        before = self.desk.petition(petition.id).facts
        row = SignatureRow.objects.get()
        SignatureRow.objects.filter(pk=row.pk).update(counters="")
        assert self.desk.drift(petition.id)
        self.act(petition, "recount")
        assert not self.desk.drift(petition.id)
        assert len(self.desk.petition(petition.id).facts) == len(before) + 1

    def test_what_changed_since_one_looked_is_told_and_nothing_done(self) -> None:
        petition = self.submitted()
        row = PetitionRow.objects.get(uuid=petition.id)
        self.act(petition, "hold", reason="later")
        said = self.act(petition, "approve", **{f"seen-{row.pk}": row.version})
        assert "it has changed since you looked" in said
        assert self.state(petition) is not State.OPEN

    def test_each_of_several_is_told_for_itself(self) -> None:
        one, two = self.submitted("One"), self.opened("Two")
        rows = [self.pk(one), self.pk(two)]
        said = self.post(PETITIONS, action="hold", taken="yes", _selected_action=rows)
        assert said.count('class="success"') == said.count('class="error"') == 1
        assert self.state(one) is not State.AWAITING_MODERATION
        assert self.state(two) is State.OPEN

    def test_django_logs_who_acted(self) -> None:
        petition = self.submitted()
        self.act(petition, "approve")
        history = self.client.get(f"{PETITIONS}{self.pk(petition)}/history/").content.decode()
        assert "Approve: open" in history


class TestInTheLanguageOfWhoActs(AdminCase):
    def test_everything_that_is_named_can_be_named_in_another_language(self) -> None:
        for made in (PetitionAdmin, SignatureAdmin):
            for action in made.actions:
                assert isinstance(getattr(action, "short_description", None), Promise)
            for name in {*made.list_display, *made.fields} & vars(made).keys():
                assert isinstance(vars(made)[name].short_description, Promise), name
        for act in (*PETITION_ACTS, *SIGNATURE_ACTS):
            helped = [field.help_text for field in act.form().fields.values() if field.help_text]
            assert all(isinstance(one, Promise) for one in helped)
        for made, row in ((PetitionAdmin, PetitionRow), (SignatureAdmin, SignatureRow)):
            assert isinstance(made(row, admin.site).opts.verbose_name, Promise)

    def test_a_page_and_what_became_of_it_are_told_in_that_language(self) -> None:
        petition = self.submitted()
        given = {"action": "approve", "_selected_action": [self.pk(petition)]}
        with patch("petitionkit.django.admin.gettext", str.upper):
            assert 'value="APPROVE: OPEN, OR LET GO ON"' in self.post(PETITIONS, index=0, **given)
            assert "Keep the library: APPROVE: OPEN" in self.act(petition, "approve")


class TestWhoMayAct(AdminCase):
    def test_who_may_only_look_is_offered_nothing(self) -> None:
        petition = self.submitted()
        self.moderator("view_petitionrow")
        page = self.client.get(PETITIONS).content.decode()
        assert "Keep the library" in page
        assert "Approve" not in page
        self.act(petition, "approve")
        assert self.state(petition) is State.AWAITING_MODERATION

    def test_who_may_change_is_a_moderator(self) -> None:
        petition = self.submitted()
        self.moderator("change_petitionrow")
        self.act(petition, "approve")
        assert self.state(petition) is State.OPEN
        said = self.act(petition, "extend", until="2026-05-01T12:00", authority="me")
        assert 'class="error"' in said

    def test_nobody_adds_edits_or_deletes_past_the_desk(self) -> None:
        petition = self.opened()
        self.signed(petition)
        pages = {PETITIONS: self.pk(petition), SIGNATURES: SignatureRow.objects.get().pk}
        for where, pk in pages.items():
            assert self.client.get(f"{where}add/").status_code == 403
            assert self.client.get(f"{where}{pk}/delete/").status_code == 403
            assert self.client.post(f"{where}{pk}/change/", {"office": "x"}).status_code == 403
            page = self.client.get(f"{where}{pk}/change/").content.decode()
            assert "_save" not in page
        assert "delete_selected" not in self.client.get(PETITIONS).content.decode()

    def test_without_an_account_nobody_sees_anything(self) -> None:
        self.client.logout()
        assert self.client.get(PETITIONS).status_code == 302


class TestPages(AdminCase):
    def test_a_page_tells_all_that_happened(self) -> None:
        petition = self.opened()
        page = self.client.get(f"{PETITIONS}{self.pk(petition)}/change/").content.decode()
        for text in ("Keep the library", "It closes in May.", "policy_pinned", "open"):
            assert text in page

    def test_the_filter_lists_what_petitions_are_now(self) -> None:
        self.opened("Now over")
        self.wait(weeks=4)
        self.opened("Still open")
        found = {
            state: self.client.get(f"{PETITIONS}?status={state}").content.decode()
            for state in ("open", "closed")
        }
        assert "Still open" in found["open"]
        assert "Now over" not in found["open"]
        assert "Now over" in found["closed"]
        page = self.client.get(f"{PETITIONS}?status=nonsense").content.decode()
        assert "Now over" in page

    def test_a_row_more_asks_for_little_more(self) -> None:
        self.opened("One")
        with CaptureQueriesContext(connection) as one:
            self.client.get(PETITIONS)
        self.opened("Two")
        with CaptureQueriesContext(connection) as two:
            assert "Two" in self.client.get(PETITIONS).content.decode()
        self.desk.standing(self.opened("Three").id)  # the policy is known from here on
        with CaptureQueriesContext(connection) as alone:
            self.desk.standing(PetitionRow.objects.earliest("number").uuid)
        assert len(two) - len(one) <= len(alone)

    def test_what_has_no_value_can_still_be_chosen_and_rows_say_what_they_are(self) -> None:
        self.signed(self.opened())
        page = self.client.get(PETITIONS).content.decode()
        assert '<a href="?office=">-</a>' in page
        assert 'aria-label="Select this object for an action - Keep the library"' in page
        assert '<a href="?ground=">-</a>' in self.client.get(SIGNATURES).content.decode()
        row = SignatureRow.objects.get()
        assert str(row) == str(row.uuid)


class TestActsOnSignatures(AdminCase):
    def setUp(self) -> None:
        super().setUp()
        self.petition = self.opened()
        self.signature_id = self.signed(self.petition).signature_id

    def act_on(self, name: str, **given: object) -> str:
        pk = SignatureRow.objects.get(uuid=self.signature_id).pk
        return self.post(SIGNATURES, action=name, taken="yes", _selected_action=[pk], **given)

    def test_invalidating_wants_a_ground_and_counts_no_longer(self) -> None:
        assert "This field is required" in self.act_on("invalidate")
        assert self.desk.standing(self.petition.id).supporters == 1
        self.act_on("invalidate", ground="bot")
        assert self.desk.standing(self.petition.id).supporters == 0
        (amended,) = self.desk.amendments(self.signature_id)
        assert (amended.ground, amended.actor) == ("bot", f"user-{self.user.pk}")
        self.act_on("reinstate")
        assert self.desk.standing(self.petition.id).supporters == 1

    def test_who_has_signed_again_since_is_not_counted_twice(self) -> None:
        self.act_on("invalidate", ground="bot")
        self.signed(self.petition)
        assert "has signed again since" in self.act_on("reinstate")

    def test_what_the_desk_refuses_is_told(self) -> None:
        self.desk.withdraw(self.signature_id)
        assert 'class="error"' in self.act_on("invalidate", ground="bot")

    def test_no_address_is_shown(self) -> None:
        pk = SignatureRow.objects.get().pk
        for where in (SIGNATURES, f"{SIGNATURES}{pk}/change/"):
            page = self.client.get(where).content.decode()
            assert "Ana" in page
            assert "ana@example.org" not in page
        assert "Keep the library" in page


def test_rows_of_ones_own_say_what_they_are_called_and_how_they_are_taken() -> None:
    bare = ActingAdmin(PetitionRow, admin.site)
    request = RequestFactory().get("/")
    with pytest.raises(NotImplementedError):
        bare.called(PetitionRow())
    with pytest.raises(NotImplementedError):
        bare.take(request, PetitionRow(), PETITION_ACTS[0], {})
