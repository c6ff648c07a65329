import hashlib

import pytest

from petitionkit.problems import Problem, problem
from petitionkit.text import clean, clean_block, digest, encode, folded, text_problems


def test_clean_composes_and_folds_white_space() -> None:
    assert clean("  Zoe\u0308 \t\n\u00a0 Müller\u2003") == "Zoë Müller"


def test_clean_block_keeps_lines_and_trims_their_ends() -> None:
    assert clean_block("\r\n a  b \r\nZoe\u0308\t\rc\n\n") == "a  b\nZoë\nc"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE", "straße"),
        ("Åsa", "A\u030asa"),
        ("\uff21nna", "anna"),
        ("An\u200bna", "Anna"),
        ("  Anna   Berg ", "anna berg"),
        ("ﬁona", "FIONA"),
    ],
)
def test_folded_makes_spellings_of_one_text_meet(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_folded_tells_different_names_apart() -> None:
    names = ["Anna", "Ana", "Änna", "李", "李四", "Anna B"]
    assert len({folded(name) for name in names}) == 6


def _problems(value: object, **how: bool) -> list[Problem]:
    return text_problems(value, "f", max_length=10, **how)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", problem("required", "f")),
        (" \t ", problem("control_character", "f", character="U+0009")),
        ("   ", problem("required", "f")),
        ("\u00a0\u2003", problem("required", "f")),
        ("\u200b\u200d\u2060\ufeff", problem("required", "f")),
        ("\u3164\u115f\u1160\uffa0", problem("required", "f")),
        ("\u034f\ufe0f\u2800", problem("required", "f")),
        ("a\x00b", problem("control_character", "f", character="U+0000")),
        ("a\x85b", problem("control_character", "f", character="U+0085")),
        ("a\nb", problem("control_character", "f", character="U+000A")),
        ("ab\ud800", problem("lone_surrogate", "f", position=3)),
        ("\u202ebad", problem("bidi_control", "f", character="U+202E")),
        ("\u2066", problem("bidi_control", "f", character="U+2066")),
        ("a" * 11, problem("too_long", "f", length=11, limit=10)),
        ("ä" * 11, problem("too_long", "f", length=11, limit=10)),
        (7, problem("not_text", "f")),
        (None, problem("not_text", "f")),
        (b"abc", problem("not_text", "f")),
    ],
)
def test_text_is_refused_for_one_reason(value: object, expected: Problem) -> None:
    assert _problems(value) == [expected]


@pytest.mark.parametrize(
    "value",
    [
        "Anna",
        "Åsa Ö",
        "李四",
        "\u200f\u05d0\u05d1\u05d9",
        "a" * 10,
        "  aaaaaaaaaa   ",
        "O'Neil, Jr",
        "👩\u200d🚀",
    ],
)
def test_honest_text_has_no_problem(value: str) -> None:
    assert _problems(value, label=True) == []


def test_optional_text_may_show_nothing() -> None:
    assert _problems("", required=False) == []
    assert _problems("\u200b", required=False) == []


def test_a_block_may_have_lines_and_tabs_but_no_other_control() -> None:
    assert _problems("a\r\n\tb", block=True) == []
    assert _problems("a\x0cb", block=True) == [
        problem("control_character", "f", character="U+000C")
    ]


@pytest.mark.parametrize("first", ["=", "+", "-", "@"])
def test_a_label_never_begins_as_a_formula(first: str) -> None:
    found = _problems(f" {first}SUM(1)", label=True)
    assert found == [problem("formula_start", "f", character=first)]
    assert _problems(f" {first}SUM(1)") == []


@pytest.mark.parametrize(
    "value",
    ["http://a.b", "x ftp://c", "www.a.b", "a WWW.b", "HTTPS://é", "mailto:a", "www.é"],
)
def test_a_label_holds_no_web_address(value: str) -> None:
    assert _problems(value, label=True) == [problem("contains_url", "f")]
    assert _problems(value) == []


def test_all_problems_of_one_text_come_at_once() -> None:
    assert [p.code for p in _problems("=http://a\x00\u202eaaaa", label=True)] == [
        "control_character",
        "bidi_control",
        "too_long",
        "formula_start",
        "contains_url",
    ]


def test_encode_puts_the_length_in_bytes_before_each_part() -> None:
    assert encode("ab", "ü", "") == b"2:ab,2:\xc3\xbc,0:,"
    assert encode() == b""


def test_digest_is_sha_256_of_the_encoded_parts() -> None:
    assert digest("ab", "c") == hashlib.sha256(b"2:ab,1:c,").hexdigest()
    assert digest("ab", "c") != digest("a", "bc")
