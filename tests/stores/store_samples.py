"""Values for tests of stores: full ones, plain ones, and short ways to write and look."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Thread
from typing import Any, TypeVar
from uuid import UUID

from attrs import evolve

from petitionkit.facts import Event, Fact, State
from petitionkit.ledger import (
    Change,
    Claim,
    Delta,
    Entry,
    Notice,
    NoticeKind,
    Request,
    Revision,
    Situation,
    Watch,
)
from petitionkit.parties import Addressee, Answer, Author, AuthorRole, Delivery, Party, PartyKind
from petitionkit.petition import (
    CountEffect,
    DeclaredCount,
    Edit,
    Identifier,
    Petition,
    PetitionText,
    Relation,
    RelationKind,
)
from petitionkit.signature import (
    Attempt,
    Attestation,
    AttestationKind,
    Channel,
    Consent,
    Particulars,
    Provenance,
    Review,
    Role,
    Signature,
    Verdict,
    Visibility,
)
from petitionkit.store import Store
from petitionkit.tally import Tally

T = TypeVar("T")

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
DAY_ZERO = datetime(2026, 1, 1, tzinfo=UTC)
ASTRAL = "Ǆ e\u0301 \U0001d504nna \U0001f469\U0001f3fd\u200d\U0001f680 مرحبا"
EARLY = datetime(1, 1, 2, tzinfo=UTC)
LATE = datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC)


class Refusal(Exception):  # noqa: N818 (what a decision raises is its own affair)
    """Raised by decisions under test, and known to no store."""


def number_id(n: int) -> UUID:
    return UUID(int=n)


def at(minutes: float) -> datetime:
    return DAY_ZERO + timedelta(minutes=minutes)


def plain_petition(n: int = 1, **parts: Any) -> Petition:  # noqa: ANN401 (as for evolve)
    made = Petition(
        id=number_id(n),
        starter=Party(kind=PartyKind.PERSON, name="Ada"),
        texts=(PetitionText(language="en", title="Save the oak"),),
        facts=(Fact(event=Event.STARTED, at=DAY_ZERO, recorded_at=DAY_ZERO),),
    )
    return evolve(made, **parts)


def full_petition(n: int = 1) -> Petition:
    """A petition in which no field has its default."""
    return Petition(
        id=number_id(n),
        office="Länsi",
        realm="shared realm",
        starter=Party(kind=PartyKind.ORGANISATION, name=ASTRAL, reference="account 7"),
        texts=(
            PetitionText(language="en", title="Title", body="Line one\nLine two " + ASTRAL),
            PetitionText(language="en", title="Title 2", body="b", version=2, edit=Edit.MATERIAL),
            PetitionText(language="pt-BR", title="Título"),
        ),
        addressees=(
            Addressee(
                key="council",
                name="Council",
                place="Claremont",
                delivery=Delivery(at=NOON, count=3, receipt="R-1"),
                answer=Answer(at=LATE, summary="No.\nSorry.", url="https://example.org/a"),
            ),
        ),
        authors=(Author(name="Bo", role=AuthorRole.DEPUTY, reference="r", accepted=2),),
        identifiers=(Identifier(system="uk", value="241584"),),
        slugs=("save-the-oak", "oak"),
        related=(Relation(kind=RelationKind.FOLLOWS, petition_id=number_id(99)),),
        declared=(
            DeclaredCount(
                counter="supporters",
                amount=12,
                source="paper",
                as_of=NOON,
                recorded_at=LATE,
                effect=CountEffect.LARGER_OF,
            ),
        ),
        facts=(
            Fact(
                event=Event.OPENED,
                at=NOON,
                recorded_at=LATE,
                actor="clerk 4",
                rule="window",
                subject="s",
                until=LATE,
                numbers=(("level", 3), ("supporters", 4)),
                engine="petitionkit 9",
            ),
        ),
        version=1,
    )


def full_signature(n: int = 1, petition: int = 1) -> Signature:
    """A signature in which no field has its default."""
    return Signature(
        id=number_id(n),
        petition_id=number_id(petition),
        particulars=Particulars(
            name=ASTRAL,
            email="ä.b@exämple.org",
            phone="+442079460000",
            comment="one\n\ttwo 'quoted' \"twice\"; -- no statement",
            kind=PartyKind.ORGANISATION,
            given_name="Ǆ",
            family_name="é",
            street="1 High Street",
            locality="Bath",
            postal_code="BA11AA",
            country="GB",
            citizenship="FI",
            region="south",
            birth_date=date(1970, 2, 28),
            of_age=True,
            national_number="010203A1",
            register_number="12-3",
            guardian="Bo",
            consents=(Consent(key="mail", version="2", at=NOON, withdrawn_at=LATE),),
            visibility=Visibility.ORGANISER,
            originals=(("name", ASTRAL),),
        ),
        role=Role.STARTER,
        provenance=Provenance(channel=Channel.PAPER, source="sha256:12", line=7),
        text_digest="d" * 64,
        language="pt-BR",
        signed_at=EARLY,
        counted_at=NOON,
        withdrawn_at=LATE,
        counters=("organisations", "starter", "supporters"),
        attestations=(
            Attestation(kind=AttestationKind.CLERK, at=NOON, by="clerk 4"),
            Attestation(kind=AttestationKind.EID, at=LATE, level="high"),
        ),
        invalidated_at=LATE,
        ground="fraud",
        bounced_at=NOON,
        reviews=(
            Review(of="comment", verdict=Verdict.REFUSED, at=NOON, by="mod 1", ground="abuse"),
        ),
    )


def plain_signature(n: int = 1, petition: int = 1, *, when: datetime = NOON) -> Signature:
    return Signature(
        id=number_id(n),
        petition_id=number_id(petition),
        particulars=Particulars(name=f"Signer {n}"),
        text_digest="d",
        language="en",
        signed_at=when,
        counted_at=when,
        counters=("supporters",),
    )


def full_attempt(n: int = 1, petition: int = 1) -> Attempt:
    return Attempt(
        id=number_id(n),
        petition_id=number_id(petition),
        particulars=full_signature().particulars,
        received_at=EARLY,
        expires_at=LATE,
        text_digest="t" * 64,
        language="fi",
        generation=3,
        signature_id=number_id(77),
        mailbox="m" * 64,
        mailed_at=NOON,
        due_at=LATE,
        bounced_at=EARLY,
        held="fraud",
        held_by="mod-1",
    )


def a_notice(n: int = 1, petition: int = 1) -> Notice:
    return Notice(id=number_id(n), kind=NoticeKind.CLOSED, petition_id=number_id(petition), at=NOON)


def a_claim(n: int = 1, *, slot: int = 0, key: str = "k1") -> Claim:
    return Claim(kind="mailbox", key=key, digest=n.to_bytes(32, "big"), slot=slot)


def revision(
    petition: Petition,
    *,
    watches: tuple[Watch, ...] = (),
    due_at: datetime | None = None,
    notices: tuple[Notice, ...] = (),
) -> Revision:
    return Revision(
        petition=petition,
        state=State.OPEN,
        due_at=due_at,
        watches=watches,
        notices=notices,
    )


def always(made: Revision) -> Change:
    return lambda _petition, _tally: made


def note(store: Store, fact: Fact) -> None:
    store.update(number_id(1), lambda petition, _tally: revision(petition.with_facts(fact)))


def watch_from_now_on(store: Store, *watches: Watch, due_at: datetime | None = None) -> None:
    store.update(number_id(1), lambda p, _tally: revision(p, watches=tuple(watches), due_at=due_at))


def _just(entry: Entry[T], _seen: Situation) -> Entry[T]:
    return entry


def write(store: Store, *entries: Entry[T], petition: int = 1) -> list[T]:
    """Enter what needs no deciding, in one transaction."""
    requests = [Request(admit=partial(_just, entry)) for entry in entries]
    return store.sign(number_id(petition), requests)


def counted(store: Store, *moves: tuple[float, int], petition: int = 1) -> None:
    """Move the counter of supporters, each at its minute, in one transaction."""
    deltas = tuple(Delta(counters=("supporters",), amount=n, at=at(m)) for m, n in moves)
    write(store, Entry(answer=None, deltas=deltas), petition=petition)


def look(
    store: Store,
    *claims: Claim,
    petition: int = 1,
    attempt_id: UUID | None = None,
    signature_id: UUID | None = None,
) -> Situation:
    """What a decision sees that asks for these claims and rows."""
    seen: list[Situation] = []

    def admit(situation: Situation) -> Entry[None]:
        seen.append(situation)
        return Entry(answer=None)

    request = Request(admit=admit, claims=claims, attempt_id=attempt_id, signature_id=signature_id)
    store.sign(number_id(petition), [request])
    return seen[-1]


def counts_seen(store: Store, petition: int = 1) -> dict[str, int]:
    """The counters that a decision sees if it looks at them."""
    seen: list[dict[str, int]] = []

    def admit(situation: Situation) -> Entry[None]:
        seen.append(dict(situation.counts))
        return Entry(answer=None)

    store.sign(number_id(petition), [Request(admit=admit)])
    return seen[-1]


def tally_read(store: Store, petition: int = 1) -> Tally:
    """The tally that a decision reads."""
    seen: list[Tally] = []

    def admit(situation: Situation) -> Entry[None]:
        seen.append(situation.read_tally())
        return Entry(answer=None)

    store.sign(number_id(petition), [Request(admit=admit)])
    return seen[-1]


def everything(store: Store) -> object:
    """All that a store shows, to compare before and after."""
    petitions = store.petitions(limit=1000)
    return (
        [store.petition(p) for p in petitions],
        [store.tally(p) for p in petitions],
        [store.signatures(p) for p in petitions],
        [store.attempt(number_id(n)) for n in range(1, 20)],
        list(store.due(limit=1000)),
        list(store.notices(limit=1000)),
        list(store.due_attempts(limit=1000)),
        [store.minutes(p, "supporters") for p in petitions],
        [list(store.amendments(number_id(n))) for n in range(1, 20)],
        list(store.claim_keys()),
    )


def raises(
    kind: type[Exception], call: Callable[..., object], *arguments: object, **named: object
) -> Exception:
    """Call, expect exactly this kind of exception, and hand it back."""
    caught: Exception | None = None
    try:
        call(*arguments, **named)
    except Exception as error:  # noqa: BLE001 (its kind is what is asserted)
        caught = error
    assert caught is not None, f"{kind.__name__} was not raised"
    assert type(caught) is kind
    return caught


def unreachable(*_seen: object) -> Entry[None]:
    raise AssertionError("a decision was asked for although there is no such petition")


def reading(store: Store, level: int, counter: str = "supporters") -> datetime | None:
    return store.tally(number_id(1)).reached_at(counter, level)


AT_THREAD_END: list[Callable[[], None]] = []
"""What a thread must do last where a store keeps something of its own for each thread."""


def together(calls: Sequence[Callable[[], None]]) -> None:
    """Run calls in threads of their own, and raise what any of them raised."""
    failures: list[BaseException] = []

    def run(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 (raised again below)
            failures.append(error)
        finally:
            for last in AT_THREAD_END:
                last()

    threads = [Thread(target=run, args=(call,)) for call in calls]
    patience = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that threads meet each other in the middle of things
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(patience)
    if failures:
        raise failures[0]
