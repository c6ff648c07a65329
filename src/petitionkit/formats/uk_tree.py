"""Moving in from a folder of pages of an e-petitions site: one file a page, in any tree.

Finds the newest page of each petition among all captures, lists included, and accounts for the
counts: the newest that any page says, what came in here, and why they differ. Pages that are
none are told and left. It reads files and writes none.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from attrs import define, field, frozen

from petitionkit.errors import UnreadableFileError
from petitionkit.formats.json_text import read_bytes
from petitionkit.formats.moving import Moving, Unmoved
from petitionkit.formats.uk import (
    SYSTEM,
    CountPage,
    ListPage,
    PetitionPage,
    petition_of,
    read_page,
)
from petitionkit.petition import Identifier
from petitionkit.policy import Policy

__all__ = ["Capture", "Tree", "inspect_tree", "read_tree"]

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@define
class Capture:
    """What a tree holds of one petition: its newest page, and the newest count of any page."""

    number: int
    path: Path | None = None
    page_at: datetime = _BEFORE_ALL
    count: int = 0
    count_at: datetime = _BEFORE_ALL

    def see(self, page: PetitionPage, path: Path | None) -> None:
        """Look at one more page of it; ``path`` is None where it is only an item of a list."""
        at = page.moment("updated_at") or _BEFORE_ALL
        if at >= self.count_at:
            self.count, self.count_at = page.attributes["signature_count"], at
        if path is not None and (self.path is None or at >= self.page_at):
            self.path, self.page_at = path, at


@frozen(kw_only=True)
class Tree:
    """All that was found: petitions by number, pages that are none, and other pages."""

    captures: Mapping[int, Capture]
    unread: Mapping[Path, str] = field(factory=dict)
    others: tuple[Path, ...] = ()


def inspect_tree(folder: Path | str) -> Tree:
    """Go through every ``.json`` file below a folder; one page is in memory at a time."""
    captures: dict[int, Capture] = {}
    unread: dict[Path, str] = {}
    others: list[Path] = []
    for path in sorted(Path(folder).rglob("*.json")):
        try:
            page = read_page(read_bytes(path))
        except UnreadableFileError as error:
            unread[path] = f"{error.problem_code}: {error}"
            continue
        match page:
            case PetitionPage():
                captures.setdefault(page.number, Capture(page.number)).see(page, path)
            case ListPage():
                for item in page.items:
                    captures.setdefault(item.number, Capture(item.number)).see(item, None)
            case CountPage():  # pragma: no branch (a page is one of these three)
                others.append(path)
    return Tree(captures=captures, unread=unread, others=tuple(others))


def read_tree(
    tree: Tree, *, policy: Policy, new_id: Callable[[], UUID], now: datetime
) -> Iterator[Moving | Unmoved]:
    """Hand on every petition that has a page of its own, by number.

    Where a list says a newer count than the page, that is their count, and the difference is
    told as ``captured_earlier``. Parts that do not add up are named. A petition whose text is
    none that one may have comes as ``Unmoved``.
    """
    for number in sorted(tree.captures):
        capture = tree.captures[number]
        if capture.path is None:
            continue
        page = read_page(read_bytes(capture.path))
        if not isinstance(page, PetitionPage):
            raise UnreadableFileError(
                "uk.no_petition", "the page has changed meanwhile; read it again", line=1
            )
        try:
            petition = petition_of(page, policy=policy, new_id=new_id(), now=now)
        except UnreadableFileError as error:
            yield Unmoved(
                identifier=Identifier(system=SYSTEM, value=str(number)),
                theirs=capture.count,
                error=error,
            )
            continue
        own = page.attributes["signature_count"]
        behind = capture.count - own
        yield Moving(
            petition=petition,
            theirs=capture.count,
            left={"captured_earlier": behind} if behind else {},
            unmapped=tuple(
                f"{one.part} adds up to {one.adds_up_to:,}, {one.of} says {one.said:,}"
                for one in page.disagreements()
            ),
        )
