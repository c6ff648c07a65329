"""Writing a pack: one pass over the signatures, in memory that does not grow with them.

Decides in which order the files come about. A folder appears under its name only when the whole
pack is in it; the same petition, signatures, instant and key give the same bytes. That it was
handed over is recorded at the desk (``Desk.deliver``).
"""

import csv
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Protocol

from attrs import evolve, frozen

from petitionkit.codec import policy_digest
from petitionkit.errors import (
    AlreadyExistsError,
    InvalidValueError,
    PetitionkitError,
    UnreadableFileError,
)
from petitionkit.formats.cells import csv_safe
from petitionkit.formats.pack.census import Census
from petitionkit.formats.pack.manifest import (
    FORMAT,
    MANIFEST,
    PAGE,
    ROLL,
    SEAL,
    ForWhom,
    Manifest,
    PackFile,
    ReachedThreshold,
    manifest_text,
    receipt_of,
)
from petitionkit.formats.pack.page import above_roll, below_roll, row
from petitionkit.formats.pack.view import view
from petitionkit.parties import Delivery
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.signature import Signature
from petitionkit.standing import Standing
from petitionkit.version import ENGINE

__all__ = ["Pack", "Seal", "write_pack"]

_FILES = {ROLL, PAGE, MANIFEST, SEAL}
_MODE, _FOLDER_MODE = 0o600, 0o700  # names are for whoever they are handed to
_BLOCK = 1 << 16
_UTF8_MARK = "\ufeff"  # without it spreadsheets take the file for a code page of Windows


class Seal(Protocol):
    """What seals a manifest: a ``SealingKey``, or your key service."""

    @property
    def key_id(self) -> str:
        """Which key it is."""
        ...  # pragma: no cover (a protocol's body never runs)

    def seal(self, message: bytes) -> bytes:
        """Seal a message by Ed25519: 64 bytes."""
        ...  # pragma: no cover (a protocol's body never runs)


@frozen(kw_only=True)
class Pack:
    """A pack as it was written: where, what it says of itself, and its receipt."""

    folder: Path
    manifest: Manifest
    receipt: str

    @property
    def delivery(self) -> Delivery:
        """What to record once it has been handed over."""
        made = self.manifest
        return Delivery(at=made.made_at, count=made.counts.supporters, receipt=self.receipt)


def write_pack(
    folder: Path | str,
    *,
    petition: Petition,
    policy: Policy,
    standing: Standing,
    signatures: Iterable[Signature],
    addressee: str,
    seal: Seal,
) -> Pack:
    """Write the pack for the addressee of that key into a folder that is not there yet.

    ``standing`` is the petition's at the instant that the pack speaks of. ``signatures`` come in
    the order of the roll, as ``every_signature`` gives them; those are left out that do not
    count, or not yet at that instant. Raises ``InvalidValueError`` for an addressee that the
    petition does not have or a signature of another petition, ``AlreadyExistsError`` where the
    folder is there, and ``UnreadableFileError`` where it cannot be written; nothing is left then.
    """
    whole = Path(folder)
    given = _addressee(petition, addressee)
    census = Census(zone=policy.window.zone)
    with (
        _whole(whole) as part,
        TemporaryFile("w+", dir=whole.parent, encoding="utf-8", newline="") as rows,
    ):
        with _writing(part, ROLL) as roll:
            write = csv.writer(roll).writerow
            roll.write(_UTF8_MARK)
            write(("number", *policy.disclosure.fields))
            for signature in signatures:
                if signature.petition_id != petition.id:
                    raise InvalidValueError([problem("misplaced", "signatures")])
                if signature.live and signature.counted_at <= standing.at:
                    seen = view(signature, policy, census.add(signature))
                    census.withheld += seen.withheld
                    write((seen.number, *map(csv_safe, seen.cells)))
                    rows.write(row(seen))
        rows.seek(0)
        manifest = Manifest(
            format=FORMAT,
            petition_id=petition.id,
            identifiers=petition.identifiers,
            title=petition.title,
            addressee=given,
            made_at=standing.at,
            opened_at=standing.opened_at,
            status=standing.status,
            policy_name=policy.name,
            policy_version=policy.version,
            policy_digest=policy_digest(policy),
            counts=census.counts(petition),
            declared=petition.declared,
            texts=census.signed_texts(petition),
            thresholds=_reached(standing),
            fields=policy.disclosure.fields,
            sealed_by=seal.key_id,
            engine=ENGINE,
        )
        with _writing(part, PAGE) as page:
            page.write(above_roll(manifest, petition, census))
            while block := rows.read(_BLOCK):
                page.write(block)
            page.write(below_roll(manifest))
        manifest = evolve(manifest, files=(page.described, roll.described))
        raw = manifest_text(manifest).encode()
        _put(part / MANIFEST, raw)
        _put(part / SEAL, seal.seal(raw))
    return Pack(folder=whole, manifest=manifest, receipt=receipt_of(raw))


def _addressee(petition: Petition, key: str) -> ForWhom:
    known = {one.key: one for one in petition.addressees}
    if key not in known:
        raise InvalidValueError([problem("unknown_choice", "addressee", choices=", ".join(known))])
    return ForWhom(key=key, name=known[key].name, place=known[key].place)


def _reached(standing: Standing) -> tuple[ReachedThreshold, ...]:
    return tuple(
        ReachedThreshold(key=one.key, reached_at=one.reached_at, level=one.level)
        for one in standing.thresholds
        if one.reached_at is not None and one.reached_at <= standing.at
    )


class _Described:
    """Takes text as UTF-8 into a file and knows its size and digest."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self._name, self._file = name, file
        self._size, self._digest = 0, hashlib.sha256()

    def write(self, text: str) -> None:
        raw = text.encode()
        self._size += len(raw)
        self._digest.update(raw)
        self._file.write(raw)

    @property
    def described(self) -> PackFile:
        return PackFile(name=self._name, size=self._size, sha256=self._digest.hexdigest())


@contextmanager
def _writing(folder: Path, name: str) -> Iterator[_Described]:
    with _opened(folder / name) as file:
        yield _Described(name, file)


def _put(path: Path, raw: bytes) -> None:
    with _opened(path) as file:
        file.write(raw)


def _opened(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE), "wb")


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A folder that is there whole or not at all.

    What a killed run has left is written over, so that names do not lie about.
    """
    part = folder.with_name(folder.name + ".part")
    try:
        if os.path.lexists(folder):
            raise AlreadyExistsError(f"{folder} is there already; name another folder")
        part.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        if not {path.name for path in part.iterdir()} <= _FILES:
            raise AlreadyExistsError(f"{part} holds other files; move it out of the way")
        try:
            yield part
            part.rename(folder)
        except BaseException:
            for name in _FILES:
                (part / name).unlink(missing_ok=True)
            part.rmdir()
            raise
    except PetitionkitError:  # a store's is an OSError too, and says more
        raise
    except OSError as error:
        raise UnreadableFileError("file.unwritable", f"{folder}: {error.strerror}") from None
