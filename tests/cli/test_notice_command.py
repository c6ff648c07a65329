"""``petitionkit policies notice``, as somebody at a terminal has it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from petitionkit.cli.app import app

OFFICE = """
name = "City of Claremont"
contact = "petitions@claremont.example"
basis = "GDPR 6(1)(e)"
"""


@pytest.fixture
def controller(tmp_path: Path) -> str:
    path = tmp_path / "controller.toml"
    path.write_text(OFFICE, "utf-8")
    return str(path)


def run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["policies", "notice", *map(str, args)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_it_prints_the_notice_and_the_record(controller: str) -> None:
    code, text = run("uk-parliament", "--controller", controller)
    assert code == 0
    assert text.startswith("# What becomes of your data: Petitions to the UK Parliament")
    code, text = run("uk-parliament", "--controller", controller, "--record")
    assert code == 0
    assert text.startswith("# Record of processing: Petitions to the UK Parliament")


def test_it_is_json_too(controller: str) -> None:
    _, text = run("uk-parliament", "--controller", controller, "--json")
    assert json.loads(text)["controller"]["name"] == "City of Claremont"


def test_one_that_was_published_is_held_against_the_policy(controller: str, tmp_path: Path) -> None:
    published = tmp_path / "notice.md"
    published.write_text(run("uk-parliament", "--controller", controller)[1], "utf-8")
    asked = ("uk-parliament", "--controller", controller, "--check", published)
    assert run(*asked) == (0, "as the policy has it\n")
    text = published.read_text("utf-8")
    published.write_text(text.replace("- name: you must", "- name: you may"), "utf-8")
    code, said = run(*asked)
    assert code == 1
    assert "-- name: you may give it" in said


def test_files_that_are_no_text_and_controllers_that_say_too_little_are_refused(
    controller: str, tmp_path: Path
) -> None:
    garbled = tmp_path / "garbled.toml"
    garbled.write_bytes(b"\xff\xfe")
    code, said = run("uk-parliament", "--controller", garbled)
    assert code != 0
    assert "is not UTF-8" in said
    Path(controller).write_text('name = "C"', "utf-8")
    code, said = run("uk-parliament", "--controller", controller)
    assert code != 0
    assert "contact: is required" in said
