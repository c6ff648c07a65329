"""``petitionkit retention`` and ``petitionkit signer``, over a town's store."""

import json
import shutil
from pathlib import Path

import pytest
from cli_samples import POLICY, Town, store_rows

from petitionkit.civil import parse_instant
from petitionkit.cli.workplace import StoreFiles
from petitionkit.codec import from_json
from petitionkit.desk import Desk
from petitionkit.retention import ErasureRecord
from petitionkit.rights import SignerExport
from petitionkit.signature import SignatureDraft

RETENTION = """
[[retention.rules]]
key = "signers"
when = { passed = { months = 6 }, since = ["closed"] }
"""
LATER = "2027-03-01T12:00:00Z"
ANNA = ("--email", "anna@example.org")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(tmp_path)
    made.write("policy.toml", POLICY + RETENTION)
    made.published()
    made.done("import", made.folder / "roll.csv")
    return made


def records(path: Path) -> list[ErasureRecord]:
    return [from_json(ErasureRecord, line) for line in path.read_text("utf-8").splitlines()]


def bytes_of(town: Town) -> bytes:
    return b"".join(path.read_bytes() for path in town.folder.glob("petitions.db*"))


def test_a_plan_tells_what_is_due_and_writes_nothing(town: Town) -> None:
    rows = store_rows(town.store)
    assert town.done("retention", "plan") == "nothing is due\n"
    shown = " ".join(town.done("retention", "plan", now=LATER).split())
    assert shown.startswith("petition rule due since signatures held")
    assert "signers 2026-12-01T" in shown
    assert shown.endswith("-")
    planned = json.loads(town.done("retention", "plan", "--json", now=LATER))
    assert planned["erasures"][0]["rule"]["key"] == "signers"
    assert store_rows(town.store) == rows


def test_applying_erases_records_and_is_done_once(town: Town) -> None:
    before = {n: town.standing(now=LATER)[n] for n in ("supporters", "thresholds")}
    told = town.folder / "records.jsonl"
    done = town.done("retention", "apply", "--records", told, "--purge", now=LATER)
    assert done.startswith("rules carried out 1, signatures ")
    assert done.endswith(", held 0\n")
    assert {n: town.standing(now=LATER)[n] for n in before} == before
    assert b"anna@example.org" not in bytes_of(town).lower()
    [record] = records(told)
    assert record.rule is not None
    assert told.stat().st_mode & 0o077 == 0
    again = town.done("retention", "apply", "--records", told, now=LATER)
    assert again == "rules carried out 0, signatures 0, held 0\n"
    assert records(told) == [record]


def test_a_petition_on_hold_is_told_and_left_alone(town: Town) -> None:
    with StoreFiles.beside(town.store).open() as place:
        place.desk.record_finding(place.find(None).id, "retention_hold", source="court")
    rows = store_rows(town.store)
    assert "retention_hold" in town.done("retention", "plan", now=LATER)
    done = town.done("retention", "apply", "--records", town.folder / "r", now=LATER)
    assert done == "rules carried out 0, signatures 0, held 1\n"
    assert store_rows(town.store) == rows


def test_what_was_erased_is_erased_again_in_a_restored_backup(town: Town) -> None:
    backup = town.folder / "backup"
    shutil.copy(town.store, backup)
    told = town.folder / "records.jsonl"
    town.done("retention", "apply", "--records", told, now=LATER)
    shutil.copy(backup, town.store)
    backup.unlink()
    done = town.done("retention", "replay", told, "--purge", now=LATER)
    assert done.startswith("records 1, signatures erased again ")
    assert b"anna@example.org" not in bytes_of(town).lower()
    again = town.done("retention", "replay", told, now=LATER)
    assert again == "records 1, signatures erased again 0\n"


@pytest.mark.parametrize("text", [b"no record\n", b"\xff\xfe"])
def test_a_file_of_something_else_is_refused_whole(town: Town, text: bytes) -> None:
    path = town.folder / "records.jsonl"
    path.write_bytes(text)
    assert town.refused("retention", "replay", path, now=LATER)[0] == 65


def test_records_are_never_written_over_the_store(town: Town) -> None:
    for path in (town.store, town.keys):
        assert town.refused("retention", "apply", "--records", path)[0] == 2
        assert town.refused("signer", "erase", "--records", path, *ANNA)[0] == 2
        assert town.refused("signer", "export", path, *ANNA)[0] == 2


def test_finding_a_signer_names_petitions_and_nobody(town: Town) -> None:
    rows = store_rows(town.store)
    shown = town.done("signer", "find", *ANNA)
    assert " counts\n" in shown
    assert shown.endswith("signatures 1, attempts 0\n")
    assert "anna" not in shown.lower()
    assert town.done("signer", "find", "--email", "cem@example.org") == "signatures 0, attempts 0\n"
    assert town.done("signer", "find", *ANNA, "--name", "Bo") == "signatures 0, attempts 0\n"
    assert town.done("signer", "find", *ANNA, "--office", "x") == "signatures 0, attempts 0\n"
    code, message = town.refused("signer", "find")
    assert code == 2
    assert "one of --email, --phone, --number" in message
    assert store_rows(town.store) == rows


def token(town: Town, purpose: str) -> str:
    last = town.done("signer", "find", *ANNA, "--proof", purpose).splitlines()[-1]
    return last.removeprefix("token ")


def test_an_export_needs_a_proof_or_a_clerk(town: Town) -> None:
    file = town.folder / "anna.json"
    assert town.refused("signer", "export", file, *ANNA)[0] == 2  # nobody vouches for whoever asks
    for proof in (("--token", token(town, "erase")), ("--token", "x", "--actor", "clerk-7")):
        assert town.refused("signer", "export", file, *ANNA, *proof)[0] == 65
    for proof in (("--token", token(town, "export")), ("--actor", "clerk-7")):
        assert town.done("signer", "export", file, *ANNA, *proof) == "signatures 1, attempts 0\n"
        given = from_json(SignerExport, file.read_text("utf-8"))
        assert [one.signature.name for one in given.signatures] == ["Anna Berg"]
        assert file.stat().st_mode & 0o077 == 0


def test_erasing_a_signer_takes_them_back_and_records_it(town: Town) -> None:
    told = town.folder / "records.jsonl"
    before = town.standing()["supporters"]
    assert town.refused("signer", "erase", "--records", told, *ANNA)[0] == 2
    proof = ("--token", token(town, "erase"))
    done = town.done("signer", "erase", "--records", told, *ANNA, *proof, "--purge")
    assert done == "erased 1\n"
    assert [one.counts for one in records(told)] == [False]
    assert town.standing()["supporters"] == before - 1
    assert b"anna@example.org" not in bytes_of(town).lower()
    assert town.done("signer", "find", *ANNA) == "signatures 0, attempts 0\n"


def test_why_claims_are_kept_is_told_and_so_is_what_is_left(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.write("policy.toml", POLICY + '[retention]\nspent_claims = "law.12"\n')
    town.published()
    town.done("import", town.folder / "roll.csv")
    done = town.done("signer", "erase", "--records", town.folder / "r", *ANNA, "--actor", "clerk-7")
    assert done == "erased 1\nclaims are kept: law.12\n"
    assert " erased\n" in town.done("signer", "find", *ANNA)


def test_what_counts_no_longer_and_what_was_never_confirmed_is_told(town: Town) -> None:
    with StoreFiles.beside(town.store, now=parse_instant("2026-05-01T12:00:00Z")).open() as place:
        park = place.find(None).id
        desk: Desk = place.desk
        [one] = [
            n.signature
            for n in place.store.signatures(park)
            if n.signature.particulars.email == "anna@example.org"
        ]
        desk.withdraw(one.id)
        desk.sign(park, SignatureDraft(name="Anna Berg", email="anna@example.org"))
    shown = town.done("signer", "find", *ANNA)
    assert " counts no longer\n" in shown
    assert " not confirmed\n" in shown
    assert shown.endswith("signatures 1, attempts 1\n")
