"""An amendment never un-accepts what was admitted, unless it says that it is retroactive."""

from datetime import timedelta

from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from petitionkit.counting import counters_for
from petitionkit.facts import Event
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.signature import Signature
from petitionkit.testing.strategies import Life, Step, amended, lived, living_policies, steps
from samples import HOUR

WHICH = st.integers(0, 5)


def _over_for_good(petition: Petition) -> bool:
    """What was withdrawn or has lapsed is governed by no later policy."""
    return any(petition.last(event) for event in (Event.WITHDRAWN, Event.LAPSED))


def _amended_life(
    policy: Policy, history: list[Step], which: int, *, retroactive: bool = False
) -> tuple[Life, Petition, dict[str, Signature], dict[str, int]]:
    """A life with an amendment at its end, and the petition and its signatures before that."""
    life = lived(policy, history)
    life.go(HOUR)
    law = life.desk.policy(life.id)
    assume(law is not None and amended(law, which) != law)
    life.desk.tick()
    before = life.desk.petition(life.id)
    assume(not _over_for_good(before))
    rows = {str(n.signature.id): n.signature for n in life.store.signatures(life.id)}
    counts = {count.counter: count.amount for count in life.store.tally(life.id).counts}
    life.amend(which, retroactive=retroactive)
    return life, before, rows, counts


def _rows(life: Life) -> dict[str, Signature]:
    return {str(n.signature.id): n.signature for n in life.store.signatures(life.id)}


@given(living_policies(), steps("retract"), WHICH)
@settings(max_examples=200)
def test_every_signature_keeps_every_counter_that_it_stood_in(
    policy: Policy, history: list[Step], which: int
) -> None:
    life, _, rows, counts = _amended_life(policy, history, which)
    after = _rows(life)
    assert after.keys() == rows.keys()
    for key, signature in rows.items():
        assert set(signature.counters) <= set(after[key].counters)
        assert evolve(after[key], counters=signature.counters) == signature
    now = {count.counter: count.amount for count in life.store.tally(life.id).counts}
    assert all(now[counter] >= amount for counter, amount in counts.items())


@given(living_policies(), steps("retract"), WHICH, st.booleans())
@settings(max_examples=150)
def test_counts_are_those_of_the_signatures_whatever_was_amended(
    policy: Policy,
    history: list[Step],
    which: int,
    retroactive: bool,  # noqa: FBT001
) -> None:
    life, *_ = _amended_life(policy, history, which, retroactive=retroactive)
    expected: dict[str, int] = {}
    for signature in _rows(life).values():
        for counter in signature.counters if signature.live else ():
            expected[counter] = expected.get(counter, 0) + 1
    found = {c.counter: c.amount for c in life.store.tally(life.id).counts if c.amount}
    assert found == expected


@given(living_policies(), steps("retract"), WHICH)
@settings(max_examples=150)
def test_after_a_retroactive_one_everybody_stands_where_the_new_policy_would_have_put_them(
    policy: Policy, history: list[Step], which: int
) -> None:
    life, *_ = _amended_life(policy, history, which, retroactive=True)
    petition, law = life.desk.petition(life.id), life.desk.policy(life.id)
    assert law is not None
    for signature in _rows(life).values():
        fresh = counters_for(
            petition,
            law,
            signature.particulars,
            role=signature.role,
            channel=signature.provenance.channel,
            attestations=signature.attestations,
            signed_at=signature.signed_at,
            counted_at=signature.counted_at,
        )
        assert signature.counters == fresh


@given(living_policies(), steps("retract"), WHICH)
@settings(max_examples=150)
def test_facts_deadline_and_the_past_stand(policy: Policy, history: list[Step], which: int) -> None:
    life, before, *_ = _amended_life(policy, history, which)
    after = life.desk.petition(life.id)
    assert after.facts[: len(before.facts)] == before.facts
    assert after.opening == before.opening
    amendment = after.last(Event.POLICY_AMENDED)
    assert amendment is not None
    told_since = after.facts[len(before.facts) :]
    assert all(fact.at >= amendment.at for fact in told_since)
    ends = [f.until for f in (before.opening, after.opening) if f]
    assert ends[:1] == ends[1:]


@given(living_policies(), steps("retract"), WHICH, st.integers(0, 60))
@settings(max_examples=100)
def test_what_was_said_of_the_past_is_said_of_it_still(
    policy: Policy, history: list[Step], which: int, hours: int
) -> None:
    life = lived(policy, history)
    life.go(HOUR)
    life.desk.tick()
    law = life.desk.policy(life.id)
    assume(law is not None and amended(law, which) != law)
    assume(not _over_for_good(life.desk.petition(life.id)))
    asked = life.now - timedelta(hours=1 + hours)
    before = life.desk.standing(life.id, at=asked)
    life.amend(which, moves_deadline=False)
    after = life.desk.standing(life.id, at=asked)
    assert (after.status.state, after.status.since) == (before.status.state, before.status.since)
    assert [(t.key, t.reached_at) for t in after.thresholds] == [
        (t.key, t.reached_at) for t in before.thresholds
    ]
    assert (after.deadline, after.owed) == (before.deadline, before.owed)
