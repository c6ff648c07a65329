"""From the wheel, in an environment with nothing else in it: five lines prove somebody's store."""

import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "your-own-store.md").read_text("utf-8")
BROKEN = """
from club import KeyValueStore as Whole

class KeyValueStore(Whole):
    def notices(self, *, limit=100):
        return list(reversed(super().notices(limit=1_000_000)))[:limit]
"""


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (our own code)
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the wheel and its extra, and no more."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(
        sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, cwd=folder
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("petitionkit-*.whl")
    venv.create(folder / "venv", with_pip=True)
    found = folder / "venv" / "bin" / "python"
    wanted = f"petitionkit[testing] @ {wheel.as_uri()}"
    installed = run(found, "-m", "pip", "install", "-q", wanted, cwd=folder)
    assert installed.returncode == 0, installed.stderr
    return found


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{re.escape(kind)}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.long
def test_five_lines_prove_a_store(python: Path, tmp_path: Path) -> None:
    store, (five,) = blocks("python")[0], blocks("{code-block} python")
    assert len(five.splitlines()) == 5
    (tmp_path / "club.py").write_text(store, "utf-8")
    (tmp_path / "test_club.py").write_text(five, "utf-8")
    done = run(python, "-m", "pytest", "-q", "test_club.py", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 40

    (tmp_path / "broken.py").write_text(BROKEN, "utf-8")
    (tmp_path / "test_broken.py").write_text(
        five.replace("club", "broken", 1).replace("club.", "broken."), "utf-8"
    )
    done = run(python, "-m", "pytest", "-q", "test_broken.py", "-k", "notice", cwd=tmp_path)
    assert done.returncode == 1, done.stdout
    assert "broken promise: notices of every method come oldest first" in done.stdout
    # The values that differ, as pytest shows them of a test's own assertions.
    assert "assert [1, 8, 2, 9] == [9, 2, 8, 1]" in done.stdout
