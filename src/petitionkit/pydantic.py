"""Pydantic models for an API: of a policy's form, and of what is wrong (RFC 9457).

Decides nothing by itself: a model reads what came by the library's own rules, so that it
accepts what the desk accepts and finds the same problems, all at once. Needs the extra
``pydantic``; knows no web framework.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, ClassVar, Self, cast

from attrs import fields_dict
from pydantic import BaseModel, ConfigDict, ValidationError, create_model, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from petitionkit.asking import AskedField, asked_fields, form_schema
from petitionkit.errors import InvalidValueError, PetitionkitError
from petitionkit.form import CODE_LIMIT
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.problems import ENGLISH, Problem, Remark, problem
from petitionkit.signature import Particulars, SignatureDraft
from petitionkit.verbs.reception import read_form

__all__ = [
    "ProblemDetails",
    "ProblemShown",
    "SigningModel",
    "problems_of",
    "signing_model",
    "status_of",
]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SigningModel(BaseModel):
    """What somebody fills in to sign; made by ``signing_model``.

    One that could be made is in order by its policy. What the form does not ask of this kind
    of signer is dropped, as the desk drops it; what no form asks is refused. No error of it
    and no repr holds what was typed.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    policy: ClassVar[Policy]
    asked: ClassVar[tuple[AskedField, ...]]
    clock: ClassVar[Callable[[], datetime]]

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Show nothing of a person."""
        return ()

    def draft(self) -> SignatureDraft:
        """The same, as the desk takes it."""
        return SignatureDraft(**self.model_dump())

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            raise _refusal(cls, [problem("wrong_type", expected="a table")])
        found = [problem("unknown_key", _shown(name)) for name in given if name not in _DRAFT]
        kind = given.get("kind") or PartyKind.PERSON
        if kind not in tuple(PartyKind):  # a tuple asks for no hash of what came
            found.append(problem("unknown_choice", "kind", choices=", ".join(PartyKind)))
            kind = PartyKind.PERSON
        typed = {name: given[name] for name in _DRAFT & given.keys()}
        for name in _UNREAD:
            if not isinstance(typed.get(name, ""), str):
                found.append(problem("not_text", name))
                del typed[name]
        typed["kind"] = PartyKind(kind)
        read = read_form(cls.policy, SignatureDraft(**typed), cls.clock())
        if not isinstance(read, Particulars):
            found += read
        if found:
            raise _refusal(cls, found)
        kept = {one.name for one in cls.asked if kind in one.of} | {"consents", "language"}
        return {name: typed[name] for name in kept & cls.model_fields.keys() & typed.keys()}


_DRAFT = frozenset(fields_dict(SignatureDraft))
_UNREAD = ("language", "visibility")
"""What a draft may have and nobody asks whether it is text."""


def _shown(name: object) -> str:
    """A key as it may be told: no half characters, and no essays."""
    return str(name)[:CODE_LIMIT].encode(errors="replace").decode()


def _refusal(model: type[BaseModel], problems: Iterable[Problem]) -> ValidationError:
    return ValidationError.from_exception_data(
        model.__name__,
        [
            InitErrorDetails(
                type=PydanticCustomError(
                    cast("Any", one.code),  # to its types a literal
                    cast("Any", ENGLISH[one.code]),
                    dict(one.params),
                ),
                loc=tuple(one.field.split(".")) if one.field else (),
                input=None,
            )
            for one in problems
        ],
    )


def signing_model(
    policy: Policy, *, language: str = "en", clock: Callable[[], datetime] = _utc_now
) -> type[SigningModel]:
    """Make the model of a policy's form, described in the words that it has for a language.

    ``clock`` returns an aware datetime, by which a signer's age is told. The model's JSON
    Schema is ``form_schema``'s. Petitions may be pinned to other policies: make the model of
    the policy that the petition has (``desk.policy``).
    """

    def described(schema: dict[str, Any], model: type[BaseModel]) -> None:
        schema.clear()
        schema.update({"title": model.__name__, **form_schema(policy, language=language)})

    asked = asked_fields(policy, language=language)
    fields: dict[str, Any] = {one.name: (str, one.default) for one in asked} | {
        "language": (str, "")
    }
    if policy.form.consents:
        fields["consents"] = (tuple[str, ...], ())
    made = create_model("Signing", __base__=SigningModel, __doc__=SigningModel.__doc__, **fields)
    made.model_config["json_schema_extra"] = described
    made.policy, made.asked, made.clock = policy, asked, staticmethod(clock)
    made.model_rebuild(force=True)
    return made


# What is wrong


class ProblemShown(BaseModel):
    """One thing about one field, as ``Problem`` and ``Remark`` have it, and in words."""

    code: str
    field: str = ""
    detail: str
    params: dict[str, str | int] = {}

    @classmethod
    def of(cls, said: Problem | Remark) -> Self:
        """A problem of the library's, or a remark."""
        return cls(
            code=said.code, field=said.field, detail=said.message(), params=dict(said.params)
        )


class ProblemDetails(BaseModel):
    """Why a request was not answered as it wished, as RFC 9457 has it.

    Sent as ``application/problem+json``. ``code`` is stable, and ``problems`` lists everything
    that is wrong with what was sent.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    code: str
    problems: tuple[ProblemShown, ...] = ()

    @classmethod
    def of(cls, wrong: PetitionkitError | Sequence[Problem]) -> Self:
        """Of an error of ours, or of what a ``Refused`` or a request has for problems.

        The status is the error's hint, or ``status_of`` the problems. Nothing is told of an
        error that is the server's own (500 and above).
        """
        if isinstance(wrong, InvalidValueError):
            wrong = wrong.problems
        if isinstance(wrong, PetitionkitError):
            detail = str(wrong) if wrong.http_status < HTTPStatus.INTERNAL_SERVER_ERROR else ""
            return cls._titled(wrong.http_status, wrong.code, detail=detail)
        shown = tuple(ProblemShown.of(one) for one in wrong)
        return cls._titled(status_of(wrong), InvalidValueError.code, problems=shown)

    @classmethod
    def _titled(cls, status: int, code: str, **rest: Any) -> Self:  # noqa: ANN401 (its fields)
        return cls(title=HTTPStatus(status).phrase, status=status, code=code, **rest)


_STATUS: Mapping[str, HTTPStatus] = MappingProxyType(
    {
        "petition": HTTPStatus.CONFLICT,
        "petition.gone": HTTPStatus.NOT_FOUND,
        "signature": HTTPStatus.GONE,
        "signature.not_found": HTTPStatus.NOT_FOUND,
        "token": HTTPStatus.GONE,
    }
)
"""By code, or else by the part before its first full stop."""


def status_of(problems: Sequence[Problem]) -> int:
    """The HTTP status that fits: 422 for what can be mended in the form.

    Where all are about something else: 409 the petition, 410 the link or the signature, 404
    where there is none.
    """
    form = HTTPStatus.UNPROCESSABLE_ENTITY
    found = {_STATUS.get(p.code, _STATUS.get(p.code.partition(".")[0], form)) for p in problems}
    return found.pop() if len(found) == 1 else form


_PLACES = ("body", "query", "path", "header", "cookie")
_BOUNDS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "greater_than_equal": ("ge", "too_small", "least"),
        "less_than_equal": ("le", "too_large", "most"),
    }
)
"""Where pydantic has the bound, and how a problem says it."""

_OURS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "required",
        "json_invalid": "not_json",
        "string_type": "not_text",
        "string_unicode": "lone_surrogate",
        "extra_forbidden": "unknown_key",
    }
)


def problems_of(errors: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """The library's problems, from ``ValidationError.errors()`` or FastAPI's alike.

    What came out of a ``SigningModel`` comes back as the library found it. What another model
    found is told by the nearest code; the value itself is left out, as always.
    """
    return tuple(_problem_of(error) for error in errors)


def _problem_of(error: Mapping[str, Any]) -> Problem:
    code, params, said = error["type"], {}, error.get("ctx", {})
    place = error["loc"][1:] if error["loc"][:1] and error["loc"][0] in _PLACES else error["loc"]
    if code in ENGLISH and "actual_length" not in said:  # a list may be too long for others
        params = said
    elif code in _OURS:
        code = _OURS[code]
    elif code in _BOUNDS:
        key, code, name = _BOUNDS[code]
        params = {name: said[key]}
    elif code in {"enum", "literal_error"}:
        code, params = "unknown_choice", {"choices": said["expected"]}
    else:
        kind, _, how = code.rpartition("_")
        wrong_type = how in {"type", "parsing"}
        code = "wrong_type" if wrong_type else "out_of_range"
        params = {"expected": kind} if wrong_type else {}
    return problem(code, ".".join(map(str, place)), **params)
