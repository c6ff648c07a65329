"""A petition office in memory, for the tests of an app: a desk, a clock, and a mailbox to look in.

Ids are counted from 1 and the clock moves when it is told to, so that a test says the same each
time. It knows no rule: everything goes through the desk.
"""

from collections.abc import Callable, Sequence
from itertools import count
from uuid import UUID

from attrs import define, field

from petitionkit.civil import Duration
from petitionkit.clauses import Threshold, Window
from petitionkit.desk import Desk
from petitionkit.keys import KeyRing
from petitionkit.ledger import NoticeKind
from petitionkit.letters import Letter
from petitionkit.outcomes import Accepted
from petitionkit.parties import Party, PartyKind
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.standing import Standing
from petitionkit.store import Store
from petitionkit.stores.memory import MemoryStore
from petitionkit.testing.clock import FrozenClock

__all__ = ["Mailbox", "OfficeInMemory", "office", "supporter"]

_POLICY = Policy(
    name="test",
    version="1",
    window=Window(duration=Duration(months=6)),
    thresholds=(Threshold(key="answer", level=10), Threshold(key="debate", level=100)),
)
_AT_ONCE = 1000
_MANY = 1_000_000


def supporter(n: int) -> SignatureDraft:
    """What supporter number ``n`` enters: a name and an address of their own."""
    return SignatureDraft(name=f"Supporter {n}", email=f"supporter-{n}@example.org")


@define
class Mailbox:
    """Every mail that the office has due, and none that was sent."""

    desk: Desk

    @property
    def letters(self) -> Sequence[Letter]:
        """Mails to signers that are due and not acknowledged, the oldest first."""
        found = (self.desk.letter(notice) for notice in self.desk.notices(limit=_MANY))
        return [letter for letter in found if letter is not None]

    def last_link(self, kind: NoticeKind | str) -> str:
        """The token of the newest mail of a kind, such as ``confirm``.

        ``LookupError`` where no such mail with a link is due.
        """
        links = [one.token for one in self.letters if one.notice.kind == kind and one.token]
        if not links:
            kinds = sorted({str(letter.notice.kind) for letter in self.letters})
            raise LookupError(f"no mail of kind {kind} with a link is due, only of {kinds}")
        return links[-1]


@define(kw_only=True)
class OfficeInMemory:
    """A desk, its store, its clock and the mails that are due."""

    policy: Policy = _POLICY
    clock: FrozenClock = field(factory=FrozenClock)
    store: Store = field(factory=MemoryStore)
    desk: Desk = field(init=False)
    mailbox: Mailbox = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Sit down at a desk."""
        numbers = count(1)
        self.desk = Desk(
            self.store,
            secrets=KeyRing([bytes(range(32))]),
            clock=self.clock,
            new_id=lambda: UUID(int=next(numbers), version=4),
        )
        self.mailbox = Mailbox(self.desk)

    def petition(
        self,
        *,
        policy: Policy | None = None,
        supporters: int = 0,
        drafts: Callable[[int], SignatureDraft] = supporter,
    ) -> Petition:
        """A petition that is open, with as many supporters as wanted.

        ``policy`` is the office's unless said. Supporters are taken in at the counter;
        ``drafts`` tells what number ``n`` of them gives, from 1 on, where the policy's form
        asks for more than a name and an address. ``ValueError`` where it refuses one.
        """
        starter = Party(kind=PartyKind.PERSON, name="Ada Starter")
        texts = [PetitionText(language="en", title="Save the oak", body="It is the last one.")]
        started = self.desk.start(starter=starter, texts=texts)
        self.desk.publish(started.id, policy or self.policy)
        self.support(started.id, range(1, supporters + 1), drafts=drafts)
        return self.desk.petition(started.id)

    def support(
        self,
        petition_id: UUID,
        numbers: Sequence[int],
        *,
        drafts: Callable[[int], SignatureDraft] = supporter,
    ) -> None:
        """Take in these supporters at the counter; ``ValueError`` where one is refused."""
        for first in range(0, len(numbers), _AT_ONCE):
            some = [Submission(draft=drafts(n)) for n in numbers[first : first + _AT_ONCE]]
            refused = [o for o in self.desk.intake(petition_id, some) if type(o) is not Accepted]
            if refused:
                raise ValueError(f"{len(refused)} supporters were not taken: {refused[0]!r}")

    def standing(self, petition_id: UUID) -> Standing:
        """Everything there is to say about a petition now."""
        return self.desk.standing(petition_id)

    def advance(
        self,
        *,
        years: int = 0,
        months: int = 0,
        weeks: int = 0,
        days: int = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> None:
        """Let time pass, and have the desk do what has become due; see ``FrozenClock.advance``."""
        self.clock.advance(
            years=years,
            months=months,
            weeks=weeks,
            days=days,
            hours=hours,
            minutes=minutes,
            seconds=seconds,
        )
        self.desk.tick(limit=_MANY)


def office(policy: Policy = _POLICY) -> OfficeInMemory:
    """An office in memory, at noon of 1 March 2026 (UTC), under a policy.

    Without one: signing by mail for six months, an answer at 10 and a debate at 100.
    """
    return OfficeInMemory(policy=policy)
