"""Encrypted stores that each break one promise of those whose keys can be destroyed."""

from collections.abc import Sequence
from uuid import UUID

from attrs import evolve

from petitionkit.encryption import EncryptedStore
from petitionkit.signature import Amendment
from petitionkit.store import Minute, every_signature


class DestroysNothing(EncryptedStore):
    def destroy_keys(self, petition_id: UUID) -> None:
        """Leave it to somebody else."""


class DestroysAllKeys(EncryptedStore):
    def destroy_keys(self, petition_id: UUID) -> None:
        for one in {petition_id, *self.petitions()}:
            super().destroy_keys(one)


class TellsWhatStoodBefore(EncryptedStore):
    """Remembers what it has read once."""

    def amendments(self, signature_id: UUID) -> Sequence[Amendment]:
        return [evolve(one, was=one.was or "Canary") for one in super().amendments(signature_id)]


class CountsWhoeverIsErasedOut(EncryptedStore):
    def minutes(self, petition_id: UUID, counter: str) -> Sequence[Minute]:
        erased = any(one.signature.erased for one in every_signature(self, petition_id))
        return () if erased else super().minutes(petition_id, counter)


class ForgetsThatKeysAreDestroyed(EncryptedStore):
    """Makes a new key where it finds none."""

    def destroy_keys(self, petition_id: UUID) -> None:
        if self._keys.of(petition_id).newest:
            super().destroy_keys(petition_id)
