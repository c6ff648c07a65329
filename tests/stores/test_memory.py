"""``MemoryStore`` keeps every promise of a store."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest
from contract import StoreContract
from erasing_promises import ErasingPromises
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from machine import store_machine

from petitionkit.store import Store
from petitionkit.stores.memory import MemoryStore


class TestMemoryStore(StoreContract, ErasingPromises):
    def open_store(self) -> AbstractContextManager[Store]:
        return nullcontext(MemoryStore())


def test_its_repr_tells_how_much_is_in_it() -> None:
    assert repr(MemoryStore()) == "<MemoryStore of 0 petitions>"


def _memory() -> AbstractContextManager[Callable[[], Store]]:
    store = MemoryStore()
    return nullcontext(lambda: store)


DeskOverMemoryStore = store_machine(_memory)


def test_a_desk_over_this_store_agrees_with_the_office() -> None:
    run_state_machine_as_test(DeskOverMemoryStore, settings=settings(max_examples=150))


@pytest.mark.long
def test_a_desk_over_this_store_agrees_with_the_office_in_many_histories() -> None:
    run_state_machine_as_test(DeskOverMemoryStore, settings=settings(max_examples=2000))
