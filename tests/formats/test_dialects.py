import codecs
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from value_strategies import signatures

from petitionkit.civil import parse_instant
from petitionkit.errors import UnreadableFileError
from petitionkit.formats.dialects import (
    ROLL_DIALECTS,
    RollDialect,
    dialect_named,
    dialect_of,
    submitted,
    write_roll,
)
from petitionkit.formats.roll import inspect_roll, read_roll
from petitionkit.parties import PartyKind
from petitionkit.place import country_of
from petitionkit.signature import Signature, SignatureDraft, Submission
from petitionkit.testing.strategies import instants
from samples import T0

# Any text that a cell can hold; that a name has shows something.
CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00") | st.sampled_from("=+-@'\t\r\n,;\""),
    max_size=8,
)
WORDS = CELLS.map(lambda text: "".join(text.split())).filter(bool)


def written(rows: Sequence[Submission], dialect: RollDialect) -> tuple[bytes, dict[str, int]]:
    file = io.BytesIO()
    left_out = write_roll(file, rows, dialect)
    return file.getvalue(), dict(left_out)


def read(raw: bytes, folder: Path) -> tuple[str, list[Submission]]:
    """The dialect that is found out, and what the lines say."""
    path = folder / "roll.csv"
    path.write_bytes(raw)
    roll = inspect_roll(path)
    assert roll.dialect is not None
    rows = []
    for line in read_roll(roll):
        assert line.draft is not None
        when = parse_instant(line.dated) if line.dated else None
        rows.append(Submission(draft=line.draft, signed_at=when))
    return roll.dialect.name, rows


NOT_PLAIN = {"", "name", "first_name", "last_name", "signed_at", "kind", "consents"}


@st.composite
def rows_of(draw: st.DrawFn, dialect: RollDialect) -> list[Submission]:
    """Rows that say only what a dialect can say."""
    fields = {field for _, field in dialect.columns}
    split = "first_name" in fields
    found = []
    for _ in range(draw(st.integers(0, 3))):
        said: dict[str, Any] = {
            name: draw(CELLS)
            for name in fields
            - {"", "name", "first_name", "last_name", "signed_at", "kind", "consents"}
        }
        if split:
            said |= {"given_name": draw(WORDS), "family_name": draw(WORDS)}
        said["name"] = f"{said['given_name']} {said['family_name']}" if split else draw(WORDS)
        draft = SignatureDraft(**said)
        if "consents" in fields:
            kind = draw(st.sampled_from(PartyKind))
            consents = tuple(draw(st.lists(st.sampled_from(["news", "name"]), max_size=2)))
            draft = evolve(draft, kind=kind, consents=consents, name=draw(WORDS))
        when = draw(st.none() | instants()) if "signed_at" in fields else None
        found.append(Submission(draft=draft, signed_at=when))
    return found


@pytest.mark.parametrize("dialect", ROLL_DIALECTS.values(), ids=ROLL_DIALECTS)
def test_rolls_come_back_as_they_were(
    dialect: RollDialect, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("rolls")

    @given(rows_of(dialect))
    @settings(max_examples=60)
    def holds(rows: list[Submission]) -> None:
        raw, left_out = written(rows, dialect)
        assert left_out == {}
        assert read(raw, folder) == (dialect.name, _as_read(rows))

    holds()


def _as_read(rows: list[Submission]) -> list[Submission]:
    """A country that is written out is read as its code; nothing else is changed."""
    return [evolve(row, draft=evolve(row.draft, country=_code(row.draft.country))) for row in rows]


def _code(country: str) -> str:
    return country_of(country) or country


@pytest.mark.parametrize("dialect", ROLL_DIALECTS.values(), ids=ROLL_DIALECTS)
def test_no_cell_that_is_written_begins_a_formula(dialect: RollDialect) -> None:
    formula = SignatureDraft(
        name="=1 @2", email="+a@b.c", phone="+44", locality="-1", comment="@c", postal_code="\t1"
    )
    raw, _ = written([Submission(draft=formula)], dialect)
    text = raw.decode(dialect.encoding)
    for cell in text.splitlines()[1].split(dialect.delimiter):
        assert not cell.strip('"').startswith(("=", "+", "-", "@", "\t"))


ANA = SignatureDraft(
    name="Ana María Díaz",
    email="ana@example.org",
    phone="+34910000000",
    locality="Madrid",
    postal_code="28001",
    country="ES",
    comment="Sí",
    birth_date="1980-01-02",
)


def test_change_orgs_download_is_tab_separated_utf_16() -> None:
    raw, left_out = written([Submission(draft=ANA, signed_at=T0)], ROLL_DIALECTS["change.org"])
    assert raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    assert (
        raw.decode("utf-16").splitlines()[0] == "Name\tCity\tState\tPostal Code\tCountry\tSigned On"
    )
    assert left_out == {"email": 1, "phone": 1, "comment": 1, "birth_date": 1}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8"])
def test_change_orgs_download_is_recognised_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "petition_signatures_jobs_1_20240101000000.csv"
    text = "Name\tCity\tState\tPostal Code\tCountry\tSigned On\n"
    path.write_bytes(
        (text + 'Ana "A" Díaz\tNapa, CA 94558\tAA\t\tUnited States\t\n').encode(encoding)
    )
    roll = inspect_roll(path)
    assert roll.dialect is ROLL_DIALECTS["change.org"]
    assert roll.unmapped == ()
    [line] = read_roll(roll)
    assert line.draft == SignatureDraft(
        name='Ana "A" Díaz', locality="Napa, CA 94558", region="AA", country="US"
    )


def test_names_are_parted_at_the_last_blank_where_a_dialect_wants_two() -> None:
    rows = [Submission(draft=ANA), Submission(draft=SignatureDraft(name="Plato"))]
    raw, left_out = written(rows, ROLL_DIALECTS["pytition"])
    assert raw.decode().splitlines() == [
        "first_name,last_name,phone,email,subscribed_to_mailinglist,confirmed",
        "Ana María,Díaz,'+34910000000,ana@example.org,False,True",
        "Plato,,,,False,True",
    ]
    assert left_out["locality"] == 1
    assert "name" not in left_out


def test_who_never_confirmed_at_pytition_is_told_and_not_handed_on(tmp_path: Path) -> None:
    path = tmp_path / "roll.csv"
    path.write_text(
        "first_name,last_name,phone,email,subscribed_to_mailinglist,confirmed\n"
        "Ana,Díaz,,a@example.org,True,True\nBen,Cole,,b@example.org,False,False\n"
    )
    roll = inspect_roll(path)
    assert roll.dialect is ROLL_DIALECTS["pytition"]
    assert roll.unmapped == ("subscribed_to_mailinglist",)
    first, second = read_roll(roll)
    assert first.draft is not None
    assert (first.draft.name, first.problems) == ("Ana Díaz", ())
    assert second.draft is None
    assert [found.code for found in second.problems] == ["row.unconfirmed"]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (
            "uuid,first_name,last_name,email,can2_user_city,can2_user_tags",
            "action-network",
        ),
        ("First_Name,Last_Name,Email,zipcode,country_code,created_at", "eff"),
        ("full_name,email,city,state,country", "eff-affiliations"),
        ("Name,City,State,Postal Code,Country,Commented Date,Comment", "change.org-comments"),
        ("Name,Email", None),
    ],
)
def test_a_dialect_is_known_by_its_header(header: str, name: str | None) -> None:
    found = dialect_of(header.split(","))
    assert (found.name if found else None) == name


def test_what_has_no_field_is_told(tmp_path: Path) -> None:
    path = tmp_path / "roll.csv"
    path.write_text(
        "uuid,first_name,last_name,email,can2_user_tags,can2_state_abbreviated,can2_user_state\n"
        "1,Ana,Díaz,a@example.org,x,CA,California\n"
    )
    roll = inspect_roll(path)
    assert roll.unmapped == ("uuid", "can2_user_tags", "can2_user_state")
    [line] = read_roll(roll)
    assert line.draft is not None
    assert line.draft.region == "CA"


def test_a_dialect_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "roll.csv"
    path.write_text("Name\nAna\n")
    assert inspect_roll(path).dialect is None
    assert inspect_roll(path, dialect="eff").dialect is ROLL_DIALECTS["eff"]
    with pytest.raises(UnreadableFileError, match=r"avaaz: choose from petitionkit, change\.org"):
        dialect_named("avaaz")


@given(signatures)
@settings(max_examples=50)
def test_a_signature_is_handed_in_again_with_all_that_its_signer_gave(one: Signature) -> None:
    again = submitted(one)
    who = one.particulars
    assert again.signed_at == one.signed_at
    assert again.provenance == one.provenance
    for name in ("name", "email", "phone", "locality", "postal_code", "country", "region", "kind"):
        assert getattr(again.draft, name) == getattr(who, name)
    assert again.draft.birth_date == ("" if who.birth_date is None else str(who.birth_date))
    assert set(again.draft.consents) == {c.key for c in who.consents if c.withdrawn_at is None}
