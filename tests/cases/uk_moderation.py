"""What petitionkit answers about sponsors, moderators, debates, texts and dissolutions."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from attrs import evolve

from cases.uk_bench import (
    GOVERNMENT,
    TEXT,
    Answers,
    Bench,
    bench_in,
    only,
    preset,
    signer,
    uk_state,
    with_level,
)
from cases.uk_case import NOW, Case, InWords, NotUnderstoodError
from petitionkit.civil import Duration
from petitionkit.clauses import Window, WindowEnd
from petitionkit.counters import SPONSORS
from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.facts import State
from petitionkit.ledger import NoticeKind
from petitionkit.moderation import Capacity, Reasons
from petitionkit.parties import Answer
from petitionkit.policy import Policy
from petitionkit.proceedings import Proceedings
from samples import DAY, HOUR, TICK


def proceedings(bench: Bench) -> Proceedings:
    found = bench.desk.proceedings(bench.id)
    assert found is not None
    return found


# Sponsors


def _sponsoring(case: Case, number: str) -> Policy:
    return with_level(preset(), SPONSORS, case.number(number))


def sponsors_required(case: Case) -> Answers:
    bench = Bench(_sponsoring(case, "minimum"), NOW, submitted=True)
    bench.fill(1 + case.number("validated_sponsors"))
    found = bench.standing().sponsoring
    assert found is not None
    return {"result": found.missing}


def has_maximum_sponsors(case: Case) -> Answers:
    """Sign until no more is taken: what is pending holds no place."""
    policy = preset()
    assert policy.sponsoring is not None
    most = evolve(policy.sponsoring, at_most=case.number("maximum"))
    bench = Bench(evolve(policy, sponsoring=most), NOW, submitted=True)
    for number in range(case.number("pending_sponsors")):
        bench.sign(signer(1000 + number))
    bench.fill(1 + case.number("validated_sponsors"))
    return {"result": not bench.standing().signing.answer}


def _moderated(case: Case) -> Bench:
    """A petition with the case's signatures, all of them now or at the instant given."""
    begun = case.instant("reached_at") if case.has("reached_at") else NOW
    bench = Bench(_sponsoring(case, "threshold"), begun, submitted=True)
    bench.fill(case.number("signature_count"))
    return bench.at(NOW)


def at_threshold_for_moderation(case: Case) -> Answers:
    """Whether it is reached now: it goes to the moderators, once."""
    told = [one for one in _moderated(case).desk.notices() if one.kind is NoticeKind.SUBMITTED]
    return {"result": [one.at for one in told] == [NOW]}


def will_reach_threshold_for_moderation(case: Case) -> Answers:
    """Whether one more would do, or it is reached now."""
    found = _moderated(case).standing().sponsoring
    assert found is not None
    return {"result": found.levels[0].missing <= 1 and found.reached_at in (None, NOW)}


# Moderators


def _window(case: Case) -> Policy:
    """The preset with a window from the case's opening to its closing instant."""
    if not case.has("closed_at"):
        return preset()
    days, rest = divmod(case.instant("closed_at") - case.instant("opened_at"), DAY)
    if rest:
        raise NotUnderstoodError("the window is not one of whole days")
    window = Window(duration=Duration(days=days), end=WindowEnd.SAME_TIME)
    return evolve(preset(), window=window)


def _before(case: Case) -> Bench:
    """The petition as the case has it before a moderator acts."""
    opened = case.has("opened_at")
    begun = case.instant("opened_at") if opened else NOW - DAY
    return bench_in(case.text("state"), _window(case), begun, opened=opened).at(NOW)


def _acted(case: Case, act: Callable[[Bench], object]) -> Answers:
    bench = _before(case)
    before, error = bench.standing(), None
    try:
        act(bench)
    except IllegalStepError as illegal:
        error = InWords(illegal)
    after, petition = bench.standing(), bench.desk.petition(bench.id)
    down = after.status.state in (State.REJECTED, State.HIDDEN)
    removed = after.status.state is State.REMOVED
    opened_at = petition.opening.at if petition.opening else None
    kept = case.then.get("opened_at") == "unchanged" and opened_at == before.opened_at
    ends = after.deadline if petition.opening else None
    still = case.then.get("closed_at") == "unchanged" and ends == before.deadline
    return {
        "state": uk_state(bench),
        "error": error,
        "result": error is None,
        "opened_at": "unchanged" if kept else opened_at,
        "published_at": opened_at,
        "closed_at": "unchanged" if still else ends,
        "rejected_at": after.status.since if down else None,
        "rejection": petition.restrictions[-1].reasons.ground if down else None,
        "removed_at": after.status.since if removed else None,
        "state_at_removal": _state_before(bench, after.status.since) if removed else None,
    }


def _state_before(bench: Bench, at: datetime | None) -> str:
    assert at is not None
    return uk_state(bench, at - TICK)


def approve(case: Case) -> Answers:
    return _acted(case, lambda bench: bench.staff.approve(bench.id))


def restore(case: Case) -> Answers:
    return _acted(case, lambda bench: bench.staff.restore(bench.id))


def remove(case: Case) -> Answers:
    reasons = Reasons(ground="removed")
    return _acted(case, lambda bench: bench.staff.remove(bench.id, reasons))


def reject(case: Case) -> Answers:
    reasons = Reasons(ground=case.text("code"))
    if case.flag("hidden"):
        return _acted(case, lambda bench: bench.staff.hide(bench.id, reasons))
    return _acted(case, lambda bench: bench.staff.reject(bench.id, reasons))


def reject_by_two_moderators(case: Case) -> Answers:
    """Neither says which version they saw: the later one decides."""
    codes = case.value("concurrent")
    if not isinstance(codes, list):
        raise NotUnderstoodError("concurrent is no list")
    bench = bench_in("sponsored", preset(), NOW)
    for code in codes:
        bench.staff.reject(bench.id, Reasons(ground=code))
    return {"raises": None, "code": bench.desk.petition(bench.id).restrictions[-1].reasons.ground}


def moderation_bucket(case: Case) -> Answers:
    overdue, nearly = case.number("overdue_days"), case.number("near_overdue_days")
    moderation = evolve(
        preset().moderation, within=Duration(days=overdue), soon_after=Duration(days=nearly)
    )
    policy = evolve(preset(), moderation=moderation)
    bench = bench_in("sponsored", policy, case.instant("moderation_threshold_reached_at"))
    age = proceedings(bench.at(NOW)).queue_age
    return {"bucket": str(age)}


# Debates and answers


def _noon(day: object) -> datetime:
    if not isinstance(day, str):
        raise NotUnderstoodError(f"{day!r} is no day")
    zone = ZoneInfo(preset().window.zone)
    return datetime.combine(date.fromisoformat(day), time(12), zone)


def set_scheduled_debate_date(case: Case) -> Answers:
    today = _noon(case.value("today"))
    bench = Bench(with_level(preset(), "debate", 1), today - DAY)
    bench.fill(int(case.flag("debate_threshold_reached")))
    bench.at(today)
    if case.has("scheduled_debate_date"):
        bench.staff.schedule_debate(bench.id, _noon(case.value("scheduled_debate_date")).date())
    return {"debate_state": str(proceedings(bench).debate)}


def mark_debated(case: Case) -> Answers:
    only(case, "debate_state", "scheduled")
    day = _noon(case.value("scheduled_debate_date"))
    bench = Bench(preset(), day - timedelta(days=14))
    bench.staff.schedule_debate(bench.id, day.date())
    bench.at(_noon(case.value("date")))
    return {"debate_state": str(proceedings(bench).debate)}


def delete_response(case: Case) -> Answers:
    only(case, "response_state", "responded")
    bench = Bench(with_level(preset(), "response", 2), NOW - DAY)
    bench.fill(2 if case.flag("response_threshold_reached") else 1)
    bench.at(NOW - HOUR).desk.acting(Capacity.OFFICE).answer(
        bench.id, GOVERNMENT.key, Answer(at=NOW - HOUR)
    )
    bench.at(NOW).staff.retract_answer(bench.id, GOVERNMENT.key)
    given = bench.desk.petition(bench.id).addressees[0].answer
    return {
        "response_state": str(proceedings(bench).response),
        "government_response_at": given.at if given else None,
    }


# The end of a parliament


def stop(case: Case) -> Answers:
    """A dissolution is one finding for every petition; each takes what it means for it."""
    at = case.instant("at") if case.has("at") else NOW
    bench = bench_in(case.text("state"), preset(), at - DAY)
    bench.at(at).desk.record_finding(bench.id, "dissolution")
    stopped = bench.status.state is State.LAPSED
    return {
        "state": uk_state(bench),
        "stopped_at": bench.status.since if stopped else None,
        "raises": None,
    }


def stop_at_dissolution(case: Case) -> Answers:
    """Whether a mail to the starter is due, by the state in which the petition was stopped."""
    state = case.text("state")
    bench = bench_in(state, preset(), case.instant("created_at"))
    bench.at(case.instant("at")).desk.record_finding(bench.id, "dissolution")
    mailed = NoticeKind.LAPSED in {notice.kind for notice in bench.desk.notices()}
    return {"state": uk_state(bench), "mail_to_creator": f"stopped_{state}" if mailed else None}


# A petition's own texts

_PARTS = MappingProxyType(
    {
        "action": "title",
        "background": "body",
        "additional_details": "details",
        "committee_note": "note",
    }
)
_ERRORS = MappingProxyType({"required": "blank", "too_long": "too_long"})


def _part(case: Case) -> str:
    only(case, "field", *_PARTS)
    return _PARTS[case.text("field")]


def _error_of(parts: Mapping[str, str]) -> str | None:
    """What submitting a petition with such a text is refused for."""
    bench = Bench(preset(), NOW)
    try:
        text = evolve(TEXT, **parts)  # type: ignore[arg-type]
        draft = bench.desk.start(texts=[text])
        bench.desk.acting(Capacity.STARTER).submit(draft.id, bench.policy)
    except InvalidValueError as error:
        return _ERRORS.get(error.problems[0].code, "invalid")
    return None


def max_length(case: Case) -> Answers:
    """Bisect for the longest text that is taken."""
    part, fits, over = _part(case), 1, 100_000
    while over - fits > 1:
        middle = (fits + over) // 2
        if _error_of({part: "x" * middle}) is None:
            fits = middle
        else:
            over = middle
    return {"max": fits}


def validate(case: Case) -> Answers:
    return {"error": _error_of({_part(case): case.text("value")})}


OPERATIONS: Mapping[str, Callable[[Case], Answers]] = MappingProxyType(
    {
        "approve": approve,
        "at_threshold_for_moderation": at_threshold_for_moderation,
        "delete_response": delete_response,
        "has_maximum_sponsors": has_maximum_sponsors,
        "mark_debated": mark_debated,
        "max_length": max_length,
        "moderation_bucket": moderation_bucket,
        "reject": reject,
        "reject by two moderators": reject_by_two_moderators,
        "remove": remove,
        "restore": restore,
        "set_scheduled_debate_date": set_scheduled_debate_date,
        "sponsors_required": sponsors_required,
        "stop": stop,
        "stop_at_dissolution": stop_at_dissolution,
        "validate": validate,
        "will_reach_threshold_for_moderation": will_reach_threshold_for_moderation,
    }
)
"""What can run, by operation; each gives at least the answers that its cases ask for."""
