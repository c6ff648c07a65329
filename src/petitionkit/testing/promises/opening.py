"""What all promises share: how the store under test is opened, and what it says that it can.

A store says so by the attributes and methods of its suite, and nobody overrides a test: what a
store cannot do is not collected, and ``left_out`` says why.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from typing import Any, ClassVar, TypeVar

from petitionkit.petition import Petition
from petitionkit.store import Store
from petitionkit.testing.bench import together
from petitionkit.testing.samples import plain_petition, revision

__all__ = ["PromiseNames", "StoreOpener", "for_processes", "for_threads"]

P = TypeVar("P", bound=Callable[..., None])


def _named(promise: Callable[..., None]) -> Callable[..., None]:
    """Make whatever comes out of a promise say which one it is."""

    @wraps(promise)
    def kept(*arguments: object) -> None:
        __tracebackhide__ = True  # pytest shows the promise itself
        try:
            promise(*arguments)
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
            if name.startswith("test_") and callable(value):
                setattr(cls, name, _named(value))


def for_threads(promise: P) -> P:
    """Mark a promise of stores that several threads may use at once."""
    promise.__dict__["lacks"] = lambda suite: "" if suite.threads else "threads = False"
    return promise


def for_processes(promise: P) -> P:
    """Mark a promise of stores that several processes may open at once."""
    promise.__dict__["lacks"] = lambda suite: (
        "" if suite.opener is not StoreOpener.opener else "opener is not given"
    )
    return promise


class StoreOpener(PromiseNames):
    """Opens the stores that promises are tried on."""

    left_out: ClassVar[Mapping[str, str]] = {}
    """Tests that the suite of this store does not have, each with what the store lacks for it."""

    _depending: ClassVar[Mapping[str, Any]] = {}
    """Tests that depend on what a store can do, left out or not."""

    examples: int = 100
    """Of how many histories a law is tried; fewer where opening a store takes long."""

    lives: int = 25
    """How many lives of an office the state machine goes through."""

    steps: int = 40
    """How many steps such a life has at most."""

    races: int = 20
    """How many races of three workers are run, with threads and with processes."""

    threads: bool = True
    """Whether one store may be used by several threads at once."""

    def __init_subclass__(cls, **named: Any) -> None:  # noqa: ANN401 (as object has it)
        """Leave out what this store cannot do, and take up again what a wider suite left out."""
        super().__init_subclass__(**named)
        own = {name: value for name, value in vars(cls).items() if name.startswith("test_")}
        known: dict[str, Any] = {}
        for base in reversed(cls.__bases__):
            known |= getattr(base, "_depending", {})
        cls._depending = {n: p for n, p in (known | own).items() if hasattr(p, "lacks")}
        lacking = {name: promise.lacks(cls) for name, promise in cls._depending.items()}
        cls.left_out = {name: why for name, why in lacking.items() if why}
        for name, promise in cls._depending.items():
            # No collector takes a test that cannot be called.
            setattr(cls, name, None if lacking[name] else promise)

    def open_store(self) -> AbstractContextManager[Store]:
        """Give a fresh and empty store, with its schema applied."""
        raise NotImplementedError("give open_store: a context manager of a fresh and empty store")

    def reopen(self, store: Store) -> Store:
        """Open another store over what ``store`` has kept, which was closed or is left as it is.

        As another process finds it when the first one has ended, or was killed. Give it for a
        store that keeps what was written; one without it ends with its first life.
        """
        raise NotImplementedError(f"say how to open again what {store!r} has kept")

    def opener(self, store: Store) -> Callable[[], Store]:
        """What opens a store over the same content in another process.

        Give it for a store that several processes may open at once. It is pickled on its way
        there: a class or a function of a module, or a ``functools.partial`` of one.
        """
        raise NotImplementedError(f"say how another process opens {store!r}")

    def at_thread_end(self) -> None:
        """Give back what a store keeps for the thread that calls this."""

    def together(self, calls: Sequence[Callable[[], None]]) -> None:
        """Run calls in threads of their own."""
        together(calls, self.at_thread_end)

    @contextmanager
    def store_with_petition(self, *petitions: Petition) -> Iterator[Store]:
        """A store that holds these petitions, or a plain one."""
        with self.open_store() as store:
            for petition in petitions or (plain_petition(),):
                store.add(revision(petition))
            yield store
