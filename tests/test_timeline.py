"""The public timeline: whatever everybody may know of a petition's course, and nothing else."""

from attrs import evolve

from petitionkit.codec import to_json
from petitionkit.facts import Event
from petitionkit.moderation import Audience, Capacity, Reasons
from petitionkit.petition import CountEffect, DeclaredCount
from petitionkit.tally import Tally
from petitionkit.timeline import KEPT_INSIDE, TIMELINE_ENGLISH, timeline
from samples import DAY, DEADLINE, POLICY, T0, Office, fact, opened, petition


def test_every_event_is_public_or_kept_inside() -> None:
    said = {Event(code) for code in TIMELINE_ENGLISH if code in set(Event)}
    assert said | KEPT_INSIDE == set(Event)
    assert not said & KEPT_INSIDE


def test_it_tells_what_happened_and_what_comes() -> None:
    office = Office().publish()
    for n in range(2):
        office.signed(f"anna{n}@example.org")
    office.clock.go(DAY)
    assert office.desk.timeline(office.id).text() == (
        "# What happened to 'Keep the park'\n\n"
        "- 2026-03-01: it was started\n"
        "- 2026-03-01: its rules were fixed\n"
        "- 2026-03-01: it opens for signatures, up to 2026-03-31\n"
        "- 2026-03-01: it reaches what 'reply' asks for\n"
        "- 2026-04-01, to come: it closes\n"
    )


def test_it_says_the_same_whether_or_not_anybody_ticked() -> None:
    office = Office().publish()
    for n in range(2):
        office.signed(f"anna{n}@example.org")
    office.clock.go(40 * DAY)
    before = office.desk.timeline(office.id)
    office.desk.tick()
    assert office.desk.timeline(office.id) == before
    assert to_json(before)


def test_what_is_between_the_office_and_whom_it_concerns_stays_there() -> None:
    told = petition(
        opened(),
        fact(Event.FOUND, T0, subject="retention_hold"),
        fact(Event.REPORTED, T0, subject="spam"),
        fact(Event.UPDATED, T0, rule=Audience.SUPPORTERS, subject="inside"),
        fact(Event.UPDATED, T0, rule=Audience.PUBLIC, subject="news"),
    )
    seen = timeline(told, POLICY, Tally(), T0 + DAY)
    assert [one.event for one in seen.moments] == [Event.OPENED, Event.UPDATED, Event.CLOSED]
    assert [one.subject for one in seen.moments] == ["", "", ""]


def test_nobody_is_told_of_a_petition_that_nobody_may_see() -> None:
    office = Office()
    assert office.desk.timeline(office.id).moments == ()
    office.publish()
    office.desk.acting(Capacity.MODERATOR).hide(office.id, Reasons(ground="libel"))
    hidden = office.desk.timeline(office.id)
    assert (hidden.title, hidden.moments) == ("", ())
    assert hidden.text() == "# What happened to ''\n\n"


def test_days_keys_and_sources_stand_where_they_belong() -> None:
    declared = DeclaredCount(
        counter="supporters",
        amount=9,
        source="stall",
        as_of=T0,
        recorded_at=T0,
        effect=CountEffect.ADDS,
    )
    office = Office().publish()
    office.desk.declare(office.id, declared)
    told = office.desk.petition(office.id).with_facts(
        fact(Event.DELIVERED, DEADLINE + DAY, subject="council", rule="R-1"),
        fact(Event.ANSWERED, DEADLINE + DAY, subject="council"),
        fact(Event.DEBATE_SCHEDULED, DEADLINE + DAY, until=DEADLINE + 30 * DAY),
        fact(Event.DEBATE_CANCELLED, DEADLINE + 2 * DAY),
    )
    text = timeline(evolve(told), POLICY, Tally(), DEADLINE + 3 * DAY).text()
    assert "- 2026-03-01: a number from 'stall' was added to it" in text
    assert "- 2026-04-02: it was handed over to 'council'" in text
    assert "- 2026-04-02: 'council' answered" in text
    assert "- 2026-04-02: a debate was scheduled for 2026-05-01" in text
    assert "- 2026-04-03: the debate was cancelled" in text
    assert "R-1" not in text


def test_it_is_said_in_other_languages() -> None:
    seen = timeline(petition(opened(until=None)), None, Tally(), T0)
    german = {
        "timeline": "Was aus '{title}' wurde",
        "moment": "{day}: {what}",
        "opened": "man kann unterschreiben",
    }
    words = {TIMELINE_ENGLISH[code]: text for code, text in german.items()}
    assert seen.text(words.__getitem__) == (
        "# Was aus 'Keep the park' wurde\n\n- 2026-03-01: man kann unterschreiben\n"
    )


def test_news_for_everybody_is_told_at_the_desk() -> None:
    office = Office().publish()
    staff = office.desk.acting(Capacity.OFFICE)
    staff.announce(office.id, key="n1", subject="Thanks", audience=Audience.PUBLIC)
    assert Event.UPDATED in [one.event for one in office.desk.timeline(office.id).moments]
