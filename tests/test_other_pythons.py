"""What is promised of other Pythons: 3.12 and 3.13, each with the Django that pip finds for it.

The README's command runs on one Python. Where another is found it gets an environment of its own,
and in it the Django app, the store on Django's connection and the core are tried. Where it is not
found, its test is skipped and says so. Each takes minutes: they are long.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRIED = (
    *("tests/django_app", "tests/stores/test_django.py", "tests/policies", "tests/presets"),
    *(f"tests/test_{name}.py" for name in ("codec", "desk", "lifecycle", "signing", "status")),
)

# From 3.13 on sqlite3 warns of what was not closed, and Django never closes a database in memory.
UNCLOSED = ("-W", "ignore::pytest.PytestUnraisableExceptionWarning")

# The server of the tests wants a place that everybody may read, which this environment is not.
ON_SQLITE = ("-k", "not postgres")  # in any case of letters: so are a fixture's parameters called


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COVERAGE", "COV_", "PYTEST_", "PYTHON"))
    }
    return subprocess.run(  # noqa: S603 (our own command)
        command, cwd=ROOT, env=kept, capture_output=True, text=True, check=False
    )


def python(version: str) -> str:
    """A Python of that version which runs, by its name or beside pyenv's shim; empty if none."""
    named = shutil.which(f"python{version}")
    if named is None:
        return ""
    beside = sorted((Path(named).parent.parent / "versions").glob(f"{version}.*/bin/python"))
    found = (one for one in (named, *map(str, beside)) if run(one, "--version").returncode == 0)
    return next(found, "")


@pytest.mark.long
@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_the_django_app_and_the_core_pass_on(version: str, tmp_path: Path) -> None:
    base = python(version)
    if not base:
        pytest.skip(f"Python {version} is not tried: there is no python{version}")
    inside = str(tmp_path / "venv" / "bin" / "python")
    for command in (
        (base, "-m", "venv", str(tmp_path / "venv")),
        (inside, "-m", "pip", "install", "--quiet", ".[cli,test]"),
        (inside, "-c", "import django; assert django.VERSION >= (6, 0), django.VERSION"),
        (inside, "-m", "pytest", "-q", "-p", "no:cacheprovider", *UNCLOSED, *ON_SQLITE, *TRIED),
    ):
        done = run(*command)
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def test_a_python_that_is_not_there_is_not_found() -> None:
    assert not python("2.6")
