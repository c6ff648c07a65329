"""What all promises share: how the store under test is opened, and what it says that it can.

A store says so by attributes and methods, each with its reason; nobody overrides a test.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from typing import Any
from unittest import SkipTest

from petitionkit.petition import Petition
from petitionkit.store import Store
from petitionkit.testing.bench import together
from petitionkit.testing.samples import plain_petition, revision

__all__ = ["PromiseNames", "StoreOpener"]


def _named(promise: Callable[..., None]) -> Callable[..., None]:
    """Make whatever comes out of a promise say which one it is."""

    @wraps(promise)
    def kept(*arguments: object) -> None:
        __tracebackhide__ = True  # pytest shows the promise itself
        try:
            promise(*arguments)
        except SkipTest:
            raise
        except BaseException as error:
            said = promise.__name__.removeprefix("test_").replace("_", " ")
            error.add_note(f"broken promise: {said}")
            raise

    return kept


class PromiseNames:
    """Has every promise of a class say its name when it is broken."""

    def __init_subclass__(cls, **named: Any) -> None:  # noqa: ANN401 (as object has it)
        """Give every promise of a subclass its words."""
        super().__init_subclass__(**named)
        for name, value in list(vars(cls).items()):
            if name.startswith("test_"):
                setattr(cls, name, _named(value))


class StoreOpener(PromiseNames):
    """Opens the stores that promises are tried on."""

    examples: int = 100
    """Of how many histories a law is tried; fewer where opening a store takes long."""

    lives: int = 25
    """How many lives of an office the state machine goes through."""

    steps: int = 40
    """How many steps such a life has at most."""

    races: int = 20
    """How many races of three workers are run, with threads and with processes."""

    survives_reopening: bool = False
    """Whether what was written is still there when the store is closed, or killed, and opened."""

    threads: bool = True
    """Whether one store may be used by several threads at once."""

    def open_store(self) -> AbstractContextManager[Store]:
        """Give a fresh and empty store, with its schema applied."""
        raise NotImplementedError("give open_store: a context manager of a fresh and empty store")

    def reopen(self, store: Store) -> Store:
        """Open another store over what ``store`` has kept, which was closed or is left as it is.

        As another process finds it when the first one has ended, or was killed.
        """
        raise NotImplementedError(f"{store!r} survives reopening: say how to open it again")

    def opener(self, store: Store) -> Callable[[], Store] | None:  # noqa: ARG002 (the same)
        """What opens a store over the same content in another process, or None.

        It is pickled on its way there: a class or a function of a module, or a
        ``functools.partial`` of one.
        """
        return None

    def at_thread_end(self) -> None:
        """Give back what a store keeps for the thread that calls this."""

    def together(self, calls: Sequence[Callable[[], None]]) -> None:
        """Run calls in threads of their own, where the store says that it may be."""
        if not self.threads:
            raise SkipTest("this store says that it is for one thread")
        together(calls, self.at_thread_end)

    @contextmanager
    def store_with_petition(self, *petitions: Petition) -> Iterator[Store]:
        """A store that holds these petitions, or a plain one."""
        with self.open_store() as store:
            for petition in petitions or (plain_petition(),):
                store.add(revision(petition))
            yield store
