"""What every store promises about the traces by which attempts from one source are counted."""

from attrs import evolve

from petitionkit.ledger import Entry, Lookback, Request, Situation, Trace
from petitionkit.store import Store
from petitionkit.testing.bench import Refusal, raises, write
from petitionkit.testing.promises.opening import StoreOpener
from petitionkit.testing.samples import (
    HERE,
    NOON,
    THERE,
    a_trace,
    at,
    number_id,
    plain_petition,
    revision,
)

__all__ = ["TracePromises"]


def _leave(store: Store, *traces: Trace, petition: int = 1) -> None:
    write(store, *(Entry(answer=None, trace=one) for one in traces), petition=petition)


def _look(
    store: Store, *lookbacks: Lookback, sources: tuple[str, ...] = (HERE,)
) -> tuple[int, ...]:
    seen: list[Situation] = []

    def admit(situation: Situation) -> Entry[None]:
        seen.append(situation)
        return Entry(answer=None)

    request = Request(admit=admit, sources=sources, lookbacks=lookbacks)
    store.sign(number_id(1), [request])
    return seen[-1].traced


def _since(minute: float, *, role: str = "signer", everywhere: bool = False) -> Lookback:
    return Lookback(role=role, since=at(minute), everywhere=everywhere)


class TracePromises(StoreOpener):
    """Counting traces, and forgetting them."""

    def test_traces_are_counted_from_an_instant_on(self) -> None:
        with self.store_with_petition() as store:
            _leave(store, a_trace(1), a_trace(2), a_trace(2), a_trace(3))
            assert _look(store, _since(1), _since(2), _since(2.5), _since(4)) == (4, 3, 1, 0)

    def test_traces_of_other_sources_and_roles_are_not_counted(self) -> None:
        with self.store_with_petition() as store:
            _leave(store, a_trace(1), a_trace(1, THERE), a_trace(1, role="starter"))
            assert _look(store, _since(0), _since(0, role="starter")) == (1, 1)
            assert _look(store, _since(0), sources=(HERE, THERE)) == (2,)
            assert _look(store, _since(0), sources=("x",)) == (0,)

    def test_those_of_the_office_are_counted_where_they_are_asked_for(self) -> None:
        with self.store_with_petition() as store:
            store.add(revision(plain_petition(2)))
            store.add(revision(evolve(plain_petition(3), office="another")))
            for petition in (1, 2, 2, 3):
                _leave(store, a_trace(1), petition=petition)
            assert _look(store, _since(0), _since(0, everywhere=True)) == (1, 3)

    def test_those_of_the_same_transaction_are_counted(self) -> None:
        with self.store_with_petition() as store:
            _leave(store, a_trace(1))
            seen: list[tuple[int, ...]] = []

            def admit(situation: Situation) -> Entry[None]:
                seen.append(situation.traced)
                return Entry(answer=None, trace=a_trace(5))

            asked = (_since(0), _since(0, everywhere=True), _since(2), _since(0, role="starter"))
            request = Request(admit=admit, sources=(HERE,), lookbacks=asked)
            store.sign(number_id(1), [request, request])
            assert seen == [(1, 1, 0, 0), (2, 2, 1, 0)]

    def test_a_refused_transaction_leaves_no_trace(self) -> None:
        with self.store_with_petition() as store:

            def fails(_situation: Situation) -> Entry[None]:
                raise Refusal

            requests = [
                Request(admit=lambda _s: Entry(answer=None, trace=a_trace(1))),
                Request(admit=fails),
            ]
            raises(Refusal, store.sign, number_id(1), requests)
            assert _look(store, _since(0)) == (0,)

    def test_traces_are_forgotten_from_their_last_instant_on(self) -> None:
        with self.store_with_petition() as store:
            _leave(store, a_trace(1, until=10), a_trace(2, until=20))
            for minute, left in ((9, 2), (10, 1), (19, 1), (20, 0), (30, 0)):
                store.forget_traces(at(minute))
                assert _look(store, _since(0)) == (left,)

    def test_who_asks_for_no_traces_is_told_of_none(self) -> None:
        with self.store_with_petition() as store:
            _leave(store, evolve(a_trace(1), until=NOON))
            assert _look(store, sources=()) == ()
