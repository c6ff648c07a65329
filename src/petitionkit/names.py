"""Names of persons and organisations: what may stand in one.

Decides what would deceive or harm whoever reads a list of names, and what is worth a second
look. It refuses no script and no shape of a name: one word, one letter, digits and apostrophes
are all somebody's. How two names are compared is not decided here.
"""

import re
import unicodedata
from collections.abc import Iterator

from petitionkit.limits import Choice
from petitionkit.problems import Problem, Remark, remark
from petitionkit.text import clean, folded, text_problems

__all__ = ["NameOrder", "name_problems", "name_remarks", "whole_name"]

_NAME_LIMIT = 255  # characters, as in the UK Parliament's petitions


class NameOrder(Choice):
    """How the parts of a name are put together; which comes first is the language's matter."""

    GIVEN_FAMILY = "given_family"
    FAMILY_GIVEN = "family_given"
    """As in Chinese, Hungarian, Japanese and Korean."""


def name_problems(value: object, field: str = "name", *, limit: int = _NAME_LIMIT) -> list[Problem]:
    """Name everything that is wrong with a name in one part; ``limit`` counts characters.

    Refused are what shows nothing, control characters, what reverses the text around it, half
    surrogates, web addresses, and the first characters of spreadsheet formulas.
    """
    return text_problems(value, field, max_length=limit, label=True)


def whole_name(
    given: str,
    family: str,
    *,
    order: NameOrder = NameOrder.GIVEN_FAMILY,
    fields: tuple[str, str] = ("given_name", "family_name"),
    limit: int = _NAME_LIMIT,
) -> str | list[Problem]:
    """Put a name given in two parts together, tidied; or tell all that is wrong with the parts.

    Either part may be empty, since many people have one name only; both may not. ``limit``
    holds for the whole, in characters.
    """
    found = [
        wrong
        for part, field in zip((given, family), fields, strict=True)
        for wrong in text_problems(part, field, max_length=limit, required=False, label=True)
    ]
    if found:
        return found
    parts = [clean(given), clean(family)]
    if order is NameOrder.FAMILY_GIVEN:
        parts.reverse()
    whole = " ".join(part for part in parts if folded(part))
    if wrong := text_problems(whole, fields[1], max_length=limit, label=True):
        return wrong
    return whole


# Scripts with capital and small letters that pass for one another's (Unicode Technical Standard
# 39, section 4 and its table of confusables). Han with kana, Hangul with Han or any of these
# with Latin is how names are written and is left alone.
_ALIKE = frozenset("ARMENIAN CHEROKEE COPTIC CYRILLIC GREEK LATIN LISU".split())
_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")


def name_remarks(value: str, field: str = "name") -> tuple[Remark, ...]:
    """Remark on a word whose letters come from scripts that look alike.

    A Cyrillic first letter before Latin ones may be a slip of the keyboard, or a name made to
    look like another's. Words of different scripts side by side are fine.
    """
    text = unicodedata.normalize("NFKC", value)
    for word in _WORD.findall(text):
        scripts = set(_scripts(word)) & _ALIKE
        if len(scripts) > 1:
            named = " and ".join(sorted(script.title() for script in scripts))
            return (remark("mixed_scripts", field, scripts=named),)
    return ()


def _scripts(word: str) -> Iterator[str]:
    """The scripts of letters, as their names in Unicode begin with."""
    for char in word:
        yield unicodedata.name(char, "").partition(" ")[0]
