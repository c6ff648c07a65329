"""Similar petitions: which of those there are ask for much the same.

A finder is any function of the shape of ``Finder``; the one here compares words and knows no
language. It proposes; whether two petitions are duplicates is for a moderator to say.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from attrs import frozen

from petitionkit.petition import PetitionText
from petitionkit.text import folded

__all__ = ["Finder", "Similar", "by_words"]

_WORD = re.compile(r"\w{3,}")


@frozen(kw_only=True)
class Similar:
    """A petition that is like another one: by which ``likeness`` (0 to 1), and by which words."""

    petition_id: UUID
    likeness: float
    words: tuple[str, ...]


class Finder(Protocol):
    """Finds the petitions that are most like a text, the most similar first."""

    def __call__(
        self, text: PetitionText, among: Iterable[tuple[UUID, PetitionText]], *, limit: int
    ) -> list[Similar]:
        """At most ``limit`` of the petitions ``among``, which may be read once."""
        ...  # pragma: no cover (a protocol's body never runs)


def _words(text: PetitionText) -> frozenset[str]:
    return frozenset(_WORD.findall(folded(f"{text.title} {text.body}")))


def by_words(
    text: PetitionText, among: Iterable[tuple[UUID, PetitionText]], *, limit: int
) -> list[Similar]:
    """Compare the words of title and body; a word counts the less, the more petitions use it.

    The likeness is the weight of the shared words in that of all words of the two (Jaccard's
    index, weighted by the inverse of how many texts have a word). Equal ones come in the order
    of their ids.
    """
    wanted = _words(text)
    others = [(petition_id, _words(other)) for petition_id, other in among]
    used = Counter(word for words in (wanted, *(w for _, w in others)) for word in words)

    def weight(words: frozenset[str]) -> float:
        return sum(1 / used[word] for word in sorted(words))

    found = [
        Similar(
            petition_id=petition_id,
            likeness=weight(wanted & words) / weight(wanted | words),
            words=tuple(sorted(wanted & words)),
        )
        for petition_id, words in others
        if wanted & words
    ]
    return sorted(found, key=lambda one: (-one.likeness, one.petition_id))[:limit]
