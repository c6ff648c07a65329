"""Turns: threads that share a store work one after the other, and wait for the database together.

A driver lets go of the interpreter for every small call to its library, a dozen times for a
signature, and each time another thread is woken that wants it, mostly for nothing: eight
threads got less done than one. Who waits for a turn does not wait for the interpreter. It costs
nobody anything, since no two threads run Python at once in any case.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident

__all__ = ["Turn"]

_NOBODYS = 0


class Turn:
    """Whose turn it is: one thread's at most."""

    def __init__(self) -> None:
        """Be nobody's."""
        self._lock = Lock()
        self._whose = _NOBODYS

    def take(self) -> None:
        """Wait for one's turn."""
        self._lock.acquire()
        self._whose = get_ident()

    def leave(self) -> None:
        """Let others have theirs."""
        self._whose = _NOBODYS
        self._lock.release()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Work in one's turn."""
        self.take()
        try:
            yield
        finally:
            self.leave()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let others have theirs meanwhile, where it is one's own."""
        mine = self._whose == get_ident()
        if mine:
            self.leave()
        try:
            yield
        finally:
            if mine:
                self.take()
