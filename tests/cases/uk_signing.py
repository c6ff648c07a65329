"""What petitionkit answers about signing: fields, duplicates, confirmation, lists and rates.

Each through the public API, under the preset ``uk-parliament``.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from attrs import evolve

from cases.uk_bench import (
    NEW_SIGNER,
    POSTCODE,
    Answers,
    Bench,
    bench_in,
    only,
    policy_of,
    preset,
    signer,
)
from cases.uk_case import NOW, Case, InWords, NotUnderstoodError, NotYetError
from cases.uk_fields import WOMBOID, country_of, entries, lists_of, recipe_of, vigilance_of
from petitionkit import Letter
from petitionkit.assessment import Rate
from petitionkit.form import AskedConsent
from petitionkit.ledger import NoticeKind
from petitionkit.lists import Lists
from petitionkit.moderation import Capacity
from petitionkit.outcomes import (
    Accepted,
    Amended,
    Confirmed,
    ConfirmOutcome,
    Duplicate,
    IntakeOutcome,
    Received,
    Refused,
)
from petitionkit.policy import Policy
from petitionkit.signature import Role, Signature, SignatureDraft, Submission
from petitionkit.tokens import Purpose
from samples import DAY, HOUR, SECOND

SIGN_AS_WOMBOID = f"sign and confirm as {WOMBOID}"

# While it can be signed, and how long after


def can_confirm_signature(case: Case) -> Answers:
    at, state = case.instant("at"), case.text("state")
    closed_at = case.instant("closed_at") if case.has("closed_at") else None
    if (closed_at is not None) is not (state == "closed"):
        raise NotUnderstoodError("closed_at and the state do not go together")
    turned_at = closed_at or at
    bench, letter = _signed_then(state, turned_at - DAY, turned_at)
    return {"allowed": isinstance(bench.at(at).desk.confirm(letter.token), Confirmed)}


def _signed_then(state: str, signed_at: datetime, turned_at: datetime) -> tuple[Bench, Letter]:
    """A petition in a state, which somebody signed before it came into that state."""
    early = state in ("pending", "validated", "sponsored", "flagged", "dormant", "stopped")
    begun = {"pending": "pending", "validated": "validated"}.get(state, "sponsored")
    bench = bench_in(begun if early else "open", preset(), signed_at)
    letter = signed_in_state(bench, "pending")
    bench.at(turned_at)
    return (bench if state in (begun, "open") else bench.turn(state)), letter


def start_signing(case: Case) -> Answers:
    only(case, "state", "closed")
    bench = Bench(preset(), NOW - case.number("closed_hours_ago") * HOUR - DAY)
    bench.at(bench.clock.now + DAY).desk.acting(Capacity.OFFICE).close(bench.id)
    return {"allowed": isinstance(bench.at(NOW).sign(NEW_SIGNER), Received)}


# Signatures


def confirm(case: Case) -> Answers:
    bench = bench_in(str(case.value("petition_state") or "open"), preset(), NOW - DAY)
    if case.has("signature_count"):
        bench.fill(case.number("signature_count"))
    letter = signed_in_state(bench, case.value("state"))
    before = bench.standing().supporters
    if case.flag("signature_collection_disabled"):
        bench.desk.pause(bench.id)
    outcome = bench.at(NOW).desk.confirm(letter.token)
    if case.flag("force") and isinstance(outcome, Confirmed):
        bench.desk.reinstate(outcome.signature_id)
    state = _signature_state(bench, letter)
    return {
        "state": state,
        "signature_state": state,
        "count_delta": bench.standing().supporters - before,
        "signature_count": bench.standing().supporters,
        "message": _message(outcome),
        "number": None,  # of signatures none is kept
    }


def confirm_another(_: Case) -> Answers:
    return {"number_of_first": None}


def signed_in_state(bench: Bench, state: object, draft: SignatureDraft = NEW_SIGNER) -> Letter:
    """Bring somebody's signature into a state; what the UK's calls fraudulent is held here."""
    if state not in (None, "pending", "validated", "fraudulent", "invalidated"):
        raise NotUnderstoodError(f"a signature is {state!r}")
    bench.sign(draft)
    letter = bench.letter()
    if state == "fraudulent" and letter.notice.attempt_id:
        bench.desk.hold(letter.notice.attempt_id, ground="fraudulent")
    if state in ("validated", "invalidated"):
        outcome = bench.desk.confirm(letter.token)
        assert isinstance(outcome, Confirmed)
        if state == "invalidated":
            bench.desk.invalidate(outcome.signature_id, ground="invalidated")
    return letter


def open_supporter_link(case: Case) -> Answers:
    """The starter's own attempt, when somebody has come by the petition's page."""
    bench = bench_in(case.text("petition_state"), preset(), NOW - DAY)
    letter = signed_in_state(bench, case.value("creator_state"))
    bench.at(NOW).standing()
    return {"creator_state": _signature_state(bench, letter)}


def _signature_state(bench: Bench, letter: Letter) -> str:
    attempt = letter.notice.attempt_id and bench.store.attempt(letter.notice.attempt_id)
    if not attempt:
        raise NotUnderstoodError("there is no attempt")
    signed = attempt.signature_id and bench.store.signature(attempt.signature_id)
    ground = signed.ground if signed else attempt.held
    if ground.startswith("discount."):
        return "fraudulent"
    if not signed:
        return ground or "pending"
    return "validated" if signed.live else signed.ground or "withdrawn"


SUBSCRIBING = AskedConsent(key="updates", version="1")


def _subscribing(case: Case) -> tuple[Bench, Letter]:
    """Somebody who signed under the preset with a box for mails, and ticked it or not."""
    policy = preset()
    form = evolve(policy.form, consents=(SUBSCRIBING,))
    bench = Bench(evolve(policy, form=form), NOW)
    ticked = (SUBSCRIBING.key,) if case.flag("notify_by_email") else ()
    draft = evolve(NEW_SIGNER, consents=ticked)
    return bench, signed_in_state(bench, case.value("state"), draft)


def _signed(bench: Bench, letter: Letter) -> Signature | None:
    attempt = letter.notice.attempt_id and bench.store.attempt(letter.notice.attempt_id)
    signature_id = attempt.signature_id if attempt else None
    return bench.store.signature(signature_id) if signature_id else None


def invalidate(case: Case) -> Answers:
    """What is pending is held, so that it never counts."""
    bench, letter = _subscribing(case)
    before, signed = bench.standing().supporters, _signed(bench, letter)
    if signed:
        bench.desk.invalidate(signed.id, ground="invalidated")
    elif letter.notice.attempt_id:
        bench.desk.hold(letter.notice.attempt_id, ground="invalidated")
    signed = _signed(bench, letter)
    return {
        "state": _signature_state(bench, letter),
        "count_delta": bench.standing().supporters - before,
        "notify_by_email": bool(signed and signed.subscribed(SUBSCRIBING.key)),
    }


def is_subscribed(case: Case) -> Answers:
    signed = _signed(*_subscribing(case))
    return {"result": bool(signed and signed.subscribed(SUBSCRIBING.key))}


def unsubscribe(case: Case) -> Answers:
    only(case, "state", "validated")
    only(case, "token", None, "right", "wrong")
    bench, letter = _subscribing(case)
    signed = _signed(bench, letter)
    if signed is None:
        raise NotUnderstoodError("there is no signature")
    token = bench.desk.token_for(signed.id, Purpose.UNSUBSCRIBE)
    found = bench.desk.open_link(
        "x" if case.value("token") == "wrong" else token, Purpose.UNSUBSCRIBE
    )
    outcome = (
        bench.desk.unsubscribe(found.id, SUBSCRIBING.key) if isinstance(found, Signature) else found
    )
    codes = [one.code for one in outcome.problems] if isinstance(outcome, Refused) else [None]
    now = _signed(bench, letter)
    return {
        "error": _UNSUBSCRIBED[codes[0]],
        "notify_by_email": bool(now and now.subscribed(SUBSCRIBING.key)),
    }


_UNSUBSCRIBED = MappingProxyType(
    {None: None, "consent.not_given": "already_unsubscribed", "token.invalid": "invalid_token"}
)


def email_threshold_reached(case: Case) -> Answers:
    """Whether a mailbox that was sent so many mails is sent no more."""
    bench = Bench(preset(), NOW)
    for _ in range(case.number("email_count") + 1):
        bench.sign(NEW_SIGNER)
    kinds = [notice.kind for notice in bench.desk.notices() if notice.attempt_id]
    return {"result": kinds[-1] is NoticeKind.NOTHING}


def sign_again(case: Case) -> Answers:
    """The mail that is due to somebody who signs again."""
    bench = Bench(preset(), NOW)
    signed_in_state(bench, case.value("existing_state"))
    before = bench.standing().supporters
    bench.sign(NEW_SIGNER)
    letter = bench.letter()
    return {
        "mail": _MAILS[letter.notice.kind],
        "to": letter.to,
        "outcome": "received",
        "new_signature": bench.standing().supporters > before,
    }


_MAILS = MappingProxyType(
    {NoticeKind.CONFIRM: "confirmation", NoticeKind.ALREADY_SIGNED: "duplicate"}
)


def _message(outcome: ConfirmOutcome) -> str | None:
    if not isinstance(outcome, Refused):
        return None
    return outcome.problems[0].code.removeprefix("petition.")


def follow_confirm_link_again(case: Case) -> Answers:
    only(case, "state", "validated")
    bench = Bench(preset(), NOW)
    bench.sign(NEW_SIGNER)
    token = bench.letter().token
    first = bench.desk.confirm(token)
    before = bench.standing().supporters
    again = bench.desk.confirm(token)
    same = isinstance(first, Confirmed) and again == first
    return {
        "page": "same thank-you page" if same else "another page",
        "count_delta": bench.standing().supporters - before,
    }


def follow_confirm_link(case: Case) -> Answers:
    """With a link that is none: where the browser goes is the app's."""
    if case.value("token") != "wrong":
        raise NotYetError("where a link leads a browser is the web app's")
    bench = Bench(preset(), NOW)
    bench.sign(NEW_SIGNER)
    outcome = bench.desk.confirm(bench.letter().token[::-1])
    unchanged = (
        isinstance(outcome, Refused) and _signature_state(bench, bench.letter()) == "pending"
    )
    return {"redirect": None, "state": "unchanged" if unchanged else "changed"}


def destroy(case: Case) -> Answers:
    """Nobody deletes a row; whose signature is to go is invalidated, and leaves every count."""
    only(case, "state", None, "validated", "invalidated")
    bench = Bench(preset(), NOW)
    count = case.number("signature_count") if case.has("signature_count") else 1
    signed = bench.fill(count + (case.value("state") == "invalidated"))
    role = Role.STARTER if case.flag("creator") else Role.SIGNER
    draft = evolve(NEW_SIGNER, country="GB", region="n")
    [taken] = bench.desk.intake(bench.id, [Submission(draft=draft, role=role)])
    assert isinstance(taken, Accepted)
    bench.desk.invalidate(signed[-1], ground="it makes room for one whose region is known")
    if case.value("state") == "invalidated":
        bench.desk.invalidate(taken.signature_id, ground="before")
    before = _live(bench)
    outcome = bench.desk.invalidate(taken.signature_id, ground="destroyed")
    moved = _live(bench) - before
    return {
        "refused": not isinstance(outcome, Amended),
        "signature_count": bench.standing().supporters,
        "country_delta": moved,
        "constituency_delta": moved,
    }


def by_the_app(case: Case) -> Answers:
    """What petitionkit leaves to the app, with why."""
    raise NotYetError(_THE_APPS[case.op])


_THE_APPS = MappingProxyType(
    {
        "admin_unsubscribe": "whom staff may unsubscribe in bulk is the web app's",
        "create_petition": "beginning a petition is the app's, and so is refusing to",
    }
)


def _live(bench: Bench) -> int:
    """Live signatures of the country and region."""
    found = bench.store.signatures(bench.id)
    whose = (one.signature.particulars for one in found if one.signature.live)
    return sum((who.country, who.region) == ("GB", "n") for who in whose)


def invalidate_twice(case: Case) -> Answers:
    only(case, "state", "validated")
    bench = Bench(preset(), NOW)
    [signed] = bench.fill(1)
    for _ in range(2):
        assert isinstance(bench.desk.invalidate(signed, ground="invalidated"), Amended)
    return {"count_delta": bench.standing().supporters - 1}


def sign(case: Case) -> Answers:
    state = str(case.value("petition_state") or "open")
    early = state in ("pending", "validated", "sponsored", "flagged", "dormant", "stopped")
    identity = evolve(preset().identity, own_recipes=(recipe_of(case),))
    policy = evolve(_plus(preset()), identity=identity)
    bench = bench_in(state, policy, NOW) if early else Bench(policy, NOW)
    for one in case.records("existing"):
        [taken] = _taken(bench, bench.id, one)
        if not isinstance(taken, Accepted):
            raise NotUnderstoodError("those who are there already cannot all be")
    if state != "open" and not early:
        bench.turn(state)
    other = case.value("petition") != case.value("existing_on_petition")
    new = case.records("signature") or [{"name": NEW_SIGNER.name, "email": NEW_SIGNER.email}]
    [outcome] = _taken(bench, bench.open() if other else bench.id, new[0])
    match outcome:
        case Accepted():
            return {"outcome": "created", "error": None}
        case Duplicate():
            return {"outcome": "duplicate", "error": None}
        case Refused():
            return {"outcome": "refused", "error": InWords(outcome.problems[0])}


def _plus(policy: Policy) -> Policy:
    """With the switch on that lets labels in: the cases of duplicates have them."""
    rules = evolve(policy.form.email_rules, plus=True)
    return evolve(policy, form=evolve(policy.form, email_rules=rules))


def _taken(bench: Bench, petition_id: UUID, one: Mapping[str, Any]) -> list[IntakeOutcome]:
    """Hand in a signature, postal code included."""
    if not {"name", "email"} <= one.keys() <= {"name", "email", "postcode"}:
        raise NotUnderstoodError(f"a signature of {', '.join(sorted(one))}")
    postcode = one.get("postcode", POSTCODE)
    draft = SignatureDraft(
        name=one["name"],
        email=one["email"],
        postal_code=postcode,
        country="GB" if postcode else "FR",
    )
    return bench.desk.intake(petition_id, [Submission(draft=draft)])


# Fields


def _refusals(policy: Policy, draft: SignatureDraft, name: str) -> Iterator[str]:
    outcome = Bench(policy, NOW).sign(draft)
    if isinstance(outcome, Refused):
        yield from (found.code for found in outcome.problems if found.field == name)


_ERRORS = MappingProxyType(
    {
        "required": "blank",
        "too_long": "too_long",
        "contains_url": "has_uri",
        "email.plus": "plus_address",
    }
)


def _error(policy: Policy, draft: SignatureDraft, name: str) -> Answers:
    code = next(_refusals(policy, draft, name), None)
    return {"error": code and _ERRORS.get(code, "invalid")}


def validate_email(case: Case) -> Answers:
    policy = _plus(preset()) if case.flag("allow_plus") else preset()
    return _error(policy, evolve(NEW_SIGNER, email=case.text("email")), "email")


def validate_postcode(case: Case) -> Answers:
    country, code = case.text("location_code"), case.text("postcode")
    draft = evolve(NEW_SIGNER, postal_code=code, country=country)
    return _error(preset(), draft, "postal_code")


def validate_location_code(case: Case) -> Answers:
    return _error(preset(), evolve(NEW_SIGNER, country=case.text("code")), "country")


def email_uuid(_: Case) -> Answers:
    return {"uuid": None}  # whoever has an address could look a plain hash of it up


def validate_name(case: Case) -> Answers:
    return _error(policy_of(case), evolve(NEW_SIGNER, name=case.text("name")), "name")


def store_email(case: Case) -> Answers:
    bench = Bench(preset(), NOW)
    bench.sign(evolve(NEW_SIGNER, email=case.text("email")))
    return {"email": bench.letter().to}


# Lists and rates


SOURCE = "192.0.2.7"


def sign_and_confirm(case: Case) -> Answers:
    """Somebody signs at a petition with a signature, from where others have signed just now."""
    policy = preset()
    if case.has("burst_rate") or case.has("burst_period_s"):
        policy = evolve(policy, vigilance=vigilance_of(case, policy.vigilance))
    bench = Bench(policy, NOW - DAY, lists=lists_of(case))
    bench.fill(1)
    earlier = case.number("earlier_from_same_ip") if case.has("earlier_from_same_ip") else 0
    bench.at(NOW - SECOND)
    for number in range(earlier):
        bench.sign(signer(number + 1), source=SOURCE)
    received = bench.at(NOW).sign(evolve(NEW_SIGNER, email=WOMBOID), source=SOURCE)
    letter = bench.letter()
    bench.desk.confirm(letter.token)
    return {
        "signer_sees": "success" if isinstance(received, Received) else "a refusal",
        "signature_state": _signature_state(bench, letter),
        "signature_count": bench.standing().supporters,
        "confirmation_mail_sent": letter.to == WOMBOID,
    }


def sponsor_sign(case: Case) -> Answers:
    """One more supporter before the opening, from where so many have come at any petition."""
    rate = Rate(
        role="sponsor",
        most=case.number("sponsor_rate"),
        seconds=case.number("sustained_period_s"),
        everywhere=True,
    )
    policy = evolve(preset(), vigilance=evolve(preset().vigilance, rates=(rate,)))
    bench = bench_in("validated", policy, NOW - SECOND)
    for number in range(case.number("sponsors_from_same_ip")):
        bench.sign(signer(100 + number), source=SOURCE)
    bench.at(NOW).sign(NEW_SIGNER, source=SOURCE)
    letter = bench.letter()
    return {
        "signature_state": _signature_state(bench, letter),
        "confirmation_mail_sent": letter.to == NEW_SIGNER.email,
    }


def exceeded(case: Case) -> Answers:
    """So many sign from one source, and the last of them counts or does not."""
    policy = evolve(preset(), vigilance=vigilance_of(case, preset().vigilance))
    lately = case.number("count_60s") if case.has("count_60s") else 1
    in_all = case.number("count_300s") if case.has("count_300s") else lately
    if not 1 <= lately <= in_all:
        raise NotUnderstoodError("the counts include the one that signs")
    bench, country = Bench(policy, NOW - DAY), country_of(case.value("ip_country"))
    seconds = [200] * (in_all - lately) + [30] * (lately - 1) + [0]
    for number, ago in enumerate(seconds):
        bench.at(NOW - ago * SECOND).sign(signer(number), source=SOURCE, country=country)
    return {"result": not _counts(bench)}


def _counts(bench: Bench) -> bool:
    """Whether whoever signed last counts, once confirmed."""
    before = bench.standing().supporters
    assert isinstance(bench.confirm(), Confirmed)
    return bench.standing().supporters > before


def _listed(case: Case, draft: SignatureDraft, source: str = "") -> Answers:
    """Whether somebody stands on the case's list, as a block list: they then do not count."""
    bench = Bench(preset(), NOW, lists=Lists(blocked=entries(case, "list")))
    bench.sign(draft, source=source)
    return {"listed": not _counts(bench)}


def domain_listed(case: Case) -> Answers:
    return _listed(case, evolve(NEW_SIGNER, email=f"anna@{case.text('domain')}"))


def email_listed(case: Case) -> Answers:
    return _listed(case, evolve(NEW_SIGNER, email=case.text("email")))


def ip_listed(case: Case) -> Answers:
    return _listed(case, NEW_SIGNER, source=case.text("ip"))
