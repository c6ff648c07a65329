"""``MemoryStore`` keeps every promise of a store."""

from contextlib import AbstractContextManager, nullcontext

import pytest

from petitionkit.store import Store
from petitionkit.stores.memory import MemoryStore
from petitionkit.testing import (
    CatalogueConformance,
    ErasingConformance,
    StoreConformance,
    UpkeepConformance,
)


class TestMemoryStore(
    StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance
):
    lives = 150

    def open_store(self) -> AbstractContextManager[Store]:
        return nullcontext(MemoryStore())


@pytest.mark.long
class TestMemoryStoreInManyLives(TestMemoryStore):
    examples = 1000
    lives = 2000


def test_its_repr_tells_how_much_is_in_it() -> None:
    assert repr(MemoryStore()) == "<MemoryStore of 0 petitions>"
