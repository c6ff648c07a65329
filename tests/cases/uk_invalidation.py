"""What petitionkit answers about bulk invalidation, and about what is trending.

The conditions of the UK's rules are selections here, joined by all of them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from attrs import evolve

from cases.uk_bench import NEW_SIGNER, Answers, Bench, preset, signer
from cases.uk_case import NOW, Case, InWords, NotUnderstoodError, read_instant
from cases.uk_signing import signed_in_state
from petitionkit.duplicates.invalidation import InvalidationRule, Progress, Sweep
from petitionkit.duplicates.listings import Listing, listing_of
from petitionkit.duplicates.selection import (
    Every,
    InMailbox,
    InNetwork,
    Like,
    Selection,
    SignedBefore,
    SignedSince,
)
from petitionkit.duplicates.signals import SignalKind, SignalLimits, signals
from petitionkit.errors import InvalidValueError
from petitionkit.problems import problem
from petitionkit.signature import Attempt, Signature, Submission

_TICK = timedelta(microseconds=1)  # the UK's ``created_after`` leaves its own instant out


def _mailbox(value: str) -> Selection:
    return Like(field="email", like=value) if "%" in value else InMailbox(in_mailbox=value)


def _domain(value: str) -> Selection:
    if "@" in value:
        raise InvalidValueError([problem("domain.invalid", "domain")])
    return Like(field="email", like=f"%@{value}")


_CONDITIONS: Mapping[str, Callable[[str], Selection]] = MappingProxyType(
    {
        "name": lambda value: Like(field="name", like=value),
        "postcode": lambda value: Like(field="postcode", like=value),
        "ip_address": lambda value: InNetwork(in_network=value),
        "email": _mailbox,
        "domain": _domain,
        "constituency_id": lambda value: Like(field="region", like=value),
        "location_code": lambda value: Like(field="country", like=value),
        "created_after": lambda value: SignedSince(since=read_instant(value) + _TICK),
        "created_before": lambda value: SignedBefore(before=read_instant(value)),
    }
)


def _rule(case: Case) -> InvalidationRule:
    given = case.value("rule")
    if not isinstance(given, dict) or not given.keys() <= _CONDITIONS.keys():
        raise NotUnderstoodError(f"a rule of {given!r}")
    means = Every(all_of=tuple(_CONDITIONS[name](value) for name, value in given.items()))
    return InvalidationRule(key="rule", means=means)


def validate_rule(case: Case) -> Answers:
    try:
        _rule(case)
    except ValueError as error:
        return {"error": InWords(error)}
    return {"error": None}


def matches(case: Case) -> Answers:
    """Whether a dry run counts the signature, in the state that it is in."""
    (one,) = case.records("signature")
    drafted = {"name": "name", "email": "email", "postcode": "postal_code"}
    listed = {"ip_address": "network", "constituency_id": "region", "location_code": "country"}
    if not one.keys() <= {*drafted, *listed, "state", "created_at"}:
        raise NotUnderstoodError(f"a signature of {', '.join(sorted(one))}")
    draft = evolve(NEW_SIGNER, **{drafted[k]: v for k, v in one.items() if k in drafted})
    bench = Bench(preset(), read_instant(one.get("created_at", "now")))
    signed_in_state(bench, one.get("state"), draft)

    def known(signed: Signature | Attempt) -> Listing:
        also: dict[str, Any] = {listed[k]: v for k, v in one.items() if k in listed}
        return evolve(listing_of(signed), **also)

    found = _sweep(bench, known).preview(_rule(case))
    return {"result": found.signatures + found.attempts > 0}


def _sweep(bench: Bench, listing: Callable[[Signature | Attempt], Listing] = listing_of) -> Sweep:
    return Sweep(desk=bench.desk, store=bench.store, petition_id=bench.id, listing=listing)


def percent(case: Case) -> Answers:
    """A run that has not begun has no progress, and nothing of it is done."""
    if not case.flag("started"):
        return {"percent": 0}
    matching, done = case.value("matching"), case.value("invalidated")
    if type(matching) is not int or type(done) is not int:
        raise NotUnderstoodError("how many are no numbers")
    return {"percent": Progress(mark="rule", matching=matching, done=done).percent}


def run_rule(case: Case) -> Answers:
    bench, matching = Bench(preset(), NOW), case.number("matching")
    drafts = [signer(n) for n in range(matching)]
    bench.desk.intake(bench.id, [Submission(draft=draft) for draft in drafts])
    rule = InvalidationRule(key="rule", means=Like(field="email", like="signer-%"))
    run = _sweep(bench).invalidate(rule, actor="sysadmin", batch=case.number("batch_size"))
    progress = next(run)
    if not case.flag("cancelled_after_first_batch"):
        *_, progress = run
    lost = matching - bench.standing().supporters
    return {"matching_count": progress.matching, "invalidated_count": lost}


def delete_rule(_: Case) -> Answers:
    """A rule is the office's own file; what it did stays told in amendments."""
    return {"refused": False}


def _trending(case: Case, kind: SignalKind, listed: str) -> Answers:
    """Signals of the full hour before, where an office asks for them."""
    if case.has("enabled") and not case.flag("enabled"):
        return {"entries": {}, "notified": []}
    at = case.instant("at") if case.has("at") else NOW
    since = at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    log, notify = (
        case.number(name) if case.has(name) else usual
        for name, usual in (("log_threshold", 100), ("notify_threshold", 200))
    )
    limits = SignalLimits(v4=32, in_range=log, of_domain=log, of_name=_NEVER)
    found = {
        signal.subject.removesuffix("/32"): signal.count
        for signal in signals(_came(case, listed, since + timedelta(minutes=30)), limits=limits)
        if signal.kind is kind
    }
    return {
        "entries": found,
        "notified": sorted(subject for subject, count in found.items() if count >= notify),
        "window_start": since,
    }


_NEVER = 10**9


def _came(case: Case, listed: str, at: object) -> Iterator[Listing]:
    validated = case.value("validated")
    if not isinstance(validated, dict) or not all(type(n) is int for n in validated.values()):
        raise NotUnderstoodError(f"validated is {validated!r}")
    for subject, count in validated.items():
        given = subject if listed == "network" else f"anna@{subject}"
        for n in range(count):
            one: dict[str, Any] = {listed: given, "signed_at": at}
            yield Listing(id=f"{subject} {n}", name=f"Anna {n}", **one)


OPERATIONS: Mapping[str, Callable[[Case], Answers]] = MappingProxyType(
    {
        "delete_rule": delete_rule,
        "matches": matches,
        "percent": percent,
        "run": run_rule,
        "trending_domains": lambda case: _trending(case, SignalKind.DOMAIN, "email"),
        "trending_ips": lambda case: _trending(case, SignalKind.RANGE, "network"),
        "validate_rule": validate_rule,
    }
)
