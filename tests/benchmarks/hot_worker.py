"""A process, or one thread of it, that signs one hot petition on PostgreSQL so many times.

Run with the way (``floor``, ``intake``, ``pairs``), the URL, the petition's id, the first number
and how many. Says ``ready``, waits for a line, and says ``done``.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import floors
import psycopg
from signers import KEYS, draft, submission

from petitionkit.desk import Desk
from petitionkit.ids import new_id
from petitionkit.outcomes import Accepted, Confirmed, Received
from petitionkit.store import Store
from petitionkit.stores.postgres import PostgresStore
from petitionkit.tokens import Purpose, mint

WARMING = 20
"""Signatures before the clock starts: what is loaded once is loaded then."""


def sign_and_confirm(store: Store, petition: UUID) -> Callable[[int], None]:
    """A signer who opens the link at once; the mail worker's part is only to make the link."""
    made: list[UUID] = []

    def noted_id() -> UUID:
        made.append(new_id())
        return made[-1]

    desk = Desk(store, secrets=KEYS, new_id=noted_id)

    def pair(n: int) -> None:
        made.clear()
        assert isinstance(desk.sign(petition, draft(n)), Received)
        expires_at = datetime.now(UTC) + timedelta(days=30)
        token = mint(KEYS, Purpose.CONFIRM, made[0], 0, expires_at)
        assert isinstance(desk.confirm(token), Confirmed)

    return pair


def one_intake(store: Store, petition: UUID) -> Callable[[int], None]:
    desk = Desk(store, secrets=KEYS)

    def take(n: int) -> None:
        [answer] = desk.intake(petition, [submission(n)])
        assert isinstance(answer, Accepted)

    return take


@contextmanager
def signing(
    way: str, url: str, petition: UUID, shared: Store | None = None
) -> Iterator[Callable[[int], None]]:
    """What signs with the number that it is given, over a connection of its own.

    Threads of one process take theirs from the store that they share, as in an app.
    """
    if way == "floor":
        with psycopg.connect(url) as connection:
            yield lambda n: floors.sign_on_postgres(connection, n)
        return
    with ExitStack() as stack:
        store = shared or stack.enter_context(closing(PostgresStore(url, max_connections=1)))
        yield (one_intake if way == "intake" else sign_and_confirm)(store, petition)


def main(way: str, url: str, petition: str, first: str, times: str) -> None:
    numbers = range(int(first), int(first) + WARMING + int(times))
    with signing(way, url, UUID(petition)) as sign:
        for n in numbers[:WARMING]:
            sign(n)
        print("ready", flush=True)
        sys.stdin.readline()
        for n in numbers[WARMING:]:
            sign(n)
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
