"""Policies whose parts contradict each other: refused, with the path of the key."""

from typing import Any

import pytest

from petitionkit.codec import from_plain
from petitionkit.errors import InvalidValueError
from petitionkit.policy import Policy

HEAD: dict[str, Any] = {"name": "town", "version": "1"}
TEN, ELEVEN = {"days": 10}, {"days": 11}
WINDOW = {"window": {"duration": TEN}}
LATE = {"passed": ELEVEN, "since": ["opened"]}
FIRST = {"level": 1, "within": {"first": ELEVEN}}
SITTING = {"calendar": "sitting", "calendar_days": 99}


def _threshold(**parts: object) -> dict[str, object]:
    return {"thresholds": [{"key": "t", **parts}]}


def _checkpoint(**parts: object) -> dict[str, object]:
    plain = {"key": "c", "by": TEN, "needs": {"level": 1}, "otherwise": "close"}
    return {"checkpoints": [{**plain, **parts}]}


def _counters(*counters: dict[str, object]) -> dict[str, object]:
    return {"counting": {"counters": list(counters)}}


STAGE: dict[str, object] = {"stages": [{"key": "s", "window": {"duration": TEN}, "needs": LATE}]}
CONTRADICTIONS: list[tuple[dict[str, object], str, str]] = [
    # after the end
    (WINDOW | _threshold(needs=FIRST), "thresholds.t.within", "after_the_end"),
    (WINDOW | _threshold(needs=LATE), "thresholds.t.passed", "after_the_end"),
    (WINDOW | _threshold(needs={"all": [LATE]}), "thresholds.t.passed", "after_the_end"),
    (WINDOW | _checkpoint(by=ELEVEN), "checkpoints.c.by", "after_the_end"),
    (WINDOW | _checkpoint(needs=FIRST), "checkpoints.c.within", "after_the_end"),
    (
        WINDOW | {"closing": {"when": [{"key": "w", "needs": LATE}]}},
        "closing.w.passed",
        "after_the_end",
    ),
    (
        {"window": {"choices": [TEN, {"days": 5}]}} | _threshold(needs=LATE),
        "thresholds.t.passed",
        "after_the_end",
    ),
    (
        {"window": {"longest": TEN}} | _threshold(needs=FIRST),
        "thresholds.t.within",
        "after_the_end",
    ),
    (STAGE, "stages.s.passed", "after_the_end"),
    (
        WINDOW | _counters({"key": "early", "within": {"first": ELEVEN}}),
        "counting.counters.early.within",
        "after_the_end",
    ),
    (
        WINDOW
        | {"parameters": ["p"]}
        | _threshold(needs={"parameter": "p", "within": {"first": ELEVEN}}),
        "thresholds.t.within",
        "after_the_end",
    ),
    (
        {"in_force_from": "2024-01-01", "in_force_until": "2023-12-31"},
        "in_force_until",
        "before_the_beginning",
    ),
    # what cannot come about
    (
        _checkpoint(needs={"level": 1, "count": "organisations"}),
        "checkpoints.c.count",
        "nobody_counts",
    ),
    (_checkpoint(needs={"level": 1, "count": "sponsors"}), "checkpoints.c.count", "nobody_counts"),
    (
        _checkpoint() | {"counting": {"supporters": []}},
        "checkpoints.c.count",
        "nobody_counts",
    ),
    (
        _checkpoint() | {"counting": {"supporters": ["organisation"]}},
        "checkpoints.c.count",
        "nobody_counts",
    ),
    (
        _checkpoint(needs={"level": 1, "count": "clubs"})
        | _counters({"key": "clubs", "of": "organisations"}),
        "checkpoints.c.count",
        "nobody_counts",
    ),
    ({"opening": {"needs": {"event": "opened"}}}, "opening", "misplaced"),
    ({"opening": {"needs": {"event": "threshold_reached.t"}}}, "opening", "misplaced"),
    ({"opening": {"within": {"passed": TEN, "since": ["closed"]}}}, "opening", "misplaced"),
    (
        {"sponsoring": {"needs": {"level": 6, "count": "sponsors"}, "at_most": 5}},
        "sponsoring.at_most",
        "too_many_needed",
    ),
    # what has no place
    (_threshold(level=1, open_until="answered"), "thresholds.t.open_until", "misplaced"),
    (_checkpoint(lifted_later=True), "checkpoints.0.lifted_later", "misplaced"),
    (
        {"opening": {"at": {"finding": "g"}, "within": {"passed": TEN, "since": ["started"]}}},
        "opening.at",
        "misplaced",
    ),
    (
        {"opening": {"at": {"finding": "g"}}, "moderation": {"before_opening": True}},
        "opening.at",
        "misplaced",
    ),
    (
        {"opening": {"at": {"finding": "g"}}, "sponsoring": {"needs": {"level": 1}}},
        "opening.at",
        "misplaced",
    ),
    (
        _counters({"key": "c", "declared": True, "regions": ["a"]}),
        "counting.counters.c.declared",
        "misplaced",
    ),
    # what there is twice, or not at all
    ({"window": {"choices": [TEN, TEN]}}, "window.choices", "repeated"),
    (_counters({"key": "c"}, {"key": "c"}), "counting.counters", "repeated"),
    (_counters({"key": "supporters"}), "counting.counters", "repeated"),
    (_counters({"key": "starter"}), "counting.counters", "repeated"),
    (_counters({"key": "c", "of": "d"}, {"key": "d"}), "counting.counters.c.of", "unknown_choice"),
    (_counters({"key": "c", "of": "c"}), "counting.counters.c.of", "unknown_choice"),
    (_counters({"key": "C!"}), "counting.counters.0.key", "not_a_key"),
    (
        _counters({"key": "c", "channels": ["owl"]}),
        "counting.counters.0.channels.0",
        "unknown_choice",
    ),
    (
        _counters({"key": "c", "within": {"first": SITTING}}),
        "counting.counters.c",
        "unknown_calendar",
    ),
    (_threshold(needs={"parameter": "p"}), "thresholds.t.parameter", "unknown_choice"),
    (_threshold(needs={"parameter": ""}), "thresholds.0.needs.parameter", "required"),
    (_threshold(needs={"event": "sneezed.t"}), "thresholds.0.needs.event", "unknown_choice"),
    (_threshold(needs={"event": ""}), "thresholds.0.needs.event", "unknown_choice"),
    (
        _threshold(needs={"passed": TEN, "since": ["opened", "sneezed"]}),
        "thresholds.0.needs.since",
        "unknown_choice",
    ),
    (WINDOW | _threshold(level=1, open_until="x"), "thresholds.0.open_until", "unknown_choice"),
    ({"closing": {"early_end_at": "noon"}}, "closing.early_end_at", "unknown_choice"),
]


@pytest.mark.parametrize(
    ("parts", "field", "code"), CONTRADICTIONS, ids=[str(c[0]) for c in CONTRADICTIONS]
)
def test_what_contradicts_itself_is_refused_with_the_path_of_the_key_and_nothing_else(
    parts: dict[str, object], field: str, code: str
) -> None:
    with pytest.raises(InvalidValueError) as caught:
        from_plain(Policy, HEAD | parts)
    assert [(p.field, p.code) for p in caught.value.problems] == [(field, code)]


HARMLESS: list[dict[str, object]] = [
    WINDOW | _threshold(needs={"level": 1, "within": {"first": TEN}}),
    WINDOW | _threshold(needs={"passed": ELEVEN, "since": ["opened", "found.x"]}),
    WINDOW | {"follow_ups": [{"key": "f", "within": LATE}]},
    {"window": {"shortest": TEN}} | _threshold(needs=LATE),
    {"window": {"choices": [TEN, {"days": 12}]}} | _threshold(needs=LATE),
    STAGE | {"stages": [{"key": "s", "window": {"duration": ELEVEN}, "needs": LATE}]},
    {"calendars": [{"name": "sitting"}], "window": {"duration": SITTING}} | _threshold(needs=LATE),
    WINDOW
    | {"calendars": [{"name": "sitting"}]}
    | _threshold(needs={"passed": SITTING, "since": ["opened"]}),
    _checkpoint(needs={"level": 1, "count": "sure"}) | _counters({"key": "sure", "declared": True}),
    _checkpoint(needs={"level": 1, "count": "organisations"})
    | {"eligibility": {"organisations": True}},
    _checkpoint(needs={"level": 1, "count": "sponsors"})
    | {"sponsoring": {"needs": {"level": 5, "count": "sponsors"}, "at_most": 5}},
    {"stages": [{"key": "s", "window": {"duration": TEN}, "needs": {"level": 1}}]}
    | {"window": {"longest": TEN}},
    {"in_force_from": "2024-01-01", "in_force_until": "2024-01-01"},
]


@pytest.mark.parametrize("parts", HARMLESS, ids=[str(parts) for parts in HARMLESS])
def test_what_only_looks_like_it_is_taken(parts: dict[str, object]) -> None:
    assert from_plain(Policy, HEAD | parts).name == "town"
