"""Windows: when a stretch of the calendar that a policy names is over.

Decides how a policy counts days (zone, first day, month ends, calendars) and how pauses move
an end. Ends are exclusive: the first instant at which it is over. Deadlines are compared and
never found by subtracting. It does not know what follows from an end.
"""

from datetime import date, datetime, timedelta

from attrs import evolve

from petitionkit.civil import Calendar, Duration, end_of_day, local_date, same_time
from petitionkit.clauses import Window, WindowEnd
from petitionkit.errors import InvalidValueError
from petitionkit.facts import Event
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.rules import occurrence

__all__ = [
    "after",
    "chosen_duration",
    "closes_at",
    "deadline",
    "same_time_after",
]


def _instant(window: Window, opened_at: datetime, last: date) -> datetime:
    if window.end is WindowEnd.END_OF_DAY:
        return end_of_day(last, window.zone)
    return same_time(opened_at, last, window.zone)


def _after(
    window: Window, calendars: tuple[Calendar, ...], at: datetime, duration: Duration
) -> datetime | None:
    try:
        day = local_date(at, window.zone)
        if window.first_day_counts:
            day -= timedelta(days=1)
        last = duration.after(day, month_end=window.month_end, calendars=calendars)
        return None if last is None else _instant(window, at, last)
    except (OverflowError, ValueError) as error:  # the calendar ends with the year 9999
        if isinstance(error, InvalidValueError):
            raise
        raise InvalidValueError([problem("out_of_range", "opened_at")]) from None


def after(policy: Policy, at: datetime, duration: Duration) -> datetime | None:
    """First instant (UTC) at which a duration since ``at`` is over, counted as the window is.

    None where a calendar does not reach that far.
    """
    return _after(policy.window, policy.calendars, at, duration)


def same_time_after(policy: Policy, at: datetime, duration: Duration) -> datetime | None:
    """The instant (UTC) with the local time of ``at`` so much later, in the window's zone.

    None where a calendar does not reach that far.
    """
    window = evolve(policy.window, end=WindowEnd.SAME_TIME, first_day_counts=False)
    return _after(window, policy.calendars, at, duration)


def chosen_duration(
    window: Window, chosen: Duration | None, calendars: tuple[Calendar, ...] = ()
) -> Duration | None:
    """The duration that a window has, with what the author has chosen where that is theirs.

    Raises ``InvalidValueError`` for a choice that is missing, not offered, or not theirs.
    """
    if not window.chosen_by_author:
        if chosen is not None:
            raise InvalidValueError([problem("not_a_choice", "chosen")])
        return window.duration
    if chosen is None:
        raise InvalidValueError([problem("required", "chosen")])
    if window.choices:
        fits = chosen in window.choices
    else:
        short, mine, long = (
            length.reach(calendars) if length else None
            for length in (window.shortest, chosen, window.longest)
        )
        fits = mine is not None and (not short or short <= mine) and (not long or mine <= long)
    if not fits:
        raise InvalidValueError([problem("not_a_choice", "chosen")])
    return chosen


def deadline(
    policy: Policy,
    opened_at: datetime,
    *,
    chosen: Duration | None = None,
    window: Window | None = None,
) -> datetime | None:
    """First instant (UTC) at which a petition opened then takes no signature; None: none known.

    ``window`` is a stage's own; ``chosen`` what the author chose. Source of ``end_of_day``:
    the UK Parliament, whose last instant is 23:59:59.999999 of the last local day, one
    microsecond before this one.
    """
    of = window or policy.window
    if of.last_day is not None:
        return _instant(of, opened_at, of.last_day)
    duration = chosen_duration(of, chosen, policy.calendars)
    return None if duration is None else _after(of, policy.calendars, opened_at, duration)


_SETS_END = (Event.EXTENDED, Event.REOPENED, Event.DEADLINE_MOVED)


def closes_at(petition: Petition, policy: Policy | None) -> datetime | None:
    """The deadline that the petition was opened with, or that was given to it since.

    Pauses that stop the clock move it later, and so does a reached threshold that holds the
    petition open until an answer. None where it has none, is not open, or what it waits for
    (the end of a pause, an answer) has no instant yet.
    """
    opened = petition.opening
    if opened is None:
        return None
    told = petition.telling
    since = (fact for fact in told[told.index(opened) :] if fact.event in _SETS_END)
    *_, latest = opened, *since
    ends = latest.until
    if ends is None or policy is None:
        return ends
    if policy.pausing.stops_clock:
        # An amendment counts from the opening; an end of the office's own has no pause before it.
        begun = opened.at if latest.event is Event.DEADLINE_MOVED else latest.at
        for begins, over in _pauses(petition):
            if begun <= begins < ends:
                if over is None:
                    return None
                ends = _moved(policy.window, ends, begins, over)
    return _held_open(petition, policy, ends)


def _held_open(petition: Petition, policy: Policy, ends: datetime) -> datetime | None:
    """An end put off by thresholds that were reached before it."""
    held = ends
    for threshold in policy.thresholds:
        reached = petition.first(Event.THRESHOLD_REACHED, threshold.key)
        if not threshold.open_until or reached is None or reached >= ends:
            continue
        event, subject = occurrence(threshold.open_until)
        since = [at for at in petition.instants(event, subject) if at >= reached]
        if not since:
            return None
        held = max(held, min(since))
    return held


def _moved(window: Window, ends: datetime, begins: datetime, over: datetime) -> datetime:
    """An end given back the time of a pause: whole days by its nights, an instant by its length."""
    if window.end is WindowEnd.SAME_TIME:
        return ends + (over - begins)
    nights = local_date(over, window.zone) - local_date(begins, window.zone)
    last = local_date(ends - timedelta(microseconds=1), window.zone)
    return end_of_day(last + nights, window.zone)


def _pauses(petition: Petition) -> list[tuple[datetime, datetime | None]]:
    """Pauses in their order: from when, and until when if that is known."""
    found: list[tuple[datetime, datetime | None]] = []
    for fact in sorted(petition.telling, key=lambda fact: fact.at):
        if fact.event is Event.PAUSED:
            found.append((fact.at, fact.until))
        elif fact.event is Event.UNPAUSED and found:
            found[-1] = (found[-1][0], fact.at)
    return found
