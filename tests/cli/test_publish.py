from pathlib import Path

import pytest
from cli_samples import PETITION, POLICY, Town, files_in, store_rows
from pytest import MonkeyPatch  # noqa: PT013 (a type, not the module)

from petitionkit.desk import Desk
from petitionkit.errors import IllegalStepError


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_publishing_makes_store_and_keys_and_counts_the_starter(town: Town) -> None:
    said = town.done("publish", town.folder / "petition.toml")
    assert said.startswith(f"published in {town.store}\n")
    assert "Keep the park" in said
    assert "Friends of the Park (organisation)" in said
    assert "2026-03-01T09:00:00Z" in said
    standing = town.standing()
    assert (standing["supporters"], standing["organisations"]) == (1, 1)
    assert standing["starter_included"] is True
    assert standing["opened_at"] == "2026-03-01T09:00:00Z"
    # The last day is 1 June, and ends with it in Berlin.
    assert standing["deadline"] == "2026-06-01T22:00:00Z"
    assert town.store.exists()
    assert town.keys.exists()


def test_a_petition_without_its_starter_s_signature_begins_at_zero(town: Town) -> None:
    town.write("petition.toml", PETITION.replace("slugs", "starter_signs = false\nslugs"))
    town.published()
    assert town.standing()["supporters"] == 0


def test_a_petition_opens_now_where_the_file_does_not_say_when(town: Town) -> None:
    lines = [line for line in PETITION.splitlines() if not line.startswith("opened_at")]
    town.write("petition.toml", "\n".join(lines))
    town.published()
    assert town.standing()["opened_at"] == "2026-06-01T12:00:00Z"


def test_a_preset_may_be_named_in_place_of_a_policy_file(town: Town) -> None:
    town.write("petition.toml", PETITION.replace("policy.toml", "open-letter"))
    town.published()
    assert town.standing()["deadline"] is None


def test_a_starter_whom_the_policy_does_not_count_is_warned_of(town: Town) -> None:
    town.write("policy.toml", POLICY.replace("organisations = true", "organisations = false"))
    result = town.run("publish", town.folder / "petition.toml")
    assert result.exit_code == 0
    assert result.stderr == "warning: the policy does not count the starter as a supporter\n"
    assert town.standing()["supporters"] == 0


def test_a_store_holds_several_petitions(town: Town) -> None:
    town.published()
    town.write("petition.toml", PETITION.replace('"park"', '"pond"').replace("park", "pond"))
    town.published()
    assert town.standing("--petition", "pond")["title"] == "Keep the pond"
    assert town.standing("--petition", "park")["title"] == "Keep the park"


def test_the_same_slug_twice_is_refused_and_nothing_is_written(town: Town) -> None:
    town.published()
    rows = store_rows(town.store)
    code, message = town.refused("publish", town.folder / "petition.toml")
    assert code == 73
    assert message == "error: slug park belongs to another petition of the office; give another\n"
    assert store_rows(town.store) == rows


def test_all_problems_of_a_petition_file_come_at_once_with_their_paths(town: Town) -> None:
    bad = """
policy = 7
opened_at = 2026-03-01T10:00:00
surprise = true
[starter]
kind = "ghost"
name = "=cmd"
[[texts]]
language = "english!"
title = ""
[[texts]]
language = "de"
titel = "Der Park bleibt"
"""
    path = town.write("petition.toml", bad)
    code, message = town.refused("publish", path)
    assert code == 65
    errors = message.splitlines()
    assert all(line.startswith("error: ") for line in errors)
    fields = {line.removeprefix("error: ").partition(": ")[0] for line in errors}
    assert fields == {
        "policy",
        "opened_at",
        "surprise",
        "starter.kind",
        "texts.0.language",
        "texts.1.title",
        "texts.1.titel",
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "policy: is required"),
        (b"policy = ", "is not TOML: Invalid value (at end of document)"),
        (b"\xff\xfe", "petition.toml: the text is not UTF-8"),
        (b"policy = 'open-letter'\ntexts = []\n", "starter: is required"),
    ],
)
def test_a_petition_file_that_is_none_is_refused(town: Town, content: bytes, words: str) -> None:
    path = town.folder / "petition.toml"
    path.write_bytes(content)
    code, message = town.refused("publish", path)
    assert code == 65
    assert words in message


def test_parts_that_contradict_each_other_leave_no_store_behind(town: Town) -> None:
    path = town.write("petition.toml", PETITION.replace('["park"]', '["park", "park"]'))
    code, message = town.refused("publish", path)
    wanted = "error: slugs: is there more than once; keep one of them [repeated]\n"
    assert (code, message) == (65, wanted)


def test_a_petition_file_that_is_not_there_is_named(town: Town) -> None:
    code, message = town.refused("publish", town.folder / "nothing.toml")
    assert code == 65
    assert message == f"error: {town.folder / 'nothing.toml'}: No such file or directory\n"


def test_a_policy_that_is_neither_preset_nor_file_is_refused_with_the_nearest_preset(
    town: Town,
) -> None:
    path = town.write("petition.toml", PETITION.replace("policy.toml", "uk-parlament"))
    code, message = town.refused("publish", path)
    assert code == 65
    assert message == (
        "error: policy: must be one of: the path of a policy file, the name of a preset such as"
        " uk-parliament ('petitionkit policies list' tells them all) [unknown_choice]\n"
    )


def test_problems_of_the_policy_file_name_it(town: Town) -> None:
    bad = 'surprise = 1\n[window]\nzone = "Moon/Base"\n[form]\nname_limit = 0\n'
    town.write("policy.toml", f'name = "town"\n{bad}')
    code, message = town.refused("publish", town.folder / "petition.toml")
    assert code == 65
    assert sorted(line.split(" [")[0] for line in message.splitlines()) == [
        "error: policy.toml: form.name_limit: must be at least 1",
        "error: policy.toml: surprise: is not a key that is known here; check its spelling, or"
        " leave it out",
        "error: policy.toml: version: is required",
        "error: policy.toml: window.zone: names no time zone of the IANA database; write one such"
        " as Europe/Helsinki",
    ]


def test_a_policy_file_that_is_no_toml_is_refused_by_name(town: Town) -> None:
    town.write("policy.toml", "name = ")
    code, message = town.refused("publish", town.folder / "petition.toml")
    assert code == 65
    assert message == (
        "error: policy.toml: is not TOML: Invalid value (at end of document) [not_toml]\n"
    )


def test_the_least_petition_of_the_help_is_published(town: Town) -> None:
    _, _, least = town.done("publish", "--help").partition("The least that FILE says:")
    (town.folder / "least.toml").write_text(least, "utf-8")
    assert "Ana Díaz" in town.done("publish", town.folder / "least.toml")


def test_a_petition_that_its_policy_refuses_leaves_no_store_behind(town: Town) -> None:
    _, _, least = town.done("publish", "--help").partition("The least that FILE says:")
    bare = "\n".join(line for line in least.splitlines() if "body" not in line)
    (town.folder / "bare.toml").write_text(bare, "utf-8")
    code, message = town.refused("publish", town.folder / "bare.toml")
    assert (code, "body" in message) == (65, True)


def test_a_petition_is_published_whole_or_not_at_all(town: Town, monkeypatch: MonkeyPatch) -> None:
    town.published()
    rows = store_rows(town.store)
    town.write("petition.toml", PETITION.replace("park", "pond"))

    def refuse(*_: object, **__: object) -> None:
        raise IllegalStepError("not today")

    monkeypatch.setattr(Desk, "intake", refuse)  # the last of its three steps
    code, message = town.refused("publish", town.folder / "petition.toml")
    assert (code, message) == (69, "error: not today\n")
    assert store_rows(town.store) == rows


def test_an_opening_beyond_the_calendar_is_refused(town: Town) -> None:
    path = town.write("petition.toml", PETITION.replace("2026-03-01T", "9999-12-31T"))
    code, message = town.refused("publish", path)
    assert code == 65
    assert message == (
        "error: opened_at: is outside what is allowed here; see what its description allows"
        " [out_of_range]\n"
    )


def test_an_offset_is_demanded_of_now(town: Town) -> None:
    code, message = town.refused("show", "--now", "2026-03-01T10:00:00")
    assert code == 2
    assert "has no time zone" in message
    assert files_in(town.folder).keys() == {"petition.toml", "policy.toml", "roll.csv"}
