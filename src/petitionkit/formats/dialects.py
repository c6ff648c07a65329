"""Downloads of other systems as CSV: what their columns are called, and writing them.

Knows each dialect's header, delimiter and encoding, tells by the header which one a roll is,
and writes rolls in any of them: cells safe in a spreadsheet, and read back as they were.
Sources: Pytition's and EFF's source, public readers of Change.org's and Action Network's
files. ``roll`` reads all of them.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import BinaryIO

from attrs import fields, frozen

from petitionkit.civil import instant_text
from petitionkit.errors import UnreadableFileError
from petitionkit.formats.cells import csv_safe
from petitionkit.parties import PartyKind
from petitionkit.signature import Particulars, Provenance, Signature, SignatureDraft, Submission

__all__ = ["ROLL_DIALECTS", "RollDialect", "dialect_named", "dialect_of", "submitted", "write_roll"]


@frozen(kw_only=True)
class RollDialect:
    """One system's download: columns in order, each with the field that it holds.

    A field is one of a draft, ``first_name``, ``last_name``, ``signed_at`` or ``confirmed``;
    where there is none, ``constants`` says what is written. ``marks`` are headers by which it is
    told from others, whole or, ending in ``*``, by how they begin.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]
    constants: tuple[tuple[str, str], ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a header has all the marks."""
        names = [name.strip().lower() for name in header]
        return all(
            any(name.startswith(mark[:-1]) for name in names)
            if mark.endswith("*")
            else mark in names
            for mark in self.marks
        )


_OWN_FIELDS = tuple(one.name for one in fields(SignatureDraft))
_NAMES = {"given_name": "first_name", "family_name": "last_name"}
_PLAIN_FIELDS = tuple(n for n in _OWN_FIELDS if n not in (*_NAMES, "kind", "consents"))

ROLL_DIALECTS: Mapping[str, RollDialect] = MappingProxyType(
    {
        one.name: one
        for one in (
            RollDialect(
                name="petitionkit",
                columns=tuple((_NAMES.get(n, n),) * 2 for n in (*_OWN_FIELDS, "signed_at")),
                marks=("name", "kind", "visibility", "register_number"),
            ),
            RollDialect(
                name="change.org-comments",
                columns=(
                    ("Name", "name"),
                    ("City", "locality"),
                    ("State", "region"),
                    ("Postal Code", "postal_code"),
                    ("Country", "country"),
                    ("Commented Date", "signed_at"),
                    ("Comment", "comment"),
                ),
                marks=("city", "state", "postal code", "commented date"),
                delimiter="\t",
                encoding="utf-16",
            ),
            RollDialect(
                name="change.org",
                columns=(
                    ("Name", "name"),
                    ("City", "locality"),
                    ("State", "region"),
                    ("Postal Code", "postal_code"),
                    ("Country", "country"),
                    ("Signed On", "signed_at"),
                ),
                marks=("city", "state", "postal code"),
                delimiter="\t",
                encoding="utf-16",
            ),
            RollDialect(
                name="action-network",
                columns=(
                    ("first_name", "first_name"),
                    ("last_name", "last_name"),
                    ("email", "email"),
                    ("zip_code", "postal_code"),
                    ("can2_user_address", "street"),
                    ("can2_user_city", "locality"),
                    ("can2_state_abbreviated", "region"),
                    ("can2_phone", "phone"),
                ),
                marks=("can2_*",),
            ),
            RollDialect(
                name="pytition",
                columns=(
                    ("first_name", "first_name"),
                    ("last_name", "last_name"),
                    ("phone", "phone"),
                    ("email", "email"),
                    ("subscribed_to_mailinglist", ""),
                    ("confirmed", ""),
                ),
                constants=(("subscribed_to_mailinglist", "False"), ("confirmed", "True")),
                marks=("first_name", "last_name", "subscribed_to_mailinglist", "confirmed"),
            ),
            RollDialect(
                name="eff",
                columns=(
                    ("first_name", "first_name"),
                    ("last_name", "last_name"),
                    ("email", "email"),
                    ("zipcode", "postal_code"),
                    ("country_code", "country"),
                    ("created_at", "signed_at"),
                ),
                marks=("first_name", "last_name", "zipcode", "country_code", "created_at"),
            ),
            RollDialect(
                name="eff-affiliations",
                columns=(
                    ("full_name", "name"),
                    ("email", "email"),
                    ("city", "locality"),
                    ("state", "region"),
                    ("country", "country"),
                ),
                marks=("full_name", "email", "city", "state", "country"),
            ),
        )
    }
)
"""Dialects by name; the first one that fits a header is the one it is in."""


def dialect_named(name: str) -> RollDialect:
    """The dialect of a name; ``UnreadableFileError`` where there is none."""
    found = ROLL_DIALECTS.get(name)
    if found is None:
        raise UnreadableFileError(
            "roll.no_such_dialect", f"{name}: choose from {', '.join(ROLL_DIALECTS)}"
        )
    return found


def dialect_of(header: Sequence[str]) -> RollDialect | None:
    """The dialect that a header is in; None where it is none of those known."""
    return next((one for one in ROLL_DIALECTS.values() if one.fits(header)), None)


def submitted(signature: Signature) -> Submission:
    """A signature as it would be handed in again: what its signer gave, when, and from where."""
    who = signature.particulars
    kept = {one.name for one in fields(Particulars)} & set(_OWN_FIELDS)
    told = {name: getattr(who, name) for name in kept - {"birth_date", "consents"}}
    born = who.birth_date
    draft = SignatureDraft(
        **told,
        birth_date=born.isoformat() if born else "",
        consents=tuple(one.key for one in who.consents if one.withdrawn_at is None),
        language=signature.language,
    )
    return Submission(
        draft=draft,
        signed_at=signature.signed_at,
        role=signature.role,
        provenance=Provenance(
            channel=signature.provenance.channel,
            source=signature.provenance.source,
            line=signature.provenance.line,
        ),
    )


def write_roll(
    file: BinaryIO, rows: Iterable[Submission], dialect: RollDialect
) -> Mapping[str, int]:
    """Write a roll in a dialect, a line each; returns in how many rows which field was left out.

    Whatever the dialect has no column for is left out and told.
    """
    text = io.TextIOWrapper(file, encoding=dialect.encoding, newline="", write_through=True)
    writer = csv.writer(text, delimiter=dialect.delimiter)
    constants = dict(dialect.constants)
    wanted = [(name, constants.get(header, "")) for header, name in dialect.columns]
    taken = {name for name, _ in wanted}
    # A whole name says its parts, and parts say the name.
    covered = taken | ({"name", "first_name", "last_name"} if "name" in taken else {"name"})
    left_out: Counter[str] = Counter()
    writer.writerow([header for header, _ in dialect.columns])
    for row in rows:
        said = _cells(row, parts="name" not in taken)
        writer.writerow([csv_safe(said.get(name, constant)) for name, constant in wanted])
        left_out.update(name for name, cell in said.items() if cell and name not in covered)
    text.detach()
    return MappingProxyType(dict(left_out))


def _cells(row: Submission, *, parts: bool) -> dict[str, str]:
    draft = row.draft
    said: dict[str, str] = {name: getattr(draft, name) for name in _PLAIN_FIELDS}
    given, family = draft.given_name, draft.family_name
    if parts and not (given and family):
        given, _, family = draft.name.rpartition(" ")
        given, family = (given, family) if given else (family, "")
    return said | {
        "first_name": given,
        "last_name": family,
        "kind": "" if draft.kind is PartyKind.PERSON else draft.kind.value,
        "consents": " ".join(draft.consents),
        "signed_at": "" if row.signed_at is None else instant_text(row.signed_at),
    }
