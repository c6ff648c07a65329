"""The least that a line of a roll can cost while it is a handful of values: no rule is asked.

Cells become the values that desk and store hand each other, these become rows, and the rows are
written in batches as an import writes them. Nothing is validated, deduplicated, looked up or
counted. No import can be faster than this as long as its lines are these values.
"""

import csv
import hashlib
import hmac
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

import floors

from petitionkit.formats.roll import RollLine
from petitionkit.ledger import Claim, Delta, Entry, Request, Situation
from petitionkit.outcomes import Accepted
from petitionkit.rows import Row, signature_row
from petitionkit.signature import (
    Channel,
    Particulars,
    Provenance,
    Signature,
    SignatureDraft,
    Submission,
)
from petitionkit.stores.entry_rows import INSERT_SIGNATURE
from petitionkit.stores.sqlite import SQLiteStore, migrate

PETITION = UUID(int=7)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
COUNTERS = ("persons", "supporters")
COLUMNS = {"name": 0, "email": 1, "postal_code": 2}
_CLAIM = (
    "INSERT INTO petitionkit_claim (realm, digest, slot, key, signature) VALUES (1, ?, 0, 1, ?)"
)


def _never(_: Situation) -> Entry[None]:
    raise NotImplementedError  # nobody asks


def entered(number: int, cells: Sequence[str]) -> Entry[Accepted]:
    """The values of one line, from the first to the last."""
    name, email, postal_code, _ = cells
    draft = SignatureDraft(name=name, email=email, postal_code=postal_code)
    line = RollLine(number=number, cells=tuple(cells), columns=COLUMNS)
    came = Provenance(channel=Channel.IMPORT, source="roll", line=line.number)
    handed_in = Submission(draft=draft, signed_at=AT, provenance=came)
    signature = Signature(
        id=UUID(int=number),
        petition_id=PETITION,
        particulars=Particulars(name=name, email=email, postal_code=postal_code),
        provenance=handed_in.provenance,
        text_digest="d" * 64,
        language="en",
        signed_at=AT,
        counted_at=AT,
        counters=COUNTERS,
    )
    hashed = hmac.digest(floors.KEY, email.encode(), hashlib.sha256)
    claims = (Claim(kind="mailbox", key="k", digest=hashed),)
    Request(admit=_never, claims=claims, signature_id=signature.id)
    return Entry(
        answer=Accepted(signature_id=signature.id),
        signature=signature,
        claims=claims,
        deltas=(Delta(counters=COUNTERS, amount=1, at=AT),),
    )


def write_values(path: Path, roll: Path) -> int:
    """Make and write the values of a roll."""
    migrate(path)
    with roll.open(encoding="utf-8", newline="") as file, closing(SQLiteStore(path)) as store:
        lines = csv.reader(file)
        next(lines)
        number = 1
        while batch := list(islice(lines, floors.BATCH)):
            entries = [entered(n, cells) for n, cells in enumerate(batch, number)]
            rows: list[Row] = []
            held: list[Row] = []
            for n, entry in enumerate(entries, number):
                assert entry.signature is not None
                rows.append((n, 1, *signature_row(entry.signature)))
                held.append((entry.claims[0].digest, n))
            with store._writing() as connection:  # noqa: SLF001 (as its own verbs do)
                connection.executemany(INSERT_SIGNATURE, rows)
                connection.executemany(_CLAIM, sorted(held))
            number += len(batch)
        return number - 1
