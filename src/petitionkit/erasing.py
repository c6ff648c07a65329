"""Erasing: what a store must be able to do beyond ``Store`` so that nothing of a person is left.

An optional ability, in a small protocol of its own; the docstrings are its contract. Which
signatures are erased, when and by which rule, is decided above. ``Store.sign`` erases what is
kept beside one signature (``Entry.erase``), so that it is one write with the signature itself.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol, runtime_checkable
from uuid import UUID

from attrs import evolve

from petitionkit.rights import Excerpt
from petitionkit.signature import Attempt, Particulars, Signature
from petitionkit.store import Store

__all__ = [
    "ErasingStore",
    "KeptElsewhere",
    "KeyedStore",
    "SearchedElsewhere",
    "blank",
]


@runtime_checkable
class ErasingStore(Store, Protocol):
    """A store in which a person can be erased."""

    def erase_attempts(self, petition_id: UUID, *, limit: int = 1000) -> int:
        """Blank up to ``limit`` attempts of a petition that still say something of a person.

        All traces of the petition go with them. Returns how many attempts; 0 once all are
        blank (see ``blank``). What came in, and when, stays, and so does what ``minutes``
        counts. ``NotFoundError`` for an unknown petition.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def telling_attempts(self, petition_id: UUID) -> int:
        """How many attempts of a petition still say something of a person."""
        ...  # pragma: no cover (a protocol's body never runs)


@runtime_checkable
class KeyedStore(ErasingStore, Protocol):
    """A store that reads a petition's people with keys which can be destroyed."""

    def destroy_keys(self, petition_id: UUID) -> None:
        """Destroy them for good: nobody reads those people again, here or in any backup.

        Not undone with the caller's transaction. No keys, or destroyed ones, are no error, and
        neither is a petition that the store does not know.
        """
        ...  # pragma: no cover (a protocol's body never runs)


class KeptElsewhere(Protocol):
    """Where else something of the people behind petitions is kept, to be erased with them.

    Sheets of paper (``petitionkit.paper``), or tables of the app's own. Each call is carried out
    when it returns; doing it again does nothing. Unknown petitions are no error.
    """

    def telling(self, petition_id: UUID) -> int:
        """How many things there still say something of the people behind a petition."""
        ...  # pragma: no cover (a protocol's body never runs)

    def forget(self, petition_id: UUID) -> int:
        """Erase what says something of anybody; returns of how many things. Figures stay."""
        ...  # pragma: no cover (a protocol's body never runs)

    def forget_one(self, petition_id: UUID, signature: Signature) -> None:
        """Erase what lies there of one signer, whose signature comes as it was before or after."""
        ...  # pragma: no cover (a protocol's body never runs)


@runtime_checkable
class SearchedElsewhere(KeptElsewhere, Protocol):
    """One that can be searched for a signer: what is found there is given and erased with them."""

    def excerpts(
        self,
        petition_id: UUID,
        means: Callable[[Particulars], bool],
        signatures: Collection[Signature],
    ) -> Sequence[Excerpt]:
        """What lies there of whoever is meant or has given one of the signatures, each once."""
        ...  # pragma: no cover (a protocol's body never runs)

    def forget_excerpt(self, petition_id: UUID, place: str) -> None:
        """Erase what lies at a place; none is no error."""
        ...  # pragma: no cover (a protocol's body never runs)


def blank(attempt: Attempt) -> Attempt:
    """The attempt without whatever is about a person; it is looked at no more."""
    return evolve(attempt, particulars=None, mailbox="", due_at=None)
