"""Facts: what has happened to a petition, kept for ever.

They hold ids, codes, instants and opaque actor references, and never personal data. Which
states they lead to is for ``lifecycle`` to say.
"""

from datetime import datetime

from attrs import field, frozen

from petitionkit.civil import instant, optional_instant
from petitionkit.limits import Choice

__all__ = ["Event", "Fact", "State"]


class State(Choice):
    """What a petition is at an instant; derived from facts and rules, never stored as truth."""

    DRAFT = "draft"
    GATHERING = "gathering"
    """Sponsors are signing, so that it may be looked at."""
    AWAITING_MODERATION = "awaiting_moderation"
    HELD = "held"
    """Set aside by a moderator, before it opened."""
    OPEN = "open"
    SUSPENDED = "suspended"
    PAUSED = "paused"
    CLOSED = "closed"
    LAPSED = "lapsed"
    """Over before it ever opened."""
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    """Taken down, and shown as such."""
    HIDDEN = "hidden"
    """Taken down, and shown to nobody but the office."""
    REMOVED = "removed"
    """Gone for good."""


class Event(Choice):
    """What can happen to a petition; the lifecycle table says when it may."""

    # Before it opens
    STARTED = "started"
    POLICY_PINNED = "policy_pinned"
    TEXT_CHANGED = "text_changed"
    AUTHOR_ACCEPTED = "author_accepted"
    SPONSORING_BEGUN = "sponsoring_begun"
    SUBMITTED = "submitted"
    SPONSORS_LOST = "sponsors_lost"
    HELD = "held"
    RETURNED = "returned"
    LAPSED = "lapsed"
    # While it runs
    OPENED = "opened"
    EXTENDED = "extended"
    POLICY_AMENDED = "policy_amended"
    DEADLINE_MOVED = "deadline_moved"
    """By an amendment that says so."""
    COUNTED_AGAIN = "counted_again"
    """Signatures were put into the counters of an amended policy."""
    RECOUNTED = "recounted"
    """Counters that did not agree with the signatures were put right."""
    THRESHOLD_REACHED = "threshold_reached"
    THRESHOLD_LOST = "threshold_lost"
    COUNT_DECLARED = "count_declared"
    FOUND = "found"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    PAUSED = "paused"
    UNPAUSED = "unpaused"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    # Restricted, and what is said against it
    REJECTED = "rejected"
    HIDDEN = "hidden"
    REMOVED = "removed"
    RESTORED = "restored"
    """Sent back to moderation, as if it had never been open."""
    REINSTATED = "reinstated"
    """Put back to what it would be without the restriction."""
    APPEALED = "appealed"
    APPEAL_UPHELD = "appeal_upheld"
    """The appeal was right: the restriction is lifted as if it had not been."""
    APPEAL_DISMISSED = "appeal_dismissed"
    REPORTED = "reported"
    REPORTS_SETTLED = "reports_settled"
    # Who it belongs to and what it belongs with
    TRANSFER_OFFERED = "transfer_offered"
    TRANSFER_ACCEPTED = "transfer_accepted"
    TRANSFER_ENDED = "transfer_ended"
    RELATED = "related"
    TAGGED = "tagged"
    """Listed under other tags from now on."""
    UPDATED = "updated"
    # What addressees do with it
    DELIVERED = "delivered"
    ANSWERED = "answered"
    ANSWER_RETRACTED = "answer_retracted"
    DEBATE_SCHEDULED = "debate_scheduled"
    DEBATE_CANCELLED = "debate_cancelled"
    DEBATED = "debated"
    VICTORY_CLAIMED = "victory_claimed"
    VICTORY_CONFIRMED = "victory_confirmed"
    VICTORY_DENIED = "victory_denied"


@frozen(kw_only=True)
class Fact:
    """One thing that happened, kept for ever; it holds no personal data.

    ``at`` is the instant from which it is true, ``recorded_at`` when it was written down:
    a deadline that passed at midnight is recorded by a job at seven, and closed the petition
    at midnight. ``actor`` is the embedder's opaque reference. ``rule`` names the rule that
    decided, ``subject`` what it is about (a digest, a threshold's key, a reason), ``until``
    the instant that it promises (a deadline), ``numbers`` the figures that it rested on,
    ``reason`` says more as a code (why a policy was amended, the source of a declared count),
    and ``engine`` the version of petitionkit that decided.
    """

    event: Event = field(converter=Event)
    at: datetime = field(converter=instant)
    recorded_at: datetime = field(converter=instant)
    actor: str = ""
    rule: str = ""
    subject: str = ""
    until: datetime | None = field(default=None, converter=optional_instant)
    numbers: tuple[tuple[str, int], ...] = ()
    reason: str = ""
    engine: str = ""

    def number(self, name: str) -> int:
        """One figure that the fact rested on; ``KeyError`` where it has none of that name."""
        return dict(self.numbers)[name]
