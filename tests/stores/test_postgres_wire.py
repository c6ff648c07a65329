"""What goes over the wire to PostgreSQL: how much is prepared, asked and waited for."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postgres_server import a_database
from psycopg_pool import ConnectionPool

from petitionkit.desk import Desk
from petitionkit.ids import new_id
from petitionkit.keys import KeyRing
from petitionkit.outcomes import Confirmed
from petitionkit.petition import PetitionText
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.stores.postgres import PostgresStore, migrate
from petitionkit.stores.turns import Turn
from petitionkit.stores.wire import Wire
from petitionkit.testing.samples import number_id, plain_petition, revision
from petitionkit.tokens import Purpose, mint

Connection = psycopg.Connection[Any]
PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'petitionkit_%'"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with a_database(quick=True) as made:
        migrate(made)
        yield made


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    with closing(psycopg.connect(url, autocommit=True)) as opened:
        yield opened


@contextmanager
def a_pool(url: str) -> Iterator["ConnectionPool[Connection]"]:
    """One connection, the caller's."""
    with ConnectionPool(url, min_size=1, max_size=1, kwargs={"autocommit": True}) as pool:
        yield pool


def prepared(connection: Connection) -> int:
    row = connection.execute(PREPARED).fetchone()
    assert row is not None
    return int(row[0])


CELLS = {
    "bigint": st.none() | st.integers(-(2**63), 2**63 - 1),
    "boolean": st.none() | st.booleans(),
    "text": st.none()
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9),
    "bytea": st.none() | st.binary(max_size=9),
    "uuid": st.none() | st.uuids(),
    "timestamptz": st.none() | st.datetimes(timezones=st.just(UTC)),
}


def wired(connection: Connection) -> Wire:
    """A wire of somebody whose turn it is."""
    turn = Turn()
    turn.take()
    return Wire(connection, turn)


@given(st.tuples(*CELLS.values()), st.sampled_from(["alone", "piped"]))
@settings(max_examples=200)
def test_every_value_comes_back_as_psycopg_would_bring_it(
    wires: list[tuple[Connection, Wire]], cells: tuple[object, ...], way: str
) -> None:
    [(connection, wire)] = wires
    casts = [f"?::{kind}" for kind in CELLS]
    expected = connection.execute(
        f"SELECT {', '.join(casts)}".replace("?", "%s").encode(), cells
    ).fetchone()
    assert expected == cells  # the strategies hold what a database can
    if way == "piped":
        wire.open_pipe()
    answer = wire.execute(f"SELECT {', '.join(casts)}", cells)
    assert answer.fetchone() == expected
    assert answer.fetchone() is None
    if way == "piped":
        wire.close_pipe()


@pytest.fixture(scope="module")
def wires(url: str) -> Iterator[list[tuple[Connection, Wire]]]:
    """In a list, so that hypothesis shows no connection."""
    with closing(psycopg.connect(url, autocommit=True)) as opened:
        yield [(opened, wired(opened))]


def test_what_comes_again_is_prepared_once(connection: Connection) -> None:
    wire = wired(connection)
    seen = []
    for n in range(4):
        assert wire.execute("SELECT ?::bigint + 1", (n,)).fetchall() == [(n + 1,)]
        seen.append(prepared(connection))
    assert seen == [0, 1, 1, 1]
    # Another store's wire over the same connection knows of it.
    assert wired(connection).execute("SELECT ?::bigint + 1", (5,)).fetchone() == (6,)
    assert prepared(connection) == 1


def test_nothing_is_prepared_where_the_connection_wants_none(connection: Connection) -> None:
    connection.prepare_threshold = None
    wire = wired(connection)
    for n in range(3):
        assert wire.execute("SELECT ?::bigint", (n,)).fetchone() == (n,)
    assert prepared(connection) == 0


def test_no_more_is_remembered_than_a_store_has_statements(connection: Connection) -> None:
    wire = wired(connection)
    for n in range(510):
        wire.execute(f"SELECT {n}")
    for _ in range(2):
        wire.execute("SELECT 0")
        wire.execute("SELECT 509")
    assert prepared(connection) == 1


def test_a_pipe_is_waited_for_when_somebody_asks(connection: Connection) -> None:
    wire = wired(connection)
    wire.open_pipe()
    first = wire.execute("SELECT 1")
    second = wire.execute("SELECT 2")
    assert second.fetchone() == (2,)
    assert first.fetchall() == [(1,)]
    assert first.fetchall() == []
    wire.executemany("SELECT ?::bigint", [(1,), (2,)])
    wire.close_pipe()
    assert wire.execute("SELECT 3").fetchone() == (3,)


def test_what_went_wrong_unseen_comes_out_at_the_end(connection: Connection) -> None:
    wire = wired(connection)
    wire.open_pipe()
    wire.execute("SELECT 1 / ?::bigint", (0,))
    wire.execute("SELECT 1")
    with pytest.raises(psycopg.errors.DivisionByZero):
        wire.close_pipe()
    assert wire.piped
    wire.break_pipe()
    assert wire.execute("SELECT 1").fetchone() == (1,)


def test_a_statement_that_could_not_be_prepared_is_not_taken_for_it(
    connection: Connection,
) -> None:
    wire = wired(connection)
    missing = "SELECT * FROM there_is_no_such_table"
    for _ in range(3):
        with pytest.raises(psycopg.errors.UndefinedTable):
            wire.execute(missing)
    connection.execute("CREATE TEMPORARY TABLE there_is_no_such_table (n int)")
    assert wire.execute(missing).fetchall() == []


def test_a_pipe_of_a_connection_that_is_gone_ends(connection: Connection, url: str) -> None:
    wire = wired(connection)
    wire.open_pipe()
    wire.execute("SELECT 1")
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
    for _ in range(2):
        with pytest.raises(psycopg.OperationalError):
            wire.break_pipe()
    assert connection.closed


def test_much_goes_through_a_pipe_in_both_directions(connection: Connection) -> None:
    wire = wired(connection)
    wire.open_pipe()
    text = "x" * 100_000
    answers = [wire.execute("SELECT ?::text", (text,)) for _ in range(300)]
    assert all(answer.fetchone() == (text,) for answer in answers)
    wire.close_pipe()


def test_statements_that_somebody_discarded_are_prepared_again(url: str) -> None:
    with a_pool(url) as pool, closing(PostgresStore(pool)) as store:
        for n in range(1, 5):
            store.add(revision(plain_petition(n)))
        first = number_id(1)
        for _ in range(3):
            assert store.petition(first).id == first
        with pool.connection() as connection:
            assert prepared(connection) > 0
            connection.execute("DISCARD ALL")
        assert store.petition(first).id == first  # read again
        for n in range(5, 9):
            store.add(revision(plain_petition(n)))
        with pool.connection() as connection:
            connection.execute("DISCARD ALL")
        store.add(revision(plain_petition(9)))  # begun again
        for _ in range(3):
            store.drift(first)
        with pool.connection() as connection:
            connection.execute("DISCARD ALL")
        assert store.drift(first) == []


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[Wire]:
    """Grows by one for each round trip."""
    found: list[Wire] = []
    flush = Wire._flush  # noqa: SLF001 (what is counted)

    def counted(wire: Wire) -> None:
        found.append(wire)
        flush(wire)

    monkeypatch.setattr(Wire, "_flush", counted)
    return found


def test_a_round_trip_for_each_question_and_no_more(
    connection: Connection, trips: list[Wire]
) -> None:
    wire = wired(connection)
    wire.open_pipe()
    some = [wire.execute("SELECT ?::timestamptz", (T0 + timedelta(n),)) for n in range(5)]
    assert [answer.fetchone() for answer in some] == [(T0 + timedelta(n),) for n in range(5)]
    assert len(trips) == 1
    wire.execute("SELECT 1")
    wire.close_pipe()
    assert len(trips) == 2


def test_a_signature_takes_two_round_trips_and_a_confirmation_three(
    url: str, trips: list[Wire]
) -> None:
    """Of a link its attempt is read; ask for all that a decision sees; write.

    The petition is known to a desk that has seen it.
    """
    made: list[UUID] = []

    def noted_id() -> UUID:
        made.append(new_id())
        return made[-1]

    with closing(PostgresStore(url)) as store:
        desk = Desk(store, secrets=KEYS, new_id=noted_id)
        started = desk.start(texts=[PetitionText(language="en", title="Save the oak")])
        petition = desk.publish(started.id, POLICY)
        taken = []
        for n in range(5):
            del trips[:], made[:]
            desk.intake(petition.id, [Submission(draft=signer(2 * n))])
            counts = [len(trips)]
            del trips[:], made[:]
            desk.sign(petition.id, signer(2 * n + 1))
            counts.append(len(trips))
            token = mint(KEYS, Purpose.CONFIRM, made[0], 0, datetime.now(UTC) + timedelta(days=9))
            del trips[:]
            assert isinstance(desk.confirm(token), Confirmed)
            counts.append(len(trips))
            taken.append(counts)
        assert desk.standing(petition.id).supporters == 10
    # What is seen for the first time is asked for besides: the policy, the key of claims.
    assert taken[-1] == [2, 2, 3]


KEYS = KeyRing([b"k" * 32])
POLICY = Policy(name="plain", version="1")


def signer(n: int) -> SignatureDraft:
    return SignatureDraft(name="Ann Smith", email=f"ann{n}@example.org")


T0 = datetime(2026, 1, 1, tzinfo=UTC)
