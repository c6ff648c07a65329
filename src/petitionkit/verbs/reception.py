"""Reception: from what comes in to what a store is asked.

Checks a draft or a submission, makes its claims and ids, and returns the request that lets a
store decide on it; or refuses, with everything that is wrong. What is decided about it, once
the store shows the situation, is in ``signing``.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, TypeVar
from uuid import UUID

from attrs import evolve, frozen

from petitionkit.assessment import Sighting
from petitionkit.counting import agrees, counters_for
from petitionkit.identity import claims_for, mail_marks, unidentified
from petitionkit.ids import ENTROPY_BYTES, uuid7
from petitionkit.keys import Secrets
from petitionkit.ledger import Admit, Claim, Entry, Request, Situation
from petitionkit.lists import Lists
from petitionkit.outcomes import (
    AmendOutcome,
    ConfirmOutcome,
    IntakeOutcome,
    LookOutcome,
    Received,
    Refused,
    SignOutcome,
)
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.signature import (
    WEB,
    Attempt,
    Attestation,
    AttestationKind,
    Channel,
    Particulars,
    Provenance,
    Role,
    Signature,
    SignatureDraft,
    Submission,
)
from petitionkit.status import may_sign, role_at
from petitionkit.tally import Tally
from petitionkit.text import encode
from petitionkit.tokens import Token
from petitionkit.validation import kept_of, remarks_on, validate
from petitionkit.verbs import attempts, signing
from petitionkit.verbs.amending import Case
from petitionkit.verbs.vigil import NOWHERE, Vigil

__all__ = ["Prepared", "Reception", "Unfit", "read_form"]

T = TypeVar("T")

NO_LISTS = Lists()


def read_form(
    policy: Policy, draft: SignatureDraft, at: datetime
) -> Particulars | tuple[Problem, ...]:
    """Read what somebody filled in on the web at an instant: particulars, or every problem.

    Whether the petition takes signatures at all is another question.
    """
    read = validate(policy, draft, at)
    missing = unidentified(policy, read) if isinstance(read, Particulars) else ()
    if missing:
        return (problem("unidentified", missing[0], choices=", ".join(missing)),)
    return read


@frozen(kw_only=True)
class Prepared:
    """A signature that is proved already and in order, with its claims; no store has seen it."""

    signature: Signature
    claims: tuple[Claim, ...]


@frozen(kw_only=True)
class Unfit:
    """A signature that is not in order: every problem with it, and when it was signed."""

    problems: tuple[Problem, ...]
    signed_at: datetime | None


@lru_cache(maxsize=64)
def _roll_place(petition_id: UUID, source: str) -> bytes:
    """Where the lines of a roll are, but for their numbers."""
    return encode(str(petition_id), source)


@frozen(kw_only=True)
class Reception:
    """Where requests about one petition's signatures are made.

    ``read_tally`` reads the tally where the policy's states hang on counts; ``new_id`` makes
    ids; ``secrets`` makes claims; ``lists`` are those of the office as they are now.
    """

    petition: Petition
    policy: Policy
    read_tally: Callable[[], Tally]
    secrets: Secrets
    now: datetime
    new_id: Callable[[], UUID]
    lists: Lists = NO_LISTS

    def sign(
        self,
        draft: SignatureDraft,
        *,
        attestations: Sequence[Attestation] = (),
        ground: str = "",
        sighting: Sighting = NOWHERE,
    ) -> Request[SignOutcome] | Refused:
        """What somebody filled in; ``attestations`` are there where they were proved already."""
        checked = read_form(self.policy, draft, self.now)
        if not isinstance(checked, Particulars):
            return self.refuse(checked, None)
        if self.policy.vigilance.network and sighting.source:
            checked = evolve(checked, network=self.policy.vigilance.network.of(sighting.source))
        proved = bool(attestations) or not self.policy.confirmation.by_mail
        marks = () if proved else self._mail_marks(checked)
        claims, row_id, notice_id = self._claims(checked), self.new_id(), self.new_id()
        received, vigil = Received(remarks=remarks_on(checked)), self._vigil(sighting)

        def admit(situation: Situation) -> Entry[SignOutcome]:
            role = self._role(situation.petition, situation.read_tally, self.now)
            held = ground or vigil.assess(situation, role, checked.email).ground
            if proved:
                signature = self._signature(
                    situation.petition,
                    row_id,
                    checked,
                    language=draft.language,
                    signed_at=self.now,
                    role=role,
                    attestations=tuple(attestations),
                    held=held,
                )
                entry = signing.receive_proved(
                    situation, policy=self.policy, signature=signature, claims=claims, now=self.now
                )
            else:
                text = situation.petition.text(draft.language or None)
                attempt = Attempt(
                    id=row_id,
                    petition_id=situation.petition.id,
                    particulars=checked,
                    received_at=self.now,
                    expires_at=self.now + timedelta(days=self.policy.confirmation.link_days),
                    text_digest=text.digest,
                    language=text.language,
                    role=role,
                    mailbox=marks[0],
                    held=held,
                )
                entry = attempts.receive(
                    situation,
                    policy=self.policy,
                    attempt=attempt,
                    claims=claims,
                    notice_id=notice_id,
                    now=self.now,
                )
            if isinstance(entry.answer, Refused):
                return entry
            return evolve(entry, answer=received, trace=vigil.trace(role))

        return Request(
            admit=admit,
            claims=claims,
            holders=proved,
            mailboxes=marks,
            mailed_after=None if proved else self._mailed_after(),
            sources=vigil.sources,
            lookbacks=vigil.lookbacks,
        )

    def _vigil(self, sighting: Sighting) -> Vigil:
        return Vigil(
            policy=self.policy,
            office=self.petition.office,
            sighting=sighting,
            lists=self.lists,
            secrets=self.secrets,
            now=self.now,
        )

    def _mailed_after(self) -> datetime:
        return self.now - timedelta(hours=self.policy.confirmation.mail_hours)

    def _mail_marks(self, who: Particulars) -> tuple[str, ...]:
        return mail_marks(self.policy.identity, self.petition.realm, who.email, self.secrets)

    def _claims(self, who: Particulars | None) -> tuple[Claim, ...]:
        if who is None:
            return ()
        return claims_for(self.policy, self.petition.realm, who, self.secrets)

    def confirm(self, attempt: Attempt, token: Token) -> Request[ConfirmOutcome]:
        """An opened confirmation link."""
        return self._opened(attempt, token, signing.confirm)

    def look_at(self, attempt: Attempt, token: Token) -> Request[LookOutcome]:
        """A confirmation link whose page only shows what it would do."""
        return self._opened(attempt, token, signing.look_at)

    def _opened(self, attempt: Attempt, token: Token, verb: Callable[..., Entry[T]]) -> Request[T]:
        claims = self._claims(attempt.particulars)
        signature_id = self.new_id()
        return Request(
            admit=lambda situation: verb(
                situation,
                policy=self.policy,
                token=token,
                signature_id=signature_id,
                claims=claims,
                now=self.now,
            ),
            claims=claims,
            attempt_id=attempt.id,
        )

    def resend(self, attempt: Attempt) -> Request[SignOutcome]:
        """Another mail with the link of an attempt."""
        return self._mailing(attempt, attempts.resend)

    def follow_up(self, attempt: Attempt) -> Request[None]:
        """What is due on an attempt that was not confirmed."""
        return self._mailing(attempt, attempts.follow_up)

    def _mailing(self, attempt: Attempt, verb: Callable[..., Entry[T]]) -> Request[T]:
        who = attempt.particulars
        claims, notice_id = self._claims(who), self.new_id()
        return Request(
            admit=lambda situation: verb(
                situation, policy=self.policy, claims=claims, notice_id=notice_id, now=self.now
            ),
            claims=claims,
            attempt_id=attempt.id,
            holders=False,
            mailboxes=self._mail_marks(who) if who else (),
            mailed_after=self._mailed_after(),
        )

    def amend(
        self,
        signature: Signature,
        change: Callable[[Case], Entry[AmendOutcome]],
        *,
        particulars: Particulars,
        actor: str = "",
    ) -> Request[AmendOutcome | None]:
        """A change of a signature, whose claims are those of the particulars it will have.

        The answer is None where somebody else has changed it since it was read: read it again.
        """
        claims = self._claims(particulars)

        def admit(situation: Situation) -> Entry[AmendOutcome | None]:
            if situation.signature != signature:
                return Entry(answer=None)
            case = Case(
                signature=signature,
                particulars=particulars,
                situation=situation,
                policy=self.policy,
                claims=claims,
                now=self.now,
                actor=actor,
            )
            found: Entry[Any] = change(case)
            return found

        return Request(admit=admit, claims=claims, signature_id=signature.id)

    def _signature(
        self,
        petition: Petition,
        signature_id: UUID,
        who: Particulars,
        *,
        language: str,
        signed_at: datetime,
        role: Role = Role.SIGNER,
        provenance: Provenance = WEB,
        attestations: tuple[Attestation, ...] = (),
        held: str = "",
    ) -> Signature:
        """A signature that is proved already and counts from when it was signed."""
        policy, text = self.policy, petition.text(language or None, at=signed_at)
        return Signature(
            id=signature_id,
            petition_id=petition.id,
            particulars=kept_of(policy, who, signed_at),
            role=role,
            provenance=provenance,
            text_digest=text.digest,
            language=text.language,
            signed_at=signed_at,
            counted_at=signed_at,
            counters=counters_for(
                petition,
                policy,
                who,
                role=role,
                channel=provenance.channel,
                attestations=attestations,
                signed_at=signed_at,
                counted_at=signed_at,
                agreed=agrees(petition, policy, text.digest, text.language),
            ),
            attestations=attestations,
            invalidated_at=signed_at if held else None,
            ground=held,
        )

    def prepare(self, submission: Submission, actor: str) -> Prepared | Unfit:
        """Read a signature that is proved already: a line of a roll, or from a clerk."""
        policy, now = self.policy, self.now
        signed_at = submission.signed_at or now
        came = submission.provenance
        paper = came.channel is Channel.PAPER
        checked = validate(policy, submission.draft, signed_at, proved=True, paper=paper)
        if not isinstance(checked, Particulars):
            return Unfit(problems=checked, signed_at=submission.signed_at)
        role = self._role(self.petition, self.read_tally, signed_at, submission.role)
        proofs: tuple[Attestation, ...] = ()
        if came.channel is Channel.CLERK:
            proofs = (Attestation(kind=AttestationKind.CLERK, at=now, by=actor),)
        realm = self.petition.realm
        return Prepared(
            signature=self._signature(
                self.petition,
                self._line_id(came, signed_at),
                checked,
                language=submission.draft.language,
                signed_at=signed_at,
                role=role,
                provenance=came,
                attestations=proofs,
            ),
            claims=claims_for(policy, realm, checked, self.secrets, line=submission.row),
        )

    def ask(
        self, ready: Prepared, checked: Callable[[Admit[IntakeOutcome]], Admit[IntakeOutcome]]
    ) -> Request[IntakeOutcome]:
        """What a store is asked about a signature that is in order; ``checked`` wraps decisions."""
        signature, claims = ready.signature, ready.claims
        decision = partial(
            signing.intake,
            policy=self.policy,
            signature=signature,
            claims=claims,
            now=self.now,
        )
        return Request(
            admit=checked(decision),
            claims=claims,
            signature_id=signature.id if signature.provenance.line else None,
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

    def refuse(self, problems: tuple[Problem, ...], signed_at: datetime | None) -> Refused:
        """All that is wrong at once: the petition's own reason first, if it has one."""
        tally = self.read_tally()
        closed = may_sign(self.petition, self.policy, tally, self.now, signed_at=signed_at).problem
        return Refused(problems=(*((closed,) if closed else ()), *problems))

    def _line_id(self, came: Provenance, signed_at: datetime) -> UUID:
        """A roll's line has the same id whenever it is imported, in the order of the lines.

        Anything else has a fresh one.
        """
        if not came.line:
            return self.new_id()
        place = _roll_place(self.petition.id, came.source) + encode(str(came.line))
        entropy = hashlib.sha256(place).digest()[:ENTROPY_BYTES]
        return uuid7(signed_at, entropy, place=came.line)
