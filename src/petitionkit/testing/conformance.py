"""What every store promises, one promise per test, for whoever writes one.

Subclass ``StoreConformance`` and give ``open_store``. It needs nothing but a collector of plain
methods: pytest, or ``unittest`` when the subclass is a ``TestCase`` too. Hypothesis stays inside
the methods: ``@given`` on an inherited one fails its health check as soon as there are two
subclasses.
"""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from petitionkit.testing.machine import store_machine
from petitionkit.testing.promises.amendments import AmendmentPromises
from petitionkit.testing.promises.concurrency import ConcurrencyPromises
from petitionkit.testing.promises.counts import CountPromises
from petitionkit.testing.promises.levels import LevelPromises
from petitionkit.testing.promises.notices import NoticePromises
from petitionkit.testing.promises.petitions import PetitionPromises
from petitionkit.testing.promises.signatures import SignaturePromises
from petitionkit.testing.promises.threads import ThreadPromises
from petitionkit.testing.promises.traces import TracePromises

__all__ = ["StoreConformance"]


class StoreConformance(
    PetitionPromises,
    SignaturePromises,
    AmendmentPromises,
    CountPromises,
    LevelPromises,
    NoticePromises,
    TracePromises,
    ThreadPromises,
    ConcurrencyPromises,
):
    """The contract of ``petitionkit.store.Store``, in executable sentences.

    A test that fails names the promise that the store broke. What a store cannot do it says by
    the attributes and methods of ``StoreOpener``.
    """

    def test_closing_twice_is_closing_once(self) -> None:
        with self.open_store() as store:
            store.close()
            store.close()

    def test_a_desk_over_this_store_agrees_with_an_office_that_works_by_hand(self) -> None:
        survives = type(self).reopen is not StoreConformance.reopen
        machine = store_machine(self.open_store, self.reopen if survives else None)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=self.lives,
                stateful_step_count=self.steps,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            ),
        )
