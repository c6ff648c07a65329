"""Text hygiene: what text may enter, and which two texts are the same.

Decides what every store can keep alike (no NUL, no half surrogates), what would deceive a
reader (direction overrides), and the one injective way to turn parts into bytes. It knows no
field and no limit; callers bring those. Original text is kept for display, ``clean`` only
tidies it; ``folded`` text is for comparing and is never shown or sent.
"""

import hashlib
import re
import unicodedata

from petitionkit.problems import Problem, problem

__all__ = [
    "clean",
    "clean_block",
    "digest",
    "encode",
    "folded",
    "formula_problems",
    "text_problems",
]

# Embeddings, overrides and isolates (Unicode Bidirectional Algorithm, UAX #9). The marks LRM,
# RLM and ALM stay legal: they occur in honest Arabic and Hebrew text and reverse nothing.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
# A scheme, a colon and something behind it, or a host that begins with www.
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S|\bwww\.\S|\bmailto:\S", re.IGNORECASE)
# What spreadsheets take for a formula; the UK Parliament's petitions refuse the same four.
_FORMULA = ("=", "+", "-", "@")
# Letters, marks and symbols that show nothing: joiners, Hangul fillers, inherent vowels of Khmer,
# the blank Braille cell, variation selectors.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
# No control, nothing that shows nothing, and no formula's first character.
_PLAIN = re.compile(r"[A-Za-z0-9.,'][A-Za-z0-9.,' -]*")


def clean(value: str) -> str:
    """Tidy one line: Unicode NFC, white space folded to single spaces and trimmed."""
    plain = value if value.isascii() else unicodedata.normalize("NFC", value)
    return " ".join(plain.split())


def clean_block(value: str) -> str:
    """Tidy text of several lines: NFC, unix line ends, no white space at line ends."""
    lines = unicodedata.normalize("NFC", value).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip()


def folded(value: str) -> str:
    """Fold text for comparing: NFKC and case folded, invisible characters dropped.

    The result is empty only where the value shows nothing at all, so that two names of a
    script without case never meet because both fold to nothing.
    """
    if value.isascii():
        return clean(value.lower())  # nothing of what is below is in ASCII
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    shown = (c for c in text if unicodedata.category(c) != "Cf" and not _BLANK.match(c))
    return clean("".join(shown))


def _shows_nothing(value: str) -> bool:
    return all(unicodedata.category(c)[0] in "ZC" or _BLANK.match(c) for c in value)


def text_problems(
    value: object,
    field: str,
    *,
    max_length: int,
    required: bool = True,
    block: bool = False,
    label: bool = False,
) -> list[Problem]:
    """Name everything that is wrong with one text.

    ``max_length`` counts characters (code points) of the cleaned text. ``block`` allows line
    breaks and tabs. ``label`` is for what stands in lists and spreadsheets, such as a name:
    no web address in it, and no formula's first character.
    """
    if not isinstance(value, str):
        return [problem("not_text", field)]
    if len(value) <= max_length and _PLAIN.fullmatch(value):
        # Nothing below can apply to ASCII letters, digits and name punctuation, save 'www.'.
        if label and "." in value and _URL.search(value):
            return [problem("contains_url", field)]
        return []
    if surrogate := _SURROGATE.search(value):
        return [problem("lone_surrogate", field, position=surrogate.start() + 1)]
    found: list[Problem] = []
    if control := (_CONTROL if block else _LINE_CONTROL).search(value):
        found.append(problem("control_character", field, character=f"U+{ord(control[0]):04X}"))
    if bidi := _BIDI.search(value):
        found.append(problem("bidi_control", field, character=f"U+{ord(bidi[0]):04X}"))
    text = clean_block(value) if block else clean(value)
    if not found and _shows_nothing(text):
        return [problem("required", field)] if required else []
    if len(text) > max_length:
        found.append(problem("too_long", field, length=len(text), limit=max_length))
    if label:
        found += formula_problems(text, field)
    if label and _URL.search(text):
        found.append(problem("contains_url", field))
    return found


def formula_problems(text: str, field: str) -> list[Problem]:
    """Say that a text begins as a spreadsheet's formula does, if so."""
    if not text.startswith(_FORMULA):
        return []
    return [problem("formula_start", field, character=text[0])]


def encode(*parts: str) -> bytes:
    """Encode parts injectively: each with its length in bytes before it.

    ``("ab", "c")`` and ``("a", "bc")`` differ, which plain joining does not guarantee (a trap
    seen in a real campaign server, whose fingerprints ran fields together).
    """
    return b"".join([b"%d:%b," % (len(raw), raw) for raw in map(str.encode, parts)])


def digest(*parts: str) -> str:
    """SHA-256 of the encoded parts, as 64 hexadecimal digits."""
    return hashlib.sha256(encode(*parts)).hexdigest()
