import os
import stat
import sys
from pathlib import Path

import pytest
from cli_samples import PETITION, Town, files_in, read_csv

from petitionkit.acting import Acting
from petitionkit.civil import parse_instant
from petitionkit.cli.workplace import StoreFiles
from petitionkit.errors import StoreUnavailableError
from petitionkit.formats.pack.seal import SealingKey

NOW = "2026-06-01T12:00:00Z"
MAYOR = '[[addressees]]\nkey = "mayor"\nname = "The Mayor"\n'


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path).published()
    town.done("import", tmp_path / "roll.csv")
    return town


@pytest.fixture
def pack(town: Town) -> Path:
    return town.folder / "pack"


def public(town: Town) -> Path:
    return town.folder / "petitions.db.seal.pub.pem"


def delivered(town: Town) -> list[tuple[str, str, int]]:
    with StoreFiles.beside(town.store, now=parse_instant(NOW)).open() as place:
        facts = place.find(None).facts
    found = [fact for fact in facts if fact.event == "delivered"]
    return [(fact.subject, fact.rule, fact.number("count")) for fact in found]


def test_a_pack_is_written_recorded_and_verified(town: Town, pack: Path) -> None:
    output = town.done("deliver", pack)
    assert f"pack in {pack}, delivery recorded\n" in output
    receipt = output.splitlines()[-1].split()[-1]
    assert "5 supporters, 5 lines" in output
    assert delivered(town) == [("council", receipt, 5)]
    assert [row[1] for row in read_csv(pack / "roll.csv")[1:]][:2] == [
        "Friends of the Park",
        "Anna Berg",
    ]
    assert "example.org" not in "".join(path.read_text("latin-1") for path in pack.iterdir())
    verified = town.done("verify", pack, "--key", public(town))
    assert verified.startswith("verified: as it was sealed\npetition  Keep the park\n")
    assert verified.splitlines()[-1] == f"receipt   {receipt}"
    again = town.done("verify", pack, "--key", public(town), "--store", town.store)
    assert again.startswith("verified: as it was sealed, and as it was recorded\n")


def test_the_stores_key_is_made_once_and_for_its_owner_alone(town: Town, pack: Path) -> None:
    first = town.done("deliver", pack)
    secret = town.folder / "petitions.db.seal.pem"
    assert first.startswith(f"made a key to seal with: publish {public(town)}, keep {secret}")
    if os.name == "posix":
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    key = SealingKey.from_pem(secret.read_bytes())
    assert public(town).read_bytes() == key.public.to_pem()
    assert "made a key" not in town.done("deliver", town.folder / "second")
    assert secret.read_bytes() == key.to_pem()
    assert "as it was sealed" in town.done("verify", town.folder / "second", "--key", public(town))


def test_a_key_of_ones_own_seals(town: Town, pack: Path) -> None:
    own = SealingKey(secret=bytes(32))
    path = town.folder / "own.pem"
    path.write_bytes(own.to_pem())
    town.done("deliver", pack, "--seal", path)
    assert not public(town).exists()
    path.write_bytes(own.public.to_pem())
    town.done("verify", pack, "--key", path)


def test_what_is_only_to_be_looked_at_is_not_recorded(town: Town, pack: Path) -> None:
    assert "nothing recorded" in town.done("deliver", pack, "--unrecorded")
    assert delivered(town) == []
    code, message = town.refused("verify", pack, "--key", public(town), "--store", town.store)
    assert code == 65
    assert "was not handed a pack with this receipt" in message
    assert "[pack.not_delivered]" in message


def test_the_same_petition_at_the_same_instant_gives_the_same_pack(town: Town) -> None:
    first, second = town.folder / "first", town.folder / "second"
    town.done("deliver", first, "--unrecorded")
    town.done("deliver", second, "--unrecorded")
    assert files_in(first) == files_in(second)


def test_every_change_is_told_and_nothing_is_said_to_be_verified(town: Town, pack: Path) -> None:
    town.done("deliver", pack)
    (pack / "roll.csv").write_text("number,name\n")
    (pack / "note.txt").write_text("")
    code, message = town.refused("verify", pack, "--key", public(town))
    assert code == 65
    assert message.splitlines() == [
        "error: note.txt: is in the pack and not in its manifest; do not trust it [pack.extra]",
        "error: roll.csv: is not as its manifest says; ask for the pack again [pack.changed]",
    ]


def test_another_key_is_told(town: Town, pack: Path) -> None:
    town.done("deliver", pack)
    other = town.folder / "other.pem"
    other.write_bytes(SealingKey(secret=bytes(32)).public.to_pem())
    code, message = town.refused("verify", pack, "--key", other)
    assert code == 65
    assert "[pack.other_key]" in message


@pytest.mark.parametrize("command", ["verify", "deliver"])
def test_a_key_that_is_none_is_refused_with_its_file(town: Town, pack: Path, command: str) -> None:
    town.done("deliver", pack)
    nothing, gone = town.write("key.pem", "hello"), town.folder / "gone.pem"
    option, folder = ("--key", pack) if command == "verify" else ("--seal", town.folder / "other")
    code, message = town.refused(command, folder, option, nothing)
    assert (code, "key.pem: this is no" in message) == (77, True)
    code, message = town.refused(command, folder, option, gone)
    assert (code, "gone.pem cannot be read: No such file" in message) == (77, True)


def test_a_folder_that_is_there_is_never_written_over(town: Town, pack: Path) -> None:
    pack.mkdir()
    code, message = town.refused("deliver", pack)
    assert (code, "is there already" in message) == (73, True)


def test_a_delivery_that_cannot_be_recorded_leaves_no_pack(
    town: Town, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.done("deliver", town.folder / "first")

    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailableError("the disk reports an error")

    monkeypatch.setattr(Acting, "deliver", fail)
    code, message = town.refused("deliver", pack)
    assert (code, message) == (74, "error: the disk reports an error\n")


def test_one_of_several_addressees_is_named(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.write("petition.toml", PETITION + MAYOR)
    town.published()
    code, message = town.refused("deliver", tmp_path / "pack")
    assert (code, "give --to council or mayor" in message) == (2, True)
    code, message = town.refused("deliver", tmp_path / "pack", "--to", "king")
    assert (code, "one of: council, mayor" in message) == (65, True)
    assert "to        The Mayor" in town.done("deliver", tmp_path / "pack", "--to", "mayor")
    assert [subject for subject, *_ in delivered(town)] == ["mayor"]


def test_a_petition_to_nobody_has_nobody_to_be_handed_to(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.write("petition.toml", PETITION.partition("[[addressees]]")[0])
    town.published()
    code, message = town.refused("deliver", tmp_path / "pack")
    wanted = "error: the petition is addressed to nobody; start one with an addressee\n"
    assert (code, message) == (66, wanted)


def test_a_draft_has_no_roll(town: Town, pack: Path) -> None:
    with StoreFiles.beside(town.store, now=parse_instant(NOW)).open() as place:
        draft = place.desk.start(texts=place.find(None).texts)
    code, message = town.refused("deliver", pack, "--petition", draft.id)
    assert (code, "was never published" in message) == (66, True)


def test_a_store_that_is_not_there_is_not_made(town: Town, pack: Path) -> None:
    town.done("deliver", pack)
    nowhere = town.folder / "nowhere.db"
    code, message = town.refused("verify", pack, "--key", public(town), "--store", nowhere)
    assert (code, message) == (66, f"error: no store at {nowhere}; name it with --store\n")


@pytest.mark.parametrize("command", ["verify", "deliver"])
def test_who_lacks_the_extra_is_told_which(
    town: Town, pack: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    for name in ("cli.packing", "formats.pack.seal", "formats.pack.verifying"):
        monkeypatch.delitem(sys.modules, f"petitionkit.{name}", raising=False)
    code, message = town.refused(command, pack, *(["--key", "k"] * (command == "verify")))
    assert code == 2
    assert "install petitionkit[crypto]" in message
