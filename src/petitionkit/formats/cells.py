"""Cells of tables that people open in a spreadsheet: what must not run there.

A cell that begins as a formula does is run by whoever opens the file (OWASP, CSV injection).
"""

__all__ = ["csv_safe"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_safe(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula (OWASP's advice)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
