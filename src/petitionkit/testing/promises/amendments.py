"""What every store promises about slots, capped mails, amendments, due attempts and series."""

from datetime import timedelta

from attrs import evolve

from petitionkit.errors import NotFoundError
from petitionkit.ledger import Claim, Delta, Entry, Holding, Request, Situation
from petitionkit.signature import AmendmentKind, Attempt
from petitionkit.store import DueAttempt, Minute, Store
from petitionkit.testing.bench import Refusal, everything, raises, unreachable, write
from petitionkit.testing.promises.opening import StoreOpener
from petitionkit.testing.samples import (
    a_claim,
    an_amendment,
    at,
    full_attempt,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)

__all__ = ["AmendmentPromises"]

_MARK = "m" * 64


def _see(store: Store, request: Request[None]) -> Situation:
    """What a decision sees of a request's rows."""
    seen: list[Situation] = []

    def admit(situation: Situation) -> Entry[None]:
        seen.append(situation)
        return Entry(answer=None)

    store.sign(number_id(1), [evolve(request, admit=admit)])
    return seen[-1]


def _mailed(store: Store, *marks: str, minute: float = 0, own: int | None = None) -> int:
    request = Request(
        admit=unreachable,
        mailboxes=marks,
        mailed_after=at(minute),
        attempt_id=None if own is None else number_id(own),
    )
    return _see(store, request).mailed


def _attempt(n: int, minute: float, *, mark: str = _MARK, petition: int = 1) -> Attempt:
    return evolve(
        full_attempt(n, petition),
        mailbox=mark,
        mailed_at=at(minute),
        due_at=None,
        signature_id=None,
    )


class AmendmentPromises(StoreOpener):
    """Slots, mails, amendments, due attempts, minutes."""

    def test_a_decision_sees_who_holds_which_claim_in_which_slot(self) -> None:
        with self.store_with_petition() as store:
            shared = (a_claim(1), a_claim(1, slot=1))
            for n, claim in enumerate(shared, start=1):
                write(store, Entry(answer=None, signature=plain_signature(n), claims=(claim,)))
            write(store, Entry(answer=None, signature=plain_signature(3), claims=(a_claim(2),)))
            seen = _see(
                store, Request(admit=unreachable, claims=(a_claim(1), a_claim(2), a_claim(3)))
            )
            assert set(seen.holdings) == {
                Holding(digest=a_claim(1).digest, slot=0, holder=number_id(1)),
                Holding(digest=a_claim(1).digest, slot=1, holder=number_id(2)),
                Holding(digest=a_claim(2).digest, slot=0, holder=number_id(3)),
            }

    def test_what_was_taken_in_the_same_transaction_is_seen_as_held(self) -> None:
        with self.store_with_petition() as store:
            claim: Claim = a_claim()
            seen: list[Situation] = []

            def admit(situation: Situation) -> Entry[None]:
                seen.append(situation)
                return Entry(answer=None)

            entry = Entry(answer=None, signature=plain_signature(), claims=(claim,))
            requests = [Request(admit=lambda _s: entry), Request(admit=admit, claims=(claim,))]
            store.sign(number_id(1), requests)
            assert [holding.holder for holding in seen[0].holdings] == [number_id(1)]

    def test_mails_to_a_mailbox_are_counted_after_an_instant(self) -> None:
        with self.store_with_petition() as store:
            for n, minute in ((1, 1), (2, 2), (3, 3)):
                write(store, Entry(answer=None, attempt=_attempt(n, minute)))
            write(store, Entry(answer=None, attempt=_attempt(4, 3, mark="o" * 64)))
            write(store, Entry(answer=None, attempt=evolve(_attempt(5, 3), mailed_at=None)))
            assert [_mailed(store, _MARK, minute=m) for m in (0, 1, 2, 3)] == [3, 2, 1, 0]
            assert _mailed(store, _MARK, "o" * 64) == 4
            assert _mailed(store, _MARK, own=2) == 2
            assert _see(store, Request(admit=unreachable)).mailed == 0

    def test_mails_of_another_petition_are_not_counted(self) -> None:
        with self.store_with_petition() as store:
            store.add(revision(plain_petition(2)))
            write(store, Entry(answer=None, attempt=_attempt(1, 1, petition=2)), petition=2)
            assert _mailed(store, _MARK) == 0

    def test_mails_of_the_same_transaction_are_counted_each_once(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, attempt=_attempt(1, 1)))
            seen: list[int] = []

            def admit(situation: Situation) -> Entry[None]:
                seen.append(situation.mailed)
                return Entry(answer=None)

            asked = Request(admit=admit, mailboxes=(_MARK,), mailed_after=at(0))
            again = Entry(answer=None, attempt=_attempt(1, 5))
            more = Entry(answer=None, attempt=_attempt(2, 6))
            writing = [Request(admit=lambda _s, e=entry: e) for entry in (again, more)]  # type: ignore[misc]
            store.sign(number_id(1), [asked, writing[0], asked, writing[1], asked])
            assert seen == [1, 1, 2]

    def test_amendments_come_back_in_order_and_with_their_signature_alone(self) -> None:
        with self.store_with_petition() as store:
            for n in (1, 2):
                write(store, Entry(answer=None, signature=plain_signature(n)))
            first, second = an_amendment(1), an_amendment(1, AmendmentKind.REINSTATED)
            for amendment in (first, an_amendment(2), second):
                n = amendment.signature_id.int
                signature = plain_signature(n)
                write(store, Entry(answer=None, signature=signature, amendment=amendment))
            assert list(store.amendments(number_id(1))) == [first, second]
            assert list(store.amendments(number_id(2))) == [an_amendment(2)]
            assert list(store.amendments(number_id(404))) == []

    def test_what_stood_before_is_written_anew_where_an_entry_says_so(self) -> None:
        with self.store_with_petition() as store:
            for n in (1, 2):
                signature = plain_signature(n)
                for was in ("Ana", "Anna"):
                    told = evolve(an_amendment(n), was=was)
                    write(store, Entry(answer=None, signature=signature, amendment=told))
            last = evolve(an_amendment(1), was="Hanna")
            reworded = Entry(
                answer=None, signature=plain_signature(1), amendment=last, reword=str.upper
            )
            write(store, reworded)
            written = [one.was for one in store.amendments(number_id(1))]
            assert written == ["ANA", "ANNA", "HANNA"]
            assert [one.was for one in store.amendments(number_id(2))] == ["Ana", "Anna"]
            assert store.amendments(number_id(1))[2] == evolve(last, was="HANNA")

    def test_a_failed_write_leaves_no_amendment(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature()))
            before = everything(store)
            entry = Entry(answer=None, signature=plain_signature(), amendment=an_amendment(1))

            def refuse(_situation: Situation) -> Entry[None]:
                raise Refusal

            requests = [Request(admit=lambda _s: entry), Request(admit=refuse)]
            raises(Refusal, store.sign, number_id(1), requests)
            assert everything(store) == before

    def test_due_attempts_come_in_the_order_of_their_instants(self) -> None:
        with self.store_with_petition() as store:
            for n, due in ((1, 3), (2, 1), (3, 2)):
                made = evolve(full_attempt(n), due_at=at(due))
                write(store, Entry(answer=None, attempt=made))
            write(store, Entry(answer=None, attempt=evolve(full_attempt(4), due_at=None)))
            due_now = [
                DueAttempt(attempt_id=number_id(n), petition_id=number_id(1), due_at=at(due))
                for n, due in ((2, 1), (3, 2), (1, 3))
            ]
            assert list(store.due_attempts()) == due_now
            assert list(store.due_attempts(limit=2)) == due_now[:2]

    def test_pages_of_pending_attempts_go_on_where_they_ended(self) -> None:
        with self.store_with_petition() as store:
            store.add(revision(plain_petition(2)))
            waiting = [evolve(full_attempt(n), signature_id=None) for n in (5, 1, 4)]
            for one in waiting:
                write(store, Entry(answer=None, attempt=one))
            write(store, Entry(answer=None, attempt=full_attempt(2)))  # it became a signature
            erased = evolve(full_attempt(3), signature_id=None, particulars=None)
            write(store, Entry(answer=None, attempt=erased))
            other = evolve(full_attempt(6, petition=2), signature_id=None)
            write(store, Entry(answer=None, attempt=other), petition=2)
            first = store.pending(number_id(1), limit=2)
            rest = store.pending(number_id(1), after=first[-1].number)
            assert [one.attempt for one in (*first, *rest)] == waiting
            held = evolve(waiting[0], held="rule")
            write(store, Entry(answer=None, attempt=held))
            again = store.pending(number_id(1), limit=1)
            assert [(one.number, one.attempt) for one in again] == [(first[0].number, held)]
            assert list(store.pending(number_id(1), after=rest[-1].number)) == []
            raises(NotFoundError, store.pending, number_id(404))

    def test_minutes_tell_what_came_in_and_what_was_counted(self) -> None:
        with self.store_with_petition() as store:
            second = timedelta(seconds=1)
            used = evolve(full_attempt(1), received_at=at(1), signature_id=number_id(1))
            signed = plain_signature(1, when=at(1))
            moves = (
                Delta(counters=("supporters", "persons"), amount=1, at=at(2) + second),
                Delta(counters=("persons",), amount=5, at=at(3)),
            )
            write(store, Entry(answer=None, attempt=used, signature=signed, deltas=moves))
            waiting = evolve(full_attempt(2), received_at=at(1) + 59 * second, signature_id=None)
            write(store, Entry(answer=None, attempt=waiting))
            paper = plain_signature(3, when=at(2))
            lost = (Delta(counters=("supporters",), amount=-1, at=at(4)),)
            write(store, Entry(answer=None, signature=paper, deltas=lost))
            assert list(store.minutes(number_id(1), "supporters")) == [
                Minute(at=at(1), received=2),
                Minute(at=at(2), received=1, counted=1),
                Minute(at=at(4), counted=-1),
            ]
