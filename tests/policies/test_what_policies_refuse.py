"""Bad policies: each is refused, with the path of the key that is wrong."""

from datetime import date
from typing import Any

import pytest

from petitionkit.civil import Calendar, Duration
from petitionkit.codec import from_plain, from_toml
from petitionkit.errors import InvalidValueError
from petitionkit.policy import Policy

HEAD: dict[str, Any] = {"name": "town", "version": "1"}
TEN = {"days": 10}


def _found(**parts: object) -> list[tuple[str, str]]:
    try:
        from_plain(Policy, {**HEAD, **parts})
    except InvalidValueError as error:
        return [(p.field, p.code) for p in error.problems]
    return []


def _threshold(**needs: object) -> dict[str, object]:
    return {"parameters": ["people"], "thresholds": [{"key": "t", "needs": needs}]}


NEEDS = "thresholds.0.needs"
RULES: list[tuple[dict[str, object], str, str]] = [
    ({"level": 0}, f"{NEEDS}.level", "too_small"),
    ({"level": "9"}, f"{NEEDS}.level", "wrong_type"),
    ({"level": True}, f"{NEEDS}.level", "wrong_type"),
    ({"level": 1, "share": "1/2"}, NEEDS, "unknown_rule"),
    ({}, NEEDS, "unknown_rule"),
    ({"levels": 1}, NEEDS, "unknown_rule"),
    ({"share": "3/2", "of": "people"}, f"{NEEDS}.share", "not_a_share"),
    ({"share": "101 %", "of": "people"}, f"{NEEDS}.share", "not_a_share"),
    ({"share": "0", "of": "people"}, f"{NEEDS}.share", "not_a_share"),
    ({"share": "-1/2", "of": "people"}, f"{NEEDS}.share", "not_a_share"),
    ({"share": "1/0", "of": "people"}, f"{NEEDS}.share", "not_a_share"),
    ({"share": "half", "of": "people"}, f"{NEEDS}.share", "not_a_share"),
    ({"share": "nan", "of": "people"}, f"{NEEDS}.share", "not_a_share"),
    ({"share": 0.5, "of": "people"}, f"{NEEDS}.share", "wrong_type"),
    ({"share": "1/2", "of": ""}, f"{NEEDS}.of", "required"),
    ({"share": "1/2", "of": "people", "rounding": "off"}, f"{NEEDS}.rounding", "unknown_choice"),
    ({"regions": 0, "weights": [["a", 1]]}, f"{NEEDS}.regions", "too_small"),
    ({"regions": 2, "weights": [["a", 1]]}, f"{NEEDS}.regions", "too_many_needed"),
    ({"regions": 1, "weights": []}, f"{NEEDS}.regions", "too_many_needed"),
    ({"regions": 1, "weights": [["a", 1], ["a", 2]]}, f"{NEEDS}.weights", "repeated"),
    ({"regions": 1, "weights": [["a", 0]]}, f"{NEEDS}.weights", "not_positive"),
    ({"regions": 1, "weights": [["a"]]}, f"{NEEDS}.weights.0", "wrong_type"),
    ({"regions": 1, "weights": [["a", 1]], "factor": 0}, f"{NEEDS}.factor", "too_small"),
    ({"authors": "king"}, f"{NEEDS}.authors", "unknown_choice"),
    ({"authors": "author", "at_least": 0}, f"{NEEDS}.at_least", "too_small"),
    ({"finding": ""}, f"{NEEDS}.finding", "required"),
    ({"event": "sneezed"}, f"{NEEDS}.event", "unknown_choice"),
    ({"passed": TEN, "since": []}, f"{NEEDS}.since", "too_few"),
    ({"passed": TEN, "since": ["opened"], "which": "any"}, f"{NEEDS}.which", "unknown_choice"),
    ({"passed": {"days": 0}, "since": ["opened"]}, f"{NEEDS}.passed", "not_positive"),
    ({"passed": {"days": -1}, "since": ["opened"]}, f"{NEEDS}.passed.days", "negative"),
    ({"passed": TEN}, f"{NEEDS}.since", "required"),
    ({"passed": None, "since": ["opened"]}, f"{NEEDS}.passed", "wrong_type"),
    ({"all": []}, f"{NEEDS}.all", "too_few"),
    ({"any": []}, f"{NEEDS}.any", "too_few"),
    ({"any": [{"all": [{"level": 0}]}]}, f"{NEEDS}.any.0.all.0.level", "too_small"),
    ({"at_least": 0, "of": [{"level": 1}]}, f"{NEEDS}.at_least", "too_small"),
    ({"at_least": 3, "of": [{"level": 1}] * 2}, f"{NEEDS}.at_least", "too_many_needed"),
    ({"at_least": 1, "of": []}, f"{NEEDS}.at_least", "too_many_needed"),
    ({"level": 1, "count": "cats"}, "thresholds.t.count", "unknown_choice"),
    ({"share": "1/2", "of": "cats"}, "thresholds.t.of", "unknown_choice"),
    ({"inactive_for": TEN}, "thresholds.t", "misplaced"),
    (
        {"passed": {"calendar": "sitting", "calendar_days": 1}, "since": ["opened"]},
        "thresholds.t",
        "unknown_calendar",
    ),
    (
        {"level": 1, "within": {"first": {"calendar": "sitting", "calendar_days": 1}}},
        "thresholds.t",
        "unknown_calendar",
    ),
]


@pytest.mark.parametrize(("needs", "field", "code"), RULES, ids=[str(r[0]) for r in RULES])
def test_a_rule_that_makes_no_sense_is_refused_where_it_stands(
    needs: dict[str, object], field: str, code: str
) -> None:
    assert _found(**_threshold(**needs)) == [(field, code)]


SITTING = {"calendar": "sitting", "calendar_days": 3}
POLICIES: list[tuple[dict[str, object], str, str]] = [
    ({"colour": "red"}, "colour", "unknown_key"),
    ({"window": {"zome": "UTC"}}, "window.zome", "unknown_key"),
    ({"window": 3}, "window", "wrong_type"),
    ({"thresholds": {}}, "thresholds", "wrong_type"),
    ({"name": "Town Hall"}, "name", "not_a_name"),
    ({"name": 7}, "name", "wrong_type"),
    ({"version": ""}, "version", "required"),
    ({"format": 2}, "format", "unknown_choice"),
    ({"format": 0}, "format", "unknown_choice"),
    ({"read_on": "yesterday"}, "read_on", "not_a_date"),
    ({"window": {"zone": "Mars/Olympus"}}, "window.zone", "unknown_zone"),
    ({"window": {"zone": "../etc/passwd"}}, "window.zone", "unknown_zone"),
    ({"window": {"duration": {}}}, "window.duration", "not_positive"),
    ({"window": {"duration": {"days": 0}}}, "window.duration", "not_positive"),
    ({"window": {"duration": {"months": -6}}}, "window.duration.months", "negative"),
    ({"window": {"duration": {"hours": 6}}}, "window.duration.hours", "unknown_key"),
    ({"window": {"duration": TEN, "last_day": "2030-01-01"}}, "window.last_day", "one_of_these"),
    ({"window": {"duration": TEN, "choices": [TEN]}}, "window.choices", "one_of_these"),
    (
        {"stages": [{"key": "s", "window": {"choices": [TEN]}, "needs": {"level": 1}}]},
        "stages.s",
        "misplaced",
    ),
    ({"window": {"shortest": {"days": 11}, "longest": TEN}}, "window.shortest", "after_the_end"),
    ({"window": {"choices": []}}, "window.choices", "required"),
    ({"window": {"end": "noon"}}, "window.end", "unknown_choice"),
    ({"window": {"duration": SITTING}}, "window", "unknown_calendar"),
    ({"window": {"duration": {"calendar_days": 3}}}, "window.duration.calendar", "required"),
    (
        {"window": {"duration": {"days": 1, "calendar": "x"}}},
        "window.duration.calendar_days",
        "required",
    ),
    ({"calendars": [{"name": ""}]}, "calendars.0.name", "required"),
    ({"calendars": [{"name": "x", "weekdays": []}]}, "calendars.0.weekdays", "unknown_choice"),
    ({"calendars": [{"name": "x", "weekdays": [8]}]}, "calendars.0.weekdays", "unknown_choice"),
    ({"calendars": [{"name": "x"}, {"name": "x"}]}, "calendars", "repeated"),
    ({"thresholds": [{"key": "t"}]}, "thresholds.0", "one_of_these"),
    (
        {"thresholds": [{"key": "t", "level": 1, "needs": {"level": 1}}]},
        "thresholds.0",
        "one_of_these",
    ),
    ({"thresholds": [{"key": "t", "level": 0}]}, "thresholds.0.level", "too_small"),
    ({"thresholds": [{"key": "T!", "level": 1}]}, "thresholds.0.key", "not_a_key"),
    ({"thresholds": [{"key": "t", "level": 1}] * 2}, "thresholds", "repeated"),
    ({"closing": {"when": [{"key": "w", "needs": {"level": 1}}] * 2}}, "closing.when", "repeated"),
    ({"closing": {"early_end_by": ["king"]}}, "closing.early_end_by.0", "unknown_choice"),
    (
        {
            "window": {"duration": TEN},
            "checkpoints": [
                {"key": "c", "by": {"days": 11}, "needs": {"level": 1}, "otherwise": "close"}
            ],
        },
        "checkpoints.c.by",
        "after_the_end",
    ),
    (
        {"checkpoints": [{"key": "c", "by": SITTING, "needs": {"level": 1}, "otherwise": "close"}]},
        "checkpoints.c",
        "unknown_calendar",
    ),
    (
        {"checkpoints": [{"key": "c", "by": TEN, "needs": {"level": 1}, "otherwise": "shrug"}]},
        "checkpoints.0.otherwise",
        "unknown_choice",
    ),
    (
        {"stages": [{"key": "s", "window": {"duration": SITTING}, "needs": {"level": 1}}]},
        "stages.s",
        "unknown_calendar",
    ),
    ({"opening": {"needs": {"level": 1, "count": "cats"}}}, "opening.count", "unknown_choice"),
    ({"form": {"email": "optional"}}, "form.email", "required"),
    ({"identity": {"any_of": ["mailbox", "mailbox"]}}, "identity.any_of", "repeated"),
    ({"identity": {"any_of": []}}, "identity.any_of", "unknown_choice"),
    ({"identity": {"any_of": ["phone"]}}, "form.phone", "required"),
]


@pytest.mark.parametrize(("parts", "field", "code"), POLICIES, ids=[str(p[0]) for p in POLICIES])
def test_a_policy_that_makes_no_sense_is_refused_with_the_path_of_the_key(
    parts: dict[str, object], field: str, code: str
) -> None:
    assert (field, code) in _found(**parts)


@pytest.mark.parametrize(("parts", "field", "code"), POLICIES, ids=[str(p[0]) for p in POLICIES])
def test_and_nothing_else_is_said_to_be_wrong_with_it(
    parts: dict[str, object], field: str, code: str
) -> None:
    assert _found(**parts) == [(field, code)]


def test_everything_wrong_is_told_at_once() -> None:
    found = _found(
        colour="red",
        window={"zone": "Mars", "duration": {"days": -1}},
        thresholds=[{"key": "t", "level": 0}, {"key": "u", "needs": {"share": "2", "of": "p"}}],
    )
    assert sorted(field for field, _ in found) == [
        "colour",
        "thresholds.0.level",
        "thresholds.1.needs.share",
        "window.duration.days",
    ]


def test_two_rules_that_both_need_a_parameter_name_what_is_declared() -> None:
    with pytest.raises(InvalidValueError, match="must be one of: none is declared"):
        from_toml(
            Policy,
            'name = "t"\nversion = "1"\n[[thresholds]]\nkey = "t"\n'
            'needs = { share = "1/2", of = "people" }\n',
        )


def test_parts_below_zero_are_all_named() -> None:
    with pytest.raises(InvalidValueError) as caught:
        Duration(years=-1, months=-2, days=3, calendar_days=-4, calendar="x")
    assert [p.field for p in caught.value.problems] == ["years", "months", "calendar_days"]


def test_a_duration_in_an_unknown_calendar_is_refused_when_it_is_added() -> None:
    duration = Duration(calendar="sitting", calendar_days=1)
    working = Calendar(name="working")
    with pytest.raises(InvalidValueError, match="unknown_calendar"):
        duration.after(date(2026, 1, 1), calendars=(working,))
