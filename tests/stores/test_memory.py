"""``MemoryStore`` keeps every promise of a store."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from contract import StoreContract
from machine import store_machine

from petitionkit.store import Store
from petitionkit.stores.memory import MemoryStore


class TestMemoryStore(StoreContract):
    def open_store(self) -> AbstractContextManager[Store]:
        return nullcontext(MemoryStore())


def test_its_repr_tells_how_much_is_in_it() -> None:
    assert repr(MemoryStore()) == "<MemoryStore of 0 petitions>"


def _memory() -> AbstractContextManager[Callable[[], Store]]:
    store = MemoryStore()
    return nullcontext(lambda: store)


TestDeskOverMemoryStore = store_machine(_memory).TestCase
