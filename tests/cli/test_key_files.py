import base64
import os
import secrets
import stat
from pathlib import Path

import pytest
from cli_samples import Town, store_rows

from petitionkit.cli.keyfile import key_ring
from petitionkit.errors import KeyFileError
from petitionkit.keys import key_id

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def a_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@posix
def test_a_key_file_is_made_for_its_owner_alone(town: Town) -> None:
    umask = os.umask(0)
    try:
        town.published()
    finally:
        os.umask(umask)
    assert stat.S_IMODE(town.keys.stat().st_mode) == 0o600


def test_a_key_file_that_is_there_is_used_as_it_is(town: Town) -> None:
    key = a_key()
    town.keys.write_text(f"# ours\n\n{key}\n")
    town.keys.chmod(0o600)
    town.published()
    assert town.keys.read_text() == f"# ours\n\n{key}\n"
    names = store_rows(town.store)["petitionkit_key"]
    assert [row[1] for row in names] == [key_id(base64.b64decode(key))]


def test_every_key_that_is_made_is_another(tmp_path: Path) -> None:
    rings = [key_ring(tmp_path / name, ()) for name in "abc"]
    assert len({ring.live for ring in rings}) == 3


def test_a_ring_read_again_is_the_one_that_was_made(tmp_path: Path) -> None:
    made = key_ring(tmp_path / "keys", ())
    assert key_ring(tmp_path / "keys", made.live).live == made.live


@pytest.mark.parametrize("command", [["show"], ["tick"], ["close"], ["export", "-"]])
def test_missing_keys_are_refused_where_claims_were_made_with_them(
    town: Town, command: list[str]
) -> None:
    town.published()
    town.keys.unlink()
    code, message = town.refused(*command)
    assert code == 77
    assert message.startswith(f"error: {town.keys} is missing, and the store's claims were made")
    assert message.endswith("give the file that holds it with --keys\n")
    assert not town.keys.exists()


def test_wrong_keys_are_refused_on_every_run(town: Town) -> None:
    town.published()
    town.keys.write_text(a_key())
    code, message = town.refused("import", town.folder / "roll.csv")
    assert code == 77
    assert "does not hold" in message


def test_a_rotation_keeps_the_old_key_behind_the_new_one(town: Town) -> None:
    town.published()
    town.done("import", town.folder / "roll.csv")
    old = town.keys.read_text()
    town.keys.write_text(f"{a_key()}\n{old}")
    town.done("import", town.folder / "roll.csv")
    assert town.standing()["supporters"] == 5


def test_keys_may_lie_elsewhere(town: Town) -> None:
    elsewhere = town.folder / "vault" / "keys"
    elsewhere.parent.mkdir()
    town.done("publish", town.folder / "petition.toml", "--keys", elsewhere)
    assert not town.keys.exists()
    assert town.refused("show")[0] == 77
    town.done("show", "--keys", elsewhere)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "a key ring needs at least one key"),
        (b"# nothing but a comment\n", "a key ring needs at least one key"),
        (b"c2hvcnQ=\n", "a key needs at least 32 random bytes"),
        (b"not base64!\n", "this is no key file: one key a line, in base64"),
        (b"abc\n", "this is no key file: one key a line, in base64"),
        ("schlüssel\n".encode(), "this is no key file: one key a line, in base64"),
    ],
)
def test_a_file_that_holds_no_keys_is_refused_by_name(
    town: Town, content: bytes, words: str
) -> None:
    town.keys.write_bytes(content)
    code, message = town.refused("publish", town.folder / "petition.toml")
    assert code == 77
    assert message.startswith(f"error: {town.keys}: {words}")
    assert not town.store.exists()


def test_a_folder_is_no_key_file(town: Town) -> None:
    town.published()
    code, message = town.refused("show", "--keys", town.folder)
    assert (code, message) == (77, f"error: {town.folder}: cannot be read: Is a directory\n")


def test_keys_that_cannot_be_made_leave_no_store_behind(town: Town) -> None:
    keys = town.folder / "nowhere" / "keys"
    code, message = town.refused("publish", town.folder / "petition.toml", "--keys", keys)
    assert (code, message) == (77, f"error: {keys} cannot be made: No such file or directory\n")


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_keys_that_others_may_read_are_warned_of(town: Town, mode: int) -> None:
    town.published()
    town.keys.chmod(mode)
    result = town.run("show")
    assert result.exit_code == 0
    assert result.stderr == f"warning: others may read {town.keys}; run chmod 600 on it\n"


def test_keys_are_in_no_output(town: Town) -> None:
    town.published()
    key = town.keys.read_text().splitlines()[-1]
    assert key not in town.done("show", "--json") + town.done("show")
    with pytest.raises(KeyFileError) as caught:
        key_ring(town.keys, ["0" * 16])
    assert key not in str(caught.value)
