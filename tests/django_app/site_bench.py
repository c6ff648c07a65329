"""A site for tests: a clock that one sets, a town's policy, a petition that is open."""

from datetime import UTC, datetime, timedelta

from django.test import TestCase, override_settings

from petitionkit.civil import Duration
from petitionkit.clauses import Threshold, Window
from petitionkit.desk import Desk
from petitionkit.django.desk import site_desk
from petitionkit.moderation import Capacity, Ground, Moderation
from petitionkit.outcomes import Accepted
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft, Submission

KEYS = [bytes(32)]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

TOWN = Policy(
    name="town",
    version="1",
    window=Window(duration=Duration(weeks=3), zone="Europe/Tallinn"),
    thresholds=(Threshold(key="hearing", level=2),),
    moderation=Moderation(
        before_opening=True,
        grounds=(Ground(key="duplicate", title="There is one already"), Ground(key="libellous")),
    ),
)


class SiteCase(TestCase):
    """A test inside a transaction, with the time in ``now``."""

    def setUp(self) -> None:
        self.now = NOON
        given = override_settings(PETITIONKIT={"KEYS": KEYS, "CLOCK": lambda: self.now})
        given.enable()
        self.addCleanup(given.disable)

    @property
    def desk(self) -> Desk:
        return site_desk()

    def submitted(self, title: str = "Keep the library") -> Petition:
        slug = title.lower().replace(" ", "-")
        text = PetitionText(language="en", title=title, body="It closes in May.")
        draft = self.desk.start(texts=[text], slugs=[slug])
        return self.desk.acting(Capacity.STARTER).submit(draft.id, TOWN)

    def opened(self, title: str = "Keep the library") -> Petition:
        return self.desk.acting(Capacity.MODERATOR).approve(self.submitted(title).id)

    def signed(self, petition: Petition, name: str = "Ana") -> Accepted:
        draft = SignatureDraft(name=name, email=f"{name.lower()}@example.org")
        (outcome,) = self.desk.intake(petition.id, [Submission(draft=draft)])
        assert isinstance(outcome, Accepted)
        return outcome

    def wait(self, **lasting: int) -> None:
        self.now += timedelta(**lasting)
