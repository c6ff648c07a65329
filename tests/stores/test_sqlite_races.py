"""Several at once: what an owning SQLite store has said stays true."""

from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from roll_office import check, desk_on, publish, work
from roll_worker import signer

from petitionkit.outcomes import Accepted, Duplicate, IntakeOutcome
from petitionkit.stores.sqlite import migrate
from petitionkit.testing.bench import together


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = tmp_path / "petitions.db"
    migrate(path)
    return str(path)


def test_of_eight_threads_with_one_signer_one_wins(path: str) -> None:
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


def test_stores_on_one_file_that_race_for_many_signers_take_each_once(path: str) -> None:
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


def test_two_processes_on_one_file_take_each_signer_once(path: str) -> None:
    petition = publish(path)
    workers = [work(path, petition, 1, 60) for _ in range(2)]
    said = [int(line) for w in workers for line in w.communicate(timeout=120)[0].split()]
    won = [n for n in said if n > 0]
    assert sorted(won) == list(range(1, 60))
    assert sorted(-n for n in said if n < 0) == list(range(1, 60))
    with desk_on(path) as (desk, store):
        assert check(desk, store, petition, set(won)) == set(won)
