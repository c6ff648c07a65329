"""The example site works by its own tests, in a process of its own: it has its own settings."""

import os
import subprocess
import sys
from pathlib import Path

SITE = Path(__file__).parents[2] / "docs" / "examples" / "django_site"


def manage(*arguments: str) -> str:
    quiet = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    command = [sys.executable, "-W", "error", "manage.py", *arguments]
    done = subprocess.run(  # noqa: S603 (our own code)
        command, cwd=SITE, env=quiet, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_its_own_tests_pass() -> None:
    assert "OK" in manage("test")


def test_its_settings_pass_every_check_and_its_migrations_are_complete() -> None:
    assert "no issues" in manage("check", "--fail-level", "WARNING")
    assert "No changes" in manage("makemigrations", "--check", "--dry-run")


def test_it_is_small() -> None:
    files = [*SITE.rglob("*.py"), *SITE.rglob("*.html"), *SITE.rglob("*.toml")]
    sources = [path for path in files if path.name != "tests.py"]
    assert sum(len(path.read_text("utf-8").splitlines()) for path in sources) < 500
