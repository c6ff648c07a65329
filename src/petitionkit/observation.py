"""Observation: what an office's operators see of each verb, and the names of its metrics.

Decides what is told: which verb, how it ended, how long it took, how often it was asked again.
Never of whom or by whom. Knows no exporter: ``Desk(observe=...)`` takes any function.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from inspect import isfunction, signature
from re import sub
from types import MappingProxyType
from typing import Any
from uuid import UUID

from attrs import frozen

from petitionkit.errors import InvalidValueError, PetitionkitError
from petitionkit.problems import problem

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
    kind = type(answer)
    if kind.__module__ != "petitionkit.outcomes":
        return "ok"
    return sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


_UNSAID = UUID(int=0)
"""In the place of an argument that is missing, which Python itself refuses."""

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


def _given_ids(method: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse what is no id where one is taken: text from an address, or the petition itself.

    Stores would look for it and find nothing, and name what they were given.
    """
    taken = list(signature(method).parameters.values())
    ids = [(at, one.name) for at, one in enumerate(taken) if one.annotation is UUID]

    @wraps(method)
    def given(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 (as it answers)
        for at, name in ids:
            if not isinstance(args[at] if at < len(args) else kwargs.get(name, _UNSAID), UUID):
                raise InvalidValueError([problem("wrong_type", name, expected="a UUID")])
        return method(*args, **kwargs)

    return given if ids else method


def _told(verb: str, method: Callable[..., Any]) -> Callable[..., Any]:
    method = _given_ids(method)

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
