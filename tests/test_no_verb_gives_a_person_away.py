"""No verb names a person in what it answers, raises, logs, prints or tells its observer.

Every verb is found by reflection and called with canaries, well formed and not; a new verb, or a
new argument of one, fails until it is said what to give.
"""

import inspect
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from attrs import define, evolve

from petitionkit.acting import Acting
from petitionkit.catalogue import Search
from petitionkit.civil import Duration
from petitionkit.desk import Desk
from petitionkit.disclosure import Reader
from petitionkit.errors import PetitionkitError
from petitionkit.form import Demand, Form
from petitionkit.moderation import Capacity, Reasons
from petitionkit.parties import Answer, Author, Delivery, Party, PartyKind
from petitionkit.petition import DeclaredCount, PetitionText, Relation, RelationKind
from petitionkit.policy import Policy
from petitionkit.retention import ErasureRecord, Retention, RetentionRule
from petitionkit.rights import KnownBy
from petitionkit.rules import Passed
from petitionkit.signature import (
    Approval,
    Attestation,
    AttestationKind,
    SignatureDraft,
    Submission,
    Visibility,
)
from petitionkit.similar import by_words
from petitionkit.store import every_pending, every_signature
from petitionkit.stores.memory import MemoryStore
from petitionkit.tokens import Purpose
from samples import DAY, ENGLISH, GERMAN, KEYS, POLICY, T0, Clock, counting_ids, petition

CANARIES = ("Quetzalcoatl", "canary", "442079460", "sings-in-the-mine", "192.0.2.199")
NAME = "Quetzalcoatl Berg"
DRAFT = SignatureDraft(
    name=NAME, email="canary@example.org", phone="+442079460199", comment="sings-in-the-mine"
)
RULE = RetentionRule(key="all", when=Passed(passed=Duration(months=1), since=("closed",)))
WATCHED: Policy = evolve(
    POLICY,
    form=Form(phone=Demand.OPTIONAL, comment=Demand.OPTIONAL, reviewed=("name",)),  # type: ignore[arg-type]
    retention=Retention(rules=(RULE,)),
)
STARTER = Party(kind=PartyKind.PERSON, name=NAME)


def gives_away(shown: str) -> list[str]:
    return [canary for canary in CANARIES if canary in shown]


@define
class Place:
    """A desk over a petition with one who signed and one who never confirmed."""

    desk: Desk
    store: MemoryStore
    clock: Clock
    told: list[object]
    petition_id: UUID
    signature_id: UUID
    attempt_id: UUID
    token: str


def a_place() -> Place:
    told: list[object] = []
    clock, ids, store = Clock(), counting_ids(), MemoryStore()
    desk = Desk(
        store,
        secrets=KEYS,
        clock=clock,
        new_id=lambda: next(ids),
        # How long something took may have any digits in it.
        observe=lambda seen: told.append(evolve(seen, seconds=0.0)),
    )
    author = Author(name=NAME)
    started = desk.start(texts=[ENGLISH], starter=STARTER, authors=[author], slugs=["park"])
    desk.publish(started.id, WATCHED)
    for draft in (DRAFT, evolve(DRAFT, email="canary2@example.org")):
        desk.sign(started.id, draft, source="192.0.2.199")
    [first, second] = [letter for one in desk.notices() if (letter := desk.letter(one))]
    desk.confirm(first.token)
    [numbered] = every_signature(store, started.id)
    [pending] = every_pending(store, started.id)
    return Place(
        desk,
        store,
        clock,
        told,
        started.id,
        numbered.signature.id,
        pending.attempt.id,
        second.token,
    )


def arguments(place: Place, *, wrong: bool) -> Mapping[str, Any]:
    """What each argument is given, by its name; ``wrong`` gives people who are none."""
    desk, store = place.desk, place.store
    name = "=Quetzalcoatl\x00 canary" if wrong else f"{NAME}en"
    draft = evolve(DRAFT, name=name, email="canary@@Quetzalcoatl.org" if wrong else DRAFT.email)
    signature = store.signature(place.signature_id)
    attempt = store.attempt(place.attempt_id)
    known_by = KnownBy(email=DRAFT.email, name=NAME)
    notice = desk.notices()[0]
    return {
        "addressee": "council",
        "approval": Approval.REFUSED,
        "attempt_id": place.attempt_id,
        "attestation": Attestation(kind=AttestationKind.CLERK, at=T0, by="canary"),
        "actor": "clerk-7",
        "author": NAME,
        "authority": "board",
        "batches": [[Submission(draft=draft, row=("Quetzalcoatl,canary@example.org", "1"))]],
        "capacity": Capacity.OFFICE,
        "confirmed": True,
        "consent": "news",
        "day": date(2026, 5, 1),
        "declared": DeclaredCount(
            counter="supporters", amount=1, source="stall", as_of=T0, recorded_at=T0
        ),
        "delivery": Delivery(at=T0, count=1),
        "dispatch": next(iter(desk.lease()), None),
        "draft": draft,
        "find": by_words,
        "finding": "retention_hold",
        "given": Answer(at=T0, summary="No."),
        "given_name": name,
        "family_name": name,
        "ground": "spam",
        "held": True,
        "key": "n1",
        "known_by": known_by,
        "name": name,
        "newer": store.petition(place.petition_id),
        "notice": notice,
        "notice_id": notice.id,
        "of": "name",
        "office": "",
        "pending": (attempt,),
        "petition": evolve(petition(), id=UUID(int=7), starter=STARTER, slugs=("other",)),
        "petition_id": place.petition_id,
        "plan": desk.plan_retention(),
        "policy": WATCHED,
        "purpose": Purpose.ERASE,
        "reader": Reader.SIGNER,
        "reason": "reason",
        "reasons": Reasons(ground="libel", explanation="A person asked for it."),
        "records": [
            ErasureRecord(
                at=T0, petition_id=place.petition_id, signature_id=place.signature_id, counts=False
            )
        ],
        "region": "north",
        "relation": Relation(kind=RelationKind.FOLLOWS, petition_id=UUID(int=9)),
        "search": Search(),
        "signature_id": place.signature_id,
        "signatures": (signature,),
        "source": "192.0.2.199" if not wrong else "canary",
        "starter": STARTER,
        "store": MemoryStore(),
        "subject": "News",
        "submissions": [Submission(draft=draft, row=("Quetzalcoatl,canary@example.org", "1"))],
        "system": "slug",
        "tags": ("parks",),
        "text": name,
        "texts": [GERMAN],
        "to": STARTER,
        "token": f"{place.token}canary" if wrong else place.token,
        "until": T0 + 40 * DAY,
        "upheld": True,
        "value": "park",
        "visibility": Visibility.NOBODY,
    }


ELSEWHERE: Mapping[tuple[str, str], Any] = {
    ("change_text", "text"): PetitionText(language="en", title="Keep it", version=2),
    ("record_finding", "value"): 1,
    ("record_finding", "source"): "court",
    ("offer_transfer", "to"): STARTER,
}
PERSONAL = ("name", "given_name", "family_name", "text", "source", "starter", "actor")


def verbs() -> Iterator[tuple[type, str]]:
    for kind in (Desk, Acting):
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_"):
                assert method.__doc__, name
                yield kind, name


def bound(place: Place, kind: type) -> object:
    return place.desk if kind is Desk else place.desk.acting(Capacity.OFFICE, actor="clerk-7")


def given(method: Callable[..., object], verb: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a verb is called with: all that it must have, and whatever can name a person."""
    found = {}
    for name, parameter in inspect.signature(method).parameters.items():
        needed = parameter.default is inspect.Parameter.empty
        if needed or name in PERSONAL:
            said = ELSEWHERE.get((verb, name), values.get(name))
            assert said is not None, f"say what {verb} is to be given as {name}"
            found[name] = said
    return found


def answered(method: Callable[..., object], parts: dict[str, Any]) -> Iterator[object]:
    """What a verb answers, or raises, with whatever hangs on that."""
    try:
        answer = method(**parts)
        yield list(answer) if isinstance(answer, Iterator) else answer
    except PetitionkitError as error:
        yield str(error)
        yield error
        yield from (one for one in (error.__cause__, error.__context__) if one is not None)


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize(("kind", "verb"), sorted(verbs(), key=str))
def test_a_verb_gives_nobody_away(
    kind: type,
    verb: str,
    wrong: bool,  # noqa: FBT001 (a parameter of the test)
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(1)  # whatever anybody below has to say
    place = a_place()
    method = getattr(bound(place, kind), verb)
    said = [*answered(method, given(method, verb, arguments(place, wrong=wrong)))]
    petitions: Sequence[UUID] = place.store.petitions()
    facts = [fact for one in petitions for fact in place.store.petition(one).facts]
    logging.getLogger("petitionkit").debug("the net holds")
    printed = capfd.readouterr()
    shown = [*map(repr, (*said, *place.told, *facts, *place.desk.notices(limit=1000)))]
    shown += [one for one in said if isinstance(one, str)]
    shown += [caplog.text, printed.out, printed.err]
    assert [text for text in shown if gives_away(text)] == []
    assert "the net holds" in caplog.text


def test_a_canary_would_be_found() -> None:
    assert gives_away(f"{DRAFT.name} {DRAFT.email}") == ["Quetzalcoatl", "canary"]
    assert len([*verbs()]) > 80
