"""What every store promises whose petitions' keys can be destroyed."""

from attrs import evolve

from petitionkit.erasing import KeyedStore
from petitionkit.errors import KeyFileError
from petitionkit.ledger import Delta, Entry
from petitionkit.signature import Signature
from petitionkit.store import Store
from petitionkit.testing.bench import look, raises, write
from petitionkit.testing.promises.opening import StoreOpener
from petitionkit.testing.samples import (
    NOON,
    a_claim,
    an_amendment,
    full_attempt,
    full_petition,
    full_signature,
    number_id,
    plain_petition,
)
from petitionkit.verbs.erasing import without_person

__all__ = ["KeyedConformance"]


def _keyed(store: Store) -> KeyedStore:
    assert isinstance(store, KeyedStore)
    return store


def _signed(store: Store, n: int, petition: int = 1) -> Signature:
    """Somebody who signed, with all that is kept beside."""
    signature = evolve(full_signature(n), petition_id=number_id(petition))
    signed = Delta(counters=("supporters",), amount=1, at=NOON)
    renamed = evolve(an_amendment(n), was="Canary")
    entry = Entry(
        answer=None,
        signature=signature,
        claims=(a_claim(n),),
        deltas=(signed,),
        amendment=renamed,
    )
    tried = evolve(full_attempt(10 + n, petition), signature_id=None)
    write(store, entry, Entry(answer=None, attempt=tried), petition=petition)
    return signature


class KeyedConformance(StoreOpener):
    """The contract of ``petitionkit.erasing.KeyedStore``, besides that of one that erases."""

    def test_everybody_behind_a_destroyed_key_reads_as_erased(self) -> None:
        with self.store_with_petition(full_petition()) as opened:
            store = _keyed(opened)
            before = _signed(store, 1)
            store.destroy_keys(number_id(1))
            assert store.signature(number_id(1)) == without_person(before)
            assert [one.was for one in store.amendments(number_id(1))] == [""]
            attempt = store.attempt(number_id(11))
            assert attempt is not None
            assert attempt.particulars is not None
            assert (attempt.particulars.name, attempt.particulars.email) == ("", "")
            petition = store.petition(number_id(1))
            people = (petition.starter, petition.authors, petition.transfer, petition.reports)
            assert people == (None, (), None, ())

    def test_what_counts_rest_on_is_as_it_was(self) -> None:
        with self.store_with_petition() as opened:
            store = _keyed(opened)
            _signed(store, 1)
            before = store.tally(number_id(1)), store.minutes(number_id(1), "supporters")
            store.destroy_keys(number_id(1))
            after = store.tally(number_id(1)), store.minutes(number_id(1), "supporters")
            assert after == before

    def test_whoever_signed_still_holds_their_claim(self) -> None:
        with self.store_with_petition() as opened:
            store = _keyed(opened)
            before = _signed(store, 1)
            store.destroy_keys(number_id(1))
            assert look(store, a_claim(1)).holders == (without_person(before),)

    def test_people_of_other_petitions_are_read_as_before(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as opened:
            store = _keyed(opened)
            _signed(store, 1)
            other = _signed(store, 2, petition=2)
            store.destroy_keys(number_id(1))
            assert store.signature(number_id(2)) == other
            assert [one.was for one in store.amendments(number_id(2))] == ["Canary"]

    def test_nobody_is_taken_in_without_a_key(self) -> None:
        nobodys = evolve(plain_petition(), starter=None)  # there is nothing to encrypt yet
        with self.store_with_petition(nobodys) as opened:
            store = _keyed(opened)
            store.destroy_keys(number_id(1))
            raises(KeyFileError, _signed, store, 1)
            assert store.signature(number_id(1)) is None
            assert look(store, a_claim(1)).holders == ()

    def test_destroying_again_and_keys_of_nobody_changes_nothing(self) -> None:
        with self.store_with_petition() as opened:
            store = _keyed(opened)
            before = _signed(store, 1)
            store.destroy_keys(number_id(9))
            assert store.signature(number_id(1)) == before
            for _ in range(2):
                store.destroy_keys(number_id(1))
            assert store.signature(number_id(1)) == without_person(before)
