import pytest

from petitionkit.errors import (
    AlreadyExistsError,
    ForeignFileError,
    IllegalStepError,
    InvalidValueError,
    KeyFileError,
    NotFoundError,
    NotPermittedError,
    PetitionkitError,
    PolicyAmendedError,
    SchemaVersionError,
    StoreContractError,
    StoreUnavailableError,
    UnreadableFileError,
)
from petitionkit.problems import problem

TABLE: list[tuple[PetitionkitError, type[Exception], str, int]] = [
    (InvalidValueError([]), ValueError, "invalid_value", 422),
    (NotFoundError("x"), LookupError, "not_found", 404),
    (AlreadyExistsError("x"), ValueError, "already_exists", 409),
    (IllegalStepError("x"), RuntimeError, "illegal_step", 409),
    (PolicyAmendedError("x"), RuntimeError, "policy_amended", 409),
    (NotPermittedError("x"), PermissionError, "not_permitted", 403),
    (StoreContractError("x"), RuntimeError, "store.contract", 500),
    (StoreUnavailableError("x"), OSError, "store.unavailable", 503),
    (SchemaVersionError("x"), RuntimeError, "store.schema", 500),
    (ForeignFileError("x"), ValueError, "store.foreign_file", 500),
    (KeyFileError("x"), ValueError, "keys", 500),
    (UnreadableFileError("roll.empty", "x"), ValueError, "file.unreadable", 422),
]


@pytest.mark.parametrize(("error", "kind", "code", "http_status"), TABLE)
def test_each_error_is_the_standard_kind_with_a_stable_code(
    error: PetitionkitError, kind: type[Exception], code: str, http_status: int
) -> None:
    assert isinstance(error, kind)
    assert (error.code, error.http_status) == (code, http_status)
    assert error.retryable is isinstance(error, PolicyAmendedError)


def test_the_table_misses_no_error() -> None:
    assert {type(error) for error, *_ in TABLE} == set(PetitionkitError.__subclasses__())


def test_an_invalid_value_carries_every_problem_and_says_them() -> None:
    error = InvalidValueError(iter([problem("required", "name"), problem("not_json")]))
    assert error.problems == (problem("required", "name"), problem("not_json"))
    assert str(error) == "name: is required [required]; is not JSON; mend the text [not_json]"


def test_a_lock_of_somebody_else_is_worth_another_try() -> None:
    error = StoreUnavailableError("locked", retryable=True)
    assert error.retryable
    assert str(error) == "locked"


def test_an_unreadable_file_names_the_line_where_there_is_one() -> None:
    assert str(UnreadableFileError("roll.empty", "is empty")) == "is empty"
    error = UnreadableFileError("roll.encoding", "is no UTF-8", line=7)
    assert str(error) == "line 7: is no UTF-8"
    assert (error.problem_code, error.line, error.column) == ("roll.encoding", 7, 0)
    placed = UnreadableFileError("json.syntax", "is no JSON", line=7, column=3)
    assert str(placed) == "line 7, column 3: is no JSON"
    assert placed.column == 3
