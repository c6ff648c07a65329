"""Batches that are validated ahead are decided on as if each had come alone."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest
from attrs import evolve

from petitionkit.clauses import ClosedWhen, Closing, Sponsoring
from petitionkit.errors import PolicyAmendedError
from petitionkit.outcomes import Accepted, Duplicate, Refused
from petitionkit.policy import Policy
from petitionkit.rules import Counted, Found
from petitionkit.signature import Channel, Provenance, SignatureDraft, Submission
from samples import DAY, POLICY, T0, Office


class Recording(Executor):
    """Does what it is given at once, and remembers how much was still to be decided then."""

    def __init__(self) -> None:
        self.submitted = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **parts: Any) -> Future[Any]:  # noqa: ANN401 (as Executor has it)
        self.submitted += 1
        future: Future[Any] = Future()
        future.set_result(fn(*args, **parts))
        return future


def line(n: int, name: str = "", *, days: int = 1) -> Submission:
    return Submission(
        draft=SignatureDraft(name=name or f"Signer {n}", email=f"signer{n % 17}@example.org"),
        signed_at=T0 + days * DAY,
        provenance=Provenance(channel=Channel.IMPORT, source="roll", line=n + 1),
    )


def batches(count: int = 9) -> Iterator[list[Submission]]:
    """Repeats within a batch and across, lines without a name and lines of no day that counts."""
    for k in range(count):
        good = [line(3 * k), line(3 * k + 1)]
        handed_in = Submission(draft=SignatureDraft(name=f"Clerk's {k}", email=f"{k}@example.net"))
        yield [*good, handed_in, line(3 * k + 2, " \x00"), line(3 * k + 30, days=-5), good[0]]


def taken_in(pool: Executor | None, policy: Policy = POLICY) -> tuple[Office, list[Any]]:
    office = Office(policy=policy).publish()
    office.clock.go(10 * DAY)
    outcomes = [
        one for some in office.desk.intake_all(office.id, batches(), pool=pool) for one in some
    ]
    return office, outcomes


def test_a_pool_changes_nothing_but_who_validates() -> None:
    alone, expected = taken_in(None)
    assert {type(one) for one in expected} == {Accepted, Duplicate, Refused}
    with ThreadPoolExecutor(3) as threads:
        for pool in (Recording(), threads):
            office, outcomes = taken_in(pool)
            assert outcomes == expected
            assert office.desk.counts(office.id) == alone.desk.counts(alone.id)


@pytest.mark.parametrize("pool", [None, Recording()], ids=["alone", "by a pool"])
def test_batches_may_be_made_as_they_are_asked_for(pool: Executor | None) -> None:
    _, expected = taken_in(None)
    office = Office().publish()
    office.clock.go(10 * DAY)
    found = office.desk.intake_all(office.id, map(iter, batches()), pool=pool)
    assert [one for some in found for one in some] == expected


def test_only_a_few_batches_are_ahead() -> None:
    office, pool = Office().publish(), Recording()
    decided = 0
    for _ in office.desk.intake_all(office.id, batches(20), pool=pool):
        decided += 1
        assert pool.submitted - decided <= 4
    assert decided == pool.submitted == 20


@pytest.mark.parametrize(
    "policy",
    [
        POLICY,
        evolve(POLICY, sponsoring=Sponsoring(needs=Found(finding="enough"))),
        evolve(POLICY, closing=Closing(when=(ClosedWhen(key="many", needs=Counted(level=3)),))),
    ],
)
def test_where_states_hang_on_counts_each_batch_waits_for_the_one_before(policy: Policy) -> None:
    pool = Recording()
    taken_in(pool, policy)
    assert pool.submitted == (9 if policy is POLICY else 0)


def test_a_draft_takes_nobody_in() -> None:
    office = Office()
    (outcomes,) = office.desk.intake_all(office.id, [[line(1), line(2)]], pool=Recording())
    assert [type(one) for one in outcomes] == [Refused, Refused]


def test_a_policy_amended_meanwhile_is_told_and_the_rest_taken_in_again() -> None:
    office = Office().publish()
    office.clock.go(10 * DAY)
    running = office.desk.intake_all(office.id, batches(), pool=Recording())
    next(running)
    amended = evolve(POLICY, version="2")
    office.desk.amend_policy(office.id, amended, authority="board", reason="law")
    with pytest.raises(PolicyAmendedError):
        next(running)
    again = [one for some in office.desk.intake_all(office.id, batches()) for one in some]
    assert {type(one) for one in again} == {Accepted, Duplicate, Refused}
    assert sum(isinstance(one, Accepted) and one.again for one in again) > 0
