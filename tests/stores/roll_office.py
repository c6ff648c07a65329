"""What races and kills share on every store that is kept: a desk on a place, and a check."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

import roll_worker
from places import open_store
from roll_worker import KEYS, signer

from petitionkit.clauses import Threshold
from petitionkit.desk import Desk
from petitionkit.outcomes import Duplicate
from petitionkit.parties import Party, PartyKind
from petitionkit.petition import PetitionText
from petitionkit.policy import Policy
from petitionkit.store import Store

POLICY = Policy(name="races", version="1", thresholds=(Threshold(key="ten", level=10),))


@contextmanager
def desk_on(place: str) -> Iterator[tuple[Desk, Store]]:
    with closing(open_store(place)) as store:
        yield Desk(store, secrets=KEYS), store


def publish(place: str) -> UUID:
    with desk_on(place) as (desk, _):
        petition = desk.start(
            starter=Party(kind=PartyKind.PERSON, name="Ada"),
            texts=[PetitionText(language="en", title="Save the oak")],
        )
        return desk.publish(petition.id, POLICY).id


def work(place: str, petition: UUID, first: int, last: int | None = None) -> subprocess.Popen[str]:
    end = "" if last is None else str(last)
    command = [sys.executable, roll_worker.__file__, place, str(petition), str(first), end]
    paths = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=paths)  # noqa: S603 (our own code)


def check(desk: Desk, store: Store, petition: UUID, acknowledged: set[int]) -> set[int]:
    """Everything acknowledged is there once, and all counts agree with the rows."""
    rows = [s.signature for s in store.signatures(petition, limit=1_000_000)]
    there = [int(row.particulars.name.removeprefix("Signer ")) for row in rows]
    assert len(set(there)) == len(there)
    assert acknowledged <= set(there)
    standing = desk.standing(petition)
    assert standing.supporters == standing.persons == len(there)
    counted = sorted(row.counted_at for row in rows)
    assert standing.thresholds[0].reached_at == (counted[9] if len(counted) > 9 else None)
    answers = desk.intake(petition, [signer(n) for n in sorted(there)])
    assert {answer.of for answer in answers if isinstance(answer, Duplicate)} == {
        row.id for row in rows
    }
    return set(there)


def kill_and_look(place: str, rounds: int) -> None:
    petition = publish(place)
    acknowledged: set[int] = set()
    for turn in range(rounds):
        worker = work(place, petition, 1 + max(acknowledged, default=0))
        assert worker.stdout is not None
        # Another moment of the worker's life each time, counted in signatures.
        for _ in range(1 + turn * 7 % 23):
            acknowledged.add(abs(int(worker.stdout.readline())))
        worker.kill()
        acknowledged |= {abs(int(line)) for line in worker.communicate()[0].split()}
        with desk_on(place) as (desk, store):
            acknowledged |= check(desk, store, petition, acknowledged)
