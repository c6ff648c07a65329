"""The real curve of a petition, and the signatures that draw it again: UK petition 700143.

Readings of its counter, about one a minute over 31 days (``tests/data/README.md``). Whoever signed
between two readings signs here evenly spread between them, so that the instant of the n-th
signature is known, and with it when each level must have been reached.
"""

import csv
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from attrs import evolve, frozen
from places import open_store
from roll_worker import KEYS, signer

from petitionkit.clauses import Threshold
from petitionkit.desk import Desk
from petitionkit.outcomes import Accepted
from petitionkit.petition import PetitionText
from petitionkit.policy import Policy
from petitionkit.store import Accountable
from petitionkit.testing.clock import FrozenClock

_READINGS = Path(__file__).parents[1] / "data" / "uk-700143-counts.csv"


@frozen(kw_only=True)
class Curve:
    """Signatures of a part of the curve, counted from 1, each with its instant."""

    readings: tuple[tuple[datetime, int], ...]

    @property
    def size(self) -> int:
        return self.readings[-1][1] - self.readings[0][1]

    @property
    def lasting(self) -> timedelta:
        return self.readings[-1][0] - self.readings[0][0]

    def at(self, n: int) -> datetime:
        """When the n-th signed."""
        count = self.readings[0][1] + n
        place = bisect_right(self.readings, count - 1, key=lambda one: one[1])
        (begun, before), (ended, after) = self.readings[place - 1], self.readings[place]
        return begun + (ended - begun) * (count - before) / (after - before)

    def levels(self) -> list[int]:
        """Ten levels, the last of them the whole."""
        return [self.size * tenth // 10 for tenth in range(1, 11)]

    def policy(self) -> Policy:
        return Policy(
            name="curve",
            version="1",
            thresholds=tuple(Threshold(key=f"n-{n}", level=n) for n in self.levels()),
        )


def whole_curve() -> Curve:
    """All that was read, what fell or stood still left out."""
    with _READINGS.open(encoding="utf-8", newline="") as file:
        read = [
            (datetime.fromisoformat(line["timestamp"]).replace(tzinfo=UTC), int(line["count"]))
            for line in csv.DictReader(file)
        ]
    kept = [read[0]]
    for one in read:
        if one[1] > kept[-1][1]:
            kept.append(one)
    return Curve(readings=tuple(kept))


def busiest(size: int) -> Curve:
    """The part of at least so many signatures that took the least time."""
    read = whole_curve().readings
    parts: list[Curve] = []
    first = 0
    for last in range(len(read)):
        while read[last][1] - read[first + 1][1] >= size:
            first += 1
        if read[last][1] - read[first][1] >= size:
            parts.append(Curve(readings=read[first : last + 1]))
    return min(parts, key=lambda one: one.lasting)


def begin(place: str, curve: Curve) -> UUID:
    """A petition that opened just before the first signs."""
    with closing(open_store(place)) as store:
        desk = Desk(store, secrets=KEYS, clock=FrozenClock(now=curve.readings[0][0]))
        petition = desk.start(texts=[PetitionText(language="en", title="Call an election")])
        return desk.publish(petition.id, curve.policy()).id


def sign(place: str, petition: UUID, curve: Curve, numbers: Sequence[range]) -> int:
    """Take in the signers of these numbers, a transaction for each range, on the curve's clock."""
    clock = FrozenClock(now=curve.readings[0][0])
    taken = 0
    with closing(open_store(place)) as store:
        desk = Desk(store, secrets=KEYS, clock=clock)
        for some in numbers:
            clock.now = curve.at(some[-1])
            lines = [evolve(signer(n), signed_at=curve.at(n)) for n in some]
            taken += sum(isinstance(one, Accepted) for one in desk.intake(petition, lines))
    return taken


def shares(curve: Curve, workers: int, batch: int) -> Iterator[list[range]]:
    """The batches of each worker, dealt out like cards, so that arrivals mix."""
    starts = range(1, curve.size + 1, batch)
    for worker in range(workers):
        yield [range(n, min(n + batch, curve.size + 1)) for n in starts[worker::workers]]


def replay(place: str, curve: Curve, pool: Executor, *, workers: int, batch: int) -> UUID:
    """Sign as fast as the store takes it, by so many workers at once."""
    petition = begin(place, curve)
    done = [
        pool.submit(sign, place, petition, curve, share) for share in shares(curve, workers, batch)
    ]
    assert sum(one.result() for one in done) == curve.size
    return petition


def check(place: str, petition: UUID, curve: Curve) -> None:
    """The exact count, each level at the instant of the signature that reached it, no drift."""
    with closing(open_store(place)) as store:
        desk = Desk(store, secrets=KEYS, clock=FrozenClock(now=curve.readings[-1][0]))
        before = {one.key: one.reached_at for one in desk.standing(petition).thresholds}
        assert before == {f"n-{n}": curve.at(n) for n in curve.levels()}
        desk.tick()
        standing = desk.standing(petition)
        assert standing.supporters == standing.persons == curve.size
        assert {one.key: one.reached_at for one in standing.thresholds} == before
        assert isinstance(store, Accountable)
        assert store.drift(petition) == []
