"""How much of their rates ours and the floor keep when they have grown; what a standing costs.

The floor slows down as well, since its index outgrows the caches: what counts is how much more
we lose than it does. A standing must cost the same whether ten have signed or ten million.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from itertools import count, islice
from pathlib import Path

import floors
import grown
import psycopg
from measuring import Line, Setting, by_turns, cost, fresh, rate
from postgres_server import a_database
from signers import draft, person, submission

from petitionkit.desk import Desk
from petitionkit.petition import Petition
from petitionkit.signature import Channel, Provenance, Submission

SMALL = 100_000
LITTLE = 1_000

_numbers = count(grown.FIRST)


def each(desk: Desk, petition: Petition, numbers: Iterable[int]) -> None:
    for n in numbers:
        desk.intake(petition.id, [submission(n)])


def batches(desk: Desk, petition: Petition, numbers: Iterable[int]) -> None:
    """As a roll is imported."""
    left = iter(numbers)
    while batch := list(islice(left, floors.BATCH)):
        lines = [
            Submission(
                draft=draft(n),
                provenance=Provenance(channel=Channel.IMPORT, source="roll", line=n),
            )
            for n in batch
        ]
        desk.intake(petition.id, lines)


def floor_batches(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    left = iter(numbers)
    while batch := list(islice(left, floors.BATCH)):
        floors.write(connection, [floors.row((*person(n), "")) for n in batch])


def floor_on_postgres(
    connection: "psycopg.Connection[tuple[object, ...]]", numbers: Iterable[int]
) -> None:
    for n in numbers:
        floors.sign_on_postgres(connection, n)


Work = Callable[[Iterable[int]], None]


def kept(works: tuple[Work, Work], times: int) -> float:
    """The rate of the large store as a share of the small one's."""
    pair = [rate(times, partial(work, islice(_numbers, times))) for work in works]
    return pair[1] / pair[0]


def measure(setting: Setting) -> Iterator[Line]:
    size = setting.grown
    with fresh(setting.folder) as name, ExitStack() as stack:
        folder = Path(name)
        desks, hands = {}, {}
        for n in (LITTLE, SMALL, size):
            store, desk, petition = grown.ours_on_sqlite(folder / f"ours-{n}.db", n)
            stack.enter_context(closing(store))
            desks[n] = (desk, petition)
            hand = grown.floor_on_sqlite(folder / f"floor-{n}.db", n)
            hands[n] = stack.enter_context(closing(hand))
        for what, ours, floor, times in (
            ("one intake at a time", each, floors.sign_each, setting.pick(500, 2_000)),
            ("import in batches", batches, floor_batches, setting.pick(2_000, 10_000)),
        ):
            yield _growth(
                f"{what}, SQLite at {size:,} against {SMALL:,}",
                (partial(floor, hands[SMALL]), partial(floor, hands[size])),
                (partial(ours, *desks[SMALL]), partial(ours, *desks[size])),
                times,
                setting,
            )
        for n in (LITTLE, size):
            desk, petition = desks[n]
            yield _standing(f"SQLite, {n:,}", partial(_read_sqlite, hands[n], n), desk, petition)


def _read_sqlite(connection: sqlite3.Connection, size: int) -> None:
    connection.execute("SELECT * FROM signature WHERE id = ?", (size // 2,)).fetchone()


def _read_postgres(connection: "psycopg.Connection[tuple[object, ...]]", size: int) -> None:
    connection.execute("SELECT * FROM signature WHERE id = %s", (size // 2,)).fetchone()


def on_postgres(setting: Setting) -> Iterator[Line]:
    size = setting.grown
    with ExitStack() as stack:
        desks, hands = {}, {}
        for n in (LITTLE, SMALL, size):
            url = stack.enter_context(a_database())
            grown.floor_on_postgres(url, n)
            store, desk, petition = grown.ours_on_postgres(url, n)
            stack.enter_context(closing(store))
            desks[n] = (desk, petition)
            hands[n] = stack.enter_context(closing(psycopg.connect(url, autocommit=True)))
        yield _growth(
            f"one intake at a time, PostgreSQL at {size:,} against {SMALL:,}",
            (partial(floor_on_postgres, hands[SMALL]), partial(floor_on_postgres, hands[size])),
            (partial(each, *desks[SMALL]), partial(each, *desks[size])),
            setting.pick(500, 2_000),
            setting,
        )
        for n in (LITTLE, size):
            desk, petition = desks[n]
            read = partial(_read_postgres, hands[n], n)
            yield _standing(f"PostgreSQL, {n:,}", read, desk, petition)


def _growth(
    what: str, floor: tuple[Work, Work], ours: tuple[Work, Work], times: int, setting: Setting
) -> Line:
    for work in (*floor, *ours):
        work(islice(_numbers, 200))  # what is read for the first time is read now
    return by_turns(
        f"rate kept by {what}",
        lambda: kept(floor, times),
        lambda: kept(ours, times),
        target=0.7,
        unit="kept",
        rounds=setting.rounds,
    )


def _standing(what: str, read: Callable[[], object], desk: Desk, petition: Petition) -> Line:
    return by_turns(
        f"standing of a petition, one primary-key read; {what} signatures",
        lambda: cost(read, times=200),
        lambda: cost(lambda: desk.standing(petition.id), times=200),
        target=50,
        unit="µs",
        at_most=True,
    )
