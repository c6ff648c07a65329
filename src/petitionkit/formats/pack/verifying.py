"""Verifying a pack: whether it is as its office sealed it, and as the petition's facts say.

The seal is tried first: what a manifest says means nothing before. Then every file is held
against it, and none may be missing or too many. Any changed byte is found.
"""

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.facts import Event
from petitionkit.formats.pack.manifest import (
    MANIFEST,
    SEAL,
    Manifest,
    PackFile,
    read_manifest,
    receipt_of,
)
from petitionkit.formats.pack.seal import PublicKey
from petitionkit.petition import Petition
from petitionkit.problems import Problem, problem

__all__ = ["Altered", "Verified", "VerifyOutcome", "delivery_problems", "verify_pack"]

_LIMIT = 1 << 24  # bytes of a manifest: far more than any has
_BLOCK = 1 << 20


@frozen(kw_only=True)
class Verified:
    """The pack is as it was sealed by this key; ``receipt`` is the digest of its manifest."""

    manifest: Manifest
    receipt: str


@frozen(kw_only=True)
class Altered:
    """The pack is not what the owner of this key sealed; ``problems`` says in what."""

    problems: tuple[Problem, ...]


VerifyOutcome = Verified | Altered


def verify_pack(folder: Path | str, key: PublicKey) -> VerifyOutcome:
    """Hold every byte of a pack against its manifest, and the manifest against its seal.

    ``UnreadableFileError`` where the folder or a file cannot be read; what is in them raises
    nothing.
    """
    where = Path(folder)
    try:
        there = {path.name: path for path in where.iterdir()}
        missing = [name for name in (MANIFEST, SEAL) if not _is_file(there.get(name))]
        if missing:
            return Altered(problems=tuple(problem("pack.missing", name) for name in missing))
        raw, seal = _small(there[MANIFEST]), _small(there[SEAL])
        if not key.sealed(raw, seal):
            return Altered(problems=(_unsealed(raw, key),))
        try:
            manifest = read_manifest(raw.decode())
        except UnicodeError:
            return Altered(problems=(problem("not_text", MANIFEST),))
        except InvalidValueError as error:
            return Altered(problems=error.problems)
        found = tuple(_differences(manifest, there))
    except OSError as error:
        raise UnreadableFileError(
            "file.unreadable", f"{where} cannot be read: {error.strerror}"
        ) from None
    return (
        Altered(problems=found) if found else Verified(manifest=manifest, receipt=receipt_of(raw))
    )


def _is_file(path: Path | None) -> bool:
    return path is not None and stat.S_ISREG(path.lstat().st_mode)


def _small(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LIMIT)


def _unsealed(raw: bytes, key: PublicKey) -> Problem:
    """Why the seal does not fit: another key's, as the manifest says itself, or changed since."""
    try:
        by = read_manifest(raw.decode()).sealed_by
    except (UnicodeError, InvalidValueError):
        by = key.key_id
    if by != key.key_id:
        return problem("pack.other_key", MANIFEST, key_id=key.key_id)
    return problem("pack.unsealed", MANIFEST)


def _differences(manifest: Manifest, there: dict[str, Path]) -> Iterator[Problem]:
    described = {file.name: file for file in manifest.files}
    for name in sorted(described.keys() | there.keys() - {MANIFEST, SEAL}):
        if name not in described:
            yield problem("pack.extra", name)
        elif not _is_file(there.get(name)):
            yield problem("pack.missing", name)
        elif not _is_as_described(there[name], described[name]):
            yield problem("pack.changed", name)


def _is_as_described(path: Path, described: PackFile) -> bool:
    if path.stat().st_size != described.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == described.sha256


def delivery_problems(verified: Verified, petition: Petition) -> tuple[Problem, ...]:
    """Say in what a verified pack differs from what the petition's facts say of its delivery.

    None where the petition was handed to this addressee with this receipt and this number.
    """
    made = verified.manifest
    if made.petition_id != petition.id:
        return (problem("pack.other_petition", "petition_id"),)
    delivered = [
        fact
        for fact in petition.facts
        if fact.event is Event.DELIVERED
        and fact.subject == made.addressee.key
        and fact.rule == verified.receipt
    ]
    if not delivered:
        return (problem("pack.not_delivered", "addressee"),)
    if all(fact.number("count") != made.counts.supporters for fact in delivered):
        return (problem("pack.other_count", "counts"),)
    return ()
