"""Small literal values and a desk over memory, for tests of rules and verbs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from attrs import define, evolve, field

from petitionkit.civil import Duration
from petitionkit.clauses import Threshold, Window
from petitionkit.desk import Desk
from petitionkit.eligibility import Eligibility
from petitionkit.facts import Event, Fact
from petitionkit.form import Confirmation, Counting, Demand, Form
from petitionkit.keys import KeyRing
from petitionkit.outcomes import Accepted, Confirmed, Received
from petitionkit.parties import Party, PartyKind
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.signature import Role, SignatureDraft, Submission
from petitionkit.stores.memory import MemoryStore

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)

PETITION_ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")

KEYS = KeyRing([bytes(range(32))])
OTHER_KEYS = KeyRing([bytes(range(1, 33))])
BOTH_KEYS = KeyRing([bytes(range(1, 33)), bytes(range(32))])

POLICY = Policy(
    name="town",
    version="1",
    eligibility=Eligibility(organisations=True),
    window=Window(duration=Duration(days=30), zone="UTC"),
    confirmation=Confirmation(grace_hours=24),
    thresholds=(
        Threshold(key="reply", level=2, effect="response"),
        Threshold(key="debate", level=4, effect="debate"),
    ),
    counting=Counting(supporters=(PartyKind.PERSON, PartyKind.ORGANISATION)),
)
# Opened at T0, the last day is 31 March; it ends with that day.
DEADLINE = datetime(2026, 4, 1, tzinfo=UTC)

NO_MAIL = evolve(
    POLICY,
    confirmation=Confirmation(by_mail=False),
    form=Form(email=Demand.REQUIRED),
)

STARTER = Party(kind=PartyKind.ORGANISATION, name="Friends of the Park")
ENGLISH = PetitionText(language="en", title="Keep the park", body="It is the only one.")
GERMAN = PetitionText(language="de", title="Der Park bleibt", body="Es gibt nur einen.")


def petition(*facts: Fact) -> Petition:
    return Petition(id=PETITION_ID, starter=STARTER, texts=(ENGLISH, GERMAN), facts=facts)


def fact(
    event: Event,
    at: datetime,
    *,
    subject: str = "",
    rule: str = "",
    until: datetime | None = None,
) -> Fact:
    return Fact(event=event, at=at, recorded_at=at, subject=subject, rule=rule, until=until)


def opened(at: datetime = T0, until: datetime | None = DEADLINE) -> Fact:
    return fact(Event.OPENED, at, rule="window", until=until)


def counting_ids(start: int = 1) -> Iterator[UUID]:
    number = start
    while True:
        yield UUID(int=number, version=4)
        number += 1


@define
class Clock:
    now: datetime = T0

    def __call__(self) -> datetime:
        return self.now

    def go(self, by: timedelta) -> datetime:
        self.now += by
        return self.now


@define
class Office:
    """A desk over memory with a clock that only tests move."""

    policy: Policy = POLICY
    secrets: KeyRing = KEYS
    clock: Clock = field(factory=Clock)
    store: MemoryStore = field(factory=MemoryStore)
    desk: Desk = field(init=False)
    id: UUID = field(init=False)

    def __attrs_post_init__(self) -> None:
        ids = counting_ids()
        self.desk = Desk(
            self.store, secrets=self.secrets, clock=self.clock, new_id=lambda: next(ids)
        )
        self.id = self.desk.start(starter=STARTER, texts=[ENGLISH, GERMAN], slugs=["park"]).id

    def publish(self) -> "Office":
        self.desk.publish(self.id, self.policy)
        return self

    def sign(self, email: str, name: str = "Anna Berg") -> None:
        assert self.desk.sign(self.id, SignatureDraft(name=name, email=email)) == Received()

    def token(self) -> str:
        """The newest link that is due to somebody."""
        letters = [self.desk.letter(notice) for notice in self.desk.notices()]
        tokens = [letter.token for letter in letters if letter is not None and letter.token]
        return tokens[-1]

    def signed(self, email: str, name: str = "Anna Berg") -> UUID:
        """Sign and open the link."""
        self.sign(email, name)
        outcome = self.desk.confirm(self.token())
        assert isinstance(outcome, Confirmed)
        return outcome.signature_id

    def taken(
        self,
        email: str,
        *,
        name: str = "Anna Berg",
        kind: PartyKind = PartyKind.PERSON,
        role: Role = Role.SIGNER,
        signed_at: datetime | None = None,
    ) -> UUID:
        """Hand in a signature on paper."""
        draft = SignatureDraft(name=name, email=email, kind=kind)
        submission = Submission(draft=draft, role=role, signed_at=signed_at)
        [outcome] = self.desk.intake(self.id, [submission], actor="clerk-7")
        assert isinstance(outcome, Accepted)
        return outcome.signature_id

    @property
    def supporters(self) -> int:
        return self.desk.standing(self.id).supporters
