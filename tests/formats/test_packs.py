import csv
import errno
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pack_samples import COUNCIL, KEY, MAYOR, SHOWN, SIGNERS, Signed

from petitionkit.codec import policy_digest
from petitionkit.counting import SUPPORTERS
from petitionkit.errors import (
    AlreadyExistsError,
    InvalidValueError,
    StoreUnavailableError,
    UnreadableFileError,
)
from petitionkit.formats.cells import csv_plain
from petitionkit.formats.pack import writing
from petitionkit.formats.pack.manifest import (
    Counts,
    ForWhom,
    ReachedThreshold,
    SignedText,
    manifest_text,
    read_manifest,
)
from petitionkit.formats.pack.writing import write_pack
from petitionkit.moderation import Capacity
from petitionkit.parties import Delivery, PartyKind
from petitionkit.petition import DeclaredCount
from petitionkit.signature import Signature
from petitionkit.version import ENGINE
from samples import DAY, ENGLISH, GERMAN, T0, TICK


@pytest.fixture
def signed() -> Signed:
    return Signed()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def roll(folder: Path) -> list[list[str]]:
    with (folder / "roll.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_pack_is_four_files_for_their_owner_alone(signed: Signed, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    assert signed.pack(folder).folder == folder
    assert set(contents(folder)) == {"manifest.json", "manifest.seal", "petition.html", "roll.csv"}
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]
    if os.name == "posix":
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_roll_has_the_disclosed_fields_in_their_order_and_no_formula(
    signed: Signed, tmp_path: Path
) -> None:
    signed.pack(tmp_path / "pack")
    assert roll(tmp_path / "pack") == [
        ["number", "name", "region", "comment"],
        ["1", "Anna Berg", "North", "For my children."],
        ["2", "Ben <Cole>", "South", "'=1+1"],
        ["3", "Carla, Díaz", "", 'She said "yes".'],
        ["4", "Dora Engel", "North", "Two lines\nof reasons."],
    ]


def test_the_manifest_says_whose_it_is_to_whom_and_what_was_counted(
    signed: Signed, tmp_path: Path
) -> None:
    made = signed.pack(tmp_path / "pack").manifest
    assert made.petition_id == signed.office.id
    assert made.title == "Keep the park"
    assert made.addressee == ForWhom(key="council", name="Town Council", place="Westhill")
    assert (made.opened_at, made.made_at) == (T0, T0 + 5 * DAY)
    assert (made.status.state, made.status.rule, made.status.reason) == (
        "closed",
        "closing.starter",
        "delivered",
    )
    assert made.status.since == T0 + 5 * DAY
    assert (made.policy_name, made.policy_version) == ("town", "1")
    assert made.policy_digest == policy_digest(SHOWN) == signed.petition.policy_digest
    assert made.counts == Counts(lines=4, withheld=0, persons=4, organisations=0, supporters=4)
    assert made.texts == (SignedText(digest=ENGLISH.digest, lines=4, language="en", version=1),)
    assert made.thresholds == (
        ReachedThreshold(key="reply", level=2, reached_at=T0 + 2 * DAY),
        ReachedThreshold(key="debate", level=4, reached_at=T0 + 4 * DAY),
    )
    assert made.fields == ("name", "region", "comment")
    assert made.sealed_by == KEY.key_id
    assert made.engine == ENGINE


def test_the_manifest_has_the_digest_and_size_that_anybody_can_work_out(
    signed: Signed, tmp_path: Path
) -> None:
    pack = signed.pack(tmp_path / "pack")
    files = contents(tmp_path / "pack")
    plain = json.loads(files["manifest.json"])
    assert plain["files"] == [
        {
            "name": name,
            "sha256": hashlib.sha256(files[name]).hexdigest(),
            "size": len(files[name]),
        }
        for name in ("petition.html", "roll.csv")
    ]
    assert plain["counts"]["organisations"] == 0
    assert pack.receipt == hashlib.sha256(files["manifest.json"]).hexdigest()
    assert read_manifest(manifest_text(pack.manifest)) == pack.manifest
    assert manifest_text(pack.manifest).encode() == files["manifest.json"]


def test_a_pack_and_its_receipt_are_of_one_addressee(signed: Signed, tmp_path: Path) -> None:
    council = signed.pack(tmp_path / "council")
    mayor = signed.pack(tmp_path / "mayor", addressee="mayor")
    assert mayor.manifest.addressee == ForWhom(key=MAYOR.key, name=MAYOR.name)
    assert council.receipt != mayor.receipt
    assert (tmp_path / "mayor" / "roll.csv").read_bytes() == (
        tmp_path / "council" / "roll.csv"
    ).read_bytes()


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = Signed(), Signed()
    first, again = one.pack(tmp_path / "first"), other.pack(tmp_path / "again")
    assert contents(first.folder) == contents(again.folder)
    assert first.receipt == again.receipt


def test_what_is_delivered_is_recorded_with_its_receipt(signed: Signed, tmp_path: Path) -> None:
    pack = signed.pack(tmp_path / "pack")
    assert pack.delivery == Delivery(at=T0 + 5 * DAY, count=4, receipt=pack.receipt)
    delivered = signed.office.desk.acting(Capacity.OFFICE).deliver(
        signed.office.id, "council", pack.delivery
    )
    assert delivered.addressees == (evolve(COUNCIL, delivery=pack.delivery), MAYOR)
    fact = delivered.facts[-1]
    assert (fact.event, fact.subject, fact.rule) == ("delivered", "council", pack.receipt)
    assert fact.number("count") == 4


def test_those_who_do_not_count_are_left_out_and_the_others_keep_their_order(
    tmp_path: Path,
) -> None:
    signed = Signed()
    given = list(signed.signatures())
    gone = evolve(given[1], withdrawn_at=T0 + 3 * DAY)
    later = evolve(given[3], counted_at=signed.now + TICK)
    pack = signed.pack(tmp_path / "pack", signatures=[given[0], gone, given[2], later])
    assert [row[:2] for row in roll(pack.folder)[1:]] == [["1", "Anna Berg"], ["2", "Carla, Díaz"]]
    assert pack.manifest.counts == Counts(
        lines=2, withheld=0, persons=2, organisations=0, supporters=2
    )


def test_what_counts_at_that_very_instant_is_handed_over(tmp_path: Path) -> None:
    signed = Signed()
    (only,) = list(signed.signatures())[:1]
    pack = signed.pack(tmp_path / "pack", signatures=[evolve(only, counted_at=signed.now)])
    assert pack.manifest.counts.lines == 1


def test_a_pack_of_an_earlier_instant_knows_nothing_of_what_came_after(tmp_path: Path) -> None:
    signed = Signed()
    made = write_pack(
        tmp_path / "pack",
        petition=signed.petition,
        policy=SHOWN,
        standing=signed.office.desk.standing(signed.office.id, at=T0 + 3 * DAY),
        signatures=signed.signatures(),
        addressee="council",
        seal=KEY,
    ).manifest
    assert (made.made_at, made.status.state, made.counts.lines) == (T0 + 3 * DAY, "open", 3)
    assert [threshold.key for threshold in made.thresholds] == ["reply"]


def test_organisations_and_declared_counts_are_told_apart(tmp_path: Path) -> None:
    signed = Signed(signers=SIGNERS[:1])
    office = signed.office
    [first] = list(signed.signatures())
    paper = DeclaredCount(counter=SUPPORTERS, amount=120, source="paper", as_of=T0, recorded_at=T0)
    office.desk.declare(office.id, paper)
    group = evolve(
        first,
        particulars=evolve(first.particulars, name="Choir", kind=PartyKind.ORGANISATION),
        counters=("organisations", "supporters"),
    )
    pack = signed.pack(tmp_path / "pack", signatures=[first, group])
    made = pack.manifest
    assert made.counts == Counts(lines=2, withheld=0, persons=1, organisations=1, supporters=122)
    assert made.declared == (paper,)
    assert pack.delivery.count == 122


def test_texts_that_were_signed_are_named_the_most_signed_first(tmp_path: Path) -> None:
    signed = Signed()
    one, two, three, four = signed.signatures()
    pack = signed.pack(
        tmp_path / "pack",
        signatures=[
            evolve(one, text_digest=GERMAN.digest, language="de"),
            two,
            evolve(three, text_digest="f" * 64),
            four,
        ],
    )
    assert pack.manifest.texts == (
        SignedText(digest=ENGLISH.digest, lines=2, language="en", version=1),
        SignedText(digest=GERMAN.digest, lines=1, language="de", version=1),
        SignedText(digest="f" * 64, lines=1, language="en", version=0),
    )


def test_a_petition_of_which_only_a_total_is_known_has_a_pack_without_lines(
    tmp_path: Path,
) -> None:
    signed = Signed(signers=())
    office = signed.office
    total = DeclaredCount(counter=SUPPORTERS, amount=923, source="old", as_of=T0, recorded_at=T0)
    office.desk.declare(office.id, total)
    pack = signed.pack(tmp_path / "pack")
    assert pack.manifest.counts == Counts(
        lines=0, withheld=0, persons=0, organisations=0, supporters=923
    )
    assert roll(pack.folder) == [["number", "name", "region", "comment"]]


@given(names=st.lists(st.text(st.characters(codec="utf-8"), max_size=8), max_size=5))
def test_a_roll_is_read_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    """Whatever stands in a row of a store: quotes, line ends, commas, NUL."""
    signed = Signed(signers=SIGNERS[:1])
    [first] = list(signed.signatures())
    folder = tmp_path_factory.mktemp("packs") / "pack"
    signed.pack(
        folder,
        signatures=[
            evolve(first, particulars=evolve(first.particulars, name=name)) for name in names
        ],
    )
    assert [csv_plain(row[1]) for row in roll(folder)[1:]] == names


# What is refused, and what is left then


def test_an_addressee_that_the_petition_does_not_have_is_refused(
    signed: Signed, tmp_path: Path
) -> None:
    with pytest.raises(InvalidValueError, match="one of: council, mayor"):
        signed.pack(tmp_path / "pack", addressee="king")
    assert list(tmp_path.iterdir()) == []


def test_a_signature_of_another_petition_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    signed = Signed()
    first, second, *_ = signed.signatures()
    with pytest.raises(InvalidValueError, match="signatures"):
        signed.pack(tmp_path / "pack", signatures=[first, evolve(second, petition_id=first.id)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "file", "broken link"])
def test_what_is_there_already_is_never_written_over(
    signed: Signed, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "pack"
    if kind == "folder":
        folder.mkdir()
    elif kind == "file":
        folder.write_text("mine")
    else:
        folder.symlink_to(tmp_path / "nowhere")
    with pytest.raises(AlreadyExistsError, match="is there already"):
        signed.pack(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_what_a_killed_run_has_left_is_written_over(signed: Signed, tmp_path: Path) -> None:
    part = tmp_path / "pack.part"
    part.mkdir()
    (part / "roll.csv").write_text("half a ro" * 1000)
    signed.pack(tmp_path / "pack")
    assert len(roll(tmp_path / "pack")) == 5
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_a_folder_of_somebody_else_is_left_alone(signed: Signed, tmp_path: Path) -> None:
    part = tmp_path / "pack.part"
    part.mkdir()
    (part / "thesis.txt").write_text("mine")
    with pytest.raises(AlreadyExistsError, match="other files"):
        signed.pack(tmp_path / "pack")
    assert (part / "thesis.txt").read_text() == "mine"


def test_a_store_that_fails_on_the_way_leaves_nothing_and_says_so(
    signed: Signed, tmp_path: Path
) -> None:
    def failing() -> Iterator[Signature]:
        yield next(signed.signatures())
        raise StoreUnavailableError("the disk reports an error")

    with pytest.raises(StoreUnavailableError, match="the disk reports an error"):
        signed.pack(tmp_path / "pack", signatures=failing())
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(signed: Signed, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="nowhere/pack: No such file"):
        signed.pack(tmp_path / "nowhere" / "pack")


def test_a_disk_that_is_full_leaves_nothing(
    signed: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writing, "_put", full)
    with pytest.raises(UnreadableFileError, match="No space left"):
        signed.pack(tmp_path / "pack")
    assert list(tmp_path.iterdir()) == []
