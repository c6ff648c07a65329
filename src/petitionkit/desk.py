"""The desk: where an app asks for what it wants done.

Binds a store, secrets, a clock and a source of ids to the verbs; each writing method is one
writing call of the store, and what it answers is true once that is committed. The desk decides
nothing itself: rules are in the policy, decisions in the verbs.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import overload
from uuid import UUID

from petitionkit.acting import Acting, ActOutcome
from petitionkit.catalogue_desk import CatalogueDesk
from petitionkit.civil import Duration, instant
from petitionkit.codec import policy_digest, to_json
from petitionkit.counting import recounted
from petitionkit.errors import InvalidValueError
from petitionkit.ledger import Request
from petitionkit.moderation import Capacity
from petitionkit.outcomes import Ticked
from petitionkit.parties import Addressee, Author, Party
from petitionkit.petition import DeclaredCount, Identifier, Petition, PetitionText, Relation
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.proceedings import Proceedings, proceedings
from petitionkit.rights_desk import RightsDesk
from petitionkit.standing import Standing, standing
from petitionkit.tally import Tally
from petitionkit.timeline import Timeline, timeline
from petitionkit.upkeep_desk import UpkeepDesk
from petitionkit.verbs import office as office_verbs
from petitionkit.verbs import reform
from petitionkit.verbs.docket import settle

__all__ = ["Desk"]

NOTHING = Tally()
_PAGE = 1000
"""Signatures that are counted again in one transaction."""


class Desk(RightsDesk, UpkeepDesk, CatalogueDesk):
    """All that an app does with petitions, over one store.

    ``secrets`` makes claims and tokens (a ``KeyRing``, or your key service); ``clock`` returns
    an aware datetime; ``new_id`` returns a fresh UUID; ``lists`` returns the block and allow
    lists as they are now (they name people, so no policy holds them). Methods raise
    ``NotFoundError`` for an unknown petition and ``StoreUnavailableError`` where the store
    cannot be used.
    """

    # Petitions

    def start(
        self,
        *,
        texts: Sequence[PetitionText],
        starter: Party | None = None,
        addressees: Sequence[Addressee] = (),
        authors: Sequence[Author] = (),
        identifiers: Sequence[Identifier] = (),
        slugs: Sequence[str] = (),
        tags: Sequence[str] = (),
        related: Sequence[Relation] = (),
        office: str = "",
        realm: str = "",
        actor: str = "",
    ) -> Petition:
        """Begin a petition as a draft and keep it.

        Raises ``InvalidValueError`` with every problem of its parts and ``AlreadyExistsError``
        for a slug or identifier that is taken in the office.
        """
        petition = Petition(
            id=self._new_id(),
            office=office,
            realm=realm,
            starter=starter,
            texts=tuple(texts),
            addressees=tuple(addressees),
            authors=tuple(authors),
            identifiers=tuple(identifiers),
            slugs=tuple(slugs),
            tags=tuple(tags),
            related=tuple(related),
        )
        return self.add(petition, actor=actor)

    def add(
        self, petition: Petition, *, started_at: datetime | None = None, actor: str = ""
    ) -> Petition:
        """Keep a draft that was built elsewhere, such as one read from a file.

        ``started_at`` is when it was begun, where that was before it came here.
        """
        docket = self._docket(petition, NOTHING, None, actor)
        return self._store.add(office_verbs.start(docket, started_at=started_at))

    def take_over(self, petition: Petition, policy: Policy) -> Petition:
        """Keep a petition that has lived elsewhere, with its facts and declared counts."""
        docket = self._docket(petition, NOTHING, policy)
        revision = office_verbs.take_over(docket, digest=policy_digest(policy))
        self._keep(policy)
        return self._store.add(revision)

    def catch_up(self, petition_id: UUID, newer: Petition) -> Petition:
        """Record what a newer look at a petition that lives elsewhere tells: moments and counts.

        Where there is no news nothing is written.
        """
        there = self.petition(petition_id)
        if not any(office_verbs.news_of(there, newer)):
            return there
        return self._revise(petition_id, "", lambda d: office_verbs.catch_up(d, newer=newer))

    def _keep(self, policy: Policy) -> str:
        digest = policy_digest(policy)
        self._store.add_policy(digest, to_json(policy))
        return digest

    def find(self, office: str, system: str, value: str) -> Petition | None:
        """The petition of an office with this outside identifier, or slug (system ``slug``)."""
        petition_id = self._store.find(office, system, value)
        return None if petition_id is None else self._store.petition(petition_id)

    def petition(self, petition_id: UUID) -> Petition:
        """The petition as it stands."""
        return self._store.petition(petition_id)

    def policy(self, petition_id: UUID, *, at: datetime | None = None) -> Policy | None:
        """The policy in force, now or at an instant; None while none is pinned."""
        petition = self._store.petition(petition_id)
        return self._policy_of(petition if at is None else petition.ruled_at(instant(at)))

    def publish(
        self,
        petition_id: UUID,
        policy: Policy,
        *,
        opened_at: datetime | None = None,
        chosen: Duration | None = None,
        parameters: Mapping[str, int] = office_verbs.NO_PARAMETERS,
        actor: str = "",
    ) -> Petition:
        """Pin a policy and open the petition for signatures, from now on or ``opened_at``.

        ``chosen`` is the author's duration and ``parameters`` the numbers that the policy asks
        for, where it does.
        """
        digest = self._keep(policy)
        return self._revise(
            petition_id,
            actor,
            lambda docket: office_verbs.publish(
                docket,
                policy=policy,
                digest=digest,
                opened_at=opened_at,
                chosen=chosen,
                parameters=parameters,
            ),
        )

    def amend_policy(
        self,
        petition_id: UUID,
        policy: Policy,
        *,
        authority: str,
        reason: str,
        retroactive: bool = False,
        in_force_from: datetime | None = None,
        moves_deadline: bool = False,
        chosen: Duration | None = None,
        parameters: Mapping[str, int] = office_verbs.NO_PARAMETERS,
        actor: str = "",
    ) -> Petition:
        """Put another policy in force in mid-course, by a code of its authority and reason.

        It rules from now on, or from ``in_force_from``, which is not ahead: what follows from
        it follows from then on, and what was so before, by the old policy, stands. So do every
        signature and every counter that it stood in, and the deadline. ``moves_deadline``
        counts the deadline anew from the opening (``chosen`` is the author's duration, where
        the policy asks for one that they have not taken yet). ``retroactive`` means from the
        beginning: signatures stand in the counters of the new policy and in no others, but
        facts on record stand even so. Parameters that are not bound here keep their numbers.

        Where the new policy counts otherwise, all signatures are read page by page, each page
        in one transaction of the store, and get the counters of the new policy as of the
        instants from which they counted. Who signs meanwhile is counted by it already. If the
        process dies on the way, the next ``tick``, or ``count_again``, goes on.

        Raises ``IllegalStepError`` where no policy is pinned or this one is in force already,
        ``InvalidValueError`` where an argument does not fit.
        """
        self.count_again(petition_id)
        digest = self._keep(policy)
        self._revise(
            petition_id,
            actor,
            lambda docket: reform.amend_policy(
                docket,
                policy=policy,
                digest=digest,
                authority=authority,
                reason=reason,
                retroactive=retroactive,
                in_force_from=in_force_from,
                moves_deadline=moves_deadline,
                chosen=chosen,
                parameters=parameters,
            ),
        )
        return self.count_again(petition_id)

    def count_again(self, petition_id: UUID) -> Petition:
        """Finish counting signatures again; nothing where that is done.

        They are after an amendment, and after a change of the text to which signers are asked
        to agree anew.
        """
        petition, policy = self._rules(petition_id)
        if policy is None or not petition.to_count_again:
            return petition
        old = self._policy_by(petition.pinnings[-2:][0].subject)
        moves = reform.moves_signatures(petition, old, policy)
        moved = self._count_again(petition, policy) if moves else 0
        return self._revise(petition_id, "", partial(reform.note_counting_again, moved=moved))

    def _count_again(self, petition: Petition, policy: Policy) -> int:
        admit = partial(reform.count_again, policy=policy)
        moved, after = 0, 0
        while page := self._store.signatures(petition.id, after=after, limit=_PAGE):
            changed = [
                Request(admit=admit, signature_id=one.signature.id)
                for one in page
                if recounted(petition, policy, one.signature) != one.signature.counters
            ]
            moved += sum(self._decided(petition, changed))
            after = page[-1].number
        return moved

    def declare(self, petition_id: UUID, declared: DeclaredCount, *, actor: str = "") -> Petition:
        """Record a number that has no signatures behind it here."""
        return self._revise(
            petition_id, actor, lambda d: office_verbs.declare(d, declared=declared)
        )

    def record_finding(
        self,
        petition_id: UUID,
        finding: str,
        *,
        value: int = 1,
        at: datetime | None = None,
        source: str = "",
        actor: str = "",
    ) -> Petition:
        """Record what no policy can know (a dissolution, a verified number), from ``at`` on."""
        return self._revise(
            petition_id,
            actor,
            lambda d: office_verbs.record_finding(
                d, finding=finding, value=value, at=at, source=source
            ),
        )

    def pause(
        self,
        petition_id: UUID,
        *,
        reason: str = "",
        until: datetime | None = None,
        actor: str = "",
    ) -> Petition:
        """Stop taking signatures for a while, until ``until`` or until it is unpaused."""
        return self._revise(
            petition_id, actor, lambda d: office_verbs.pause(d, reason=reason, until=until)
        )

    def unpause(self, petition_id: UUID, *, actor: str = "") -> Petition:
        """Take signatures again."""
        return self._revise(petition_id, actor, office_verbs.unpause)

    @overload
    def acting(
        self, capacity: Capacity, *, actor: str = "", seen: None = None
    ) -> Acting[Petition]: ...

    @overload
    def acting(self, capacity: Capacity, *, actor: str = "", seen: int) -> Acting[ActOutcome]: ...

    def acting(
        self, capacity: Capacity, *, actor: str = "", seen: int | None = None
    ) -> Acting[Petition] | Acting[ActOutcome]:
        """Take a seat at the desk: as whom, in which capacity, having seen which version."""
        return Acting(
            capacity=capacity,
            actor=actor,
            seen=seen,
            store=self._store,
            revise=self._revise,
            keep=self._keep,
            count_again=self.count_again,
            now=self._now,
            observe=self._observe,
        )

    def proceedings(self, petition_id: UUID, *, at: datetime | None = None) -> Proceedings | None:
        """Response, debate, victory, appeal, queue and publicity, now or at another instant.

        None while the petition is a draft without a policy.
        """
        petition, policy = self._rules(petition_id)
        if policy is None:
            return None
        now = self._now() if at is None else instant(at)
        return proceedings(petition, policy, self._store.tally(petition_id), now)

    def standing(self, petition_id: UUID, *, at: datetime | None = None) -> Standing:
        """Status, counts, thresholds and what comes next, as one value.

        ``at`` asks for another instant than now: state, deadlines and the policy in force as
        they were or will be, counts as they are.
        """
        now = self._now() if at is None else instant(at)
        petition = self._store.petition(petition_id).ruled_at(now)
        tally = self._store.tally(petition_id)
        return standing(petition, self._policy_of(petition), tally, now)

    def timeline(self, petition_id: UUID) -> Timeline:
        """What everybody may know of what happened to a petition, and of what comes by itself."""
        petition, policy = self._rules(petition_id)
        return timeline(petition, policy, self._store.tally(petition_id), self._now())

    def tick(self, now: datetime | None = None, *, limit: int = 100) -> Ticked:
        """Record what has followed by itself up to ``now``, for at most ``limit`` petitions.

        ``now`` is the clock's unless given, and never ahead of it (``InvalidValueError``). As
        many attempts that nobody confirmed are reminded, or erased, as is due. Changes no
        answer, however late it comes: a deadline closes a petition whether or not anybody
        ticks. Run it when ``next_at`` comes, or every minute, from as many processes as you
        like.
        """
        at = self._now() if now is None else instant(now)
        if at > self._now():
            raise InvalidValueError([problem("date_in_future", "now")])
        due = [d for d in self._store.due(limit=limit) if d.due_at <= at]
        for one in due:
            self.count_again(one.petition_id)
            self._revise(one.petition_id, "", settle, now=at)
        self._store.forget_traces(at)
        self._follow_up([d for d in self._store.due_attempts(limit=limit) if d.due_at <= at], at)
        ahead = [d.due_at for d in self._store.due(limit=1)]
        ahead += [d.due_at for d in self._store.due_attempts(limit=1)]
        following = min(ahead, default=None)
        return Ticked(
            settled=len(due),
            more=following is not None and following <= at,
            next_at=following,
        )
