"""CSV files that are there whole or not at all, and safe to open in a spreadsheet."""

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from petitionkit.cli.show import csv_safe
from petitionkit.errors import UnreadableFileError

__all__ = ["CsvSink", "csv_file"]


class CsvSink(Protocol):
    """Takes rows."""

    def __call__(self, cells: Sequence[object], /) -> object:
        """Write one row, each cell made safe against spreadsheet formulas."""
        ...  # pragma: no cover (a protocol's body never runs)


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
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=path.name, delete=False
        ) as file:
            try:
                yield _sink(csv.writer(file))
                file.close()
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UnreadableFileError("file.unwritable", f"{path}: {error.strerror}") from None


class _Writer(Protocol):
    def writerow(self, row: Sequence[str], /) -> object: ...


def _sink(writer: _Writer) -> CsvSink:
    return lambda cells: writer.writerow([csv_safe(str(cell)) for cell in cells])
