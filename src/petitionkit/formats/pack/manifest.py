"""Manifests: what a pack says of itself.

Which petition it is, for whom, as of when, by which policy; what was counted and how it ended;
and the size and digest of every file. It names no signer. Its own digest is the pack's receipt,
which stands in the petition's facts once the pack has been handed over.
"""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from attrs import field, frozen

from petitionkit.civil import instant, optional_instant
from petitionkit.codec import from_json, to_plain
from petitionkit.disclosure import Disclosed
from petitionkit.errors import InvalidValueError
from petitionkit.limits import at_least, matching
from petitionkit.petition import DeclaredCount, Identifier
from petitionkit.problems import problem
from petitionkit.status import Status

__all__ = [
    "FORMAT",
    "MANIFEST",
    "PAGE",
    "ROLL",
    "SEAL",
    "Counts",
    "ForWhom",
    "Manifest",
    "PackFile",
    "ReachedThreshold",
    "SignedText",
    "manifest_text",
    "read_manifest",
    "receipt_of",
]

FORMAT = 1
MANIFEST, SEAL, ROLL, PAGE = "manifest.json", "manifest.seal", "roll.csv", "petition.html"
"""The files of a pack."""


_FILE_NAME = matching(r"[a-z0-9]+\.[a-z]+", "wrong_type", expected="a name such as roll.csv")
_SHA256 = matching(r"[0-9a-f]{64}", "wrong_type", expected="64 hexadecimal digits")


@frozen(kw_only=True)
class PackFile:
    """A file of the pack: its name, its size in bytes, its SHA-256 in 64 hexadecimal digits."""

    name: str = field(validator=_FILE_NAME)
    size: int = field(validator=at_least(0))
    sha256: str = field(validator=_SHA256)


@frozen(kw_only=True)
class ForWhom:
    """The addressee that the pack was made for; ``key`` names it within the petition."""

    key: str
    name: str
    place: str = ""


@frozen(kw_only=True)
class Counts:
    """What was counted.

    ``lines`` are those of the roll; ``persons``, ``organisations`` and ``supporters`` (what the
    policy adds up) are of these lines together with what is declared. Of ``withheld`` lines some
    cells are empty, because the signer or a moderator wants them to be.
    """

    lines: int
    withheld: int
    persons: int
    organisations: int
    supporters: int


@frozen(kw_only=True)
class SignedText:
    """How many lines signed which text; ``version`` is 0 where the petition has no such text."""

    digest: str
    lines: int
    language: str = ""
    version: int = 0


@frozen(kw_only=True)
class ReachedThreshold:
    """A threshold that was reached, and when."""

    key: str
    reached_at: datetime = field(converter=instant)
    level: int = 0


@frozen(kw_only=True)
class Manifest:
    """What a pack says of itself, as of ``made_at``.

    ``status`` tells how the petition stood then, and why; ``fields`` are the columns of the roll
    behind its number. ``sealed_by`` is the id of the key that sealed it.
    """

    format: int
    petition_id: UUID
    identifiers: tuple[Identifier, ...] = ()
    title: str
    addressee: ForWhom
    made_at: datetime = field(converter=instant)
    opened_at: datetime | None = field(default=None, converter=optional_instant)
    status: Status
    policy_name: str
    policy_version: str
    policy_digest: str
    counts: Counts
    declared: tuple[DeclaredCount, ...] = ()
    texts: tuple[SignedText, ...] = ()
    thresholds: tuple[ReachedThreshold, ...] = ()
    fields: tuple[Disclosed, ...]
    files: tuple[PackFile, ...] = ()
    sealed_by: str
    engine: str

    def __attrs_post_init__(self) -> None:
        """Refuse a format that is not known here."""
        if self.format != FORMAT:
            raise InvalidValueError([problem("unknown_choice", "format", choices=str(FORMAT))])


def manifest_text(manifest: Manifest) -> str:
    """Write a manifest as JSON to be read by people too; equal manifests give equal text."""
    return json.dumps(to_plain(manifest), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def read_manifest(text: str) -> Manifest:
    """Read a manifest; ``InvalidValueError`` for anything else."""
    return from_json(Manifest, text)


def receipt_of(manifest: bytes) -> str:
    """SHA-256 of the manifest's bytes, in 64 hexadecimal digits: the receipt of the pack."""
    return hashlib.sha256(manifest).hexdigest()
