import pytest

from petitionkit.plural import plural_category


@pytest.mark.parametrize(
    ("n", "language", "category"),
    [
        (1, "en", "one"),
        (922, "en", "other"),
        (22, "pl", "few"),
        (25, "pl", "many"),
        (0, "fr", "one"),
        (1_000_000, "fr", "many"),
        (2, "ar", "two"),
        (0, "cy", "zero"),
        (21, "RU", "one"),
        (1, "pt-BR", "one"),
        (1, "tlh", "other"),
        (1, "", "other"),
    ],
)
def test_a_count_has_its_category_in_a_language(n: int, language: str, category: str) -> None:
    assert plural_category(n, language) == category


def test_a_count_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="n: must not be below zero"):
        plural_category(-1, "en")
