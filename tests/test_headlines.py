import pytest
from attrs import evolve

from petitionkit.facts import Event
from petitionkit.headlines import Headline, headline
from petitionkit.petition import CountEffect, DeclaredCount
from petitionkit.standing import standing
from petitionkit.tally import Count, Tally
from samples import DAY, DEADLINE, POLICY, T0, fact, opened, petition

OPEN = petition(opened())


def _tally(supporters: int, starter: int) -> Tally:
    return Tally(
        counts=(
            Count(counter="starter", amount=starter),
            Count(counter="supporters", amount=supporters),
        )
    )


def test_the_starter_is_one_of_the_supporters() -> None:
    found = headline(OPEN, standing(OPEN, POLICY, _tally(923, 1), T0))
    assert found == Headline(
        supporters=923,
        category="other",
        named="Friends of the Park",
        others=922,
        others_category="other",
        over=False,
    )


def test_a_starter_who_has_not_signed_is_not_named() -> None:
    found = headline(OPEN, standing(OPEN, POLICY, _tally(1, 0), T0))
    assert (found.named, found.others, found.others_category) == ("", 1, "one")


def test_a_declared_total_of_zero_leaves_nobody_to_name() -> None:
    nothing = DeclaredCount(
        counter="supporters",
        amount=0,
        source="authority",
        as_of=T0,
        recorded_at=T0,
        effect=CountEffect.REPLACES,
    )
    verified = evolve(OPEN, declared=(nothing,))
    found = headline(verified, standing(verified, POLICY, _tally(3, 1), T0))
    assert (found.supporters, found.named, found.others) == (0, "", 0)


@pytest.mark.parametrize(
    ("language", "categories"),
    [("pl", ("few", "many")), ("cy", ("other", "other")), ("", ("other", "other"))],
)
def test_both_numbers_have_their_category_in_the_language(
    language: str, categories: tuple[str, str]
) -> None:
    found = headline(OPEN, standing(OPEN, POLICY, _tally(22, 1), T0), language=language)
    assert (found.category, found.others_category) == categories


def test_a_petition_that_is_over_is_spoken_of_in_the_past() -> None:
    withdrawn = OPEN.with_facts(fact(Event.WITHDRAWN, T0 + DAY))
    assert headline(OPEN, standing(OPEN, POLICY, Tally(), DEADLINE)).over
    assert headline(withdrawn, standing(withdrawn, POLICY, Tally(), T0 + DAY)).over
    assert not headline(petition(), standing(petition(), None, Tally(), T0)).over
