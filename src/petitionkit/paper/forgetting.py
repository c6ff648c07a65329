"""Forgetting paper: what circulators and lines say of people goes, what was filed stays.

A line keeps its place, mark and day, so that whatever was counted, drawn or decided on can be
counted again.
"""

from collections.abc import Callable

from attrs import evolve

from petitionkit.paper.keying import Batch
from petitionkit.paper.sheets import Circulator, Line
from petitionkit.signature import Channel, Signature, SignatureDraft

__all__ = ["batch_without", "circulator_without", "of_signature", "source_of"]

_NOBODY = SignatureDraft()


def circulator_without(circulator: Circulator) -> Circulator:
    """A circulator by reference alone."""
    return evolve(circulator, name="")


def batch_without(batch: Batch, concerns: Callable[[Line], bool] = lambda _: True) -> Batch:
    """A batch in which the lines concerned say nothing."""
    lines = (evolve(one, draft=_NOBODY) if concerns(one) else one for one in batch.lines)
    return evolve(batch, lines=tuple(lines))


def of_signature(signature: Signature) -> Callable[[Line], bool]:
    """Which lines a signature came from; none where it came otherwise."""
    came = signature.provenance

    def concerns(line: Line) -> bool:
        there = (Channel.PAPER, source_of(line.sheet), line.number)
        return (came.channel, came.source, came.line) == there

    return concerns


def source_of(sheet: str) -> str:
    """What a signature names as its source that came from a sheet of that serial."""
    return f"sheet {sheet}"
