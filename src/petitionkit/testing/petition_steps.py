"""What is done with petitions at a desk and at the office beside it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from petitionkit.desk import Desk
from petitionkit.errors import IllegalStepError, NotPermittedError
from petitionkit.keys import KeyRing
from petitionkit.moderation import ENDS_EARLY, Capacity
from petitionkit.parties import Party, PartyKind
from petitionkit.petition import DeclaredCount, PetitionText
from petitionkit.store import Store
from petitionkit.testing.oracle import Folder, Office
from petitionkit.testing.town import OFFICE_RULES, POLICIES

__all__ = ["MINUTES", "PetitionSteps"]

_REALMS = st.sampled_from(["", "both"])
# What ends a petition is done seldom, so that much can happen before.
_SELDOM = st.sampled_from([False, False, False, True])

MINUTES = st.sampled_from([0, 1, 1, 30, 30, 300, 1500])
"""By how many minutes time passes, or has passed."""


class PetitionSteps(RuleBasedStateMachine):
    """A desk and an office side by side, and what is done with petitions at both."""

    petitions = Bundle("petitions")

    def open_place(self) -> AbstractContextManager[Store]:
        """Give a fresh and empty store."""
        raise NotImplementedError  # pragma: no cover (machines are made for a store)

    def __init__(self) -> None:
        """Open the store and sit down at a desk over it."""
        super().__init__()
        self.exits = ExitStack()
        self.store = self.exits.enter_context(self.open_place())
        self.now = datetime(2026, 3, 1, 10, 0, 0, 7, tzinfo=UTC)
        self.ids = count(1)
        self.office = Office()
        self.notified = 0
        self.desk = self.desk_over(self.store)

    def desk_over(self, store: Store) -> Desk:
        """A desk with this life's clock and ids."""
        return Desk(
            store,
            secrets=KeyRing([b"k" * 32]),
            clock=lambda: self.now,
            new_id=lambda: UUID(int=next(self.ids)),
        )

    def teardown(self) -> None:
        """Close all that was opened."""
        self.exits.close()

    # Petitions

    @initialize(target=petitions, realm=_REALMS, which=st.sampled_from([0, 1, 2]))
    def start_the_first(self, realm: str, which: int) -> UUID:
        """A life begins with a petition that is open."""
        petition = self.begin(realm)
        self.put_up(petition, which)
        return petition

    @precondition(lambda self: len(self.office.sheets) < 3)
    @rule(target=petitions, realm=_REALMS, which=st.sampled_from([0, 1, 2, None]))
    def start(self, realm: str, which: int | None) -> UUID:
        """Start another petition, and perhaps publish it."""
        petition = self.begin(realm)
        if which is not None:
            self.put_up(petition, which)
        return petition

    def begin(self, realm: str) -> UUID:
        """Start a petition at both."""
        petition = self.desk.start(
            starter=Party(kind=PartyKind.PERSON, name="Ada"),
            texts=[PetitionText(language="en", title="Save the oak")],
            realm=realm,
        )
        self.office.sheets[petition.id] = Folder(realm=realm or str(petition.id), latest=self.now)
        return petition.id

    def step(self, verb: Callable[[], object], *, legal: bool) -> bool:
        """Take a step that must be refused exactly where the office says so."""
        try:
            verb()
        except (IllegalStepError, NotPermittedError):
            assert not legal
            return False
        assert legal
        return True

    def moment(self, petition: UUID) -> datetime:
        """The instant of what is decided now: never before what was decided earlier."""
        return max(self.now, self.office.sheets[petition].latest)

    @precondition(lambda self: any(sheet.opened is None for sheet in self.office.sheets.values()))
    @rule(petition=petitions, which=st.sampled_from([0, 1, 2]))
    def publish(self, petition: UUID, which: int) -> None:
        """Publish, where nobody has yet."""
        self.put_up(petition, which)

    def put_up(self, petition: UUID, which: int) -> None:
        """Publish under one of the town's policies."""
        sheet, at = self.office.sheets[petition], self.moment(petition)
        legal = sheet.opened is None and sheet.state(at) == "draft"
        if self.step(lambda: self.desk.publish(petition, POLICIES[which]), legal=legal):
            rules = OFFICE_RULES[which]
            sheet.rules, sheet.opened = rules, at
            sheet.deadline, sheet.latest = rules.deadline(at), at
            # The opening records what the pinned policy makes of paper counts before it.
            sheet.settle(self.now, without_signatures=True)

    @rule(petition=petitions, by=st.sampled_from(ENDS_EARLY), sure=_SELDOM)
    def close(self, petition: UUID, by: Capacity, sure: bool) -> None:  # noqa: FBT001
        """Close before the end."""
        if not sure:
            return
        sheet = self.office.sheets[petition]
        allowed = sheet.rules is not None and by.value in sheet.rules.enders
        legal = allowed and sheet.state(self.now) == "open"
        at = self.moment(petition)
        if sheet.state(at) != "open":
            legal = False
        if self.step(lambda: self.desk.acting(by).close(petition), legal=legal):
            sheet.settle(self.now)
            sheet.closed = sheet.latest = max(at, sheet.latest)
            sheet.told.append(("closed", ""))

    @rule(petition=petitions, sure=_SELDOM)
    def withdraw_petition(self, petition: UUID, sure: bool) -> None:  # noqa: FBT001
        """Take the petition back."""
        if not sure:
            return
        sheet, at = self.office.sheets[petition], self.moment(petition)
        legal = sheet.state(at) in ("draft", "open")
        if self.step(
            lambda: self.desk.acting(Capacity.OFFICE).withdraw_petition(petition), legal=legal
        ):
            sheet.settle(self.now)
            sheet.withdrawn = sheet.latest = at

    @rule(petition=petitions, amount=st.integers(1, 3), ago=MINUTES)
    def declare(self, petition: UUID, amount: int, ago: int) -> None:
        """Declare supporters on paper."""
        sheet = self.office.sheets[petition]
        as_of = self.now - timedelta(minutes=ago)
        declared = DeclaredCount(
            counter="supporters",
            amount=amount,
            source=f"paper {len(sheet.declared)}",
            as_of=as_of,
            recorded_at=self.now,
        )
        legal = sheet.state(self.moment(petition)) != "withdrawn"
        if self.step(lambda: self.desk.declare(petition, declared), legal=legal):
            sheet.settle(self.now)
            sheet.latest = self.moment(petition)
            sheet.declared.append((amount, as_of))
            sheet.settle(self.now, without_signatures=True)
