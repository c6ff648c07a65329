import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_samples import PETITION, POLICY, Town, store_rows

from petitionkit.cli.show import say_due
from petitionkit.facts import Event
from petitionkit.following import Due


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path).published()


def lines(output: str) -> list[str]:
    return [" ".join(line.split()) for line in output.splitlines()]


def test_a_petition_is_shown_with_status_counts_thresholds_and_what_comes_next(town: Town) -> None:
    shown = lines(town.done("show"))
    assert shown[0] == "Keep the park"
    assert "started by Friends of the Park (organisation)" in shown
    assert "addressed to Town Council" in shown
    assert "supporters 1 (persons 0, organisations 1)" in shown
    assert "next closes at 2026-06-01T22:00:00Z (window)" in shown
    assert "reply 3 1 2 to go" in shown
    assert "debate 5 1 4 to go" in shown


def test_showing_writes_nothing(town: Town) -> None:
    rows = store_rows(town.store)
    town.done("show", now="2030-01-01T00:00:00Z")
    town.done("show", "--json")
    assert store_rows(town.store) == rows


def test_a_petition_without_thresholds_addressees_or_end_is_shown_without_them(town: Town) -> None:
    bare = PETITION.partition("[[addressees]]")[0].replace("policy.toml", "open-letter")
    town.write("petition.toml", bare.replace("park", "pond"))
    town.published()
    shown = lines(town.done("show", "--petition", "pond"))
    assert "addressed to -" in shown
    assert "deadline -" in shown
    assert "next nothing by itself" in shown
    assert not any(line.startswith("threshold") for line in shown)


def test_of_several_petitions_each_is_listed_by_what_names_it(town: Town) -> None:
    bare = PETITION.replace('"park"', '"pond"').replace("Keep the park", "[b]Keep[/b] the pond")
    town.write("petition.toml", bare)
    town.published()
    town.write("petition.toml", bare.replace('slugs = ["pond"]\n', ""))
    town.published()
    header, *rows = lines(town.done("show"))
    assert header == "id slug status supporters title"
    assert [row.split(" ", 1)[1] for row in rows] == [
        "park open 1 Keep the park",
        "pond open 1 [b]Keep[/b] the pond",
        "- open 1 [b]Keep[/b] the pond",
    ]
    assert lines(town.done("show", "--petition", rows[0].split(" ")[0]))[0] == "Keep the park"
    assert town.refused("show", "--json")[0] == 66


def test_what_looks_like_markup_is_shown_as_it_is(town: Town) -> None:
    odd = PETITION.replace('title = "Keep the park"', 'title = "[bold]Keep[/bold] [/x]"').replace(
        "[starter]", '[[identifiers]]\nsystem = "[/y]"\nvalue = "[red]7"\n[starter]'
    )
    town.write("petition.toml", odd.replace('"park"', '"pond"'))
    town.published()
    shown = lines(town.done("show", "--petition", "pond"))
    assert shown[0] == "[bold]Keep[/bold] [/x]"
    assert "[/y] [red]7" in shown


def test_the_standing_as_json_is_for_programs(town: Town) -> None:
    standing = town.standing()
    assert standing["at"] == "2026-06-01T12:00:00Z"
    assert standing["status"] == {
        "state": "open",
        "since": "2026-03-01T09:00:00Z",
        "until": "2026-06-01T22:00:00Z",
        "rule": "window",
    }
    assert standing["signing"]["answer"] is True
    assert standing["next"]["event"] == "closed"
    assert standing["next"]["at"] == "2026-06-01T22:00:00Z"
    assert [(t["key"], t["count"], t["reached_at"]) for t in standing["thresholds"]] == [
        ("reply", 1, None),
        ("debate", 1, None),
    ]


def test_a_petition_is_closed_by_whom_its_policy_lets(town: Town) -> None:
    shown = lines(town.done("close", "--by", "starter", "--reason", "delivered"))
    assert "status closed since 2026-06-01T12:00:00Z, by closing.starter: delivered" in shown
    code, message = town.refused("close")
    assert code == 69
    assert message.startswith("error: a closed petition cannot be closed; possible: ")


def test_nobody_closes_a_petition_whom_its_policy_does_not_let(town: Town) -> None:
    town.write("policy.toml", POLICY + '[closing]\nearly_end_by = ["office"]\n')
    town.write("petition.toml", PETITION.replace("park", "pond"))
    town.published()
    rows = store_rows(town.store)
    code, message = town.refused("close", "--petition", "pond", "--by", "starter")
    assert code == 77
    assert message == "error: the starter may not end this petition early; allowed: office\n"
    assert store_rows(town.store) == rows


def test_a_choice_that_is_none_is_a_wrong_call(town: Town) -> None:
    assert town.refused("close", "--by", "mayor")[0] == 2
    assert town.refused("tick", "--limit", "0")[0] == 2
    assert town.refused("vanish")[0] == 2


def test_a_tick_records_what_has_followed_and_says_what_is_next(town: Town) -> None:
    assert town.done("tick") == "petitions brought up to date: 0; next due: 2026-06-01T22:00:00Z\n"
    late = "2026-06-02T07:00:00Z"
    before = town.standing(now=late)
    assert before["status"]["state"] == "closed"
    assert town.done("tick", now=late) == "petitions brought up to date: 1; next due: nothing\n"
    assert town.standing(now=late) == before
    assert town.done("tick", now=late) == "petitions brought up to date: 0; next due: nothing\n"


def test_a_tick_settles_at_most_its_limit(town: Town) -> None:
    town.write("petition.toml", PETITION.replace("park", "pond"))
    town.published()
    late = "2026-06-02T07:00:00Z"
    assert town.done("tick", "--limit", 1, now=late).startswith(
        "petitions brought up to date: 1; next due: 2026-06-01"
    )
    assert (
        town.done("tick", "--limit", 1, now=late)
        == "petitions brought up to date: 1; next due: nothing\n"
    )


def test_migrating_makes_an_empty_store_and_leaves_a_current_one(town: Town) -> None:
    fresh = town.folder / "fresh.db"
    said = town.done("migrate", "--store", fresh)
    assert said.startswith(f"{fresh}: schema 0 -> ")
    rows = store_rows(town.store)
    town.done("migrate")
    assert store_rows(town.store) == rows


def test_a_newer_schema_is_refused_with_what_to_do(town: Town) -> None:
    with closing(sqlite3.connect(town.store)) as connection, connection:
        connection.execute("UPDATE petitionkit_schema SET version = 99, min_reader = 99")
    for command in (["show"], ["tick"], ["migrate"], ["import", town.folder / "roll.csv"]):
        code, message = town.refused(*command)
        assert code == 78
        assert message.startswith("error: the store has schema 99, newer than the ")
        assert message.endswith("install a newer petitionkit\n")


def test_what_comes_next_is_said_in_words() -> None:
    at = datetime(2026, 7, 1, tzinfo=UTC)
    due = Due(event=Event.THRESHOLD_REACHED, at=at, rule="thresholds.reply", subject="reply")
    assert say_due(due) == "threshold_reached reply at 2026-07-01T00:00:00Z"
    assert say_due(None) == "nothing by itself"
