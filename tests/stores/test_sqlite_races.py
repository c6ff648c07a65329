"""Several at once, and one that is killed: what an owning SQLite store has said stays true."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
import roll_worker
from roll_worker import KEYS, signer
from store_samples import together

from petitionkit.clauses import Threshold
from petitionkit.desk import Desk
from petitionkit.outcomes import Accepted, Duplicate, IntakeOutcome
from petitionkit.parties import Party, PartyKind
from petitionkit.petition import PetitionText
from petitionkit.policy import Policy
from petitionkit.store import Store
from petitionkit.stores.sqlite import SQLiteStore, migrate

POLICY = Policy(name="races", version="1", thresholds=(Threshold(key="ten", level=10),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "petitions.db"
    migrate(path)
    return path


@contextmanager
def desk_on(path: Path) -> Iterator[tuple[Desk, Store]]:
    with closing(SQLiteStore(path)) as store:
        yield Desk(store, secrets=KEYS), store


def publish(path: Path) -> UUID:
    with desk_on(path) as (desk, _):
        petition = desk.start(
            starter=Party(kind=PartyKind.PERSON, name="Ada"),
            texts=[PetitionText(language="en", title="Save the oak")],
        )
        return desk.publish(petition.id, POLICY).id


def work(path: Path, petition: UUID, first: int, last: int | None = None) -> subprocess.Popen[str]:
    end = "" if last is None else str(last)
    command = [sys.executable, roll_worker.__file__, str(path), str(petition), str(first), end]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 (our own code)


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


def test_of_eight_threads_with_one_signer_one_wins(path: Path) -> None:
    petition = publish(path)
    with desk_on(path) as (desk, store):
        barrier = Barrier(8, timeout=60)
        answers: list[IntakeOutcome] = []

        def race() -> None:
            barrier.wait()
            answers.extend(desk.intake(petition, [signer(7), signer(7)]))

        together([race] * 8)
        won = [answer for answer in answers if isinstance(answer, Accepted)]
        lost = [answer for answer in answers if isinstance(answer, Duplicate)]
        assert (len(won), len(lost)) == (1, 15)
        assert {answer.of for answer in lost} == {won[0].signature_id}
        assert check(desk, store, petition, {7}) == {7}


def test_stores_on_one_file_that_race_for_many_signers_take_each_once(path: Path) -> None:
    petition = publish(path)
    barrier = Barrier(4, timeout=60)
    won: list[int] = []

    def race(start: int) -> None:
        with desk_on(path) as (desk, _):
            barrier.wait()
            for n in [*range(start, 25), *range(start)]:
                (answer,) = desk.intake(petition, [signer(n)])
                if isinstance(answer, Accepted):
                    won.append(n)

    together([partial(race, 5 * n) for n in range(4)])
    assert sorted(won) == list(range(25))
    with desk_on(path) as (desk, store):
        assert check(desk, store, petition, set(won)) == set(range(25))


def test_two_processes_on_one_file_take_each_signer_once(path: Path) -> None:
    petition = publish(path)
    workers = [work(path, petition, 1, 60) for _ in range(2)]
    said = [int(line) for w in workers for line in w.communicate(timeout=120)[0].split()]
    won = [n for n in said if n > 0]
    assert sorted(won) == list(range(1, 60))
    assert sorted(-n for n in said if n < 0) == list(range(1, 60))
    with desk_on(path) as (desk, store):
        assert check(desk, store, petition, set(won)) == set(won)


def kill_and_look(path: Path, rounds: int) -> None:
    petition = publish(path)
    acknowledged: set[int] = set()
    for turn in range(rounds):
        worker = work(path, petition, 1 + max(acknowledged, default=0))
        assert worker.stdout is not None
        # Another moment of the worker's life each time, counted in signatures.
        for _ in range(1 + turn * 7 % 23):
            acknowledged.add(abs(int(worker.stdout.readline())))
        worker.kill()
        acknowledged |= {abs(int(line)) for line in worker.communicate()[0].split()}
        with desk_on(path) as (desk, store):
            acknowledged |= check(desk, store, petition, acknowledged)


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(path: Path) -> None:
    kill_and_look(path, rounds=4)


@pytest.mark.long
def test_nothing_acknowledged_is_lost_in_fifty_kills(path: Path) -> None:
    kill_and_look(path, rounds=50)
