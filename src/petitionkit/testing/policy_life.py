"""Lives of petitions under anybody's policy: opened as it says, signed by whom it lets sign.

Brings a petition before its sponsors and a moderator, records what the opening needs, proves
signatures by the links in their mails. It takes the policy's own numbers as the units of what
is declared and found, so that a few steps reach what it asks for.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from itertools import takewhile
from uuid import UUID

from attrs import define, evolve, frozen

from petitionkit.civil import Duration
from petitionkit.clauses import Window
from petitionkit.conditions import levels_of
from petitionkit.desk import Desk
from petitionkit.facts import State
from petitionkit.ledger import NoticeKind
from petitionkit.moderation import Capacity
from petitionkit.outcomes import Received
from petitionkit.parties import Author, AuthorRole
from petitionkit.policy import Policy
from petitionkit.rules import Found, Rule, walk
from petitionkit.signature import Signature, SignatureDraft
from petitionkit.testing.clock import FrozenClock
from petitionkit.testing.in_memory import Mailbox
from petitionkit.testing.strategies.lives import Life

__all__ = ["PolicyLife", "Trial", "nothing", "trial_of"]

_AUTHORS = tuple(
    Author(name=role.title(), role=role, reference=role)
    for role in (AuthorRole.INITIATOR, AuthorRole.REPRESENTATIVE, AuthorRole.DEPUTY)
)
_POPULATION = 20
_FIRST_SPONSOR, _MOST_SPONSORS = 1000, 100
_MANY = 1_000_000


def nothing(_desk: Desk, _petition_id: UUID) -> None:
    """Nothing has to happen before a petition opens."""


@frozen(kw_only=True)
class Trial:
    """A policy on trial, with what opening a petition under it takes."""

    policy: Policy
    parameters: Mapping[str, int]
    chosen: Duration | None
    opened_at: datetime
    prepare: Callable[[Desk, UUID], None]

    def open(self, people: Sequence[SignatureDraft]) -> "PolicyLife":
        """A petition that these people sign, opened as the policy says."""
        return PolicyLife(
            policy=self.policy,
            clock=FrozenClock(self.opened_at),
            parameters=self.parameters,
            chosen=self.chosen,
            authors=_AUTHORS,
            findings=_findings(self.policy) or {"nothing in particular": 1},
            prepare=self.prepare,
            people=tuple(people),
        )


def trial_of(
    policy: Policy,
    *,
    parameters: Mapping[str, int] | None = None,
    chosen: Duration | None = None,
    opened_at: datetime | None = None,
    prepare: Callable[[Desk, UUID], None] = nothing,
) -> Trial:
    """A policy on trial; what is left out is what the policy lets.

    Parameters are 20 each, the author chooses the first duration there is, and the petition
    opens at noon (UTC) of a day on which the policy was in force.
    """
    return Trial(
        policy=policy,
        parameters=parameters or dict.fromkeys(policy.parameters, _POPULATION),
        chosen=chosen or _choice(policy.window),
        opened_at=opened_at or _some_noon(policy),
        prepare=prepare,
    )


def _choice(window: Window) -> Duration | None:
    if not window.chosen_by_author:
        return None
    return window.choices[0] if window.choices else window.longest or window.shortest


def _some_noon(policy: Policy) -> datetime:
    now, begun, over = FrozenClock().now, policy.in_force_from, policy.in_force_until
    if (over and over < now.date()) or (begun and begun > now.date()):
        return datetime.combine(begun or over or now, time(12), UTC)
    return now


def _findings(policy: Policy, *rules: Rule) -> dict[str, int]:
    """What is to be found under a policy, or for some of its rules, and with which value."""
    looked_at = [part for rule in rules for part in walk(rule)]
    tops = looked_at or [rule for _, rule in policy.rules()]
    return {rule.finding: rule.value for rule in tops if isinstance(rule, Found)}


@define
class PolicyLife(Life):
    """A life under anybody's policy; ``people`` are the drafts of those who sign in it."""

    prepare: Callable[[Desk, UUID], None] = nothing
    people: tuple[SignatureDraft, ...] = ()

    def open(self) -> None:
        """Bring the petition to where it is signed, on whatever way the policy has for it."""
        desk, policy, opening = self.desk, self.policy, self.policy.opening
        self.prepare(desk, self.id)
        since = opening.within.since if opening.within else ()
        before = _findings(policy, opening.needs) if opening.needs else {}
        before |= {said.removeprefix("found."): 1 for said in since if said.startswith("found.")}
        for author in self.authors if opening.needs else ():
            desk.acting(Capacity.OFFICE).accept(self.id, author.reference)
        self._find(before)
        if policy.sponsoring or policy.moderation.before_opening:
            self._submit()
        else:
            desk.publish(self.id, policy, chosen=self.chosen, parameters=self.parameters or {})
        if opening.at:
            self._find(_findings(policy, opening.at))
        petition = desk.petition(self.id)
        levels = [n for _, rule in policy.rules() for _, n in levels_of(rule, petition)]
        self.units = tuple(max(1, level // 2) for level in levels) or (1,)

    def _submit(self) -> None:
        self.desk.acting(Capacity.STARTER).submit(
            self.id, self.policy, chosen=self.chosen, parameters=self.parameters or {}
        )
        for who in takewhile(lambda _: self.state is State.GATHERING, range(_MOST_SPONSORS)):
            self.sign(_FIRST_SPONSOR + who)
        if self.state is State.AWAITING_MODERATION:
            self.desk.acting(Capacity.MODERATOR).approve(self.id)

    def _find(self, findings: Mapping[str, int]) -> None:
        for name, value in findings.items():
            self.desk.record_finding(self.id, name, value=value)

    @property
    def state(self) -> State:
        """The state that the petition is in."""
        return self.standing().status.state

    def draft(self, who: int, region: str = "") -> SignatureDraft:
        """What person number ``who`` enters: in what must tell people apart, their own."""
        base = self.people[who % len(self.people)]
        own: dict[str, str] = {
            "email": f"n{who}@example.org",
            "national_number": f"{who:06}AAA",
            "register_number": f"{who:07}-1",
        }
        changed = {name: text for name, text in own.items() if getattr(base, name)}
        return evolve(base, **changed, region=base.region or region)  # type: ignore[arg-type]

    def sign(self, who: int, region: str = "") -> object:
        """Have a person sign, and open the link where one is sent; what they were answered."""
        answer = self.desk.sign(self.id, self.draft(who, region))
        return self.confirm() or answer if isinstance(answer, Received) else answer

    def confirm(self) -> object:
        """Open the newest link; None where no link is due."""
        letters = [one for one in self.mailbox.letters if one.notice.kind == NoticeKind.CONFIRM]
        return self.desk.confirm(letters[-1].token) if letters and letters[-1].token else None

    @property
    def mailbox(self) -> Mailbox:
        """The mails that are due."""
        return Mailbox(self.desk)

    @property
    def standing_signatures(self) -> list[Signature]:
        """The signatures that stand, in the order in which they came."""
        numbered = self.store.signatures(self.id, limit=_MANY)
        return [n.signature for n in numbered if n.signature.live]

    def withdraw(self, who: int) -> object:
        """Withdraw one of the signatures that stand; None where none does."""
        live = self.standing_signatures
        return self.desk.withdraw(live[who % len(live)].id) if live else None
