"""What every store promises in which a person can be erased."""

from attrs import evolve

from petitionkit.erasing import ErasingStore, blank
from petitionkit.errors import NotFoundError, StoreContractError
from petitionkit.ledger import Delta, Entry, Lookback, Request, Situation
from petitionkit.signature import Amendment, AmendmentKind, Attempt
from petitionkit.store import Store
from petitionkit.testing.bench import look, raises, write
from petitionkit.testing.promises.forgetting import ForgettingConformance
from petitionkit.testing.samples import (
    HERE,
    NOON,
    a_claim,
    a_trace,
    at,
    full_attempt,
    full_signature,
    number_id,
    plain_petition,
    plain_signature,
)

__all__ = ["ErasingConformance"]


def _eraser(store: Store) -> ErasingStore:
    assert isinstance(store, ErasingStore)
    return store


def _renamed(n: int, was: str = "Canary") -> Amendment:
    return Amendment(
        signature_id=number_id(n), kind=AmendmentKind.NAME_CORRECTED, at=NOON, actor="m", was=was
    )


def _attempt(n: int, *, became: int | None = None, petition: int = 1) -> Attempt:
    signature_id = None if became is None else number_id(became)
    return evolve(full_attempt(n, petition), signature_id=signature_id)


class ErasingConformance(ForgettingConformance):
    """The contract of ``petitionkit.erasing.ErasingStore``, besides that of a store.

    What is erased is gone from beside a signature, and nothing else is.
    """

    def test_what_is_kept_beside_an_erased_signature_says_nothing_more(self) -> None:
        with self.store_with_petition() as store:
            for n in (1, 2):
                write(
                    store,
                    Entry(
                        answer=None,
                        signature=plain_signature(n),
                        claims=(a_claim(n),),
                        attempt=_attempt(10 + n, became=n),
                        amendment=_renamed(n),
                    ),
                )
            told = evolve(_renamed(1, "was too"), kind=AmendmentKind.ERASED)
            erased = Entry(
                answer=None,
                signature=full_signature(1),
                release=True,
                erase=True,
                amendment=told,
            )
            write(store, erased)
            assert store.signature(number_id(1)) == full_signature(1)
            assert list(store.amendments(number_id(1))) == [
                evolve(_renamed(1), was=""),
                evolve(told, was=""),
            ]
            assert store.attempt(number_id(11)) == blank(_attempt(11, became=1))
            assert look(store, a_claim(1)).holders == ()
            # The other one is as it was.
            assert list(store.amendments(number_id(2))) == [_renamed(2)]
            assert store.attempt(number_id(12)) == _attempt(12, became=2)
            assert look(store, a_claim(2)).holders == (plain_signature(2),)

    def test_a_signature_may_be_erased_in_the_write_that_brings_it(self) -> None:
        with self.store_with_petition() as store:
            entry = Entry(
                answer=None, signature=plain_signature(), erase=True, amendment=_renamed(1)
            )
            write(store, entry)
            assert list(store.amendments(number_id(1))) == [evolve(_renamed(1), was="")]

    def test_claims_stay_where_they_are_not_released(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
            write(store, Entry(answer=None, signature=plain_signature(), erase=True))
            assert look(store, a_claim()).holders == (plain_signature(),)

    def test_attempts_are_blanked_so_many_at_a_time_and_those_of_one_petition(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as opened:
            store = _eraser(opened)
            for n in (1, 2, 3):
                write(store, Entry(answer=None, attempt=_attempt(n)))
            write(store, Entry(answer=None, attempt=_attempt(4, petition=2)), petition=2)
            assert store.telling_attempts(number_id(1)) == 3
            assert [store.erase_attempts(number_id(1), limit=2) for _ in range(3)] == [2, 1, 0]
            assert store.telling_attempts(number_id(1)) == 0
            assert store.attempt(number_id(2)) == blank(_attempt(2))
            assert store.attempt(number_id(4)) == _attempt(4, petition=2)
            assert [one.attempt_id for one in store.due_attempts()] == [number_id(4)]

    def test_traces_of_the_petition_go_with_its_attempts(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as opened:
            store = _eraser(opened)
            for n in (1, 2):
                write(store, Entry(answer=None, trace=a_trace(1)), petition=n)
            store.erase_attempts(number_id(1))
            seen: list[tuple[int, ...]] = []

            def admit(situation: Situation) -> Entry[None]:
                seen.append(situation.traced)
                return Entry(answer=None)

            asked = Lookback(role="signer", since=at(0), everywhere=True)
            request = Request(admit=admit, sources=(HERE,), lookbacks=(asked,))
            store.sign(number_id(1), [request])
            assert seen[-1] == (1,)

    def test_what_came_in_each_minute_stays_known(self) -> None:
        with self.store_with_petition() as opened:
            store = _eraser(opened)
            signed = Delta(counters=("supporters",), amount=1, at=NOON)
            for n in (1, 2):
                write(
                    store,
                    Entry(
                        answer=None,
                        signature=plain_signature(n),
                        attempt=_attempt(10 + n, became=n),
                        deltas=(signed,),
                    ),
                )
            write(store, Entry(answer=None, attempt=_attempt(20)))
            before = (store.minutes(number_id(1), "supporters"), store.tally(number_id(1)))
            write(store, Entry(answer=None, signature=plain_signature(1), erase=True))
            store.erase_attempts(number_id(1))
            after = (store.minutes(number_id(1), "supporters"), store.tally(number_id(1)))
            assert after == before

    def test_attempts_of_an_unknown_petition_are_not_found(self) -> None:
        with self.open_store() as opened:
            store = _eraser(opened)
            raises(NotFoundError, store.erase_attempts, number_id(5))
            raises(NotFoundError, store.telling_attempts, number_id(5))

    def test_nothing_is_erased_by_a_write_that_fails(self) -> None:
        with self.store_with_petition() as store:
            write(
                store,
                Entry(answer=None, signature=plain_signature(), amendment=_renamed(1)),
                Entry(answer=None, attempt=_attempt(11, became=1)),
            )
            taken = Entry(answer=None, signature=plain_signature(2), claims=(a_claim(),))
            write(store, taken)
            erased: Entry[None] = Entry(answer=None, signature=plain_signature(), erase=True)
            clash = Entry(answer=None, signature=plain_signature(3), claims=(a_claim(),))
            raises(StoreContractError, write, store, erased, clash)
            assert list(store.amendments(number_id(1))) == [_renamed(1)]
            assert store.attempt(number_id(11)) == _attempt(11, became=1)
