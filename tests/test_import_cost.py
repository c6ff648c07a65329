"""What importing petitionkit costs: nothing that is not used."""

import os
import subprocess
import sys

HEAVY = {
    "asyncio",
    "click",
    "django",
    "dns",
    "email_validator",
    "hypothesis",
    "phonenumbers",
    "psycopg",
    "psycopg_pool",
    "pytest",
    "rich",
    "sqlalchemy",
    "sqlite3",
}


def loaded_by(statements: str) -> set[str]:
    """Top-level modules that a fresh process loads to run these statements."""
    # Coverage starts itself in processes and brings sqlite3 along, which would blind the check.
    quiet = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        f"{statements}\n"
        "print(*before)\n"
        "print(*set(sys.modules) - before)"
    )
    done = subprocess.run(  # noqa: S603 (our own code)
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=quiet
    )
    before, after = done.stdout.splitlines()
    assert not {name.partition(".")[0] for name in before.split()} & HEAVY
    return {name.partition(".")[0] for name in after.split()}


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = loaded_by("import petitionkit")
    assert loaded & HEAVY == set()
    assert "petitionkit" in loaded
    # Names load when they are asked for, so not even attrs is needed before.
    assert not loaded & {"attr", "attrs", "cattrs"}


def test_using_every_name_of_the_front_door_loads_nothing_heavy() -> None:
    loaded = loaded_by("from petitionkit import *")
    assert loaded & HEAVY == set()
    assert "cattrs" in loaded


def test_a_life_in_memory_needs_no_database() -> None:
    loaded = loaded_by("from petitionkit.stores.memory import MemoryStore; import petitionkit.desk")
    assert loaded & HEAVY == set()


def test_addresses_are_checked_by_a_library_that_is_loaded_then_and_asks_no_network() -> None:
    loaded = loaded_by("from petitionkit.contact import parse_email; parse_email('a@example.org')")
    assert loaded & HEAVY == {"email_validator"}


def test_numbers_are_checked_by_a_library_that_is_loaded_then() -> None:
    loaded = loaded_by("from petitionkit.contact import parse_phone; parse_phone('+442079460000')")
    assert loaded & HEAVY == {"phonenumbers"}


def test_the_check_sees_what_is_loaded() -> None:
    assert loaded_by("import petitionkit.stores.sqlite") & HEAVY == {"sqlite3"}
