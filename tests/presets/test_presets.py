from datetime import UTC, date, datetime

import pytest

from petitionkit import presets
from petitionkit.entitlement import entitled
from petitionkit.errors import NotFoundError
from petitionkit.facts import Event
from petitionkit.moderation import Capacity
from petitionkit.parties import PartyKind
from petitionkit.retention_plan import due_from
from petitionkit.rules import Counted
from petitionkit.signature import Particulars
from petitionkit.tally import Tally
from petitionkit.windows import deadline
from samples import DAY, fact, opened, petition


def test_presets_are_named_in_order() -> None:
    assert {"open-letter", "uk-parliament"} <= set(presets.names())
    assert list(presets.names()) == sorted(presets.names())
    assert list(presets.examples()) == sorted(presets.examples())


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_can_be_read_and_bears_its_file_s_name(name: str) -> None:
    assert presets.load(name).name == name


def test_a_preset_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(
        NotFoundError, match=r"no preset eu; there are: .*open-letter, .*uk-parliament"
    ):
        presets.load("eu")


@pytest.mark.parametrize("name", ["open-letter.toml", "../presets/open-letter", ""])
def test_a_preset_is_not_named_by_a_path(name: str) -> None:
    with pytest.raises(NotFoundError):
        presets.load(name)


def test_a_petition_to_the_uk_parliament_runs_six_months_to_the_end_of_a_london_day() -> None:
    policy = presets.load("uk-parliament")
    opened = datetime(2019, 2, 20, 10, 25, 2, 393000, tzinfo=UTC)
    assert deadline(policy, opened) == datetime(2019, 8, 20, 23, tzinfo=UTC)


def test_the_uk_parliament_responds_at_ten_thousand_and_debates_at_a_hundred_thousand() -> None:
    policy = presets.load("uk-parliament")
    assert [(t.key, t.level) for t in policy.thresholds] == [
        ("response", 10_000),
        ("debate", 100_000),
    ]
    assert policy.confirmation.grace_hours == 24
    assert policy.closing.early_end_by == (Capacity.OFFICE,)
    assert not policy.eligibility.organisations


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (Event.CLOSED, {"signers-closed", "starter-closed"}),
        (Event.REJECTED, {"signers-rejected", "starter-rejected"}),
        (Event.HIDDEN, {"signers-hidden", "starter-hidden"}),
        (Event.REMOVED, set[str]()),
    ],
)
def test_the_uk_parliament_forgets_people_six_months_after_the_end(
    event: Event, due: set[str]
) -> None:
    policy = presets.load("uk-parliament")
    ended = datetime(2026, 1, 31, 12, tzinfo=UTC)
    told = petition(opened(ended - 30 * DAY, None), fact(event, ended))
    later = datetime(2027, 1, 1, tzinfo=UTC)
    found = {
        rule.key: due_from(told, policy, rule, Tally(), later) for rule in policy.retention.rules
    }
    summer = datetime(2026, 7, 31, 11, tzinfo=UTC)  # noon in London, as on the day it ended
    assert {key: at for key, at in found.items() if at} == dict.fromkeys(due, summer)


def test_an_open_letter_has_no_end_of_its_own_and_adds_everybody_up() -> None:
    policy = presets.load("open-letter")
    assert deadline(policy, datetime(2026, 3, 1, tzinfo=UTC)) is None
    assert set(policy.counting.supporters) == set(PartyKind)
    assert policy.eligibility.organisations


@pytest.mark.parametrize(
    ("name", "needed", "at_most"),
    [("uk-parliament", 5, 20), ("canada-house", 5, None), ("wales-senedd", 2, None)],
)
def test_these_need_sponsors_and_a_moderator_before_they_open(
    name: str, needed: int, at_most: int | None
) -> None:
    policy = presets.load(name)
    assert policy.sponsoring is not None
    assert policy.sponsoring.needs == Counted(level=needed, count="sponsors")
    assert policy.sponsoring.at_most == at_most
    assert policy.moderation.before_opening


@pytest.mark.parametrize(
    ("citizenship", "country", "may"),
    [("CA", "FR", True), ("FR", "CA", True), ("CA", "CA", True), ("FR", "FR", False)],
)
def test_citizens_and_residents_sign_in_canada(
    citizenship: str, country: str, *, may: bool
) -> None:
    who = Particulars(name="Ada", citizenship=citizenship, country=country)
    policy = presets.load("canada-house")
    assert entitled(policy.eligibility, who, date(2026, 3, 1)).answer is may
