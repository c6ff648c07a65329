"""Erasing one signer: what goes, what stays, and why claims are kept where they are."""

from unittest.mock import Mock
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.civil import Duration
from petitionkit.clauses import Sponsoring
from petitionkit.desk import Desk
from petitionkit.errors import StoreContractError
from petitionkit.facts import Event, State
from petitionkit.ledger import Situation
from petitionkit.moderation import Capacity, Moderation, Reasons
from petitionkit.outcomes import Erased, Refused
from petitionkit.petition import Petition
from petitionkit.problems import problem
from petitionkit.retention import Retention, RetentionRule
from petitionkit.rules import Counted, Passed
from petitionkit.signature import AmendmentKind, SignatureDraft
from petitionkit.status import CLAIMS_ERASED, may_sign
from petitionkit.store import Store
from petitionkit.tally import Tally
from petitionkit.verbs.erasing import erase_signer, forget, reduce
from petitionkit.views import SignerView, view
from samples import DAY, KEYS, POLICY, T0, Office, fact, opened, petition

ANNA = "anna@example.org"
SPENT = evolve(POLICY, retention=Retention(spent_claims="law.12"))
REOPENS = evolve(POLICY, moderation=Moderation(reopening=True))


def erased(office: Office, signature_id: UUID) -> Erased:
    outcome = office.desk.erase(signature_id)
    assert isinstance(outcome, Erased)
    return outcome


def closed(office: Office) -> Office:
    office.clock.go(40 * DAY)
    return office


def test_while_the_petition_runs_erasing_takes_the_signature_back() -> None:
    office = Office().publish()
    anna = office.signed(ANNA)
    office.desk.correct_name(anna, "Anna Bergen")
    done = erased(office, anna)
    assert (done.record.counts, done.kept) == (False, "")
    assert office.supporters == 0
    kept = office.store.signature(anna)
    assert kept is not None
    assert kept.erased
    assert not kept.live
    seen = view(SignerView, kept, POLICY)
    assert (seen.name, seen.email, seen.language) == ("", "", "en")
    notes = office.desk.amendments(anna)
    assert [note.was for note in notes] == ["", ""]
    assert notes[-1].kind is AmendmentKind.ERASED
    # Its signer may sign anew, and counts once.
    office.signed(ANNA)
    assert office.supporters == 1


def test_erasing_again_answers_the_same_and_writes_nothing() -> None:
    office = Office().publish()
    anna = office.signed(ANNA)
    first = erased(office, anna)
    before = office.store.signature(anna), office.desk.amendments(anna)
    assert erased(office, anna) == first
    assert (office.store.signature(anna), office.desk.amendments(anna)) == before


def test_once_the_count_is_final_the_number_stays() -> None:
    office = Office().publish()
    anna, _ = office.signed(ANNA), office.signed("bo@example.org")
    daily = office.desk.daily(office.id)
    closed(office)
    done = erased(office, anna)
    assert (done.record.counts, done.kept) == (True, "")
    assert office.supporters == 2
    assert office.desk.daily(office.id) == daily
    kept = office.store.signature(anna)
    assert kept is not None
    assert kept.erased
    assert kept.live


def test_a_spent_claim_is_kept_on_its_ground_so_that_nobody_signs_twice() -> None:
    office = Office(policy=SPENT).publish()
    anna = office.signed(ANNA)
    assert erased(office, anna).kept == "law.12"
    office.sign(ANNA)
    [*_, notice] = office.desk.notices()
    assert notice.kind == "already_signed"
    assert office.supporters == 0


def test_an_office_that_may_reopen_keeps_claims_and_counts_nobody_twice() -> None:
    office = Office(policy=REOPENS).publish()
    anna = office.signed(ANNA)
    closed(office)
    assert erased(office, anna).kept == "reopening"
    staff = office.desk.acting(Capacity.OFFICE)
    staff.reopen(office.id, until=office.clock.now + 5 * DAY, authority="board")
    office.sign(ANNA)
    assert office.desk.notices()[-1].kind == "already_signed"
    assert office.supporters == 1


def test_claims_that_others_count_with_are_kept() -> None:
    office = Office()
    shared = office.desk.start(texts=office.desk.petition(office.id).texts, realm="for-or-against")
    office.id = shared.id
    office.publish()
    anna = office.signed(ANNA)
    closed(office)
    assert erased(office, anna).kept == "shared_realm"


def test_what_was_invalidated_keeps_what_it_was_left() -> None:
    office = Office().publish()
    anna = office.signed(ANNA)
    office.desk.invalidate(anna, ground="bot")
    done = erased(office, anna)
    assert (done.record.counts, done.kept) == (False, "invalidated")
    assert office.supporters == 0


def test_after_claims_are_gone_a_petition_takes_no_signature_again() -> None:
    office = Office().publish()
    anna = office.signed(ANNA)
    erased(closed(office), anna)
    moderator = office.desk.acting(Capacity.MODERATOR)
    for taken in (
        moderator.hide(office.id, Reasons(ground="x")),
        office.desk.acting(Capacity.OFFICE).restore(office.id),
        moderator.approve(office.id),
    ):
        assert isinstance(taken, Petition)
    assert office.desk.standing(office.id).status.state is State.OPEN
    again = office.desk.sign(office.id, SignatureDraft(name="Anna Berg", email=ANNA))
    assert again == Refused(problems=(problem("petition.erased", "petition"),))
    assert office.supporters == 1


def test_neither_do_sponsors_sign_then() -> None:
    policy = evolve(POLICY, sponsoring=Sponsoring(needs=Counted(level=2, count="sponsors")))
    gone = fact(Event.FOUND, T0, subject=CLAIMS_ERASED)
    begun = (fact(Event.POLICY_PINNED, T0), fact(Event.SPONSORING_BEGUN, T0))
    assert may_sign(petition(*begun), policy, Tally(), T0).answer
    refused = may_sign(petition(*begun, gone), policy, Tally(), T0).problem
    assert refused == problem("petition.erased", "petition")


def test_unknown_signatures_are_refused() -> None:
    office = Office().publish()
    none = Refused(problems=(problem("signature.not_found", "signature"),))
    assert office.desk.erase(office.id) == none


def test_a_signature_of_another_petition_is_refused() -> None:
    seen = Situation(petition=petition(opened()), counts={})
    refused = erase_signer(seen, policy=POLICY, now=T0).answer
    assert refused == Refused(problems=(problem("signature.not_found", "signature"),))


def test_claims_are_kept_until_it_is_on_record_that_they_go() -> None:
    office = Office().publish()
    anna = office.store.signature(office.signed(ANNA))
    closed(office)
    seen = Situation(petition=office.desk.petition(office.id), counts={}, signature=anna)
    entry = erase_signer(seen, policy=POLICY, now=office.clock.now)
    assert isinstance(entry.answer, Erased)
    assert (entry.answer.kept, entry.release) == ("reopening", False)


def test_a_store_that_cannot_erase_is_told_to_learn_it() -> None:
    office = Office().publish()
    plain = Mock(spec=Store, wraps=office.store)
    desk = Desk(plain, secrets=KEYS, clock=office.clock)
    with pytest.raises(StoreContractError, match="cannot erase"):
        desk.erase(office.id)


def test_a_rule_finds_nothing_where_there_is_no_such_signature() -> None:
    rule = RetentionRule(key="a", when=Passed(passed=Duration(days=1), since=("closed",)))
    seen = Situation(petition=petition(opened()), counts={})
    for entry in (reduce(seen, rule=rule, release=True), forget(seen, release=True)):
        assert (entry.answer, entry.signature, entry.erase) == (0, None, False)
