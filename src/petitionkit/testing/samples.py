"""Values to try a store with: full ones, in which no field has its default, and plain ones.

Numbers stand for ids, and minutes for instants, so that a promise reads in one line.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from attrs import evolve

from petitionkit.facts import Event, Fact, State
from petitionkit.ledger import (
    Change,
    Claim,
    Notice,
    NoticeKind,
    Revision,
    Trace,
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
    Amendment,
    AmendmentKind,
    Approval,
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
    Visibility,
)

T = "T"
__all__ = [
    "ASTRAL",
    "DAY_ZERO",
    "EARLY",
    "HERE",
    "LATE",
    "NOON",
    "THERE",
    "a_claim",
    "a_notice",
    "a_trace",
    "always",
    "an_amendment",
    "at",
    "full_attempt",
    "full_petition",
    "full_signature",
    "number_id",
    "plain_petition",
    "plain_signature",
    "revision",
]

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
DAY_ZERO = datetime(2026, 1, 1, tzinfo=UTC)
ASTRAL = "Ǆ e\u0301 \U0001d504nna \U0001f469\U0001f3fd\u200d\U0001f680 مرحبا"
EARLY = datetime(1, 1, 2, tzinfo=UTC)
HERE, THERE = "h" * 64, "t" * 64
"""Sources that attempts came from."""
LATE = datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC)


def number_id(n: int) -> UUID:
    """The id of number ``n``."""
    return UUID(int=n)


def at(minutes: float) -> datetime:
    """An instant, in minutes after ``DAY_ZERO``."""
    return DAY_ZERO + timedelta(minutes=minutes)


def plain_petition(n: int = 1, **parts: Any) -> Petition:  # noqa: ANN401 (as for evolve)
    """A petition with no more than it must have; ``parts`` replace some of it."""
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
        tags=("trees", "parks"),
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
            Review(of="comment", approval=Approval.REFUSED, at=NOON, by="mod 1", ground="abuse"),
        ),
    )


def plain_signature(n: int = 1, petition: int = 1, *, when: datetime = NOON) -> Signature:
    """A signature that counts one supporter from ``when`` on."""
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
    """An attempt in which no field has its default."""
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
    """A notice that the petition is closed."""
    return Notice(id=number_id(n), kind=NoticeKind.CLOSED, petition_id=number_id(petition), at=NOON)


def a_claim(n: int = 1, *, slot: int = 0, key: str = "k1") -> Claim:
    """A claim to mailbox ``n``."""
    return Claim(kind="mailbox", key=key, digest=n.to_bytes(32, "big"), slot=slot)


def revision(
    petition: Petition,
    *,
    watches: tuple[Watch, ...] = (),
    due_at: datetime | None = None,
    notices: tuple[Notice, ...] = (),
    state: State = State.OPEN,
    as_of: datetime = DAY_ZERO,
) -> Revision:
    """What makes a petition open, with all that goes along."""
    return Revision(
        petition=petition,
        state=state,
        as_of=as_of,
        due_at=due_at,
        watches=watches,
        notices=notices,
    )


def always(made: Revision) -> Change:
    """The change that makes this revision, whatever it sees."""
    return lambda _petition, _tally: made


def a_trace(minute: float, source: str = HERE, *, role: str = "signer", until: float = 60) -> Trace:
    """A trace of an attempt from a source."""
    return Trace(source=source, role=role, at=at(minute), until=at(until))


def an_amendment(n: int, kind: AmendmentKind = AmendmentKind.INVALIDATED) -> Amendment:
    """How signature ``n`` was changed."""
    return Amendment(
        signature_id=number_id(n), kind=kind, at=NOON, actor="a", ground="g", was="Ádám"
    )
