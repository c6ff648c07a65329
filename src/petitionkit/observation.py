"""Observation: what an office's operators see of each verb, and the names of its metrics.

Decides what is told: which verb, how it ended, how long it took, how often it was asked again.
Never of whom or by whom. Knows no exporter: ``Desk(observe=...)`` takes any function.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from inspect import isfunction
from types import MappingProxyType
from typing import Any

from attrs import frozen

from petitionkit.arguments import given_as_said
from petitionkit.errors import PetitionkitError
from petitionkit.outcomes import outcome_name

__all__ = ["METRICS", "Observation", "Observed", "asked"]

METRICS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "petitionkit.verb.duration": ("s", "how long a verb took, by verb and code"),
        "petitionkit.verb.retries": ("1", "decisions that were asked again, by verb and code"),
        "petitionkit.notices.waiting": ("1", "notices that nobody has acknowledged yet"),
        "petitionkit.notices.age": ("s", "age of the oldest of them"),
        "petitionkit.notices.dead": ("1", "notices that were given up"),
        "petitionkit.ledger.unfolded": ("1", "moves of counters that are not folded yet"),
        "petitionkit.petitions.overdue": ("1", "petitions that wait for a tick"),
        "petitionkit.petitions.lateness": ("s", "since when the longest of them waits"),
    }
)
"""Fixed names of metrics, each with its unit (as UCUM writes it) and what it measures."""


@frozen(kw_only=True)
class Observation:
    """One verb that was done, as it is told to ``observe``.

    ``code`` says how it ended: ``refused`` or ``received`` for an outcome of that name, ``ok``
    for any other answer, the code of an error of ours (``store.unavailable``), or ``error``.
    ``seconds`` is how long it took; ``retries`` how many decisions the store asked again
    because others were quicker.
    """

    verb: str
    code: str
    seconds: float
    retries: int


_retries: ContextVar[list[int] | None] = ContextVar("petitionkit_retries", default=None)


def asked(times: int) -> None:
    """Note that a decision was asked for the so-many-th time, from 1."""
    retries = _retries.get()
    if retries is not None and times > 1:
        retries.append(times)


@contextmanager
def _counting() -> Iterator[list[int]]:
    retries: list[int] = []
    token = _retries.set(retries)
    try:
        yield retries
    finally:
        _retries.reset(token)


def _code(answer: object) -> str:
    """The outcome's name; several at once, and plain values, are simply ok."""
    return outcome_name(type(answer)) or "ok"


_ASIDE = frozenset({"over"})
"""Methods that do nothing yet."""


class Observed:
    """Tells of every public method that a subclass defines; of those called inside, nothing."""

    _observe: Callable[[Observation], None] | None = None

    def __init_subclass__(cls) -> None:
        """Wrap what the subclass defines itself."""
        super().__init_subclass__()
        for name, method in list(vars(cls).items()):
            if isfunction(method) and not name.startswith("_") and name not in _ASIDE:
                setattr(cls, name, _told(name, method))


def _told(verb: str, method: Callable[..., Any]) -> Callable[..., Any]:
    method = given_as_said(method)

    @wraps(method)
    def told(self: Observed, /, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 (as it answers)
        observe = self._observe
        if observe is None or _retries.get() is not None:
            return method(self, *args, **kwargs)
        code, begun = "error", time.perf_counter()
        with _counting() as retries:
            try:
                answer = method(self, *args, **kwargs)
                code = _code(answer)
            except PetitionkitError as error:
                code = error.code
                raise
            finally:
                seconds = time.perf_counter() - begun
                observe(Observation(verb=verb, code=code, seconds=seconds, retries=len(retries)))
        return answer

    return told
