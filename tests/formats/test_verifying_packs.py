import json
import os
from pathlib import Path

import pytest
from attrs import evolve
from pack_samples import KEY, OTHER_KEY, Signed

from petitionkit.errors import UnreadableFileError
from petitionkit.formats.pack.manifest import MANIFEST, PAGE, ROLL, SEAL
from petitionkit.formats.pack.verifying import (
    Altered,
    Verified,
    delivery_problems,
    verify_pack,
)
from petitionkit.formats.pack.writing import Pack
from petitionkit.moderation import Capacity
from petitionkit.problems import problem
from samples import DAY


@pytest.fixture
def signed() -> Signed:
    return Signed()


@pytest.fixture
def pack(signed: Signed, tmp_path: Path) -> Pack:
    return signed.pack(tmp_path / "pack")


def problems(pack: Pack) -> list[tuple[str, str]]:
    outcome = verify_pack(pack.folder, KEY.public)
    assert isinstance(outcome, Altered)
    return [(found.code, found.field) for found in outcome.problems]


def reseal(pack: Pack, raw: bytes) -> None:
    (pack.folder / MANIFEST).write_bytes(raw)
    (pack.folder / SEAL).write_bytes(KEY.seal(raw))


def test_a_pack_is_verified_with_its_manifest_and_its_receipt(pack: Pack) -> None:
    expected = Verified(manifest=pack.manifest, receipt=pack.receipt)
    assert verify_pack(pack.folder, KEY.public) == expected
    assert verify_pack(str(pack.folder), KEY.public) == expected


def test_another_key_is_told_apart_from_a_change(pack: Pack) -> None:
    wrong = verify_pack(pack.folder, OTHER_KEY.public)
    key_id = OTHER_KEY.key_id
    assert wrong == Altered(problems=(problem("pack.other_key", MANIFEST, key_id=key_id),))
    assert key_id in str(wrong.problems[0])
    (pack.folder / MANIFEST).write_bytes((pack.folder / MANIFEST).read_bytes() + b" ")
    assert problems(pack) == [("pack.unsealed", MANIFEST)]


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"[" * 100_000, b"{}"])
def test_what_is_no_manifest_is_not_as_it_was_sealed(pack: Pack, raw: bytes) -> None:
    (pack.folder / MANIFEST).write_bytes(raw)
    assert problems(pack) == [("pack.unsealed", MANIFEST)]


def test_a_forged_pack_that_names_the_right_key_is_not_believed(
    signed: Signed, tmp_path: Path
) -> None:
    class Forger:
        key_id = KEY.key_id

        def seal(self, message: bytes) -> bytes:
            return OTHER_KEY.seal(message)

    forged = signed.pack(tmp_path / "forged", seal=Forger())
    assert problems(forged) == [("pack.unsealed", MANIFEST)]


def test_everything_that_is_wrong_is_told_at_once(pack: Pack) -> None:
    (pack.folder / ROLL).unlink()
    (pack.folder / PAGE).write_bytes(b"another page")
    (pack.folder / "more.txt").write_text("hello")
    (pack.folder / "folder").mkdir()
    assert problems(pack) == [
        ("pack.extra", "folder"),
        ("pack.extra", "more.txt"),
        ("pack.changed", PAGE),
        ("pack.missing", ROLL),
    ]


@pytest.mark.parametrize("missing", [[MANIFEST], [SEAL], [MANIFEST, SEAL]])
def test_nothing_is_believed_without_manifest_and_seal(pack: Pack, missing: list[str]) -> None:
    for name in missing:
        (pack.folder / name).unlink()
    assert problems(pack) == [("pack.missing", name) for name in missing]


@pytest.mark.parametrize("name", [MANIFEST, SEAL, ROLL, PAGE])
def test_a_link_to_the_right_content_is_no_file_of_the_pack(
    pack: Pack, name: str, tmp_path: Path
) -> None:
    (pack.folder / name).rename(tmp_path / "elsewhere")
    (pack.folder / name).symlink_to(tmp_path / "elsewhere")
    assert problems(pack) == [("pack.missing", name)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.parametrize("name", [MANIFEST, ROLL])
def test_a_pipe_is_not_waited_for(pack: Pack, name: str) -> None:
    (pack.folder / name).unlink()
    os.mkfifo(pack.folder / name)
    assert problems(pack) == [("pack.missing", name)]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xff\xfe", "not_text"),
        (b"[" * 100_000, "not_json"),
        (b"{}", "required"),
    ],
)
def test_a_sealed_manifest_that_is_none_is_an_answer_too(pack: Pack, raw: bytes, code: str) -> None:
    reseal(pack, raw)
    assert code in [found for found, _ in problems(pack)]


@pytest.mark.parametrize("name", ["../roll.csv", "/etc/passwd", "", "Roll.csv", "roll", "a/b.csv"])
def test_a_manifest_names_files_of_the_pack_alone(pack: Pack, name: str) -> None:
    plain = json.loads((pack.folder / MANIFEST).read_text("utf-8"))
    plain["files"][1]["name"] = name
    reseal(pack, json.dumps(plain).encode())
    assert problems(pack) == [("wrong_type", "files.1.name")]


def test_a_manifest_of_a_later_format_is_not_guessed_at(pack: Pack) -> None:
    plain = json.loads((pack.folder / MANIFEST).read_text("utf-8"))
    reseal(pack, json.dumps(plain | {"format": 2}).encode())
    assert problems(pack) == [("unknown_choice", "format")]


def test_a_folder_that_cannot_be_read_is_an_error_and_no_answer(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="nowhere cannot be read: No such file"):
        verify_pack(tmp_path / "nowhere", KEY.public)


# Held against the petition's facts


def verified(pack: Pack) -> Verified:
    outcome = verify_pack(pack.folder, KEY.public)
    assert isinstance(outcome, Verified)
    return outcome


def test_a_pack_that_was_recorded_agrees_with_the_petition(signed: Signed, pack: Pack) -> None:
    delivered = signed.office.desk.acting(Capacity.OFFICE).deliver(
        signed.office.id, "council", pack.delivery
    )
    assert delivery_problems(verified(pack), delivered) == ()


def test_an_earlier_pack_agrees_after_a_later_one(
    signed: Signed, pack: Pack, tmp_path: Path
) -> None:
    desk = signed.office.desk
    desk.acting(Capacity.OFFICE).deliver(signed.office.id, "council", pack.delivery)
    signed.office.clock.go(DAY)
    again = signed.pack(tmp_path / "again", seal=OTHER_KEY)
    delivered = desk.acting(Capacity.OFFICE).deliver(signed.office.id, "council", again.delivery)
    assert delivery_problems(verified(pack), delivered) == ()


def test_a_pack_that_nobody_recorded_is_told(signed: Signed, pack: Pack, tmp_path: Path) -> None:
    assert [p.code for p in delivery_problems(verified(pack), signed.petition)] == [
        "pack.not_delivered"
    ]
    mayors = signed.pack(tmp_path / "mayor", addressee="mayor")
    desk = signed.office.desk
    desk.acting(Capacity.OFFICE).deliver(signed.office.id, "mayor", mayors.delivery)
    delivered = desk.acting(Capacity.OFFICE).deliver(signed.office.id, "mayor", pack.delivery)
    assert [p.code for p in delivery_problems(verified(pack), delivered)] == ["pack.not_delivered"]


def test_a_pack_that_was_made_and_not_the_one_handed_over_is_told(
    signed: Signed, pack: Pack, tmp_path: Path
) -> None:
    other = signed.pack(tmp_path / "other", seal=OTHER_KEY)
    assert other.delivery == evolve(pack.delivery, receipt=other.receipt)
    delivered = signed.office.desk.acting(Capacity.OFFICE).deliver(
        signed.office.id, "council", other.delivery
    )
    assert [p.code for p in delivery_problems(verified(pack), delivered)] == ["pack.not_delivered"]


def test_another_number_and_another_petition_are_told(signed: Signed, pack: Pack) -> None:
    wrong = evolve(pack.delivery, count=5)
    delivered = signed.office.desk.acting(Capacity.OFFICE).deliver(
        signed.office.id, "council", wrong
    )
    assert [p.code for p in delivery_problems(verified(pack), delivered)] == ["pack.other_count"]
    other = evolve(delivered, id=next(signed.signatures()).id)
    assert [p.code for p in delivery_problems(verified(pack), other)] == ["pack.other_petition"]
