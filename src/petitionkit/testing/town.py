"""The people of a small town, and three policies of its office, each said twice.

``POLICIES`` are values of petitionkit; ``OFFICE_RULES`` say the same in the words of somebody who
works all out by hand. Neither is made from the other.
"""

from datetime import timedelta

from petitionkit.civil import Duration
from petitionkit.clauses import Closing, Threshold, Window, WindowEnd
from petitionkit.eligibility import Eligibility
from petitionkit.form import Confirmation, Counting
from petitionkit.moderation import Capacity
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft
from petitionkit.testing.oracle import Rules, end_of_second_day_after

__all__ = [
    "KNOWN_BY",
    "LEVELS",
    "OFFICE_RULES",
    "POLICIES",
    "SIGNERS",
    "draft_of",
]

# Each signer with the ways in which they write what they are known by.
_PEOPLE = {
    "ada": ("ada@example.org", "ADA@Example.ORG", "ada+oak@example.org"),
    "bo": ("bo.li@gmail.com", "boli@googlemail.com", "B.O.L.I+x@gmail.com"),
    "cy": ("cy@exämple.org", "Cy@EXÄMPLE.org"),
    "di": ("di@example.org",),
    "ed": ("ed@example.org",),
}
_ORGANISATIONS = {"friends of the oak": ("Friends of the Oak", "FRIENDS  of the oak ")}
SIGNERS = sorted(
    (who, way, kind)
    for kind, known in (("person", _PEOPLE), ("organisation", _ORGANISATIONS))
    for who, ways in known.items()
    for way in range(len(ways))
)
KNOWN_BY = {address: who for who, ways in _PEOPLE.items() for address in ways}
LEVELS = {"two": 2, "four": 4}

OFFICE_RULES = (
    Rules(
        by_mail=True,
        grace=timedelta(hours=24),
        deadline=end_of_second_day_after,
        levels=LEVELS,
        enders=frozenset({"starter", "office"}),
    ),
    Rules(
        by_mail=True,
        link=timedelta(days=1),
        mails=2,
        deadline=lambda opened: opened + timedelta(days=1),
        levels=LEVELS,
        enders=frozenset({"office"}),
    ),
    Rules(
        by_mail=False, deadline=lambda _opened: None, levels=LEVELS, enders=frozenset({"starter"})
    ),
)


def _policy(name: str, confirmation: Confirmation, window: Window, *early_ends: Capacity) -> Policy:
    return Policy(
        name=name,
        version="1",
        eligibility=Eligibility(organisations=True),
        counting=Counting(supporters=(PartyKind.PERSON, PartyKind.ORGANISATION)),
        thresholds=tuple(Threshold(key=key, level=level) for key, level in LEVELS.items()),
        confirmation=confirmation,
        window=window,
        closing=Closing(early_end_by=early_ends),
    )


POLICIES = (
    _policy(
        "grace",
        Confirmation(grace_hours=24),
        Window(duration=Duration(days=2)),
        Capacity.STARTER,
        Capacity.OFFICE,
    ),
    _policy(
        "strict",
        Confirmation(link_days=1, mails=2),
        Window(duration=Duration(days=1), end=WindowEnd.SAME_TIME),
        Capacity.OFFICE,
    ),
    _policy("at-once", Confirmation(by_mail=False), Window(), Capacity.STARTER),
)


def draft_of(who: str, way: int, kind: str) -> SignatureDraft:
    """What somebody enters who writes what they are known by in one of their ways."""
    if kind == "person":
        return SignatureDraft(name=who.title(), email=_PEOPLE[who][way])
    return SignatureDraft(
        name=_ORGANISATIONS[who][way], email="post@oak.example.org", kind=PartyKind.ORGANISATION
    )
