"""Every engine proposes the same pairs, and those are what asking each pair would propose."""

from collections import Counter
from itertools import combinations

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from labelled import febrl, labelled_roll
from row_strategies import ROLLS
from small_blocks import SMALL_BLOCKS

from petitionkit.duplicates import duckdb_engine
from petitionkit.duplicates.finder import Index, Pair, Proposed, find, level_of
from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.rows import Row, canonical
from petitionkit.duplicates.rule_sets import load, names
from petitionkit.duplicates.rules import BlockingKey, RuleSet, fired, strongest

SETS = {name: load(name) for name in names()}


def key_values(key: BlockingKey, row: Row) -> tuple[str, ...] | None:
    values = tuple(
        getattr(row, part.column)[: part.first] if part.first else getattr(row, part.column)
        for part in key.parts
    )
    return values if "" not in values else None


def asked_one_by_one(rule_set: RuleSet, rows: list[Row]) -> set[Pair]:
    """Every pair of all rows, without blocks: what the finder is to come to."""
    sizes = {key.name: Counter(key_values(key, row) for row in rows) for key in rule_set.keys}
    found = set()
    for left, right in combinations(sorted(rows, key=lambda row: row.id), 2):
        met = tuple(
            key.name
            for key in rule_set.keys
            if (values := key_values(key, left)) == key_values(key, right)
            and values is not None
            and sizes[key.name][values] <= key.cap
        )
        levels = tuple(level_of(c)(left, right) for c in rule_set.comparisons)
        rules = fired(rule_set, levels)
        tier = strongest(rules)
        if met and tier:
            names_ = tuple(rule.name for rule in rules)
            found.add(
                Pair(left=left.id, right=right.id, tier=tier, rules=names_, keys=met, levels=levels)
            )
    return found


def same(one: Proposed, other: Proposed) -> bool:
    return sorted(one.pairs) == sorted(other.pairs) and sorted(one.oversized) == sorted(
        other.oversized
    )


@given(ROLLS)
@settings(max_examples=60)
@pytest.mark.parametrize("rule_set", [*SETS.values(), SMALL_BLOCKS], ids=lambda s: s.name)
def test_the_finder_proposes_what_asking_every_pair_would(
    rule_set: RuleSet, rows: list[Row]
) -> None:
    found = find(rule_set, rows)
    assert len(set(found.pairs)) == len(found.pairs)
    assert set(found.pairs) == asked_one_by_one(rule_set, rows)


@given(ROLLS)
@settings(max_examples=15)
@example([])
@pytest.mark.parametrize("rule_set", [*SETS.values(), SMALL_BLOCKS], ids=lambda s: s.name)
def test_duckdb_proposes_the_same_on_crowded_rolls(rule_set: RuleSet, rows: list[Row]) -> None:
    assert same(find(rule_set, rows), duckdb_engine.find(rule_set, rows))


def test_duckdb_proposes_the_same_on_the_labelled_roll() -> None:
    rows = [canonical(listing) for listing in labelled_roll().listings]
    assert same(find(SETS["roll"], rows), duckdb_engine.find(SETS["roll"], rows))


def test_duckdb_proposes_the_same_on_a_register() -> None:
    rows = [canonical(listing) for listing in febrl("3").listings]
    assert same(find(SETS["register"], rows), duckdb_engine.find(SETS["register"], rows))


def test_values_that_would_break_a_statement_travel_unharmed() -> None:
    odd = ['"', "'; DROP TABLE rows; --", "a,b\nc", "\\N", "NULL", "\u200fש\u200f"]
    rows = [
        Row(id=f"{number}{name}", name=name, given=name, family=name, mailbox=name)
        for name in odd
        for number in "12"
    ]
    assert same(find(SETS["roll"], rows), duckdb_engine.find(SETS["roll"], rows))
    assert len(find(SETS["roll"], rows).pairs) == len(odd)


@given(ROLLS, ROLLS)
@settings(max_examples=60)
@pytest.mark.parametrize("rule_set", SETS.values(), ids=lambda s: s.name)
def test_batches_propose_what_all_at_once_would(
    rule_set: RuleSet, first: list[Row], then: list[Row]
) -> None:
    """Each pair once, with the batch that brought its second half."""
    cut = len(first)
    rows = [evolve(row, id=f"s{at:03}") for at, row in enumerate(first + then)]
    index = Index(rule_set)
    before, after = index.add(rows[:cut]), index.add(rows[cut:])
    new = {row.id for row in rows[cut:]}
    assert not any({pair.left, pair.right} & new for pair in before.pairs)
    assert all({pair.left, pair.right} & new for pair in after.pairs)
    # Keys that met are told as of the batch; nothing here comes near a cap.
    assert sorted(before.pairs + after.pairs) == sorted(find(rule_set, rows).pairs)


def test_a_row_known_already_brings_nothing() -> None:
    rows = [canonical(Listing(id=i, name="Ana Díaz", email="ana@example.org")) for i in "ab"]
    index = Index(SETS["roll"])
    assert len(index.add(rows).pairs) == 1
    assert index.add(rows).pairs == ()
    assert set(index.rows) == {"a", "b"}


def test_blanks_never_block() -> None:
    rows = [canonical(Listing(id=str(number))) for number in range(300)]
    assert find(SETS["roll"], rows) == Proposed(pairs=())


def test_oversized_blocks_are_told_and_not_compared() -> None:
    rows = [
        canonical(
            Listing(id=f"{n:03}", name=f"Ana {chr(97 + n % 26)}{n}", email="office@example.org")
        )
        for n in range(51)
    ]
    found = find(SETS["roll"], rows)
    assert found.pairs == ()
    (block,) = found.oversized
    assert (block.key, block.rows) == ("mailbox", 51)
    assert "office" not in repr(block)
