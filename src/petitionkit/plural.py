"""Plural categories of counts, for sentences that an app writes in its own languages.

Decides only which CLDR category a whole number has in a language; the sentences belong to the
app. Source: Unicode CLDR 49, supplemental cardinal rules, cut down to whole numbers (a test holds
every language here against Babel's copy of CLDR).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem

__all__ = ["LANGUAGES", "plural_category"]

_MILLION = 1_000_000
Rule = Callable[[int], str]


def _other(_n: int) -> str:
    return "other"


def _one(n: int) -> str:
    return "one" if n == 1 else "other"


def _zero_or_one(n: int) -> str:
    return "one" if n in (0, 1) else "other"


def _one_many(n: int) -> str:
    return "many" if n and n % _MILLION == 0 else _one(n)


def _zero_one_many(n: int) -> str:
    return "many" if n and n % _MILLION == 0 else _zero_or_one(n)


def _ends_in(n: int, units: range, teens: range) -> bool:
    return n % 10 in units and n % 100 not in teens


def _east_slavic(n: int) -> str:
    if _ends_in(n, range(1, 2), range(11, 12)):
        return "one"
    return "few" if _ends_in(n, range(2, 5), range(12, 15)) else "many"


def _south_slavic(n: int) -> str:
    return _east_slavic(n).replace("many", "other")


def _polish(n: int) -> str:
    if n == 1:
        return "one"
    return "few" if _ends_in(n, range(2, 5), range(12, 15)) else "many"


def _czech(n: int) -> str:
    return "one" if n == 1 else "few" if n in range(2, 5) else "other"


def _slovene(n: int) -> str:
    return {1: "one", 2: "two", 3: "few", 4: "few"}.get(n % 100, "other")


def _lithuanian(n: int) -> str:
    if _ends_in(n, range(1, 2), range(11, 20)):
        return "one"
    return "few" if _ends_in(n, range(2, 10), range(11, 20)) else "other"


def _latvian(n: int) -> str:
    if n % 10 == 0 or n % 100 in range(11, 20):
        return "zero"
    return "one" if _ends_in(n, range(1, 2), range(11, 12)) else "other"


def _romanian(n: int) -> str:
    if n == 1:
        return "one"
    return "few" if n == 0 or n % 100 in range(1, 20) else "other"


def _icelandic(n: int) -> str:
    return "one" if _ends_in(n, range(1, 2), range(11, 12)) else "other"


def _irish(n: int) -> str:
    if n in (1, 2):
        return ("one", "two")[n - 1]
    return "few" if n in range(3, 7) else "many" if n in range(7, 11) else "other"


def _welsh(n: int) -> str:
    return {0: "zero", 1: "one", 2: "two", 3: "few", 6: "many"}.get(n, "other")


def _maltese(n: int) -> str:
    if n in (1, 2):
        return ("one", "two")[n - 1]
    if n == 0 or n % 100 in range(3, 11):
        return "few"
    return "many" if n % 100 in range(11, 20) else "other"


def _arabic(n: int) -> str:
    if n in range(3):
        return ("zero", "one", "two")[n]
    if n % 100 in range(3, 11):
        return "few"
    return "many" if n % 100 in range(11, 100) else "other"


def _hebrew(n: int) -> str:
    return "one" if n == 1 else "two" if n == 2 else "other"  # noqa: PLR2004 (the dual)


_RULES: Mapping[Rule, str] = MappingProxyType(
    {
        _other: "id ja ko ms th zh",
        _one: "bg da de el en et eu fi fo hu ka kk lb nb nl nn no sq sv sw ta te tr ur",
        _zero_or_one: "fa hi hy bn vi",
        _one_many: "ca es gl it",
        _zero_one_many: "fr pt",
        _east_slavic: "be ru uk",
        _south_slavic: "bs hr sr",
        _polish: "pl",
        _czech: "cs sk",
        _slovene: "sl",
        _lithuanian: "lt",
        _latvian: "lv",
        _romanian: "ro",
        _icelandic: "is mk",
        _irish: "ga",
        _welsh: "cy",
        _maltese: "mt",
        _arabic: "ar",
        _hebrew: "he",
    }
)
LANGUAGES: Mapping[str, Rule] = MappingProxyType(
    {language: rule for rule, languages in _RULES.items() for language in languages.split()}
)
"""Languages whose rule is known, by primary subtag."""


def plural_category(n: int, language: str) -> str:
    """Tell the category of a count: zero, one, two, few, many or other.

    ``language`` is a BCP 47 tag, of which the primary subtag decides; a language not known
    here has only ``other``. Raises ``InvalidValueError`` for a count
    below zero.
    """
    if n < 0:
        raise InvalidValueError([problem("negative", "n")])
    return LANGUAGES.get(language.split("-", maxsplit=1)[0].lower(), _other)(n)
