"""Pydantic models for an API: of a policy's form, of answers, and of what is wrong (RFC 9457).

Decides nothing by itself: a model reads what came by the library's own rules, so that it
accepts what the desk accepts and finds the same problems, all at once; and it tells what the
desk answered as the value has it. Needs the extra ``pydantic``; knows no web framework.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, reduce
from http import HTTPStatus
from inspect import cleandoc
from operator import or_
from types import MappingProxyType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from attrs import fields_dict, has
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from petitionkit.asking import AskedField, asked_fields, form_schema
from petitionkit.codec import to_plain
from petitionkit.errors import InvalidValueError, PetitionkitError, refuse
from petitionkit.form import CODE_LIMIT
from petitionkit.outcomes import outcome_name
from petitionkit.parties import Party, PartyKind
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.problems import ENGLISH, Problem, Remark, problem
from petitionkit.signature import Particulars, SignatureDraft
from petitionkit.standing import Owed, ThresholdStanding
from petitionkit.verbs.reception import read_form

__all__ = [
    "AnswerModel",
    "ProblemDetails",
    "ProblemShown",
    "SigningModel",
    "answer_model",
    "codes_of",
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


# What is answered


class AnswerModel(BaseModel):
    """What the library answered, as an API tells it; made by ``answer_model``."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    @classmethod
    def from_value(cls, value: object, **more: object) -> Self:
        """Tell a value of the class that it was made of; ``more`` are the app's own fields."""
        told = {name: getattr(value, name) for name in cls.model_fields if hasattr(value, name)}
        return cls.model_validate({**told, **more})


_TOLD: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        Party: ("kind", "name"),
        Petition: ("id", "version", "slugs", "texts", "starter"),
        PetitionText: ("language", "title", "body", "details", "version"),
    }
)
"""What is told by itself where there is more that is the office's own."""

_KEYS: Mapping[tuple[type, str], Callable[[Policy], Sequence[str]]] = MappingProxyType(
    {
        (ThresholdStanding, "key"): lambda policy: [one.key for one in policy.latched],
        (Owed, "key"): lambda policy: [one.key for one in policy.follow_ups],
    }
)
"""What can be no other text than the policy has."""


def answer_model(
    kind: type, *, only: Sequence[str] | None = None, policy: Policy | None = None
) -> type[AnswerModel]:
    """Make the model of a frozen value's class: ``Standing``, ``Petition``, an outcome ...

    It has the attributes and properties of the class with their types, and of what stands in
    them; ``only`` names those that are wanted. Without it a petition, its texts and its starter
    tell what is everybody's to know. An outcome bears ``answer``, its name in small letters
    (``already_signed``), by which a union of them is told apart. With a ``policy``, keys of
    thresholds and follow-ups are those that it has. Rules are objects as ``to_plain`` makes them.
    Raises ``InvalidValueError`` for a name that the class does not have.
    """
    return _answer_model(kind, None if only is None else tuple(only), policy)


@cache
def _answer_model(
    kind: type, only: tuple[str, ...] | None, policy: Policy | None
) -> type[AnswerModel]:
    hints = get_type_hints(kind)
    there = {name: hints[name] for name in fields_dict(kind)} | {
        name: get_type_hints(made.fget)["return"]
        for name, made in vars(kind).items()
        if isinstance(made, property) and not name.startswith("_")
    }
    wanted = _TOLD.get(kind, tuple(there)) if only is None else only
    refuse(problem("unknown_key", name) for name in wanted if name not in there)
    fields: dict[str, Any] = {}
    if answer := outcome_name(kind):
        fields["answer"] = (Literal[answer], answer)
    for name in wanted:
        keys = _KEYS[kind, name](policy) if policy and (kind, name) in _KEYS else ()
        fields[name] = (Literal[tuple(keys)] if keys else _told(there[name], policy), ...)
    said = cleandoc(kind.__doc__ or "").partition("\n\n")[0]
    return create_model(kind.__name__, __base__=AnswerModel, __doc__=said, **fields)


def _told(kind: Any, policy: Policy | None) -> Any:  # noqa: ANN401 (a type, or a form of types)
    """The type of an answer's field for the type of an attribute."""
    if kind in {Problem, Remark}:
        return ProblemShown
    if has(kind):
        return _answer_model(kind, None, policy)
    inside = get_args(kind)
    if get_origin(kind) in {Union, UnionType}:
        if sum(map(has, inside)) > 1:
            return Annotated[Any, BeforeValidator(to_plain)]
        return reduce(or_, (_told(one, policy) for one in inside))
    if get_origin(kind) is tuple:
        return tuple[tuple(one if one is ... else _told(one, policy) for one in inside)]  # type: ignore[misc]
    return kind


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
        return cls.model_validate(said)

    @model_validator(mode="before")
    @classmethod
    def _in_words(cls, said: object) -> object:
        if not isinstance(said, Problem | Remark):
            return said
        params = dict(said.params)
        return {"code": said.code, "field": said.field, "detail": said.message(), "params": params}


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


def _with_all_below(kind: type[PetitionkitError]) -> Iterator[type[PetitionkitError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _with_all_below(one)


def codes_of(status: int) -> tuple[str, ...]:
    """The codes that a ``ProblemDetails`` of that status may have, for an API's description.

    Those of the library's errors, and of the app's own that are ``PetitionkitError``.
    """
    hinted = (e.code for e in _with_all_below(PetitionkitError) if e.http_status == status)
    refused = (InvalidValueError.code for one in _STATUS.values() if one == status)
    return tuple(sorted({*hinted, *refused}))


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
