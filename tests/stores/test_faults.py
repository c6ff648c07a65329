"""What goes wrong around a store that is kept: killed writers, full disks, clocks, forks."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from random import Random

import pytest
from callers import sqlite_place
from places import is_postgres, open_store
from postgres_server import a_database
from roll_office import check, desk_on, environment, kill_and_look, publish, race_for_claims
from roll_worker import KEYS, signer

from petitionkit.desk import Desk
from petitionkit.errors import StoreContractError
from petitionkit.outcomes import Accepted
from petitionkit.stores import postgres
from petitionkit.testing.bench import raises
from petitionkit.testing.samples import plain_petition, revision

DATABASES = ("sqlite", "postgresql")
WAYS = ("", "sqlalchemy!", "django!")


@pytest.fixture(params=DATABASES)
def where(request: pytest.FixtureRequest) -> Iterator[str]:
    """A file, or the URL of a database, with the schema made."""
    with ExitStack() as exits:
        if request.param == "sqlite":
            yield exits.enter_context(sqlite_place())
        else:
            url = exits.enter_context(a_database())
            postgres.migrate(url)
            yield url


# Killed writers


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(where: str) -> None:
    kill_and_look(where, rounds=2 if is_postgres(where) else 4)


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_nothing_acknowledged_is_lost_however_often_the_process_is_killed(
    where: str, way: str, pytestconfig: pytest.Config
) -> None:
    kill_and_look(way + where, rounds=pytestconfig.getoption("--kills"))


# Races


@pytest.mark.long
def test_of_sixteen_threads_with_one_claim_one_wins_a_thousand_times(where: str) -> None:
    with closing(open_store(where)) as store:
        store.add(revision(plain_petition()))
        race_for_claims(store, rounds=1000)


# Clocks


def test_a_clock_that_steps_back_between_calls_costs_no_count_and_no_threshold(where: str) -> None:
    petition = publish(where)
    dice = Random(5)
    with closing(open_store(where)) as store:

        def desk_at(now: datetime) -> Desk:
            return Desk(store, secrets=KEYS, clock=lambda: now)

        opened = Desk(store, secrets=KEYS).petition(petition).opening
        assert opened is not None
        day = opened.at + timedelta(days=1)
        for n in range(1, 41):
            step = timedelta(seconds=dice.randrange(-80_000, 80_000))
            (answer,) = desk_at(day + step).intake(petition, [signer(n)])
            assert isinstance(answer, Accepted)
        over = desk_at(day + timedelta(days=1))
        assert check(over, store, petition, set(range(1, 41))) == set(range(1, 41))
        over.tick()
        check(over, store, petition, set(range(1, 41)))
        fact = over.petition(petition).facts[-1]
        desk_at(day - timedelta(hours=1)).tick()
        assert over.petition(petition).facts[-1] == fact


# Full disks

_UNTIL_FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop()), -1))
import roll_worker
roll_worker.main(*sys.argv[1:])
"""


def test_a_disk_that_fills_up_costs_nothing_that_was_acknowledged() -> None:
    """The disk's end is played by a limit on the size of a file, which SQLite's log meets first."""
    with sqlite_place() as where:
        petition = publish(where)
        acknowledged: set[int] = set()
        for size in (500_000, 700_000, 900_000):
            first = 1 + max(acknowledged, default=0)
            arguments = [where, str(petition), str(first), "", str(size)]
            done = run(_UNTIL_FULL, *arguments)
            assert done.returncode == 1
            assert "petitionkit.errors.StoreUnavailableError: the disk" in done.stderr
            acknowledged |= {abs(int(line)) for line in done.stdout.split()}
            with desk_on(where) as (desk, store):
                assert len(check(desk, store, petition, acknowledged) - acknowledged) <= 1
        assert len(acknowledged) > 3


# Forks

_FORK = """
import os, sys
from uuid import UUID
from places import open_store
from petitionkit.errors import StoreContractError

store = open_store(sys.argv[1])
store.add_policy("d1", "{}")
sys.argv[1].startswith("django!") and store.close()
child = os.fork()
if not child:
    try:
        print("inherited", store.policy("d1"))
    except StoreContractError as error:
        print(error)
    store.close()
    own = open_store(sys.argv[1])
    own.add_policy("d2", "[]")
    print("own", own.policy("d2"), flush=True)
    own.close()
    os._exit(0)
os.waitpid(child, 0)
print("parent", store.policy("d1"), store.policy("d2"))
store.close()
"""


@pytest.mark.parametrize("way", WAYS)
def test_after_a_fork_a_store_refuses_and_one_opened_there_works(where: str, way: str) -> None:
    done = run(_FORK, way + where)
    assert done.returncode == 0, done.stderr
    refused = "this store was opened before a fork; open one in this process"
    inherited = "inherited {}" if way == "django!" else refused
    assert done.stdout.splitlines() == [inherited, "own []", "parent {} []"]


def test_a_store_that_was_inherited_is_not_closed_for_its_parent(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_store(where)) as store:
        with monkeypatch.context() as child:
            child.setattr(store, "_process", 0)
            raises(StoreContractError, store.petitions)
            raises(StoreContractError, store.add, revision(plain_petition()))
            store.close()
        assert store.petitions() == []


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (our own code)
        [sys.executable, "-c", code, *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
