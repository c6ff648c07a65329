"""A canary in every personal field of every table, and how it is looked for in raw bytes."""

from datetime import date
from pathlib import Path
from uuid import UUID

import attrs
import psycopg
from attrs import evolve

from petitionkit.civil import Duration
from petitionkit.classification import CLASSIFIED
from petitionkit.codec import policy_digest, to_json
from petitionkit.facts import Event
from petitionkit.ledger import Claim, Delta, Entry, Request, Situation, Trace
from petitionkit.moderation import Report, Transfer
from petitionkit.parties import Author, Party, PartyKind
from petitionkit.policy import Policy
from petitionkit.retention import Retention, RetentionRule, Whom
from petitionkit.rules import Passed
from petitionkit.signature import (
    Amendment,
    AmendmentKind,
    Attempt,
    Attestation,
    AttestationKind,
    Particulars,
    Signature,
)
from petitionkit.store import Store
from petitionkit.testing.samples import revision
from samples import DAY, DEADLINE, PETITION_ID, POLICY, T0, fact, opened, petition

_AFTER = Passed(passed=Duration(days=1), since=("closed",))
FORGETS: Policy = evolve(
    POLICY,
    retention=Retention(
        rules=(
            RetentionRule(key="signers", when=_AFTER),
            RetentionRule(key="starter", when=_AFTER, whom=Whom.STARTER),
        )
    ),
)
NUMBER = UUID(int=0x51).hex


def canary(owner: type, name: str, n: int = 0) -> str:
    """A word that stands nowhere else; long, so that it is kept whole."""
    return f"canary-{owner.__name__}-{name}-{n}-{'z' * 40}"


def people(n: int = 0) -> Particulars:
    texts = {
        one.name: canary(Particulars, one.name, n)
        for one in attrs.fields(Particulars)
        if CLASSIFIED[Particulars][one.name].personal and one.type is str
    }
    original = ("name", canary(Particulars, "originals", n))
    return Particulars(birth_date=date(1901, 2, 3), originals=(original,), **texts)  # type: ignore[arg-type]


PARTIES = {
    "starter": Party(
        kind=PartyKind.PERSON, name=canary(Party, "name"), reference=canary(Party, "reference")
    ),
    "authors": (Author(name=canary(Author, "name"), reference=canary(Author, "reference")),),
    "transfer": Transfer(
        to=Party(
            kind=PartyKind.PERSON,
            name=canary(Party, "name", 1),
            reference=canary(Party, "reference", 1),
        ),
        offered_at=T0,
    ),
    "reports": (Report(by=canary(Report, "by"), ground="x", at=T0, text=canary(Report, "text")),),
}
SIGNERS = 60  # more than one page of the file


def fill(store: Store) -> None:
    """A petition that is over, in which every personal field says what it is."""
    store.add_policy(policy_digest(FORGETS), to_json(FORGETS))
    pinned = fact(Event.POLICY_PINNED, T0, subject=policy_digest(FORGETS))
    plain = petition(pinned, opened(), fact(Event.CLOSED, DEADLINE))
    store.add(revision(evolve(plain, **PARTIES)))  # type: ignore[arg-type]
    entries = [entry(n) for n in range(SIGNERS)]
    never = Attempt(
        id=UUID(int=5000),
        petition_id=PETITION_ID,
        particulars=people(5000),
        received_at=T0,
        expires_at=T0 + DAY,
        text_digest="d",
        language="en",
        mailbox=canary(Attempt, "mailbox", 5000),
        due_at=T0 + DAY,
    )
    came = Trace(source=canary(Trace, "source"), role="signer", at=T0, until=DEADLINE + 99 * DAY)
    entries.append(Entry(answer=None, attempt=never, trace=came))

    def just(one: Entry[None]) -> Request[None]:
        def admit(_: Situation) -> Entry[None]:
            return one

        return Request(admit=admit)

    store.sign(PETITION_ID, [just(one) for one in entries])


def entry(n: int) -> Entry[None]:
    signature = Signature(
        id=UUID(int=1000 + n),
        petition_id=PETITION_ID,
        particulars=people(n),
        text_digest="d",
        language="en",
        signed_at=T0,
        counted_at=T0,
        counters=("persons", "supporters"),
        attestations=(
            Attestation(kind=AttestationKind.EID, at=T0, by=canary(Attestation, "by", n)),
        ),
    )
    return Entry(
        answer=None,
        signature=signature,
        claims=(Claim(kind="mailbox", key="k", digest=f"canary-Claim-digest-{n:012}".encode()),),
        attempt=Attempt(
            id=UUID(int=3000 + n),
            petition_id=PETITION_ID,
            particulars=None,
            received_at=T0,
            expires_at=T0 + DAY,
            text_digest="d",
            language="en",
            mailbox=canary(Attempt, "mailbox", n),
            signature_id=signature.id,
        ),
        deltas=(Delta(counters=signature.counters, amount=1, at=T0),),
        amendment=Amendment(
            signature_id=signature.id,
            kind=AmendmentKind.NAME_CORRECTED,
            at=T0,
            was=canary(Amendment, "was", n),
        ),
    )


def expected() -> set[str]:
    """Every personal field of everything that is kept."""
    return {
        f"canary-{owner.__name__}-{name}"
        for owner, table in CLASSIFIED.items()
        for name, classified in table.items()
        if classified.personal and (owner, name) != (Particulars, "birth_date")
    }


def found_in(raw: bytes) -> set[str]:
    return {mark for mark in {*expected(), "1901-02-03"} if mark.encode() in raw}


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def table_files(connection: "psycopg.Connection[tuple[object, ...]]") -> bytes:
    """The files of all our tables, their overflow included, as they lie on the disk."""
    connection.execute("CHECKPOINT")
    [home] = connection.execute("SHOW data_directory").fetchone() or ()
    rows = connection.execute(
        "SELECT pg_relation_filepath(c.oid) FROM pg_class c WHERE c.relname LIKE 'petitionkit%'"
        " AND c.relkind IN ('r', 'i') UNION ALL SELECT pg_relation_filepath(c.reltoastrelid)"
        " FROM pg_class c WHERE c.relname LIKE 'petitionkit%' AND c.reltoastrelid <> 0"
    ).fetchall()
    paths = [Path(str(home)) / str(path) for (path,) in rows]
    return b"".join(path.read_bytes() for path in paths)
