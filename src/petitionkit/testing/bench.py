"""Short ways to write to a store under test, and to look at all that it shows.

They know the port and nothing of what stands behind it.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from threading import Thread
from typing import TypeVar
from uuid import UUID

from petitionkit.facts import Fact
from petitionkit.ledger import (
    Claim,
    Delta,
    Entry,
    Request,
    Situation,
    Watch,
)
from petitionkit.store import Store
from petitionkit.tally import Tally
from petitionkit.testing.samples import (
    at,
    number_id,
    revision,
)

__all__ = [
    "Refusal",
    "counted",
    "counts_seen",
    "everything",
    "look",
    "note",
    "raises",
    "reading",
    "tally_read",
    "together",
    "unreachable",
    "watch_from_now_on",
    "write",
]

T = TypeVar("T")


class Refusal(Exception):  # noqa: N818 (what a decision raises is its own affair)
    """Raised by decisions under test, and known to no store."""


def note(store: Store, fact: Fact) -> None:
    """Add a fact to petition 1."""
    store.update(number_id(1), lambda petition, _tally: revision(petition.with_facts(fact)))


def watch_from_now_on(store: Store, *watches: Watch, due_at: datetime | None = None) -> None:
    """Watch these levels of petition 1 and no others."""
    store.update(number_id(1), lambda p, _tally: revision(p, watches=tuple(watches), due_at=due_at))


def _just(entry: Entry[T], _seen: Situation) -> Entry[T]:
    return entry


def write(store: Store, *entries: Entry[T], petition: int = 1) -> list[T]:
    """Enter what needs no deciding, in one transaction."""
    requests = [
        Request(
            admit=partial(_just, entry),
            signature_id=entry.signature.id if entry.signature else None,
        )
        for entry in entries
    ]
    return store.sign(number_id(petition), requests)


def counted(store: Store, *moves: tuple[float, int], petition: int = 1) -> None:
    """Move the counter of supporters, each at its minute, in one transaction."""
    deltas = tuple(Delta(counters=("supporters",), amount=n, at=at(m)) for m, n in moves)
    write(store, Entry(answer=None, deltas=deltas), petition=petition)


def look(
    store: Store,
    *claims: Claim,
    petition: int = 1,
    attempt_id: UUID | None = None,
    signature_id: UUID | None = None,
) -> Situation:
    """What a decision sees that asks for these claims and rows."""
    seen: list[Situation] = []

    def admit(situation: Situation) -> Entry[None]:
        seen.append(situation)
        return Entry(answer=None)

    request = Request(admit=admit, claims=claims, attempt_id=attempt_id, signature_id=signature_id)
    store.sign(number_id(petition), [request])
    return seen[-1]


def counts_seen(store: Store, petition: int = 1) -> dict[str, int]:
    """The counters that a decision sees if it looks at them."""
    seen: list[dict[str, int]] = []

    def admit(situation: Situation) -> Entry[None]:
        seen.append(dict(situation.counts))
        return Entry(answer=None)

    store.sign(number_id(petition), [Request(admit=admit)])
    return seen[-1]


def tally_read(store: Store, petition: int = 1) -> Tally:
    """The tally that a decision reads."""
    seen: list[Tally] = []

    def admit(situation: Situation) -> Entry[None]:
        seen.append(situation.read_tally())
        return Entry(answer=None)

    store.sign(number_id(petition), [Request(admit=admit)])
    return seen[-1]


def everything(store: Store) -> object:
    """All that a store shows, to compare before and after."""
    petitions = store.petitions(limit=1000)
    return (
        [store.petition(p) for p in petitions],
        [store.tally(p) for p in petitions],
        [store.signatures(p) for p in petitions],
        [store.attempt(number_id(n)) for n in range(1, 20)],
        list(store.due(limit=1000)),
        list(store.notices(limit=1000)),
        list(store.due_attempts(limit=1000)),
        [store.minutes(p, "supporters") for p in petitions],
        [list(store.amendments(number_id(n))) for n in range(1, 20)],
        list(store.claim_keys()),
    )


def raises(
    kind: type[Exception], call: Callable[..., object], *arguments: object, **named: object
) -> Exception:
    """Call, expect exactly this kind of exception, and hand it back."""
    try:
        call(*arguments, **named)
    except Exception as error:  # noqa: BLE001 (its kind is what is asserted)
        caught = error
    else:
        raise AssertionError(f"{kind.__name__} should have been raised, and nothing was")
    if type(caught) is not kind:
        raise AssertionError(f"{kind.__name__} should have been raised") from caught
    return caught


def unreachable(*_seen: object) -> Entry[None]:
    """A decision that must not be asked for."""
    raise AssertionError("a decision was asked for although there is no such petition")


def reading(store: Store, level: int, counter: str = "supporters") -> datetime | None:
    """When a level of petition 1 was reached, as its tally says."""
    return store.tally(number_id(1)).reached_at(counter, level)


def together(calls: Sequence[Callable[[], None]], at_end: Callable[[], object] = tuple) -> None:
    """Run calls in threads of their own, and raise what any of them raised.

    ``at_end`` is what each thread does last, where a store keeps something for each thread.
    """
    failures: list[BaseException] = []

    def run(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 (raised again below)
            failures.append(error)
        finally:
            at_end()

    threads = [Thread(target=run, args=(call,)) for call in calls]
    patience = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that threads meet each other in the middle of things
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(patience)
    if failures:
        raise failures[0]
