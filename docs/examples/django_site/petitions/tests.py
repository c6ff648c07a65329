"""The site as somebody uses it: open and closed, signed and confirmed, moderated, told."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.test import TestCase, override_settings
from django.urls import reverse

from petitionkit import Capacity, SignatureDraft, State, Submission
from petitionkit.django.desk import site_desk
from petitionkit.django.models import PetitionRow

SLUG = "make-claremont-a-sanctuary-city"
WEB = ("Bo", "Cy", "Di", "Ed", "Flo")
ROLL = Path(__file__).parents[2] / "claremont" / "roll.csv"


class SiteCase(TestCase):
    """A site of its own with a clock that stands still."""

    def setUp(self):
        self.now = datetime(2016, 11, 14, 18, tzinfo=UTC)
        given = override_settings(PETITIONKIT={"KEYS": [bytes(32)], "CLOCK": lambda: self.now})
        given.enable()
        self.addCleanup(given.disable)
        call_command("claremont", stdout=StringIO())
        self.page = f"/petition/{SLUG}/"

    def get(self, address):
        return self.client.get(address).content.decode()

    def sign(self, name="Ana Díaz", email="ana@example.org", **more):
        given = {"name": name, "email": email, "kind": "person", **more}
        return self.client.post(self.page, given, follow=True)

    def links(self):
        """Send what is due; the addresses in the letters of this time."""
        before = len(mail.outbox)
        call_command("send_letters", stdout=StringIO())
        bodies = " ".join(one.body for one in mail.outbox[before:])
        return re.findall(r"http://localhost:8000(/\S+)", bodies)

    @property
    def id(self):
        return site_desk().find("", "slug", SLUG).id

    def supporters(self):
        return site_desk().standing(self.id).supporters


class TestBothLives(SiteCase):
    def test_open_it_has_a_form_a_counter_and_a_goal(self):
        page = self.get(self.page)
        self.assertIn("<strong>1</strong> supporter<", page)
        self.assertIn('<progress id="goal" max="10" value="1">', page)
        self.assertIn("Today: Damage Control Action Network (DCAN) is counting on you", page)
        self.assertIn("needs your help with “Petition to Make Claremont a Sanctuary City”.", page)
        self.assertIn("Join Damage Control Action Network (DCAN) today.", page)
        self.assertIn("<button>Sign</button>", page)
        self.assertNotIn("Petition Closed", page)

    def test_it_ends_with_923_supporters_and_no_form(self):
        self.now += timedelta(days=200)
        call_command("petition_import", SLUG, str(ROLL), stdout=StringIO(), stderr=StringIO())
        drafts = [SignatureDraft(name=name, email=f"{name}@example.org") for name in WEB]
        site_desk().intake(self.id, [Submission(draft=draft) for draft in drafts])
        self.assertIn("and 922 others today", self.get(self.page))
        self.assertIn('max="1000" value="923"', self.get(self.page))
        site_desk().acting(Capacity.STARTER).close(self.id, reason="delivered")
        page = self.get(self.page)
        self.assertIn("Petition Closed", page)
        self.assertIn("This petition had 923 supporters", page)
        self.assertNotIn("<form", page)
        self.assertIn("<svg", page)

    def test_its_days_are_those_of_its_own_zone_and_none_is_left_out(self):
        self.now = datetime(2016, 11, 17, 7, 59, tzinfo=UTC)  # 23:59 in Los Angeles
        site_desk().intake(self.id, [Submission(draft=SignatureDraft(name="Bo", email="b@c.de"))])
        days = re.findall(r">(2016-\d\d-\d\d)</text>", self.get(self.page))
        self.assertEqual(days, ["2016-11-14", "2016-11-16"])
        self.assertEqual(self.get(self.page).count('class="bar"'), 2)

    def test_the_deadline_passes_without_any_job(self):
        self.now += timedelta(days=366)
        page = self.get(self.page)
        self.assertIn("Petition Closed", page)
        self.assertNotIn("<form", page)
        self.assertIn("no signature", self.sign().content.decode())
        self.assertIn("Closed petitions", self.get("/"))


class TestSigning(SiteCase):
    def test_sign_letter_confirm_and_the_count_rises(self):
        self.assertContains(self.sign(), "Check your inbox")
        self.assertEqual(self.supporters(), 1)
        (link,) = self.links()
        self.assertIn("You sign as Ana Díaz.", self.get(link))
        self.assertEqual(self.supporters(), 1)
        for _ in range(2):
            self.assertContains(self.client.post(link), "your signature counts")
        self.assertEqual(self.supporters(), 2)
        self.assertIn("and 1 other today", self.get(self.page))
        self.assertEqual(self.links(), [])

    def test_signing_twice_tells_nothing_about_others(self):
        self.sign()
        self.client.post(self.links()[0])
        again, new = self.sign().content, self.sign("Bo", "bo@example.org").content
        token = rb'name="csrfmiddlewaretoken" value="\w+"'
        self.assertEqual(re.sub(token, b"", again), re.sub(token, b"", new))
        self.assertEqual(len(self.links()), 1)
        self.assertIn("signed this already", mail.outbox[-2].body)

    def test_all_problems_come_at_once_beside_their_fields(self):
        answer = self.sign(name="", email="nowhere")
        self.assertEqual(answer.status_code, 422)
        self.assertContains(answer, "Name is required", status_code=422)
        self.assertContains(answer, "E-mail address has no @ sign", status_code=422)
        self.assertContains(answer, 'aria-invalid="true"', count=2, status_code=422)

    def test_a_link_that_is_none_is_gone(self):
        self.assertEqual(self.client.get("/confirm/nonsense/").status_code, 410)
        self.assertEqual(self.client.get("/unsubscribe/nonsense/").status_code, 410)


class TestModeration(SiteCase):
    def start(self, **more):
        given = {"title": "More benches", "body": "To sit on.", "starter": "Bo", **more}
        return self.client.post("/start/", given, follow=True)

    def act(self, name, **given):
        moderator, _ = User.objects.get_or_create(
            username="moderator", is_staff=True, is_superuser=True
        )
        self.client.force_login(moderator)
        row = PetitionRow.objects.order_by("-number").first()
        sent = {"action": name, "taken": "yes", "_selected_action": row.pk, **given}
        self.client.post("/admin/petitionkit/petitionrow/", sent)
        return site_desk().standing(row.uuid).status.state

    def test_a_moderator_looks_before_anybody_sees_it(self):
        self.assertContains(self.start(), "A moderator will look")
        self.assertEqual(self.client.get("/petition/more-benches/").status_code, 404)
        self.assertIs(self.act("approve"), State.OPEN)
        self.assertContains(self.client.get("/petition/more-benches/"), "Sign this petition")

    def test_what_is_hidden_is_seen_by_nobody(self):
        self.start()
        self.assertIs(self.act("reject", ground="libellous", clause="4"), State.HIDDEN)
        self.assertEqual(self.client.get("/petition/more-benches/").status_code, 404)

    def test_any_title_has_a_page(self):
        for title in ("Start", "公園を守る", "???"):
            self.start(title=title)
            self.act("approve")
            (row,) = PetitionRow.objects.order_by("-number")[:1]
            address = reverse("petition", args=site_desk().petition(row.uuid).slugs[:1])
            self.assertContains(self.client.get(address), f"<h1>{title}</h1>")
            self.assertContains(self.client.get("/"), f'<a href="{address}">{title}</a>')

    def test_a_title_is_taken_once_and_problems_are_told(self):
        self.start()
        self.assertContains(self.start(), "of this title already", status_code=422)
        wrong = self.start(title="Bells", starter="\u202eBo")
        self.assertContains(wrong, "reverses", status_code=422)
        self.assertContains(self.client.get("/start/"), "Your name")


class TestNews(SiteCase):
    def test_news_goes_to_who_wants_it_until_they_do_not(self):
        for name, more in (("Ana", {"consent_updates": "on"}), ("Bo", {})):
            self.sign(name, f"{name}@example.org", **more)
        for link in self.links():
            self.client.post(link)
        tell = f"{self.page}tell/"
        self.assertEqual(self.client.get(tell).status_code, 302)
        self.client.force_login(User.objects.create_superuser("clerk"))
        self.assertContains(self.client.get(tell), "News of")
        self.client.post(tell, {"subject": "The council meets", "body": "On Monday."})
        self.assertIn("The council meets", self.get(self.page))
        (link,) = self.links()
        self.assertEqual(mail.outbox[-1].to, ["Ana@example.org"])
        self.assertIn("Stop writing to me?", self.get(link))
        self.assertContains(self.client.post(link), "You still count")
        self.client.post(tell, {"subject": "It met", "body": "Yes."})
        self.assertEqual(self.links(), [])
        seat, sent = site_desk().acting(Capacity.OFFICE), len(mail.outbox)
        seat.announce(self.id, key="all", subject="Moved", audience="supporters")
        self.assertEqual(self.links(), [])  # nobody takes back what nobody gave
        self.assertEqual([one.subject for one in mail.outbox[sent:]], ["Moved"] * 2)
        self.assertEqual(self.supporters(), 3)
