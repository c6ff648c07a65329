import hashlib
import json
from datetime import UTC, date, datetime
from typing import cast
from uuid import UUID

import pytest
from attrs import frozen

from petitionkit.clauses import Threshold
from petitionkit.codec import from_json, from_plain, from_toml, policy_digest, to_json, to_plain
from petitionkit.errors import InvalidValueError
from petitionkit.form import Demand, Form
from petitionkit.parties import Answer
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from samples import DAY, DEADLINE, PETITION_ID, POLICY, T0, opened, petition


def _problems(kind: type[object], value: object) -> set[Problem]:
    with pytest.raises(InvalidValueError) as caught:
        from_plain(kind, value)
    found = caught.value.problems
    assert len(set(found)) == len(found)
    return set(found)


POLICY_TOML = """
name = "town"
version = "1"

[form]
phone = "optional"
phone_region = "GB"

[window]
zone = "Europe/London"
duration = { months = 6 }

[[thresholds]]
key = "reply"
level = 10000
effect = "response"
"""


def test_a_policy_is_read_from_toml() -> None:
    policy = from_toml(Policy, POLICY_TOML)
    assert policy.form == Form(phone=Demand.OPTIONAL, phone_region="GB")
    assert policy.window.duration is not None
    assert policy.window.duration.months == 6
    assert policy.thresholds == (Threshold(key="reply", level=10_000, effect="response"),)


def test_a_policy_is_written_as_one_line_with_sorted_keys_and_no_defaults() -> None:
    assert to_json(from_toml(Policy, POLICY_TOML)) == (
        '{"form":{"phone":"optional","phone_region":"GB"},"name":"town",'
        '"thresholds":[{"effect":"response","key":"reply","level":10000}],'
        '"version":"1","window":{"duration":{"months":6},"zone":"Europe/London"}}'
    )


def test_a_policy_is_named_by_the_digest_of_its_json() -> None:
    policy = Policy(name="town", version="é")
    expected = hashlib.sha256('{"name":"town","version":"é"}'.encode()).hexdigest()
    assert policy_digest(policy) == expected
    assert policy_digest(Policy(name="town", version="e")) != expected


def test_instants_and_ids_are_written_as_text() -> None:
    plain = to_plain(petition(opened()))
    assert plain["id"] == "01890a5d-ac96-774b-bcce-b302099a8057"
    assert plain["facts"][0] == {
        "event": "opened",
        "at": "2026-03-01T12:00:00Z",
        "recorded_at": "2026-03-01T12:00:00Z",
        "rule": "window",
        "until": "2026-04-01T00:00:00Z",
    }


def test_toml_may_give_an_instant_in_its_own_type() -> None:
    answer = from_toml(Answer, "at = 2026-03-01T14:00:00+02:00")
    assert answer == Answer(at=T0)
    assert from_plain(Answer, {"at": DEADLINE}) == Answer(at=DEADLINE)


def test_every_problem_comes_with_the_path_of_its_key() -> None:
    value = {
        "name": 5,
        "versoin": "1",
        "form": {"email": "maybe", "name_limit": "10", "colour": "red"},
        "window": {"duration": {"months": -1}, "zone": "Mars/Phobos"},
        "confirmation": {"by_mail": 1},
        "identity": {"any_of": []},
        "sources": ["a", 2],
        "thresholds": [
            {"key": "a", "level": 1},
            {"key": "B", "level": True},
            "c",
            {"level": 3, "counter": None},
        ],
        "closing": [],
        "eligibility": {"minimum_age": 1.5, "leap_day": 2},
    }
    text, number = "text", "a whole number"
    assert _problems(Policy, value) == {
        problem("wrong_type", "name", expected=text),
        problem("required", "version"),
        problem("unknown_key", "versoin"),
        problem("unknown_choice", "form.email", choices="required, optional, unwanted"),
        problem("wrong_type", "form.name_limit", expected=number),
        problem("unknown_key", "form.colour"),
        problem("negative", "window.duration.months"),
        problem("wrong_type", "confirmation.by_mail", expected="true or false"),
        problem("unknown_choice", "identity.any_of", choices="mailbox, phone, national_number"),
        problem("wrong_type", "sources.1", expected=text),
        problem("wrong_type", "thresholds.1.level", expected=number),
        problem("wrong_type", "thresholds.2", expected="a table"),
        problem("required", "thresholds.3.key"),
        problem("wrong_type", "thresholds.3.counter", expected=text),
        problem("wrong_type", "closing", expected="a table"),
        problem("wrong_type", "eligibility.minimum_age", expected=number),
        problem(
            "unknown_choice", "eligibility.leap_day", choices="first_of_march, last_of_february"
        ),
    }


def test_what_a_constructor_refuses_is_named_by_its_path() -> None:
    value = {
        "name": "town",
        "version": "1",
        "window": {"zone": "Mars/Phobos"},
        "identity": {"any_of": ["phone", "phone"]},
    }
    assert _problems(Policy, value) == {
        problem("unknown_zone", "window.zone"),
        problem("repeated", "identity.any_of"),
    }
    rules = {
        "name": "town",
        "version": "1",
        "format": 9,
        "thresholds": [{"key": "a", "level": 1}, {"key": "a", "level": 1, "counter": "likes"}],
    }
    assert _problems(Policy, rules) == {
        problem("unknown_choice", "format", choices="1"),
        problem("repeated", "thresholds"),
        problem(
            "unknown_choice",
            "thresholds.a.counter",
            choices="supporters, persons, organisations, sponsors",
        ),
    }


def test_limits_and_patterns_are_told_by_their_field() -> None:
    value = {"name": "Town", "version": "1", "form": {"name_limit": 0}}
    assert _problems(Policy, value) == {problem("too_small", "form.name_limit", least=1)}
    assert _problems(Policy, {"name": "Town", "version": "1"}) == {problem("not_a_name", "name")}


def test_a_petition_is_read_strictly() -> None:
    value = {
        "id": "not-an-id",
        "starter": {"kind": "robot", "name": "\u202ex"},
        "texts": [{"language": "en", "title": ""}, {"language": "en", "title": "x" * 513}],
        "addressees": {"key": "a"},
        "related": [{"kind": "similar", "petition_id": 7}],
        "facts": [
            {"event": "opened", "at": "yesterday", "recorded_at": 5},
            {
                "event": "opened",
                "at": "2026-03-01T12:00:00",
                "recorded_at": "0001-01-01T00:00:00+05:00",
                "numbers": [["a"], ["b", "c"], "d", ["e", 1]],
                "until": [],
            },
        ],
        "version": None,
    }
    assert _problems(Petition, value) == {
        problem("wrong_type", "id", expected="a UUID"),
        problem("unknown_choice", "starter.kind", choices="person, organisation"),
        problem("required", "texts.0.title"),
        problem("too_long", "texts.1.title", length=513, limit=512),
        problem("wrong_type", "addressees", expected="a list"),
        problem("wrong_type", "related.0.petition_id", expected="a UUID"),
        problem("not_an_instant", "facts.0.at"),
        problem("wrong_type", "facts.0.recorded_at", expected="an instant"),
        problem("naive_instant", "facts.1.at"),
        problem("out_of_range", "facts.1.recorded_at"),
        problem("wrong_type", "facts.1.numbers.0", expected="a list of 2"),
        problem("wrong_type", "facts.1.numbers.1.1", expected="a whole number"),
        problem("wrong_type", "facts.1.numbers.2", expected="a list"),
        problem("wrong_type", "facts.1.until", expected="an instant"),
        problem("wrong_type", "version", expected="a whole number"),
    }


@pytest.mark.parametrize("value", [None, 5, "x", [], [["name", "x"]]])
def test_what_is_no_table_is_refused(value: object) -> None:
    assert _problems(Policy, value) == {problem("wrong_type", "", expected="a table")}


@pytest.mark.parametrize(
    "text", ["", "{", "nan", "{'a': 1}", "[" * 100_000, '{"a": ' + "9" * 5000 + "}"]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        from_json(Policy, text)
    assert caught.value.problems == (problem("not_json"),)


@pytest.mark.parametrize("half", ['"\\ud800"', '"a\\udfff"'])
def test_half_a_surrogate_pair_is_refused_before_it_breaks_a_digest(half: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        from_json(Policy, f'{{"name": "town", "version": {half}}}')
    assert [(p.code, p.field) for p in caught.value.problems] == [("lone_surrogate", "version")]


def test_a_syntax_error_in_toml_is_named_with_its_line() -> None:
    with pytest.raises(InvalidValueError) as caught:
        from_toml(Policy, 'name = "a"\nversion = \n')
    [found] = caught.value.problems
    assert found.code == "not_toml"
    assert "line 2" in found.message()


@frozen(kw_only=True)
class Sitting:
    day: date
    closed: bool = False
    seat: UUID = PETITION_ID


def test_days_are_read_from_text_and_from_toml() -> None:
    assert from_json(Sitting, '{"day": "2026-03-01", "closed": true}') == Sitting(
        day=date(2026, 3, 1), closed=True
    )
    assert from_toml(Sitting, "day = 2026-03-01").day == date(2026, 3, 1)
    assert to_json(Sitting(day=date(2026, 3, 1))) == '{"day":"2026-03-01"}'


@pytest.mark.parametrize("day", ["1.3.2026", 20, None, datetime(2026, 3, 1, tzinfo=UTC)])
def test_what_is_no_day_is_refused(day: object) -> None:
    assert _problems(Sitting, {"day": day}) == {problem("not_a_date", "day")}


@frozen
class Broken:
    name: str

    def __attrs_post_init__(self) -> None:
        raise ZeroDivisionError


def test_an_error_that_is_no_problem_of_the_value_comes_out_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        from_plain(Broken, {"name": "x"})


def test_lists_may_come_as_tuples() -> None:
    text = {"language": "en", "title": "Keep the park"}
    value = {
        "id": str(PETITION_ID),
        "starter": {"kind": "person", "name": "A"},
        "texts": (text,),
    }
    found = from_plain(Petition, value)
    assert found.texts == (PetitionText(language="en", title="Keep the park"),)


def test_json_keeps_letters_as_they_are() -> None:
    assert json.loads(to_json(Policy(name="a", version="ü"))) == {"name": "a", "version": "ü"}
    assert "ü" in to_json(Policy(name="a", version="ü"))
    assert cast("dict[str, object]", to_plain(POLICY))["name"] == "town"
    assert from_plain(Answer, {"at": "2026-03-02T12:00:00Z"}).at == T0 + DAY


def test_a_rule_that_may_be_missing_may_be_null() -> None:
    text = '{"name": "a", "version": "1", "opening": {"needs": null}}'
    assert from_json(Policy, text) == Policy(name="a", version="1")
