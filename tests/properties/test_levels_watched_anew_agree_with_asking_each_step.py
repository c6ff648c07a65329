"""A level watched anew counts from what comes after, equal instants included, in both stores."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petitionkit.facts import State
from petitionkit.ledger import Delta, Entry, Request, Revision, Watch
from petitionkit.petition import Petition, PetitionText
from petitionkit.store import Store
from petitionkit.stores.memory import MemoryStore
from petitionkit.stores.sqlite import SQLiteStore, migrate

START = datetime(2026, 1, 1, tzinfo=UTC)
PETITION = Petition(id=UUID(int=1), texts=(PetitionText(language="en", title="Oak"),))
LEVEL = 2

Move = tuple[Literal["add", "take", "anew"], int]
# In the order of time; a step of 0 is another thing at the same instant.
MOVES = st.lists(
    st.tuples(st.sampled_from(["add", "add", "take", "anew"]), st.sampled_from([0, 0, 1])),
    max_size=16,
)


@contextmanager
def _memory() -> Iterator[Store]:
    yield MemoryStore()


@contextmanager
def _sqlite() -> Iterator[Store]:
    with closing(sqlite3.connect(":memory:")) as connection:
        migrate(connection)
        yield SQLiteStore.joining(connection)


def _expected(moves: list[Move]) -> datetime | None:
    """Live it through: note when the level stands, and forget the note when watched anew."""
    count, at, since = 0, START, START
    reached: datetime | None = None
    fresh = False
    for verb, minutes in moves:
        if minutes and fresh and count >= LEVEL and reached is None:
            reached = since  # it stood on, unchanged, after it was watched anew
        at += timedelta(minutes=minutes)
        if verb == "anew":
            reached, since, fresh = None, at, True
            continue
        count += 1 if verb == "add" else -1
        if count >= LEVEL and reached is None:
            reached = at
    if fresh and reached is None and count >= LEVEL:
        reached = since
    return reached


def _found(store: Store, moves: list[Move], batch: int, *, looking: bool) -> datetime | None:
    watch = Watch(counter="supporters", level=LEVEL, since=START)
    store.add(Revision(petition=PETITION, state=State.OPEN, as_of=START, watches=(watch,)))
    at = START
    requests: list[Request[None]] = []

    def flush() -> None:
        store.sign(PETITION.id, requests)
        requests.clear()
        if looking:
            store.tally(PETITION.id)

    for verb, minutes in moves:
        at += timedelta(minutes=minutes)
        if verb == "anew":
            anew = Watch(counter="supporters", level=LEVEL, since=at)
            entry: Entry[None] = Entry(answer=None, watches=(anew,))
        else:
            amount = 1 if verb == "add" else -1
            delta = Delta(counters=("supporters",), amount=amount, at=at)
            entry = Entry(answer=None, deltas=(delta,))
        requests.append(Request(admit=lambda _seen, entry=entry: entry))  # type: ignore[misc]
        if len(requests) >= batch:
            flush()
    flush()
    return store.tally(PETITION.id).reached_at("supporters", LEVEL)


@pytest.mark.parametrize("opener", [_memory, _sqlite], ids=["memory", "sqlite"])
def test_a_level_watched_anew_is_reached_as_somebody_watching_would_say(opener: object) -> None:
    @given(MOVES, st.integers(1, 8), st.booleans())
    @settings(max_examples=250)
    @example([("add", 0), ("add", 0), ("take", 0), ("anew", 0), ("add", 0)], 1, False)  # noqa: FBT003
    @example([("add", 0), ("add", 0), ("take", 0), ("anew", 0), ("add", 0)], 8, True)  # noqa: FBT003
    @example([("add", 0), ("add", 0), ("anew", 1)], 1, False)  # noqa: FBT003
    def law(moves: list[Move], batch: int, looking: bool) -> None:  # noqa: FBT001
        with opener() as store:  # type: ignore[operator]
            assert _found(store, moves, batch, looking=looking) == _expected(moves)

    law()
