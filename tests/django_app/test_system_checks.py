"""System checks tell what would fail later, each with what to do."""

from pathlib import Path

import pytest
from django.core.checks import CheckMessage, run_checks
from django.test import override_settings

from django_setup import alias
from petitionkit.django.checks import check_schema, check_settings

SQLITE = "django.db.backends.sqlite3"
GOOD = {"KEYS": [bytes(32)]}


def ids(found: list[CheckMessage]) -> list[str]:
    assert all(one.hint for one in found)
    return [str(one.id) for one in found]


def found_with(**given: object) -> list[str]:
    with override_settings(PETITIONKIT={**GOOD, **given}):
        return ids(check_settings())


def test_secrets_are_missed() -> None:
    assert "petitionkit.E001" in found_with(KEYS=[])
    assert "petitionkit.E001" in found_with(SECRETS="nowhere.secrets")
    assert "petitionkit.E001" not in found_with()


def test_an_option_that_nobody_knows_is_told() -> None:
    assert "petitionkit.E002" in found_with(SECRET=b"misspelt")
    assert "petitionkit.E002" not in found_with(CLOCK=None)


def test_naive_instants_are_refused() -> None:
    with override_settings(USE_TZ=False):
        assert "petitionkit.E003" in found_with()


def test_a_database_that_is_not_there_or_cannot_be_used_is_told() -> None:
    assert found_with(DATABASE="gone") == ["petitionkit.E004"]
    with alias("dummy", ENGINE="django.db.backends.dummy") as using:
        assert found_with(DATABASE=using) == ["petitionkit.E004"]
        assert check_schema(databases=[using]) == []


def test_sqlite_is_to_begin_its_transactions_as_a_writer() -> None:
    for mode, wanted in ((None, ["petitionkit.W001"]), ("IMMEDIATE", []), ("exclusive", [])):
        with alias("file", ENGINE=SQLITE, NAME=":memory:", OPTIONS={"transaction_mode": mode}):
            assert found_with(DATABASE="file") == wanted
    with alias("pg", ENGINE="django.db.backends.postgresql", NAME="none"):
        assert found_with(DATABASE="pg") == []


def test_a_schema_that_was_not_applied_is_told_where_a_database_may_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = override_settings(PETITIONKIT={**GOOD, "DATABASE": "new"})
    with alias("new", ENGINE=SQLITE, NAME=str(tmp_path / "new.db")), given:
        assert ids(check_schema(databases=["new"])) == ["petitionkit.W002"]
        assert check_schema() == []
        assert check_schema(databases=["other"]) == []
        for command, wanted in (("check", ["petitionkit.W002"]), ("migrate", [])):
            monkeypatch.setattr("sys.argv", ["manage.py", command, "--database", "new"])
            assert ids(check_schema(databases=["new"])) == wanted
    assert check_schema(databases=["default"]) == []


def test_django_runs_them_by_itself() -> None:
    with override_settings(PETITIONKIT={}):
        found = {one.id for one in run_checks()}
    assert {"petitionkit.E001", "petitionkit.W001"} <= found


def test_django_finds_nothing_wrong_with_the_app_itself() -> None:
    assert [one for one in run_checks() if one.is_serious()] == []
