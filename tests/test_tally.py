from datetime import UTC, datetime

from petitionkit.tally import Count, LevelReading, Tally

AT = datetime(2026, 3, 1, tzinfo=UTC)
TALLY = Tally(
    counts=(Count(counter="persons", amount=3), Count(counter="supporters", amount=5)),
    levels=(
        LevelReading(counter="supporters", level=5, reached_at=AT),
        LevelReading(counter="supporters", level=10),
        LevelReading(counter="persons", level=10, reached_at=None),
    ),
)


def test_a_counter_tells_its_count() -> None:
    assert (TALLY.count("persons"), TALLY.count("supporters")) == (3, 5)


def test_what_was_never_counted_is_zero() -> None:
    assert TALLY.count("organisations") == 0
    assert Tally().count("supporters") == 0


def test_a_level_tells_when_it_was_reached() -> None:
    assert TALLY.reached_at("supporters", 5) == AT
    assert TALLY.reached_at("supporters", 10) is None


def test_a_level_that_is_not_watched_was_not_reached() -> None:
    assert TALLY.reached_at("persons", 5) is None
    assert TALLY.reached_at("supporters", 6) is None
