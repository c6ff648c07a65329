"""What every store promises about signatures, claims and attempts."""

from itertools import count
from uuid import UUID

from attrs import evolve

from petitionkit.errors import NotFoundError, StoreContractError
from petitionkit.ledger import Delta, Entry, Request, Situation, Watch
from petitionkit.signature import Attempt, Signature
from petitionkit.testing.bench import Refusal, everything, look, raises, watch_from_now_on, write
from petitionkit.testing.promises.opening import StoreOpener
from petitionkit.testing.samples import (
    DAY_ZERO,
    LATE,
    NOON,
    a_claim,
    a_notice,
    full_attempt,
    full_petition,
    full_signature,
    number_id,
    plain_petition,
    plain_signature,
)

__all__ = ["SignaturePromises"]


class SignaturePromises(StoreOpener):
    """Signatures, claims, attempts and pages."""

    # Signatures

    def test_every_field_of_a_signature_comes_back(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=full_signature()))
            assert store.signature(number_id(1)) == full_signature()
            assert [s.signature for s in store.signatures(number_id(1))] == [full_signature()]

    def test_a_signature_without_the_optional_parts_comes_back(self) -> None:
        with self.store_with_petition() as store:
            bare = evolve(plain_signature(), counters=())
            write(store, Entry(answer=None, signature=bare))
            assert store.signature(number_id(1)) == bare

    def test_an_unknown_signature_is_none(self) -> None:
        with self.store_with_petition() as store:
            assert store.signature(number_id(404)) is None

    def test_a_signature_of_the_same_id_replaces_the_row_and_keeps_its_number(self) -> None:
        with self.store_with_petition() as store:
            for n in (1, 2):
                write(store, Entry(answer=None, signature=plain_signature(n)))
            before = store.signatures(number_id(1))
            write(store, Entry(answer=None, signature=full_signature(1)))
            after = store.signatures(number_id(1))
            assert [s.number for s in after] == [s.number for s in before]
            assert [s.signature for s in after] == [full_signature(1), plain_signature(2)]

    def test_answers_come_in_the_order_of_the_requests(self) -> None:
        with self.store_with_petition() as store:
            assert write(store, *(Entry(answer=n) for n in range(7))) == list(range(7))
            assert write(store) == []

    def test_an_entry_without_rows_writes_nothing(self) -> None:
        with self.store_with_petition() as store:
            before = everything(store)
            write(store, Entry(answer=None, claims=(a_claim(),), release=True))
            assert everything(store) == before
            assert look(store, a_claim()).holders == ()

    def test_a_decision_sees_the_petition_as_it_stands(self) -> None:
        with self.store_with_petition(full_petition()) as store:
            assert look(store).petition == full_petition()

    def test_a_decision_sees_the_effect_of_those_before_it(self) -> None:
        with self.store_with_petition() as store:
            seen: list[tuple[dict[str, int], tuple[Signature, ...], Attempt | None]] = []
            attempts = (full_attempt(9), evolve(full_attempt(9), generation=4))

            def admit(situation: Situation) -> Entry[None]:
                turn = len(seen)
                seen.append((dict(situation.counts), situation.holders, situation.attempt))
                if turn > 1:
                    return Entry(answer=None)
                return Entry(
                    answer=None,
                    signature=plain_signature(1 + turn),
                    claims=(a_claim(1, slot=turn),),
                    attempt=attempts[turn],
                    deltas=(Delta(counters=("supporters", "persons"), amount=1, at=NOON),),
                )

            request = Request(admit=admit, claims=(a_claim(),), attempt_id=number_id(9))
            store.sign(number_id(1), [request] * 3)
            one, two = plain_signature(1), plain_signature(2)
            assert seen == [
                ({}, (), None),
                ({"persons": 1, "supporters": 1}, (one,), attempts[0]),
                ({"persons": 2, "supporters": 2}, (one, two), attempts[1]),
            ]

    def test_a_decision_sees_a_signature_changed_before_it_in_the_same_call(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
            gone = evolve(plain_signature(), withdrawn_at=LATE)
            seen: list[Situation] = []

            def admit(situation: Situation) -> Entry[None]:
                seen.append(situation)
                return Entry(answer=None, signature=gone if len(seen) == 1 else None)

            request = Request(admit=admit, claims=(a_claim(),), signature_id=number_id(1))
            store.sign(number_id(1), [request, request])
            assert [s.signature for s in seen] == [plain_signature(), gone]
            assert [s.holders for s in seen] == [(plain_signature(),), (gone,)]

    def test_a_decision_that_raises_undoes_those_before_it(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=1, since=DAY_ZERO))
            write(store, Entry(answer=None, signature=plain_signature(9), claims=(a_claim(9),)))
            before = everything(store)
            mine = Refusal("no")

            def refuse(_situation: Situation) -> Entry[None]:
                raise mine

            full = Entry(
                answer=None,
                signature=plain_signature(1),
                claims=(a_claim(1, key="never"),),
                attempt=full_attempt(2),
                deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
                notices=(a_notice(),),
            )
            freeing = Entry(answer=None, signature=plain_signature(9), release=True)
            requests = [
                Request(admit=lambda _s: full),
                Request(admit=lambda _s: freeing),
                Request(admit=refuse),
            ]
            assert raises(Refusal, store.sign, number_id(1), requests) is mine
            assert everything(store) == before
            assert look(store, a_claim(1)).holders == ()
            assert look(store, a_claim(9)).holders == (plain_signature(9),)

    def test_an_exception_of_the_kits_own_kind_comes_out_unchanged(self) -> None:
        with self.store_with_petition() as store:
            mine = NotFoundError("something that the decision looked for")

            def admit(_situation: Situation) -> Entry[None]:
                raise mine

            request = Request(admit=admit)
            assert raises(NotFoundError, store.sign, number_id(1), [request]) is mine

    # Claims

    def test_holders_are_each_listed_once_in_the_order_of_their_numbers(self) -> None:
        with self.store_with_petition() as store:
            for n, claims in ((8, (1, 2)), (3, (3, 4)), (5, (5,))):
                entry = Entry(
                    answer=None,
                    signature=plain_signature(n),
                    claims=tuple(a_claim(c) for c in claims),
                )
                write(store, entry)
            asked = [a_claim(n) for n in (4, 3, 2, 1, 6)]
            assert look(store, *asked).holders == (plain_signature(8), plain_signature(3))

    def test_a_claim_that_another_signature_holds_is_refused_whole(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature(1), claims=(a_claim(1),)))
            before = everything(store)
            rival = Entry(
                answer=None,
                signature=plain_signature(2),
                claims=(a_claim(2), a_claim(1)),
                deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
            )
            # Once as a decision that looked at the holders of its claims, once as one that did not.
            for asked in (rival.claims, ()):
                request = Request(admit=lambda _s: rival, claims=asked)
                raises(StoreContractError, store.sign, number_id(1), [request])
                assert everything(store) == before
                assert look(store, a_claim(2)).holders == ()

    def test_a_claim_taken_earlier_in_the_same_call_is_held(self) -> None:
        with self.store_with_petition() as store:
            before = everything(store)
            entries = [
                Entry(answer=None, signature=plain_signature(n), claims=(a_claim(1),))
                for n in (1, 2)
            ]
            raises(StoreContractError, write, store, *entries)
            assert everything(store) == before

    def test_claiming_again_what_one_holds_changes_nothing(self) -> None:
        with self.store_with_petition() as store:
            entry = Entry(answer=None, signature=plain_signature(1), claims=(a_claim(1),))
            write(store, entry)
            before = everything(store)
            store.sign(number_id(1), [Request(admit=lambda _s: entry, claims=(a_claim(1),))])
            write(store, entry, entry)
            assert everything(store) == before
            assert look(store, a_claim(1)).holders == (plain_signature(1),)

    def test_slots_of_one_claim_are_held_apart(self) -> None:
        with self.store_with_petition() as store:
            for n in (1, 2):
                claims = (a_claim(1, slot=n),)
                write(store, Entry(answer=None, signature=plain_signature(n), claims=claims))
            assert look(store, a_claim(1)).holders == (plain_signature(1), plain_signature(2))
            third = Entry(answer=None, signature=plain_signature(3), claims=(a_claim(1, slot=2),))
            raises(StoreContractError, write, store, third)

    def test_claims_that_differ_by_the_case_of_a_letter_are_two(self) -> None:
        with self.store_with_petition() as store:
            for letter in b"Aa":
                entry = Entry(
                    answer=None, signature=plain_signature(letter), claims=(a_claim(letter),)
                )
                write(store, entry)
                assert look(store, a_claim(letter)).holders == (plain_signature(letter),)

    def test_petitions_of_one_realm_share_claims(self) -> None:
        pair = [plain_petition(n, realm="both") for n in (1, 2)]
        with self.store_with_petition(*pair) as store:
            holder = plain_signature(1, petition=1)
            write(store, Entry(answer=None, signature=holder, claims=(a_claim(),)))
            assert look(store, a_claim(), petition=2).holders == (holder,)
            rival = Entry(
                answer=None, signature=plain_signature(2, petition=2), claims=(a_claim(),)
            )
            raises(StoreContractError, write, store, rival, petition=2)

    def test_petitions_of_different_realms_do_not_meet(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            for n in (1, 2):
                entry = Entry(
                    answer=None, signature=plain_signature(n, petition=n), claims=(a_claim(),)
                )
                write(store, entry, petition=n)
            assert look(store, a_claim(), petition=2).holders == (plain_signature(2, petition=2),)

    def test_releasing_frees_all_claims_of_that_signature_and_no_other(self) -> None:
        with self.store_with_petition() as store:
            for n in (1, 2):
                claims = (a_claim(n), a_claim(10 + n))
                write(store, Entry(answer=None, signature=plain_signature(n), claims=claims))
            gone = evolve(plain_signature(1), withdrawn_at=LATE)
            write(store, Entry(answer=None, signature=gone, release=True))
            held = look(store, *(a_claim(n) for n in (1, 2, 11, 12))).holders
            assert held == (plain_signature(2),)
            assert store.signature(number_id(1)) == gone
            claims = (a_claim(1), a_claim(11))
            write(store, Entry(answer=None, signature=plain_signature(3), claims=claims))
            assert look(store, a_claim(11)).holders == (plain_signature(3),)

    def test_claims_change_hands_within_one_call(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature(1), claims=(a_claim(),)))
            gone = Entry(answer=None, signature=plain_signature(1), release=True)
            next_one = Entry(answer=None, signature=plain_signature(2), claims=(a_claim(),))
            again = Entry(
                answer=None, signature=plain_signature(2), claims=(a_claim(2),), release=True
            )
            write(store, gone, next_one)
            assert look(store, a_claim()).holders == (plain_signature(2),)
            write(store, again)
            assert look(store, a_claim()).holders == ()
            assert look(store, a_claim(2)).holders == (plain_signature(2),)

    def test_what_is_released_is_free_for_the_next_decision_of_the_same_call(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature(1), claims=(a_claim(),)))
            seen: list[tuple[Signature, ...]] = []
            turns = [
                Entry(answer=None, signature=plain_signature(1), release=True),
                Entry(answer=None, signature=plain_signature(2), claims=(a_claim(), a_claim(2))),
                Entry(answer=None, signature=plain_signature(2), release=True),
                Entry(answer=None, signature=plain_signature(3), claims=(a_claim(),)),
            ]

            def admit(situation: Situation) -> Entry[None]:
                seen.append(situation.holders)
                return turns[len(seen) - 1]

            request = Request(admit=admit, claims=(a_claim(),))
            store.sign(number_id(1), [request] * len(turns))
            assert seen == [(plain_signature(1),), (), (plain_signature(2),), ()]
            assert look(store, a_claim(), a_claim(2)).holders == (plain_signature(3),)

    def test_keys_that_claims_were_made_with_are_remembered_for_ever(self) -> None:
        with self.store_with_petition() as store:
            assert store.claim_keys() == []
            claims = (a_claim(1, key="k2"), a_claim(2, key="k1"))
            write(store, Entry(answer=None, signature=plain_signature(1), claims=claims))
            write(store, Entry(answer=None, signature=plain_signature(1), release=True))
            assert store.claim_keys() == ["k1", "k2"]

    def test_many_requests_in_one_call_find_all_their_holders(self) -> None:
        with self.store_with_petition() as store:
            many = range(1, 1201)
            write(
                store,
                *(
                    Entry(answer=None, signature=plain_signature(n), claims=(a_claim(n),))
                    for n in many
                ),
            )
            seen: list[tuple[Signature, ...]] = []

            def admit(situation: Situation) -> Entry[None]:
                seen.append(situation.holders)
                return Entry(answer=None)

            requests = [Request(admit=admit, claims=(a_claim(n),)) for n in many]
            store.sign(number_id(1), requests)
            assert seen == [(plain_signature(n),) for n in many]

    # Attempts

    def test_every_field_of_an_attempt_comes_back(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, attempt=full_attempt()))
            assert store.attempt(number_id(1)) == full_attempt()
            assert look(store, attempt_id=number_id(1)).attempt == full_attempt()

    def test_an_unknown_attempt_is_none(self) -> None:
        with self.store_with_petition() as store:
            assert store.attempt(number_id(404)) is None
            assert look(store, attempt_id=number_id(404)).attempt is None

    def test_an_attempt_of_the_same_id_takes_the_place_of_the_first(self) -> None:
        with self.store_with_petition() as store:
            used = evolve(full_attempt(), particulars=None, signature_id=None, generation=0)
            write(store, Entry(answer=None, attempt=full_attempt()))
            write(store, Entry(answer=None, attempt=used))
            assert store.attempt(number_id(1)) == used

    def test_an_attempt_brings_its_signature_into_sight(self) -> None:
        with self.store_with_petition() as store:
            attempt = evolve(full_attempt(), signature_id=number_id(5))
            write(store, Entry(answer=None, attempt=attempt, signature=plain_signature(5)))
            assert look(store, attempt_id=number_id(1)).signature == plain_signature(5)

    def test_rows_of_another_petition_are_not_in_sight(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            write(store, Entry(answer=None, signature=plain_signature(1), attempt=full_attempt(1)))
            one = number_id(1)
            assert look(store, attempt_id=one, signature_id=one).signature == plain_signature(1)
            elsewhere = look(store, petition=2, attempt_id=one, signature_id=one)
            assert (elsewhere.attempt, elsewhere.signature) == (None, None)

    # Paging

    def test_signatures_come_in_the_order_in_which_they_were_written(self) -> None:
        with self.store_with_petition() as store:
            write(store, *(Entry(answer=None, signature=plain_signature(n)) for n in (7, 3)))
            write(store, *(Entry(answer=None, signature=plain_signature(n)) for n in (9, 1)))
            found = store.signatures(number_id(1))
            assert [s.signature.id.int for s in found] == [7, 3, 9, 1]
            assert [s.number for s in found] == sorted({s.number for s in found})
            assert found[0].number > 0

    def test_pages_neither_skip_nor_repeat_while_signatures_arrive(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            arriving = count(1)

            def arrive(n: int) -> None:
                for _ in range(n):
                    mine, other = next(arriving), 1000 + next(arriving)
                    write(store, Entry(answer=None, signature=plain_signature(mine)))
                    elsewhere = plain_signature(other, petition=2)
                    write(store, Entry(answer=None, signature=elsewhere), petition=2)

            arrive(5)
            read: list[UUID] = []
            last = 0
            while page := store.signatures(number_id(1), after=last, limit=3):
                assert len(page) <= 3
                read += [numbered.signature.id for numbered in page]
                last = page[-1].number
                if len(read) < 12:
                    arrive(1)
            everyone = [s.signature.id for s in store.signatures(number_id(1))]
            assert read == everyone
            assert len(read) > 5
