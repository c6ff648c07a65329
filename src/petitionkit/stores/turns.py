"""Turns: threads that share a store work one after the other, and wait for the database together.

A driver lets go of the interpreter for every small call to its library, a few dozen times for
a signature. Each time another thread that waits for the interpreter is woken, mostly for
nothing, so that eight threads got less done than one. Threads that wait for their turn here do
not wait for the interpreter. No two threads run Python at once in any case, so none loses by it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident

__all__ = ["Turn"]

_NOBODY = 0


class Turn:
    """Whose turn it is; at most one thread's."""

    def __init__(self) -> None:
        """Be nobody's turn."""
        self._lock = Lock()
        self._whose = _NOBODY

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for one's turn, and work; whose turn it is already goes on."""
        if self._whose == get_ident():
            yield
            return
        self.take()
        try:
            yield
        finally:
            self.leave()

    def take(self) -> None:
        """Wait for one's turn."""
        self._lock.acquire()
        self._whose = get_ident()

    def leave(self) -> None:
        """Let others have it."""
        self._whose = _NOBODY
        self._lock.release()
