"""``petitionkit keys`` and ``petitionkit timeline``, over a town's store."""

import base64
import json
import sys
from pathlib import Path

import pytest
from cli_samples import NOW, Town

from petitionkit.civil import parse_instant
from petitionkit.cli.workplace import StoreFiles
from petitionkit.codec import from_json
from petitionkit.encryption import EncryptedStore
from petitionkit.petition import PetitionText
from petitionkit.retention import ErasureRecord

LATER = "2027-03-01T12:00:00Z"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path).imported()


@pytest.fixture
def veiled(town: Town) -> Town:
    assert town.done("keys", "encrypt") == "petitions 1, signatures and attempts 5\n"
    return town


def stored(town: Town) -> bytes:
    return b"".join(path.read_bytes() for path in town.folder.glob("petitions.db*"))


def beside(town: Town, suffix: str) -> Path:
    return town.folder / f"petitions.db.{suffix}"


def under(town: Town) -> str:
    """Under which data key the only petition is."""
    return town.done("keys", "status").splitlines()[-1].partition(": ")[2]


def test_a_store_is_encrypted_and_every_command_goes_on(town: Town) -> None:
    before = town.standing(), town.done("export", "-", "--with-contact")
    assert b"dora@example.org" in stored(town)
    assert under(town) == "not encrypted"
    town.done("keys", "encrypt")
    assert under(town) == "data key 1"
    assert (town.standing(), town.done("export", "-", "--with-contact")) == before
    town.done("signer", "erase", "--records", town.folder / "r", "--purge", "--actor", "c", *DORA)
    assert b"ann@example.org" not in stored(town)
    assert b"ben@example.org" not in stored(town)
    more = town.write("more.csv", "Name,E-mail,Signed at\nGus,gus@example.org,2026-03-09\n")
    town.done("import", more, "--dry-run")
    assert "Gus" not in town.done("export", "-")
    town.done("import", more)
    assert "Gus" in town.done("export", "-")
    assert b"gus@example.org" not in stored(town)
    assert town.done("keys", "encrypt") == "petitions 1, signatures and attempts 0\n"
    assert beside(town, "wrapping-keys").stat().st_mode & 0o077 == 0


DORA = ("--email", "dora@example.org")


def test_a_data_key_is_renewed_and_the_older_one_retired(veiled: Town) -> None:
    exported = veiled.done("export", "-", "--with-contact")
    assert veiled.done("keys", "renew") == "data key 2, signatures and attempts 5\n"
    assert under(veiled) == "data key 2, older ones kept: 1"
    assert veiled.done("keys", "retire") == "older data keys needed: none\n"
    assert under(veiled) == "data key 2"
    assert veiled.done("export", "-", "--with-contact") == exported


def test_an_older_data_key_that_is_needed_is_told(veiled: Town) -> None:
    with StoreFiles.beside(veiled.store).open() as place:
        assert isinstance(place.store, EncryptedStore)
        place.store.keys.renew(place.find(None).id)
    assert veiled.done("keys", "retire") == "older data keys needed: 1\n"


def test_a_wrapping_key_is_rotated_in_its_file(veiled: Town) -> None:
    path = beside(veiled, "wrapping-keys")
    older, newer = path.read_text("ascii"), base64.b64encode(bytes(range(32))).decode()
    path.write_text(f"{newer}\n{older}", "ascii")
    assert veiled.done("keys", "rewrap") == "data keys wrapped anew 1\n"
    path.write_text(newer, "ascii")
    assert "Dora Engel" in veiled.done("export", "-")
    path.write_text(older, "ascii")
    assert veiled.refused("export", "-")[0] == 77
    path.unlink()
    for command in (("export", "-"), ("keys", "encrypt"), ("show",)):
        code, said = veiled.refused(*command)
        assert (code, "wrapping-keys is missing" in said) == (77, True)


def test_a_petitions_key_is_destroyed_with_a_record_and_destroyed_again(veiled: Town) -> None:
    told = veiled.folder / "records.jsonl"
    destroy = ("keys", "destroy", "--petition", "park", "--records", told, "--actor", "clerk-7")
    assert veiled.run(*destroy).exit_code == 65
    assert told.read_text() == ""
    kept = beside(veiled, "data-keys").read_bytes()
    before = veiled.standing(now=LATER)["supporters"]
    done = veiled.done(*destroy, "--purge", now=LATER)
    assert done == "erased 5, data key destroyed\n"
    [record] = [from_json(ErasureRecord, line) for line in told.read_text("utf-8").splitlines()]
    assert record.keys_destroyed
    assert under(veiled) == "data key destroyed"
    assert veiled.standing(now=LATER)["supporters"] == before
    assert "Dora" not in veiled.done("export", "-", now=LATER)
    for part in veiled.folder.glob("petitions.db.data-keys*"):
        part.unlink()
    beside(veiled, "data-keys").write_bytes(kept)
    veiled.done("retention", "replay", told, now=LATER)
    assert under(veiled) == "data key destroyed"


def test_where_others_need_the_claims_it_says_so(veiled: Town) -> None:
    started: list[str] = []
    for now in (NOW, LATER):
        with StoreFiles.beside(veiled.store, now=parse_instant(now)).open() as place:
            policy = place.desk.policy(place.store.petitions()[0])
            assert policy is not None
            text = PetitionText(language="en", title="Keep the pool")
            made = place.desk.start(texts=[text], realm="both").id
            place.desk.publish(made, policy)
            started.append(str(made))
    told = veiled.folder / "records.jsonl"
    done = veiled.done("keys", "destroy", "--petition", started[0], "--records", told, now=LATER)
    assert done == "erased 0, data key destroyed\nclaims are kept: shared_realm\n"


def test_what_is_not_encrypted_is_told(town: Town) -> None:
    (town.folder / "records.jsonl").touch()
    destroy = ("destroy", "--petition", "park", "--records", town.folder / "records.jsonl")
    for command in (("renew",), ("retire",), ("rewrap",), destroy):
        code, said = town.refused("keys", *command)
        assert (code, "petitionkit keys encrypt" in said) == (77, True)
    nowhere = town.run("keys", "encrypt", "--store", town.folder / "nowhere.db")
    assert nowhere.exit_code == 66
    assert not list(town.folder.glob("nowhere*"))


def test_status_tells_of_claim_keys_and_of_what_was_never_encrypted(town: Town) -> None:
    first = town.done("keys", "status").splitlines()[0]
    assert first.endswith(": claims were made with it")
    newer = base64.b64encode(bytes(32)).decode()
    town.keys.write_text(f"{newer}\n{town.keys.read_text('ascii')}", "ascii")
    assert "no claim was made with it" in town.done("keys", "status").splitlines()[0]


def test_without_the_extra_an_encrypted_store_says_which(
    veiled: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "petitionkit.cli.encrypting", None)
    for command in (("show",), ("keys", "status")):
        assert veiled.run(*command).exit_code == 2


def test_a_timeline_is_printed_as_text_and_as_data(town: Town) -> None:
    assert town.done("timeline") == town.done("timeline", "--petition", "park")
    assert "- 2026-03-01: it opens for signatures, up to 2026-06-01\n" in town.done("timeline")
    moments = json.loads(town.done("timeline", "--json"))["moments"]
    assert moments[-1]["event"] == "closed"
    assert "Friends" not in town.done("timeline", "--json")
