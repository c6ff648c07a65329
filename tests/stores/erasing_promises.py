"""What every store promises in which a person can be erased."""

from attrs import evolve
from store_opener import StoreOpener
from store_samples import (
    NOON,
    a_claim,
    full_attempt,
    full_signature,
    look,
    number_id,
    plain_petition,
    plain_signature,
    raises,
    write,
)

from petitionkit.erasing import ErasingStore, blank
from petitionkit.errors import NotFoundError, StoreContractError
from petitionkit.ledger import Delta, Entry
from petitionkit.signature import Amendment, AmendmentKind, Attempt
from petitionkit.store import Store


def eraser(store: Store) -> ErasingStore:
    assert isinstance(store, ErasingStore)
    return store


def renamed(n: int, was: str = "Canary") -> Amendment:
    return Amendment(
        signature_id=number_id(n), kind=AmendmentKind.NAME_CORRECTED, at=NOON, actor="m", was=was
    )


def attempt(n: int, *, became: int | None = None, petition: int = 1) -> Attempt:
    signature_id = None if became is None else number_id(became)
    return evolve(full_attempt(n, petition), signature_id=signature_id)


class ErasingPromises(StoreOpener):
    """What is erased is gone from beside a signature, and nothing else is."""

    def test_what_is_kept_beside_an_erased_signature_says_nothing_more(self) -> None:
        with self.store_with_petition() as store:
            for n in (1, 2):
                write(
                    store,
                    Entry(
                        answer=None,
                        signature=plain_signature(n),
                        claims=(a_claim(n),),
                        attempt=attempt(10 + n, became=n),
                        amendment=renamed(n),
                    ),
                )
            told = evolve(renamed(1, "was too"), kind=AmendmentKind.ERASED)
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
                evolve(renamed(1), was=""),
                evolve(told, was=""),
            ]
            assert store.attempt(number_id(11)) == blank(attempt(11, became=1))
            assert look(store, a_claim(1)).holders == ()
            # The other one is as it was.
            assert list(store.amendments(number_id(2))) == [renamed(2)]
            assert store.attempt(number_id(12)) == attempt(12, became=2)
            assert look(store, a_claim(2)).holders == (plain_signature(2),)

    def test_a_signature_may_be_erased_in_the_write_that_brings_it(self) -> None:
        with self.store_with_petition() as store:
            entry = Entry(
                answer=None, signature=plain_signature(), erase=True, amendment=renamed(1)
            )
            write(store, entry)
            assert list(store.amendments(number_id(1))) == [evolve(renamed(1), was="")]

    def test_claims_stay_where_they_are_not_released(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
            write(store, Entry(answer=None, signature=plain_signature(), erase=True))
            assert look(store, a_claim()).holders == (plain_signature(),)

    def test_attempts_are_blanked_so_many_at_a_time_and_those_of_one_petition(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as opened:
            store = eraser(opened)
            for n in (1, 2, 3):
                write(store, Entry(answer=None, attempt=attempt(n)))
            write(store, Entry(answer=None, attempt=attempt(4, petition=2)), petition=2)
            assert store.telling_attempts(number_id(1)) == 3
            assert [store.erase_attempts(number_id(1), limit=2) for _ in range(3)] == [2, 1, 0]
            assert store.telling_attempts(number_id(1)) == 0
            assert store.attempt(number_id(2)) == blank(attempt(2))
            assert store.attempt(number_id(4)) == attempt(4, petition=2)
            assert [one.attempt_id for one in store.due_attempts()] == [number_id(4)]

    def test_what_came_in_each_minute_stays_known(self) -> None:
        with self.store_with_petition() as opened:
            store = eraser(opened)
            signed = Delta(counters=("supporters",), amount=1, at=NOON)
            for n in (1, 2):
                write(
                    store,
                    Entry(
                        answer=None,
                        signature=plain_signature(n),
                        attempt=attempt(10 + n, became=n),
                        deltas=(signed,),
                    ),
                )
            write(store, Entry(answer=None, attempt=attempt(20)))
            before = (store.minutes(number_id(1), "supporters"), store.tally(number_id(1)))
            write(store, Entry(answer=None, signature=plain_signature(1), erase=True))
            store.erase_attempts(number_id(1))
            after = (store.minutes(number_id(1), "supporters"), store.tally(number_id(1)))
            assert after == before

    def test_attempts_of_an_unknown_petition_are_not_found(self) -> None:
        with self.open_store() as opened:
            store = eraser(opened)
            raises(NotFoundError, store.erase_attempts, number_id(5))
            raises(NotFoundError, store.telling_attempts, number_id(5))

    def test_nothing_is_erased_by_a_write_that_fails(self) -> None:
        with self.store_with_petition() as store:
            write(
                store,
                Entry(answer=None, signature=plain_signature(), amendment=renamed(1)),
                Entry(answer=None, attempt=attempt(11, became=1)),
            )
            taken = Entry(answer=None, signature=plain_signature(2), claims=(a_claim(),))
            write(store, taken)
            erased: Entry[None] = Entry(answer=None, signature=plain_signature(), erase=True)
            clash = Entry(answer=None, signature=plain_signature(3), claims=(a_claim(),))
            raises(StoreContractError, write, store, erased, clash)
            assert list(store.amendments(number_id(1))) == [renamed(1)]
            assert store.attempt(number_id(11)) == attempt(11, became=1)
