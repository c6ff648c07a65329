"""Data keys: one petition's key at a time, made when it is first needed, and destroyed for good.

What is kept is asked on every call of a store, so that a key which somebody has destroyed or
renewed elsewhere is gone, or used, here as well; unwrapped keys are remembered, because a key
service is far away.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

from attrs import evolve, field, frozen

from petitionkit.encryption.ciphers import KEY_BYTES, Cipher, number_in
from petitionkit.encryption.wrapping import WrappedKey, WrappedKeys, Wrapping
from petitionkit.errors import KeyFileError
from petitionkit.text import encode

__all__ = ["DataKeys", "PetitionKeys"]


@frozen(kw_only=True)
class PetitionKeys:
    """The keys of one petition at work, by number; None where they were destroyed."""

    petition_id: UUID
    ciphers: Mapping[int, Cipher] | None = field(repr=False)

    @property
    def destroyed(self) -> bool:
        """Whether nobody can read it any more."""
        return self.ciphers is None

    @property
    def newest(self) -> int:
        """The number of the newest key, 0 where there is none."""
        return max(self.ciphers or (0,))

    def encrypt(self, text: str, *about: str) -> str:
        """Encrypt text under the newest key; ``KeyFileError`` where they were destroyed."""
        if self.ciphers is None:
            raise KeyFileError(
                f"the data key of petition {self.petition_id} was destroyed;"
                " it can take in nothing more about anybody"
            )
        number = self.newest
        return self.ciphers[number].encrypt(text, number, str(self.petition_id), *about)

    def decrypt(self, text: str, *about: str) -> str | None:
        """Decrypt under the key that a text names; None where the keys were destroyed."""
        if self.ciphers is None:
            return None
        number = number_in(text)
        if number not in self.ciphers:
            raise KeyFileError(
                f"no data key {number} of petition {self.petition_id};"
                " give the wrapped keys that belong to this store"
            )
        return self.ciphers[number].decrypt(text, str(self.petition_id), *about)


def _about(petition_id: UUID, number: int) -> bytes:
    return encode("petitionkit data key", str(petition_id), str(number))


class DataKeys:
    """The data keys of all petitions, wrapped by ``wrapping`` and kept in ``kept``."""

    def __init__(
        self,
        kept: WrappedKeys,
        wrapping: Wrapping,
        *,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Bind where keys are kept to who wraps them; ``random_bytes`` makes new ones."""
        self._kept = kept
        self._wrapping = wrapping
        self._random_bytes = random_bytes
        self._unwrapped: dict[UUID, dict[WrappedKey, Cipher]] = {}

    def __repr__(self) -> str:
        """Say where they are kept."""
        return f"<DataKeys in {self._kept!r}>"

    def of(self, petition_id: UUID) -> PetitionKeys:
        """The keys of a petition, of which there may be none yet."""
        kept = self._kept.of(petition_id)
        if kept is None:
            self._unwrapped.pop(petition_id, None)
            return PetitionKeys(petition_id=petition_id, ciphers=None)
        known = self._unwrapped.get(petition_id, {})
        unwrapped = {one: known.get(one) or self._cipher(one) for one in kept}
        self._unwrapped[petition_id] = unwrapped
        ciphers = {one.number: cipher for one, cipher in unwrapped.items()}
        return PetitionKeys(petition_id=petition_id, ciphers=ciphers)

    def _cipher(self, key: WrappedKey) -> Cipher:
        about = _about(key.petition_id, key.number)
        return Cipher(self._wrapping.unwrap(key.key, key.wrapped, about))

    def made(self, petition_id: UUID) -> PetitionKeys:
        """The keys of a petition, with one made where it never had any."""
        keys = self.of(petition_id)
        if keys.newest or keys.destroyed:
            return keys
        return self.renew(petition_id)

    def renew(self, petition_id: UUID) -> PetitionKeys:
        """Make a petition's next data key, which everything is encrypted with from now on.

        What was encrypted before is still read; ``EncryptedStore.encrypt_anew`` writes it again.
        """
        number = self.of(petition_id).newest + 1
        key = self._wrapping.live[0]
        about = _about(petition_id, number)
        wrapped = self._wrapping.wrap(key, self._random_bytes(KEY_BYTES), about)
        self._kept.add(WrappedKey(petition_id=petition_id, number=number, key=key, wrapped=wrapped))
        return self.of(petition_id)  # of two who made one at once, the first

    def rewrap(self) -> int:
        """Wrap every data key with the newest wrapping key; tells how many were not.

        No row changes. Afterwards the older wrapping keys are needed no more.
        """
        newest = self._wrapping.live[0]
        stale = [
            one
            for petition_id in self._kept.petitions()
            for one in self._kept.of(petition_id) or ()
            if one.key != newest
        ]
        for one in stale:
            about = _about(one.petition_id, one.number)
            data_key = self._wrapping.unwrap(one.key, one.wrapped, about)
            wrapped = self._wrapping.wrap(newest, data_key, about)
            self._kept.replace(evolve(one, key=newest, wrapped=wrapped))
        return len(stale)

    def retire(self, petition_id: UUID, used: Collection[int]) -> Sequence[int]:
        """Destroy the keys of a petition that are not ``used``; returns the older ones that are.

        The newest always stays.
        """
        keys = self.of(petition_id)
        older = set(keys.ciphers or ()) - {keys.newest}
        for number in older - set(used):
            self._kept.drop(petition_id, number)
        return sorted(older & set(used))

    def destroy(self, petition_id: UUID) -> None:
        """Destroy a petition's keys: nobody reads its people again, here or in any backup.

        What counts rest on is not encrypted and stays. There is no way back.
        """
        self._kept.destroy(petition_id)
        self._unwrapped.pop(petition_id, None)
