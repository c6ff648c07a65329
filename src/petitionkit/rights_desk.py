"""A signer's own rights at the desk: find all that an office keeps of one, give, correct, erase.

A batch over the office's petitions: by claims, which need no address to be kept, and by what is
kept where no claim is held any more. Who asks is proved by a token of that purpose, or vouched
for by a clerk. What cannot be told apart by an address is told apart by nobody here: who reads a
shared mailbox is given what its sharers signed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from petitionkit.erasure_desk import ErasureDesk
from petitionkit.identity import claims_for
from petitionkit.ledger import Entry, Request, Situation
from petitionkit.outcomes import AmendOutcome, Erased, EraseOutcome, Refused, WithdrawOutcome
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.retention import ErasureRecord
from petitionkit.rights import (
    Excerpt,
    ExportedSignature,
    KnownBy,
    SignerExport,
    SignerFile,
    exported_attempt,
    exported_signature,
    is_meant,
    is_named,
    is_proof_of,
    proof_of,
)
from petitionkit.signature import Attempt, Signature
from petitionkit.signature_desk import SignatureDesk
from petitionkit.store import every_pending, every_signature
from petitionkit.tokens import Purpose, mint, read_token

__all__ = ["RightsDesk"]

A = TypeVar("A")


class RightsDesk(SignatureDesk, ErasureDesk):
    """What the desk does when signers ask for what is theirs.

    ``token`` is one of ``signer_token`` for the same ``known_by`` and purpose. Where a clerk has
    made sure in another way who asks, ``actor`` names the clerk and no token is needed; one
    that is given must hold all the same.
    """

    def find_signer(self, known_by: KnownBy) -> SignerFile:
        """Find all that an office keeps of whoever is known by that; for staff.

        Live signatures are found by their claims, also where no address was kept; what is
        withdrawn, invalidated or was never proved by the address or number in it. Reads every
        signature of the office: for a job, not for a page that waits.
        """
        # Attempts first: one that is confirmed meanwhile is then found as a signature.
        attempts = self._attempts_of(known_by)
        signatures = self._signatures_of(known_by)
        elsewhere = self._excerpts_of(known_by, signatures)
        return SignerFile(attempts=attempts, signatures=signatures, elsewhere=elsewhere)

    def _excerpts_of(
        self, known_by: KnownBy, signatures: Collection[Signature] = ()
    ) -> tuple[Excerpt, ...]:
        """What lies elsewhere of a signer, or of who gave these signatures."""
        return tuple(
            excerpt
            for petition, policy in self._places(known_by.office)
            for place in self._searched()
            for excerpt in place.excerpts(
                petition.id,
                partial(is_meant, known_by, policy),
                [one for one in signatures if one.petition_id == petition.id],
            )
        )

    def _places(self, office: str) -> Iterator[tuple[Petition, Policy]]:
        for petition in self._petitions():
            policy = self._policy_of(petition)
            if policy is not None and petition.office == office:
                yield petition, policy

    def _attempts_of(self, known_by: KnownBy) -> tuple[Attempt, ...]:
        return tuple(
            one.attempt
            for petition, policy in self._places(known_by.office)
            for one in every_pending(self._store, petition.id)
            if one.attempt.particulars and is_meant(known_by, policy, one.attempt.particulars)
        )

    def _signatures_of(self, known_by: KnownBy) -> tuple[Signature, ...]:
        found: dict[UUID, Signature] = {}
        for petition, policy in self._places(known_by.office):
            for one in self._holding(petition, policy, known_by):
                found[one.id] = one
            for numbered in every_signature(self._store, petition.id):
                if is_meant(known_by, policy, numbered.signature.particulars):
                    found[numbered.signature.id] = numbered.signature
        return tuple(found.values())

    def _holding(self, petition: Petition, policy: Policy, known_by: KnownBy) -> list[Signature]:
        """Signatures of a petition that hold a claim of whoever is known by that."""
        claims = claims_for(policy, petition.realm, known_by.particulars, self._secrets)
        request: Request[tuple[Signature, ...]] = Request(admit=_holders, claims=claims)
        [holders] = self._decided(petition, [request])
        return [
            one
            for one in holders
            if one.petition_id == petition.id and is_named(known_by, one.particulars)
        ]

    def signer_token(self, known_by: KnownBy, purpose: Purpose, *, days: int = 7) -> str:
        """Make the token that proves who asks, to be sent to that address or number alone.

        Make and send it whether or not anything is found: whoever asks for somebody else's
        address then learns nothing. Nothing of it is stored.
        """
        subject = proof_of(self._secrets, self._secrets.live[0], known_by)
        return mint(self._secrets, purpose, subject, 0, self._now() + timedelta(days=days))

    def _unproved(
        self, known_by: KnownBy, purpose: Purpose, token: str, actor: str
    ) -> Refused | None:
        """Why nobody has proved that it is the signer who asks; None where somebody has."""
        if actor and not token:
            return None
        read = read_token(self._secrets, purpose, token, self._now())
        if isinstance(read, Problem):
            return Refused(problems=(read,))
        if is_proof_of(read.subject, self._secrets, known_by):
            return None
        return Refused(problems=(problem("token.invalid", "token"),))

    def export_signer(
        self, known_by: KnownBy, *, token: str = "", actor: str = ""
    ) -> SignerExport | Refused:
        """Give signers all that is kept of them (``Purpose.EXPORT``), as one value."""
        refused = self._unproved(known_by, Purpose.EXPORT, token, actor)
        if refused is not None:
            return refused
        found = self.find_signer(known_by)
        return SignerExport(
            at=self._now(),
            office=known_by.office,
            signatures=tuple(self._exported(one) for one in found.signatures),
            attempts=tuple(
                exported_attempt(self._store.petition(one.petition_id), one)
                for one in found.attempts
            ),
            elsewhere=found.elsewhere,
        )

    def _exported(self, signature: Signature) -> ExportedSignature:
        petition = self._store.petition(signature.petition_id)
        policy = self._policy_by(str(petition.policy_digest))  # what has signatures has one
        return exported_signature(petition, policy, signature, self.amendments(signature.id))

    def correct_signer(
        self,
        known_by: KnownBy,
        name: str = "",
        *,
        given_name: str = "",
        family_name: str = "",
        token: str = "",
        actor: str = "",
    ) -> Mapping[UUID, AmendOutcome] | Refused:
        """Correct a signer's name wherever they signed (``Purpose.AMEND``).

        Answers by the signature's id; each is decided on its own, as by ``correct_name``, and
        what is erased is left so.
        """

        def correct(signature: Signature) -> AmendOutcome:
            return self.correct_name(
                signature.id, name, given_name=given_name, family_name=family_name, actor=actor
            )

        refused = self._unproved(known_by, Purpose.AMEND, token, actor)
        return refused or self._of_all(known_by, correct)

    def withdraw_signer(
        self, known_by: KnownBy, *, token: str = "", actor: str = ""
    ) -> Mapping[UUID, WithdrawOutcome] | Refused:
        """Take a signer's signatures back wherever that can be (``Purpose.WITHDRAW``).

        Answers by the signature's id; where a petition is over its count is final.
        """

        def take_back(signature: Signature) -> WithdrawOutcome:
            return self.withdraw(signature.id)

        refused = self._unproved(known_by, Purpose.WITHDRAW, token, actor)
        return refused or self._of_all(known_by, take_back)

    def _of_all(self, known_by: KnownBy, change: Callable[[Signature], A]) -> Mapping[UUID, A]:
        found = self._signatures_of(known_by)
        return MappingProxyType({one.id: change(one) for one in found if not one.erased})

    def erase_signer(
        self, known_by: KnownBy, *, token: str = "", actor: str = ""
    ) -> Mapping[UUID, EraseOutcome] | Refused:
        """Erase a signer wherever they signed, and what they never proved (``Purpose.ERASE``).

        So is what lies elsewhere of them, such as a line on paper that never counted. Answers by
        the id of the signature, the attempt or the excerpt; keep the records, as those of
        ``erase``.
        """
        self._eraser()
        refused = self._unproved(known_by, Purpose.ERASE, token, actor)
        if refused is not None:
            return refused
        answers: dict[UUID, EraseOutcome] = {}
        for attempt in self._attempts_of(known_by):
            answer = self._erase_attempt(self._store.petition(attempt.petition_id), attempt.id)
            if isinstance(answer, Erased):  # else it was confirmed meanwhile, and is found below
                answers[attempt.id] = answer
        for signature in self._signatures_of(known_by):
            answers[signature.id] = self.erase(signature.id, actor=actor)
        for excerpt in self._excerpts_of(known_by):  # no signature came of it
            self._forget_excerpt(excerpt.petition_id, excerpt.place)
            record = ErasureRecord(
                at=self._now(),
                petition_id=excerpt.petition_id,
                place=excerpt.place,
                signatures=0,
                counts=False,
            )
            answers[excerpt.id] = Erased(record=record)
        return MappingProxyType(answers)


def _holders(situation: Situation) -> Entry[tuple[Signature, ...]]:
    return Entry(answer=situation.holders)
