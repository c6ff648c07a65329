from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from pair_samples import pair

from petitionkit.duplicates.clusters import Doubt, clusters
from petitionkit.duplicates.finder import Pair
from petitionkit.duplicates.rules import Tier

EDGES = list(combinations("abcdefg", 2))
PAIRS = st.lists(
    st.tuples(st.sampled_from(EDGES), st.sampled_from(Tier)), max_size=12, unique_by=lambda e: e[0]
).map(lambda edges: [pair(*ends, tier) for ends, tier in edges])
JOINING = (Tier.SAME_PERSON, Tier.LIKELY)


def reached(pairs: list[Pair], start: str) -> set[str]:
    """Who can be come to from here, by walking until nothing is new."""
    here = {start}
    while more := {e for p in pairs for e in (p.left, p.right) if {p.left, p.right} & here} - here:
        here |= more
    return here


@given(PAIRS)
@settings(max_examples=500)
def test_members_are_those_that_pairs_lead_to(pairs: list[Pair]) -> None:
    joining = [p for p in pairs if p.tier in JOINING]
    rows = {row for p in joining for row in (p.left, p.right)}
    expected = {tuple(sorted(reached(joining, row))) for row in rows}
    found = clusters(pairs)
    assert [cluster.members for cluster in found] == sorted(expected)
    assert sorted(p for cluster in found for p in cluster.pairs) == sorted(joining)
    assert all(cluster.id == min(cluster.members) for cluster in found)


@given(PAIRS)
@settings(max_examples=500)
def test_a_bridge_is_a_pair_without_which_the_cluster_falls_apart(pairs: list[Pair]) -> None:
    for cluster in clusters(pairs):
        expected = {
            p
            for p in cluster.pairs
            if p.right not in reached([q for q in cluster.pairs if q != p], p.left)
        }
        assert set(cluster.bridges) == (expected if len(cluster.members) > 2 else set())
        uncertain = any(p.tier is not Tier.SAME_PERSON for p in cluster.bridges)
        assert (Doubt.BRIDGE in cluster.doubts) is uncertain


@given(PAIRS)
@settings(max_examples=300)
def test_a_cluster_with_two_of_one_household_is_doubtful(pairs: list[Pair]) -> None:
    for cluster in clusters(pairs):
        inside = any(
            p.tier is Tier.HOUSEHOLD and {p.left, p.right} <= set(cluster.members) for p in pairs
        )
        assert (Doubt.HOUSEHOLD in cluster.doubts) is inside


@given(PAIRS)
def test_the_order_of_pairs_does_not_matter(pairs: list[Pair]) -> None:
    assert clusters(pairs) == clusters(pairs[::-1])


def test_the_weakest_pair_is_of_the_weakest_tier_and_the_fewest_rules() -> None:
    strong = pair("a", "b", Tier.SAME_PERSON)
    twice = pair("b", "c", rules=("r", "s"))
    once = pair("a", "c")
    (cluster,) = clusters([strong, twice, once])
    assert cluster.weakest == once
    assert cluster.doubts == ()


def test_a_large_cluster_is_doubtful() -> None:
    pairs = [pair(*ends) for ends in EDGES]
    (cluster,) = clusters(pairs)
    assert cluster.doubts == (Doubt.LARGE,)
    assert clusters(pairs, largest=7)[0].doubts == ()


def test_other_tiers_can_join_too() -> None:
    assert clusters([pair("a", "b", Tier.REVIEW)]) == ()
    assert len(clusters([pair("a", "b", Tier.REVIEW)], tiers=[Tier.REVIEW])) == 1
