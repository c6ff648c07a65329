"""``petitionkit import``: a roll with a progress bar, or a petition whose total is known."""

import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from attrs import evolve
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from petitionkit.cli.files import CsvSink, csv_file
from petitionkit.cli.show import print_report, print_standing
from petitionkit.cli.workplace import Workplace
from petitionkit.desk import Desk
from petitionkit.errors import UnreadableFileError
from petitionkit.formats.json_text import read_bytes
from petitionkit.formats.roll import Roll, RollLine
from petitionkit.formats.roll_intake import BATCH, Dating, RollReport, take_in
from petitionkit.formats.uk import SYSTEM, PetitionPage, petition_of, read_page
from petitionkit.ids import new_id
from petitionkit.outcomes import Duplicate
from petitionkit.petition import Petition
from petitionkit.presets import load
from petitionkit.problems import Problem
from petitionkit.stores.sqlite import SQLiteStore

__all__ = ["at_rest", "import_document", "import_lines", "read_document", "validating"]

_STEP = 100  # lines by which the bar moves: moving it costs as much as a line
_RARELY = 100_000  # new objects after which the collector looks for cycles
_SHOWN = 20  # repeats named on the screen; all of them can go to a file


class _Watcher:
    """Writes refused and repeated lines as they come, and remembers the first repeats."""

    def __init__(self, roll: Roll, refused: CsvSink, repeated: CsvSink) -> None:
        self._refused = refused
        self._repeated = repeated
        self.repeats: list[tuple[int, str]] = []
        refused(("line", "codes", *roll.header))
        repeated(("line", "repeats"))

    def accepted(self, line: RollLine) -> None:
        """Nothing to write: the store has it."""

    def duplicate(self, line: RollLine, outcome: Duplicate, *, same_roll: bool) -> None:
        """Name the earlier signature by its line, or by where it came from."""
        if same_roll:
            text = f"line {outcome.line}"
        elif outcome.line:
            text = f"line {outcome.line} of roll {outcome.source[:12]}"
        else:
            text = f"signature {outcome.of}"
        self._repeated((line.number, text))
        if len(self.repeats) < _SHOWN:
            self.repeats.append((line.number, text))

    def refused(self, line: RollLine, problems: Sequence[Problem]) -> None:
        """Write the line as it came, with the codes of its problems."""
        codes = " ".join(f"{p.field}:{p.code}" for p in problems)
        self._refused((line.number, codes, *line.cells))


@contextmanager
def at_rest() -> Iterator[None]:
    """Keep Python's collector of cycles from what is here already and will stay: the modules.

    It would look through all of it again for every few thousand lines. It is asked rarely
    meanwhile: of lines there are many, and none of them goes round in a circle.
    """
    before = gc.get_threshold()
    _rest()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _rest() -> None:
    gc.freeze()
    gc.set_threshold(_RARELY)


def validating(jobs: int) -> ProcessPoolExecutor:
    """Processes that validate lines, begun anew: they share no connection with this one."""
    return ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent
    )


def _end_with_parent() -> None:
    """Leave it to the parent to be interrupted, and end when it is gone, however it went."""
    _rest()  # for as long as the process lives
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)  # pragma: no cover (what ends like this tells nothing of what it ran)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )


@contextmanager
def _rehearsal(place: Workplace) -> Iterator[Workplace]:
    """The same desk over a copy of the store that is gone afterwards."""
    with TemporaryDirectory(prefix="petitionkit-") as folder:
        path = Path(folder) / "rehearsal.db"
        place.file.copy_to(path)
        with closing(SQLiteStore(path)) as copy:
            store = place.through_keys(copy)
            desk = Desk(store, secrets=place.secrets, clock=place.clock)
            yield evolve(place, store=store, file=copy, desk=desk)


def import_lines(
    place: Workplace,
    petition: Petition,
    roll: Roll,
    *,
    undated: datetime | None,
    pattern: str,
    refused: Path | None,
    repeated: Path | None,
    dry_run: bool,
    jobs: int = 1,
    batch: int = BATCH,
) -> RollReport:
    """Take a roll in and print what became of it, the thresholds, and what comes next."""
    with ExitStack() as stack:
        if dry_run:
            place = stack.enter_context(_rehearsal(place))
        watcher = _Watcher(
            roll,
            stack.enter_context(csv_file(refused)),
            stack.enter_context(csv_file(repeated)),
        )
        stack.enter_context(at_rest())
        policy = place.desk.policy(petition.id)
        zone = policy.window.zone if policy else "UTC"
        bar = stack.enter_context(_bar(place.console))
        task = bar.add_task("importing", total=roll.lines)

        def wrap(lines: Iterator[RollLine]) -> Iterator[RollLine]:
            while some := list(islice(lines, _STEP)):
                yield from some
                bar.advance(task, len(some))

        report = take_in(
            place.desk,
            petition.id,
            roll,
            dating=Dating(zone=zone, undated=undated, pattern=pattern),
            watcher=watcher,
            batch=batch,
            wrap=wrap,
            pool=stack.enter_context(validating(jobs)) if jobs > 1 else None,
        )
        place.desk.tick()
        bar.stop()
        print_report(place.console, report, watcher.repeats, dry_run=dry_run)
        standing = place.desk.standing(petition.id)
        place.console.print()
        print_standing(place.console, place.desk.petition(petition.id), standing)
    return report


def read_document(path: Path, now: datetime | None) -> Petition:
    """Read a petition from the UK Parliament's JSON; touches no store."""
    page = read_page(read_bytes(path))
    if not isinstance(page, PetitionPage):
        raise UnreadableFileError(
            "uk.no_petition", "the page is not one petition's; save that of one petition", line=1
        )
    policy = load("uk-parliament")
    return petition_of(page, policy=policy, new_id=new_id(), now=now or datetime.now(UTC))


def import_document(place: Workplace, found: Petition) -> Petition:
    """Take over a petition, or what is new of it if it is here already."""
    number = found.identifiers[0].value
    there = place.desk.find("", SYSTEM, number)
    if there is None:
        there = place.desk.take_over(found, load("uk-parliament"))
    else:
        place.desk.catch_up(there.id, found)
    place.desk.tick()
    petition = place.desk.petition(there.id)
    print_standing(place.console, petition, place.desk.standing(there.id))
    return petition
