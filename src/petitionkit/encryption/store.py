"""The encrypted store: any store, in which nobody can be read without the petition's data key.

It knows which values bear people and no rule; when keys are renewed or destroyed is for whoever
runs the office. What a decision sees is decrypted, what it enters is encrypted.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from attrs import evolve

from petitionkit.encryption.data_keys import DataKeys
from petitionkit.encryption.passing import PassingStore
from petitionkit.encryption.people import ENCRYPTABLE, Veil, chosen
from petitionkit.ledger import Admit, Change, Entry, Request, Revision, Situation
from petitionkit.petition import Petition
from petitionkit.signature import Amendment, Attempt, Signature
from petitionkit.store import (
    Accountable,
    Mending,
    NumberedAttempt,
    NumberedSignature,
    Store,
    every_pending,
    every_signature,
)
from petitionkit.tally import Drift, Tally

__all__ = ["EncryptedStore"]

T = TypeVar("T")

_BATCH = 500


class EncryptedStore(PassingStore):
    """A store before ``store`` that keeps all its promises; satisfies ``Store``.

    ``fields`` are those of signers that are encrypted (all that ``ENCRYPTABLE`` names). With
    them go what was typed otherwise, who vouched for a signer, what stood before a correction,
    and the petition's people but for its starter's kind and reference. Not encrypted is what
    counts rest on, and what is a keyed hash already: claims, mailboxes, traces.

    Rows from before encryption began are read as they are; ``encrypt_anew`` encrypts them. A
    petition whose data key was destroyed is read as if all its people were erased, and takes
    nobody in: ``KeyFileError``, as where a key is missing.
    """

    def __init__(
        self, store: Store, keys: DataKeys, *, fields: Collection[str] = ENCRYPTABLE
    ) -> None:
        """Stand before a store; ``InvalidValueError`` for a field that cannot be encrypted."""
        super().__init__(store)
        self._keys = keys
        self._names = chosen(fields)
        if isinstance(store, Accountable):
            self.mend = partial(self._mend, store)

    @property
    def keys(self) -> DataKeys:
        """The data keys that it works with."""
        return self._keys

    def _veil(self) -> Veil:
        return Veil(self._names, self._keys.of, self._keys.made)

    def add(self, revision: Revision) -> Petition:
        """See ``Store.add``."""
        veil = self._veil()
        return veil.petition_out(self._store.add(_revised(veil, revision)))

    def petition(self, petition_id: UUID) -> Petition:
        """See ``Store.petition``."""
        return self._veil().petition_out(self._store.petition(petition_id))

    def update(self, petition_id: UUID, change: Change) -> Petition:
        """See ``Store.update``."""
        veil = self._veil()

        def veiled(petition: Petition, tally: Tally) -> Revision:
            return _revised(veil, change(veil.petition_out(petition), tally))

        return veil.petition_out(self._store.update(petition_id, veiled))

    def _mend(
        self, store: Accountable, petition_id: UUID, change: Mending, *, at: datetime
    ) -> Petition:
        """See ``Accountable.mend``."""
        veil = self._veil()

        def veiled(petition: Petition, tally: Tally, drifts: Sequence[Drift]) -> Revision:
            return _revised(veil, change(veil.petition_out(petition), tally, drifts))

        return veil.petition_out(store.mend(petition_id, veiled, at=at))

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        """See ``Store.sign``."""
        veil = self._veil()
        petitions: dict[int, tuple[Petition, Petition]] = {}

        def shown(petition: Petition) -> Petition:
            if id(petition) not in petitions:  # of a roll, each line sees the same
                petitions[id(petition)] = petition, veil.petition_out(petition)
            return petitions[id(petition)][1]

        def veiled(admit: Admit[T], situation: Situation) -> Entry[T]:
            seen = evolve(situation, petition=shown(situation.petition))
            if seen.holders or seen.attempt or seen.signature:
                seen = evolve(
                    seen,
                    holders=tuple(map(veil.signature_out, seen.holders)),
                    attempt=seen.attempt and veil.attempt_out(seen.attempt),
                    signature=seen.signature and veil.signature_out(seen.signature),
                )
            return _entered(veil, petition_id, admit(seen))

        asked = [evolve(one, admit=partial(veiled, one.admit)) for one in requests]
        return self._store.sign(petition_id, asked)

    def signature(self, signature_id: UUID) -> Signature | None:
        """See ``Store.signature``."""
        found = self._store.signature(signature_id)
        return found and self._veil().signature_out(found)

    def signatures(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedSignature]:
        """See ``Store.signatures``."""
        veil = self._veil()
        return [
            NumberedSignature(number=one.number, signature=veil.signature_out(one.signature))
            for one in self._store.signatures(petition_id, after=after, limit=limit)
        ]

    def attempt(self, attempt_id: UUID) -> Attempt | None:
        """See ``Store.attempt``."""
        found = self._store.attempt(attempt_id)
        return found and self._veil().attempt_out(found)

    def pending(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedAttempt]:
        """See ``Store.pending``."""
        veil = self._veil()
        return [
            NumberedAttempt(number=one.number, attempt=veil.attempt_out(one.attempt))
            for one in self._store.pending(petition_id, after=after, limit=limit)
        ]

    def amendments(self, signature_id: UUID) -> Sequence[Amendment]:
        """See ``Store.amendments``."""
        found = self._store.amendments(signature_id)
        signature = self._store.signature(signature_id) if found else None
        if signature is None:
            return found
        veil = self._veil()
        return [veil.amendment_out(signature.petition_id, one) for one in found]

    def encrypt_anew(self, petition_id: UUID) -> int:
        """Write a petition's signatures and attempts again that are not under its newest key.

        What stood before a signature's corrections is written anew with it. Whatever was
        written before encryption began is encrypted thereby. Goes in batches, may be stopped
        and goes on where it was; tells how many signatures and attempts changed. The petition's
        own people are encrypted anew when it is next written (``Desk.rewrite``).
        """
        veil = self._veil()
        changed, after = 0, 0
        while page := self._store.signatures(petition_id, after=after, limit=_BATCH):
            stale = [one.signature.id for one in page if self._is_stale(veil, one.signature)]
            asked = [Request(admit=_signature_again, signature_id=one) for one in stale]
            changed += sum(self.sign(petition_id, asked)) if asked else 0
            after = page[-1].number
        after = 0
        while some := self._store.pending(petition_id, after=after, limit=_BATCH):
            sent = [one.attempt for one in some]
            late = [one.id for one in sent if veil.attempt_in(veil.attempt_out(one)) != one]
            again = [Request(admit=_attempt_again, attempt_id=one) for one in late]
            changed += sum(self.sign(petition_id, again)) if again else 0
            after = some[-1].number
        return changed

    def _is_stale(self, veil: Veil, row: Signature) -> bool:
        """Whether a row, or one beside it, is not as it would be written now."""
        return veil.signature_in(veil.signature_out(row)) != row or any(
            veil.amendment_in(row.petition_id, veil.amendment_out(row.petition_id, one)) != one
            for one in self._store.amendments(row.id)
        )

    def destroy_keys(self, petition_id: UUID) -> None:
        """See ``KeyedStore.destroy_keys``."""
        self._keys.destroy(petition_id)

    def retire_keys(self, petition_id: UUID) -> Sequence[int]:
        """Destroy the data keys of a petition that nothing in the store is encrypted with.

        Do it some time after ``renew`` and ``encrypt_anew``, when no call that began before
        them runs any more. Reads all of the petition. Returns the numbers of the older keys
        that are still needed, by what was not written anew.
        """
        veil = self._veil()
        veil.petition_out(self._store.petition(petition_id))
        for numbered in every_signature(self._store, petition_id):
            veil.signature_out(numbered.signature)
            for one in self._store.amendments(numbered.signature.id):
                veil.amendment_out(petition_id, one)
        for pending in every_pending(self._store, petition_id):
            veil.attempt_out(pending.attempt)
        return self._keys.retire(petition_id, veil.numbers)


def _revised(veil: Veil, revision: Revision) -> Revision:
    return evolve(revision, petition=veil.petition_in(revision.petition))


def _entered(veil: Veil, petition_id: UUID, entry: Entry[T]) -> Entry[T]:
    return evolve(
        entry,
        signature=entry.signature and veil.signature_in(entry.signature),
        attempt=entry.attempt and veil.attempt_in(entry.attempt),
        amendment=entry.amendment and veil.amendment_in(petition_id, entry.amendment),
        reword=_reworded(veil, entry),
    )


def _reworded(veil: Veil, entry: Entry[T]) -> Callable[[str], str] | None:
    """How what stood before is written anew, where it is: read first, and encrypted afterwards."""
    row, plain = entry.signature, entry.reword
    if row is None or plain is None:
        return None
    of = row.petition_id
    return lambda was: veil.was_in(of, row.id, plain(veil.was_out(of, row.id, was)))


def _signature_again(seen: Situation) -> Entry[int]:
    return Entry(answer=int(seen.signature is not None), signature=seen.signature, reword=str)


def _attempt_again(seen: Situation) -> Entry[int]:
    """Write it as it is now; it may have been confirmed meanwhile, and says nothing then."""
    return Entry(answer=int(seen.attempt is not None), attempt=seen.attempt)
