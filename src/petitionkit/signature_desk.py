"""Signatures at the desk: signed, confirmed, taken in, amended, and what is due to whom.

Each writing method is one writing call of the store, and what it answers is true once that is
committed. Public answers never tell who has signed; those to staff do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from petitionkit.assessment import Sighting
from petitionkit.counting import SUPPORTERS
from petitionkit.disclosure import Reader
from petitionkit.errors import NotFoundError
from petitionkit.intake_desk import IntakeDesk, without_policy
from petitionkit.ledger import Admit, Entry, Request
from petitionkit.outcomes import (
    AmendOutcome,
    ConfirmOutcome,
    LookOutcome,
    Refused,
    SignOutcome,
    WithdrawOutcome,
)
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem
from petitionkit.series import Stretch, daily, hourly
from petitionkit.signature import (
    Amendment,
    Approval,
    Attempt,
    Attestation,
    Particulars,
    Signature,
    SignatureDraft,
    Visibility,
)
from petitionkit.store import DueAttempt, every_signature
from petitionkit.tokens import Purpose, Token, mint, read_token
from petitionkit.validation import rename
from petitionkit.verbs import amending, attempts, signing
from petitionkit.verbs.amending import Case
from petitionkit.verbs.reception import Reception

__all__ = ["SignatureDesk"]

T = TypeVar("T")


class SignatureDesk(IntakeDesk):
    """What the desk does with signatures."""

    def sign(
        self,
        petition_id: UUID,
        draft: SignatureDraft,
        *,
        attestations: Sequence[Attestation] = (),
        source: str = "",
        source_country: str = "",
        ground: str = "",
    ) -> SignOutcome:
        """Take what somebody filled in: ``Received``, or ``Refused`` with every problem.

        The answer is the same whether or not they have signed before; which mail is due is in
        the notices. ``attestations`` are there where the app has proved the signer already (an
        electronic identity): the signature then counts at once.

        ``source`` is the address of the Internet Protocol that it came from and
        ``source_country`` that address's country (ISO 3166-1 alpha-2) by the app's own table:
        by them, the policy's ``vigilance`` and the desk's lists it is assessed whether it
        will count. ``ground`` is one of the app's own on which it will not. The signer sees
        nothing of either; what is held can be reinstated. Refused writes nothing. Raises
        ``InvalidValueError`` for a source that is no address.
        """
        now, sighting = self._now(), Sighting(source=source, country=source_country)

        def ask(petition: Petition, policy: Policy | None) -> SignOutcome:
            made = (
                without_policy(petition, now)
                if policy is None
                else self._reception(petition, policy, now).sign(
                    draft, attestations=attestations, ground=ground, sighting=sighting
                )
            )
            if isinstance(made, Refused):
                self._see_again(petition)
                return made
            return self._decided(petition, [made], as_seen=True)[0]

        return self._by_sight(petition_id, ask)

    def look_at(self, token: str, *, petition_id: UUID | None = None) -> LookOutcome:
        """Tell what opening a confirmation link would do, and change nothing.

        For a page that shows the name and asks once more before it calls ``confirm``: mail
        scanners follow links, and press no button.
        """
        return self._opened(token, petition_id, Reception.look_at)

    def confirm(self, token: str, *, petition_id: UUID | None = None) -> ConfirmOutcome:
        """Open a confirmation link: the attempt becomes a signature that counts.

        Opening it again answers the same. ``Refused`` says why a link is void; one of another
        petition than ``petition_id``, where that is given, is.
        """
        return self._opened(token, petition_id, Reception.confirm)

    def resend(self, token: str) -> SignOutcome:
        """Note that a new link is due to whoever has this one, even if it has expired."""

        def resend(reception: Reception, attempt: Attempt, _: Token) -> Request[SignOutcome]:
            return reception.resend(attempt)

        return self._opened(token, None, resend, expired=True)

    def _opened(
        self,
        token: str,
        petition_id: UUID | None,
        verb: Callable[[Reception, Attempt, Token], Request[T]],
        *,
        expired: bool = False,
    ) -> T | Refused:
        """What a verb answers to whoever opened a link, even if it has ``expired``."""
        now = self._now()
        read = read_token(self._secrets, Purpose.CONFIRM, token, None if expired else now)
        if isinstance(read, Problem):
            return Refused(problems=(read,))
        attempt = self._store.attempt(read.subject)
        if attempt is None or petition_id not in (None, attempt.petition_id):
            return Refused(problems=(problem("token.invalid", "token"),))

        def ask(petition: Petition, policy: Policy | None) -> T | Refused:
            if policy is None:
                self._see_again(petition)
                return without_policy(petition, now)
            request = verb(self._reception(petition, policy, now), attempt, read)
            return self._decided(petition, [request], as_seen=True)[0]

        return self._by_sight(attempt.petition_id, ask)

    def _follow_up(self, due: Sequence[DueAttempt], now: datetime) -> None:
        """Remind and erase, one write for each petition."""
        for petition_id in dict.fromkeys(one.petition_id for one in due):
            petition, policy = self._rules(petition_id)
            found = [self._store.attempt(d.attempt_id) for d in due if d.petition_id == petition_id]
            if policy is not None:  # pragma: no branch (what has attempts has a policy)
                reception = self._reception(petition, policy, now)
                requests = [reception.follow_up(attempt) for attempt in found if attempt]
                self._store.sign(petition_id, requests)

    def withdraw(self, signature_id: UUID) -> WithdrawOutcome:
        """Take a signature back while the petition is open; its signer may sign again."""
        now = self._now()
        signature = self._store.signature(signature_id)
        petition, policy = self._rules(signature.petition_id) if signature else (None, None)
        if petition is None or policy is None:
            return Refused(problems=(problem("signature.not_found", "signature"),))
        request: Request[WithdrawOutcome] = Request(
            admit=lambda situation: signing.withdraw(situation, policy=policy, now=now),
            signature_id=signature_id,
        )
        return self._decided(petition, [request])[0]

    # After confirmation

    def token_for(self, signature_id: UUID, purpose: Purpose, *, days: int = 30) -> str:
        """Make a link's token with which a signer may withdraw, amend or unsubscribe.

        Raises ``NotFoundError`` where there is no such signature.
        """
        if self._store.signature(signature_id) is None:
            raise NotFoundError(f"no signature {signature_id} in this store; check the id")
        return mint(self._secrets, purpose, signature_id, 0, self._now() + timedelta(days=days))

    def open_link(self, token: str, purpose: Purpose) -> Signature | Refused:
        """The signature whose signer opened such a link, or why the link is void."""
        read = read_token(self._secrets, purpose, token, self._now())
        if isinstance(read, Problem):
            return Refused(problems=(read,))
        found = self._store.signature(read.subject)
        return found or Refused(problems=(problem("token.invalid", "token"),))

    def _amend(
        self,
        signature_id: UUID,
        change: Callable[[Case], Entry[AmendOutcome]],
        *,
        renamed: SignatureDraft | None = None,
        actor: str = "",
    ) -> AmendOutcome:
        now = self._now()
        while True:
            signature = self._store.signature(signature_id)
            _, policy = self._rules(signature.petition_id) if signature else (None, None)
            if signature is None or policy is None:
                return Refused(problems=(problem("signature.not_found", "signature"),))
            who = signature.particulars
            found = rename(policy, who, renamed) if renamed else who
            if not isinstance(found, Particulars):
                return Refused(problems=found)
            petition = self._store.petition(signature.petition_id)
            request = self._reception(petition, policy, now).amend(
                signature, change, particulars=found, actor=actor
            )
            [answer] = self._decided(petition, [request])
            if answer is not None:
                return answer

    def invalidate(self, signature_id: UUID, *, ground: str, actor: str = "") -> AmendOutcome:
        """Count a signature no longer, on a ground (a code of the app's); at any time."""
        return self._amend(signature_id, partial(amending.invalidate, ground=ground), actor=actor)

    def reinstate(self, signature_id: UUID, *, actor: str = "") -> AmendOutcome:
        """Count an invalidated signature again; ``Duplicate`` if its signer has signed since."""
        return self._amend(signature_id, amending.reinstate, actor=actor)

    def invalidate_all(
        self, signatures: Sequence[Signature], *, ground: str, actor: str = ""
    ) -> list[AmendOutcome | None]:
        """Invalidate signatures of one petition in one transaction; answers in order.

        Each is decided on as it was read: None tells that it has changed since, and nothing
        was done to it.
        """
        return self._amend_all(signatures, partial(amending.invalidate, ground=ground), actor)

    def reinstate_all(
        self, signatures: Sequence[Signature], *, actor: str = ""
    ) -> list[AmendOutcome | None]:
        """Reinstate signatures of one petition in one transaction; see ``invalidate_all``."""
        return self._amend_all(signatures, amending.reinstate, actor)

    def _amend_all(
        self,
        signatures: Sequence[Signature],
        change: Callable[[Case], Entry[AmendOutcome]],
        actor: str,
    ) -> list[AmendOutcome | None]:
        if not signatures:
            return []
        petition, policy = self._rules(signatures[0].petition_id)
        if policy is None:  # pragma: no cover (what has signatures has a policy)
            return [None for _ in signatures]
        reception = self._reception(petition, policy, self._now())
        requests = [
            reception.amend(one, change, particulars=one.particulars, actor=actor)
            for one in signatures
        ]
        return self._decided(petition, requests)

    def correct_name(
        self,
        signature_id: UUID,
        name: str = "",
        *,
        given_name: str = "",
        family_name: str = "",
        actor: str = "",
    ) -> AmendOutcome:
        """Correct a misspelt name, given as a whole or, where the form asks so, in two parts."""
        renamed = SignatureDraft(name=name, given_name=given_name, family_name=family_name)
        return self._amend(signature_id, amending.correct_name, renamed=renamed, actor=actor)

    def change_visibility(
        self, signature_id: UUID, visibility: Visibility, *, reader: Reader, actor: str = ""
    ) -> AmendOutcome:
        """Show a signer's name and comment to fewer people or to more, as the policy lets them.

        ``reader`` is as whom somebody asks for it. Where the policy says nothing else the signer,
        the organiser and moderators may show it to fewer, and the signer alone to more.
        """
        change = partial(amending.change_visibility, visibility=visibility, reader=reader)
        return self._amend(signature_id, change, actor=actor)

    def assign_region(self, signature_id: UUID, region: str, *, actor: str = "") -> AmendOutcome:
        """Say of which region a signer is; the counts of regions follow."""
        change = partial(amending.assign_region, region=region)
        return self._amend(signature_id, change, actor=actor)

    def review(
        self, signature_id: UUID, of: str, approval: Approval, *, ground: str = "", actor: str = ""
    ) -> AmendOutcome:
        """Record what a moderator found of a signer's ``name`` or ``comment``."""
        change = partial(amending.review, of=of, approval=approval, ground=ground)
        return self._amend(signature_id, change, actor=actor)

    def agree(self, signature_id: UUID) -> AmendOutcome:
        """Record that a signer agrees to the text as it is now; they count from now on.

        For the link that the signers of an earlier text are sent (``Purpose.AGREE``); those
        are ``not_agreed``.
        """
        return self._amend(signature_id, amending.agree)

    def not_agreed(self, petition_id: UUID) -> Iterator[Signature]:
        """Live signatures whose signers have not agreed to the text since a material edit."""
        petition = self._store.petition(petition_id)
        for numbered in every_signature(self._store, petition_id):
            signed = numbered.signature
            if signed.live and not petition.agreed(signed.text_digest, signed.language):
                yield signed

    def attest(self, signature_id: UUID, attestation: Attestation) -> AmendOutcome:
        """Add a proof, such as a register match; the counts that the policy names by it follow."""
        return self._amend(signature_id, partial(amending.attest, attestation=attestation))

    def unsubscribe(self, signature_id: UUID, consent: str) -> AmendOutcome:
        """Take back a signer's consent to be written to; the signature goes on counting."""
        return self._amend(signature_id, partial(amending.unsubscribe, consent=consent))

    def hold(self, attempt_id: UUID, *, ground: str, actor: str = "") -> None:
        """See to it that an attempt will not count, even if it is confirmed.

        For what turns out after it came in. Whoever confirms it sees nothing of it; what it
        then becomes can be reinstated. Without a ground it is let go, and will count. Raises
        ``NotFoundError`` for an unknown attempt.
        """
        self._change_attempt(
            attempt_id, lambda seen: attempts.hold(seen, ground=ground, actor=actor)
        )

    def hold_all(self, pending: Sequence[Attempt], *, ground: str, actor: str = "") -> list[bool]:
        """Hold attempts of one petition in one transaction; see ``hold``.

        False tells that one has changed since it was read, and nothing was done to it.
        """
        requests = [
            Request(
                admit=partial(attempts.hold_as_read, read=one, ground=ground, actor=actor),
                attempt_id=one.id,
            )
            for one in pending
        ]
        return self._store.sign(pending[0].petition_id, requests) if pending else []

    def note_bounce(self, of: UUID) -> None:
        """Record that the mail of an attempt or to a signature's signer came back.

        No more is due to that address from it. Raises ``NotFoundError`` for neither.
        """
        change = partial(amending.note_bounce, now=self._now())
        signature = self._store.signature(of)
        if signature is None:
            self._change_attempt(of, change)
        else:
            self._store.sign(signature.petition_id, [Request(admit=change, signature_id=of)])

    def _change_attempt(self, attempt_id: UUID, change: Admit[None]) -> None:
        attempt = self._store.attempt(attempt_id)
        if attempt is None:
            raise NotFoundError(f"no attempt {attempt_id} in this store; check the id")
        self._store.sign(attempt.petition_id, [Request(admit=change, attempt_id=attempt_id)])

    def amendments(self, signature_id: UUID) -> Sequence[Amendment]:
        """How a signature was changed since it was counted, in order."""
        return self._store.amendments(signature_id)

    # Numbers

    def counts(self, petition_id: UUID) -> Mapping[str, int]:
        """Signatures in every counter: persons, organisations, supporters, named counts ..."""
        counts = self._store.tally(petition_id).counts
        return MappingProxyType({count.counter: count.amount for count in counts})

    def daily(self, petition_id: UUID, *, counter: str = SUPPORTERS) -> tuple[Stretch, ...]:
        """How many were received and counted on each day of the petition's zone."""
        _, policy = self._rules(petition_id)
        minutes = self._store.minutes(petition_id, counter)
        return daily(minutes, policy.window.zone if policy else "UTC")

    def hourly(self, petition_id: UUID, *, counter: str = SUPPORTERS) -> tuple[Stretch, ...]:
        """How many were received and counted in each hour (UTC)."""
        return hourly(self._store.minutes(petition_id, counter))
