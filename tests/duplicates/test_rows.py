import pytest

from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.nicknames import NICKNAMES, roots
from petitionkit.duplicates.romanise import romanised, sound
from petitionkit.duplicates.rows import COLUMNS, LISTS, Row, canonical


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Łukasz Ó Briain", ("lukasz", "o", "briain")),
        ("O'Brien-Müller", ("obrien", "muller")),
        ("Юлия Чайковская", ("yuliya", "chaykovskaya")),
        ("محمد علي", ("mhmd", "ali")),
        ("مُحَمَّد", ("mhmd",)),
        ("וליד", ("vlid",)),
        ("王 小明", ("王小明",)),
        ("ヤマダ・タロウ", ("やまだたろう",)),
        ("김 민준", ("김민준",)),
        ("राहुल शर्मा", ("राहुल", "शर्मा")),
        ("Anna «Anja» Berg", ("anna", "anja", "berg")),
        ("é", ("e",)),
        ("", ()),
        ("...", ()),
    ],
)
def test_names_become_plain_letters_where_they_are_of_an_alphabet(
    name: str, words: tuple[str, ...]
) -> None:
    assert romanised(name) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mohammed Ali", "محمد علي"),
        ("Abdulrahman", "عبد الرحمن"),
        ("Julia Tchaikovskaya", "Юлия Чайковская"),
        ("Giorgos Papadopoulos", "Γιώργος Παπαδόπουλος"),
        ("Walid", "وليد"),
        ("Schmidt", "Shmidt"),
    ],
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert sound(romanised(one)) == sound(romanised(other)) != ""


def test_what_is_not_in_plain_letters_has_no_sound() -> None:
    assert sound(romanised("王小明")) == ""
    assert sound(()) == ""


def test_familiar_forms_share_a_root() -> None:
    assert set(roots("bob")) & set(roots("robert"))
    assert set(roots("sasha")) & set(roots("alexandra"))
    assert set(roots("sasha")) & set(roots("aleksandr"))
    assert roots("zaphod") == ("zaphod",)
    assert roots("") == ()
    assert roots("bob", {"bob": ("kate",)}) == ("kate",)


def test_the_table_of_familiar_forms_is_in_plain_letters() -> None:
    for name, of in NICKNAMES.items():
        assert romanised(name) == (name,)
        assert len(set(of)) == len(of)


def test_a_row_of_nothing_is_empty() -> None:
    assert canonical(Listing(id="1")) == Row(id="1")


def test_a_row_says_only_text_and_lists_of_text() -> None:
    listing = Listing(
        id="1",
        name="Dr. Anna van der Berg",
        email=" Anna.B+petition@GoogleMail.com ",
        phone="+44 (0)7700 900 123",
        address="Flat 2, 12b High St.",
        town="Stoke-on-Trent",
        postcode="st4 2dx",
        birth_date=" 1990-02-03 ",
    )
    row = canonical(listing)
    assert row == Row(
        id="1",
        name="anna berg der van",
        words=("anna", "berg", "der", "van"),
        given="anna",
        family="vanderberg",
        roots=("anna",),
        sound="anvndrbrg",
        mailbox="annab@gmail.com",
        mail_name="annab",
        phone="700900123",
        house="2",
        street="flat12bhighstreet",
        town="stokeontrent",
        postcode="st42dx",
        birth_date="19900203",
    )
    for column in COLUMNS:
        assert isinstance(getattr(row, column), tuple if column in LISTS else str)


def test_names_in_parts_are_taken_as_they_are() -> None:
    row = canonical(Listing(id="1", given="Mary Ann", family="de Souza"))
    assert (row.given, row.family, row.name) == ("maryann", "desouza", "ann de mary souza")


@pytest.mark.parametrize("name", ["Suharto", "Dr Who"])
def test_a_short_name_keeps_its_words(name: str) -> None:
    assert canonical(Listing(id="1", name=name)).words == tuple(sorted(name.lower().split()))


@pytest.mark.parametrize("address", ["anna", "@example.org", "anna@", "  "])
def test_what_is_no_mail_address_is_no_mailbox(address: str) -> None:
    assert canonical(Listing(id="1", email=address)).mailbox == ""


@pytest.mark.parametrize("phone", ["12345", "n/a"])
def test_too_few_digits_are_no_telephone(phone: str) -> None:
    assert canonical(Listing(id="1", phone=phone)).phone == ""


def test_a_repr_shows_nobody() -> None:
    listing = Listing(id="1", name="Canary", email="canary@example.org", phone="0123456789")
    assert "anary" not in repr(listing) + repr(canonical(listing))
    assert "0123" not in repr(listing) + repr(canonical(listing))
