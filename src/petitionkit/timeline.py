"""The timeline of a petition: what everybody may know of what happened to it, and what comes.

Read from facts and from what follows by itself, as data and in words. Which events are public is
a table, and a new one stops the tests until it is put there. Nobody is named: facts hold no
personal data, and who acted, on which ground, stays with the office.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.civil import instant, local_date
from petitionkit.facts import Event, Fact
from petitionkit.following import as_fact, due_events
from petitionkit.moderation import Audience
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.proceedings import Publicity, publicity
from petitionkit.statement import Language, Statement, statement
from petitionkit.status import status
from petitionkit.tally import Tally

__all__ = ["KEPT_INSIDE", "TIMELINE_ENGLISH", "Moment", "Timeline", "timeline"]

TIMELINE_ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "timeline": "What happened to '{title}'",
        "moment": "{day}: {what}",
        "moment.ahead": "{day}, to come: {what}",
        "started": "it was started",
        "policy_pinned": "its rules were fixed",
        "text_changed": "its text was changed",
        "sponsoring_begun": "it began to look for sponsors",
        "submitted": "it was handed in to be looked at",
        "opened": "it opens for signatures",
        "opened.until": "it opens for signatures, up to {day}",
        "extended": "it is given more time",
        "extended.until": "it is given more time, up to {day}",
        "policy_amended": "its rules were amended",
        "deadline_moved": "its last day was moved",
        "deadline_moved.until": "its last day was moved to {day}",
        "counted_again": "its signatures were counted again by the amended rules",
        "recounted": "its numbers were put right",
        "threshold_reached": "it reaches what '{subject}' asks for",
        "threshold_lost": "it no longer has what '{subject}' asks for",
        "count_declared": "a number from '{reason}' was added to it",
        "suspended": "it takes no signatures for the time being",
        "resumed": "it takes signatures again",
        "paused": "it is paused",
        "unpaused": "the pause ends",
        "closed": "it closes",
        "reopened": "it was opened again",
        "reopened.until": "it was opened again, up to {day}",
        "withdrawn": "it was withdrawn",
        "lapsed": "it lapses, never having opened",
        "rejected": "it was rejected",
        "restored": "it is looked at again",
        "reinstated": "it was put back",
        "transfer_accepted": "it changed hands",
        "updated": "news of it was published",
        "delivered": "it was handed over to '{subject}'",
        "answered": "'{subject}' answered",
        "answer_retracted": "'{subject}' took the answer back",
        "debate_scheduled": "a debate was scheduled",
        "debate_scheduled.until": "a debate was scheduled for {day}",
        "debate_cancelled": "the debate was cancelled",
        "debated": "it was debated",
        "victory_claimed": "its starter says that what it asked for has come about",
        "victory_confirmed": "it is confirmed that what it asked for has come about",
        "victory_denied": "it is denied that what it asked for has come about",
    }
)
"""English by event and, where the event promises an instant, with it."""

KEPT_INSIDE = frozenset(
    {
        Event.AUTHOR_ACCEPTED,
        Event.SPONSORS_LOST,
        Event.HELD,
        Event.RETURNED,
        Event.FOUND,
        Event.HIDDEN,
        Event.REMOVED,
        Event.APPEALED,
        Event.APPEAL_UPHELD,
        Event.APPEAL_DISMISSED,
        Event.REPORTED,
        Event.REPORTS_SETTLED,
        Event.TRANSFER_OFFERED,
        Event.TRANSFER_ENDED,
        Event.RELATED,
        Event.TAGGED,
    }
)
"""Events that are between the office and whom they concern."""

_TIED_TO_SUBJECT = frozenset(name for name, text in TIMELINE_ENGLISH.items() if "{subject}" in text)
_LAST_MOMENT = timedelta(microseconds=1)  # deadlines are exclusive


@frozen(kw_only=True)
class Moment:
    """One thing that happened, or that will by itself, as far as is known now.

    ``subject`` says about what, by a key: a threshold's, an addressee's, the source of a
    number. ``until`` is the deadline that it gave (exclusive), or the day of a debate.
    """

    at: datetime = field(converter=instant)
    event: Event
    subject: str = ""
    until: datetime | None = None
    ahead: bool = False


@frozen(kw_only=True)
class Timeline:
    """All that everybody may know of a petition's course; empty where nobody may see it.

    As of ``at`` (UTC); ``moments`` stand in order, those that lie ahead last, and ``zone`` (IANA)
    is the one whose days ``text`` writes.
    """

    at: datetime = field(converter=instant)
    title: str
    zone: str
    moments: tuple[Moment, ...] = ()

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Write it as Markdown, one line a moment, days in the zone of the policy's window.

        ``translate`` gets every English template, as for a problem.
        """

        def said(one: Statement) -> str:
            return one.message(TIMELINE_ENGLISH, Language(translate=translate))

        lines = [f"# {said(statement('timeline', title=self.title))}", ""]
        for moment in self.moments:
            day = local_date(moment.at, self.zone).isoformat()
            code = "moment.ahead" if moment.ahead else "moment"
            what = said(_statement(moment, self.zone))
            lines.append(f"- {said(statement(code, day=day, what=what))}")
        return "\n".join(lines) + "\n"


def _statement(moment: Moment, zone: str) -> Statement:
    code = moment.event.value
    if moment.event is Event.COUNT_DECLARED:
        return statement(code, reason=moment.subject)
    if code in _TIED_TO_SUBJECT:
        return statement(code, subject=moment.subject)
    if moment.until is None or f"{code}.until" not in TIMELINE_ENGLISH:
        return statement(code)
    debate = moment.event is Event.DEBATE_SCHEDULED
    last = moment.until if debate else moment.until - _LAST_MOMENT
    return statement(f"{code}.until", day=local_date(last, zone).isoformat())


def timeline(petition: Petition, policy: Policy | None, tally: Tally, now: datetime) -> Timeline:
    """Tell everybody's part of what happened to a petition, and of what comes by itself."""
    seen = publicity(petition, status(petition, policy, tally, now).state)
    shown = seen in (Publicity.PUBLIC, Publicity.BY_LINK)
    return Timeline(
        at=now,
        title=petition.title if shown else "",
        zone=policy.window.zone if policy else "UTC",
        moments=tuple(_moments(petition, policy, tally, now)) if shown else (),
    )


def _moments(
    petition: Petition, policy: Policy | None, tally: Tally, now: datetime
) -> Iterator[Moment]:
    followed = (as_fact(due) for due in due_events(petition, policy, tally))
    for fact in sorted((*petition.telling, *followed), key=lambda one: one.at):
        if fact.event not in KEPT_INSIDE and _for_everybody(fact):
            yield Moment(
                at=fact.at,
                event=fact.event,
                subject=_subject(fact),
                until=fact.until,
                ahead=fact.at > now,
            )


def _for_everybody(fact: Fact) -> bool:
    """News that went to supporters alone is theirs."""
    return fact.event is not Event.UPDATED or fact.rule == Audience.PUBLIC


def _subject(fact: Fact) -> str:
    if fact.event is Event.COUNT_DECLARED:
        return fact.reason
    return fact.subject if fact.event.value in _TIED_TO_SUBJECT else ""
