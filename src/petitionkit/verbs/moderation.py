"""What moderators do to a petition, and what starters may do about it.

Submit, approve, hold, send back, reject, hide, remove, restore, reinstate; report and settle
reports; appeal and decide on it. Every restriction states its reasons. Who may take a step is
in the lifecycle's tables and the policy's permissions; what follows is in the same revisions
as everything else that an office does.
"""

from collections.abc import Mapping

from attrs import evolve

from petitionkit.civil import Duration
from petitionkit.errors import IllegalStepError
from petitionkit.facts import Event
from petitionkit.following import opening_of
from petitionkit.ledger import Revision
from petitionkit.lifecycle import TAKEN_DOWN, place_at
from petitionkit.moderation import Ground, Moderation, Reasons, Report, Restriction
from petitionkit.policy import Policy
from petitionkit.proceedings import Appeal, appeal_closes_at, appeal_of
from petitionkit.verbs.docket import Docket, not_before_facts
from petitionkit.verbs.office import NO_PARAMETERS, pin, require_ready

__all__ = [
    "appeal",
    "approve",
    "decide_appeal",
    "hide",
    "hold",
    "reinstate",
    "reject",
    "remove",
    "report",
    "restore",
    "send_back",
    "settle_reports",
    "submit",
]


def submit(
    docket: Docket,
    *,
    policy: Policy,
    digest: str,
    chosen: Duration | None = None,
    parameters: Mapping[str, int] = NO_PARAMETERS,
) -> Revision:
    """Pin the policy and send a draft on its way: to its sponsors, or to a moderator.

    ``chosen`` and ``parameters`` are as in ``publish``. Raises ``InvalidValueError`` with all
    that is wrong with the texts and these, and ``IllegalStepError`` where the policy wants
    neither sponsors nor a moderator before the opening.
    """
    pinned = pin(
        docket,
        policy=policy,
        digest=digest,
        at=docket.now,
        chosen=chosen,
        parameters=parameters,
    )
    if policy.sponsoring:
        event = Event.SPONSORING_BEGUN
    elif policy.moderation.before_opening:
        event = Event.SUBMITTED
    else:
        raise IllegalStepError(
            "this policy has neither sponsors nor moderation before the opening: publish it"
        )
    return pinned.step(event, rule="submission").revision()


def approve(docket: Docket) -> Revision:
    """Let a petition be seen and signed.

    One that never opened opens now, with its window and the duration that its author chose.
    One that was taken down while it ran goes on where it would be: its deadline has not moved,
    and where it is past the petition is closed (UK Parliament).
    """
    petition, policy = docket.petition, docket.policy
    if policy is None:
        raise IllegalStepError("a draft has no policy yet: submit or publish it")
    state = place_at(petition.facts, docket.now).state
    if state in TAKEN_DOWN and petition.opening is not None:
        return docket.step(Event.REINSTATED).revision()
    if state in TAKEN_DOWN:
        docket = docket.step(Event.RESTORED)
    settled = docket.settled()
    at = not_before_facts(settled.petition, docket.now)
    require_ready(settled, policy, at)
    first = opening_of(policy, 0, at, petition.chosen)
    opened = settled.step(
        Event.OPENED, at=at, rule=first.rule, subject=first.subject, until=first.until
    )
    return opened.told(Event.OPENED, first.subject).revision()


def hold(docket: Docket, *, reason: str = "") -> Revision:
    """Set a petition aside before it opens; ``reason`` is a code."""
    return docket.step(Event.HELD, subject=reason).revision()


def send_back(docket: Docket, *, reason: str = "") -> Revision:
    """Give a petition back to its starter as a draft, to be changed and submitted again."""
    return docket.step(Event.RETURNED, subject=reason).revision()


def _moderation(docket: Docket) -> Moderation:
    return docket.policy.moderation if docket.policy else Moderation()


def _restrict(docket: Docket, event: Event, reasons: Reasons, ground: Ground) -> Revision:
    stated = evolve(reasons, clause=reasons.clause or ground.clause)
    restricted = docket.step(event, rule="moderation", subject=reasons.ground)
    petition = restricted.petition
    kept = Restriction(event=event, at=petition.facts[-1].at, reasons=stated)
    changed = evolve(petition, restrictions=(*petition.restrictions, kept))
    return evolve(restricted, petition=changed).revision()


def reject(docket: Docket, *, reasons: Reasons) -> Revision:
    """Take a petition down and show it as rejected; on a ground that hides, hide it.

    Another rejection changes the ground. ``InvalidValueError`` for a ground that the policy
    does not have.
    """
    ground = _moderation(docket).ground(reasons.ground)
    return _restrict(docket, Event.HIDDEN if ground.hides else Event.REJECTED, reasons, ground)


def hide(docket: Docket, *, reasons: Reasons) -> Revision:
    """Take a petition down and show it to nobody but the office."""
    return _restrict(docket, Event.HIDDEN, reasons, _moderation(docket).ground(reasons.ground))


def remove(docket: Docket, *, reasons: Reasons) -> Revision:
    """Take a petition away for good, unless an appeal is upheld that the policy allows.

    What it was before is in its facts.
    """
    return _restrict(docket, Event.REMOVED, reasons, _moderation(docket).ground(reasons.ground))


def restore(docket: Docket) -> Revision:
    """Send a petition back to moderation: approved again, it runs for a whole new window."""
    return docket.step(Event.RESTORED).revision()


def reinstate(docket: Docket) -> Revision:
    """Lift a restriction as if it had not been: the petition is what it would be without it."""
    return docket.step(Event.REINSTATED).revision()


def report(docket: Docket, *, report: Report) -> Revision:
    """Take somebody's report. A second one of theirs on the same ground changes nothing."""
    petition = docket.petition
    told = {(one.by, one.ground) for one in petition.reports if one.settled_at is None}
    if (report.by, report.ground) in told:
        return docket.revision()
    noted = evolve(docket, actor=report.by).step(Event.REPORTED, subject=report.ground)
    changed = evolve(noted.petition, reports=(*petition.reports, report))
    return evolve(noted, petition=changed).revision()


def settle_reports(docket: Docket, *, ground: str) -> Revision:
    """Say that the reports on a ground have been dealt with, whatever came of it."""
    noted = docket.step(Event.REPORTS_SETTLED, subject=ground)

    def settled(one: Report) -> Report:
        ours = one.ground == ground and one.settled_at is None
        return evolve(one, settled_at=docket.now) if ours else one

    reports = tuple(settled(one) for one in noted.petition.reports)
    return evolve(noted, petition=evolve(noted.petition, reports=reports)).revision()


def appeal(docket: Docket) -> Revision:
    """Ask the office to look at a restriction again, where and as long as the policy allows."""
    ends = appeal_closes_at(docket.petition, docket.policy) if docket.policy else None
    if ends is None or ends <= docket.now:
        raise IllegalStepError(
            "there is no restriction that can still be appealed against; the office may lift one"
        )
    if appeal_of(docket.petition, docket.now) is not Appeal.NONE:
        raise IllegalStepError(
            "this restriction has been appealed against already; wait for decide_appeal"
        )
    return docket.step(Event.APPEALED).revision()


def decide_appeal(docket: Docket, *, upheld: bool) -> Revision:
    """Decide on an appeal; an upheld one lifts the restriction, as if it had not been."""
    if appeal_of(docket.petition, docket.now) is not Appeal.PENDING:
        raise IllegalStepError("there is no appeal to decide on; appeal comes first")
    return docket.step(Event.APPEAL_UPHELD if upheld else Event.APPEAL_DISMISSED).revision()
