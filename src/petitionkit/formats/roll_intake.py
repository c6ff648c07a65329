"""Taking a roll in: every line validated, deduplicated and counted, in batches.

Each batch is one transaction, and a line is known by its roll and its number, so that a run
that was killed goes on where it stood when it is started again, and the same roll twice adds
nothing. Memory stays flat whatever the roll's length. The rules are the desk's.
"""

import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Protocol
from uuid import UUID

from attrs import define, field, frozen

from petitionkit.claims import Identity
from petitionkit.desk import Desk
from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.facts import Event
from petitionkit.formats.columns import drafted, says
from petitionkit.formats.roll import Roll, RollLine, read_roll, signed_at
from petitionkit.outcomes import Accepted, Duplicate, IntakeOutcome, Refused
from petitionkit.problems import Problem, problem
from petitionkit.signature import Channel, Provenance, Submission
from petitionkit.text import encode

__all__ = ["BATCH", "Dating", "RollReport", "RollWatcher", "take_in"]

BATCH = 1000
"""Lines per transaction."""


@frozen(kw_only=True)
class Dating:
    """What a line's date means.

    ``undated`` is when a line without a date was signed; None refuses such lines. ``pattern``
    is a ``strptime`` pattern where dates are not ISO 8601.
    """

    zone: str = "UTC"
    undated: datetime | None = None
    pattern: str = ""


@define
class RollReport:
    """What became of a roll's lines; ``accepted`` includes those taken in by an earlier run."""

    accepted: int = 0
    again: int = 0
    duplicates: int = 0
    refused: Counter[str] = field(factory=Counter)
    refused_lines: int = 0


class RollWatcher(Protocol):
    """Whoever wants to know of each line as it is done."""

    def accepted(self, line: RollLine) -> None:
        """A line counts."""
        ...  # pragma: no cover (a protocol's body never runs)

    def duplicate(self, line: RollLine, outcome: Duplicate, *, same_roll: bool) -> None:
        """A line repeats an earlier signature; ``same_roll``: an earlier line of this roll."""
        ...  # pragma: no cover (a protocol's body never runs)

    def refused(self, line: RollLine, problems: Sequence[Problem]) -> None:
        """A line was not taken."""
        ...  # pragma: no cover (a protocol's body never runs)


class _Occurrences:
    """How often a line's text has come so far, counted on disk so that memory stays flat."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TABLE seen (text blob PRIMARY KEY, n integer) WITHOUT ROWID")

    def next(self, text: str) -> int:
        """Count one more."""
        row = self._connection.execute(
            "INSERT INTO seen VALUES (?, 1) ON CONFLICT (text) DO UPDATE SET n = n + 1 RETURNING n",
            (text.encode(),),
        ).fetchone()
        return int(row[0])


def take_in(
    desk: Desk,
    petition_id: UUID,
    roll: Roll,
    *,
    dating: Dating,
    watcher: RollWatcher,
    batch: int = BATCH,
    wrap: Callable[[Iterator[RollLine]], Iterator[RollLine]] = iter,
    pool: Executor | None = None,
) -> RollReport:
    """Take in every line of a roll and report.

    ``wrap`` sees every line go by, for a progress bar; ``pool`` validates lines while others are
    written (see ``desk.intake_all``). Raises ``IllegalStepError`` where the
    petition was never opened: there is no window for its lines to fall into.
    """
    opened = desk.petition(petition_id).last(Event.OPENED)
    if opened is None:
        raise IllegalStepError("the petition was never opened; publish it first")
    policy = desk.policy(petition_id)
    identity = policy.identity if policy else Identity()
    report = RollReport()
    lines = wrap(read_roll(roll))
    with closing(sqlite3.connect("", isolation_level=None)) as scratch:
        scratch.execute("PRAGMA journal_mode = OFF")
        occurrences = _Occurrences(scratch)
        waiting: deque[tuple[list[RollLine], list[_Due | Refused]]] = deque()

        def batches() -> Iterator[_Batch]:
            while chunk := list(islice(lines, batch)):
                made = [
                    _read(
                        line,
                        dating,
                        opened_at=opened.at,
                        identity=identity,
                        occurrences=occurrences,
                    )
                    for line in chunk
                ]
                waiting.append((chunk, made))
                yield _Batch(
                    source=roll.source,
                    columns=dict(roll.columns),
                    lines=[one for one in made if not isinstance(one, Refused)],
                )

        for outcomes in desk.intake_all(petition_id, batches(), pool=pool):
            chunk, made = waiting.popleft()
            decided = iter(outcomes)
            for line, one in zip(chunk, made, strict=True):
                outcome = one if isinstance(one, Refused) else next(decided)
                _note(report, watcher, roll, line, outcome)
    return report


_Due = tuple[int, tuple[str, ...], datetime, tuple[str, str] | None]
"""A line's number, its cells, when it was signed, and by what it is known in the last resort."""


@frozen(kw_only=True)
class _Batch:
    """Lines of a roll on their way; drafted only where they are validated, in any process."""

    source: str
    columns: dict[str, int]
    lines: list[_Due]

    def __iter__(self) -> Iterator[Submission]:
        for number, cells, when, row in self.lines:
            yield Submission(
                draft=drafted(self.columns, cells),
                signed_at=when,
                provenance=Provenance(channel=Channel.IMPORT, source=self.source, line=number),
                row=row,
            )


def _read(
    line: RollLine,
    dating: Dating,
    *,
    opened_at: datetime,
    identity: Identity,
    occurrences: _Occurrences,
) -> _Due | Refused:
    if line.problems:
        return Refused(problems=line.problems)
    when = dating.undated
    if line.dated.strip():
        try:
            when = signed_at(line.dated, dating.zone, opened_at, pattern=dating.pattern)
        except InvalidValueError as error:
            return Refused(problems=error.problems)
    elif when is None:
        return Refused(problems=(problem("required", "signed_at"),))
    row = None
    if not identity.identifies(partial(says, line.columns, line.cells)):
        # Surrogates cannot be in here: the file was decoded strictly.
        text = encode(*(cell.strip() for cell in line.cells)).decode()
        row = (text, str(occurrences.next(text)))
    return line.number, line.cells, when, row


def _note(
    report: RollReport,
    watcher: RollWatcher,
    roll: Roll,
    line: RollLine,
    outcome: IntakeOutcome,
) -> None:
    match outcome:
        case Accepted():
            report.accepted += 1
            report.again += outcome.again
            watcher.accepted(line)
        case Duplicate():
            report.duplicates += 1
            watcher.duplicate(line, outcome, same_roll=outcome.source == roll.source)
        case Refused():  # pragma: no branch (an outcome is one of these three)
            report.refused_lines += 1
            report.refused.update({p.code for p in outcome.problems})
            watcher.refused(line, outcome.problems)
