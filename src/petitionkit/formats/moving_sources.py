"""Where one moves in from, by a path: a Pytition database, a tree of pages, Decidim's open data.

Opens what is there and hands on its petitions for ``move_in``. How each system keeps them is
known to its own reader; which policy they come under is said by the caller.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from attrs import frozen

from petitionkit.errors import UnreadableFileError
from petitionkit.formats.decidim import read_initiatives
from petitionkit.formats.moving import Moving, Unmoved
from petitionkit.formats.pytition import read_database
from petitionkit.formats.uk_tree import Tree, inspect_tree, read_tree
from petitionkit.ids import new_id
from petitionkit.policy import Policy

__all__ = ["MOVING_FORMATS", "MovingSource", "open_moving"]

MOVING_FORMATS = ("decidim", "pytition", "uk-tree")
"""What can be opened: a CSV file, a SQLite file, a folder."""


@frozen(kw_only=True)
class MovingSource:
    """The petitions of another system, handed on once, and what could not be read as one."""

    movings: Iterator[Moving | Unmoved]
    unread: tuple[str, ...] = ()


def open_moving(
    path: Path, kind: str, *, policy: Policy, language: str, zone: str, now: datetime
) -> MovingSource:
    """Open what one moves in from; ``kind`` is one of ``MOVING_FORMATS``.

    ``policy`` gives the deadlines that the other system does not tell, ``language`` is that of a
    Pytition database, ``zone`` that of Decidim's dates. Raises ``UnreadableFileError``, also
    while petitions are handed on.
    """
    if kind == "pytition":
        return MovingSource(movings=_pytition(path, policy, language, now))
    if kind == "decidim":
        return MovingSource(movings=_decidim(path, zone, now))
    tree = inspect_tree(path)
    movings = read_tree(tree, policy=policy, new_id=new_id, now=now)
    return MovingSource(movings=movings, unread=tuple(_unread(tree)))


def _pytition(
    path: Path, policy: Policy, language: str, now: datetime
) -> Iterator[Moving | Unmoved]:
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        opened = sqlite3.connect(address, uri=True)
    except sqlite3.Error as error:
        raise UnreadableFileError("file.unreadable", f"{path} cannot be read: {error}") from None
    with closing(opened) as connection:
        yield from read_database(
            connection, policy=policy, language=language, new_id=new_id, now=now
        )


def _decidim(path: Path, zone: str, now: datetime) -> Iterator[Moving]:
    for found in read_initiatives(path, new_id=new_id, now=now, zone_key=zone):
        [total] = found.petition.declared
        yield Moving(petition=found.petition, theirs=total.amount, unmapped=found.unmapped)


def _unread(tree: Tree) -> Iterator[str]:
    for path, why in tree.unread.items():
        yield f"{path}: {why}"
    for number, capture in sorted(tree.captures.items()):
        if capture.path is None:
            yield f"petition {number} has no page of its own"
