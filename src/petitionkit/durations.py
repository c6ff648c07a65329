"""Durations in words, in the languages of a table that whoever embeds can extend.

The nouns are here, which of them a number takes is CLDR's (``plural``). It knows no sentences.
"""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from petitionkit.civil import Duration
from petitionkit.plural import plural_category

__all__ = ["DURATION_WORDS", "DurationWords", "duration_in_words"]

Nouns = Mapping[str, str]


@frozen(kw_only=True)
class DurationWords:
    """The nouns of one language by plural category (``other`` is a must), and how they are joined.

    ``counted_day`` says a day that a calendar counts, from ``{n}``, ``{calendar}``, ``{day}``.
    """

    year: Nouns
    month: Nouns
    week: Nouns
    day: Nouns
    joined: str
    counted_day: str = "{n} {day} ({calendar})"


def _two(joined: str, *nouns: str, counted_day: str = "{n} {day} ({calendar})") -> DurationWords:
    """Words of a language with one noun for one and another for all else: ``year years``."""
    year, month, week, day = (dict(zip(("one", "other"), n.split(), strict=True)) for n in nouns)
    return DurationWords(
        year=year, month=month, week=week, day=day, joined=joined, counted_day=counted_day
    )


def _three(joined: str, rest: str, *nouns: str) -> DurationWords:
    """Words of a Slavic language: for one, for a few, and for the ``rest`` (a category)."""
    year, month, week, day = (
        dict(zip(("one", "few", rest), n.split(), strict=True)) | {"other": n.split()[-1]}
        for n in nouns
    )
    return DurationWords(year=year, month=month, week=week, day=day, joined=joined)


DURATION_WORDS: Mapping[str, DurationWords] = MappingProxyType(
    {
        "cs": _three("a", "other", "rok roky let", "měsíc měsíce měsíců", "týden týdny týdnů",
                     "den dny dní"),
        "da": _two("og", "år år", "måned måneder", "uge uger", "dag dage"),
        "de": _two("und", "Jahr Jahre", "Monat Monate", "Woche Wochen", "Tag Tage"),
        "en": _two("and", "year years", "month months", "week weeks", "day days",
                   counted_day="{n} {calendar} {day}"),
        "es": _two("y", "año años", "mes meses", "semana semanas", "día días"),
        "fi": _two("ja", "vuosi vuotta", "kuukausi kuukautta", "viikko viikkoa", "päivä päivää"),
        "fr": _two("et", "an ans", "mois mois", "semaine semaines", "jour jours"),
        "it": _two("e", "anno anni", "mese mesi", "settimana settimane", "giorno giorni"),
        "nl": _two("en", "jaar jaar", "maand maanden", "week weken", "dag dagen"),
        "pl": _three("i", "many", "rok lata lat", "miesiąc miesiące miesięcy",
                     "tydzień tygodnie tygodni", "dzień dni dni"),
        "pt": _two("e", "ano anos", "mês meses", "semana semanas", "dia dias"),
        "sv": _two("och", "år år", "månad månader", "vecka veckor", "dag dagar"),
    }
)  # fmt: skip
"""Words by primary subtag. Extend it by one of your own: ``{**DURATION_WORDS, "eo": ...}``."""


def duration_in_words(
    duration: Duration,
    language: str = "en",
    words: Mapping[str, DurationWords] = DURATION_WORDS,
) -> str:
    """A duration: ``1 year and 3 days``, ``1 Jahr und 3 Tage``.

    ``language`` is a BCP 47 tag, of which the primary subtag decides; English is taken for one
    that ``words`` does not have.
    """
    tag = language.partition("-")[0].lower()
    tag = tag if tag in words else "en"
    own = words[tag] if tag in words else DURATION_WORDS[tag]

    def noun(nouns: Nouns, n: int) -> str:
        return nouns.get(plural_category(n, tag), nouns["other"])

    counts = (
        (duration.years, own.year),
        (duration.months, own.month),
        (duration.weeks, own.week),
        (duration.days, own.day),
    )
    parts = [f"{n} {noun(nouns, n)}" for n, nouns in counts if n]
    if n := duration.calendar_days:
        day = noun(own.day, n)
        parts.append(own.counted_day.format(n=n, calendar=duration.calendar, day=day))
    return f" {own.joined} ".join(parts)
