"""The UK's anonymisation, asked of petitionkit: when it is due, and what it leaves."""

from uuid import UUID

from attrs import evolve

from cases.uk_bench import Answers, preset
from cases.uk_case import NOW, Case, NotUnderstoodError
from petitionkit.civil import Duration
from petitionkit.facts import Event
from petitionkit.retention import RetentionRule
from petitionkit.retention_plan import HOLD, due_from, on_hold
from petitionkit.rules import Passed, Which
from petitionkit.signature import Particulars, Signature
from petitionkit.tally import Tally
from petitionkit.verbs.erasing import without_person
from samples import DAY, PETITION_ID, T0, fact, opened, petition

ENDS = {"closed": Event.CLOSED, "rejected": Event.REJECTED, "hidden": Event.HIDDEN}
USUAL_MONTHS = 6


def anonymise_due(case: Case) -> Answers:
    """Whether a petition's people are due to be erased, which a hold stands against."""
    months = case.number("retention_months") if case.has("retention_months") else USUAL_MONTHS
    at = case.instant("at") if case.has("at") else NOW
    rule = RetentionRule(
        key="signers",
        when=Passed(
            passed=Duration(months=months), since=tuple(ENDS.values()), which=Which.EARLIER
        ),
    )
    zone = case.text("timezone") if case.has("timezone") else preset().window.zone
    policy = evolve(preset(), window=evolve(preset().window, zone=zone))
    ended = fact(ENDS[case.text("state")], case.instant("ended_at"))
    told = petition(opened(ended.at - 30 * DAY, None), ended)
    if case.has("do_not_anonymize") and case.flag("do_not_anonymize"):
        hold = fact(Event.FOUND, ended.at, subject=HOLD)
        told = told.with_facts(evolve(hold, numbers=(("value", 1),)))
    due = due_from(told, policy, rule, Tally(), at)
    return {"due": due is not None and due <= at and not on_hold(told)}


KEPT = {"name": "name", "email": "email", "postcode": "postal_code"}


def anonymise(case: Case) -> Answers:
    """What is left of a signature: nothing, where the UK's system writes what looks like it."""
    given = {ours: case.text(theirs) for theirs, ours in KEPT.items() if case.has(theirs)}
    if not given:
        raise NotUnderstoodError("there is nothing of a person in it")
    who = Particulars(
        name=given.get("name", "Jo Public"),
        email=given.get("email", ""),
        postal_code=given.get("postal_code", ""),
        country="GB",
    )
    before = Signature(
        id=UUID(int=42),
        petition_id=PETITION_ID,
        particulars=who,
        text_digest="d",
        language="en",
        signed_at=T0,
        counted_at=T0,
    )
    left = without_person(before).particulars
    answers = {theirs: getattr(left, ours) for theirs, ours in KEPT.items() if case.has(theirs)}
    return answers | {"ip_address": ""}  # none is ever kept
