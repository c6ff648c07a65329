"""How well the rules find, measured on rolls whose truth is known; figures are in the docs."""

from functools import cache

import pytest
from labelled import (
    Labelled,
    febrl,
    labelled_roll,
    names_beyond_english,
    pairs_within,
    proposed,
    scores,
)

from petitionkit.duplicates.clusters import Doubt, clusters
from petitionkit.duplicates.finder import Pair, find
from petitionkit.duplicates.rows import canonical
from petitionkit.duplicates.rule_sets import load
from petitionkit.duplicates.rules import Tier

STRONG = (Tier.SAME_PERSON, Tier.LIKELY)


@cache
def roll() -> tuple[Labelled, tuple[Pair, ...]]:
    labelled = labelled_roll()
    return labelled, find(load("roll"), map(canonical, labelled.listings)).pairs


def test_the_roll_rules_find_repeats_and_few_others() -> None:
    labelled, pairs = roll()
    precision, recall, _ = scores(proposed(pairs, *STRONG), labelled.true_pairs())
    assert precision >= 0.97
    assert recall >= 0.92


def test_the_tier_of_one_person_is_surer_than_the_likely_one() -> None:
    labelled, pairs = roll()
    same, *_ = scores(proposed(pairs, Tier.SAME_PERSON), labelled.true_pairs())
    assert same >= 0.999


def test_households_are_not_taken_for_one_person() -> None:
    labelled, pairs = roll()
    homes = {listing.id: (listing.address, listing.postcode) for listing in labelled.listings}
    households = pairs_within(homes) - labelled.true_pairs()
    assert len(households) > 15_000
    assert len(households & proposed(pairs, *STRONG)) <= 0.005 * len(households)


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("exact", 1),
        ("alias", 1),
        ("other_email", 1),
        ("typo", 0.92),
        ("nick", 0.95),
        ("paper", 0.7),
    ],
)
def test_each_kind_of_repeat_is_found(kind: str, least: float) -> None:
    labelled, pairs = roll()
    repeats = {
        (one, other)
        for one, other in labelled.true_pairs()
        if kind in (labelled.kind[one], labelled.kind[other])
    }
    assert len(repeats & proposed(pairs, *STRONG)) >= least * len(repeats)


def test_most_clusters_that_mix_people_of_three_or_more_are_doubtful() -> None:
    labelled, pairs = roll()
    mixed = [
        cluster
        for cluster in clusters(pairs)
        if len({labelled.person[row] for row in cluster.members}) > 1 and len(cluster.members) > 2
    ]
    doubtful = [cluster for cluster in mixed if Doubt.HOUSEHOLD in cluster.doubts]
    assert doubtful


@pytest.mark.parametrize(
    ("names", "least"), [(["1"], 0.97), (["2"], 0.97), (["3"], 0.95), (["4a", "4b"], 0.97)]
)
def test_the_register_rules_reach_their_marks_on_febrl(names: list[str], least: float) -> None:
    labelled = febrl(*names)
    pairs = find(load("register"), map(canonical, labelled.listings)).pairs
    *_, f1 = scores(proposed(pairs, *STRONG), labelled.true_pairs())
    assert f1 >= least


@pytest.mark.parametrize(
    ("by_mail", "tiers", "least_precision", "least_recall"),
    [
        (True, STRONG, 1, 0.50),
        (True, (*STRONG, Tier.REVIEW), 0.94, 0.84),
        (False, STRONG, 0.94, 0.84),
    ],
)
def test_names_beyond_english_are_found(
    *, by_mail: bool, tiers: tuple[Tier, ...], least_precision: float, least_recall: float
) -> None:
    labelled = names_beyond_english(by_mail=by_mail)
    pairs = find(load("roll"), map(canonical, labelled.listings)).pairs
    precision, recall, _ = scores(proposed(pairs, *tiers), labelled.true_pairs())
    assert precision >= least_precision
    assert recall >= least_recall


def test_no_script_makes_everybody_one() -> None:
    """Where nothing can be said of a script's spelling, nothing is said."""
    labelled = names_beyond_english(by_mail=True)
    pairs = find(load("roll"), map(canonical, labelled.listings)).pairs
    for one, other in proposed(pairs, *STRONG) - labelled.true_pairs():
        assert labelled.kind[one] not in ("han", "kana", "hangul", "thai", "indic"), other
