"""Reception: from what comes in to what a store is asked.

Checks a draft or a submission, makes its claims and ids, and returns the request that lets a
store decide on it; or refuses, with everything that is wrong. What is decided about it, once
the store shows the situation, is in ``signing``.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from attrs import frozen

from petitionkit.civil import local_date
from petitionkit.counting import counters_for
from petitionkit.identity import claims_for
from petitionkit.ids import ENTROPY_BYTES, uuid7
from petitionkit.keys import Secrets
from petitionkit.ledger import Entry, Request, Situation
from petitionkit.outcomes import ConfirmOutcome, IntakeOutcome, Refused, SignOutcome
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import Problem
from petitionkit.signature import (
    Attempt,
    Attestation,
    AttestationKind,
    Channel,
    Particulars,
    Role,
    Signature,
    SignatureDraft,
    Submission,
)
from petitionkit.status import may_sign, role_at
from petitionkit.tally import Tally
from petitionkit.text import encode
from petitionkit.tokens import Token
from petitionkit.validation import validate
from petitionkit.verbs import signing

__all__ = ["Reception"]


@frozen(kw_only=True)
class Reception:
    """Where requests about one petition's signatures are made.

    ``read_tally`` reads the tally where the policy's states hang on counts; ``new_id`` makes
    ids; ``secrets`` makes claims.
    """

    petition: Petition
    policy: Policy
    read_tally: Callable[[], Tally]
    secrets: Secrets
    now: datetime
    new_id: Callable[[], UUID]

    def sign(self, draft: SignatureDraft) -> Request[SignOutcome] | Refused:
        """What somebody filled in."""
        policy, now = self.policy, self.now
        checked = validate(policy, draft, local_date(now, policy.window.zone))
        if not isinstance(checked, Particulars):
            return self._refused(checked, None)
        claims = claims_for(policy, self.petition.realm, checked, self.secrets)
        row_id, notice_id = self.new_id(), self.new_id()

        def admit(situation: Situation) -> Entry[SignOutcome]:
            text = situation.petition.text(draft.language or None)
            role = self._role(situation.petition, situation.read_tally, now)
            if not policy.confirmation.by_mail:
                signature = Signature(
                    id=row_id,
                    petition_id=situation.petition.id,
                    particulars=checked,
                    role=role,
                    text_digest=text.digest,
                    language=text.language,
                    signed_at=now,
                    counted_at=now,
                    counters=counters_for(
                        policy,
                        situation.petition,
                        checked,
                        role=role,
                        signed_at=now,
                        counted_at=now,
                    ),
                )
                return signing.receive_proved(
                    situation, policy=policy, signature=signature, claims=claims, now=now
                )
            attempt = Attempt(
                id=row_id,
                petition_id=situation.petition.id,
                particulars=checked,
                received_at=now,
                expires_at=now + timedelta(days=policy.confirmation.link_days),
                text_digest=text.digest,
                language=text.language,
                role=role,
            )
            return signing.receive(
                situation, policy=policy, attempt=attempt, notice_id=notice_id, now=now
            )

        return Request(admit=admit, claims=claims)

    def confirm(self, attempt: Attempt, token: Token) -> Request[ConfirmOutcome]:
        """An opened confirmation link."""
        who = attempt.particulars
        claims = claims_for(self.policy, self.petition.realm, who, self.secrets) if who else ()
        signature_id = self.new_id()

        def admit(situation: Situation) -> Entry[ConfirmOutcome]:
            return signing.confirm(
                situation,
                policy=self.policy,
                token=token,
                signature_id=signature_id,
                claims=claims,
                now=self.now,
            )

        return Request(admit=admit, claims=claims, attempt_id=attempt.id)

    def intake(self, submission: Submission, actor: str) -> Request[IntakeOutcome] | Refused:
        """A signature that is proved already: a line of a roll, or from a clerk."""
        policy, now = self.policy, self.now
        signed_at = submission.signed_at or now
        day = local_date(signed_at, policy.window.zone)
        checked = validate(policy, submission.draft, day, proved=True)
        if not isinstance(checked, Particulars):
            return self._refused(checked, signed_at)
        realm = self.petition.realm
        role = self._role(self.petition, self.read_tally, signed_at, submission.role)
        claims = claims_for(policy, realm, checked, self.secrets, line=submission.row)
        came = submission.provenance
        text = self.petition.text(submission.draft.language or None)
        clerk = Attestation(kind=AttestationKind.CLERK, at=now, by=actor)
        proofs = (clerk,) if came.channel is Channel.CLERK else ()
        signature = Signature(
            id=self._line_id(submission, signed_at),
            petition_id=self.petition.id,
            particulars=checked,
            role=role,
            provenance=came,
            text_digest=text.digest,
            language=text.language,
            signed_at=signed_at,
            counted_at=signed_at,
            counters=counters_for(
                policy,
                self.petition,
                checked,
                role=role,
                channel=came.channel,
                attestations=proofs,
                signed_at=signed_at,
                counted_at=signed_at,
            ),
            attestations=proofs,
        )
        return Request(
            admit=lambda situation: signing.intake(
                situation, policy=policy, signature=signature, claims=claims, now=now
            ),
            claims=claims,
            signature_id=signature.id if came.line else None,
        )

    def _role(
        self,
        petition: Petition,
        read_tally: Callable[[], Tally],
        at: datetime,
        role: Role = Role.SIGNER,
    ) -> Role:
        """As what somebody signs; the tally is read only where a policy wants sponsors."""
        if self.policy.sponsoring is None:
            return role
        return role_at(petition, self.policy, read_tally(), at, role)

    def _refused(self, problems: tuple[Problem, ...], signed_at: datetime | None) -> Refused:
        """All that is wrong at once: the petition's own reason first, if it has one."""
        tally = self.read_tally()
        closed = may_sign(self.petition, self.policy, tally, self.now, signed_at=signed_at).problem
        return Refused(problems=(*((closed,) if closed else ()), *problems))

    def _line_id(self, submission: Submission, signed_at: datetime) -> UUID:
        """A roll's line has the same id whenever it is imported; anything else a fresh one."""
        came = submission.provenance
        if not came.line:
            return self.new_id()
        place = encode(str(self.petition.id), came.source, str(came.line))
        return uuid7(signed_at, hashlib.sha256(place).digest()[:ENTROPY_BYTES])
