"""Arguments: whoever gives a verb something else than it says is told so at once.

Decides which kinds are looked at: ids, policies and drafts, in whose place callers most often
give text, a name or a form. What is in them is for the verb to judge.
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any
from uuid import UUID

from petitionkit.errors import InvalidValueError
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.signature import SignatureDraft

__all__ = ["given_as_said"]

_CHECKED = (UUID, Policy, SignatureDraft)
_UNSAID = object()
"""In the place of an argument that is left out."""


def given_as_said(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, which refuses what is no id where one is taken, and no policy or draft.

    Text from an address is no id, nor is the petition itself: a store would look for it, find
    nothing, and name what it was given. The name of a preset is no policy. Raises
    ``InvalidValueError`` (``wrong_type``) under the argument's name.
    """
    taken = enumerate(signature(method).parameters.values())
    checked = [(at, one.name, one.annotation) for at, one in taken if one.annotation in _CHECKED]

    @wraps(method)
    def given(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 (as it answers)
        for at, name, kind in checked:
            one = args[at] if at < len(args) else kwargs.get(name, _UNSAID)
            if one is not _UNSAID and not isinstance(one, kind):
                raise InvalidValueError(
                    [problem("wrong_type", name, expected=f"a {kind.__name__}")]
                )
        return method(*args, **kwargs)

    return given if checked else method
