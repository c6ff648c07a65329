"""Answers of ordinary life, as values to ``match`` on.

The public answers (``Received`` or ``Refused``) never tell whether somebody has signed: a
``Received`` is equal to every other one. What staff and imports are told (``Accepted``,
``Duplicate``) is not for the public.
"""

import re
from datetime import datetime
from uuid import UUID

from attrs import field, frozen

from petitionkit.civil import instant, optional_instant
from petitionkit.petition import Petition
from petitionkit.problems import Problem, Remark
from petitionkit.retention import ErasureRecord

__all__ = [
    "Accepted",
    "AlreadySigned",
    "AmendOutcome",
    "Amended",
    "ConfirmOutcome",
    "Confirmed",
    "Conflict",
    "Duplicate",
    "EraseOutcome",
    "Erased",
    "IntakeOutcome",
    "LookOutcome",
    "Pending",
    "Received",
    "Refused",
    "SignOutcome",
    "Ticked",
    "WithdrawOutcome",
    "Withdrawn",
    "outcome_name",
]


@frozen(kw_only=True)
class Received:
    """The form was in order. Whether a mail follows, and which, is between us and the mailbox.

    ``remarks`` are hints about what was typed (a domain with a slip in it, a word of letters
    that look alike), and refuse nothing.
    """

    remarks: tuple[Remark, ...] = ()


@frozen(kw_only=True)
class Refused:
    """Not taken; ``problems`` lists everything that was wrong, and nothing was written."""

    problems: tuple[Problem, ...]


@frozen(kw_only=True)
class Accepted:
    """Counted. ``again``: this very line of this very roll was there already."""

    signature_id: UUID
    again: bool = False


@frozen(kw_only=True)
class Duplicate:
    """The same signer has a live signature: which, and the roll and line that it came from.

    ``source`` is empty and ``line`` 0 where the earlier one came by the web or a clerk.
    """

    of: UUID
    source: str = ""
    line: int = 0


@frozen(kw_only=True)
class Confirmed:
    """The link was opened and the signature counts; opening it again answers the same."""

    signature_id: UUID


@frozen(kw_only=True)
class AlreadySigned:
    """Told to the owner of the mailbox alone: another signature of theirs counts already."""


@frozen(kw_only=True)
class Conflict:
    """The petition has changed since the actor saw it: nothing was written.

    ``seen`` is the version that they saw, ``current`` the petition as it is.
    """

    seen: int
    current: Petition


@frozen(kw_only=True)
class Pending:
    """What a link is about before it is confirmed, for a page that asks once more.

    ``name`` is the name that would be signed with, and ``expires_at`` the end of the link.
    """

    petition_id: UUID
    name: str = field(repr=False)
    received_at: datetime = field(converter=instant)
    expires_at: datetime = field(converter=instant)


@frozen(kw_only=True)
class Amended:
    """The signature stands as it was asked for, whether or not it did before."""

    signature_id: UUID


@frozen(kw_only=True)
class Withdrawn:
    """The signature no longer counts and its signer may sign again."""

    signature_id: UUID


@frozen(kw_only=True)
class Erased:
    """The signature says no more who signed; ``record`` is to be kept, for restored backups.

    ``kept`` is the ground on which it still holds its claims, empty where it gave them up.
    """

    record: ErasureRecord
    kept: str = ""


@frozen(kw_only=True)
class Ticked:
    """What a tick did: how many petitions it settled, and whether ``more`` are due now.

    ``next_at`` (UTC) is when the next one is due; None where nothing follows by itself.
    """

    settled: int
    more: bool
    next_at: datetime | None = field(default=None, converter=optional_instant)


SignOutcome = Received | Refused
IntakeOutcome = Accepted | Duplicate | Refused
ConfirmOutcome = Confirmed | AlreadySigned | Refused
LookOutcome = Pending | Confirmed | AlreadySigned | Refused
WithdrawOutcome = Withdrawn | Refused
AmendOutcome = Amended | Duplicate | Refused
EraseOutcome = Erased | Refused


def outcome_name(kind: type) -> str:
    """The name of an outcome's class in small letters: ``already_signed``; empty for any other."""
    if kind.__module__ != __name__:
        return ""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
