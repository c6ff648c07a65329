"""A desk for the cases: over memory, with one petition under the preset, and a clock.

The preset is ``uk-parliament``, evolved with the numbers that a case gives.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from uuid import UUID

from attrs import evolve

from cases.uk_case import Case, NotUnderstoodError
from petitionkit import Desk, Letter
from petitionkit.civil import Duration
from petitionkit.lists import Lists
from petitionkit.outcomes import Accepted, ConfirmOutcome, SignOutcome
from petitionkit.parties import Addressee
from petitionkit.petition import CountEffect, DeclaredCount, PetitionText
from petitionkit.policy import Policy
from petitionkit.presets import load
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.standing import Standing
from petitionkit.stores.memory import MemoryStore
from samples import KEYS, Clock, counting_ids

Answers = Mapping[str, object]

GOVERNMENT = Addressee(key="government", name="The government")
NO_LISTS = Lists()
TEXT = PetitionText(language="en", title="Keep the park")
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
        thresholds = tuple(
            evolve(threshold, level=case.number(f"threshold_{threshold.key}"))
            if case.has(f"threshold_{threshold.key}")
            else threshold
            for threshold in policy.thresholds
        )
    except ValueError as error:  # a zone that does not exist, or a number out of range
        raise NotUnderstoodError(f"no policy can have that: {error}") from None
    return evolve(policy, window=window, thresholds=thresholds, form=form)


class Bench:
    """A desk over memory with one petition, open from an instant on; the case moves its clock."""

    def __init__(self, policy: Policy, opened_at: datetime, lists: Lists = NO_LISTS) -> None:
        self.policy = policy
        self.clock = Clock(opened_at)
        self.store = MemoryStore()
        ids = counting_ids()
        self.desk = Desk(
            self.store,
            secrets=KEYS,
            clock=self.clock,
            new_id=lambda: next(ids),
            lists=lambda: lists,
        )
        self.id = self.open()

    def open(self) -> UUID:
        petition = self.desk.start(texts=[TEXT], addressees=[GOVERNMENT])
        return self.desk.publish(petition.id, self.policy).id

    def at(self, now: datetime) -> "Bench":
        """Move the clock and let the timer's work be done."""
        self.clock.now = now
        self.desk.tick()
        return self

    def standing(self) -> Standing:
        return self.desk.standing(self.id)

    def fill(self, count: int) -> list[UUID]:
        """Bring the count up; the ids of those who signed here."""
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
        taken = self.desk.intake(self.id, [Submission(draft=signer(n)) for n in numbers])
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
