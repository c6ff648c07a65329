"""Retention: what of the people behind a petition is erased or reduced, and when; as a policy's.

What no rule names is kept. When a rule is due, and what stands against it, is decided in
``retention_plan``; what erasing means for a signature is in ``verbs.erasing``.
"""

from datetime import datetime
from uuid import UUID

from attrs import field, frozen

from petitionkit.civil import instant
from petitionkit.errors import refuse
from petitionkit.facts import State
from petitionkit.form import FormField
from petitionkit.limits import Choice, is_key, matching
from petitionkit.problems import Problem, problem
from petitionkit.rules import Passed
from petitionkit.signature import Visibility

__all__ = ["OVER", "ErasureRecord", "Retention", "RetentionRule", "Whom"]

OVER = (
    State.CLOSED,
    State.LAPSED,
    State.WITHDRAWN,
    State.REJECTED,
    State.HIDDEN,
    State.REMOVED,
)
"""States in which nobody signs, so that erasing can touch no running count."""

KEEPABLE = (
    FormField.NAME,
    FormField.LOCALITY,
    FormField.POSTAL_CODE,
    FormField.CITIZENSHIP,
    FormField.COMMENT,
)
"""What a rule may leave of a signer. Country, region and kind always stay: counts rest on them."""


class Whom(Choice):
    """Who is erased by a rule."""

    SIGNERS = "signers"
    """Those who signed or tried to, with all that is kept beside their signatures."""
    STARTER = "starter"
    """The starter, authors and receiver of the petition, and what was reported of it."""


def _states(values: tuple[State, ...]) -> tuple[State, ...]:
    return tuple(State(value) for value in values)


def _visibilities(values: tuple[Visibility, ...]) -> tuple[Visibility, ...]:
    return tuple(Visibility(value) for value in values)


def _fields(values: tuple[FormField, ...]) -> tuple[FormField, ...]:
    return tuple(FormField(value) for value in values)


@frozen(kw_only=True)
class RetentionRule:
    """Erase so long after something, in some states, everybody or some.

    ``when``: so much time after the latest occurrence of an event, or of the earlier or later
    of several; ``states`` are those in which the rule holds. ``visible_to`` limits it to signers
    who chose one of these; ``keeps`` are fields that it leaves, so that it reduces and does not
    erase (petities.nl: those who sign in public keep name and place).
    """

    key: str = field(validator=is_key)
    when: Passed
    whom: Whom = field(default=Whom.SIGNERS, converter=Whom)
    states: tuple[State, ...] = field(default=OVER, converter=_states)
    visible_to: tuple[Visibility, ...] = field(default=tuple(Visibility), converter=_visibilities)
    keeps: tuple[FormField, ...] = field(default=(), converter=_fields)

    def __attrs_post_init__(self) -> None:
        """Refuse to erase while people sign, nobody, and what a rule cannot leave."""
        found: list[Problem] = []
        if not self.states or not set(self.states) <= set(OVER):
            found.append(problem("unknown_choice", "states", choices=", ".join(OVER)))
        if not self.visible_to:
            found.append(problem("required", "visible_to"))
        if not set(self.keeps) <= set(KEEPABLE):
            found.append(problem("unknown_choice", "keeps", choices=", ".join(KEEPABLE)))
        narrowed = self.keeps or set(self.visible_to) != set(Visibility)
        if self.whom is Whom.STARTER and narrowed:
            found.append(problem("misplaced", "whom"))
        refuse(found)


@frozen(kw_only=True)
class Retention:
    """How long a petition's people are kept.

    ``spent_claims``: the ground (a code) on which the claims of who was erased while the
    petition runs are kept, under their key, so that erasing is no way to sign again; empty:
    erasing takes the signature back, and its signer may sign anew and counts once.
    """

    rules: tuple[RetentionRule, ...] = ()
    spent_claims: str = field(default="", validator=matching(r"[a-z0-9_.-]*", "not_a_code"))


@frozen(kw_only=True)
class ErasureRecord:
    """What was erased when and under which rule, without a word of whom; keep it by itself.

    Either ``rule`` was carried out on a petition, or one signer's signature was erased
    (``signature_id``), or what somebody sent in and never proved (``attempt_id``), or what lay of
    them elsewhere (``place``), or the petition's data keys were destroyed, and everybody with
    them (``keys_destroyed``).
    ``signatures`` is how many changed, ``counts`` whether they go on counting. A backup that is
    older than a record says again what was erased: replay it then.
    """

    at: datetime = field(converter=instant)
    petition_id: UUID
    rule: RetentionRule | None = None
    signature_id: UUID | None = None
    attempt_id: UUID | None = None
    place: str = ""
    keys_destroyed: bool = False
    signatures: int = 1
    counts: bool = True
