"""Sheets in memory: for tests, notebooks and the few hundred sheets of a town."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar
from uuid import UUID

from attrs import evolve

from petitionkit.errors import AlreadyExistsError, NotFoundError
from petitionkit.paper.forgetting import Forgetting, batch_without, circulator_without
from petitionkit.paper.keying import Batch
from petitionkit.paper.reasons import SheetReason
from petitionkit.paper.sheets import Circulator, Line, Sheet
from petitionkit.sampling.verdicts import Verdict

__all__ = ["MemorySheetStore"]

T = TypeVar("T")
Shelf = dict[UUID, dict[str, T]]


def _shelf() -> defaultdict[UUID, dict[str, T]]:
    return defaultdict(dict)


class MemorySheetStore(Forgetting):
    """Keeps the promises of ``SheetStore`` as long as the process lives."""

    def __init__(self) -> None:
        """Begin with no paper."""
        self._circulators: Shelf[Circulator] = _shelf()
        self._sheets: Shelf[Sheet] = _shelf()
        self._batches: Shelf[Batch] = _shelf()
        self._verdicts: Shelf[Verdict] = _shelf()

    def __repr__(self) -> str:
        """Tell how much is in it."""
        return f"<MemorySheetStore of {sum(map(len, self._sheets.values()))} sheets>"

    def add_circulators(self, petition_id: UUID, circulators: Sequence[Circulator]) -> None:
        """See ``SheetStore``."""
        _add(self._circulators[petition_id], ((one.reference, one) for one in circulators))

    def circulators(self, petition_id: UUID) -> Sequence[Circulator]:
        """See ``SheetStore``."""
        return _in_order(self._circulators[petition_id])

    def add_sheets(self, petition_id: UUID, sheets: Sequence[Sheet]) -> None:
        """See ``SheetStore``."""
        _add(self._sheets[petition_id], ((one.serial, one) for one in sheets))

    def sheets(self, petition_id: UUID) -> Sequence[Sheet]:
        """See ``SheetStore``."""
        return _in_order(self._sheets[petition_id])

    def void_sheet(self, petition_id: UUID, serial: str, reason: SheetReason | None) -> Sheet:
        """See ``SheetStore``."""
        there = self._sheets[petition_id]
        if serial not in there:
            raise NotFoundError(f"there is no sheet {serial}; check the serial")
        there[serial] = evolve(there[serial], void=reason)
        return there[serial]

    def add_batch(self, petition_id: UUID, batch: Batch) -> None:
        """See ``SheetStore``."""
        _add(self._batches[petition_id], [(batch.id, batch)])

    def batches(self, petition_id: UUID) -> Sequence[Batch]:
        """See ``SheetStore``."""
        return _in_order(self._batches[petition_id])

    def add_verdicts(self, petition_id: UUID, verdicts: Sequence[Verdict]) -> None:
        """See ``SheetStore``."""
        _add(self._verdicts[petition_id], ((one.line, one) for one in verdicts))

    def verdicts(self, petition_id: UUID) -> Sequence[Verdict]:
        """See ``SheetStore``."""
        return _in_order(self._verdicts[petition_id])

    def telling(self, petition_id: UUID) -> int:
        """See ``SheetStore``."""
        return len([*self._forgettable(petition_id)])

    def forget(self, petition_id: UUID) -> int:
        """See ``SheetStore``."""
        found = [*self._forgettable(petition_id)]
        for forget in found:
            forget()
        return len(found)

    def _forgettable(self, petition_id: UUID) -> Iterator[Callable[[], None]]:
        """What there is to blank, each as a step that does it."""
        people, batches = self._circulators[petition_id], self._batches[petition_id]
        for reference, one in people.items():
            if circulator_without(one) != one:
                yield partial(people.__setitem__, reference, circulator_without(one))
        for name, batch in batches.items():
            if batch_without(batch) != batch:
                yield partial(batches.__setitem__, name, batch_without(batch))

    def _forget_lines(self, petition_id: UUID, concerns: Callable[[Line], bool]) -> None:
        kept = self._batches[petition_id]
        kept |= {name: batch_without(batch, concerns) for name, batch in kept.items()}

    def erase(self, petition_id: UUID) -> None:
        """See ``SheetStore``."""
        for shelf in (self._circulators, self._sheets, self._batches, self._verdicts):
            shelf.pop(petition_id, None)


def _add(there: dict[str, T], named: Iterable[tuple[str, T]]) -> None:
    coming: dict[str, T] = {}
    for name, one in named:
        if name in there or name in coming:
            raise AlreadyExistsError(f"{name} is there already; give another")
        coming[name] = one
    there |= coming


def _in_order(there: Mapping[str, T]) -> list[T]:
    return [there[name] for name in sorted(there)]
