"""CSV files that are there whole or not at all, and safe to open in a spreadsheet."""

import csv
import errno
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

import click

from petitionkit.errors import UnreadableFileError
from petitionkit.formats.cells import csv_safe

__all__ = ["CsvSink", "binary_file", "csv_file", "keep", "page_file"]


_MODE = 0o600  # names and addresses are for their owner alone


class CsvSink(Protocol):
    """Takes rows."""

    def __call__(self, cells: Sequence[object], /) -> object:
        """Write one row, each cell made safe against spreadsheet formulas."""
        ...  # pragma: no cover (a protocol's body never runs)


def keep(reads: Iterable[Path], writes: Iterable[Path | None]) -> None:
    """Refuse to write over a file that the command needs, or to write two into one."""
    taken = {path.resolve() for path in reads}
    for path in writes:
        if path is not None and path.resolve() in taken:
            raise click.UsageError(f"{path} would be written over; name another file")
        taken |= {path.resolve()} if path else set()


@contextmanager
def csv_file(path: Path | None) -> Iterator[CsvSink]:
    """Open a CSV file for writing: ``-`` is standard output, None takes rows and drops them.

    A file appears under its name only when all of it is written.
    """
    if path is None:
        yield lambda _: None
        return
    if str(path) == "-":
        yield _sink(csv.writer(sys.stdout, lineterminator="\n"))
        return
    with _whole(path) as file:
        sink = _sink(csv.writer(file))

        def write(cells: Sequence[object]) -> None:
            with _writing(path):
                sink(cells)

        yield write


def page_file(path: Path, text: str) -> None:
    """Write a text as a file that is there whole or not at all."""
    with _whole(path) as file, _writing(path):
        file.write(text)


@contextmanager
def binary_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing bytes; it appears under its name only when all is written."""
    with _whole(path) as file, _writing(path):
        yield file.buffer


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    with _writing(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        # A name that the next run writes over: what a killed one leaves does not pile up.
        part = path.with_name(path.name + ".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
        file = os.fdopen(descriptor, "w", encoding="utf-8", newline="")
    try:
        with file:
            yield file
            with _writing(path):
                file.close()
                part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreadableFileError("file.unwritable", f"{path}: {error.strerror}") from None


class _Writer(Protocol):
    def writerow(self, row: Sequence[str], /) -> object: ...


def _sink(writer: _Writer) -> CsvSink:
    return lambda cells: writer.writerow([csv_safe(str(cell)) for cell in cells])
