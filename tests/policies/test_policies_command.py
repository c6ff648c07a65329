"""``petitionkit policies`` and ``petitionkit explain``, as somebody at a terminal has them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from petitionkit.cli.app import app
from petitionkit.codec import from_json, from_toml, policy_digest
from petitionkit.policy import Policy
from petitionkit.presets import load

TOWN = """
name = "town"
version = "1"
parameters = ["people"]
[window]
choices = [{ days = 30 }, { months = 6 }]
[[thresholds]]
key = "reply"
level = 100
[[thresholds]]
key = "share"
needs = { share = "1/10", of = "people" }
[[thresholds]]
key = "verified"
needs = { finding = "verified" }
"""


@pytest.fixture
def town(tmp_path: Path) -> str:
    path = tmp_path / "town.toml"
    path.write_text(TOWN, "utf-8")
    return str(path)


def _run(*args: str) -> Result:
    result = CliRunner(env={"COLUMNS": "300"}).invoke(app, args)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def _done(*args: str) -> str:
    result = _run(*args)
    assert result.exit_code == 0, result.output
    return result.stdout


def _refused(*args: str) -> tuple[int, str]:
    result = _run(*args)
    assert result.exit_code != 0, result.output
    return result.exit_code, result.stderr


def test_the_list_names_presets_with_how_long_they_run_and_what_they_ask() -> None:
    lines = {line.split()[0]: line for line in _done("policies", "list").splitlines()}
    assert "GB" in lines["uk-parliament"]
    assert "6 months" in lines["uk-parliament"]
    assert "response 10,000, debate 100,000" in lines["uk-parliament"]
    assert "until it is ended" in lines["open-letter"]


def test_what_is_shown_is_the_policy_whole(town: str) -> None:
    for name in ("uk-parliament", town):
        text = _done("policies", "show", name)
        as_json = _done("policies", "show", name, "--json")
        assert from_toml(Policy, text) == from_json(Policy, as_json)
    assert from_toml(Policy, _done("policies", "show", "uk-parliament")) == load("uk-parliament")


def test_a_policy_in_order_is_named_with_its_digest(town: str) -> None:
    digest = policy_digest(from_toml(Policy, TOWN))
    assert _done("policies", "check", town) == f"town 1: in order, digest {digest}\n"


def test_everything_wrong_with_a_file_is_listed_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(TOWN.replace("100", "0") + "[window2]\n[form]\nemail = 1\n", "utf-8")
    code, said = _refused("policies", "check", str(path))
    assert code == 65
    assert "thresholds.0.level" in said
    assert "window2" in said
    assert "form.email" in said
    assert len(said.splitlines()) == 3


def test_a_file_that_is_no_toml_or_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("name = ", "utf-8")
    assert _refused("policies", "check", str(path))[0] == 65
    code, said = _refused("policies", "check", "nowhere")
    assert code == 65
    assert "uk-parliament" in said


def test_the_schema_is_one_and_takes_the_presets() -> None:
    schema = json.loads(_done("policies", "schema"))
    Draft202012Validator.check_schema(schema)
    shown = json.loads(_done("policies", "show", "uk-parliament", "--json"))
    Draft202012Validator(schema).validate(shown)


def test_two_policies_are_compared_key_by_key(town: str, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    changed = TOWN.replace("level = 100", "level = 200").replace("days = 30", "days = 60")
    other.write_text(changed.replace("[window]", 'title = "Town"\n[window]'), "utf-8")
    assert _done("policies", "diff", town, str(other)).splitlines() == [
        "thresholds.0.level: 100 -> 200",
        "title: - -> Town",
        "window.choices.0.days: 30 -> 60",
    ]
    assert _done("policies", "diff", town, town) == ""


OPENED = ("--opened", "2026-01-31T12:00:00Z")


def _explain(policy: str, *args: str) -> str:
    return _done("explain", "--policy", policy, *OPENED, *args)


def test_an_open_petition_is_explained_with_what_it_lacks_and_what_comes_next() -> None:
    said = _explain("uk-parliament", "--count", "9999", "--now", "2026-02-01T00:00:00Z")
    assert said.splitlines() == [
        "At 2026-02-01T00:00:00Z it is open since 2026-01-31T12:00:00Z, by window.",
        "It takes signatures.",
        "response lacks 1 of 10,000.",
        "debate lacks 90,001 of 100,000.",
        "Next by itself: closes at 2026-07-31T23:00:00Z (window).",
    ]


def test_a_closed_petition_is_explained_with_why() -> None:
    said = _explain("uk-parliament", "--count", "10000", "--now", "2026-09-01T00:00:00Z")
    assert "it is closed since 2026-07-31T23:00:00Z, by window." in said
    assert "It takes no signature: the petition closed at 2026-07-31T23:00:00Z" in said
    assert "response is reached, with 10,000." in said
    assert "Next by itself: nothing by itself." in said


def test_before_it_opened_it_is_a_draft() -> None:
    said = _explain("uk-parliament", "--count", "5", "--now", "2026-01-01T00:00:00Z")
    assert "it is draft" in said
    assert "It takes no signature" in said


def test_choice_and_parameters_come_from_the_caller(town: str) -> None:
    said = _explain(
        town,
        *("--chosen", "6 months", "--parameter", "people=500", "--count", "40"),
        *("--now", "2026-02-01T00:00:00Z"),
    )
    assert "share lacks 10 of 50." in said
    assert "verified is not reached; it needs the finding verified." in said
    assert "closes at 2026-08-01T00:00:00Z" in said


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--chosen", "6 moons", "--parameter", "people=5"], "chosen"),
        (["--chosen", "many months", "--parameter", "people=5"], "chosen"),
        (["--chosen", "0 days", "--parameter", "people=5"], "chosen"),
        (["--chosen", "7 days", "--parameter", "people=5"], "chosen"),
        (["--parameter", "people=5"], "chosen"),
        (["--chosen", "30 days"], "people"),
        (["--chosen", "30 days", "--parameter", "people=0"], "people"),
        (["--chosen", "30 days", "--parameter", "people=many"], "NAME=NUMBER"),
        (["--chosen", "30 days", "--parameter", "people"], "NAME=NUMBER"),
        (["--count", "-1"], "count"),
        (["--now", "2026-02-01T00:00:00"], "time zone"),
    ],
)
def test_what_cannot_be_explained_is_refused_in_words(
    town: str, args: list[str], words: str
) -> None:
    code, said = _refused("explain", "--policy", town, *OPENED, *args)
    assert code in {2, 65}
    assert words in said


def test_now_is_now_where_nobody_says() -> None:
    assert "it is closed" in _done(
        "explain", "--policy", "uk-parliament", "--opened", "2020-01-31T12:00:00Z"
    )


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("duration = { years = 1, months = 1, weeks = 2, days = 3 }", "1 year and 1 month and 2"),
        ("shortest = { days = 7 }\nlongest = { months = 6 }", "7 days to 6 months"),
        ("shortest = { days = 7 }", "7 days or longer"),
        ("longest = { days = 1 }", "up to 1 day"),
        ("last_day = 2030-01-01", "until 2030-01-01"),
        ("", "until it is ended"),
        ('duration = { calendar_days = 40, calendar = "sitting" }', "40 sitting days"),
    ],
)
def test_every_window_is_said_in_words(
    window: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendars = '[[calendars]]\nname = "sitting"\n'
    policy = from_toml(Policy, f'name = "t"\nversion = "1"\n{calendars}[window]\n{window}\n')
    monkeypatch.setattr("petitionkit.cli.policies.names", lambda: ("t",))
    monkeypatch.setattr("petitionkit.cli.policies.load", {"t": policy}.__getitem__)
    assert words in _done("policies", "list")


JANUARY = ("--opened", "2025-01-31T00:00:00Z", "--now", "2025-02-01T00:00:00Z")


@pytest.mark.parametrize("name", ["eci-720", "finland-citizens-initiative", "swiss-initiative"])
def test_what_had_to_be_so_before_the_opening_is_taken_to_have_been_so(name: str) -> None:
    said = _done("explain", "--policy", name, *JANUARY)
    assert "it is open since" in said


def test_a_combined_threshold_is_said_in_words() -> None:
    said = _done("explain", "--policy", "eci-720", *JANUARY)
    assert "1,000,000 supporters and 7 of 27 regions with a minimum of supporters each" in said
    listed = {line.split()[0]: line for line in _done("policies", "list").splitlines()}
    assert "validity: 1,000,000 supporters and 7 of 27 regions" in listed["eci-720"]
