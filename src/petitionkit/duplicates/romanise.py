"""Names in plain letters: what is left of a name when script and spelling are taken off.

Decides which letters stand for which, for comparing and never for display: marks go, Cyrillic,
Greek, Arabic and Hebrew letters become Latin ones, kana become one kind. Scripts whose letters
are words or syllables (Han, Hangul, Thai ...) stay as they are: two such names are compared
whole or not at all. It does not know which part of a name is the family's.
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from petitionkit.text import folded

__all__ = ["romanised", "sound"]


def _table(letters: str, latin: str) -> dict[str, str]:
    return dict(zip(letters.split(), latin.replace("-", "").split(" "), strict=True))


# One choice of letters where practice varies; ``sound`` evens out what other choices do.
_LATIN = _table("ß ø ł đ ð þ æ œ ı ŋ ħ ŧ ə", "ss o l d d th ae oe i n h t a")
_CYRILLIC = _table(
    "а б в г ґ д е ё є ж з и і ї й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я ў ј љ њ ћ ђ џ ѓ ќ ѕ",
    "a b v g g d e e ye zh z i i yi y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"
    " u j lj nj c dj dz gj kj dz",
)
_GREEK = _table(
    "α β γ δ ε ζ η θ ι κ λ μ ν ξ ο π ρ σ ς τ υ φ χ ψ ω",
    "a v g d e z i th i k l m n x o p r s s t y f ch ps o",
)
_ARABIC = _table(
    "ا أ إ آ ٱ ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ي ة ى ء ئ ؤ پ چ ژ گ ک ی ه",
    "a a a a a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h u i a a - i u p ch zh g k i"
    " h",
)
_HEBREW = _table(
    "א ב ג ד ה ו ז ח ט י כ ך ל מ ם נ ן ס ע פ ף צ ץ ק ר ש ת",
    "a b g d h v z h t i k k l m m n n s a p f ts ts k r sh t",
)
_LETTERS: Mapping[str, str] = MappingProxyType(
    _LATIN | _CYRILLIC | _GREEK | _ARABIC | _HEBREW | {"'": "", "’": "", "ʼ": "", "`": "", "ـ": ""}
)
# Waw and ya are consonants where a word begins with them: Walid, Yasir.
_INITIAL: Mapping[str, str] = MappingProxyType({"و": "w", "ي": "y", "ی": "y", "י": "y"})
_KATAKANA = re.compile("[\u30a1-\u30f6]")
_KANA_OFFSET = ord("ァ") - ord("ぁ")
_PLAIN_WORD = re.compile("[a-z0-9]+")
_POINT = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
_NOT_IN_WORDS = re.compile("[\x00-/:-@\\[-`{-\x7f]")
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_CJK_GAP = re.compile(f"(?<=[{_IDEOGRAPHS}])[\\s・·]+(?=[{_IDEOGRAPHS}])")


def romanised(value: str) -> tuple[str, ...]:
    """Words of a text in plain lower-case letters and digits, in their order.

    ``"Łukasz Ó Briain"`` gives ``("lukasz", "o", "briain")``, ``"Юлия"`` gives ``("yuliya",)``.
    Spaces inside a Han, kana or Hangul name tell nothing and go.
    """
    if value.isascii():
        return tuple(_PLAIN_WORD.findall(value.lower().replace("'", "").replace("`", "")))
    return tuple(_NOT_IN_WORDS.sub(" ", _spelled_out(folded(value))).split())


def _spelled_out(text: str) -> str:
    text = _CJK_GAP.sub("", _KATAKANA.sub(lambda kana: chr(ord(kana[0]) - _KANA_OFFSET), text))
    found: list[str] = []
    before = " "
    for letter in text:
        plain = (_INITIAL.get(letter) if before.isspace() else None) or _LETTERS.get(letter)
        found.append(_bare(letter) if plain is None else plain)
        before = letter
    return "".join(found)


def _bare(letter: str) -> str:
    """A letter without its marks where it is of an alphabet above; else whole; no punctuation."""
    first = unicodedata.normalize("NFD", letter)[0]
    if first.isascii() or first in _LETTERS:
        return _LETTERS.get(first, first)
    if _POINT.match(letter):
        return ""
    return letter if unicodedata.category(letter)[0] in "LMN" else " "


# In this order: longer spellings first.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("shch|sch|sh|sz", "s"),
        ("tch|tsch|ch|cz", "c"),
        ("zh|dzh|dj", "j"),
        ("ph", "f"),
        ("kh", "h"),
        ("gh", "g"),
        ("[td]h", "t"),
        ("ck|q|k", "k"),
        ("c(?=[aou]|$)", "k"),
        ("x", "ks"),
        ("w", "v"),
        ("(?<=.)[iyj](?=[aeou])", ""),
        ("^[iyj](?=[aeou])", "y"),
        ("(?<=[aeiou])h$", ""),
        ("^[aeiou]+", "a"),
        ("(?<=.)[aeiouyj]", ""),
        (r"(.)\1+", r"\1"),
    )
)


def sound(words: tuple[str, ...]) -> str:
    """Consonants of a name as several spellings of it share them: ``mhmd`` for Mohammed.

    Empty where the name is not in plain letters: nothing can be said of its sound.
    """
    text = "".join(words)
    if not text.isascii():
        return ""
    for pattern, plain in _SOUNDS:
        text = pattern.sub(plain, text)
    return text
