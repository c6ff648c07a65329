"""The sweep that closes petitions whose time is up: its cost follows those due, not those stored.

A petition is published and copied by plain SQL, and no copy is due before the year 2999; some
are then made due, and are past their deadline when the sweep comes.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from measuring import Line, Setting, by_turns, fresh
from signers import KEYS, an_open_petition

from petitionkit.civil import Duration
from petitionkit.clauses import Window
from petitionkit.desk import Desk
from petitionkit.policy import Policy
from petitionkit.stores.sqlite import SQLiteStore, migrate

FEW = 1_000
DUE = 50
_POLICY = Policy(name="sweep", version="1", window=Window(duration=Duration(weeks=6)))


def stored(path: Path, size: int) -> SQLiteStore:
    """A store of so many petitions, all of them open, their windows the same."""
    migrate(path)
    store = SQLiteStore(path)
    _, petition = an_open_petition(store, _POLICY)
    old = str(petition.id)
    own = "printf('%08x-0000-7000-8000-000000000000', n)"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO petitionkit_petition (number, id, office, realm, body, version, state,"
            " as_of, due_at, begun_at)"
            " WITH RECURSIVE m (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM m WHERE n < ?)"
            f" SELECT n, replace({own}, '-', ''), office, realm, replace(body, ?, {own}), version,"
            " state, as_of, datetime('2999-01-01', (n || ' seconds')) || '.000000', begun_at"
            " FROM m, petitionkit_petition WHERE number = 1",
            (size, old),
        )
        connection.execute(
            "INSERT INTO petitionkit_fact SELECT p.number, f.position, f.document"
            " FROM petitionkit_petition p, petitionkit_fact f"
            " WHERE f.petition = 1 AND p.number > 1"
        )
        connection.execute("UPDATE petitionkit_petition SET due_at = NULL WHERE number = 1")
        connection.execute("COMMIT")
    return store


def sweep(store: SQLiteStore, turn: int) -> float:
    """Milliseconds of a tick in which the next so many petitions are due."""
    with store._connected() as switch:  # noqa: SLF001 (to make them due, as no verb would)
        switch.begin(writing=True)
        switch.rows.execute(
            "UPDATE petitionkit_petition SET due_at = as_of WHERE number > ? AND number <= ?",
            (1 + turn * DUE, 1 + (turn + 1) * DUE),
        )
        switch.commit()
    desk = Desk(store, secrets=KEYS, clock=lambda: datetime.now(UTC) + timedelta(weeks=7))
    began = time.perf_counter()
    ticked = desk.tick(limit=DUE)
    took = time.perf_counter() - began
    assert ticked.settled == DUE
    assert not ticked.more
    return took * 1000


def measure(setting: Setting) -> Iterator[Line]:
    size = setting.pick(100_000, 1_000_000)
    with fresh(setting.folder) as name:
        folder = Path(name)
        with (
            closing(stored(folder / "few.db", FEW)) as few,
            closing(stored(folder / "many.db", size)) as many,
        ):
            turns = count(), count()
            yield by_turns(
                f"a sweep of {DUE} due petitions among {size:,}, against among {FEW:,} (SQLite)",
                lambda: sweep(few, next(turns[0])),
                lambda: sweep(many, next(turns[1])),
                target=1.5,
                unit="ms",
                rounds=setting.rounds,
                at_most=True,
            )
