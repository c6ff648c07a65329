"""A pack verifies as it was made and in no other state, whatever is changed in it."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pack_samples import KEY, Signed

from petitionkit.formats.pack.manifest import MANIFEST, PAGE, ROLL, SEAL
from petitionkit.formats.pack.verifying import Altered, Verified, VerifyOutcome, verify_pack

FILES = (MANIFEST, SEAL, ROLL, PAGE)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Signed().pack(tmp_path_factory.mktemp("packs") / "pack").folder


def outcome_of(pack: Path, name: str, content: bytes) -> VerifyOutcome:
    """What verifying answers with other bytes in one file, which is put back afterwards."""
    before = (pack / name).read_bytes()
    (pack / name).write_bytes(content)
    try:
        return verify_pack(pack, KEY.public)
    finally:
        (pack / name).write_bytes(before)


@given(
    name=st.sampled_from(FILES),
    place=st.floats(0, 1, exclude_max=True),
    change=st.integers(1, 255),
)
def test_any_flipped_byte(pack: Path, name: str, place: float, change: int) -> None:
    raw = bytearray((pack / name).read_bytes())
    raw[int(place * len(raw))] ^= change
    assert isinstance(outcome_of(pack, name, bytes(raw)), Altered)
    assert isinstance(verify_pack(pack, KEY.public), Verified)


@given(name=st.sampled_from(FILES), cut=st.integers(1, 400), more=st.binary(max_size=9))
def test_any_cut_and_any_addition(pack: Path, name: str, cut: int, more: bytes) -> None:
    raw = (pack / name).read_bytes()
    for content in (raw[:-cut], raw + more, more + raw):
        if content != raw:
            assert isinstance(outcome_of(pack, name, content), Altered)


@given(name=st.sampled_from(FILES), content=st.binary(max_size=200))
def test_any_other_content(pack: Path, name: str, content: bytes) -> None:
    assert isinstance(outcome_of(pack, name, content), Altered)


@pytest.mark.long
@pytest.mark.parametrize("name", FILES)
def test_every_single_byte(pack: Path, name: str) -> None:
    raw = (pack / name).read_bytes()
    for place in range(len(raw)):
        flipped = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert isinstance(outcome_of(pack, name, flipped), Altered), place


@given(first=st.sampled_from(FILES), second=st.sampled_from(FILES))
def test_files_that_changed_places(
    tmp_path_factory: pytest.TempPathFactory, pack: Path, first: str, second: str
) -> None:
    copy = tmp_path_factory.mktemp("copies") / "pack"
    shutil.copytree(pack, copy)
    one, other = (copy / first).read_bytes(), (copy / second).read_bytes()
    (copy / first).write_bytes(other)
    (copy / second).write_bytes(one)
    same = first == second
    assert isinstance(verify_pack(copy, KEY.public), Verified if same else Altered)
