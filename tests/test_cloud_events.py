import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from jsonschema import Draft202012Validator

from petitionkit.cloud_events import (
    envelope_of_fact,
    envelope_of_notice,
    event_names,
    event_schema,
)
from petitionkit.errors import NotFoundError
from petitionkit.facts import Event, Fact
from petitionkit.ledger import Notice, NoticeKind
from petitionkit.testing.strategies import instants
from samples import petition

# The names are a promise: a line may be added here, and none may go or change.
NAMES = """
petitionkit.fact.answered.v1 petitionkit.fact.closed.v1 petitionkit.fact.count_declared.v1
petitionkit.fact.opened.v1 petitionkit.fact.policy_pinned.v1 petitionkit.fact.counted_again.v1
petitionkit.fact.rejected.v1 petitionkit.fact.started.v1 petitionkit.fact.threshold_reached.v1
petitionkit.notice.already_signed.v1 petitionkit.notice.closed.v1 petitionkit.notice.confirm.v1
petitionkit.notice.opened.v1 petitionkit.notice.threshold_reached.v1
""".split()
NOON = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
SOURCE = "https://petitions.example.org/"
# The attributes that CloudEvents 1.0 requires or knows, by the letter of its specification.
CLOUD_EVENT = {
    "type": "object",
    "required": ["id", "source", "specversion", "type"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "source": {"type": "string", "format": "uri-reference", "minLength": 1},
        "specversion": {"const": "1.0"},
        "type": {"type": "string", "minLength": 1},
        "datacontenttype": {"type": "string", "minLength": 1},
        "dataschema": {"type": "string", "format": "uri", "minLength": 1},
        "subject": {"type": "string", "minLength": 1},
        "time": {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
        },
        "data": {},
    },
    "propertyNames": {"pattern": "^[a-z0-9]{1,20}$"},
}


def check(envelope: dict[str, object]) -> None:
    read = json.loads(json.dumps(envelope))
    Draft202012Validator(CLOUD_EVENT).validate(read)
    schema = event_schema(str(envelope["type"]))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(read["data"])


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_an_envelope_that_its_schema_takes(kind: NoticeKind) -> None:
    notice = Notice(id=UUID(int=7), kind=kind, petition_id=UUID(int=1), at=NOON, subject="agenda")
    for one in (notice, evolve(notice, attempt_id=UUID(int=3))):
        envelope = envelope_of_notice(one, source=SOURCE)
        check(envelope)
        assert envelope["id"] == str(notice.id)
        assert envelope["type"] == f"petitionkit.notice.{kind.value}.v1"


@pytest.mark.parametrize("event", Event)
def test_every_fact_has_an_envelope_that_its_schema_takes(event: Event) -> None:
    fact = Fact(event=event, at=NOON, recorded_at=NOON, until=NOON, numbers=(("level", 3),))
    there = evolve(petition(), facts=(fact, evolve(fact, until=None, numbers=())))
    for position in (0, 1):
        envelope = envelope_of_fact(there, position, source=SOURCE)
        check(envelope)
        assert envelope["id"] == f"{there.id}/{position}"
    for position in (-1, 2):
        with pytest.raises(NotFoundError):
            envelope_of_fact(there, position, source=SOURCE)


@given(instants())
def test_the_time_of_an_envelope_is_that_of_the_notice(at: datetime) -> None:
    notice = Notice(id=UUID(int=7), kind=NoticeKind.CLOSED, petition_id=UUID(int=1), at=at)
    check(envelope_of_notice(notice, source=SOURCE))


def test_schemas_refuse_what_is_something_else() -> None:
    validator = Draft202012Validator(event_schema("petitionkit.fact.opened.v1"))
    assert not validator.is_valid({})
    assert not validator.is_valid({"petition_id": 1, "at": "yesterday", "recorded_at": ""})


def test_names_once_given_stay() -> None:
    assert set(NAMES) <= set(event_names())
    assert len(event_names()) == len(NoticeKind) + len(Event)
    with pytest.raises(NotFoundError, match="event_names"):
        event_schema("petitionkit.fact.eaten.v1")
