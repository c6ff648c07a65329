"""What every store promises, one promise per test, for whoever writes one.

Subclass ``StoreContract`` and give ``open_store``. Needs nothing of pytest but a collector of
plain methods. Hypothesis stays inside inner functions: ``@given`` on an inherited method fails
its health check as soon as there are two subclasses.
"""

from functools import partial
from itertools import groupby
from threading import Barrier

from count_promises import CountPromises
from petition_promises import PetitionPromises
from signature_promises import SignaturePromises
from store_samples import NOON, a_claim, note, number_id, plain_signature, together

from petitionkit.ledger import Delta, Entry, Request, Situation
from petitionkit.petition import Event, Fact


class StoreContract(PetitionPromises, SignaturePromises, CountPromises):
    """The contract of ``petitionkit.store.Store``, in executable sentences."""

    # Threads, closing

    def test_of_threads_that_race_for_one_claim_one_wins(self) -> None:
        with self.store_with_petition() as store:
            racers = 8
            barrier = Barrier(racers, timeout=60)
            answers: list[bool] = []

            def race(n: int) -> None:
                def admit(situation: Situation) -> Entry[bool]:
                    if situation.holders:
                        return Entry(answer=False)
                    return Entry(
                        answer=True,
                        signature=plain_signature(n),
                        claims=(a_claim(),),
                        deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
                    )

                barrier.wait()
                answers.extend(
                    store.sign(number_id(1), [Request(admit=admit, claims=(a_claim(),))])
                )

            together([partial(race, n) for n in range(1, racers + 1)])
            assert sorted(answers) == [False] * (racers - 1) + [True]
            assert len(store.signatures(number_id(1))) == 1
            assert store.tally(number_id(1)).count("supporters") == 1

    def test_updates_from_threads_all_take_effect(self) -> None:
        with self.store_with_petition() as store:

            def add_facts(n: int) -> None:
                for turn in range(5):
                    fact = Fact(
                        event=Event.TEXT_CHANGED, at=NOON, recorded_at=NOON, subject=f"{n} {turn}"
                    )
                    note(store, fact)

            together([partial(add_facts, n) for n in range(4)])
            facts = store.petition(number_id(1)).facts[1:]
            turns = sorted(fact.subject.split() for fact in facts)
            grouped = {n: [t for _, t in own] for n, own in groupby(turns, lambda turn: turn[0])}
            assert grouped == {str(n): ["0", "1", "2", "3", "4"] for n in range(4)}
            assert store.petition(number_id(1)).version == 21

    def test_closing_twice_is_closing_once(self) -> None:
        with self.open_store() as store:
            store.close()
            store.close()
