"""Every refusal as ``application/problem+json`` (RFC 9457), in answers and in the OpenAPI."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from petitionkit import PetitionkitError, Problem
from petitionkit.pydantic import ProblemDetails, codes_of, problems_of

__all__ = ["DeclinedError", "install", "responses"]

_TYPE = "application/problem+json"
_AGAIN = {"Retry-After": "1"}


class DeclinedError(Exception):
    """Raised inside a transaction: undoes it, and answers with these problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Carry everything that was wrong."""
        super().__init__("declined")
        self.problems = problems


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's documentation: these statuses are problems, with the codes of the library."""
    return {
        status: {
            "model": ProblemDetails,
            "description": ", ".join([HTTPStatus(status).phrase, *codes_of(status)]),
        }
        for status in statuses
    }


def _answer(told: ProblemDetails, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(told.model_dump(), told.status, headers, media_type=_TYPE)


def install(app: FastAPI) -> None:
    """Answer errors and refusals of all kinds in one shape, and say so in the OpenAPI."""

    @app.exception_handler(PetitionkitError)
    def _ours(_: Request, error: PetitionkitError) -> JSONResponse:
        return _answer(ProblemDetails.of(error), _AGAIN if error.retryable else None)

    @app.exception_handler(DeclinedError)
    def _declined(_: Request, error: DeclinedError) -> JSONResponse:
        return _answer(ProblemDetails.of(error.problems))

    @app.exception_handler(RequestValidationError)
    def _form(_: Request, error: RequestValidationError) -> JSONResponse:
        return _answer(ProblemDetails.of(problems_of(error.errors())))

    @app.exception_handler(HTTPException)
    def _http(_: Request, error: HTTPException) -> JSONResponse:
        told = ProblemDetails(
            title=str(error.detail), status=error.status_code, code=f"http.{error.status_code}"
        )
        return _answer(told, dict(error.headers or {}))

    plain = app.openapi

    def openapi() -> dict[str, Any]:
        made = plain()
        for operations in made["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    if status >= "400" and "application/json" in content:
                        content[_TYPE] = content.pop("application/json")
        return made

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it
