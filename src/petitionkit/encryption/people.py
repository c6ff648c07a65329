"""What of a kept value is encrypted, and how it looks then: every personal field, in one text.

A value stays one of its own type, which any store keeps: what is encrypted is empty in it, and
stands together, as JSON, where text may stand that nobody reads (``originals`` of particulars,
a report of a petition). Which fields are personal is in ``classification``.
"""

import json
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from attrs import evolve, fields, frozen

from petitionkit.classification import CLASSIFIED
from petitionkit.codec import from_json, to_json
from petitionkit.encryption.ciphers import is_encrypted, number_in
from petitionkit.encryption.data_keys import PetitionKeys
from petitionkit.errors import refuse
from petitionkit.moderation import Report, Transfer
from petitionkit.parties import Author, Party
from petitionkit.petition import Petition
from petitionkit.problems import problem
from petitionkit.signature import Amendment, Attempt, Particulars, Signature

__all__ = ["ENCRYPTABLE", "Veil", "chosen"]

ENCRYPTABLE = frozenset(
    one.name
    for one in fields(Particulars)
    if CLASSIFIED[Particulars][one.name].personal and one.name != "originals"
)
"""Fields of signers that can be encrypted. What was typed otherwise always is."""

_BLANKS: dict[str, Any] = {
    one.name: "" if one.name == "name" else one.default
    for one in fields(Particulars)
    if one.name in {*ENCRYPTABLE, "originals"}
}
_KEPT_UNDER = "encrypted"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def chosen(names: Collection[str]) -> tuple[str, ...]:
    """The fields to encrypt, with what was typed otherwise; ``InvalidValueError`` for others."""
    if not set(names) <= ENCRYPTABLE:
        refuse([problem("unknown_choice", "fields", choices=", ".join(sorted(ENCRYPTABLE)))])
    return (*sorted(names), "originals")


@frozen(kw_only=True)
class _People:
    """Who started and wrote a petition, and who reported what of it."""

    starter: Party | None = None
    authors: tuple[Author, ...] = ()
    transfer: Transfer | None = None
    reports: tuple[Report, ...] = ()


class Veil:
    """Encrypts values on their way into a store, and decrypts them on their way out.

    For one call of the store: it asks for each petition's keys once. ``find`` gives the keys
    that there are, ``make`` those with which to encrypt.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        find: Callable[[UUID], PetitionKeys],
        make: Callable[[UUID], PetitionKeys],
    ) -> None:
        """Begin a call that knows no keys yet."""
        self._names = names
        self._find = find
        self._make = make
        self._known: dict[UUID, PetitionKeys] = {}
        self.numbers: set[int] = set()
        """Numbers of the data keys under which something was found."""

    def _encrypt(self, petition_id: UUID, text: str, *about: str) -> str:
        keys = self._known.get(petition_id)
        if keys is None or not keys.newest:
            keys = self._known[petition_id] = self._make(petition_id)
        return keys.encrypt(text, *about)

    def _decrypt(self, petition_id: UUID, text: str, *about: str) -> str:
        """Read a text; empty where the keys were destroyed, plain where it was never encrypted."""
        if not is_encrypted(text):
            return text
        if petition_id not in self._known:
            self._known[petition_id] = self._find(petition_id)
        self.numbers.add(number_in(text))
        return self._known[petition_id].decrypt(text, *about) or ""

    def particulars_in(self, petition_id: UUID, row: UUID, who: Particulars) -> Particulars:
        """Encrypt what is chosen of a signer."""
        said = {name: getattr(who, name) for name in self._names}
        said = {name: value for name, value in said.items() if value != _BLANKS[name]}
        if not said:
            return who
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
        blob = self._encrypt(petition_id, text, "particulars", str(row))
        return evolve(
            who, **{n: _BLANKS[n] for n in self._names} | {"originals": ((_KEPT_UNDER, blob),)}
        )

    def particulars_out(self, petition_id: UUID, row: UUID, who: Particulars) -> Particulars:
        """Decrypt a signer; blank, as if erased, where the keys were destroyed."""
        if not (who.originals and is_encrypted(who.originals[0][1])):
            return who
        text = self._decrypt(petition_id, who.originals[0][1], "particulars", str(row))
        said: dict[str, Any] = {"originals": (), **(json.loads(text) if text else {})}
        said["originals"] = tuple(map(tuple, said["originals"]))
        if "birth_date" in said:
            said["birth_date"] = date.fromisoformat(said["birth_date"])
        return evolve(who, **said)

    def signature_in(self, signature: Signature) -> Signature:
        """Encrypt a signature."""
        of, row = signature.petition_id, signature.id
        return evolve(
            signature,
            particulars=self.particulars_in(of, row, signature.particulars),
            attestations=tuple(
                evolve(one, by=self._encrypt(of, one.by, "by", str(row))) if one.by else one
                for one in signature.attestations
            ),
        )

    def signature_out(self, signature: Signature) -> Signature:
        """Decrypt a signature."""
        of, row = signature.petition_id, signature.id
        proofs = signature.attestations
        if any(is_encrypted(one.by) for one in proofs):
            proofs = tuple(
                evolve(one, by=self._decrypt(of, one.by, "by", str(row))) for one in proofs
            )
        plain = self.particulars_out(of, row, signature.particulars)
        return evolve(signature, particulars=plain, attestations=proofs)

    def attempt_in(self, attempt: Attempt) -> Attempt:
        """Encrypt an attempt."""
        who = attempt.particulars
        if who is None:
            return attempt
        veiled = self.particulars_in(attempt.petition_id, attempt.id, who)
        return evolve(attempt, particulars=veiled)

    def attempt_out(self, attempt: Attempt) -> Attempt:
        """Decrypt an attempt."""
        who = attempt.particulars
        if who is None:
            return attempt
        plain = self.particulars_out(attempt.petition_id, attempt.id, who)
        return evolve(attempt, particulars=plain)

    def amendment_in(self, petition_id: UUID, amendment: Amendment) -> Amendment:
        """Encrypt what stood before."""
        was = self.was_in(petition_id, amendment.signature_id, amendment.was)
        return evolve(amendment, was=was)

    def amendment_out(self, petition_id: UUID, amendment: Amendment) -> Amendment:
        """Decrypt what stood before."""
        was = self.was_out(petition_id, amendment.signature_id, amendment.was)
        return evolve(amendment, was=was)

    def was_in(self, petition_id: UUID, row: UUID, was: str) -> str:
        """Encrypt what stood before an amendment of a signature."""
        return self._encrypt(petition_id, was, "was", str(row)) if was else was

    def was_out(self, petition_id: UUID, row: UUID, was: str) -> str:
        """Decrypt what stood before an amendment of a signature."""
        return self._decrypt(petition_id, was, "was", str(row))

    def petition_in(self, petition: Petition) -> Petition:
        """Encrypt a petition's people; its starter's kind and reference stay, to be found by."""
        people = _People(**{one.name: getattr(petition, one.name) for one in fields(_People)})
        if people == _People():
            return petition
        blob = self._encrypt(petition.id, to_json(people), "people")
        starter = people.starter and evolve(people.starter, name=_KEPT_UNDER)
        kept = Report(by=blob, ground=_KEPT_UNDER, at=_LONG_AGO)
        return _evolved(petition, _People(starter=starter, reports=(kept,)))

    def petition_out(self, petition: Petition) -> Petition:
        """Decrypt a petition's people; nobody, where the keys were destroyed."""
        if not (petition.reports and is_encrypted(petition.reports[0].by)):
            return petition
        text = self._decrypt(petition.id, petition.reports[0].by, "people")
        return _evolved(petition, from_json(_People, text) if text else _People())


def _evolved(petition: Petition, people: _People) -> Petition:
    parts: dict[str, Any] = {one.name: getattr(people, one.name) for one in fields(_People)}
    changed = evolve(petition, **parts)
    object.__setattr__(changed, "telling", petition.telling)  # not all anew
    return changed
