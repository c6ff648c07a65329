"""``manage.py claremont``: open the petition that petitionkit began from, to have one at hand."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from petitionkit import Capacity, Party, PartyKind, PetitionText, Role, SignatureDraft, Submission
from petitionkit.django.desk import site_desk
from petitions.rules import policy

SLUG = "make-claremont-a-sanctuary-city"
STARTER = "Damage Control Action Network (DCAN)"


class Command(BaseCommand):
    """Start it, approve it, and let its starter sign."""

    help = "Open a petition with a starter that has signed."

    def handle(self, *_: object, **__: object) -> None:
        """Open it once."""
        desk = site_desk()
        text = PetitionText(
            language="en",
            title="Petition to Make Claremont a Sanctuary City",
            body=(settings.HERE / "claremont.txt").read_text("utf-8"),
        )
        starter = Party(kind=PartyKind.ORGANISATION, name=STARTER)
        draft = desk.start(texts=[text], starter=starter, slugs=[SLUG])
        desk.acting(Capacity.STARTER).submit(draft.id, policy())
        desk.acting(Capacity.MODERATOR).approve(draft.id)
        who = SignatureDraft(name=STARTER, kind=PartyKind.ORGANISATION)
        desk.intake(draft.id, [Submission(draft=who, role=Role.STARTER)])
        self.stdout.write(settings.SITE_URL + reverse("petition", args=[SLUG]))
