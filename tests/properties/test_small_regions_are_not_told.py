"""From public statistics nobody learns how many signed where only few did."""

from hypothesis import given
from hypothesis import strategies as st

from petitionkit.disclosure import Disclosure, SmallRegions
from petitionkit.regions import RegionCounts, public_regions

counts = st.dictionaries(st.text("ABC", min_size=1, max_size=3), st.integers(0, 30), max_size=8)
fewest = st.integers(1, 40)


@given(counts, fewest, st.sampled_from(list(SmallRegions)))
def test_nothing_shown_or_left_over_is_less_than_the_fewest(
    amounts: dict[str, int], k: int, small: SmallRegions
) -> None:
    found = public_regions(amounts, Disclosure(fewest=k, small_regions=small))
    assert all(amount >= k and amounts[code] == amount for code, amount in found.shown)
    # What anybody can work out who knows the total: the sum of what is not shown.
    left = sum(amounts.values()) - sum(amount for _, amount in found.shown)
    assert left == 0 or left >= k or not found.shown
    if found.others is not None:
        assert found.others == left
        assert left == 0 or left >= k


@given(counts, fewest)
def test_no_more_is_hidden_than_has_to_be(amounts: dict[str, int], k: int) -> None:
    found = public_regions(amounts, Disclosure(fewest=k))
    shown = {code for code, _ in found.shown}
    large = sorted(amount for code, amount in amounts.items() if amount >= k and code not in shown)
    small = sum(amount for amount in amounts.values() if amount < k)
    assert len(large) <= (0 < small < k)
    assert large == sorted(amount for amount in amounts.values() if amount >= k)[: len(large)]


def test_small_ones_are_put_together_or_left_out() -> None:
    amounts = {"N": 50, "S": 3, "E": 8, "W": 12, "X": 0}
    merged = public_regions(amounts, Disclosure(fewest=10))
    assert merged == RegionCounts(shown=(("N", 50), ("W", 12)), others=11)
    withheld = Disclosure(fewest=10, small_regions=SmallRegions.WITHHELD)
    assert public_regions(amounts, withheld) == RegionCounts(
        shown=(("N", 50), ("W", 12)), others=None
    )
    # Three alone could be told from the total; the twelve join them.
    alone = {"N": 50, "S": 3, "W": 12}
    assert public_regions(alone, Disclosure(fewest=10)).others == 15
    assert public_regions({"S": 3, "E": 2}, Disclosure(fewest=10)).others is None
