"""Threads that share a store take turns, and none waits for what only a waiting one could give."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any

import psycopg
import pytest
from postgres_server import a_database
from psycopg_pool import ConnectionPool

from petitionkit.desk import Desk
from petitionkit.keys import KeyRing
from petitionkit.ledger import Revision
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.stores.postgres import PostgresStore, migrate
from petitionkit.stores.turns import Turn
from petitionkit.stores.wire import Wire
from petitionkit.tally import Tally

PATIENCE = 60.0


def test_one_thread_at_a_time_works_and_the_others_wait() -> None:
    turn, together = Turn(), Barrier(4)
    working: list[int] = []

    def work(n: int) -> int:
        together.wait(PATIENCE)
        most = 0
        for _ in range(500):
            with turn.taken():
                working.append(n)
                str(working)  # something to be interrupted in
                most = max(most, len(working))
                working.remove(n)
        return most

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4), timeout=PATIENCE)) == [1, 1, 1, 1]


def test_who_pauses_lets_another_work_and_goes_on_after_them() -> None:
    turn = Turn()

    def work() -> str:
        with turn.taken():
            return "the other"

    with ThreadPoolExecutor(1) as pool, turn.taken():
        with turn.paused():
            assert pool.submit(work).result(PATIENCE) == "the other"
        waiting = pool.submit(work)
        assert not waiting.done()  # it is my turn again
    assert waiting.result(PATIENCE) == "the other"


def test_a_turn_is_nobodys_after_an_error() -> None:
    turn = Turn()
    for _ in range(2):
        with pytest.raises(LookupError), turn.taken(), turn.paused():
            raise LookupError
    with turn.paused(), turn.taken():  # it is not one's own: nothing to pause
        pass


@pytest.fixture(scope="module")
def pool() -> Iterator[ConnectionPool[psycopg.Connection[Any]]]:
    """Two connections, no more."""
    with a_database(quick=True) as url:
        migrate(url)
        kwargs = {"autocommit": True}
        with ConnectionPool(
            url, kwargs=kwargs, min_size=2, max_size=2, timeout=PATIENCE, open=True
        ) as made:
            yield made


def test_others_have_their_turn_while_more_is_sent_than_the_server_takes() -> None:
    """It reads no more while it waits for a lock, which another thread may have to release."""
    turn = Turn()

    def ask(connection: psycopg.Connection[Any]) -> list[object]:
        with turn.taken():
            wire = Wire(connection, turn)
            wire.open_pipe()
            wire.execute("SELECT pg_advisory_lock(7)")
            much = [wire.execute("SELECT length(?::text)", ("x" * 4_000_000,)) for _ in range(5)]
            found: list[object] = [one.fetchone() for one in much]
            wire.close_pipe()
            return found

    def work() -> str:
        with turn.taken():
            return "the other"

    with (
        a_database(quick=True) as url,
        psycopg.connect(url, autocommit=True) as holder,
        psycopg.connect(url, autocommit=True) as asker,
        ThreadPoolExecutor(2) as threads,
    ):
        holder.execute("SELECT pg_advisory_lock(7)")
        asking = threads.submit(ask, asker)
        try:
            while holder.execute(_WAITING).fetchone() == (0,):
                pass
            assert threads.submit(work).result(PATIENCE) == "the other"
        finally:
            holder.execute("SELECT pg_advisory_unlock(7)")
        assert asking.result(PATIENCE) == [(4_000_000,)] * 5


def test_who_is_interrupted_while_they_wait_has_their_turn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turn = Turn()

    def interrupted(waiting: Iterator[object]) -> None:
        next(waiting)
        raise KeyboardInterrupt

    with (
        a_database(quick=True) as url,
        closing(psycopg.connect(url, autocommit=True)) as connection,
    ):
        wire = Wire(connection, turn)
        with turn.taken():
            with monkeypatch.context() as patched:
                patched.setattr(connection, "wait", interrupted)
                with pytest.raises(KeyboardInterrupt) as caught:
                    wire.execute("SELECT pg_sleep(0.01)")
            with turn.paused(), turn.taken():
                pass
        assert caught.traceback  # which keeps what was waiting alive
    with turn.taken():
        pass


_WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def test_a_call_inside_a_call_lets_others_give_their_connection_back(
    pool: ConnectionPool[psycopg.Connection[Any]],
) -> None:
    """One decides on a petition and reads its policy inside; the other has the last connection."""
    text = PetitionText(language="en", title="Save the oak")
    with closing(PostgresStore(pool)) as store, ThreadPoolExecutor(1) as threads:
        desk = Desk(store, secrets=KeyRing([b"k" * 32]))
        petition = desk.publish(desk.start(texts=[text]).id, Policy(name="plain", version="1"))
        digest = petition.policy_digest
        assert digest is not None
        other = []

        def change(there: Petition, _: Tally) -> Revision:
            other.append(threads.submit(store.petition, petition.id))
            while pool.get_stats()["pool_available"]:  # until it has taken the connection
                pass
            assert store.policy(digest)
            raise LookupError(str(there.id))

        with pytest.raises(LookupError):
            store.update(petition.id, change)
        assert other[0].result(PATIENCE) == petition
