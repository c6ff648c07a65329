"""Slips of the pen: are two words the same but for one or two letters?

Decides what one slip is (a letter too many, one lost, one changed, or two neighbours swapped:
optimal string alignment of at most 1) and what two letters are (Levenshtein of at most 2; a swap
counts two there). Every engine computes these same two questions. With ``rapidfuzz`` (extra
``fuzzy``) the answers are the same, and faster.
"""

from typing import Protocol

__all__ = ["one_slip", "one_slip_plainly", "two_letters", "two_letters_plainly"]


def _stripped(one: str, other: str) -> tuple[str, str]:
    """Both without their common beginning and end."""
    start, shorter = 0, min(len(one), len(other))
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


def one_slip_plainly(one: str, other: str) -> bool:
    """Whether two words are equal or one slip apart; needs nothing but Python."""
    if abs(len(one) - len(other)) > 1:
        return False
    left, right = _stripped(one, other)
    return max(len(left), len(right)) <= 1 or (len(left) == len(right) == 2 and left == right[::-1])  # noqa: PLR2004 (two neighbours)


def two_letters_plainly(one: str, other: str) -> bool:
    """Whether two words are at most two letters apart; needs nothing but Python."""
    return _apart(one, other, 2)


def _apart(one: str, other: str, limit: int) -> bool:
    if abs(len(one) - len(other)) > limit:
        return False
    left, right = _stripped(one, other)
    if max(len(left), len(right)) <= limit:
        return True
    if not limit:
        return False
    # The first letters differ, so the first of an alignment's edits may be taken to be here.
    return (
        _apart(left[1:], right[1:], limit - 1)
        or _apart(left[1:], right, limit - 1)
        or _apart(left, right[1:], limit - 1)
    )


class _Question(Protocol):
    def __call__(self, one: str, other: str, /) -> bool: ...


def _questions() -> tuple[_Question, _Question]:
    try:
        from rapidfuzz.distance.Levenshtein import distance as letters  # noqa: PLC0415 (optional)
        from rapidfuzz.distance.OSA import distance as slips  # noqa: PLC0415
    except ImportError:
        return one_slip_plainly, two_letters_plainly
    return (
        lambda one, other: slips(one, other, score_cutoff=1) <= 1,
        lambda one, other: letters(one, other, score_cutoff=2) <= 2,  # noqa: PLR2004 (its name)
    )


one_slip, two_letters = _questions()
