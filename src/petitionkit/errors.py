"""Every exception that petitionkit raises on purpose.

Exceptions are for misuse and for the world failing; what happens in ordinary life (a refused
signature, a second signature, an expired link) is a value. Each error is also the standard
library's kind, has a stable ``code`` and a hint for HTTP, and says what to do. None of them
holds personal data.
"""

from collections.abc import Iterable
from typing import ClassVar

from petitionkit.problems import Problem, sentences

__all__ = [
    "AlreadyExistsError",
    "ForeignFileError",
    "IllegalStepError",
    "InvalidValueError",
    "KeyFileError",
    "NotFoundError",
    "NotPermittedError",
    "PetitionkitError",
    "PolicyAmendedError",
    "SchemaVersionError",
    "StoreContractError",
    "StoreUnavailableError",
    "UnreadableFileError",
    "refuse",
]


class PetitionkitError(Exception):
    """Root of all errors raised on purpose.

    ``code`` is stable; ``http_status`` is the status that fits when an embedder lets the
    error through to a web client; ``retryable`` says that the same call may succeed later.
    """

    code: ClassVar[str] = "petitionkit"
    http_status: ClassVar[int] = 500
    retryable: bool = False


class InvalidValueError(PetitionkitError, ValueError):
    """A value could not be built; ``problems`` lists everything that is wrong with it."""

    code = "invalid_value"
    http_status = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Carry all problems of one value."""
        self.problems = tuple(problems)
        super().__init__(sentences(self.problems))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise ``InvalidValueError`` with all problems, if there are any."""
    found = tuple(problems)
    if found:
        raise InvalidValueError(found)


class NotFoundError(PetitionkitError, LookupError):
    """There is no row with this id in this store."""

    code = "not_found"
    http_status = 404


class AlreadyExistsError(PetitionkitError, ValueError):
    """An id, slug or outside identifier is taken already."""

    code = "already_exists"
    http_status = 409


class IllegalStepError(PetitionkitError, RuntimeError):
    """The lifecycle table has no such step from the petition's state at that instant."""

    code = "illegal_step"
    http_status = 409


class NotPermittedError(PetitionkitError, PermissionError):
    """Whoever acts may not take this step in that capacity."""

    code = "not_permitted"
    http_status = 403


class PolicyAmendedError(PetitionkitError, RuntimeError):
    """The petition's policy was amended while something was decided by the old one."""

    code = "policy_amended"
    http_status = 409
    retryable = True


class StoreContractError(PetitionkitError, RuntimeError):
    """A caller asked a store for something that its contract rules out."""

    code = "store.contract"


class StoreUnavailableError(PetitionkitError, OSError):
    """The database is locked, full, read-only or gone; nothing was written.

    ``retryable`` holds where only somebody else's lock stood in the way.
    """

    code = "store.unavailable"
    http_status = 503

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        """Say what stood in the way, and whether trying again helps."""
        self.retryable = retryable
        super().__init__(message)


class SchemaVersionError(PetitionkitError, RuntimeError):
    """The store's schema is missing, or of a version that this petitionkit cannot use."""

    code = "store.schema"


class ForeignFileError(PetitionkitError, ValueError):
    """The file is not a petitionkit store; it was left as it is."""

    code = "store.foreign_file"


class KeyFileError(PetitionkitError, ValueError):
    """A key is missing, unreadable, or not the one that the store's claims were made with."""

    code = "keys"


class UnreadableFileError(PetitionkitError, ValueError):
    """A file cannot be read as what it should be.

    ``problem_code`` is stable (``roll.empty``, ``roll.encoding`` ...); ``line`` and ``column``
    (characters) count from 1 and are 0 where the whole file, or the whole line, is meant.
    """

    code = "file.unreadable"
    http_status = 422

    def __init__(self, problem_code: str, message: str, *, line: int = 0, column: int = 0) -> None:
        """Say what is wrong, and where."""
        self.problem_code = problem_code
        self.line = line
        self.column = column
        place = f"line {line}, column {column}: " if column else f"line {line}: "
        super().__init__(f"{place}{message}" if line else message)
