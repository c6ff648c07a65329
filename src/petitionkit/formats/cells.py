"""Cells of a spreadsheet: text that no spreadsheet runs as a formula, and back again.

Decides which cells a spreadsheet would run (OWASP's list: ``= + - @``, tab, carriage return,
line feed, and the full-width signs) and how that is kept from happening. Reading takes off
exactly what writing put on, for any text.
"""

import re

__all__ = ["csv_plain", "csv_safe"]

# A cell that begins with apostrophes and then a formula is marked too, so that taking one
# apostrophe off such a cell always gives what was written.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_MARKED = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def csv_safe(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def csv_plain(cell: str) -> str:
    """Take off the apostrophe that ``csv_safe`` put on."""
    return cell[1:] if cell.startswith("'") and _MARKED.match(cell) else cell
