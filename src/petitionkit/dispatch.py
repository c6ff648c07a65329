"""Dispatches: notices on their way to whoever they are due to, and when to try again.

Decides how long to wait after a failure and when to give up. Knows no mail server: a failure
is a code that the worker gives, and never the text of an answer, which may hold an address.
"""

import re
from datetime import datetime, timedelta

from attrs import field, frozen

from petitionkit.civil import optional_instant
from petitionkit.errors import InvalidValueError
from petitionkit.ledger import Notice
from petitionkit.problems import problem

__all__ = ["Backoff", "Dispatch", "failure_code"]

_CODE = re.compile(r"[a-z0-9][a-z0-9._:-]{0,63}")


def failure_code(reason: str) -> str:
    """A reason as it may be kept: a code such as ``smtp.timeout`` or ``http:503``.

    Raises ``InvalidValueError`` for anything else, so that no address gets in with the answer
    of a server.
    """
    if not _CODE.fullmatch(reason):
        raise InvalidValueError([problem("not_a_code", "reason")])
    return reason


@frozen(kw_only=True)
class Dispatch:
    """A notice with how often it was tried, when it is due next, and why it failed last.

    ``due_at`` is None once it is dead: nobody tries it again unless it is revived. ``reason``
    is a code, empty where it never failed.
    """

    notice: Notice
    tries: int = 0
    due_at: datetime | None = field(default=None, converter=optional_instant)
    reason: str = ""

    @property
    def dead(self) -> bool:
        """Whether it was given up."""
        return self.due_at is None


@frozen(kw_only=True)
class Backoff:
    """How long to wait after each failure: ``first``, then ``factor`` times longer each time.

    No wait is longer than ``longest``; after ``tries`` tries it is given up. Left as it is:
    after 1, 4, 16, 64 and 256 minutes, then twice after 12 hours.
    """

    first: timedelta = timedelta(minutes=1)
    factor: int = 4
    longest: timedelta = timedelta(hours=12)
    tries: int = 8

    def __attrs_post_init__(self) -> None:
        """Refuse what would try for ever without a wait, or never."""
        parts = {
            "first": self.first > timedelta(),
            "factor": self.factor > 0,
            "longest": self.longest > timedelta(),
            "tries": self.tries > 0,
        }
        found = [problem("not_positive", name) for name, good in parts.items() if not good]
        if found:
            raise InvalidValueError(found)

    def next_at(self, tries: int, now: datetime) -> datetime | None:
        """When to try again what has failed now, for the ``tries``-th time; None: give up."""
        if tries >= self.tries:
            return None
        wait = self.first
        for _ in range(tries - 1):
            if wait >= self.longest:
                break
            wait *= self.factor
        return now + min(wait, self.longest)
