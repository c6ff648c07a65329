"""What passes between a verb and a store: what a decision sees, and what it enters.

A *situation* is what the rows say while the store holds them; an *entry* is what one decision
on a signature writes, a *revision* what one decision on the petition writes. A store makes
either durable as a whole or not at all. These values know neither rules nor rows.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from attrs import field, frozen

from petitionkit.civil import instant, optional_instant
from petitionkit.facts import State
from petitionkit.limits import Choice
from petitionkit.petition import Petition
from petitionkit.signature import Amendment, Attempt, Signature
from petitionkit.tally import Tally

__all__ = [
    "NOBODY",
    "Admit",
    "Change",
    "Claim",
    "Delta",
    "Entry",
    "Holding",
    "Lookback",
    "Notice",
    "NoticeKind",
    "Request",
    "Revision",
    "Situation",
    "Trace",
    "Watch",
]

T = TypeVar("T")

NOBODY = UUID(int=0)
"""The holder of what nobody holds, where a store lists that too."""


@frozen(kw_only=True)
class Claim:
    """A keyed hash by which a signer is known; (realm, digest, slot) is unique among live ones.

    ``digest`` is 32 bytes and tells nothing without the key of id ``key``. ``slot`` tells apart
    those who may share one claim; 0 where nobody may.
    """

    kind: str
    key: str
    digest: bytes = field(repr=False)
    slot: int = 0


@frozen(kw_only=True)
class Holding:
    """Who holds a claim in which slot, by the id of their signature."""

    digest: bytes = field(repr=False)
    slot: int
    holder: UUID


@frozen(kw_only=True)
class Delta:
    """A change of counters: ``amount`` is added to each of them at an instant."""

    counters: tuple[str, ...]
    amount: int
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Watch:
    """A level to watch: when did the counter, at or after ``since``, first stand at it?

    Watching the same level again with a later ``since`` forgets the earlier reading.
    """

    counter: str
    level: int
    since: datetime = field(converter=instant)


class NoticeKind(Choice):
    """What is due to somebody because of what was committed."""

    CONFIRM = "confirm"
    REMIND = "remind"
    ALREADY_SIGNED = "already_signed"
    NOTHING = "nothing"
    """No mail is due: the mailbox has had its share. Written so that every way writes alike."""
    OPENED = "opened"
    THRESHOLD_REACHED = "threshold_reached"
    THRESHOLD_LOST = "threshold_lost"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    UNPAUSED = "unpaused"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    SUBMITTED = "submitted"
    SPONSORS_LOST = "sponsors_lost"
    RETURNED = "returned"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    HIDDEN = "hidden"
    REMOVED = "removed"
    RESTORED = "restored"
    REINSTATED = "reinstated"
    APPEALED = "appealed"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_DISMISSED = "appeal_dismissed"
    TRANSFER_OFFERED = "transfer_offered"
    TRANSFER_ACCEPTED = "transfer_accepted"
    UPDATED = "updated"
    TEXT_CHANGED = "text_changed"
    """What signers agreed to has changed: they are to be asked again."""


@frozen(kw_only=True)
class Notice:
    """Something that is due, committed together with its cause; it holds no address.

    ``attempt_id`` names the attempt to whose maker a mail is due; ``subject`` is a code such
    as a threshold's key. ``id`` serves as idempotency key when the notice is acted upon.
    """

    id: UUID
    kind: NoticeKind = field(converter=NoticeKind)
    petition_id: UUID
    at: datetime = field(converter=instant)
    attempt_id: UUID | None = None
    subject: str = ""


@frozen(kw_only=True)
class Trace:
    """That somebody of a role came from a source, a keyed hash; worth nothing from ``until`` on.

    A trace belongs to the petition whose entry leaves it, and to that petition's office.
    """

    source: str = field(repr=False)
    role: str
    at: datetime = field(converter=instant)
    until: datetime = field(converter=instant)


@frozen(kw_only=True)
class Lookback:
    """Which traces to count: of a role, from ``since`` on, of the petition or all its office."""

    role: str
    since: datetime = field(converter=instant)
    everywhere: bool = False


@frozen(kw_only=True)
class Situation:
    """What a decision on a signature sees, true until its entry is committed.

    ``counts`` are the counters as they stand; ``read_tally`` reads them with all level
    readings. Look at either while deciding, and only if the decision hangs on it: who does may
    have to wait for all others who sign. ``holders`` are the live signatures that hold any claim
    of the request, each once, in the order of their sequence; they may stand on another petition
    of the realm; ``holdings`` say who of them holds which claim. ``attempt`` and ``signature``
    are the rows that the request named, None where this petition has none such; ``signature`` is
    that of the attempt where the request named no other. ``mailed`` is how many of this
    petition's attempts bear one of the request's mailboxes and were mailed later than it asked
    about, the attempt that it names left out. ``traced`` are how many traces of the request's
    sources there are for each of its lookbacks; of those that come in at the very same moment a
    store may leave out each other's.
    """

    petition: Petition
    counts: Mapping[str, int]
    read_tally: Callable[[], Tally] = Tally
    holders: tuple[Signature, ...] = ()
    holdings: tuple[Holding, ...] = ()
    attempt: Attempt | None = None
    signature: Signature | None = None
    mailed: int = 0
    traced: tuple[int, ...] = ()


@frozen(kw_only=True)
class Entry(Generic[T]):
    """What one decision writes, and its answer.

    ``signature`` and ``attempt`` are inserted, or replace the row of the same id; only a
    signature that the decision was shown can be replaced, any other is new. ``claims``
    land with the signature; ``release`` gives up all claims that it held before. ``watches``
    watch levels anew, if they are watched: their readings are forgotten, and what stands after
    the deltas so far, this entry's included, counts. ``notices`` have ids of their own.
    ``amendment`` is kept beside the signature that it changed, ``trace`` for a while beside
    the petition. ``erase``: what is kept beside
    the signature says nothing of its signer any more; of its amendments, this one included,
    nothing stays of what stood before, and of the attempt that it came from neither particulars
    nor mailbox. ``reword`` is pure and writes anew what stood before in each of them (``was``), as
    under another key. An entry without rows writes nothing.
    """

    answer: T
    signature: Signature | None = None
    claims: tuple[Claim, ...] = ()
    release: bool = False
    erase: bool = False
    reword: Callable[[str], str] | None = None
    attempt: Attempt | None = None
    deltas: tuple[Delta, ...] = ()
    watches: tuple[Watch, ...] = ()
    notices: tuple[Notice, ...] = ()
    amendment: Amendment | None = None
    trace: Trace | None = None


Admit = Callable[[Situation], Entry[T]]
"""A pure decision on a signature; the store may call it more than once."""


@frozen(kw_only=True)
class Request(Generic[T]):
    """One decision asked of a store: which rows it must see, and the decision itself.

    ``admit`` is pure: the store may call it more than once, and writes nothing if it raises.
    Where ``holders`` is false the holders' rows are not read, holdings alone will do: reading
    rows takes time, and the time of a public answer must not tell who has signed. A store may
    then list claims that nobody holds as held by ``NOBODY``, so as to do the same for all.
    """

    admit: Admit[T]
    claims: tuple[Claim, ...] = ()
    attempt_id: UUID | None = None
    signature_id: UUID | None = None
    holders: bool = True
    mailboxes: tuple[str, ...] = ()
    mailed_after: datetime | None = field(default=None, converter=optional_instant)
    sources: tuple[str, ...] = field(default=(), repr=False)
    lookbacks: tuple[Lookback, ...] = ()

    def deciding(self, admit: Admit[T]) -> "Request[T]":
        """The same request with another decision, which sees the same rows."""
        return Request(
            admit=admit,
            claims=self.claims,
            attempt_id=self.attempt_id,
            signature_id=self.signature_id,
            holders=self.holders,
            mailboxes=self.mailboxes,
            mailed_after=self.mailed_after,
            sources=self.sources,
            lookbacks=self.lookbacks,
        )


@frozen(kw_only=True)
class Revision:
    """What one decision on the petition writes.

    ``state`` is that of the instant ``as_of`` and holds by itself until ``due_at`` (None: for
    ever); the store keeps all three so that lists and ``tick`` need not evaluate every
    petition. ``watches`` are all levels to watch from now on.
    """

    petition: Petition
    state: State
    as_of: datetime = field(converter=instant)
    due_at: datetime | None = field(default=None, converter=optional_instant)
    watches: tuple[Watch, ...] = ()
    notices: tuple[Notice, ...] = ()


Change = Callable[[Petition, Tally], Revision]
"""A pure decision on a petition; the store may call it more than once."""
