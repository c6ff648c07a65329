"""Moderation, as values: who acts in which capacity, on which grounds, and what signers are told.

Says what a policy decides about moderation and what is kept of each restriction, report,
update and transfer. Which step leads where is ``lifecycle``'s; nothing is decided here.
"""

from datetime import datetime

from attrs import field, frozen

from petitionkit.civil import Duration, instant
from petitionkit.errors import InvalidValueError, refuse
from petitionkit.facts import Event
from petitionkit.limits import Choice, filled, is_key
from petitionkit.parties import Party
from petitionkit.problems import Problem, problem
from petitionkit.text import clean, clean_block, text_problems

__all__ = [
    "ENDS_EARLY",
    "Audience",
    "Capacity",
    "Ground",
    "MaterialEdits",
    "Moderation",
    "Permission",
    "Reasons",
    "Report",
    "Restriction",
    "Transfer",
    "Update",
]


class Capacity(Choice):
    """In which capacity somebody acts on a petition. Who may act so is for the app to know."""

    STARTER = "starter"
    RECEIVER = "receiver"
    """To whom the starter has offered the petition."""
    MODERATOR = "moderator"
    OFFICE = "office"
    """Staff who may do everything that can be done."""
    ADDRESSEE = "addressee"
    PUBLIC = "public"
    """Anybody."""


ENDS_EARLY = (Capacity.STARTER, Capacity.MODERATOR, Capacity.OFFICE, Capacity.ADDRESSEE)
"""Who may be let end a petition before its window does."""


def _capacities(values: tuple[Capacity, ...]) -> tuple[Capacity, ...]:
    return tuple(Capacity(value) for value in values)


@frozen(kw_only=True)
class Permission:
    """Who may take a step, where a policy is stricter than the lifecycle's own table."""

    step: Event = field(converter=Event)
    only: tuple[Capacity, ...] = field(converter=_capacities)


@frozen(kw_only=True)
class Ground:
    """A ground on which a petition may be restricted, with the clause of law or terms behind it.

    ``hides``: a petition rejected on it is shown to nobody (the UK Parliament hides what is
    libellous or offensive, and shows what is a duplicate).
    """

    key: str = field(validator=is_key)
    title: str = ""
    clause: str = ""
    hides: bool = False


class MaterialEdits(Choice):
    """What becomes of a change to what signers agreed to."""

    BEFORE_OPENING = "before_opening"
    """It is possible only until the petition opens."""
    ASK_AGAIN = "ask_again"
    """It is possible while it is open; a notice says that those who signed before are to be
    asked again. Each signature keeps the digest of the text that it was made for."""
    COUNT_AGREED = "count_agreed"
    """As ``ask_again``, and from the edit on only those count who agree to the new text, from
    when they do; who signed it counts at once."""


@frozen(kw_only=True)
class Moderation:
    """What a policy decides about moderation.

    ``before_opening``: a moderator looks at a petition before it opens. ``grounds`` are all
    that a restriction may rest on; with none listed any code will do. A petition should be
    looked at ``within`` so long of being submitted; from ``soon_after`` on it is nearly overdue
    (14 and 11 days in the UK Parliament's system). The starter may appeal for ``appeal_within``
    after a restriction; without it there is no appeal. ``reopening``: the office may open a
    closed petition again. ``permissions`` narrow who may take a step.
    """

    before_opening: bool = False
    grounds: tuple[Ground, ...] = ()
    within: Duration | None = None
    soon_after: Duration | None = None
    appeal_within: Duration | None = None
    reopening: bool = False
    material_edits: MaterialEdits = field(
        default=MaterialEdits.BEFORE_OPENING, converter=MaterialEdits
    )
    permissions: tuple[Permission, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse a ground or a permission that is there twice."""
        named = {
            "grounds": [ground.key for ground in self.grounds],
            "permissions": [permission.step.value for permission in self.permissions],
        }
        found = [
            problem("repeated", name) for name, keys in named.items() if len(set(keys)) < len(keys)
        ]
        if found:
            raise InvalidValueError(found)

    def ground(self, key: str) -> Ground:
        """The ground of that key; ``InvalidValueError`` where the policy lists others."""
        for ground in self.grounds:
            if ground.key == key:
                return ground
        if self.grounds:
            choices = ", ".join(ground.key for ground in self.grounds)
            raise InvalidValueError([problem("unknown_choice", "ground", choices=choices)])
        return Ground(key=key)


_EXPLANATION_LIMIT = 4_000
_SUBJECT_LIMIT = 150
_UPDATE_LIMIT = 6_000


@frozen(kw_only=True)
class Reasons:
    """A statement of reasons: why something is restricted, and what can be done about it.

    ``ground`` is a code of the policy, ``clause`` the law or the terms that it breaks.
    ``found_by_machine`` and ``decided_by_machine`` say whether automated means found it, and
    decided. ``redress`` lists ways to have it looked at again (codes or addresses).
    ``explanation`` has at most 4,000 characters. Source of the parts: article 17 (3) of
    Regulation (EU) 2022/2065.
    """

    ground: str = field(validator=is_key)
    clause: str = ""
    found_by_machine: bool = False
    decided_by_machine: bool = False
    redress: tuple[str, ...] = ()
    explanation: str = field(default="", repr=False, converter=clean_block)

    def __attrs_post_init__(self) -> None:
        """Refuse text that no store could keep."""
        refuse(_text(self.explanation, "explanation", _EXPLANATION_LIMIT))


@frozen(kw_only=True)
class Restriction:
    """One restriction of a petition: which step it was, ``at`` which instant (UTC), and why."""

    event: Event = field(converter=Event)
    at: datetime = field(converter=instant)
    reasons: Reasons


@frozen(kw_only=True)
class Report:
    """Somebody's report that a petition breaks a rule.

    ``by`` is an opaque reference to who reported, ``ground`` a code, ``text`` has at most 4,000
    characters. ``settled_at`` is when a moderator dealt with it.
    """

    by: str = field(validator=filled)
    ground: str = field(validator=is_key)
    at: datetime = field(converter=instant)
    text: str = field(default="", repr=False, converter=clean_block)
    settled_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse text that no store could keep."""
        refuse(_text(self.text, "text", _EXPLANATION_LIMIT))


class Audience(Choice):
    """To whom an update goes."""

    PUBLIC = "public"
    """It is shown with the petition, and sent to nobody."""
    SUPPORTERS = "supporters"
    """To everybody whose signature counts."""
    SUBSCRIBERS = "subscribers"
    """To those supporters who agreed to be told."""
    SPONSORS = "sponsors"
    """To those who signed before the opening."""


@frozen(kw_only=True)
class Update:
    """News of a petition. ``subject`` has at most 150 characters, ``body`` 6,000.

    The limits are those of the UK Parliament's system.
    """

    key: str = field(validator=is_key)
    at: datetime = field(converter=instant)
    subject: str = field(converter=clean)
    body: str = field(default="", converter=clean_block)
    audience: Audience = field(default=Audience.SUBSCRIBERS, converter=Audience)

    def __attrs_post_init__(self) -> None:
        """Name everything wrong with subject and body at once."""
        refuse(
            text_problems(self.subject, "subject", max_length=_SUBJECT_LIMIT)
            + _text(self.body, "body", _UPDATE_LIMIT)
        )


@frozen(kw_only=True)
class Transfer:
    """An offer to hand the petition over, which its receiver has not answered yet."""

    to: Party
    offered_at: datetime = field(converter=instant)


def _text(value: str, name: str, limit: int) -> list[Problem]:
    return text_problems(value, name, max_length=limit, required=False, block=True)
