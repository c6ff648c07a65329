"""Forgetting paper: what circulators and lines say of people goes, what was filed stays.

A line keeps its place, mark and day, so that whatever was counted, drawn or decided on can be
counted again. Whose line it is, is told by the signature that came of it, or by what was typed.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from attrs import evolve, fields

from petitionkit.contact import parse_email, parse_phone
from petitionkit.errors import InvalidValueError
from petitionkit.paper.keying import Batch
from petitionkit.paper.sheets import Circulator, Line
from petitionkit.questions import parse_number
from petitionkit.rights import Excerpt
from petitionkit.signature import Channel, Particulars, Signature, SignatureDraft

__all__ = ["Forgetting", "batch_without", "circulator_without", "source_of"]

_NOBODY = SignatureDraft()


class Forgetting(ABC):
    """What of forgetting is the same wherever sheets are kept."""

    @abstractmethod
    def batches(self, petition_id: UUID) -> Sequence[Batch]:
        """See ``SheetStore``."""

    @abstractmethod
    def _forget_lines(self, petition_id: UUID, concerns: Callable[[Line], bool]) -> None:
        """Blank the lines concerned, in whichever batches they were typed."""

    def forget_one(self, petition_id: UUID, signature: Signature) -> None:
        """See ``KeptElsewhere``."""
        self._forget_lines(petition_id, _of_signature(signature))

    def excerpts(
        self,
        petition_id: UUID,
        means: Callable[[Particulars], bool],
        signatures: Collection[Signature],
    ) -> Sequence[Excerpt]:
        """See ``SearchedElsewhere``; in the order of the batches' ids.

        Of each line as often as it was read otherwise. A line is theirs if a signature of theirs
        came of it, or by what was typed there.
        """
        theirs = [_of_signature(one) for one in signatures]
        found = (
            Excerpt(petition_id=petition_id, place=line.id, says=_says(line))
            for batch in self.batches(petition_id)
            for line in batch.lines
            if line.draft != _NOBODY
            and (any(concerns(line) for concerns in theirs) or means(_told(line.draft)))
        )
        return tuple(dict.fromkeys(found))

    def forget_excerpt(self, petition_id: UUID, place: str) -> None:
        """See ``SearchedElsewhere``."""
        self._forget_lines(petition_id, lambda line: line.id == place)


def circulator_without(circulator: Circulator) -> Circulator:
    """A circulator by reference alone."""
    return evolve(circulator, name="")


def batch_without(batch: Batch, concerns: Callable[[Line], bool] = lambda _: True) -> Batch:
    """A batch in which the lines concerned say nothing."""
    lines = (evolve(one, draft=_NOBODY) if concerns(one) else one for one in batch.lines)
    return evolve(batch, lines=tuple(lines))


def _of_signature(signature: Signature) -> Callable[[Line], bool]:
    """Which lines a signature came from; none where it came otherwise."""
    came = signature.provenance

    def concerns(line: Line) -> bool:
        there = (Channel.PAPER, source_of(line.sheet), line.number)
        return (came.channel, came.source, came.line) == there

    return concerns


def _says(line: Line) -> tuple[tuple[str, str], ...]:
    """What stands on a line, by field, without what is empty."""
    said = {
        one.name: getattr(line.draft, one.name)
        for one in fields(SignatureDraft)
        if getattr(line.draft, one.name) != getattr(_NOBODY, one.name)
    }
    said = {name: ", ".join(v) if isinstance(v, tuple) else str(v) for name, v in said.items()}
    if line.signed_on is not None:
        said["signed_on"] = line.signed_on.isoformat()
    return tuple(said.items())


def _told(draft: SignatureDraft) -> Particulars:
    """By what a line tells who it is, as far as it can be read."""
    country = draft.country.strip().upper() or None
    return Particulars(
        name=draft.name or f"{draft.given_name} {draft.family_name}".strip(),
        email=_read(parse_email, draft.email),
        phone=_read(lambda value: parse_phone(value, region=country), draft.phone),
        national_number=_read(
            lambda value: parse_number(value, "national_number"), draft.national_number
        ),
    )


def _read(parse: Callable[[str], str], value: str) -> str:
    try:
        return parse(value) if value else ""
    except InvalidValueError:
        return ""


def source_of(sheet: str) -> str:
    """What a signature names as its source that came from a sheet of that serial."""
    return f"sheet {sheet}"
