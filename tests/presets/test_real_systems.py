"""The presets are what the systems do: closing instants, checkpoints, quorums, real counts.

Instants are counted by hand on a calendar; none is computed by what is tested.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from types import MappingProxyType

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from petitionkit import presets
from petitionkit.civil import Duration
from petitionkit.clauses import Threshold
from petitionkit.codec import from_json, from_toml, policy_digest, to_json, to_toml
from petitionkit.conditions import Known, holds_from
from petitionkit.errors import IllegalStepError, InvalidValueError, NotFoundError
from petitionkit.facts import Event, State
from petitionkit.following import due_events
from petitionkit.moderation import Capacity
from petitionkit.parties import Author, AuthorRole
from petitionkit.petition import CountEffect, DeclaredCount, Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.rules import All, Counted, Regions
from petitionkit.tally import Tally
from samples import DAY, ENGLISH, PETITION_ID, STARTER, TICK, Clock, Office

DATA = Path(__file__).parent.parent / "data"
EVERY = (*presets.names(), *presets.examples())
NOTHING: Mapping[str, int] = MappingProxyType({})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


# A Sunday, the last day of a month, before the clocks change in Europe, America and Australia.
SUNDAY = at("2025-08-31T12:00Z")


@frozen(kw_only=True)
class Case:
    """A petition opened under a preset, and when it closes if nobody does anything."""

    closes: datetime | None
    opened: datetime = SUNDAY
    chosen: Duration | None = None
    parameters: Mapping[str, int] = NOTHING


CASES = {
    # 31 August and six months is the last of February, in London without summer time.
    "uk-parliament": Case(closes=at("2026-03-01T00:00Z")),
    "wales-senedd": Case(chosen=Duration(months=6), closes=at("2026-03-01T00:00Z")),
    "wales-assembly-old": Case(
        opened=at("2019-08-31T12:00Z"), chosen=Duration(months=3), closes=at("2019-12-01T00:00Z")
    ),
    "scotland": Case(closes=None),
    # 30 September, 31 October (60 and one), 29 November; winter time in Ottawa.
    "canada-house": Case(chosen=Duration(days=90), closes=at("2025-11-30T05:00Z")),
    # 28 September; summer time in Canberra begins on 5 October.
    "australia-house": Case(closes=at("2025-09-28T14:00Z")),
    # 42 days: 12 October, still summer time.
    "bundestag-2024": Case(closes=at("2025-10-12T22:00Z")),
    "openpetition": Case(chosen=Duration(weeks=3), closes=at("2025-09-21T22:00Z")),
    "finland-citizens-initiative": Case(closes=at("2026-02-28T22:00Z")),
    "finland-municipal-2pct": Case(parameters={"residents": 14_433}, closes=None),
    "latvia-draft-law": Case(parameters={"electorate": 1_500_003}, closes=at("2026-08-31T21:00Z")),
    "petities-nl": Case(chosen=Duration(days=60), closes=at("2025-10-30T23:00Z")),
    # 30 September, 61 October, 91 November, 29 December.
    "decidim-default": Case(parameters={"supports_required": 1000}, closes=at("2025-12-30T00:00Z")),
    "consul-default": Case(closes=at("2026-08-31T12:00Z")),
    # The sample petition of the software: created 1352924840, deadline 1355516840.
    "we-the-people-2011-09": Case(opened=at("2011-09-22T12:00Z"), closes=at("2011-10-22T12:00Z")),
    "we-the-people-2011-10": Case(
        opened=at("2012-11-14T20:27:20Z"), closes=at("2012-12-14T20:27:20Z")
    ),
    "we-the-people-2013": Case(opened=at("2014-03-01T05:00Z"), closes=at("2014-03-31T05:00Z")),
    "us-municipal": Case(
        parameters={"required_signatures": 900},
        chosen=Duration(days=45),
        closes=at("2025-10-16T00:00Z"),
    ),
    "swiss-initiative": Case(closes=at("2027-02-28T23:00Z")),
    # 30 September, 61 October, 91 November, 9 December.
    "swiss-referendum": Case(closes=at("2025-12-09T23:00Z")),
    "liechtenstein-law": Case(closes=at("2025-10-12T22:00Z")),
    "liechtenstein-constitution": Case(closes=at("2025-10-12T22:00Z")),
    "eci-720": Case(closes=at("2026-08-31T22:00Z")),
    "eci-705": Case(opened=at("2020-02-29T12:00Z"), closes=at("2021-02-28T23:00Z")),
    "eci-751": Case(opened=at("2020-01-15T12:00Z"), closes=at("2021-01-15T23:00Z")),
    "eci-750-2012": Case(opened=at("2012-05-09T12:00Z"), closes=at("2013-05-09T22:00Z")),
    "pytition": Case(closes=None),
    # Nobody ever signs: three months to the hour.
    "proca-autoclose": Case(closes=at("2025-11-30T12:00Z")),
    "open-letter": Case(closes=None),
    "bundestag-2012": Case(opened=at("2013-06-01T12:00Z"), closes=at("2013-06-29T22:00Z")),
    "bundestag-2005": Case(opened=at("2006-06-01T12:00Z"), closes=at("2006-07-13T22:00Z")),
    "finland-municipal-referendum": Case(parameters={"voters": 10_001}, closes=None),
    "estonia-riigikogu": Case(chosen=Duration(months=18), closes=at("2027-02-28T22:00Z")),
    "luxembourg-2014": Case(opened=at("2015-06-01T12:00Z"), closes=at("2015-07-13T22:00Z")),
    "luxembourg-2025": Case(closes=at("2025-10-12T22:00Z")),
    # The first stage fails: thirty days to the end of the last day in Seoul.
    "korea-assembly": Case(closes=at("2025-09-30T15:00Z")),
    "korea-blue-house": Case(opened=at("2019-06-01T12:00Z"), closes=at("2019-07-01T15:00Z")),
    "taiwan-join": Case(closes=at("2025-10-30T16:00Z")),
}

AUTHORS = (
    Author(name="Ida", role=AuthorRole.INITIATOR, reference="ida"),
    Author(name="Rea", role=AuthorRole.REPRESENTATIVE, reference="rea"),
    Author(name="Dag", role=AuthorRole.DEPUTY, reference="dag"),
)


def open_under(name: str, opened: datetime | None = None) -> Office:
    """An office with one petition that was opened under a preset as its case says."""
    case = CASES[name]
    office = Office(policy=presets.load(name), clock=Clock(opened or case.opened))
    office.id = office.desk.start(starter=STARTER, texts=[ENGLISH], authors=AUTHORS).id
    if office.policy.opening.needs is not None:
        for author in AUTHORS:
            office.desk.acting(Capacity.OFFICE).accept(office.id, author.reference)
        office.desk.record_finding(office.id, "ministry_acceptance")
    if office.policy.opening.within is not None:
        office.desk.record_finding(office.id, "registration")
    office.desk.publish(
        office.id, office.policy, chosen=case.chosen, parameters=dict(case.parameters)
    )
    if office.policy.opening.at is not None:
        office.desk.record_finding(office.id, "gazette")
    return office


def declare(
    office: Office,
    amount: int,
    when: datetime,
    *,
    counter: str = "supporters",
    effect: CountEffect = CountEffect.REPLACES,
) -> None:
    office.clock.now = when
    office.desk.declare(
        office.id,
        DeclaredCount(
            counter=counter,
            amount=amount,
            source="office",
            as_of=when,
            recorded_at=when,
            effect=effect,
        ),
    )


def reached(office: Office) -> dict[str, datetime]:
    facts = office.desk.petition(office.id).facts
    return {fact.subject: fact.at for fact in facts if fact.event is Event.THRESHOLD_REACHED}


def state(office: Office, when: datetime) -> State:
    return office.desk.standing(office.id, at=when).status.state


# Every one of them


@pytest.mark.parametrize("name", EVERY)
def test_every_preset_says_where_it_was_read_and_how_sure_it_is(name: str) -> None:
    policy = presets.load(name)
    assert policy.name == name
    assert policy.title
    if name == "open-letter":  # the shape of platforms, nobody's law
        return
    assert policy.sources
    assert policy.confidence.startswith("example: ") is (name in presets.examples())


@pytest.mark.parametrize("name", EVERY)
def test_every_preset_is_written_and_read_without_loss(name: str) -> None:
    policy = presets.load(name)
    assert from_json(Policy, to_json(policy)) == policy
    assert from_toml(Policy, to_toml(policy)) == policy


def test_no_two_presets_are_one_policy() -> None:
    assert len({policy_digest(presets.load(name)) for name in EVERY}) == len(EVERY)


def test_presets_and_examples_are_apart() -> None:
    assert not set(presets.names()) & set(presets.examples())
    with pytest.raises(NotFoundError):
        presets.load("examples/korea-assembly")


def test_every_preset_has_its_closing_instant_pinned() -> None:
    assert set(CASES) == set(EVERY)


@pytest.mark.parametrize("name", EVERY)
def test_the_instant_that_closes_a_petition_of_which_nobody_takes_notice(name: str) -> None:
    office = open_under(name)
    petition = office.desk.petition(office.id)
    over = (Event.CLOSED, Event.WITHDRAWN)
    due = due_events(petition, office.policy, Tally())
    closes = CASES[name].closes
    assert next((one.at for one in due if one.event in over), None) == closes
    if closes is not None:
        assert state(office, closes - TICK) not in (State.CLOSED, State.WITHDRAWN)
        assert state(office, closes) in (State.CLOSED, State.WITHDRAWN)


@pytest.mark.parametrize("name", [n for n in EVERY if CASES[n].chosen])
def test_what_an_author_must_choose_is_asked_for(name: str) -> None:
    case = evolve(CASES[name], chosen=None)
    office = Office(policy=presets.load(name), clock=Clock(case.opened))
    with pytest.raises(InvalidValueError, match="chosen"):
        office.desk.publish(office.id, office.policy, parameters=dict(case.parameters))


@pytest.mark.parametrize("name", [n for n in EVERY if CASES[n].parameters])
def test_what_a_preset_cannot_know_is_asked_for(name: str) -> None:
    office = Office(policy=presets.load(name), clock=Clock(SUNDAY))
    with pytest.raises(InvalidValueError, match="unbound_parameter"):
        office.desk.publish(office.id, office.policy, chosen=CASES[name].chosen)


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("canada-house", Duration(days=45)),
        ("wales-senedd", Duration(months=6, days=1)),
        ("openpetition", Duration(days=6)),
        ("openpetition", Duration(months=7)),
        ("estonia-riigikogu", Duration(days=2)),
    ],
)
def test_what_an_author_may_not_choose_is_refused(name: str, chosen: Duration) -> None:
    office = Office(policy=presets.load(name), clock=Clock(SUNDAY))
    with pytest.raises(InvalidValueError, match="not_a_choice"):
        office.desk.publish(office.id, office.policy, chosen=chosen)


# Counts that mean something

LEVELS = {
    "uk-parliament": {"response": 10_000, "debate": 100_000},
    "wales-senedd": {"committee": 250, "debate": 10_000},
    "wales-assembly-old": {"committee": 50, "debate": 5_000},
    "canada-house": {"certification": 500},
    "australia-house": {"presentation": 1},
    "bundestag-2024": {"hearing": 30_000},
    # 288.66 residents are two per cent of 14,433; 150,000.3 a tenth of 1,500,003.
    "finland-municipal-2pct": {"council": 289},
    "latvia-draft-law": {"draft-law": 150_001},
    "decidim-default": {"first-notice": 330, "second-notice": 660, "goal": 1_000},
    "consul-default": {"successful": 10_000},
    "we-the-people-2011-09": {"public": 150, "response": 5_000},
    "we-the-people-2011-10": {"public": 150, "response": 25_000},
    "we-the-people-2013": {"public": 150, "response": 100_000},
    "us-municipal": {"qualified": 900},
    "pytition": {"target": 500},
    "bundestag-2012": {"hearing": 50_000},
    "finland-municipal-referendum": {"referendum": 501},
    "estonia-riigikogu": {"parliament": 1_000},
    "luxembourg-2014": {"debate": 4_500},
    "luxembourg-2025": {"debate": 5_500},
    "korea-blue-house": {"answer": 200_000},
    "taiwan-join": {"established": 5_000},
}


@pytest.mark.parametrize("name", sorted(LEVELS))
def test_each_level_is_reached_with_the_last_signature_it_takes(name: str) -> None:
    office = open_under(name)
    when = CASES[name].opened
    for level in sorted(LEVELS[name].values()):
        below = {key for key, other in LEVELS[name].items() if other < level}
        if level > 1:
            when += timedelta(hours=1)
            declare(office, level - 1, when)
            assert set(reached(office)) == below
        when += timedelta(hours=1)
        declare(office, level, when)
        found = reached(office)
        assert set(found) == below | {k for k, other in LEVELS[name].items() if other == level}
        assert max(found.values()) == when


@pytest.mark.parametrize(
    ("name", "key", "finding", "value"),
    [
        ("finland-citizens-initiative", "parliament", "verified", 50_000),
        ("swiss-initiative", "vote", "certified", 100_000),
        ("swiss-referendum", "vote", "certified", 50_000),
        ("liechtenstein-law", "initiative", "certified", 1_000),
        ("liechtenstein-constitution", "initiative", "certified", 1_500),
    ],
)
def test_where_an_authority_certifies_only_its_number_decides(
    name: str, key: str, finding: str, value: int
) -> None:
    office = open_under(name)
    declare(office, 2 * value, SUNDAY + DAY)
    office.desk.record_finding(office.id, finding, value=value - 1)
    assert not reached(office)
    office.clock.go(DAY)
    office.desk.record_finding(office.id, finding, value=value)
    assert reached(office) == {key: SUNDAY + 2 * DAY}


def test_the_platform_finds_out_the_regional_quorum() -> None:
    office = open_under("openpetition")
    declare(office, 1_000_000, SUNDAY + DAY)
    assert not reached(office)
    office.desk.record_finding(office.id, "regional_quorum")
    assert reached(office) == {"regional-quorum": SUNDAY + DAY}


def test_in_the_bundestag_of_2005_only_the_first_three_weeks_counted() -> None:
    [threshold] = presets.load("bundestag-2005").thresholds
    assert isinstance(threshold.rule, Counted)
    assert threshold.rule.within is not None
    assert (threshold.rule.level, threshold.rule.within.first) == (50_000, Duration(weeks=3))
    office = open_under("bundestag-2005")
    declare(office, 90_000, CASES["bundestag-2005"].opened + DAY)
    assert not reached(office)


# What must be so before, by the way and afterwards


def test_a_finnish_initiative_opens_when_all_three_roles_and_the_ministry_agree() -> None:
    policy = presets.load("finland-citizens-initiative")
    office = Office(policy=policy, clock=Clock(SUNDAY))
    office.id = office.desk.start(starter=STARTER, texts=[ENGLISH], authors=AUTHORS).id
    for author in AUTHORS:
        with pytest.raises(IllegalStepError):
            office.desk.publish(office.id, policy)
        office.desk.acting(Capacity.OFFICE).accept(office.id, author.reference)
    with pytest.raises(IllegalStepError):
        office.desk.publish(office.id, policy)
    office.desk.record_finding(office.id, "ministry_acceptance")
    office.desk.publish(office.id, policy)


# A month after 31 January is the last of February, which counts whole in Helsinki.
JANUARY = at("2026-01-31T12:00Z")
FEBRUARY_IS_OVER = at("2026-02-28T22:00Z")


def finnish() -> Office:
    return open_under("finland-citizens-initiative", JANUARY)


def test_forty_nine_in_the_first_month_suspend_a_finnish_initiative() -> None:
    office = finnish()
    declare(office, 49, JANUARY + DAY)
    assert state(office, FEBRUARY_IS_OVER - TICK) is State.OPEN
    assert state(office, FEBRUARY_IS_OVER) is State.SUSPENDED


def test_the_fiftieth_may_come_in_the_last_instant_of_the_last_day() -> None:
    office = finnish()
    declare(office, 50, FEBRUARY_IS_OVER - TICK)
    assert state(office, FEBRUARY_IS_OVER) is State.OPEN


def test_a_suspended_finnish_initiative_goes_on_with_paper_declared_later() -> None:
    office = finnish()
    declare(office, 49, JANUARY + DAY)
    late = FEBRUARY_IS_OVER + 10 * DAY
    declare(office, 50, late)
    assert state(office, late - TICK) is State.SUSPENDED
    assert state(office, late) is State.OPEN
    # 31 January and six months.
    assert state(office, at("2026-07-31T20:59:59Z")) is State.OPEN
    assert state(office, at("2026-07-31T21:00Z")) is State.CLOSED


def test_a_finnish_initiative_is_sent_to_the_register_within_six_months_of_its_end() -> None:
    office = finnish()
    declare(office, 60_000, JANUARY + DAY)
    office.clock.now = at("2026-07-31T21:00Z")
    office.desk.tick()
    [owed] = office.desk.standing(office.id).owed
    # It closed with the first instant of 1 August in Helsinki: the whole of 1 February counts.
    assert (owed.key, owed.until) == ("send-to-register", at("2027-02-01T22:00Z"))
    office.clock.now = at("2026-10-01T09:00Z")
    office.desk.record_finding(office.id, "verified", value=50_000)
    assert {one.key: one.until for one in office.desk.standing(office.id).owed} == {
        "send-to-register": at("2027-02-01T22:00Z"),
        "send-to-parliament": at("2027-04-01T21:00Z"),
    }


def test_a_dutch_petition_with_fewer_than_ten_at_its_due_date_counts_as_withdrawn() -> None:
    ends = at("2025-10-30T23:00Z")
    few, enough = open_under("petities-nl"), open_under("petities-nl")
    declare(few, 9, SUNDAY + DAY)
    declare(enough, 10, ends - TICK)
    assert state(few, ends - TICK) is State.OPEN
    assert state(few, ends) is State.WITHDRAWN
    assert state(enough, ends) is State.CLOSED


def test_a_korean_petition_has_thirty_days_more_once_a_hundred_consent() -> None:
    office = open_under("korea-assembly")
    hundredth = at("2025-09-10T16:00Z")  # 11 September in Seoul
    declare(office, 99, hundredth - DAY)
    declare(office, 100, hundredth)
    assert state(office, at("2025-09-30T15:00Z")) is State.OPEN
    # Thirty days after 11 September.
    assert state(office, at("2025-10-11T15:00Z") - TICK) is State.OPEN
    assert state(office, at("2025-10-11T15:00Z")) is State.CLOSED
    declare(office, 50_000, hundredth + DAY)
    assert reached(office) == {"committee": hundredth + DAY}


def test_a_pause_gives_no_day_back_on_taiwan_s_platform() -> None:
    office = open_under("taiwan-join")
    office.clock.go(DAY)
    office.desk.pause(office.id, reason="election", until=SUNDAY + 10 * DAY)
    assert state(office, SUNDAY + 5 * DAY) is State.PAUSED
    assert state(office, SUNDAY + 10 * DAY) is State.OPEN
    assert office.desk.standing(office.id).deadline == at("2025-10-30T16:00Z")


def test_proca_waits_three_months_from_the_last_action() -> None:
    office = open_under("proca-autoclose")
    office.clock.now = at("2025-10-15T09:30Z")
    office.signed("anna@example.com")
    assert state(office, at("2026-01-15T09:30Z") - TICK) is State.OPEN
    assert state(office, at("2026-01-15T09:30Z")) is State.CLOSED


def test_canada_s_government_answers_within_45_days_of_the_presentation() -> None:
    [follow_up] = presets.load("canada-house").follow_ups
    assert follow_up.within.passed == Duration(days=45)
    assert follow_up.within.since == (Event.DELIVERED,)


# Which one is in force


@pytest.mark.parametrize(
    ("family", "day", "name"),
    [
        ("eci", "2012-04-01", "eci-750-2012"),
        ("eci", "2014-06-30", "eci-750-2012"),
        ("eci", "2020-01-01", "eci-751"),
        ("eci", "2020-01-31", "eci-751"),
        ("eci", "2020-02-01", "eci-705"),
        ("eci", "2024-07-15", "eci-705"),
        ("eci", "2024-07-16", "eci-720"),
        ("eci", "2031-01-01", "eci-720"),
        ("uk-parliament", "2026-08-19", "uk-parliament"),
        ("wales", "2019-12-31", "wales-assembly-old"),
        ("wales", "2021-01-01", "wales-senedd"),
        ("we-the-people", "2011-09-22", "we-the-people-2011-09"),
        ("we-the-people", "2012-11-14", "we-the-people-2011-10"),
        ("we-the-people", "2014-01-01", "we-the-people-2013"),
        ("bundestag", "2024-07-01", "bundestag-2024"),
    ],
)
def test_the_preset_in_force_on_a_day(family: str, day: str, name: str) -> None:
    found = presets.in_force(family, date.fromisoformat(day))
    assert isinstance(found, Policy)
    assert found.name == name


@pytest.mark.parametrize(
    ("family", "day", "before", "after"),
    [
        ("eci", "2012-03-31", "", "eci-750-2012"),
        ("eci", "2014-07-01", "eci-750-2012", "eci-751"),
        ("eci", "2019-12-31", "eci-750-2012", "eci-751"),
        ("wales", "2020-06-01", "wales-assembly-old", "wales-senedd"),
        ("we-the-people", "2013-01-20", "we-the-people-2011-10", "we-the-people-2013"),
        ("bundestag", "2024-06-30", "", "bundestag-2024"),
    ],
)
def test_where_no_rules_were_established_no_neighbour_is_taken_for_them(
    family: str, day: str, before: str, after: str
) -> None:
    on = date.fromisoformat(day)
    found = presets.in_force(family, on)
    assert found == presets.NotEstablished(family=family, day=on, before=before, after=after)


def test_the_gap_of_the_citizens_initiative_is_said_in_words() -> None:
    found = presets.in_force("eci", date(2016, 2, 29))
    assert isinstance(found, presets.NotEstablished)
    assert found.message() == (
        "the rules of eci on 2016-02-29 were not established "
        "(eci-750-2012 ended before it, eci-751 began after it)"
    )
    lonely = presets.NotEstablished(family="eci", day=date(2016, 2, 29))
    assert lonely.message() == "the rules of eci on 2016-02-29 were not established"


@pytest.mark.parametrize(
    ("family", "day", "name"),
    [
        ("bundestag", "2006-01-01", "bundestag-2005"),
        ("bundestag", "2024-06-30", "bundestag-2012"),
        ("bundestag", "2024-07-01", "bundestag-2024"),
        ("luxembourg", "2025-03-14", "luxembourg-2014"),
        ("luxembourg", "2025-03-15", "luxembourg-2025"),
        ("korea-blue-house", "2022-05-09", "korea-blue-house"),
    ],
)
def test_examples_answer_only_whoever_asks_for_them(family: str, day: str, name: str) -> None:
    found = presets.in_force(family, date.fromisoformat(day), with_examples=True)
    assert isinstance(found, Policy)
    assert found.name == name


def test_an_unknown_family_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFoundError, match=r"family luxembourg; there are: .*, eci, .*wales"):
        presets.in_force("luxembourg", date(2026, 1, 1))


@pytest.mark.parametrize("with_examples", [False, True])
def test_on_no_day_two_policies_of_a_family_are_in_force(*, with_examples: bool) -> None:
    names = EVERY if with_examples else presets.names()
    policies = [presets.load(name) for name in names]
    for one, other in combinations(policies, 2):
        if one.family and one.family == other.family:
            first, second = sorted(
                (one, other), key=lambda policy: policy.in_force_from or date.min
            )
            assert first.in_force_until is not None
            assert second.in_force_from is not None
            assert first.in_force_until < second.in_force_from


# The European Citizens' Initiative

ECI = MappingProxyType(
    {"eci-720": "x720", "eci-705": "x705", "eci-751": "x751", "eci-750-2012": "x750"}
)


def minima(name: str) -> dict[str, int]:
    """What was printed, or computed elsewhere, of the states' minima."""
    with (DATA / "eci-minima.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["state"]: int(row[ECI[name]]) for row in rows if row[ECI[name]]}


def quorum(policy: Policy) -> Regions:
    [threshold] = policy.thresholds
    assert isinstance(threshold.rule, All)
    whole, found = threshold.rule.all
    assert whole == Counted(level=1_000_000)
    assert isinstance(found, Regions)
    return found


@pytest.mark.parametrize("name", sorted(ECI))
def test_the_states_minima_are_the_printed_ones(name: str) -> None:
    rule = quorum(presets.load(name))
    assert dict(rule.minima()) == minima(name)
    assert rule.regions == 7


@pytest.mark.parametrize(
    ("name", "seats", "states"),
    [("eci-720", 720, 27), ("eci-705", 705, 27), ("eci-751", 751, 28), ("eci-750-2012", 736, 27)],
)
def test_the_seats_add_up(name: str, seats: int, states: int) -> None:
    rule = quorum(presets.load(name))
    assert sum(weight for _, weight in rule.weights) == seats
    assert len(rule.weights) == states


def test_france_s_misprinted_minimum_is_not_taken_over() -> None:
    assert dict(quorum(presets.load("eci-705")).minima())["FR"] == 55_695
    files = Path(presets.__file__).parent.rglob("*.toml")
    assert not [file for file in files if "55595" in file.read_text("utf-8").replace("_", "")]


def counted(counts: dict[str, int], instants: dict[str, datetime]) -> Petition:
    """A petition of which an authority has said how many signed in each region."""
    declared = [
        DeclaredCount(
            counter=counter,
            amount=amount,
            source="states",
            as_of=instants[counter],
            recorded_at=instants[counter],
            effect=CountEffect.REPLACES,
        )
        for counter, amount in counts.items()
    ]
    text = PetitionText(language="en", title="Water for all")
    return Petition(id=PETITION_ID, texts=(text,), declared=tuple(declared))


instants = st.integers(0, 400).map(lambda days: SUNDAY + days * DAY)


@st.composite
def results(draw: st.DrawFn) -> tuple[str, dict[str, int], dict[str, datetime]]:
    """An ECI preset with a total and a count for each state, near what they need."""
    name = draw(st.sampled_from(sorted(ECI)))
    near = st.integers(-1, 1)
    counts = {
        f"supporters.in-{state}": max(0, draw(st.sampled_from([0, needed])) + draw(near))
        for state, needed in minima(name).items()
    }
    counts["supporters"] = 1_000_000 + draw(near)
    return name, counts, {counter: draw(instants) for counter in counts}


@given(results())
def test_an_initiative_is_valid_from_when_a_million_and_seven_states_are_there(
    drawn: tuple[str, dict[str, int], dict[str, datetime]],
) -> None:
    name, counts, when = drawn
    policy = presets.load(name)
    known = Known(petition=counted(counts, when), policy=policy, tally=Tally())
    there = sorted(
        when[f"supporters.in-{state}"]
        for state, needed in minima(name).items()
        if counts[f"supporters.in-{state}"] >= needed
    )
    valid = counts["supporters"] >= 1_000_000 and len(there) >= 7
    expected = max(when["supporters"], there[6]) if valid else None
    assert holds_from(policy.thresholds[0].rule, known) == expected


@st.composite
def quorums(draw: st.DrawFn) -> tuple[Regions, dict[str, int], dict[str, datetime]]:
    names = [f"R{n}" for n in range(draw(st.integers(1, 7)))]
    weights = tuple((name, draw(st.integers(1, 4))) for name in names)
    rule = Regions(
        regions=draw(st.integers(1, len(names))), weights=weights, factor=draw(st.integers(1, 3))
    )
    counts = {f"supporters.in-{name}": draw(st.integers(0, 12)) for name in names}
    return rule, counts, {counter: draw(instants) for counter in counts}


@given(quorums())
def test_k_of_n_regions_agree_with_trying_every_k_of_them(
    drawn: tuple[Regions, dict[str, int], dict[str, datetime]],
) -> None:
    rule, counts, when = drawn
    known = Known(petition=counted(counts, when), policy=presets.load("open-letter"), tally=Tally())
    full = [
        max(when[f"supporters.in-{name}"] for name, _ in some)
        for some in combinations(rule.weights, rule.regions)
        if all(counts[f"supporters.in-{name}"] >= weight * rule.factor for name, weight in some)
    ]
    assert holds_from(rule, known) == min(full, default=None)


# Real counts

GOALS = MappingProxyType({f"goal-{n}": n * 1_000_000 for n in (1, 2, 3)})


def readings() -> list[tuple[datetime, int]]:
    with (DATA / "uk-700143-counts.csv").open(encoding="utf-8", newline="") as file:
        return [
            (datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC), int(row["count"]))
            for row in csv.DictReader(file)
        ]


def replay(rows: Sequence[tuple[datetime, int]], effect: CountEffect) -> Office:
    policy = presets.load("uk-parliament")
    goals = (Threshold(key=key, level=level) for key, level in GOALS.items())
    policy = evolve(policy, thresholds=(*policy.thresholds, *goals))
    # Open before the first reading, and long enough for the last.
    office = Office(policy=policy, clock=Clock(at("2024-11-24T00:00Z"))).publish()
    for when, count in rows:
        declare(office, count, when, effect=effect)
    return office


def first_readings() -> dict[str, datetime]:
    levels = {"response": 10_000, "debate": 100_000, **GOALS}
    rows = readings()
    return {
        key: next(when for when, count in rows if count >= level) for key, level in levels.items()
    }


def test_the_first_readings_at_each_level_are_these() -> None:
    assert first_readings() == {
        "response": at("2024-11-24T00:14:47.611112Z"),
        "debate": at("2024-11-24T00:14:47.611112Z"),
        "goal-1": at("2024-11-24T16:03:39.684343Z"),
        "goal-2": at("2024-11-25T11:32:37.326334Z"),
        "goal-3": at("2024-12-23T19:06:07.620796Z"),
    }


@pytest.mark.parametrize(
    "effect",
    [CountEffect.REPLACES, pytest.param(CountEffect.LARGER_OF, marks=pytest.mark.long)],
)
def test_a_petition_s_real_counter_reaches_each_goal_with_its_first_reading_there(
    effect: CountEffect,
) -> None:
    office = replay(readings(), effect)
    assert reached(office) == first_readings()
    assert office.supporters == 3_004_622
