"""Moving in: petitions of another system with their signatures, and an account of the counts.

Takes over what a reader of another system hands on, through the desk like any intake, and ends
with both counts and every reason why they differ. A run that was killed is started again and
goes on. How another system keeps its petitions is known to its reader.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.desk import Desk
from petitionkit.errors import UnreadableFileError
from petitionkit.facts import Event
from petitionkit.outcomes import Accepted, Duplicate, Refused
from petitionkit.petition import Identifier, Petition
from petitionkit.policy import Policy
from petitionkit.signature import Submission

__all__ = ["Moving", "Reconciliation", "Unmoved", "move_in"]

_BATCH = 1000


@frozen(kw_only=True)
class Moving:
    """One petition on its way in.

    ``theirs`` is the count that the other system shows. ``left`` says how many of it are not
    handed on, by reason (a code). ``unmapped`` names what the petition has there and has no
    place here. ``submissions`` are handed on once, as a stream.
    """

    petition: Petition
    theirs: int
    submissions: Iterable[Submission] = field(default=(), repr=False, eq=False)
    left: Mapping[str, int] = field(factory=dict)
    unmapped: tuple[str, ...] = ()


@frozen(kw_only=True)
class Unmoved:
    """One petition that stays where it is, as it says what no petition here may say.

    ``theirs`` is the count that the other system shows; ``error`` says what is wrong, and where.
    The reading goes on with the next petition.
    """

    identifier: Identifier
    theirs: int
    error: UnreadableFileError


@frozen(kw_only=True)
class Reconciliation:
    """Both counts of a petition and why they differ.

    ``reasons`` are added to their count to come to ours; what they leave is ``unexplained``.
    """

    petition: Petition
    theirs: int
    ours: int
    reasons: Mapping[str, int]
    unmapped: tuple[str, ...] = ()

    @property
    def unexplained(self) -> int:
        """How much of the difference no reason accounts for; 0 is as it should be."""
        return self.ours - self.theirs - sum(self.reasons.values())


def move_in(desk: Desk, moving: Moving, policy: Policy) -> Reconciliation:
    """Take a petition over, or what is new of it, with its signatures, and account for them.

    A petition is known by its first identifier. Signatures of one that never opened are left
    where they are, and told.
    """
    found = moving.petition
    name = found.identifiers[0]
    there = desk.find(found.office, name.system, name.value)
    there = desk.take_over(found, policy) if there is None else desk.catch_up(there.id, found)
    declared = sum(one.amount for one in found.declared)
    before = desk.standing(there.id).supporters
    reasons: Counter[str] = Counter({code: -count for code, count in moving.left.items()})
    again = 0
    lines = iter(moving.submissions)
    open_here = there.last(Event.OPENED) is not None
    while chunk := list(islice(lines, _BATCH)):
        if not open_here:
            reasons["never_opened"] -= len(chunk)
            continue
        for outcome in desk.intake(there.id, chunk):
            match outcome:
                case Accepted():
                    again += outcome.again
                case Duplicate():
                    reasons["duplicate"] -= 1
                case Refused():  # pragma: no branch (an outcome is one of these three)
                    reasons[f"refused.{outcome.problems[0].code}"] -= 1
    desk.tick()
    here = before - declared - again
    if here:
        reasons["signed_here"] = here
    return Reconciliation(
        petition=desk.petition(there.id),
        theirs=moving.theirs,
        ours=desk.standing(there.id).supporters,
        reasons=MappingProxyType({code: count for code, count in reasons.items() if count}),
        unmapped=moving.unmapped,
    )
