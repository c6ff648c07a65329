"""Where petitionkit answers otherwise than the UK's system on purpose: rules over cases.

A rule holds for whoever's cases it fits, not for ids. A case that it fits and that is answered
as it says after all, or otherwise than the rule says we do, fails: the rule is then out of date.
"""

from collections.abc import Callable

from attrs import frozen

from cases.uk_bench import Answers
from cases.uk_case import Case
from petitionkit.mailboxes import mailbox


@frozen(kw_only=True)
class Difference:
    """Which cases are answered otherwise, why, and whether an answer is the one we give."""

    reason: str
    fits: Callable[[Case], bool]
    ours: Callable[[Case, Answers], bool]


def _lost_after_an_answer(case: Case) -> bool:
    return (
        case.op == "decrement"
        and case.value("response_state") == "responded"
        and case.value("signature_count") == case.value("threshold_response")
        and case.then.get("response_threshold_reached_at", "") is None
    )


def _at_the_floor(case: Case) -> bool:
    return (
        case.op == "decrement"
        and case.value("signature_count") == 1
        and case.then.get("signature_count") == 1
    )


def _labelled_with_nothing(case: Case) -> bool:
    if case.op != "canonical_email":
        return False
    local = case.text("email").rpartition("@")[0]
    return local.find("+", 1) == len(local) - 1 > 0


def _destroys_the_starter(case: Case) -> bool:
    return case.op == "destroy" and case.flag("creator")


def _held_sponsor(case: Case) -> bool:
    return case.op == "sponsor_sign" and case.then.get("confirmation_mail_sent") is False


def _follows_no_link(case: Case) -> bool:
    return case.op == "follow_confirm_link" and case.value("token") == "wrong"


def _approved_unsponsored(case: Case) -> bool:
    return case.op == "approve" and case.value("state") == "pending"


def _wrong_state_to_stop(case: Case) -> bool:
    return case.op == "stop" and case.then.get("raises") is not None


def _not_mailed(case: Case) -> bool:
    stopped = case.op == "stop_at_dissolution" and case.then.get("state") == "stopped"
    return stopped and case.then.get("mail_to_creator", "") is None


def _confirmed_by_others(case: Case) -> bool:
    confirmed = case.op == "open_supporter_link" and case.value("creator_state") == "pending"
    return confirmed and case.then.get("creator_state") == "validated"


def _pseudonymised(case: Case) -> bool:
    return case.op == "anonymise" and any(case.then.values())


def _dotted_elsewhere(case: Case) -> bool:
    """Whether two addresses are one only if dots count nowhere."""
    if case.op != "matches" or case.then.get("result") is not True:
        return False
    meant, there = (case.value(name).get("email", "") for name in ("rule", "signature"))
    if not meant or "%" in meant:
        return False
    return mailbox(meant) != mailbox(there)


def _names_a_range(case: Case) -> bool:
    return case.op == "validate_rule" and "/" in case.value("rule").get("ip_address", "")


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        reason="what is erased is empty; the UK's system writes a name, an address and a postcode"
        " that look like somebody's",
        fits=_pseudonymised,
        ours=lambda case, answers: all(answers[key] == "" for key in case.then),
    ),
    Difference(
        reason="once the office has answered, a reached threshold stays reached, and from when;"
        " the UK's system keeps the state and clears the instant",
        fits=_lost_after_an_answer,
        ours=lambda case, answers: (
            answers["response_threshold_reached_at"] is not None
            and all(answers[k] == v for k, v in case.then.items() if k != _STAMP)
        ),
    ),
    Difference(
        reason="a count is that of the live signatures, down to none; the UK's system stops at 1",
        fits=_at_the_floor,
        ours=lambda _, answers: answers["signature_count"] == 0,
    ),
    Difference(
        reason="what follows a + is a label of the mailbox, an empty one too; the UK's system"
        " keeps a + with nothing behind it",
        fits=_labelled_with_nothing,
        ours=lambda case, answers: answers["canonical"] == case.text("email").replace("+@", "@"),
    ),
    Difference(
        reason="of an address no plain hash is made: whoever has the address could look it up;"
        " what has to meet meets by hashes under the office's keys",
        fits=lambda case: case.op == "email_uuid",
        ours=lambda _, answers: answers["uuid"] is None,
    ),
    Difference(
        reason="signatures bear no number within their petition; the UK's are not unique, and"
        " shown nowhere",
        fits=lambda case: (
            case.op == "confirm_another" or (case.op == "confirm" and "number" in case.then)
        ),
        ours=lambda case, answers: all(
            answers[k] == (None if k.startswith("number") else v) for k, v in case.then.items()
        ),
    ),
    Difference(
        reason="nobody deletes a signature's row: it is invalidated, and the starter's own is"
        " one as any other",
        fits=_destroys_the_starter,
        ours=lambda _, answers: answers["refused"] is False,
    ),
    Difference(
        reason="who will not count gets the mail like everybody, a sponsor too: a mail that does"
        " not come tells them",
        fits=_held_sponsor,
        ours=lambda case, answers: (
            answers["confirmation_mail_sent"] is True
            and answers["signature_state"] == case.then.get("signature_state")
        ),
    ),
    Difference(
        reason="where a link leads a browser is the web app's; nothing changes here either",
        fits=_follows_no_link,
        ours=lambda _, answers: (answers["redirect"], answers["state"]) == (None, "unchanged"),
    ),
    Difference(
        reason="a moderator may open a petition whose starter has not signed: who started it is"
        " the app's to know; the UK's system asks that the starter's address is confirmed",
        fits=_approved_unsponsored,
        ours=lambda _, answers: answers["error"] is None and answers["state"] == "open",
    ),
    Difference(
        reason="a dissolution is one finding for every petition, and each takes what it means for"
        " it; the UK's system has a step of its own for those before the opening",
        fits=_wrong_state_to_stop,
        ours=lambda _, answers: (
            answers["raises"] is None and answers["state"] in ("closed", "hidden", "rejected")
        ),
    ),
    Difference(
        reason="a notice tells of every petition that lapsed; to whose starters an office writes,"
        " and whom it spares, is its own to choose from them",
        fits=_not_mailed,
        ours=lambda case, answers: answers["mail_to_creator"] == f"stopped_{case.value('state')}",
    ),
    Difference(
        reason="who follows a link proves their own address and nobody else's: a starter confirms"
        " like everybody",
        fits=_confirmed_by_others,
        ours=lambda _, answers: answers["creator_state"] == "pending",
    ),
    Difference(
        reason="a rule means a mailbox by the table of its provider, as signing does; the UK's"
        " rules cut dots at every provider",
        fits=_dotted_elsewhere,
        ours=lambda _, answers: answers["result"] is False,
    ),
    Difference(
        reason="a rule may mean a range of addresses (CIDR), of IPv6 too",
        fits=_names_a_range,
        ours=lambda _, answers: answers["error"] is None,
    ),
    Difference(
        reason="a rule is the office's own file, and nobody asks before it is deleted: what it"
        " did stays told, and can be taken back, by its mark",
        fits=lambda case: case.op == "delete_rule" and case.flag("started"),
        ours=lambda _, answers: answers["refused"] is False,
    ),
)

_STAMP = "response_threshold_reached_at"


def difference_of(case: Case) -> Difference | None:
    """The rule by which a case is answered otherwise; None where it should be as it says."""
    return next((rule for rule in DIFFERENCES if rule.fits(case)), None)
