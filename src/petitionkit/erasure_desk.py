"""Erasing at the desk: one signer, and by the policy's retention; planned, carried out, replayed.

Carrying out goes in batches, each a write of its own. Stopped half way it goes on where it was:
what is erased already is passed over. Nothing here knows when to run; call it from a job.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from petitionkit.binding import Binding
from petitionkit.civil import Duration, instant
from petitionkit.erasing import ErasingStore, KeyedStore, SearchedElsewhere
from petitionkit.errors import NotFoundError, StoreContractError
from petitionkit.ledger import Admit, Request
from petitionkit.outcomes import Erased, EraseOutcome, Refused
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.retention import ErasureRecord, RetentionRule, Whom
from petitionkit.retention_plan import HOLD, PlannedErasure, RetentionPlan, due_from, on_hold
from petitionkit.rules import Passed
from petitionkit.signature import Signature
from petitionkit.store import every_petition, every_signature
from petitionkit.verbs import attempts, erasing

__all__ = ["ErasureDesk"]

_BATCH = 500
_WHOLE = RetentionRule(key="signer", when=Passed(passed=Duration(days=1), since=("closed",)))
"""Everything of one signer."""


class ErasureDesk(Binding):
    """What the desk does so that people are forgotten and numbers are not."""

    def _eraser(self) -> ErasingStore:
        store = self._store
        if not isinstance(store, ErasingStore):
            raise StoreContractError("this store cannot erase; give it what ErasingStore asks for")
        return store

    def erase(self, signature_id: UUID, *, actor: str = "") -> EraseOutcome:
        """Erase who signed; nothing of them is left in signature, change rows and attempt.

        While the petition runs this takes the signature back as well: its signer may sign
        anew, unless the policy keeps ``spent_claims``. Once the petition is over the signature
        goes on counting. ``kept`` in the answer says why claims are still held, where they are.
        Keep the answer's ``record``. Erasing again answers the same.
        """
        self._eraser()
        now = self._now()
        signature = self._store.signature(signature_id)
        petition, policy = self._rules(signature.petition_id) if signature else (None, None)
        if petition is None or policy is None:
            return Refused(problems=(problem("signature.not_found", "signature"),))
        if self._is_over(petition, policy, now) and not erasing.keeps_claims(petition, policy):
            petition = self._revise(petition.id, actor, erasing.note_claims_gone)
        request: Request[EraseOutcome] = Request(
            admit=lambda seen: erasing.erase_signer(seen, policy=policy, now=now, actor=actor),
            signature_id=signature_id,
        )
        [outcome] = self._decided(petition, [request])
        self._forget_elsewhere(signature)
        return outcome

    def _forget_elsewhere(self, signature: Signature | None) -> None:
        if signature is not None:
            for place in self._elsewhere:
                place.forget_one(signature.petition_id, signature)

    def _searched(self) -> list[SearchedElsewhere]:
        """Where else a signer can be looked for."""
        return [one for one in self._elsewhere if isinstance(one, SearchedElsewhere)]

    def _forget_excerpt(self, petition_id: UUID, place: str) -> None:
        for one in self._searched():
            one.forget_excerpt(petition_id, place)

    def destroy_keys(self, petition_id: UUID, *, actor: str = "") -> EraseOutcome:
        """Forget everybody behind a petition that is over, here and in every backup of the store.

        For a ``KeyedStore``, such as ``EncryptedStore``. Its people and their claims are erased
        as by retention, then its data keys are destroyed: there is no way back. ``kept`` says
        why claims are still held, where other petitions count the same people. Keep the
        ``record``: a backup of the wrapped keys has them again, and replaying destroys them.
        ``Refused`` where the petition is not over or is on hold. Interrupted, call it again.
        """
        store = self._keyed()
        now = self._now()
        petition, policy = self._rules(petition_id)
        if policy is None or not self._is_over(petition, policy, now):
            return Refused(problems=(problem("petition.not_over", "petition"),))
        if on_hold(petition):
            return Refused(problems=(problem("petition.on_hold", "petition"),))
        kept = erasing.SHARED_REALM if petition.realm in self._busy_realms(now) else ""
        changed = self._forget_all(petition, actor, release=not kept)
        store.destroy_keys(petition.id)
        record = ErasureRecord(
            at=now, petition_id=petition.id, keys_destroyed=True, signatures=changed
        )
        return Erased(record=record, kept=kept)

    def _keyed(self) -> KeyedStore:
        store = self._store
        if not isinstance(store, KeyedStore):
            raise StoreContractError("this store has no data keys; give the desk an EncryptedStore")
        return store

    def plan_retention(self, now: datetime | None = None) -> RetentionPlan:
        """Tell what the policies' retention would erase now, or at another instant.

        Reads all petitions, and the signatures of those of which something is due.
        """
        at = self._now() if now is None else instant(now)
        return RetentionPlan(at=at, erasures=tuple(self._due(at)))

    def apply_retention(self, plan: RetentionPlan, *, actor: str = "") -> Iterator[ErasureRecord]:
        """Carry a plan out, petition by petition; yields a record of each as it is done.

        Only what is still due now is erased, and nothing that is held. Keep the records where
        a restored backup does not reach them. A plan that was carried out yields nothing.
        """
        self._eraser()
        now = self._now()
        busy = self._busy_realms(now)
        for planned in plan.erasures:
            petition, policy = self._rules(planned.petition_id)
            if policy is None or planned.rule not in policy.retention.rules:
                continue
            due = due_from(
                petition, policy, planned.rule, self._store.tally(petition.id), min(plan.at, now)
            )
            if due is None or due > now or self._held(petition, planned.rule, busy):
                continue
            changed = self._carry_out(petition, planned.rule, actor)
            if changed is not None:
                yield ErasureRecord(
                    at=now, petition_id=petition.id, rule=planned.rule, signatures=changed
                )

    def replay_erasures(self, records: Iterable[ErasureRecord], *, actor: str = "") -> int:
        """Erase again what records say was erased, after a backup was restored.

        Whatever the restored facts say: what was erased once is erased. Claims are given up
        only where the petition is over here too. Returns how many signatures changed;
        petitions and signatures that the backup does not know are passed over.
        """
        self._eraser()
        changed = 0
        for record in records:
            try:
                petition = self._store.petition(record.petition_id)
            except NotFoundError:
                if record.keys_destroyed:  # they may have come back without it
                    self._keyed().destroy_keys(record.petition_id)
                continue
            if record.keys_destroyed:
                changed += self._destroy_again(petition, actor)
            elif record.rule is not None:
                changed += self._carry_out(petition, record.rule, actor) or 0
            elif record.signature_id is not None:
                changed += self._erase_again(petition, record, record.signature_id, actor)
            elif record.attempt_id is not None:
                self._erase_attempt(petition, record.attempt_id)
            else:
                self._forget_excerpt(petition.id, record.place)
        return changed

    def _erase_again(
        self, petition: Petition, record: ErasureRecord, signature_id: UUID, actor: str
    ) -> int:
        signature = self._store.signature(signature_id)
        self._forget_elsewhere(signature)
        if signature is None or signature.erased:
            return 0
        if not record.counts:
            self.erase(signature_id, actor=actor)
            return 1
        admit = partial(erasing.reduce, rule=_WHOLE, release=False)
        return sum(self._decided(petition, [Request(admit=admit, signature_id=signature_id)]))

    def _destroy_again(self, petition: Petition, actor: str) -> int:
        """Whatever the restored facts say, nobody is left; claims go where it is over here too."""
        store, now = self._keyed(), self._now()
        policy = self._policy_of(petition)
        over = policy is not None and self._is_over(petition, policy, now)
        release = over and petition.realm not in self._busy_realms(now)
        changed = self._forget_all(petition, actor, release=release)
        store.destroy_keys(petition.id)
        return changed

    def _erase_attempt(self, petition: Petition, attempt_id: UUID) -> EraseOutcome:
        request: Request[EraseOutcome] = Request(
            admit=partial(attempts.erase, now=self._now()), attempt_id=attempt_id
        )
        return self._decided(petition, [request])[0]

    def _is_over(self, petition: Petition, policy: Policy, now: datetime) -> bool:
        return erasing.is_final(petition, policy, self._store.tally(petition.id), now)

    def _petitions(self) -> Iterator[Petition]:
        return map(self._store.petition, every_petition(self._store))

    def _busy_realms(self, now: datetime) -> frozenset[str]:
        """Realms in which some petition is not over, so that its claims are needed."""
        found = set()
        for petition in self._petitions():
            policy = self._policy_of(petition)
            shared = petition.realm != str(petition.id)
            if shared and not (policy and self._is_over(petition, policy, now)):
                found.add(petition.realm)
        return frozenset(found)

    def _held(self, petition: Petition, rule: RetentionRule, busy: Collection[str]) -> str:
        if on_hold(petition):
            return HOLD
        shared = rule.whom is Whom.SIGNERS and petition.realm in busy
        return erasing.SHARED_REALM if shared else ""

    def _due(self, at: datetime) -> Iterator[PlannedErasure]:
        busy = self._busy_realms(at)
        for petition in self._petitions():
            policy = self._policy_of(petition)
            if policy is None or not policy.retention.rules:
                continue
            tally = self._store.tally(petition.id)
            for rule in policy.retention.rules:
                due = due_from(petition, policy, rule, tally, at)
                if due is None or due > at:
                    continue
                signatures, more = self._telling(petition, rule)
                if signatures or more:
                    yield PlannedErasure(
                        petition_id=petition.id,
                        rule=rule,
                        due_at=due,
                        signatures=signatures,
                        held=self._held(petition, rule, busy),
                    )

    def _telling(self, petition: Petition, rule: RetentionRule) -> tuple[int, bool]:
        """How many signatures a rule concerns, and whether it has something else to erase."""
        if rule.whom is Whom.STARTER:
            return 0, erasing.tells_of_starter(petition)
        numbered = every_signature(self._store, petition.id)
        concerned = sum(erasing.concerns(rule, one.signature) for one in numbered)
        beside = self._eraser().telling_attempts(petition.id)
        return concerned, any((beside, *(one.telling(petition.id) for one in self._elsewhere)))

    def _carry_out(self, petition: Petition, rule: RetentionRule, actor: str) -> int | None:
        """Carry a rule out in batches; tells how many signatures changed, None: nothing did."""
        if rule.whom is Whom.STARTER:
            return 0 if self._forget_starter(petition, actor) else None
        policy = self._policy_of(petition)
        release = policy is not None and self._is_over(petition, policy, self._now())
        if release:
            petition = self._revise(petition.id, actor, erasing.note_claims_gone)
        admit = partial(erasing.reduce, rule=rule, release=release)
        changed = self._of_each(petition, admit, partial(erasing.concerns, rule))
        blanked = self._forget_beside(petition)
        return changed if changed or blanked else None

    def _forget_all(self, petition: Petition, actor: str, *, release: bool) -> int:
        """Leave nothing of anybody behind a petition; tells how many signatures changed."""
        if release:
            petition = self._revise(petition.id, actor, erasing.note_claims_gone)
        changed = self._of_each(petition, partial(erasing.forget, release=release))
        self._forget_beside(petition)
        self._forget_starter(petition, actor)
        return changed

    def _forget_starter(self, petition: Petition, actor: str) -> bool:
        """Erase who started a petition; tells whether anything said so."""
        telling = erasing.tells_of_starter(petition)
        if telling:
            self._revise(petition.id, actor, erasing.erase_starter)
        return telling

    def _of_each(
        self,
        petition: Petition,
        admit: Admit[int],
        wanted: Callable[[Signature], bool] = lambda _: True,
    ) -> int:
        """Change the signatures of a petition that are wanted, in batches; tells how many did."""
        changed, after = 0, 0
        while page := self._store.signatures(petition.id, after=after, limit=_BATCH):
            concerned = [
                Request(admit=admit, signature_id=one.signature.id)
                for one in page
                if wanted(one.signature)
            ]
            changed += sum(self._decided(petition, concerned))
            after = page[-1].number
        return changed

    def _forget_beside(self, petition: Petition) -> int:
        """Blank attempts and what is kept elsewhere; tells of how many things."""
        store, blanked = self._eraser(), 0
        while some := store.erase_attempts(petition.id, limit=_BATCH):
            blanked += some
        return blanked + sum(place.forget(petition.id) for place in self._elsewhere)
