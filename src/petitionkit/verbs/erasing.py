"""Erasing: a signature stays and counts as it did, and says no more who signed.

What stays is what counts rest on: instants, counters, country, region, kind, the digest of the
text. Which fields are personal is in ``classification``. A count that is final never moves.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from attrs import Attribute, evolve, fields

from petitionkit.classification import CLASSIFIED
from petitionkit.facts import Event, State
from petitionkit.following import as_fact, due_events
from petitionkit.ledger import Entry, Revision, Situation
from petitionkit.lifecycle import place_at
from petitionkit.outcomes import Erased, EraseOutcome, Refused
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.retention import ErasureRecord, RetentionRule
from petitionkit.signature import Amendment, AmendmentKind, Particulars, Signature
from petitionkit.status import CLAIMS_ERASED
from petitionkit.tally import Tally
from petitionkit.verbs.docket import Docket
from petitionkit.verbs.moves import deltas, watched_anew
from petitionkit.verbs.signing import tally_for

__all__ = [
    "REOPENING",
    "SHARED_REALM",
    "claims_gone",
    "concerns",
    "erase_signer",
    "erase_starter",
    "forget",
    "is_final",
    "keeps_claims",
    "note_claims_gone",
    "reduce",
    "tells_of_starter",
    "without_person",
]

REOPENING = "reopening"
"""Ground: the policy lets the office open the petition again, and nobody may then sign twice."""
SHARED_REALM = "shared_realm"
"""Ground: other petitions count the same people with this one."""
_DISQUALIFIED = "invalidated"
"""Ground: the signature did not count, and its claims were not freed when that was decided."""

_FINAL = frozenset({State.CLOSED, State.LAPSED, State.WITHDRAWN, State.REMOVED})


def without_person(signature: Signature, keeps: Collection[str] = ()) -> Signature:
    """The signature without anything personal, but for the fields that are kept."""
    blanks: dict[str, Any] = {
        one.name: _blank(one)
        for one in fields(Particulars)
        if CLASSIFIED[Particulars][one.name].personal and one.name not in keeps
    }
    attestations = tuple(evolve(one, by="") for one in signature.attestations)
    return evolve(
        signature, particulars=evolve(signature.particulars, **blanks), attestations=attestations
    )


def _blank(one: "Attribute[object]") -> object:
    return "" if one.name == "name" else one.default


def is_final(petition: Petition, policy: Policy, tally: Tally, now: datetime) -> bool:
    """Whether the petition is over for good, whatever restriction may lie on it."""
    due = (as_fact(one) for one in due_events(petition, policy, tally) if one.at <= now)
    return place_at((*petition.telling, *due), now).beneath in _FINAL


def keeps_claims(petition: Petition, policy: Policy) -> str:
    """The ground on which claims of a petition that is over are kept; empty: they are freed."""
    if policy.moderation.reopening:
        return REOPENING
    return "" if petition.realm == str(petition.id) else SHARED_REALM


def claims_gone(petition: Petition) -> bool:
    """Whether nobody could tell any more who has signed."""
    return petition.first(Event.FOUND, CLAIMS_ERASED) is not None


def erase_signer(
    situation: Situation, *, policy: Policy, now: datetime, actor: str = ""
) -> Entry[EraseOutcome]:
    """Erase who signed: withdrawn with it while the petition runs, counted still once it is over.

    Erasing twice is erasing once.
    """
    signature, petition = situation.signature, situation.petition
    if signature is None:
        return Entry(answer=Refused(problems=(problem("signature.not_found", "signature"),)))
    over = is_final(petition, policy, tally_for(situation, policy), now)
    if over:
        ground = keeps_claims(petition, policy) or ("" if claims_gone(petition) else REOPENING)
    else:
        ground = policy.retention.spent_claims
    after = without_person(signature)
    if not signature.live:
        ground = ground or (_DISQUALIFIED if signature.invalidated_at else "")
    elif not over:
        after = evolve(after, withdrawn_at=now)
    record = ErasureRecord(
        at=now, petition_id=petition.id, signature_id=signature.id, counts=after.live
    )
    if signature.erased:
        return Entry(answer=Erased(record=record, kept=ground))
    return Entry(
        answer=Erased(record=record, kept=ground),
        signature=after,
        release=not ground,
        erase=True,
        deltas=deltas(signature, after, now),
        watches=tuple(watched_anew(situation, policy, signature, after, now)),
        amendment=Amendment(
            signature_id=signature.id,
            kind=AmendmentKind.ERASED,
            at=now,
            actor=actor,
            ground=ground,
        ),
    )


def reduce(situation: Situation, *, rule: RetentionRule, release: bool) -> Entry[int]:
    """Leave of a signer what a rule keeps; tells 1 where something went, 0 where it had gone."""
    signature = situation.signature
    if signature is None or not concerns(rule, signature):
        return Entry(answer=0)
    after = without_person(signature, rule.keeps)
    return Entry(answer=1, signature=after, release=release, erase=True)


def forget(situation: Situation, *, release: bool) -> Entry[int]:
    """Leave nothing of a signer, and no claims where they are given up; tells 1 if there was any.

    Also of one who reads as erased, because the keys are gone: the claims are there still.
    """
    signature = situation.signature
    if signature is None:
        return Entry(answer=0)
    after = without_person(signature)
    return Entry(answer=int(after != signature), signature=after, release=release, erase=True)


def concerns(rule: RetentionRule, signature: Signature) -> bool:
    """Whether a signature still says what the rule erases."""
    wanted = signature.particulars.visibility in rule.visible_to
    return wanted and without_person(signature, rule.keeps) != signature


def note_claims_gone(docket: Docket) -> Revision:
    """Record, once, that claims are erased: the petition then takes no signature again."""
    if claims_gone(docket.petition):
        return docket.revision()
    return docket.step(Event.FOUND, subject=CLAIMS_ERASED, rule="retention").revision()


def tells_of_starter(petition: Petition) -> bool:
    """Whether a petition still says who started it, wrote it or reported it."""
    return bool(petition.starter or petition.authors or petition.transfer or petition.reports)


def erase_starter(docket: Docket) -> Revision:
    """Erase who started and wrote a petition, and what was reported of it; its facts stay."""
    petition = docket.petition
    gone = evolve(petition, starter=None, authors=(), transfer=None, reports=())
    return evolve(docket, petition=gone).revision()
