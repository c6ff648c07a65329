"""What every store promises, one promise per test, for whoever writes one.

Subclass ``StoreContract`` and give ``open_store``. Needs nothing of pytest but a collector of
plain methods. Hypothesis stays inside inner functions: ``@given`` on an inherited method fails
its health check as soon as there are two subclasses.
"""

from functools import partial
from itertools import groupby
from threading import Barrier

from amendment_promises import AmendmentPromises
from count_promises import CountPromises
from petition_promises import PetitionPromises
from signature_promises import SignaturePromises
from store_samples import NOON, a_claim, note, number_id, plain_signature, together
from trace_promises import TracePromises

from petitionkit.facts import Event, Fact
from petitionkit.ledger import Claim, Delta, Entry, Request, Situation
from petitionkit.signature import Signature


class StoreContract(
    PetitionPromises, SignaturePromises, AmendmentPromises, CountPromises, TracePromises
):
    """The contract of ``petitionkit.store.Store``, in executable sentences."""

    # Threads, closing

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

            together([partial(race, racer) for racer in range(racers)])
            assert sorted(winners) == list(range(rounds))
            assert len(store.signatures(number_id(1))) == rounds
            assert store.tally(number_id(1)).count("supporters") == rounds

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
