"""Bulk invalidation: what a rule means, tried dry, applied in batches, and taken back.

A rule is a selection with a name. It reaches signatures that count and attempts that are not
confirmed yet, and leaves the starter's alone unless it says otherwise. Each change is the desk's
own, one amendment with rule and actor, so that it shows wherever amendments do and can be undone.
Who is meant is for ``selection``; what an invalidation does to counts is for the desk.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from attrs import evolve, field, frozen

from petitionkit.codec import to_json
from petitionkit.desk import Desk
from petitionkit.duplicates.listings import Listing, listing_of
from petitionkit.duplicates.selection import Selection, selects
from petitionkit.errors import InvalidValueError
from petitionkit.limits import is_key, no_longer_than
from petitionkit.outcomes import Amended, AmendOutcome
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.signature import Attempt, Role, Signature
from petitionkit.standing import Standing, standing
from petitionkit.store import Store, every_pending, every_signature
from petitionkit.tally import Tally
from petitionkit.verbs.moves import fallen

__all__ = ["InvalidationRule", "Preview", "Progress", "Sweep"]

_PAGE = 1000
"""Rows that are looked at at once."""

T = TypeVar("T", Signature, Attempt)


@frozen(kw_only=True)
class InvalidationRule:
    """What is invalidated, and why.

    ``key`` is the rule's name, a code; ``summary`` says in up to 255 characters why it is there.
    ``starter`` lets it reach the starter's own signature too.
    """

    key: str = field(validator=is_key)
    means: Selection
    summary: str = field(default="", validator=no_longer_than(255))
    starter: bool = False

    @property
    def mark(self) -> str:
        """The ground that every change by this rule bears.

        Its key and the first 12 digits of the SHA-256 of all of it: a rule that says something
        else has another mark.
        """
        return f"{self.key}:{hashlib.sha256(to_json(self).encode()).hexdigest()[:12]}"


@frozen(kw_only=True)
class Preview:
    """What a rule would do now, as counted without doing it.

    ``signatures`` would count no longer, ``attempts`` would not count if they were confirmed,
    and ``spared`` are the starter's, which are meant and left alone. ``before`` and ``after``
    are the petition as it stands and as it would.
    """

    mark: str
    signatures: int
    attempts: int
    spared: int
    before: Standing
    after: Standing

    @property
    def lost(self) -> tuple[str, ...]:
        """Keys of the thresholds that were reached and would not be any more."""
        still = {one.key for one in self.after.thresholds if one.reached_at}
        were = (one.key for one in self.before.thresholds if one.reached_at)
        return tuple(key for key in were if key not in still)


@frozen(kw_only=True)
class Progress:
    """How far a run has come; keep it to go on from there.

    ``mark`` is the rule's. Of ``matching`` signatures and attempts, counted when the run began,
    ``done`` are changed; ``left`` were meant and could not be (withdrawn meanwhile, or signed
    again since). Everything up to the numbers ``attempt`` and ``signature`` has been seen to.
    """

    mark: str
    matching: int
    done: int = 0
    left: int = 0
    attempt: int = 0
    signature: int = 0
    finished: bool = False

    def beyond(self, done: int, left: int, *, attempt: int = 0, signature: int = 0) -> "Progress":
        """The progress after one more batch, which ended at one of the numbers."""
        return evolve(
            self,
            done=self.done + done,
            left=self.left + left,
            attempt=attempt or self.attempt,
            signature=signature or self.signature,
        )

    @property
    def percent(self) -> int:
        """How much is done, from 0 to 100; all of it where nothing matches."""
        if not self.matching:
            return 100
        return min(100, max(0, 100 * self.done // self.matching))


@frozen(kw_only=True)
class Sweep:
    """One petition's signatures and attempts, to try rules on and to apply them.

    ``listing`` tells what a rule may look at; give your own where you know more than the store
    does, such as the address that somebody signed from. Nothing runs by itself: a run goes on
    while its progress is asked for, each of which stands for one committed batch. To cancel it
    stop asking.
    """

    desk: Desk
    store: Store
    petition_id: UUID
    listing: Callable[[Signature | Attempt], Listing] = listing_of

    def preview(self, rule: InvalidationRule) -> Preview:
        """Count what a rule would do, in one pass, and work out which thresholds would go."""
        meant: Counter[bool] = Counter()  # by whether they have been signed
        fewer: Counter[str] = Counter()
        spared = 0
        for one in self._everybody():
            if self._means(rule, one):
                if _spared(rule, one):
                    spared += 1
                else:
                    meant[isinstance(one, Signature)] += 1
                    fewer.update(one.counters if isinstance(one, Signature) else ())
        petition, policy = self.desk.petition(self.petition_id), self.desk.policy(self.petition_id)
        now, tally = self.desk.standing(self.petition_id).at, self.store.tally(self.petition_id)
        left = _tally_without(petition, policy, tally, fewer, now) if policy else tally
        return Preview(
            mark=rule.mark,
            signatures=meant[True],
            attempts=meant[False],
            spared=spared,
            before=standing(petition, policy, tally, now),
            after=standing(petition, policy, left, now),
        )

    def invalidate(
        self,
        rule: InvalidationRule,
        *,
        actor: str,
        since: Progress | None = None,
        batch: int = 100,
    ) -> Iterator[Progress]:
        """Apply a rule: hold the attempts that it means, then invalidate the signatures.

        ``since`` goes on from a progress that was kept. Without it the run begins anew, which
        comes to the same: what bears the rule's mark already is not meant any more. ``batch`` is
        how many are changed in one transaction. Raises ``InvalidValueError`` for a progress of
        another rule, and ``PolicyAmendedError`` if the policy is amended meanwhile; then go on.
        """

        def meant(one: Signature | Attempt) -> bool:
            return self._means(rule, one) and not _spared(rule, one)

        return self._run(
            _begun(rule.mark, since) or Progress(mark=rule.mark, matching=self._count(meant)),
            meant,
            hold=partial(self.desk.hold_all, ground=rule.mark, actor=actor),
            amend=partial(self.desk.invalidate_all, ground=rule.mark, actor=actor),
            batch=batch,
        )

    def reinstate(
        self, mark: str, *, actor: str, since: Progress | None = None, batch: int = 100
    ) -> Iterator[Progress]:
        """Take back what a rule did, by its mark; otherwise as ``invalidate``.

        Only what bears the mark is reinstated, whoever else invalidated what. A signature whose
        signer has signed again since stays as it is, and is among those ``left``.
        """

        def bears(one: Signature | Attempt) -> bool:
            if isinstance(one, Attempt):
                return one.held == mark and one.pending
            return one.ground == mark and one.withdrawn_at is None

        return self._run(
            _begun(mark, since) or Progress(mark=mark, matching=self._count(bears)),
            bears,
            hold=partial(self.desk.hold_all, ground="", actor=actor),
            amend=partial(self.desk.reinstate_all, actor=actor),
            batch=batch,
        )

    def _means(self, rule: InvalidationRule, one: Signature | Attempt) -> bool:
        open_to_it = one.live if isinstance(one, Signature) else one.pending and not one.held
        return open_to_it and selects(rule.means, self.listing(one))

    def _everybody(self) -> Iterator[Signature | Attempt]:
        yield from (one.attempt for one in every_pending(self.store, self.petition_id))
        yield from (one.signature for one in every_signature(self.store, self.petition_id))

    def _count(self, meant: Callable[[Signature | Attempt], bool]) -> int:
        return sum(meant(one) for one in self._everybody())

    def _run(
        self,
        progress: Progress,
        meant: Callable[[Signature | Attempt], bool],
        *,
        hold: Callable[[Sequence[Attempt]], Sequence[bool]],
        amend: Callable[[Sequence[Signature]], Sequence[AmendOutcome | None]],
        batch: int,
    ) -> Iterator[Progress]:
        # Attempts first: one that is confirmed meanwhile is then a signature with a later number.
        petition_id = self.petition_id
        while attempts := self.store.pending(petition_id, after=progress.attempt, limit=_PAGE):
            rows = [(one.number, one.attempt) for one in attempts]
            for number, some in _batches(rows, meant, batch):
                done, left = _settled(some, hold, self.store.attempt, meant)
                progress = progress.beyond(done, left, attempt=number)
                yield progress
        while page := self.store.signatures(petition_id, after=progress.signature, limit=_PAGE):
            signed = [(one.number, one.signature) for one in page]
            for number, chosen in _batches(signed, meant, batch):
                done, left = _settled(chosen, amend, self.store.signature, meant)
                progress = progress.beyond(done, left, signature=number)
                yield progress
        yield evolve(progress, finished=True)


def _spared(rule: InvalidationRule, one: Signature | Attempt) -> bool:
    return one.role is Role.STARTER and not rule.starter


def _begun(mark: str, since: Progress | None) -> Progress | None:
    if since is not None and since.mark != mark:
        raise InvalidValueError([problem("other_rule", "since")])
    return since


def _batches(
    rows: Sequence[tuple[int, T]], meant: Callable[[T], bool], size: int
) -> Iterator[tuple[int, list[T]]]:
    """Those who are meant, so many at a time, and the number up to which all were looked at."""
    some: list[T] = []
    for number, one in rows:
        some += [one] if meant(one) else []
        if len(some) == size:
            yield number, some
            some = []
    yield rows[-1][0], some


def _settled(
    some: Sequence[T],
    change: Callable[[Sequence[T]], Sequence[AmendOutcome | bool | None]],
    read: Callable[[UUID], T | None],
    meant: Callable[[T], bool],
) -> tuple[int, int]:
    """Change all of them, and how many could be and could not.

    What has changed since it was read is read anew, and left alone if it is not meant any more.
    """
    done = left = 0
    while some:
        stale: list[T] = []
        for one, answer in zip(some, change(some), strict=True):
            if not answer:
                now = read(one.id)
                stale += [now] if now is not None and meant(now) else []
            elif answer is True or isinstance(answer, Amended):
                done += 1
            else:
                left += 1
        some = stale
    return done, left


def _tally_without(
    petition: Petition, policy: Policy, tally: Tally, fewer: Counter[str], now: datetime
) -> Tally:
    """The tally once signatures are gone: the same levels are watched anew as would be then."""
    counts = {one.counter: one.amount for one in tally.counts}
    gone = {(watch.counter, watch.level) for watch in fallen(petition, policy, counts, fewer, now)}
    return evolve(
        tally,
        counts=tuple(evolve(one, amount=one.amount - fewer[one.counter]) for one in tally.counts),
        levels=tuple(
            evolve(one, reached_at=None, since=now) if (one.counter, one.level) in gone else one
            for one in tally.levels
        ),
    )
