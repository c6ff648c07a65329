"""The laws of petitions hold under every preset, and are seen to fail where a rule is broken."""

import unittest
from collections.abc import Iterator
from datetime import UTC, date
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import Phase, settings

from petitionkit import presets
from petitionkit.civil import Duration
from petitionkit.clauses import Opening, Sponsoring, Threshold, Window
from petitionkit.desk import Desk
from petitionkit.eligibility import Eligibility
from petitionkit.entitlement import Entitlement
from petitionkit.policy import Policy
from petitionkit.rules import Counted, Passed
from petitionkit.signature import Particulars
from petitionkit.testing import policy_laws

EVERY = (*presets.names(), *presets.examples())
TOWN = Policy(
    name="town",
    version="1",
    window=Window(choices=(Duration(days=30), Duration(days=60))),
    thresholds=(Threshold(key="answer", level=2),),
    sponsoring=Sponsoring(needs=Counted(level=2, count="sponsors")),
)
CAN_OPEN = "test_a_petition_can_open_and_be_signed"


@pytest.mark.parametrize("name", EVERY)
def test_the_laws_hold_under_every_preset(name: str, pytestconfig: pytest.Config) -> None:
    examples = 30 if pytestconfig.getoption("--long") else 3
    assert broken(policy_laws(presets.load(name), examples=examples)) == {}


def broken(laws: type[unittest.TestCase], *names: str) -> dict[str, str]:
    """Those of these laws, or of all, that do not hold, each with what was said of it."""
    result = unittest.TestResult()
    for name in names or unittest.defaultTestLoader.getTestCaseNames(laws):
        laws(name).run(result)
    return {case.id().rpartition(".")[2]: said for case, said in result.failures + result.errors}


def test_the_laws_hold_where_sponsors_alone_open_a_petition() -> None:
    assert broken(policy_laws(TOWN, examples=5)) == {}


@pytest.fixture
def unshrunk() -> Iterator[None]:
    """Hypothesis is content with any example; the smallest takes long to find."""
    before = settings.get_current_profile_name()
    settings.register_profile("unshrunk", phases=[Phase.generate])
    settings.load_profile("unshrunk")
    yield
    settings.load_profile(before)


def everybody(_eligibility: Eligibility, _who: Particulars, _day: date) -> Entitlement:
    """A rule of who may sign that lets everybody."""
    return Entitlement(answer=True)


@pytest.mark.usefixtures("unshrunk")
def test_a_rule_that_lets_in_whom_it_must_not_breaks_a_law(monkeypatch: pytest.MonkeyPatch) -> None:
    laws = policy_laws(evolve(TOWN, eligibility=Eligibility(minimum_age=16)), examples=60)
    law = "test_a_refused_draft_is_told_all_that_is_wrong_and_leaves_no_trace"
    assert broken(laws, law) == {}
    monkeypatch.setattr("petitionkit.validation.entitled", everybody)
    assert "AssertionError" in broken(laws, law)[law]


def test_a_petition_that_cannot_open_is_told_with_the_way_out() -> None:
    needy = evolve(
        TOWN,
        sponsoring=None,
        window=Window(duration=Duration(days=30)),
        opening=Opening(at=Passed(passed=Duration(days=3), since=("found.gazette",))),
    )
    said = broken(policy_laws(needy, examples=1))[CAN_OPEN]
    assert "see prepare of policy_laws" in said


def test_what_has_to_happen_before_is_the_callers_to_prepare() -> None:
    seen: list[UUID] = []

    def prepare(desk: Desk, petition_id: UUID) -> None:
        assert desk.petition(petition_id).opening is None
        seen.append(petition_id)

    assert broken(policy_laws(TOWN, examples=1, prepare=prepare)) == {}
    assert seen


@pytest.mark.parametrize(
    ("begun", "over", "day"),
    [
        (None, None, date(2026, 3, 1)),
        (date(2020, 1, 1), None, date(2026, 3, 1)),
        (date(2020, 1, 1), date(2021, 1, 1), date(2020, 1, 1)),
        (None, date(2021, 1, 1), date(2021, 1, 1)),
        (date(2030, 1, 1), None, date(2030, 1, 1)),
    ],
)
def test_a_petition_opens_on_a_day_on_which_its_policy_was_in_force(
    begun: date | None, over: date | None, day: date
) -> None:
    opened = []

    def prepare(desk: Desk, petition_id: UUID) -> None:
        opened.append(desk.petition(petition_id).facts[0].at)

    policy = evolve(TOWN, in_force_from=begun, in_force_until=over)
    laws = policy_laws(policy, prepare=prepare, examples=1)
    laws(CAN_OPEN).run()
    assert {at.astimezone(UTC).date() for at in opened} == {day}
