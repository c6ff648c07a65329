import codecs
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.formats.roll import Roll, RollLine, inspect_roll, read_roll, signed_at
from petitionkit.parties import PartyKind

OPENED = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "roll.csv"


def lines_of(roll: Roll) -> list[RollLine]:
    return list(read_roll(roll))


def names(roll: Roll) -> list[str]:
    return [line.draft.name if line.draft else "-" for line in read_roll(roll)]


def refusal(path: Path, **options: str) -> tuple[str, int]:
    columns: Mapping[str, str] = {}
    with pytest.raises(UnreadableFileError) as caught:
        inspect_roll(path, columns=columns, **options)
    return caught.value.problem_code, caught.value.line


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (b"", "utf-16-le"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (b"", "utf-16-be"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
@pytest.mark.parametrize("people", [["Ana Muñoz", "Łucja Nowak"], ["山田太郎" * 20] * 400])
def test_encoding_is_found_out(path: Path, mark: bytes, encoding: str, people: list[str]) -> None:
    text = "Name,E-mail\r\n" + "".join(f"{name},x@y.org\r\n" for name in people)
    path.write_bytes(mark + text.encode(encoding))
    roll = inspect_roll(path)
    assert roll.header == ("Name", "E-mail")
    assert names(roll) == people


def test_an_encoding_that_cannot_be_found_out_is_named(path: Path) -> None:
    path.write_bytes("Name,E-mail\nJosé,jose@example.org\n".encode("latin-1"))
    assert refusal(path) == ("roll.encoding", 2)
    assert names(inspect_roll(path, encoding="latin-1")) == ["José"]


@pytest.mark.parametrize("bad", [2, 3, 700, 1999, 2001])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_wrong_encoding_is_reported_with_its_line(path: Path, bad: int, end: str) -> None:
    rows = [f"Anna Berg {n},anna{n}@example.org".encode() for n in range(2, 2002)]
    rows[bad - 2] = b"Jos\xe9 \xff,jose@example.org"
    path.write_bytes(end.encode().join([b"Name,E-mail", *rows, b""]))
    assert refusal(path) == ("roll.encoding", bad)


def test_utf_16_that_ends_in_the_middle_of_a_character_is_reported_with_its_line(
    path: Path,
) -> None:
    whole = codecs.BOM_UTF16_LE + "Name\tMail\nAnn\ta@example.org\n".encode("utf-16-le")
    path.write_bytes(whole[:-1])
    assert refusal(path) == ("roll.encoding", 2)


def test_a_message_about_encoding_names_it_and_says_what_to_do(path: Path) -> None:
    path.write_bytes(b"Name\n\xff\n")
    with pytest.raises(UnreadableFileError, match="line 2, column 1: the text is not UTF-8; name"):
        inspect_roll(path)


@pytest.mark.parametrize("encoding", ["klingon", "base64"])
def test_an_unknown_encoding_is_refused(path: Path, encoding: str) -> None:
    path.write_text("Name\nAnn\n")
    assert refusal(path, encoding=encoding) == ("roll.encoding", 0)


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_delimiter_is_found_out(path: Path, mark: str) -> None:
    path.write_text(f'Name{mark}E-mail\n"a{mark}b"{mark}x,y;z@example.org\n')
    roll = inspect_roll(path)
    assert roll.delimiter == mark
    assert [line.cells[0] for line in lines_of(roll)] == [f"a{mark}b"]


@pytest.mark.parametrize(
    ("given", "mark"), [("tab", "\t"), ("\\t", "\t"), (":", ":"), ("\t", "\t")]
)
def test_a_delimiter_may_be_named(path: Path, given: str, mark: str) -> None:
    path.write_text(f"Name{mark}E-mail, or none\nAnn{mark}a@example.org\n")
    roll = inspect_roll(path, delimiter=given, columns={"email": "E-mail, or none"})
    assert lines_of(roll)[0].cells == ("Ann", "a@example.org")


@pytest.mark.parametrize("given", ["::", '"', "\n", "\r", "tabs"])
def test_a_delimiter_that_cannot_be_one_is_refused(path: Path, given: str) -> None:
    path.write_text("Name,E-mail\nAnn,a@example.org\n")
    assert refusal(path, delimiter=given) == ("roll.delimiter", 0)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("NAME", "name"),
        ("Full Name", "name"),
        ("signer_name", "name"),
        ("First Name", "first_name"),
        ("givenName", "first_name"),
        ("last-name", "last_name"),
        ("Surname:", "last_name"),
        ("E-Mail", "email"),
        ("Email Address", "email"),
        ("can2_phone", "phone"),
        ("Phone number", "phone"),
        ("Signed On", "signed_at"),
        ("signed_at", "signed_at"),
        ("Timestamp", "signed_at"),
        ("Date of birth", "birth_date"),
        ("DOB", "birth_date"),
        ("Comments", "comment"),
        ("Reason", "comment"),
        ("Type", "kind"),
        ("Language", "language"),
    ],
)
def test_headers_are_known_whatever_their_case_and_punctuation(
    path: Path, header: str, field: str
) -> None:
    path.write_text(f"Shoe size,{header},Forename\n38,x,Ann\n")
    assert inspect_roll(path).columns[field] == 1


def test_columns_may_be_mapped_to_headers_that_say_something_else(path: Path) -> None:
    path.write_text("Date,Unterzeichner/in,Name,Postfach\n2026-03-02,Ann,Hut,a@example.org\n")
    mapping = {"name": "unterzeichner in", "email": "Postfach"}
    [line] = lines_of(inspect_roll(path, columns=mapping))
    assert line.draft is not None
    assert (line.draft.name, line.draft.email, line.dated) == ("Ann", "a@example.org", "2026-03-02")


def test_a_mapping_to_a_header_that_is_not_there_is_refused(path: Path) -> None:
    path.write_text("Name,E-mail\nAnn,a@example.org\n")
    with pytest.raises(
        UnreadableFileError, match="line 1, column 1: no column is headed"
    ) as caught:
        inspect_roll(path, columns={"email": "Post"})
    assert caught.value.problem_code == "roll.no_such_column"


def test_a_mapping_of_fields_that_do_not_exist_names_those_that_do(path: Path) -> None:
    path.write_text("Name,E-mail\nAnn,a@example.org\n")
    with pytest.raises(UnreadableFileError, match="mali, nmae: choose from name, email") as caught:
        inspect_roll(path, columns={"nmae": "Name", "mali": "E-mail"})
    assert caught.value.problem_code == "roll.no_such_field"


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (",Ann,Berg", "Ann Berg"),
        (",Ann,", "Ann"),
        (",,Berg", "Berg"),
        (",,", ""),
        ("A. Berg,Ann,Berg", "A. Berg"),
    ],
)
def test_first_and_last_name_are_joined_where_there_is_no_whole_one(
    path: Path, row: str, name: str
) -> None:
    path.write_text(f"Name,First name,Surname,E-mail\n{row},a@example.org\n")
    assert names(inspect_roll(path)) == [name]


def test_a_roll_may_have_first_names_alone(path: Path) -> None:
    path.write_text("First_Name\nAnn\n")
    assert names(inspect_roll(path)) == ["Ann"]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("organisation", PartyKind.ORGANISATION),
        (" Organization ", PartyKind.ORGANISATION),
        ("ORG", PartyKind.ORGANISATION),
        ("person", PartyKind.PERSON),
        ("", PartyKind.PERSON),
        ("organ donor", PartyKind.PERSON),
    ],
)
def test_a_column_may_say_that_a_line_is_an_organisation(
    path: Path, cell: str, kind: PartyKind
) -> None:
    path.write_text(f"Name,Kind\nThe Club,{cell}\n")
    [line] = lines_of(inspect_roll(path))
    assert line.draft is not None
    assert line.draft.kind is kind


def test_all_fields_of_a_line_are_handed_on_as_they_came(path: Path) -> None:
    path.write_text(
        "name,mail,phone,signed,dob,reason,lang,shoe size\n"
        ' Ann ,A@Example.org,+49 30 1,2026-03-02,1990-01-31,"because\nyes",de,38\n'
    )
    [line] = lines_of(inspect_roll(path))
    assert line.draft is not None
    assert line.draft.name == " Ann "
    assert line.draft.email == "A@Example.org"
    assert line.draft.phone == "+49 30 1"
    assert line.draft.birth_date == "1990-01-31"
    assert line.draft.comment == "because\nyes"
    assert line.draft.language == "de"
    assert line.dated == "2026-03-02"
    assert line.cells[-1] == "38"
    assert line.problems == ()


def test_blank_lines_are_left_out_and_counted_on(path: Path) -> None:
    path.write_text("\n  \n,\nName,E-mail\n\nAnn,a@example.org\n , \n\nBen,b@example.org\n\n")
    roll = inspect_roll(path)
    assert roll.lines == 2
    assert [(line.number, line.cells[0]) for line in read_roll(roll)] == [(6, "Ann"), (9, "Ben")]


def test_a_ragged_row_comes_with_its_problem_and_the_others_without(path: Path) -> None:
    path.write_text("Name,E-mail\nAnn\nBen,b@example.org\nCleo,c@example.org,what,ever\n")
    roll = inspect_roll(path)
    short, good, long = read_roll(roll)
    assert roll.lines == 3
    assert (short.number, short.cells, short.draft) == (2, ("Ann",), None)
    [problem] = short.problems
    assert (problem.code, problem.field) == ("row.ragged", "row")
    assert problem.params == (("expected", 2), ("found", 1))
    assert good.draft is not None
    assert long.draft is None
    assert long.problems[0].params == (("expected", 2), ("found", 4))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\r\n \t\r\n",
        codecs.BOM_UTF8,
        codecs.BOM_UTF16_LE,
        codecs.BOM_UTF16_BE,
        codecs.BOM_UTF8 + b"\n\n",
        codecs.BOM_UTF16_LE + "\r\n\r\n".encode("utf-16-le"),
        b",,,\n,,,\n",
        b'""\n',
        "\u00a0,\u2003\n".encode(),
        b" " * 10_000,
    ],
)
def test_a_roll_with_nothing_in_it_is_empty(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert refusal(path) == ("roll.empty", 0)


def test_a_roll_may_begin_after_a_long_blank(path: Path) -> None:
    path.write_text("\n" * 10_000 + "Name;E-mail\nAnn;a@example.org\n")
    roll = inspect_roll(path)
    assert [(line.number, line.cells) for line in read_roll(roll)] == [
        (10_002, ("Ann", "a@example.org"))
    ]


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r"])
def test_a_header_alone_is_a_sound_roll_without_lines(path: Path, end: str) -> None:
    path.write_bytes(f"Name,E-mail{end}".encode())
    roll = inspect_roll(path)
    assert roll.lines == 0
    assert lines_of(roll) == []


def test_a_roll_without_a_header_is_refused(path: Path) -> None:
    path.write_text("Ann Berg,a@example.org\nBen Cole,b@example.org\n")
    with pytest.raises(UnreadableFileError, match="line 1, column 1: the first line names no"):
        inspect_roll(path)
    assert refusal(path) == ("roll.no_header", 1)


def test_zero_bytes_are_no_header(path: Path) -> None:
    path.write_bytes(bytes(1000))
    assert refusal(path) == ("roll.no_header", 1)


def test_a_roll_without_names_is_refused(path: Path) -> None:
    path.write_text("E-mail,Comment\na@example.org,\n")
    assert refusal(path) == ("roll.no_name", 1)


@pytest.mark.parametrize(
    ("tail", "line"),
    [
        ("Cleo", 4),
        ("Cleo,c@exam", 4),
        ('Cleo,c@example.org,"unfin', 4),
        ('Cleo,c@example.org,"unfinished\n', 4),
        ('Cleo,c@example.org,"unfinished\nbusiness\n\n', 4),
        ('"Cleo" D,c@example.org,"unfin', 4),
        ('"Cl', 4),
        ('"Cleo","', 4),
    ],
)
def test_a_roll_that_is_cut_in_the_middle_of_a_row_is_refused_with_the_line(
    path: Path, tail: str, line: int
) -> None:
    path.write_text(f"Name,E-mail,Comment\nAnn,a@example.org,\nBen,b@example.org,x\n{tail}")
    assert refusal(path) == ("roll.cut", line)


@pytest.mark.parametrize(
    "tail",
    [
        "Cleo,c@example.org,fine",
        'Cleo,c@example.org,"several\nlines"',
        'Cleo,c@example.org,"several\nlines\n"',
        'Cleo,c@example.org,"a ""quoted"" word"',
        'Cleo,c@example.org,a " mark',
        '"Cleo" D,c@example.org,"x" y',
        "Cleo\n",
        "Cleo,c@example.org,x,more",
    ],
)
def test_a_last_row_without_a_line_end_is_whole(path: Path, tail: str) -> None:
    path.write_text(f"Name,E-mail,Comment\nAnn,a@example.org,\n{tail}")
    assert inspect_roll(path).lines == 2


def test_a_stray_quotation_mark_is_found_where_it_stands(path: Path) -> None:
    rows = [f"Ann {n},a{n}@example.org\n" for n in range(2, 102)]
    rows[40] = '"Ann,a@example.org\n'
    path.write_text("Name,E-mail\n" + "".join(rows))
    assert refusal(path) == ("roll.cut", 42)


def test_a_stray_quotation_mark_does_not_swallow_a_large_roll(path: Path) -> None:
    rows = [f"Ann {n},a{n}@example.org\n" for n in range(2, 20_002)]
    rows[40] = '"Ann,a@example.org\n'
    path.write_text("Name,E-mail\n" + "".join(rows))
    assert refusal(path) == ("roll.quotes", 42)


def test_a_cell_beyond_all_measure_is_refused_with_its_line(path: Path) -> None:
    path.write_text("Name,E-mail\nAnn,a@example.org\n" + "x" * 200_000 + ",b@example.org\n")
    assert refusal(path) == ("roll.quotes", 3)


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_of_a_megabyte_is_refused_with_its_number(path: Path, end: str) -> None:
    path.write_text("Name,E-mail\nAnn,a@example.org\n" + "x," * (1 << 20) + end)
    assert refusal(path) == ("roll.line_too_long", 3)


def test_a_header_of_a_megabyte_is_refused(path: Path) -> None:
    path.write_text("x," * (1 << 20))
    assert refusal(path) == ("roll.line_too_long", 1)


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"roll\.csv cannot be read: No such file"):
        inspect_roll(path)
    assert refusal(path) == ("roll.unreadable", 0)


def test_a_folder_is_no_roll(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be read: Is a directory"):
        inspect_roll(tmp_path)


def test_a_name_with_nul_is_handed_on_for_validation_to_refuse(path: Path) -> None:
    path.write_bytes(b"Name,E-mail\nAn\0n,a@example.org\nBen,b@example.org\n")
    assert names(inspect_roll(path)) == ["An\0n", "Ben"]


def test_a_change_org_roll_is_read_as_it_is_downloaded(path: Path) -> None:
    text = (
        "Name\tCity\tState\tPostal Code\tCountry\tSigned On\r\n"
        "María Pérez\tClaremont\tCA\t91711\tUS\t2016-11-14\r\n"
        'Bob "Bobby" Lee\tUpland\tCA\t91784\tUS\t2016-11-15\r\n'
    )
    path.write_bytes(text.encode("utf-16"))
    roll = inspect_roll(path)
    assert roll.delimiter == "\t"
    assert [(line.draft and line.draft.name, line.dated) for line in read_roll(roll)] == [
        ("María Pérez", "2016-11-14"),
        ('Bob "Bobby" Lee', "2016-11-15"),
    ]


def test_a_roll_is_known_by_the_digest_of_its_bytes(path: Path) -> None:
    path.write_bytes(b"Name\nAnn\n")
    roll = inspect_roll(str(path))
    # sha256sum over the eight bytes above
    assert roll.digest == "33ba8b96aedae3d7c069857c388820056594085b0b35850e1c293c5bc247f6d2"
    assert roll.source == roll.digest[:32]


def test_cells_and_dates_are_in_no_repr(path: Path) -> None:
    path.write_text("Name,Date\nAnn Secret,2026-03-02\n")
    [line] = lines_of(inspect_roll(path))
    assert "Secret" not in repr(line)
    assert "2026" not in repr(line)


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("2026-03-02T10:00:00Z", "", "2026-03-02T10:00:00+00:00"),
        (" 2026-03-02T10:00:00.25+05:30 ", "", "2026-03-02T04:30:00.250000+00:00"),
        ("2026-03-02 10:00", "", "2026-03-02T09:00:00+00:00"),
        ("2026-07-02 10:00", "", "2026-07-02T08:00:00+00:00"),
        ("2026-03-02", "", "2026-03-01T23:00:00+00:00"),
        ("20260302", "", "2026-03-01T23:00:00+00:00"),
        ("2026-03-01", "", "2026-03-01T09:00:00+00:00"),
        ("02/03/2026", "%d/%m/%Y", "2026-03-01T23:00:00+00:00"),
        ("03/02/2026", "%m/%d/%Y", "2026-03-01T23:00:00+00:00"),
        ("01.03.2026", "%d.%m.%Y", "2026-03-01T09:00:00+00:00"),
        ("2.3.2026 7:05", "%d.%m.%Y %H:%M", "2026-03-02T06:05:00+00:00"),
        ("3/2/2026 7:05 PM", "%m/%d/%Y %I:%M %p", "2026-03-02T18:05:00+00:00"),
        ("02.03.2026 00:30 +0000", "%d.%m.%Y %H:%M %z", "2026-03-02T00:30:00+00:00"),
        ("1900-01-01", "", "1899-12-31T23:00:00+00:00"),
    ],
)
def test_dates_are_read_in_the_petitions_zone(text: str, pattern: str, expected: str) -> None:
    found = signed_at(text, "Europe/Berlin", OPENED, pattern=pattern)
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    ("text", "pattern", "code"),
    [
        ("yesterday", "", "not_an_instant"),
        ("2026-02-30", "", "not_an_instant"),
        ("02/03/2026", "", "not_an_instant"),
        ("2026-03-02", "%d/%m/%Y", "not_an_instant"),
        ("0001-01-01", "", "out_of_range"),
        ("0001-01-01T00:00:00+05:00", "", "out_of_range"),
        ("0001-01-01T00:00:00", "", "out_of_range"),
        ("9999-12-31T23:59:59Z", "", "out_of_range"),
        ("9999-12-31T23:59:59-08:00", "", "out_of_range"),
    ],
)
def test_dates_that_are_none_are_refused(text: str, pattern: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        signed_at(text, "Europe/Berlin", OPENED, pattern=pattern)
    [problem] = caught.value.problems
    assert (problem.code, problem.field) == (code, "signed_at")


def test_a_date_before_all_time_west_of_greenwich_is_refused() -> None:
    with pytest.raises(InvalidValueError):
        signed_at("0001-01-01T00:00:00Z", "America/Los_Angeles", OPENED)
