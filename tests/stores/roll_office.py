"""What races and faults share on every store that is kept: a desk on a place, and a check."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Barrier
from uuid import UUID

import roll_worker
from places import open_store
from roll_worker import KEYS, signer

from petitionkit.clauses import Threshold
from petitionkit.desk import Desk
from petitionkit.ledger import Claim, Delta, Entry, Request, Situation
from petitionkit.outcomes import Duplicate
from petitionkit.parties import Party, PartyKind
from petitionkit.petition import PetitionText
from petitionkit.policy import Policy
from petitionkit.store import Store
from petitionkit.testing.bench import together
from petitionkit.testing.samples import NOON, a_claim, number_id, plain_signature

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


def environment() -> dict[str, str]:
    """What processes of ours find the tests' modules by."""
    here = Path(__file__).parent
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (here, here.parent)))}


def work(place: str, petition: UUID, first: int, last: int | None = None) -> subprocess.Popen[str]:
    end = "" if last is None else str(last)
    command = [sys.executable, roll_worker.__file__, place, str(petition), str(first), end]
    return subprocess.Popen(  # noqa: S603 (our own code)
        command, stdout=subprocess.PIPE, text=True, env=environment()
    )


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


def supporter(n: int, *claims: Claim) -> Entry[bool]:
    return Entry(
        answer=True,
        signature=plain_signature(n),
        claims=claims,
        deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
    )


def if_free(entry: Entry[bool]) -> Request[bool]:
    """Sign unless somebody holds the claim."""

    def admit(situation: Situation) -> Entry[bool]:
        return Entry(answer=False) if situation.holders else entry

    return Request(admit=admit, claims=entry.claims)


def race_for_claims(store: Store, rounds: int) -> None:
    """Sixteen threads, one claim a round, one winner each."""
    racers = 16
    barrier = Barrier(racers, timeout=60)
    winners: list[int] = []

    def race(racer: int) -> None:
        for turn in range(rounds):
            entry = supporter(1 + turn * racers + racer, a_claim(turn))
            barrier.wait()
            winners.extend(turn for won in store.sign(number_id(1), [if_free(entry)]) if won)

    together([partial(race, racer) for racer in range(racers)])
    assert sorted(winners) == list(range(rounds))
    assert store.tally(number_id(1)).count("supporters") == rounds
    assert len(store.signatures(number_id(1), limit=rounds + 1)) == rounds
