import csv
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pack_samples import KEY, SHOWN, SIGNERS, Reader, Signed

from petitionkit.clauses import Threshold
from petitionkit.counting import SUPPORTERS
from petitionkit.disclosure import Disclosed, Disclosure
from petitionkit.formats.pack.writing import write_pack
from petitionkit.petition import CountEffect, DeclaredCount, Identifier, PetitionText
from petitionkit.rules import AnyOf, Counted
from petitionkit.signature import Signature
from samples import DAY, GERMAN, T0


def page(signed: Signed, folder: Path, *, signatures: Iterable[Signature] | None = None) -> Reader:
    signed.pack(folder / "pack", signatures=signatures)
    return Reader((folder / "pack" / "petition.html").read_text("utf-8"))


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return page(Signed(), tmp_path)


def test_the_page_tells_who_asks_whom_for_what_and_how_it_ended(read: Reader) -> None:
    for words in (
        "Petition to Town Council, Westhill",
        "Keep the park",
        "4 supporters",
        "Started by Friends of the Park",
        "Open from 1 March 2026, 12:00 (UTC)",
        "closed since 6 March 2026, 12:00 (UTC), by the rule closing.starter; reason: delivered",
        "Rules town 1",
        "It is the only one.",
        "Der Park bleibt",
        "Es gibt nur einen.",
        "4 lines, signed from 2 March 2026 to 5 March 2026.",
    ):
        assert words in read.text


def test_the_page_lists_thresholds_regions_and_the_roll(read: Reader) -> None:
    assert ["reply", "2", "3 March 2026, 12:00 (UTC)"] in read.rows
    assert ["debate", "4", "5 March 2026, 12:00 (UTC)"] in read.rows
    regions = [row for row in read.rows if len(row) == 4 and row[2].endswith("%")]
    assert [row[:3] for row in regions] == [
        ["North", "2", "50.0%"],
        ["no region given", "1", "25.0%"],
        ["South", "1", "25.0%"],
    ]
    assert read.rows[-4:] == [
        ["1", "Anna Berg", "North", "For my children."],
        ["2", "Ben <Cole>", "South", "=1+1"],
        ["3", "Carla, Díaz", "", 'She said "yes".'],
        ["4", "Dora Engel", "North", "Two lines\nof reasons."],
    ]


def test_nothing_is_loaded_and_no_script_runs(read: Reader) -> None:
    assert not read.tags & {"script", "img", "link", "iframe", "object", "a", "image", "use"}
    assert not read.attributes & {"src", "href", "srcset", "onload", "onerror", "style"}
    assert "url(" not in "".join(read.texts)


def test_whoever_reads_by_ear_finds_names_for_everything(tmp_path: Path) -> None:
    Signed().pack(tmp_path / "pack")
    text = (tmp_path / "pack" / "petition.html").read_text("utf-8")
    assert '<html lang="en">' in text
    assert '<article lang="de">' in text
    assert text.count("<h1") == 1
    assert 'role="img" aria-label="Signatures of the roll in all, day by day"' in text
    assert text.count("<thead>") == text.count("<table") == text.count("<h2>") - 2
    assert 'scope="col"' in text
    assert 'scope="row"' in text


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20))
def test_what_people_typed_is_text_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    signed = Signed(signers=SIGNERS[:1])
    [first] = list(signed.signatures())
    typed = evolve(first.particulars, name=f"<script>{text}", region=f"</style>{text}")
    found = page(
        signed, tmp_path_factory.mktemp("p"), signatures=[evolve(first, particulars=typed)]
    )
    assert "script" not in found.tags
    assert found.rows[-1] == ["1", f"<script>{text}", f"</style>{text}", "For my children."]


@given(
    names=st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=9), max_size=6
    )
)
def test_the_page_and_the_file_list_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    signed = Signed(signers=SIGNERS[:1])
    [first] = list(signed.signatures())
    folder = tmp_path_factory.mktemp("p")
    lines = [evolve(first, particulars=evolve(first.particulars, name=f"A{n}")) for n in names]
    found = page(signed, folder, signatures=lines)
    with (folder / "pack" / "roll.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.reader(file))[1:]
    assert found.rows[len(found.rows) - len(listed) :] == listed


def test_declared_counts_are_listed_with_their_source(tmp_path: Path) -> None:
    signed = Signed(signers=SIGNERS[:1])
    office = signed.office
    for place, effect in enumerate(CountEffect):
        office.desk.declare(
            office.id,
            DeclaredCount(
                counter=SUPPORTERS,
                amount=1000 + place,
                source=f"source-{place}",
                as_of=T0,
                recorded_at=T0,
                effect=effect,
            ),
        )
    found = page(signed, tmp_path)
    for row in (
        ["Declared supporters", "1,000", "added; by source-0, as of 1 March 2026"],
        ["Declared supporters", "1,001", "in place of the lines; by source-1, as of 1 March 2026"],
        ["Declared supporters", "1,002", "where it is larger; by source-2, as of 1 March 2026"],
        ["Lines of the roll", "1", ""],
        ["Persons", "1", "declared ones included"],
        ["Supporters", "2,001", "what the rules add up"],
    ):
        assert row in found.rows
    assert "Numbers that were declared are not in it." in found.text


def test_one_supporter_is_no_plural_and_nobody_is_no_curve(tmp_path: Path) -> None:
    one, none = tmp_path / "one", tmp_path / "none"
    one.mkdir()
    none.mkdir()
    assert "1 supporter Started" in page(Signed(signers=SIGNERS[:1]), one).text
    empty = page(Signed(signers=()), none)
    assert "svg" not in empty.tags
    assert "Growth" not in empty.text
    assert "Regions" not in empty.text
    assert "Thresholds" not in empty.text


def test_without_regions_there_is_no_table_of_them(tmp_path: Path) -> None:
    found = page(Signed(signers=(("Anna Berg", "", ""),)), tmp_path)
    assert "Regions" not in found.text


def test_who_signed_which_text_is_told_where_there_was_more_than_one(tmp_path: Path) -> None:
    signed = Signed()
    one, two, *rest = signed.signatures()
    found = page(
        signed,
        tmp_path,
        signatures=[
            evolve(one, text_digest=GERMAN.digest, language="de"),
            evolve(two, text_digest="f" * 64),
            *rest,
        ],
    )
    assert (
        "Signed were: version 1 in en by 2; version 1 in de by 1;"
        " the text with digest ffffffffffffffff by 1." in found.text
    )


def test_a_petition_that_is_still_open_says_so_and_a_threshold_of_many_numbers_has_none(
    tmp_path: Path,
) -> None:
    needs = AnyOf(any=(Counted(count=SUPPORTERS, level=2), Counted(count="persons", level=3)))
    policy = evolve(SHOWN, thresholds=(Threshold(key="either", needs=needs),))
    signed = Signed(policy=policy)
    office = signed.office
    standing = office.desk.standing(office.id, at=office.clock.now - timedelta(hours=1))
    write_pack(
        tmp_path / "pack",
        petition=signed.petition,
        policy=policy,
        standing=standing,
        signatures=signed.signatures(),
        addressee="mayor",
        seal=KEY,
    )
    found = Reader((tmp_path / "pack" / "petition.html").read_text("utf-8"))
    assert "open since 1 March 2026" in found.text
    assert ["either", "", "3 March 2026, 12:00 (UTC)"] in found.rows
    assert "Petition to The Mayor" in found.text


def test_details_and_outside_names_are_there_and_the_title_is_not_said_twice(
    tmp_path: Path,
) -> None:
    signed = Signed(signers=())
    desk = signed.office.desk
    text = PetitionText(language="en", title="A", body="One\ntwo\n\nthree", details="Why.")
    signed.office.id = desk.start(
        texts=[text],
        addressees=signed.petition.addressees,
        identifiers=[Identifier(system="uk", value="241584")],
    ).id
    desk.publish(signed.office.id, SHOWN)
    found = page(signed, tmp_path)
    assert "uk 241584" in found.text
    assert "Started by" not in found.text
    assert "Why." in found.text
    assert "h3" not in found.tags
    text_of_page = (tmp_path / "pack" / "petition.html").read_text("utf-8")
    assert '<p>One<br>two</p><p>three</p><p class="details">Why.</p>' in text_of_page


def test_a_long_petition_has_a_curve_of_no_more_points_than_can_be_seen(tmp_path: Path) -> None:
    signed = Signed(signers=SIGNERS[:1])
    [first] = list(signed.signatures())
    days = [evolve(first, signed_at=T0 + DAY * n) for n in range(0, 4001, 100)]
    signed.pack(tmp_path / "pack", signatures=days)
    text = (tmp_path / "pack" / "petition.html").read_text("utf-8")
    points = text.partition('points="')[2].partition('"')[0].split()
    assert 300 < len(points) <= 401
    assert ">41</text>" in text
    assert points[-1].endswith(",12.0")  # the top of the plot: nobody was left out


def test_words_of_one_piece_are_not_broken(tmp_path: Path) -> None:
    for fields, rule in (
        ((Disclosed.NAME, Disclosed.SIGNED_ON), ".roll td:nth-child(3) { white-space: nowrap; }"),
        (
            (Disclosed.KIND, Disclosed.NAME, Disclosed.CHANNEL),
            ".roll td:nth-child(2), .roll td:nth-child(4) { white-space: nowrap; }",
        ),
    ):
        signed = Signed(policy=evolve(SHOWN, disclosure=Disclosure(fields=fields)))
        folder = tmp_path / "-".join(fields)
        signed.pack(folder)
        assert rule in (folder / "petition.html").read_text("utf-8")
