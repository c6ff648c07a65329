"""Where two texts differ, for showing them side by side.

Cuts a pair of texts into stretches that are alike and that are not; a reader sees the letter that
was swapped. Case makes no difference. It knows no markup.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

__all__ = ["stretches"]


def stretches(one: str, other: str) -> Iterator[tuple[str, str, bool]]:
    """Hand on both texts in stretches: of the one, of the other, and whether they are alike.

    Put together, the stretches of each side are that text again.
    """
    # Letter by letter: lower-casing a whole text may change its length.
    left, right = ([letter.lower() for letter in text] for text in (one, other))
    for kind, a, b, c, d in SequenceMatcher(a=left, b=right, autojunk=False).get_opcodes():
        yield one[a:b], other[c:d], kind == "equal"
