"""What every store promises of histories that several workers make at once."""

from petitionkit.testing.promises.opening import StoreOpener, for_processes, for_threads
from petitionkit.testing.races import some_races, with_processes, with_threads

__all__ = ["ConcurrencyPromises"]


class ConcurrencyPromises(StoreOpener):
    """Whatever was done at once might have been done one after the other."""

    @for_threads
    def test_what_threads_did_at_once_is_explained_by_some_order_of_their_steps(self) -> None:
        with self.open_store() as store:
            with_threads(store, some_races(self.races), self.together)

    @for_processes
    def test_what_processes_did_at_once_is_explained_by_some_order_of_their_steps(self) -> None:
        with self.open_store() as store:
            with_processes(store, self.opener(store), some_races(self.races))
