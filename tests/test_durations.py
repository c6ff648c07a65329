"""Durations in words, in the languages of the table."""

import pytest

from petitionkit.civil import Duration
from petitionkit.durations import DURATION_WORDS, DurationWords, duration_in_words
from petitionkit.plural import LANGUAGES, plural_category


@pytest.mark.parametrize(
    ("duration", "language", "words"),
    [
        (Duration(years=1, days=3), "en", "1 year and 3 days"),
        (Duration(years=1, days=3), "de-AT", "1 Jahr und 3 Tage"),
        (Duration(months=6), "fr", "6 mois"),
        (Duration(years=2), "PL", "2 lata"),
        (Duration(years=12, months=1), "pl", "12 lat i 1 miesiąc"),
        (Duration(years=5), "cs", "5 let"),
        (Duration(weeks=3), "fi", "3 viikkoa"),
        (Duration(calendar_days=20, calendar="sitting"), "en", "20 sitting days"),
        (Duration(calendar_days=1, calendar="sitting"), "de", "1 Tag (sitting)"),
        (Duration(days=2), "xx", "2 days"),  # a language that nobody has put there
    ],
)
def test_a_duration_is_said_as_people_say_it(duration: Duration, language: str, words: str) -> None:
    assert duration_in_words(duration, language) == words


@pytest.mark.parametrize("language", sorted(DURATION_WORDS))
def test_a_language_has_a_noun_for_every_number_that_it_tells_apart(language: str) -> None:
    """But for those of whole millions, where French and its kin have a category of their own."""
    assert language in LANGUAGES
    told = {plural_category(n, language) for n in range(1000)} - {"zero"}
    words = DURATION_WORDS[language]
    for nouns in (words.year, words.month, words.week, words.day):
        assert told <= set(nouns)


def test_whoever_embeds_extends_the_table() -> None:
    days = {"one": "tago", "other": "tagoj"}
    own = {"eo": DurationWords(year=days, month=days, week=days, day=days, joined="kaj")}
    assert duration_in_words(Duration(weeks=2, days=4), "eo", own) == "2 tagoj kaj 4 tagoj"
    assert duration_in_words(Duration(days=4), "de", own) == "4 days"
