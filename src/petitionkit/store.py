"""The port: what petitionkit asks of a store. The docstrings are the contract.

A store knows rows and transactions and no rule. It makes one decision durable at a time: it
shows the decision what the rows say, and commits what the decision returns, or nothing.
Every store satisfies ``Store`` by its shape; nothing needs to inherit from it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable
from uuid import UUID

from attrs import frozen

from petitionkit.dispatch import Dispatch
from petitionkit.ledger import Change, Notice, Request, Revision
from petitionkit.petition import Petition
from petitionkit.signature import Amendment, Attempt, Signature
from petitionkit.tally import Drift, Tally

__all__ = [
    "SLUG",
    "Accountable",
    "Attended",
    "DueAttempt",
    "DuePetition",
    "Health",
    "Mending",
    "Minute",
    "NumberedAttempt",
    "NumberedSignature",
    "Store",
    "every_pending",
    "every_petition",
    "every_signature",
]

T = TypeVar("T")

SLUG = "slug"
"""The system under which ``find`` looks for slugs."""


@frozen(kw_only=True)
class NumberedSignature:
    """A signature with its sequence number, by which pages go on."""

    number: int
    signature: Signature


@frozen(kw_only=True)
class NumberedAttempt:
    """An attempt with its sequence number, by which pages go on."""

    number: int
    attempt: Attempt


@frozen(kw_only=True)
class DuePetition:
    """A petition whose stored state holds only until ``due_at``."""

    petition_id: UUID
    due_at: datetime


@frozen(kw_only=True)
class DueAttempt:
    """An attempt that is to be looked at again at ``due_at``."""

    attempt_id: UUID
    petition_id: UUID
    due_at: datetime


@frozen(kw_only=True)
class Minute:
    """What came in and what was counted in one minute, which begins at ``at`` (UTC).

    ``received`` are attempts and those signatures that came without one, by the instant of
    receipt; ``counted`` is by how much a counter moved, gains less losses.
    """

    at: datetime
    received: int = 0
    counted: int = 0


@frozen(kw_only=True)
class Health:
    """What waits in a store, for whoever is on duty; instants are None where nothing waits.

    ``oldest_notice`` is the instant of the oldest notice that nobody has acknowledged,
    ``overdue`` counts petitions whose state has ceased to hold by itself, the first of them at
    ``overdue_since``, and ``unfolded`` the moves of counters that are not folded yet. None of
    it makes an answer wrong; growing, it says that a worker or ``tick`` stands still.
    """

    notices: int = 0
    oldest_notice: datetime | None = None
    dead_notices: int = 0
    unfolded: int = 0
    overdue: int = 0
    overdue_since: datetime | None = None


Mending = Callable[[Petition, Tally, Sequence[Drift]], Revision]
"""What is recorded of counters that were put right; the tally is the one after it."""


class Store(Protocol):
    """Where petitions, signatures and notices are kept.

    Promised of every method that writes: what it was given a pure function for, it may call
    more than once; if the function raises, nothing has changed and the same exception comes
    out; what the function saw is still true when its answer is committed; when the method
    returns, everything that the answer wrote is there, or will be when the caller's own
    transaction commits where the store joins one. Values come back equal to what was written,
    down to the microsecond. Exceptions: ``NotFoundError`` for an unknown petition,
    ``StoreUnavailableError`` where the database cannot be used, with nothing written.
    """

    def add_policy(self, digest: str, document: str) -> None:
        """Keep a policy document under its digest; adding it again changes nothing."""
        ...  # pragma: no cover (a protocol's body never runs)

    def policy(self, digest: str) -> str:
        """The document of a digest; ``NotFoundError`` where there is none."""
        ...  # pragma: no cover (a protocol's body never runs)

    def add(self, revision: Revision) -> Petition:
        """Insert a new petition with all that its revision says; returns it as it is kept.

        ``AlreadyExistsError`` if its id is taken, or one of its slugs or identifiers within
        its office.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def petition(self, petition_id: UUID) -> Petition:
        """The petition as last written; ``NotFoundError`` where there is none."""
        ...  # pragma: no cover (a protocol's body never runs)

    def find(self, office: str, system: str, value: str) -> UUID | None:
        """The petition of an office with this slug (system ``slug``) or outside identifier."""
        ...  # pragma: no cover (a protocol's body never runs)

    def petitions(self, *, after: UUID | None = None, limit: int = 100) -> Sequence[UUID]:
        """Ids of all petitions in the order of their ids, those after ``after`` first."""
        ...  # pragma: no cover (a protocol's body never runs)

    def update(self, petition_id: UUID, change: Change) -> Petition:
        """Decide on the petition alone, no other write to it or its signatures in between.

        ``change`` gets the petition and its tally. Facts are only ever added: a revision that
        drops or alters one raises ``StoreContractError``. A changed petition is written with
        the next version number; one that is equal keeps its version. Returns it as written.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        """Decide on signatures, one request after the other, in one transaction.

        Each decision sees the effect of those before it, and the petition just as ``petition``
        would read it; where that is not the one that was reckoned with, it raises, and the
        store writes nothing. Claims are unique: where a
        (realm, digest, slot) is held by a live signature, an entry that claims it for another
        one raises ``StoreContractError`` (decisions look at ``holders`` first, and a store
        that lost a race calls them again); claiming again what one holds changes nothing.
        Counters move by the deltas, exactly.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def tally(self, petition_id: UUID) -> Tally:
        """Counts and level readings now.

        A reading is the first instant, not before the watch's ``since``, at which the running
        sum over committed deltas, in the order of (instant, sequence), stood at the level.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def signature(self, signature_id: UUID) -> Signature | None:
        """A signature by its id, live or not; None where there is none."""
        ...  # pragma: no cover (a protocol's body never runs)

    def signatures(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedSignature]:
        """Signatures in the order in which they were written, those numbered above ``after``.

        Pages that go on from the last number neither skip nor repeat, also while signatures
        arrive.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def attempt(self, attempt_id: UUID) -> Attempt | None:
        """An attempt by its id; None where there is none."""
        ...  # pragma: no cover (a protocol's body never runs)

    def pending(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedAttempt]:
        """Attempts that became no signature and were not erased, in the order of their numbers.

        An attempt keeps its number for ever. Pages that go on from the last number repeat
        nothing; what arrives meanwhile may be left out.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def due_attempts(self, *, limit: int = 100) -> Sequence[DueAttempt]:
        """The attempts that are to be looked at first, in the order of their instants."""
        ...  # pragma: no cover (a protocol's body never runs)

    def amendments(self, signature_id: UUID) -> Sequence[Amendment]:
        """How a signature was changed, in the order in which it was."""
        ...  # pragma: no cover (a protocol's body never runs)

    def minutes(self, petition_id: UUID, counter: str) -> Sequence[Minute]:
        """Every minute in which something came in or the counter moved, in order."""
        ...  # pragma: no cover (a protocol's body never runs)

    def forget_traces(self, before: datetime) -> None:
        """Erase the traces that are worth nothing from ``before`` on; none is no error."""
        ...  # pragma: no cover (a protocol's body never runs)

    def claim_keys(self) -> Sequence[str]:
        """Ids of all keys that claims in this store were ever made with, sorted."""
        ...  # pragma: no cover (a protocol's body never runs)

    def due(self, *, limit: int = 100) -> Sequence[DuePetition]:
        """The petitions that are due first, in the order of their instants.

        A petition is due when its stored state ceases to hold by itself, and as soon as a
        watched level has been reached or is watched anew (from its ``since`` on: what it led to
        may be lost); a store that is not sure may call it due too early.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def notices(self, *, limit: int = 100) -> Sequence[Notice]:
        """Notices that were neither acknowledged nor given up, the oldest first."""
        ...  # pragma: no cover (a protocol's body never runs)

    def lease(self, *, now: datetime, until: datetime, limit: int = 100) -> Sequence[Dispatch]:
        """Hand out notices that are due, those first that are due longest.

        A notice is due at its own instant. What is handed out counts one try more and is due
        again at ``until``: whoever asks meanwhile gets others, and waits for nobody. So each
        notice is with one worker at a time, and a worker that dies loses none; one that is
        slower than its lease may act upon a notice that another acts upon too, under the same
        id.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def put_off(self, dispatch: Dispatch, *, until: datetime | None, reason: str) -> bool:
        """Make a notice that was leased due again at an instant, or dead where that is None.

        ``dispatch`` is what the lease gave. Where the notice was acknowledged or leased again
        since, nothing changes; tells whether something did. Its tries stay.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def dead_notices(self, *, limit: int = 100) -> Sequence[Dispatch]:
        """Notices that were given up, the oldest first, with the reason of the last failure."""
        ...  # pragma: no cover (a protocol's body never runs)

    def revive(self, notice_id: UUID, *, at: datetime) -> bool:
        """Make a dead notice due at an instant as if it had never been tried; tells if it was."""
        ...  # pragma: no cover (a protocol's body never runs)

    def acknowledge(self, notice_id: UUID) -> None:
        """Drop a notice that was acted upon, dead or not; an unknown one is no error."""
        ...  # pragma: no cover (a protocol's body never runs)

    def close(self) -> None:
        """Give back what the store holds open; closing twice is closing once."""
        ...  # pragma: no cover (a protocol's body never runs)


@runtime_checkable
class Attended(Protocol):
    """A store that tells what waits in it."""

    def health(self, now: datetime) -> Health:
        """What waits at an instant. Cheap: it reads no signatures."""
        ...  # pragma: no cover (a protocol's body never runs)


@runtime_checkable
class Accountable(Protocol):
    """A store that can hold its counters against its signatures, and put them right."""

    def drift(self, petition_id: UUID) -> Sequence[Drift]:
        """Counters that do not agree with the live signatures, by name; reads them all.

        What it compares is of one moment, whoever signs meanwhile.
        """
        ...  # pragma: no cover (a protocol's body never runs)

    def mend(self, petition_id: UUID, change: Mending, *, at: datetime) -> Petition:
        """Make every counter what the live signatures say, and write what ``change`` returns.

        What the deltas lack is entered as a delta of the instant ``at``: no earlier one is
        altered, so that a level that was once reached stays so. Nothing is asked, or written,
        where there is no drift. Otherwise as ``Store.update``.
        """
        ...  # pragma: no cover (a protocol's body never runs)


def every_petition(store: Store) -> Iterator[UUID]:
    """Turn all pages of petitions; each is there once, however many begin meanwhile."""
    after: UUID | None = None
    while page := store.petitions(after=after):
        yield from page
        after = page[-1]


def every_pending(store: Store, petition_id: UUID) -> Iterator[NumberedAttempt]:
    """All attempts that became no signature and are not erased, page by page."""
    after = 0
    while page := store.pending(petition_id, after=after):
        yield from page
        after = page[-1].number


def every_signature(store: Store, petition_id: UUID) -> Iterator[NumberedSignature]:
    """All signatures of a petition, live or not, page by page in the order of their numbers."""
    after = 0
    while page := store.signatures(petition_id, after=after):
        yield from page
        after = page[-1].number
