"""What the cases are about and petitionkit does not do yet, with the reason in words."""

from collections.abc import Callable

from attrs import frozen

from cases.uk_case import Case

UNBUILT_STATES = frozenset(
    "pending validated sponsored flagged dormant rejected hidden stopped removed".split()
)
"""States of a petition that come with sponsors and moderation."""


def _always(_: Case) -> bool:
    return True


@frozen(kw_only=True)
class NotYet:
    """Cases of these operations or areas that a condition fits (any, where there is none)."""

    reason: str
    ops: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    where: Callable[[Case], bool] = _always

    def fits(self, case: Case) -> bool:
        """Whether the case is one of them."""
        named = case.op in self.ops or case.area in self.areas
        return named and self.where(case)


def _petition_unbuilt(case: Case) -> bool:
    return case.value("state") in UNBUILT_STATES or case.value("petition_state") in UNBUILT_STATES


def _debated(case: Case) -> bool:
    return case.value("debate_state") in ("scheduled", "debated", "not_debated")


def _ops(*names: str) -> frozenset[str]:
    return frozenset(names)


NOT_YET: tuple[NotYet, ...] = (
    NotYet(
        reason="moderation and sponsors are not built yet",
        ops=_ops(
            "approve",
            "at_threshold_for_moderation",
            "has_maximum_sponsors",
            "moderation_bucket",
            "open_supporter_link",
            "reject",
            "reject by two moderators",
            "remove",
            "restore",
            "sponsors_required",
            "stop",
            "stop_at_dissolution",
            "will_reach_threshold_for_moderation",
        ),
    ),
    NotYet(
        reason="the petition's state comes with moderation and sponsors",
        ops=_ops("close", "close_due", "close_early", "decrement", "increment", "sign"),
        areas=_ops("signature.state_gate"),
        where=_petition_unbuilt,
    ),
    NotYet(
        reason="debates are not built yet",
        ops=_ops("mark_debated", "set_scheduled_debate_date"),
    ),
    NotYet(
        reason="debates are not built yet: whether one was scheduled or held is not kept",
        ops=_ops("decrement", "increment"),
        where=_debated,
    ),
    NotYet(
        reason="an answer is a fact; taking one back is not built yet",
        ops=_ops("delete_response"),
    ),
    NotYet(
        reason="a policy sets no limits for a petition's own texts yet",
        ops=_ops("max_length", "validate"),
    ),
)


def why_not_yet(case: Case) -> str | None:
    """The reason why a case cannot run yet; None where it can."""
    return next((row.reason for row in NOT_YET if row.fits(case)), None)
