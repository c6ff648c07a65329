from datetime import UTC, datetime

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.assessment import Rate, Sighting, Treatment, Vigilance, assess
from petitionkit.lists import ListEntry, Lists

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SOURCES = st.sampled_from(["", "192.0.2.7", "198.51.100.1", "2001:db8::1"])
EMAILS = st.sampled_from(["", "anna@example.org", "an.na+x@gmail.com", "a@mail.example.org"])
PATTERNS = st.sampled_from(
    ["192.0.2.0/24", "2001:db8::/32", "example.org", "*.example.org", "anna@gmail.com"]
)
ENTRIES = st.lists(PATTERNS, unique=True).map(lambda ps: tuple(ListEntry(pattern=p) for p in ps))
RATE = Rate(role="signer", most=3, seconds=60)
SIGHTINGS = st.builds(
    Sighting, source=SOURCES, email=EMAILS, country=st.sampled_from(["", "GB", "FR"])
)
HOMES = st.sampled_from([(), ("GB",)])


LISTS = st.builds(Lists, blocked=ENTRIES, allowed=ENTRIES)


@given(SIGHTINGS, LISTS, ENTRIES, HOMES, st.integers(1, 6))
@settings(max_examples=400)
def test_blocking_more_never_makes_an_attempt_count_and_allowing_more_never_stops_one(
    sighting: Sighting, lists: Lists, more: tuple[ListEntry, ...], home: tuple[str, ...], count: int
) -> None:
    vigilance = Vigilance(rates=(RATE,), home=home)

    def counts(lists: Lists) -> bool:
        found = assess(sighting, {RATE: count}, lists, vigilance, now=NOW)
        assert (found.treatment is Treatment.COUNT) or found.reasons
        return found.treatment is Treatment.COUNT

    if counts(lists):
        assert counts(evolve(lists, allowed=lists.allowed + more))
    else:
        assert not counts(evolve(lists, blocked=lists.blocked + more))


@given(st.integers(1, 20), st.integers(1, 40))
def test_of_attempts_in_one_window_exactly_as_many_count_as_the_rate_says(
    most: int, attempts: int
) -> None:
    rate = Rate(role="signer", most=most, seconds=60)
    vigilance = Vigilance(rates=(rate,))
    verdicts = [
        assess(Sighting(), {rate: number}, Lists(), vigilance, now=NOW).treatment
        for number in range(1, attempts + 1)
    ]
    assert verdicts.count(Treatment.COUNT) == min(most, attempts)
