"""A desk with one petition to ask, under the ``uk-parliament`` preset with a case's own numbers.

Knows which states of ours the states of the UK's system are.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from uuid import UUID

from attrs import evolve

from cases.uk_case import Case, NotUnderstoodError
from petitionkit import Desk, Letter
from petitionkit.acting import Acting
from petitionkit.civil import Duration
from petitionkit.counters import SPONSORS
from petitionkit.facts import State
from petitionkit.lifecycle import SPONSORABLE
from petitionkit.lists import Lists
from petitionkit.moderation import Capacity, Reasons
from petitionkit.outcomes import Accepted, ConfirmOutcome, SignOutcome
from petitionkit.parties import Addressee
from petitionkit.petition import CountEffect, DeclaredCount, Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.presets import load
from petitionkit.rules import Counted
from petitionkit.signature import Role, SignatureDraft, Submission
from petitionkit.standing import Standing
from petitionkit.status import Status
from petitionkit.stores.memory import MemoryStore
from samples import KEYS, Clock, counting_ids

Answers = Mapping[str, object]

GOVERNMENT = Addressee(key="government", name="The government")
NO_LISTS = Lists()
TEXT = PetitionText(language="en", title="Keep the park", body="It is loved.")
SIGNED_HERE = 200
"""Of a larger count the rest is declared, as a count that was taken over is."""


@cache
def preset() -> Policy:
    return load("uk-parliament")


def policy_of(case: Case) -> Policy:
    """The preset with the numbers that the case gives."""
    policy = preset()
    window, form = policy.window, policy.form
    try:
        if case.has("timezone"):
            window = evolve(window, zone=case.text("timezone"))
        if case.has("duration_months"):
            window = evolve(window, duration=Duration(months=case.number("duration_months")))
        if case.has("max_length"):
            form = evolve(form, name_limit=case.number("max_length"))
        if case.has("threshold_moderation"):
            policy = with_level(policy, SPONSORS, case.number("threshold_moderation"))
        thresholds = tuple(
            evolve(threshold, level=case.number(f"threshold_{threshold.key}"))
            if case.has(f"threshold_{threshold.key}")
            else threshold
            for threshold in policy.thresholds
        )
    except ValueError as error:  # a zone that does not exist, or a number out of range
        raise NotUnderstoodError(f"no policy can have that: {error}") from None
    return evolve(policy, window=window, thresholds=thresholds, form=form)


def with_level(policy: Policy, key: str, level: int) -> Policy:
    """The policy with another level for one of its thresholds, or for its sponsors."""
    if key == SPONSORS and policy.sponsoring:
        needs = Counted(level=level, count=SPONSORS)
        return evolve(policy, sponsoring=evolve(policy.sponsoring, needs=needs))
    thresholds = (evolve(one, level=level) if one.key == key else one for one in policy.thresholds)
    return evolve(policy, thresholds=tuple(thresholds))


class Bench:
    """A desk over memory with one petition, open from an instant on; the case moves its clock.

    One that is only submitted gathers its sponsors.
    """

    def __init__(
        self,
        policy: Policy,
        begun: datetime,
        *,
        submitted: bool = False,
        lists: Lists = NO_LISTS,
    ) -> None:
        self.policy = policy
        self.clock = Clock(begun)
        self.store = MemoryStore()
        ids = counting_ids()
        self.desk = Desk(
            self.store,
            secrets=KEYS,
            clock=self.clock,
            new_id=lambda: next(ids),
            lists=lambda: lists,
        )
        self.id = self.submit() if submitted else self.open()

    def start(self) -> UUID:
        return self.desk.start(texts=[TEXT], addressees=[GOVERNMENT]).id

    def open(self) -> UUID:
        return self.desk.publish(self.start(), self.policy).id

    def submit(self) -> UUID:
        petition_id = self.start()
        self.desk.acting(Capacity.STARTER).submit(petition_id, self.policy)
        return petition_id

    @property
    def staff(self) -> Acting[Petition]:
        return self.desk.acting(Capacity.OFFICE)

    @property
    def status(self) -> Status:
        return self.standing().status

    def at(self, now: datetime) -> "Bench":
        """Move the clock and let the timer's work be done."""
        self.clock.now = now
        self.desk.tick()
        return self

    def standing(self) -> Standing:
        return self.desk.standing(self.id)

    def fill(self, count: int) -> list[UUID]:
        """Bring the count up; the ids of those who signed here.

        Before the opening the first one is the starter.
        """
        declared = max(0, count - SIGNED_HERE)
        if declared:
            brought = DeclaredCount(
                counter="supporters",
                amount=declared,
                source="taken over",
                as_of=self.clock.now,
                recorded_at=self.clock.now,
                effect=CountEffect.ADDS,
            )
            self.desk.declare(self.id, brought)
        numbers = range(count - declared)
        early = self.status.state in SPONSORABLE
        submissions = [
            Submission(draft=signer(n), role=Role.STARTER if early and n == 0 else Role.SIGNER)
            for n in numbers
        ]
        taken = self.desk.intake(self.id, submissions)
        self.desk.tick()
        return [outcome.signature_id for outcome in taken if isinstance(outcome, Accepted)]

    def sign(self, draft: SignatureDraft, *, source: str = "", country: str = "") -> SignOutcome:
        return self.desk.sign(self.id, draft, source=source, source_country=country)

    def letter(self) -> Letter:
        """The newest mail that is due."""
        letters = [self.desk.letter(notice) for notice in self.desk.notices()]
        return [letter for letter in letters if letter is not None][-1]

    def confirm(self) -> ConfirmOutcome:
        return self.desk.confirm(self.letter().token)

    def reached_at(self, key: str) -> datetime | None:
        return {t.key: t.reached_at for t in self.standing().thresholds}.get(key)

    def turn(self, state: str) -> "Bench":
        """Bring the petition into a state as the UK's system calls it."""
        match state:
            case "closed":
                self.desk.acting(Capacity.OFFICE).close(self.id)
            case "flagged" | "dormant":
                self.staff.hold(self.id, reason=state)
            case "rejected":
                self.staff.reject(self.id, Reasons(ground="duplicate"))
            case "hidden":
                self.staff.reject(self.id, Reasons(ground="libellous"))
            case "removed":
                self.staff.remove(self.id, Reasons(ground="removed"))
            case "stopped":
                self.desk.record_finding(self.id, "dissolution")
            case _:
                raise NotUnderstoodError(f"a petition is {state!r}")
        return self

    def last_signed_at(self) -> datetime | None:
        return self.store.tally(self.id).latest


def signer(number: int) -> SignatureDraft:
    return evolve(NEW_SIGNER, name="Anna Berg", email=f"signer-{number}@example.org")


POSTCODE = "SW1A 1AA"
NEW_SIGNER = SignatureDraft(name="Suzy Signer", email="suzy@example.org", postal_code=POSTCODE)


def only(case: Case, name: str, *known: object) -> None:
    value = case.value(name)
    if value not in known:
        raise NotUnderstoodError(f"{name} is {value!r}")


_BEFORE = ("pending", "validated", "sponsored", "flagged", "dormant", "stopped")


def bench_in(
    state: str, policy: Policy, begun: datetime, *, count: int | None = None, opened: bool = True
) -> Bench:
    """A petition in a state as the UK's system calls it, with so many signatures.

    ``opened``: whether one that is taken down or removed was open before.
    """
    if state in _BEFORE or (state in ("rejected", "hidden", "removed") and not opened):
        usual = {"pending": 0, "validated": 2}.get(state, _sponsored(policy))
        bench = Bench(policy, begun, submitted=True)
        bench.fill(usual if count is None else count)
        return bench if state in ("pending", "validated", "sponsored") else bench.turn(state)
    bench = Bench(policy, begun)
    bench.fill(count or 0)
    return bench if state == "open" else bench.turn(state)


def _sponsored(policy: Policy) -> int:
    """The starter, and as many sponsors as are needed."""
    needs = policy.sponsoring.needs if policy.sponsoring else None
    return 1 + (needs.level if isinstance(needs, Counted) else 0)


def uk_state(bench: Bench, at: datetime | None = None) -> str:
    """The petition's state as the UK's system calls it."""
    standing = bench.desk.standing(bench.id, at=at)
    match standing.status.state:
        case State.GATHERING:
            return "validated" if standing.supporters else "pending"
        case State.AWAITING_MODERATION:
            return "sponsored"
        case State.HELD:
            return "dormant" if standing.status.reason == "dormant" else "flagged"
        case State.LAPSED:
            return "stopped"
        case found:
            return str(found)
