"""Slips and letters are what textbooks say, with rapidfuzz and without."""

import sys
from importlib import reload

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.duplicates import slips
from petitionkit.duplicates.slips import (
    one_slip,
    one_slip_plainly,
    two_letters,
    two_letters_plainly,
)

WORDS = st.text("abc", max_size=9)


def edits(one: str, other: str, *, swaps: bool) -> int:
    """Levenshtein's distance by the whole table; with swaps, optimal string alignment."""
    table = [
        [i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)
    ]
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            ways = [table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a != b)]
            if swaps and i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                ways.append(table[i - 2][j - 2] + 1)
            table[i][j] = min(ways)
    return table[-1][-1]


@given(WORDS, WORDS)
@settings(max_examples=1500)
def test_one_slip_is_an_alignment_of_at_most_one(one: str, other: str) -> None:
    expected = edits(one, other, swaps=True) <= 1
    assert one_slip_plainly(one, other) is expected
    assert one_slip(one, other) is expected


@given(WORDS, WORDS)
@settings(max_examples=1500)
def test_two_letters_are_a_distance_of_at_most_two(one: str, other: str) -> None:
    expected = edits(one, other, swaps=False) <= 2
    assert two_letters_plainly(one, other) is expected
    assert two_letters(one, other) is expected


def test_without_rapidfuzz_the_plain_ones_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "rapidfuzz.distance.Levenshtein", None)
        reload(slips)
        assert slips.one_slip is slips.one_slip_plainly
        assert slips.two_letters is slips.two_letters_plainly
    reload(slips)
    assert slips.one_slip is not slips.one_slip_plainly
