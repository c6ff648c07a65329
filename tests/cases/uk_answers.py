"""What petitionkit answers to the operations of the cases, each through its public API.

The preset is ``uk-parliament``, evolved with the numbers that a case gives. What an answer says
that petitionkit keeps as facts (whether a response is awaited, say) is read off the facts.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from attrs import frozen

from cases import uk_erasing, uk_invalidation, uk_moderation, uk_pages
from cases.uk_bench import (
    GOVERNMENT,
    Answers,
    Bench,
    bench_in,
    only,
    policy_of,
    preset,
    signer,
    uk_state,
    with_level,
)
from cases.uk_case import NOW, Case, InWords, NotUnderstoodError
from cases.uk_fields import (
    canonical_email,
    sanitize_postcode,
    validate_config,
    validate_domain_rule_name,
)
from cases.uk_signing import (
    SIGN_AS_WOMBOID,
    by_the_app,
    can_confirm_signature,
    confirm,
    confirm_another,
    destroy,
    domain_listed,
    email_listed,
    email_threshold_reached,
    email_uuid,
    exceeded,
    follow_confirm_link,
    follow_confirm_link_again,
    invalidate,
    invalidate_twice,
    ip_listed,
    is_subscribed,
    open_supporter_link,
    sign,
    sign_again,
    sign_and_confirm,
    sponsor_sign,
    start_signing,
    store_email,
    unsubscribe,
    validate_email,
    validate_location_code,
    validate_name,
    validate_postcode,
)
from petitionkit.civil import local_date
from petitionkit.errors import IllegalStepError
from petitionkit.facts import State
from petitionkit.following import WINDOW
from petitionkit.moderation import Capacity
from petitionkit.outcomes import (
    Withdrawn,
)
from petitionkit.parties import Answer
from samples import DAY, HOUR, TICK

# When a petition ends


def _last_instant(bench: Bench) -> datetime:
    """The last instant of a window, or the one at which it was ended early.

    The cases call both its deadline; petitionkit's is exclusive, and stands as it was promised
    when somebody ends the petition before it.
    """
    standing = bench.standing()
    status = standing.status
    if status.state is State.CLOSED and status.rule != WINDOW and status.since is not None:
        return status.since
    if standing.deadline is None:
        raise NotUnderstoodError("the petition has no deadline")
    return standing.deadline - TICK


def _opened(case: Case) -> Bench:
    return Bench(policy_of(case), case.instant("opened_at"))


def deadline(case: Case) -> Answers:
    bench = _opened(case)
    if case.has("extension_days"):
        _extend(bench, case.number("extension_days"))
    if case.has("closed_at"):
        bench.at(case.instant("closed_at"))
        bench.desk.acting(Capacity.OFFICE).close(bench.id)
    return {"deadline": _last_instant(bench)}


def _extend(bench: Bench, days: int) -> None:
    """Extend a petition as many days as a pause that stops the clock lasts."""
    if days:
        bench.desk.pause(bench.id, until=bench.clock.now + days * DAY)
        bench.at(bench.clock.now + days * DAY)


def closing_date(case: Case) -> Answers:
    bench = _opened(case)
    return {"date": local_date(_last_instant(bench), bench.policy.window.zone).isoformat()}


def opened_before_for_closing(case: Case) -> Answers:
    """Bisect, to the microsecond, for the first opening that is not due: nothing is subtracted."""
    policy, at = policy_of(case), case.instant("at")

    def due(opened_at: datetime) -> bool:
        bench = Bench(policy, opened_at)
        return bench.desk.standing(bench.id, at=at).status.state is State.CLOSED

    earlier, later = at - timedelta(days=31 * (case.number("duration_months") + 2)), at
    if not due(earlier) or due(later):
        raise NotUnderstoodError("no opening divides those that are due from those that are not")
    while later - earlier > TICK:
        middle = earlier + (later - earlier) // 2
        earlier, later = (middle, later) if due(middle) else (earlier, middle)
    return {"opened_before": later}


def close_due(case: Case) -> Answers:
    bench = bench_in(case.text("state"), policy_of(case), case.instant("opened_at"))
    return {"state": uk_state(bench.at(case.instant("at")))}


def close(case: Case) -> Answers:
    bench = bench_in(case.text("state"), preset(), NOW - DAY)
    try:
        bench.at(NOW).desk.acting(Capacity.OFFICE).close(bench.id)
    except IllegalStepError as error:
        return {"raises": InWords(error)}
    return {"raises": None}


def nightly_extend(case: Case) -> Answers:
    """A pause over one midnight, or none, after the days that the petition was given before."""
    zone = ZoneInfo(preset().window.zone)
    bench = Bench(preset(), datetime(2016, 1, 4, 10, tzinfo=zone))
    before = _last_instant(bench)
    _extend(bench, case.number("deadline_extension"))
    if case.flag("signature_collection_disabled"):
        bench.desk.pause(bench.id)
    bench.at(bench.clock.now + DAY)
    if case.flag("signature_collection_disabled"):
        bench.desk.unpause(bench.id)
    return {"deadline_extension": (_last_instant(bench) - before).days}


# Dissolution


def _dissolved(case: Case, bench: Bench) -> Bench:
    bench.at(case.instant("dissolution_at"))
    bench.desk.record_finding(bench.id, "dissolution", at=case.instant("dissolution_at"))
    return bench


def close_early(case: Case) -> Answers:
    begun = bench_in(case.text("state"), policy_of(case), case.instant("opened_at"))
    bench = _dissolved(case, begun).at(case.instant("at"))
    return {"state": uk_state(bench), "closed_at": _closed_at(bench)}


def _closed_at(bench: Bench) -> datetime | None:
    status = bench.standing().status
    return status.since if status.state is State.CLOSED else None


def open_at_dissolution(case: Case) -> Answers:
    bench = _opened(case)
    last = local_date(_last_instant(bench), bench.policy.window.zone)
    _dissolved(case, bench)
    return {"deadline_date": last.isoformat(), "included": _by_dissolution(bench)}


def closed_early_due_to_election(case: Case) -> Answers:
    bench = _opened(case)
    closed = case.value("closed_at")
    if closed != "deadline" and case.instant("closed_at") != case.instant("dissolution_at"):
        bench.at(case.instant("closed_at")).desk.acting(Capacity.OFFICE).close(bench.id)
    return {"result": _by_dissolution(_dissolved(case, bench))}


def _by_dissolution(bench: Bench) -> bool:
    return bench.standing().status.reason == "dissolution"


# Counts, thresholds, answers


def _counted(bench: Bench) -> Answers:
    standing, found = bench.standing(), uk_moderation.proceedings(bench)
    sponsoring = standing.sponsoring
    return {
        "state": uk_state(bench),
        "signature_count": standing.supporters,
        "last_signed_at": bench.last_signed_at(),
        "response_threshold_reached_at": bench.reached_at("response"),
        "debate_threshold_reached_at": bench.reached_at("debate"),
        "moderation_threshold_reached_at": sponsoring.reached_at if sponsoring else None,
        "response_state": str(found.response),
        "debate_state": str(found.debate),
    }


def _counting(case: Case) -> tuple[Bench, list[UUID]]:
    """A petition as it stood; that a response or a debate is awaited follows."""
    state = case.text("state")
    only(case, "state", "pending", "validated", "sponsored", "open")
    only(case, "response_state", None, "pending", "awaiting", "responded")
    only(case, "debate_state", None, "pending", "awaiting", *_DEBATED)
    only(case, "moderation_threshold_reached_at", None)
    bench = Bench(policy_of(case), NOW - 30 * DAY, submitted=state != "open")
    signed = bench.at(NOW - DAY).fill(case.number("signature_count"))
    if case.value("response_state") == "responded":
        bench.desk.acting(Capacity.OFFICE).answer(bench.id, GOVERNMENT.key, Answer(at=NOW - HOUR))
    debate = _DEBATED.get(case.value("debate_state"))
    if debate is not None:
        debate(bench)
    return bench.at(NOW), signed


_DEBATED: Mapping[str, Callable[[Bench], object]] = MappingProxyType(
    {
        "scheduled": lambda bench: bench.staff.schedule_debate(bench.id, (NOW + 7 * DAY).date()),
        "debated": lambda bench: bench.staff.record_debate(bench.id, held=True),
        "not_debated": lambda bench: bench.staff.record_debate(bench.id, held=False),
    }
)


def increment(case: Case) -> Answers:
    bench, signed = _counting(case)
    for number in range(case.number("new_validated")):
        bench.sign(signer(len(signed) + number))
        bench.confirm()
    return _counted(bench.at(NOW))


def decrement(case: Case) -> Answers:
    bench, signed = _counting(case)
    if not signed:
        raise NotUnderstoodError("there is no signature to take away")
    assert isinstance(bench.desk.withdraw(signed[-1]), Withdrawn)
    return _counted(bench.at(NOW))


def at_threshold_for_response(case: Case) -> Answers:
    """Whether the threshold is reached now: the office is told of it, once."""
    begun = case.instant("reached_at") if case.has("reached_at") else NOW
    bench = Bench(with_level(preset(), "response", case.number("threshold")), begun)
    bench.fill(case.number("signature_count"))
    told = [(one.kind.value, one.subject, one.at) for one in bench.at(NOW).desk.notices()]
    return {"result": ("threshold_reached", "response", NOW) in told}


def add_response(case: Case) -> Answers:
    only(case, "response_state", "pending", "awaiting")
    bench = Bench(with_level(preset(), "response", 2), NOW - DAY)
    bench.fill(2 if case.value("response_state") == "awaiting" else 1)
    if str(uk_moderation.proceedings(bench).response) != case.value("response_state"):
        raise NotUnderstoodError("the response is not in that state before")
    bench.at(NOW).desk.acting(Capacity.OFFICE).answer(
        bench.id, GOVERNMENT.key, Answer(at=NOW, summary="We agree.")
    )
    given = bench.desk.petition(bench.id).addressees[0].answer
    return {
        "response_state": str(uk_moderation.proceedings(bench).response),
        "government_response_at": given.at if given else None,
    }


@frozen
class Words:
    """The words that an operation is described with: given, arguments, and what then is so."""

    given: frozenset[str]
    args: frozenset[str]
    then: frozenset[str]


def _words(text: str) -> Words:
    given, args, then = (frozenset(part.split()) for part in text.split("/"))
    return Words(given, args, then)


VOCABULARY: Mapping[str, Words] = MappingProxyType(
    {
        "add_response": _words("response_state / / government_response_at response_state"),
        "admin_unsubscribe": _words("creator / / raises"),
        "anonymise": _words(
            "constituency email id ip_address location_code name postcode / /"
            " email ip_address name postcode"
        ),
        "anonymise_due": _words(
            "do_not_anonymize ended_at retention_months state timezone / at / due"
        ),
        "api_time": _words("time / / text"),
        "approve": _words(
            "closed_at opened_at state / / closed_at error opened_at published_at state"
        ),
        "at_threshold_for_moderation": _words("reached_at signature_count threshold / / result"),
        "at_threshold_for_response": _words("reached_at signature_count threshold / / result"),
        "can_confirm_signature": _words("closed_at state / at / allowed"),
        "canonical_email": _words("rules / email / canonical"),
        "close": _words("state / / raises"),
        "close_due": _words("duration_months opened_at state timezone / at / state"),
        "close_early": _words("dissolution_at opened_at state / at / closed_at state"),
        "closed_early_due_to_election": _words("closed_at dissolution_at opened_at / / result"),
        "closing_date": _words("duration_months timezone / opened_at / date"),
        "confirm": _words(
            "petition_state signature_collection_disabled signature_count state / force /"
            " count_delta message number signature_count signature_state state"
        ),
        "confirm_another": _words("numbered / / number_of_first"),
        "create_petition": _words(
            "creator_rate petitions_from_same_ip sustained_period_s / /"
            " creator_sees petition_created"
        ),
        "csv_escape": _words("/ value / text"),
        "deadline": _words(
            "closed_at duration_months extension_days opened_at timezone / opened_at / deadline"
        ),
        "decrement": _words(
            "debate_state response_state signature_count state threshold_debate"
            " threshold_moderation threshold_response / /"
            " debate_state debate_threshold_reached_at moderation_threshold_reached_at"
            " response_state response_threshold_reached_at signature_count state"
        ),
        "delete_response": _words(
            "response_state response_threshold_reached / / government_response_at response_state"
        ),
        "destroy": _words(
            "creator signature_count state / /"
            " constituency_delta country_delta refused signature_count"
        ),
        "domain_listed": _words("list / domain / listed"),
        "email_listed": _words("list / email / listed"),
        "email_threshold_reached": _words("email_count / / result"),
        "email_uuid": _words("/ email / uuid"),
        "exceeded": _words(
            "burst_period_s burst_rate count_300s count_60s countries country_burst_rate"
            " country_rate_limits country_sustained_rate geoblocking ip_country"
            " sustained_period_s sustained_rate / / result"
        ),
        "follow_confirm_link": _words("role token validated_minutes_ago / / redirect state"),
        "follow_confirm_link again": _words("state / / count_delta page"),
        "has_maximum_sponsors": _words("maximum pending_sponsors validated_sponsors / / result"),
        "increment": _words(
            "debate_state moderation_threshold_reached_at new_validated response_state"
            " signature_count state threshold_debate threshold_moderation threshold_response / /"
            " debate_state debate_threshold_reached_at last_signed_at"
            " moderation_threshold_reached_at response_state response_threshold_reached_at"
            " signature_count state"
        ),
        "invalidate": _words("notify_by_email state / / count_delta notify_by_email state"),
        "invalidate twice": _words("state / / count_delta"),
        "ip_listed": _words("list / ip / listed"),
        "is_subscribed": _words("notify_by_email state / / result"),
        "links": _words("count page state total / / first last next prev"),
        "mark_debated": _words("debate_state scheduled_debate_date / date / debate_state"),
        "max_length": _words("field / / max"),
        "moderation_bucket": _words(
            "moderation_threshold_reached_at near_overdue_days overdue_days / / bucket"
        ),
        "nightly_extend": _words(
            "deadline_extension signature_collection_disabled / / deadline_extension"
        ),
        "open_at_dissolution": _words(
            "dissolution_at duration_months opened_at timezone / / deadline_date included"
        ),
        "open_supporter_link": _words("creator_state petition_state / / creator_state"),
        "opened_before_for_closing": _words("duration_months timezone / at / opened_before"),
        "page_size": _words("count / / size"),
        "reject": _words("closed_at opened_at state / code hidden / closed_at opened_at state"),
        "reject by two moderators": _words("concurrent / / code raises"),
        "remove": _words("state / / removed_at result state state_at_removal"),
        "restore": _words(
            "closed_at opened_at state / / closed_at opened_at rejected_at rejection state"
        ),
        "sanitize_postcode": _words("/ value / postcode"),
        "set_scheduled_debate_date": _words(
            "debate_threshold_reached scheduled_debate_date today / / debate_state"
        ),
        "sign": _words(
            "existing existing_on_petition petition_state rules / petition signature /"
            " error outcome"
        ),
        "sign and confirm": _words(
            "burst_period_s burst_rate earlier_from_same_ip / /"
            " signature_count signature_state signer_sees"
        ),
        SIGN_AS_WOMBOID: _words(
            "allowed_domains blocked_domains blocked_emails burst_period_s burst_rate"
            " earlier_from_same_ip / /"
            " confirmation_mail_sent signature_count signature_state signer_sees"
        ),
        "sign_again": _words("existing_state / / mail new_signature outcome to"),
        "sponsor_sign": _words(
            "sponsor_rate sponsors_from_same_ip sustained_period_s / /"
            " confirmation_mail_sent signature_state"
        ),
        "sponsors_required": _words("minimum validated_sponsors / / result"),
        "start_signing": _words("closed_hours_ago state / / allowed"),
        "stop": _words("state / at / raises state stopped_at"),
        "stop_at_dissolution": _words(
            "created_at notification_cutoff_at special_consideration state / at /"
            " mail_to_creator state"
        ),
        "store_email": _words("/ email / email"),
        "to_json.detail": _words(
            "journals rejection state / /"
            " rejected_at rejection signatures_by_constituency signatures_by_country"
            " signatures_by_region"
        ),
        "to_json.list_item": _words("creator_name opened_at state / / closing_date creator_name"),
        "unsubscribe": _words("notify_by_email state token / / error notify_by_email"),
        "validate": _words("field / value / error"),
        "validate_config": _words(
            "burst_period_s burst_rate sustained_period_s sustained_rate / / error"
        ),
        "validate_domain_rule_name": _words("/ name / valid"),
        "validate_email": _words("allow_plus / email / error"),
        "validate_location_code": _words("/ code / error"),
        "validate_name": _words("max_length / name / error"),
        "validate_postcode": _words("location_code / postcode / error"),
        "will_reach_threshold_for_moderation": _words(
            "reached_at signature_count threshold / / result"
        ),
        "delete_rule": _words("started / / refused"),
        "matches": _words("rule signature / / result"),
        "percent": _words("invalidated matching started / / percent"),
        "run": _words(
            "batch_size cancelled_after_first_batch matching / / invalidated_count matching_count"
        ),
        "trending_domains": _words(
            "log_threshold notify_threshold validated / at / entries notified"
        ),
        "trending_ips": _words(
            "enabled log_threshold notify_threshold validated / at / entries notified window_start"
        ),
        "validate_rule": _words("rule / / error"),
    }
)
"""Every operation of the areas in scope, with all its words, whether it can run yet or not."""

OPERATIONS: Mapping[str, Callable[[Case], Answers]] = MappingProxyType(
    {
        **uk_invalidation.OPERATIONS,
        **uk_moderation.OPERATIONS,
        "anonymise": uk_erasing.anonymise,
        "anonymise_due": uk_erasing.anonymise_due,
        "add_response": add_response,
        "admin_unsubscribe": by_the_app,
        "api_time": uk_pages.time_text,
        "at_threshold_for_response": at_threshold_for_response,
        "can_confirm_signature": can_confirm_signature,
        "canonical_email": canonical_email,
        "close": close,
        "close_due": close_due,
        "close_early": close_early,
        "closed_early_due_to_election": closed_early_due_to_election,
        "closing_date": closing_date,
        "confirm": confirm,
        "confirm_another": confirm_another,
        "create_petition": by_the_app,
        "csv_escape": uk_pages.csv_escape,
        "deadline": deadline,
        "decrement": decrement,
        "destroy": destroy,
        "domain_listed": domain_listed,
        "email_listed": email_listed,
        "exceeded": exceeded,
        "email_threshold_reached": email_threshold_reached,
        "email_uuid": email_uuid,
        "follow_confirm_link": follow_confirm_link,
        "follow_confirm_link again": follow_confirm_link_again,
        "increment": increment,
        "invalidate": invalidate,
        "invalidate twice": invalidate_twice,
        "ip_listed": ip_listed,
        "is_subscribed": is_subscribed,
        "links": uk_pages.links,
        "nightly_extend": nightly_extend,
        "open_at_dissolution": open_at_dissolution,
        "open_supporter_link": open_supporter_link,
        "opened_before_for_closing": opened_before_for_closing,
        "page_size": uk_pages.size,
        "sanitize_postcode": sanitize_postcode,
        "sign": sign,
        "sign and confirm": sign_and_confirm,
        SIGN_AS_WOMBOID: sign_and_confirm,
        "sign_again": sign_again,
        "sponsor_sign": sponsor_sign,
        "start_signing": start_signing,
        "store_email": store_email,
        "to_json.detail": uk_pages.detail,
        "to_json.list_item": uk_pages.list_item,
        "validate_config": validate_config,
        "validate_domain_rule_name": validate_domain_rule_name,
        "unsubscribe": unsubscribe,
        "validate_email": validate_email,
        "validate_location_code": validate_location_code,
        "validate_name": validate_name,
        "validate_postcode": validate_postcode,
    }
)
"""What can run, by operation; each gives at least the answers that its cases ask for."""
