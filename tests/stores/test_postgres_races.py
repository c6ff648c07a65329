"""Several at once on PostgreSQL, and a server that stops: what a store has said stays true."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from threading import Barrier, Event, Thread
from typing import Any

import psycopg
import pytest
from attrs import evolve
from postgres_server import a_database, a_server
from roll_office import check, desk_on, if_free, publish, race_for_claims, supporter, work
from roll_worker import signer

from petitionkit.errors import StoreContractError, StoreUnavailableError
from petitionkit.ledger import Admit, Delta, Entry, Request, Situation, Watch
from petitionkit.outcomes import Accepted, Duplicate
from petitionkit.stores.counters import FOLD_EVERY
from petitionkit.stores.failures import OvertakenError, TakenError
from petitionkit.stores.postgres import PostgresStore, migrate
from petitionkit.testing.bench import raises, together, watch_from_now_on, write
from petitionkit.testing.oracle import first_reading
from petitionkit.testing.samples import (
    DAY_ZERO,
    LATE,
    NOON,
    a_claim,
    a_notice,
    at,
    number_id,
    plain_petition,
    revision,
)

PATIENCE = 20.0


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with a_database() as url:
        migrate(url)
        yield url


@pytest.fixture
def url(database: str) -> str:
    """A database with one petition of number 1."""
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT string_agg(tablename, ',') FROM pg_tables"
            " WHERE tablename LIKE 'petitionkit_%' AND tablename <> 'petitionkit_schema'"
        ).fetchone()
        assert tables is not None
        connection.execute(f"TRUNCATE {tables[0]}".encode())
        # The first signer ever under a key makes others wait; here the key is known.
        connection.execute("INSERT INTO petitionkit_key (name) VALUES ('k1')")
    with closing(PostgresStore(database)) as store:
        store.add(revision(plain_petition()))
    return database


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    with closing(PostgresStore(url, max_connections=16)) as opened:
        yield opened


def impatient(url: str) -> str:
    """The same database, where nobody waits long for a lock."""
    return f"{url}{'&' if '?' in url else '?'}options=-c%20lock_timeout%3D150"


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql.encode()).fetchall()


# One hot petition


def test_signers_do_not_wait_for_each_other(url: str) -> None:
    with psycopg.connect(url) as connection, closing(PostgresStore(impatient(url))) as other:
        first = PostgresStore.joining(connection)
        write(first, supporter(1, a_claim(1)))
        write(other, supporter(2, a_claim(2)))
        assert other.tally(number_id(1)).count("supporters") == 1
        assert first.tally(number_id(1)).count("supporters") == 2
        connection.commit()
        assert other.tally(number_id(1)).count("supporters") == 2


def test_a_decision_on_the_petition_waits_for_signers_and_they_for_it(url: str) -> None:
    with psycopg.connect(url) as connection, closing(PostgresStore(impatient(url))) as other:
        joined = PostgresStore.joining(connection)
        write(joined, supporter(1))
        failed = raises(StoreUnavailableError, watch_from_now_on, other)
        assert getattr(failed, "retryable", False)
        connection.commit()
        watch_from_now_on(other)
        watch_from_now_on(joined)
        raises(StoreUnavailableError, write, other, supporter(2))
        connection.commit()
        write(other, supporter(2))
        assert other.tally(number_id(1)).count("supporters") == 2


def test_a_decision_that_looks_at_counts_is_asked_again_alone(
    url: str, store: PostgresStore
) -> None:
    def admit(situation: Situation, n: int) -> Entry[bool]:
        if situation.counts.get("supporters", 0) >= 5:
            return Entry(answer=False)
        return supporter(n)

    won: list[bool] = []

    def sign(first: int) -> None:
        for n in range(first, first + 4):
            won.extend(store.sign(number_id(1), [Request(admit=partial(admit, n=n))]))

    together([partial(sign, 1 + 4 * n) for n in range(8)])
    assert sum(won) == 5
    assert store.tally(number_id(1)).count("supporters") == 5
    assert len(rows(url, "SELECT 1 FROM petitionkit_signature")) == 5


def test_counts_that_were_not_looked_at_cannot_be_seen_later(store: PostgresStore) -> None:
    seen: list[Situation] = []

    def admit(situation: Situation) -> Entry[None]:
        seen.append(situation)
        return Entry(answer=None)

    store.sign(number_id(1), [Request(admit=admit)])
    for look in (lambda: seen[0].counts["supporters"], lambda: list(seen[0].counts)):
        with pytest.raises(StoreContractError, match="while a decision is made"):
            look()
    with pytest.raises(StoreContractError, match="while a decision is made"):
        len(seen[0].counts)


def test_the_ledger_is_folded_by_those_who_sign(url: str, store: PostgresStore) -> None:
    watch_from_now_on(store, Watch(counter="supporters", level=40, since=DAY_ZERO))

    def sign(first: int) -> None:
        for n in range(first, first + 2 * FOLD_EVERY):
            delta = Delta(counters=("supporters",), amount=1, at=at(n))
            write(store, Entry(answer=None, deltas=(delta,)))

    together([partial(sign, 1 + 2 * FOLD_EVERY * n) for n in range(4)])
    unfolded = rows(url, "SELECT 1 FROM petitionkit_unfolded")
    assert len(unfolded) < 3 * FOLD_EVERY
    tally = store.tally(number_id(1))
    assert tally.count("supporters") == 8 * FOLD_EVERY
    assert tally.reached_at("supporters", 40) == at(40)
    assert [due.due_at <= at(40) for due in store.due()] == [True]


def test_who_finds_another_folding_leaves_it_to_them(url: str) -> None:
    with psycopg.connect(url) as connection, closing(PostgresStore(impatient(url))) as other:
        joined = PostgresStore.joining(connection)
        for some in (joined, other):
            for n in range(FOLD_EVERY):
                write(some, Entry(answer=None, deltas=supporter(n).deltas))
        assert other.tally(number_id(1)).count("supporters") == FOLD_EVERY
        connection.commit()
        assert other.tally(number_id(1)).count("supporters") == 2 * FOLD_EVERY


def test_readings_are_exact_however_threads_meet(store: PostgresStore) -> None:
    watch_from_now_on(
        store, *(Watch(counter="supporters", level=n, since=at(3)) for n in (5, 20, 50))
    )
    moves = [(n * 7 % 11, -1 if n % 5 == 0 else 1) for n in range(96)]

    def sign(part: list[tuple[int, int]]) -> None:
        for minute, amount in part:
            delta = Delta(counters=("supporters",), amount=amount, at=at(minute))
            write(store, Entry(answer=None, deltas=(delta,)))
            store.tally(number_id(1))

    # Losses come after all gains, so that no order of equal instants makes a difference.
    for sign_of_them in (1, -1):
        some = [move for move in moves if move[1] == sign_of_them]
        together([partial(sign, some[n::4]) for n in range(4)])
    ordered = [m for m in moves if m[1] > 0] + [m for m in moves if m[1] < 0]
    tally = store.tally(number_id(1))
    assert tally.count("supporters") == sum(amount for _, amount in moves)
    for level in (5, 20, 50):
        found = first_reading(level, 3, ordered)
        assert tally.reached_at("supporters", level) == (None if found is None else at(found))


# Races


def test_of_sixteen_threads_with_one_claim_one_wins(store: PostgresStore) -> None:
    race_for_claims(store, rounds=8)


@pytest.mark.parametrize("commits", [True, False], ids=["commits", "rolls back"])
def test_a_claim_in_an_open_transaction_is_settled_when_it_ends(
    url: str, store: PostgresStore, *, commits: bool
) -> None:
    asked: list[int] = []

    def admit(situation: Situation) -> Entry[bool]:
        asked.append(len(situation.holders))
        return Entry(answer=False) if situation.holders else supporter(2, a_claim())

    answers: list[bool] = []

    def second() -> None:
        answers.extend(store.sign(number_id(1), [Request(admit=admit, claims=(a_claim(),))]))

    with psycopg.connect(url) as connection:
        write(PostgresStore.joining(connection), supporter(1, a_claim()))
        thread = Thread(target=second)
        thread.start()
        wait_until(lambda: bool(rows(url, "SELECT 1 FROM pg_locks WHERE NOT granted")))
        if commits:
            connection.commit()
        else:
            connection.rollback()
        thread.join(PATIENCE)
    assert answers == [not commits]
    assert asked == ([0, 1] if commits else [0])


def test_a_worker_passes_over_what_another_is_leasing_and_waits_for_nobody(
    url: str, store: PostgresStore
) -> None:
    write(store, Entry(answer=None, notices=tuple(a_notice(n) for n in (1, 2, 3))))
    with psycopg.connect(url) as connection:
        other = PostgresStore.joining(connection)
        (mine,) = other.lease(now=NOON, until=LATE, limit=1)
        with closing(PostgresStore(impatient(url))) as hasty:
            assert [one.notice.id.int for one in hasty.lease(now=NOON, until=LATE)] == [2, 3]
        connection.rollback()
    assert store.lease(now=NOON, until=LATE) == [mine]


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_joining_store_that_loses_a_race_asks_again_in_the_same_transaction(url: str) -> None:
    with psycopg.connect(url) as mine, closing(PostgresStore(url)) as other:
        joined = PostgresStore.joining(mine)
        held: list[int] = []

        def admit(situation: Situation) -> Entry[bool]:
            held.append(len(situation.holders))
            if not held[-1]:
                write(other, supporter(1, a_claim()))
            return Entry(answer=False) if held[-1] else supporter(2, a_claim())

        write(joined, supporter(3, a_claim(3)))
        assert joined.sign(number_id(1), [Request(admit=admit, claims=(a_claim(),))]) == [False]
        mine.commit()
        assert held == [0, 1]
        assert other.tally(number_id(1)).count("supporters") == 2


def test_a_signature_taken_back_by_many_at_once_is_taken_back_once(store: PostgresStore) -> None:
    write(store, supporter(1, a_claim()), supporter(2))
    barrier = Barrier(8, timeout=60)

    def admit(situation: Situation) -> Entry[None]:
        signature = situation.signature
        assert signature is not None
        if not signature.live:
            return Entry(answer=None)
        loss = Delta(counters=("supporters",), amount=-1, at=LATE)
        gone = evolve(signature, withdrawn_at=LATE)
        return Entry(answer=None, signature=gone, release=True, deltas=(loss,))

    def take_back() -> None:
        barrier.wait()
        store.sign(number_id(1), [Request(admit=admit, signature_id=number_id(1))])

    together([take_back] * 8)
    assert store.tally(number_id(1)).count("supporters") == 1


def leave(seen: Situation) -> Entry[bool]:
    holder = seen.signature or next(iter(seen.holders), None)
    if holder is None:
        return Entry(answer=False)
    loss = Delta(counters=("supporters",), amount=-1, at=LATE)
    gone = evolve(holder, withdrawn_at=LATE)
    return Entry(answer=True, signature=gone, release=True, deltas=(loss,))


def sign_anew(seen: Situation) -> Entry[bool]:
    return Entry(answer=False) if seen.holders else supporter(2, a_claim())


class OnceOnly(PostgresStore):
    """Begins nothing again: whoever stands in another's way makes the other fail."""

    _tries = 1


@pytest.mark.parametrize("by", ["claim", "signature"])
@pytest.mark.parametrize(("then", "count"), [(leave, 0), (sign_anew, 1)], ids=["leaves", "signs"])
def test_who_sees_what_another_is_taking_back_waits_and_neither_has_to_begin_again(
    url: str, store: PostgresStore, by: str, then: Admit[bool], count: int
) -> None:
    write(store, supporter(1, a_claim()))
    inside = Event()
    asked: list[int] = []

    def taking_back(seen: Situation) -> Entry[bool]:
        inside.set()
        wait_until(lambda: bool(asked or rows(url, "SELECT 1 FROM pg_locks WHERE NOT granted")))
        return leave(seen)

    def looking(seen: Situation) -> Entry[bool]:
        asked.append(len(seen.holders))
        return then(seen)

    by_claim = Request(admit=taking_back, claims=(a_claim(),))
    first = (
        evolve(by_claim, claims=(), signature_id=number_id(1)) if by == "signature" else by_claim
    )

    def sign(request: Request[bool]) -> None:
        with closing(OnceOnly(url)) as own:
            own.sign(number_id(1), [request])

    def sign_later() -> None:
        assert inside.wait(PATIENCE)
        sign(Request(admit=looking, claims=(a_claim(),)))

    together([partial(sign, first), sign_later])
    assert asked == [0]
    assert store.tally(number_id(1)).count("supporters") == count


def test_races_that_are_lost_and_transactions_overtaken_are_not_counted_together(
    store: PostgresStore,
) -> None:
    """Else somebody who stands in the way often is taken for misuse."""
    lost = [error for _ in range(7) for error in (TakenError(), OvertakenError())]

    def admit(_: Situation) -> Entry[bool]:
        if lost:
            raise lost.pop()
        return Entry(answer=True)

    assert store.sign(number_id(1), [Request(admit=admit)]) == [True]


def test_batches_that_claim_in_opposite_orders_all_end(store: PostgresStore) -> None:
    barrier = Barrier(4, timeout=60)
    won: list[bool] = []

    def sign(part: int) -> None:
        for turn in range(6):
            numbers = range(8)
            some = [
                if_free(supporter(1 + part + 4 * (n + 8 * turn), a_claim(n + 8 * turn)))
                for n in (numbers if part % 2 else reversed(numbers))
            ]
            barrier.wait()
            won.extend(store.sign(number_id(1), some))

    together([partial(sign, part) for part in range(4)])
    assert sum(won) == 48
    assert store.tally(number_id(1)).count("supporters") == 48


def test_two_processes_take_each_signer_once(url: str) -> None:
    petition = publish(url)
    workers = [work(url, petition, 1, 40) for _ in range(2)]
    said = [int(line) for w in workers for line in w.communicate(timeout=120)[0].split()]
    won = [n for n in said if n > 0]
    assert sorted(won) == list(range(1, 40))
    assert sorted(-n for n in said if n < 0) == list(range(1, 40))
    with desk_on(url) as (desk, store):
        assert check(desk, store, petition, set(won)) == set(won)


# Faults


@pytest.mark.long
def test_nothing_acknowledged_is_lost_while_the_server_stops_and_starts() -> None:
    with a_server() as server:
        place = str(server.get_uri())
        migrate(place)
        petition = publish(place)
        over = Event()
        acknowledged: list[int] = []

        def sign(first: int) -> None:
            with desk_on(place) as (desk, _):
                n = first
                while not over.is_set():
                    try:
                        (answer,) = desk.intake(petition, [signer(n)])
                    except StoreUnavailableError:
                        over.wait(0.05)  # whether it was written is seen when asked again
                        continue
                    assert isinstance(answer, Accepted | Duplicate)
                    acknowledged.append(n)
                    n += 4

        threads = [Thread(target=sign, args=(1 + n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(8):
            before = len(acknowledged)
            wait_until(lambda before=before: len(acknowledged) > before + 20)  # type: ignore[misc]
            server.stop()
            server.start()
        over.set()
        for thread in threads:
            thread.join(60)
        assert len(acknowledged) > 100
        with desk_on(place) as (desk, store):
            check(desk, store, petition, set(acknowledged))
