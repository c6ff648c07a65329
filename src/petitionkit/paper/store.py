"""The port by which sheets, batches and verdicts are kept; the docstrings are the contract.

Optional and small: a petition that has no paper needs no such store, and it may be another one
than the petition's. Every store of sheets satisfies ``SheetStore`` by its shape.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from petitionkit.erasing import SearchedElsewhere
from petitionkit.paper.keying import Batch
from petitionkit.paper.reasons import SheetReason
from petitionkit.paper.sheets import Circulator, Sheet
from petitionkit.sampling.verdicts import Verdict

__all__ = ["SheetStore"]


class SheetStore(SearchedElsewhere, Protocol):
    """Where the paper of petitions is kept.

    Promised of every method that writes: all of it is there when it returns (or will be, when the
    caller's own transaction commits), and nothing of it where it raises. Values come back equal
    to what was written; petitions never see each other's paper. Exceptions:
    ``StoreUnavailableError`` where the database cannot be used, with nothing written.

    Give it to the desk as ``elsewhere``, and retention and signers' rights reach paper. What
    says something of a person there are circulators' names and what lines say; each circulator
    and each batch is one thing. Sheets, marks and verdicts stay, and with them whatever was
    counted and decided. A place is a line's name, in whichever batches it was typed.
    """

    def add_circulators(self, petition_id: UUID, circulators: Sequence[Circulator]) -> None:
        """Keep circulators; ``AlreadyExistsError`` if a reference is taken."""
        ...  # pragma: no cover (a protocol's body never runs)

    def circulators(self, petition_id: UUID) -> Sequence[Circulator]:
        """All circulators, in the order of their references."""
        ...  # pragma: no cover (a protocol's body never runs)

    def add_sheets(self, petition_id: UUID, sheets: Sequence[Sheet]) -> None:
        """Keep sheets as filed; ``AlreadyExistsError`` if a serial is taken."""
        ...  # pragma: no cover (a protocol's body never runs)

    def sheets(self, petition_id: UUID) -> Sequence[Sheet]:
        """All sheets, in the order of their serials."""
        ...  # pragma: no cover (a protocol's body never runs)

    def void_sheet(self, petition_id: UUID, serial: str, reason: SheetReason | None) -> Sheet:
        """Say that a sheet is void, and why, or (None) that it stands; returns it as kept.

        ``NotFoundError`` where there is no such sheet.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def add_batch(self, petition_id: UUID, batch: Batch) -> None:
        """Keep what somebody typed; ``AlreadyExistsError`` if the batch's id is taken."""
        ...  # pragma: no cover (a protocol's body never runs)

    def batches(self, petition_id: UUID) -> Sequence[Batch]:
        """All batches, in the order of their ids."""
        ...  # pragma: no cover (a protocol's body never runs)

    def add_verdicts(self, petition_id: UUID, verdicts: Sequence[Verdict]) -> None:
        """Keep verdicts; ``AlreadyExistsError`` if a line has one already."""
        ...  # pragma: no cover (a protocol's body never runs)

    def verdicts(self, petition_id: UUID) -> Sequence[Verdict]:
        """All verdicts, in the order of their lines' names as text."""
        ...  # pragma: no cover (a protocol's body never runs)

    def erase(self, petition_id: UUID) -> None:
        """Drop all paper of a petition, for good; none is no error."""
        ...  # pragma: no cover (a protocol's body never runs)
