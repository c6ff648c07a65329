"""What the cases are about and petitionkit does not do yet, with the reason in words."""

from collections.abc import Callable

from attrs import frozen

from cases.uk_case import Case
from cases.uk_fields import assessed, recipe_of
from petitionkit.assessment import Verdict
from petitionkit.mailboxes import mailbox


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


def _other_rules(case: Case) -> bool:
    """Whether the case's own table of rules leads to other mailboxes than the built-in one."""
    signatures = (*case.records("existing"), *case.records("signature"))
    addresses = [str(one["email"]) for one in signatures if one.get("email")]
    table = recipe_of(case)
    return any(mailbox(address, table) != mailbox(address) for address in addresses)


def _not_counted(case: Case) -> bool:
    return case.op in ("create_petition", "sponsor_sign") or (
        assessed(case).verdict is not Verdict.COUNT
    )


def _ops(*names: str) -> frozenset[str]:
    return frozenset(names)


NOT_YET: tuple[NotYet, ...] = (
    NotYet(
        reason="the desk takes no table of mailbox rules of an office's own yet",
        ops=_ops("sign"),
        where=_other_rules,
    ),
    NotYet(
        reason="what an assessment does to an attempt comes with the desk; it is only assessed",
        ops=_ops(
            "create_petition",
            "sign and confirm",
            "sign and confirm as womboid@wimbledon.com",
            "sponsor_sign",
        ),
        where=_not_counted,
    ),
    NotYet(
        reason="no plain hash of an address is made; statistics by keyed hash are not built yet",
        ops=_ops("email_uuid"),
    ),
    NotYet(
        reason="signatures bear no number within their petition",
        areas=_ops("signature.number"),
        ops=_ops("confirm_another"),
    ),
    NotYet(
        reason="a signature is withdrawn, invalidated or erased; no verb deletes its row yet",
        ops=_ops("destroy"),
    ),
    NotYet(
        reason="where a link leads a browser, and which mails a starter gets, is the web app's",
        ops=_ops("admin_unsubscribe", "follow_confirm_link"),
    ),
)


def why_not_yet(case: Case) -> str | None:
    """The reason why a case cannot run yet; None where it can."""
    return next((row.reason for row in NOT_YET if row.fits(case)), None)
