import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.plural import LANGUAGES, plural_category

BIG = [
    10**exponent * factor + rest
    for exponent in range(3, 13)
    for factor in (1, 2, 5)
    for rest in (-1, 0, 1, 2, 11)
]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_counts_as_cldr_counts(language: str) -> None:
    oracle = Locale.parse(language).plural_form
    wrong = [n for n in [*range(2001), *BIG] if plural_category(n, language) != oracle(n)]
    assert wrong == []


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(0, 10**15))
def test_any_count_is_counted_as_cldr_counts_it(language: str, n: int) -> None:
    assert plural_category(n, language) == Locale.parse(language).plural_form(n)
