"""petitionkit's own files: values as JSON Lines, lossless, and known to be whole.

The first line says the format and its version, each further one is ``{"kind": value}`` in the
codec's JSON, and the last one counts them and holds the SHA-256 digest of all before it: a file
that was cut, joined or edited is refused. A roll holds signatures; a history holds petitions, each
followed by its facts. Read and written as a stream: one record is in memory at a time.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, BinaryIO, NoReturn, TypeVar

from attrs import evolve

from petitionkit.codec import from_plain, to_json
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.facts import Fact
from petitionkit.formats.json_text import find_place, parse
from petitionkit.json_schema import json_schema
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.signature import Signature, Submission

__all__ = [
    "LINE_LIMIT",
    "RECORDS",
    "Record",
    "line_schema",
    "read_histories",
    "read_records",
    "read_signatures",
    "write_histories",
    "write_records",
]

Record = Petition | Fact | Policy | Signature | Submission
"""What a line may hold."""

RECORDS: Mapping[str, type[Record]] = MappingProxyType(
    {
        "petition": Petition,
        "fact": Fact,
        "policy": Policy,
        "signature": Signature,
        "submission": Submission,
    }
)
"""Kinds of records by the key that stands before them."""

LINE_LIMIT = 1 << 24
"""Bytes of a line; no honest record is 16 MiB long."""

R = TypeVar("R", bound=Record)

_NAMES: Mapping[type, str] = MappingProxyType({kind: name for name, kind in RECORDS.items()})
_HEAD = {"petitionkit": 1}


def write_records(file: BinaryIO, values: Iterable[Record]) -> int:
    """Write values, a line each, and the digest of them; returns how many there were."""
    digest = hashlib.sha256()

    def put(line: str) -> None:
        raw = f"{line}\n".encode()
        digest.update(raw)
        file.write(raw)

    put(_line(_HEAD))
    count = 0
    for count, value in enumerate(values, 1):  # noqa: B007 (how many there were is told below)
        put(f'{{"{_NAMES[type(value)]}":{to_json(value)}}}')
    put(_line({"end": {"records": count, "sha256": digest.hexdigest()}}))
    return count


def read_records(file: BinaryIO) -> Iterator[Record]:
    """Hand on the values of a file in their order.

    Raises ``UnreadableFileError`` with line and column: what was handed on before is sound in
    itself, and only with the last line known to be all there is.
    """
    digest = hashlib.sha256()
    number, count = 0, 0
    for number, raw in enumerate(_lines(file), 1):
        if number == 1:
            _check_head(raw)
        else:
            name, value = _pair(raw, number)
            if name == "end":
                _check_end(value, count, digest.hexdigest(), number, raw)
                _check_nothing_follows(file, number)
                return
            yield _record(name, value, raw, number)
            count += 1
        digest.update(raw)
    raise UnreadableFileError(
        "jsonl.cut",
        "the file ends without its last line, which counts the others; get the whole file",
        line=number + 1,
        column=1,
    )


def read_signatures(file: BinaryIO) -> Iterator[Signature]:
    """Hand on the signatures of a roll; raises also where it holds anything else."""
    return _only(read_records(file), Signature)


def write_histories(file: BinaryIO, petitions: Iterable[Petition]) -> int:
    """Write petitions, each followed by its facts, and return the number of lines."""

    def records() -> Iterator[Record]:
        for petition in petitions:
            yield evolve(petition, facts=())
            yield from petition.facts

    return write_records(file, records())


def read_histories(file: BinaryIO) -> Iterator[Petition]:
    """Hand on the petitions of a file of histories, each with its facts."""
    petition: Petition | None = None
    facts: list[Fact] = []
    for number, record in enumerate(read_records(file), 2):
        match record:
            case Petition():
                if petition is not None:
                    yield evolve(petition, facts=tuple(facts))
                petition, facts = record, []
            case Fact() if petition is not None:
                facts.append(record)
            case _:
                _refuse_kind(number)
    if petition is not None:
        yield evolve(petition, facts=tuple(facts))


def line_schema() -> dict[str, Any]:
    """JSON Schema of one line of a file: its head, a record, or its end."""
    definitions: dict[str, Any] = {}
    lines: list[dict[str, Any]] = [
        _object(petitionkit={"const": 1}),
        _object(
            end=_object(
                records={"type": "integer", "minimum": 0},
                sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
            )
        ),
    ]
    for name, kind in RECORDS.items():
        schema = json_schema(kind)
        definitions |= schema["$defs"]
        lines.append(_object(**{name: {"$ref": schema["$ref"]}}))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of a petitionkit file",
        "anyOf": lines,
        "$defs": dict(sorted(definitions.items())),
    }


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _line(value: Mapping[str, object]) -> str:
    return to_json(dict(value))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    number = 1
    while raw := file.readline(LINE_LIMIT + 1):
        if len(raw) > LINE_LIMIT:
            raise UnreadableFileError(
                "jsonl.line_too_long",
                f"the line is over {LINE_LIMIT:,} bytes",
                line=number,
                column=1,
            )
        yield raw
        number += 1


def _check_head(raw: bytes) -> None:
    head = parse(raw)
    if head != _HEAD:
        raise UnreadableFileError(
            "jsonl.no_head",
            f"the first line must be {_line(_HEAD)}: this is no petitionkit file, or a newer one",
            line=1,
            column=1,
        )


def _pair(raw: bytes, number: int) -> tuple[str, object]:
    found = parse(raw, line=number)
    if not isinstance(found, dict) or len(found) != 1:
        raise UnreadableFileError(
            "jsonl.no_record",
            "a line is an object with one key, which says what its value is",
            line=number,
            column=1,
        )
    [(name, value)] = found.items()
    return name, value


def _record(name: str, value: object, raw: bytes, number: int) -> Record:
    kind = RECORDS.get(name)
    if kind is None:
        raise UnreadableFileError(
            "jsonl.unknown_kind",
            f"a line holds one of {', '.join(RECORDS)}, or the end",
            line=number,
            column=2,
        )
    try:
        return from_plain(kind, value)
    except InvalidValueError as error:
        line, column = find_place(raw, f"{name}.{error.problems[0].field}", line=number)
        raise UnreadableFileError(
            "jsonl.wrong_value", str(error), line=line, column=column
        ) from None


def _check_end(value: object, count: int, digest: str, number: int, raw: bytes) -> None:
    if value != {"records": count, "sha256": digest} or not raw.endswith(b"\n"):
        raise UnreadableFileError(
            "jsonl.wrong_digest",
            "the last line's count or digest is of other lines: the file was changed; get it again",
            line=number,
            column=1,
        )


def _check_nothing_follows(file: BinaryIO, number: int) -> None:
    if file.read(1):
        raise UnreadableFileError(
            "jsonl.after_the_end",
            "nothing may follow the last line; take it out",
            line=number + 1,
            column=1,
        )


def _only(records: Iterable[Record], kind: type[R]) -> Iterator[R]:
    for number, record in enumerate(records, 2):
        if not isinstance(record, kind):
            _refuse_kind(number)
        yield record


def _refuse_kind(number: int) -> NoReturn:
    raise UnreadableFileError(
        "jsonl.misplaced",
        "this kind of line has no place in such a file; take it out",
        line=number,
        column=1,
    )
