"""What every store promises to threads that use it at once."""

from functools import partial
from itertools import groupby
from threading import Barrier
from threading import Event as ThreadingEvent

from petitionkit.facts import Event, Fact
from petitionkit.ledger import Claim, Delta, Entry, Request, Situation
from petitionkit.signature import Signature
from petitionkit.testing.bench import note, write
from petitionkit.testing.promises.opening import StoreOpener, for_threads
from petitionkit.testing.samples import (
    LATE,
    NOON,
    a_claim,
    a_notice,
    number_id,
    plain_signature,
)

__all__ = ["ThreadPromises"]


class ThreadPromises(StoreOpener):
    """Races, and reading while others write."""

    @for_threads
    def test_of_threads_that_race_for_one_claim_one_wins(self) -> None:
        with self.store_with_petition() as store:
            racers, rounds = 8, 12
            barrier = Barrier(racers, timeout=20)
            winners: list[int] = []

            def race(racer: int) -> None:
                for turn in range(rounds):
                    claim = a_claim(turn)
                    signature = plain_signature(1 + turn * racers + racer)

                    def admit(
                        situation: Situation, claim: Claim = claim, signature: Signature = signature
                    ) -> Entry[bool]:
                        if situation.holders:
                            return Entry(answer=False)
                        return Entry(
                            answer=True,
                            signature=signature,
                            claims=(claim,),
                            deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
                        )

                    barrier.wait()
                    request = Request(admit=admit, claims=(claim,))
                    winners.extend(turn for won in store.sign(number_id(1), [request]) if won)

            self.together([partial(race, racer) for racer in range(racers)])
            assert sorted(winners) == list(range(rounds))
            assert len(store.signatures(number_id(1))) == rounds
            assert store.tally(number_id(1)).count("supporters") == rounds

    @for_threads
    def test_updates_from_threads_all_take_effect(self) -> None:
        with self.store_with_petition() as store:

            def add_facts(n: int) -> None:
                for turn in range(5):
                    fact = Fact(
                        event=Event.TEXT_CHANGED, at=NOON, recorded_at=NOON, subject=f"{n} {turn}"
                    )
                    note(store, fact)

            self.together([partial(add_facts, n) for n in range(4)])
            facts = store.petition(number_id(1)).facts[1:]
            turns = sorted(fact.subject.split() for fact in facts)
            grouped = {n: [t for _, t in own] for n, own in groupby(turns, lambda turn: turn[0])}
            assert grouped == {str(n): ["0", "1", "2", "3", "4"] for n in range(4)}
            assert store.petition(number_id(1)).version == 21

    @for_threads
    def test_a_petition_is_read_whole_while_others_write_it(self) -> None:
        with self.store_with_petition() as store:
            fact = Fact(event=Event.TEXT_CHANGED, at=NOON, recorded_at=NOON)

            def write_on() -> None:
                for _ in range(8):
                    note(store, fact)

            def read() -> None:
                for _ in range(25):
                    petition = store.petition(number_id(1))
                    assert petition.version == len(petition.facts)

            self.together([write_on, write_on, read])

    @for_threads
    def test_counts_are_read_whole_while_signatures_arrive(self) -> None:
        with self.store_with_petition() as store:
            both = Delta(counters=("persons", "supporters"), amount=1, at=NOON)

            def sign() -> None:
                for _ in range(50):
                    write(store, Entry(answer=None, deltas=(both,)))

            def read() -> None:
                before = 0
                for _ in range(60):
                    tally = store.tally(number_id(1))
                    assert tally.count("persons") == tally.count("supporters") >= before
                    before = tally.count("persons")

            self.together([sign, sign, read])
            assert store.tally(number_id(1)).count("persons") == 100

    @for_threads
    def test_pages_neither_skip_nor_repeat_while_threads_sign(self) -> None:
        with self.store_with_petition() as store:
            signers, each = 3, 25
            read: list[int] = []

            def sign(first: int) -> None:
                for n in range(first, first + each):
                    write(store, Entry(answer=None, signature=plain_signature(n)))

            def page() -> None:
                last = 0
                while len(read) < signers * each:
                    for numbered in store.signatures(number_id(1), after=last, limit=7):
                        assert numbered.number > last
                        last = numbered.number
                        read.append(numbered.signature.id.int)
                    if patience.is_set() and not store.signatures(number_id(1), after=last):
                        break

            patience = ThreadingEvent()

            def sign_all() -> None:
                self.together([partial(sign, 1 + n * each) for n in range(signers)])
                patience.set()

            self.together([sign_all, page])
            assert sorted(read) == list(range(1, 1 + signers * each))

    @for_threads
    def test_workers_that_lease_at_once_get_different_notices_and_all(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, notices=tuple(a_notice(n) for n in range(1, 41))))
            got: list[int] = []

            def work() -> None:
                while leased := store.lease(now=NOON, until=LATE, limit=3):
                    got.extend(one.notice.id.int for one in leased)

            self.together([work] * 4)
            # Whoever passed over a row that was being taken may have gone home; nothing is twice.
            got.extend(one.notice.id.int for one in store.lease(now=NOON, until=LATE))
            assert sorted(got) == list(range(1, 41))
