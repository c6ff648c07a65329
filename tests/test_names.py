import pytest

from petitionkit.names import NameOrder, name_problems, name_remarks, whole_name
from petitionkit.problems import problem

# Names as people have them, in many scripts; some with marks, joiners or one letter only.
REAL_NAMES = [
    "Anna Berg",
    "O",
    "Ng",
    "U Thant",
    "Søren Kierkegård",
    "Nguyễn Thị Minh Khai",
    "D'Arcy O\u2019Neil-Smith, Jr.",
    "X Æ A-12",
    "Жанна Иванова",
    "Ελένη Παπαδοπούλου",
    "Անի Սարգսյան",
    "მარიამ",
    "山田 太郎",
    "やまだ たろう",
    "ヤマダ・タロウ",
    "ﾔﾏﾀﾞ",
    "김민준",
    "Kim 민준",
    "李Lee",
    "محمد عبد الله",
    "\u200fאברהם בן־דוד",
    "می\u200cخواهم",  # noqa: RUF001 (honest letters)
    "श्रीमती प्रिया",
    "তানিয়া",
    "வள்ளி",
    "ศิริพร",
    "ဒေါ်အောင်ဆန်းစုကြည်",
    "ᏣᎳᎩ",
    "ꓡꓲꓢꓴ",  # noqa: RUF001 (the script's own name)
    "Анна Smith",
    "petition.parliament.uk",
]


@pytest.mark.parametrize("name", REAL_NAMES)
def test_no_real_name_is_refused_or_remarked_on(name: str) -> None:
    assert name_problems(name) == []
    assert name_remarks(name) == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "required"),
        ("\u200b\u3164", "required"),
        ("x" * 256, "too_long"),
        ("=cmd", "formula_start"),
        (" @SUM(1)", "formula_start"),
        ("Anna\x00", "control_character"),
        ("Anna\nBerg", "control_character"),
        ("\u202eanna", "bidi_control"),
        ("Anna\ud800", "lone_surrogate"),
        ("see http://petition.parliament.uk", "contains_url"),
        ("www.example.org", "contains_url"),
        (7, "not_text"),
    ],
)
def test_what_harms_a_reader_is_refused(name: object, code: str) -> None:
    assert [found.code for found in name_problems(name, "signer")] == [code]
    assert [found.field for found in name_problems(name, "signer")] == ["signer"]


def test_a_limit_counts_characters() -> None:
    assert name_problems("Änne", limit=4) == []
    assert name_problems("Ännes", limit=4) == [problem("too_long", "name", length=5, limit=4)]


@pytest.mark.parametrize(
    ("name", "scripts"),
    [
        ("\u0410nna", "Cyrillic and Latin"),
        ("Zo\u0451", "Cyrillic and Latin"),
        ("Anna \u0392erg", "Greek and Latin"),
        ("Иv\u0391н", "Cyrillic and Greek and Latin"),
        ("\u0410\u0301nna", "Cyrillic and Latin"),
        ("\uff21\u043d\u043d\u0430", "Cyrillic and Latin"),
        ("ᏣLG", "Cherokee and Latin"),
    ],
)
def test_a_word_of_scripts_that_look_alike_is_remarked_on_and_not_refused(
    name: str, scripts: str
) -> None:
    [found] = name_remarks(name)
    assert found.params == (("scripts", scripts),)
    assert found.message() == f"has a word with letters of {scripts}, which look alike"
    assert name_problems(name) == []


@pytest.mark.parametrize(
    ("given", "family", "order", "whole"),
    [
        (" Anna ", "van  der Berg", NameOrder.GIVEN_FAMILY, "Anna van der Berg"),
        ("太郎", "山田", NameOrder.FAMILY_GIVEN, "山田 太郎"),
        ("", "Suharto", NameOrder.GIVEN_FAMILY, "Suharto"),
        ("Madonna", "\u200b", NameOrder.GIVEN_FAMILY, "Madonna"),
    ],
)
def test_two_parts_make_a_name(given: str, family: str, order: NameOrder, whole: str) -> None:
    assert whole_name(given, family, order=order) == whole


def test_parts_are_refused_each_in_its_field_and_the_whole_where_it_is_too_long_or_empty() -> None:
    assert whole_name("=1", "http://x.y") == [
        problem("formula_start", "given_name", character="="),
        problem("contains_url", "family_name"),
    ]
    assert whole_name(" ", "") == [problem("required", "family_name")]
    assert whole_name("Anna", "Berg", limit=8, fields=("first", "last")) == [
        problem("too_long", "last", length=9, limit=8)
    ]
