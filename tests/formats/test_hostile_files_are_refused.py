"""Whatever a file holds, a reader raises the library's error, with its place, or reads it."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers import READERS

from petitionkit.errors import UnreadableFileError

FUZZ = int(os.environ.get("PETITIONKIT_FUZZ", "200"))
"""Inputs per reader; 100000 in the run that docs/how-to/formats.md tells of."""

PER_EXAMPLE = 50
"""Inputs that one example of Hypothesis is drawn for: one by chance, the others wounded."""

Change = Callable[[random.Random, bytearray], None]

# What makes the difference to a parser, more than a chance byte would.
TOKENS = [
    *(b"[", b"]", b"{", b"}", b'"', b"'", b",", b":", b"\n", b"\r", b"\t", b";", b"\\", b"\x00"),
    *(b"null", b"true", b"-1", b"1e999", b"NaN", b"[]", b"{}", b'""', b"9" * 40, b"=", b"0"),
    *(b"\\ud800", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xfe\xff", b"\xe2\x80\xae"),
    *(b"9999-12-31T23:59:59Z", b"0001-01-01T00:00:00+23:59", b"petitionkit:", b"id", b"<p>"),
]


def _mutate(seed: int, sample: bytes) -> bytes:
    """A sample with up to six wounds."""
    rng = random.Random(seed)
    found = bytearray(sample)
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(found) + 1)
        end = min(len(found), start + rng.choice((0, 1, 1, 2, 5, 30)))
        match rng.randrange(6):
            case 0:
                del found[start:end]
            case 1:
                found[start:start] = rng.choice(TOKENS)
            case 2:
                found[start:end] = rng.choice(TOKENS)
            case 3:
                found[start:start] = found[start:end] * rng.randint(1, 3)
            case 4:
                for place in range(start, end):
                    found[place] = rng.randrange(256)
            case _ if rng.random() < 0.2:
                del found[start:]
            case _:
                found[start:end] = found[start:end][::-1]
    return bytes(found)


def _refused_or_read(name: str, path: Path) -> str:
    found = None
    try:
        READERS[name].read(path)
    except UnreadableFileError as error:
        found = error
    assert found is None or found.line or found.problem_code == "roll.empty", found
    return found.problem_code if found else ""


@pytest.mark.parametrize("name", READERS)
def test_a_sound_file_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "sound"
    path.write_bytes(READERS[name].sample)
    assert _refused_or_read(name, path) == ""


@pytest.mark.parametrize("name", READERS)
def test_wounded_files_are_read_or_refused_with_their_place(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "file"
    became: dict[str, int] = {}
    sample = READERS[name].sample

    def tried(content: bytes) -> None:
        path.write_bytes(content)
        code = _refused_or_read(name, path)
        became[code] = became.get(code, 0) + 1

    @given(st.integers(0, 2**64), st.binary(max_size=64))
    @settings(
        max_examples=-(-FUZZ // PER_EXAMPLE),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def holds(seed: int, chance: bytes) -> None:
        tried(chance)
        for further in range(1, PER_EXAMPLE):
            tried(_mutate(seed + further, sample))

    holds()
    assert any(became), "nothing was refused: the wounds are too small"
    if FUZZ > 1000:
        said = dict(sorted(became.items(), key=lambda one: -one[1]))
        print(name, sum(became.values()), said)  # noqa: T201 (asked for)


@pytest.mark.parametrize("name", READERS)
def test_a_file_cut_anywhere_is_read_or_refused_with_its_place(name: str, tmp_path: Path) -> None:
    path = tmp_path / "cut"
    sample = READERS[name].sample
    for length in {*range(0, len(sample), max(1, len(sample) // 60)), len(sample) - 1}:
        path.write_bytes(sample[:length])
        _refused_or_read(name, path)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("unit", [b"[", b'{"a":', b'"', b"\x00", b",", b"\xff\xfe", b"9"])
def test_ten_megabytes_of_one_thing_are_refused(name: str, unit: bytes, tmp_path: Path) -> None:
    path = tmp_path / "much"
    path.write_bytes(unit * (10_000_000 // len(unit)))
    assert _refused_or_read(name, path)


_LONG_LINE = """
import resource, sys
from pathlib import Path
sys.path[:0] = ["tests", "tests/formats"]
from readers import READERS
from petitionkit.errors import UnreadableFileError
resource.setrlimit(resource.RLIMIT_AS, (1_200_000_000, 1_200_000_000))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name, reader in READERS.items():
    try:
        reader.read(Path(sys.argv[1]))
    except UnreadableFileError:
        print(name)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_line_of_a_gigabyte_is_refused_in_little_memory(tmp_path: Path) -> None:
    """The file is a hole but for its beginning, so that it takes no room on the disk."""
    path = tmp_path / "line"
    with path.open("wb") as file:
        file.write(b'{"Name": "')
        file.truncate(1_000_000_000)
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", _LONG_LINE, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    *names, grown = done.stdout.split()
    assert names == list(READERS)
    assert int(grown) < 200_000, "KiB more than before"
