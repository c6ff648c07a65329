"""A desk on duty: health, drift and mending."""

from datetime import UTC, datetime

from petitionkit.clauses import Threshold
from petitionkit.desk import Desk
from petitionkit.facts import Event
from petitionkit.keys import KeyRing
from petitionkit.ledger import Delta, Entry, Request
from petitionkit.petition import PetitionText
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.stores.memory import MemoryStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
POLICY = Policy(name="p", version="1", thresholds=(Threshold(key="agenda", level=2),))


def test_counters_that_drifted_are_shown_mended_and_recorded() -> None:
    store = MemoryStore()
    desk = Desk(store, secrets=KeyRing([bytes(32)]), clock=lambda: NOON)
    petition = desk.start(texts=[PetitionText(language="en", title="Save the oak")])
    desk.publish(petition.id, POLICY)
    desk.intake(
        petition.id, [Submission(draft=SignatureDraft(name="Ada", email="ada@example.org"))]
    )
    assert desk.drift(petition.id) == []
    assert desk.recount(petition.id) == desk.petition(petition.id)

    # A fault in a program of somebody else's.
    wrong = Entry(answer=None, deltas=(Delta(counters=("supporters",), amount=3, at=NOON),))
    store.sign(petition.id, [Request(admit=lambda _: wrong)])
    assert desk.standing(petition.id).supporters == 4
    (drift,) = desk.drift(petition.id)
    assert (drift.counter, drift.counted, drift.found) == ("supporters", 4, 1)

    mended = desk.recount(petition.id, actor="clerk 4")
    assert desk.standing(petition.id).supporters == 1
    assert desk.drift(petition.id) == []
    fact = mended.last(Event.RECOUNTED)
    assert fact is not None
    assert dict(fact.numbers) == {"supporters.counted": 4, "supporters.found": 1}
    assert fact.actor == "clerk 4"
    assert desk.recount(petition.id) == mended


def test_health_tells_of_notices_that_wait() -> None:
    desk = Desk(MemoryStore(), secrets=KeyRing([bytes(32)]), clock=lambda: NOON)
    assert desk.health().notices == 0
    petition = desk.start(texts=[PetitionText(language="en", title="Save the oak")])
    desk.publish(petition.id, POLICY)
    desk.sign(petition.id, SignatureDraft(name="Ada", email="ada@example.org"))
    health = desk.health()
    assert (health.notices, health.oldest_notice, health.overdue) == (
        len(desk.notices()),
        NOON,
        0,
    )
