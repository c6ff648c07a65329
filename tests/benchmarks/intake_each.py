"""One ``intake`` at a time on SQLite, each on disk before the next begins."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import count, islice
from pathlib import Path

import floors
from measuring import Line, Setting, by_turns, fresh, rate
from signers import an_open_petition, submission

from petitionkit.stores.sqlite import SQLiteStore, migrate


def measure(setting: Setting) -> Iterator[Line]:
    times = setting.pick(500, 2_000)
    with fresh(setting.folder) as name, ExitStack() as stack:
        folder = Path(name)
        hand = stack.enter_context(closing(floors.open_sqlite(folder / "floor.db")))
        migrate(folder / "ours.db")
        store = stack.enter_context(closing(SQLiteStore(folder / "ours.db")))
        desk, petition = an_open_petition(store)
        floor_numbers, our_numbers = count(), count()

        def ours() -> None:
            for n in islice(our_numbers, times):
                desk.intake(petition.id, [submission(n)])

        yield by_turns(
            "one intake at a time on SQLite, durable",
            lambda: rate(times, lambda: floors.sign_each(hand, islice(floor_numbers, times))),
            lambda: rate(times, ours),
            target=0.8,
            unit="/s",
            rounds=setting.rounds,
        )
